//! `/api/v1/knowledge`: the library over HTTP.

mod original;
mod picture;
mod reading;
mod recording;
mod sticks;
mod tus;
mod upload;
mod uploads;

use std::convert::Infallible;
use std::future::ready;

use axum::Extension;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::response::sse::{Event as SseEvent, KeepAlive, Sse};
use futures_util::{Stream, StreamExt};
use serde::{Deserialize, Serialize};
use tokio_stream::wrappers::BroadcastStream;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;

use super::feed::Progress;
use super::library::{Changes, Lessons};
use super::{Failure, Lesson, LessonStatus};
use crate::accounts::{Accounts, Actor, Anyone, Staff};
use crate::error::{Code, Error, Result};
use crate::http::extract::{Form, Json, Path, Query, present};
use crate::inference::document::{Anchor, AnchorKind, Format, Warning};
use crate::retrieval::Hit;
use crate::text;
use crate::types::{ClassId, Language, LessonId, Timestamp, UserId};

/// Largest upload of any format, and room for the form around it.
const LARGEST_UPLOAD: usize = (500 << 20) + (1 << 20);
/// Passages a search may return.
const MOST_PASSAGES: usize = 50;

/// The routes, still without their state.
pub fn routes() -> OpenApiRouter<Lessons> {
    OpenApiRouter::new()
        .routes(utoipa_axum::routes!(list_lessons))
        .routes(utoipa_axum::routes!(search_lessons))
        .routes(utoipa_axum::routes!(lesson_events))
        .routes(utoipa_axum::routes!(
            get_lesson,
            change_lesson,
            delete_lesson
        ))
        .routes(utoipa_axum::routes!(
            reading::lesson_text,
            reading::correct_text
        ))
        .routes(utoipa_axum::routes!(reading::read_again))
        .routes(utoipa_axum::routes!(original::lesson_original))
        .routes(utoipa_axum::routes!(picture::lesson_poster))
        .routes(utoipa_axum::routes!(picture::lesson_picture))
        .routes(utoipa_axum::routes!(recording::lesson_captions))
        .routes(utoipa_axum::routes!(recording::lesson_loudness))
        .routes(utoipa_axum::routes!(retry_lesson))
        .routes(utoipa_axum::routes!(cancel_lesson))
        .merge(sticks::routes())
        .merge(uploads::routes())
        .merge(
            OpenApiRouter::new()
                .routes(utoipa_axum::routes!(upload_lesson))
                .layer(DefaultBodyLimit::max(LARGEST_UPLOAD)),
        )
}

impl Lessons {
    /// The routes with these lessons.
    pub fn router(self) -> OpenApiRouter {
        routes().with_state(self)
    }

    fn body(&self, lesson: Lesson) -> LessonBody {
        LessonBody {
            progress: self.feed.progress_of(lesson.id),
            id: lesson.id,
            title: lesson.title,
            subject: lesson.subject,
            language: lesson.language,
            format: lesson.format,
            bytes: lesson.bytes,
            file_name: lesson.file_name,
            shared: lesson.shared,
            classes: lesson.classes,
            status: lesson.status,
            pages: lesson.pages,
            page_kind: lesson.page_kind,
            passages: lesson.passages,
            poster: lesson.poster.is_some(),
            duration_ms: lesson.duration_ms,
            failure: lesson.failure,
            warnings: lesson.warnings,
            created_by: lesson.created_by,
            created_at: lesson.created_at,
            updated_at: lesson.updated_at,
        }
    }
}

/// A lesson.
#[derive(Serialize, ToSchema)]
#[schema(as = Lesson)]
pub struct LessonBody {
    id: LessonId,
    title: String,
    subject: Option<String>,
    language: Option<Language>,
    format: Format,
    /// Size of the original.
    bytes: u64,
    file_name: String,
    /// Whether learners may read it.
    shared: bool,
    /// The classes whose learners may, when not all of the school; for staff.
    classes: Option<Vec<ClassId>>,
    status: LessonStatus,
    /// While it is being read.
    progress: Option<Progress>,
    /// Pages, slides or sections; known once it was read.
    pages: Option<u32>,
    page_kind: AnchorKind,
    passages: u32,
    /// Whether there is a small picture of it.
    poster: bool,
    /// Length of a recording in milliseconds, once it was listened to.
    duration_ms: Option<u32>,
    failure: Option<Failure>,
    warnings: Vec<Warning>,
    created_by: UserId,
    created_at: Timestamp,
    updated_at: Timestamp,
}

#[derive(Serialize, ToSchema)]
struct LessonList {
    lessons: Vec<LessonBody>,
}

#[derive(Deserialize, IntoParams)]
struct Filter {
    /// Only this subject.
    subject: Option<String>,
    /// Only this language.
    language: Option<Language>,
    /// Only this status.
    status: Option<LessonStatus>,
}

/// The lessons this person may read, newest first.
#[utoipa::path(get, path = "/knowledge", tag = "knowledge", params(Filter),
    responses((status = 200, body = LessonList)))]
