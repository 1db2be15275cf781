//! What is made of a recording besides its text: captions, and the picture of its
//! loudness.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::accounts::Anyone;
use crate::error::{Error, Result};
use crate::http::extract::{Json, Path};
use crate::lessons::{Lessons, edits, store, transcribe};
use crate::types::LessonId;

/// A recording's captions (WebVTT), with teachers' changes.
#[utoipa::path(get, path = "/knowledge/{id}/captions.vtt", tag = "knowledge",
    params(("id" = LessonId, Path)),
    responses((status = 200, content_type = "text/vtt", body = String)))]
pub(super) async fn lesson_captions(
    State(lessons): State<Lessons>,
    Anyone(actor): Anyone,
    Path(id): Path<LessonId>,
) -> Result<Response> {
    let lesson = lessons.get(&actor, id).await?;
    if !lesson.format.is_media() {
        return Err(Error::not_found("recording"));
    }
    let _turn = lessons.texts.acquire().await?;
    let document = lessons.document(&lesson).await?.unwrap_or_default();
    let changes = lessons.edits(id).await?;
    let write = move || transcribe::captions(&edits::lay_over(document, &changes));
    let captions = tokio::task::spawn_blocking(write).await?;
    let kind = [(header::CONTENT_TYPE, "text/vtt; charset=utf-8")];
    Ok((kind, captions).into_response())
}

/// How loud a recording is along it.
#[derive(Serialize, ToSchema)]
pub(super) struct Loudness {
    /// Length of the recording in milliseconds.
    duration_ms: u32,
    /// The loudest of each of up to 400 equal parts: 0 for silence, 255 for the
    /// loudest there is.
    bars: Vec<u8>,
}

/// The loudness along a recording, for the picture below its player.
#[utoipa::path(get, path = "/knowledge/{id}/loudness", tag = "knowledge",
    params(("id" = LessonId, Path)),
    responses((status = 200, body = Loudness)))]
pub(super) async fn lesson_loudness(
    State(lessons): State<Lessons>,
    Anyone(actor): Anyone,
    Path(id): Path<LessonId>,
) -> Result<Json<Loudness>> {
    let lesson = lessons.get(&actor, id).await?;
    let core = &lessons.app.db.core;
    let bars = core
        .read(move |conn| store::windows::loudness(conn, actor.org, id))
        .await?;
    match (lesson.duration_ms, bars) {
        (Some(duration_ms), Some(bars)) => Ok(Json(Loudness { duration_ms, bars })),
        _ => Err(Error::not_found("recording")),
    }
}
