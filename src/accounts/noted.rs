//! What the audit log says of changes to people and schools; never a person's name.

use super::settings::Settings;
use super::{Actor, Org, Person};
use crate::audit::{Action, By, Note};
use crate::types::UserId;

impl From<Actor> for By {
    fn from(actor: Actor) -> Self {
        Self::person(actor.org, actor.user)
    }
}

impl From<&Actor> for By {
    fn from(actor: &Actor) -> Self {
        (*actor).into()
    }
}

/// That something was done to somebody.
pub(super) fn person(action: Action, id: UserId) -> Note {
    Note::new(action).of(id)
}

/// What changed about somebody, one entry each.
pub(super) fn changes(before: &Person, after: &Person, new_password: bool) -> Vec<Note> {
    let note = |action, holds: bool| holds.then(|| person(action, after.id));
    let standing = match after.active {
        true => Action::AccountOpened,
        false => Action::AccountClosed,
    };
    let role = note(Action::RoleChanged, before.role != after.role);
    let role = role.map(|note| note.was(before.role.as_str()).is(after.role.as_str()));
    let all = [
        note(Action::PersonRenamed, before.name != after.name),
        role,
        note(standing, before.active != after.active),
        note(Action::PasswordSet, new_password),
    ];
    all.into_iter().flatten().collect()
}

/// What changed about a school.
pub(super) fn school(before: &Org, after: &Org) -> Option<Note> {
    let note = Note::new(Action::SchoolChanged)
        .of(after.id)
        .name(&after.name);
    note.changed([
        ("name", before.name != after.name),
        ("kind", before.kind != after.kind),
        ("language", before.language != after.language),
    ])
}

/// What changed about how a school works.
pub(super) fn settings(school: &Org, before: Settings, after: Settings) -> Option<Note> {
    let note = Note::new(Action::SchoolChanged).of(school.id);
    note.name(&school.name).changed([
        ("way", before.way != after.way),
        ("quiet_minutes", before.quiet_minutes != after.quiet_minutes),
        ("guests", before.guests != after.guests),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::names::Username;
    use crate::accounts::{OrgKind, Role, Way};
    use crate::types::{Language, OrgId, Timestamp};

    fn teacher() -> Person {
        Person {
            id: UserId::new(),
            org: OrgId::new(),
            name: "Keza".into(),
            username: Username {
                shown: "keza".into(),
                key: "keza".into(),
            },
            number: None,
            role: Role::Teacher,
            platform_admin: false,
            language: Language::English,
            way: Way::Password,
            active: true,
            created_at: Timestamp(1),
            last_seen_at: None,
        }
    }

    #[test]
    fn each_change_is_an_entry_without_names() {
        let before = teacher();
        assert_eq!(changes(&before, &before, false), []);
        let after = Person {
            name: "Uwase".into(),
            role: Role::Admin,
            active: false,
            ..before.clone()
        };
        let notes = changes(&before, &after, true);
        let role = person(Action::RoleChanged, after.id)
            .was("teacher")
            .is("admin");
        assert_eq!(
            notes,
            [
                person(Action::PersonRenamed, after.id),
                role,
                person(Action::AccountClosed, after.id),
                person(Action::PasswordSet, after.id),
            ]
        );
        let told = format!("{notes:?}");
        assert!(!told.contains("Uwase") && !told.contains("Keza"), "{told}");
    }

    #[test]
    fn a_school_that_stays_as_it_is_is_no_entry() {
        let before = Org {
            id: OrgId::new(),
            name: "GS Nyange".into(),
            kind: OrgKind::Primary,
            language: Language::English,
        };
        assert_eq!(school(&before, &before), None);
        let after = Org {
            kind: OrgKind::Secondary,
            ..before.clone()
        };
        let expect = Note::new(Action::SchoolChanged)
            .of(after.id)
            .name("GS Nyange");
        assert_eq!(school(&before, &after), Some(expect.fields(["kind"])));
    }
}
