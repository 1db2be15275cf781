//! Extractors whose refusals are problem documents like every other error.
//!
//! Use these instead of axum's own, which answer in plain text.

use axum::extract::multipart::MultipartRejection;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Multipart, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use crate::error::{Code, Error};

/// A JSON body in, or out.
#[derive(Debug, Clone, Copy, FromRequest)]
#[from_request(via(axum::Json), rejection(Rejected))]
pub struct Json<T>(pub T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// A form with files, part by part.
#[derive(Debug)]
pub struct Form(pub Multipart);

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Rejected;

    async fn from_request(request: Request, state: &S) -> Result<Self, Rejected> {
        Ok(Self(Multipart::from_request(request, state).await?))
    }
}

/// Parts of the path.
#[derive(Debug, Clone, Copy, FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Rejected))]
pub struct Path<T>(pub T);

/// The query string.
#[derive(Debug, Clone, Copy, FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(Rejected))]
pub struct Query<T>(pub T);

/// Why a request could not be read. Its own type, because `Error` takes every
/// library error for a fault of ours.
#[derive(Debug)]
pub struct Rejected(Error);

impl Rejected {
    /// The refusal, for routes that answer in a shape of their own.
    pub fn into_error(self) -> Error {
        self.0
    }
}

impl IntoResponse for Rejected {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}

impl From<JsonRejection> for Rejected {
    fn from(rejection: JsonRejection) -> Self {
        let code = match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Code::FileTooBig,
            StatusCode::UNPROCESSABLE_ENTITY => Code::InvalidField,
            _ => Code::BadRequest,
        };
        Self(Error::new(code, rejection.body_text()))
    }
}

impl From<MultipartRejection> for Rejected {
    fn from(rejection: MultipartRejection) -> Self {
        Self(Error::new(Code::BadRequest, rejection.body_text()))
    }
}

impl From<PathRejection> for Rejected {
    // A malformed id names nothing that exists.
    fn from(_: PathRejection) -> Self {
        Self(Error::not_found("address"))
    }
}

impl From<QueryRejection> for Rejected {
    fn from(rejection: QueryRejection) -> Self {
        Self(Error::new(Code::BadRequest, rejection.body_text()))
    }
}

/// Tells an absent field from one that is `null`: the outer `None` is absent.
/// For `#[serde(default, deserialize_with = "present")]`.
pub fn present<'de, T: Deserialize<'de>, D: serde::Deserializer<'de>>(
    from: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(from).map(Some)
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use axum::routing::post;
    use tower::ServiceExt;

    use super::*;

    #[derive(serde::Deserialize)]
    struct Wanted {
        n: u32,
    }

    async fn check(path: &str, kind: &str, body: &str, status: u16, code: &str) {
        let app = Router::new()
            .route("/form", post(|_: Form| async {}))
            .route(
                "/{id}",
                post(
                    |Path(_): Path<u32>, Json(wanted): Json<Wanted>| async move { Json(wanted.n) },
                ),
            );
        let request = Request::post(path)
            .header("content-type", kind)
            .body(Body::from(body.to_owned()))
            .unwrap();
        let response = app.oneshot(request).await.unwrap();
        assert_eq!(response.status(), status, "{body}");
        let bytes = to_bytes(response.into_body(), 10_000).await.unwrap();
        let answer: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(answer["code"].as_str().unwrap_or("none"), code, "{answer}");
    }

    #[test]
    fn null_is_not_absent() {
        #[derive(serde::Deserialize)]
        struct Patch {
            #[serde(default, deserialize_with = "present")]
            subject: Option<Option<String>>,
        }
        let check = |json: &str, expected: Option<Option<&str>>| {
            let patch: Patch = serde_json::from_str(json).unwrap();
            let subject = patch.subject.as_ref().map(|s| s.as_deref());
            assert_eq!(subject, expected, "{json}");
        };
        check("{}", None);
        check("{\"subject\":null}", Some(None));
        check("{\"subject\":\"maths\"}", Some(Some("maths")));
    }

    #[tokio::test]
    async fn rejections_are_problems() {
        let json = "application/json";
        check("/1", json, "{\"n\":1}", 200, "none").await;
        check("/1", json, "{", 400, "bad_request").await;
        check("/1", json, "{\"n\":\"x\"}", 422, "invalid_field").await;
        check("/1", "text/plain", "{\"n\":1}", 400, "bad_request").await;
        check("/x", json, "{\"n\":1}", 404, "not_found").await;
        check("/form", json, "{}", 400, "bad_request").await;
    }
}
