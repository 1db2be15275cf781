//! One answer being written: its sampler, its text and its bookkeeping.

use std::time::Instant;

use llama_cpp_2::sampling::LlamaSampler;
use llama_cpp_2::token::LlamaToken;

use super::stop::StopMatcher;
use super::utf8::Utf8Buffer;
use crate::inference::protocol::{Generate, Usage};

/// Candidates looked at when sampling. Nucleus sampling over a whole vocabulary
/// sorts 150,000 entries a token; nothing below the best 64 is ever wanted.
const CANDIDATES: i32 = 64;

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
    /// The tokens of the prompt.
    pub prompt: Vec<LlamaToken>,
    /// Most tokens to write.
    pub max_tokens: u32,
    /// Tokens of the prompt that were in memory already.
    pub reused: u32,
    /// Whether the prompt has been matched with what is in memory.
    pub begun: bool,
    /// The token sampled last, to be computed in the next step.
    pub next: Option<LlamaToken>,
    /// Picks tokens.
    pub sampler: LlamaSampler,
    written: u32,
    utf8: Utf8Buffer,
    stop: StopMatcher,
    prompt_since: Instant,
    answer_since: Option<Instant>,
}

impl Answer {
    /// A request with its tokenised prompt.
    pub fn new(request: Generate, prompt: Vec<LlamaToken>, max_tokens: u32) -> Self {
        Self {
            id: request.id,
            prompt,
            max_tokens,
            reused: 0,
            begun: false,
            next: None,
            sampler: sampler(request.temperature, request.top_p, request.seed),
            written: 0,
            utf8: Utf8Buffer::default(),
            stop: StopMatcher::new(request.stop),
            prompt_since: now(),
            answer_since: None,
        }
    }

    /// Cells the answer may come to occupy.
    pub fn cells(&self) -> usize {
        self.prompt.len() + self.max_tokens as usize
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

    /// Takes the bytes of a new token; returns text to show and whether a stop
    /// string ended the answer.
    pub fn take(&mut self, bytes: &[u8]) -> (String, bool) {
        self.written += 1;
        let text = self.utf8.push(bytes);
        self.stop.push(&text)
    }

    /// Whether all tokens asked for are written.
    pub fn is_full(&self) -> bool {
        self.written >= self.max_tokens
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
            prompt_tokens: u32::try_from(self.prompt.len()).unwrap_or(u32::MAX),
            reused_tokens: self.reused,
            answer_tokens: self.written,
            prompt_ms: millis(begun, answer_since),
            answer_ms: millis(answer_since, ended),
        }
    }
}

fn millis(from: Instant, to: Instant) -> u32 {
    u32::try_from(to.saturating_duration_since(from).as_millis()).unwrap_or(u32::MAX)
}

fn sampler(temperature: f32, top_p: f32, seed: u32) -> LlamaSampler {
    if temperature <= 0.0 || !temperature.is_finite() {
        return LlamaSampler::greedy();
    }
    let mut steps = vec![LlamaSampler::top_k(CANDIDATES)];
    if top_p > 0.0 && top_p < 1.0 {
        steps.push(LlamaSampler::top_p(top_p, 1));
    }
    steps.push(LlamaSampler::temp(temperature));
    steps.push(LlamaSampler::dist(seed));
    LlamaSampler::chain(steps, true)
}
