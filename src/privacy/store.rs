//! Every SQL statement on what is about a person, in the tables of all features.

#[cfg(test)]
mod coverage;
pub(super) mod parts;

use rusqlite::types::Type;
use rusqlite::{Connection, Row, named_params};

use super::job::CleanUp;
use super::{Counts, Erasure, Left, OwnLesson, Preview, Tombstone};
use crate::accounts::{self, Actor};
use crate::audit::{self, Action, By, Note};
use crate::blobs::BlobHash;
use crate::db::remains;
use crate::error::{Code, Error, Result};
use crate::events::{self, Event};
use crate::types::{AnswerId, Lived, Moment, OrgId, Timestamp, UserId};
use crate::{jobs, lessons};

/// What a person leaves to the school goes over to `:heir`, as the one who made or decided
/// it. Its words are the school's.
const HAND_OVER: [&str; 4] = [
    "UPDATE lessons SET created_by = :heir WHERE org_id = :org AND created_by = :user",
    "UPDATE api_keys SET created_by = :heir WHERE org_id = :org AND created_by = :user",
    "UPDATE answers SET decided_by = :heir WHERE org_id = :org AND decided_by = :user",
    "UPDATE lesson_edits SET edited_by = :heir
     WHERE edited_by = :user AND lesson_id IN (SELECT id FROM lessons WHERE org_id = :org)",
];

/// What says something of a person without going with the row: lists that wait to be
/// started, rows of lists that were left, and the invitation by which the person came.
const FORGET: [&str; 3] = [
    include_str!("sql/forget_lists.sql"),
    "DELETE FROM import_left
     WHERE user_id = :user AND import_id IN (SELECT id FROM imports WHERE org_id = :org)",
    "UPDATE invitations SET name = NULL
     WHERE org_id = :org AND name IS NOT NULL
       AND (id IN (SELECT json_extract(a.facts, '$.other') FROM audit AS a
                   WHERE a.org_id = :org AND a.action = 'invitation_accepted'
                     AND a.subject = :user)
            OR name = (SELECT u.name FROM users AS u WHERE u.org_id = :org AND u.id = :user))",
];

/// What is asked of a row of `answers` both where they are counted and where they are
/// deleted, so that nobody is told a number other than what goes.
const ONLY_THEIRS: &str = include_str!("sql/only_theirs.sql");

/// People who were erased in one transaction.
#[derive(Debug, Default)]
pub struct Erased {
    /// With who really takes over.
    pub erasures: Vec<Erasure>,
    /// Which sessions are over.
    pub sessions: Vec<crate::types::SessionId>,
}

/// What would go with somebody whom the actor may erase.
pub fn preview(conn: &Connection, actor: Actor, user: UserId) -> Result<Preview> {
    let person = accounts::erasable(conn, actor, user)?;
    let of = named_params! {":org": actor.org, ":user": user};
    let kept = format!("SELECT count(*) FROM answers WHERE org_id = :org AND {ONLY_THEIRS}");
    let kept_answers = conn
        .prepare_cached(&kept)?
        .query_row(of, |row| row.get(0))?;
    let counts = conn
        .prepare_cached(include_str!("sql/counts.sql"))?
        .query_row(of, |row| {
            Ok(Counts {
                conversations: row.get("conversations")?,
                questions: row.get("questions")?,
                kept_answers,
                classes: row.get("classes")?,
                sessions: row.get("sessions")?,
                uploads: row.get("uploads")?,
                corrections: row.get("corrections")?,
                decisions: row.get("decisions")?,
                keys: row.get("keys")?,
            })
        })?;
    let mut lessons = conn.prepare_cached(
        "SELECT id, title, bytes FROM lessons WHERE org_id = :org AND created_by = :user
         ORDER BY created_at DESC, id DESC",
    )?;
    let lessons = lessons.query_map(of, |row| {
        Ok(OwnLesson {
            id: row.get("id")?,
            title: row.get("title")?,
            bytes: row.get::<_, i64>("bytes")?.try_into().unwrap_or_default(),
        })
    })?;
    Ok(Preview {
        person,
        counts,
        lessons: lessons.collect::<rusqlite::Result<_>>()?,
    })
}

