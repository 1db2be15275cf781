//! From texts to token ids.

use std::path::Path;

use anyhow::{Context, Result, anyhow};
use tokenizers::{Tokenizer, TruncationParams};

use super::charsmap::Charsmap;
use super::unigram::Unigram;
use crate::inference::protocol::EmbedPurpose;

/// A model's tokenizer and what its texts need before it.
pub enum Tokens {
    /// e5 was trained with prefixes, on normalised characters.
    E5 {
        /// Cuts words into pieces.
        unigram: Box<Unigram>,
        /// Makes characters plain.
        charsmap: Charsmap,
        /// Longest text in tokens.
        longest: usize,
    },
    /// MiniLM takes texts as they are.
    MiniLm(Box<Tokenizer>),
}

impl Tokens {
    /// Reads the tokenizer in `folder`; texts are cut at `longest` tokens.
    pub fn load(folder: &Path, longest: usize) -> Result<Self> {
        let json = std::fs::read(folder.join("tokenizer.json")).context("tokenizer.json")?;
        let table = folder.join("charsmap.bin");
        if table.exists() {
            let charsmap = Charsmap::parse(&std::fs::read(&table)?).context("charsmap.bin")?;
            let unigram = Unigram::parse(&json).context("tokenizer.json")?;
            return Ok(Self::E5 {
                unigram: Box::new(unigram),
                charsmap,
                longest,
            });
        }
        let mut tokenizer = Tokenizer::from_bytes(&json).map_err(explain)?;
        tokenizer.with_padding(None);
        let truncation = TruncationParams {
            max_length: longest,
            ..TruncationParams::default()
        };
        tokenizer
            .with_truncation(Some(truncation))
            .map_err(explain)?;
        Ok(Self::MiniLm(Box::new(tokenizer)))
    }

    /// The tokens of each text.
    pub fn encode(&self, purpose: EmbedPurpose, texts: &[&str]) -> Result<Vec<Vec<u32>>> {
        match self {
            Self::E5 {
                unigram,
                charsmap,
                longest,
            } => {
                let prefix = match purpose {
                    EmbedPurpose::Query => "query: ",
                    EmbedPurpose::Passage => "passage: ",
                };
                let encode = |text: &&str| {
                    let text = format!("{prefix}{}", charsmap.normalise(text));
                    unigram.encode(&text, *longest)
                };
                Ok(texts.iter().map(encode).collect())
            }
            Self::MiniLm(tokenizer) => {
                let encodings = tokenizer.encode_batch_fast(texts.to_vec(), true);
                let encodings = encodings.map_err(explain)?;
                Ok(encodings.iter().map(|e| e.get_ids().to_vec()).collect())
            }
        }
    }
}

/// The library's errors carry no standard error type.
fn explain(error: impl std::fmt::Display) -> anyhow::Error {
    anyhow!("tokenizer: {error}")
}
