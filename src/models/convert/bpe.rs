//! Byte-level BPE vocabularies: printable stand-ins turned back into bytes.
//!
//! GPT-2's vocabulary spells every byte as one printable character: printable
//! Latin-1 characters stand for themselves, the other 68 bytes, in order, for
//! the characters from U+0100 on.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, ensure};
use serde::Deserialize;

#[derive(Deserialize)]
struct Tokenizer {
    model: Vocabulary,
}

#[derive(Deserialize)]
struct Vocabulary {
    vocab: HashMap<String, usize>,
}

/// The tokens with ids below `limit`, by id, as bytes.
///
/// # Errors
/// The file is no `tokenizer.json`, ids have gaps, or a token is not spelled
/// in the stand-ins.
pub fn tokens(path: &Path, limit: usize) -> anyhow::Result<Vec<Vec<u8>>> {
    let text = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    let file: Tokenizer = serde_json::from_slice(&text)
        .with_context(|| format!("{} is no tokenizer", path.display()))?;
    let spelling = spelling();
    let mut tokens: Vec<(usize, String)> = file
        .model
        .vocab
        .into_iter()
        .map(|(token, id)| (id, token))
        .filter(|(id, _)| *id < limit)
        .collect();
    tokens.sort();
    tokens
        .into_iter()
        .enumerate()
        .map(|(expected, (id, token))| {
            ensure!(id == expected, "the vocabulary has no token {expected}");
            token
                .chars()
                .map(|c| spelling.get(&c).copied())
                .collect::<Option<Vec<u8>>>()
                .with_context(|| format!("token {token:?} is not byte-level"))
        })
        .collect()
}

fn spelling() -> HashMap<char, u8> {
    let mut spelling = HashMap::new();
    let mut beyond = 0x100;
    for byte in 0..=u8::MAX {
        let itself = matches!(byte, 0x21..=0x7e | 0xa1..=0xac | 0xae..=0xff);
        let stand_in = if itself {
            char::from(byte)
        } else {
            beyond += 1;
            char::from_u32(beyond - 1).unwrap_or(char::REPLACEMENT_CHARACTER)
        };
        spelling.insert(stand_in, byte);
    }
    spelling
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_its_own_character() {
        let spelling = spelling();
        assert_eq!(spelling.len(), 256);
        assert_eq!(spelling[&'Ġ'], b' ');
        assert_eq!(spelling[&'Ċ'], b'\n');
        assert_eq!(spelling[&'Ń'], 0xad);
        assert_eq!(spelling[&'é'], 0xe9);
    }
}