/// Erases people of one school: deletes their rows and leaves tombstones, the event for
/// the hub, the entries of the log and the job that removes the rest. With `again`, a
/// backup brought them back, and whatever of them is not there is no error.
///
/// # Errors
/// `conflict` while a list of people is being carried out.
pub fn erase(
    conn: &Connection,
    erasures: Vec<Erasure>,
    by: impl Into<By>,
    again: bool,
    now: Timestamp,
) -> Result<Erased> {
    let by: By = by.into();
    let (mut erased, mut left) = (Erased::default(), Left::default());
    for mut erasure in erasures {
        let Erasure { org, user, .. } = erasure;
        erasure.heir = accounts::heir(conn, org, user, erasure.heir)?;
        if again && !is_there(conn, &erasure)? {
            put_tombstone(conn, &erasure, Some(now))?;
            continue;
        }
        if !again {
            refuse_running_list(conn, org)?;
        }
        left.users.push(user);
        let sessions = erase_rows(conn, &erasure, by, again, now, &mut left)?;
        erased.sessions.extend(sessions);
        put_tombstone(conn, &erasure, None)?;
        let kind = match again {
            true => "again",
            false => erasure.kind.as_str(),
        };
        let event = Event::UserErased {
            user,
            kind: kind.to_owned(),
        };
        events::append(conn, org, &event, now)?;
        let note = Note::new(Action::PersonErased).of(user);
        audit::record(conn, by, note, now)?;
        erased.erasures.push(erasure);
    }
    if !left.users.is_empty() {
        jobs::enqueue(conn, CleanUp::job(by.org, &left)?, now)?;
    }
    Ok(erased)
}

/// Deletes the rows of a person, makes over what stays, and notes what else is left.
fn erase_rows(
    conn: &Connection,
    erasure: &Erasure,
    by: By,
    again: bool,
    now: Timestamp,
    left: &mut Left,
) -> Result<Vec<crate::types::SessionId>> {
    let Erasure { org, user, .. } = *erasure;
    let of = named_params! {":org": org, ":user": user};
    let mut questions = conn.prepare_cached(
        "SELECT DISTINCT m.text FROM conversations AS c
         JOIN messages AS m ON m.conversation_id = c.id
         WHERE c.org_id = :org AND c.user_id = :user AND m.role = 'user'",
    )?;
    for text in questions.query_map(of, |row| row.get::<_, String>(0))? {
        left.questions.push(BlobHash::of(text?.as_bytes()));
    }
    let forget = format!("DELETE FROM answers WHERE org_id = :org AND {ONLY_THEIRS} RETURNING id");
    let mut answers = conn.prepare_cached(&forget)?;
    for id in answers.query_map(of, |row| row.get::<_, AnswerId>(0))? {
        left.answers.push(id?);
    }
    let mut lessons = erasure.lessons.clone();
    lessons.sort_unstable();
    lessons.dedup();
    for lesson in lessons {
        match lessons::remove_lesson(conn, by, org, lesson, now) {
            Err(error) if again && error.code() == Code::NotFound => {}
            removed => left.lessons.push(removed?),
        }
    }
    if erasure.heir.is_some() {
        for sql in HAND_OVER {
            conn.prepare_cached(sql)?
                .execute(named_params! {":org": org, ":user": user, ":heir": erasure.heir})?;
        }
    }
    for (upload, blob) in lessons::drop_arrivals(conn, org, user, now)? {
        left.uploads.push(upload);
        left.blobs.extend(blob);
    }
    for sql in FORGET {
        conn.prepare_cached(sql)?.execute(of)?;
    }
    accounts::erase_person(conn, org, user)
}

