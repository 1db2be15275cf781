//! `/api/v1/keys`: administrators make and revoke keys.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::OpenAi;
use super::super::keys::{Key, KeyScope, NewKey, USUAL_RATE};
use crate::accounts::Admin;
use crate::error::Result;
use crate::http::{Json, Path};
use crate::types::{KeyId, Timestamp};

/// A program's key, without its secret.
#[derive(Serialize, ToSchema)]
#[schema(as = ApiKey)]
pub struct KeyBody {
    id: KeyId,
    /// What it is for.
    name: String,
    /// The first characters of the key.
    hint: String,
    scopes: Vec<KeyScope>,
    requests_per_minute: u32,
    /// Whether its answers come after everybody else's.
    batch: bool,
    created_at: Timestamp,
    /// To the minute.
    last_used_at: Option<Timestamp>,
    revoked_at: Option<Timestamp>,
}

impl From<Key> for KeyBody {
    fn from(key: Key) -> Self {
        Self {
            id: key.id,
            name: key.name,
            hint: key.hint,
            scopes: key.scopes,
            requests_per_minute: key.rate,
            batch: key.batch,
            created_at: key.created_at,
            last_used_at: key.last_used_at,
            revoked_at: key.revoked_at,
        }
    }
}

/// The keys of the school, newest first, revoked ones last.
#[derive(Serialize, ToSchema)]
#[schema(as = ApiKeyList)]
pub struct KeyList {
    keys: Vec<KeyBody>,
}

/// A key to make.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewApiKey, example = json!({"name": "Homework club", "scopes": ["chat",
    "embeddings"], "requests_per_minute": 60}))]
pub struct NewKeyBody {
    /// What it is for, 1 to 80 characters.
    name: String,
    /// At least one.
    scopes: Vec<KeyScope>,
    /// 1 to 10000; 60 unless said.
    requests_per_minute: Option<u32>,
    /// Whether its answers come after everybody else's.
    #[serde(default)]
    batch: bool,
}

/// A key just made.
#[derive(Serialize, ToSchema)]
#[schema(as = MadeApiKey)]
pub struct MadeKey {
    #[serde(flatten)]
    key: KeyBody,
    /// The key itself. It is shown only now.
    secret: String,
}

/// The keys of the school.
#[utoipa::path(get, path = "/keys", tag = "keys", responses((status = 200, body = KeyList)))]
pub async fn list_keys(State(openai): State<OpenAi>, Admin(actor): Admin) -> Result<Json<KeyList>> {
    let keys = openai.keys(actor.org).await?;
    Ok(Json(KeyList {
        keys: keys.into_iter().map(Into::into).collect(),
    }))
}

/// Makes a key; the answer is the only place that shows it.
#[utoipa::path(post, path = "/keys", tag = "keys", request_body = NewKeyBody,
    responses((status = 201, body = MadeKey)))]
pub async fn make_key(
    State(openai): State<OpenAi>,
    Admin(actor): Admin,
    Json(body): Json<NewKeyBody>,
) -> Result<(StatusCode, Json<MadeKey>)> {
    let new = NewKey {
        name: body.name,
        scopes: body.scopes,
        rate: body.requests_per_minute.unwrap_or(USUAL_RATE),
        batch: body.batch,
    };
    let (key, secret) = openai.make_key(&actor, new).await?;
    let made = MadeKey {
        key: key.into(),
        secret,
    };
    Ok((StatusCode::CREATED, Json(made)))
}

/// Revokes a key at once.
#[utoipa::path(delete, path = "/keys/{id}", tag = "keys", params(("id" = KeyId, Path)),
    responses((status = 204)))]
pub async fn revoke_key(
    State(openai): State<OpenAi>,
    Admin(actor): Admin,
    Path(id): Path<KeyId>,
) -> Result<StatusCode> {
    openai.revoke_key(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
