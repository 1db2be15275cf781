//! One answer of the language model, through the death of a worker.
//!
//! A worker that dies takes every answer it was writing with it. One that had
//! not a word yet is asked for again from the next worker, and its client
//! notices nothing but the time. A request that was being taken in or read both
//! times may be what kills workers, so it is refused after the second; one that
//! waited for its turn is innocent and is asked for again.

use std::pin::Pin;
use std::sync::Arc;

use super::link::Replies;
use super::protocol::{FailureCode, Finish, Generate, Reply, Usage};
use super::slot::Slot;
use crate::error::Result;

/// Workers that may die while a request is being worked on.
const MOST_DEATHS: u32 = 2;
/// Times a request is asked for again in all, however innocent it is.
const MOST_REPLAYS: u32 = 20;

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
            cancelled: false,
        }
    }

    /// The next frame; after the last one there is `None`. Safe to drop and
    /// call again: nothing is lost.
    ///
    /// The last one may be `Failed` with `crashed`, after words; with
    /// `answer_killed_worker`, when this request is not to be asked again; or
    /// with `unavailable`, when no worker came back.
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
                Some(Reply::Accepted { .. } | Reply::Queued { .. }) => self.heard = Heard::Waits,
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
                    if self.heard != Heard::Waits {
                        self.deaths += 1;
                    }
                    self.replays += 1;
                    if self.deaths >= MOST_DEATHS || self.replays > MOST_REPLAYS {
                        let detail = "the worker died over it more than once";
                        return self.fail(FailureCode::KilledWorker, detail);
                    }
                    let (slot, request) = (self.slot.clone(), self.request.clone());
                    // It had its place, however many wait now.
                    self.next = Some(Box::pin(
                        async move { slot.send(&request, usize::MAX).await },
                    ));
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
