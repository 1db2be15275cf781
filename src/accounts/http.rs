//! The routes of set-up, signing in, people and schools.

mod recovery;
mod search;
mod sessions;
mod settings;
mod several;
mod totp;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum_extra::extract::cookie::CookieJar;
use utoipa_axum::router::OpenApiRouter;

use super::orgs::{NewSchool, OrgChange};
use super::people::{NewOwnPassword, NewPerson, OwnChange, PersonChange};
use super::setup::Asking;
use super::signin::{Login, SignedIn, Tokens};
use super::tokens::ACCESS_S;
use super::totp::Entered;
use super::wire::{
    BadgeCode, BoxInfo, Credentials, GivenSecret, LoginAnswer, Me, MePatch, NewOrg, NewSecret,
    NewUser, OrgPatch, OrgView, Orgs, RefreshBody, School, Setup, TokenPlace, TokenSet, User,
    UserPatch,
};
use super::{Accounts, Admin, Anyone, Auth, BoxAdmin, Browser, Staff, cookies, extractor};
use crate::error::{Code, Error, OrNotFound, Result};
use crate::http::openapi::ACCESS_COOKIE;
use crate::http::peer::OnBox;
use crate::http::{Json, Path};
use crate::types::{Language, OrgId, UserId};

impl Accounts {
    /// The routes of set-up, signing in, people and schools, relative to
    /// `/api/v1`.
    pub fn router(self) -> OpenApiRouter {
        routes().with_state(self)
    }
}

/// The routes, still without their state.
pub fn routes() -> OpenApiRouter<Accounts> {
    OpenApiRouter::new()
        .routes(utoipa_axum::routes!(show_box))
        .routes(utoipa_axum::routes!(set_up))
        .routes(utoipa_axum::routes!(login))
        .routes(utoipa_axum::routes!(refresh))
        .routes(utoipa_axum::routes!(logout))
        .routes(utoipa_axum::routes!(me, change_me))
        .routes(utoipa_axum::routes!(add_user))
        .routes(utoipa_axum::routes!(change_user, remove_user))
        .routes(utoipa_axum::routes!(restore_user))
        .routes(utoipa_axum::routes!(give_secret))
        .routes(utoipa_axum::routes!(revoke_badge))
        .routes(utoipa_axum::routes!(enter_by_badge))
        .routes(utoipa_axum::routes!(list_orgs, add_org))
        .routes(utoipa_axum::routes!(show_org, change_org))
        .merge(search::routes())
        .merge(sessions::routes())
        .merge(recovery::routes())
        .merge(totp::routes())
        .merge(settings::routes())
        .merge(several::routes())
}

/// What anybody may know before signing in.
#[utoipa::path(get, path = "/box", tag = "box", security(()),
    responses((status = 200, body = BoxInfo)))]
async fn show_box(State(accounts): State<Accounts>, OnBox(on_box): OnBox) -> Result<Json<BoxInfo>> {
    let schools = accounts.orgs_with_settings().await?.into_iter();
    let schools: Vec<School> = schools
        .map(|(org, settings)| School {
            id: org.id,
            name: org.name,
            language: org.language,
            guests: settings.guests,
        })
        .collect();
    let setup_done = !schools.is_empty();
    let https = accounts.0.app.config.https.as_ref();
    Ok(Json(BoxInfo {
        name: "Bwenge",
        version: env!("CARGO_PKG_VERSION"),
        setup_done,
        setup_code_needed: !setup_done && !on_box,
        schools,
        languages: Language::ALL,
        https_port: https.map(|https| https.listen.port()),
    }))
}

/// Makes the first school and signs its administrator in.
#[utoipa::path(post, path = "/setup", tag = "box", security(()), request_body = Setup,
    responses(
        (status = 201, body = Me),
        (status = 409, description = "The box has a school already"),
    ))]
async fn set_up(
    State(accounts): State<Accounts>,
    OnBox(on_box): OnBox,
    browser: Browser,
    Json(body): Json<Setup>,
) -> Result<Response> {
    let asking = Asking {
        code: body.code.as_deref(),
        on_box,
        browser,
    };
    let school = NewSchool {
        name: body.school_name,
        name_field: "school_name",
        kind: body.school_kind,
        language: body.language,
        admin_name: body.admin_name,
        username: body.username,
        password: body.password,
    };
    let signed_in = accounts
        .set_up(school, body.sample, body.preset, asking)
        .await?;
    Ok((StatusCode::CREATED, with_cookies(signed_in)).into_response())
}

