//! One answer of the language model, through the death of a worker.
//!
//! A worker that dies takes every answer it was writing with it. One that had
//! not a word yet is asked for again from the next worker, and its client
//! notices nothing but the time. A request that was being taken in or read both
//! times may be what kills workers, so it is refused after the second; one that
//! waited for its turn is innocent and is asked for again, for a while.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::link::Replies;
use super::protocol::{FailureCode, Finish, Generate, Reply, Request, Usage};
use super::slot::Slot;
use crate::error::Result;

/// Workers that may die while a request is being worked on.
const MOST_DEATHS: u32 = 2;
/// How long after the first death a request is still asked for again: where
/// workers keep dying, its client is better served without.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long one that is asked for again lets others go first; the more workers
/// died on it, the less, so that nobody is overtaken for ever.
const POLITE: Duration = Duration::from_millis(60);

/// An answer being generated. Dropping it stops the work.
pub struct Generation {
    slot: Arc<Slot>,
    request: Generate,
    replies: Replies,
    /// The same from the next worker, awaited after one died.
    next: Option<Pin<Box<dyn Future<Output = Result<Replies>> + Send>>>,
    heard: Heard,
    deaths: u32,
    replays: u32,
    first_death: Option<Instant>,
    cancelled: bool,
}

/// How far a worker came with a request, as far as it said.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Heard {
    /// Nothing: it may have died over taking it in.
    Nothing,
    /// It waits for its turn.
    Waits,
    /// It is being read.
    Started,
    /// There are words.
    Words,
    /// It ended.
    End,
}

impl Generation {
    /// An answer that a worker in `slot` was asked for.
    pub(super) fn new(slot: Arc<Slot>, request: Generate, replies: Replies) -> Self {
        Self {
            slot,
            request,
            replies,
            next: None,
            heard: Heard::Nothing,
            deaths: 0,
            replays: 0,
            first_death: None,
            cancelled: false,
        }
    }

    /// The next frame; after the last one there is `None`. Safe to drop and
    /// call again: nothing is lost.
    ///
    /// The last one may be `Failed` with `crashed`, after words; with
    /// `answer_killed_worker`, when this request is not to be asked again; or
    /// with `unavailable`, when no worker came back or none lived long enough.
    pub async fn next(&mut self) -> Option<Reply> {
        loop {
            if self.cancelled && self.next.is_some() {
                return self.end_cancelled();
            }
            if let Some(next) = &mut self.next {
                let replies = next.await;
                self.next = None;
                match replies {
                    Ok(replies) => {
                        tracing::warn!(replays = self.replays, "inference.answer_replayed");
                        self.replies = replies;
                        self.heard = Heard::Nothing;
                    }
                    Err(error) => {
                        return self.fail(FailureCode::Unavailable, &error.to_string());
                    }
                }
            }
            if self.heard == Heard::End {
                return None;
            }
            let reply = self.replies.next().await;
            match &reply {
                // Its place is told until there are words, also while it is read.
                Some(Reply::Accepted { .. } | Reply::Queued { .. })
                    if self.heard == Heard::Nothing =>
                {
                    self.heard = Heard::Waits;
                }
                Some(Reply::Started { .. }) => self.heard = Heard::Started,
                Some(Reply::Token { .. }) => self.heard = Heard::Words,
                Some(Reply::Failed {
                    code: FailureCode::Crashed,
                    ..
                }) if self.cancelled => return self.end_cancelled(),
                Some(Reply::Failed {
                    code: FailureCode::Crashed,
                    ..
                }) if self.heard != Heard::Words => {
                    // A worker that is replaced did not die over it.
                    let died = !self.replies.was_given_back();
                    if died && self.heard != Heard::Waits {
                        self.deaths += 1;
                    }
                    self.replays += 1;
                    if self.deaths >= MOST_DEATHS {
                        let detail = "the worker died over it more than once";
                        return self.fail(FailureCode::KilledWorker, detail);
                    }
                    let first = *self.first_death.get_or_insert_with(Instant::now);
                    if died && first.elapsed() > PATIENCE {
                        let detail = "the worker keeps dying";
                        return self.fail(FailureCode::Unavailable, detail);
                    }
                    let polite = POLITE / self.replays;
                    self.next = Some(Box::pin(again(
                        self.slot.clone(),
                        self.request.clone(),
                        polite,
                    )));
                    continue;
                }
                Some(reply) if reply.is_last() => self.heard = Heard::End,
                None => self.heard = Heard::End,
                Some(_) => {}
            }
            return reply;
        }
    }

    /// Asks the worker to stop; the last frame still comes.
    pub fn cancel(&mut self) {
        self.cancelled = true;
        self.replies.cancel();
    }

    /// The worker died instead of stopping.
    fn end_cancelled(&mut self) -> Option<Reply> {
        self.next = None;
        self.heard = Heard::End;
        Some(Reply::Done {
            id: self.request.id,
            finish: Finish::Cancelled,
            usage: Usage::default(),
        })
    }

    fn fail(&mut self, code: FailureCode, detail: &str) -> Option<Reply> {
        self.heard = Heard::End;
        Some(Reply::Failed {
            id: self.request.id,
            code,
            detail: detail.to_owned(),
        })
    }
}

/// Asks the next worker, after others had `polite` time to ask it.
async fn again(slot: Arc<Slot>, request: Generate, polite: Duration) -> Result<Replies> {
    loop {
        // It had its place, however many wait now.
        let link = slot.link(usize::MAX).await?;
        sleep(polite).await;
        // This one may be dead already.
        if !link.is_gone() && !link.is_leaving() {
            return Ok(link.request(|id| Request::Generate(Generate { id, ..request })));
        }
    }
}
