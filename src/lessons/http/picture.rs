//! Pictures made of lessons: the small one on a card, and those of pages.
//!
//! They are drawings of ours (`src/inference/child/draw`), always JPEG. Browsers
//! keep them and ask about them each time, because rights may end.

use axum::extract::State;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum_extra::TypedHeader;
use axum_extra::headers::{ETag, IfNoneMatch};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::accounts::Anyone;
use crate::error::{Error, Result};
use crate::http::extract::{Path, Query};
use crate::lessons::Lessons;
use crate::lessons::pages::{Page, page_of};
use crate::types::LessonId;

/// What the asker has already.
type Had = Option<TypedHeader<IfNoneMatch>>;

/// The small picture for a lesson's card: the first page, a cover, the picture
/// itself. About 320 pixels wide.
#[utoipa::path(get, path = "/knowledge/{id}/poster", tag = "knowledge",
    params(("id" = LessonId, Path)),
    responses(
        (status = 200, content_type = "image/jpeg"),
        (status = 304, description = "The asker has this picture."),
        (status = 404, description = "There is no picture of the lesson."),
    ))]
pub(super) async fn lesson_poster(
    State(lessons): State<Lessons>,
    Anyone(actor): Anyone,
    Path(id): Path<LessonId>,
    had: Had,
) -> Result<Response> {
    let lesson = lessons.get(&actor, id).await?;
    let poster = lesson.poster.ok_or_else(|| Error::not_found("picture"))?;
    let headers = headers(&poster.to_string())?;
    if has(had, &poster.to_string())? {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    let blobs = lessons.app.blobs.clone();
    let jpeg = tokio::task::spawn_blocking(move || blobs.get(&poster)).await??;
    Ok((headers, jpeg).into_response())
}

#[derive(Deserialize, IntoParams)]
pub(super) struct Wanted {
    /// The page of a PDF, counted from 1; the first unless said.
    page: Option<u32>,
    /// Pixels it should have across: drawn at 480, 960 or 1440, whichever
    /// suffices; 960 unless said. Pictures are never made larger than they are.
    width: Option<u32>,
}

/// A page of a PDF as a picture, or a lesson that is one at a bearable size.
#[utoipa::path(get, path = "/knowledge/{id}/picture", tag = "knowledge",
    params(("id" = LessonId, Path), Wanted),
    responses(
        (status = 200, content_type = "image/jpeg"),
        (status = 304, description = "The asker has this picture."),
        (status = 404, description = "The lesson has no such page, or none that is drawn."),
        (status = 429, description = "Too many pages are being drawn."),
        (status = 503, description = "This page can not be drawn."),
        (status = 504, description = "Drawing took too long."),
    ))]
pub(super) async fn lesson_picture(
    State(lessons): State<Lessons>,
    Anyone(actor): Anyone,
    Path(id): Path<LessonId>,
    Query(wanted): Query<Wanted>,
    had: Had,
) -> Result<Response> {
    let lesson = lessons.get(&actor, id).await?;
    let page = wanted.page_of(&lesson)?;
    let headers = headers(&page.name())?;
    if has(had, &page.name())? {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    let jpeg = lessons.page(&lesson, page).await?;
    Ok((headers, jpeg).into_response())
}

impl Wanted {
    fn page_of(&self, lesson: &crate::lessons::Lesson) -> Result<Page> {
        page_of(lesson, self.page.unwrap_or(1), self.width.unwrap_or(960))
    }
}

fn has(had: Had, name: &str) -> Result<bool> {
    let tag: ETag = format!("\"{name}\"").parse().map_err(anyhow::Error::from)?;
    Ok(had.is_some_and(|TypedHeader(had)| !had.precondition_passes(&tag)))
}

fn headers(name: &str) -> Result<HeaderMap> {
    let tag = HeaderValue::try_from(format!("\"{name}\"")).map_err(anyhow::Error::from)?;
    let fixed = HeaderValue::from_static;
    Ok(HeaderMap::from_iter([
        (CONTENT_TYPE, fixed("image/jpeg")),
        (CACHE_CONTROL, fixed("private, no-cache")),
        (CONTENT_SECURITY_POLICY, fixed("sandbox")),
        (X_CONTENT_TYPE_OPTIONS, fixed("nosniff")),
        (ETAG, tag),
    ]))
}
