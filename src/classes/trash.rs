//! The trash: a class that was deleted waits there for 30 days and comes back with
//! its people and with the lessons that were kept for it.

use super::{Class, Classes, may_change, may_change_of, store};
use crate::accounts::{Actor, kept_since};
use crate::audit::{self, Action, By, Note};
use crate::error::Result;
use crate::events::{self, Event};
use crate::state::App;
use crate::types::{ClassId, Lived, Moment, Timestamp};

/// A class in the trash.
#[derive(Debug)]
pub struct TrashedClass {
    /// Its id.
    pub id: ClassId,
    /// Its name; another class may have it by now.
    pub name: String,
    /// Whether the person who asks is a member.
    pub mine: bool,
    /// Since when.
    pub trashed_at: Timestamp,
    /// How long the box had been there then.
    pub trashed_lived: Lived,
}

impl Classes {
    /// Moves a class to the trash; its people stay, lessons kept for it reach nobody by
    /// it.
    ///
    /// # Errors
    /// `forbidden` for a teacher of other classes.
    pub async fn trash(&self, actor: &Actor, id: ClassId) -> Result<()> {
        let (actor, at) = (*actor, self.app.clock.moment());
        let now = at.now;
        let write = move |conn: &_| {
            let class = store::get(conn, &actor, id)?;
            may_change(&actor, &class)?;
            store::trash::put(conn, actor.org, id, at)?;
            events::append(conn, actor.org, &Event::ClassTrashed { class: id }, now)?;
            let trashed = Note::new(Action::ClassTrashed).of(id).name(&class.name);
            audit::record(conn, actor, trashed, now)
        };
        self.app.db.core.write(write).await
    }

    /// Brings a class back from the trash, as it was but not open.
    ///
    /// # Errors
    /// `not_found` after 30 days, `name_taken` when another class has its name by now,
    /// `forbidden` for a teacher of other classes.
    pub async fn restore(&self, actor: &Actor, id: ClassId) -> Result<Class> {
        let (actor, Moment { now, lived }) = (*actor, self.app.clock.moment());
        let write = move |conn: &_| {
            let class = store::trash::get(conn, &actor, id, kept_since(lived))?;
            may_restore(&actor, &class)?;
            store::trash::take_back(conn, actor.org, id, now)?;
            events::append(conn, actor.org, &Event::ClassRestored { class: id }, now)?;
            let restored = Note::new(Action::ClassRestored).of(id).name(&class.name);
            audit::record(conn, actor, restored, now)?;
            store::get(conn, &actor, id)
        };
        self.app.db.core.write(write).await
    }

    /// The classes in the trash that a person may bring back, the last one first.
    pub async fn trashed(&self, actor: &Actor) -> Result<Vec<TrashedClass>> {
        let (actor, since) = (*actor, kept_since(self.app.clock.lived()));
        let read = move |conn: &_| store::trash::list(conn, &actor, since);
        let mut classes = self.app.db.core.read(read).await?;
        classes.retain(|class| may_restore(&actor, class).is_ok());
        Ok(classes)
    }
}

/// Whether somebody may bring a class back: those who may delete it.
fn may_restore(actor: &Actor, class: &TrashedClass) -> Result<()> {
    may_change_of(actor, class.mine)
}

/// Deletes for good the classes that have been in the trash for 30 days.
pub async fn empty_trash(app: &App) -> Result<()> {
    let Moment { now, lived } = app.clock.moment();
    let due = move |conn: &_| store::trash::due(conn, kept_since(lived));
    // Looked for first, because every write is a flush.
    if app.db.core.read(due).await?.is_empty() {
        return Ok(());
    }
    let write = move |conn: &_| {
        for (org, class) in store::trash::due(conn, kept_since(lived))? {
            let name = store::trash::delete(conn, org, class)?;
            events::append(conn, org, &Event::ClassRemoved { class }, now)?;
            let erased = Note::new(Action::ClassErased).of(class).name(&name);
            audit::record(conn, By::the_box(org), erased, now)?;
        }
        Ok(())
    };
    app.db.core.write(write).await
}
