//! The `jobs` table as features see it: functions for their own transactions.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::error::{Error, Result};
use crate::types::{JobId, OrgId, Timestamp};
use crate::word_enum;

/// A job to be enqueued.
#[derive(Clone, Debug)]
pub struct NewJob<'a> {
    /// [`super::Job::KIND`] of the work.
    pub kind: &'a str,
    /// The scarce thing it waits for, such as `extract` or `embed`.
    pub queue: &'a str,
    /// Whose data it works on.
    pub org: OrgId,
    /// The id of what it works on, such as a lesson's.
    pub subject: String,
    /// Its [`super::Job::Payload`].
    pub payload: serde_json::Value,
}

word_enum! {
    /// Where a job is.
    JobState {
        /// Waits for its turn or for its next try.
        Queued = "queued",
        /// Is being worked on.
        Running = "running",
        /// Given up; stays until retried or dismissed.
        Dead = "dead",
    }
}

/// A job as stored. Finished and cancelled jobs have no row.
#[derive(Clone, Debug)]
pub struct JobRow {
    pub id: JobId,
    pub org: OrgId,
    pub kind: String,
    pub queue: String,
    pub subject: String,
    pub state: JobState,
    /// The stage it reached.
    pub stage: Option<String>,
    /// Failures so far.
    pub attempts: u32,
    /// Why the last try failed: a code and a detail.
    pub error: Option<(String, String)>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl JobRow {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let code: Option<String> = row.get("error_code")?;
        let detail: Option<String> = row.get("error_detail")?;
        Ok(Self {
            id: row.get("id")?,
            org: row.get("org_id")?,
            kind: row.get("kind")?,
            queue: row.get("queue")?,
            subject: row.get("subject")?,
            state: row.get("state")?,
            stage: row.get("stage")?,
            attempts: row.get("attempts")?,
            error: code.map(|code| (code, detail.unwrap_or_default())),
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
        })
    }
}

/// Puts a job at the end of its queue; it runs once the caller's transaction
/// is committed.
pub fn enqueue(conn: &Connection, job: NewJob<'_>, now: Timestamp) -> Result<JobId> {
    let id = JobId::new();
    conn.prepare_cached(
        "INSERT INTO jobs (id, org_id, kind, queue, subject, payload, state, run_at, created_at,
                           updated_at)
         VALUES (:id, :org, :kind, :queue, :subject, :payload, 'queued', :now, :now, :now)",
    )?
    .execute(named_params! {
        ":id": id, ":org": job.org, ":kind": job.kind, ":queue": job.queue,
        ":subject": job.subject, ":payload": job.payload.to_string(), ":now": now,
    })?;
    Ok(id)
}

/// Takes a job back: a waiting or dead one is deleted, a running one is told
/// to stop and then deleted. No error when there is none.
pub fn cancel(conn: &Connection, id: JobId, now: Timestamp) -> Result<()> {
    cancel_where(conn, "id = ?1", &id.to_string(), now)
}

/// Cancels every job about `subject`, of any kind.
pub fn cancel_by_subject(conn: &Connection, subject: &str, now: Timestamp) -> Result<()> {
    cancel_where(conn, "subject = ?1", subject, now)
}

fn cancel_where(conn: &Connection, which: &str, value: &str, now: Timestamp) -> Result<()> {
    conn.prepare_cached(&format!(
        "DELETE FROM jobs WHERE {which} AND state <> 'running'"
    ))?
    .execute([value])?;
    conn.prepare_cached(&format!(
        "UPDATE jobs SET cancel_requested = 1, updated_at = ?2 WHERE {which}"
    ))?
    .execute((value, now))?;
    Ok(())
}

/// Whether a job about `subject` runs and nobody asked it to stop. For the
/// transaction in which such a job stores its results: one that was cancelled
/// may go on for a moment, and must change nothing any more.
pub fn is_wanted(conn: &Connection, subject: &str) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM jobs WHERE subject = ?1 AND state = 'running'
                              AND NOT cancel_requested)";
    Ok(conn
        .prepare_cached(sql)?
        .query_row([subject], |row| row.get(0))?)
}

/// Gives a dead job a fresh start from its stored stage; `not_found` when
/// there is no such dead job.
pub fn retry_dead(conn: &Connection, id: JobId, now: Timestamp) -> Result<()> {
    let changed = conn
        .prepare_cached(
            "UPDATE jobs SET state = 'queued', giving_up = 0, attempts = 0, crashes = 0,
                             run_at = ?2, updated_at = ?2, error_code = NULL, error_detail = NULL
             WHERE id = ?1 AND state = 'dead'",
        )?
        .execute((id, now))?;
    if changed == 0 {
        return Err(Error::not_found("job"));
    }
    Ok(())
}

/// The newest job of `kind` about `subject`.
pub fn find_by_subject(conn: &Connection, kind: &str, subject: &str) -> Result<Option<JobRow>> {
    Ok(conn
        .prepare_cached(
            "SELECT * FROM jobs WHERE subject = ?1 AND kind = ?2 ORDER BY n DESC LIMIT 1",
        )?
        .query_row((subject, kind), JobRow::read)
        .optional()?)
}

/// One job, if it has a row.
pub fn get(conn: &Connection, id: JobId) -> Result<Option<JobRow>> {
    Ok(conn
        .prepare_cached("SELECT * FROM jobs WHERE id = ?1")?
        .query_row([id], JobRow::read)
        .optional()?)
}

/// The given-up jobs of one organisation, oldest first.
pub fn dead(conn: &Connection, org: OrgId) -> Result<Vec<JobRow>> {
    Ok(conn
        .prepare_cached("SELECT * FROM jobs WHERE org_id = ?1 AND state = 'dead' ORDER BY n")?
        .query_map([org], JobRow::read)?
        .collect::<rusqlite::Result<_>>()?)
}

/// Notes that a job's `stage` begins, for use in the transaction that stores
/// what the stage before made. A new stage forgives an earlier crash. A job
/// that is not running (any more) is `conflict`.
pub fn set_stage(conn: &Connection, id: JobId, stage: &str, now: Timestamp) -> Result<()> {
    let changed = conn
        .prepare_cached(
            "UPDATE jobs SET crashes = iif(stage IS ?2, crashes, 0), stage = ?2, updated_at = ?3
             WHERE id = ?1 AND state = 'running'",
        )?
        .execute((id, stage, now))?;
    if changed == 0 {
        return Err(Error::new(
            crate::error::Code::Conflict,
            "The job is not running any more.",
        ));
    }
    Ok(())
}

/// How many jobs there are, for the health page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JobCounts {
    pub queued: u64,
    pub running: u64,
    pub dead: u64,
}

/// Counts the jobs of the whole box.
pub fn counts(conn: &Connection) -> Result<JobCounts> {
    Ok(conn
        .prepare_cached(
            "SELECT count(*) FILTER (WHERE state = 'queued') AS queued,
                    count(*) FILTER (WHERE state = 'running') AS running,
                    count(*) FILTER (WHERE state = 'dead') AS dead
             FROM jobs",
        )?
        .query_row([], |row| {
            Ok(JobCounts {
                queued: row.get::<_, i64>("queued")?.unsigned_abs(),
                running: row.get::<_, i64>("running")?.unsigned_abs(),
                dead: row.get::<_, i64>("dead")?.unsigned_abs(),
            })
        })?)
}
