//! The `jobs` table as the runner sees it: claim, lease, end.

use rusqlite::{Connection, OptionalExtension, named_params};

use super::Failure;
use crate::error::Result;
use crate::types::{JobId, Timestamp};

/// How long a claim holds without a heartbeat, in milliseconds.
pub(super) const LEASE_MS: i64 = 60_000;

/// Longest wait before another try. A `run_at` further ahead than twice this
/// was set by a clock that ran wrong, and counts as due.
pub(super) const LONGEST_WAIT_MS: i64 = 3_600_000;

/// Deaths of the child a job works with, without a new stage in between, that
/// end it. Its own process dies of power cuts, so that says less about the job.
const CRASHES_TO_GIVE_UP: u32 = 2;
const CUTS_TO_GIVE_UP: u32 = 5;
/// Crashes after those that end even the attempt to tell its feature.
const CRASHES_TO_BURY: u32 = 2;

/// A job now held by this runner.
pub(super) struct Claim {
    pub id: JobId,
    pub kind: String,
    pub payload: String,
    pub attempts: u32,
    /// Set when only `on_dead` is left to do.
    pub giving_up: Option<Failure>,
    /// What asked for it, for traces.
    pub trace: Option<String>,
}

/// Who claims, and what it can run.
#[derive(Clone)]
pub(super) struct Claimant {
    /// Random per runner.
    pub owner: String,
    /// The registered kinds as a JSON array.
    pub kinds: String,
}

const DUE: &str = "queue = :queue AND state = 'queued'
    AND kind IN (SELECT value FROM json_each(:kinds))
    AND (run_at <= :now OR run_at > :far)";

/// Whether a claim would find something; for a reading thread, so that polling
/// an empty queue never writes.
pub(super) fn due(conn: &Connection, who: &Claimant, queue: &str, now: Timestamp) -> Result<bool> {
    Ok(conn
        .prepare_cached(&format!("SELECT EXISTS (SELECT 1 FROM jobs WHERE {DUE})"))?
        .query_row(
            named_params! {
                ":queue": queue, ":kinds": who.kinds, ":now": now,
                ":far": now.plus_ms(2 * LONGEST_WAIT_MS),
            },
            |row| row.get(0),
        )?)
}

/// Takes the oldest due job of a queue.
pub(super) fn claim(
    conn: &Connection,
    who: &Claimant,
    queue: &str,
    now: Timestamp,
) -> Result<Option<Claim>> {
    Ok(conn
        .prepare_cached(&format!(
            "UPDATE jobs SET state = 'running', lease_owner = :owner, lease_until = :until,
                             updated_at = :now
             WHERE n = (SELECT n FROM jobs WHERE {DUE} ORDER BY n LIMIT 1)
             RETURNING *"
        ))?
        .query_row(
            named_params! {
                ":owner": who.owner, ":until": now.plus_ms(LEASE_MS), ":queue": queue,
                ":kinds": who.kinds, ":now": now, ":far": now.plus_ms(2 * LONGEST_WAIT_MS),
            },
            |row| {
                let giving_up: bool = row.get("giving_up")?;
                let code: Option<String> = row.get("error_code")?;
                let detail: Option<String> = row.get("error_detail")?;
                Ok(Claim {
                    id: row.get("id")?,
                    kind: row.get("kind")?,
                    payload: row.get("payload")?,
                    attempts: row.get("attempts")?,
                    giving_up: giving_up.then(|| Failure {
                        code: code.unwrap_or_default(),
                        detail: detail.unwrap_or_default(),
                    }),
                    trace: row.get("trace")?,
                })
            },
        )
        .optional()?)
}

/// Renews the leases of the jobs in `held`.
pub(super) fn heartbeat(
    conn: &Connection,
    owner: &str,
    held: &[JobId],
    now: Timestamp,
) -> Result<()> {
    conn.prepare_cached(
        "UPDATE jobs SET lease_until = ?2
         WHERE lease_owner = ?1 AND id IN (SELECT value FROM json_each(?3))",
    )?
    .execute((owner, now.plus_ms(LEASE_MS), list(held)?))?;
    Ok(())
}

/// Which jobs that nobody works on to take back.
#[derive(Clone, Copy)]
pub(super) enum Lost<'a> {
    /// All that `owner` does not hold. At the start: the data folder is
    /// locked, so their process is gone, whatever the clock says of the lease.
    NotOf(&'a str),
    /// Those whose lease ran out, except the `held`: they are alive even if
    /// the clock jumped past their lease.
    Expired(&'a [JobId]),
}

/// Which jobs to take back. Cheap, for a reading thread.
pub(super) fn lost(conn: &Connection, lost: Lost<'_>, now: Timestamp) -> Result<Vec<JobId>> {
    let (sql, parameters): (_, &[&dyn rusqlite::ToSql]) = match lost {
        Lost::NotOf(ref owner) => ("lease_owner IS NOT ?1", &[owner]),
        Lost::Expired(held) => (
            "lease_until <= ?1 AND id NOT IN (SELECT value FROM json_each(?2))",
            &[&now, &list(held)?],
        ),
    };
    let mut statement = conn.prepare_cached(&format!(
        "SELECT id FROM jobs WHERE state = 'running' AND {sql}"
    ))?;
    let ids = statement.query_map(parameters, |row| row.get(0))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}

/// Ends the run of every lost job as a crash; answers how many there were.
pub(super) fn take_back(conn: &Connection, which: Lost<'_>, now: Timestamp) -> Result<usize> {
    let ids = lost(conn, which, now)?;
    for &id in &ids {
        end(conn, id, &End::Cut, now)?;
    }
    Ok(ids.len())
}

/// Running jobs that someone wants stopped.
pub(super) fn to_cancel(conn: &Connection) -> Result<Vec<JobId>> {
    let mut statement = conn
        .prepare_cached("SELECT id FROM jobs WHERE state = 'running' AND cancel_requested = 1")?;
    let ids = statement.query_map([], |row| row.get(0))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}

/// How a run ended, or what becomes of the job next.
#[derive(Clone, Debug)]
pub(super) enum End {
    /// Done or cancelled: the row goes.
    Gone,
    /// Handed back at shutdown: first in line at the next start.
    Back,
    /// Not counted; again after so many milliseconds.
    Later(i64),
    /// Counted; again after so many milliseconds.
    Failed(Failure, i64),
    /// The child it worked with died.
    Crashed(String),
    /// This process died, most likely of a power cut.
    Cut,
    /// Given up; still held, to tell its feature.
    GivingUp(Failure),
    /// Given up and told.
    Dead,
}

impl End {
    /// For traces.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Gone => "done",
            Self::Back => "handed_back",
            Self::Later(_) => "later",
            Self::Failed(..) => "failed",
            Self::Crashed(_) => "crashed",
            Self::Cut => "cut",
            Self::GivingUp(_) | Self::Dead => "given_up",
        }
    }
}

