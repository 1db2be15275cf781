//! One step: the next token of every answer, and a piece of one prompt.

use anyhow::Result;
use llama_cpp_2::DecodeError;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::token::LlamaToken;

use super::super::answer::{Answer, now};
use super::super::estimate::urgency;
use super::super::tree::Token;
use super::Engine;
use crate::inference::child::pipe::Replies;
use crate::inference::protocol::{Beginning, FailureCode, Finish, Reply};

/// Rows of a step with guesses at most: beyond, a guessed row costs as much as
/// a written one.
const ROWS_WITH_DRAFTS: usize = 8;

/// Bytes of a state handed to the server at most; a frame must hold it.
const MOST_SAVED: usize = 40 << 20;

/// What one answer has in a step: its rows begin at `row`.
struct Part {
    id: u64,
    row: i32,
    /// Tokens of its text that are computed.
    tokens: usize,
    /// Tokens guessed after them.
    drafts: Vec<Token>,
}

impl Engine<'_> {
    /// Computes the next token of every answer and a chunk of one prompt.
    pub(super) fn step(&mut self) -> Result<()> {
        self.batch.clear();
        let mut parts = self.write()?;
        let answers = self.batch.n_tokens().unsigned_abs() as usize;
        let reading = self.next_to_read();
        if let Some(at) = reading {
            parts.push(self.read(at, answers)?);
        }
        if parts.is_empty() {
            return Ok(());
        }
        let began = now();
        if !self.decode()? {
            return Ok(());
        }
        let ms = began.elapsed().as_secs_f64() * 1000.0;
        let chunk = self.batch.n_tokens().unsigned_abs() as usize - answers;
        self.pace.learn(answers, chunk, ms);
        self.gauge.stepped(chunk, ms);
        for part in parts {
            self.take(part)?;
        }
        Ok(())
    }

    /// Adds the newest token of each answer, and guesses while there is room.
    fn write(&mut self) -> Result<Vec<Part>> {
        let writing = |answer: &&Answer| answer.written() > 0;
        let rows = self.active.iter().filter(writing).take(self.rows).count();
        let room = (ROWS_WITH_DRAFTS / rows.max(1)).saturating_sub(1);
        let mut parts = Vec::with_capacity(rows + 1);
        for answer in self.active.iter().filter(writing).take(self.rows) {
            // The last token comes without a guess: nothing may follow it.
            let room = room.min(answer.left().saturating_sub(1));
            let drafts = answer.drafts.as_ref();
            let drafts = drafts.map_or(&[][..], |drafts| drafts.guess(&answer.text, room));
            let drafts = drafts.to_vec();
            let row = self.batch.n_tokens();
            let from = self.memory.length(answer.sequence);
            let newest = &answer.text[from..];
            for (at, &token) in newest.iter().chain(&drafts).enumerate() {
                let place = i32::try_from(from + at)?;
                self.batch
                    .add(LlamaToken(token), place, &[answer.sequence], true)?;
            }
            parts.push(Part {
                id: answer.id,
                row,
                tokens: newest.len(),
                drafts,
            });
        }
        Ok(parts)
    }

    /// The answer whose prompt is read next.
    fn next_to_read(&self) -> Option<usize> {
        let reading = self.active.iter().enumerate();
        let reading = reading.filter(|(_, answer)| answer.written() == 0);
        let urgency = |answer: &Answer| urgency(&self.pace, self.unread(answer), answer.age_ms());
        reading
            .map(|(at, answer)| (at, urgency(answer)))
            .min_by(|(_, a), (_, b)| a.total_cmp(b))
            .map(|(at, _)| at)
    }

    /// Adds the next chunk of a prompt.
    fn read(&mut self, at: usize, answers: usize) -> Result<Part> {
        let answer = &mut self.active[at];
        let prompt = &answer.text[..answer.prompt];
        let held = self.memory.length(answer.sequence);
        let from = self.memory.adopt(answer.sequence, answer.scope, prompt)?;
        if from > held {
            // It needs less than was promised to it.
            self.refused = None;
        }
        let chunk = self.pace.prompt_rows(answers, answer.prompt - from);
        let row = self.batch.n_tokens();
        for (place, &token) in prompt.iter().enumerate().skip(from).take(chunk) {
            // Only the last token of a prompt has a result worth computing.
            let last = place + 1 == answer.prompt;
            let place = i32::try_from(place)?;
            self.batch
                .add(LlamaToken(token), place, &[answer.sequence], last)?;
        }
        if !answer.begun {
            answer.begin(from);
            self.gauge.reused(from);
            self.replies.send(&Reply::Started {
                id: answer.id,
                prompt_tokens: u32::try_from(answer.prompt)?,
                reused_tokens: answer.reused,
            })?;
        }
        Ok(Part {
            id: answer.id,
            row,
            tokens: chunk,
            drafts: Vec::new(),
        })
    }

    /// Computes the batch; false when there was no room for it even after
    /// forgetting everything kept, and the answers in progress had to fail.
    fn decode(&mut self) -> Result<bool> {
        match self.memory.context.decode(&mut self.batch) {
            Ok(()) => return Ok(true),
            Err(DecodeError::NoKvCacheSlot) => self.memory.forget_kept()?,
            Err(error) => return Err(error.into()),
        }
        match self.memory.context.decode(&mut self.batch) {
            Ok(()) => Ok(true),
            Err(DecodeError::NoKvCacheSlot) => {
                self.refused = None;
                for answer in std::mem::take(&mut self.active) {
                    self.memory.close(answer.sequence)?;
                    self.fail(answer.id, FailureCode::OutOfMemory, "no free cells")?;
                }
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Takes what a step computed for one answer: notes its tokens, picks the
    /// next and, as long as the guesses are what was picked, the ones after.
    fn take(&mut self, part: Part) -> Result<()> {
        let Some(at) = self.active.iter().position(|answer| answer.id == part.id) else {
            return Ok(());
        };
        let answer = &mut self.active[at];
        let from = self.memory.length(answer.sequence);
        let computed = from + part.tokens;
        self.memory
            .grow(answer.sequence, &answer.text[from..computed]);
        if computed < answer.prompt {
            return Ok(());
        }
        if from < answer.prompt {
            // What it read others need not.
            self.refused = None;
            self.save_shared(at)?;
        }
        let answer = &mut self.active[at];
        let last = part.row + i32::try_from(part.tokens)? - 1;
        let mut right = 0;
        let ended = loop {
            let row = last + i32::try_from(right)?;
            let token = answer.picker.pick(&self.memory.context, row)?;
            let ended = emit(answer, token, self.model, &self.replies)?;
            if ended.is_some() || part.drafts.get(right) != Some(&token.0) {
                break ended;
            }
            self.memory.grow(answer.sequence, &[token.0]);
            right += 1;
        };
        self.gauge.wrote(right + 1, part.drafts.len(), right);
        if !part.drafts.is_empty() {
            if let Some(drafts) = &mut answer.drafts {
                drafts.learn(part.drafts.len(), right);
            }
            self.memory.forget_unnoted(answer.sequence)?;
        }
        match ended {
            Some(finish) => self.finish(at, finish),
            None => Ok(()),
        }
    }

    /// Hands the server what a prompt shares with another person's, if that is new.
    fn save_shared(&mut self, at: usize) -> Result<()> {
        let answer = &self.active[at];
        let shared = self.memory.shared(answer.sequence);
        let tokens = &answer.text[..shared];
        if !self.popular.is_news(answer.scope, tokens) {
            return Ok(());
        }
        let state = self.memory.state(answer.sequence, 0, shared)?;
        if state.len() < MOST_SAVED {
            self.replies.send(&Reply::Beginning(Beginning {
                scope: answer.scope,
                tokens: tokens.to_vec(),
                state,
            }))?;
        }
        Ok(())
    }
}

/// Sends the text of a new token; tells whether the answer ends with it.
fn emit(
    answer: &mut Answer,
    token: LlamaToken,
    model: &LlamaModel,
    replies: &Replies,
) -> Result<Option<Finish>> {
    answer.mark_sampled();
    let id = answer.id;
    let (text, ended) = if model.vocab().is_eog(token) {
        (answer.rest(), Some(Finish::Stop))
    } else {
        let bytes = model.vocab().token_to_piece(token, false, None);
        let (mut text, stopped) = answer.take(token.0, &bytes);
        if stopped {
            (text, Some(Finish::Stop))
        } else if answer.is_full() {
            text.push_str(&answer.rest());
            (text, Some(Finish::Length))
        } else {
            (text, None)
        }
    };
    if !text.is_empty() {
        replies.send(&Reply::Token { id, text })?;
    }
    Ok(ended)
}
