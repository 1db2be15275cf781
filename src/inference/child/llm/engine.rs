//! Answers several requests at a time with one context.
//!
//! The loop takes what the server sent, moves waiting requests into free slots
//! and computes one step. Nothing here blocks while there is work, so a cancel
//! waits for one step at most.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, TryRecvError};

use anyhow::Result;
use llama_cpp_2::DecodeError;
use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::model::LlamaModel;

use super::answer::Answer;
use super::prompt::Prompter;
use super::slots::{Slots, sequence};
use super::step;
use crate::inference::child::pipe::Replies;
use crate::inference::protocol::{FailureCode, Finish, Generate, Reply, Request};

/// A request without a slot, and the position its client was told last.
struct Waiting {
    answer: Answer,
    told: u32,
}

/// A row of the step whose result is sampled: its place in the batch, its slot.
struct Sampled {
    row: i32,
    slot: usize,
}

/// The answers in progress and those that wait.
pub struct Engine<'m> {
    model: &'m LlamaModel,
    prompter: Prompter<'m>,
    slots: Slots<'m>,
    queue: VecDeque<Waiting>,
    batch: LlamaBatch<'static>,
    replies: Replies,
}

impl<'m> Engine<'m> {
    /// An idle engine with `rows` slots.
    pub fn new(
        model: &'m LlamaModel,
        prompter: Prompter<'m>,
        context: LlamaContext<'m>,
        rows: u32,
        replies: Replies,
    ) -> Self {
        Self {
            model,
            prompter,
            slots: Slots::new(context, rows),
            queue: VecDeque::new(),
            batch: LlamaBatch::new(step::MAX_ROWS, 1),
            replies,
        }
    }

    /// Works until the server hangs up.
    ///
    /// # Errors
    /// When the server can not be reached or llama.cpp fails for good.
    pub fn run(mut self, requests: &Receiver<Request>) -> Result<()> {
        loop {
            if self.is_idle() {
                match requests.recv() {
                    Ok(request) => self.accept(request)?,
                    Err(_) => return Ok(()),
                }
            }
            loop {
                match requests.try_recv() {
                    Ok(request) => self.accept(request)?,
                    Err(TryRecvError::Empty) => break,
                    Err(TryRecvError::Disconnected) => return Ok(()),
                }
            }
            self.admit()?;
            self.step()?;
        }
    }

    fn is_idle(&self) -> bool {
        self.queue.is_empty() && self.slots.all.iter().all(|slot| slot.answer.is_none())
    }

    fn accept(&mut self, request: Request) -> Result<()> {
        match request {
            Request::Generate(request) => self.enqueue(request),
            Request::Cancel { id } => self.cancel(id),
            Request::Transcribe { id, .. }
            | Request::Embed { id, .. }
            | Request::Extract { id } => {
                self.fail(id, FailureCode::BadRequest, "this child only generates")
            }
        }
    }

    fn enqueue(&mut self, request: Generate) -> Result<()> {
        let id = request.id;
        let prompt = match self.prompter.tokens(&request.messages) {
            Ok(prompt) => prompt,
            Err(error) => return self.fail(id, FailureCode::BadRequest, &format!("{error:#}")),
        };
        let limit = self.slots.context.n_ctx().min(self.model.n_ctx_train());
        let room = (limit as usize).saturating_sub(prompt.len());
        if room == 0 {
            let detail = format!("{} tokens, and {limit} is the limit", prompt.len());
            return self.fail(id, FailureCode::PromptTooLong, &detail);
        }
        let max_tokens = request.max_tokens.clamp(1, u32::try_from(room)?);
        let answer = Answer::new(request, prompt, max_tokens);
        self.queue.push_back(Waiting { answer, told: 0 });
        Ok(())
    }

    fn cancel(&mut self, id: u64) -> Result<()> {
        if let Some(at) = self.queue.iter().position(|w| w.answer.id == id) {
            if let Some(waiting) = self.queue.remove(at) {
                self.done(&waiting.answer, Finish::Cancelled)?;
            }
            return Ok(());
        }
        let answering =
            |slot: &super::slots::Slot| slot.answer.as_ref().is_some_and(|a| a.id == id);
        match self.slots.all.iter().position(answering) {
            Some(slot) => self.finish(slot, Finish::Cancelled),
            // It ended while the cancel was on its way.
            None => Ok(()),
        }
    }

    /// Moves requests into free slots, first come first served, and tells the
    /// others their place in the queue when it has changed.
    fn admit(&mut self) -> Result<()> {
        while let Some(Waiting { answer, told }) = self.queue.pop_front() {
            if let Some(answer) = self.slots.place(answer)? {
                self.queue.push_front(Waiting { answer, told });
                break;
            }
        }
        for (waiting, position) in self.queue.iter_mut().zip(1..) {
            if waiting.told != position {
                waiting.told = position;
                let id = waiting.answer.id;
                self.replies.send(&Reply::Queued { id, position })?;
            }
        }
        Ok(())
    }

    /// Computes the next token of every answer and a chunk of one prompt.
    fn step(&mut self) -> Result<()> {
        let reading = self.slots.next_to_read();
        if let Some(slot) = reading {
            self.begin(slot)?;
        }
        let (sampled, chunk) = self.fill_batch(reading)?;
        if self.batch.n_tokens() == 0 {
            return Ok(());
        }
        if !self.decode()? {
            return Ok(());
        }
        if let Some(slot) = reading.map(|index| &mut self.slots.all[index])
            && let Some(answer) = &slot.answer
        {
            let from = slot.kept.len();
            slot.kept
                .extend_from_slice(&answer.prompt[from..from + chunk]);
        }
        for Sampled { row, slot } in sampled {
            self.sample(row, slot)?;
        }
        Ok(())
    }