/// A refusal that names the device, so that its tries count as its own.
pub(crate) fn refused(error: Error, browser: &Browser) -> Response {
    (AppendHeaders([cookies::device(browser.device)]), error).into_response()
}

/// Who has just signed in, with the cookies for it.
pub(crate) fn with_cookies(signed_in: SignedIn) -> Response {
    let browser = signed_in.browser;
    let cookies = cookies::signed_in(&signed_in.tokens, browser.device);
    let me = Me::new(signed_in.person, signed_in.org, signed_in.quiet_minutes);
    (AppendHeaders(cookies), Json(me)).into_response()
}

/// Signs in, with cookies or (`"tokens":"body"`) with tokens in the answer. Staff who use
/// codes of a phone are asked for one first, unless they trust the browser.
#[utoipa::path(post, path = "/auth/login", tag = "auth", security(()), request_body = Credentials,
    responses(
        (status = 200, body = LoginAnswer, description = "Cookies are set, or tokens told"),
        (status = 202, body = totp::SecondStep, description = "Nobody is signed in yet"),
        (status = 401, description = "Wrong user name or password"),
    ))]
async fn login(
    State(accounts): State<Accounts>,
    browser: Browser,
    Json(body): Json<Credentials>,
) -> Result<Response> {
    let browser = body.tokens.carrier(browser);
    let login = Login {
        org: body.org_id,
        username: body.username,
        password: body.password,
        browser: browser.clone(),
        is_program: body.tokens == TokenPlace::Body,
    };
    match accounts.login(login).await {
        Ok(Entered::In(signed_in)) => Ok(told(*signed_in, body.tokens)),
        Ok(Entered::Asked(step)) => Ok(totp::asked(step)),
        Err(error) => declined(error, &browser, body.tokens),
    }
}

/// Who has just signed in, told where it was asked for.
fn told(signed_in: SignedIn, place: TokenPlace) -> Response {
    match place {
        TokenPlace::Cookies => with_cookies(signed_in),
        TokenPlace::Body => {
            let me = Me::new(signed_in.person, signed_in.org, None);
            Json(token_set(signed_in.tokens, Some(me))).into_response()
        }
    }
}

/// Why somebody does not get in.
fn declined(error: Error, browser: &Browser, place: TokenPlace) -> Result<Response> {
    match place {
        TokenPlace::Cookies => Ok(refused(error, browser)),
        // A program that kept a cookie would have to say which page it is.
        TokenPlace::Body => Err(error),
    }
}

fn token_set(tokens: Tokens, me: Option<Me>) -> TokenSet {
    TokenSet {
        access_token: tokens.access,
        refresh_token: tokens.refresh,
        expires_in: ACCESS_S,
        me,
    }
}

/// Replaces the tokens: those in cookies (204), or the one in the body (200).
#[utoipa::path(post, path = "/auth/refresh", tag = "auth", security(()),
    request_body(content = Option<RefreshBody>, description = "Only for programs"),
    responses(
        (status = 200, body = TokenSet),
        (status = 204, description = "Cookies are set"),
        (status = 401, description = "The session is over"),
    ))]
async fn refresh(
    State(accounts): State<Accounts>,
    jar: CookieJar,
    body: Bytes,
) -> Result<Response> {
    if let Some(token) = refresh_body(&body)? {
        let tokens = accounts.refresh(token.refresh_token.expose()).await?;
        return Ok(Json(token_set(tokens, None)).into_response());
    }
    let Some(cookie) = jar.get(cookies::REFRESH) else {
        return Err(Error::new(Code::NotSignedIn, "Sign in first."));
    };
    let tokens = accounts.refresh(cookie.value()).await?;
    let cookies = cookies::refreshed(&tokens);
    Ok((StatusCode::NO_CONTENT, AppendHeaders(cookies)).into_response())
}

fn refresh_body(body: &[u8]) -> Result<Option<RefreshBody>> {
    if body.trim_ascii().is_empty() || body.trim_ascii() == b"{}" {
        return Ok(None);
    }
    serde_json::from_slice(body)
        .map(Some)
        .map_err(|e| Error::new(Code::BadRequest, e.to_string()))
}

