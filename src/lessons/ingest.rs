//! The job that reads a lesson: extract, index, embed.
//!
//! Each stage leaves its result on disk before the next begins, so a power cut
//! costs one stage: a lesson with text is never parsed again, a passage with a
//! vector never embedded again. Keywords find the lesson after the second
//! stage.

use serde::{Deserialize, Serialize};

use super::chunk;
use super::feed::{Progress, Stage};
use super::library::Lessons;
use super::{Failure, Lesson, Status, store};
use crate::error::{Code, Error, Result};
use crate::events::{self, Event};
use crate::inference::DocumentFailure;
use crate::inference::document::Document;
use crate::inference::protocol::FailureCode;
use crate::jobs::{self, Handle, Job, JobError, NewJob};
use crate::types::{LessonId, OrgId};

/// Passages embedded at once. Small, because a pupil's question waits for at
/// most one batch.
const BATCH: usize = 8;

/// Reads lessons.
pub struct IngestLesson {
    lessons: Lessons,
}

/// Which lesson to read.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Payload {
    /// The lesson.
    pub lesson: LessonId,
}

impl IngestLesson {
    /// The job over a library.
    pub fn new(lessons: Lessons) -> Self {
        Self { lessons }
    }

    pub(super) fn job(org: OrgId, lesson: LessonId) -> NewJob<'static> {
        NewJob {
            kind: Self::KIND,
            queue: "lessons",
            org,
            subject: lesson.to_string(),
            payload: serde_json::json!({ "lesson": lesson }),
        }
    }

    async fn ingest(&self, id: LessonId, handle: &Handle) -> Result<(), JobError> {
        let core = &self.lessons.app.db.core;
        let mut lesson = match core.read(move |conn| store::get_for_job(conn, id)).await {
            Ok(lesson) => lesson,
            // Deleted while it waited.
            Err(error) if error.code() == Code::NotFound => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let document = match lesson.text {
            Some(hash) => self.lessons.load(hash).await?,
            None => self.extract(&mut lesson, handle).await?,
        };
        stop_if_cancelled(handle)?;
        self.index(&mut lesson, &document, handle).await?;
        self.embed(&lesson, handle).await?;
        lesson.status = Status::Ready;
        let passages = lesson.passages;
        let event = Event::LessonReady {
            lesson: id,
            passages,
        };
        self.save(&lesson, Some(event)).await?;
        Ok(())
    }

    async fn extract(&self, lesson: &mut Lesson, handle: &Handle) -> Result<Document, JobError> {
        handle.stage(Stage::Extract.as_str()).await?;
        lesson.status = Status::Working;
        self.save(lesson, None).await?;
        self.report(lesson, Stage::Extract, 0, 0);
        let app = &self.lessons.app;
        let file = app.blobs.open_file(&lesson.original)?;
        let read = tokio::select! {
            read = app.inference.read_document(file, lesson.format) => read?,
            () = handle.cancelled_wait() => return Err(JobError::Cancelled),
        };
        let document = read.map_err(unreadable)?;
        let bytes = serde_json::to_vec(&document).map_err(Error::from)?;
        let blobs = app.blobs.clone();
        let stored = tokio::task::spawn_blocking(move || blobs.put(&bytes)).await;
        lesson.text = Some(stored.map_err(Error::from)??);
        lesson.pages = Some(document.anchors.len() as u32);
        lesson.warnings.clone_from(&document.warnings);
        self.save(lesson, None).await?;
        Ok(document)
    }

    async fn index(
        &self,
        lesson: &mut Lesson,
        document: &Document,
        handle: &Handle,
    ) -> Result<(), JobError> {
        let (indexed, _) = self.lessons.retrieval.counts(lesson.id).await?;
        if indexed == 0 || indexed != lesson.passages {
            handle.stage(Stage::Index.as_str()).await?;
            self.report(lesson, Stage::Index, 0, 0);
            let passages = chunk::passages(lesson.id, document, lesson.language);
            if passages.is_empty() {
                let code = FailureCode::NoText.as_str().into();
                return Err(JobError::Fatal(code, "No text was found.".into()));
            }
            lesson.passages = passages.len() as u32;
            self.lessons
                .retrieval
                .replace(lesson.org, lesson.id, passages)
                .await?;
        }
        lesson.status = Status::Searchable;
        self.save(lesson, None).await?;
        Ok(())
    }

    async fn embed(&self, lesson: &Lesson, handle: &Handle) -> Result<(), JobError> {
        handle.stage(Stage::Embed.as_str()).await?;
        let (total, mut done) = self.lessons.retrieval.counts(lesson.id).await?;
        loop {
            stop_if_cancelled(handle)?;
            handle.progress(done, total);
            self.report(lesson, Stage::Embed, done, total);
            match self.lessons.retrieval.embed_next(lesson.id, BATCH).await {
                Ok(0) => return Ok(()),
                Ok(more) => done += more,
                Err(error) if error.code() == Code::Unavailable => {
                    let after = std::time::Duration::from_secs(5);
                    return Err(JobError::NotNow { after });
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    async fn save(&self, lesson: &Lesson, event: Option<Event>) -> Result<()> {
        let now = self.lessons.app.clock.now();
        let changed = lesson.clone();
        self.lessons
            .app
            .db
            .core
            .write(move |conn| {
                // What the teacher changed meanwhile stays.
                let mut current = store::get_for_job(conn, changed.id)?;
                current.status = changed.status;
                current.text = changed.text;
                current.pages = changed.pages;
                current.passages = changed.passages;
                current.warnings = changed.warnings;
                current.failure = changed.failure;
                store::update(conn, &current, now)?;
                if let Some(event) = event {
                    events::append(conn, current.org, &event, now)?;
                }
                Ok(())
            })
            .await?;
        self.lessons.feed.changed(lesson.org, lesson.id);
        Ok(())
    }

    fn report(&self, lesson: &Lesson, stage: Stage, done: u32, total: u32) {
        let progress = Progress { stage, done, total };
        self.lessons.feed.progress(lesson.org, lesson.id, progress);
    }
}

impl Job for IngestLesson {
    const KIND: &'static str = "ingest_lesson";
    const MAX_ATTEMPTS: u32 = 6;
    type Payload = Payload;

    async fn run(&self, payload: Payload, handle: Handle) -> Result<(), JobError> {
        let outcome = self.ingest(payload.lesson, &handle).await;
        self.lessons.feed.ended(payload.lesson);
        outcome
    }

    async fn on_dead(&self, payload: Payload, failure: jobs::Failure) -> Result<()> {
        let id = payload.lesson;
        let core = &self.lessons.app.db.core;
        let mut lesson = match core.read(move |conn| store::get_for_job(conn, id)).await {
            Ok(lesson) => lesson,
            // Deleted: nothing to mark.
            Err(error) if error.code() == Code::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        let code = failure.code.clone();
        lesson.status = Status::Failed;
        lesson.failure = Some(Failure {
            code: failure.code,
            detail: failure.detail,
        });
        self.save(&lesson, Some(Event::LessonFailed { lesson: id, code })).await
    }
}

/// A file that kills its parser gets one more try, in case the machine was to
/// blame; every other failure is the file's own and final.
fn unreadable(failure: DocumentFailure) -> JobError {
    match failure.code {
        FailureCode::Crashed => JobError::Crashed(failure.detail),
        code => JobError::Fatal(code.as_str().into(), failure.detail),
    }
}

fn stop_if_cancelled(handle: &Handle) -> Result<(), JobError> {
    if handle.cancelled() {
        return Err(JobError::Cancelled);
    }
    Ok(())
}
