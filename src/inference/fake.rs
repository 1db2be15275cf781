//! A fake engine for unit and API tests: it speaks the real frames over
//! in-memory pipes and always answers the same to the same request.
//!
//! It writes the passage of its prompt that suits the question best word by
//! word, and embeds texts as hashed bags of words, so that texts sharing words
//! are near each other. A language model called `broken` does not start, one
//! called `silent` never says that it did, one called `mute` writes no words. An
//! embedding model called `tired` embeds questions only, into other vectors.
//! The server never uses it outside tests.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::io::{AsyncWriteExt, DuplexStream, duplex};
use tokio::sync::{Notify, Semaphore, mpsc};
use tokio_util::sync::CancellationToken;

use super::link::read;
use super::protocol::{
    EmbedPurpose, FailureCode, Finish, Generate, Handshake, Hello, Load, Prompt, Reply, Request,
    Sandbox, Start, StartFailed, Usage, VERSION, WorkerConfig, encode_frame,
};
use super::worker::Launched;
use crate::text;

/// Length of the fake embeddings.
pub const DIMENSIONS: usize = 64;

/// A fake engine; clones share their settings.
#[derive(Clone, Default)]
pub struct FakeEngine {
    /// Pause before each word of an answer.
    pub word_pause: Duration,
    /// How long a prompt is read.
    pub reading: Duration,
    /// What those who wait are told, a second at least.
    pub wait: Duration,
    /// Answers written side by side, the others wait; 0 for all.
    pub rows: usize,
    /// Words that kill: a request with one of them takes it from the list, and
    /// the child dies over it.
    pub deadly: Arc<Mutex<Vec<&'static str>>>,
    /// Answers that ended because somebody stopped them.
    pub stopped: Arc<AtomicUsize>,
    /// Which model wrote each answer that nobody stopped.
    pub written_by: Arc<Mutex<Vec<String>>>,
    /// Requests it was sent, of any kind but to cancel.
    pub asked: Arc<AtomicUsize>,
}

impl FakeEngine {
    /// Starts a task that behaves like a child.
    pub fn launch(&self, kind: &'static str) -> Launched {
        let (server_in, child_out) = duplex(1 << 20);
        let (child_in, server_out) = duplex(1 << 20);
        let engine = self.clone();
        tokio::spawn(async move {
            // Ends, like a child, when the server's end is gone.
            let _ = engine.run(kind, child_in, child_out).await;
        });
        Launched {
            to: Box::new(server_out),
            from: Box::new(server_in),
            process: None,
        }
    }

    async fn run(
        &self,
        kind: &str,
        mut from: DuplexStream,
        mut to: DuplexStream,
    ) -> std::io::Result<()> {
        let Some(start) = read::<Start>(&mut from).await? else {
            return Ok(());
        };
        let model = match start.config {
            WorkerConfig::Llm(config) => config.model,
            WorkerConfig::Embed { model, .. } => model,
            _ => String::new(),
        };
        if model == "broken" {
            let detail = "the fake model is broken".to_owned();
            let refusal: Handshake = Err(StartFailed { detail });
            return to.write_all(&encode_frame(&refusal)?).await;
        }
        if model == "silent" {
            std::future::pending::<()>().await;
        }
        let hello: Handshake = Ok(Hello {
            version: VERSION,
            simd: Vec::new(),
            sandbox: Sandbox {
                limits: false,
                landlock: 0,
                seccomp: false,
            },
            facts: vec![
                ("engine".into(), "fake".into()),
                ("rows".into(), "3".into()),
            ],
            dimensions: if kind == "embed" {
                DIMENSIONS as u32
            } else {
                0
            },
        });
        to.write_all(&encode_frame(&hello)?).await?;
        let (replies, mut outgoing) = mpsc::unbounded_channel::<Reply>();
        let sending = tokio::spawn(async move {
            while let Some(reply) = outgoing.recv().await {
                to.write_all(&encode_frame(&reply)?).await?;
            }
            std::io::Result::Ok(())
        });
        let rows = match self.rows {
            0 => Semaphore::MAX_PERMITS,
            rows => rows,
        };
        let desk = Arc::new(Desk {
            model,
            replies: replies.clone(),
            rows: Semaphore::new(rows),
            death: Notify::new(),
        });
        let mut open = HashMap::<u64, CancellationToken>::new();
        loop {
            let request = tokio::select! {
                request = read::<Request>(&mut from) => request?,
                () = desk.death.notified() => None,
            };
            let Some(request) = request else { break };
            if !matches!(request, Request::Cancel { .. }) {
                self.asked.fetch_add(1, Ordering::Relaxed);
            }
            match request {
                Request::Generate(request) => {
                    let stop = CancellationToken::new();
                    open.insert(request.id, stop.clone());
                    tokio::spawn(self.clone().generate(request, desk.clone(), stop));
                }
                Request::Embed {
                    id,
                    purpose: EmbedPurpose::Passage,
                    ..
                } if desk.model == "tired" => {
                    let _ = replies.send(Reply::Failed {
                        id,
                        code: FailureCode::Unavailable,
                        detail: "the fake model is tired".into(),
                    });
                }
                Request::Embed { id, texts, .. } => {
                    let tired = desk.model == "tired";
                    let vectors = texts.iter().map(|text| embed(text));
                    let turned = vectors.map(|mut vector| {
                        vector.rotate_left(usize::from(tired));
                        vector
                    });
                    let values = turned.flatten().collect();
                    let tokens = texts.iter().map(|text| words(text)).sum();
                    let _ = replies.send(Reply::Vectors { id, values });
                    let _ = replies.send(done(id, Finish::Stop, tokens, 0));
                }
                // It has no memory to put it into.
                Request::Restore(_) | Request::Forget { .. } => {}
                Request::Cancel { id } => {
                    if let Some(stop) = open.remove(&id) {
                        stop.cancel();
                    }
                }
                Request::Transcribe { id, .. }
                | Request::Extract { id }
                | Request::Tabulate { id }
                | Request::Draw { id, .. } => {
                    let _ = replies.send(Reply::Failed {
                        id,
                        code: FailureCode::Unavailable,
                        detail: "the fake engine has no ears and reads no files".into(),
                    });
                }
            }
        }
        sending.abort();
        Ok(())
    }

