//! What teachers do with kept answers: look, approve, correct, delete, and take
//! a deletion back.
//!
//! An answer keeps its id over all of that. The decision is written to core.db
//! first; what is left in derived.db after a power cut is only shown twice.

use super::{Answers, Kept, Standing, store};
use crate::accounts::Actor;
use crate::audit::{self, Action, Note};
use crate::error::{Code, Error, Result};
use crate::events::{self, Event};
use crate::lessons::{Lessons, PassageBody, Readable};
use crate::personas::prompt::PASSAGES;
use crate::text;
use crate::types::{AnswerId, LessonId};
use crate::word_enum;

/// Longest answer a teacher may write, in characters.
pub const LONGEST_TEXT: usize = 2000;
/// Answers of one page of the list.
pub const MOST_LISTED: usize = 100;

word_enum! {
    /// How answers are sorted.
    Sort {
        /// The one given most often first.
        Used = "used",
        /// The newest first.
        Newest = "newest",
    }
}

/// Which answers to list.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Those with this standing.
    pub standing: Standing,
    /// With all these words in question or answer.
    pub search: String,
    /// Their order; those to look at again come first.
    pub sort: Sort,
    /// How many to leave out.
    pub offset: usize,
    /// How many to list, up to 100.
    pub limit: usize,
}

/// A part of the list.
#[derive(Debug)]
pub struct Page {
    /// The answers.
    pub answers: Vec<Kept>,
    /// How many there are in all.
    pub total: usize,
    /// How many approved answers need another look, whatever is listed.
    pub to_look_at: usize,
}

impl Answers {
    /// The answers of a school. `readable` are the lessons that can be searched.
    pub async fn list(&self, actor: &Actor, filter: Filter, readable: &[Readable]) -> Result<Page> {
        let org = actor.org;
        let core = &self.app.db.core;
        let decided = core
            .read(move |conn| store::list_decided(conn, org))
            .await?;
        let derived = &self.app.db.derived;
        let all: Vec<Kept> = match filter.standing {
            Standing::Class => {
                let kept = derived
                    .read(move |conn| store::list_kept(conn, org))
                    .await?;
                // A power cut may have left one that was decided about, and one
                // may have been written while its lesson was taken away.
                let decided = |id| decided.iter().any(|other| other.id == id);
                let holds = |kept: &Kept| {
                    let passages = &kept.asked.passages;
                    let is_there = |p: &PassageBody| readable.iter().any(|l| l.id == p.lesson_id);
                    passages.iter().all(is_there)
                };
                kept.into_iter()
                    .filter(|kept| !decided(kept.id) && holds(kept))
                    .collect()
            }
            standing => {
                let uses = derived.read(store::approved_uses).await?;
                let times = |id| uses.iter().find(|(of, _)| *of == id).map_or(0, |(_, n)| *n);
                let with_uses = |kept: &Kept| Kept {
                    uses: times(kept.id),
                    ..kept.clone()
                };
                let these = decided.iter().filter(|kept| kept.standing == standing);
                these.map(with_uses).collect()
            }
        };
        let words: Vec<String> = text::normal(&filter.search)
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        let mut found: Vec<Kept> = all
            .into_iter()
            .filter(|kept| has_all(kept, &words))
            .collect();
        // Both sources are newest first, and sorting keeps that.
        if filter.sort == Sort::Used {
            found.sort_by_key(|kept| std::cmp::Reverse(kept.uses));
        }
        found.sort_by_key(|kept| !changed(kept, readable));
        Ok(Page {
            total: found.len(),
            to_look_at: decided
                .iter()
                .filter(|kept| changed(kept, readable))
                .count(),
            answers: found
                .into_iter()
                .skip(filter.offset)
                .take(filter.limit.clamp(1, MOST_LISTED))
                .collect(),
        })
    }

    /// One answer.
    pub async fn get(&self, actor: &Actor, id: AnswerId) -> Result<Kept> {
        self.find(actor, id).await
    }

