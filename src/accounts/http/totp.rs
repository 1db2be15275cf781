//! Codes of a phone over HTTP: the second step of signing in, and one's own codes.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{AppendHeaders, IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use super::{declined, told};
use crate::accounts::totp::{CodesNow, Step, Trusted, TypedCode};
use crate::accounts::wire::{LoginAnswer, TokenPlace};
use crate::accounts::{Accounts, Admin, Browser, Staff, cookies};
use crate::config::Secret;
use crate::error::Result;
use crate::http::{Json, Path};
use crate::types::{Timestamp, UserId};

pub(super) fn routes() -> OpenApiRouter<Accounts> {
    OpenApiRouter::new()
        .routes(utoipa_axum::routes!(type_code))
        .routes(utoipa_axum::routes!(show_own, begin))
        .routes(utoipa_axum::routes!(confirm))
        .routes(utoipa_axum::routes!(end))
        .routes(utoipa_axum::routes!(renew))
        .routes(utoipa_axum::routes!(distrust))
        .routes(utoipa_axum::routes!(list))
        .routes(utoipa_axum::routes!(lift))
}

/// The password was right; a code comes next.
#[derive(Serialize, ToSchema)]
pub(super) struct SecondStep {
    /// Goes with the code, once, from the same browser.
    challenge: String,
    /// For how many seconds.
    expires_in: i64,
    codes: CodesNow,
}

/// Who is asked for a code; a browser with its name, so that it is known again.
pub(super) fn asked(step: Step) -> Response {
    let cookie = step.device.map(cookies::device);
    let step = SecondStep {
        challenge: step.challenge,
        expires_in: step.expires_in,
        codes: step.codes,
    };
    (StatusCode::ACCEPTED, AppendHeaders(cookie), Json(step)).into_response()
}

/// A code to sign in with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"challenge": "K7MP2AXWK7MP2AXWK7MP2AXWK7", "code": "287082"}))]
struct CodeBody {
    #[schema(value_type = String, format = Password)]
    challenge: Secret<String>,
    /// Six digits of the phone, or a recovery code.
    #[schema(value_type = String, format = Password)]
    code: Secret<String>,
    /// Whether to ask for no code in this browser for 30 days.
    #[serde(default)]
    trust: bool,
    /// Where the tokens go.
    #[serde(default)]
    tokens: TokenPlace,
}

/// One's password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OwnPassword, example = json!({"password": "inzu ikawa umusozi"}))]
struct PasswordBody {
    #[schema(value_type = String, format = Password)]
    password: Secret<String>,
}

/// The first code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FirstCode, example = json!({"code": "287082"}))]
struct FirstCodeBody {
    /// Six digits of the phone.
    #[schema(value_type = String, format = Password)]
    code: Secret<String>,
}

/// One's password and a code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PasswordAndCode,
    example = json!({"password": "inzu ikawa umusozi", "code": "287082"}))]
struct BothBody {
    #[schema(value_type = String, format = Password)]
    password: Secret<String>,
    /// Six digits of the phone, or a recovery code.
    #[schema(value_type = String, format = Password)]
    code: Secret<String>,
}

/// How one's own codes stand.
#[derive(Serialize, ToSchema)]
struct OwnCodes {
    /// Since when codes are asked for; none when they are not.
    on_since: Option<Timestamp>,
    /// Recovery codes that were not used yet.
    recovery_left: u32,
    /// Whether the box knows the time well enough to judge codes of a phone.
    time_known: bool,
    /// Browsers in which no code is asked for.
    trusted: Vec<TrustedBrowser>,
}

/// A browser in which no code is asked for.
#[derive(Serialize, ToSchema)]
struct TrustedBrowser {
    /// What it said it is; empty when it is not known.
    browser: String,
    until: Timestamp,
}

impl From<Trusted> for TrustedBrowser {
    fn from(trusted: Trusted) -> Self {
        Self {
            browser: trusted.browser,
            until: trusted.until,
        }
    }
}

/// A secret for the phone, shown this once.
#[derive(Serialize, ToSchema)]
struct NewCodes {
    /// What to type where the picture can not be scanned, in base32.
    secret: String,
    /// What the picture says.
    address: String,
    /// The picture to scan, as an SVG path over squares of one unit.
    path: String,
    /// Squares in a row of it.
    width: usize,
}

/// Recovery codes, shown this once.
#[derive(Serialize, ToSchema)]
struct RecoveryCodes {
    /// Each counts once.
    codes: Vec<String>,
}

/// Those who type codes.
#[derive(Serialize, ToSchema)]
struct WithCodes {
    users: Vec<UserId>,
}

/// Signs in whoever typed the password before, with a code of the phone or a recovery code.
#[utoipa::path(post, path = "/auth/login/code", tag = "auth", security(()),
    request_body = CodeBody,
    responses(
        (status = 200, body = LoginAnswer, description = "Cookies are set, or tokens told"),
        (status = 401, description = "Wrong code, or the password comes first again"),
        (status = 409, description = "Only recovery codes count now"),
    ))]
