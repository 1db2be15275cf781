//! The use cases of the library.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::{Mutex, Semaphore};

use super::feed::Feed;
use super::ingest::ReadLesson;
use super::pages::Pages;
use super::quota::{self, Usage};
use super::sticks::Sticks;
use super::uploads::Turns;
use super::{Failure, Lesson, LessonStatus, NewLesson, Removed, noted, store};
use crate::accounts::Actor;
use crate::audit;
use crate::blobs::{BlobHash, Blobs};
use crate::error::{Code, Error, Result};
use crate::events::{self, Event};
use crate::inference::beginnings::Beginnings;
use crate::inference::document::Document;
use crate::jobs;
use crate::retrieval::{Found, Retrieval, Scope};
use crate::state::App;
use crate::types::{ClassId, Language, LessonId, OrgId, UserId};

/// Longest title or subject, in characters.
const LONGEST_NAME: usize = 200;

/// Whole texts prepared for readers side by side. One may have 32 MB, and takes
/// several times as much on its way from the disk to the wire.
const TEXTS_AT_ONCE: usize = 2;

/// The library of a box. Cheap to clone.
#[derive(Clone)]
pub struct Lessons {
    pub(super) app: App,
    pub(super) retrieval: Retrieval,
    pub(super) feed: Arc<Feed>,
    /// Whole texts being prepared for readers.
    pub(super) texts: Arc<Semaphore>,
    /// Who is sending which upload.
    pub(super) turns: Arc<Turns>,
    /// Pictures of pages, as they are looked at.
    pub(super) pages: Arc<Pages>,
    /// Who looks at sticks and how far copies are.
    pub(super) sticks: Arc<Sticks>,
    /// Held while a lesson's changes are read and its passages written, so
    /// that older changes never replace newer ones.
    pub(super) indexing: Arc<Mutex<()>>,
}

/// What a teacher may change; `None` leaves a field as it is.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// The title.
    pub title: Option<String>,
    /// The subject; an inner `None` clears it.
    pub subject: Option<Option<String>>,
    /// The language; an inner `None` clears it.
    pub language: Option<Option<Language>>,
    /// Whether learners may read it.
    pub shared: Option<bool>,
    /// The classes whose learners may; an inner `None` stands for the whole school.
    pub classes: Option<Option<Vec<ClassId>>>,
}

/// A lesson that can be searched.
#[derive(Debug, Clone)]
pub struct Readable {
    /// Its id.
    pub id: LessonId,
    /// Its title.
    pub title: String,
    /// Names what it says: another one after it was read differently or
    /// corrected, the same again once that is taken back.
    pub text: Option<BlobHash>,
}

impl Readable {
    /// A search of these lessons, which belong to `org`.
    pub fn scope(lessons: &[Self], org: OrgId) -> Scope {
        Scope {
            org,
            lessons: lessons.iter().map(|lesson| lesson.id).collect(),
            titles: lessons.iter().map(|l| (l.id, l.title.clone())).collect(),
        }
    }
}

impl Lessons {
    /// The library over the app's databases and blobs.
    pub fn new(app: App, retrieval: Retrieval) -> Self {
        let pages = Pages::new(app.config.pages_dir());
        Self {
            app,
            retrieval,
            pages: Arc::new(pages),
            feed: Arc::default(),
            texts: Arc::new(Semaphore::new(TEXTS_AT_ONCE)),
            turns: Arc::default(),
            sticks: Arc::default(),
            indexing: Arc::default(),
        }
    }

    /// Ends the live news and keeps what came of uploads, when the box stops.
    pub fn close(&self) {
        self.feed.closing.cancel();
        self.turns.close();
    }

    /// The lessons a person may read, newest first.
    pub async fn list(&self, actor: &Actor) -> Result<Vec<Lesson>> {
        let (org, learner) = (actor.org, learner(actor));
        let list = move |conn: &_| store::list(conn, org, learner);
        let mut lessons = self.app.db.core.read(list).await?;
        if learner.is_some() {
            lessons.iter_mut().for_each(hide_classes);
        }
        Ok(lessons)
    }

    /// One lesson, if this person may read it.
    pub async fn get(&self, actor: &Actor, id: LessonId) -> Result<Lesson> {
        let (org, learner) = (actor.org, learner(actor));
        let get = move |conn: &_| store::for_reader(conn, org, id, learner);
        let mut lesson = self.app.db.core.read(get).await?;
        if learner.is_some() {
            hide_classes(&mut lesson);
        }
        Ok(lesson)
    }

    /// What this person's school keeps.
    pub async fn usage(&self, actor: &Actor) -> Result<Usage> {
        let org = actor.org;
        let core = &self.app.db.core;
        core.read(move |conn| store::usage(conn, org)).await
    }

    /// Titles of a person's readable lessons by id.
    pub async fn titles(&self, actor: &Actor) -> Result<HashMap<LessonId, String>> {
        let lessons = self.list(actor).await?;
        Ok(lessons.into_iter().map(|l| (l.id, l.title)).collect())
    }

