//! `tokenizer.json` for a unigram vocabulary as XLM-R uses it.
//!
//! Words are split at white space, each gets a leading `▁`, and the unigram
//! model cuts them into pieces. Text must be normalised before (the charsmap).
//! Fields are structs, not maps, so that their order never depends on the
//! features of a JSON library.

use std::io::Write;

use anyhow::ensure;
use serde::Serialize;

use super::e5s1::Tokenizer;

#[derive(Serialize)]
struct File<'a> {
    version: &'a str,
    truncation: Option<()>,
    padding: Option<()>,
    added_tokens: Vec<Added<'a>>,
    normalizer: Option<()>,
    pre_tokenizer: Sequence,
    post_processor: Template<'a>,
    decoder: Step,
    model: Unigram<'a>,
}

#[derive(Serialize)]
struct Added<'a> {
    id: u32,
    content: &'a str,
    single_word: bool,
    lstrip: bool,
    rstrip: bool,
    normalized: bool,
    special: bool,
}

#[derive(Serialize)]
struct Sequence {
    #[serde(rename = "type")]
    kind: &'static str,
    pretokenizers: [Step; 2],
}

#[derive(Serialize)]
#[serde(tag = "type")]
enum Step {
    WhitespaceSplit,
    Metaspace {
        replacement: char,
        prepend_scheme: &'static str,
        split: bool,
    },
}

#[derive(Serialize)]
struct Template<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    single: Vec<Slot<'a>>,
    pair: Vec<Slot<'a>>,
    special_tokens: Specials<'a>,
}

#[derive(Serialize)]
enum Slot<'a> {
    SpecialToken { id: &'a str, type_id: u32 },
    Sequence { id: &'static str, type_id: u32 },
}

#[derive(Serialize)]
struct Specials<'a> {
    #[serde(rename = "<s>")]
    begin: Special<'a>,
    #[serde(rename = "</s>")]
    end: Special<'a>,
}

#[derive(Serialize)]
struct Special<'a> {
    id: &'a str,
    ids: [u32; 1],
    tokens: [&'a str; 1],
}

#[derive(Serialize)]
struct Unigram<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    unk_id: u32,
    vocab: Vec<(&'a str, f64)>,
    byte_fallback: bool,
}

const BEGIN: &str = "<s>";
const END: &str = "</s>";
const MASK: &str = "<mask>";

/// Writes the file for `tokenizer`.
pub fn write(out: &mut dyn Write, tokenizer: &Tokenizer) -> anyhow::Result<()> {
    let piece = |id: u32| tokenizer.pieces[id as usize].0.as_str();
    ensure!(
        piece(tokenizer.begin) == BEGIN && piece(tokenizer.end) == END,
        "the special tokens have other names"
    );
    let plain = |id: u32| Added {
        id,
        content: piece(id),
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
        special: true,
    };
    let mut specials = [
        tokenizer.begin,
        tokenizer.pad,
        tokenizer.end,
        tokenizer.unknown,
    ];
    specials.sort_unstable();
    let mut added: Vec<Added> = specials.into_iter().map(plain).collect();
    // The mask swallows the space before it, as in XLM-R.
    let last = u32::try_from(tokenizer.pieces.len())? - 1;
    if piece(last) == MASK {
        added.push(Added {
            lstrip: true,
            ..plain(last)
        });
    }
    let metaspace = || Step::Metaspace {
        replacement: '▁',
        prepend_scheme: "always",
        split: true,
    };
    let special = |id| Slot::SpecialToken { id, type_id: 0 };
    let text = |id| Slot::Sequence { id, type_id: 0 };
    let file = File {
        version: "1.0",
        truncation: None,
        padding: None,
        added_tokens: added,
        normalizer: None,
        pre_tokenizer: Sequence {
            kind: "Sequence",
            pretokenizers: [Step::WhitespaceSplit, metaspace()],
        },
        post_processor: Template {
            kind: "TemplateProcessing",
            single: vec![special(BEGIN), text("A"), special(END)],
            pair: vec![
                special(BEGIN),
                text("A"),
                special(END),
                special(END),
                text("B"),
                special(END),
            ],
            special_tokens: Specials {
                begin: Special {
                    id: BEGIN,
                    ids: [tokenizer.begin],
                    tokens: [BEGIN],
                },
                end: Special {
                    id: END,
                    ids: [tokenizer.end],
                    tokens: [END],
                },
            },
        },
        decoder: metaspace(),
        model: Unigram {
            kind: "Unigram",
            unk_id: tokenizer.unknown,
            vocab: tokenizer
                .pieces
                .iter()
                .map(|(piece, score)| (piece.as_str(), f64::from(*score)))
                .collect(),
            byte_fallback: false,
        },
    };
    serde_json::to_writer(out, &file)?;
    Ok(())
}
