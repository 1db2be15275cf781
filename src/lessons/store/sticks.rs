//! Every SQL statement on copies from sticks.

use rusqlite::{Connection, OptionalExtension, Row, named_params, params};

use crate::blobs::BlobHash;
use crate::error::{Code, OrNotFound, Result};
use crate::lessons::incoming::Naming;
use crate::lessons::sticks::{FileState, Known, Place, StickCopy, StickFile};
use crate::types::{CopyId, LessonId, OrgId, Timestamp, UserId};

/// The lessons of a school by their size, to compare files with.
pub fn known(conn: &Connection, org: OrgId) -> Result<Known> {
    let mut statement =
        conn.prepare_cached("SELECT bytes, id, original FROM lessons WHERE org_id = ?1")?;
    let mut rows = statement.query([org])?;
    let mut known = Known::new();
    while let Some(row) = rows.next()? {
        let same: &mut Vec<(LessonId, BlobHash)> = known.entry(size(row)?).or_default();
        same.push((row.get("id")?, row.get("original")?));
    }
    Ok(known)
}

/// Whether files of this person's wait to be copied.
pub fn is_copying(conn: &Connection, owner: UserId) -> Result<bool> {
    Ok(conn.query_row(
        "SELECT EXISTS (SELECT 1 FROM stick_copies c JOIN stick_files f ON f.copy_id = c.id
             WHERE c.owner = ?1 AND f.state = 'waiting')",
        [owner],
        |row| row.get(0),
    )?)
}

pub fn insert(conn: &Connection, copy: &StickCopy, files: &[StickFile]) -> Result<()> {
    conn.execute(
        include_str!("../sql/insert_stick_copy.sql"),
        named_params! {
            ":id": copy.id,
            ":org": copy.org,
            ":owner": copy.owner,
            ":stick": copy.stick,
            ":stick_name": copy.stick_name,
            ":subject": copy.naming.subject,
            ":language": copy.naming.language,
            ":shared": copy.naming.shared,
            ":now": copy.created_at,
        },
    )?;
    let mut statement = conn.prepare_cached(
        "INSERT INTO stick_files (copy_id, n, place, bytes, state, code, lesson_id)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    for file in files {
        let (place, bytes) = (&file.place.0, file.bytes as i64);
        let (state, code, lesson) = (file.state, file.code, file.lesson);
        statement.execute(params![copy.id, file.n, place, bytes, state, code, lesson])?;
    }
    Ok(())
}

/// The copy of a job; none when it was taken off the list.
pub fn get(conn: &Connection, id: CopyId) -> Result<Option<StickCopy>> {
    let found = conn
        .prepare_cached("SELECT * FROM stick_copies WHERE id = ?1")?
        .query_row([id], copy)
        .optional()?;
    Ok(found)
}

/// A person's copies with their files, newest first.
pub fn list(
    conn: &Connection,
    org: OrgId,
    owner: UserId,
) -> Result<Vec<(StickCopy, Vec<StickFile>)>> {
    let mut statement = conn.prepare_cached(
        "SELECT * FROM stick_copies WHERE org_id = ?1 AND owner = ?2 ORDER BY created_at DESC, id",
    )?;
    let copies = statement.query_map(params![org, owner], copy)?;
    let mut files =
        conn.prepare_cached("SELECT * FROM stick_files WHERE copy_id = ?1 ORDER BY n")?;
    let mut found = Vec::new();
    for copy in copies {
        let copy = copy?;
        let of_copy = files.query_map([copy.id], file)?;
        found.push((copy, of_copy.collect::<rusqlite::Result<_>>()?));
    }
    Ok(found)
}

/// Refuses a copy that is not this person's.
pub fn owned(conn: &Connection, org: OrgId, owner: UserId, id: CopyId) -> Result<()> {
    conn.prepare_cached("SELECT 1 FROM stick_copies WHERE id = ?1 AND org_id = ?2 AND owner = ?3")?
        .query_row(params![id, org, owner], |_| Ok(()))
        .or_not_found("copy")
}

/// The file whose turn it is.
pub fn next(conn: &Connection, id: CopyId) -> Result<Option<StickFile>> {
    let found = conn
        .prepare_cached(
            "SELECT * FROM stick_files WHERE copy_id = ?1 AND state = 'waiting' ORDER BY n LIMIT 1",
        )?
        .query_row([id], file)
        .optional()?;
    Ok(found)
}

/// Whether a file still waits; it does not when the copy was stopped.
pub fn is_waiting(conn: &Connection, id: CopyId, n: u32) -> Result<bool> {
    let waiting = conn
        .prepare_cached("SELECT state = 'waiting' FROM stick_files WHERE copy_id = ?1 AND n = ?2")?
        .query_row(params![id, n], |row| row.get(0))
        .optional()?;
    Ok(waiting.unwrap_or(false))
}

/// Says what became of a file that waited.
pub fn settle(
    conn: &Connection,
    id: CopyId,
    n: u32,
    state: FileState,
    code: Option<Code>,
    lesson: Option<LessonId>,
) -> Result<()> {
    conn.prepare_cached(
        "UPDATE stick_files SET state = ?3, code = ?4, lesson_id = ?5
         WHERE copy_id = ?1 AND n = ?2 AND state = 'waiting'",
    )?
    .execute(params![id, n, state, code, lesson])?;
    Ok(())
}

/// Says the same of all files that wait.
pub fn settle_rest(
    conn: &Connection,
    id: CopyId,
    state: FileState,
    code: Option<Code>,
) -> Result<()> {
    conn.prepare_cached(
        "UPDATE stick_files SET state = ?2, code = ?3 WHERE copy_id = ?1 AND state = 'waiting'",
    )?
    .execute(params![id, state, code])?;
    Ok(())
}

/// Forgets what became of a copy.
pub fn delete(conn: &Connection, id: CopyId) -> Result<()> {
    conn.execute("DELETE FROM stick_copies WHERE id = ?1", [id])?;
    Ok(())
}

/// Forgets all copies of a person; answers which they were.
pub fn delete_of(conn: &Connection, org: OrgId, owner: UserId) -> Result<Vec<CopyId>> {
    let sql = "DELETE FROM stick_copies WHERE org_id = ?1 AND owner = ?2 RETURNING id";
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map(params![org, owner], |row| row.get("id"))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Forgets a person's copies of before `time`, of which none runs.
pub fn forget_before(conn: &Connection, owner: UserId, time: Timestamp) -> Result<()> {
    conn.execute(
        "DELETE FROM stick_copies WHERE owner = ?1 AND created_at < ?2",
        params![owner, time],
    )?;
    Ok(())
}

fn size(row: &Row<'_>) -> rusqlite::Result<u64> {
    Ok(row.get::<_, i64>("bytes")?.try_into().unwrap_or_default())
}

fn copy(row: &Row<'_>) -> rusqlite::Result<StickCopy> {
    Ok(StickCopy {
        id: row.get("id")?,
        org: row.get("org_id")?,
        owner: row.get("owner")?,
        stick: row.get("stick")?,
        stick_name: row.get("stick_name")?,
        naming: Naming {
            title: None,
            subject: row.get("subject")?,
            language: row.get("language")?,
            shared: row.get("shared")?,
        },
        created_at: row.get("created_at")?,
    })
}

fn file(row: &Row<'_>) -> rusqlite::Result<StickFile> {
    Ok(StickFile {
        n: row.get("n")?,
        place: Place(row.get("place")?),
        bytes: size(row)?,
        state: row.get("state")?,
        code: row.get("code")?,
        lesson: row.get("lesson_id")?,
    })
}
