//! Requests in progress: questions first, passages batch by batch.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, TryRecvError};
use std::time::Instant;

use anyhow::Result;

use super::{Embedder, pack};
use crate::inference::child::pipe::Replies;
use crate::inference::protocol::{EmbedPurpose, FailureCode, Finish, Reply, Request, Usage};

/// Most texts of one request.
const MAX_TEXTS: usize = 1024;

/// One request and how far it is.
struct Task {
    id: u64,
    purpose: EmbedPurpose,
    tokens: Vec<Vec<u32>>,
    vectors: Vec<Vec<f32>>,
    /// Batches still to compute, the last one next.
    left: Vec<Vec<usize>>,
    batches: u32,
    since: Instant,
}

impl Task {
    fn usage(&self) -> Usage {
        let tokens: usize = self.tokens.iter().map(Vec::len).sum();
        Usage {
            prompt_tokens: u32::try_from(tokens).unwrap_or(u32::MAX),
            prompt_ms: u32::try_from(self.since.elapsed().as_millis()).unwrap_or(u32::MAX),
            ..Usage::default()
        }
    }
}

/// The embedder and what it has to do.
pub struct Work {
    embedder: Embedder,
    replies: Replies,
    tasks: VecDeque<Task>,
}

impl Work {
    /// Nothing to do yet.
    pub fn new(embedder: Embedder, replies: Replies) -> Self {
        Self {
            embedder,
            replies,
            tasks: VecDeque::new(),
        }
    }

    /// Works until the server hangs up.
    pub fn run(mut self, requests: &Receiver<Request>) -> Result<()> {
        loop {
            if self.tasks.is_empty() {
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
            self.step()?;
        }
    }

    fn accept(&mut self, request: Request) -> Result<()> {
        match request {
            Request::Restore(_) | Request::Forget { .. } => Ok(()),
            Request::Embed { id, purpose, texts } => self.add(id, purpose, &texts),
            Request::Cancel { id } => {
                let Some(at) = self.tasks.iter().position(|task| task.id == id) else {
                    return Ok(());
                };
                match self.tasks.remove(at) {
                    Some(task) => self.done(&task, Finish::Cancelled),
                    None => Ok(()),
                }
            }
            Request::Generate(generate) => self.refuse(generate.id, "this child only embeds"),
            Request::Transcribe { id, .. }
            | Request::Extract { id }
            | Request::Tabulate { id }
            | Request::Draw { id, .. } => self.refuse(id, "this child only embeds"),
        }
    }

    fn add(&mut self, id: u64, purpose: EmbedPurpose, texts: &[String]) -> Result<()> {
        if texts.is_empty() || texts.len() > MAX_TEXTS {
            return self.refuse(id, &format!("between 1 and {MAX_TEXTS} texts, please"));
        }
        #[expect(clippy::disallowed_methods, reason = "measures what a request costs")]
        let since = Instant::now();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let tokens = self.embedder.tokens.encode(purpose, &texts)?;
        let lengths: Vec<usize> = tokens.iter().map(Vec::len).collect();
        let mut left = pack::batches(&lengths);
        left.reverse();
        self.tasks.push_back(Task {
            id,
            purpose,
            vectors: vec![Vec::new(); tokens.len()],
            tokens,
            batches: u32::try_from(left.len())?,
            left,
            since,
        });
        Ok(())
    }

    /// Computes one batch: of a question if there is one, else of the oldest request.
    fn step(&mut self) -> Result<()> {
        let question = |task: &Task| task.purpose == EmbedPurpose::Query;
        let at = self.tasks.iter().position(question).unwrap_or(0);
        let Some(task) = self.tasks.get_mut(at) else {
            return Ok(());
        };
        if let Some(batch) = task.left.pop() {
            self.embedder
                .embed_batch(&task.tokens, &batch, &mut task.vectors)?;
        }
        if task.left.is_empty() {
            let Some(mut task) = self.tasks.remove(at) else {
                return Ok(());
            };
            let values = std::mem::take(&mut task.vectors).concat();
            self.replies.send(&Reply::Vectors {
                id: task.id,
                values,
            })?;
            return self.done(&task, Finish::Stop);
        }
        let progress = Reply::Progress {
            id: task.id,
            done: task.batches - u32::try_from(task.left.len())?,
            total: task.batches,
        };
        Ok(self.replies.send(&progress)?)
    }

    fn done(&self, task: &Task, finish: Finish) -> Result<()> {
        Ok(self.replies.send(&Reply::Done {
            id: task.id,
            finish,
            usage: task.usage(),
        })?)
    }

    fn refuse(&self, id: u64, detail: &str) -> Result<()> {
        Ok(self.replies.send(&Reply::Failed {
            id,
            code: FailureCode::BadRequest,
            detail: detail.to_owned(),
        })?)
    }
}
