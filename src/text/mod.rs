//! Small text tools for four languages: words, sentences, which language.
//!
//! Nothing here needs a model. Words are compared *folded*: lower case without
//! diacritics, because pupils type "cafe" for "café".

mod sound;
pub mod table;

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use crate::types::Language;
pub use sound::{sound, sounds};

/// Words that carry no topic, by language; also what tells languages apart.
const COMMON: &[(Language, &str)] = &[
    (
        Language::Kinyarwanda,
        "ni na mu ku cyangwa kandi iki iyi aya ibi uyu uwo abo ayo icyo iyo bwa rya ya wa ba za cya by'iki \
         nka kuri muri iyo ariko kugira ngo kuko niba iki ute gute nde nte ryari he hehe iki ese ubwo aho \
         bya bu bwo uko ubu buri none nta si ndetse cyane gusa hari habaho ikihe iyihe ayahe ibihe",
    ),
    (
        Language::English,
        "the a an of in on at to and or is are was were be been it its this that these those what which who \
         whom whose when where why how do does did can could will would should may might must with from by \
         for as into about between than then there their they them he she we you i my your our his her not \
         no if so such have has had tell me explain give please describe",
    ),
    (
        Language::French,
        "le la les un une des du de d l et ou est sont était étaient être a ont avoir il elle ils elles on nous \
         vous je tu ce cet cette ces que qui quoi quel quelle quels quelles quand où pourquoi comment dans sur \
         sous avec sans pour par en au aux ne pas plus se sa son ses leur leurs mon ma mes ton ta tes y si",
    ),
    (
        Language::Swahili,
        "na ya wa za la kwa katika ni cha vya kuwa hii hiyo huu huyo hizi hizo hili hilo haya hayo au lakini \
         kama nini nani wapi lini kwanini vipi gani je ili pia sana tu yake wake zake kila si hakuna kuna \
         ambayo ambao ambaye yao wao kutoka kwenye hadi bila baada kabla",
    ),
];

static COMMON_SETS: LazyLock<Vec<(Language, HashSet<String>)>> = LazyLock::new(|| {
    COMMON
        .iter()
        .map(|(language, words)| (*language, words.split_whitespace().map(fold).collect()))
        .collect()
});

/// Lower case without diacritics, for comparing words; numbers without what
/// groups their digits.
pub fn fold(word: &str) -> String {
    match word.starts_with(|c: char| c.is_ascii_digit()) {
        true => plain(&word.replace(GROUPS, "")),
        false => plain(word),
    }
}

/// Lower case without diacritics, for finding names and sorting them.
pub fn plain(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .map(without_mark)
        .collect()
}

/// The base letter of the accented letters of French and of names in the
/// region; every other character is itself.
fn without_mark(c: char) -> char {
    match c {
        'à' | 'â' | 'ä' | 'á' | 'ã' | 'å' => 'a',
        'ç' => 'c',
        'è' | 'é' | 'ê' | 'ë' => 'e',
        'î' | 'ï' | 'í' | 'ì' => 'i',
        'ñ' => 'n',
        'ô' | 'ö' | 'ó' | 'ò' | 'õ' => 'o',
        'ù' | 'û' | 'ü' | 'ú' => 'u',
        'ÿ' | 'ý' => 'y',
        '’' => '\'',
        other => other,
    }
}

/// What stands between groups of three digits, but for plain spaces: these also
/// stand between two numbers.
const GROUPS: [char; 6] = [',', '.', '\'', '’', '\u{A0}', '\u{202F}'];

/// The words of a text with their byte ranges: runs of letters and digits. A number
/// in groups of three digits is one word.
pub fn words(text: &str) -> Vec<(Range<usize>, &str)> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices() {
        match (c.is_alphanumeric(), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                push_word(text, from..at, &mut words);
                start = None;
            }
            _ => {}
        }
    }
    if let Some(from) = start {
        push_word(text, from..text.len(), &mut words);
    }
    words
}

fn push_word<'t>(text: &'t str, range: Range<usize>, into: &mut Vec<(Range<usize>, &'t str)>) {
    let range = match into.pop_if(|(before, _)| goes_on(text, before, &range)) {
        Some((before, _)) => before.start..range.end,
        None => range,
    };
    into.push((range.clone(), &text[range]));
}

/// Whether three digits go on a number before them: "1,000", not "2,50" or "0.125".
fn goes_on(text: &str, before: &Range<usize>, digits: &Range<usize>) -> bool {
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let mut between = text[before.end..digits.start].chars();
    let grouped = between.next().is_some_and(|c| GROUPS.contains(&c)) && between.next().is_none();
    let last = text[before.clone()]
        .rsplit(GROUPS)
        .next()
        .unwrap_or_default();
    let first = last.len() == before.len();
    grouped
        && digits.len() == 3
        && all_digits(&text[digits.clone()])
        && all_digits(last)
        && (last.len() == 3 || first && (1..3).contains(&last.len()))
        && !text[before.clone()].starts_with('0')
}

