//! Every SQL statement on files on their way in.

use rusqlite::{Connection, OptionalExtension, Row, named_params, params};

use crate::accounts::Actor;
use crate::blobs::BlobHash;
use crate::error::{Error, OrNotFound, Result};
use crate::lessons::uploads::Upload;
use crate::types::{LessonId, OrgId, Timestamp, UploadId, UserId};

pub fn insert(conn: &Connection, upload: &Upload, now: Timestamp) -> Result<()> {
    conn.prepare_cached(include_str!("../sql/insert_upload.sql"))?
        .execute(named_params! {
            ":id": upload.id,
            ":org": upload.org,
            ":owner": upload.owner,
            ":file_name": upload.file_name,
            ":title": upload.title,
            ":subject": upload.subject,
            ":language": upload.language,
            ":shared": upload.shared,
            ":format": upload.format,
            ":metadata": upload.metadata,
            ":bytes": upload.bytes as i64,
            ":now": now,
            ":expires_at": upload.expires_at,
        })?;
    Ok(())
}

/// An upload of this person that has not expired.
pub fn get(conn: &Connection, actor: &Actor, id: UploadId, now: Timestamp) -> Result<Upload> {
    let (org, owner): (OrgId, UserId) = (actor.org, actor.user);
    conn.prepare_cached(
        "SELECT * FROM uploads WHERE id = ?1 AND org_id = ?2 AND owner = ?3 AND expires_at > ?4",
    )?
    .query_row(params![id, org, owner, now], upload)
    .or_not_found("upload")
}

/// Every upload of all people: what a start must look after.
pub fn all(conn: &Connection) -> Result<Vec<Upload>> {
    let mut statement = conn.prepare("SELECT * FROM uploads")?;
    let rows = statement.query_map([], upload)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub fn expired(conn: &Connection, now: Timestamp) -> Result<Vec<Upload>> {
    let mut statement = conn.prepare_cached("SELECT * FROM uploads WHERE expires_at <= ?1")?;
    let rows = statement.query_map([now], upload)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// How many files a person is sending, and the bytes these have together.
pub fn underway(conn: &Connection, owner: UserId) -> Result<(u32, u64)> {
    let row = conn.query_row(
        "SELECT count(*) AS files, coalesce(sum(bytes), 0) AS bytes \
         FROM uploads WHERE owner = ?1 AND original IS NULL",
        [owner],
        |row| Ok((row.get("files")?, row.get::<_, i64>("bytes")?)),
    )?;
    Ok((row.0, u64::try_from(row.1).unwrap_or_default()))
}

/// How many bytes all people together have announced and not sent yet.
pub fn promised(conn: &Connection) -> Result<u64> {
    let bytes: i64 = conn.query_row(
        "SELECT coalesce(sum(bytes - received), 0) FROM uploads WHERE original IS NULL",
        [],
        |row| row.get(0),
    )?;
    Ok(u64::try_from(bytes).unwrap_or_default())
}

/// Notes that bytes are on the disk, and that the upload lives on until
/// `expires_at`.
pub fn received(conn: &Connection, id: UploadId, bytes: u64, expires_at: Timestamp) -> Result<()> {
    let changed = conn
        .prepare_cached("UPDATE uploads SET received = ?2, expires_at = ?3 WHERE id = ?1")?
        .execute(params![id, bytes as i64, expires_at])?;
    found(changed)
}

/// Names the blob of an upload of which all bytes came.
pub fn set_original(conn: &Connection, id: UploadId, original: BlobHash) -> Result<()> {
    let changed = conn
        .prepare_cached("UPDATE uploads SET original = ?2, received = bytes WHERE id = ?1")?
        .execute(params![id, original])?;
    found(changed)
}

/// The lesson that was made of an upload.
pub fn lesson(conn: &Connection, id: UploadId) -> Result<Option<LessonId>> {
    conn.prepare_cached("SELECT lesson_id FROM uploads WHERE id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()?
        .ok_or_else(|| Error::not_found("upload"))
}

pub fn set_lesson(conn: &Connection, id: UploadId, lesson: LessonId) -> Result<()> {
    let changed = conn
        .prepare_cached("UPDATE uploads SET lesson_id = ?2 WHERE id = ?1")?
        .execute(params![id, lesson])?;
    found(changed)
}

/// Removes the uploads of these bytes that were told of a lesson of the school
/// and not decided: the last such lesson is gone, and a later start would make
/// it again.
pub fn delete_undecided(conn: &Connection, org: OrgId, original: &BlobHash) -> Result<()> {
    conn.prepare_cached(
        "DELETE FROM uploads WHERE org_id = ?1 AND original = ?2 AND lesson_id IS NULL",
    )?
    .execute(params![org, original])?;
    Ok(())
}

/// Removes an upload that expires until `until`; whether there was one.
pub fn delete(conn: &Connection, id: UploadId, until: Timestamp) -> Result<bool> {
    let changed = conn
        .prepare_cached("DELETE FROM uploads WHERE id = ?1 AND expires_at <= ?2")?
        .execute(params![id, until])?;
    Ok(changed > 0)
}

/// Removes the uploads of a person; answers them with the blobs they became.
pub fn delete_of(
    conn: &Connection,
    org: OrgId,
    owner: UserId,
) -> Result<Vec<(UploadId, Option<BlobHash>)>> {
    let sql = "DELETE FROM uploads WHERE org_id = ?1 AND owner = ?2 RETURNING id, original";
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map(params![org, owner], |row| {
        Ok((row.get("id")?, row.get("original")?))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn found(changed: usize) -> Result<()> {
    if changed == 0 {
        return Err(Error::not_found("upload"));
    }
    Ok(())
}

fn upload(row: &Row<'_>) -> rusqlite::Result<Upload> {
    let number = |name: &str| {
        let number = row.get::<_, i64>(name)?;
        Ok::<_, rusqlite::Error>(u64::try_from(number).unwrap_or_default())
    };
    Ok(Upload {
        id: row.get("id")?,
        org: row.get("org_id")?,
        owner: row.get("owner")?,
        file_name: row.get("file_name")?,
        title: row.get("title")?,
        subject: row.get("subject")?,
        language: row.get("language")?,
        shared: row.get("shared")?,
        format: row.get("format")?,
        metadata: row.get("metadata")?,
        bytes: number("bytes")?,
        received: number("received")?,
        original: row.get("original")?,
        lesson: row.get("lesson_id")?,
        expires_at: row.get("expires_at")?,
    })
}