/// Writes the end of a run. A job that was cancelled meanwhile goes, however
/// the run ended. Answers whether a row is left.
pub(super) fn end(conn: &Connection, id: JobId, end: &End, now: Timestamp) -> Result<bool> {
    let gone = matches!(end, End::Gone);
    let deleted = conn
        .prepare_cached("DELETE FROM jobs WHERE id = ?1 AND (?2 OR cancel_requested)")?
        .execute((id, gone))?;
    if deleted > 0 || gone {
        return Ok(false);
    }
    match end {
        End::Gone => {}
        End::Back => requeue(conn, id, None, now, now)?,
        End::Later(ms) => requeue(conn, id, None, bounded(*ms, now), now)?,
        End::Failed(failure, ms) => {
            count_attempt(conn, id)?;
            requeue(conn, id, Some(failure), bounded(*ms, now), now)?;
        }
        End::Crashed(detail) => crashed(conn, id, detail, CRASHES_TO_GIVE_UP, now)?,
        End::Cut => {
            let detail = "the server ended while working on it";
            crashed(conn, id, detail, CUTS_TO_GIVE_UP, now)?;
        }
        End::GivingUp(failure) => {
            count_attempt(conn, id)?;
            give_up(conn, id, failure, now)?;
        }
        End::Dead => bury(conn, id, now)?,
    }
    Ok(true)
}

fn bounded(ms: i64, now: Timestamp) -> Timestamp {
    now.plus_ms(ms.clamp(0, LONGEST_WAIT_MS))
}

fn count_attempt(conn: &Connection, id: JobId) -> Result<()> {
    conn.prepare_cached("UPDATE jobs SET attempts = attempts + 1 WHERE id = ?1")?
        .execute([id])?;
    Ok(())
}

fn crashed(conn: &Connection, id: JobId, detail: &str, most: u32, now: Timestamp) -> Result<()> {
    let (crashes, giving_up): (u32, bool) = conn
        .prepare_cached(
            "UPDATE jobs SET crashes = crashes + 1 WHERE id = ?1 RETURNING crashes, giving_up",
        )?
        .query_row([id], |row| Ok((row.get("crashes")?, row.get("giving_up")?)))?;
    if giving_up {
        // Already telling its feature; what it is given up for stays.
        return match crashes >= most + CRASHES_TO_BURY {
            true => bury(conn, id, now),
            false => requeue(conn, id, None, now, now),
        };
    }
    let failure = Failure {
        code: "crashed".to_owned(),
        detail: detail.to_owned(),
    };
    if crashes >= most {
        give_up(conn, id, &failure, now)?;
    }
    requeue(conn, id, Some(&failure), now, now)
}

fn requeue(
    conn: &Connection,
    id: JobId,
    failure: Option<&Failure>,
    run_at: Timestamp,
    now: Timestamp,
) -> Result<()> {
    conn.prepare_cached(
        "UPDATE jobs SET state = 'queued', lease_owner = NULL, lease_until = NULL,
                         run_at = :run_at, updated_at = :now,
                         error_code = coalesce(:code, error_code),
                         error_detail = coalesce(:detail, error_detail)
         WHERE id = :id",
    )?
    .execute(named_params! {
        ":id": id, ":run_at": run_at, ":now": now,
        ":code": failure.map(|f| &f.code), ":detail": failure.map(|f| &f.detail),
    })?;
    Ok(())
}

fn give_up(conn: &Connection, id: JobId, failure: &Failure, now: Timestamp) -> Result<()> {
    conn.prepare_cached(
        "UPDATE jobs SET giving_up = 1, error_code = ?2, error_detail = ?3, updated_at = ?4
         WHERE id = ?1",
    )?
    .execute((id, &failure.code, &failure.detail, now))?;
    Ok(())
}

fn bury(conn: &Connection, id: JobId, now: Timestamp) -> Result<()> {
    conn.prepare_cached(
        "UPDATE jobs SET state = 'dead', lease_owner = NULL, lease_until = NULL, updated_at = ?2
         WHERE id = ?1",
    )?
    .execute((id, now))?;
    Ok(())
}

fn list(ids: &[JobId]) -> Result<String> {
    Ok(serde_json::to_string(ids)?)
}
