//! Every SQL statement on lists that people sent.

use rusqlite::{Connection, Row, named_params, params};

use super::job::LeftStep;
use super::steps::Step;
use super::{Import, ImportOutcome, ImportState, Left, Planned};
use crate::error::{OrNotFound, Result};
use crate::types::{ImportId, OrgId, Timestamp, UserId};

/// Keeps a list with what its rows would do.
pub fn insert(conn: &Connection, import: &Import, rows: &[Planned]) -> Result<()> {
    conn.prepare_cached(
        "INSERT INTO imports (id, org_id, sent_by, file_name, state, findings, counts, created_at)
         VALUES (:id, :org, :by, :file_name, :state, :findings, :counts, :now)",
    )?
    .execute(named_params! {
        ":id": import.id, ":org": import.org, ":by": import.sent_by,
        ":file_name": import.file_name, ":state": import.state,
        ":findings": serde_json::to_string(&import.findings)?,
        ":counts": serde_json::to_string(&import.counts)?, ":now": import.created_at,
    })?;
    let mut insert = conn.prepare_cached(
        "INSERT INTO import_rows (import_id, place, outcome, row) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for (place, row) in (0_u32..).zip(rows) {
        insert.execute((import.id, place, row.outcome, serde_json::to_string(row)?))?;
    }
    Ok(())
}

/// Rows of a list from a place on, at most `limit`, with their places.
pub fn rows(
    conn: &Connection,
    id: ImportId,
    outcome: Option<ImportOutcome>,
    from: u32,
    limit: u32,
) -> Result<Vec<(u32, Planned)>> {
    let sql = match outcome {
        Some(_) => include_str!("sql/rows_of_outcome.sql"),
        None => include_str!("sql/rows.sql"),
    };
    let mut statement = conn.prepare_cached(sql)?;
    let mut found = statement.query(params![id, from, limit, outcome])?;
    let mut rows = Vec::new();
    while let Some(row) = found.next()? {
        let planned: String = row.get("row")?;
        rows.push((row.get("place")?, serde_json::from_str(&planned)?));
    }
    Ok(rows)
}

/// Forgets lists of a person that were never started: they hold people's data.
pub fn forget_unstarted(conn: &Connection, org: OrgId, by: UserId) -> Result<()> {
    conn.prepare_cached(
        "DELETE FROM imports WHERE org_id = ?1 AND sent_by = ?2 AND state = 'checked'",
    )?
    .execute((org, by))?;
    Ok(())
}

