//! `/health`: the process answers. `/ready`: and it can teach.
//!
//! A box without a language model still searches and shows passages, so it is
//! ready but degraded: 200 with the words that say what is missing. Only while
//! it starts does `/ready` answer 503.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Json;
use crate::models::LimitFrom;

/// What the box can not do right now. Cheap to clone.
#[derive(Clone)]
pub struct Readiness(Arc<Inner>);

/// How things stand.
#[derive(Default)]
pub struct Found {
    /// Words for what is missing, such as `llm_missing`.
    pub degraded: Vec<&'static str>,
    /// The language model and how it is laid out in memory.
    pub llm: Option<PlanBody>,
}

struct Inner {
    started: AtomicBool,
    look: Box<dyn Fn() -> Found + Send + Sync>,
}

impl Readiness {
    /// Not started yet. `look` is asked at each report, so that nobody has to
    /// remember to tell.
    pub fn new(look: impl Fn() -> Found + Send + Sync + 'static) -> Self {
        Self(Arc::new(Inner {
            started: AtomicBool::new(false),
            look: Box::new(look),
        }))
    }

    /// Start-up is over.
    pub fn set_started(&self) {
        self.0.started.store(true, Ordering::Release);
    }

    /// Where things stand.
    pub fn report(&self) -> Ready {
        let started = self.0.started.load(Ordering::Acquire);
        let Found { degraded, llm } = (self.0.look)();
        let status = match (started, degraded.is_empty()) {
            (false, _) => ReadyWord::Starting,
            (true, false) => ReadyWord::Degraded,
            (true, true) => ReadyWord::Ready,
        };
        Ready {
            status,
            degraded,
            llm,
        }
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
    /// The language model and how it is laid out in memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub llm: Option<PlanBody>,
}

/// A language model in the memory of the box.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = ModelPlan)]
pub struct PlanBody {
    /// Its catalogue id.
    pub model: String,
    /// Tokens of the key-value pool all answers share.
    pub pool_tokens: u32,
    /// Bytes of that pool.
    pub pool_bytes: u64,
    /// Bytes of the weights.
    pub weights_bytes: u64,
    /// Bytes for computing.
    pub compute_bytes: u64,
    /// Bytes in all.
    pub total_bytes: u64,
    /// Answers written side by side at most.
    pub rows: u32,
    /// Whether the rows were measured, not only planned.
    pub rows_measured: bool,
    /// Threads it computes with.
    pub threads: u32,
    /// Bytes there were for it.
    pub room_bytes: u64,
    /// What limits them.
    pub limit: LimitFrom,
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

/// `/health` and `/ready`, still without their state.
pub fn routes() -> OpenApiRouter<Readiness> {
    OpenApiRouter::new()
        .routes(routes!(health))
        .routes(routes!(ready))
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
        let missing = Arc::new(AtomicBool::new(false));
        let looked = missing.clone();
        let readiness = Readiness::new(move || Found {
            degraded: match looked.load(Ordering::Relaxed) {
                true => vec!["llm_missing"],
                false => Vec::new(),
            },
            llm: None,
        });
        let check = async |status: u16, expected: &str| {
            let (found, Json(body)) = ready(State(readiness.clone())).await;
            assert_eq!(found, status);
            assert_eq!(serde_json::to_string(&body).unwrap(), expected);
        };
        check(503, r#"{"status":"starting","degraded":[]}"#).await;
        readiness.set_started();
        check(200, r#"{"status":"ready","degraded":[]}"#).await;
        missing.store(true, Ordering::Relaxed);
        check(200, r#"{"status":"degraded","degraded":["llm_missing"]}"#).await;
        missing.store(false, Ordering::Relaxed);
        check(200, r#"{"status":"ready","degraded":[]}"#).await;
    }
}
