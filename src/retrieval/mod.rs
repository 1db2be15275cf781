//! Finding the passages that answer a question.
//!
//! Passages live in derived.db, which may be deleted and rebuilt from the
//! lessons' stored text at any time. A search runs keywords (FTS5), sounds of
//! words the lessons do not have, and meaning (vectors, held in memory as bytes
//! and scored exactly at the end) side by side over the lessons the asker may
//! read, filtered *before* ranking, and adds up what each says of a passage. It
//! also says whether the best passages answer the question at all, which decides
//! about refusing before any model writes a word.

mod fuse;
mod keywords;
mod lexicon;
mod nearest;
mod permitted;
mod question;
mod store;
mod vectors;

use std::collections::HashSet;
use std::ops::Range;
use std::time::Duration;

use tokio::time::timeout;

use crate::error::Result;
use crate::inference::document::Anchor;
use crate::state::App;
use crate::text;
use crate::types::{Language, LessonId, OrgId};
use fuse::Candidates;
use keywords::Weighted;
use nearest::{Best, Nearest};
use permitted::Ids;
use question::Question;
use vectors::Vectors;

pub use vectors::Vector;

/// Passages considered from each ranking.
const CANDIDATES: usize = 100;
/// A question does not wait longer for its vector; keywords then answer alone.
const VECTOR_PATIENCE: Duration = Duration::from_millis(1500);
/// The same while the model for it is being loaded, which few ever meet: opening
/// a chat loads it.
const START_PATIENCE: Duration = Duration::from_secs(5);

/// A stretch of a lesson's text, small enough to quote.
#[derive(Debug, Clone, PartialEq)]
pub struct Passage {
    /// The lesson it is from.
    pub lesson: LessonId,
    /// Its place among the lesson's passages, from 0.
    pub ordinal: u32,
    /// Where in the original it is.
    pub anchor: Anchor,
    /// Its language, where it could be told.
    pub language: Option<Language>,
    /// Its words.
    pub text: String,
}

/// What a search may look at. Every lesson must belong to `org`.
#[derive(Debug, Clone)]
pub struct Scope {
    /// The asker's organisation.
    pub org: OrgId,
    /// The lessons the asker may read.
    pub lessons: Vec<LessonId>,
}

/// A passage found.
#[derive(Debug, Clone)]
pub struct Hit {
    /// The passage.
    pub passage: Passage,
    /// Byte ranges of its words that match the question's.
    pub marks: Vec<Range<usize>>,
    /// Fused score; only its order means something.
    pub score: f64,
    /// Cosine to the question, -1..1; none without vectors.
    pub similarity: Option<f64>,
    /// Share of the question's topic words found in the passage, 0..1, rarer
    /// words counting more.
    pub coverage: f64,
    /// Whether it is on the page that the question names.
    pub named: bool,
}

/// What a search found.
#[derive(Debug, Clone)]
pub struct Found {
    /// The best passages, best first.
    pub hits: Vec<Hit>,
    /// Whether they bear on the question, rather than being the least bad.
    pub relevant: bool,
}

/// Which ways to find passages are used.
#[derive(Debug, Clone, Copy)]
pub struct Stages {
    words: bool,
    meaning: bool,
    english: bool,
    sounds: bool,
}

impl Stages {
    const ALL: Self = Self {
        words: true,
        meaning: true,
        english: true,
        sounds: true,
    };

    /// Each alone, and one more at a time, with what to call them.
    pub const EACH: [(&'static str, Self); 6] = [
        (
            "words",
            Self {
                meaning: false,
                english: false,
                sounds: false,
                ..Self::ALL
            },
        ),
        (
            "meaning",
            Self {
                words: false,
                english: false,
                sounds: false,
                ..Self::ALL
            },
        ),
        (
            "meaning, English",
            Self {
                words: false,
                sounds: false,
                ..Self::ALL
            },
        ),
        (
            "words, meaning",
            Self {
                english: false,
                sounds: false,
                ..Self::ALL
            },
        ),
        (
            "words, meaning, English",
            Self {
                sounds: false,
                ..Self::ALL
            },
        ),
        ("words, meaning, English, sounds", Self::ALL),
    ];

    /// Whether vectors are used.
    pub fn meaning(self) -> bool {
        self.meaning
    }
}

/// The index of all lessons.
#[derive(Clone)]
pub struct Retrieval {
    app: App,
    vectors: Vectors,
    nearest: Nearest,
    ids: Ids,
}

impl Retrieval {
    /// The index over the app's databases and embedding worker.
    pub fn new(app: App) -> Self {
        Self {
            app,
            vectors: Vectors::default(),
            nearest: Nearest::default(),
            ids: Ids::default(),
        }
    }

