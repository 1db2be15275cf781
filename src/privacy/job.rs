//! The job that removes what is left of people whose rows are gone. Each step can be done
//! again; the last one says that nothing is left.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Left, Privacy, store};
use crate::error::{Code, Error, Result};
use crate::jobs::{Failure, Handle, Job, JobError, NewJob};
use crate::types::OrgId;

/// Until another try while something is in the way, such as a backup or an answer that
/// is being stopped.
const LATER: Duration = Duration::from_secs(10);

/// Removes what is left of people.
pub struct CleanUp(pub Privacy);

/// Of which people.
#[derive(Debug, Serialize, Deserialize)]
pub struct Payload {
    org: OrgId,
    left: Left,
}

impl CleanUp {
    pub(super) fn job(org: OrgId, left: &Left) -> Result<NewJob<'static>> {
        let first = left.users.first().map(ToString::to_string);
        Ok(NewJob {
            kind: Self::KIND,
            queue: "erase",
            org,
            subject: first.unwrap_or_default(),
            payload: serde_json::json!({ "org": org, "left": serde_json::to_value(left)? }),
        })
    }

    async fn clean(&self, org: OrgId, left: &Left) -> Result<()> {
        let Privacy {
            app,
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
        app.db.core.scrub().await?;
        if !left.lessons.is_empty() {
            lessons.forget_words().await?;
        }
        let questions = left.questions.iter().copied().collect();
        answers
            .forget_asked(org, questions, left.answers.clone())
            .await?;
        app.db.derived.scrub().await
    }
}

impl Job for CleanUp {
    const KIND: &'static str = "clean_up_person";
    // It must not be given up: whoever was promised an erasure is owed it.
    const MAX_ATTEMPTS: u32 = 1000;
    type Payload = Payload;

    async fn run(&self, payload: Payload, _: Handle) -> Result<(), JobError> {
        let Payload { org, left } = payload;
        match self.clean(org, &left).await {
            Err(Error::Refused(refusal)) if is_passing(refusal.code) => {
                return Err(JobError::NotNow { after: LATER });
            }
            done => done?,
        }
        let now = self.0.app.clock.now();
        let users = left.users;
        let write = move |conn: &_| store::cleaned(conn, org, &users, now);
        self.0.app.db.core.write(write).await?;
        tracing::info!("privacy.cleaned_up");
        Ok(())
    }

    async fn on_dead(&self, _: Payload, failure: Failure) -> Result<()> {
        let Failure { code, detail } = failure;
        tracing::error!(code, detail, "privacy.not_cleaned_up");
        Ok(())
    }
}

/// What passes by itself or when somebody makes room.
fn is_passing(code: Code) -> bool {
    matches!(code, Code::Unavailable | Code::DiskFull | Code::Timeout)
}
