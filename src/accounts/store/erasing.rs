//! Every statement on people who are deleted for good. Whoever deletes them looks after
//! the rest of what is about them (`src/privacy`).

use rusqlite::{Connection, OptionalExtension};

use super::{delete_person, delete_sessions_of, read_person, refuse_last_admin, trash};
use crate::accounts::people::may_touch;
use crate::accounts::{Actor, Person, Role};
use crate::error::{Code, Error, OrNotFound, Result};
use crate::types::{Lived, OrgId, SessionId, UserId};

/// Somebody, in the trash or not.
#[derive(Debug, Clone)]
pub(crate) struct Somebody {
    /// Who.
    pub(crate) id: UserId,
    /// The person's name.
    pub(crate) name: String,
    /// What the person is in the school.
    pub(crate) role: Role,
}

impl From<Person> for Somebody {
    fn from(person: Person) -> Self {
        Self {
            id: person.id,
            name: person.name,
            role: person.role,
        }
    }
}

/// Somebody of the actor's school, in the trash or not, whom the actor may change.
///
/// # Errors
/// `not_found`; `forbidden` as for any change.
pub(crate) fn changeable(conn: &Connection, actor: Actor, id: UserId) -> Result<Somebody> {
    Ok(find(conn, actor, id)?.into())
}

/// The same, if the person may be deleted for good.
///
/// # Errors
/// `conflict` for oneself and for the last administrator.
pub(crate) fn erasable(conn: &Connection, actor: Actor, id: UserId) -> Result<Somebody> {
    let person = find(conn, actor, id)?;
    if id == actor.user {
        let detail = "Another administrator has to delete your account.";
        return Err(Error::new(Code::Conflict, detail));
    }
    if person.role == Role::Admin && !trash::has(conn, actor.org, id)? {
        refuse_last_admin(conn, &person)?;
    }
    Ok(person.into())
}

fn find(conn: &Connection, actor: Actor, id: UserId) -> Result<Person> {
    let person = conn
        .prepare_cached("SELECT * FROM users WHERE org_id = ?1 AND id = ?2")?
        .query_row((actor.org, id), read_person)
        .or_not_found("person")?;
    may_touch(actor, &person)?;
    Ok(person)
}

/// Deletes a person with all that goes with the row; answers which sessions are over.
pub(crate) fn erase_person(conn: &Connection, org: OrgId, id: UserId) -> Result<Vec<SessionId>> {
    let ended = delete_sessions_of(conn, org, id, None)?;
    delete_person(conn, org, id)?;
    Ok(ended)
}

/// Who takes over what a person leaves to the school: `wanted`, if that is one of the
/// staff, or the administrator who is there longest.
pub(crate) fn heir(
    conn: &Connection,
    org: OrgId,
    leaving: UserId,
    wanted: Option<UserId>,
) -> Result<Option<UserId>> {
    Ok(conn
        .prepare_cached(
            "SELECT id FROM people
             WHERE org_id = ?1 AND id <> ?2 AND active
               AND (id = ?3 AND role <> 'learner' OR role = 'admin')
             ORDER BY id IS NOT ?3, created_at, id LIMIT 1",
        )?
        .query_row((org, leaving, wanted), |row| row.get(0))
        .optional()?)
}

/// Those of all schools who came into the trash at `until` or before.
pub(crate) fn due_in_trash(conn: &Connection, until: Lived) -> Result<Vec<(OrgId, UserId)>> {
    trash::due(conn, until)
}