/// Signs that make one sum of another: words alone would find "2 + 2" and
/// "2 - 2" the same.
const SIGNS: &str = "+=<>*/%^×÷√±≤≥−-";

/// A text without case, punctuation, spaces and diacritics, for finding the
/// same question again. Signs of arithmetic stay beside numbers.
pub fn normal(text: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut end = 0;
    for (range, word) in words(text) {
        let between = &text[end..range.start];
        let before_number = word.starts_with(char::is_numeric);
        let after_number = text[..end].ends_with(char::is_numeric);
        if before_number || after_number {
            let signs = between.chars().filter(|c| SIGNS.contains(*c));
            parts.extend(signs.map(String::from));
        }
        parts.push(fold(word));
        end = range.end;
    }
    parts.join(" ")
}

/// Whether a folded word is too common in some language to say what a text is
/// about.
pub fn is_common(folded: &str) -> bool {
    COMMON_SETS.iter().any(|(_, set)| set.contains(folded))
}

/// The folded words that carry the topic, each once, in order.
pub fn topic_words(text: &str) -> Vec<String> {
    let mut seen = HashSet::new();
    words(text)
        .into_iter()
        .map(|(_, word)| fold(word))
        .filter(|word| {
            let long_enough = word.chars().count() > 1 || word.chars().all(char::is_numeric);
            long_enough && !is_common(word)
        })
        .filter(|word| seen.insert(word.clone()))
        .collect()
}

/// Whether two folded words are likely forms of one: equal, or sharing all but
/// a short ending ("plant", "plants") or a short prefix, as Kinyarwanda and
/// Swahili inflect ("mazi", "amazi").
pub fn same_stem(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    // Counted in characters, as below: more bytes may be fewer of these.
    let (a, b) = ((a.chars().count(), a), (b.chars().count(), b));
    let ((n, short), (m, long)) = if a.0 <= b.0 { (a, b) } else { (b, a) };
    if n < 4 || m - n > 4 || short.chars().all(char::is_numeric) {
        return false;
    }
    if long.starts_with(short) || (m - n <= 3 && long.ends_with(short)) {
        return true;
    }
    // "energie" and "energy", "digestion" and "digestive".
    let shared = short
        .chars()
        .zip(long.chars())
        .take_while(|(x, y)| x == y)
        .count();
    shared >= 5 && shared * 10 >= n * 7
}

/// The sentences of a text as byte ranges, without surrounding white space.
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    for (i, &(at, c)) in chars.iter().enumerate() {
        let next = chars.get(i + 1).map(|&(_, c)| c);
        let ends = match c {
            '\n' => true,
            '!' | '?' | '…' => next.is_none_or(char::is_whitespace),
            // "3.5" and "e.g. leaves" go on: a full stop ends a sentence only
            // before white space and a capital, digit or quote.
            '.' => {
                let after = chars[i + 1..]
                    .iter()
                    .map(|&(_, c)| c)
                    .find(|c| !c.is_whitespace());
                next.is_none_or(char::is_whitespace)
                    && after.is_none_or(|c| !c.is_lowercase())
                    && !abbreviation(&text[start..at])
            }
            _ => false,
        };
        if ends {
            let end = at + c.len_utf8();
            push_trimmed(text, start..end, &mut found);
            start = end;
        }
    }
    push_trimmed(text, start..text.len(), &mut found);
    found
}

/// Whether the text before a full stop ends in a single letter or a list number.
fn abbreviation(before: &str) -> bool {
    let last = before
        .rsplit(char::is_whitespace)
        .next()
        .unwrap_or_default();
    let alone = last.len() == before.trim_start().len();
    last.chars().count() == 1 && last.chars().all(char::is_alphabetic)
        || alone && !last.is_empty() && last.chars().all(char::is_numeric)
}

fn push_trimmed(text: &str, range: Range<usize>, into: &mut Vec<Range<usize>>) {
    let part = &text[range.clone()];
    let start = range.start + (part.len() - part.trim_start().len());
    let end = start + part.trim().len();
    if start < end {
        into.push(start..end);
    }
}

/// The language of a text by its common words, or `None` when they do not tell.
pub fn language_of(text: &str) -> Option<Language> {
    let folded: Vec<String> = words(text)
        .into_iter()
        .map(|(_, word)| fold(word))
        .collect();
    let mut scores: Vec<(usize, Language)> = COMMON_SETS
        .iter()
        .map(|(language, set)| {
            let hits = folded.iter().filter(|word| set.contains(*word)).count();
            (hits * 4 + shape_hints(*language, &folded), *language)
        })
        .collect();
    scores.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    let clear = scores[0].0 > scores[1].0 && scores[0].0 >= 4;
    clear.then_some(scores[0].1)
}

