//! The job that carries a list out, a hundred steps at a time.

use serde::{Deserialize, Serialize};

use super::{Import, ImportState, Roster, Step, store};
use crate::accounts::Actor;
use crate::error::{Code, Error, Result};
use crate::jobs::{Failure, Handle, Job, JobError, NewJob};
use crate::types::ImportId;

/// Steps between two looks at whether to stop; few enough that whoever else writes
/// hardly waits.
const AT_ONCE: usize = 100;

/// What may pass, so that the same step is worth another try.
const PASSING: [Code; 3] = [Code::DiskFull, Code::Timeout, Code::Unavailable];

/// Carries out what a list says.
pub struct ApplyList(pub Roster);

/// Which list.
#[derive(Debug, Serialize, Deserialize)]
pub struct Payload {
    import: ImportId,
}

impl ApplyList {
    pub(super) fn job(import: &Import) -> NewJob<'static> {
        NewJob {
            kind: Self::KIND,
            queue: "people",
            org: import.org,
            subject: import.id.to_string(),
            payload: serde_json::json!({ "import": import.id }),
        }
    }

    /// Does some steps; when it is called again, some or all of them were done before.
    async fn apply(&self, actor: &Actor, steps: &[Step]) -> Result<()> {
        let (mut made, mut entries, mut moves) = (Vec::new(), Vec::new(), Vec::new());
        for step in steps.iter().cloned() {
            match step {
                Step::Class(id, name) => made.push((id, name)),
                Step::Person(entry, of_person) => {
                    entries.push(entry);
                    moves.extend(of_person);
                }
            }
        }
        let roster = &self.0;
        roster.classes.put_classes(actor, made).await?;
        roster.accounts.put_listed(*actor, entries).await?;
        roster.classes.move_people(actor, moves).await
    }
}

impl Job for ApplyList {
    const KIND: &'static str = "apply_list";
    const MAX_ATTEMPTS: u32 = 3;
    type Payload = Payload;

    async fn run(&self, payload: Payload, handle: Handle) -> Result<(), JobError> {
        let (core, id) = (&self.0.app.db.core, payload.import);
        let Some((import, steps)) = core.read(move |conn| store::work(conn, id)).await? else {
            return Ok(());
        };
        let accounts = &self.0.accounts;
        let mut done = import.done as usize;
        while done < steps.len() {
            if handle.cancelled() {
                return Err(JobError::Cancelled);
            }
            let next = steps.len().min(done + AT_ONCE);
            // Whoever sent it may have another role by now.
            let actor = accounts.acting(import.org, import.sent_by).await;
            let actor = actor.map_err(give_up)?;
            self.apply(&actor, &steps[done..next])
                .await
                .map_err(give_up)?;
            done = next;
            let count = u32::try_from(done).unwrap_or(u32::MAX);
            core.write(move |conn| store::progress(conn, id, count))
                .await?;
            // Steps done end the count of power cuts after which a job is given up.
            handle.stage(&done.to_string()).await?;
        }
        core.write(move |conn| store::end(conn, id, ImportState::Done))
            .await?;
        tracing::info!(steps = steps.len(), "roster.applied");
        Ok(())
    }

    async fn on_dead(&self, payload: Payload, failure: Failure) -> Result<()> {
        tracing::warn!(
            code = failure.code,
            detail = failure.detail,
            "roster.failed"
        );
        let core = &self.0.app.db.core;
        core.write(move |conn| store::end(conn, payload.import, ImportState::Failed))
            .await
    }
}

/// What was refused is refused again; faults of ours are tried again.
fn give_up(error: Error) -> JobError {
    match error {
        Error::Refused(refusal) if PASSING.contains(&refusal.code) => {
            JobError::Internal(Error::Refused(refusal))
        }
        Error::Refused(refusal) => {
            JobError::Fatal(refusal.code.as_str().to_owned(), refusal.detail)
        }
        fault @ Error::Internal(_) => JobError::Internal(fault),
    }
}
