//! What a child answers, and why a request failed.

use serde::{Deserialize, Serialize};

use super::super::document::Document;
use super::super::sheet::Sheet;
use super::Beginning;

/// Frames from the child, after [`Hello`](super::Hello).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Reply {
    /// The prompt was understood; it is computed from now on or waits (llm).
    Accepted {
        /// Request id.
        id: u64,
    },
    /// The request waits for its first word; sent again whenever its place or its
    /// prospects change, also while its prompt is being read.
    Queued {
        /// Request id.
        id: u64,
        /// 1 for the one whose first word comes next.
        position: u32,
        /// Milliseconds until its first word, as far as can be told; 0 if it can not.
        wait_ms: u32,
    },
    /// The prompt is being read.
    Started {
        /// Request id.
        id: u64,
        /// Tokens of the prompt.
        prompt_tokens: u32,
        /// Of these, tokens whose state was already in memory.
        reused_tokens: u32,
    },
    /// More of the answer, always whole UTF-8 characters.
    Token {
        /// Request id.
        id: u64,
        /// The new text.
        text: String,
    },
    /// A stretch of speech (asr).
    Segment {
        /// Request id.
        id: u64,
        /// Start in milliseconds.
        start_ms: u64,
        /// End in milliseconds.
        end_ms: u64,
        /// What was said.
        text: String,
        /// When each of its words begins, or nothing where that is not known.
        starts_ms: Vec<u64>,
        /// Mean probability of its words as the model sees it, 0..1.
        confidence: f32,
    },
    /// The language that was heard, ISO 639-1; comes before the end (asr).
    Heard {
        /// Request id.
        id: u64,
        /// The language.
        language: String,
    },
    /// More of a recording's sound, 16 kHz, one channel (extract).
    Sound {
        /// Request id.
        id: u64,
        /// The samples that follow those sent before.
        samples: Vec<i16>,
    },
    /// All the sound there is was sent; comes before the end (extract).
    Ending {
        /// Request id.
        id: u64,
        /// Whether it is all there should be.
        ending: Ending,
    },
    /// Embeddings, one unit-length vector after the other (embed).
    Vectors {
        /// Request id.
        id: u64,
        /// `texts × dimensions` floats.
        values: Vec<f32>,
    },
    /// Something to give to the next child (llm); it belongs to no request.
    Beginning(Beginning),
    /// The parsed document (extract).
    Document {
        /// Request id.
        id: u64,
        /// Its text.
        document: Document,
    },
    /// The tables of the file (extract).
    Sheets {
        /// Request id.
        id: u64,
        /// In the order of the file.
        sheets: Vec<Sheet>,
    },
    /// A part of the document as a picture; [`Reply::Done`] without one means that
    /// the document has no such picture (extract).
    Picture {
        /// Request id.
        id: u64,
        /// The picture, a JPEG file.
        jpeg: Vec<u8>,
    },
    /// Work done so far, for long requests.
    Progress {
        /// Request id.
        id: u64,
        /// Units done.
        done: u32,
        /// Units in all.
        total: u32,
    },
    /// How busy the child is; belongs to no request (llm).
    Load(Load),
    /// The request ended well; nothing more follows for it.
    Done {
        /// Request id.
        id: u64,
        /// Why it ended.
        finish: Finish,
        /// What it cost.
        usage: Usage,
    },
    /// The request ended badly; nothing more follows for it.
    Failed {
        /// Request id.
        id: u64,
        /// A stable word.
        code: FailureCode,
        /// A sentence for the log.
        detail: String,
    },
}

impl Reply {
    /// The request this frame belongs to; 0 for none.
    pub fn id(&self) -> u64 {
        match self {
            Self::Accepted { id }
            | Self::Queued { id, .. }
            | Self::Started { id, .. }
            | Self::Token { id, .. }
            | Self::Segment { id, .. }
            | Self::Heard { id, .. }
            | Self::Sound { id, .. }
            | Self::Ending { id, .. }
            | Self::Vectors { id, .. }
            | Self::Document { id, .. }
            | Self::Sheets { id, .. }
            | Self::Picture { id, .. }
            | Self::Progress { id, .. }
            | Self::Done { id, .. }
            | Self::Failed { id, .. } => *id,
            // Requests are numbered from 1.
            Self::Load(_) | Self::Beginning(_) => 0,
        }
    }

