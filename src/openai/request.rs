//! What a program asks for, as OpenAI's API words it, turned into what the
//! engine is told. Pure. Members the box does not know are ignored.

use serde::Deserialize;
use utoipa::ToSchema;

use super::writing::Wanted;
use crate::chat::{LEAST_TOKENS, MOST_TOKENS};
use crate::error::{Error, Result};
use crate::inference::protocol::{ChatMessage, EmbedPurpose, Prompt};
use crate::personas::prompt::Exchange;

/// Longest answer to a chat when the program names no limit, in tokens.
const USUAL_CHAT: u32 = 512;
/// The same for a completion, as OpenAI has it.
const USUAL_COMPLETION: u32 = 16;
/// Longest answer of a program: it keeps its place in memory to its end, and a
/// class waits for that. Clients ask for thousands without needing them, so a
/// longer wish is no error; an answer that comes to this ends with `length`.
const LONGEST_ANSWER: u32 = 1024;
/// Stop strings of one request, and their length in bytes.
const MOST_STOPS: usize = 4;
const LONGEST_STOP: usize = 200;
/// Texts of one request for embeddings.
const MOST_TEXTS: usize = 2048;

/// A chat to answer.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ChatRequest {
    /// The language model's id or `persona:<id>`.
    pub model: String,
    messages: Vec<MessageIn>,
    /// `json_object` or a schema to follow; not for tutors.
    #[serde(default)]
    response_format: Option<ResponseFormat>,
    /// Longest answer in tokens.
    #[serde(default)]
    max_completion_tokens: Option<u32>,
    #[serde(flatten)]
    pub options: Options,
}

/// A text to continue.
#[derive(Debug, Deserialize, ToSchema)]
pub struct CompletionRequest {
    /// The language model's id.
    pub model: String,
    prompt: OneOrMany,
    #[serde(flatten)]
    pub options: Options,
}

/// What chats and completions share.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[schema(as = CompletionOptions)]
pub struct Options {
    /// Answer as server-sent events.
    #[serde(default)]
    stream: Option<bool>,
    #[serde(default)]
    stream_options: Option<StreamOptions>,
    /// Longest answer in tokens.
    #[serde(default)]
    max_tokens: Option<u32>,
    /// 0 to 2.
    #[serde(default)]
    temperature: Option<f32>,
    /// 0 to 1.
    #[serde(default)]
    top_p: Option<f32>,
    /// Same seed, same answer.
    #[serde(default)]
    seed: Option<i64>,
    /// Up to 4 strings before which the answer ends.
    #[serde(default)]
    stop: Option<OneOrMany>,
    /// 0 to guess no words ahead, as for llama-server; not OpenAI's.
    #[serde(default, rename = "speculative.n_max")]
    guesses: Option<u32>,
    /// 1 is the only number.
    #[serde(default)]
    n: Option<u32>,
}

#[derive(Debug, Deserialize, ToSchema)]
struct StreamOptions {
    /// Send the usage in a last event.
    #[serde(default)]
    include_usage: Option<bool>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ChatRequestMessage)]
struct MessageIn {
    /// `system`, `developer`, `user` or `assistant`.
    role: String,
    #[serde(default)]
    content: Option<Content>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ChatRequestContent)]
#[serde(untagged)]
enum Content {
    Text(String),
    Parts(Vec<ContentPart>),
}

