//! Answers kept for those who ask the same.
//!
//! Three kinds stand between a question and the model. What a *teacher
//! approved* is given as long as the lessons it rests on are unchanged and the
//! pupil may read them. What the tutor answered *before* is given while
//! everything it was made from is the same ([`key`]) and the question is too
//! ([`question`]). And while an answer is *being written*, those who ask the
//! same follow it instead of asking the model again ([`flight`]).
//!
//! Nothing that used private history gets here, and nothing that failed, was
//! stopped, quoted or cut off. Only the words are kept: citations are found
//! anew among the passages each pupil was shown.
//!
//! What a teacher deletes is remembered with what it was made from, because a
//! model that is asked the same writes the same: the lesson's own words are the
//! answer then, until lesson, tutor or model change.

mod counts;
mod flight;
mod http;
mod key;
mod question;
mod review;
mod store;

use std::collections::HashSet;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

pub use counts::Counts;
pub use flight::{Boarding, End, Flight, Landing, Progress, Seat};
pub use http::routes;
pub use key::{Fingerprint, fingerprint};
pub use question::{LEAST_SIMILARITY, Question};
pub use review::{Filter, Page, Sort};

use crate::blobs::BlobHash;
use crate::error::Result;
use crate::lessons::{PassageBody, Readable};
use crate::retrieval::Retrieval;
use crate::state::App;
use crate::types::{AnswerId, Language, LessonId, OrgId, PersonaId, Timestamp, UserId};
use crate::word_enum;
use counts::Counters;
use flight::Flights;

/// Answers of tutors kept on one box; about 4 kB each.
const MOST_KEPT: u32 = 2000;

word_enum! {
    /// Where an answer came from.
    Origin {
        /// It was made for this question.
        Model = "model",
        /// Somebody of the school asked the same before.
        Class = "class",
        /// A teacher approved it.
        Approved = "approved",
    }
}

word_enum! {
    /// What was decided about a kept answer.
    Standing {
        /// Nothing: the tutor wrote it, and it is given while it holds.
        Class = "class",
        /// A teacher approved it.
        Approved = "approved",
        /// A teacher rejected it.
        Rejected = "rejected",
    }
}

/// A question with everything its answer depends on.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The school.
    pub org: OrgId,
    /// The tutor.
    pub persona: PersonaId,
    /// The language of the answer.
    pub language: Language,
    /// The question.
    pub question: Question,
    /// What an answer would be made from.
    pub made_from: Fingerprint,
    /// The passages among it. Without any, an answer rests on nothing and is
    /// not kept.
    pub passages: Vec<PassageBody>,
}

/// A kept answer.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Its id, which stays when a teacher decides about it.
    pub id: AnswerId,
    /// The question it answers, as it was asked first.
    pub asked: Asked,
    /// What was decided about it.
    pub standing: Standing,
    /// What is said.
    pub text: String,
    /// Whether the words are a teacher's.
    pub corrected: bool,
    /// Who decided, and when.
    pub decided: Option<(UserId, Timestamp)>,
    /// When the tutor wrote it.
    pub created_at: Timestamp,
    /// How often it was given again.
    pub uses: u32,
    /// The lessons an approved one rests on, with the text they had.
    pub lessons: Vec<(LessonId, BlobHash)>,
}

/// What is known about a question.
#[derive(Debug)]
pub enum Known {
    /// A teacher approved this.
    Approved(Kept),
    /// A teacher does not want what the model says about it.
    Rejected,
    /// This was answered before.
    Class(Kept),
    /// Nothing.
    Nothing,
}

/// The kept answers of a box. Cheap to clone.
#[derive(Clone)]
pub struct Answers {
    app: App,
    retrieval: Retrieval,
    flights: Flights,
    counters: Arc<Counters>,
}

impl Answers {
    /// The answers in the app's databases; `retrieval` tells how near
    /// questions are.
    pub fn new(app: App, retrieval: Retrieval) -> Self {
        Self {
            app,
            retrieval,
            flights: Flights::default(),
            counters: Arc::default(),
        }
    }