    /// The best `limit` passages for a question.
    pub async fn search(&self, scope: Scope, question: &str, limit: usize) -> Result<Found> {
        if scope.lessons.is_empty() || text::words(question).is_empty() {
            return Ok(Found {
                hits: Vec::new(),
                relevant: false,
            });
        }
        let hits = self.rank(&scope, question, Stages::ALL, limit).await?;
        let relevant = fuse::is_relevant(&hits, self.app.inference.relevance_floor());
        let most = |of: fn(&Hit) -> f64| hits.iter().map(of).fold(0.0, f64::max);
        tracing::debug!(
            similarity = most(|hit| hit.similarity.unwrap_or_default()),
            coverage = most(|hit| hit.coverage),
            relevant,
            "retrieval.searched"
        );
        Ok(Found { hits, relevant })
    }

    /// The best `limit` passages for a question by some of the rankings, whether
    /// they bear on it or not.
    pub async fn rank(
        &self,
        scope: &Scope,
        question: &str,
        stages: Stages,
        limit: usize,
    ) -> Result<Vec<Hit>> {
        let question = Question::new(question, stages.english);
        let vector = async {
            match stages.meaning {
                true => self.vector(&question.sense).await,
                false => None,
            }
        };
        let by_words = self.by_words(scope, &question, stages);
        let (vector, by_words) = tokio::join!(vector, by_words);
        let (mut candidates, weights) = by_words?;
        if let Some((model, vector)) = vector {
            self.by_meaning(scope, model, vector, &mut candidates)
                .await?;
        }
        let floor = self.app.inference.relevance_floor();
        let mut order: Vec<(i64, f64)> = candidates
            .iter()
            .map(|(id, e)| (*id, e.score(floor)))
            .collect();
        order.sort_by(|(a_id, a), (b_id, b)| b.total_cmp(a).then(a_id.cmp(b_id)));
        // Some will be left out.
        order.truncate(limit * 2);
        let ids: Vec<i64> = order.iter().map(|(id, _)| *id).collect();
        let within = scope.clone();
        let derived = &self.app.db.derived;
        let mut passages = derived
            .read(move |conn| store::passages(conn, &within, &ids))
            .await?;
        let mut hits: Vec<Hit> = order
            .into_iter()
            .filter_map(|(id, score)| {
                let passage = passages.remove(&id)?;
                let evidence = candidates.get(&id)?;
                let (marks, coverage) = keywords::matches(&passage.text, &weights);
                Some(Hit {
                    score: score - fuse::asking(&passage.text),
                    marks,
                    similarity: evidence.similarity,
                    coverage,
                    named: evidence.named,
                    passage,
                })
            })
            .collect();
        hits.sort_by(|a, b| b.named.cmp(&a.named).then(b.score.total_cmp(&a.score)));
        // The same file may be two lessons.
        let mut seen = HashSet::new();
        hits.retain(|hit| seen.insert(hit.passage.text.clone()));
        hits.truncate(limit);
        Ok(hits)
    }

    /// What words find, and the topics with their weights.
    async fn by_words(
        &self,
        scope: &Scope,
        question: &Question,
        stages: Stages,
    ) -> Result<(Candidates, Vec<Weighted>)> {
        let (scope, question) = (scope.clone(), question.clone());
        let known = self.ids.clone();
        let derived = &self.app.db.derived;
        let find = derived.read(move |conn| {
            let mut candidates = Candidates::new();
            let permitted = known.of(&scope.lessons, |lesson| store::ids(conn, lesson))?;
            let weights = store::weights(conn, question.topics)?;
            if let Some(query) = keywords::query(&weights).filter(|_| stages.words) {
                for (id, bm25) in store::by_keywords(conn, &permitted, &query, CANDIDATES)? {
                    candidates.entry(id).or_default().words = bm25;
                }
            }
            if let Some(query) = keywords::by_sound(&weights).filter(|_| stages.sounds) {
                for (id, bm25) in store::by_sound(conn, &permitted, &query, CANDIDATES)? {
                    candidates.entry(id).or_default().sounds = bm25;
                }
            }
            if let Some(place) = question.place {
                for id in store::by_place(conn, &scope, place, CANDIDATES)? {
                    candidates.entry(id).or_default().named = true;
                }
            }
            Ok((candidates, weights))
        });
        find.await
    }

    /// Adds what is near in meaning, and how near all others are.
    async fn by_meaning(
        &self,
        scope: &Scope,
        model: String,
        vector: Vector,
        candidates: &mut Candidates,
    ) -> Result<()> {
        let (scope, nearest) = (scope.clone(), self.nearest.clone());
        let mut ids: Vec<i64> = candidates.keys().copied().collect();
        let derived = &self.app.db.derived;
        let find = derived.read(move |conn| {
            let mut best = Best::new(&vector, CANDIDATES);
            for lesson in &scope.lessons {
                let load = || store::vectors(conn, *lesson, &model);
                nearest.vectors(*lesson, &model, load)?.search(&mut best);
            }
            ids.extend(best.ids());
            store::similarities(conn, &scope, &ids, &model, &vector)
        });
        for (id, similarity) in find.await? {
            candidates.entry(id).or_default().similarity = Some(similarity);
        }
        Ok(())
    }

    /// The vector of a question, as it is searched with; none while there is none
    /// to be had.
    pub async fn question_vector(&self, question: &str) -> Option<Vector> {
        let question = Question::new(question, true);
        Some(self.vector(&question.sense).await?.1)
    }

