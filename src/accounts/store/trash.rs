//! Every statement on people in the trash.

use rusqlite::Connection;

use super::{delete_sessions_of, read_person, refuse_last_admin};
use crate::accounts::names::{self, Username};
use crate::accounts::people::may_touch;
use crate::accounts::trash::TrashedPerson;
use crate::accounts::{Actor, Person, Role, noted};
use crate::audit::{self, Action};
use crate::error::{Code, Error, OnConstraint, OrNotFound, Result};
use crate::events::{self, Event};
use crate::types::{Lived, Moment, OrgId, SessionId, Timestamp, UserId};

/// Puts somebody into the trash. No user name has a space, so the key that is written
/// is nobody's.
pub fn put(conn: &Connection, org: OrgId, id: UserId, at: Moment) -> Result<()> {
    conn.prepare_cached(
        "UPDATE users SET trashed_at = ?3, trashed_lived = ?4, username_key = 'trash ' || id,
                          updated_at = ?3
         WHERE org_id = ?1 AND id = ?2",
    )?
    .execute((org, id, at.now, at.lived))?;
    Ok(())
}

/// Moves somebody to the trash; the sessions that ended.
///
/// # Errors
/// `conflict` for the last administrator, `forbidden` as for any change.
pub fn put_away(conn: &Connection, actor: Actor, id: UserId, at: Moment) -> Result<Vec<SessionId>> {
    let person = super::person(conn, actor.org, id)?;
    may_touch(actor, &person)?;
    if person.role == Role::Admin {
        refuse_last_admin(conn, &person)?;
    }
    put(conn, actor.org, id, at)?;
    events::append(conn, actor.org, &Event::UserTrashed { user: id }, at.now)?;
    audit::record(
        conn,
        actor,
        noted::person(Action::PersonTrashed, id),
        at.now,
    )?;
    delete_sessions_of(conn, actor.org, id, None)
}

/// Somebody who came into the trash after `since`.
pub fn person(conn: &Connection, org: OrgId, id: UserId, since: Lived) -> Result<Person> {
    conn.prepare_cached(
        "SELECT * FROM users
         WHERE org_id = ?1 AND id = ?2 AND trashed_at IS NOT NULL AND trashed_lived > ?3",
    )?
    .query_row((org, id, since), read_person)
    .or_not_found("person")
}

/// Whether somebody is in the trash.
pub fn has(conn: &Connection, org: OrgId, id: UserId) -> Result<bool> {
    let sql = "SELECT 1 FROM users WHERE org_id = ?1 AND id = ?2 AND trashed_at IS NOT NULL";
    Ok(conn.prepare_cached(sql)?.exists((org, id))?)
}

/// Brings somebody back who came into the trash after `since`.
pub fn bring_back(
    conn: &Connection,
    actor: Actor,
    id: UserId,
    since: Lived,
    now: Timestamp,
) -> Result<()> {
    let person = person(conn, actor.org, id, since)?;
    may_touch(actor, &person)?;
    let username = names::username(&person.username.shown)?;
    take_back(conn, actor.org, id, &username, now)?;
    events::append(conn, actor.org, &Event::UserRestored { user: id }, now)?;
    audit::record(conn, actor, noted::person(Action::PersonRestored, id), now)
}

/// Takes somebody out of the trash, without the number if somebody else has it by now.
fn take_back(
    conn: &Connection,
    org: OrgId,
    id: UserId,
    username: &Username,
    now: Timestamp,
) -> Result<()> {
    conn.prepare_cached(
        "UPDATE users SET trashed_at = NULL, username_key = ?3, updated_at = ?4,
                          number = CASE WHEN EXISTS (
                              SELECT 1 FROM people AS p
                              WHERE p.org_id = ?1 AND p.number = users.number
                          ) THEN NULL ELSE number END
         WHERE org_id = ?1 AND id = ?2",
    )?
    .execute((org, id, &username.key, now))
    .on_constraint("users.username_key", || {
        let detail = "Somebody else has that user name now.";
        Error::new(Code::NameTaken, detail).with_field("username")
    })?;
    Ok(())
}

/// Those of a school who came into the trash after `since`, the last one first.
pub fn list(conn: &Connection, org: OrgId, since: Lived) -> Result<Vec<TrashedPerson>> {
    let mut statement = conn.prepare_cached(
        "SELECT id, name, username, role, trashed_at, trashed_lived FROM users
         WHERE org_id = ?1 AND trashed_at IS NOT NULL AND trashed_lived > ?2
         ORDER BY trashed_at DESC, id",
    )?;
    let rows = statement.query_map((org, since), |row| {
        Ok(TrashedPerson {
            id: row.get("id")?,
            name: row.get("name")?,
            username: row.get("username")?,
            role: row.get("role")?,
            trashed_at: row.get("trashed_at")?,
            trashed_lived: row.get("trashed_lived")?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Those of all schools who came into the trash at `until` or before.
pub fn due(conn: &Connection, until: Lived) -> Result<Vec<(OrgId, UserId)>> {
    let mut statement = conn.prepare(
        "SELECT org_id, id FROM users WHERE trashed_at IS NOT NULL AND trashed_lived <= ?1",
    )?;
    let rows = statement.query_map([until], |row| Ok((row.get("org_id")?, row.get("id")?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
