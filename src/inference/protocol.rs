//! The frames between the server and its children.
//!
//! A frame is a little-endian `u32` length and that many bytes of postcard.
//! The server sends [`Start`] first, the child answers [`Hello`] once its model
//! is loaded and its sandbox closed (or [`StartFailed`]); after that the server
//! sends [`Request`]s and the child [`Reply`]s ([`Handshake`] comes once), matched by request id and
//! interleaved at will. Both sides are the same binary, so [`VERSION`] only
//! guards against an update swapping the file under a running server.

use std::io::{self, Read, Write};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::document::{Document, Format};
use super::sheet::Sheet;

/// Version of everything in this module; both sides must agree.
pub const VERSION: u32 = 5;

/// No frame may be longer; 32 MB of extracted text is the largest content.
pub const MAX_FRAME: usize = 48 << 20;

/// The first frame: what to load and within which limits.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Start {
    /// [`VERSION`] of the server.
    pub version: u32,
    /// What this child is for.
    pub config: WorkerConfig,
    /// Address space the child may use, in bytes; 0 means no limit.
    pub memory_bytes: u64,
}

/// What a child is for, and its settings.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum WorkerConfig {
    /// llama.cpp with one GGUF file.
    Llm(LlmConfig),
    /// whisper.cpp with one ggml file.
    Asr {
        /// The model file.
        model: String,
        /// Threads to compute with.
        threads: u32,
    },
    /// candle with one embedding model.
    Embed {
        /// The model's folder, as the catalogue lays it out.
        model: String,
        /// Threads to compute with.
        threads: u32,
    },
    /// The document parsers. The document is the inherited descriptor `fd`.
    Extract {
        /// Number of the inherited, read-only descriptor.
        fd: i32,
        /// What the upload was recognised as.
        format: Format,
    },
}

/// Settings of the language model child.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LlmConfig {
    /// The GGUF file.
    pub model: String,
    /// Threads to compute prompts and several answers with.
    pub threads: u32,
    /// Threads to write an answer with that is alone.
    pub decode_threads: u32,
    /// Cells of the shared KV pool, in tokens.
    pub context: u32,
    /// Answers generated side by side at most; the child measures how many pay, and
    /// more wait in its queue.
    pub rows: u32,
    /// RAM for the ends of conversations that had to leave the pool, in bytes.
    pub parked_bytes: u64,
}

/// The child's answer to [`Start`]: ready for requests.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Hello {
    /// [`VERSION`] of the child.
    pub version: u32,
    /// SIMD features the engine reports, such as `AVX2`; empty for extract.
    pub simd: Vec<String>,
    /// How far the sandbox got.
    pub sandbox: Sandbox,
    /// Facts about the model for the box page, such as `("parameters", "494M")`.
    pub facts: Vec<(String, String)>,
    /// Length of an embedding; 0 for other kinds.
    pub dimensions: u32,
}

/// How far a child's sandbox got on this kernel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sandbox {
    /// `RLIMIT_*` set and no-new-privs on.
    pub limits: bool,
    /// The Landlock ABI enforced; 0 means none.
    pub landlock: u32,
    /// The seccomp filter is on.
    pub seccomp: bool,
}

/// The child's first frame.
pub type Handshake = Result<Hello, StartFailed>;

/// Why a child could not start.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StartFailed {
    /// A sentence for the log and the box page.
    pub detail: String,
}

/// Frames from the server, after [`Start`].
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
    /// Stop working on a request; it ends with [`Finish::Cancelled`].
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

/// Frames from the child, after [`Hello`].
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

/// Why an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Finish {
    /// The model ended it, a stop string came, or the work is done.
    Stop,
    /// `max_tokens` was reached.
    Length,
    /// [`Request::Cancel`] came.
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

/// Writes one frame and flushes it.
pub fn write_frame<T: Serialize>(mut to: impl Write, value: &T) -> io::Result<()> {
    to.write_all(&encode_frame(value)?)?;
    to.flush()
}

/// The bytes of one frame, length included.
///
/// # Errors
/// `InvalidData` when the value is longer than [`MAX_FRAME`].
pub fn encode_frame<T: Serialize>(value: &T) -> io::Result<Vec<u8>> {
    let mut bytes = postcard::to_extend(value, vec![0; 4]).map_err(io::Error::other)?;
    let length = bytes.len() - 4;
    if length > MAX_FRAME {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "frame is too long",
        ));
    }
    bytes[..4].copy_from_slice(&(length as u32).to_le_bytes());
    Ok(bytes)
}

/// Reads one frame; `None` at a clean end of the stream.
///
/// # Errors
/// `InvalidData` when the frame is over [`MAX_FRAME`] or does not decode;
/// `UnexpectedEof` when the stream ends inside it.
pub fn read_frame<T: DeserializeOwned>(mut from: impl Read) -> io::Result<Option<T>> {
    let mut length = [0; 4];
    match from.read_exact(&mut length) {
        Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let mut bytes = vec![0; frame_length(length)?];
    from.read_exact(&mut bytes)?;
    decode(&bytes).map(Some)
}

/// The length a frame announces, checked against [`MAX_FRAME`].
pub fn frame_length(prefix: [u8; 4]) -> io::Result<usize> {
    let length = u32::from_le_bytes(prefix) as usize;
    if length > MAX_FRAME {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "frame is too long",
        ));
    }
    Ok(length)
}

/// Decodes a frame's content.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> io::Result<T> {
    postcard::from_bytes(bytes).map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_round_trip_and_reject_lies() {
        let frame = Reply::Token {
            id: 7,
            text: "ubwenge".into(),
        };
        let mut bytes = Vec::new();
        write_frame(&mut bytes, &frame).unwrap();
        let back: Reply = read_frame(bytes.as_slice()).unwrap().unwrap();
        assert_eq!(back.id(), 7);
        assert!(read_frame::<Reply>(&[][..]).unwrap().is_none());
        assert!(read_frame::<Reply>(&bytes[..6]).is_err());
        assert!(read_frame::<Reply>(&[0xff, 0xff, 0xff, 0xff, 0][..]).is_err());
    }
}
