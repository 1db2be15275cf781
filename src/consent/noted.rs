//! What the audit log says of consents: words and numbers, never who said it or a note.

use super::{ConsentMissingRule, ConsentState, Learner};
use crate::audit::{Action, Note};
use crate::types::OrgId;

/// That something was written down about a learner.
pub(super) fn recorded(before: &Learner, state: ConsentState, version: u32) -> Note {
    Note::new(Action::ConsentRecorded)
        .of(before.id)
        .was(before.state.as_str())
        .is(state.as_str())
        .number("version", version)
}

/// That it was taken back.
pub(super) fn undone(before: &Learner, state: ConsentState) -> Note {
    Note::new(Action::ConsentUndone)
        .of(before.id)
        .was(before.state.as_str())
        .is(state.as_str())
}

/// That the register was saved.
pub(super) fn exported(people: usize) -> Note {
    Note::new(Action::ConsentsExported).number("people", people as u64)
}

/// That something else follows where nothing was said.
pub(super) fn rule(org: OrgId, rule: ConsentMissingRule) -> Note {
    Note::new(Action::ConsentRuleChanged)
        .of(org)
        .is(rule.as_str())
}
