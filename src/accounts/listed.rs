//! People as lists that a school keeps elsewhere know them: read all at once.

use std::collections::HashSet;

use super::{Accounts, Actor, Org, Person, Role, names, store};
use crate::error::{Code, Error, Result};
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
}