/// The lists of a person, the newest first, without their rows.
pub fn sent_by(conn: &Connection, org: OrgId, by: UserId) -> Result<Vec<Import>> {
    let mut statement = conn.prepare_cached(
        "SELECT id, org_id, sent_by, file_name, state, total, done, counts, created_at,
                '{}' AS findings
         FROM imports WHERE org_id = ?1 AND sent_by = ?2 ORDER BY created_at DESC, id DESC",
    )?;
    let rows = statement.query_map((org, by), import)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub fn get(conn: &Connection, org: OrgId, by: UserId, id: ImportId) -> Result<Import> {
    conn.prepare_cached("SELECT * FROM imports WHERE id = ?1 AND org_id = ?2 AND sent_by = ?3")?
        .query_row((id, org, by), import)
        .or_not_found("list")
}

/// Notes the steps of a list that begins; false when it was begun before, or another of
/// the school is not done.
pub fn start(conn: &Connection, import: &Import, steps: &[Step]) -> Result<bool> {
    let changed = conn
        .prepare_cached(
            "UPDATE imports SET state = 'running', steps = :steps, total = :total,
                                counts = :counts
             WHERE id = :id AND state = 'checked'
               AND NOT EXISTS (SELECT 1 FROM imports AS other
                               WHERE other.org_id = :org AND other.state = 'running')",
        )?
        .execute(named_params! {
            ":id": import.id, ":org": import.org, ":total": import.total,
            ":steps": serde_json::to_string(steps)?,
            ":counts": serde_json::to_string(&import.counts)?,
        })?;
    if changed > 0 {
        // The steps say all that is left to say.
        conn.prepare_cached("DELETE FROM import_rows WHERE import_id = ?1")?
            .execute([import.id])?;
    }
    Ok(changed > 0)
}

/// What is to be done about a list, and how much of it was; none when it is not running.
pub fn work(conn: &Connection, id: ImportId) -> Result<Option<(Import, Vec<Step>)>> {
    let mut statement =
        conn.prepare_cached("SELECT * FROM imports WHERE id = ?1 AND state = 'running'")?;
    let mut rows = statement.query([id])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let steps: String = row.get("steps")?;
    Ok(Some((import(row)?, serde_json::from_str(&steps)?)))
}

/// Notes how many steps were done, and who was left; of somebody left twice the first.
pub fn progress(conn: &Connection, id: ImportId, done: u32, left: &[LeftStep]) -> Result<()> {
    conn.prepare_cached("UPDATE imports SET done = ?2 WHERE id = ?1")?
        .execute((id, done))?;
    let mut insert = conn.prepare_cached(
        "INSERT INTO import_left (import_id, place, line, user_id, reason)
         VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
    )?;
    for step in left {
        insert.execute((id, step.place, step.line, step.user, step.reason))?;
    }
    Ok(())
}

/// Who was left, in the order of the steps; names are looked up, so that who is erased
/// is erased here too.
pub fn left(conn: &Connection, org: OrgId, id: ImportId) -> Result<Vec<Left>> {
    let mut statement = conn.prepare_cached(
        "SELECT l.line, l.reason, u.name FROM import_left AS l
         LEFT JOIN people AS u ON u.org_id = ?1 AND u.id = l.user_id
         WHERE l.import_id = ?2 ORDER BY l.place",
    )?;
    let rows = statement.query_map((org, id), |row| {
        Ok(Left {
            line: row.get("line")?,
            name: row.get("name")?,
            reason: row.get("reason")?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Ends a list; what it said of people goes.
pub fn end(conn: &Connection, id: ImportId, state: ImportState) -> Result<()> {
    conn.prepare_cached(
        "UPDATE imports SET state = ?2, findings = '{}', steps = '[]'
         WHERE id = ?1 AND state = 'running'",
    )?
    .execute(params![id, state])?;
    Ok(())
}

/// Forgets lists that were sent before a time and never started.
pub fn forget_before(conn: &Connection, time: Timestamp) -> Result<usize> {
    Ok(conn
        .prepare_cached("DELETE FROM imports WHERE state = 'checked' AND created_at < ?1")?
        .execute([time])?)
}

/// Whether there are such lists.
pub fn has_before(conn: &Connection, time: Timestamp) -> Result<bool> {
    let sql = "SELECT 1 FROM imports WHERE state = 'checked' AND created_at < ?1";
    Ok(conn.prepare_cached(sql)?.exists([time])?)
}

pub fn delete(conn: &Connection, id: ImportId) -> Result<()> {
    conn.prepare_cached("DELETE FROM imports WHERE id = ?1")?
        .execute([id])?;
    Ok(())
}

fn import(row: &Row<'_>) -> rusqlite::Result<Import> {
    let json = |column: &str| row.get::<_, Option<String>>(column);
    let wrong = |e: serde_json::Error| {
        let kind = rusqlite::types::Type::Text;
        rusqlite::Error::FromSqlConversionFailure(0, kind, Box::new(e))
    };
    let findings = json("findings")?.unwrap_or_default();
    let counts = json("counts")?.unwrap_or_else(|| "null".to_owned());
    Ok(Import {
        id: row.get("id")?,
        org: row.get("org_id")?,
        sent_by: row.get("sent_by")?,
        file_name: row.get("file_name")?,
        state: row.get("state")?,
        total: row.get("total")?,
        done: row.get("done")?,
        counts: serde_json::from_str(&counts).map_err(wrong)?,
        created_at: row.get("created_at")?,
        findings: serde_json::from_str(&findings).map_err(wrong)?,
    })
}
