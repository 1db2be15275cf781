//! The file as it was uploaded: whole, or the stretch a player or an
//! interrupted download asks for.
//!
//! Ranges and streaming are tower-http's; its conditions are not used, because
//! they compare file times where we have a hash. Whatever a file holds, it gets
//! no rights in our origin: most kinds are only ever offered for saving, and
//! what is shown has a type of its own that no browser takes for a page.

use axum::extract::{Request, State};
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_RANGE, CONTENT_SECURITY_POLICY,
    CONTENT_TYPE, ETAG, HeaderName, IF_RANGE, LAST_MODIFIED, RANGE, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum_extra::headers::{ETag, HeaderMapExt, IfNoneMatch, IfRange};
use serde::Deserialize;
use tower::ServiceExt;
use tower_http::services::ServeFile;
use utoipa::IntoParams;

use crate::accounts::Anyone;
use crate::error::{Code, Error, Result};
use crate::http::extract::{Path, Query};
use crate::inference::document::Format;
use crate::lessons::{Lesson, Lessons};
use crate::types::LessonId;

#[derive(Deserialize, IntoParams)]
pub(super) struct Shown {
    /// `1` to show the file in the browser, where its kind allows, instead of
    /// saving it.
    inline: Option<u8>,
}

/// The file as it was uploaded. Answers single byte ranges; the `ETag` is the
/// file's SHA-256.
#[utoipa::path(get, path = "/knowledge/{id}/original", tag = "knowledge",
    params(("id" = LessonId, Path), Shown),
    responses(
        (status = 200, content_type = "*/*"),
        (status = 206, content_type = "*/*", description = "The stretch of `Range`."),
        (status = 304, description = "The asker has this file."),
        (status = 416, description = "The file has no such stretch; `Content-Range` tells its length."),
    ))]
pub(super) async fn lesson_original(
    State(lessons): State<Lessons>,
    Anyone(actor): Anyone,
    Path(id): Path<LessonId>,
    Query(shown): Query<Shown>,
    request: Request,
) -> Result<Response> {
    let lesson = lessons.get(&actor, id).await?;
    let headers = headers_of(&lesson, shown.inline == Some(1))?;
    let tag: ETag = format!("\"{}\"", lesson.original)
        .parse()
        .map_err(anyhow::Error::from)?;
    let had = request.headers().typed_get::<IfNoneMatch>();
    if had.is_some_and(|had| !had.precondition_passes(&tag)) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    let path = lessons.app.blobs.path(&lesson.original);
    let mut wanted = Request::new(axum::body::Body::empty());
    *wanted.method_mut() = request.method().clone();
    if let Some(range) = range(request.method(), request.headers(), &tag) {
        wanted.headers_mut().insert(RANGE, range.clone());
    }
    let Ok(mut answer) = ServeFile::new(path).oneshot(wanted).await;
    match answer.status() {
        StatusCode::OK | StatusCode::PARTIAL_CONTENT => {}
        StatusCode::RANGE_NOT_SATISFIABLE => return Ok(beyond(answer.headers())),
        StatusCode::NOT_FOUND => return Err(Error::not_found("file")),
        status => return Err(anyhow::anyhow!("the original was answered with {status}").into()),
    }
    answer.headers_mut().remove(LAST_MODIFIED);
    answer.headers_mut().extend(headers);
    Ok(answer.map(axum::body::Body::new))
}

/// The stretch that is wanted, unless the asker should get the whole file: for
/// several stretches at once, or when what the asker has is of another file.
fn range<'a>(method: &Method, headers: &'a HeaderMap, tag: &ETag) -> Option<&'a HeaderValue> {
    let range = headers.get(RANGE).filter(|_| method == Method::GET)?;
    if range.as_bytes().contains(&b',') || !range.as_bytes().starts_with(b"bytes=") {
        return None;
    }
    if headers.contains_key(IF_RANGE) {
        let condition = headers.typed_get::<IfRange>()?;
        return (!condition.is_modified(Some(tag), None)).then_some(range);
    }
    Some(range)
}

/// The answer to a stretch that the file does not have.
fn beyond(answer: &HeaderMap) -> Response {
    let error = Error::new(Code::BadRequest, "The file has no such bytes.");
    let problem = crate::http::errors::Problem::from(error);
    let mut refused = problem
        .with_status(StatusCode::RANGE_NOT_SATISFIABLE)
        .into_response();
    if let Some(length) = answer.get(CONTENT_RANGE) {
        refused.headers_mut().insert(CONTENT_RANGE, length.clone());
    }
    refused
}

