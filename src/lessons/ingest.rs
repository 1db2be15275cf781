//! The jobs that read a lesson: one extracts and indexes, the next embeds.
//!
//! Each stage leaves its result on disk before the next begins, so a power cut
//! costs one stage: a lesson with text is never parsed again, a passage with a
//! vector never embedded again. Keywords find the lesson once it is indexed.
//! Embedding takes longer and waits in a queue of its own, so that ten lessons
//! uploaded together can all be searched before the first has its vectors.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::feed::{Progress, Stage};
use super::library::Lessons;
use super::poster::PosterLesson;
use super::transcribe::TranscribeLesson;
use super::{Failure, Lesson, LessonStatus, store};
use super::{chunk, edits, poster};
use crate::error::{Code, Error, Result};
use crate::events::{self, Event};
use crate::inference::DocumentFailure;
use crate::inference::document::{Document, Warning};
use crate::inference::protocol::FailureCode;
use crate::jobs::{self, Handle, Job, JobError, NewJob};
use crate::types::{LessonId, OrgId};

/// Passages embedded at once. Small, because a pupil's question waits for at
/// most one batch.
const BATCH: usize = 8;
/// The warning of a lesson whose new reading failed.
const NOT_READ_AGAIN: &str = "not_read_again";
/// How long to wait for an embedding worker that is not there.
const WORKER_PAUSE: Duration = Duration::from_secs(5);

/// Which lesson a job is about.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Payload {
    /// The lesson.
    pub lesson: LessonId,
}

/// Parses a lesson's file in the sandbox and indexes its text for keywords.
pub struct ReadLesson(pub Lessons);

impl ReadLesson {
    pub(super) fn job(org: OrgId, lesson: LessonId) -> NewJob<'static> {
        new_job(Self::KIND, "read", org, lesson)
    }

    async fn read(&self, lesson: &mut Lesson, handle: &Handle) -> Result<(), JobError> {
        let mut kept = self.0.document(lesson).await?;
        if lesson.anew
            && let Some(document) = kept.take()
        {
            // What teachers correct meanwhile reaches the tutor at once.
            let _turn = self.0.indexing.lock().await;
            stop_if_cancelled(handle)?;
            self.index(lesson, document).await?;
        }
        let document = match kept {
            Some(document) => document,
            None if lesson.format.is_media() => {
                // It comes back when it was listened to.
                let listen = TranscribeLesson::job(lesson.org, lesson.id);
                return Ok(self.0.save(lesson, None, Some(listen)).await?);
            }
            None => self.extract(lesson, handle).await?,
        };
        handle.stage(Stage::Index.as_str()).await?;
        self.0.report(lesson, Stage::Index, 0, 0);
        let _turn = self.0.indexing.lock().await;
        stop_if_cancelled(handle)?;
        self.index(lesson, document).await?;
        // derived.db is flushed lazily; "searchable" must not outlive its passages.
        self.0.app.db.derived.flush().await?;
        if lesson.passages == 0 && lesson.format.is_picture() {
            lesson.status = LessonStatus::NeedsDescription;
            self.0.feed.ended(lesson.id);
            return Ok(self.0.save(lesson, None, None).await?);
        }
        lesson.status = LessonStatus::Searchable;
        let embed = EmbedLesson::job(lesson.org, lesson.id);
        self.0.save(lesson, None, Some(embed)).await?;
        Ok(())
    }

    async fn extract(&self, lesson: &mut Lesson, handle: &Handle) -> Result<Document, JobError> {
        handle.stage(Stage::Extract.as_str()).await?;
        self.0.begin(lesson).await?;
        let app = &self.0.app;
        let file = app.blobs.open_file(&lesson.original)?;
        let read = tokio::select! {
            read = app.inference.read_document(file, lesson.format) => read?,
            () = handle.cancelled_wait() => return Err(JobError::Cancelled),
        };
        let document = read.map_err(unreadable)?;
        if lesson.anew && !has_text(&document) && !lesson.format.is_picture() {
            return Err(no_text());
        }
        let poster =
            poster::may_have(lesson.format).then(|| PosterLesson::job(lesson.org, lesson.id));
        self.0.keep_text(lesson, &document, poster).await?;
        Ok(document)
    }

    async fn index(&self, lesson: &mut Lesson, document: Document) -> Result<(), JobError> {
        // Teachers may have changed both since the job began.
        if let Some(current) = self.0.of_job(lesson.id).await? {
            lesson.language = current.language;
            lesson.title = current.title;
        }
        let edits = self.0.edits(lesson.id).await?;
        let (id, language) = (lesson.id, lesson.language);
        let (is_picture, title) = (lesson.format.is_picture(), lesson.title.clone());
        let cut = move || {
            let found = has_text(&document);
            let mut document = edits::lay_over(document, &edits);
            if is_picture {
                edits::entitle(&mut document, title);
            }
            (
                found || is_picture,
                chunk::passages(id, &document, language),
            )
        };
        let cut = tokio::task::spawn_blocking(cut).await;
        let (found, passages) = cut.map_err(Error::from)?;
        // A teacher may leave everything out; that is not a failure.
        if !found {
            return Err(no_text());
        }
        lesson.passages = passages.len() as u32;
        let retrieval = &self.0.retrieval;
        retrieval.replace(lesson.org, lesson.id, passages).await?;
        Ok(())
    }
}

