//! How a server and a child begin: what to load, and how far that got.

use serde::{Deserialize, Serialize};

use super::super::document::Format;

/// The first frame: what to load and within which limits.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Start {
    /// [`VERSION`](super::VERSION) of the server.
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
    /// [`VERSION`](super::VERSION) of the child.
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
