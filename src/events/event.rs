//! All that can have happened.

use anyhow::Context;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::types::{
    AnswerId, ClassId, ConversationId, InvitationId, LessonId, MessageId, OrgId, PersonaId,
    RolloverId, TermId, Timestamp, UserId,
};
use crate::word_enum;

word_enum! {
    /// Separately numbered rows; the hub may ask for one before another.
    Stream {
        /// Changes of a school's own data.
        Tenants = "tenants",
        /// Facts for statistics, the first to be shed when space is short.
        Analytics = "analytics",
    }
}

/// Everything that can be told to the hub. The words are part of the
/// protocol: variants and fields are added, never changed; a change of meaning
/// is a new version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "payload", rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "the variants say what happened; their fields are named after what they hold"
)]
pub enum Event {
    /// A school was set up.
    OrgCreated { org: OrgId },
    /// A school's name, kind or language changed.
    OrgChanged { org: OrgId },
    /// An account was opened; `role` is its word.
    UserCreated { user: UserId, role: String },
    /// Role or standing of an account changed.
    UserChanged {
        user: UserId,
        role: String,
        active: bool,
    },
    /// A learner got a new short secret; `way` is its word.
    SecretGiven {
        user: UserId,
        by: UserId,
        way: String,
    },
    /// A member of staff got a card that sets a new password, from `by` or, without, from the
    /// terminal of the box.
    RecoveryGiven { user: UserId, by: Option<UserId> },
    /// A member of staff set a new password with a card.
    PasswordRecovered { user: UserId },
    /// A learner got a new badge.
    BadgeGiven { user: UserId, by: UserId },
    /// A learner's badge was made worthless.
    BadgeRevoked { user: UserId, by: UserId },
    /// An account was moved to the trash: nobody signs in with it any more.
    UserTrashed { user: UserId },
    /// An account came back from the trash.
    UserRestored { user: UserId },
    /// An account that nobody had approved was deleted.
    UserRemoved { user: UserId },
    /// What a learner's parents said about their child's data was written down, or taken
    /// back; `state` is the word of where it stands, `version` that of the text they read.
    ConsentRecorded {
        user: UserId,
        by: UserId,
        state: String,
        version: u32,
    },
    /// What follows where parents have not said anything is another; `missing` is its word.
    ConsentRuleChanged { by: UserId, missing: String },
    /// A person was deleted for good, with all that is only about the person; `kind` is the
    /// word for why. Whoever hears of it deletes that id too.
    UserErased { user: UserId, kind: String },
    /// An invitation for so many people was made; `role` is the word of what they become.
    InvitationMade {
        invitation: InvitationId,
        by: UserId,
        role: String,
        uses: u32,
    },
    /// An invitation was taken back.
    InvitationRevoked {
        invitation: InvitationId,
        by: UserId,
    },
    /// Somebody came by an invitation.
    InvitationAccepted {
        invitation: InvitationId,
        user: UserId,
    },
    /// Whether learners may ask for an account with the school's code changed, or the code.
    JoiningChanged { by: UserId, open: bool },
    /// A class was made, renamed, ended or taken up again.
    ClassSaved { class: ClassId },
    /// A class was moved to the trash.
    ClassTrashed { class: ClassId },
    /// A class came back from the trash.
    ClassRestored { class: ClassId },
    /// A class was deleted.
    ClassRemoved { class: ClassId },
    /// People came into a class or left it: how many.
    ClassMembersChanged { class: ClassId, changed: u32 },
    /// A year or term was made or changed.
    TermSaved { term: TermId },
    /// A year or term was deleted.
    TermRemoved { term: TermId },
    /// Classes were taken into another term together: how many.
    RolledOver {
        rollover: RolloverId,
        term: TermId,
        classes: u32,
    },
    /// That was taken back.
    RolloverUndone { rollover: RolloverId },
    /// A lesson was uploaded: its format word and size.
    LessonAdded {
        lesson: LessonId,
        format: String,
        bytes: u64,
    },
    /// A lesson can be searched and cited.
    LessonReady { lesson: LessonId, passages: u32 },
    /// A teacher corrected what was read from a lesson or left parts out:
    /// blocks and pages changed at once.
    LessonCorrected {
        lesson: LessonId,
        by: UserId,
        changes: u32,
    },
    /// A lesson could not be read; `code` says why.
    LessonFailed { lesson: LessonId, code: String },
    /// A lesson and everything made from it was deleted.
    LessonRemoved { lesson: LessonId },
    /// A tutor was created or changed.
    PersonaSaved { persona: PersonaId },
    /// A tutor was deleted.
    PersonaRemoved { persona: PersonaId },
    /// A teacher approved an answer of a tutor, in the tutor's words or, when
    /// `corrected`, in the teacher's.
    AnswerApproved {
        answer: AnswerId,
        persona: PersonaId,
        by: UserId,
        corrected: bool,
    },
    /// A teacher rejected an answer of a tutor.
    AnswerRejected {
        answer: AnswerId,
        persona: PersonaId,
        by: UserId,
    },
    /// A teacher took a rejection back; the answer is the tutor's own again.
    AnswerRestored {
        answer: AnswerId,
        persona: PersonaId,
        by: UserId,
    },
    /// Another language model was chosen for the box.
    ModelChosen { model: String },
    /// An administrator moved the time of the box forward; both in milliseconds.
    TimeMoved {
        by: UserId,
        from: Timestamp,
        to: Timestamp,
    },
    /// A question was asked.
    QuestionAsked {
        conversation: ConversationId,
        message: MessageId,
        persona: PersonaId,
    },
    /// An answer ended; `outcome` is a word such as `done` or `cancelled`.
    AnswerFinished {
        message: MessageId,
        outcome: String,
        tokens: u32,
        ms: u64,
    },
}

impl Event {
    /// The stream its rows are numbered in.
    pub fn stream(&self) -> Stream {
        match self {
            Self::QuestionAsked { .. } | Self::AnswerFinished { .. } => Stream::Analytics,
            _ => Stream::Tenants,
        }
    }

    /// The version of the payload's meaning.
    pub fn version(&self) -> u32 {
        1
    }

    /// The type word and the payload as JSON text.
    pub(super) fn parts(&self) -> Result<(String, String)> {
        let value = serde_json::to_value(self)?;
        let word = value["type"].as_str().context("an event without a type")?;
        Ok((word.to_owned(), value["payload"].to_string()))
    }
}
