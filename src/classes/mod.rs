//! Classes: who learns together, and who teaches them.
//!
//! Administrators see to all classes, teachers to those they are members of.
//! What a member is in a class follows from the role in the school. A lesson can
//! be kept for classes (`lessons`); membership is asked for with every request,
//! so it counts from the moment it is committed.
//!
//! Pupils sign in by their class: its code, their name from the list, and their
//! digits or pictures. Names are shown only while a teacher holds the class open.

mod cards;
mod entering;
mod http;
mod noted;
mod rolls;
mod store;
mod succession;
mod trash;

pub use http::routes;
pub(crate) use rolls::{Move, Roll};
pub(crate) use store::{
    add as put_into, going_names, insert, make, may_put_into, set_term, succession as follow,
    trash::put as put_into_trash,
};
pub use succession::raised;
pub use trash::empty_trash;

use crate::accounts::{Accounts, Actor, Role, checked_name};
use crate::audit;
use crate::error::{Code, Error, Result};
use crate::events::{self, Event};
use crate::state::App;
use crate::types::{ClassId, OrgId, TermId, Timestamp, UserId};

/// People added or taken out in one request.
const MOST_CHANGES: usize = 500;

/// A class, counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// Its id.
    pub id: ClassId,
    /// Whose it is.
    pub org: OrgId,
    /// Its name, one of a kind among the classes that are not over.
    pub name: String,
    /// The year or term it belongs to.
    pub term: Option<TermId>,
    /// When it was over.
    pub archived_at: Option<Timestamp>,
    /// What pupils type to find it; none until it was opened once.
    pub code: Option<String>,
    /// Until when whoever has the code sees the names.
    pub open_until: Timestamp,
    /// Learners in it who may sign in.
    pub learners: u32,
    /// Staff in it who may sign in.
    pub teachers: u32,
    /// Whether the person who asks is a member.
    pub mine: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Somebody in a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub id: UserId,
    /// The person's name.
    pub name: String,
    /// The name the person signs in with.
    pub username: String,
    /// What the person is in the school.
    pub role: Role,
    /// Whether the person may sign in.
    pub active: bool,
}

/// Changes to a class; what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// A new name.
    pub name: Option<String>,
    /// The term it belongs to; an inner `None` takes it out of all.
    pub term: Option<Option<TermId>>,
    /// Whether it is over.
    pub archived: Option<bool>,
}

/// The classes of a box. Cheap to clone.
#[derive(Clone)]
pub struct Classes {
    app: App,
    accounts: Accounts,
}

impl Classes {
    /// The classes in the app's database.
    pub fn new(app: App, accounts: Accounts) -> Self {
        Self { app, accounts }
    }

    /// The classes a person may know of, by name, those that are over last:
    /// staff all of the school, learners their own.
    pub async fn list(&self, actor: &Actor) -> Result<Vec<Class>> {
        let actor = *actor;
        let core = &self.app.db.core;
        core.read(move |conn| store::list(conn, &actor)).await
    }

