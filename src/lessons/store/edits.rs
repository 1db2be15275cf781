//! Every SQL statement on what teachers changed in a text.

use rusqlite::{Connection, params};

use crate::accounts::Actor;
use crate::error::Result;
use crate::jobs;
use crate::lessons::Lesson;
use crate::lessons::edits::{self, Edit, Edits};
use crate::lessons::ingest::ReadLesson;
use crate::types::{LessonId, Timestamp};

/// The changes of a lesson.
pub fn all(conn: &Connection, lesson: LessonId) -> Result<Edits> {
    let sql = "SELECT key, text FROM lesson_edits WHERE lesson_id = ?1";
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map([lesson], |row| {
        let text: Option<String> = row.get("text")?;
        Ok((row.get("key")?, text.map_or(Edit::Excluded, Edit::Text)))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Writes changes, `None` for what is as read again, and the fingerprint of
/// all. The caller has made sure that the lesson is of the actor's school.
pub fn apply(
    conn: &Connection,
    actor: &Actor,
    lesson: LessonId,
    changes: &[(String, Option<Edit>)],
    now: Timestamp,
) -> Result<()> {
    let mut take_back =
        conn.prepare_cached("DELETE FROM lesson_edits WHERE lesson_id = ?1 AND key = ?2")?;
    let mut put = conn.prepare_cached(include_str!("../sql/put_edit.sql"))?;
    for (key, edit) in changes {
        let text = match edit {
            None => {
                take_back.execute(params![lesson, key])?;
                continue;
            }
            Some(Edit::Text(text)) => Some(text),
            Some(Edit::Excluded) => None,
        };
        put.execute(params![lesson, key, text, actor.user, now])?;
    }
    let fingerprint = edits::fingerprint(&all(conn, lesson)?);
    conn.prepare_cached(
        "UPDATE lessons SET edits = ?3, updated_at = ?4 WHERE org_id = ?1 AND id = ?2",
    )?
    .execute(params![actor.org, lesson, fingerprint, now])?;
    Ok(())
}

/// Queues a lesson's reading in place of what is being made of it; text that
/// was read already is only cut and embedded anew.
pub fn cut_anew(conn: &Connection, lesson: &Lesson, now: Timestamp) -> Result<()> {
    jobs::cancel_by_subject(conn, &lesson.id.to_string(), now)?;
    jobs::enqueue(conn, ReadLesson::job(lesson.org, lesson.id), now)?;
    Ok(())
}
