//! One model and the worker that holds it.

use std::time::Duration;

use tokio::time::timeout;

use super::link::Link;
use super::protocol::{
    ChatMessage, FailureCode, Generate, Lane, Prompt, Reply, Request, Start, VERSION,
};
use super::worker::{Launcher, Limits, Worker};
use super::{EngineKind, ModelPlan};
use crate::error::{Code, Error, Result};

/// The longest a model may take for the few words that show that it can write.
const FIRST_WORDS: Duration = Duration::from_secs(60);

/// Search without a question or a lesson for so long gives its memory back:
/// some 200 MB, and a second to start again.
const REST: Duration = Duration::from_secs(15 * 60);

/// The same of listening, which a school does now and then.
const REST_LISTENING: Duration = Duration::from_secs(2 * 60);

/// No school has this number, so that nothing is shared with one.
const NO_SCHOOL: u64 = u64::MAX;

/// A model and its worker.
pub struct Engine {
    /// What was planned for it.
    pub plan: ModelPlan,
    /// The worker; it starts when it is first needed.
    pub worker: Worker,
}

impl Engine {
    /// A worker for `plan` that is not started yet.
    pub fn new(kind: EngineKind, plan: ModelPlan, launcher: &Launcher) -> Self {
        let start = Start {
            version: VERSION,
            config: plan.config.clone(),
            memory_bytes: plan.memory_bytes,
        };
        let stall = match kind {
            EngineKind::Llm | EngineKind::Embed => 60,
            EngineKind::Asr => 300,
        };
        let rest = match kind {
            EngineKind::Embed => Some(REST),
            EngineKind::Asr => Some(REST_LISTENING),
            EngineKind::Llm => None,
        };
        let limits = Limits {
            rest,
            load: Duration::from_secs(120),
            stall: Duration::from_secs(stall),
            patience: Duration::from_secs(30),
        };
        let worker = Worker::new(
            kind.as_str(),
            launcher.clone(),
            start,
            limits,
            plan.beginnings.clone(),
        );
        Self { plan, worker }
    }

    /// Starts the worker and lets the model write a few words.
    ///
    /// # Errors
    /// Why it can not be used, as a sentence.
    pub async fn try_out(&self) -> std::result::Result<(), String> {
        // The supervisor gives up a start that takes too long.
        let ready = self.worker.first_start().await?;
        match timeout(FIRST_WORDS, first_words(&ready.link)).await {
            Ok(written) => written,
            Err(_) => Err("it wrote nothing in time".into()),
        }
    }
}

/// Lets a model write a few words nobody asked for.
async fn first_words(link: &Link) -> std::result::Result<(), String> {
    let mut replies = link.request(|id| {
        Request::Generate(Generate {
            id,
            scope: NO_SCHOOL,
            person: 0,
            lane: Lane::Pupil,
            prompt: Prompt::Chat(vec![ChatMessage {
                role: "user".into(),
                content: "Greet the class in one sentence.".into(),
            }]),
            max_tokens: 12,
            least_tokens: 12,
            temperature: 0.0,
            top_p: 1.0,
            seed: 0,
            stop: Vec::new(),
            schema: None,
            guesses: true,
        })
    });
    let mut text = String::new();
    while let Some(reply) = replies.next().await {
        match reply {
            Reply::Token { text: more, .. } => text.push_str(&more),
            Reply::Failed {
                code: FailureCode::Crashed,
                ..
            } => return Err("it died at its first words".into()),
            Reply::Failed { detail, .. } => return Err(detail),
            _ => {}
        }
    }
    match text.trim().is_empty() {
        true => Err("it wrote no words".into()),
        false => Ok(()),
    }
}

/// The way to a ready worker, if the box has one for `what`.
///
/// # Errors
/// `unavailable` without a model or while it keeps failing.
pub async fn ready(engine: Option<&Engine>, what: &str) -> Result<Link> {
    let Some(engine) = engine else {
        return Err(no_model(what));
    };
    Ok(engine.worker.ready().await?.link)
}

/// There is no model for `what`.
pub fn no_model(what: &str) -> Error {
    Error::new(Code::Unavailable, format!("This box has no {what} model."))
}
