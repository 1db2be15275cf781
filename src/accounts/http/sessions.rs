//! `/api/v1/auth/sessions`: where one is signed in.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use crate::accounts::{Accounts, Auth};
use crate::error::Result;
use crate::http::{Json, Path};
use crate::types::{SessionId, Timestamp};

pub(super) fn routes() -> OpenApiRouter<Accounts> {
    OpenApiRouter::new()
        .routes(utoipa_axum::routes!(list_sessions, end_other_sessions))
        .routes(utoipa_axum::routes!(end_session))
}

/// A device on which one is signed in.
#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
struct SessionBody {
    id: SessionId,
    /// What its browser said it is, such as `Chrome · Android`; empty when it is not known.
    browser: String,
    /// Whether others use the device too.
    shared: bool,
    /// Whether it is the one that asks.
    current: bool,
    created_at: Timestamp,
    last_used_at: Timestamp,
}

#[derive(Serialize, ToSchema)]
struct SessionList {
    /// The last used first.
    sessions: Vec<SessionBody>,
}

/// One's own sessions.
#[utoipa::path(get, path = "/auth/sessions", tag = "auth",
    responses((status = 200, body = SessionList)))]
async fn list_sessions(
    State(accounts): State<Accounts>,
    Auth(actor): Auth,
) -> Result<Json<SessionList>> {
    let sessions = accounts.own_sessions(actor).await?.into_iter();
    Ok(Json(SessionList {
        sessions: sessions
            .map(|session| SessionBody {
                id: session.id,
                browser: session.browser,
                shared: session.shared,
                current: session.id == actor.session,
                created_at: session.created_at,
                last_used_at: session.last_used_at,
            })
            .collect(),
    }))
}

/// Ends one of one's own sessions.
#[utoipa::path(delete, path = "/auth/sessions/{id}", tag = "auth",
    params(("id" = SessionId, Path)), responses((status = 204, description = "Ended")))]
async fn end_session(
    State(accounts): State<Accounts>,
    Auth(actor): Auth,
    Path(id): Path<SessionId>,
) -> Result<StatusCode> {
    accounts.end_own_session(actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends all of one's own sessions but this one.
#[utoipa::path(delete, path = "/auth/sessions", tag = "auth",
    responses((status = 204, description = "Ended")))]
async fn end_other_sessions(
    State(accounts): State<Accounts>,
    Auth(actor): Auth,
) -> Result<StatusCode> {
    accounts.end_other_sessions(actor).await?;
    Ok(StatusCode::NO_CONTENT)
}
