//! Every SQL statement on stretches of recordings that were transcribed.

use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, params};

use crate::error::Result;
use crate::inference::document::Span;
use crate::inference::{Heard, Said};
use crate::types::{LessonId, OrgId};

/// What was heard so far, in order.
pub fn all(conn: &Connection, lesson: LessonId) -> Result<Vec<(Span, Heard)>> {
    let mut statement = conn.prepare_cached(
        "SELECT start_ms, end_ms, language, said FROM lesson_windows WHERE lesson_id = ?1
         ORDER BY start_ms",
    )?;
    let rows = statement.query_map([lesson], |row| {
        let said: String = row.get("said")?;
        let said: Vec<Said> = serde_json::from_str(&said)
            .map_err(|e| rusqlite::Error::FromSqlConversionFailure(3, Type::Text, Box::new(e)))?;
        let time = Span {
            start_ms: row.get("start_ms")?,
            end_ms: row.get("end_ms")?,
        };
        let language = row.get("language")?;
        Ok((time, Heard { said, language }))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Keeps what was heard in a window. A lesson deleted meanwhile refuses it.
pub fn put(conn: &Connection, lesson: LessonId, time: Span, heard: &Heard) -> Result<()> {
    let said = serde_json::to_string(&heard.said)?;
    conn.prepare_cached("INSERT OR REPLACE INTO lesson_windows VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![
            lesson,
            time.start_ms,
            time.end_ms,
            heard.language,
            said
        ])?;
    Ok(())
}

/// Forgets the windows of a lesson.
pub fn clear(conn: &Connection, lesson: LessonId) -> Result<()> {
    conn.execute("DELETE FROM lesson_windows WHERE lesson_id = ?1", [lesson])?;
    Ok(())
}

/// Notes how long a recording is and how loud along it.
pub fn set_sound(conn: &Connection, lesson: LessonId, ms: u32, loudness: &[u8]) -> Result<()> {
    conn.prepare_cached("UPDATE lessons SET duration_ms = ?2, loudness = ?3 WHERE id = ?1")?
        .execute(params![lesson, ms, loudness])?;
    Ok(())
}

/// How loud a recording is along it; none before it was listened to.
pub fn loudness(conn: &Connection, org: OrgId, lesson: LessonId) -> Result<Option<Vec<u8>>> {
    let sql = "SELECT loudness FROM lessons WHERE org_id = ?1 AND id = ?2";
    let found = conn
        .prepare_cached(sql)?
        .query_row(params![org, lesson], |row| row.get(0))
        .optional()?;
    Ok(found.flatten())
}
