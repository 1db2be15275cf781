//! Asking for the person is the check: [`Auth`], [`Staff`], [`Admin`], and [`Anyone`]
//! for the little that guests may do too.
//!
//! The access token comes in the cookie `bw_access` (browsers) or as a bearer
//! token (programs). `app.rs` puts [`Accounts`] into every request.

use std::convert::Infallible;

use anyhow::Context;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum_extra::extract::cookie::{Cookie, CookieJar};

use super::browser::Browser;
use super::cookies::{DEVICE, REFRESH};
use super::tokens::Device;
use super::{Accounts, Actor, Role};
use crate::error::{Code, Error, Result};
use crate::http::openapi::ACCESS_COOKIE;
use crate::http::trace;
use crate::rates::Who;

/// Anybody who is signed in, guests too.
#[derive(Debug, Clone, Copy)]
pub struct Anyone(pub Actor);

/// Anybody who has an account.
#[derive(Debug, Clone, Copy)]
pub struct Auth(pub Actor);

/// Teachers and administrators.
#[derive(Debug, Clone, Copy)]
pub struct Staff(pub Actor);

/// Administrators of a school.
#[derive(Debug, Clone, Copy)]
pub struct Admin(pub Actor);

/// Administrators of the box.
#[derive(Debug, Clone, Copy)]
pub struct BoxAdmin(pub Actor);

/// Whose request this is, by its headers.
pub fn actor_of(accounts: &Accounts, headers: &HeaderMap) -> Result<Actor> {
    if let Some(token) = bearer(headers) {
        return accounts.actor(token);
    }
    match CookieJar::from_headers(headers).get(ACCESS_COOKIE) {
        Some(cookie) => accounts.actor(cookie.value()),
        None => Err(Error::new(Code::NotSignedIn, "Sign in first.")),
    }
}

pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn allowed(actor: Actor, roles: &[Role]) -> Result<Actor> {
    if roles.contains(&actor.role) {
        Ok(actor)
    } else {
        Err(forbidden())
    }
}

fn forbidden() -> Error {
    Error::new(Code::Forbidden, "Your account may not do this.")
}

impl<S: Send + Sync> FromRequestParts<S> for Anyone {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let accounts = parts
            .extensions
            .get::<Accounts>()
            .context("the router lacks the layer that knows accounts")?;
        let actor = actor_of(accounts, &parts.headers)?;
        trace::is_of(actor.user);
        Ok(Self(actor))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Auth {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let Anyone(actor) = Anyone::from_request_parts(parts, state).await?;
        allowed(actor, &[Role::Learner, Role::Teacher, Role::Admin]).map(Self)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Staff {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let Auth(actor) = Auth::from_request_parts(parts, state).await?;
        allowed(actor, &[Role::Teacher, Role::Admin]).map(Self)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Admin {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let Auth(actor) = Auth::from_request_parts(parts, state).await?;
        allowed(actor, &[Role::Admin]).map(Self)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for BoxAdmin {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let Auth(actor) = Auth::from_request_parts(parts, state).await?;
        if actor.platform_admin {
            Ok(Self(actor))
        } else {
            Err(forbidden())
        }
    }
}

/// The browser a request says it came from: by the device of its cookie or a new one,
/// which the answer names. Whoever signs in with it ends the session it carries.
impl<S: Send + Sync> FromRequestParts<S> for Browser {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let jar = CookieJar::from_headers(&parts.headers);
        let known = jar
            .get(DEVICE)
            .and_then(|cookie| Device::parse(cookie.value()));
        let user_agent = parts.headers.get(header::USER_AGENT);
        let user_agent = user_agent.and_then(|value| value.to_str().ok());
        let device = known.unwrap_or_else(Device::new);
        let token = |name| jar.get(name).map(Cookie::value);
        let accounts = parts.extensions.get::<Accounts>();
        let before = accounts.and_then(|it| it.carried(token(ACCESS_COOKIE), token(REFRESH)));
        Ok(Self::new(device, user_agent.unwrap_or_default(), before))
    }
}

/// Whose requests these are counted with: the person's, or the browser's.
pub fn who(accounts: &Accounts, headers: &HeaderMap) -> Option<Who> {
    if let Ok(actor) = actor_of(accounts, headers) {
        return Some(Who::Person(actor.user));
    }
    let jar = CookieJar::from_headers(headers);
    let device = Device::parse(jar.get(DEVICE)?.value())?;
    Some(Who::Browser(device.id()))
}

/// Whether these headers are an administrator's; for routes outside the API.
pub fn is_admin(accounts: &Accounts, headers: &HeaderMap) -> bool {
    actor_of(accounts, headers).is_ok_and(|actor| actor.role == Role::Admin)
}