    async fn generate(self, request: Generate, desk: Arc<Desk>, stop: CancellationToken) {
        let id = request.id;
        let prompt_tokens = texts(&request.prompt).iter().map(|text| words(text)).sum();
        let mut written = 0;
        let writing = self.write(&request, &desk, prompt_tokens, &mut written);
        let finish = tokio::select! {
            finish = writing => finish,
            () = stop.cancelled() => {
                self.stopped.fetch_add(1, Ordering::Relaxed);
                Finish::Cancelled
            }
        };
        if finish != Finish::Cancelled {
            lock(&self.written_by).push(desk.model.clone());
        }
        desk.say(Reply::Load(Load {
            rows: 3,
            read: prompt_tokens.into(),
            written: written.into(),
            cells: 4096,
            ..Load::default()
        }));
        desk.say(done(id, finish, prompt_tokens, written));
    }

    async fn write(
        &self,
        request: &Generate,
        desk: &Desk,
        prompt_tokens: u32,
        written: &mut u32,
    ) -> Finish {
        let id = request.id;
        desk.say(Reply::Accepted { id });
        if desk.rows.available_permits() == 0 {
            desk.say(Reply::Queued {
                id,
                position: 2,
                wait_ms: self.wait.as_millis().max(1000) as u32,
            });
        }
        let Ok(_row) = desk.rows.acquire().await else {
            return Finish::Cancelled;
        };
        desk.say(Reply::Started {
            id,
            prompt_tokens,
            reused_tokens: 0,
        });
        // Like the real one: it waits until there are words.
        desk.say(Reply::Queued {
            id,
            position: 1,
            wait_ms: 1000,
        });
        tokio::time::sleep(self.reading).await;
        if self.is_deadly(request) {
            desk.death.notify_one();
            return std::future::pending().await;
        }
        let answer = match desk.model.as_str() {
            "mute" => String::new(),
            _ => best_passage(request),
        };
        for word in answer.split_inclusive(' ') {
            tokio::time::sleep(self.word_pause).await;
            if *written == request.max_tokens {
                return Finish::Length;
            }
            *written += 1;
            desk.say(Reply::Token {
                id,
                text: word.into(),
            });
        }
        Finish::Stop
    }

    fn is_deadly(&self, request: &Generate) -> bool {
        let mut deadly = lock(&self.deadly);
        let said = texts(&request.prompt);
        let kills = |word: &&'static str| said.iter().any(|text| text.contains(*word));
        match deadly.iter().position(kills) {
            Some(at) => {
                deadly.remove(at);
                true
            }
            None => false,
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|e| e.into_inner())
}

/// What the answers of one fake child share.
struct Desk {
    model: String,
    replies: mpsc::UnboundedSender<Reply>,
    rows: Semaphore,
    death: Notify,
}

impl Desk {
    fn say(&self, reply: Reply) {
        // The server may have hung up.
        let _ = self.replies.send(reply);
    }
}

/// The passage with the most words of the last message's question, or that
/// message when there is none.
fn best_passage(request: &Generate) -> String {
    let texts = texts(&request.prompt);
    let last = texts.last().copied().unwrap_or_default();
    let question = last.rsplit("Question: ").next().unwrap_or_default();
    let asked = text::topic_words(question);
    let common = |passage: &str| {
        let words = text::topic_words(passage);
        asked.iter().filter(|word| words.contains(word)).count()
    };
    let lines = texts.iter().flat_map(|text| text.lines());
    let passages = lines.filter_map(|line| line.strip_prefix('[')?.split_once("] "));
    // The first of equals.
    let best = passages.rev().max_by_key(|(_, passage)| common(passage));
    best.map_or(last, |(_, passage)| passage).to_owned()
}

fn texts(prompt: &Prompt) -> Vec<&str> {
    match prompt {
        Prompt::Chat(messages) => messages.iter().map(|m| m.content.as_str()).collect(),
        Prompt::Text(text) => vec![text],
    }
}

fn words(text: &str) -> u32 {
    text.split_whitespace().count() as u32
}

fn done(id: u64, finish: Finish, prompt_tokens: u32, answer_tokens: u32) -> Reply {
    Reply::Done {
        id,
        finish,
        usage: Usage {
            prompt_tokens,
            answer_tokens,
            ..Usage::default()
        },
    }
}

fn embed(text: &str) -> Vec<f32> {
    let mut vector = vec![0.0_f32; DIMENSIONS];
    for word in text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| w.len() > 2)
    {
        // FNV-1a: the same word falls into the same place on every machine.
        let hash = word
            .to_lowercase()
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |h, b| {
                (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3)
            });
        vector[(hash % DIMENSIONS as u64) as usize] += 1.0;
    }
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt().max(1.0);
    vector.iter().map(|x| x / length).collect()
}
