//! People as lists that a school keeps elsewhere know them: read all at once, added and
//! changed by the hundred.
//!
//! Whoever is added by a list has no secret yet, because hashing one for each of a
//! thousand would take minutes: learners get digits or pictures with their class's
//! cards, staff a password from an administrator.

use std::collections::HashSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::password::NOBODY;
use super::people::{may_give, may_touch};
use super::{Accounts, Actor, Org, Person, Role, Way, names, noted, store};
use crate::audit;
use crate::error::{Code, Error, Result};
use crate::events::{self, Event};
use crate::types::{Language, OrgId, SessionId, UserId};

/// Longest number of a person, in characters.
const NUMBER_MAX: usize = 64;

/// Somebody of a school.
#[derive(Debug, Clone)]
pub(crate) struct Listed {
    pub(crate) id: UserId,
    pub(crate) number: Option<String>,
    pub(crate) name: String,
    pub(crate) username: String,
    pub(crate) role: Role,
    pub(crate) language: Language,
    pub(crate) active: bool,
    /// Whether the person also runs the box.
    pub(crate) platform_admin: bool,
    /// Whether the account waits for a teacher who approves it.
    pub(crate) waiting: bool,
}

/// What a list says of somebody, whose id was given to a new person beforehand: done
/// twice, it is done once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) id: UserId,
    pub(crate) number: Option<String>,
    pub(crate) name: String,
    pub(crate) username: String,
    pub(crate) role: Role,
    pub(crate) language: Language,
    pub(crate) active: bool,
}

/// How a user name is compared, if it is one.
pub(crate) fn username_key(text: &str) -> Option<String> {
    names::username(text).ok().map(|username| username.key)
}

/// Reads a school's own number of a person.
pub(crate) fn number(text: &str) -> Result<String> {
    let number = text.trim();
    let length = number.chars().count();
    if length == 0 || length > NUMBER_MAX || number.chars().any(char::is_control) {
        let detail = format!("A number has 1 to {NUMBER_MAX} characters.");
        return Err(Error::invalid("number", detail));
    }
    Ok(number.to_owned())
}

impl Accounts {
    /// Somebody who asked for work that goes on without the person: as the person
    /// stands now, of no session.
    ///
    /// # Errors
    /// `forbidden` once the person may not sign in any more.
    pub(crate) async fn acting(&self, org: OrgId, user: UserId) -> Result<Actor> {
        let read = move |conn: &_| store::person(conn, org, user);
        let person = self.0.app.db.core.read(read).await?;
        match person.active {
            true => Ok(person.actor(SessionId::new())),
            false => Err(Error::new(Code::Forbidden, "The account is closed.")),
        }
    }

    /// A school's own facts.
    pub(crate) async fn school(&self, org: OrgId) -> Result<Org> {
        let core = &self.0.app.db.core;
        core.read(move |conn| store::org(conn, org)).await
    }

    /// Everybody of a school, by name.
    pub(crate) async fn listed(&self, org: OrgId) -> Result<Vec<Listed>> {
        let read =
            move |conn: &_| Ok((store::people(conn, org)?, store::waiting::list(conn, org)?));
        let (people, waiting) = self.0.app.db.core.read(read).await?;
        let waiting: HashSet<UserId> = waiting.iter().map(|(person, _)| person.id).collect();
        let listed = |person: Person| Listed {
            waiting: waiting.contains(&person.id),
            id: person.id,
            number: person.number,
            name: person.name,
            username: person.username.shown,
            role: person.role,
            language: person.language,
            active: person.active,
            platform_admin: person.platform_admin,
        };
        Ok(people.into_iter().map(listed).collect())
    }

    /// Adds those who are not there and changes the others; all of them or none. Roles
    /// of those who are there stay.
    ///
    /// # Errors
    /// `name_taken`, `conflict` for a number that is another's, `forbidden` as for any
    /// change.
    pub(crate) async fn put_listed(&self, actor: Actor, entries: Vec<Entry>) -> Result<()> {
        let (live, now) = (Arc::clone(&self.0.live), self.now());
        let write = move |conn: &_| {
            let mut ended = Vec::new();
            let settings = store::settings::of(conn, actor.org)?;
            for entry in entries {
                let Some((mut person, _)) = store::by_id(conn, actor.org, entry.id)? else {
                    // Whoever was removed meanwhile stays where that put the person.
                    if store::trash::has(conn, actor.org, entry.id)? {
                        continue;
                    }
                    may_give(actor, entry.role)?;
                    let way = match entry.role {
                        Role::Learner | Role::Guest => settings.way,
                        Role::Admin | Role::Teacher => Way::Password,
                    };
                    let person = Person {
                        id: entry.id,
                        org: actor.org,
                        name: names::name("name", &entry.name)?,
                        username: names::username(&entry.username)?,
                        number: entry.number,
                        role: entry.role,
                        platform_admin: false,
                        language: entry.language,
                        way,
                        active: entry.active,
                        created_at: now,
                        last_seen_at: None,
                    };
                    store::insert_person(conn, &person, NOBODY)?;
                    continue;
                };
                may_touch(actor, &person)?;
                if store::waiting::has(conn, actor.org, entry.id)? {
                    // Only a teacher who looks at it opens such an account.
                    continue;
                }
                let before = person.clone();
                if person.active && !entry.active {
                    if person.role == Role::Admin {
                        store::refuse_last_admin(conn, &person)?;
                    }
                    ended.extend(store::delete_sessions_of(conn, actor.org, entry.id, None)?);
                }
                let new_standing = person.active != entry.active;
                person.name = names::name("name", &entry.name)?;
                person.number = entry.number;
                person.language = entry.language;
                person.active = entry.active;
                store::update_person(conn, &person, now)?;
                for note in noted::changes(&before, &person, false) {
                    audit::record(conn, actor, note, now)?;
                }
                if new_standing {
                    let event = Event::UserChanged {
                        user: entry.id,
                        role: person.role.as_str().to_owned(),
                        active: person.active,
                    };
                    events::append(conn, actor.org, &event, now)?;
                }
            }
            Ok(ended)
        };
        let core = &self.0.app.db.core;
        let then = move |ended: &Vec<SessionId>| live.end(ended);
        core.write_then(write, then).await?;
        Ok(())
    }
}
