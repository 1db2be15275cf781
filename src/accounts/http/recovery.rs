//! Cards with which staff set a new password, over HTTP.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use super::{refused, totp, with_cookies};
use crate::accounts::totp::Entered;
use crate::accounts::wire::Me;
use crate::accounts::{Accounts, Admin, Browser, Origin, Person};
use crate::config::Secret;
use crate::error::Result;
use crate::http::{Json, Path};
use crate::types::{Timestamp, UserId};

pub(super) fn routes() -> OpenApiRouter<Accounts> {
    OpenApiRouter::new()
        .routes(utoipa_axum::routes!(give_card))
        .routes(utoipa_axum::routes!(show_own_card, make_own_card))
        .routes(utoipa_axum::routes!(recover))
}

/// Where a card leads.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"origin": "http://192.168.1.5:8080"}))]
struct NewCard {
    /// The beginning of the box's addresses, as phones reach it.
    #[schema(example = "http://192.168.1.5:8080")]
    origin: String,
}

/// One's own card to make.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"password": "inzu ikawa umusozi", "origin": "http://192.168.1.5:8080"}))]
struct NewOwnCard {
    /// One's password.
    #[schema(value_type = String, format = Password)]
    password: Secret<String>,
    /// The beginning of the box's addresses, as phones reach it.
    #[schema(example = "http://192.168.1.5:8080")]
    origin: String,
}

/// A card, shown this once.
#[derive(Serialize, ToSchema)]
struct RecoveryCard {
    /// Whose, by name.
    name: String,
    username: String,
    /// What to type where the picture can not be scanned.
    code: String,
    /// The address to open.
    link: String,
    /// The picture to scan, as an SVG path over squares of one unit.
    path: String,
    /// Squares in a row of it.
    width: usize,
}

impl RecoveryCard {
    fn new(origin: &Origin, person: Person, code: String) -> Result<Self> {
        let scan = origin.scan("/signin/recover", &code)?;
        Ok(Self {
            name: person.name,
            username: person.username.shown,
            code,
            link: scan.link,
            path: scan.path,
            width: scan.width,
        })
    }
}

/// One's own card.
#[derive(Serialize, ToSchema)]
struct OwnCard {
    /// When it was made; none when there is none, or it was used.
    made_at: Option<Timestamp>,
}

/// A new password for whoever holds a card.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"code": "K7MP2AXWK7MP2AXW", "password": "inzu ikawa umusozi"}))]
struct Recovery {
    /// The card's code, as it was scanned or typed.
    #[schema(value_type = String, format = Password)]
    code: Secret<String>,
    /// At least 12 characters.
    #[schema(value_type = String, format = Password, min_length = 12)]
    password: Secret<String>,
}

/// Makes a card for another member of staff; it counts for a day, or until it is used.
#[utoipa::path(post, path = "/users/{id}/recovery", tag = "users",
    params(("id" = UserId, Path)), request_body = NewCard,
    responses((status = 201, body = RecoveryCard)))]
async fn give_card(
    State(accounts): State<Accounts>,
    Admin(actor): Admin,
    Path(id): Path<UserId>,
    Json(body): Json<NewCard>,
) -> Result<(StatusCode, Json<RecoveryCard>)> {
    let origin = Origin::read(&body.origin)?;
    let (person, code) = accounts.give_card(actor, id).await?;
    let card = RecoveryCard::new(&origin, person, code)?;
    Ok((StatusCode::CREATED, Json(card)))
}

/// Whether one has a card of one's own.
#[utoipa::path(get, path = "/auth/me/recovery", tag = "auth",
    responses((status = 200, body = OwnCard)))]
async fn show_own_card(
    State(accounts): State<Accounts>,
    Admin(actor): Admin,
) -> Result<Json<OwnCard>> {
    let made_at = accounts.own_card(actor).await?;
    Ok(Json(OwnCard { made_at }))
}

/// Makes one's own card, to print and to keep; it replaces the one before.
#[utoipa::path(post, path = "/auth/me/recovery", tag = "auth", request_body = NewOwnCard,
    responses((status = 201, body = RecoveryCard)))]
async fn make_own_card(
    State(accounts): State<Accounts>,
    Admin(actor): Admin,
    Json(body): Json<NewOwnCard>,
) -> Result<(StatusCode, Json<RecoveryCard>)> {
    let origin = Origin::read(&body.origin)?;
    let (person, code) = accounts.make_own_card(actor, body.password).await?;
    let card = RecoveryCard::new(&origin, person, code)?;
    Ok((StatusCode::CREATED, Json(card)))
}

/// Sets a new password with a card, which is used up, and ends all other sessions.
#[utoipa::path(post, path = "/auth/recover", tag = "auth", security(()), request_body = Recovery,
    responses(
        (status = 200, body = Me, description = "Cookies are set"),
        (status = 202, body = totp::SecondStep,
            description = "The password is set; nobody is signed in yet"),
    ))]
async fn recover(
    State(accounts): State<Accounts>,
    browser: Browser,
    Json(body): Json<Recovery>,
) -> Response {
    let recovered = accounts.recover(body.code.expose(), body.password, browser.clone());
    match recovered.await {
        Ok(Entered::In(signed_in)) => with_cookies(*signed_in),
        Ok(Entered::Asked(step)) => totp::asked(step),
        Err(error) => refused(error, &browser),
    }
}
