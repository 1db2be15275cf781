//! What an entry says beside who, when and to what. A closed set of fields, so that no
//! text and no secret gets into the log by mistake.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::Action;

/// What is known about something that was done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = AuditFacts)]
#[serde(default)]
pub struct Facts {
    /// What a thing was called then; never a person.
    #[schema(required = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it was before: a name of a thing, or a word such as `teacher`.
    #[schema(required = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// What it was afterwards.
    #[schema(required = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// What else it is about, such as the id of the class somebody came into.
    #[schema(required = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other: Option<String>,
    /// What about it changed, as words.
    #[schema(required = false)]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    /// How many there were, by word.
    #[schema(required = false)]
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub numbers: BTreeMap<String, u64>,
}

/// An entry to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub(super) action: Action,
    pub(super) subject: Option<String>,
    pub(super) facts: Facts,
}

impl Note {
    /// That something was done.
    pub fn new(action: Action) -> Self {
        Self {
            action,
            subject: None,
            facts: Facts::default(),
        }
    }

    /// To what, by its id.
    #[must_use]
    pub fn of(mut self, subject: impl fmt::Display) -> Self {
        self.subject = Some(subject.to_string());
        self
    }

    /// What that is called; not for people.
    #[must_use]
    pub fn name(mut self, name: &str) -> Self {
        self.facts.name = Some(name.to_owned());
        self
    }

    /// What it was before; not for names of people.
    #[must_use]
    pub fn was(mut self, from: &str) -> Self {
        self.facts.from = Some(from.to_owned());
        self
    }

    /// What it is from now on; not for names of people.
    #[must_use]
    pub fn is(mut self, to: &str) -> Self {
        self.facts.to = Some(to.to_owned());
        self
    }

    /// What else it is about, by its id.
    #[must_use]
    pub fn about(mut self, other: impl fmt::Display) -> Self {
        self.facts.other = Some(other.to_string());
        self
    }

    /// How many there were of something.
    #[must_use]
    pub fn number(mut self, of: &str, number: impl Into<u64>) -> Self {
        self.facts.numbers.insert(of.to_owned(), number.into());
        self
    }

    /// Words for what it is about.
    #[must_use]
    pub fn fields<'a>(mut self, words: impl IntoIterator<Item = &'a str>) -> Self {
        self.facts.fields = words.into_iter().map(str::to_owned).collect();
        self
    }

    /// The entry with those of the fields that changed; none when nothing did.
    pub fn changed<const N: usize>(self, fields: [(&str, bool); N]) -> Option<Self> {
        let changed = fields.into_iter().filter(|(_, changed)| *changed);
        let note = self.fields(changed.map(|(word, _)| word));
        (!note.facts.fields.is_empty()).then_some(note)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_as_short_as_they_can_be() {
        let check = |note: Note, expect: &str| {
            let json = serde_json::to_string(&note.facts).unwrap();
            assert_eq!(json, expect);
            assert_eq!(serde_json::from_str::<Facts>(&json).unwrap(), note.facts);
        };
        check(Note::new(Action::ClassMade).of("c"), "{}");
        let opened = Note::new(Action::ClassOpened)
            .name("P5")
            .number("minutes", 40_u32);
        check(opened, r#"{"name":"P5","numbers":{"minutes":40}}"#);
    }

    #[test]
    fn what_did_not_change_is_not_told() {
        let note = |title, subject| {
            let note = Note::new(Action::LessonChanged);
            note.changed([("title", title), ("subject", subject)])
        };
        assert_eq!(note(false, false), None);
        assert_eq!(note(false, true).unwrap().facts.fields, ["subject"]);
    }
}
