//! How old learners are, written for many at once by whoever keeps their consents.

use rusqlite::Connection;

use super::{person, update_person};
use crate::accounts::{Actor, AgeBand, Role, noted};
use crate::audit;
use crate::error::{Error, Result};
use crate::types::{Timestamp, UserId};

/// Says how old a learner is; whether that is news. Who may say it is the caller's to ask.
///
/// # Errors
/// `not_found`, `invalid_field` for one of the staff.
pub fn set(
    conn: &Connection,
    actor: &Actor,
    user: UserId,
    age: Option<AgeBand>,
    now: Timestamp,
) -> Result<bool> {
    let before = person(conn, actor.org, user)?;
    if before.role != Role::Learner {
        return Err(Error::invalid("users", "Only learners have an age here."));
    }
    let mut after = before.clone();
    after.age = age;
    if after == before {
        return Ok(false);
    }
    update_person(conn, &after, now)?;
    for note in noted::changes(&before, &after, false) {
        audit::record(conn, actor, note, now)?;
    }
    Ok(true)
}