#[derive(Debug, Deserialize, ToSchema)]
struct ContentPart {
    /// `text` is the only kind.
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    text: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
enum ResponseFormat {
    Text,
    JsonObject,
    JsonSchema { json_schema: NamedSchema },
}

#[derive(Debug, Deserialize, ToSchema)]
struct NamedSchema {
    /// A JSON schema.
    #[serde(default)]
    schema: Option<serde_json::Value>,
}

/// Texts to embed.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"model": "all-minilm-l6-v2", "input": "Leaves need light."}))]
pub struct EmbeddingRequest {
    /// The embedding model's id.
    pub model: String,
    input: OneOrMany,
    /// `float` or `base64`.
    #[serde(default)]
    encoding_format: Option<String>,
    /// The model's own number is the only one.
    #[serde(default)]
    pub dimensions: Option<u32>,
    /// `query` or `passage`, for models that tell them apart; not OpenAI's.
    #[serde(default)]
    input_type: Option<String>,
}

/// A question to a tutor.
pub struct TutorRequest {
    pub question: String,
    pub earlier: Option<Exchange>,
    /// Everything but the prompt.
    pub wanted: Wanted,
}

impl ChatRequest {
    /// What the language model is to write.
    ///
    /// # Errors
    /// `invalid_field` for messages without text or values out of range.
    pub fn wanted(&self) -> Result<Wanted> {
        let schema = match &self.response_format {
            None | Some(ResponseFormat::Text) => None,
            Some(ResponseFormat::JsonSchema {
                json_schema:
                    NamedSchema {
                        schema: Some(schema),
                    },
            }) => Some(schema.to_string()),
            Some(_) => Some(r#"{"type":"object"}"#.to_owned()),
        };
        let most = self.most_tokens().unwrap_or(USUAL_CHAT);
        let mut wanted = self.options.wanted(Prompt::Chat(self.messages()?), most)?;
        wanted.schema = schema;
        Ok(wanted)
    }

    /// The question to a tutor, the last message, and the exchange before it.
    /// A tutor has rules of its own, so system messages are left out.
    ///
    /// # Errors
    /// `invalid_field` when the last message is no question of `longest`
    /// characters at most, or a response format is asked for.
    pub fn to_tutor(&self, longest: usize) -> Result<TutorRequest> {
        if !matches!(self.response_format, None | Some(ResponseFormat::Text)) {
            return Err(Error::invalid(
                "response_format",
                "A tutor answers in plain text.",
            ));
        }
        let mut said = self.messages()?;
        said.retain(|message| message.role != "system");
        let mut turns = said.into_iter().rev();
        let question = match turns.next() {
            Some(last) if last.role == "user" => last.content.trim().to_owned(),
            _ => String::new(),
        };
        if question.is_empty() || question.chars().count() > longest {
            let detail = format!("End with a question of 1 to {longest} characters.");
            return Err(Error::invalid("messages", detail));
        }
        let earlier = match (turns.next(), turns.next()) {
            (Some(answer), Some(asked)) if answer.role == "assistant" && asked.role == "user" => {
                Some(Exchange {
                    question: asked.content,
                    answer: answer.content,
                })
            }
            _ => None,
        };
        let (least, most) = match self.most_tokens() {
            Some(wanted) => (wanted, wanted),
            None => (LEAST_TOKENS, MOST_TOKENS),
        };
        let mut wanted = self.options.wanted(Prompt::Chat(Vec::new()), most)?;
        wanted.least_tokens = least;
        wanted.temperature = self.options.temperature.unwrap_or(0.0);
        Ok(TutorRequest {
            question,
            earlier,
            wanted,
        })
    }

    fn most_tokens(&self) -> Option<u32> {
        self.max_completion_tokens.or(self.options.max_tokens)
    }

    fn messages(&self) -> Result<Vec<ChatMessage>> {
        if self.messages.is_empty() {
            return Err(Error::invalid("messages", "Send at least one message."));
        }
        self.messages.iter().map(MessageIn::read).collect()
    }
}

impl MessageIn {
    fn read(&self) -> Result<ChatMessage> {
        let role = match self.role.as_str() {
            "developer" => "system",
            role @ ("system" | "user" | "assistant") => role,
            other => {
                let detail = format!("Messages of the role {other:?} are not understood.");
                return Err(Error::invalid("messages", detail));
            }
        };
        let content = match &self.content {
            None => String::new(),
            Some(Content::Text(text)) => text.clone(),
            Some(Content::Parts(parts)) => {
                let texts: Option<Vec<&str>> = parts
                    .iter()
                    .map(|part| part.text.as_deref().filter(|_| part.kind == "text"))
                    .collect();
                let only_text = || Error::invalid("messages", "Only text is understood.");
                texts.ok_or_else(only_text)?.join("\n")
            }
        };
        Ok(ChatMessage {
            role: role.to_owned(),
            content,
        })
    }
}

impl CompletionRequest {
    /// What the language model is to write.
    ///
    /// # Errors
    /// `invalid_field` for other than one prompt or values out of range.
    pub fn wanted(&self) -> Result<Wanted> {
        let prompt = match &self.prompt {
            OneOrMany::One(text) => text,
            OneOrMany::Many(texts) => match texts.as_slice() {
                [text] => text,
                _ => return Err(Error::invalid("prompt", "Send one prompt at a time.")),
            },
        };
        if prompt.is_empty() {
            return Err(Error::invalid("prompt", "Send a text to continue."));
        }
        let most = self.options.max_tokens.unwrap_or(USUAL_COMPLETION);
        self.options.wanted(Prompt::Text(prompt.clone()), most)
    }
}

impl Options {
    /// Whether to stream.
    pub fn stream(&self) -> bool {
        self.stream.unwrap_or(false)
    }

