//! Files on their way in: sent piece by piece, kept over lost connections,
//! restarts and power cuts, and made into a lesson once.
//!
//! The row of an upload counts the bytes that were flushed to its file, so
//! whatever the box acknowledged is there after a power cut. When all came,
//! the row takes the hash, the file becomes the blob of that name, and one
//! transaction adds the lesson and writes it into the row. Each of these steps
//! can be done again, by whoever asks next or by the next start.

mod checksum;
mod finish;
mod part;
mod receive;
mod turns;

use std::collections::HashSet;
use std::path::PathBuf;

pub use checksum::{ALGORITHMS, Checksum};
pub use finish::Standing;
pub use receive::Piece;
pub use turns::Turns;

use super::incoming::{self, Naming};
use super::library::Lessons;
use super::{quota, store};
use crate::accounts::Actor;
use crate::blobs::BlobHash;
use crate::error::{Code, Error, Result};
use crate::inference::document::Format;
use crate::types::{Language, LessonId, OrgId, Timestamp, UploadId, UserId};

/// How long an upload lives after the last bytes came, in milliseconds: a day.
const LIFE_MS: i64 = 24 * 60 * 60 * 1000;
/// How long one lives of which no byte came: an hour. It costs nothing to send,
/// and keeps others from the room on the disk.
const EMPTY_LIFE_MS: i64 = 60 * 60 * 1000;
/// Files that one person may be sending at once, paused ones included.
const MOST_UNDERWAY: u32 = 50;
/// Bytes that these may have together; one file alone may have more.
const MOST_ANNOUNCED: u64 = 2 << 30;

/// A file on its way in, or that came.
#[derive(Debug, Clone)]
pub struct Upload {
    /// Its id.
    pub id: UploadId,
    /// The school it is for.
    pub org: OrgId,
    /// Who sends it; nobody else knows of it.
    pub owner: UserId,
    /// The name of the file, without folders.
    pub file_name: String,
    /// The title of the lesson to be.
    pub title: String,
    /// School subject.
    pub subject: Option<String>,
    /// Its language, when known.
    pub language: Option<Language>,
    /// Whether learners may read the lesson.
    pub shared: bool,
    /// What kind of file the name promises.
    pub format: Format,
    /// What the sender said about the file, word for word.
    pub metadata: String,
    /// Bytes it will have.
    pub bytes: u64,
    /// Bytes that came and are on the disk.
    pub received: u64,
    /// The blob it became, once all came.
    pub original: Option<BlobHash>,
    /// The lesson that was made of it.
    pub lesson: Option<LessonId>,
    /// When it is given up unless more comes.
    pub expires_at: Timestamp,
}

impl Upload {
    /// Whether all its bytes came.
    pub fn is_complete(&self) -> bool {
        self.original.is_some() || self.received == self.bytes
    }
}

/// A file somebody is about to send.
#[derive(Debug, Clone)]
pub struct Announced {
    /// The name of the file on the sender's device.
    pub file_name: String,
    /// Bytes it has.
    pub bytes: u64,
    /// What is said about it.
    pub naming: Naming,
    /// The same, word for word.
    pub metadata: String,
}

impl Lessons {
    /// Makes room for a file that is going to be sent.
    ///
    /// # Errors
    /// Says what is wrong with the file before a byte of it came; `disk_full`
    /// when it would not fit, `quota_full`, `queue_full` when this person is sending too much.
    pub async fn start_upload(&self, actor: &Actor, file: Announced) -> Result<Upload> {
        let (file_name, format) = incoming::named(&file.file_name)?;
        if file.bytes == 0 {
            return Err(incoming::empty());
        }
        incoming::check_size(format, file.bytes)?;
        let title = file.naming.title_of(&file_name)?;
        self.expire_uploads().await?;
        let now = self.app.clock.now();
        let upload = Upload {
            id: UploadId::new(),
            org: actor.org,
            owner: actor.user,
            file_name,
            title,
            subject: file.naming.subject,
            language: file.naming.language,
            shared: file.naming.shared,
            format,
            metadata: file.metadata,
            bytes: file.bytes,
            received: 0,
            original: None,
            lesson: None,
            expires_at: now.plus_ms(EMPTY_LIFE_MS),
        };
        let (new, blobs) = (upload.clone(), self.app.blobs.clone());
        let config = self.app.config.clone();
        self.app
            .db
            .core
            .write(move |conn| {
                let (files, bytes) = store::uploads::underway(conn, new.owner)?;
                if is_too_much(files, bytes, new.bytes) {
                    let detail = "Finish or stop some of your uploads first.";
                    return Err(Error::new(Code::QueueFull, detail).retry_after(60));
                }
                quota::check(&config, store::usage(conn, new.org)?, 1, new.bytes)?;
                let promised = store::uploads::promised(conn)?;
                blobs.check_space(promised.saturating_add(new.bytes))?;
                store::uploads::insert(conn, &new, now)
            })
            .await?;
        Ok(upload)
    }