    /// What is known about a question of somebody who searched the `readable`
    /// lessons.
    pub async fn look_up(&self, asked: &Asked, readable: &[Readable]) -> Result<Known> {
        let wanted = asked.clone();
        let core = &self.app.db.core;
        let decided = core
            .read(move |conn| store::find_decided(conn, &wanted))
            .await?;
        let (approved, rejected): (Vec<_>, Vec<_>) = decided
            .into_iter()
            .partition(|kept| kept.standing == Standing::Approved);
        let holding = approved.into_iter().filter(|kept| rests(kept, readable));
        if let Some(kept) = self.nearest(asked, holding.collect()).await {
            self.counters.approved.inc();
            return Ok(Known::Approved(kept));
        }
        let same_source = rejected
            .into_iter()
            .filter(|kept| kept.asked.made_from == asked.made_from);
        if self.nearest(asked, same_source.collect()).await.is_some() {
            return Ok(Known::Rejected);
        }
        if asked.passages.is_empty() {
            return Ok(Known::Nothing);
        }
        let wanted = asked.clone();
        let derived = &self.app.db.derived;
        let before = derived
            .read(move |conn| store::find_kept(conn, &wanted))
            .await?;
        Ok(match self.nearest(asked, before).await {
            Some(kept) => {
                self.counters.class.inc();
                Known::Class(kept)
            }
            None => Known::Nothing,
        })
    }

    /// The first of the answers to the same question, or else to a near one.
    async fn nearest(&self, asked: &Asked, mut kept: Vec<Kept>) -> Option<Kept> {
        if let Some(i) = kept
            .iter()
            .position(|k| k.asked.question.is(&asked.question))
        {
            return Some(kept.swap_remove(i));
        }
        for other in kept {
            if self.are_near(&asked.question, &other.asked.question).await {
                return Some(other);
            }
        }
        None
    }

    async fn are_near(&self, one: &Question, two: &Question) -> bool {
        let alike = self.retrieval.similarity(&one.text, &two.text);
        one.sense == two.sense && alike.await.is_some_and(|s| s >= LEAST_SIMILARITY)
    }

    /// A seat on the answer to a question that is being written for somebody
    /// else, or on a new one; `cancel` stops a new one.
    pub async fn board(&self, asked: &Asked, cancel: &CancellationToken) -> Boarding {
        let mut alike: Vec<(Arc<Flight>, bool)> = Vec::new();
        loop {
            for flight in self.flights.alike(asked) {
                if !alike.iter().any(|(known, _)| Arc::ptr_eq(known, &flight)) {
                    let near = match flight.question() {
                        Some(question) => self.are_near(question, &asked.question).await,
                        None => false,
                    };
                    alike.push((flight, near));
                }
            }
            if let Some(boarding) = self.flights.board(asked, &alike, cancel) {
                match &boarding {
                    Boarding::Joined(_) => self.counters.shared.inc(),
                    Boarding::Began(..) => self.counters.written.inc(),
                };
                return boarding;
            }
        }
    }

    /// A new answer that nobody else may follow.
    pub fn alone(&self, cancel: &CancellationToken) -> (Seat, Landing) {
        self.counters.written.inc();
        self.flights.alone(cancel)
    }

    /// Keeps what a model wrote to its end.
    pub async fn keep(&self, asked: Asked, text: String) -> Result<()> {
        if asked.passages.is_empty() || text.is_empty() {
            return Ok(());
        }
        let kept = Kept {
            id: AnswerId::new(),
            asked,
            standing: Standing::Class,
            text,
            corrected: false,
            decided: None,
            created_at: self.app.clock.now(),
            uses: 0,
            lessons: Vec::new(),
        };
        let derived = &self.app.db.derived;
        derived
            .write(move |conn| store::keep(conn, &kept, MOST_KEPT))
            .await
    }

    /// Counts that a kept answer was given.
    pub async fn given(&self, id: AnswerId, origin: Origin) -> Result<()> {
        let derived = &self.app.db.derived;
        derived
            .write(move |conn| match origin {
                Origin::Approved => store::approved_given(conn, id),
                _ => store::given(conn, id),
            })
            .await
    }

    /// Forgets the answers of a school to questions with these hashes, and how often
    /// approved ones that are gone were given.
    pub(crate) async fn forget_asked(
        &self,
        org: OrgId,
        questions: HashSet<BlobHash>,
        approved: Vec<AnswerId>,
    ) -> Result<()> {
        let forget = move |conn: &_| {
            for id in approved {
                store::forget_approved_uses(conn, id)?;
            }
            store::forget_asked(conn, org, &questions)
        };
        self.app.db.derived.write(forget).await
    }

    /// How many questions were answered how since the start.
    pub fn counts(&self) -> Counts {
        self.counters.counts()
    }
}

/// Whether all an approved answer rests on is among the lessons, unchanged.
/// Without any lesson it rests on nothing.
fn rests(kept: &Kept, on: &[Readable]) -> bool {
    !kept.lessons.is_empty()
        && kept.lessons.iter().all(|(lesson, text)| {
            on.iter()
                .any(|here| here.id == *lesson && here.text == Some(*text))
        })
}
