//! Published model formats turned into those the engines read.
//!
//! A conversion is deterministic to the byte, because the catalogue holds the
//! SHA-256 of its result. Inputs come from the network: sizes and counts in
//! them are checked against the file's length before anything is allocated,
//! and large tensors are copied in pieces, never held.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::Context;

use crate::word_enum;
use whisper::Matrices;

mod bpe;
mod ct2;
mod e5;
mod e5s1;
mod gguf;
mod input;
mod mel;
mod silero;
mod unigram;
mod whisper;

word_enum! {
    /// A conversion the catalogue can name.
    Converter {
        /// CTranslate2's Whisper container to whisper.cpp's ggml file.
        Whisper = "ctranslate2-whisper",
        /// The same with the matrices rounded to bytes.
        WhisperBytes = "ctranslate2-whisper-q8_0",
        /// The E5S1 container to GGUF, tokenizer and normalisation table.
        E5s1 = "e5s1",
        /// Silero's safetensors to whisper.cpp's ggml file.
        Silero = "silero",
    }
}

impl Converter {
    /// The files it reads.
    pub fn inputs(self) -> &'static [&'static str] {
        match self {
            Self::Whisper | Self::WhisperBytes => &["model.bin", "tokenizer.json"],
            Self::E5s1 => &["model.e5s1"],
            Self::Silero => &["model.safetensors"],
        }
    }

    /// The files it writes.
    pub fn outputs(self) -> &'static [&'static str] {
        match self {
            Self::Whisper | Self::WhisperBytes | Self::Silero => &["model.bin"],
            Self::E5s1 => &["model.gguf", "tokenizer.json", "charsmap.bin"],
        }
    }

    /// Converts the inputs in folder `from` into outputs in folder `to`.
    ///
    /// # Errors
    /// An input is missing, damaged or of another kind; reading or writing fails.
    pub fn run(self, from: &Path, to: &Path) -> anyhow::Result<()> {
        match self {
            Self::Whisper => whisper::convert(from, to, Matrices::Halves),
            Self::WhisperBytes => whisper::convert(from, to, Matrices::Bytes),
            Self::E5s1 => e5::convert(from, to),
            Self::Silero => silero::convert(from, to),
        }
        .with_context(|| format!("converting with {}", self.as_str()))
    }
}

/// Writes one output file through a buffer.
fn write_file(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let named = || format!("writing {}", path.display());
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path).with_context(named)?);
    write(&mut out).with_context(named)?;
    out.flush().with_context(named)
}