impl Job for ReadLesson {
    const KIND: &'static str = "read_lesson";
    const MAX_ATTEMPTS: u32 = 5;
    type Payload = Payload;

    async fn run(&self, payload: Payload, handle: Handle) -> Result<(), JobError> {
        let Some(mut lesson) = self.0.of_job(payload.lesson).await? else {
            return Ok(());
        };
        self.0.take_up(&mut lesson, LessonStatus::Working).await?;
        let read = self.read(&mut lesson, &handle).await;
        self.0.end(&lesson, read).await
    }

    async fn on_dead(&self, payload: Payload, failure: jobs::Failure) -> Result<()> {
        self.0.reading_failed(payload.lesson, failure).await
    }
}

/// Makes the vectors of a lesson's passages.
pub struct EmbedLesson(pub Lessons);

impl EmbedLesson {
    pub(super) fn job(org: OrgId, lesson: LessonId) -> NewJob<'static> {
        new_job(Self::KIND, "embed", org, lesson)
    }

    async fn embed(&self, lesson: &mut Lesson, handle: &Handle) -> Result<(), JobError> {
        let (total, mut done) = self.0.retrieval.counts(lesson.id).await?;
        if total != lesson.passages {
            // The index was lost while this job waited.
            lesson.status = LessonStatus::Working;
            let read = ReadLesson::job(lesson.org, lesson.id);
            return Ok(self.0.save(lesson, None, Some(read)).await?);
        }
        let mut further = false;
        loop {
            stop_if_cancelled(handle)?;
            self.0.report(lesson, Stage::Embed, done, total);
            match self.0.retrieval.embed_next(lesson.id, BATCH).await {
                Ok(0) => break,
                Ok(more) => {
                    done += more;
                    if !further {
                        // Tells a power cut from a lesson that can not be
                        // embedded: a job that gets further is not given up.
                        handle.stage(&format!("embedded {done}")).await?;
                        further = true;
                    }
                }
                Err(error) if error.code() == Code::Unavailable => {
                    let after = WORKER_PAUSE;
                    return Err(JobError::NotNow { after });
                }
                Err(error) => return Err(error.into()),
            }
        }
        stop_if_cancelled(handle)?;
        // derived.db is flushed lazily; "ready" must not outlive its vectors.
        self.0.app.db.derived.flush().await?;
        lesson.status = LessonStatus::Ready;
        let event = Event::LessonReady {
            lesson: lesson.id,
            passages: lesson.passages,
        };
        self.0.feed.ended(lesson.id);
        self.0.save(lesson, Some(event), None).await?;
        Ok(())
    }
}

