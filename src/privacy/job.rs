//! The job that removes what is left of people whose rows are gone. Each step can be done
//! again; the last one says that nothing is left.
//!
//! Before that one both database files are written anew, which holds up every write of
//! the box: a large school's for many seconds. So large files wait, in a job of their own,
//! until nobody asked anything for some minutes, but not for longer than a day.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Left, Privacy, store};
use crate::error::{Code, Error, Result};
use crate::jobs::{Failure, Handle, Job, JobError, NewJob};
use crate::types::{OrgId, Timestamp, UserId};

/// Until another try while something is in the way, such as a backup or an answer that
/// is being stopped.
const LATER: Duration = Duration::from_secs(10);
/// Until another look whether the box is quiet.
const LOOK: Duration = Duration::from_secs(300);
/// Files up to this size are written anew at once, within half a second.
const SMALL: u64 = 32 << 20;
/// Larger ones wait no longer than this for a quiet time, in milliseconds.
const LONGEST_WAIT_MS: i64 = 24 * 3_600_000;

/// Removes what is left of people.
pub struct CleanUp(pub Privacy);

/// Of which people.
#[derive(Debug, Serialize, Deserialize)]
pub struct Payload {
    org: OrgId,
    left: Left,
    /// Since when all but the files is done; none before that.
    #[serde(default)]
    files_since: Option<Timestamp>,
}

impl CleanUp {
    /// Removes what is left, the bytes in the files last.
    pub(super) fn job(org: OrgId, left: &Left) -> Result<NewJob<'static>> {
        Self::queued(org, left, None)
    }

    /// Only writes the files anew, after which nothing is left of these people.
    pub(super) fn of_files(
        org: OrgId,
        users: Vec<UserId>,
        now: Timestamp,
    ) -> Result<NewJob<'static>> {
        let left = Left {
            users,
            ..Left::default()
        };
        Self::queued(org, &left, Some(now))
    }

    fn queued(org: OrgId, left: &Left, files_since: Option<Timestamp>) -> Result<NewJob<'static>> {
        let first = left.users.first().map(ToString::to_string);
        Ok(NewJob {
            kind: Self::KIND,
            queue: "erase",
            org,
            subject: first.unwrap_or_default(),
            payload: serde_json::json!({
                "org": org, "left": serde_json::to_value(left)?, "files_since": files_since,
            }),
        })
    }

    /// All but the files.
    async fn clean(&self, org: OrgId, left: &Left) -> Result<()> {
        let Privacy {
            lessons,
            answers,
            chats,
            ..
        } = &self.0;
        for &user in &left.users {
            chats.stop_all_of(user).await?;
        }
        for lesson in &left.lessons {
            lessons.forget(org, lesson).await?;
        }
        for &upload in &left.uploads {
            lessons.forget_part(upload).await?;
        }
        lessons.remove_unused(left.blobs.clone()).await?;
        lessons.forget_beginnings(org).await?;
        if !left.lessons.is_empty() {
            lessons.forget_words().await?;
        }
        let questions = left.questions.iter().copied().collect();
        answers
            .forget_asked(org, questions, left.answers.clone())
            .await
    }

    /// Whether the files may be written anew now, having waited since then.
    async fn is_time(&self, since: Timestamp) -> Result<bool> {
        let Privacy { app, accounts, .. } = &self.0;
        let bytes = app
            .db
            .core
            .bytes()
            .await?
            .max(app.db.derived.bytes().await?);
        let waited_ms = app.clock.now().0.saturating_sub(since.0);
        Ok(may_write_anew(bytes, accounts.is_quiet(), waited_ms))
    }

    async fn scrub(&self) -> Result<()> {
        self.0.app.db.core.scrub().await?;
        self.0.app.db.derived.scrub().await
    }
}

/// Whether files of so many bytes, the larger of the two, may be written anew. Pure.
fn may_write_anew(bytes: u64, is_quiet: bool, waited_ms: i64) -> bool {
    bytes <= SMALL || is_quiet || waited_ms >= LONGEST_WAIT_MS
}

impl Job for CleanUp {
    const KIND: &'static str = "clean_up_person";
    // It must not be given up: whoever was promised an erasure is owed it.
    const MAX_ATTEMPTS: u32 = 1000;
    type Payload = Payload;

    async fn run(&self, payload: Payload, _: Handle) -> Result<(), JobError> {
        let Payload {
            org,
            left,
            files_since,
        } = payload;
        let core = &self.0.app.db.core;
        if files_since.is_none() {
            unless_passing(self.clean(org, &left).await)?;
        }
        let (now, users) = (self.0.app.clock.now(), left.users);
        if !self.is_time(files_since.unwrap_or(now)).await? {
            if files_since.is_some() {
                return Err(JobError::NotNow { after: LOOK });
            }
            // The rest is not done again with every look.
            let write = move |conn: &_| store::write_files_anew(conn, org, users, now);
            core.write(write).await?;
            tracing::info!("privacy.files_wait");
            return Ok(());
        }
        unless_passing(self.scrub().await)?;
        let now = self.0.app.clock.now();
        let write = move |conn: &_| store::cleaned(conn, org, &users, now);
        core.write(write).await?;
        tracing::info!("privacy.cleaned_up");
        Ok(())
    }

    async fn on_dead(&self, _: Payload, failure: Failure) -> Result<()> {
        let Failure { code, detail } = failure;
        tracing::error!(code, detail, "privacy.not_cleaned_up");
        Ok(())
    }
}

/// Has the job done later where something passing is in the way.
fn unless_passing(done: Result<()>) -> Result<(), JobError> {
    match done {
        Err(Error::Refused(refusal)) if is_passing(refusal.code) => {
            Err(JobError::NotNow { after: LATER })
        }
        done => Ok(done?),
    }
}

/// What passes by itself or when somebody makes room.
fn is_passing(code: Code) -> bool {
    matches!(code, Code::Unavailable | Code::DiskFull | Code::Timeout)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_files_wait_for_a_quiet_time_and_no_longer_than_a_day() {
        let check = |bytes, is_quiet, waited_ms, expected| {
            let found = may_write_anew(bytes, is_quiet, waited_ms);
            assert_eq!(found, expected, "{bytes} {is_quiet} {waited_ms}");
        };
        check(SMALL, false, 0, true);
        check(SMALL + 1, false, 0, false);
        check(SMALL + 1, true, 0, true);
        check(SMALL + 1, false, LONGEST_WAIT_MS - 1, false);
        check(SMALL + 1, false, LONGEST_WAIT_MS, true);
    }

    #[test]
    fn a_job_of_an_earlier_release_is_done_from_its_beginning() {
        let queued = CleanUp::job(OrgId::new(), &Left::default()).unwrap();
        let mut payload = queued.payload;
        payload.as_object_mut().unwrap().remove("files_since");
        let payload: Payload = serde_json::from_value(payload).unwrap();
        assert_eq!(payload.files_since, None);
    }
}
