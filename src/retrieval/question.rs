//! What a question looks for: its topic words, each with its English, and the
//! page it names. Pure.

use std::ops::{Range, RangeInclusive};

use super::lexicon;
use crate::inference::document::AnchorKind;
use crate::text;
use crate::types::Language;

/// A thing a question is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// The question's own words for it, folded; several where they are one phrase.
    pub words: Vec<String>,
    /// English words for it.
    pub english: Vec<&'static str>,
}

impl Topic {
    /// All words for it.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        let own = self.words.iter().map(String::as_str);
        own.chain(self.english.iter().copied())
    }
}

/// A question taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// What it is about, each once, in order.
    pub topics: Vec<Topic>,
    /// The question, with English for what is not, as it is embedded.
    pub sense: String,
    /// The page, slide or section it names.
    pub place: Option<Place>,
}

/// A page, slide or section a question names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// What is counted.
    pub kind: AnchorKind,
    /// Counted from 1.
    pub number: u32,
}

/// Words before the number of a place.
const PLACES: &[(AnchorKind, &[&str])] = &[
    (
        AnchorKind::Page,
        &[
            "page",
            "pages",
            "p",
            "urupapuro",
            "ipaji",
            "paji",
            "ukurasa",
            "kurasa",
        ],
    ),
    (
        AnchorKind::Slide,
        &[
            "slide",
            "slides",
            "diapo",
            "diapositive",
            "slayidi",
            "islayidi",
        ],
    ),
    (AnchorKind::Section, &["section", "igice", "sehemu"]),
];

/// Words between a place and its number: "urupapuro rwa 5", "ukurasa wa 5".
const LINKS: &[&str] = &[
    "rwa", "wa", "ya", "ra", "cya", "number", "no", "numero", "nimero", "namba", "n",
];

/// What counts from one to ten after its place, in words: "page five", "urupapuro
/// rwa gatanu", "ukurasa wa tano".
const AFTER: [&[&str]; 10] = [
    &["one", "un", "une", "mbere", "rimwe", "kwanza", "moja"],
    &["two", "deux", "kabiri", "pili", "mbili"],
    &["three", "trois", "gatatu", "tatu"],
    &["four", "quatre", "kane", "nne"],
    &["five", "cinq", "gatanu", "tano"],
    &["six", "gatandatu", "sita"],
    &["seven", "sept", "karindwi", "saba"],
    &["eight", "huit", "munani", "umunani", "nane"],
    &["nine", "neuf", "cyenda", "icyenda", "tisa"],
    &["ten", "dix", "cumi", "icumi", "kumi"],
];

/// The same before it: "the fifth page", "la cinquième page".
const BEFORE: [&[&str]; 10] = [
    &["first", "1st", "premier", "premiere"],
    &["second", "2nd", "deuxieme", "2e"],
    &["third", "3rd", "troisieme", "3e"],
    &["fourth", "4th", "quatrieme", "4e"],
    &["fifth", "5th", "cinquieme", "5e"],
    &["sixth", "6th", "sixieme", "6e"],
    &["seventh", "7th", "septieme", "7e"],
    &["eighth", "8th", "huitieme", "8e"],
    &["ninth", "9th", "neuvieme", "9e"],
    &["tenth", "10th", "dixieme", "10e"],
];

impl Question {
    /// Takes a question apart; English is added with `translate` only.
    pub fn new(question: &str, translate: bool) -> Self {
        let ranges = text::words(question);
        let words: Vec<String> = ranges.iter().map(|(_, word)| text::fold(word)).collect();
        let place = place(question, &ranges, &words);
        let named = place.as_ref().map(|(_, words)| words.clone());
        let names_place = |at: usize| named.as_ref().is_some_and(|words| words.contains(&at));
        let translate = translate && is_kinyarwanda(question);
        let mut topics: Vec<Topic> = Vec::new();
        let mut sense: Vec<&str> = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let english = lexicon::english(&words[at..]).filter(|_| translate);
            let (many, english) = english.unwrap_or((1, &[]));
            // The first translation is the likeliest; a phrase is all of them.
            sense.extend(
                english
                    .iter()
                    .take(if many > 1 { english.len() } else { 1 }),
            );
            if names_place(at) {
                at += 1;
                continue;
            }
            let own = words[at..at + many].iter().filter(|word| is_topic(word));
            let topic = Topic {
                words: own.cloned().collect(),
                english: english
                    .iter()
                    .copied()
                    .filter(|word| is_topic(word))
                    .collect(),
            };
            let says = !topic.words.is_empty() || !topic.english.is_empty();
            if says && !topics.contains(&topic) {
                topics.push(topic);
            }
            at += many;
        }
        Self {
            topics,
            sense: match sense.is_empty() {
                true => question.to_owned(),
                false => format!("{question} {}", sense.join(" ")),
            },
            place: place.map(|(place, _)| place),
        }
    }
}

/// Whether a question may be in Kinyarwanda: not, when it is clearly in another
/// language.
fn is_kinyarwanda(question: &str) -> bool {
    let language = text::language_of(question);
    language.is_none_or(|language| language == Language::Kinyarwanda)
}