    /// Whether a stream ends with the usage.
    pub fn include_usage(&self) -> bool {
        let options = self.stream_options.as_ref();
        options.is_some_and(|options| options.include_usage.unwrap_or(false))
    }

    fn wanted(&self, prompt: Prompt, max_tokens: u32) -> Result<Wanted> {
        if self.n.is_some_and(|n| n != 1) {
            return Err(Error::invalid("n", "1 is the only number of answers."));
        }
        if max_tokens == 0 {
            return Err(Error::invalid("max_tokens", "Ask for at least 1 token."));
        }
        let temperature = self.temperature.unwrap_or(1.0);
        if !(0.0..=2.0).contains(&temperature) {
            return Err(Error::invalid("temperature", "Give 0 to 2."));
        }
        let top_p = self.top_p.unwrap_or(1.0);
        if !(0.0..=1.0).contains(&top_p) {
            return Err(Error::invalid("top_p", "Give 0 to 1."));
        }
        let stop = match &self.stop {
            None => Vec::new(),
            Some(OneOrMany::One(stop)) => vec![stop.clone()],
            Some(OneOrMany::Many(stops)) => stops.clone(),
        };
        let usable = |stop: &String| (1..=LONGEST_STOP).contains(&stop.len());
        if stop.len() > MOST_STOPS || !stop.iter().all(usable) {
            let detail = format!("Give at most {MOST_STOPS} strings of 1 to {LONGEST_STOP} bytes.");
            return Err(Error::invalid("stop", detail));
        }
        let seed = match self.seed {
            // Both halves count, and small seeds stay what they are.
            Some(seed) => (seed ^ (seed >> 32)) as u32,
            None => getrandom::u32().map_err(|e| anyhow::anyhow!("no randomness: {e}"))?,
        };
        Ok(Wanted {
            prompt,
            max_tokens: max_tokens.min(LONGEST_ANSWER),
            least_tokens: max_tokens.min(LONGEST_ANSWER),
            temperature,
            top_p,
            seed,
            stop,
            schema: None,
            guesses: self.guesses != Some(0),
        })
    }
}

impl EmbeddingRequest {
    /// The texts to embed.
    ///
    /// # Errors
    /// `invalid_field` for none, too many, or an empty one.
    pub fn texts(&self) -> Result<Vec<String>> {
        let texts = match &self.input {
            OneOrMany::One(text) => vec![text.clone()],
            OneOrMany::Many(texts) => texts.clone(),
        };
        if !(1..=MOST_TEXTS).contains(&texts.len()) {
            let detail = format!("Send 1 to {MOST_TEXTS} texts.");
            return Err(Error::invalid("input", detail));
        }
        if texts.iter().any(|text| text.trim().is_empty()) {
            return Err(Error::invalid("input", "An empty text has no meaning."));
        }
        Ok(texts)
    }

    /// Whether vectors are wanted as base64 of little-endian 32-bit floats.
    ///
    /// # Errors
    /// `invalid_field` for an unknown format.
    pub fn base64(&self) -> Result<bool> {
        match self.encoding_format.as_deref() {
            None | Some("float") => Ok(false),
            Some("base64") => Ok(true),
            Some(_) => Err(Error::invalid(
                "encoding_format",
                "Ask for float or base64.",
            )),
        }
    }