async fn list_lessons(
    State(lessons): State<Lessons>,
    Anyone(actor): Anyone,
    Query(filter): Query<Filter>,
) -> Result<Json<LessonList>> {
    let found = lessons.list(&actor).await?;
    let lessons = found
        .into_iter()
        .filter(|l| filter.subject.is_none() || l.subject == filter.subject)
        .filter(|l| filter.language.is_none() || l.language == filter.language)
        .filter(|l| filter.status.is_none_or(|status| l.status == status))
        .map(|l| lessons.body(l))
        .collect();
    Ok(Json(LessonList { lessons }))
}

/// The form of an upload; the file's part must carry its name.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "describes the multipart form, which is read part by part"
)]
struct UploadForm {
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: String,
    title: Option<String>,
    subject: Option<String>,
    language: Option<Language>,
    /// Whether learners may read it; true unless said.
    shared: Option<bool>,
}

/// Adds a lesson; it is read in the background.
#[utoipa::path(post, path = "/knowledge/upload", tag = "knowledge",
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses(
        (status = 202, body = LessonBody),
        (status = 409, description = "The school has these bytes already; `detail` is that lesson's id."),
        (status = 415, description = "Files of this kind can not become lessons"),
        (status = 507, description = "The disk is full, or the quota used up"),
    ))]
async fn upload_lesson(
    State(lessons): State<Lessons>,
    Staff(actor): Staff,
    Form(form): Form,
) -> Result<(StatusCode, Json<LessonBody>)> {
    let new = upload::receive(&lessons.app, &actor, form).await?;
    let lesson = lessons.add(new).await?;
    Ok((StatusCode::ACCEPTED, Json(lessons.body(lesson))))
}

/// One lesson.
#[utoipa::path(get, path = "/knowledge/{id}", tag = "knowledge", params(("id" = LessonId, Path)),
    responses((status = 200, body = LessonBody)))]
async fn get_lesson(
    State(lessons): State<Lessons>,
    Anyone(actor): Anyone,
    Path(id): Path<LessonId>,
) -> Result<Json<LessonBody>> {
    let lesson = lessons.get(&actor, id).await?;
    Ok(Json(lessons.body(lesson)))
}

/// What to change; an absent field stays, `null` clears.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"title": "The cell", "subject": "Biology", "shared": true,
    "classes": null}))]
struct ChangeBody {
    title: Option<String>,
    #[serde(default, deserialize_with = "present")]
    subject: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    language: Option<Option<Language>>,
    shared: Option<bool>,
    /// The classes whose learners may read it; `null` for the whole school.
    #[serde(default, deserialize_with = "present")]
    classes: Option<Option<Vec<ClassId>>>,
}

/// Changes a lesson's title, subject, language or audience.
#[utoipa::path(patch, path = "/knowledge/{id}", tag = "knowledge", params(("id" = LessonId, Path)),
    request_body = ChangeBody, responses((status = 200, body = LessonBody)))]
async fn change_lesson(
    State(lessons): State<Lessons>,
    Staff(actor): Staff,
    Path(id): Path<LessonId>,
    Json(body): Json<ChangeBody>,
) -> Result<Json<LessonBody>> {
    let changes = Changes {
        title: body.title,
        subject: body.subject,
        language: body.language,
        shared: body.shared,
        classes: body.classes,
    };
    let lesson = lessons.change(&actor, id, changes).await?;
    Ok(Json(lessons.body(lesson)))
}

/// Deletes a lesson and everything made from it.
#[utoipa::path(delete, path = "/knowledge/{id}", tag = "knowledge", params(("id" = LessonId, Path)),
    responses((status = 204)))]
async fn delete_lesson(
    State(lessons): State<Lessons>,
    Staff(actor): Staff,
    Path(id): Path<LessonId>,
) -> Result<StatusCode> {
    lessons.delete(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Reads a failed lesson again.
#[utoipa::path(post, path = "/knowledge/{id}/retry", tag = "knowledge", params(("id" = LessonId, Path)),
    responses(
        (status = 202, body = LessonBody),
        (status = 409, description = "It did not fail"),
    ))]
async fn retry_lesson(
    State(lessons): State<Lessons>,
    Staff(actor): Staff,
    Path(id): Path<LessonId>,
) -> Result<(StatusCode, Json<LessonBody>)> {
    let lesson = lessons.retry(actor.org, id).await?;
    Ok((StatusCode::ACCEPTED, Json(lessons.body(lesson))))
}

/// Stops the reading of a lesson; it then counts as failed with the code
/// `cancelled` and can be read again.
#[utoipa::path(post, path = "/knowledge/{id}/cancel", tag = "knowledge", params(("id" = LessonId, Path)),
    responses(
        (status = 200, body = LessonBody),
        (status = 409, description = "It is not being read"),
    ))]
async fn cancel_lesson(
    State(lessons): State<Lessons>,
    Staff(actor): Staff,
    Path(id): Path<LessonId>,
) -> Result<Json<LessonBody>> {
    let lesson = lessons.cancel(actor.org, id).await?;
    Ok(Json(lessons.body(lesson)))
}

