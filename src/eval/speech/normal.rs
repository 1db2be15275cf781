//! Text as transcripts are compared: without what nobody hears. Pure.
//!
//! The rules are a subset of those published with Whisper, so that figures can be
//! set beside others. In every language: compatibility forms made one (NFKC), lower
//! case, what stands in brackets left out, everything but letters and digits a
//! space. In English also: hesitations left out, short forms written in full,
//! numbers in digits. Not taken over: American for British spelling, ordinals,
//! currencies.

use unicode_normalization::UnicodeNormalization;

use super::numbers;
use crate::types::Language;

/// Sounds of somebody who thinks.
const HESITATIONS: [&str; 6] = ["hmm", "mm", "mhm", "mmm", "uh", "um"];

/// Short forms that no rule covers.
const SHORT_FORMS: [(&str, &str); 12] = [
    ("won't", "will not"),
    ("can't", "can not"),
    ("let's", "let us"),
    ("ain't", "aint"),
    ("gonna", "going to"),
    ("wanna", "want to"),
    ("gotta", "got to"),
    ("cannot", "can not"),
    ("mr", "mister"),
    ("mrs", "missus"),
    ("dr", "doctor"),
    ("prof", "professor"),
];

/// Ends of short forms, and what they stand for.
const ENDS: [(&str, &str); 6] = [
    ("n't", " not"),
    ("'re", " are"),
    ("'ll", " will"),
    ("'ve", " have"),
    ("'m", " am"),
    ("'d", " would"),
];

/// The words of a text, for comparing.
pub fn words(text: &str, language: Option<Language>) -> Vec<String> {
    let folded: String = text.nfkc().flat_map(char::to_lowercase).collect();
    let folded = without_brackets(&folded).replace(['\u{2019}', '\u{2bc}'], "'");
    if language != Some(Language::English) {
        return split(&folded);
    }
    let numbers_joined = between_digits(&folded);
    let full = numbers_joined.split_whitespace().map(in_full);
    let words = split(&full.collect::<Vec<_>>().join(" "));
    let words = words
        .into_iter()
        .filter(|word| !HESITATIONS.contains(&word.as_str()));
    numbers::in_digits(words.collect())
}

/// Letters and digits only.
fn split(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    words
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// A text without what stands in brackets; a bracket that is not closed is kept.
fn without_brackets(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(from) = rest.find(['(', '[']) {
        let close = if rest[from..].starts_with('(') {
            ')'
        } else {
            ']'
        };
        out.push_str(&rest[..from]);
        let Some(length) = rest[from..].find(close) else {
            rest = &rest[from..];
            break;
        };
        out.push(' ');
        rest = &rest[from + length + 1..];
    }
    out + rest
}

/// `1,000` without its comma, `5%` in words.
fn between_digits(text: &str) -> String {
    let all: Vec<char> = text.chars().collect();
    let digit = |at: usize| all.get(at).is_some_and(char::is_ascii_digit);
    let mut out = String::new();
    for (at, c) in all.iter().enumerate() {
        match c {
            ',' if at > 0 && digit(at - 1) && digit(at + 1) => {}
            '%' => out.push_str(" percent"),
            _ => out.push(*c),
        }
    }
    out
}

/// A word's short form in full. A possessive keeps its `s` as a word of its own.
fn in_full(word: &str) -> String {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    if let Some((_, full)) = SHORT_FORMS.iter().find(|(short, _)| *short == bare) {
        return word.replace(bare, full);
    }
    for (end, full) in ENDS {
        if let Some(stem) = bare.strip_suffix(end).filter(|stem| !stem.is_empty()) {
            return word.replace(bare, &format!("{stem}{full}"));
        }
    }
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, language: Option<Language>, expect: &str) {
        assert_eq!(words(text, language).join(" "), expect);
    }

    #[test]
    fn what_nobody_hears_is_left_out() {
        check(
            "Amazi, ni ubuzima!",
            Some(Language::Kinyarwanda),
            "amazi ni ubuzima",
        );
        check(
            "[music] L’eau (bis) ﬁn",
            Some(Language::French),
            "l eau fin",
        );
        check("open (bracket", None, "open bracket");
        check("", None, "");
        check("Ça été", Some(Language::French), "ça été");
    }

    #[test]
    fn english_is_written_in_full() {
        let english = Some(Language::English);
        check(
            "Um, I can't; they won’t.",
            english,
            "i can not they will not",
        );
        check(
            "We're sure it isn't Mr. Smith's",
            english,
            "we are sure it is not mister smith s",
        );
        check(
            "1,000 is 50% of two thousand",
            english,
            "1000 is 50 percent of 2000",
        );
        check("'Don't'", english, "do not");
    }
}