fn is_there(conn: &Connection, erasure: &Erasure) -> Result<bool> {
    let sql = "SELECT 1 FROM users WHERE org_id = ?1 AND id = ?2";
    Ok(conn
        .prepare_cached(sql)?
        .exists((erasure.org, erasure.user))?)
}

/// A list that is being carried out may add to the classes of anybody.
fn refuse_running_list(conn: &Connection, org: OrgId) -> Result<()> {
    let sql = "SELECT 1 FROM imports WHERE org_id = ?1 AND state = 'running'";
    if conn.prepare_cached(sql)?.exists([org])? {
        let detail = "A list of people is being carried out. Try again when it is done.";
        return Err(Error::new(Code::Conflict, detail));
    }
    Ok(())
}

fn put_tombstone(conn: &Connection, erasure: &Erasure, cleaned: Option<Timestamp>) -> Result<()> {
    conn.prepare_cached(
        "INSERT INTO erasures (org_id, user_id, kind, lessons, heir, erased_at, cleaned_at)
         VALUES (:org, :user, :kind, :lessons, :heir, :at, :cleaned)
         ON CONFLICT DO NOTHING",
    )?
    .execute(named_params! {
        ":org": erasure.org, ":user": erasure.user, ":kind": erasure.kind,
        ":lessons": serde_json::to_string(&erasure.lessons)?, ":heir": erasure.heir,
        ":at": erasure.erased_at, ":cleaned": cleaned,
    })?;
    Ok(())
}

/// Queues that the files are written anew for what others deleted.
pub fn clear_remains(conn: &Connection, at: Moment) -> Result<()> {
    match remains::take(conn, at.lived)? {
        Some(org) => write_files_anew(conn, org, Vec::new(), at.now),
        None => Ok(()),
    }
}

/// Queues that the files are written anew, after which nothing is left of these people.
pub fn write_files_anew(
    conn: &Connection,
    org: OrgId,
    users: Vec<UserId>,
    now: Timestamp,
) -> Result<()> {
    jobs::enqueue(conn, CleanUp::of_files(org, users, now)?, now)?;
    Ok(())
}

/// Notes that nothing is left of these people.
pub fn cleaned(conn: &Connection, org: OrgId, users: &[UserId], now: Timestamp) -> Result<()> {
    let sql = "UPDATE erasures SET cleaned_at = ?3 WHERE org_id = ?1 AND user_id = ?2";
    let mut statement = conn.prepare_cached(sql)?;
    for user in users {
        statement.execute((org, user, now))?;
    }
    Ok(())
}

/// Those of all schools who are in the trash since `until` or longer.
pub fn due(conn: &Connection, until: Lived) -> Result<Vec<(OrgId, UserId)>> {
    accounts::due_in_trash(conn, until)
}

/// All erasures of the box.
pub fn erasures(conn: &Connection) -> Result<Vec<Erasure>> {
    let mut statement = conn.prepare("SELECT * FROM erasures")?;
    let rows = statement.query_map([], |row: &Row<'_>| {
        let lessons: String = row.get("lessons")?;
        Ok(Erasure {
            org: row.get("org_id")?,
            user: row.get("user_id")?,
            kind: row.get("kind")?,
            lessons: serde_json::from_str(&lessons)
                .map_err(|e| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, e.into()))?,
            heir: row.get("heir")?,
            erased_at: row.get("erased_at")?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The erasures of a school, the last one first.
pub fn tombstones(conn: &Connection, org: OrgId) -> Result<Vec<Tombstone>> {
    let mut statement = conn.prepare_cached(
        "SELECT user_id, kind, erased_at, cleaned_at FROM erasures WHERE org_id = ?1
         ORDER BY erased_at DESC, user_id LIMIT 500",
    )?;
    let rows = statement.query_map([org], |row| {
        Ok(Tombstone {
            user_id: row.get("user_id")?,
            kind: row.get("kind")?,
            erased_at: row.get("erased_at")?,
            cleaned_at: row.get("cleaned_at")?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
