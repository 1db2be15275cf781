//! Every SQL statement on lessons. Each takes the organisation, so that no
//! row of another school can be reached by its id.

use std::collections::BTreeSet;

use rusqlite::types::Type;
use rusqlite::{Connection, Row, named_params, params};

use super::ingest::ReadLesson;
use super::library::{Readable, check_stored};
use super::poster::PosterLesson;
use super::quota::Usage;
use super::{Lesson, NewLesson, Removed, noted};
use crate::audit::{self, By};
use crate::blobs::{BlobHash, Blobs};
use crate::error::{Error, OrNotFound, Result};
use crate::events::{self, Event};
use crate::jobs;
use crate::types::{ClassId, LessonId, OrgId, Timestamp, UploadId, UserId};

pub mod edits;
pub mod posters;
pub mod sticks;
pub mod uploads;
pub mod windows;

/// Every column of lessons, and the classes each is kept for.
const SELECT: &str = include_str!("sql/select_lessons.sql");
/// Whether `:learner` may read a row of `lessons`; staff, who are nobody here, may.
const MAY_READ: &str = include_str!("sql/may_read.sql");

/// Adds a lesson whose original is stored, with its event, its entry in the log and the
/// job that reads it.
pub fn add(conn: &Connection, blobs: &Blobs, new: &NewLesson, now: Timestamp) -> Result<()> {
    check_stored(blobs, Some(new.original))?;
    insert(conn, new, now)?;
    let event = Event::LessonAdded {
        lesson: new.id,
        format: new.format.as_str().into(),
        bytes: new.bytes,
    };
    events::append(conn, new.org, &event, now)?;
    let by = By::person(new.org, new.created_by);
    audit::record(conn, by, noted::added(new), now)?;
    jobs::enqueue(conn, ReadLesson::job(new.org, new.id), now)?;
    Ok(())
}

fn insert(conn: &Connection, new: &NewLesson, now: Timestamp) -> rusqlite::Result<()> {
    conn.prepare_cached(include_str!("sql/insert_lesson.sql"))?
        .execute(named_params! {
            ":id": new.id,
            ":org": new.org,
            ":title": new.title,
            ":subject": new.subject,
            ":language": new.language,
            ":format": new.format,
            ":file_name": new.file_name,
            ":bytes": new.bytes as i64,
            ":original": new.original,
            ":shared": new.shared,
            ":page_kind": super::page_kind(new.format),
            ":created_by": new.created_by,
            ":now": now,
        })?;
    Ok(())
}

pub fn get(conn: &Connection, org: OrgId, id: LessonId) -> Result<Lesson> {
    for_reader(conn, org, id, None)
}

/// A lesson, if this learner may read it.
pub fn for_reader(
    conn: &Connection,
    org: OrgId,
    id: LessonId,
    learner: Option<UserId>,
) -> Result<Lesson> {
    let sql = format!("{SELECT} WHERE org_id = :org AND id = :id AND {MAY_READ}");
    conn.prepare_cached(&sql)?
        .query_row(
            named_params! {":org": org, ":id": id, ":learner": learner},
            lesson,
        )
        .or_not_found("lesson")
}

/// The lesson of an ingest job, whose organisation the job row carries.
pub fn get_for_job(conn: &Connection, id: LessonId) -> Result<Lesson> {
    conn.prepare_cached(&format!("{SELECT} WHERE id = ?1"))?
        .query_row([id], lesson)
        .or_not_found("lesson")
}

