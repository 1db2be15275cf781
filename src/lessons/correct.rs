//! Teachers' changes of what was read, and what follows from them.
//!
//! A change is on disk when it is acknowledged, together with the job that cuts
//! the passages anew. The lesson stays searchable meanwhile, and passages that
//! stayed the same keep their vectors, so a corrected sentence is found after
//! one embedding.

use std::collections::{HashMap, HashSet};

use super::edits::{self, Edit, Edits};
use super::library::Lessons;
use super::{Lesson, LessonStatus, noted, store};
use crate::accounts::Actor;
use crate::audit;
use crate::error::{Code, Error, Result};
use crate::events::{self, Event};
use crate::inference::document::{Anchor, AnchorKind, Document};
use crate::types::{LessonId, OrgId};

/// Changes in one request.
pub const MOST_CHANGES: usize = 500;
/// Characters of a block as a teacher writes it.
const LONGEST_TEXT: usize = 20_000;

/// One change: `None` stands for the text as it was read.
pub type Change = (String, Option<Edit>);

impl Lessons {
    /// What was changed in a lesson's text.
    pub async fn edits(&self, id: LessonId) -> Result<Edits> {
        let core = &self.app.db.core;
        core.read(move |conn| store::edits::all(conn, id)).await
    }

    /// Changes what was read from a lesson. Sending the value from before takes
    /// a change back.
    ///
    /// # Errors
    /// `conflict` when the lesson was not read yet or no longer has such a
    /// block; `invalid_field` for a text that is empty or too long.
    pub async fn correct(
        &self,
        actor: &Actor,
        id: LessonId,
        wanted: Vec<Change>,
    ) -> Result<Lesson> {
        let lesson = self.get(actor, id).await?;
        let _turn = self.texts.acquire().await?;
        let document = self.document(&lesson).await?.ok_or_else(read_anew)?;
        let before = self.edits(id).await?;
        let check = move || check(document, before, wanted);
        let changes = tokio::task::spawn_blocking(check).await??;
        if changes.is_empty() {
            return Ok(lesson);
        }
        let (now, actor) = (self.app.clock.now(), *actor);
        let changed = self
            .app
            .db
            .core
            .write(move |conn| {
                let current = store::get(conn, actor.org, id)?;
                if current.text != lesson.text {
                    return Err(read_anew());
                }
                let mut current = current;
                if current.status == LessonStatus::NeedsDescription {
                    current.status = LessonStatus::Queued;
                    store::update(conn, &current, now)?;
                }
                store::edits::apply(conn, &actor, id, &changes, now)?;
                let count = u32::try_from(changes.len()).unwrap_or(u32::MAX);
                let event = Event::LessonCorrected {
                    lesson: id,
                    by: actor.user,
                    changes: count,
                };
                events::append(conn, actor.org, &event, now)?;
                audit::record(conn, actor, noted::corrected(&current, count), now)?;
                store::edits::cut_anew(conn, &current, now)?;
                store::get(conn, actor.org, id)
            })
            .await?;
        self.feed.changed(changed.org, id);
        Ok(changed)
    }

    /// Reads the original anew, as an update of the box may read it better. What was read
    /// before serves until then. Changes hold for the blocks that are read as before.
    ///
    /// # Errors
    /// `conflict` while it is being read, and when nobody could listen to a recording.
    pub async fn read_again(&self, org: OrgId, id: LessonId) -> Result<Lesson> {
        let now = self.app.clock.now();
        let listens = self.app.inference.speech_model().is_some();
        let lesson = self
            .app
            .db
            .core
            .write(move |conn| {
                let mut lesson = store::get(conn, org, id)?;
                let busy = matches!(lesson.status, LessonStatus::Queued | LessonStatus::Working);
                if busy || lesson.anew {
                    return Err(Error::new(Code::Conflict, "The lesson is being read."));
                }
                if lesson.format.is_media() && !listens {
                    return Err(Error::new(Code::Conflict, "There is no speech model."));
                }
                store::windows::clear(conn, id)?;
                lesson.status = match lesson.passages {
                    0 => LessonStatus::Queued,
                    _ => LessonStatus::Searchable,
                };
                lesson.failure = None;
                lesson.anew = true;
                store::update(conn, &lesson, now)?;
                store::edits::cut_anew(conn, &lesson, now)?;
                store::get(conn, org, id)
            })
            .await?;
        self.feed.changed(org, id);
        Ok(lesson)
    }
}

fn read_anew() -> Error {
    let detail = "The lesson is being read or was read anew. Load its text again.";
    Error::new(Code::Conflict, detail)
}

/// Those of the changes that change anything, as they are kept.
fn check(document: Document, before: Edits, wanted: Vec<Change>) -> Result<Vec<Change>> {
    if wanted.len() > MOST_CHANGES {
        let detail = format!("Send at most {MOST_CHANGES} changes at once.");
        return Err(Error::invalid("edits", detail));
    }
    let keys = edits::block_keys(&document);
    let texts = document.blocks.iter().map(|block| block.text.as_str());
    let blocks: HashMap<&str, &str> = keys.iter().map(String::as_str).zip(texts).collect();
    let (pictures, pages): (Vec<&Anchor>, Vec<&Anchor>) = document
        .anchors
        .iter()
        .partition(|anchor| anchor.kind == AnchorKind::Picture);
    let keys_of = |anchors: Vec<&Anchor>| -> HashSet<String> {
        anchors.into_iter().map(edits::anchor_key).collect()
    };
    let (pictures, pages) = (keys_of(pictures), keys_of(pages));
    let mut changes = Vec::new();
    let mut after = before.clone();
    for (key, edit) in wanted {
        let edit = match edit {
            // Also for a block that is gone: nothing else removes its change.
            None => None,
            Some(Edit::Excluded) if pages.contains(&key) => Some(Edit::Excluded),
            Some(edit @ Edit::Text(_)) if pictures.contains(&key) => kept(edit, "")?,
            Some(edit) => {
                let read = blocks.get(key.as_str()).ok_or_else(read_anew)?;
                kept(edit, read)?
            }
        };
        if after.get(&key) == edit.as_ref() {
            continue;
        }
        match &edit {
            Some(edit) => after.insert(key.clone(), edit.clone()),
            None => after.remove(&key),
        };
        changes.push((key, edit));
    }
    let laid = edits::lay_over(document, &after);
    laid.check()
        .map_err(|_| Error::new(Code::FileTooBig, "The text is too long."))?;
    Ok(changes)
}

/// A change of a block as it is kept; none when the text is as read.
fn kept(edit: Edit, read: &str) -> Result<Option<Edit>> {
    let Edit::Text(text) = edit else {
        return Ok(Some(Edit::Excluded));
    };
    let lines = text.replace("\r\n", "\n");
    let clean: String = lines
        .chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .collect();
    let clean = clean.trim();
    if clean.is_empty() || clean.chars().count() > LONGEST_TEXT {
        let detail = format!("Write 1 to {LONGEST_TEXT} characters, or leave the block out.");
        return Err(Error::invalid("text", detail));
    }
    Ok((clean != read.trim()).then(|| Edit::Text(clean.to_owned())))
}
