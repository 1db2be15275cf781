//! The events of the chat socket and the bodies of messages, as JSON.
//!
//! Offsets into texts count UTF-16 code units, because that is what a browser
//! counts: the length of the text it holds is the offset it resumes from.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{AnswerStatus, Feedback, Message, Speaker};
use crate::answers::Origin;
use crate::error::Code;
use crate::inference::TRY_AGAIN_S;
use crate::lessons::PassageBody;
use crate::types::{ConversationId, LessonId, MessageId, PersonaId, Timestamp};

/// What a browser may say.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientEvent {
    /// Asks a question.
    Ask(Ask),
    /// Follows an answer again from an offset.
    Resume {
        /// The answer.
        message_id: MessageId,
        /// UTF-16 length of the text already held.
        #[serde(default)]
        offset: u32,
    },
    /// Stops an answer.
    Cancel {
        /// The answer.
        message_id: MessageId,
    },
}

/// A question.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct Ask {
    /// Made by the browser; the same id again finds the same answer.
    pub client_id: String,
    /// The chat to go on with; none begins one.
    #[serde(default)]
    pub conversation_id: Option<ConversationId>,
    /// The tutor.
    pub persona_id: PersonaId,
    /// The question, 1 to 1000 characters.
    pub text: String,
    /// Answer from this lesson only.
    #[serde(default)]
    pub lesson_id: Option<LessonId>,
}

/// What the box says.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerEvent {
    /// The socket is open.
    Hello,
    /// The question is on disk.
    Accepted {
        /// As sent.
        client_id: String,
        /// The chat it is in.
        conversation_id: ConversationId,
        /// The question's message.
        question_id: MessageId,
        /// The answer's message.
        message_id: MessageId,
    },
    /// What the tutor will answer from.
    Passages {
        /// The answer.
        message_id: MessageId,
        /// Best first.
        passages: Vec<PassageBody>,
    },
    /// The answer waits.
    Queued {
        /// The answer.
        message_id: MessageId,
        /// 1 is next.
        position: u32,
        /// Seconds until the writing starts, estimated.
        estimate_s: u32,
    },
    /// The model reads and writes.
    Started {
        /// The answer.
        message_id: MessageId,
    },
    /// More text.
    Text {
        /// The answer.
        message_id: MessageId,
        /// UTF-16 offset at which it belongs.
        offset: u32,
        /// The text.
        text: String,
    },
    /// The finished answer; replaces what was streamed.
    Done {
        /// The answer.
        message: Box<MessageBody>,
    },
    /// Something could not be done.
    Error {
        /// Why.
        code: Code,
        /// When to try again, in seconds.
        #[serde(skip_serializing_if = "Option::is_none")]
        retry_after_s: Option<u64>,
        /// For a question.
        #[serde(skip_serializing_if = "Option::is_none")]
        client_id: Option<String>,
        /// For an answer.
        #[serde(skip_serializing_if = "Option::is_none")]
        message_id: Option<MessageId>,
    },
}

/// A question or an answer.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Message)]
pub struct MessageBody {
    id: MessageId,
    role: Speaker,
    text: String,
    status: AnswerStatus,
    /// Why it failed or was quoted.
    code: Option<String>,
    /// For a busy box: when to ask again, in seconds from its refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_s: Option<u64>,
    /// What it was answered from.
    passages: Vec<PassageBody>,
    /// Where an answer came from; `model` for everything else.
    origin: Origin,
    sentences: Vec<Sentence>,
    feedback: Option<Feedback>,
    created_at: Timestamp,
}

impl From<Message> for MessageBody {
    fn from(message: Message) -> Self {
        Self {
            id: message.id,
            role: message.role,
            text: message.text,
            status: message.status,
            code: message.code,
            retry_after_s: (message.status == AnswerStatus::Busy).then_some(TRY_AGAIN_S),
            passages: message.passages,
            origin: message.origin,
            sentences: message.sentences,
            feedback: message.feedback,
            created_at: message.created_at,
        }
    }
}

/// A sentence of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Sentence {
    /// UTF-16 offset of its first character.
    pub start: u32,
    /// UTF-16 offset after its last.
    pub end: u32,
    /// Whether a passage has what it says.
    pub supported: bool,
    /// Numbers `n` of the passages that support it.
    pub citations: Vec<u32>,
}
