//! The job that listens to a recording and leaves its words as the lesson's text.
//!
//! The sound is decoded to a file that has no name and so never outlives the job
//! ([`spool`]), stretches of speech are packed into windows as long as the model
//! hears at once ([`windows`]), and each window is kept when it was transcribed: a
//! power cut costs one of them, decoding is quick. At the end the sentences become
//! a document ([`transcript`]) like that of any other lesson.

mod captions;
mod listen;
mod spool;
mod transcript;
mod windows;

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::sleep;

use super::feed::Stage;
use super::ingest::{Payload, ReadLesson, new_job, stop_if_cancelled, unreadable};
use super::library::Lessons;
use super::{Lesson, LessonStatus, store};
use crate::error::{Code, Error, Result};
use crate::inference::Heard;
use crate::inference::document::{Document, Span};
use crate::inference::protocol::{Ending, FailureCode};
use crate::jobs::{self, Handle, Job, JobError, NewJob};
use crate::types::{LessonId, OrgId};
use listen::Listening;
use spool::Spool;
use windows::Window;

pub use captions::captions;
pub use listen::{Listened, listen};

/// How long to wait for a speech worker that is not there.
const WORKER_PAUSE: Duration = Duration::from_secs(5);
/// How long a window waits for pupils' answers at most, and how often it looks.
const YIELD: (Duration, u32) = (Duration::from_millis(500), 10);

/// Listens to a recording.
pub struct TranscribeLesson(pub Lessons);

impl TranscribeLesson {
    pub(super) fn job(org: OrgId, lesson: LessonId) -> NewJob<'static> {
        new_job(Self::KIND, "transcribe", org, lesson)
    }

    async fn listen(&self, lesson: &mut Lesson, handle: &Handle) -> Result<(), JobError> {
        let app = &self.0.app;
        if app.inference.speech_model().is_none() {
            let code = FailureCode::NoListener.as_str().into();
            return Err(JobError::Fatal(code, "There is no speech model.".into()));
        }
        handle.stage(Stage::Extract.as_str()).await?;
        self.0.begin(lesson).await?;
        let (spool, ending) = self.decode(lesson, handle).await?;
        let windows = windows::plan(spool.frames());
        let heard = self.transcribe(lesson, handle, &spool, &windows).await?;
        let document = transcript::document(&heard, lesson.language, ending);
        if document.blocks.is_empty() {
            let code = FailureCode::NoSpeech.as_str().into();
            return Err(JobError::Fatal(code, "Nobody speaks in it.".into()));
        }
        self.keep(lesson, document).await?;
        Ok(())
    }

    /// Decodes the sound and notes its length and loudness; after a power cut too, so
    /// that how it ends is known whenever the document is made.
    async fn decode(&self, lesson: &Lesson, handle: &Handle) -> Result<(Spool, Ending), JobError> {
        let app = &self.0.app;
        let file = app.blobs.open_file(&lesson.original)?;
        let mut spool = Spool::new(&app.config.data_dir)?;
        let read = tokio::select! {
            read = app.inference.read_sound(file, lesson.format, |samples| spool.add(samples)) => read?,
            () = handle.cancelled_wait() => return Err(JobError::Cancelled),
        };
        let ending = read.map_err(unreadable)?;
        let (id, ms, loudness) = (lesson.id, spool.length_ms(), spool.loudness());
        let core = &app.db.core;
        core.write(move |conn| store::windows::set_sound(conn, id, ms, &loudness))
            .await?;
        Ok((spool, ending))
    }

    /// What is said in all windows; those heard before are not heard again.
    async fn transcribe(
        &self,
        lesson: &Lesson,
        handle: &Handle,
        spool: &Spool,
        windows: &[Window],
    ) -> Result<Vec<Heard>, JobError> {
        let id = lesson.id;
        let core = &self.0.app.db.core;
        let kept = core.read(move |conn| store::windows::all(conn, id)).await?;
        let mut kept: HashMap<Span, Heard> = kept.into_iter().collect();
        let total = spool.length_ms() / 1000;
        let mut listening = Listening::new(&self.0.app.inference, spool, lesson.language);
        for window in windows {
            stop_if_cancelled(handle)?;
            let time = window.time();
            self.0
                .report(lesson, Stage::Transcribe, time.start_ms / 1000, total);
            let heard = match kept.remove(&time) {
                Some(heard) => heard,
                None => {
                    self.let_pupils_go_first(handle).await;
                    let heard = tokio::select! {
                        heard = listening.hear(window) => heard.map_err(not_now)?,
                        () = handle.cancelled_wait() => return Err(JobError::Cancelled),
                    };
                    let keep = heard.clone();
                    core.write(move |conn| store::windows::put(conn, id, time, &keep))
                        .await?;
                    // A job that gets further is not given up.
                    handle.stage(&format!("heard {}", time.end_ms)).await?;
                    heard
                }
            };
            listening.take(heard);
        }
        Ok(listening.heard())
    }

    async fn let_pupils_go_first(&self, handle: &Handle) {
        for _ in 0..YIELD.1 {
            if handle.cancelled() || !self.0.app.inference.is_answering() {
                return;
            }
            sleep(YIELD.0).await;
        }
    }

    /// Stores the document and queues its indexing.
    async fn keep(&self, lesson: &mut Lesson, document: Document) -> Result<()> {
        let read = ReadLesson::job(lesson.org, lesson.id);
        self.0.keep_text(lesson, &document, Some(read)).await?;
        let (id, core) = (lesson.id, &self.0.app.db.core);
        core.write(move |conn| store::windows::clear(conn, id))
            .await
    }
}

impl Job for TranscribeLesson {
    const KIND: &'static str = "transcribe_lesson";
    const MAX_ATTEMPTS: u32 = 5;
    type Payload = Payload;

    async fn run(&self, payload: Payload, handle: Handle) -> Result<(), JobError> {
        let Some(mut lesson) = self.0.of_job(payload.lesson).await? else {
            return Ok(());
        };
        self.0.take_up(&mut lesson, LessonStatus::Working).await?;
        let heard = self.listen(&mut lesson, &handle).await;
        self.0.end(&lesson, heard).await
    }

    async fn on_dead(&self, payload: Payload, failure: jobs::Failure) -> Result<()> {
        self.0.reading_failed(payload.lesson, failure).await
    }
}

/// A worker that is not there is waited for.
fn not_now(error: Error) -> JobError {
    match error.code() {
        Code::Unavailable => JobError::NotNow {
            after: WORKER_PAUSE,
        },
        _ => error.into(),
    }
}