/// Newest first; those that a learner may read, when given.
pub fn list(conn: &Connection, org: OrgId, learner: Option<UserId>) -> Result<Vec<Lesson>> {
    let order = "ORDER BY created_at DESC, id DESC";
    let sql = format!("{SELECT} WHERE org_id = :org AND {MAY_READ} {order}");
    let mut statement = conn.prepare_cached(&sql)?;
    let rows = statement.query_map(named_params! {":org": org, ":learner": learner}, lesson)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The lessons that can be searched; those that a learner may read, when given.
pub fn readable(conn: &Connection, org: OrgId, learner: Option<UserId>) -> Result<Vec<Readable>> {
    let mut statement = conn.prepare_cached(&format!(
        "SELECT id, title, text, edits FROM lessons \
         WHERE org_id = :org AND status IN ('searchable', 'ready') AND {MAY_READ}"
    ))?;
    let params = named_params! {":org": org, ":learner": learner};
    let rows = statement.query_map(params, |row| {
        Ok(Readable {
            id: row.get("id")?,
            title: row.get("title")?,
            text: version(row.get("text")?, row.get("edits")?),
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// What a lesson says, with its changes.
fn version(text: Option<BlobHash>, edits: Option<BlobHash>) -> Option<BlobHash> {
    match (text, edits) {
        (Some(text), Some(edits)) => Some(BlobHash::of(&[text.0, edits.0].concat())),
        (text, _) => text,
    }
}

/// Every lesson of all organisations: what index and blobs must cover.
pub fn all(conn: &Connection) -> Result<Vec<Lesson>> {
    let mut statement = conn.prepare(SELECT)?;
    let rows = statement.query_map([], lesson)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The first lesson of a school made of these bytes.
pub fn find_by_original(
    conn: &Connection,
    org: OrgId,
    original: &BlobHash,
) -> Result<Option<LessonId>> {
    let mut statement = conn.prepare_cached(
        "SELECT id FROM lessons WHERE org_id = ?1 AND original = ?2 ORDER BY created_at LIMIT 1",
    )?;
    let mut rows = statement.query_map(params![org, original], |row| row.get(0))?;
    Ok(rows.next().transpose()?)
}

/// What a school keeps, with what is on its way.
pub fn usage(conn: &Connection, org: OrgId) -> Result<Usage> {
    let row = conn
        .prepare_cached(include_str!("sql/usage.sql"))?
        .query_row([org], |row| {
            Ok((row.get("lessons")?, row.get::<_, i64>("bytes")?))
        })?;
    Ok(Usage {
        lessons: row.0,
        bytes: row.1.try_into().unwrap_or_default(),
    })
}

/// Writes back everything a teacher or the ingest may change.
pub fn update(conn: &Connection, lesson: &Lesson, now: Timestamp) -> Result<()> {
    let (code, detail) = match &lesson.failure {
        Some(failure) => (Some(&failure.code), Some(&failure.detail)),
        None => (None, None),
    };
    let changed = conn
        .prepare_cached(include_str!("sql/update_lesson.sql"))?
        .execute(named_params! {
            ":id": lesson.id,
            ":org": lesson.org,
            ":title": lesson.title,
            ":subject": lesson.subject,
            ":language": lesson.language,
            ":shared": lesson.shared,
            ":status": lesson.status,
            ":text": lesson.text,
            ":pages": lesson.pages,
            ":passages": lesson.passages,
            ":failure_code": code,
            ":failure_detail": detail,
            ":warnings": serde_json::to_string(&lesson.warnings)?,
            ":anew": lesson.anew,
            ":now": now,
        })?;
    if changed == 0 {
        // Deleted meanwhile: nothing may bring it back.
        return Err(Error::not_found("lesson"));
    }
    Ok(())
}

/// Says which classes a lesson is kept for, `None` for all of the school.
pub fn set_classes(
    conn: &Connection,
    org: OrgId,
    id: LessonId,
    classes: Option<&[ClassId]>,
) -> Result<()> {
    conn.prepare_cached("UPDATE lessons SET for_classes = ?3 WHERE org_id = ?1 AND id = ?2")?
        .execute(params![org, id, classes.is_some()])?;
    conn.prepare_cached("DELETE FROM lesson_classes WHERE org_id = ?1 AND lesson_id = ?2")?
        .execute(params![org, id])?;
    // Only classes of the same school; a foreign id is as good as unknown.
    let mut keep = conn.prepare_cached(
        "INSERT OR IGNORE INTO lesson_classes (lesson_id, org_id, class_id)
         SELECT ?2, org_id, id FROM school_classes WHERE org_id = ?1 AND id = ?3",
    )?;
    let wanted: BTreeSet<_> = classes.unwrap_or_default().iter().collect();
    for class in wanted {
        if keep.execute(params![org, id, class])? == 0 {
            let detail = "One of the classes does not exist.";
            return Err(Error::invalid("classes", detail));
        }
    }
    Ok(())
}

/// Keeps for a class what is kept for another one.
pub fn hand_over(conn: &Connection, org: OrgId, from: ClassId, to: ClassId) -> Result<()> {
    conn.prepare_cached(
        "INSERT OR IGNORE INTO lesson_classes (lesson_id, org_id, class_id)
         SELECT lesson_id, org_id, ?3 FROM lesson_classes WHERE org_id = ?1 AND class_id = ?2",
    )?
    .execute(params![org, from, to])?;
    Ok(())
}

/// Deletes a lesson with what waits to be done about it, its event and its entry in the
/// log.
pub(crate) fn remove(
    conn: &Connection,
    by: impl Into<By>,
    org: OrgId,
    id: LessonId,
    now: Timestamp,
) -> Result<Removed> {
    let lesson = get(conn, org, id)?;
    jobs::cancel_by_subject(conn, &id.to_string(), now)?;
    jobs::cancel_by_subject(conn, &PosterLesson::subject(id), now)?;
    conn.prepare_cached("DELETE FROM lessons WHERE org_id = ?1 AND id = ?2")?
        .execute(params![org, id])?;
    if find_by_original(conn, org, &lesson.original)?.is_none() {
        uploads::delete_undecided(conn, org, &lesson.original)?;
    }
    events::append(conn, org, &Event::LessonRemoved { lesson: id }, now)?;
    audit::record(conn, by, noted::deleted(&lesson), now)?;
    Ok(Removed {
        id,
        original: lesson.original,
        blobs: lesson.blobs().collect(),
    })
}

/// Deletes what a person is sending and copies from sticks; answers the uploads with the
/// blobs they became.
pub(crate) fn drop_arrivals(
    conn: &Connection,
    org: OrgId,
    owner: UserId,
    now: Timestamp,
) -> Result<Vec<(UploadId, Option<BlobHash>)>> {
    for copy in sticks::delete_of(conn, org, owner)? {
        jobs::cancel_by_subject(conn, &copy.to_string(), now)?;
    }
    uploads::delete_of(conn, org, owner)
}

/// Whether any lesson of any organisation, or an upload that is to become one,
/// still needs a blob.
pub fn uses_blob(conn: &Connection, hash: &BlobHash) -> Result<bool> {
    Ok(conn.query_row(
        "SELECT EXISTS (SELECT 1 FROM lessons WHERE original = ?1 OR text = ?1 OR poster = ?1)
             OR EXISTS (SELECT 1 FROM uploads WHERE original = ?1 AND lesson_id IS NULL)",
        [hash],
        |row| row.get(0),
    )?)
}

fn lesson(row: &Row<'_>) -> rusqlite::Result<Lesson> {
    let code: Option<String> = row.get("failure_code")?;
    let detail: Option<String> = row.get("failure_detail")?;
    Ok(Lesson {
        id: row.get("id")?,
        org: row.get("org_id")?,
        title: row.get("title")?,
        subject: row.get("subject")?,
        language: row.get("language")?,
        format: row.get("format")?,
        file_name: row.get("file_name")?,
        bytes: row.get::<_, i64>("bytes")?.try_into().unwrap_or_default(),
        original: row.get("original")?,
        shared: row.get("shared")?,
        status: row.get("status")?,
        poster: row.get("poster")?,
        text: row.get("text")?,
        pages: row.get("pages")?,
        page_kind: row.get("page_kind")?,
        passages: row.get("passages")?,
        duration_ms: row.get("duration_ms")?,
        failure: code.map(|code| super::Failure {
            code,
            detail: detail.unwrap_or_default(),
        }),
        warnings: json(row, "warnings")?,
        classes: match row.get("for_classes")? {
            true => Some(json(row, "class_ids")?),
            false => None,
        },
        anew: row.get("anew")?,
        created_by: row.get("created_by")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}

fn json<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: &str) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text)
        .map_err(|e| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(e)))
}