fn is_topic(word: &str) -> bool {
    let long_enough = word.chars().count() > 1 || word.chars().all(char::is_numeric);
    long_enough && !text::is_common(word)
}

/// The place a question names, and which of its words name it.
fn place(
    question: &str,
    ranges: &[(Range<usize>, &str)],
    words: &[String],
) -> Option<(Place, RangeInclusive<usize>)> {
    words.iter().enumerate().find_map(|(at, word)| {
        let (kind, _) = PLACES
            .iter()
            .find(|(_, names)| names.contains(&word.as_str()))?;
        let after = (at + 1..words.len()).find(|at| !LINKS.contains(&words[*at].as_str()));
        // "p = 4" is no page.
        let is_plain = |c: char| c.is_alphanumeric() || c.is_whitespace() || ".:°º#-'’".contains(c);
        let near = |to: &usize| {
            let between = ranges[at].0.end..ranges[*to].0.start;
            question[between].chars().all(is_plain)
        };
        let after = after.filter(near).and_then(|to| {
            let word = &words[to];
            let number = word.parse().ok().or_else(|| counted(&AFTER, word))?;
            Some((number, at..=to))
        });
        let before = || {
            let from = at.checked_sub(1)?;
            Some((counted(&BEFORE, &words[from])?, from..=at))
        };
        let (number, named) = after.or_else(before)?;
        let kind = *kind;
        (number > 0).then_some((Place { kind, number }, named))
    })
}

fn counted(names: &[&[&str]; 10], word: &str) -> Option<u32> {
    let place = names.iter().position(|names| names.contains(&word))?;
    u32::try_from(place + 1).ok()
}

/// Whether a question names a lesson by its title: has all of its topic words.
pub fn names(question: &str, title: &str) -> bool {
    let asked: Vec<String> = text::words(question)
        .into_iter()
        .map(|(_, word)| text::fold(word))
        .collect();
    let title = text::topic_words(title);
    let there = |word: &String| asked.iter().any(|asked| text::same_stem(asked, word));
    !title.is_empty() && title.iter().all(there)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topics(question: &str) -> Vec<String> {
        let parts = Question::new(question, true).topics;
        let shown =
            |topic: &Topic| format!("{}={}", topic.words.join(" "), topic.english.join(" "));
        parts.iter().map(shown).collect()
    }

    #[test]
    fn kinyarwanda_is_looked_for_in_english_too() {
        assert_eq!(
            topics("Umurwa mukuru wa Turikiya ni uwuhe?")[..2],
            ["umurwa mukuru=capital", "turikiya="]
        );
        let sense = Question::new("Amazi ni iki?", true).sense;
        assert_eq!(sense, "Amazi ni iki? water");
        assert_eq!(Question::new("Amazi ni iki?", false).sense, "Amazi ni iki?");
    }

    #[test]
    fn other_languages_are_left_alone() {
        assert_eq!(topics("What did he do in the war?"), ["war="]);
        assert_eq!(
            topics("Pourquoi les plantes sont vertes ?"),
            ["plantes=", "vertes="]
        );
        let sense = Question::new("What did he do?", true).sense;
        assert_eq!(sense, "What did he do?");
    }

    #[test]
    fn places_are_understood() {
        let check = |question: &str, expect: Option<(AnchorKind, u32)>| {
            let place = Question::new(question, true).place;
            assert_eq!(place.map(|p| (p.kind, p.number)), expect, "{question}");
        };
        check("What is on page 5?", Some((AnchorKind::Page, 5)));
        check("Urupapuro rwa 12 ruvuga iki?", Some((AnchorKind::Page, 12)));
        check("Ukurasa wa 3 unasema nini?", Some((AnchorKind::Page, 3)));
        check("explique la diapositive n° 4", Some((AnchorKind::Slide, 4)));
        check("Ukurasa wa tano unasema nini?", Some((AnchorKind::Page, 5)));
        check(
            "Urupapuro rwa mbere ruvuga iki?",
            Some((AnchorKind::Page, 1)),
        );
        check("Summarise the third slide.", Some((AnchorKind::Slide, 3)));
        check("Que dit la 2e page ?", Some((AnchorKind::Page, 2)));
        check("Summarise three pages.", None);
        check("Soma p. 7", Some((AnchorKind::Page, 7)));
        check("Solve for x when p = 4.", None);
        check("What is a page?", None);
        check("page 0", None);
    }

    #[test]
    fn the_place_is_no_topic() {
        assert!(topics("What is on page 5?").is_empty());
        assert!(topics("Urupapuro rwa gatanu ruvuga iki?").len() <= 1);
        assert_eq!(topics("Page 3: why do leaves fall?"), ["leaves=", "fall="]);
    }

    #[test]
    fn lessons_are_named_by_their_titles() {
        let check = |question, title, expect| assert_eq!(names(question, title), expect, "{title}");
        check(
            "What does the water cycle lesson say?",
            "The water cycle",
            true,
        );
        check("Uruziga rw'amazi ni iki?", "Uruziga rw'amazi", true);
        check("What is water?", "The water cycle", false);
        check("What is it?", "The", false);
    }
}
