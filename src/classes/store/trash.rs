//! Every SQL statement on classes in the trash.

use rusqlite::{Connection, Row, named_params, params};

use super::name_taken;
use crate::accounts::Actor;
use crate::classes::trash::TrashedClass;
use crate::error::{OnConstraint, OrNotFound, Result};
use crate::types::{ClassId, Lived, Moment, OrgId, Timestamp};

/// Puts a class into the trash; it is closed when it comes back.
pub fn put(conn: &Connection, org: OrgId, id: ClassId, at: Moment) -> Result<()> {
    conn.prepare_cached(
        "UPDATE classes SET trashed_at = ?3, trashed_lived = ?4, open_until = 0, updated_at = ?3
         WHERE org_id = ?1 AND id = ?2",
    )?
    .execute(params![org, id, at.now, at.lived])?;
    Ok(())
}

/// Takes a class out of the trash.
pub fn take_back(conn: &Connection, org: OrgId, id: ClassId, now: Timestamp) -> Result<()> {
    conn.prepare_cached(
        "UPDATE classes SET trashed_at = NULL, updated_at = ?3 WHERE org_id = ?1 AND id = ?2",
    )?
    .execute(params![org, id, now])
    .on_constraint("classes.name", name_taken)?;
    Ok(())
}

/// The classes of a school that came into the trash after `since`, the last one first.
pub fn list(conn: &Connection, actor: &Actor, since: Lived) -> Result<Vec<TrashedClass>> {
    let mut statement = conn.prepare_cached(include_str!("../sql/trashed_classes.sql"))?;
    let rows = statement.query_map(
        named_params! {
            ":org": actor.org, ":user": actor.user, ":since": since, ":id": None::<ClassId>,
        },
        class,
    )?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// One of them.
pub fn get(conn: &Connection, actor: &Actor, id: ClassId, since: Lived) -> Result<TrashedClass> {
    conn.prepare_cached(include_str!("../sql/trashed_classes.sql"))?
        .query_row(
            named_params! {
                ":org": actor.org, ":user": actor.user, ":since": since, ":id": id,
            },
            class,
        )
        .or_not_found("class")
}

/// The classes of all schools that came into the trash at `until` or before.
pub fn due(conn: &Connection, until: Lived) -> Result<Vec<(OrgId, ClassId)>> {
    let mut statement = conn.prepare(
        "SELECT org_id, id FROM classes WHERE trashed_at IS NOT NULL AND trashed_lived <= ?1",
    )?;
    let rows = statement.query_map([until], |row| Ok((row.get("org_id")?, row.get("id")?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Whether a class is in the trash.
pub fn has(conn: &Connection, org: OrgId, id: ClassId) -> Result<bool> {
    let sql = "SELECT 1 FROM classes WHERE org_id = ?1 AND id = ?2 AND trashed_at IS NOT NULL";
    Ok(conn.prepare_cached(sql)?.exists(params![org, id])?)
}

/// Deletes a class for good; what it was called.
pub fn delete(conn: &Connection, org: OrgId, id: ClassId) -> Result<String> {
    conn.prepare_cached("DELETE FROM classes WHERE org_id = ?1 AND id = ?2 RETURNING name")?
        .query_row(params![org, id], |row| row.get("name"))
        .or_not_found("class")
}

fn class(row: &Row<'_>) -> rusqlite::Result<TrashedClass> {
    Ok(TrashedClass {
        id: row.get("id")?,
        name: row.get("name")?,
        mine: row.get("mine")?,
        trashed_at: row.get("trashed_at")?,
        trashed_lived: row.get("trashed_lived")?,
    })
}
