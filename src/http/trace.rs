//! A request id, a tracing span and a count for every request.
//!
//! Spans carry the route template, never the path or query: those hold names
//! and search words. A collector, if there is one, gets the same (`src/telemetry`); the
//! person's id, which whoever signed in adds ([`is_of`]), stays in the log of the box.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tokio::time::Instant;
use tracing::Instrument;
use tracing::field::Empty;

use super::edge::Policy;
use super::metrics::method_word;
use crate::types::UserId;

/// Names a request, in its answer and in the log.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What requests that match no route are counted as, so that a scanner can
/// not invent metric series.
const NO_ROUTE: &str = "other";

/// Notes whose request the current one is, or whose account it tries to open.
pub(crate) fn is_of(user: UserId) {
    tracing::Span::current().record("user", tracing::field::display(user));
}

/// Runs a request in its span and counts it.
pub(super) async fn traced(
    State(policy): State<Arc<Policy>>,
    request: Request,
    next: Next,
) -> Response {
    let id = uuid::Uuid::new_v4().simple().to_string();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or(NO_ROUTE, MatchedPath::as_str);
    let span = tracing::info_span!(
        "request",
        id,
        http.method = method_word(&method),
        http.route = route,
        http.status = Empty,
        user = Empty
    );
    let started = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let elapsed = started.elapsed();
    let status = response.status();
    policy
        .metrics
        .count_request(route, &method, status, elapsed);
    span.in_scope(|| {
        let (status, ms) = (status.as_u16(), elapsed.as_secs_f64() * 1000.0);
        tracing::debug!(http.status = status, http.ms = ms, "answered");
    });
    // After the line, which would say it twice.
    span.record("http.status", status.as_u16());
    if let Ok(value) = HeaderValue::try_from(id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}
