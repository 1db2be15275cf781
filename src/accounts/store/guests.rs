//! Every statement on guests, whose accounts last as long as their sessions.

use rusqlite::{Connection, named_params};

use crate::accounts::{Person, Role};
use crate::db::remains;
use crate::error::Result;
use crate::types::{OrgId, SessionId};

/// Adds a guest. Nothing is said in the outbox: there is nobody to know of.
pub fn insert(conn: &Connection, guest: &Person, hash: &str) -> Result<()> {
    conn.prepare_cached(include_str!("../sql/insert_person.sql"))?
        .execute(named_params! {
            ":org": guest.org, ":id": guest.id, ":name": guest.name,
            ":username": guest.username.shown, ":username_key": guest.username.key,
            ":role": guest.role, ":age": guest.age, ":platform_admin": false,
            ":number": None::<String>, ":language": guest.language, ":way": guest.way, ":password_hash": hash,
            ":active": true, ":now": guest.created_at,
        })?;
    Ok(())
}

/// Deletes guests who have gone, with all they asked, and notes that the bytes have to go.
pub fn forget(conn: &Connection) -> Result<()> {
    let schools = conn
        .prepare_cached(
            "DELETE FROM users WHERE role = ?1 AND NOT EXISTS (
                 SELECT 1 FROM sessions AS s
                 WHERE s.org_id = users.org_id AND s.user_id = users.id)
             RETURNING org_id",
        )?
        .query_map([Role::Guest], |row| row.get("org_id"))?
        .collect::<rusqlite::Result<Vec<OrgId>>>()?;
    match schools.first() {
        Some(&org) => remains::leave(conn, org),
        None => Ok(()),
    }
}

/// Whether a guest has gone who was not deleted yet.
pub fn are_gone(conn: &Connection) -> Result<bool> {
    let sql = "SELECT 1 FROM users WHERE role = ?1 AND NOT EXISTS (
                   SELECT 1 FROM sessions AS s
                   WHERE s.org_id = users.org_id AND s.user_id = users.id)";
    Ok(conn.prepare_cached(sql)?.exists([Role::Guest])?)
}

/// How many guests a school has.
pub fn count(conn: &Connection, org: OrgId) -> Result<u32> {
    let sql = "SELECT count(*) FROM users WHERE org_id = ?1 AND role = ?2";
    Ok(conn
        .prepare_cached(sql)?
        .query_row((org, Role::Guest), |row| row.get(0))?)
}

/// Ends the sessions of a school's guests; answers which.
pub fn end_all(conn: &Connection, org: OrgId) -> Result<Vec<SessionId>> {
    Ok(conn
        .prepare_cached(
            "DELETE FROM sessions WHERE org_id = ?1 AND user_id IN (
                 SELECT id FROM users WHERE org_id = ?1 AND role = ?2)
             RETURNING id",
        )?
        .query_map((org, Role::Guest), |row| row.get("id"))?
        .collect::<rusqlite::Result<_>>()?)
}
