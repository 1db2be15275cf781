//! Pages of other origins that may use the API, when the settings list any.
//!
//! Without credentials: such a page sends no cookies and signs in with tokens in
//! bodies, so it can do nothing in the name of whoever sits before the browser. For
//! all other origins nothing changes, and their own OPTIONS requests reach the
//! routes.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tower::{Layer, ServiceExt};
use tower_http::cors::{AllowHeaders, AllowMethods, AllowOrigin, CorsLayer};

use super::{limits, trace};

/// What pages of other origins may read of an answer besides the usual headers.
const EXPOSED: [HeaderName; 12] = [
    header::ETAG,
    header::LOCATION,
    header::RETRY_AFTER,
    limits::POLICY,
    limits::LIMIT,
    trace::REQUEST_ID,
    HeaderName::from_static("tus-resumable"),
    HeaderName::from_static("upload-offset"),
    HeaderName::from_static("upload-length"),
    HeaderName::from_static("upload-metadata"),
    HeaderName::from_static("upload-expires"),
    HeaderName::from_static("bwenge-lesson"),
];

/// The listed origins and what they get.
pub(super) struct Sharing {
    origins: Vec<String>,
    layer: CorsLayer,
}

impl Sharing {
    pub(super) fn new(origins: &[String]) -> Self {
        let values = origins.iter().filter_map(|o| HeaderValue::try_from(o).ok());
        let layer = CorsLayer::new()
            .allow_origin(AllowOrigin::list(values))
            .allow_methods(AllowMethods::mirror_request())
            .allow_headers(AllowHeaders::mirror_request())
            .expose_headers(EXPOSED);
        Self {
            origins: origins.to_vec(),
            layer,
        }
    }
}

/// Whether a request comes from a page of a listed origin.
pub(super) fn is_listed(headers: &HeaderMap, origins: &[String]) -> bool {
    let origin = headers.get(header::ORIGIN);
    origin.is_some_and(|origin| origins.iter().any(|listed| listed.as_bytes() == origin))
}

/// Lets listed origins read the answer, and answers what browsers ask before.
pub(super) async fn shared(
    State(sharing): State<Arc<Sharing>>,
    request: Request,
    next: Next,
) -> Response {
    if is_listed(request.headers(), &sharing.origins) {
        // Neither ever fails; the types say so.
        let answer = sharing.layer.layer(next).oneshot(request).await;
        return answer.into_response();
    }
    let mut response = next.run(request).await;
    if !sharing.origins.is_empty() {
        let by_origin = HeaderValue::from_static("origin");
        response.headers_mut().append(header::VARY, by_origin);
    }
    response
}