    /// An upload of this person.
    ///
    /// # Errors
    /// `not_found` also when it expired or is another person's.
    pub async fn upload(&self, actor: &Actor, id: UploadId) -> Result<Upload> {
        let (actor, now) = (*actor, self.app.clock.now());
        let core = &self.app.db.core;
        let upload = core.read(move |conn| store::uploads::get(conn, &actor, id, now));
        self.as_on_disk(upload.await?).await
    }

    /// Gives an upload up; a lesson that was made of it stays.
    pub async fn discard_upload(&self, actor: &Actor, id: UploadId) -> Result<()> {
        self.upload(actor, id).await?;
        let _turn = self.turns.take_over(id).await?;
        let upload = self.upload(actor, id).await?;
        self.forget_upload(&upload, Timestamp(i64::MAX)).await
    }

    /// Removes the uploads nobody went on with for a day.
    pub async fn expire_uploads(&self) -> Result<()> {
        let now = self.app.clock.now();
        let core = &self.app.db.core;
        let old = core.read(move |conn| store::uploads::expired(conn, now));
        for upload in old.await? {
            // One that is being sent just now is not given up.
            if let Ok(_turn) = self.turns.take(upload.id) {
                self.forget_upload(&upload, now).await?;
            }
        }
        Ok(())
    }

    /// Finishes what a power cut interrupted, and removes files of uploads
    /// that are gone; called once at start.
    pub(super) async fn mend_uploads(&self) -> Result<()> {
        self.expire_uploads().await?;
        let uploads = self.app.db.core.read(store::uploads::all).await?;
        let mut names = HashSet::new();
        for upload in uploads {
            names.insert(upload.id.to_string());
            let upload = self.as_on_disk(upload).await?;
            if upload.is_complete() && upload.lesson.is_none() {
                // It is asked for again by whoever sent it.
                if let Err(error) = self.finish(&upload, false).await {
                    tracing::warn!(%error, "upload.unfinished");
                }
            }
        }
        let folder = self.app.config.uploads_dir();
        tokio::task::spawn_blocking(move || {
            let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
            for file in files {
                let is_known = file.file_name().to_str().is_some_and(|n| names.contains(n));
                if is_known {
                    continue;
                }
                // Such as a folder; whatever it is, the box starts.
                if let Err(error) = part::remove(&file.path()) {
                    tracing::warn!(%error, file = ?file.file_name(), "upload.not_removed");
                }
            }
        })
        .await?;
        Ok(())
    }

    /// The blobs that uploads name and no lesson may name yet.
    pub(super) async fn uploaded_blobs(&self) -> Result<Vec<BlobHash>> {
        let uploads = self.app.db.core.read(store::uploads::all).await?;
        Ok(uploads.into_iter().filter_map(|u| u.original).collect())
    }

    /// Removes the bytes of an upload whose row is gone, once nobody sends it any more.
    pub(crate) async fn forget_part(&self, id: UploadId) -> Result<()> {
        let _turn = self.turns.take_over(id).await?;
        let path = self.part_of(id);
        tokio::task::spawn_blocking(move || part::remove(&path)).await?
    }

    /// Removes an upload that expires until `until`, with its bytes.
    async fn forget_upload(&self, upload: &Upload, until: Timestamp) -> Result<()> {
        let id = upload.id;
        let core = &self.app.db.core;
        let gone = core.write(move |conn| store::uploads::delete(conn, id, until));
        if !gone.await? {
            return Ok(());
        }
        let path = self.part_of(id);
        tokio::task::spawn_blocking(move || part::remove(&path)).await??;
        match upload.original {
            Some(original) if upload.lesson.is_none() => self.remove_unused(vec![original]).await,
            _ => Ok(()),
        }
    }

    /// The upload, believed no further than its file goes.
    async fn as_on_disk(&self, mut upload: Upload) -> Result<Upload> {
        if upload.original.is_none() && upload.received > 0 {
            let path = self.part_of(upload.id);
            let there = tokio::task::spawn_blocking(move || part::length(&path)).await?;
            upload.received = upload.received.min(there);
        }
        Ok(upload)
    }

    /// Where the bytes of an upload lie until they are a blob.
    fn part_of(&self, id: UploadId) -> PathBuf {
        self.app.config.uploads_dir().join(id.to_string())
    }
}

/// Whether a person who is sending `files` of `bytes` together may not begin to
/// send another of `coming` bytes.
fn is_too_much(files: u32, bytes: u64, coming: u64) -> bool {
    let together = bytes.saturating_add(coming);
    files >= MOST_UNDERWAY || (files > 0 && together > MOST_ANNOUNCED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_announces_so_many_files_of_so_many_bytes() {
        assert!(!is_too_much(0, 0, MOST_ANNOUNCED + 1));
        assert!(!is_too_much(1, 1, MOST_ANNOUNCED - 1));
        assert!(is_too_much(1, 1, MOST_ANNOUNCED));
        assert!(!is_too_much(MOST_UNDERWAY - 1, 1, 1));
        assert!(is_too_much(MOST_UNDERWAY, 1, 1));
    }
}
