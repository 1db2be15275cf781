//! `/v1`: models, chats, completions and embeddings for programs.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::super::answer::{Answer, Piece};
use super::super::keys::Key;
use super::super::request::{ChatRequest, CompletionRequest, EmbeddingRequest, Options};
use super::super::wire::{
    Completion, EmbeddingBody, EmbeddingList, EmbeddingUsage, Frame, Kind, ModelBody, ModelList,
    StreamEvent, Vector,
};
use super::super::{OpenAi, Refused};
use super::{AnyKey, ChatKey, EmbeddingsKey, stream};
use crate::chat::LONGEST_QUESTION;
use crate::error::{Code, Error};
use crate::http::Json;
use crate::http::extract::Rejected;
use crate::personas::Persona;

/// What tutors' ids are prefixed with to name a model.
const PERSONA: &str = "persona:";
/// Texts embedded in one go; in between, a pupil's question has its turn.
const BATCH: usize = 16;

/// A body, or why it could not be read.
type Body<T> = Result<Json<T>, Rejected>;

fn read<T>(body: Body<T>) -> Result<T, Refused> {
    let Json(body) = body.map_err(Rejected::into_error)?;
    Ok(body)
}

/// The models and tutors of the box.
#[utoipa::path(get, path = "/models", tag = "openai", security(("key" = [])),
    responses((status = 200, body = ModelList)))]
pub async fn list_models(
    State(openai): State<OpenAi>,
    AnyKey(key): AnyKey,
) -> Result<Json<ModelList>, Refused> {
    let inference = &openai.app.inference;
    let embed = inference.embed_model().map(str::to_owned);
    let models = [inference.llm_model(), embed];
    let models = models.into_iter().flatten().map(|id| ModelBody {
        id,
        object: "model",
        created: 0,
        owned_by: "bwenge",
        name: None,
    });
    let personas = openai.personas.list(&key.reader()).await?;
    let personas = personas.into_iter().map(|persona| ModelBody {
        id: format!("{PERSONA}{}", persona.id),
        object: "model",
        created: persona.created_at.0.div_euclid(1000),
        owned_by: "school",
        name: Some(persona.name),
    });
    Ok(Json(ModelList {
        object: "list",
        data: models.chain(personas).collect(),
    }))
}

/// Answers a chat, whole or as a stream of events.
#[utoipa::path(post, path = "/chat/completions", tag = "openai", security(("key" = [])),
    request_body(content = ChatRequest, examples(
        ("tutor" = (value = json!({"model": "persona:01900000-0000-7000-8000-000000000000",
            "messages": [{"role": "user", "content": "What do leaves need?"}]}))),
        ("stream" = (value = json!({"model": "smollm2-135m-instruct-q4_1", "max_tokens": 8,
            "messages": [{"role": "user", "content": "Hello"}], "stream": true}))),
    )), responses(
        (status = 200, content((Completion = "application/json"), (StreamEvent = "text/event-stream"))),
        (status = 404, description = "There is no such model"),
        (status = 503, description = "The language model is not there"),
    ))]
pub async fn chat_completion(
    State(openai): State<OpenAi>,
    ChatKey(key): ChatKey,
    body: Body<ChatRequest>,
) -> Result<Response, Refused> {
    let body = read(body)?;
    let answer = match persona(&openai, &key, &body.model).await? {
        Some(persona) => {
            let request = body.to_tutor(LONGEST_QUESTION)?;
            Answer::of_tutor(&openai, &key, &persona, request).await?
        }
        None => {
            language_model(&openai, &body.model)?;
            Answer::of_model(&openai, &key, body.wanted()?).await?
        }
    };
    let frame = Frame::new(Kind::Chat, body.model, openai.app.clock.now());
    tell(frame, answer, &body.options).await
}

/// Continues a text, whole or as a stream of events.
#[utoipa::path(post, path = "/completions", tag = "openai", security(("key" = [])),
    request_body(content = CompletionRequest, examples(
        ("whole" = (value = json!({"model": "smollm2-135m-instruct-q4_1",
            "prompt": "One, two, three,", "max_tokens": 8}))),
        ("stream" = (value = json!({"model": "smollm2-135m-instruct-q4_1",
            "prompt": "One, two, three,", "max_tokens": 8, "stream": true}))),
    )), responses(
        (status = 200, content((Completion = "application/json"), (StreamEvent = "text/event-stream"))),
        (status = 404, description = "There is no such model"),
        (status = 503, description = "The language model is not there"),
    ))]
