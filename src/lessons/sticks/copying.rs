//! The job that copies from a stick, one file after the other.

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::task::spawn_blocking;
use tokio::time::Instant;

use super::mounts::Stick;
use super::{FileState, StickCopy, StickFile, on_stick, reading};
use crate::blobs::BlobHash;
use crate::error::{Code, Error, Result};
use crate::inference::document::{Format, SNIFF_BYTES};
use crate::jobs::{self, Handle, Job, JobError, NewJob};
use crate::lessons::ingest::stop_if_cancelled;
use crate::lessons::library::Lessons;
use crate::lessons::{NewLesson, incoming, quota, store};
use crate::types::{CopyId, LessonId};

/// Bytes read at a time.
const CHUNK: usize = 256 << 10;

/// How long after the box started a stick may still be mounted: systems mount
/// sticks when they find the time, and often after the box is up.
const MOUNTED_LATE: Duration = Duration::from_secs(120);
/// How long to wait before looking for such a stick again.
const LOOK_AGAIN: Duration = Duration::from_secs(3);

/// Copies files from a stick.
pub struct CopyStick {
    lessons: Lessons,
    /// When the box started.
    started: Instant,
}

/// Which copy.
#[derive(Debug, Serialize, Deserialize)]
pub struct Payload {
    copy: CopyId,
}

/// A file that was copied among the blobs.
struct Stored {
    original: BlobHash,
    bytes: u64,
    format: Format,
    file_name: String,
}

impl CopyStick {
    /// To be made when the box starts.
    pub fn new(lessons: Lessons) -> Self {
        Self {
            started: Instant::now(),
            lessons,
        }
    }