    /// A class with its people, by name.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn get(&self, actor: &Actor, id: ClassId) -> Result<(Class, Vec<Member>)> {
        let actor = *actor;
        let core = &self.app.db.core;
        core.read(move |conn| store::with_members(conn, &actor, id))
            .await
    }

    /// Makes a class; a teacher who makes one teaches it.
    ///
    /// # Errors
    /// `name_taken`, `invalid_field`.
    pub async fn create(&self, actor: &Actor, name: &str, term: Option<TermId>) -> Result<Class> {
        let name = checked_name("name", name)?;
        let (actor, now) = (*actor, self.app.clock.now());
        let write = move |conn: &_| store::make(conn, &actor, &name, term, now);
        self.app.db.core.write(write).await
    }

    /// Renames a class, ends it or takes it up again, or puts it into a term.
    ///
    /// # Errors
    /// `name_taken`, `invalid_field` for a term that is not there, `forbidden` for a teacher of other classes.
    pub async fn change(&self, actor: &Actor, id: ClassId, changes: Changes) -> Result<Class> {
        let name = changes.name.map(|name| checked_name("name", &name));
        let name = name.transpose()?;
        let (actor, now) = (*actor, self.app.clock.now());
        let write = move |conn: &_| {
            let mut class = store::get(conn, &actor, id)?;
            let before = class.clone();
            may_change(&actor, &class)?;
            class.name = name.unwrap_or(class.name);
            class.archived_at = match changes.archived {
                Some(true) => {
                    // Taken up again, it is not open before somebody opens it.
                    class.open_until = Timestamp(0);
                    class.archived_at.or(Some(now))
                }
                Some(false) => None,
                None => class.archived_at,
            };
            store::update(conn, &class, now)?;
            if let Some(term) = changes.term {
                store::set_term(conn, actor.org, id, term)?;
            }
            events::append(conn, actor.org, &Event::ClassSaved { class: id }, now)?;
            let class = store::get(conn, &actor, id)?;
            for note in noted::changes(&before, &class) {
                audit::record(conn, actor, note, now)?;
            }
            Ok(class)
        };
        self.app.db.core.write(write).await
    }

    /// Adds people to a class and takes others out; all of it or nothing.
    ///
    /// # Errors
    /// `invalid_field` for somebody who is not of the school, `forbidden` for a
    /// teacher of other classes or one who changes who teaches.
    pub async fn change_members(
        &self,
        actor: &Actor,
        id: ClassId,
        add: Vec<UserId>,
        remove: Vec<UserId>,
    ) -> Result<(Class, Vec<Member>)> {
        if add.len() + remove.len() > MOST_CHANGES {
            let detail = format!("Send at most {MOST_CHANGES} people at once.");
            return Err(Error::invalid("add", detail));
        }
        let (actor, now) = (*actor, self.app.clock.now());
        let write = move |conn: &_| {
            let class = store::get(conn, &actor, id)?;
            may_change(&actor, &class)?;
            let mut changed = 0;
            for (people, field, wanted) in [(&remove, "remove", false), (&add, "add", true)] {
                for &user in people {
                    let role = store::role(conn, actor.org, user)?.ok_or_else(|| {
                        Error::invalid(field, "One of the people is not of this school.")
                    })?;
                    may_place(&actor, role)?;
                    let moved = match wanted {
                        true => store::add(conn, actor.org, id, user)?,
                        false => store::take_out(conn, actor.org, id, user)?,
                    };
                    if moved > 0 {
                        audit::record(conn, actor, noted::moved(&class, user, wanted), now)?;
                    }
                    changed += moved;
                }
            }
            if changed > 0 {
                let event = Event::ClassMembersChanged { class: id, changed };
                events::append(conn, actor.org, &event, now)?;
            }
            store::with_members(conn, &actor, id)
        };
        self.app.db.core.write(write).await
    }
}

/// Whether somebody may change a class.
fn may_change(actor: &Actor, class: &Class) -> Result<()> {
    may_change_of(actor, class.mine)
}

/// The same for one of which only is known whether the person is a member.
fn may_change_of(actor: &Actor, is_member: bool) -> Result<()> {
    match actor.role {
        Role::Admin => Ok(()),
        Role::Teacher if is_member => Ok(()),
        _ => Err(Error::new(
            Code::Forbidden,
            "Only its teachers and administrators change a class.",
        )),
    }
}

/// Whether somebody may put a person of this role into a class or take one out.
fn may_place(actor: &Actor, role: Role) -> Result<()> {
    match (actor.role, role) {
        (_, Role::Guest) => Err(Error::new(Code::Forbidden, "Guests are in no class.")),
        (Role::Admin, _) | (Role::Teacher, Role::Learner) => Ok(()),
        _ => Err(Error::new(
            Code::Forbidden,
            "Administrators say who teaches a class.",
        )),
    }
}
