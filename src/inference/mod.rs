//! Engines and parsers in child processes, and how the server talks to them.
//!
//! The server never loads a model or parses an upload. It starts `bwenge
//! worker <kind>` children and exchanges the frames of [`protocol`] with them;
//! a native crash costs one answer or one upload, not the box. Limits on how
//! much is asked at once live here too: one batch of passages embeds at a time
//! (so a question waits for one batch at most), documents are parsed one or two
//! at a time, and drawn one at a time.

pub mod beginnings;
pub mod document;
mod drawing;
mod engine;
pub mod fake;
pub mod generation;
pub mod link;
pub mod load;
pub mod process;
pub mod protocol;
mod reading;
pub mod sheet;
mod slot;
pub mod worker;

pub mod child;

use std::sync::Arc;

use tokio::sync::{Mutex, Semaphore};

use crate::error::Result;
use crate::models::MemoryPlan;
use crate::types::Language;
use beginnings::Beginnings;
use drawing::Easel;
use engine::{Engine, ready};
use generation::Generation;
use link::Link;
use load::Meter;
use protocol::{EmbedPurpose, FailureCode, Generate, Reply, Request, Usage, WorkerConfig};
use slot::Slot;
use worker::{Launcher, State};

pub use reading::{Heard, Said};
pub use slot::{Change, ChangeStep, Changed};

/// Answers waiting or being written at once; more are refused with the
/// passages as the answer.
pub const MAX_ANSWERS: usize = 64;
/// When somebody who was refused may try again, in seconds.
pub const TRY_AGAIN_S: u64 = 30;

/// A model a worker is to load.
#[derive(Clone, Debug)]
pub struct ModelPlan {
    /// Its catalogue id.
    pub id: String,
    /// What to send the child.
    pub config: WorkerConfig,
    /// Address space for the child, in bytes; 0 for no limit.
    pub memory_bytes: u64,
    /// Languages a language model writes well enough for pupils.
    pub languages: Vec<Language>,
    /// Cosine above which an embedding model's similarities mean something.
    pub relevance_floor: Option<f64>,
    /// How a language model is laid out in memory.
    pub memory: Option<MemoryPlan>,
    /// Where beginnings of a language model's prompts are saved.
    pub beginnings: Option<Beginnings>,
}

/// Which workers this box runs.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The language model, if there is one.
    pub llm: Option<ModelPlan>,
    /// The embedding models: the first is used, the others only to find passages
    /// that still have vectors of theirs.
    pub embed: Vec<ModelPlan>,
    /// The speech model, if there is one.
    pub asr: Option<ModelPlan>,
    /// Documents parsed side by side: 1 up to 4 GB of RAM, else 2.
    pub documents: usize,
}

/// A document that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentFailure {
    /// A stable word.
    pub code: FailureCode,
    /// A sentence for the log.
    pub detail: String,
}

crate::word_enum! {
    /// What a worker does.
    EngineKind {
        /// Writes answers.
        Llm = "llm",
        /// Turns text into vectors for search.
        Embed = "embed",
        /// Turns speech into text.
        Asr = "asr",
    }
}

/// A worker as the box page shows it.
#[derive(Debug, Clone)]
pub struct WorkerStatus {
    /// What it does.
    pub kind: EngineKind,
    /// Catalogue id of its model.
    pub model: String,
    /// Its state now.
    pub state: State,
    /// Times it was started again after its end.
    pub restarts: u64,
}

/// The language model as the box page shows it.
#[derive(Debug, Clone, Default)]
pub struct LlmStatus {
    /// Its catalogue id, if the box has one.
    pub model: Option<String>,
    /// How it is laid out in memory.
    pub plan: Option<MemoryPlan>,
    /// Answers written side by side, as its worker measured.
    pub measured_rows: Option<u32>,
    /// How busy it is.
    pub meter: Meter,
    /// The change of the model in progress.
    pub change: Option<Change>,
    /// How the last change ended.
    pub changed: Option<Changed>,
}