    /// Approves an answer, in these words when given. From now on it rests on
    /// those of its lessons that are there, as they are, or else on what the
    /// lessons say now.
    ///
    /// # Errors
    /// `invalid_field` for words of other than 1 to 2000 characters; `conflict`
    /// for a rejected answer, while one of its lessons is being read, and when
    /// no lesson bears on it any more.
    pub async fn approve(
        &self,
        actor: &Actor,
        id: AnswerId,
        words: Option<String>,
        lessons: &Lessons,
    ) -> Result<Kept> {
        let mut kept = self.find(actor, id).await?;
        if kept.standing == Standing::Rejected {
            return Err(Error::new(Code::Conflict, "Take the deletion back first."));
        }
        let mut action = Action::AnswerApproved;
        if let Some(words) = words {
            action = Action::AnswerCorrected;
            let words = words.trim();
            if words.is_empty() || words.chars().count() > LONGEST_TEXT {
                let detail = format!("Write 1 to {LONGEST_TEXT} characters.");
                return Err(Error::invalid("text", detail));
            }
            kept.corrected |= kept.text != words;
            kept.text = words.to_owned();
        }
        let readable = lessons.readable(actor, None).await?;
        let there = lessons.titles(actor).await?;
        let being_read = |passage: &PassageBody| {
            let id = passage.lesson_id;
            there.contains_key(&id) && readable.iter().all(|lesson| lesson.id != id)
        };
        if kept.asked.passages.iter().any(being_read) {
            let detail = "A lesson of this answer is being read. Try again later.";
            return Err(Error::new(Code::Conflict, detail));
        }
        let was_class = kept.standing == Standing::Class;
        kept.standing = Standing::Approved;
        kept.lessons = rests_on(&kept, &readable);
        if kept.lessons.is_empty() {
            kept.asked.passages = self.passages_now(actor, &kept, &readable).await?;
            kept.lessons = rests_on(&kept, &readable);
        }
        let event = |kept: &Kept| Event::AnswerApproved {
            answer: kept.id,
            persona: kept.asked.persona,
            by: actor.user,
            corrected: kept.corrected,
        };
        let kept = self.decide(actor, kept, None, (action, event)).await?;
        if was_class {
            self.move_uses(kept.id, kept.uses).await?;
        }
        Ok(kept)
    }

    /// What the lessons say now about the question of an answer whose own are
    /// gone: a lesson that was replaced is another one.
    ///
    /// # Errors
    /// `conflict` when no lesson bears on it.
    async fn passages_now(
        &self,
        actor: &Actor,
        kept: &Kept,
        readable: &[Readable],
    ) -> Result<Vec<PassageBody>> {
        let scope = Readable::scope(readable, actor.org);
        let question = &kept.asked.question.text;
        let found = self.retrieval.search(scope, question, PASSAGES).await?;
        if !found.relevant {
            let detail = "No lesson answers this question any more.";
            return Err(Error::new(Code::Conflict, detail));
        }
        let title = |id| readable.iter().find(|lesson| lesson.id == id);
        let passages = found.hits.iter().zip(1..).map(|(hit, n)| {
            let title = title(hit.passage.lesson).map(|lesson| lesson.title.clone());
            PassageBody::new(n, hit, title.unwrap_or_default())
        });
        Ok(passages.collect())
    }

    /// Deletes an answer. The tutor will not say it again: until something it
    /// was made from changes, the lesson's own words are the answer.
    pub async fn reject(&self, actor: &Actor, id: AnswerId) -> Result<()> {
        let mut kept = self.find(actor, id).await?;
        if kept.standing == Standing::Rejected {
            return Ok(());
        }
        let before = std::mem::replace(&mut kept.standing, Standing::Rejected);
        let event = |kept: &Kept| Event::AnswerRejected {
            answer: kept.id,
            persona: kept.asked.persona,
            by: actor.user,
        };
        let decision = (Action::AnswerDeleted, event);
        let kept = self.decide(actor, kept, Some(before), decision).await?;
        if before == Standing::Class {
            self.move_uses(kept.id, kept.uses).await?;
        }
        Ok(())
    }

