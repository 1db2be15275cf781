//! Every statement on badges, of which only the SHA-256 of the code is kept.

use rusqlite::{Connection, OptionalExtension};

use super::read_person;
use crate::accounts::Person;
use crate::error::Result;
use crate::types::{OrgId, Timestamp, UserId};

/// The person of a badge and the stored hash of the secret.
pub fn holder(conn: &Connection, badge: [u8; 32]) -> Result<Option<(Person, String)>> {
    Ok(conn
        .prepare_cached(
            "SELECT u.* FROM badges AS b
             JOIN people AS u ON u.org_id = b.org_id AND u.id = b.user_id
             WHERE b.sha256 = ?1",
        )?
        .query_row([badge], |row| {
            Ok((read_person(row)?, row.get("password_hash")?))
        })
        .optional()?)
}

/// Keeps the badge of a person who has none.
pub fn put(
    conn: &Connection,
    org: OrgId,
    id: UserId,
    badge: [u8; 32],
    now: Timestamp,
) -> Result<()> {
    conn.prepare_cached("INSERT INTO badges VALUES (?1, ?2, ?3, ?4)")?
        .execute((org, id, badge, now))?;
    Ok(())
}

/// Forgets the badge of a person; whether there was one.
pub fn delete(conn: &Connection, org: OrgId, id: UserId) -> Result<bool> {
    let gone = conn
        .prepare_cached("DELETE FROM badges WHERE org_id = ?1 AND user_id = ?2")?
        .execute((org, id))?;
    Ok(gone > 0)
}
