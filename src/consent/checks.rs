//! What can be written down about a learner.

use super::{ConsentGiver, ConsentState, Learner, NewEntry, VERSION};
use crate::accounts::AgeBand;
use crate::error::{Code, Error, Result};

/// Longest note, in characters.
const NOTE_MAX: usize = 200;

/// Checks what is the same for every learner, and trims the note.
pub(super) fn tidy(new: &mut NewEntry) -> Result<()> {
    if !(1..=VERSION).contains(&new.version) {
        return Err(Error::invalid("version", "There is no such text."));
    }
    let asked = match new.state {
        ConsentState::None => {
            return Err(Error::invalid("state", "Take an entry back instead."));
        }
        ConsentState::Asked => true,
        ConsentState::Given | ConsentState::Refused | ConsentState::Withdrawn => false,
    };
    // Who was asked has not said anything yet.
    if new.giver.is_some() == asked {
        return Err(Error::invalid("giver", "Say who said it, if somebody did."));
    }
    if new.way.is_some() == asked {
        return Err(Error::invalid("way", "Say how it was said, if it was."));
    }
    let note = new.note.take().unwrap_or_default();
    let note = note.trim();
    if note.chars().count() > NOTE_MAX || note.chars().any(char::is_control) {
        let detail = format!("Give one line of up to {NOTE_MAX} characters.");
        return Err(Error::invalid("note", detail));
    }
    new.note = (!note.is_empty()).then(|| note.to_owned());
    Ok(())
}

/// Whether something can be written down about this learner.
pub(super) fn may_stand(learner: &Learner, new: &NewEntry) -> Result<()> {
    if new.giver == Some(ConsentGiver::Learner) && learner.age != Some(AgeBand::From16) {
        let detail = "The parents speak for a learner under 16.";
        return Err(Error::invalid("giver", detail));
    }
    if new.state == ConsentState::Withdrawn && learner.state != ConsentState::Given {
        let detail = "There is no consent to take back.";
        return Err(Error::new(Code::Conflict, detail));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::{ConsentFilter, ConsentWay, Entry};
    use super::*;
    use crate::types::{Timestamp, UserId};

    fn entry(state: ConsentState) -> NewEntry {
        let said = state != ConsentState::Asked;
        NewEntry {
            state,
            giver: said.then_some(ConsentGiver::Mother),
            way: said.then_some(ConsentWay::Paper),
            note: None,
            version: VERSION,
        }
    }

    fn learner(state: ConsentState, age: Option<AgeBand>, version: u32) -> Learner {
        let last = Entry {
            seq: 1,
            at: Timestamp(1),
            recorded_by: UserId::new(),
            recorded_by_name: None,
            state,
            giver: None,
            way: None,
            note: None,
            version: Some(version),
            undoes: None,
        };
        Learner {
            id: UserId::new(),
            name: "Gasore".into(),
            age,
            state,
            last: (state != ConsentState::None).then_some(last),
            lacking: false,
            closed: false,
            classes: Vec::new(),
        }
    }

    #[test]
    fn what_is_said_has_somebody_who_says_it() {
        let check = |new: NewEntry, field: Option<&str>| {
            let mut tidied = new.clone();
            let refused = tidy(&mut tidied).err().map(|error| match error {
                Error::Refused(refusal) => refusal.field.unwrap_or_default(),
                Error::Internal(cause) => panic!("{cause}"),
            });
            assert_eq!(refused, field, "{new:?}");
        };
        check(entry(ConsentState::Given), None);
        check(entry(ConsentState::Asked), None);
        check(entry(ConsentState::None), Some("state"));
        let given = || entry(ConsentState::Given);
        check(
            NewEntry {
                giver: None,
                ..given()
            },
            Some("giver"),
        );
        check(
            NewEntry {
                way: None,
                ..given()
            },
            Some("way"),
        );
        check(
            NewEntry {
                giver: Some(ConsentGiver::Father),
                ..entry(ConsentState::Asked)
            },
            Some("giver"),
        );
        for version in [0, VERSION + 1] {
            check(NewEntry { version, ..given() }, Some("version"));
        }
        let note = |text: String| NewEntry {
            note: Some(text),
            ..given()
        };
        check(note("x".repeat(NOTE_MAX + 1)), Some("note"));
        check(note("two\nlines".into()), Some("note"));
        let mut blank = note("  ".into());
        tidy(&mut blank).unwrap();
        assert_eq!(blank.note, None);
    }

    #[test]
    fn learners_speak_for_themselves_from_16_on() {
        let own = NewEntry {
            giver: Some(ConsentGiver::Learner),
            ..entry(ConsentState::Given)
        };
        let check = |age, expected| {
            let learner = learner(ConsentState::None, age, 1);
            assert_eq!(may_stand(&learner, &own).is_ok(), expected, "{age:?}");
        };
        check(Some(AgeBand::From16), true);
        check(Some(AgeBand::Under16), false);
        check(None, false);
    }

    #[test]
    fn only_a_yes_can_be_taken_back() {
        for state in ConsentState::ALL {
            let learner = learner(*state, None, 1);
            let taken = may_stand(&learner, &entry(ConsentState::Withdrawn));
            assert_eq!(taken.is_ok(), *state == ConsentState::Given, "{state:?}");
        }
    }

    #[test]
    fn a_yes_to_an_older_text_is_found() {
        assert!(!learner(ConsentState::Given, None, VERSION).fits(ConsentFilter::Older));
        assert!(learner(ConsentState::Given, None, VERSION - 1).fits(ConsentFilter::Older));
        assert!(!learner(ConsentState::Refused, None, VERSION - 1).fits(ConsentFilter::Older));
    }
}
