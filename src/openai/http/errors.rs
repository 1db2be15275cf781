//! Errors for programs: a problem document like everywhere else, with OpenAI's
//! `error` member beside it and the statuses its clients expect.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::super::Refused;
use crate::error::{Code, Error};
use crate::http::Problem;

impl Refused {
    /// OpenAI's `error` member.
    pub fn body(&self) -> Value {
        let code = self.error.code();
        let (message, param) = match &self.error {
            Error::Refused(refusal) => (refusal.detail.as_str(), refusal.field),
            Error::Internal(_) => ("Something went wrong on the box.", None),
        };
        let kind = match status(code) {
            429 => "requests",
            500.. => "server_error",
            _ => "invalid_request_error",
        };
        let word = self.word.unwrap_or(match code {
            Code::NotSignedIn => "invalid_api_key",
            Code::Forbidden => "insufficient_permissions",
            Code::RateLimited => "rate_limit_exceeded",
            other => other.as_str(),
        });
        json!({"message": message, "type": kind, "param": param, "code": word})
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let error = self.body();
        let status = status(self.error.code());
        let mut problem = Problem::from(self.error).with("error", error);
        if let Ok(status) = StatusCode::from_u16(status) {
            problem = problem.with_status(status);
        }
        if !self.passages.is_empty() {
            problem = problem.with("passages", json!(self.passages));
        }
        problem.into_response()
    }
}

/// OpenAI has no 422.
fn status(code: Code) -> u16 {
    match code.status() {
        422 => 400,
        status => status,
    }
}
