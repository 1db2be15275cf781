//! What parents say yes to: which data, why, where, who sees it, how long, and what they
//! may ask for.
//!
//! A version that somebody may have agreed to stays as it is, also when its words could be
//! better: a change is a new version with its own folder, and the register then shows which
//! consents are about an older one. The test below holds the words.

use crate::types::Language;

/// The newest text.
pub const VERSION: u32 = 1;

/// The texts of the first version.
const FIRST: [(Language, &str); 4] = [
    (Language::Kinyarwanda, include_str!("purpose/1/rw.txt")),
    (Language::English, include_str!("purpose/1/en.txt")),
    (Language::French, include_str!("purpose/1/fr.txt")),
    (Language::Swahili, include_str!("purpose/1/sw.txt")),
];

/// A text in one language.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Purpose {
    /// What it is called.
    pub title: &'static str,
    /// Paragraphs before the first section.
    pub intro: Vec<&'static str>,
    /// Its parts.
    pub sections: Vec<Section>,
    /// What parents sign.
    pub form: Form,
}

/// A part of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Section {
    /// What it is about.
    pub title: &'static str,
    /// Its paragraphs.
    pub text: Vec<&'static str>,
    /// Its list, after them.
    pub points: Vec<&'static str>,
}

/// The words around the line to sign.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[schema(as = ConsentForm)]
pub struct Form {
    /// What this part of the page is called.
    pub heading: &'static str,
    /// Before the child's name.
    pub name: &'static str,
    /// Before the class.
    pub class: &'static str,
    /// What a yes says.
    pub yes: &'static str,
    /// What a no says.
    pub no: &'static str,
    /// Before the three that follow.
    pub who: &'static str,
    /// The mother.
    pub mother: &'static str,
    /// The father.
    pub father: &'static str,
    /// Whoever else has their place.
    pub guardian: &'static str,
    /// Before the day.
    pub date: &'static str,
    /// Before the line to sign.
    pub signature: &'static str,
    /// Where the page goes.
    pub back: &'static str,
}

impl Form {
    /// Where a word of the text belongs.
    fn place(&mut self, key: &str) -> Option<&mut &'static str> {
        Some(match key {
            "heading" => &mut self.heading,
            "name" => &mut self.name,
            "class" => &mut self.class,
            "yes" => &mut self.yes,
            "no" => &mut self.no,
            "who" => &mut self.who,
            "mother" => &mut self.mother,
            "father" => &mut self.father,
            "guardian" => &mut self.guardian,
            "date" => &mut self.date,
            "signature" => &mut self.signature,
            "back" => &mut self.back,
            _ => return None,
        })
    }
}

impl Purpose {
    /// A version in a language.
    pub fn find(version: u32, language: Language) -> Option<Self> {
        let texts = match version {
            1 => FIRST,
            _ => return None,
        };
        let found = texts.into_iter().find(|(of, _)| *of == language);
        found.map(|(_, text)| Self::read(text))
    }

    /// Reads a text: `=` before its title, `#` before those of sections, `-` before points,
    /// `@` and a key before the words of the form; every other line is a paragraph.
    fn read(text: &'static str) -> Self {
        let mut purpose = Self::default();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            if let Some(title) = line.strip_prefix("= ") {
                purpose.title = title;
            } else if let Some((key, words)) =
                line.strip_prefix('@').and_then(|l| l.split_once(' '))
            {
                if let Some(place) = purpose.form.place(key) {
                    *place = words;
                }
            } else if let Some(title) = line.strip_prefix("# ") {
                purpose.sections.push(Section {
                    title,
                    ..Section::default()
                });
            } else {
                match (purpose.sections.last_mut(), line.strip_prefix("- ")) {
                    (Some(section), Some(point)) => section.points.push(point),
                    (Some(section), None) => section.text.push(line),
                    (None, _) => purpose.intro.push(line),
                }
            }
        }
        purpose
    }
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    /// How many paragraphs and points each part has.
    fn shape(purpose: &Purpose) -> (usize, Vec<(usize, usize)>) {
        let sections = purpose.sections.iter();
        let sections = sections.map(|section| (section.text.len(), section.points.len()));
        (purpose.intro.len(), sections.collect())
    }

    #[test]
    fn every_language_says_the_same_in_each_version() {
        for version in 1..=VERSION {
            let english = Purpose::find(version, Language::English).unwrap();
            assert!(english.sections.len() >= 6, "{english:?}");
            for &language in Language::ALL {
                let purpose = Purpose::find(version, language).unwrap();
                assert!(!purpose.title.is_empty());
                let form = serde_json::to_value(&purpose.form).unwrap();
                let words = form.as_object().unwrap();
                assert!(words.values().all(|word| word != ""), "{language:?} {form}");
                assert_eq!(shape(&purpose), shape(&english), "{version} {language:?}");
            }
        }
        assert_eq!(Purpose::find(VERSION + 1, Language::English), None);
        assert_eq!(Purpose::find(0, Language::English), None);
    }

    /// Parents agreed to these very words. Do not correct the number: make a new version.
    #[test]
    fn words_somebody_agreed_to_stay() {
        let mut words = Sha256::new();
        for (_, text) in FIRST {
            words.update(text);
        }
        let words = words.finalize();
        let told: String = words.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(
            told,
            "6582666c55424fc6f5ec8de211421d6a19ab0c837aac57a2a7e260391c2eab6f"
        );
    }
}
