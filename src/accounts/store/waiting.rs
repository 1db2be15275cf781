//! Every statement on accounts that wait for a teacher.

use rusqlite::Connection;

use super::read_person;
use crate::accounts::Person;
use crate::error::Result;
use crate::types::{OrgId, Timestamp, UserId};

/// Notes that a closed account waits.
pub fn put(conn: &Connection, org: OrgId, id: UserId, now: Timestamp) -> Result<()> {
    conn.prepare_cached("INSERT INTO waiting (org_id, user_id, asked_at) VALUES (?1, ?2, ?3)")?
        .execute((org, id, now))?;
    Ok(())
}

/// Whether an account waits.
pub fn has(conn: &Connection, org: OrgId, id: UserId) -> Result<bool> {
    let sql = "SELECT 1 FROM waiting AS w
               JOIN people AS u ON u.org_id = w.org_id AND u.id = w.user_id
               WHERE w.org_id = ?1 AND w.user_id = ?2";
    Ok(conn.prepare_cached(sql)?.exists((org, id))?)
}

/// Whether an account waited until it came into the trash.
pub fn was_refused(conn: &Connection, org: OrgId, id: UserId) -> Result<bool> {
    let sql = "SELECT 1 FROM waiting AS w
               JOIN users AS u ON u.org_id = w.org_id AND u.id = w.user_id
               WHERE w.org_id = ?1 AND w.user_id = ?2 AND u.trashed_at IS NOT NULL";
    Ok(conn.prepare_cached(sql)?.exists((org, id))?)
}

/// An account waits no more.
pub fn delete(conn: &Connection, org: OrgId, id: UserId) -> Result<()> {
    conn.prepare_cached("DELETE FROM waiting WHERE org_id = ?1 AND user_id = ?2")?
        .execute((org, id))?;
    Ok(())
}

/// Those of a school who wait, and since when; who asked first comes first.
pub fn list(conn: &Connection, org: OrgId) -> Result<Vec<(Person, Timestamp)>> {
    let mut statement = conn.prepare_cached(
        "SELECT u.*, w.asked_at FROM waiting AS w
         JOIN people AS u ON u.org_id = w.org_id AND u.id = w.user_id
         WHERE w.org_id = ?1 ORDER BY w.asked_at, u.id",
    )?;
    let rows = statement.query_map([org], |row| Ok((read_person(row)?, row.get("asked_at")?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
