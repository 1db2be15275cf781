//! Answers a class with one context.
//!
//! The loop takes what the server sent, moves waiting requests into free places
//! and computes one step. Nothing here blocks while there is work, so a cancel
//! waits for one step at most.

use std::sync::mpsc::{Receiver, TryRecvError};

use anyhow::Result;
use llama_cpp_2::DecodeError;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::token::LlamaToken;

use super::answer::{Answer, now};
use super::estimate::{Ask, Room, first_word_ms, urgency};
use super::gauge::Gauge;
use super::lengths::Lengths;
use super::memory::Memory;
use super::pace::{MOST_ROWS, Pace};
use super::popular::Popular;
use super::prompt::Prompter;
use super::queue::Queue;
use super::sampler::Picker;
use super::tree::Token;
use crate::inference::child::pipe::Replies;
use crate::inference::protocol::{Beginning, FailureCode, Finish, Generate, Load, Reply, Request};

/// Requests whose prompts are read ahead, so that a place that becomes free is
/// filled at once.
const AHEAD: usize = 2;

/// Rows of a step with guesses at most: beyond, a guessed row costs as much as
/// a written one.
const ROWS_WITH_DRAFTS: usize = 8;

/// Milliseconds between two estimates told to one who waits.
const TELL_AGAIN_MS: f64 = 1_000.0;

/// Who gets a word so soon need not read about the wait for it.
const SOON_MS: f64 = 1_000.0;

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

/// The answers in progress and those that wait.
pub struct Engine<'m> {
    model: &'m LlamaModel,
    prompter: Prompter<'m>,
    memory: Memory<'m>,
    popular: Popular,
    queue: Queue<Answer>,
    /// In the order they were admitted.
    active: Vec<Answer>,
    /// Answers written side by side.
    rows: usize,
    pace: Pace,
    lengths: Lengths,
    /// How many waited when they were told their places.
    told: usize,
    /// The request for which there was no room, until something may have changed.
    refused: Option<u64>,
    batch: LlamaBatch<'static>,
    gauge: Gauge,
    replies: Replies,
}

impl<'m> Engine<'m> {
    /// An idle engine that writes so many answers side by side.
    pub fn new(
        model: &'m LlamaModel,
        prompter: Prompter<'m>,
        memory: Memory<'m>,
        rows: usize,
        pace: Pace,
        replies: Replies,
    ) -> Self {
        Self {
            model,
            prompter,
            memory,
            popular: Popular::default(),
            queue: Queue::default(),
            active: Vec::new(),
            rows,
            pace,
            lengths: Lengths::default(),
            told: 0,
            refused: None,
            batch: LlamaBatch::new(MOST_ROWS, 1),
            gauge: Gauge::default(),
            replies,
        }
    }

