//! Lessons from a USB stick that is plugged into the box: looked at, planned,
//! then copied one file after the other by a job, each of them once.
//!
//! Sticks are found in the kernel's table of mounts, below folders named in the
//! settings; the box mounts nothing and only reads. Names on a stick are any
//! bytes: they are rows of core.db and go to nobody but the person who looks.
//!
//! A copy is a row with a row for each file. A file's row changes in the
//! transaction that adds its lesson, so it is copied once whatever happens;
//! after a restart the job goes on, or says of the rest that the stick is gone.

mod copying;
mod mounts;
mod plan;
mod reading;

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

pub use copying::CopyStick;
pub use plan::{Fate, Known, Plan, Planned};
pub use reading::{Entry, Kind, Place};

use super::incoming::Naming;
use super::library::Lessons;
use super::{quota, store};
use crate::accounts::Actor;
use crate::config::Config;
use crate::error::{Code, Error, Result};
use crate::jobs;
use crate::types::{CopyId, LessonId, OrgId, Timestamp, UserId};
use crate::word_enum;

/// Who look at sticks side by side; a slow stick keeps a thread busy for each.
const LOOKS_AT_ONCE: usize = 2;
/// Files and folders chosen at once.
const MOST_CHOSEN: usize = 1000;
/// How long what became of a copy is told, in milliseconds: a month.
const TOLD_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// Who looks at sticks, and how far copies are.
pub struct Sticks {
    looks: Arc<Semaphore>,
    /// Bytes read of the file that a copy is at.
    progress: Mutex<HashMap<CopyId, Arc<AtomicU64>>>,
    /// Copies that were begun since the box started. Their times would not tell: a
    /// clock without a battery goes back some minutes with every power cut.
    begun: Mutex<HashSet<CopyId>>,
}

impl Default for Sticks {
    fn default() -> Self {
        Self {
            looks: Arc::new(Semaphore::new(LOOKS_AT_ONCE)),
            progress: Mutex::default(),
            begun: Mutex::default(),
        }
    }
}

