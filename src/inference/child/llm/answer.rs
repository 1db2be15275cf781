//! One answer being written: its sampler, its text and its bookkeeping.

use std::time::Instant;

use super::draft::Drafts;
use super::pressure::most_tokens;
use super::sampler::Picker;
use super::stop::StopMatcher;
use super::tree::{Scope, Sequence, Token};
use super::utf8::Utf8Buffer;
use crate::inference::protocol::{Generate, Lane, Usage};

/// The current moment, for the durations in [`Usage`].
#[expect(
    clippy::disallowed_methods,
    reason = "measures durations, tells no time"
)]
pub fn now() -> Instant {
    Instant::now()
}

/// One request, from the queue to its last token.
pub struct Answer {
    /// Request id.
    pub id: u64,
    /// Whose state it may share.
    pub scope: Scope,
    /// Who asks.
    pub person: u64,
    /// How urgent it is.
    pub lane: Lane,
    /// The tokens of the prompt and, after them, of the answer.
    pub text: Vec<Token>,
    /// How many of them are the prompt's.
    pub prompt: usize,
    /// Where it is computed.
    pub sequence: Sequence,
    /// Most tokens to write.
    pub max_tokens: u32,
    /// The same while many wait.
    pub least_tokens: u32,
    /// Tokens of the prompt that were in memory already.
    pub reused: u32,
    /// Whether the prompt has been matched with what is in memory.
    pub begun: bool,
    /// The place in the line that its client was told last; 0 for none.
    pub told: u32,
    /// Milliseconds after it came when it was told.
    pub told_at_ms: f64,
    /// Its guesses at what comes next, if it may have some.
    pub drafts: Option<Drafts>,
    /// Picks tokens.
    pub picker: Picker,
    utf8: Utf8Buffer,
    stop: StopMatcher,
    came: Instant,
    prompt_since: Instant,
    answer_since: Option<Instant>,
}

impl Answer {
    /// A request with its tokenised prompt.
    pub fn new(request: Generate, prompt: Vec<Token>, picker: Picker, max_tokens: u32) -> Self {
        Self {
            id: request.id,
            scope: request.scope,
            person: request.person,
            lane: request.lane,
            prompt: prompt.len(),
            text: prompt,
            sequence: -1,
            max_tokens,
            least_tokens: request.least_tokens,
            reused: 0,
            begun: false,
            told: 0,
            told_at_ms: 0.0,
            drafts: request.guesses.then(Drafts::default),
            picker,
            utf8: Utf8Buffer::default(),
            stop: StopMatcher::new(request.stop),
            came: now(),
            prompt_since: now(),
            answer_since: None,
        }
    }

    /// Gives it the room there is while so many wait; returns the tokens it lost.
    pub fn make_room(&mut self, waiting: usize) -> u32 {
        let before = self.max_tokens;
        self.max_tokens = most_tokens(self.least_tokens, before, waiting);
        before - self.max_tokens
    }

    /// Cells the answer may come to occupy.
    pub fn cells(&self) -> usize {
        self.prompt + self.max_tokens as usize
    }

    /// The tokens of the prompt.
    pub fn prompt_tokens(&self) -> &[Token] {
        &self.text[..self.prompt]
    }

    /// Tokens written so far.
    pub fn written(&self) -> usize {
        self.text.len() - self.prompt
    }

    /// Tokens it may still write.
    pub fn left(&self) -> usize {
        (self.max_tokens as usize).saturating_sub(self.written())
    }

    /// Milliseconds since it came.
    pub fn age_ms(&self) -> f64 {
        now().duration_since(self.came).as_secs_f64() * 1000.0
    }

    /// The prompt is being read from now on.
    pub fn begin(&mut self, reused: usize) {
        self.begun = true;
        self.reused = u32::try_from(reused).unwrap_or(u32::MAX);
        self.prompt_since = now();
    }

    /// The model chose to end the answer: ends the time of reading if it was the first token.
    pub fn mark_sampled(&mut self) {
        self.answer_since.get_or_insert_with(now);
    }

    /// Takes a new token and its bytes; returns text to show and whether a stop
    /// string ended the answer.
    pub fn take(&mut self, token: Token, bytes: &[u8]) -> (String, bool) {
        self.text.push(token);
        let text = self.utf8.push(bytes);
        self.stop.push(&text)
    }

    /// Whether all tokens asked for are written.
    pub fn is_full(&self) -> bool {
        self.left() == 0
    }

    /// Text held back until now, for an answer that ends without a stop string.
    pub fn rest(&mut self) -> String {
        let end = self.utf8.finish();
        let (mut text, stopped) = self.stop.push(&end);
        if !stopped {
            text.push_str(&self.stop.finish());
        }
        text
    }

    /// What the request has cost so far.
    pub fn usage(&self) -> Usage {
        let ended = now();
        let answer_since = self.answer_since.unwrap_or(ended);
        let begun = if self.begun {
            self.prompt_since
        } else {
            answer_since
        };
        Usage {
            prompt_tokens: u32::try_from(self.prompt).unwrap_or(u32::MAX),
            reused_tokens: self.reused,
            answer_tokens: u32::try_from(self.written()).unwrap_or(u32::MAX),
            prompt_ms: millis(begun, answer_since),
            answer_ms: millis(answer_since, ended),
        }
    }
}

fn millis(from: Instant, to: Instant) -> u32 {
    u32::try_from(to.saturating_duration_since(from).as_millis()).unwrap_or(u32::MAX)
}