/// Ends the session at once.
#[utoipa::path(post, path = "/auth/logout", tag = "auth", security(()),
    request_body(content = Option<RefreshBody>, description = "Only for programs"),
    responses((status = 204, description = "Signed out; cookies are gone")))]
async fn logout(
    State(accounts): State<Accounts>,
    jar: CookieJar,
    headers: axum::http::HeaderMap,
    body: Bytes,
) -> Result<Response> {
    let in_body = refresh_body(&body)?;
    let access = extractor::bearer(&headers).or_else(|| jar.get(ACCESS_COOKIE).map(|c| c.value()));
    let refresh = in_body
        .as_ref()
        .map(|body| body.refresh_token.expose().as_str())
        .or_else(|| jar.get(cookies::REFRESH).map(|c| c.value()));
    accounts.logout(access, refresh).await?;
    Ok((StatusCode::NO_CONTENT, AppendHeaders(cookies::signed_out())).into_response())
}

/// Who is signed in.
#[utoipa::path(get, path = "/auth/me", tag = "auth", responses((status = 200, body = Me)))]
async fn me(State(accounts): State<Accounts>, Anyone(actor): Anyone) -> Result<Json<Me>> {
    let (person, org) = accounts.me(actor).await?;
    Ok(Json(Me::new(person, org, accounts.quiet_minutes(actor))))
}

/// Changes one's own name, language or password.
#[utoipa::path(patch, path = "/auth/me", tag = "auth", request_body = MePatch,
    responses(
        (status = 200, body = Me),
        (status = 409, description = "Changed meanwhile"),
    ))]
async fn change_me(
    State(accounts): State<Accounts>,
    Auth(actor): Auth,
    Json(body): Json<MePatch>,
) -> Result<Json<Me>> {
    let change = OwnChange {
        name: body.name,
        language: body.language,
        password: body.password.map(|password| NewOwnPassword {
            current: password.current,
            new: password.new,
        }),
    };
    let (person, org) = accounts.change_me(actor, change).await?;
    Ok(Json(Me::new(person, org, accounts.quiet_minutes(actor))))
}

/// Adds somebody: administrators anybody, teachers learners.
#[utoipa::path(post, path = "/users", tag = "users", request_body = NewUser,
    responses(
        (status = 201, body = User),
        (status = 409, description = "The user name is taken"),
    ))]
async fn add_user(
    State(accounts): State<Accounts>,
    Staff(actor): Staff,
    Json(body): Json<NewUser>,
) -> Result<(StatusCode, Json<User>)> {
    let new = NewPerson {
        name: body.name,
        username: body.username,
        password: body.password,
        role: body.role,
        age: body.age,
        language: body.language,
    };
    let person = accounts.add_person(actor, new).await?;
    Ok((StatusCode::CREATED, Json(person.into())))
}

/// Changes somebody: administrators anybody, teachers learners.
#[utoipa::path(patch, path = "/users/{id}", tag = "users", params(("id" = UserId, Path)),
    request_body = UserPatch, responses(
        (status = 200, body = User),
        (status = 409, description = "The last administrator, or changed meanwhile"),
    ))]
async fn change_user(
    State(accounts): State<Accounts>,
    Staff(actor): Staff,
    Path(id): Path<UserId>,
    Json(body): Json<UserPatch>,
) -> Result<Json<User>> {
    let change = PersonChange {
        name: body.name,
        role: body.role,
        active: body.active,
        password: body.password,
    };
    Ok(Json(
        accounts.change_person(actor, id, change).await?.into(),
    ))
}

/// Gives a learner new digits or pictures to sign in with; ends the learner's sessions.
#[utoipa::path(post, path = "/users/{id}/secret", tag = "users", params(("id" = UserId, Path)),
    request_body = NewSecret, responses((status = 200, body = GivenSecret)))]
async fn give_secret(
    State(accounts): State<Accounts>,
    Staff(actor): Staff,
    Path(id): Path<UserId>,
    Json(body): Json<NewSecret>,
) -> Result<Json<GivenSecret>> {
    let way = body.way;
    let given = accounts.give_secrets(actor, vec![id], way).await?;
    let parts = given.into_iter().flat_map(|(_, parts)| parts).collect();
    Ok(Json(GivenSecret { way, parts }))
}

