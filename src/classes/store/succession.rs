//! SQL statements by which one class follows another.

use rusqlite::{Connection, params};

use super::name_taken;
use crate::error::{OnConstraint, Result};
use crate::types::{ClassId, OrgId, Timestamp, UserId};

/// Ends a class; it is not open when it is taken up again.
pub fn end(conn: &Connection, org: OrgId, id: ClassId, now: Timestamp) -> Result<()> {
    conn.prepare_cached(
        "UPDATE classes SET archived_at = ?3, open_until = 0, updated_at = ?3
         WHERE org_id = ?1 AND id = ?2",
    )?
    .execute(params![org, id, now])?;
    Ok(())
}

/// Takes up a class that was ended at this very moment, and no other.
pub fn take_up(
    conn: &Connection,
    org: OrgId,
    id: ClassId,
    ended_at: Timestamp,
    now: Timestamp,
) -> Result<()> {
    conn.prepare_cached(
        "UPDATE classes SET archived_at = NULL, updated_at = ?4
         WHERE org_id = ?1 AND id = ?2 AND archived_at = ?3",
    )?
    .execute(params![org, id, ended_at, now])
    .on_constraint("classes.name", name_taken)?;
    Ok(())
}

/// Puts the staff of a class into another one.
pub fn lead_staff(conn: &Connection, org: OrgId, from: ClassId, to: ClassId) -> Result<()> {
    conn.prepare_cached(
        "INSERT OR IGNORE INTO class_members (org_id, class_id, user_id)
         SELECT m.org_id, ?3, m.user_id
         FROM class_members AS m
         JOIN users AS u ON u.org_id = m.org_id AND u.id = m.user_id
         WHERE m.org_id = ?1 AND m.class_id = ?2 AND u.role <> 'learner'",
    )?
    .execute(params![org, from, to])?;
    Ok(())
}

/// Puts the learners of a class into another one, but for some.
pub fn lead_learners(
    conn: &Connection,
    org: OrgId,
    (from, to): (ClassId, ClassId),
    without: &[UserId],
) -> Result<()> {
    conn.prepare_cached(
        "INSERT OR IGNORE INTO class_members (org_id, class_id, user_id)
         SELECT m.org_id, ?3, m.user_id
         FROM class_members AS m
         JOIN users AS u ON u.org_id = m.org_id AND u.id = m.user_id
         WHERE m.org_id = ?1 AND m.class_id = ?2 AND u.role = 'learner'
           AND m.user_id NOT IN (SELECT value FROM json_each(?4))",
    )?
    .execute(params![org, from, to, serde_json::to_string(without)?])?;
    Ok(())
}
