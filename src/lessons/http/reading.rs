//! What the tutor read from a lesson, and teachers' changes of it, over HTTP.

use std::ops::RangeInclusive;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::LessonBody;
use crate::accounts::{Anyone, Staff};
use crate::error::{Code, Error, Result};
use crate::http::extract::{Json, Path, Query};
use crate::inference::document::{Anchor, BlockKind, Document};
use crate::lessons::Lessons;
use crate::lessons::correct::Change;
use crate::lessons::edits::{self, Edit, Edits};
use crate::types::LessonId;

#[derive(Deserialize, IntoParams)]
pub(super) struct Stretch {
    /// The first page, slide or section wanted, counted from 1; the first
    /// unless said.
    from: Option<u32>,
    /// The last one wanted; the last unless said.
    to: Option<u32>,
    /// For staff: also what was left out, and what was read where a teacher
    /// changed it.
    #[serde(default)]
    edits: bool,
}

#[derive(Serialize, ToSchema)]
pub(super) struct LessonText {
    lesson: LessonBody,
    /// Pages, slides or sections in all.
    total: u32,
    sections: Vec<Section>,
    /// Numbers of those with changes. Only with `edits`.
    changed: Vec<u32>,
    /// Keys of changes that do nothing, because the file was read anew and
    /// their blocks are gone. Only with `edits`.
    stale: Vec<String>,
}

/// One page, slide or section.
#[derive(Serialize, ToSchema)]
struct Section {
    anchor: Anchor,
    /// Names it in a change.
    key: String,
    /// Whether a teacher left it out as a whole. Then it has blocks only with
    /// `edits`.
    excluded: bool,
    blocks: Vec<TextBlock>,
}

#[derive(Serialize, ToSchema)]
struct TextBlock {
    /// Names it in a change.
    key: String,
    kind: BlockKind,
    /// Level of a heading, 1 for the highest; 0 for other kinds.
    level: u8,
    /// Its text as tutors and pupils have it.
    text: String,
    /// What was read, where a teacher changed it. Only with `edits`.
    read: Option<String>,
    /// Whether a teacher left it out. Only with `edits`.
    excluded: bool,
}

/// What the tutor read, by page, slide or section, with teachers' changes.
#[utoipa::path(get, path = "/knowledge/{id}/text", tag = "knowledge",
    params(("id" = LessonId, Path), Stretch),
    responses((status = 200, body = LessonText)))]
pub(super) async fn lesson_text(
    State(lessons): State<Lessons>,
    Anyone(actor): Anyone,
    Path(id): Path<LessonId>,
    Query(wanted): Query<Stretch>,
) -> Result<Response> {
    let lesson = lessons.get(&actor, id).await?;
    if wanted.edits && !actor.is_staff() {
        let detail = "Changes are shown to teachers only.";
        return Err(Error::new(Code::Forbidden, detail));
    }
    let _turn = lessons.texts.acquire().await?;
    let document = lessons.document(&lesson).await?.unwrap_or_default();
    let edits = lessons.edits(id).await?;
    let lesson = lessons.body(lesson);
    // Written out here and not by the extractor: off the threads that serve
    // everybody, and while the turn lasts.
    let write = move || serde_json::to_vec(&text_of(lesson, document, &edits, &wanted));
    let body = tokio::task::spawn_blocking(write).await??;
    Ok(([(header::CONTENT_TYPE, "application/json")], body).into_response())
}

fn text_of(lesson: LessonBody, document: Document, edits: &Edits, wanted: &Stretch) -> LessonText {
    let keys = edits::block_keys(&document);
    let (changed, stale) = match wanted.edits {
        true => (
            edits::changed(&document, &keys, edits),
            edits::stale(&document, &keys, edits),
        ),
        false => Default::default(),
    };
    let numbers = wanted.from.unwrap_or(1)..=wanted.to.unwrap_or(u32::MAX);
    LessonText {
        lesson,
        total: u32::try_from(document.anchors.len()).unwrap_or(u32::MAX),
        sections: sections(document, keys, edits, &numbers, wanted.edits),
        changed,
        stale,
    }
}