/// Makes a learner's badge worthless.
#[utoipa::path(delete, path = "/users/{id}/badge", tag = "users", params(("id" = UserId, Path)),
    responses((status = 204, description = "Revoked")))]
async fn revoke_badge(
    State(accounts): State<Accounts>,
    Staff(actor): Staff,
    Path(id): Path<UserId>,
) -> Result<StatusCode> {
    accounts.revoke_badge(actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Signs in the learner of a badge.
#[utoipa::path(post, path = "/auth/badge", tag = "auth", security(()), request_body = BadgeCode,
    responses(
        (status = 200, body = Me, description = "Cookies are set"),
        (status = 401, description = "No badge says this"),
    ))]
async fn enter_by_badge(
    State(accounts): State<Accounts>,
    browser: Browser,
    Json(body): Json<BadgeCode>,
) -> Result<Response> {
    let browser = browser.shared(!body.own_device);
    let entered = accounts.enter_by_badge(body.badge.expose(), browser);
    Ok(with_cookies(entered.await?))
}

/// Moves somebody to the trash for 30 days; the user name is free meanwhile.
#[utoipa::path(delete, path = "/users/{id}", tag = "users", params(("id" = UserId, Path)),
    responses(
        (status = 204, description = "In the trash"),
        (status = 409, description = "The last administrator"),
    ))]
async fn remove_user(
    State(accounts): State<Accounts>,
    Admin(actor): Admin,
    Path(id): Path<UserId>,
) -> Result<StatusCode> {
    accounts.trash_people(actor, vec![id]).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Brings somebody back from the trash.
#[utoipa::path(post, path = "/users/{id}/restore", tag = "users", params(("id" = UserId, Path)),
    responses(
        (status = 200, body = User),
        (status = 409, description = "The user name is taken by now"),
    ))]
async fn restore_user(
    State(accounts): State<Accounts>,
    Admin(actor): Admin,
    Path(id): Path<UserId>,
) -> Result<Json<User>> {
    let mut restored = accounts.restore_people(actor, vec![id]).await?;
    let person = restored.pop().or_not_found("person")?;
    Ok(Json(person.into()))
}

/// All schools, for the administrator of the box.
#[utoipa::path(get, path = "/orgs", tag = "orgs", responses((status = 200, body = Orgs)))]
async fn list_orgs(State(accounts): State<Accounts>, _: BoxAdmin) -> Result<Json<Orgs>> {
    let orgs = accounts.orgs().await?;
    Ok(Json(Orgs {
        orgs: orgs.into_iter().map(OrgView::from).collect(),
    }))
}

/// Adds a school with its first administrator.
#[utoipa::path(post, path = "/orgs", tag = "orgs", request_body = NewOrg,
    responses((status = 201, body = OrgView)))]
async fn add_org(
    State(accounts): State<Accounts>,
    BoxAdmin(actor): BoxAdmin,
    Json(body): Json<NewOrg>,
) -> Result<(StatusCode, Json<OrgView>)> {
    let school = NewSchool {
        name: body.name,
        name_field: "name",
        kind: body.kind,
        language: body.language,
        admin_name: body.admin.name,
        username: body.admin.username,
        password: body.admin.password,
    };
    let org = accounts.create_org(actor, school).await?;
    Ok((StatusCode::CREATED, Json(org.into())))
}

/// One school, for its administrator or that of the box.
#[utoipa::path(get, path = "/orgs/{id}", tag = "orgs", params(("id" = OrgId, Path)),
    responses((status = 200, body = OrgView)))]
async fn show_org(
    State(accounts): State<Accounts>,
    Auth(actor): Auth,
    Path(id): Path<OrgId>,
) -> Result<Json<OrgView>> {
    Ok(Json(accounts.org(actor, id).await?.into()))
}

/// Renames a school or corrects its kind and language.
#[utoipa::path(patch, path = "/orgs/{id}", tag = "orgs", params(("id" = OrgId, Path)),
    request_body = OrgPatch, responses((status = 200, body = OrgView)))]
async fn change_org(
    State(accounts): State<Accounts>,
    Auth(actor): Auth,
    Path(id): Path<OrgId>,
    Json(body): Json<OrgPatch>,
) -> Result<Json<OrgView>> {
    let change = OrgChange {
        name: body.name,
        kind: body.kind,
        language: body.language,
    };
    Ok(Json(accounts.change_org(actor, id, change).await?.into()))
}
