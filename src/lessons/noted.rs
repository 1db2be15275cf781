//! What the audit log says of changes to lessons; nothing of what they say.

use super::{Lesson, NewLesson};
use crate::audit::{Action, Note};

/// That a lesson was added.
pub(super) fn added(new: &NewLesson) -> Note {
    let note = Note::new(Action::LessonAdded).of(new.id).name(&new.title);
    note.is(new.format.as_str()).number("bytes", new.bytes)
}

/// What changed about a lesson: what it is called and the like, and who may read it.
pub(super) fn changes(before: &Lesson, after: &Lesson) -> Vec<Note> {
    let changed = note(Action::LessonChanged, after).changed([
        ("title", before.title != after.title),
        ("subject", before.subject != after.subject),
        ("language", before.language != after.language),
    ]);
    // What it was called tells which one it was.
    let changed = changed.map(|note| match before.title == after.title {
        true => note,
        false => note.was(&before.title).is(&after.title),
    });
    let other = before.shared != after.shared || before.classes != after.classes;
    let shared = other.then(|| {
        let note = note(Action::LessonShared, after);
        match (&after.classes, after.shared) {
            (_, false) => note.is("staff"),
            (None, true) => note.is("school"),
            (Some(classes), true) => note.is("classes").number("classes", classes.len() as u64),
        }
    });
    changed.into_iter().chain(shared).collect()
}

/// That what was read from a lesson was changed in so many places.
pub(super) fn corrected(lesson: &Lesson, places: u32) -> Note {
    note(Action::LessonCorrected, lesson).number("changes", places)
}

/// That a lesson was deleted.
pub(super) fn deleted(lesson: &Lesson) -> Note {
    note(Action::LessonDeleted, lesson)
}

fn note(action: Action, lesson: &Lesson) -> Note {
    Note::new(action).of(lesson.id).name(&lesson.title)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blobs::BlobHash;
    use crate::inference::document::{AnchorKind, Format};
    use crate::lessons::LessonStatus;
    use crate::types::{ClassId, Language, LessonId, OrgId, Timestamp, UserId};

    fn lesson() -> Lesson {
        Lesson {
            id: LessonId::new(),
            org: OrgId::new(),
            title: "Leaves".into(),
            subject: None,
            language: None,
            format: Format::Pdf,
            file_name: "leaves.pdf".into(),
            bytes: 7,
            original: BlobHash::of(b"leaves"),
            shared: true,
            classes: None,
            status: LessonStatus::Ready,
            poster: None,
            text: None,
            pages: None,
            page_kind: AnchorKind::Page,
            passages: 0,
            duration_ms: None,
            failure: None,
            warnings: Vec::new(),
            anew: false,
            created_by: UserId::new(),
            created_at: Timestamp(1),
            updated_at: Timestamp(1),
        }
    }

    #[test]
    fn what_changed_is_told_and_nothing_else() {
        let before = lesson();
        assert_eq!(changes(&before, &before), []);
        let after = Lesson {
            title: "Roots".into(),
            language: Some(Language::French),
            classes: Some(vec![ClassId::new(), ClassId::new()]),
            ..before.clone()
        };
        let changed = note(Action::LessonChanged, &after).fields(["title", "language"]);
        let shared = note(Action::LessonShared, &after).is("classes");
        assert_eq!(
            changes(&before, &after),
            [
                changed.was("Leaves").is("Roots"),
                shared.number("classes", 2_u32)
            ]
        );
    }

    #[test]
    fn who_may_read_it_is_one_word() {
        let before = lesson();
        let hidden = Lesson {
            shared: false,
            ..before.clone()
        };
        let check = |from: &Lesson, to: &Lesson, word| {
            let shared = note(Action::LessonShared, to).is(word);
            assert_eq!(changes(from, to), [shared]);
        };
        check(&before, &hidden, "staff");
        check(&hidden, &before, "school");
    }
}