    /// Adds a lesson whose original is stored, and queues its reading. Returns
    /// once both are on disk.
    ///
    /// # Errors
    /// `conflict` when the school has the same bytes already; the detail names
    /// that lesson's id. `quota_full`.
    pub async fn add(&self, new: NewLesson) -> Result<Lesson> {
        let now = self.app.clock.now();
        let (org, id, original) = (new.org, new.id, new.original);
        let (blobs, config) = (self.app.blobs.clone(), self.app.config.clone());
        let added = self
            .app
            .db
            .core
            .write(move |conn| {
                if let Some(same) = store::find_by_original(conn, org, &new.original)? {
                    let error = Error::new(Code::Conflict, same.to_string());
                    return Err(error.with_field("lesson_id"));
                }
                quota::check(&config, store::usage(conn, org)?, 1, new.bytes)?;
                store::add(conn, &blobs, &new, now)?;
                store::get(conn, org, id)
            })
            .await;
        if added.is_err() {
            self.remove_unused(vec![original]).await?;
        }
        let lesson = added?;
        self.feed.changed(org, id);
        Ok(lesson)
    }

    /// Changes what a teacher may change.
    pub async fn change(&self, actor: &Actor, id: LessonId, changes: Changes) -> Result<Lesson> {
        if let Some(title) = &changes.title {
            check_name("title", title, 1)?;
        }
        if let Some(Some(subject)) = &changes.subject {
            check_name("subject", subject, 0)?;
        }
        let (actor, org, now) = (*actor, actor.org, self.app.clock.now());
        let lesson = self
            .app
            .db
            .core
            .write(move |conn| {
                let mut lesson = store::get(conn, org, id)?;
                let before = lesson.clone();
                let mut names_anew = false;
                if let Some(title) = changes.title {
                    let title = title.trim().to_owned();
                    // A picture is found by its title as well.
                    names_anew = lesson.format.is_picture() && title != lesson.title;
                    lesson.title = title;
                }
                if let Some(subject) = changes.subject {
                    lesson.subject = subject
                        .map(|s| s.trim().to_owned())
                        .filter(|s| !s.is_empty());
                }
                // The language decides how passages are told apart.
                let language = changes.language.unwrap_or(lesson.language);
                let other = language != lesson.language;
                let unheard = lesson.anew || lesson.text.is_none();
                let listens = lesson.format.is_media() && unheard;
                let cut_anew = (other || names_anew)
                    && (lesson.text.is_some() || listens)
                    && lesson.status != LessonStatus::Failed;
                lesson.language = language;
                if other && listens {
                    // What was heard so far was heard as another language.
                    store::windows::clear(conn, id)?;
                }
                if let Some(shared) = changes.shared {
                    lesson.shared = shared;
                }
                store::update(conn, &lesson, now)?;
                if let Some(classes) = changes.classes {
                    store::set_classes(conn, org, id, classes.as_deref())?;
                }
                if cut_anew {
                    store::edits::cut_anew(conn, &lesson, now)?;
                }
                let lesson = store::get(conn, org, id)?;
                for note in noted::changes(&before, &lesson) {
                    audit::record(conn, actor, note, now)?;
                }
                Ok(lesson)
            })
            .await?;
        self.feed.changed(org, id);
        Ok(lesson)
    }

    /// Deletes a lesson with its passages, vectors and, when nothing else
    /// needs them, its blobs.
    pub async fn delete(&self, actor: &Actor, id: LessonId) -> Result<()> {
        let (actor, org, now) = (*actor, actor.org, self.app.clock.now());
        let delete = move |conn: &_| store::remove(conn, actor, org, id, now);
        let lesson = self.app.db.core.write(delete).await?;
        let forgotten = self.forget(org, &lesson).await;
        self.forget_beginnings(org).await?;
        forgotten
    }

    /// Removes what lies beside the row of a lesson that is gone; can be done again.
    pub(crate) async fn forget(&self, org: OrgId, lesson: &Removed) -> Result<()> {
        self.feed.removed(org, lesson.id);
        self.retrieval.remove(lesson.id).await?;
        self.pages.forget(&lesson.original).await?;
        self.remove_unused(lesson.blobs.clone()).await
    }

    /// Removes what prompts of a school begin with, in the engine and on the disk.
    pub(crate) async fn forget_beginnings(&self, org: OrgId) -> Result<()> {
        self.app.inference.forget(org.number());
        let beginnings = self.app.config.beginnings_dir();
        let forgetting = move || Beginnings::forget(&beginnings, org.number());
        tokio::task::spawn_blocking(forgetting).await?
    }

    /// Lets nothing of deleted lessons stay in the indexes of words.
    pub(crate) async fn forget_words(&self) -> Result<()> {
        self.retrieval.merge_indexes().await
    }

    /// Removes blobs that no lesson names. On the writer's thread, where nobody
    /// can begin to name one between the look and the removal; whoever comes
    /// later finds it gone ([`check_stored`]).
    pub(crate) async fn remove_unused(&self, hashes: Vec<BlobHash>) -> Result<()> {
        let blobs = self.app.blobs.clone();
        self.app
            .db
            .core
            .write(move |conn| {
                for hash in &hashes {
                    if !store::uses_blob(conn, hash)? {
                        blobs.remove(hash)?;
                    }
                }
                Ok(())
            })
            .await
    }

