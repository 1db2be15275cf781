//! Finding people of a school: a page at a time, by what they are and how they are called.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

use super::{Accounts, Actor, Person, Role, store};
use crate::error::{Error, Result};
use crate::text;
use crate::types::ClassId;
use crate::word_enum;

/// Longest search, in characters; the longest name has fewer.
const LONGEST: usize = 200;
/// Different words of a search that are looked for.
const MOST_WORDS: usize = 10;

word_enum! {
    /// Whom a list of people is about. Guests are nobody anyone has to know.
    Among {
        /// Everybody.
        Everybody = "everybody",
        /// Administrators and teachers.
        Staff = "staff",
        /// Administrators.
        Admins = "admin",
        /// Teachers.
        Teachers = "teacher",
        /// Learners.
        Learners = "learner",
    }
}

impl Among {
    pub(super) fn roles(self) -> &'static [Role] {
        match self {
            Self::Everybody => &[Role::Admin, Role::Teacher, Role::Learner],
            Self::Staff => &[Role::Admin, Role::Teacher],
            Self::Admins => &[Role::Admin],
            Self::Teachers => &[Role::Teacher],
            Self::Learners => &[Role::Learner],
        }
    }
}

/// Which people.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) among: Among,
    /// Only those who may sign in, or who may not.
    pub(super) active: Option<bool>,
    /// Only those who are not in this class.
    pub(super) outside: Option<ClassId>,
    /// Plain; each stands somewhere in the name, the user name or the number.
    pub(super) words: Vec<String>,
    pub(super) limit: u32,
    /// How many of those who fit are left out first.
    pub(super) from: u32,
}

/// Reads what somebody typed into a search.
pub(super) fn words(typed: &str) -> Result<Vec<String>> {
    if typed.chars().count() > LONGEST {
        let detail = format!("A search has up to {LONGEST} characters.");
        return Err(Error::invalid("name", detail));
    }
    let typed: String = typed.nfc().collect();
    let words: BTreeSet<String> = typed.split_whitespace().map(text::plain).collect();
    Ok(words.into_iter().take(MOST_WORDS).collect())
}

/// A page of people.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// By name.
    pub(super) people: Vec<Person>,
    /// How many fit, on this page and all others.
    pub(super) total: u32,
}

impl Accounts {
    /// People of the actor's school, for its staff; accounts that wait for approval are
    /// not among them.
    pub(super) async fn search(&self, actor: Actor, wanted: Wanted) -> Result<Found> {
        let read = move |conn: &_| store::search::search(conn, actor.org, &wanted);
        self.0.app.db.core.read(read).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn searches_are_read_as_plain_words() {
        assert_eq!(words("  Élise  UWASE ").unwrap(), ["elise", "uwase"]);
        assert_eq!(words("12.kagabo").unwrap(), ["12.kagabo"]);
        assert_eq!(words("e\u{301}lise elise").unwrap(), ["elise"]);
        assert!(words(" ").unwrap().is_empty());
        assert!(words(&"é".repeat(LONGEST)).is_ok());
        assert!(words(&"é".repeat(LONGEST + 1)).is_err());
    }
}