fn headers_of(lesson: &Lesson, wants_inline: bool) -> Result<HeaderMap> {
    let inline = wants_inline && shows_inline(lesson.format);
    let (how, policy) = match (inline, lesson.format) {
        (false, _) => ("attachment", "sandbox"),
        // Chromium shows no PDF in a sandbox. A page made of one has no script
        // of the file's: the viewer is the browser's own.
        (true, Format::Pdf) => (
            "inline",
            "script-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
        ),
        (true, _) => ("inline", "sandbox; frame-ancestors 'self'"),
    };
    let fixed = |text: &'static str| Ok(HeaderValue::from_static(text));
    let named = disposition(how, &lesson.file_name);
    let headers: [(HeaderName, Result<HeaderValue, _>); 8] = [
        // Kept by the browser, and asked about each time: rights may end.
        (CACHE_CONTROL, fixed("private, no-cache")),
        (ACCEPT_RANGES, fixed("bytes")),
        (CONTENT_TYPE, fixed(media_type(lesson.format))),
        (CONTENT_DISPOSITION, HeaderValue::try_from(named)),
        (CONTENT_SECURITY_POLICY, fixed(policy)),
        (X_CONTENT_TYPE_OPTIONS, fixed("nosniff")),
        (
            X_FRAME_OPTIONS,
            fixed(if inline { "SAMEORIGIN" } else { "DENY" }),
        ),
        (
            ETAG,
            HeaderValue::try_from(format!("\"{}\"", lesson.original)),
        ),
    ];
    let made = headers.into_iter().map(|(name, value)| Ok((name, value?)));
    made.collect::<Result<_, axum::http::header::InvalidHeaderValue>>()
        .map_err(|error| anyhow::Error::from(error).into())
}

/// Kinds that browsers show without giving them a say in the page.
fn shows_inline(format: Format) -> bool {
    format == Format::Pdf || format.is_media() || format.is_picture()
}

/// The media type of an original.
fn media_type(format: Format) -> &'static str {
    match format {
        Format::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        Format::Pptx => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Format::Odt => "application/vnd.oasis.opendocument.text",
        Format::Odp => "application/vnd.oasis.opendocument.presentation",
        Format::Epub => "application/epub+zip",
        // Saved, never shown; the charset is the file's own.
        Format::Html => "text/html",
        Format::Csv => "text/csv",
        Format::Markdown => "text/markdown",
        Format::Text => "text/plain",
        other => other.media_type(),
    }
}

/// A `Content-Disposition` with the file's name (RFC 6266 with the encoding of
/// RFC 8187).
fn disposition(how: &str, file_name: &str) -> String {
    let encoded: String = file_name
        .bytes()
        .map(|b| match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => {
                char::from(b).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect();
    format!("{how}; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_encoded_in_headers() {
        assert_eq!(
            disposition("attachment", "é\".pdf"),
            "attachment; filename*=UTF-8''%C3%A9%22.pdf"
        );
    }

    #[test]
    fn a_stretch_counts_only_of_the_same_file() {
        let tag: ETag = "\"abc\"".parse().unwrap();
        let check = |method: Method, headers: &[(HeaderName, &str)], taken: bool| {
            let headers: HeaderMap = headers
                .iter()
                .map(|(name, value)| (name.clone(), value.parse().unwrap()))
                .collect();
            assert_eq!(
                range(&method, &headers, &tag).is_some(),
                taken,
                "{headers:?}"
            );
        };
        let first = (RANGE, "bytes=0-1");
        check(Method::GET, std::slice::from_ref(&first), true);
        check(Method::HEAD, std::slice::from_ref(&first), false);
        check(Method::GET, &[], false);
        check(Method::GET, &[(RANGE, "bytes=0-1,4-5")], false);
        check(Method::GET, &[(RANGE, "pages=1-2")], false);
        check(Method::GET, &[first.clone(), (IF_RANGE, "\"abc\"")], true);
        check(Method::GET, &[first.clone(), (IF_RANGE, "\"abd\"")], false);
        check(
            Method::GET,
            &[first.clone(), (IF_RANGE, "W/\"abc\"")],
            false,
        );
        let date = "Mon, 23 Nov 2026 10:00:00 GMT";
        check(Method::GET, &[first.clone(), (IF_RANGE, date)], false);
        check(Method::GET, &[first, (IF_RANGE, "nonsense")], false);
    }
}
