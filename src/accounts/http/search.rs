//! `GET /api/v1/users`: the people of the school, a page at a time.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;

use crate::accounts::search::{Among, Wanted, words};
use crate::accounts::wire::User;
use crate::accounts::{Accounts, Staff};
use crate::error::Result;
use crate::http::{Json, Query};
use crate::types::ClassId;

/// People on a page unless said, and at most.
const PAGE: u32 = 60;
const LONGEST_PAGE: u32 = 500;

pub(super) fn routes() -> OpenApiRouter<Accounts> {
    OpenApiRouter::new().routes(utoipa_axum::routes!(list_users))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Part {
    /// Only these; everybody unless said.
    #[param(inline)]
    among: Option<Among>,
    /// Only those who may sign in, or who may not.
    active: Option<bool>,
    /// Only those who are not in this class.
    outside: Option<ClassId>,
    /// Only people with these words, or parts of words, in name, user name or number:
    /// in any order, without regard to case and accents; up to 200 characters.
    #[serde(default)]
    name: String,
    /// `next` of the page before.
    #[serde(default)]
    from: u32,
    /// 1 to 500 people; 60 unless said.
    limit: Option<u32>,
}

/// A page of the people of the school.
#[derive(Serialize, ToSchema)]
struct Users {
    /// By name.
    users: Vec<User>,
    /// How many fit, on this page and all others.
    total: u32,
    /// `from` of the next page, if there is one.
    next: Option<u32>,
}

/// The people of the school, for its staff; accounts that wait for approval are not among
/// them.
#[utoipa::path(get, path = "/users", tag = "users", params(Part),
    responses((status = 200, body = Users)))]
async fn list_users(
    State(accounts): State<Accounts>,
    Staff(actor): Staff,
    Query(part): Query<Part>,
) -> Result<Json<Users>> {
    let wanted = Wanted {
        among: part.among.unwrap_or(Among::Everybody),
        active: part.active,
        outside: part.outside,
        words: words(&part.name)?,
        limit: part.limit.unwrap_or(PAGE).clamp(1, LONGEST_PAGE),
        from: part.from,
    };
    let found = accounts.search(actor, wanted).await?;
    let users: Vec<User> = found.people.into_iter().map(User::from).collect();
    let shown = part.from.saturating_add(users.len() as u32);
    Ok(Json(Users {
        next: (!users.is_empty() && shown < found.total).then_some(shown),
        total: found.total,
        users,
    }))
}
