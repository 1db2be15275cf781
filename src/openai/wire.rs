//! The answers of OpenAI's API, as far as the box gives them, and one frame
//! that makes the whole answer or the events of a stream.

use serde::Serialize;
use utoipa::ToSchema;

use super::answer::Ending;
use crate::answers::Origin;
use crate::chat::{AnswerStatus, Sentence};
use crate::inference::protocol::Usage;
use crate::lessons::PassageBody;
use crate::types::Timestamp;

/// What a tutor adds to its answer; not OpenAI's.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Grounds {
    /// `complete`, `quoted` or `refused`.
    pub status: AnswerStatus,
    /// Whether it was made for this question.
    pub origin: Origin,
    /// What it answers from, best first.
    pub passages: Vec<PassageBody>,
    /// The sentences of the text and the passages that support each.
    pub sentences: Vec<Sentence>,
}

/// The models a key may name.
#[derive(Serialize, ToSchema)]
pub struct ModelList {
    pub object: &'static str,
    pub data: Vec<ModelBody>,
}

/// A model.
#[derive(Serialize, ToSchema)]
#[schema(as = Model)]
pub struct ModelBody {
    /// What requests call it.
    pub id: String,
    pub object: &'static str,
    /// Seconds since 1970; 0 for models that came with the box.
    pub created: i64,
    pub owned_by: &'static str,
    /// A tutor's name; not OpenAI's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// An answer, or one event of a stream.
#[derive(Serialize, ToSchema)]
pub struct Completion {
    id: String,
    object: &'static str,
    /// Seconds since 1970.
    created: i64,
    model: String,
    choices: Vec<Choice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    usage: Option<UsageBody>,
    /// In the last event of a tutor's stream with a choice.
    #[serde(skip_serializing_if = "Option::is_none")]
    bwenge: Option<Grounds>,
}

/// One of the events that an answer is streamed in.
// Documents before OpenAPI 3.2 describe one event where the whole stream would be.
#[derive(ToSchema)]
pub struct StreamEvent {
    /// A `Completion`, or an `error` that ends the stream, as JSON; `[DONE]` at
    /// the end of a whole answer.
    #[expect(dead_code, reason = "describes the stream")]
    pub data: String,
}

#[derive(Default, Serialize, ToSchema)]
#[schema(as = CompletionChoice)]
struct Choice {
    index: u32,
    /// The answer to a chat.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<MessageOut>,
    /// More of the answer to a chat.
    #[serde(skip_serializing_if = "Option::is_none")]
    delta: Option<Delta>,
    /// The continuation, or more of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[schema(value_type = Option<Object>)]
    logprobs: Option<()>,
    /// `stop` or `length`.
    finish_reason: Option<&'static str>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = CompletionMessage)]
struct MessageOut {
    role: &'static str,
    content: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    bwenge: Option<Grounds>,
}

#[derive(Default, Serialize, ToSchema)]
#[schema(as = CompletionDelta)]
struct Delta {
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = CompletionUsage)]
struct UsageBody {
    prompt_tokens: u32,
    completion_tokens: u32,
    total_tokens: u32,
    prompt_tokens_details: PromptDetails,
}

#[derive(Serialize, ToSchema)]
struct PromptDetails {
    /// Tokens that were in memory already.
    cached_tokens: u32,
}

impl From<Usage> for UsageBody {
    fn from(usage: Usage) -> Self {
        Self {
            prompt_tokens: usage.prompt_tokens,
            completion_tokens: usage.answer_tokens,
            total_tokens: usage.prompt_tokens.saturating_add(usage.answer_tokens),
            prompt_tokens_details: PromptDetails {
                cached_tokens: usage.reused_tokens,
            },
        }
    }
}

/// Which of the two APIs is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Chat,
    Text,
}

/// What all parts of one answer share.
pub struct Frame {
    id: String,
    created: i64,
    model: String,
    kind: Kind,
}

impl Frame {
    /// A new answer of `model`.
    pub fn new(kind: Kind, model: String, now: Timestamp) -> Self {
        let prefix = match kind {
            Kind::Chat => "chatcmpl",
            Kind::Text => "cmpl",
        };
        Self {
            id: format!("{prefix}-{}", uuid::Uuid::new_v4().simple()),
            created: now.0.div_euclid(1000),
            model,
            kind,
        }
    }

    /// The whole answer.
    pub fn whole(&self, text: String, ending: Ending) -> Completion {
        let mut choice = Choice {
            finish_reason: Some(ending.finish),
            ..Choice::default()
        };
        match self.kind {
            Kind::Text => choice.text = Some(text),
            Kind::Chat => {
                choice.message = Some(MessageOut {
                    role: "assistant",
                    content: text,
                    bwenge: ending.grounds,
                });
            }
        }
        let object = match self.kind {
            Kind::Chat => "chat.completion",
            Kind::Text => "text_completion",
        };
        Completion {
            object,
            usage: Some(ending.usage.into()),
            ..self.event(vec![choice])
        }
    }

    /// The event that begins a stream, where there is one.
    pub fn opening(&self) -> Option<Completion> {
        let delta = Delta {
            role: Some("assistant"),
            content: Some(String::new()),
        };
        let choice = Choice {
            delta: Some(delta),
            ..Choice::default()
        };
        (self.kind == Kind::Chat).then(|| self.event(vec![choice]))
    }

    /// More text.
    pub fn more(&self, text: String) -> Completion {
        let mut choice = Choice::default();
        match self.kind {
            Kind::Text => choice.text = Some(text),
            Kind::Chat => {
                choice.delta = Some(Delta {
                    content: Some(text),
                    ..Delta::default()
                });
            }
        }
        self.event(vec![choice])
    }

    /// The last event with a choice.
    pub fn ending(&self, ending: Ending) -> Completion {
        let is_chat = self.kind == Kind::Chat;
        let choice = Choice {
            delta: is_chat.then(Delta::default),
            text: (!is_chat).then(String::new),
            finish_reason: Some(ending.finish),
            ..Choice::default()
        };
        Completion {
            bwenge: ending.grounds,
            ..self.event(vec![choice])
        }
    }

    /// The event that tells the usage.
    pub fn usage(&self, usage: Usage) -> Completion {
        Completion {
            usage: Some(usage.into()),
            ..self.event(Vec::new())
        }
    }

    fn event(&self, choices: Vec<Choice>) -> Completion {
        Completion {
            id: self.id.clone(),
            object: match self.kind {
                Kind::Chat => "chat.completion.chunk",
                Kind::Text => "text_completion",
            },
            created: self.created,
            model: self.model.clone(),
            choices,
            usage: None,
            bwenge: None,
        }
    }
}

/// Vectors, in the order of the texts.
#[derive(Serialize, ToSchema)]
pub struct EmbeddingList {
    pub object: &'static str,
    pub data: Vec<EmbeddingBody>,
    pub model: String,
    pub usage: EmbeddingUsage,
}

/// The vector of one text.
#[derive(Serialize, ToSchema)]
pub struct EmbeddingBody {
    pub object: &'static str,
    pub index: usize,
    pub embedding: Vector,
}

/// A vector of length 1.
#[derive(Serialize, ToSchema)]
#[schema(as = EmbeddingVector)]
#[serde(untagged)]
pub enum Vector {
    Floats(Vec<f32>),
    /// Base64 of little-endian 32-bit floats.
    Base64(String),
}

#[derive(Serialize, ToSchema)]
pub struct EmbeddingUsage {
    pub prompt_tokens: u32,
    pub total_tokens: u32,
}
