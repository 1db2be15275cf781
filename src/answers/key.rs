//! What an answer is made from, as one fingerprint. Pure.
//!
//! Everything that goes into a prompt but the question, and the organisation,
//! so that no two schools ever meet. Passages count with their words, place
//! and lesson: a lesson that changed, or that a pupil may not read, makes
//! another fingerprint by itself. Only passages the model was given count; a
//! search shows more, and the last of them differ between askers for nothing.

use sha2::{Digest, Sha256};

use crate::lessons::PassageBody;
use crate::personas::Persona;
use crate::types::{Language, LessonId, OrgId};

/// A fingerprint of what an answer is made from.
pub type Fingerprint = [u8; 32];

/// The fingerprint of an answer by `persona` in `language` by the language
/// model `model` to a question about `lesson` or all lessons, from the
/// `passages` it is given.
pub fn fingerprint(
    org: OrgId,
    persona: &Persona,
    language: Language,
    model: &str,
    lesson: Option<LessonId>,
    passages: &[PassageBody],
) -> Fingerprint {
    let mut hasher = Sha256::new();
    let mut field = |value: &str| {
        hasher.update((value.len() as u64).to_be_bytes());
        hasher.update(value);
    };
    field("bwenge/answer/1");
    field(&org.to_string());
    field(&persona.id.to_string());
    field(&persona.updated_at.0.to_string());
    field(language.as_str());
    field(model);
    field(&lesson.map(|id| id.to_string()).unwrap_or_default());
    for passage in passages {
        let anchor = &passage.anchor;
        field(&passage.lesson_id.to_string());
        field(anchor.kind.as_str());
        field(&anchor.number.to_string());
        field(&passage.text);
    }
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inference::document::{Anchor, AnchorKind};
    use crate::personas::{Audience, Settings};
    use crate::types::{PersonaId, Timestamp};

    #[test]
    fn everything_an_answer_is_made_from_counts() {
        let (org, lesson) = (OrgId::new(), LessonId::new());
        let persona = Persona {
            id: PersonaId::new(),
            org,
            name: "Keza".into(),
            subject: None,
            settings: Settings::default(),
            active: true,
            audience: Audience::default(),
            created_at: Timestamp(0),
            updated_at: Timestamp(5),
        };
        let passage = PassageBody {
            n: 1,
            lesson_id: lesson,
            lesson_title: "Leaves".into(),
            anchor: Anchor {
                kind: AnchorKind::Page,
                number: 2,
                label: None,
                time: None,
            },
            text: "Leaves are green.".into(),
            marks: vec![(0, 6)],
            score: 0.5,
        };
        let passages = [passage];
        let english = Language::English;
        let one = fingerprint(org, &persona, english, "m", None, &passages);
        // Title, marks and score are not given to the model.
        let mut shown = passages.clone();
        shown[0].lesson_title = "Green leaves".into();
        shown[0].marks.clear();
        shown[0].score = 0.1;
        assert_eq!(one, fingerprint(org, &persona, english, "m", None, &shown));

        let mut changed = passages.clone();
        changed[0].text.push('!');
        let mut elsewhere = passages.clone();
        elsewhere[0].lesson_id = LessonId::new();
        let mut other_page = passages.clone();
        other_page[0].anchor.number = 3;
        let saved = Persona {
            updated_at: Timestamp(6),
            ..persona.clone()
        };
        let french = Language::French;
        let others = [
            fingerprint(OrgId::new(), &persona, english, "m", None, &passages),
            fingerprint(org, &saved, english, "m", None, &passages),
            fingerprint(org, &persona, french, "m", None, &passages),
            fingerprint(org, &persona, english, "n", None, &passages),
            fingerprint(org, &persona, english, "m", Some(lesson), &passages),
            fingerprint(org, &persona, english, "m", None, &changed),
            fingerprint(org, &persona, english, "m", None, &elsewhere),
            fingerprint(org, &persona, english, "m", None, &other_page),
            fingerprint(org, &persona, english, "m", None, &[]),
        ];
        let mut all: Vec<_> = others.iter().chain([&one]).collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), others.len() + 1);
    }
}
