//! What a question looks for: its topic words, each with its English, and the
//! page it names. Pure.

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

impl Question {
    /// Takes a question apart; English is added with `translate` only.
    pub fn new(question: &str, translate: bool) -> Self {
        let ranges = text::words(question);
        let words: Vec<String> = ranges.iter().map(|(_, word)| text::fold(word)).collect();
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
            place: place(&words),
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

fn place(words: &[String]) -> Option<Place> {
    words.iter().enumerate().find_map(|(at, word)| {
        let (kind, _) = PLACES
            .iter()
            .find(|(_, names)| names.contains(&word.as_str()))?;
        let mut after = words[at + 1..].iter();
        let number = after.find(|word| !LINKS.contains(&word.as_str()))?;
        Some(Place {
            kind: *kind,
            number: number.parse().ok().filter(|number| *number > 0)?,
        })
    })
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
        check("What is a page?", None);
        check("page 0", None);
    }
}
