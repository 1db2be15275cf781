//! Chats with tutors.
//!
//! A question and its (still empty) answer are on disk before anything else
//! happens. The answer is then made by a task of its own: passages first, then
//! what a teacher approved or the class was told before, a refusal, a quotation
//! or a generated text, which those who ask the same at the same time share. Sockets only watch, so a locked
//! phone loses nothing; an answer nobody watches is stopped after a while.

mod answer;
mod consent;
mod http;
mod live;
mod service;
mod socket;
mod sources;
mod store;
mod support;
mod texts;
mod wire;
mod writing;

pub use answer::sentences;
pub use consent::erase_refused;
pub use http::routes;
pub use service::{Chats, LONGEST_QUESTION};
pub use sources::{LEAST_TOKENS, MOST_TOKENS, Sources, Step, refers_back};
pub use support::Unmarked;
pub use wire::{ClientEvent, Sentence, ServerEvent};

use crate::answers::Origin;
use crate::lessons::PassageBody;
use crate::types::{ConversationId, MessageId, OrgId, PersonaId, Timestamp, UserId};
use crate::word_enum;

word_enum! {
    /// Who a message is from.
    Speaker {
        /// The pupil.
        User = "user",
        /// The tutor.
        Assistant = "assistant",
    }
}

word_enum! {
    /// How far an answer is; questions are always complete.
    AnswerStatus {
        /// Waiting.
        Queued = "queued",
        /// Being written.
        Writing = "writing",
        /// Written to its end.
        Complete = "complete",
        /// The passage itself is the answer.
        Quoted = "quoted",
        /// The lessons do not answer the question.
        Refused = "refused",
        /// Stopped by the pupil, or because nobody was watching.
        Cancelled = "cancelled",
        /// It broke off; `code` says why.
        Failed = "failed",
        /// Too many were waiting; the passages are the answer.
        Busy = "busy",
    }
}

word_enum! {
    /// What a pupil thinks of an answer.
    Feedback {
        /// It helped.
        Up = "up",
        /// It did not.
        Down = "down",
    }
}

/// A chat of one person with one tutor.
#[derive(Debug, Clone)]
pub struct Conversation {
    /// Its id.
    pub id: ConversationId,
    /// The school.
    pub org: OrgId,
    /// Whose chat it is.
    pub user: UserId,
    /// The tutor, which may have been deleted since.
    pub persona: PersonaId,
    /// The first question, shortened.
    pub title: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When something was last said.
    pub updated_at: Timestamp,
}

/// A question or an answer.
#[derive(Debug, Clone)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// The chat it is in.
    pub conversation: ConversationId,
    /// Who said it.
    pub role: Speaker,
    /// What was said.
    pub text: String,
    /// How far it is.
    pub status: AnswerStatus,
    /// Why it failed or was quoted.
    pub code: Option<String>,
    /// What it was answered from.
    pub passages: Vec<PassageBody>,
    /// Where an answer came from; `model` for everything else.
    pub origin: Origin,
    /// Its sentences and what supports them.
    pub sentences: Vec<Sentence>,
    /// What the pupil thinks of it.
    pub feedback: Option<Feedback>,
    /// When it was said.
    pub created_at: Timestamp,
}