    /// Reads a failed lesson again.
    ///
    /// # Errors
    /// `conflict` unless it had failed.
    pub async fn retry(&self, org: OrgId, id: LessonId) -> Result<Lesson> {
        let now = self.app.clock.now();
        let lesson = self
            .app
            .db
            .core
            .write(move |conn| {
                let mut lesson = store::get(conn, org, id)?;
                if lesson.status != LessonStatus::Failed {
                    return Err(Error::new(Code::Conflict, "The lesson did not fail."));
                }
                lesson.status = LessonStatus::Queued;
                lesson.failure = None;
                store::update(conn, &lesson, now)?;
                jobs::cancel_by_subject(conn, &id.to_string(), now)?;
                jobs::enqueue(conn, ReadLesson::job(org, id), now)?;
                store::get(conn, org, id)
            })
            .await?;
        self.feed.changed(org, id);
        Ok(lesson)
    }

    /// Stops the reading of a lesson, which [`Self::retry`] takes up again; of one that was
    /// read before, the text of then stays.
    ///
    /// # Errors
    /// `conflict` unless it waits or is being read.
    pub async fn cancel(&self, org: OrgId, id: LessonId) -> Result<Lesson> {
        let now = self.app.clock.now();
        let lesson = self
            .app
            .db
            .core
            .write(move |conn| {
                let mut lesson = store::get(conn, org, id)?;
                if !lesson.status.is_going_on() {
                    return Err(Error::new(Code::Conflict, "The lesson is not being read."));
                }
                if lesson.anew && lesson.text.is_some() {
                    // What was read before stays; what was interrupted is completed.
                    lesson.anew = false;
                    store::update(conn, &lesson, now)?;
                    store::edits::cut_anew(conn, &lesson, now)?;
                    return store::get(conn, org, id);
                }
                let code = "cancelled".to_owned();
                lesson.anew = false;
                lesson.status = LessonStatus::Failed;
                lesson.failure = Some(Failure {
                    code: code.clone(),
                    detail: "The reading was stopped.".into(),
                });
                store::update(conn, &lesson, now)?;
                jobs::cancel_by_subject(conn, &id.to_string(), now)?;
                events::append(conn, org, &Event::LessonFailed { lesson: id, code }, now)?;
                store::get(conn, org, id)
            })
            .await?;
        self.feed.ended(id);
        self.feed.changed(org, id);
        Ok(lesson)
    }

    /// What was read from a lesson; none while it was not read yet.
    pub async fn document(&self, lesson: &Lesson) -> Result<Option<Document>> {
        let Some(hash) = lesson.text else {
            return Ok(None);
        };
        let blobs = self.app.blobs.clone();
        tokio::task::spawn_blocking(move || match blobs.get(&hash) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes)?),
            Err(error) if error.code() == Code::NotFound => Ok(None),
            Err(error) => Err(error),
        })
        .await?
    }

    /// What a search by this person may look at, of the lessons in `wanted`
    /// when given.
    pub async fn readable(
        &self,
        actor: &Actor,
        wanted: Option<&[LessonId]>,
    ) -> Result<Vec<Readable>> {
        let (org, learner) = (actor.org, learner(actor));
        let readable = move |conn: &_| store::readable(conn, org, learner);
        let mut lessons = self.app.db.core.read(readable).await?;
        if let Some(wanted) = wanted {
            lessons.retain(|lesson| wanted.contains(&lesson.id));
        }
        Ok(lessons)
    }

    /// The lessons a search by this person may look at, of those in `wanted`
    /// when given.
    pub async fn scope(&self, actor: &Actor, wanted: Option<&[LessonId]>) -> Result<Scope> {
        let readable = self.readable(actor, wanted).await?;
        Ok(Readable::scope(&readable, actor.org))
    }

    /// Searches inside the lessons of a scope.
    pub async fn search(&self, scope: Scope, question: &str, limit: usize) -> Result<Found> {
        self.retrieval.search(scope, question, limit).await
    }
}

/// Refuses to name a blob that was removed since it was stored; to be asked in
/// the transaction that names it.
pub(super) fn check_stored(blobs: &Blobs, hash: Option<BlobHash>) -> Result<()> {
    if hash.is_some_and(|hash| !blobs.exists(&hash)) {
        let detail = "The same file was just deleted. Try again.";
        return Err(Error::new(Code::Unavailable, detail).retry_after(1));
    }
    Ok(())
}

/// The person, if it is a learner or a guest, who may read only some lessons.
fn learner(actor: &Actor) -> Option<UserId> {
    (!actor.is_staff()).then_some(actor.user)
}

/// Which other classes a lesson is kept for is not a learner's business.
fn hide_classes(lesson: &mut Lesson) {
    lesson.classes = None;
}

pub(super) fn check_name(field: &'static str, name: &str, least: usize) -> Result<()> {
    let length = name.trim().chars().count();
    if length < least || length > LONGEST_NAME {
        let detail = format!("Give {least} to {LONGEST_NAME} characters.");
        return Err(Error::invalid(field, detail));
    }
    Ok(())
}
