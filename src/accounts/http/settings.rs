//! `/api/v1/settings`: how the school works; and coming in as a guest, which it allows.

use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use super::with_cookies;
use crate::accounts::settings::{Settings, SettingsChange};
use crate::accounts::{Accounts, Admin, Browser, Me, Staff, Way, refused};
use crate::error::Result;
use crate::http::Json;
use crate::types::{Language, OrgId};

pub(super) fn routes() -> OpenApiRouter<Accounts> {
    OpenApiRouter::new()
        .routes(utoipa_axum::routes!(show_settings, change_settings))
        .routes(utoipa_axum::routes!(enter_as_guest))
}

/// How the school works.
#[derive(Serialize, ToSchema)]
#[schema(as = SchoolSettings)]
struct SettingsBody {
    /// What learners are given to sign in with first: `pin` or `pictures`.
    way: Way,
    /// After how many minutes without a request a session on a shared device is over.
    quiet_minutes: u32,
    /// Whether people without an account may look around.
    guests: bool,
}

impl From<Settings> for SettingsBody {
    fn from(settings: Settings) -> Self {
        Self {
            way: settings.way,
            quiet_minutes: settings.quiet_minutes,
            guests: settings.guests,
        }
    }
}

/// What changes about it; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SchoolSettingsPatch, example = json!({"quiet_minutes": 10}))]
struct SettingsPatch {
    /// `pin` or `pictures`.
    way: Option<Way>,
    /// 5 to 60; counts for sessions that begin from now on.
    #[schema(minimum = 5, maximum = 60)]
    quiet_minutes: Option<u32>,
    /// Without guests those who are here have to go at once.
    guests: Option<bool>,
}

/// A guest.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"language": "rw"}))]
struct NewGuest {
    /// The school; needed when the box has several.
    org_id: Option<OrgId>,
    /// The language of the interface.
    language: Language,
}

/// How the school works.
#[utoipa::path(get, path = "/settings", tag = "orgs",
    responses((status = 200, body = SettingsBody)))]
async fn show_settings(
    State(accounts): State<Accounts>,
    Staff(actor): Staff,
) -> Result<Json<SettingsBody>> {
    Ok(Json(accounts.settings(actor).await?.into()))
}

/// Changes how the school works.
#[utoipa::path(patch, path = "/settings", tag = "orgs", request_body = SettingsPatch,
    responses((status = 200, body = SettingsBody)))]
async fn change_settings(
    State(accounts): State<Accounts>,
    Admin(actor): Admin,
    Json(body): Json<SettingsPatch>,
) -> Result<Json<SettingsBody>> {
    let change = SettingsChange {
        way: body.way,
        quiet_minutes: body.quiet_minutes,
        guests: body.guests,
    };
    Ok(Json(accounts.change_settings(actor, change).await?.into()))
}

/// Lets a guest in, where the school allows it; for two hours at most.
#[utoipa::path(post, path = "/auth/guest", tag = "auth", security(()), request_body = NewGuest,
    responses(
        (status = 200, body = Me, description = "Cookies are set"),
        (status = 401, description = "There is no such school"),
        (status = 403, description = "The school has no guests"),
    ))]
async fn enter_as_guest(
    State(accounts): State<Accounts>,
    browser: Browser,
    Json(body): Json<NewGuest>,
) -> Response {
    let entered = accounts.enter_as_guest(body.org_id, body.language, browser.clone());
    match entered.await {
        Ok(signed_in) => with_cookies(signed_in),
        Err(error) => refused(error, &browser),
    }
}
