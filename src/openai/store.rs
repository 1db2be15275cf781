//! Every SQL statement on keys.

use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, named_params, params};

use super::keys::Key;
use crate::error::{OrNotFound, Result};
use crate::types::{KeyId, OrgId, Timestamp};

/// Inserts a key; false when the school has `most` already.
pub fn insert(conn: &Connection, key: &Key, sha256: &[u8; 32], most: u32) -> Result<bool> {
    let rows = conn
        .prepare_cached(include_str!("sql/insert_key.sql"))?
        .execute(named_params! {
            ":id": key.id,
            ":org": key.org,
            ":name": key.name,
            ":sha256": sha256,
            ":hint": key.hint,
            ":scopes": serde_json::to_string(&key.scopes)?,
            ":rate": key.rate,
            ":batch": key.batch,
            ":language": key.language,
            ":created_by": key.created_by,
            ":created_at": key.created_at,
            ":most": most,
        })?;
    Ok(rows == 1)
}

/// The keys of a school, newest first, revoked ones last.
pub fn list(conn: &Connection, org: OrgId) -> Result<Vec<Key>> {
    let mut statement = conn.prepare_cached(
        "SELECT * FROM api_keys WHERE org_id = ?1
         ORDER BY revoked_at IS NOT NULL, id DESC LIMIT 500",
    )?;
    let rows = statement.query_map([org], key)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The live key with this hash.
pub fn find(conn: &Connection, sha256: &[u8; 32]) -> Result<Option<Key>> {
    let found = conn
        .prepare_cached("SELECT * FROM api_keys WHERE sha256 = ?1 AND revoked_at IS NULL")?
        .query_row([sha256], key)
        .optional()?;
    Ok(found)
}

/// Revokes a key of a school; the time of an earlier revocation stays. Answers what the key
/// is for.
pub fn revoke(conn: &Connection, org: OrgId, id: KeyId, now: Timestamp) -> Result<String> {
    conn.query_row(
        "UPDATE api_keys SET revoked_at = coalesce(revoked_at, ?3)
         WHERE org_id = ?1 AND id = ?2 RETURNING name",
        params![org, id, now],
        |row| row.get("name"),
    )
    .or_not_found("key")
}

pub fn used(conn: &Connection, id: KeyId, now: Timestamp) -> Result<()> {
    conn.prepare_cached("UPDATE api_keys SET last_used_at = ?2 WHERE id = ?1")?
        .execute(params![id, now])?;
    Ok(())
}

fn key(row: &Row<'_>) -> rusqlite::Result<Key> {
    let scopes: String = row.get("scopes")?;
    let scopes = serde_json::from_str(&scopes)
        .map_err(|e| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(e)))?;
    Ok(Key {
        id: row.get("id")?,
        org: row.get("org_id")?,
        name: row.get("name")?,
        hint: row.get("hint")?,
        scopes,
        rate: row.get("rate")?,
        batch: row.get("batch")?,
        language: row.get("language")?,
        created_by: row.get("created_by")?,
        created_at: row.get("created_at")?,
        last_used_at: row.get("last_used_at")?,
        revoked_at: row.get("revoked_at")?,
    })
}
