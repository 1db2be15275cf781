//! `/health`: the process answers. `/ready`: and it can teach.
//!
//! A box without a language model still searches and shows passages, so it is
//! ready but degraded: 200 with the words that say what is missing. Only while
//! it starts does `/ready` answer 503.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError, RwLock};

use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Json;

/// What the box can not do right now; shared by whoever finds out.
#[derive(Debug, Clone, Default)]
pub struct Readiness(Arc<RwLock<Standing>>);

#[derive(Debug, Default)]
struct Standing {
    started: bool,
    degraded: BTreeSet<&'static str>,
}

impl Readiness {
    /// Start-up is over.
    pub fn set_started(&self) {
        self.write().started = true;
    }

    /// Adds or removes one word, such as `llm_missing`.
    pub fn set_degraded(&self, word: &'static str, is_degraded: bool) {
        let mut state = self.write();
        if is_degraded {
            state.degraded.insert(word);
        } else {
            state.degraded.remove(word);
        }
    }

    /// Where things stand.
    pub fn report(&self) -> Ready {
        let state = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let status = match (state.started, state.degraded.is_empty()) {
            (false, _) => ReadyWord::Starting,
            (true, false) => ReadyWord::Degraded,
            (true, true) => ReadyWord::Ready,
        };
        Ready {
            status,
            degraded: state.degraded.iter().copied().collect(),
        }
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, Standing> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the process answers.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Health {
    /// Always `ok`.
    #[schema(example = "ok")]
    status: &'static str,
}

/// Whether the box can teach.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Ready {
    /// In one word.
    pub status: ReadyWord,
    /// What is missing, in stable words.
    #[schema(value_type = Vec<String>)]
    pub degraded: Vec<&'static str>,
}

/// Whether the box can teach, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReadyWord {
    /// Everything works.
    Ready,
    /// Not yet.
    Starting,
    /// Something is missing, the rest works.
    Degraded,
}

/// `/health` and `/ready`.
pub fn router(readiness: Readiness) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(health))
        .routes(routes!(ready))
        .with_state(readiness)
}

/// The process answers.
#[utoipa::path(get, path = "/health", tag = "box", security(()), responses((status = 200, body = Health)))]
async fn health() -> Json<Health> {
    Json(Health { status: "ok" })
}

/// The box can teach, perhaps without some parts.
#[utoipa::path(get, path = "/ready", tag = "box", security(()), responses(
    (status = 200, body = Ready), (status = 503, description = "Starting", body = Ready)))]
async fn ready(State(readiness): State<Readiness>) -> (StatusCode, Json<Ready>) {
    let report = readiness.report();
    let status = match report.status {
        ReadyWord::Starting => StatusCode::SERVICE_UNAVAILABLE,
        ReadyWord::Ready | ReadyWord::Degraded => StatusCode::OK,
    };
    (status, Json(report))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn ready_follows_what_is_known() {
        let readiness = Readiness::default();
        let check = async |status: u16, expected: &str| {
            let (found, Json(body)) = ready(State(readiness.clone())).await;
            assert_eq!(found, status);
            assert_eq!(serde_json::to_string(&body).unwrap(), expected);
        };
        check(503, r#"{"status":"starting","degraded":[]}"#).await;
        readiness.set_started();
        check(200, r#"{"status":"ready","degraded":[]}"#).await;
        readiness.set_degraded("llm_missing", true);
        check(200, r#"{"status":"degraded","degraded":["llm_missing"]}"#).await;
        readiness.set_degraded("llm_missing", false);
        check(200, r#"{"status":"ready","degraded":[]}"#).await;
    }
}
