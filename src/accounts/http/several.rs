//! `/api/v1/users`: the same for several people, for all of them or for none.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use crate::accounts::wire::User;
use crate::accounts::{Accounts, Admin, Person, Staff};
use crate::error::Result;
use crate::http::Json;
use crate::types::UserId;

pub(super) fn routes() -> OpenApiRouter<Accounts> {
    OpenApiRouter::new()
        .routes(utoipa_axum::routes!(change_users))
        .routes(utoipa_axum::routes!(remove_users))
        .routes(utoipa_axum::routes!(restore_users))
}

/// Whose accounts are closed or opened.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"users": ["01900000-0000-7000-8000-000000000000"], "active": false}))]
struct UsersPatch {
    /// 1 to 500 people.
    users: Vec<UserId>,
    /// Whether they may sign in.
    active: bool,
}

/// Who is meant.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"users": ["01900000-0000-7000-8000-000000000000"]}))]
struct UserIds {
    /// 1 to 500 people.
    users: Vec<UserId>,
}

/// People as they are now.
#[derive(Serialize, ToSchema)]
struct ChangedUsers {
    users: Vec<User>,
}

impl From<Vec<Person>> for ChangedUsers {
    fn from(people: Vec<Person>) -> Self {
        let users = people.into_iter().map(User::from).collect();
        Self { users }
    }
}

/// Closes accounts, which ends their sessions, or opens them again: administrators
/// anybody's, teachers learners'.
#[utoipa::path(patch, path = "/users", tag = "users", request_body = UsersPatch, responses(
    (status = 200, body = ChangedUsers),
    (status = 404, description = "One of them is nobody of the school"),
    (status = 409, description = "The last administrator, or somebody who waits for approval"),
))]
async fn change_users(
    State(accounts): State<Accounts>,
    Staff(actor): Staff,
    Json(body): Json<UsersPatch>,
) -> Result<Json<ChangedUsers>> {
    let changed = accounts.set_active(actor, body.users, body.active);
    Ok(Json(changed.await?.into()))
}

/// Moves people to the trash for 30 days; their user names are free meanwhile.
#[utoipa::path(post, path = "/users/trash", tag = "users", request_body = UserIds, responses(
    (status = 204, description = "In the trash"),
    (status = 404, description = "One of them is nobody of the school"),
    (status = 409, description = "The last administrator"),
))]
async fn remove_users(
    State(accounts): State<Accounts>,
    Admin(actor): Admin,
    Json(body): Json<UserIds>,
) -> Result<StatusCode> {
    accounts.trash_people(actor, body.users).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Brings people back from the trash.
#[utoipa::path(post, path = "/users/restore", tag = "users", request_body = UserIds, responses(
    (status = 200, body = ChangedUsers),
    (status = 404, description = "One of them is not in the trash"),
    (status = 409, description = "A user name is taken by now"),
))]
async fn restore_users(
    State(accounts): State<Accounts>,
    Admin(actor): Admin,
    Json(body): Json<UserIds>,
) -> Result<Json<ChangedUsers>> {
    let restored = accounts.restore_people(actor, body.users).await?;
    Ok(Json(restored.into()))
}
