//! The only way an [`Error`] becomes an answer: RFC 9457 problem documents.
//!
//! Handlers return `Result<_, Error>`. A refusal tells its code, field and
//! waiting time; a fault of ours tells nothing but `internal`, and is logged
//! here, once, inside the request's span and so with its request id. So is what somebody
//! was kept from: who looks for the cause of a locked account, or for somebody who tries
//! what is not theirs, finds it in the log of the box.

use std::collections::BTreeMap;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::error::{Code, Error, Refusal};

/// The media type of every error answer.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// An error answer (RFC 9457). Clients decide by `code`.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Problem {
    /// Always `about:blank`: the code says more than a page would.
    #[serde(rename = "type")]
    #[schema(example = "about:blank")]
    kind: &'static str,
    /// A few words for people reading API answers.
    #[schema(example = "Not found")]
    title: &'static str,
    /// The HTTP status again.
    #[schema(example = 404)]
    status: u16,
    /// What happened; stable, and translated by the web app.
    code: Code,
    /// One sentence about this very request.
    detail: String,
    /// The request field at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    field: Option<&'static str>,
    /// When to try again, in seconds; also in `Retry-After`.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_s: Option<u64>,
    /// Members only some problems have, such as `lesson_id`.
    #[serde(flatten)]
    #[schema(ignore)]
    more: BTreeMap<&'static str, serde_json::Value>,
}

impl Problem {
    /// The answer for a refusal.
    pub fn new(refusal: Refusal) -> Self {
        Self {
            kind: "about:blank",
            title: title(refusal.code),
            status: refusal.code.status(),
            code: refusal.code,
            detail: refusal.detail,
            field: refusal.field,
            retry_after_s: refusal.retry_after_s,
            more: BTreeMap::new(),
        }
    }

    /// Adds a member, such as the lesson that is there already.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<serde_json::Value>) -> Self {
        self.more.insert(name, value.into());
        self
    }

    /// Answers with another status than the code's own; for the few that HTTP
    /// itself asks for, such as 405, and for clients who expect others.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status.as_u16();
        self
    }
}

impl From<Error> for Problem {
    /// Logs a fault of ours, and what somebody was kept from; call it only to answer.
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => {
                if refusal.code.is_of_guards() {
                    tracing::info!(code = refusal.code.as_str(), "refused");
                }
                Self::new(refusal)
            }
            Error::Internal(cause) => {
                tracing::error!(error = format!("{cause:#}"), "request failed");
                Self::new(Refusal {
                    code: Code::Internal,
                    detail: "Something went wrong on the box; its log has the cause.".into(),
                    field: None,
                    retry_after_s: None,
                })
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, axum::Json(&self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        Problem::from(self).into_response()
    }
}

/// The answer for a path below `/api` that no route serves.
pub fn no_such_route() -> Response {
    Error::not_found("address").into_response()
}

/// The answer for a known path and an unknown method.
pub async fn no_such_method() -> Response {
    let refusal = Refusal {
        code: Code::BadRequest,
        detail: "This address does not know that method.".into(),
        field: None,
        retry_after_s: None,
    };
    Problem::new(refusal)
        .with_status(StatusCode::METHOD_NOT_ALLOWED)
        .into_response()
}

fn title(code: Code) -> &'static str {
    match code {
        Code::BadRequest => "Malformed request",
        Code::InvalidField => "Invalid field",
        Code::PasswordWeak => "Password too easy",
        Code::NotSignedIn => "Not signed in",
        Code::SessionEnded => "Session ended",
        Code::WrongCredentials => "Wrong user name or password",
        Code::TooManyTries => "Too many tries",
        Code::AccountLocked => "Locked after too many tries",
        Code::ClassClosed => "Class not open",
        Code::AccountWaiting => "Account not approved yet",
        Code::CodeWrong => "Wrong code",
        Code::CodesOff => "Codes do not count now",
        Code::SignInOver => "Sign-in over",
        Code::CodeClosed => "Code not valid",
        Code::TutorClosed => "Tutor not for this person",
        Code::ConsentMissing => "No consent of the parents",
        Code::ColumnsUnknown => "No column of names",
        Code::Forbidden => "Not allowed",
        Code::NotFound => "Not found",
        Code::Conflict => "Conflict",
        Code::NameTaken => "Name taken",
        Code::SetupDone => "Already set up",
        Code::SetupCodeWrong => "Wrong set-up code",
        Code::FileTooBig => "Too big",
        Code::FileEmpty => "Empty file",
        Code::FileTypeUnknown => "Unknown kind of file",
        Code::FileTypeMismatch => "Name and content disagree",
        Code::ChecksumMismatch => "Damaged on its way",
        Code::UploadBusy => "Being sent already",
        Code::DiskFull => "Disk full",
        Code::QuotaFull => "Quota used up",
        Code::FileUnreadable => "Unreadable file",
        Code::StickGone => "Stick unplugged",
        Code::QueueFull => "Queue full",
        Code::Unavailable => "Not available",
        Code::Timeout => "Took too long",
        Code::HostUnknown => "Unknown host",
        Code::OriginUnknown => "Unknown origin",
        Code::RateLimited => "Too many requests",
        Code::Internal => "Internal error",
    }
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;

    async fn answer(error: impl IntoResponse) -> (Response<()>, serde_json::Value) {
        let (parts, body) = error.into_response().into_parts();
        let bytes = to_bytes(body, 10_000).await.unwrap();
        (
            Response::from_parts(parts, ()),
            serde_json::from_slice(&bytes).unwrap(),
        )
    }

    #[tokio::test]
    async fn a_refusal_tells_code_field_and_waiting_time() {
        let error = Error::new(Code::TooManyTries, "Wait.")
            .with_field("password")
            .retry_after(15);
        let (head, body) = answer(error).await;
        assert_eq!(head.status(), 429);
        assert_eq!(head.headers()["content-type"], PROBLEM_JSON);
        assert_eq!(head.headers()["retry-after"], "15");
        let expected = serde_json::json!({
            "type": "about:blank", "title": "Too many tries", "status": 429,
            "code": "too_many_tries", "detail": "Wait.", "field": "password", "retry_after_s": 15,
        });
        assert_eq!(body, expected);
    }

    #[tokio::test]
    async fn a_fault_tells_nothing() {
        let (head, body) = answer(Error::from(anyhow::anyhow!("secret table is gone"))).await;
        assert_eq!(head.status(), 500);
        assert_eq!(body["code"], "internal");
        assert!(!body.to_string().contains("secret"), "{body}");
    }

    #[tokio::test]
    async fn a_problem_takes_further_members() {
        let Error::Refused(refusal) = Error::new(Code::Conflict, "There already.") else {
            panic!("a refusal was made");
        };
        let (head, body) = answer(Problem::new(refusal).with("lesson_id", "x")).await;
        assert_eq!(head.status(), 409);
        assert_eq!(body["lesson_id"], "x");
    }
}