/// All children of the box.
pub struct Inference {
    llm: Arc<Slot>,
    /// See [`Plan::embed`].
    embed: Vec<Engine>,
    asr: Option<Engine>,
    documents_launcher: Launcher,
    documents: Semaphore,
    easel: Easel,
    passages: Mutex<()>,
}

impl Inference {
    /// Prepares the workers of `plan`; none starts before it is needed.
    /// Documents are parsed by children of `documents_launcher`.
    pub fn new(plan: Plan, launcher: &Launcher, documents_launcher: Launcher) -> Self {
        let engine = |kind| move |plan: ModelPlan| Engine::new(kind, plan, launcher);
        let embed = plan.embed.into_iter();
        Self {
            llm: Arc::new(Slot::new(plan.llm, launcher)),
            embed: embed.map(engine(EngineKind::Embed)).collect(),
            asr: plan.asr.map(engine(EngineKind::Asr)),
            documents_launcher,
            documents: Semaphore::new(plan.documents.max(1)),
            easel: Easel::default(),
            passages: Mutex::new(()),
        }
    }

    /// Starts loading the language model.
    pub fn warm_up(&self) {
        if let Some(llm) = self.llm.place().engine {
            llm.worker.warm_up();
        }
    }

    /// Starts loading the embedding model, as somebody may soon ask about
    /// lessons. It rests when nobody does for long.
    pub fn warm_up_search(&self) {
        if let Some(embed) = self.embed.first() {
            embed.worker.warm_up();
        }
    }

    /// Has the language worker forget what it computed of a scope's lessons.
    pub fn forget(&self, scope: u64) {
        if let Some(llm) = self.llm.place().engine
            && let State::Ready(ready) = llm.worker.state()
        {
            ready.link.tell(&Request::Forget { scope });
        }
    }

    /// Whether a question would be embedded by a model at once.
    pub fn search_is_warm(&self, model: &str) -> bool {
        let embed = self.embedder(model);
        embed.is_some_and(|embed| matches!(embed.worker.state(), State::Ready(_)))
    }

    fn embedder(&self, model: &str) -> Option<&Engine> {
        self.embed.iter().find(|engine| engine.plan.id == model)
    }

    /// Every worker and its state.
    pub fn status(&self) -> Vec<WorkerStatus> {
        let of = |kind: EngineKind, engine: &Engine| WorkerStatus {
            kind,
            model: engine.plan.id.clone(),
            state: engine.worker.state(),
            restarts: engine.worker.restarts(),
        };
        let place = self.llm.place();
        let mut llm = place.engine.map(|engine| of(EngineKind::Llm, &engine));
        if let (Some(llm), Some(_)) = (&mut llm, &place.change) {
            llm.state = State::Starting;
        }
        let embed = self.embed.iter().map(|e| of(EngineKind::Embed, e));
        let asr = self.asr.as_ref().map(|e| of(EngineKind::Asr, e));
        llm.into_iter().chain(embed).chain(asr).collect()
    }

    /// The language model: its plan, its load and changes of it.
    pub fn llm_status(&self) -> LlmStatus {
        let place = self.llm.place();
        let mut status = LlmStatus {
            change: place.change,
            changed: place.changed,
            ..LlmStatus::default()
        };
        let Some(engine) = place.engine else {
            return status;
        };
        if let State::Ready(ready) = engine.worker.state() {
            let facts = &ready.hello.facts;
            let rows = facts.iter().find(|(name, _)| name == "rows");
            status.measured_rows = rows.and_then(|(_, rows)| rows.parse().ok());
            status.meter = ready.link.meter();
        }
        status.plan = engine.plan.memory;
        status.model = Some(engine.plan.id.clone());
        status
    }

    /// Notes that the language model is about to be changed.
    ///
    /// # Errors
    /// `conflict` while another change is in progress.
    pub fn begin_change(&self, to: &str) -> Result<()> {
        self.llm.begin_change(to)
    }