pub async fn completion(
    State(openai): State<OpenAi>,
    ChatKey(key): ChatKey,
    body: Body<CompletionRequest>,
) -> Result<Response, Refused> {
    let body = read(body)?;
    language_model(&openai, &body.model)?;
    let answer = Answer::of_model(&openai, &key, body.wanted()?).await?;
    let frame = Frame::new(Kind::Text, body.model, openai.app.clock.now());
    tell(frame, answer, &body.options).await
}

async fn tell(frame: Frame, mut answer: Answer, options: &Options) -> Result<Response, Refused> {
    if options.stream() {
        return Ok(stream::events(frame, answer, options.include_usage()));
    }
    let mut text = String::new();
    loop {
        match answer.next().await? {
            Piece::Text(more) => text.push_str(&more),
            Piece::End(ending) => return Ok(Json(frame.whole(text, ending)).into_response()),
        }
    }
}

/// The tutor a model's name means, if it means one.
async fn persona(openai: &OpenAi, key: &Key, model: &str) -> Result<Option<Persona>, Refused> {
    let Some(id) = model.strip_prefix(PERSONA) else {
        return Ok(None);
    };
    let id = id.parse().map_err(|_| Refused::no_model(model))?;
    match openai.personas.get(&key.reader(), id).await {
        Ok(persona) => Ok(Some(persona)),
        Err(error) if error.code() == Code::NotFound => Err(Refused::no_model(model)),
        Err(error) => Err(error.into()),
    }
}

fn language_model(openai: &OpenAi, model: &str) -> Result<(), Refused> {
    match openai.app.inference.llm_model().as_deref() == Some(model) {
        true => Ok(()),
        false => Err(Refused::no_model(model)),
    }
}

/// Turns texts into vectors of length 1.
#[utoipa::path(post, path = "/embeddings", tag = "openai", security(("key" = [])),
    request_body = EmbeddingRequest, responses(
        (status = 200, body = EmbeddingList),
        (status = 404, description = "There is no such model"),
        (status = 503, description = "The embedding model is not there"),
    ))]
pub async fn embeddings(
    State(openai): State<OpenAi>,
    _key: EmbeddingsKey,
    body: Body<EmbeddingRequest>,
) -> Result<Json<EmbeddingList>, Refused> {
    let body = read(body)?;
    let inference = &openai.app.inference;
    if inference.embed_model() != Some(body.model.as_str()) {
        return Err(Refused::no_model(&body.model));
    }
    let (texts, base64, purpose) = (body.texts()?, body.base64()?, body.purpose()?);
    let mut data = Vec::with_capacity(texts.len());
    let mut tokens = 0_u32;
    for batch in texts.chunks(BATCH) {
        let (values, usage) = inference.embed_batch(purpose, batch.to_vec()).await?;
        tokens = tokens.saturating_add(usage.prompt_tokens);
        let dimensions = (values.len() / batch.len()).max(1);
        if body
            .dimensions
            .is_some_and(|wanted| wanted as usize != dimensions)
        {
            let detail = format!("This model has {dimensions} dimensions.");
            return Err(Error::invalid("dimensions", detail).into());
        }
        for vector in values.chunks_exact(dimensions) {
            data.push(EmbeddingBody {
                object: "embedding",
                index: data.len(),
                embedding: encode(vector, base64),
            });
        }
    }
    Ok(Json(EmbeddingList {
        object: "list",
        data,
        model: body.model,
        usage: EmbeddingUsage {
            prompt_tokens: tokens,
            total_tokens: tokens,
        },
    }))
}

fn encode(vector: &[f32], base64: bool) -> Vector {
    if !base64 {
        return Vector::Floats(vector.to_vec());
    }
    let bytes: Vec<u8> = vector
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    Vector::Base64(BASE64_STANDARD.encode(bytes))
}
