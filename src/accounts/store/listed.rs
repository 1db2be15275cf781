//! What lists do about one person, each within the caller's transaction. What is refused
//! is refused before anything is written, so that the others go on.

use rusqlite::Connection;

use super::{NOBODY, settings, waiting};
use super::{by_id, delete_sessions_of, insert_person, refuse_last_admin, trash, update_person};
use crate::accounts::changes::{Changes, Done, Entry, ImportLeftReason};
use crate::accounts::people::{may_give, may_touch};
use crate::accounts::{Actor, Person, Role, Way, names, noted};
use crate::audit;
use crate::error::{Code, Error, Result};
use crate::events::{self, Event};
use crate::types::{SessionId, Timestamp, UserId};

/// Adds somebody, unless that was done before.
pub fn add(conn: &Connection, actor: Actor, entry: Entry, now: Timestamp) -> Result<Done> {
    if by_id(conn, actor.org, entry.id)?.is_some() {
        return Ok(Ok(()));
    }
    // Whoever was removed meanwhile stays where that put the person.
    if trash::has(conn, actor.org, entry.id)? {
        return Ok(Err(ImportLeftReason::PersonGone));
    }
    if may_give(actor, entry.role).is_err() {
        return Ok(Err(ImportLeftReason::PersonNotYours));
    }
    let way = match entry.role {
        Role::Learner | Role::Guest => settings::of(conn, actor.org)?.way,
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
    // Hashing a secret for each of a thousand would take minutes.
    taken(insert_person(conn, &person, NOBODY))
}

/// Changes somebody; closing an account ends its sessions.
pub fn change(
    conn: &Connection,
    actor: Actor,
    id: UserId,
    changes: Changes,
    now: Timestamp,
    ended: &mut Vec<SessionId>,
) -> Result<Done> {
    let Some((before, _)) = by_id(conn, actor.org, id)? else {
        return Ok(Err(ImportLeftReason::PersonGone));
    };
    if waiting::has(conn, actor.org, id)? {
        // Only a teacher who looks at it opens such an account.
        return Ok(Err(ImportLeftReason::Waiting));
    }
    if may_touch(actor, &before).is_err() {
        return Ok(Err(ImportLeftReason::PersonNotYours));
    }
    let Some(after) = changes.of(&before) else {
        return Ok(Err(ImportLeftReason::PersonChanged));
    };
    if after == before {
        return Ok(Ok(()));
    }
    let closes = before.active && !after.active;
    if closes && before.role == Role::Admin && refuse_last_admin(conn, &before).is_err() {
        return Ok(Err(ImportLeftReason::PersonNotYours));
    }
    if let Err(reason) = taken(update_person(conn, &after, now))? {
        return Ok(Err(reason));
    }
    if closes {
        ended.extend(delete_sessions_of(conn, actor.org, id, None)?);
    }
    for note in noted::changes(&before, &after, false) {
        audit::record(conn, actor, note, now)?;
    }
    if before.active != after.active {
        let event = Event::UserChanged {
            user: id,
            role: after.role.as_str().to_owned(),
            active: after.active,
        };
        events::append(conn, actor.org, &event, now)?;
    }
    Ok(Ok(()))
}

/// What became of a write that somebody else's name or number may stand in the way of.
fn taken(written: Result<()>) -> Result<Done> {
    match written {
        Ok(()) => Ok(Ok(())),
        Err(Error::Refused(refusal)) if refusal.code == Code::NameTaken => {
            Ok(Err(ImportLeftReason::UsernameTaken))
        }
        Err(Error::Refused(refusal)) if refusal.code == Code::Conflict => {
            Ok(Err(ImportLeftReason::NumberTaken))
        }
        Err(error) => Err(error),
    }
}