    /// Carries out a change that was begun; it must run to its end. Questions
    /// wait meanwhile.
    ///
    /// # Errors
    /// Why the new model is not in use, as a sentence; the old one is back.
    pub async fn change_llm(&self, plan: ModelPlan) -> std::result::Result<(), String> {
        self.llm.change(plan).await
    }

    /// Catalogue id of the language model, if the box has one.
    pub fn llm_model(&self) -> Option<String> {
        Some(self.llm.place().engine?.plan.id.clone())
    }

    /// Catalogue id of the embedding model, if the box has one.
    pub fn embed_model(&self) -> Option<&str> {
        self.embed_models().next()
    }

    /// Catalogue ids of the embedding model and of those before it that passages
    /// may still have vectors of.
    pub fn embed_models(&self) -> impl Iterator<Item = &str> {
        self.embed.iter().map(|engine| engine.plan.id.as_str())
    }

    /// Whether the language model writes a language well enough for pupils.
    pub fn llm_speaks(&self, language: Language) -> bool {
        let engine = self.llm.place().engine;
        engine.is_some_and(|engine| engine.plan.languages.contains(&language))
    }

    /// Cosine above which similarities to a question mean something, of the
    /// embedding model.
    pub fn relevance_floor(&self) -> Option<f64> {
        self.relevance_floor_of(self.embed_model()?)
    }

    /// The same of one of [`Self::embed_models`].
    pub fn relevance_floor_of(&self, model: &str) -> Option<f64> {
        self.embedder(model)?.plan.relevance_floor
    }

    /// Whether somebody waits for an answer or reads one as it is written.
    pub fn is_answering(&self) -> bool {
        let load = self.llm_status().meter.last();
        load.is_some_and(|load| load.active + load.waiting > 0)
    }

    /// Begins an answer; its id is given here.
    ///
    /// # Errors
    /// `unavailable` without a language model or while it keeps failing;
    /// `queue_full` when too many answers are waiting.
    pub async fn generate(&self, request: Generate) -> Result<Generation> {
        self.llm.generate(request).await
    }

    /// Embeds one question by one of [`Self::embed_models`].
    #[tracing::instrument(name = "engine", level = "debug", skip_all, fields(engine = "embed"))]
    pub async fn embed_query(&self, model: &str, text: &str) -> Result<Vec<f32>> {
        let link = ready(self.embedder(model), "embedding").await?;
        let texts = vec![text.to_owned()];
        Ok(embed(&link, EmbedPurpose::Query, texts).await?.0)
    }

    /// Embeds passages: one unit-length vector after the other.
    pub async fn embed_passages(&self, texts: Vec<String>) -> Result<Vec<f32>> {
        Ok(self.embed_batch(EmbedPurpose::Passage, texts).await?.0)
    }

    /// Embeds texts nobody waits for in a chat: one unit-length vector after
    /// the other, and what it cost.
    #[tracing::instrument(name = "engine", level = "debug", skip_all, fields(engine = "embed"))]
    pub async fn embed_batch(
        &self,
        purpose: EmbedPurpose,
        texts: Vec<String>,
    ) -> Result<(Vec<f32>, Usage)> {
        let _turn = self.passages.lock().await;
        let link = ready(self.embed.first(), "embedding").await?;
        embed(&link, purpose, texts).await
    }
}

async fn embed(
    link: &Link,
    purpose: EmbedPurpose,
    texts: Vec<String>,
) -> Result<(Vec<f32>, Usage)> {
    let mut replies = link.request(|id| Request::Embed { id, purpose, texts });
    let mut vectors = Vec::new();
    let mut cost = Usage::default();
    while let Some(reply) = replies.next().await {
        match reply {
            Reply::Vectors { values, .. } => vectors.extend(values),
            Reply::Done { usage, .. } => cost = usage,
            // Not "unavailable": a text that kills the worker must not be tried for ever.
            Reply::Failed { code, detail, .. } => {
                let code = code.as_str();
                return Err(anyhow::anyhow!("embedding failed ({code}): {detail}").into());
            }
            _ => {}
        }
    }
    Ok((vectors, cost))
}
