//! The job that carries a list out, a hundred steps at a time.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::steps::Step;
use super::{Import, ImportState, Roster, store};
use crate::accounts::{Actor, ImportLeftReason};
use crate::error::{Code, Error, Result};
use crate::jobs::{Failure, Handle, Job, JobError, NewJob};
use crate::types::{ImportId, UserId};

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

    /// Does some steps, the first of which is at a place; when it is called again, some or
    /// all of them were done before. Answers what was left.
    async fn apply(&self, actor: &Actor, first: usize, steps: &[Step]) -> Result<Vec<LeftStep>> {
        let (mut made, mut puts, mut moves) = (Vec::new(), Vec::new(), Vec::new());
        let mut left = Vec::new();
        let mut places = HashMap::<UserId, (u32, Option<u32>)>::new();
        for (place, step) in (first..).zip(steps.iter().cloned()) {
            let place = u32::try_from(place).unwrap_or(u32::MAX);
            match step {
                Step::Class(id, name) => made.push((id, name)),
                Step::Person {
                    line,
                    put,
                    moves: of_person,
                } => {
                    places.insert(put.user(), (place, line));
                    puts.push(put);
                    moves.extend(of_person);
                }
                Step::Leave { line, user, reason } => left.push(LeftStep {
                    place,
                    line: Some(line),
                    user,
                    reason,
                }),
            }
        }
        let roster = &self.0;
        roster.classes.put_classes(actor, made).await?;
        let mut told = roster.accounts.put_listed(*actor, puts).await?;
        moves.retain(|step| !told.iter().any(|(user, _)| *user == step.user));
        told.extend(roster.classes.move_people(actor, moves).await?);
        left.extend(told.into_iter().filter_map(|(user, reason)| {
            let (place, line) = places.get(&user).copied()?;
            Some(LeftStep {
                place,
                line,
                user,
                reason,
            })
        }));
        Ok(left)
    }
}

/// A step that was not done.
pub struct LeftStep {
    /// Which one.
    pub place: u32,
    /// Where the list says it.
    pub line: Option<u32>,
    /// About whom.
    pub user: UserId,
    /// Why.
    pub reason: ImportLeftReason,
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
            let left = self.apply(&actor, done, &steps[done..next]).await;
            let left = left.map_err(give_up)?;
            done = next;
            let count = u32::try_from(done).unwrap_or(u32::MAX);
            core.write(move |conn| store::progress(conn, id, count, &left))
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