#[derive(Deserialize, IntoParams)]
struct SearchQuery {
    /// Words or a question.
    q: String,
    /// Only inside this lesson.
    lesson_id: Option<LessonId>,
    /// Passages wanted, 1 to 50; 10 unless said.
    limit: Option<usize>,
}

#[derive(Serialize, ToSchema)]
struct SearchResult {
    passages: Vec<PassageBody>,
    /// Milliseconds the search took.
    took_ms: u64,
}

/// A passage of a lesson, as cards show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = Passage)]
pub struct PassageBody {
    /// Its number in this list, from 1.
    pub n: u32,
    /// The lesson it is from.
    pub lesson_id: LessonId,
    /// That lesson's title.
    pub lesson_title: String,
    /// Where in the original.
    pub anchor: Anchor,
    /// Its words; empty in an old answer when its reader may no longer read
    /// the lesson.
    pub text: String,
    /// UTF-16 start and end of the words that match the question.
    pub marks: Vec<(u32, u32)>,
    /// Larger is better; comparable within one list only.
    pub score: f64,
}

impl PassageBody {
    /// Passage number `n` of an answer or search.
    pub fn new(n: u32, hit: &Hit, lesson_title: String) -> Self {
        let passage = &hit.passage;
        let offset = |byte| text::utf16_offset(&passage.text, byte) as u32;
        Self {
            n,
            lesson_id: passage.lesson,
            lesson_title,
            anchor: passage.anchor.clone(),
            text: passage.text.clone(),
            marks: hit
                .marks
                .iter()
                .map(|mark| (offset(mark.start), offset(mark.end)))
                .collect(),
            score: hit.score,
        }
    }

    /// Takes the words away and leaves the place.
    pub fn withhold(&mut self) {
        self.text.clear();
        self.marks.clear();
    }
}

/// Searches inside the lessons this person may read.
#[utoipa::path(get, path = "/knowledge/search", tag = "knowledge", params(SearchQuery),
    responses((status = 200, body = SearchResult)))]
async fn search_lessons(
    State(lessons): State<Lessons>,
    Anyone(actor): Anyone,
    Query(query): Query<SearchQuery>,
) -> Result<Json<SearchResult>> {
    if query.q.chars().count() > 500 {
        return Err(Error::invalid("q", "Search for at most 500 characters."));
    }
    let began = tokio::time::Instant::now();
    let wanted = query.lesson_id.map(|id| vec![id]);
    let scope = lessons.scope(&actor, wanted.as_deref()).await?;
    let limit = query.limit.unwrap_or(10).clamp(1, MOST_PASSAGES);
    let found = lessons.search(scope, &query.q, limit).await?;
    let titles = lessons.titles(&actor).await?;
    let passages = found
        .hits
        .iter()
        .zip(1..)
        .filter_map(|(hit, n)| {
            let title = titles.get(&hit.passage.lesson)?.clone();
            Some(PassageBody::new(n, hit, title))
        })
        .collect();
    Ok(Json(SearchResult {
        passages,
        took_ms: began.elapsed().as_millis() as u64,
    }))
}

/// Live changes: `lesson` events carry a lesson, `removed` events an id.
#[utoipa::path(get, path = "/knowledge/events", tag = "knowledge",
    responses((status = 200, content_type = "text/event-stream")))]
async fn lesson_events(
    State(lessons): State<Lessons>,
    Extension(accounts): Extension<Accounts>,
    Anyone(actor): Anyone,
) -> Result<Sse<impl Stream<Item = Result<SseEvent, Infallible>>>> {
    let place = lessons.feed.streams.take(actor.user)?;
    let closing = lessons.feed.closing.clone().cancelled_owned();
    let over = accounts.session_over(actor.session);
    let news = BroadcastStream::new(lessons.feed.subscribe())
        // Somebody who missed news reads everything anew with the next stream.
        .take_while(|item| ready(item.is_ok()))
        .filter_map(move |item| {
            // The stream holds its place until it is dropped.
            let (lessons, actor, _place) = (lessons.clone(), actor, &place);
            async move { news_event(&lessons, &actor, item.ok()?).await.map(Ok) }
        });
    let stream = news.take_until(closing).take_until(over);
    let alive = KeepAlive::new().interval(std::time::Duration::from_secs(20));
    Ok(Sse::new(stream).keep_alive(alive))
}

async fn news_event(lessons: &Lessons, actor: &Actor, news: super::feed::News) -> Option<SseEvent> {
    if news.org != actor.org {
        return None;
    }
    // A lesson this person may no longer read is gone for this person.
    let gone = || {
        SseEvent::default()
            .event("removed")
            .json_data(serde_json::json!({ "id": news.lesson }))
    };
    let event = match lessons.get(actor, news.lesson).await {
        Ok(lesson) if !news.removed => SseEvent::default()
            .event("lesson")
            .json_data(lessons.body(lesson)),
        Err(error) if !news.removed && error.code() != Code::NotFound => return None,
        _ => gone(),
    };
    event.ok()
}
