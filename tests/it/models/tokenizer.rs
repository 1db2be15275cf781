//! The tokenizer made from E5S1 cuts text as XLM-R does.
//!
//! Needs the real `multilingual-e5-small-q4`: only a whole vocabulary can show
//! that the pieces are right.

use std::collections::HashMap;
use std::path::PathBuf;

use tokenizers::Tokenizer;

fn folder() -> PathBuf {
    #[expect(
        clippy::disallowed_methods,
        reason = "tests have no configuration to read it from"
    )]
    let var = |name| std::env::var_os(name).map(PathBuf::from);
    let models = var("BWENGE_MODELS_DIR").unwrap_or_else(|| {
        var("HOME")
            .expect("HOME is set")
            .join(".cache/bwenge/models")
    });
    models.join("multilingual-e5-small-q4")
}

/// The table of `charsmap.bin`, read as the format says.
fn charsmap() -> HashMap<u32, Vec<u32>> {
    let bytes = std::fs::read(folder().join("charsmap.bin")).expect("run `make models`");
    let mut rest = bytes.as_slice();
    let mut take = |count: usize| {
        let (taken, left) = rest.split_at(count);
        rest = left;
        taken
    };
    let number = |bytes: &[u8]| u32::from_le_bytes(bytes.try_into().expect("four bytes"));
    let count = number(take(4));
    let mut table = HashMap::new();
    let mut last = None;
    for _ in 0..count {
        let from = number(take(4));
        assert!(last < Some(from), "sorted");
        last = Some(from);
        let length = take(1)[0];
        let to = (0..length).map(|_| number(take(4))).collect();
        table.insert(from, to);
    }
    assert!(rest.is_empty());
    table
}

fn normalise(table: &HashMap<u32, Vec<u32>>, text: &str) -> String {
    text.chars()
        .flat_map(|c| match table.get(&u32::from(c)) {
            Some(to) => to.iter().filter_map(|&c| char::from_u32(c)).collect(),
            None => vec![c],
        })
        .collect()
}

#[test]
fn pieces_are_those_of_xlm_r() {
    let table = charsmap();
    let tokenizer = Tokenizer::from_file(folder().join("tokenizer.json")).expect("a tokenizer");
    let check = |text: &str, expect: &[u32]| {
        let text = normalise(&table, text);
        let encoding = tokenizer.encode(text.as_str(), true).expect("tokens");
        assert_eq!(
            encoding.get_ids(),
            expect,
            "{text:?} {:?}",
            encoding.get_tokens()
        );
    };
    // Published with XLM-R and with e5.
    check("Hello world!", &[0, 35378, 8999, 38, 2]);
    check("你好，世界", &[0, 6, 124_084, 4, 3221, 2]);
    check("नमस्ते दुनिया", &[0, 68700, 97883, 29405, 2]);
    check(
        "query: how much protein should a female eat",
        &[
            0, 41, 1294, 12, 3642, 5045, 21308, 5608, 10, 117_776, 73203, 2,
        ],
    );
    // Kinyarwanda, French and Swahili as this vocabulary cuts them.
    check(
        "query: Ingirabuzimafatizo ni iki?",
        &[
            0, 41, 1294, 12, 11614, 2634, 978, 46578, 125_723, 1158, 300, 2209, 32, 2,
        ],
    );
    check(
        "passage: L’élève étudie où naît la lumière",
        &[
            0, 46692, 12, 339, 26, 135_146, 393, 3506, 478, 11497, 24, 25331, 21, 103_500, 2,
        ],
    );
    check(
        "Mimea hutengeneza chakula kwa mwanga wa jua",
        &[
            0, 1208, 37440, 4571, 138_383, 127_061, 760, 23354, 7652, 259, 1129, 11, 2,
        ],
    );
    // Normalised characters, and white space of any kind and number.
    check("ﬁve ½ Ｈ₂Ｏ…", &[0, 43606, 78660, 572, 304, 670, 27, 2]);
    check(
        "passage: two  spaces\tand a\nline",
        &[0, 46692, 12, 6626, 32628, 7, 136, 10, 13315, 2],
    );
}
