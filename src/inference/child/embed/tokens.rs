//! From texts to token ids.

use std::path::Path;

use anyhow::{Context, Result, anyhow};
use tokenizers::{Tokenizer, TruncationParams};

use super::charsmap::Charsmap;
use crate::inference::protocol::EmbedPurpose;

/// A model's tokenizer and what its texts need before it.
pub struct Tokens {
    tokenizer: Tokenizer,
    /// Only e5 has one, and only e5 was trained with prefixes.
    charsmap: Option<Charsmap>,
}

impl Tokens {
    /// Reads the tokenizer in `folder`; texts are cut at `longest` tokens.
    pub fn load(folder: &Path, longest: usize) -> Result<Self> {
        let path = folder.join("tokenizer.json");
        let mut tokenizer =
            Tokenizer::from_file(&path).map_err(|error| anyhow!("{}: {error}", path.display()))?;
        tokenizer.with_padding(None);
        let truncation = TruncationParams {
            max_length: longest,
            ..TruncationParams::default()
        };
        tokenizer
            .with_truncation(Some(truncation))
            .map_err(|error| anyhow!("{error}"))?;
        let table = folder.join("charsmap.bin");
        let charsmap = if table.exists() {
            let bytes = std::fs::read(&table)?;
            Some(Charsmap::parse(&bytes).with_context(|| table.display().to_string())?)
        } else {
            None
        };
        Ok(Self {
            tokenizer,
            charsmap,
        })
    }

    /// The tokens of each text.
    pub fn encode(&self, purpose: EmbedPurpose, texts: &[&str]) -> Result<Vec<Vec<u32>>> {
        let inputs: Vec<String> = texts
            .iter()
            .map(|text| self.prepare(purpose, text))
            .collect();
        let encodings = self
            .tokenizer
            .encode_batch_fast(inputs, true)
            .map_err(|error| anyhow!("{error}"))?;
        Ok(encodings.iter().map(|e| e.get_ids().to_vec()).collect())
    }

    fn prepare(&self, purpose: EmbedPurpose, text: &str) -> String {
        let Some(charsmap) = &self.charsmap else {
            return text.to_owned();
        };
        let prefix = match purpose {
            EmbedPurpose::Query => "query: ",
            EmbedPurpose::Passage => "passage: ",
        };
        format!("{prefix}{}", charsmap.normalise(text))
    }
}
