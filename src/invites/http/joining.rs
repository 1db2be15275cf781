//! `/api/v1/joining`: the school's code for learners, and those who wait for approval.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use crate::accounts::{Admin, Staff};
use crate::error::Result;
use crate::http::Json;
use crate::invites::Invites;
use crate::invites::joining::Joining;
use crate::types::{Timestamp, UserId};

pub(super) fn routes() -> OpenApiRouter<Invites> {
    OpenApiRouter::new()
        .routes(utoipa_axum::routes!(show_joining, change_joining))
        .routes(utoipa_axum::routes!(list_waiting))
        .routes(utoipa_axum::routes!(approve))
        .routes(utoipa_axum::routes!(refuse))
        .routes(utoipa_axum::routes!(reconsider))
}

/// Whether learners may ask for an account by themselves.
#[derive(Serialize, ToSchema)]
#[schema(as = Joining)]
struct JoiningBody {
    open: bool,
    /// What they type; none while they may not.
    code: Option<String>,
}

impl From<Option<Joining>> for JoiningBody {
    fn from(joining: Option<Joining>) -> Self {
        let open = joining.filter(|joining| joining.open);
        Self {
            open: open.is_some(),
            code: open.map(|joining| joining.code),
        }
    }
}

/// What changes about it; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"open": true}))]
struct JoiningPatch {
    open: Option<bool>,
    /// Whether there is another code from now on.
    #[serde(default)]
    renew: bool,
}

/// Somebody who waits for approval.
#[derive(Serialize, ToSchema)]
#[schema(as = Waiting)]
struct WaitingBody {
    id: UserId,
    name: String,
    /// The name the person wants to sign in with.
    username: String,
    asked_at: Timestamp,
}

#[derive(Serialize, ToSchema)]
struct WaitingList {
    /// Who asked first comes first.
    waiting: Vec<WaitingBody>,
}

/// Accounts to decide about.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"users": ["01900000-0000-7000-8000-000000000000"]}))]
struct Decision {
    /// 500 at most; those who do not wait any more are left as they are.
    users: Vec<UserId>,
}

/// Whether learners may ask for an account, and with which code.
#[utoipa::path(get, path = "/joining", tag = "orgs", responses((status = 200, body = JoiningBody)))]
async fn show_joining(
    State(invites): State<Invites>,
    Staff(actor): Staff,
) -> Result<Json<JoiningBody>> {
    Ok(Json(invites.joining(&actor).await?.into()))
}

/// Says whether learners may ask for an account, or makes another code.
#[utoipa::path(put, path = "/joining", tag = "orgs", request_body = JoiningPatch,
    responses((status = 200, body = JoiningBody)))]
async fn change_joining(
    State(invites): State<Invites>,
    Admin(actor): Admin,
    Json(body): Json<JoiningPatch>,
) -> Result<Json<JoiningBody>> {
    let joining = invites.set_joining(&actor, body.open, body.renew).await?;
    Ok(Json(Some(joining).into()))
}

/// Those who wait for approval.
#[utoipa::path(get, path = "/joining/waiting", tag = "orgs",
    responses((status = 200, body = WaitingList)))]
async fn list_waiting(
    State(invites): State<Invites>,
    Staff(actor): Staff,
) -> Result<Json<WaitingList>> {
    let found = invites.waiting(&actor).await?.into_iter();
    Ok(Json(WaitingList {
        waiting: found
            .map(|waiting| WaitingBody {
                id: waiting.id,
                name: waiting.name,
                username: waiting.username,
                asked_at: waiting.asked_at,
            })
            .collect(),
    }))
}

/// Opens the accounts of those who wait; all or none.
#[utoipa::path(post, path = "/joining/approve", tag = "orgs", request_body = Decision,
    responses((status = 204, description = "They may sign in")))]
async fn approve(
    State(invites): State<Invites>,
    Staff(actor): Staff,
    Json(body): Json<Decision>,
) -> Result<StatusCode> {
    invites.decide(&actor, body.users, true).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Moves the accounts of those who wait to the trash; all or none.
#[utoipa::path(post, path = "/joining/refuse", tag = "orgs", request_body = Decision,
    responses((status = 204, description = "They wait no more")))]
async fn refuse(
    State(invites): State<Invites>,
    Staff(actor): Staff,
    Json(body): Json<Decision>,
) -> Result<StatusCode> {
    invites.decide(&actor, body.users, false).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets those who were refused wait again, for 30 days; all or none.
#[utoipa::path(post, path = "/joining/reconsider", tag = "orgs", request_body = Decision,
    responses(
        (status = 204, description = "They wait again"),
        (status = 409, description = "A user name is taken by now"),
    ))]
async fn reconsider(
    State(invites): State<Invites>,
    Staff(actor): Staff,
    Json(body): Json<Decision>,
) -> Result<StatusCode> {
    invites.reconsider(&actor, body.users).await?;
    Ok(StatusCode::NO_CONTENT)
}
