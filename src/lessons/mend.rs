//! Puts the library in order when the box starts, before anybody asks: what a
//! power cut or a discarded derived.db left incomplete is queued again, and what
//! belongs to no lesson any more is removed.

use std::collections::HashSet;

use super::ingest::{EmbedLesson, ReadLesson};
use super::library::Lessons;
use super::{Lesson, LessonStatus, store};
use crate::error::Result;
use crate::jobs::{self, NewJob};
use crate::types::{LessonId, Timestamp};

impl Lessons {
    /// Brings index and blobs in line with the lessons; called once at start,
    /// before jobs and requests. Returns how many lessons were queued again.
    pub async fn mend(&self) -> Result<u32> {
        self.mend_uploads().await?;
        self.mend_posters().await?;
        let lessons = self.app.db.core.read(store::all).await?;
        self.remove_leftovers(&lessons).await?;
        let mut mended = 0;
        for mut lesson in lessons {
            let Some(job) = self.what_is_missing(&mut lesson).await? else {
                continue;
            };
            let now = self.app.clock.now();
            self.app
                .db
                .core
                .write(move |conn| {
                    store::update(conn, &lesson, now)?;
                    jobs::enqueue(conn, job, now)?;
                    Ok(())
                })
                .await?;
            mended += 1;
        }
        Ok(mended)
    }

    /// The job that a lesson thought ready needs, with its status set.
    async fn what_is_missing(&self, lesson: &mut Lesson) -> Result<Option<NewJob<'static>>> {
        // Others have a job that will see to them.
        if lesson.status != LessonStatus::Ready {
            return Ok(None);
        }
        let (indexed, embedded) = self.retrieval.counts(lesson.id).await?;
        let has_model = self.app.inference.embed_model().is_some();
        if indexed != lesson.passages {
            lesson.status = LessonStatus::Working;
            Ok(Some(ReadLesson::job(lesson.org, lesson.id)))
        } else if embedded != indexed && has_model {
            lesson.status = LessonStatus::Searchable;
            Ok(Some(EmbedLesson::job(lesson.org, lesson.id)))
        } else {
            Ok(None)
        }
    }

    /// Removes passages and blobs of lessons whose deletion a power cut
    /// interrupted, and uploads that never became a lesson.
    async fn remove_leftovers(&self, lessons: &[Lesson]) -> Result<()> {
        let known: HashSet<LessonId> = lessons.iter().map(|lesson| lesson.id).collect();
        for lesson in self.retrieval.lessons().await? {
            if !known.contains(&lesson) {
                self.retrieval.remove(lesson).await?;
            }
        }
        let named = lessons
            .iter()
            .flat_map(super::Lesson::blobs)
            .chain(self.uploaded_blobs().await?)
            .collect();
        let blobs = self.app.blobs.clone();
        // Nothing else stores yet, so the age of a file does not matter.
        let removed =
            tokio::task::spawn_blocking(move || blobs.sweep(&named, Timestamp(i64::MAX))).await??;
        if removed > 0 {
            tracing::info!(removed, "blobs.swept");
        }
        Ok(())
    }
}
