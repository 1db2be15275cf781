//! Answers a class with one context.
//!
//! The loop takes what the server sent, moves waiting requests into free places,
//! tells those who still wait ([`wait`]) and computes one step ([`step`]). Nothing
//! here blocks while there is work, so a cancel waits for one step at most.

mod step;
mod wait;

use std::sync::mpsc::{Receiver, TryRecvError};

use anyhow::Result;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::model::LlamaModel;

use super::answer::Answer;
use super::gauge::Gauge;
use super::lengths::Lengths;
use super::memory::Memory;
use super::pace::{MOST_ROWS, Pace};
use super::popular::Popular;
use super::prompt::Prompter;
use super::queue::Queue;
use super::sampler::Picker;
use crate::inference::child::pipe::Replies;
use crate::inference::protocol::{Beginning, FailureCode, Finish, Generate, Load, Reply, Request};

/// Requests whose prompts are read ahead, so that a place that becomes free is
/// filled at once.
const AHEAD: usize = 2;

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

    /// Tokens of a prompt that are not in memory; none once its answer has begun.
    fn unread(&self, answer: &Answer) -> usize {
        if answer.written() > 0 {
            return 0;
        }
        let known = self.memory.known(answer.scope, answer.prompt_tokens());
        answer.prompt - known.max(self.memory.length(answer.sequence))
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
