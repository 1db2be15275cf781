//! What a pupil's Kinyarwanda words mean in English, for search.
//!
//! Most lessons are in English, many questions are not, and embedding models
//! know little Kinyarwanda. A list of stems of the words of school translates
//! word by word; search looks for both. Kinyarwanda changes the beginning of
//! nouns and both ends of verbs, so stems are matched after prefixes of the
//! language only. No sentence is ever shown in these words.

use std::collections::HashMap;
use std::sync::LazyLock;

/// See the head of the file for its form.
const STEMS: &str = include_str!("../../assets/lexicon/rw-en.txt");
/// Words a phrase has at most.
const PHRASE: usize = 3;
/// Letters before a noun's stem and a verb's at most.
const BEFORE_NOUN: usize = 6;
const BEFORE_VERB: usize = 7;
/// Letters after a verb's stem at most: tense, passive, where and how.
const AFTER_VERB: usize = 6;
/// Prefixes that stand one after the other at most.
const PREFIXES: u32 = 3;

/// Prefixes of nouns and what verbs begin with: subject, tense, relative.
const PREFIX: &[&str] = &[
    "a", "aba", "abya", "aga", "aha", "aho", "ah", "ak", "aka", "am", "ama", "ara", "aya", "b",
    "ba", "bara", "baya", "bi", "bu", "bw", "bwa", "by", "bya", "byara", "cy", "cya", "cyara",
    "du", "e", "ga", "gi", "gu", "gw", "ha", "hara", "hari", "ho", "i", "ib", "ibi", "iby", "ibya",
    "ic", "icy", "icya", "ig", "igi", "igu", "ik", "iki", "im", "imi", "in", "ira", "iri", "ishi",
    "iya", "iza", "ka", "ki", "ku", "kw", "kwa", "m", "ma", "mi", "mu", "mwa", "n", "ni", "nta",
    "nti", "ny", "ri", "ru", "rw", "rwa", "rya", "si", "t", "ta", "tu", "twa", "u", "ub", "ubi",
    "ubu", "udu", "uko", "uku", "um", "umu", "ur", "uru", "utu", "uwa", "w", "wa", "wara", "y",
    "ya", "yara", "z", "za", "zara", "zi",
];

type English = Vec<&'static str>;

#[derive(Default)]
struct Lexicon {
    phrases: HashMap<&'static str, English>,
    words: HashMap<&'static str, English>,
    nouns: HashMap<&'static str, English>,
    verbs: HashMap<&'static str, English>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let mut lexicon = Lexicon::default();
    let lines = STEMS.lines().filter(|line| !line.starts_with('#'));
    for (stem, english) in lines.filter_map(|line| line.split_once('\t')) {
        let kind = match (stem.strip_prefix('-'), stem.ends_with('-')) {
            (Some(_), true) => &mut lexicon.verbs,
            _ if stem.contains(' ') => &mut lexicon.phrases,
            (Some(_), false) => &mut lexicon.nouns,
            (None, _) => &mut lexicon.words,
        };
        kind.insert(stem.trim_matches('-'), english.split(' ').collect());
    }
    lexicon
});

/// The English of the first of `words` (folded), or of as many of them as make a
/// phrase, and how many that are. Nothing when it is not in the list, an empty
/// list when the word says nothing.
pub fn english(words: &[String]) -> Option<(usize, &'static [&'static str])> {
    let lexicon = &*LEXICON;
    for many in (2..=PHRASE.min(words.len())).rev() {
        let phrase = words[..many].join(" ");
        let found = after_prefix(&phrase, BEFORE_NOUN, |rest| lexicon.phrases.get(rest));
        if let Some(english) = found {
            return Some((many, english));
        }
    }
    let word = words.first()?;
    let noun = |rest: &str| {
        // A short noun stem needs a prefix, or every name that ends so has one.
        let enough = if rest.len() == word.len() { 4 } else { 3 };
        lexicon.nouns.get(rest).filter(|_| rest.len() >= enough)
    };
    let verb = |rest: &str| {
        let stems = (3..=rest.len()).rev();
        let fitting = stems.filter(|len| rest.len() - len <= AFTER_VERB);
        let mut found = fitting.filter_map(|len| lexicon.verbs.get(rest.get(..len)?));
        found.next().filter(|_| rest.len() < word.len())
    };
    let english = (lexicon.words.get(word.as_str()))
        .or_else(|| after_prefix(word, BEFORE_NOUN, noun))
        .or_else(|| after_prefix(word, BEFORE_VERB, verb));
    Some((1, english?))
}

/// What `find` finds in a word without its prefixes, the shortest first.
fn after_prefix<T>(word: &str, most: usize, find: impl Fn(&str) -> Option<T>) -> Option<T> {
    let cuts = (0..word.len().min(most)).filter(|&at| word.is_char_boundary(at));
    let whole = cuts.filter(|&at| is_prefix(&word[..at], PREFIXES));
    whole.map(|at| &word[at..]).find_map(find)
}

fn is_prefix(text: &str, most: u32) -> bool {
    text.is_empty()
        || most > 0
            && PREFIX.iter().any(|prefix| {
                let rest = text.strip_prefix(prefix);
                rest.is_some_and(|rest| is_prefix(rest, most - 1))
            })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(words: &str, expect: Option<(usize, &str)>) {
        let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
        let got = english(&words).map(|(many, english)| (many, english.join(" ")));
        assert_eq!(
            got,
            expect.map(|(many, english)| (many, english.to_owned()))
        );
    }

    #[test]
    fn stems_are_found_behind_prefixes() {
        check("igihugu", Some((1, "country nation")));
        check("ibihugu", Some((1, "country nation")));
        check("amazi", Some((1, "water")));
        check("yavutse", Some((1, "born birth")));
        check("bavukiye", Some((1, "born birthplace")));
        check("umurwa mukuru wa", Some((2, "capital")));
        check("muri", Some((1, "")));
    }

    #[test]
    fn names_and_english_words_stay() {
        for name in [
            "rwanda",
            "water",
            "british",
            "interest",
            "photosynthesis",
            "é",
        ] {
            check(name, None);
        }
    }

    #[test]
    fn every_line_is_understood() {
        let lexicon = &*LEXICON;
        let kinds = [
            &lexicon.phrases,
            &lexicon.words,
            &lexicon.nouns,
            &lexicon.verbs,
        ];
        let understood: usize = kinds.iter().map(|kind| kind.len()).sum();
        let lines = STEMS.lines().filter(|line| !line.starts_with('#'));
        assert_eq!(understood, lines.count());
        for phrase in lexicon.phrases.keys() {
            assert!(phrase.split(' ').count() <= PHRASE, "{phrase}");
        }
    }
}