impl Job for EmbedLesson {
    const KIND: &'static str = "embed_lesson";
    const MAX_ATTEMPTS: u32 = 5;
    type Payload = Payload;

    async fn run(&self, payload: Payload, handle: Handle) -> Result<(), JobError> {
        let Some(mut lesson) = self.0.of_job(payload.lesson).await? else {
            return Ok(());
        };
        self.0
            .take_up(&mut lesson, LessonStatus::Searchable)
            .await?;
        let embedded = self.embed(&mut lesson, &handle).await;
        if embedded.is_err() {
            self.0.feed.ended(lesson.id);
        }
        embedded
    }

    async fn on_dead(&self, payload: Payload, _: jobs::Failure) -> Result<()> {
        let failure = jobs::Failure {
            code: FailureCode::EmbeddingFailed.as_str().into(),
            detail: "The passages could not be embedded.".into(),
        };
        self.0.mark_failed(payload.lesson, failure).await
    }
}

impl Lessons {
    /// The lesson of a job; none when it was deleted while the job waited.
    pub(super) async fn of_job(&self, id: LessonId) -> Result<Option<Lesson>> {
        let core = &self.app.db.core;
        match core.read(move |conn| store::get_for_job(conn, id)).await {
            Ok(lesson) => Ok(Some(lesson)),
            Err(error) if error.code() == Code::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Notes that the job of a failed lesson was given another try.
    pub(super) async fn take_up(&self, lesson: &mut Lesson, status: LessonStatus) -> Result<()> {
        if lesson.status != LessonStatus::Failed {
            return Ok(());
        }
        lesson.status = status;
        lesson.failure = None;
        self.save(lesson, None, None).await
    }

    /// How a reading that went this way ends for its job.
    pub(super) async fn end(
        &self,
        lesson: &Lesson,
        read: Result<(), JobError>,
    ) -> Result<(), JobError> {
        if read.is_ok() {
            return read;
        }
        self.feed.ended(lesson.id);
        if self.of_job(lesson.id).await?.is_some() {
            return read;
        }
        // Deleted meanwhile: what was made after that must not stay behind.
        self.retrieval.remove(lesson.id).await?;
        let made = lesson.text.into_iter().chain(lesson.poster);
        Ok(self.remove_unused(made.collect()).await?)
    }

    /// Writes what a job found out, together with what follows from it. What
    /// the teacher changed meanwhile stays.
    pub(super) async fn save(
        &self,
        lesson: &Lesson,
        event: Option<Event>,
        next: Option<NewJob<'static>>,
    ) -> Result<()> {
        self.write(lesson, event, next, false).await
    }

    /// As [`Self::save`]; `ends` a new reading or leaves it as people want it.
    async fn write(
        &self,
        lesson: &Lesson,
        event: Option<Event>,
        next: Option<NewJob<'static>>,
        ends: bool,
    ) -> Result<()> {
        let now = self.app.clock.now();
        let found = lesson.clone();
        let blobs = self.app.blobs.clone();
        self.app
            .db
            .core
            .write(move |conn| {
                let mut current = store::get_for_job(conn, found.id)?;
                if !jobs::is_wanted(conn, &found.id.to_string())? {
                    return Err(Error::new(Code::Conflict, "The reading was stopped."));
                }
                if current.text != found.text {
                    super::library::check_stored(&blobs, found.text)?;
                }
                current.status = found.status;
                current.text = found.text;
                current.pages = found.pages;
                current.passages = found.passages;
                current.warnings = found.warnings;
                current.anew &= !ends;
                current.failure = found.failure;
                store::update(conn, &current, now)?;
                if let Some(event) = event {
                    events::append(conn, current.org, &event, now)?;
                }
                if let Some(next) = next {
                    jobs::enqueue(conn, next, now)?;
                }
                Ok(())
            })
            .await?;
        self.feed.changed(lesson.org, lesson.id);
        Ok(())
    }

    /// Tells that the original is being read; what was read before serves meanwhile.
    pub(super) async fn begin(&self, lesson: &mut Lesson) -> Result<()> {
        if !(lesson.anew && lesson.status == LessonStatus::Searchable) {
            lesson.status = LessonStatus::Working;
            self.save(lesson, None, None).await?;
        }
        self.report(lesson, Stage::Extract, 0, 0);
        Ok(())
    }

    /// Stores what was read, with the job that follows, in place of what was read before.
    pub(super) async fn keep_text(
        &self,
        lesson: &mut Lesson,
        document: &Document,
        next: Option<NewJob<'static>>,
    ) -> Result<()> {
        let bytes = serde_json::to_vec(document)?;
        let blobs = self.app.blobs.clone();
        let stored = tokio::task::spawn_blocking(move || blobs.put(&bytes)).await;
        let old = lesson.text.replace(stored??);
        lesson.pages = Some(u32::try_from(document.anchors.len()).unwrap_or(u32::MAX));
        lesson.warnings.clone_from(&document.warnings);
        lesson.anew = false;
        self.write(lesson, None, next, true).await?;
        self.remove_unused(old.into_iter().collect()).await
    }

    pub(super) async fn mark_failed(&self, id: LessonId, failure: jobs::Failure) -> Result<()> {
        let Some(mut lesson) = self.of_job(id).await? else {
            return Ok(());
        };
        self.feed.ended(id);
        let code = failure.code.clone();
        lesson.status = LessonStatus::Failed;
        lesson.failure = Some(Failure {
            code: failure.code,
            detail: failure.detail,
        });
        let event = Event::LessonFailed { lesson: id, code };
        self.write(&lesson, Some(event), None, true).await
    }

    /// Ends a reading that came to nothing. What was read before stays and says so, also
    /// when a power cut lets this be told twice.
    pub(super) async fn reading_failed(&self, id: LessonId, failure: jobs::Failure) -> Result<()> {
        let Some(mut lesson) = self.of_job(id).await? else {
            return Ok(());
        };
        let told = |lesson: &Lesson| lesson.warnings.iter().any(|w| w.code == NOT_READ_AGAIN);
        if lesson.text.is_none() || !(lesson.anew || told(&lesson)) {
            return self.mark_failed(id, failure).await;
        }
        self.feed.ended(id);
        if !told(&lesson) {
            let code = NOT_READ_AGAIN.to_owned();
            lesson.warnings.push(Warning { code, page: None });
        }
        // It completes what the reading interrupted.
        let index = ReadLesson::job(lesson.org, id);
        self.write(&lesson, None, Some(index), true).await
    }

    pub(super) fn report(&self, lesson: &Lesson, stage: Stage, done: u32, total: u32) {
        let progress = Progress { stage, done, total };
        self.feed.progress(lesson.org, lesson.id, progress);
    }
}

pub(super) fn new_job(
    kind: &'static str,
    queue: &'static str,
    org: OrgId,
    lesson: LessonId,
) -> NewJob<'static> {
    NewJob {
        kind,
        queue,
        org,
        subject: lesson.to_string(),
        payload: serde_json::json!({ "lesson": lesson }),
    }
}

/// A file that kills its parser gets one more try, in case the machine was to
/// blame; every other failure is the file's own and final.
pub(super) fn unreadable(failure: DocumentFailure) -> JobError {
    match failure.code {
        FailureCode::Crashed => JobError::Crashed(failure.detail),
        code => JobError::Fatal(code.as_str().into(), failure.detail),
    }
}

fn has_text(document: &Document) -> bool {
    document.blocks.iter().any(|b| !b.text.trim().is_empty())
}

fn no_text() -> JobError {
    let code = FailureCode::NoText.as_str().into();
    JobError::Fatal(code, "No text was found.".into())
}

pub(super) fn stop_if_cancelled(handle: &Handle) -> Result<(), JobError> {
    if handle.cancelled() {
        return Err(JobError::Cancelled);
    }
    Ok(())
}
