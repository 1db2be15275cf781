//! A fake engine for unit and API tests: it speaks the real frames over
//! in-memory pipes and always answers the same to the same request.
//!
//! It writes the first passage of its prompt word by word, and embeds texts as
//! hashed bags of words, so that texts sharing words are near each other. The
//! server never uses it outside tests.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncWriteExt, DuplexStream, duplex};
use tokio::sync::mpsc;

use super::link::read;
use super::protocol::{
    FailureCode, Finish, Generate, Handshake, Hello, Prompt, Reply, Request, Sandbox, Start, Usage,
    VERSION, encode_frame,
};
use super::worker::Launched;

/// Length of the fake embeddings.
pub const DIMENSIONS: usize = 64;

/// A fake engine; clones share their settings.
#[derive(Clone, Default)]
pub struct FakeEngine {
    /// Pause before each word of an answer.
    pub word_pause: Duration,
    /// Answers that ended because somebody stopped them.
    pub stopped: Arc<AtomicUsize>,
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
        let Some(_) = read::<Start>(&mut from).await? else {
            return Ok(());
        };
        let hello: Handshake = Ok(Hello {
            version: VERSION,
            simd: Vec::new(),
            sandbox: Sandbox {
                limits: false,
                landlock: 0,
                seccomp: false,
            },
            facts: vec![("engine".into(), "fake".into())],
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
        let cancelled = Arc::new(Mutex::new(HashSet::new()));
        while let Some(request) = read::<Request>(&mut from).await? {
            if !matches!(request, Request::Cancel { .. }) {
                self.asked.fetch_add(1, Ordering::Relaxed);
            }
            match request {
                Request::Generate(request) => {
                    let engine = self.clone();
                    tokio::spawn(engine.generate(request, replies.clone(), cancelled.clone()));
                }
                Request::Embed { id, texts, .. } => {
                    let values = texts.iter().flat_map(|text| embed(text)).collect();
                    let tokens = texts.iter().map(|text| words(text)).sum();
                    let _ = replies.send(Reply::Vectors { id, values });
                    let _ = replies.send(done(id, Finish::Stop, tokens, 0));
                }
                Request::Cancel { id } => {
                    cancelled
                        .lock()
                        .unwrap_or_else(|e| e.into_inner())
                        .insert(id);
                }
                Request::Transcribe { id, .. } | Request::Extract { id } => {
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

    async fn generate(
        self,
        request: Generate,
        replies: mpsc::UnboundedSender<Reply>,
        cancelled: Arc<Mutex<HashSet<u64>>>,
    ) {
        let id = request.id;
        let answer = first_passage(&request);
        let prompt_tokens = texts(&request.prompt).iter().map(|text| words(text)).sum();
        let _ = replies.send(Reply::Started {
            id,
            prompt_tokens,
            reused_tokens: 0,
        });
        let mut written = 0;
        let mut finish = Finish::Stop;
        for word in answer.split_inclusive(' ') {
            tokio::time::sleep(self.word_pause).await;
            if cancelled
                .lock()
                .unwrap_or_else(|e| e.into_inner())
                .contains(&id)
            {
                finish = Finish::Cancelled;
                self.stopped.fetch_add(1, Ordering::Relaxed);
                break;
            }
            if written == request.max_tokens {
                finish = Finish::Length;
                break;
            }
            written += 1;
            let _ = replies.send(Reply::Token {
                id,
                text: word.into(),
            });
        }
        let _ = replies.send(done(id, finish, prompt_tokens, written));
    }
}

/// The passage marked `[1]`, or the last message when there is none.
fn first_passage(request: &Generate) -> String {
    let texts = texts(&request.prompt);
    let mut lines = texts.iter().flat_map(|text| text.lines());
    let passage = lines.find_map(|line| line.strip_prefix("[1] "));
    let last = texts.last().copied();
    passage.or(last).unwrap_or_default().to_owned()
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
