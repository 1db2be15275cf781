//! What the audit log says of changes to classes.

use super::Class;
use crate::audit::{Action, Note};
use crate::types::UserId;

/// What changed about a class, one entry each.
pub(super) fn changes(before: &Class, after: &Class) -> Vec<Note> {
    let note = |action, holds: bool| {
        let note = || Note::new(action).of(after.id).name(&after.name);
        holds.then(note)
    };
    let renamed = note(Action::ClassRenamed, before.name != after.name);
    let over = match after.archived_at {
        Some(_) => Action::ClassEnded,
        None => Action::ClassResumed,
    };
    let moved = note(Action::ClassMoved, before.term != after.term);
    let all = [
        renamed.map(|note| note.was(&before.name).is(&after.name)),
        note(
            over,
            before.archived_at.is_some() != after.archived_at.is_some(),
        ),
        match after.term {
            Some(term) => moved.map(|note| note.about(term)),
            None => moved,
        },
    ];
    all.into_iter().flatten().collect()
}

/// That somebody came into a class or was taken out.
pub(super) fn moved(class: &Class, user: UserId, joins: bool) -> Note {
    let action = match joins {
        true => Action::MemberAdded,
        false => Action::MemberRemoved,
    };
    Note::new(action).of(user).name(&class.name).about(class.id)
}

/// What was done to the door of a class. The code itself is for nobody to read here.
pub(super) fn door(class: &Class, minutes: Option<u32>, renewed: bool) -> Vec<Note> {
    let note = |action| Note::new(action).of(class.id).name(&class.name);
    let door = minutes.map(|minutes| match minutes {
        0 => note(Action::ClassClosed),
        _ => note(Action::ClassOpened).number("minutes", minutes),
    });
    let code = renewed.then(|| note(Action::ClassCodeRenewed));
    code.into_iter().chain(door).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{ClassId, OrgId, TermId, Timestamp};

    fn class() -> Class {
        Class {
            id: ClassId::new(),
            org: OrgId::new(),
            name: "P5 A".into(),
            term: None,
            archived_at: None,
            code: Some("ABCDEFGH".into()),
            open_until: Timestamp(0),
            learners: 0,
            teachers: 0,
            mine: true,
            created_at: Timestamp(1),
        }
    }

    #[test]
    fn each_change_is_an_entry() {
        let before = class();
        assert_eq!(changes(&before, &before), []);
        let term = TermId::new();
        let after = Class {
            name: "P6 A".into(),
            archived_at: Some(Timestamp(7)),
            term: Some(term),
            ..before.clone()
        };
        let note = |action| Note::new(action).of(after.id).name("P6 A");
        assert_eq!(
            changes(&before, &after),
            [
                note(Action::ClassRenamed).was("P5 A").is("P6 A"),
                note(Action::ClassEnded),
                note(Action::ClassMoved).about(term),
            ]
        );
        let back = changes(&after, &before);
        assert!(back.contains(&Note::new(Action::ClassResumed).of(after.id).name("P5 A")));
    }

    #[test]
    fn the_code_of_a_door_is_not_told() {
        let class = class();
        let check = |minutes, renewed, expect: &[Action]| {
            let notes = door(&class, minutes, renewed);
            let told = format!("{notes:?}");
            assert_eq!(notes.len(), expect.len(), "{told}");
            for action in expect {
                assert!(told.contains(&format!("{action:?}")), "{told}");
            }
            assert!(!told.contains("ABCDEFGH"), "{told}");
        };
        check(
            Some(40),
            true,
            &[Action::ClassCodeRenewed, Action::ClassOpened],
        );
        check(Some(0), false, &[Action::ClassClosed]);
        check(None, true, &[Action::ClassCodeRenewed]);
        check(None, false, &[]);
    }
}
