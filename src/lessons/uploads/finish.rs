//! From an upload of which all bytes came to a lesson, exactly once.

use tokio::task::spawn_blocking;

use super::{Upload, part};
use crate::accounts::Actor;
use crate::error::{Code, Error, Result};
use crate::lessons::library::Lessons;
use crate::lessons::{Lesson, NewLesson, quota, store};
use crate::types::{LessonId, UploadId};

/// How far an upload is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Bytes are missing.
    Underway,
    /// It became this lesson.
    Added(LessonId),
    /// The school has this lesson of the same bytes already; nothing was
    /// added.
    SameAs(LessonId),
}

impl Lessons {
    /// How far an upload of this person is. Whoever is sending it is called
    /// off: who asks for the offset lost the connection that did.
    pub async fn upload_standing(&self, actor: &Actor, id: UploadId) -> Result<(Upload, Standing)> {
        let upload = self.upload(actor, id).await?;
        if let Some(lesson) = upload.lesson {
            return Ok((upload, Standing::Added(lesson)));
        }
        let _turn = self.turns.take_over(id).await?;
        let upload = self.upload(actor, id).await?;
        let standing = self.standing_of(&upload, false).await?;
        Ok((upload, standing))
    }

    /// Makes a lesson of an upload although the school has the same file.
    ///
    /// # Errors
    /// `conflict` while bytes are missing.
    pub async fn keep_upload(&self, actor: &Actor, id: UploadId) -> Result<Lesson> {
        self.upload(actor, id).await?;
        let _turn = self.turns.take(id)?;
        let upload = self.upload(actor, id).await?;
        match self.standing_of(&upload, true).await? {
            Standing::Added(lesson) => self.get(actor, lesson).await,
            Standing::SameAs(_) | Standing::Underway => {
                let detail = "Some bytes of this upload are missing.";
                Err(Error::new(Code::Conflict, detail))
            }
        }
    }

    pub(super) async fn standing_of(&self, upload: &Upload, again: bool) -> Result<Standing> {
        match upload.lesson {
            Some(lesson) => Ok(Standing::Added(lesson)),
            None if upload.is_complete() => self.finish(upload, again).await,
            None => Ok(Standing::Underway),
        }
    }

    /// Makes a lesson of an upload of which all bytes came, unless one was
    /// made of it or, without `again`, the school has the same bytes.
    pub(super) async fn finish(&self, upload: &Upload, again: bool) -> Result<Standing> {
        let (id, org, bytes) = (upload.id, upload.org, upload.bytes);
        let (blobs, core) = (self.app.blobs.clone(), &self.app.db.core);
        let path = self.part_of(id);
        let original = match upload.original {
            Some(original) => original,
            None => {
                let file = path.clone();
                let original = spawn_blocking(move || part::hash(&file, bytes)).await??;
                core.write(move |conn| store::uploads::set_original(conn, id, original))
                    .await?;
                original
            }
        };
        // Named by the row by now, so nothing removes it as unused.
        let storing = blobs.clone();
        spawn_blocking(move || storing.adopt(&path, &original)).await??;
        let new = NewLesson {
            id: LessonId::new(),
            org,
            title: upload.title.clone(),
            subject: upload.subject.clone(),
            language: upload.language,
            format: upload.format,
            file_name: upload.file_name.clone(),
            bytes,
            original,
            shared: upload.shared,
            created_by: upload.owner,
        };
        let (now, config) = (self.app.clock.now(), self.app.config.clone());
        let adding = core.write(move |conn| {
            if let Some(lesson) = store::uploads::lesson(conn, id)? {
                return Ok(Standing::Added(lesson));
            }
            let same = store::find_by_original(conn, org, &original)?;
            if let Some(lesson) = same.filter(|_| !again) {
                return Ok(Standing::SameAs(lesson));
            }
            // Counted when it was announced, unless it waited for a decision.
            quota::check(&config, store::usage(conn, org)?, 1, bytes)?;
            store::add(conn, &blobs, &new, now)?;
            store::uploads::set_lesson(conn, id, new.id)?;
            Ok(Standing::Added(new.id))
        });
        let standing = adding.await?;
        if let Standing::Added(lesson) = standing {
            self.feed.changed(org, lesson);
        }
        Ok(standing)
    }
}