    /// The vector of a question and the model that made it; none while there
    /// is no vector to be had.
    async fn vector(&self, question: &str) -> Option<(String, Vector)> {
        let inference = &self.app.inference;
        let model = inference.embed_model()?.to_owned();
        let made = self
            .vectors
            .get(&model, question, || inference.embed_query(question));
        let patience = match inference.search_is_warm() {
            true => VECTOR_PATIENCE,
            false => START_PATIENCE,
        };
        match timeout(patience, made).await {
            Ok(Ok(vector)) => Some((model, vector)),
            // Keywords still answer; the box page shows the worker's trouble.
            Ok(Err(error)) => {
                tracing::warn!(%error, "retrieval.without_vectors");
                None
            }
            Err(_) => None,
        }
    }

    /// Cosine of two questions, -1..1; none without vectors.
    pub async fn similarity(&self, one: &str, two: &str) -> Option<f64> {
        let (_, one) = self.vector(one).await?;
        let (_, two) = self.vector(two).await?;
        let products = one.iter().zip(two.iter());
        Some(products.map(|(a, b)| f64::from(a * b)).sum())
    }

    /// Replaces a lesson's passages. Those whose words, heading and language
    /// are the same keep their vectors; the others have none yet.
    pub async fn replace(
        &self,
        org: OrgId,
        lesson: LessonId,
        passages: Vec<Passage>,
    ) -> Result<()> {
        let derived = &self.app.db.derived;
        derived
            .write(move |conn| store::replace(conn, org, lesson, &passages))
            .await?;
        self.ids.forget(lesson);
        self.nearest.forget(lesson);
        Ok(())
    }

    /// Removes a lesson's passages and vectors.
    pub async fn remove(&self, lesson: LessonId) -> Result<()> {
        let derived = &self.app.db.derived;
        derived
            .write(move |conn| store::remove(conn, lesson))
            .await?;
        self.ids.forget(lesson);
        self.nearest.forget(lesson);
        Ok(())
    }

    /// The lessons that have passages.
    pub async fn lessons(&self) -> Result<Vec<LessonId>> {
        self.app.db.derived.read(store::lessons).await
    }

    /// How many passages of a lesson are indexed, and how many of them have a
    /// vector of the current embedding model.
    pub async fn counts(&self, lesson: LessonId) -> Result<(u32, u32)> {
        let model = self.app.inference.embed_model().map(str::to_owned);
        self.app
            .db
            .derived
            .read(move |conn| store::counts(conn, lesson, model.as_deref()))
            .await
    }

    /// Embeds the next `batch` passages of a lesson that have no vector yet.
    /// Returns how many were done; 0 means the lesson is complete.
    ///
    /// # Errors
    /// `unavailable` without an embedding model.
    pub async fn embed_next(&self, lesson: LessonId, batch: usize) -> Result<u32> {
        let Some(model) = self.app.inference.embed_model().map(str::to_owned) else {
            return Ok(0);
        };
        let todo = self.without_vector(lesson, &model, batch).await?;
        if todo.is_empty() {
            return Ok(0);
        }
        let texts = todo.iter().map(|(_, text)| text.clone()).collect();
        let values = self.app.inference.embed_passages(texts).await?;
        self.put_vectors(lesson, model, todo, values).await
    }

    /// Gives the next passages of a lesson that have no vector yet these, made
    /// elsewhere by the current model: one of length one after the other.
    ///
    /// # Errors
    /// When they are not as many as the passages.
    pub async fn adopt_vectors(&self, lesson: LessonId, values: Vec<f32>) -> Result<u32> {
        let model = self
            .app
            .inference
            .embed_model()
            .unwrap_or_default()
            .to_owned();
        let todo = self.without_vector(lesson, &model, usize::MAX >> 1).await?;
        self.put_vectors(lesson, model, todo, values).await
    }

    async fn without_vector(
        &self,
        lesson: LessonId,
        model: &str,
        most: usize,
    ) -> Result<Vec<(i64, String)>> {
        let model = model.to_owned();
        let derived = &self.app.db.derived;
        let todo = derived.read(move |conn| store::without_vector(conn, lesson, &model, most));
        todo.await
    }

    async fn put_vectors(
        &self,
        lesson: LessonId,
        model: String,
        of: Vec<(i64, String)>,
        values: Vec<f32>,
    ) -> Result<u32> {
        let count = of.len();
        if values.is_empty() || count == 0 || !values.len().is_multiple_of(count) {
            return Err(anyhow::anyhow!("{} floats for {count} passages", values.len()).into());
        }
        let derived = &self.app.db.derived;
        let done = derived
            .write(move |conn| {
                let dimensions = values.len() / count;
                for ((id, text), vector) in of.iter().zip(values.chunks_exact(dimensions)) {
                    store::set_vector(conn, *id, text, &model, vector)?;
                }
                Ok(count as u32)
            })
            .await?;
        self.nearest.forget(lesson);
        Ok(done)
    }
}