/// The anchors with these numbers and their blocks; with `all`, what was left
/// out as well and what was read.
fn sections(
    mut document: Document,
    keys: Vec<String>,
    edits: &Edits,
    numbers: &RangeInclusive<u32>,
    all: bool,
) -> Vec<Section> {
    let anchor_keys: Vec<String> = document.anchors.iter().map(edits::anchor_key).collect();
    edits::relabel(&mut document, &keys, edits);
    let mut sections: Vec<Section> = document
        .anchors
        .into_iter()
        .zip(anchor_keys)
        .map(|(anchor, key)| Section {
            excluded: edits.get(&key) == Some(&Edit::Excluded),
            blocks: described(&anchor, &key, edits).into_iter().collect(),
            anchor,
            key,
        })
        .collect();
    for (block, key) in document.blocks.into_iter().zip(keys) {
        let Some(section) = sections.get_mut(block.anchor as usize) else {
            continue;
        };
        if !numbers.contains(&section.anchor.number) || (section.excluded && !all) {
            continue;
        }
        let (text, read, excluded) = match edits.get(&key) {
            None => (block.text, None, false),
            Some(Edit::Text(text)) => (text.clone(), all.then_some(block.text), false),
            Some(Edit::Excluded) if all => (block.text, None, true),
            Some(Edit::Excluded) => continue,
        };
        section.blocks.push(TextBlock {
            key,
            kind: block.kind,
            level: block.level,
            text,
            read,
            excluded,
        });
    }
    sections.retain(|section| numbers.contains(&section.anchor.number));
    sections
}

/// What a teacher wrote about a picture, under the key of the picture itself.
fn described(anchor: &Anchor, key: &str, edits: &Edits) -> Option<TextBlock> {
    edits::description(anchor, edits).map(|text| TextBlock {
        key: key.to_owned(),
        kind: BlockKind::Paragraph,
        level: 0,
        text: text.to_owned(),
        read: None,
        excluded: false,
    })
}

/// Changes of a lesson's text.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"edits": [{"key": "p1", "text": "Leaves need light."}]}))]
pub(super) struct Corrections {
    /// At most 500.
    edits: Vec<Correction>,
}

/// One change. With neither text nor `excluded`, a block or page is as it was
/// read again.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Correction {
    /// The key of a block, of a page, slide or section to leave out, or of a
    /// picture to describe.
    key: String,
    /// What the block says instead, or what the picture shows.
    text: Option<String>,
    /// Whether it is left out.
    #[serde(default)]
    excluded: bool,
}

impl From<Correction> for Change {
    fn from(correction: Correction) -> Self {
        let edit = match correction.excluded {
            true => Some(Edit::Excluded),
            false => correction.text.map(Edit::Text),
        };
        (correction.key, edit)
    }
}

/// Corrects what the tutor read or leaves parts out. Searches find the new
/// words within seconds; sending the value from before takes a change back.
#[utoipa::path(patch, path = "/knowledge/{id}/text", tag = "knowledge",
    params(("id" = LessonId, Path)), request_body = Corrections,
    responses(
        (status = 200, body = LessonBody),
        (status = 409, description = "The lesson is being read, or was read anew and has no such block."),
    ))]
pub(super) async fn correct_text(
    State(lessons): State<Lessons>,
    Staff(actor): Staff,
    Path(id): Path<LessonId>,
    Json(body): Json<Corrections>,
) -> Result<Json<LessonBody>> {
    let changes = body.edits.into_iter().map(Change::from).collect();
    let lesson = lessons.correct(&actor, id, changes).await?;
    Ok(Json(lessons.body(lesson)))
}

/// Reads the file anew. Changes hold for what is read as before.
#[utoipa::path(post, path = "/knowledge/{id}/read-again", tag = "knowledge",
    params(("id" = LessonId, Path)),
    responses(
        (status = 202, body = LessonBody),
        (status = 409, description = "It is being read."),
    ))]
pub(super) async fn read_again(
    State(lessons): State<Lessons>,
    Staff(actor): Staff,
    Path(id): Path<LessonId>,
) -> Result<(StatusCode, Json<LessonBody>)> {
    let lesson = lessons.read_again(actor.org, id).await?;
    Ok((StatusCode::ACCEPTED, Json(lessons.body(lesson))))
}