    /// Takes a deletion back.
    ///
    /// # Errors
    /// `conflict` for an answer that is not deleted.
    pub async fn restore(&self, actor: &Actor, id: AnswerId) -> Result<Kept> {
        let mut kept = self.find(actor, id).await?;
        if kept.standing != Standing::Rejected {
            return Err(Error::new(Code::Conflict, "The answer is not deleted."));
        }
        let core = &self.app.db.core;
        let before = core
            .read(move |conn| store::standing_before(conn, id))
            .await?;
        if before == Some(Standing::Approved) {
            kept.standing = Standing::Approved;
            let event = |kept: &Kept| Event::AnswerApproved {
                answer: kept.id,
                persona: kept.asked.persona,
                by: actor.user,
                corrected: kept.corrected,
            };
            let decision = (Action::AnswerRestored, event);
            return self.decide(actor, kept, None, decision).await;
        }
        kept.standing = Standing::Class;
        kept.decided = None;
        let (actor, org, by) = (*actor, actor.org, actor.user);
        let (now, persona) = (self.app.clock.now(), kept.asked.persona);
        core.write(move |conn| {
            store::undecide(conn, org, id)?;
            let event = Event::AnswerRestored {
                answer: id,
                persona,
                by,
            };
            events::append(conn, org, &event, now)?;
            let restored = Note::new(Action::AnswerRestored).of(id).about(persona);
            audit::record(conn, actor, restored, now)
        })
        .await?;
        let back = kept.clone();
        let derived = &self.app.db.derived;
        derived
            .write(move |conn| {
                store::forget_approved_uses(conn, id)?;
                store::keep(conn, &back, super::MOST_KEPT)
            })
            .await?;
        Ok(kept)
    }

    /// An answer wherever it is.
    async fn find(&self, actor: &Actor, id: AnswerId) -> Result<Kept> {
        let org = actor.org;
        let core = &self.app.db.core;
        match core
            .read(move |conn| store::get_decided(conn, org, id))
            .await
        {
            Err(error) if error.code() == Code::NotFound => {}
            Err(error) => return Err(error),
            Ok(kept) => {
                let uses = self.app.db.derived.read(store::approved_uses).await?;
                let times = uses.iter().find(|(of, _)| *of == id).map_or(0, |(_, n)| *n);
                return Ok(Kept {
                    uses: times,
                    ..kept
                });
            }
        }
        let derived = &self.app.db.derived;
        derived
            .read(move |conn| store::get_kept(conn, org, id))
            .await
    }

    /// Writes down a decision of `actor` and what happened.
    async fn decide(
        &self,
        actor: &Actor,
        mut kept: Kept,
        before: Option<Standing>,
        (action, event): (Action, impl Fn(&Kept) -> Event),
    ) -> Result<Kept> {
        let now = self.app.clock.now();
        let seen = kept.decided.map(|(_, at)| at);
        kept.decided = Some((actor.user, now));
        let (event, decided, actor) = (event(&kept), kept.clone(), *actor);
        let core = &self.app.db.core;
        core.write(move |conn| {
            store::decide(conn, &decided, before, seen)?;
            events::append(conn, decided.asked.org, &event, now)?;
            let note = Note::new(action).of(decided.id);
            audit::record(conn, actor, note.about(decided.asked.persona), now)
        })
        .await?;
        Ok(kept)
    }

    /// An answer of the tutor's own became one a teacher decided about: it
    /// leaves derived.db, only its count stays there.
    async fn move_uses(&self, id: AnswerId, uses: u32) -> Result<()> {
        let derived = &self.app.db.derived;
        derived
            .write(move |conn| {
                store::forget(conn, id)?;
                store::add_approved_uses(conn, id, uses)
            })
            .await
    }
}

/// The lessons of an answer's passages that are there, with their texts.
fn rests_on(kept: &Kept, readable: &[Readable]) -> Vec<(LessonId, crate::blobs::BlobHash)> {
    let from = |lesson: &&Readable| {
        let passages = &kept.asked.passages;
        passages.iter().any(|p| p.lesson_id == lesson.id)
    };
    readable
        .iter()
        .filter(from)
        .filter_map(|lesson| Some((lesson.id, lesson.text?)))
        .collect()
}

/// Whether an approved answer needs another look, because a lesson it rests on
/// changed or is gone.
pub fn changed(kept: &Kept, readable: &[Readable]) -> bool {
    kept.standing == Standing::Approved && !super::rests(kept, readable)
}

fn has_all(kept: &Kept, words: &[String]) -> bool {
    if words.is_empty() {
        return true;
    }
    let said = format!(
        "{} {}",
        kept.asked.question.normal,
        text::normal(&kept.text)
    );
    words.iter().all(|word| said.contains(word))
}