    /// What the vectors are for. Unless said, texts are compared with texts,
    /// which is what e5 models expect their query prefix for.
    ///
    /// # Errors
    /// `invalid_field` for an unknown purpose.
    pub fn purpose(&self) -> Result<EmbedPurpose> {
        match self.input_type.as_deref() {
            None | Some("query") => Ok(EmbedPurpose::Query),
            Some("passage") => Ok(EmbedPurpose::Passage),
            Some(_) => Err(Error::invalid("input_type", "Say query or passage.")),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn chat(fields: Value) -> ChatRequest {
        let mut body = json!({"model": "m", "messages": [{"role": "user", "content": "Why?"}],
            "user": "unknown members are ignored", "tools": []});
        body.as_object_mut()
            .unwrap()
            .extend(fields.as_object().unwrap().clone());
        serde_json::from_value(body).unwrap()
    }

    #[test]
    fn what_is_asked_for_reaches_the_engine() {
        let wanted = chat(
            json!({"max_tokens": 9, "max_completion_tokens": 7, "seed": 42,
            "temperature": 0.5, "top_p": 0.9, "stop": ["a", "b"], "n": 1,
            "response_format": {"type": "json_schema", "json_schema": {"name": "x",
                "schema": {"type": "integer"}}}}),
        )
        .wanted()
        .unwrap();
        assert_eq!((wanted.max_tokens, wanted.seed), (7, 42));
        assert_eq!((wanted.temperature, wanted.top_p), (0.5, 0.9));
        assert_eq!(wanted.stop, ["a", "b"]);
        assert_eq!(wanted.schema.as_deref(), Some("{\"type\":\"integer\"}"));
        let long = chat(json!({"max_tokens": 12_000})).wanted().unwrap();
        assert_eq!(long.max_tokens, LONGEST_ANSWER);
        let usual = chat(json!({"stop": null})).wanted().unwrap();
        assert_eq!((usual.max_tokens, usual.temperature), (USUAL_CHAT, 1.0));
        assert!(usual.stop.is_empty() && usual.schema.is_none());
        let object = chat(json!({"response_format": {"type": "json_object"}}));
        assert_eq!(
            object.wanted().unwrap().schema.unwrap(),
            "{\"type\":\"object\"}"
        );
    }

    #[test]
    fn what_makes_no_sense_is_refused_by_name() {
        for (fields, field) in [
            (json!({"n": 2}), "n"),
            (json!({"temperature": 3}), "temperature"),
            (json!({"top_p": -0.1}), "top_p"),
            (json!({"max_tokens": 0}), "max_tokens"),
            (json!({"stop": ["1", "2", "3", "4", "5"]}), "stop"),
            (json!({"stop": ""}), "stop"),
            (json!({"messages": []}), "messages"),
            (
                json!({"messages": [{"role": "tool", "content": "x"}]}),
                "messages",
            ),
            (
                json!({"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}),
                "messages",
            ),
        ] {
            match chat(fields).wanted() {
                Err(Error::Refused(refusal)) => assert_eq!(refusal.field, Some(field)),
                other => panic!("{field}: {other:?}"),
            }
        }
    }

    #[test]
    fn a_tutor_gets_the_last_question_and_what_it_refers_to() {
        let request = chat(json!({"messages": [
            {"role": "system", "content": "Be rude."},
            {"role": "user", "content": "What is a leaf?"},
            {"role": "assistant", "content": "A part of a plant."},
            {"role": "user", "content": [{"type": "text", "text": " And why? "}]}]}));
        let tutor = request.to_tutor(100).unwrap();
        assert_eq!(tutor.question, "And why?");
        assert_eq!(tutor.earlier.unwrap().question, "What is a leaf?");
        let wanted = tutor.wanted;
        assert_eq!((wanted.max_tokens, wanted.temperature), (MOST_TOKENS, 0.0));
        assert_eq!(wanted.least_tokens, LEAST_TOKENS);
        // A length that was asked for is kept, however many wait.
        let fields = json!({"max_tokens": 150, "messages": [{"role": "user", "content": "Why?"}]});
        let wanted = chat(fields).to_tutor(100).unwrap().wanted;
        assert_eq!((wanted.least_tokens, wanted.max_tokens), (150, 150));
        assert!(request.to_tutor(3).is_err(), "too long");
        let ends_wrong = chat(json!({"messages": [{"role": "assistant", "content": "Hi"}]}));
        assert!(ends_wrong.to_tutor(100).is_err());
        let prose = chat(json!({"response_format": {"type": "json_object"}}));
        assert!(prose.to_tutor(100).is_err());
    }
}