    /// Works until the server hangs up.
    ///
    /// # Errors
    /// When the server can not be reached or llama.cpp fails for good.
    pub fn run(mut self, requests: &Receiver<Request>) -> Result<()> {
        loop {
            self.report()?;
            if self.active.is_empty() && self.queue.is_empty() {
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
            self.tell()?;
            self.step()?;
        }
    }

    /// Tells the server how busy it is, when it is time.
    fn report(&mut self) -> Result<()> {
        let admitted = self.active.len();
        let active = admitted.min(self.rows);
        // Prompts that are read ahead wait for a row as well.
        let waiting = self.queue.len() + admitted - active;
        let (used, kept) = self.memory.used();
        let load = self.gauge.due(active + waiting == 0, |totals| Load {
            active: active as u32,
            rows: self.rows as u32,
            waiting: waiting as u32,
            cells_used: used as u32,
            cells: self.memory.context.n_ctx(),
            kept: kept as u32,
            ..totals
        });
        match load {
            Some(load) => Ok(self.replies.send(&Reply::Load(load))?),
            None => Ok(()),
        }
    }

    fn accept(&mut self, request: Request) -> Result<()> {
        match request {
            Request::Generate(request) => self.enqueue(request),
            Request::Cancel { id } => self.cancel(id),
            Request::Restore(beginning) => self.restore(&beginning),
            Request::Forget { scope } => {
                self.popular.forget(scope);
                self.memory.forget(scope)
            }
            Request::Transcribe { id, .. }
            | Request::Embed { id, .. }
            | Request::Extract { id }
            | Request::Tabulate { id }
            | Request::Draw { id, .. } => {
                self.fail(id, FailureCode::BadRequest, "this child only generates")
            }
        }
    }

    fn enqueue(&mut self, request: Generate) -> Result<()> {
        let id = request.id;
        let refused = |error| format!("{error:#}");
        let prompt = match self.prompter.tokens(&request.prompt).map_err(refused) {
            Ok(prompt) => prompt,
            Err(detail) => return self.fail(id, FailureCode::BadRequest, &detail),
        };
        let picker = match Picker::new(&request, self.model).map_err(refused) {
            Ok(picker) => picker,
            Err(detail) => return self.fail(id, FailureCode::BadRequest, &detail),
        };
        let limit = self.memory.context.n_ctx().min(self.model.n_ctx_train());
        let room = (limit as usize).saturating_sub(prompt.len());
        if room == 0 {
            let detail = format!("{} tokens, and {limit} is the limit", prompt.len());
            return self.fail(id, FailureCode::PromptTooLong, &detail);
        }
        let max_tokens = request.max_tokens.clamp(1, u32::try_from(room)?);
        let answer = Answer::new(request, prompt, picker, max_tokens);
        let tokens = u32::try_from(answer.cells())?;
        let (person, lane) = (answer.person, answer.lane);
        self.queue.push(person, lane, tokens, answer);
        Ok(self.replies.send(&Reply::Accepted { id })?)
    }

    fn restore(&mut self, beginning: &Beginning) -> Result<()> {
        let Beginning {
            scope,
            tokens,
            state,
        } = beginning;
        match self.memory.restore(*scope, tokens, state) {
            Ok(true) => self.popular.know(*scope, tokens),
            Ok(false) => {}
            // It is only read again.
            Err(error) => eprintln!("a saved beginning is of no use: {error:#}"),
        }
        Ok(())
    }

    fn cancel(&mut self, id: u64) -> Result<()> {
        if let Some(answer) = self.queue.take(|answer| answer.id == id) {
            return self.done(&answer, Finish::Cancelled);
        }
        match self.active.iter().position(|answer| answer.id == id) {
            Some(at) => self.finish(at, Finish::Cancelled),
            // It ended while the cancel was on its way.
            None => Ok(()),
        }
    }

    /// Moves requests into free places, in the order of the queue.
    fn admit(&mut self) -> Result<()> {
        while self.active.len() < self.rows + AHEAD
            && let Some(answer) = self.queue.first()
            && self.refused != Some(answer.id)
        {
            let memory = &self.memory;
            let open = |answer: &Answer| answer.cells() - memory.length(answer.sequence);
            let promised = self.active.iter().map(open).sum();
            let (scope, person, cells) = (answer.scope, answer.person, answer.cells());
            let prompt = answer.prompt_tokens();
            let opened = self.memory.open(scope, person, prompt, cells, promised)?;
            let Some(sequence) = opened else {
                self.refused = Some(answer.id);
                return Ok(());
            };
            if let Some(mut answer) = self.queue.pop() {
                answer.sequence = sequence;
                let less = answer.make_room(self.queue.len());
                self.queue.refund(answer.person, answer.lane, less);
                self.active.push(answer);
            }
        }
        Ok(())
    }

    /// Tells those without a word yet their place and when they will have one:
    /// when somebody came or went, and now and then.
    fn tell(&mut self) -> Result<()> {
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

    /// Tokens of a prompt that are not in memory; none once its answer has begun.
    fn unread(&self, answer: &Answer) -> usize {
        if answer.written() > 0 {
            return 0;
        }
        let known = self.memory.known(answer.scope, answer.prompt_tokens());
        answer.prompt - known.max(self.memory.length(answer.sequence))
    }

    /// Computes the next token of every answer and a chunk of one prompt.
    fn step(&mut self) -> Result<()> {
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

    /// Ends an answer; what it computed stays for later prompts to begin from.
    fn finish(&mut self, at: usize, finish: Finish) -> Result<()> {
        let answer = self.active.remove(at);
        self.memory.keep(answer.sequence);
        self.refused = None;
        let unused = answer.left() + answer.reused as usize;
        self.queue
            .refund(answer.person, answer.lane, u32::try_from(unused)?);
        if finish != Finish::Cancelled {
            self.lengths.learn(answer.written());
        }
        self.done(&answer, finish)
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