/// Bantu nouns open with telling prefixes, which helps on short questions.
fn shape_hints(language: Language, folded: &[String]) -> usize {
    let prefixes: &[&str] = match language {
        Language::Kinyarwanda => &[
            "umu", "aba", "imi", "iki", "ibi", "uru", "aka", "utu", "ubu", "uku", "aha", "ama",
            "inz", "imb", "icy", "iby", "kw", "bw", "ry",
        ],
        Language::Swahili => &[
            "mw", "wana", "kiz", "vit", "ina", "ana", "hu", "yan", "una", "nch",
        ],
        _ => return 0,
    };
    folded
        .iter()
        .filter(|word| word.len() > 4 && prefixes.iter().any(|prefix| word.starts_with(prefix)))
        .count()
        * 2
}

/// A byte offset as an offset in UTF-16 code units, which is what browsers count.
pub fn utf16_offset(text: &str, byte: usize) -> usize {
    text[..byte].encode_utf16().count()
}

/// The byte offset of a UTF-16 offset, rounded down to a character; the end
/// when it lies beyond.
pub fn byte_offset(text: &str, utf16: usize) -> usize {
    let mut units = 0;
    for (at, c) in text.char_indices() {
        units += c.len_utf16();
        if units > utf16 {
            return at;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_where_people_end_them() {
        let check = |text: &str, expect: &[&str]| {
            let got: Vec<_> = sentences(text).into_iter().map(|r| &text[r]).collect();
            assert_eq!(got, expect);
        };
        check("Water boils. It rises!", &["Water boils.", "It rises!"]);
        check("It is 3.5 km long.", &["It is 3.5 km long."]);
        check("See e.g. the leaf.\nNext", &["See e.g. the leaf.", "Next"]);
        check("1. First\n2. Second", &["1. First", "2. Second"]);
        check("  ", &[]);
    }

    #[test]
    fn languages_are_told_apart() {
        let check = |text: &str, expect| assert_eq!(language_of(text), expect, "{text}");
        check("What do plants need to make food?", Some(Language::English));
        check(
            "Pourquoi les plantes ont-elles besoin d'eau ?",
            Some(Language::French),
        );
        check(
            "Ni iki gituma amazi ahinduka umwuka?",
            Some(Language::Kinyarwanda),
        );
        check(
            "Kwa nini maji ni muhimu katika mwili?",
            Some(Language::Swahili),
        );
        check("Photosynthesis", None);
    }

    #[test]
    fn stems_match_forms_of_a_word_only() {
        for (a, b) in [
            ("plant", "plants"),
            ("mazi", "amazi"),
            ("digestion", "digestive"),
            // Fewer characters in more bytes.
            ("energies", "energɛɛ"),
        ] {
            assert!(same_stem(b, a), "{b} {a}");
            assert!(same_stem(a, b), "{a} {b}");
        }
        for (a, b) in [
            ("1994", "1995"),
            ("cat", "cats"),
            ("water", "winter"),
            ("leaf", "lead"),
        ] {
            assert!(!same_stem(a, b), "{a} {b}");
        }
    }

    #[test]
    fn numbers_are_one_word_however_their_digits_are_grouped() {
        let check = |text: &str, expect: &[&str]| {
            let got: Vec<_> = words(text).into_iter().map(|(_, w)| fold(w)).collect();
            assert_eq!(got, expect, "{text}");
        };
        check("1,000,000 people", &["1000000", "people"]);
        check("12\u{202F}500 francs", &["12500", "francs"]);
        check("14.000.000", &["14000000"]);
        check("3.5 or 2,50", &["3", "5", "or", "2", "50"]);
        check("0.125", &["0", "125"]);
        check("1994, 200 men", &["1994", "200", "men"]);
        check("in 1994,200", &["in", "1994", "200"]);
        check("a,100", &["a", "100"]);
    }

    #[test]
    fn topic_words_leave_out_the_common_ones() {
        assert_eq!(
            topic_words("What is the café of the Leaves?"),
            ["cafe", "leaves"]
        );
    }

    #[test]
    fn the_same_question_is_the_same_however_it_is_typed() {
        let check = |a: &str, b: &str, same| assert_eq!(normal(a) == normal(b), same, "{a} {b}");
        check("What is soil?", "  what IS soil ", true);
        check("Qu’est-ce que l'été ?", "qu'est ce que l'ete", true);
        check("What is 2 + 2?", "what is 2+2", true);
        check("What is 2 + 2?", "What is 2 - 2?", false);
        check("What is 2 + 2?", "What is 2 2?", false);
        check("What is vitamin C?", "What is vitamin D?", false);
        assert_eq!(normal("?!"), "");
    }

    #[test]
    fn offsets_convert_both_ways() {
        let text = "né 😀 x";
        let byte = text.find('x').unwrap();
        assert_eq!(utf16_offset(text, byte), 6);
        assert_eq!(byte_offset(text, 6), byte);
        assert_eq!(byte_offset(text, 4), text.find('😀').unwrap());
        assert_eq!(byte_offset(text, 99), text.len());
    }
}
