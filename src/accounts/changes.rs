//! What lists change about people: some fields of somebody, each compared with what it
//! was when the list was shown, or somebody new.
//!
//! Between the preview and its carrying out people go on working. Whoever they changed,
//! removed or forbade the sender to touch meanwhile is left and told, and never fails
//! the others of the list. Done twice after a power cut, everything is done once: who is
//! added has an id beforehand, and a field that is as wanted already counts as done.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Accounts, Actor, Person, Role, store};
use crate::error::Result;
use crate::types::{Language, SessionId, UserId};
use crate::word_enum;

/// Somebody new, whose id was given beforehand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) id: UserId,
    pub(crate) number: Option<String>,
    pub(crate) name: String,
    pub(crate) username: String,
    pub(crate) role: Role,
    pub(crate) language: Language,
    pub(crate) active: bool,
}

/// A field that changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Turn<T> {
    pub(crate) from: T,
    pub(crate) to: T,
}

impl<T: PartialEq> Turn<T> {
    /// A change, unless it is none.
    pub(crate) fn between(from: T, to: T) -> Option<Self> {
        (from != to).then_some(Self { from, to })
    }
}

/// What changes about somebody; the rest stays as it is by then.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Changes {
    pub(crate) name: Option<Turn<String>>,
    pub(crate) number: Option<Turn<Option<String>>>,
    pub(crate) language: Option<Turn<Language>>,
    pub(crate) active: Option<Turn<bool>>,
}

/// What a list does about a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Put {
    /// Adds somebody.
    Add(Entry),
    /// Changes somebody.
    Change(UserId, Changes),
}

impl Put {
    /// Whether an account that is there is opened or closed by it; none where neither.
    pub(crate) fn turns_active(&self) -> Option<bool> {
        match self {
            Self::Add(_) => None,
            Self::Change(_, changes) => changes.active.as_ref().map(|turn| turn.to),
        }
    }
}

impl Put {
    /// About whom.
    pub(crate) fn user(&self) -> UserId {
        match self {
            Self::Add(entry) => entry.id,
            Self::Change(id, _) => *id,
        }
    }
}

word_enum! {
    /// Why a row was left when a list was carried out.
    ImportLeftReason {
        /// Somebody else changed the person after the list was shown.
        PersonChanged = "person_changed",
        /// The person was removed after the list was shown.
        PersonGone = "person_gone",
        /// The sender may not change this person, or it is the last administrator.
        PersonNotYours = "person_not_yours",
        /// The person waits for a teacher to approve the account.
        Waiting = "waiting",
        /// Somebody has the user name by now.
        UsernameTaken = "username_taken",
        /// Somebody has the number by now.
        NumberTaken = "number_taken",
        /// A class was removed after the list was shown, or its name is another's.
        ClassGone = "class_gone",
        /// A class is another teacher's by now.
        ClassNotYours = "class_not_yours",
    }
}

/// Whether something was done about a person, or why not.
pub(super) type Done = std::result::Result<(), ImportLeftReason>;

impl Accounts {
    /// Does what a list says about people, in one transaction; who was left, and why.
    pub(crate) async fn put_listed(
        &self,
        actor: Actor,
        puts: Vec<Put>,
    ) -> Result<Vec<(UserId, ImportLeftReason)>> {
        let (live, now) = (Arc::clone(&self.0.live), self.now());
        let write = move |conn: &_| {
            let (mut ended, mut left) = (Vec::new(), Vec::new());
            for put in puts {
                let user = put.user();
                let done = match put {
                    Put::Add(entry) => store::listed::add(conn, actor, entry, now)?,
                    Put::Change(id, changes) => {
                        store::listed::change(conn, actor, id, changes, now, &mut ended)?
                    }
                };
                left.extend(done.err().map(|reason| (user, reason)));
            }
            Ok((left, ended))
        };
        let core = &self.0.app.db.core;
        let then = move |(_, ended): &(Vec<_>, Vec<SessionId>)| live.end(ended);
        Ok(core.write_then(write, then).await?.0)
    }
}

impl Changes {
    /// Somebody with these changes; none where a field is neither as it was nor as it is
    /// to be.
    pub(super) fn of(self, person: &Person) -> Option<Person> {
        Some(Person {
            name: turned(self.name, &person.name)?,
            number: turned(self.number, &person.number)?,
            language: turned(self.language, &person.language)?,
            active: turned(self.active, &person.active)?,
            ..person.clone()
        })
    }
}

fn turned<T: Clone + PartialEq>(turn: Option<Turn<T>>, is: &T) -> Option<T> {
    match turn {
        None => Some(is.clone()),
        Some(turn) => (turn.from == *is || turn.to == *is).then_some(turn.to),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_turns_from_what_was_shown_and_from_nothing_else() {
        let turn = Turn::between("a", "b");
        assert_eq!(turned(turn.clone(), &"a"), Some("b"));
        assert_eq!(turned(turn.clone(), &"b"), Some("b"), "done before");
        assert_eq!(turned(turn, &"c"), None);
        assert_eq!(turned(Turn::between("a", "a"), &"c"), Some("c"));
    }
}
