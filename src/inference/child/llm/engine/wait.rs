//! Telling those who wait their place, and when they will have a word.

use anyhow::Result;

use super::super::answer::Answer;
use super::super::estimate::{Ask, Room, first_word_ms};
use super::{AHEAD, Engine};
use crate::inference::child::pipe::Replies;
use crate::inference::protocol::Reply;

/// Milliseconds between two estimates told to one who waits.
const TELL_AGAIN_MS: f64 = 1_000.0;

/// Who gets a word so soon need not read about the wait for it.
const SOON_MS: f64 = 1_000.0;

impl Engine<'_> {
    /// Tells those without a word yet their place and when they will have one:
    /// when somebody came or went, and now and then.
    pub(super) fn tell(&mut self) -> Result<()> {
        let admitted = self.active.iter().filter(|answer| answer.written() == 0);
        let places = admitted.clone().count();
        let waiting = places + self.queue.len();
        let stale = |answer: &Answer| {
            answer.told == 0 || answer.age_ms() - answer.told_at_ms > TELL_AGAIN_MS
        };
        if waiting == self.told && !admitted.chain(self.queue.iter()).any(stale) {
            return Ok(());
        }
        self.told = waiting;
        let room = Room {
            rows: self.rows,
            places: self.rows + AHEAD,
            cells: self.memory.context.n_ctx() as usize,
        };
        let asks = self.active.iter().chain(self.queue.iter());
        let asks: Vec<Ask<'_>> = asks.map(|answer| self.as_ask(answer)).collect();
        let waits = first_word_ms(&asks, self.active.len(), room, &self.pace, &self.lengths);
        let (first, then) = waits.split_at(self.active.len());
        for (at, answer) in self.active.iter_mut().enumerate() {
            if answer.written() == 0 {
                let sooner =
                    |&(other, ms): &(usize, &f64)| *ms > 0.0 && (*ms, other) < (first[at], at);
                let place = 1 + first.iter().enumerate().filter(sooner).count() as u32;
                // Who comes in with a short prompt goes first: no reason to
                // tell one who has a place already of a worse one.
                let place = if answer.told > 0 {
                    place.min(answer.told)
                } else {
                    place
                };
                tell(answer, place, first[at], &self.replies)?;
            }
        }
        let behind = u32::try_from(places)?;
        for ((answer, place), ms) in self.queue.iter_mut().zip(behind + 1..).zip(then) {
            tell(answer, place, *ms, &self.replies)?;
        }
        Ok(())
    }

    fn as_ask<'a>(&self, answer: &'a Answer) -> Ask<'a> {
        Ask {
            scope: answer.scope,
            prompt: answer.prompt_tokens(),
            unread: self.unread(answer),
            written: answer.written(),
            tokens: (answer.least_tokens, answer.max_tokens),
            age_ms: answer.age_ms(),
        }
    }
}

/// Tells one who waits, unless it is not worth a word.
fn tell(answer: &mut Answer, place: u32, wait_ms: f64, replies: &Replies) -> Result<()> {
    answer.told = place;
    answer.told_at_ms = answer.age_ms();
    if wait_ms < SOON_MS && answer.told_at_ms < SOON_MS {
        return Ok(());
    }
    Ok(replies.send(&Reply::Queued {
        id: answer.id,
        position: place,
        wait_ms: (wait_ms as u32).max(1),
    })?)
}
