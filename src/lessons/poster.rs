//! The job that makes the small picture of a lesson for its card.
//!
//! It follows the reading and is apart from it: whatever becomes of the picture,
//! the lesson is what it is. A job that finds nothing to draw, or can not draw it,
//! notes that it looked and is done; a better maker looks again.

use std::time::Duration;

use super::ingest::{Payload, new_job};
use super::library::{Lessons, check_stored};
use super::store;
use crate::blobs::BlobHash;
use crate::error::{Code, Result};
use crate::inference::document::Format;
use crate::inference::protocol::Part;
use crate::jobs::{self, Handle, Job, JobError, NewJob};
use crate::types::{LessonId, OrgId};

/// Counts up when posters are made better: then all are made anew.
pub const MAKER: u32 = 1;
/// Pixels across: sharp on a phone.
const WIDTH: u32 = 320;

/// How long to wait when too many look at pages.
const PAUSE: Duration = Duration::from_secs(5);

/// Makes the poster of a lesson.
pub struct PosterLesson(pub Lessons);

impl PosterLesson {
    /// A corrected text ends the other jobs of the lesson, but not this one.
    pub(super) fn subject(lesson: LessonId) -> String {
        format!("poster {lesson}")
    }

    pub(super) fn job(org: OrgId, lesson: LessonId) -> NewJob<'static> {
        NewJob {
            subject: Self::subject(lesson),
            ..new_job(Self::KIND, "poster", org, lesson)
        }
    }
}

/// Whether files of this kind may have a poster.
pub fn may_have(format: Format) -> bool {
    use Format::{Docx, Epub, Odp, Odt, Pdf, Pptx, Xlsx};
    format.is_picture() || matches!(format, Pdf | Docx | Pptx | Xlsx | Odt | Odp | Epub)
}

impl Job for PosterLesson {
    const KIND: &'static str = "poster_lesson";
    const MAX_ATTEMPTS: u32 = 3;
    type Payload = Payload;

    async fn run(&self, payload: Payload, handle: Handle) -> Result<(), JobError> {
        let Some(lesson) = self.0.of_job(payload.lesson).await? else {
            return Ok(());
        };
        let app = &self.0.app;
        let file = match app.blobs.open_file(&lesson.original) {
            // The lesson was deleted a moment ago.
            Err(error) if error.code() == Code::NotFound => return Ok(()),
            opened => opened?,
        };
        let drawn = tokio::select! {
            drawn = app.inference.draw(file, lesson.format, Part::Cover, WIDTH) => drawn,
            () = handle.cancelled_wait() => return Err(JobError::Cancelled),
        };
        let drawn = match drawn {
            // People who look at pages go first.
            Err(error) if error.code() == Code::QueueFull => {
                return Err(JobError::NotNow { after: PAUSE });
            }
            drawn => drawn?,
        };
        let poster = match drawn {
            Ok(Some(jpeg)) => {
                let blobs = app.blobs.clone();
                let stored = tokio::task::spawn_blocking(move || blobs.put(&jpeg)).await;
                Some(stored??)
            }
            Ok(None) => None,
            Err(failure) => {
                let (code, detail) = (failure.code.as_str(), failure.detail);
                tracing::info!(lesson = %lesson.id, code, detail, "lesson.without_poster");
                None
            }
        };
        self.0.keep_poster(lesson.id, poster).await?;
        let old = lesson.poster.filter(|old| Some(*old) != poster);
        self.0.remove_unused(old.into_iter().collect()).await?;
        self.0.feed.changed(lesson.org, lesson.id);
        Ok(())
    }

    async fn on_dead(&self, payload: Payload, _: jobs::Failure) -> Result<()> {
        self.0.keep_poster(payload.lesson, None).await
    }
}

impl Lessons {
    /// Notes what came of a poster, also for a lesson that is gone by now.
    async fn keep_poster(&self, id: LessonId, poster: Option<BlobHash>) -> Result<()> {
        let (blobs, now) = (self.app.blobs.clone(), self.app.clock.now());
        let kept = self
            .app
            .db
            .core
            .write(move |conn| {
                check_stored(&blobs, poster)?;
                store::posters::set(conn, id, poster, MAKER, now)
            })
            .await;
        match kept {
            Err(error) if error.code() == Code::NotFound => {
                self.remove_unused(poster.into_iter().collect()).await
            }
            kept => kept,
        }
    }

    /// Queues the posters that are not there yet, as after an update.
    pub(super) async fn mend_posters(&self) -> Result<()> {
        let now = self.app.clock.now();
        self.app
            .db
            .core
            .write(move |conn| {
                for lesson in store::posters::without(conn, MAKER)? {
                    if may_have(lesson.format) {
                        let job = PosterLesson::job(lesson.org, lesson.id);
                        jobs::cancel_by_subject(conn, &job.subject, now)?;
                        jobs::enqueue(conn, job, now)?;
                    }
                }
                Ok(())
            })
            .await
    }
}
