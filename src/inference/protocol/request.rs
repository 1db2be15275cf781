//! What a server asks of a child.

use serde::{Deserialize, Serialize};

/// Frames from the server, after [`Start`](super::Start).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Request {
    /// Generate an answer (llm).
    Generate(Generate),
    /// Transcribe 16 kHz mono samples (asr).
    Transcribe {
        /// Request id.
        id: u64,
        /// ISO 639-1 language, or none to detect it.
        language: Option<String>,
        /// Samples, 32-bit floats in -1..1.
        samples: Vec<f32>,
    },
    /// Embed texts (embed).
    Embed {
        /// Request id.
        id: u64,
        /// Which prefix e5 models need.
        purpose: EmbedPurpose,
        /// At most a few hundred texts.
        texts: Vec<String>,
    },
    /// Parse the inherited document (extract).
    Extract {
        /// Request id.
        id: u64,
    },
    /// Read the inherited file as tables, cell by cell (extract).
    Tabulate {
        /// Request id.
        id: u64,
    },
    /// Draw a part of the inherited document (extract).
    Draw {
        /// Request id.
        id: u64,
        /// Which part.
        part: Part,
        /// Pixels it may be wide.
        width: u32,
    },
    /// Begin prompts from what an earlier child computed (llm); no reply.
    Restore(Beginning),
    /// Forget what was computed for a scope, but for answers in progress
    /// (llm); no reply.
    Forget {
        /// Whose lessons changed.
        scope: u64,
    },
    /// Stop working on a request; it ends with [`Finish::Cancelled`](super::Finish::Cancelled).
    Cancel {
        /// The request to stop.
        id: u64,
    },
}

/// What of a document is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Part {
    /// What stands for the whole on its card.
    Cover,
    /// A page, counted from 1; of a picture the picture itself.
    Page(u32),
}

/// One answer to generate.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Generate {
    /// Request id.
    pub id: u64,
    /// Whose prompt it is: computed state is shared inside one scope only.
    pub scope: u64,
    /// Who asks; tokens are shared out fairly among them.
    pub person: u64,
    /// How urgent it is.
    pub lane: Lane,
    /// What to answer or continue.
    pub prompt: Prompt,
    /// At most this many new tokens.
    pub max_tokens: u32,
    /// The same while many wait: the limit falls towards this as the queue
    /// fills. `max_tokens` where nobody may shorten the answer.
    pub least_tokens: u32,
    /// 0 takes the likeliest token each time.
    pub temperature: f32,
    /// Nucleus sampling, 1 for off.
    pub top_p: f32,
    /// Same seed, same answer.
    pub seed: u32,
    /// The answer ends before any of these.
    pub stop: Vec<String>,
    /// A JSON schema the answer must follow.
    pub schema: Option<String>,
    /// Whether words may be guessed ahead; what is written is the same.
    pub guesses: bool,
}

/// A beginning that several people's prompts share, computed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beginning {
    /// Whose prompts begin with it.
    pub scope: u64,
    /// Its tokens.
    pub tokens: Vec<i32>,
    /// The context's state after them, opaque; of one model file only.
    pub state: Vec<u8>,
}

/// What the model is given.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Prompt {
    /// A conversation, rendered by the model's own chat template.
    Chat(Vec<ChatMessage>),
    /// Text to continue as it stands.
    Text(String),
}

/// How urgent a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Lane {
    /// Someone who stands before a class: four times a pupil's share.
    Teacher,
    /// A pupil.
    Pupil,
    /// Nobody is waiting for it: only when nobody else is there.
    Batch,
}

/// One message of a prompt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatMessage {
    /// `system`, `user` or `assistant`.
    pub role: String,
    /// What it says.
    pub content: String,
}

/// What an embedding is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum EmbedPurpose {
    /// A question.
    Query,
    /// A passage of a lesson.
    Passage,
}
