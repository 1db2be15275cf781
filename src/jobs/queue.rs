//! The `jobs` table as features see it: functions for their own transactions.

use rusqlite::{Connection, Row, named_params};

use super::Failure;
use crate::error::{Error, Result};
use crate::telemetry;
use crate::types::{JobId, OrgId, Timestamp};

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

/// A job that was given up.
#[derive(Clone, Debug)]
pub struct DeadJob {
    /// Its id.
    pub id: JobId,
    /// [`super::Job::KIND`] of the work.
    pub kind: String,
    /// The id of what it worked on.
    pub subject: String,
    /// Counted failures.
    pub attempts: u32,
    /// Why.
    pub failure: Failure,
    /// When it was given up.
    pub died_at: Timestamp,
}

/// Puts a job at the end of its queue; it runs once the caller's transaction
/// is committed. In traces it leads back to the span that is current.
pub fn enqueue(conn: &Connection, job: NewJob<'_>, now: Timestamp) -> Result<JobId> {
    let id = JobId::new();
    conn.prepare_cached(
        "INSERT INTO jobs (id, org_id, kind, queue, subject, payload, state, run_at, created_at,
                           updated_at, trace)
         VALUES (:id, :org, :kind, :queue, :subject, :payload, 'queued', :now, :now, :now,
                 :trace)",
    )?
    .execute(named_params! {
        ":id": id, ":org": job.org, ":kind": job.kind, ":queue": job.queue,
        ":subject": job.subject, ":payload": job.payload.to_string(), ":now": now,
        ":trace": telemetry::here(),
    })?;
    Ok(id)
}

/// Takes back every job about `subject`, of any kind: waiting and dead ones are
/// deleted, running ones are told to stop and then deleted.
pub fn cancel_by_subject(conn: &Connection, subject: &str, now: Timestamp) -> Result<()> {
    conn.prepare_cached("DELETE FROM jobs WHERE subject = ?1 AND state <> 'running'")?
        .execute([subject])?;
    conn.prepare_cached(
        "UPDATE jobs SET cancel_requested = 1, updated_at = ?2 WHERE subject = ?1",
    )?
    .execute((subject, now))?;
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

/// Gives a dead job of `org` a fresh start from its stored stage.
///
/// # Errors
/// `not_found` when there is no such dead job.
pub fn retry_dead(conn: &Connection, org: OrgId, id: JobId, now: Timestamp) -> Result<()> {
    let changed = conn
        .prepare_cached(
            "UPDATE jobs SET state = 'queued', giving_up = 0, attempts = 0, crashes = 0,
                             run_at = ?3, updated_at = ?3, error_code = NULL,
                             error_detail = NULL, trace = ?4
             WHERE id = ?1 AND org_id = ?2 AND state = 'dead'",
        )?
        .execute((id, org, now, telemetry::here()))?;
    some(changed)
}

/// Deletes a dead job of `org`.
///
/// # Errors
/// `not_found` when there is no such dead job.
pub fn dismiss_dead(conn: &Connection, org: OrgId, id: JobId) -> Result<()> {
    let sql = "DELETE FROM jobs WHERE id = ?1 AND org_id = ?2 AND state = 'dead'";
    some(conn.prepare_cached(sql)?.execute((id, org))?)
}

fn some(changed: usize) -> Result<()> {
    match changed {
        0 => Err(Error::not_found("job")),
        _ => Ok(()),
    }
}

/// The given-up jobs of one organisation, oldest first.
pub fn dead(conn: &Connection, org: OrgId) -> Result<Vec<DeadJob>> {
    let read = |row: &Row<'_>| {
        let detail: Option<String> = row.get("error_detail")?;
        let code: Option<String> = row.get("error_code")?;
        Ok(DeadJob {
            id: row.get("id")?,
            kind: row.get("kind")?,
            subject: row.get("subject")?,
            attempts: row.get("attempts")?,
            failure: Failure {
                code: code.unwrap_or_default(),
                detail: detail.unwrap_or_default(),
            },
            died_at: row.get("updated_at")?,
        })
    };
    Ok(conn
        .prepare_cached("SELECT * FROM jobs WHERE org_id = ?1 AND state = 'dead' ORDER BY n")?
        .query_map([org], read)?
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
    /// Waiting for their turn or their next try.
    pub queued: u64,
    /// Being worked on.
    pub running: u64,
    /// Given up.
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
