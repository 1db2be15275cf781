//! The routes: keys for administrators below `/api/v1`, models for programs
//! below `/v1`.

mod errors;
mod keys;
mod models;
mod stream;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use utoipa_axum::router::OpenApiRouter;

use super::keys::{Key, KeyScope};
use super::{OpenAi, Refused};

impl OpenAi {
    /// The routes of keys, relative to `/api/v1`.
    pub fn key_router(self) -> OpenApiRouter {
        key_routes().with_state(self)
    }

    /// The routes of models, relative to `/v1`.
    pub fn model_router(self) -> OpenApiRouter {
        model_routes().with_state(self)
    }
}

/// The routes of keys, still without their state.
pub fn key_routes() -> OpenApiRouter<OpenAi> {
    OpenApiRouter::new()
        .routes(utoipa_axum::routes!(keys::list_keys, keys::make_key))
        .routes(utoipa_axum::routes!(keys::revoke_key))
}

/// The routes of models, still without their state.
pub fn model_routes() -> OpenApiRouter<OpenAi> {
    OpenApiRouter::new()
        .routes(utoipa_axum::routes!(models::list_models))
        .routes(utoipa_axum::routes!(models::chat_completion))
        .routes(utoipa_axum::routes!(models::completion))
        .routes(utoipa_axum::routes!(models::embeddings))
}

/// A program with any valid key.
struct AnyKey(Key);

/// A program whose key is good for chats.
struct ChatKey(Key);

/// A program whose key is good for embeddings.
struct EmbeddingsKey;

impl FromRequestParts<OpenAi> for AnyKey {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, openai: &OpenAi) -> Result<Self, Refused> {
        Ok(Self(openai.admit(bearer(&parts.headers), None).await?))
    }
}

impl FromRequestParts<OpenAi> for ChatKey {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, openai: &OpenAi) -> Result<Self, Refused> {
        let scope = Some(KeyScope::Chat);
        Ok(Self(openai.admit(bearer(&parts.headers), scope).await?))
    }
}

impl FromRequestParts<OpenAi> for EmbeddingsKey {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, openai: &OpenAi) -> Result<Self, Refused> {
        let scope = Some(KeyScope::Embeddings);
        openai.admit(bearer(&parts.headers), scope).await?;
        Ok(Self)
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, secret) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim())
}
