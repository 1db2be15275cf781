//! Requests of the API are counted, and told how many may follow.
//!
//! The headers are those of the IETF's httpapi group (`RateLimit-Policy` and
//! `RateLimit`, draft-ietf-httpapi-ratelimit-headers-10); whoever has none left also
//! gets `Retry-After`. Programs below `/v1` are counted by their keys instead.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::config::RequestKind;
use crate::rates::{Standing, Who};
use crate::state::App;

/// How many requests there are in a minute.
pub const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
/// How many requests are left.
pub const LIMIT: HeaderName = HeaderName::from_static("ratelimit");

const API: &str = "/api/v1";

/// Paths that are sign-ins when something is posted to them.
const SIGN_IN: &[&str] = &[
    "/auth/badge",
    "/auth/class",
    "/auth/class/login",
    "/auth/guest",
    "/auth/invite",
    "/auth/login",
    "/auth/login/code",
    "/auth/logout",
    "/auth/recover",
    "/auth/refresh",
    "/auth/register",
    "/setup",
];
const UPLOAD: &[&str] = &[
    "/knowledge/upload",
    "/knowledge/uploads",
    "/knowledge/uploads/{id}",
];
const ASK: &[&str] = &["/knowledge/search", "/ws/chat"];

/// What counting needs.
#[derive(Clone)]
pub struct Limits {
    /// The shared base, with the buckets.
    pub app: App,
    /// Whose request it is, by its headers.
    pub who: Arc<Asker>,
}

/// Tells whose request it is.
pub type Asker = dyn Fn(&HeaderMap) -> Option<Who> + Send + Sync;

/// Counts a request and refuses it when there were too many.
pub async fn limited(State(limits): State<Limits>, request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>();
    let kind = path.and_then(|path| kind_of(request.method(), path.as_str()));
    let standing = kind.and_then(|kind| {
        let who = (limits.who)(request.headers());
        limits.app.rates.take(kind, who)
    });
    let Some(standing) = standing else {
        return next.run(request).await;
    };
    let mut response = match standing.allowed {
        true => next.run(request).await,
        false => standing.refusal().into_response(),
    };
    tell(response.headers_mut(), &standing);
    response
}

fn tell(headers: &mut HeaderMap, standing: &Standing) {
    let name = standing.kind.as_str();
    let policy = format!("\"{name}\";q={};w=60", standing.per_minute);
    let limit = format!("\"{name}\";r={};t={}", standing.left, standing.reset_s);
    for (header, value) in [(POLICY, policy), (LIMIT, limit)] {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(header, value);
        }
    }
}

/// The kind of a request, by its method and the template of its path.
fn kind_of(method: &Method, path: &str) -> Option<RequestKind> {
    let path = path.strip_prefix(API)?;
    Some(if *method == Method::POST && SIGN_IN.contains(&path) {
        RequestKind::SignIn
    } else if UPLOAD.contains(&path) {
        RequestKind::Upload
    } else if ASK.contains(&path) {
        RequestKind::Ask
    } else if method.is_safe() {
        RequestKind::Read
    } else {
        RequestKind::Write
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_request_of_the_api_has_a_kind() {
        let check = |method: Method, path: &str, expected: Option<RequestKind>| {
            assert_eq!(kind_of(&method, path), expected, "{method} {path}");
        };
        use RequestKind::{Ask, Read, SignIn, Upload, Write};
        check(Method::POST, "/api/v1/auth/login", Some(SignIn));
        check(Method::POST, "/api/v1/auth/refresh", Some(SignIn));
        check(Method::PATCH, "/api/v1/auth/me", Some(Write));
        check(Method::GET, "/api/v1/auth/me", Some(Read));
        check(Method::HEAD, "/api/v1/knowledge/uploads/{id}", Some(Upload));
        check(
            Method::PATCH,
            "/api/v1/knowledge/uploads/{id}",
            Some(Upload),
        );
        check(Method::POST, "/api/v1/knowledge/upload", Some(Upload));
        check(Method::GET, "/api/v1/knowledge/search", Some(Ask));
        check(Method::GET, "/api/v1/ws/chat", Some(Ask));
        check(Method::GET, "/api/v1/knowledge/{id}", Some(Read));
        check(Method::DELETE, "/api/v1/knowledge/{id}", Some(Write));
        check(Method::GET, "/health", None);
        check(Method::POST, "/v1/chat/completions", None);
    }
}