impl Sticks {
    fn progress(&self) -> MutexGuard<'_, HashMap<CopyId, Arc<AtomicU64>>> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begun(&self) -> MutexGuard<'_, HashSet<CopyId>> {
        self.begun.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

word_enum! {
    /// How far a file of a copy is.
    FileState {
        /// Its turn comes.
        Waiting = "waiting",
        /// It became a lesson.
        Copied = "copied",
        /// The school has these bytes already.
        Here = "here",
        /// It could not be copied.
        Failed = "failed",
        /// The copy was stopped before its turn.
        Stopped = "stopped",
    }
}

/// A stick as it is listed.
#[derive(Debug, Clone)]
pub struct StickOnBox {
    /// Tells it from others.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Bytes it has room for.
    pub total_bytes: u64,
}

/// A copy from a stick.
#[derive(Debug, Clone)]
pub struct StickCopy {
    /// Its id.
    pub id: CopyId,
    /// The school it is for.
    pub org: OrgId,
    /// Who started it.
    pub owner: UserId,
    /// The stick.
    pub stick: String,
    /// What people call the stick.
    pub stick_name: String,
    /// What is said of each lesson.
    pub naming: Naming,
    /// When it was started.
    pub created_at: Timestamp,
}

/// A file of a copy.
#[derive(Debug, Clone)]
pub struct StickFile {
    /// Its number in the copy.
    pub n: u32,
    /// Where it is on the stick.
    pub place: Place,
    /// Bytes it had when it was planned.
    pub bytes: u64,
    /// How far it is.
    pub state: FileState,
    /// Why it failed.
    pub code: Option<Code>,
    /// The lesson it became or is.
    pub lesson: Option<LessonId>,
}

/// A copy with its files and the bytes read of the one it is at.
pub type CopyNow = (StickCopy, Vec<StickFile>, u64);

impl Lessons {
    /// The sticks that are plugged in.
    pub async fn sticks(&self) -> Result<Vec<StickOnBox>> {
        let app = self.app.clone();
        let looking = self.sticks.looks.clone().acquire_owned().await?;
        let sticks = spawn_blocking(move || {
            let _looking = looking;
            mounts::plugged_in(&app.config)
        });
        let told = |stick: mounts::Stick| StickOnBox {
            id: stick.id,
            name: stick.name,
            total_bytes: stick.total_bytes,
        };
        Ok(sticks.await?.into_iter().map(told).collect())
    }

    /// What is in a folder of a stick, and whether there is more.
    ///
    /// # Errors
    /// `stick_gone`, `file_unreadable`.
    pub async fn stick_folder(&self, stick: &str, folder: Place) -> Result<(Vec<Entry>, bool)> {
        self.look(stick, move |stick| reading::list(&stick.folder, &folder))
            .await
    }

    /// What copying `chosen` would do.
    ///
    /// # Errors
    /// `stick_gone`, `file_unreadable` when something chosen is not there.
    pub async fn plan_copy(&self, actor: &Actor, stick: &str, chosen: Vec<Place>) -> Result<Plan> {
        let plan = self.plan(actor, stick, chosen).await?;
        Ok(plan.1)
    }

    /// Starts to copy what of `chosen` would become lessons.
    ///
    /// # Errors
    /// As [`Self::plan_copy`]; `conflict` when nothing would be copied,
    /// `queue_full` while this person has another copy.
    pub async fn start_copy(
        &self,
        actor: &Actor,
        stick: &str,
        chosen: Vec<Place>,
        naming: Naming,
    ) -> Result<CopyNow> {
        // Refused now, not once for each file.
        naming.title_of("lesson.pdf")?;
        let (stick_name, plan) = self.plan(actor, stick, chosen).await?;
        if plan.new_files().0 == 0 {
            let detail = "Nothing of this would become a lesson.";
            return Err(Error::new(Code::Conflict, detail));
        }
        let now = self.app.clock.now();
        let copy = StickCopy {
            id: CopyId::new(),
            org: actor.org,
            owner: actor.user,
            stick: stick.to_owned(),
            stick_name,
            naming,
            created_at: now,
        };
        let files = plan.files.into_iter().zip(1..).map(|(file, n)| {
            let (state, code, lesson) = match file.fate {
                Fate::New => (FileState::Waiting, None, None),
                // The plan compared beginnings and ends; the copy compares it all.
                Fate::Here(_) => (FileState::Waiting, None, None),
                Fate::Refused(code) => (FileState::Failed, Some(code), None),
            };
            StickFile {
                n,
                place: file.place,
                bytes: file.bytes,
                state,
                code,
                lesson,
            }
        });
        let files: Vec<_> = files.collect();
        self.sticks.begun().insert(copy.id);
        let adding = (copy.clone(), files.clone());
        let core = &self.app.db.core;
        core.write(move |conn| {
            let (copy, files) = adding;
            if store::sticks::is_copying(conn, copy.owner)? {
                let detail = "Wait until your other files are copied, or stop that.";
                return Err(Error::new(Code::QueueFull, detail).retry_after(60));
            }
            store::sticks::forget_before(conn, copy.owner, now.plus_ms(-TOLD_MS))?;
            store::sticks::insert(conn, &copy, &files)?;
            jobs::enqueue(conn, CopyStick::job(&copy), now)?;
            Ok(())
        })
        .await?;
        Ok((copy, files, 0))
    }

    /// This person's copies, newest first.
    pub async fn copies(&self, actor: &Actor) -> Result<Vec<CopyNow>> {
        let (org, owner) = (actor.org, actor.user);
        let core = &self.app.db.core;
        let copies = core.read(move |conn| store::sticks::list(conn, org, owner));
        let copies = copies.await?;
        let progress = self.sticks.progress();
        let done = |id: CopyId| {
            progress
                .get(&id)
                .map_or(0, |read| read.load(Ordering::Relaxed))
        };
        let told = copies.into_iter().map(|(copy, files)| {
            let read = done(copy.id);
            (copy, files, read)
        });
        Ok(told.collect())
    }

    /// Stops a copy; what was copied stays.
    pub async fn stop_copy(&self, actor: &Actor, id: CopyId) -> Result<()> {
        self.end_copy(actor, id, false).await
    }

    /// Stops a copy and takes it off the list; what was copied stays.
    pub async fn forget_copy(&self, actor: &Actor, id: CopyId) -> Result<()> {
        self.end_copy(actor, id, true).await
    }

    async fn end_copy(&self, actor: &Actor, id: CopyId, forget: bool) -> Result<()> {
        let (org, owner, now) = (actor.org, actor.user, self.app.clock.now());
        let core = &self.app.db.core;
        core.write(move |conn| {
            store::sticks::owned(conn, org, owner, id)?;
            jobs::cancel_by_subject(conn, &id.to_string(), now)?;
            match forget {
                true => store::sticks::delete(conn, id),
                false => store::sticks::settle_rest(conn, id, FileState::Stopped, None),
            }
        })
        .await
    }

    /// The name of the stick and the plan.
    async fn plan(&self, actor: &Actor, stick: &str, chosen: Vec<Place>) -> Result<(String, Plan)> {
        if chosen.len() > MOST_CHOSEN {
            let detail = format!("Choose at most {MOST_CHOSEN} files and folders.");
            return Err(Error::invalid("chosen", detail));
        }
        let (org, config) = (actor.org, self.app.config.clone());
        let read = self.app.db.core.read(move |conn| {
            let promised = store::uploads::promised(conn)?;
            Ok((
                store::sticks::known(conn, org)?,
                promised,
                store::usage(conn, org)?,
            ))
        });
        let ((known, promised, usage), blobs) = (read.await?, self.app.blobs.clone());
        self.look(stick, move |stick| {
            let mut plan = plan::make(&stick.folder, &chosen, &known, &blobs)?;
            plan.fit(|files, bytes| {
                quota::check(&config, usage, files, bytes)?;
                blobs.check_space(promised.saturating_add(bytes))
            });
            Ok((stick.name.clone(), plan))
        })
        .await
    }

    /// Does something with a stick, where waiting for it hurts nobody.
    async fn look<T: Send + 'static>(
        &self,
        stick: &str,
        work: impl FnOnce(&mounts::Stick) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (app, stick) = (self.app.clone(), stick.to_owned());
        let looking = self.sticks.looks.clone().acquire_owned().await?;
        let looked = spawn_blocking(move || {
            let _looking = looking;
            on_stick(&app.config, &stick, work)
        });
        looked.await?
    }
}

/// Does something with the stick of this id.
///
/// # Errors
/// `stick_gone` also when it is pulled out meanwhile.
fn on_stick<T>(
    config: &Config,
    stick: &str,
    work: impl FnOnce(&mounts::Stick) -> Result<T>,
) -> Result<T> {
    let gone = || Error::new(Code::StickGone, "This stick is not plugged in any more.");
    let find = || {
        let mut sticks = mounts::plugged_in(config).into_iter();
        sticks.find(|found| found.id == stick).ok_or_else(gone)
    };
    let done = work(&find()?);
    match &done {
        Err(error) if error.code() == Code::FileUnreadable => find().and(done),
        _ => done,
    }
}

/// A name as people read it: what is no text, or would break lines, becomes
/// the sign for that.
fn clean_name(name: &[u8]) -> String {
    let text = String::from_utf8_lossy(name);
    let shown = |c: char| match c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c) {
        true => char::REPLACEMENT_CHARACTER,
        false => c,
    };
    text.chars().map(shown).collect()
}