    /// Matches a prompt with what is in memory when its turn to be read comes,
    /// not earlier: by then the prompts before it are there to share.
    fn begin(&mut self, index: usize) -> Result<()> {
        if self.slots.all[index]
            .answer
            .as_ref()
            .is_some_and(|a| a.begun)
        {
            return Ok(());
        }
        self.slots.adopt(index)?;
        let slot = &mut self.slots.all[index];
        let Some(answer) = &mut slot.answer else {
            return Ok(());
        };
        answer.begin(slot.kept.len());
        let started = Reply::Started {
            id: answer.id,
            prompt_tokens: u32::try_from(answer.prompt.len())?,
            reused_tokens: answer.reused,
        };
        Ok(self.replies.send(&started)?)
    }

    /// Puts the step's rows into the batch; returns those to sample and how many
    /// prompt tokens are among the rows.
    fn fill_batch(&mut self, reading: Option<usize>) -> Result<(Vec<Sampled>, usize)> {
        self.batch.clear();
        let mut sampled = Vec::new();
        for (index, slot) in self.slots.all.iter_mut().enumerate() {
            let Some(token) = slot.answer.as_mut().and_then(|answer| answer.next.take()) else {
                continue;
            };
            sampled.push(Sampled {
                row: self.batch.n_tokens(),
                slot: index,
            });
            let position = i32::try_from(slot.kept.len())?;
            self.batch.add(token, position, &[sequence(index)], true)?;
            slot.kept.push(token);
        }
        let Some(index) = reading else {
            return Ok((sampled, 0));
        };
        let slot = &self.slots.all[index];
        let Some(answer) = &slot.answer else {
            return Ok((sampled, 0));
        };
        let from = slot.kept.len();
        let chunk = step::prompt_rows(sampled.len(), answer.prompt.len() - from);
        for (at, &token) in answer.prompt.iter().enumerate().skip(from).take(chunk) {
            // Only the last token of a prompt has a result worth computing.
            let last = at + 1 == answer.prompt.len();
            if last {
                sampled.push(Sampled {
                    row: self.batch.n_tokens(),
                    slot: index,
                });
            }
            self.batch
                .add(token, i32::try_from(at)?, &[sequence(index)], last)?;
        }
        Ok((sampled, chunk))
    }

    /// Computes the batch; false when there was no room for it even after
    /// forgetting everything idle, and the answers in progress had to fail.
    fn decode(&mut self) -> Result<bool> {
        match self.slots.context.decode(&mut self.batch) {
            Ok(()) => return Ok(true),
            Err(DecodeError::NoKvCacheSlot) => self.slots.forget_idle()?,
            Err(error) => return Err(error.into()),
        }
        match self.slots.context.decode(&mut self.batch) {
            Ok(()) => Ok(true),
            Err(DecodeError::NoKvCacheSlot) => {
                for index in 0..self.slots.all.len() {
                    if let Some(answer) = self.slots.all[index].answer.take() {
                        self.fail(answer.id, FailureCode::OutOfMemory, "no free cells")?;
                    }
                    self.slots.all[index].kept.clear();
                }
                self.slots.context.clear_kv_cache();
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Picks the next token of one answer and sends its text.
    fn sample(&mut self, row: i32, index: usize) -> Result<()> {
        let Some(answer) = &mut self.slots.all[index].answer else {
            return Ok(());
        };
        let token = answer.sampler.sample(&self.slots.context, row);
        answer.mark_sampled();
        if self.model.vocab().is_eog(token) {
            return self.finish_with_rest(index, Finish::Stop);
        }
        let (text, stopped) = answer.take(&self.model.vocab().token_to_piece(token, false, None));
        let (id, full) = (answer.id, answer.is_full());
        answer.next = Some(token);
        if !text.is_empty() {
            self.replies.send(&Reply::Token { id, text })?;
        }
        if stopped {
            self.finish(index, Finish::Stop)
        } else if full {
            self.finish_with_rest(index, Finish::Length)
        } else {
            Ok(())
        }
    }

    fn finish_with_rest(&mut self, index: usize, finish: Finish) -> Result<()> {
        if let Some(answer) = &mut self.slots.all[index].answer {
            let (id, text) = (answer.id, answer.rest());
            if !text.is_empty() {
                self.replies.send(&Reply::Token { id, text })?;
            }
        }
        self.finish(index, finish)
    }

    /// Frees the slot; what it computed stays for the next prompt to share.
    fn finish(&mut self, index: usize, finish: Finish) -> Result<()> {
        if let Some(answer) = self.slots.all[index].answer.take() {
            self.slots.touch(index);
            self.done(&answer, finish)?;
        }
        Ok(())
    }

    fn done(&self, answer: &Answer, finish: Finish) -> Result<()> {
        Ok(self.replies.send(&Reply::Done {
            id: answer.id,
            finish,
            usage: answer.usage(),
        })?)
    }

    fn fail(&self, id: u64, code: FailureCode, detail: &str) -> Result<()> {
        let detail = detail.to_owned();
        Ok(self.replies.send(&Reply::Failed { id, code, detail })?)
    }
}
