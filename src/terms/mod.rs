//! School years and terms, and the step from one into the next.
//!
//! A term has a first and a last day. Those of a school do not overlap, so the date
//! says which one is current. Classes may belong to a term; a roll-over takes those of
//! one into another, and can be undone.

mod calendar;
mod day;
mod http;
mod rollover;
mod store;

pub(crate) use calendar::school_year;
pub use day::Day;
pub use http::routes;
pub(crate) use store::{list, make};

use crate::accounts::{Actor, checked_name};
use crate::audit::{self, Action, Note};
use crate::error::{Error, Result};
use crate::events::{self, Event};
use crate::state::App;
use crate::types::{OrgId, TermId};

/// A year or term of a school.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Its id.
    pub id: TermId,
    /// Whose it is.
    pub org: OrgId,
    /// Its name, one of a kind in the school.
    pub name: String,
    /// Its first day.
    pub first_day: Day,
    /// Its last day.
    pub last_day: Day,
    /// Classes in it that are not over.
    pub classes: u32,
}

impl Term {
    /// Whether a day is in it.
    pub fn has(&self, day: Day) -> bool {
        self.first_day <= day && day <= self.last_day
    }
}

/// Changes to a term; what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// A new name.
    pub name: Option<String>,
    /// Another first day.
    pub first_day: Option<Day>,
    /// Another last day.
    pub last_day: Option<Day>,
}

/// The terms of a box. Cheap to clone.
#[derive(Clone)]
pub struct Terms {
    app: App,
}

impl Terms {
    /// The terms in the app's database.
    pub fn new(app: App) -> Self {
        Self { app }
    }

    /// Today, by the box's clock.
    pub fn today(&self) -> Day {
        Day::of(self.app.clock.now())
    }

    /// The terms of a school, the latest first.
    pub async fn list(&self, actor: &Actor) -> Result<Vec<Term>> {
        let org = actor.org;
        let core = &self.app.db.core;
        core.read(move |conn| store::list(conn, org)).await
    }

    /// Makes a term.
    ///
    /// # Errors
    /// `name_taken`, `invalid_field`, `conflict` when days belong to another term.
    pub async fn create(&self, actor: &Actor, name: &str, days: (Day, Day)) -> Result<Term> {
        let name = checked_name("name", name)?;
        let (actor, now) = (*actor, self.app.clock.now());
        let write = move |conn: &_| store::make(conn, &actor, &name, days, now);
        self.app.db.core.write(write).await
    }

    /// Changes a term.
    ///
    /// # Errors
    /// As for making one.
    pub async fn change(&self, actor: &Actor, id: TermId, changes: Changes) -> Result<Term> {
        let name = changes.name.map(|name| checked_name("name", &name));
        let name = name.transpose()?;
        let (actor, org, now) = (*actor, actor.org, self.app.clock.now());
        let write = move |conn: &_| {
            let mut term = store::get(conn, org, id)?;
            let before = term.clone();
            term.name = name.unwrap_or(term.name);
            term.first_day = changes.first_day.unwrap_or(term.first_day);
            term.last_day = changes.last_day.unwrap_or(term.last_day);
            check_days(&term)?;
            store::update(conn, &term, now)?;
            events::append(conn, org, &Event::TermSaved { term: id }, now)?;
            let note = Note::new(Action::TermChanged).of(id).name(&term.name);
            let note = note.changed([
                ("name", before.name != term.name),
                ("first_day", before.first_day != term.first_day),
                ("last_day", before.last_day != term.last_day),
            ]);
            if let Some(note) = note {
                audit::record(conn, actor, note, now)?;
            }
            Ok(term)
        };
        self.app.db.core.write(write).await
    }

    /// Deletes a term no class belongs to.
    ///
    /// # Errors
    /// `conflict` while classes belong to it, also such as are over.
    pub async fn remove(&self, actor: &Actor, id: TermId) -> Result<()> {
        let (actor, org, now) = (*actor, actor.org, self.app.clock.now());
        let write = move |conn: &_| {
            let term = store::get(conn, org, id)?;
            store::delete(conn, org, id)?;
            events::append(conn, org, &Event::TermRemoved { term: id }, now)?;
            let deleted = Note::new(Action::TermDeleted).of(id).name(&term.name);
            audit::record(conn, actor, deleted, now)
        };
        self.app.db.core.write(write).await
    }
}

/// Refuses a term that ends before it begins.
fn check_days(term: &Term) -> Result<()> {
    if term.last_day < term.first_day {
        let detail = "The last day comes after the first.";
        return Err(Error::invalid("last_day", detail));
    }
    Ok(())
}
