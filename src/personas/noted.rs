//! What the audit log says of changes to tutors; nothing of what they say.

use super::{Allowed, Persona};
use crate::audit::{Action, Note};

/// That a tutor was made.
pub(super) fn made(persona: &Persona) -> Note {
    note(Action::TutorMade, persona)
}

/// That a tutor was deleted.
pub(super) fn deleted(persona: &Persona) -> Note {
    note(Action::TutorDeleted, persona)
}

/// What changed about a tutor: how it is, and who may ask it.
pub(super) fn changes(before: &Persona, after: &Persona) -> Vec<Note> {
    let (was, is) = (&before.settings, &after.settings);
    let changed = note(Action::TutorChanged, after).changed([
        ("name", before.name != after.name),
        ("subject", before.subject != after.subject),
        ("language", was.language != is.language),
        ("tone", was.tone != is.tone),
        ("lessons", was.lessons != is.lessons),
        (
            "only_from_lessons",
            was.only_from_lessons != is.only_from_lessons,
        ),
        ("suggestions", was.suggestions != is.suggestions),
        ("greeting", was.greeting != is.greeting),
        ("active", before.active != after.active),
    ]);
    let changed = changed.map(|note| match &is.lessons {
        Allowed::Only { ids } => note.number("lessons", ids.len() as u64),
        Allowed::All => note,
    });
    let shared = (before.audience != after.audience).then(|| {
        let note = note(Action::TutorShared, after);
        match (&after.audience.classes, after.audience.shared) {
            (_, false) => note.is("staff"),
            (None, true) => note.is("school"),
            (Some(classes), true) => note.is("classes").number("classes", classes.len() as u64),
        }
    });
    changed.into_iter().chain(shared).collect()
}

fn note(action: Action, persona: &Persona) -> Note {
    Note::new(action).of(persona.id).name(&persona.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::personas::{Audience, Settings};
    use crate::types::{LessonId, OrgId, PersonaId, Timestamp};

    #[test]
    fn what_changed_is_told_and_not_what_it_says() {
        let before = Persona {
            id: PersonaId::new(),
            org: OrgId::new(),
            name: "Mwarimu".into(),
            subject: None,
            settings: Settings::default(),
            active: true,
            audience: Audience::default(),
            created_at: Timestamp(1),
            updated_at: Timestamp(1),
        };
        assert_eq!(changes(&before, &before), []);
        let mut after = before.clone();
        after.settings.greeting = Some("Muraho!".into());
        after.settings.lessons = Allowed::Only {
            ids: vec![LessonId::new()],
        };
        after.audience.shared = false;
        let notes = changes(&before, &after);
        let changed = note(Action::TutorChanged, &after).fields(["lessons", "greeting"]);
        let shared = note(Action::TutorShared, &after).is("staff");
        assert_eq!(notes, [changed.number("lessons", 1_u32), shared]);
        assert!(!format!("{notes:?}").contains("Muraho"));
    }
}