    /// Whether this is the last frame of its request.
    pub fn is_last(&self) -> bool {
        matches!(self, Self::Done { .. } | Self::Failed { .. })
    }
}

/// How busy a language model child is. Totals count from its start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Load {
    /// Answers being written, or about to be.
    pub active: u32,
    /// Answers it writes side by side at most.
    pub rows: u32,
    /// Requests that wait for a row.
    pub waiting: u32,
    /// Tokens of prompts computed.
    pub read: u64,
    /// Tokens of answers written.
    pub written: u64,
    /// Tokens of prompts that were in memory already.
    pub reused: u64,
    /// Tokens guessed ahead.
    pub drafted: u64,
    /// Of these, tokens that were right.
    pub accepted: u64,
    /// Cells of the key-value pool in use.
    pub cells_used: u32,
    /// Cells of the pool in all.
    pub cells: u32,
    /// Sequences kept after their answers for later prompts.
    pub kept: u32,
    /// Milliseconds the last step took.
    pub step_ms: f32,
}

/// How a recording ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ending {
    /// Where it should, as far as can be told.
    Whole,
    /// Before that: its file was copied half, or what recorded it died.
    BreaksOff,
}

/// Why an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Finish {
    /// The model ended it, a stop string came, or the work is done.
    Stop,
    /// `max_tokens` was reached.
    Length,
    /// [`Request::Cancel`](super::Request::Cancel) came.
    Cancelled,
}

/// What a request cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Usage {
    /// Tokens of the prompt.
    pub prompt_tokens: u32,
    /// Of these, not computed again.
    pub reused_tokens: u32,
    /// Tokens of the answer.
    pub answer_tokens: u32,
    /// Milliseconds spent reading the prompt.
    pub prompt_ms: u32,
    /// Milliseconds spent writing the answer.
    pub answer_ms: u32,
}

crate::word_enum! {
    /// Why a request failed; for documents the web app translates each word.
    FailureCode {
        /// The document needs a password.
        Encrypted = "encrypted",
        /// The document has no text (a scan, or empty pages).
        NoText = "no_text",
        /// The document can not be parsed.
        Damaged = "damaged",
        /// More text or bytes than the limit.
        TooBig = "too_big",
        /// An archive with too many entries.
        TooManyParts = "too_many_parts",
        /// Structure nested beyond the limit.
        TooDeep = "too_deep",
        /// Compressed data that grows beyond the limit.
        ExpandsTooMuch = "expands_too_much",
        /// Over the time limit.
        TimedOut = "timed_out",
        /// Over the memory limit.
        OutOfMemory = "out_of_memory",
        /// The child died.
        Crashed = "crashed",
        /// The child died more than once over this request.
        KilledWorker = "answer_killed_worker",
        /// A recording longer than the limit.
        TooLong = "too_long",
        /// A recording without sound.
        NoSound = "no_sound",
        /// Sound in a form the box can not decode.
        UnknownSound = "unknown_sound",
        /// A recording in which nobody speaks.
        NoSpeech = "no_speech",
        /// Nothing on the box can listen.
        NoListener = "no_speech_model",
        /// The content is of another kind than the name says.
        WrongType = "wrong_type",
        /// There are no bytes.
        Empty = "empty",
        /// The passages could not be embedded.
        EmbeddingFailed = "embedding_failed",
        /// The prompt does not fit the model's context.
        PromptTooLong = "prompt_too_long",
        /// The request makes no sense to this child.
        BadRequest = "bad_request",
        /// No engine is there to do it.
        Unavailable = "unavailable",
    }
}