async fn type_code(
    State(accounts): State<Accounts>,
    browser: Browser,
    Json(body): Json<CodeBody>,
) -> Result<Response> {
    let browser = body.tokens.carrier(browser);
    let typed = TypedCode {
        challenge: body.challenge,
        code: body.code,
        trust: body.trust,
        browser: browser.clone(),
    };
    match accounts.enter_by_code(typed).await {
        Ok(signed_in) => Ok(told(signed_in, body.tokens)),
        Err(error) => declined(error, &browser, body.tokens),
    }
}

/// How one's own codes stand.
#[utoipa::path(get, path = "/auth/me/totp", tag = "auth",
    responses((status = 200, body = OwnCodes)))]
async fn show_own(State(accounts): State<Accounts>, Staff(actor): Staff) -> Result<Json<OwnCodes>> {
    let own = accounts.own_codes(actor).await?;
    Ok(Json(OwnCodes {
        on_since: own.on_since,
        recovery_left: own.recovery_left,
        time_known: own.knows_time,
        trusted: own.trusted.into_iter().map(TrustedBrowser::from).collect(),
    }))
}

/// Makes a secret for the phone; nothing is asked for until a first code is typed.
#[utoipa::path(post, path = "/auth/me/totp", tag = "auth", request_body = PasswordBody,
    responses(
        (status = 201, body = NewCodes),
        (status = 409, description = "Codes are on already, or can not be judged now"),
    ))]
async fn begin(
    State(accounts): State<Accounts>,
    Staff(actor): Staff,
    Json(body): Json<PasswordBody>,
) -> Result<(StatusCode, Json<NewCodes>)> {
    let made = accounts.begin_codes(actor, body.password).await?;
    let new = NewCodes {
        secret: made.secret,
        address: made.address,
        path: made.path,
        width: made.width,
    };
    Ok((StatusCode::CREATED, Json(new)))
}

/// Turns codes on with the first one, and ends all other sessions.
#[utoipa::path(post, path = "/auth/me/totp/confirm", tag = "auth", request_body = FirstCodeBody,
    responses(
        (status = 200, body = RecoveryCodes),
        (status = 409, description = "No secret was made, or codes can not be judged now"),
    ))]
async fn confirm(
    State(accounts): State<Accounts>,
    Staff(actor): Staff,
    Json(body): Json<FirstCodeBody>,
) -> Result<Json<RecoveryCodes>> {
    let codes = accounts.confirm_codes(actor, body.code).await?;
    Ok(Json(RecoveryCodes { codes }))
}

/// Turns one's codes off.
#[utoipa::path(post, path = "/auth/me/totp/off", tag = "auth", request_body = BothBody,
    responses(
        (status = 204, description = "Off"),
        (status = 409, description = "They are not on, or only recovery codes count now"),
    ))]
async fn end(
    State(accounts): State<Accounts>,
    Staff(actor): Staff,
    Json(body): Json<BothBody>,
) -> Result<StatusCode> {
    accounts.end_codes(actor, body.password, body.code).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes new recovery codes; those before count no more.
#[utoipa::path(post, path = "/auth/me/totp/recovery", tag = "auth", request_body = BothBody,
    responses(
        (status = 200, body = RecoveryCodes),
        (status = 409, description = "Codes are not on, or only recovery codes count now"),
    ))]
async fn renew(
    State(accounts): State<Accounts>,
    Staff(actor): Staff,
    Json(body): Json<BothBody>,
) -> Result<Json<RecoveryCodes>> {
    let renewed = accounts.renew_recovery(actor, body.password, body.code);
    Ok(Json(RecoveryCodes {
        codes: renewed.await?,
    }))
}

/// Asks for a code again in all of one's browsers.
#[utoipa::path(delete, path = "/auth/me/totp/trusted", tag = "auth",
    responses((status = 204, description = "No browser is trusted")))]
async fn distrust(State(accounts): State<Accounts>, Staff(actor): Staff) -> Result<StatusCode> {
    accounts.distrust_devices(actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who of the school's staff types codes.
#[utoipa::path(get, path = "/users/totp", tag = "users",
    responses((status = 200, body = WithCodes)))]
async fn list(State(accounts): State<Accounts>, Admin(actor): Admin) -> Result<Json<WithCodes>> {
    let users = accounts.with_codes(actor).await?;
    Ok(Json(WithCodes { users }))
}

/// Turns off the codes of another member of staff.
#[utoipa::path(delete, path = "/users/{id}/totp", tag = "users", params(("id" = UserId, Path)),
    responses((status = 204, description = "None are asked for")))]
async fn lift(
    State(accounts): State<Accounts>,
    Admin(actor): Admin,
    Path(id): Path<UserId>,
) -> Result<StatusCode> {
    accounts.lift_codes(actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