    pub(super) fn job(copy: &StickCopy) -> NewJob<'static> {
        NewJob {
            kind: Self::KIND,
            queue: "stick",
            org: copy.org,
            subject: copy.id.to_string(),
            payload: serde_json::json!({ "copy": copy.id }),
        }
    }

    /// Copies a file; its lesson, or the one that is there.
    async fn copy(
        &self,
        copy: &StickCopy,
        file: &StickFile,
        handle: &Handle,
        read: Arc<AtomicU64>,
    ) -> Result<(), JobError> {
        let lessons = &self.lessons;
        let (id, n) = (copy.id, file.n);
        match self.store(copy, file, handle, read).await {
            Ok(None) => Err(JobError::Cancelled),
            Ok(Some(stored)) => {
                let original = stored.original;
                let added = self.add(copy, n, stored).await;
                let unused = !matches!(added, Ok(Some(_)));
                if unused {
                    lessons.remove_unused(vec![original]).await?;
                }
                match added {
                    Ok(Some(lesson)) => lessons.feed.changed(copy.org, lesson),
                    Ok(None) => {}
                    Err(error) => self.failed(id, n, error).await?,
                }
                Ok(())
            }
            Err(error) if error.code() == Code::StickGone && self.may_come(copy) => {
                Err(JobError::NotNow { after: LOOK_AGAIN })
            }
            Err(error) => Ok(self.failed(id, n, error).await?),
        }
    }

    /// Whether the stick of a copy that was begun before the box started may be
    /// mounted yet.
    fn may_come(&self, copy: &StickCopy) -> bool {
        let is_older = !self.lessons.sticks.begun().contains(&copy.id);
        is_older && self.started.elapsed() < MOUNTED_LATE
    }

    /// Reads a file into the blobs; none when it was told to stop.
    async fn store(
        &self,
        copy: &StickCopy,
        file: &StickFile,
        handle: &Handle,
        read: Arc<AtomicU64>,
    ) -> Result<Option<Stored>> {
        let promised = self
            .lessons
            .app
            .db
            .core
            .read(store::uploads::promised)
            .await?;
        let (app, stick) = (self.lessons.app.clone(), copy.stick.clone());
        let (place, handle) = (file.place.clone(), handle.clone());
        let blobs = app.blobs.clone();
        let reading = move |stick: &Stick| -> Result<Option<Stored>> {
            let (mut source, format, bytes) = reading::open(&stick.folder, &place)?;
            blobs.check_space(promised.saturating_add(bytes))?;
            let mut writer = blobs.writer()?;
            let mut head = Vec::with_capacity(SNIFF_BYTES);
            let mut buffer = vec![0; CHUNK];
            loop {
                if handle.cancelled() {
                    return Ok(None);
                }
                let length = source.read(&mut buffer).map_err(reading::unreadable)?;
                let chunk = &buffer[..length];
                let wanted = (SNIFF_BYTES - head.len()).min(length);
                head.extend_from_slice(&chunk[..wanted]);
                if wanted > 0 && head.len() == SNIFF_BYTES || length == 0 {
                    incoming::check_kind(format, &head)?;
                }
                if length == 0 {
                    break;
                }
                incoming::check_size(format, writer.len() + length as u64)?;
                writer.write(chunk)?;
                read.store(writer.len(), Ordering::Relaxed);
            }
            let bytes = writer.len();
            if bytes == 0 {
                return Err(incoming::empty());
            }
            Ok(Some(Stored {
                original: writer.finish()?,
                bytes,
                format,
                file_name: incoming::named(&place.name())?.0,
            }))
        };
        spawn_blocking(move || on_stick(&app.config, &stick, reading)).await?
    }

    /// Makes a lesson of a stored file and says so in its row, at once; none
    /// when it is no new lesson.
    async fn add(&self, copy: &StickCopy, n: u32, stored: Stored) -> Result<Option<LessonId>> {
        let app = &self.lessons.app;
        let (id, now) = (copy.id, app.clock.now());
        let (blobs, config) = (app.blobs.clone(), app.config.clone());
        let new = NewLesson {
            id: LessonId::new(),
            org: copy.org,
            title: copy.naming.title_of(&stored.file_name)?,
            subject: copy.naming.subject.clone(),
            language: copy.naming.language,
            format: stored.format,
            file_name: stored.file_name,
            bytes: stored.bytes,
            original: stored.original,
            shared: copy.naming.shared,
            created_by: copy.owner,
        };
        let adding = app.db.core.write(move |conn| {
            if !store::sticks::is_waiting(conn, id, n)? {
                // Stopped meanwhile.
                return Ok(None);
            }
            if let Some(same) = store::find_by_original(conn, new.org, &new.original)? {
                store::sticks::settle(conn, id, n, FileState::Here, None, Some(same))?;
                return Ok(None);
            }
            quota::check(&config, store::usage(conn, new.org)?, 1, new.bytes)?;
            store::add(conn, &blobs, &new, now)?;
            store::sticks::settle(conn, id, n, FileState::Copied, None, Some(new.id))?;
            Ok(Some(new.id))
        });
        adding.await
    }

    /// Says why a file was not copied; of all that wait, when the stick is
    /// gone. Faults of ours are not the file's: the job is tried again.
    async fn failed(&self, copy: CopyId, n: u32, error: Error) -> Result<()> {
        let code = match error {
            Error::Internal(_) => return Err(error),
            Error::Refused(refusal) => refusal.code,
        };
        let core = &self.lessons.app.db.core;
        core.write(move |conn| match code {
            Code::StickGone => {
                store::sticks::settle_rest(conn, copy, FileState::Failed, Some(code))
            }
            _ => store::sticks::settle(conn, copy, n, FileState::Failed, Some(code), None),
        })
        .await
    }

    async fn copy_all(
        &self,
        copy: &StickCopy,
        handle: &Handle,
        read: &Arc<AtomicU64>,
    ) -> Result<(), JobError> {
        let core = &self.lessons.app.db.core;
        let id = copy.id;
        loop {
            stop_if_cancelled(handle)?;
            let next = core.read(move |conn| store::sticks::next(conn, id)).await?;
            let Some(file) = next else {
                return Ok(());
            };
            // A file ends the count of power cuts after which a job is given up.
            handle.stage(&file.n.to_string()).await?;
            read.store(0, Ordering::Relaxed);
            self.copy(copy, &file, handle, read.clone()).await?;
        }
    }
}

impl Job for CopyStick {
    const KIND: &'static str = "copy_stick";
    const MAX_ATTEMPTS: u32 = 3;
    type Payload = Payload;

    async fn run(&self, payload: Payload, handle: Handle) -> Result<(), JobError> {
        let id = payload.copy;
        let core = &self.lessons.app.db.core;
        let copy = core.read(move |conn| store::sticks::get(conn, id)).await?;
        let Some(copy) = copy else {
            return Ok(());
        };
        let read = Arc::new(AtomicU64::new(0));
        self.lessons.sticks.progress().insert(id, read.clone());
        let copied = self.copy_all(&copy, &handle, &read).await;
        self.lessons.sticks.progress().remove(&id);
        copied
    }

    async fn on_dead(&self, payload: Payload, _: jobs::Failure) -> Result<()> {
        let core = &self.lessons.app.db.core;
        core.write(move |conn| {
            let code = Some(Code::Internal);
            store::sticks::settle_rest(conn, payload.copy, FileState::Failed, code)
        })
        .await
    }
}
