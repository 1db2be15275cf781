//! Which questions are one question. Pure.
//!
//! Equal but for case, punctuation, spaces and diacritics is the same. Near-
//! identical ones must ask for the same in other words, and here the vectors
//! alone mislead: measured with multilingual-e5-small on 44 pairs in four
//! languages, the 16 that ask the same had cosines of 0.935 to 0.996, the 28
//! that do not 0.797 to 0.996, half of them above 0.95. "Is the sun bigger than
//! the earth?" and the other way round are 0.996, "umubu ... ryari" (when) and
//! "umubu ... he" (where) 0.986, leaves that are and are not green 0.985.
//!
//! So the words decide, by the [`sense`]: which question words there are,
//! wherever they stand, and all other words in their order but those that mean
//! nothing by themselves. Of the 28 none share a sense. A cosine of
//! [`LEAST_SIMILARITY`] must agree, against words left out that did mean
//! something; 11 of the 16 pass both. Missing one costs an answer, taking one
//! for another would teach something wrong. `tests/it/engines/near.rs` has the
//! pairs and keeps it so.

use crate::text;

/// Cosine that questions of one sense must have, if there are vectors.
pub const LEAST_SIMILARITY: f64 = 0.95;

/// A question in the forms by which it is found again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// As it was asked.
    pub text: String,
    /// Without case, punctuation, spaces and diacritics.
    pub normal: String,
    /// What near-identical questions share.
    pub sense: String,
}

impl Question {
    /// A question that can be found again; none when it says nothing, like
    /// "And why?".
    pub fn new(text: &str) -> Option<Self> {
        Some(Self {
            text: text.to_owned(),
            normal: text::normal(text),
            sense: sense(text)?,
        })
    }

    /// Whether the two are equal but for how they are typed.
    pub fn is(&self, other: &Self) -> bool {
        self.normal == other.normal
    }
}

/// Words without a meaning of their own, folded. Nothing that could turn a
/// question into another: no negations, no prepositions, no pronouns but those
/// for the asker.
const EMPTY: &str = "the an is are do does please tell me can could you we est ce que il le la les un une \
    sont de du des ni ese je";

/// Question words by what they ask for. Words of different languages stay
/// apart: "he" asks for a place only in Kinyarwanda.
const ASKING: &[(&str, &str)] = &[
    ("what", "what quoi"),
    ("which", "which quel quelle quels quelles gani"),
    ("who", "who whom qui nani"),
    ("whose", "whose"),
    ("when", "when quand lini"),
    ("where", "where wapi"),
    ("ou", "ou"),
    ("why", "why pourquoi kwanini"),
    ("how", "how comment vipi"),
    ("iki", "iki niki nini"),
    ("nde", "nde ninde"),
    ("ryari", "ryari"),
    ("he", "he hehe"),
    ("kuki", "kuki"),
    ("gute", "gute ute ite bite"),
];

/// Letters that stand before an apostrophe for a word without meaning.
const ELIDED: &str = "l d n c s j m t qu";

/// What a question asks for, and about what; none when nothing is left.
fn sense(text: &str) -> Option<String> {
    let all = text::words(text);
    let mut asking: Vec<&str> = Vec::new();
    let mut about: Vec<String> = Vec::new();
    let mut at = 0;
    while let Some((range, word)) = all.get(at) {
        let folded = text::fold(word);
        let next = all.get(at + 1).map(|(_, next)| text::fold(next));
        let is_last = next.is_none();
        at += 1;
        let apostrophe = |c: Option<char>| matches!(c, Some('\'' | '’'));
        let elided = has(ELIDED, &folded) && apostrophe(text[range.end..].chars().next())
            // "What's".
            || folded == "s" && apostrophe(text[..range.start].chars().next_back());
        // "Vitamin A" is not the article.
        let article = *word == "a" && !is_last;
        if elided || article || has(EMPTY, &folded) {
            continue;
        }
        if folded == "kwa" && next.as_deref() == Some("nini") {
            asking.push("why");
            at += 1;
            continue;
        }
        match ASKING.iter().find(|(_, words)| has(words, &folded)) {
            Some((class, _)) => asking.push(class),
            None => about.push(singular(folded)),
        }
    }
    asking.sort_unstable();
    asking.dedup();
    // Signs of arithmetic are in the normal form only.
    let signs: String = text::normal(text)
        .split(' ')
        .filter(|part| !part.chars().all(char::is_alphanumeric))
        .collect();
    (!about.is_empty()).then(|| format!("{}|{}|{signs}", asking.join(" "), about.join(" ")))
}

fn has(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|entry| entry == word)
}

/// Without the s of English and French plurals and verbs.
fn singular(mut word: String) -> String {
    if word.len() > 4 && word.ends_with('s') && !word.ends_with("ss") {
        word.pop();
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(a: &str, b: &str, same: bool) {
        let (one, two) = (Question::new(a).unwrap(), Question::new(b).unwrap());
        assert_eq!(one.sense == two.sense, same, "{one:?} {two:?}");
    }

    #[test]
    fn other_words_for_the_same_question() {
        for (a, b) in [
            ("What is photosynthesis?", "what's  Photosynthesis"),
            (
                "What is photosynthesis?",
                "Please tell me what photosynthesis is",
            ),
            ("What does a plant need?", "What do plants need?"),
            (
                "Can you tell me why the leaves are green?",
                "Why are leaves green?",
            ),
            (
                "Pourquoi faut-il mâcher ?",
                "Pourquoi est-ce qu'il faut macher",
            ),
            ("Malariya yandura ite?", "Ni gute malariya yandura?"),
            ("Ibicu bikorwa n'iki?", "Ibicu bikorwa niki"),
            ("Kwa nini maji ni muhimu?", "Kwanini maji muhimu?"),
        ] {
            check(a, b, true);
        }
    }

    #[test]
    fn other_questions_in_nearly_the_same_words() {
        for (a, b) in [
            ("What is photosynthesis?", "What is respiration?"),
            ("Why are leaves green?", "When are leaves green?"),
            ("Why are leaves green?", "Why are leaves not green?"),
            (
                "Is the sun bigger than the earth?",
                "Is the earth bigger than the sun?",
            ),
            (
                "What gas do leaves give off?",
                "What gas do leaves take in?",
            ),
            ("What is conduction?", "What is a conductor?"),
            ("Who was king in 1895?", "Who was king in 1931?"),
            ("What is vitamin C?", "What is vitamin D?"),
            ("What is vitamin A?", "What is vitamin K?"),
            ("What is 2 + 2?", "What is 2 - 2?"),
            (
                "Où commence la digestion ?",
                "Quand commence la digestion ?",
            ),
            ("Malariya yandura ite?", "Malariya ni iki?"),
            ("Umubu ukunda kuruma ryari?", "Umubu ukunda kuruma he?"),
            ("Amazi ahinduka umwuka", "Umwuka uhinduka amazi"),
            (
                "Kunawa mikono ni muhimu lini?",
                "Kunawa mikono ni muhimu wapi?",
            ),
        ] {
            check(a, b, false);
        }
    }

    #[test]
    fn what_says_nothing_can_not_be_found_again() {
        assert_eq!(Question::new("Why?"), None);
        assert_eq!(Question::new("  "), None);
        let one = Question::new("Why is soil dark?").unwrap();
        assert!(one.is(&Question::new("why is SOIL dark").unwrap()));
    }
}
