//! Every SQL statement on the small pictures of lessons.

use rusqlite::{Connection, params};

use crate::blobs::BlobHash;
use crate::error::{Error, Result};
use crate::lessons::Lesson;
use crate::types::{LessonId, Timestamp};

/// Notes what a maker of posters made of a lesson; none where it has no picture. The
/// lesson is another one by that, so that no page takes an older copy for this one.
pub fn set(
    conn: &Connection,
    lesson: LessonId,
    poster: Option<BlobHash>,
    by: u32,
    now: Timestamp,
) -> Result<()> {
    let mut statement = conn.prepare_cached(
        "UPDATE lessons SET poster = ?2, poster_by = ?3, updated_at = max(updated_at + 1, ?4)
         WHERE id = ?1",
    )?;
    match statement.execute(params![lesson, poster, by, now])? {
        // Deleted meanwhile.
        0 => Err(Error::not_found("lesson")),
        _ => Ok(()),
    }
}

/// Lessons with a text that this maker of posters has not looked at.
pub fn without(conn: &Connection, by: u32) -> Result<Vec<Lesson>> {
    let select = super::SELECT;
    let sql = format!("{select} WHERE text IS NOT NULL AND poster_by < ?1");
    let mut statement = conn.prepare(&sql)?;
    let rows = statement.query_map([by], super::lesson)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
