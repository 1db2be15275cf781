//! Finding the passages that answer a question.
//!
//! Passages live in derived.db, which may be deleted and rebuilt from the
//! lessons' stored text at any time. A search runs keywords (FTS5) and meaning
//! (vectors, sqlite-vec) side by side over the lessons the asker may read,
//! filtered *before* ranking, and fuses the two rankings by rank. It also says
//! whether the best passages answer the question at all, which decides about
//! refusing before any model writes a word.

mod fuse;
mod keywords;
mod store;
mod vectors;

use std::ops::Range;
use std::time::Duration;

use tokio::time::timeout;

use crate::error::Result;
use crate::inference::document::Anchor;
use crate::state::App;
use crate::text;
use crate::types::{Language, LessonId, OrgId};
use vectors::{Vector, Vectors};

/// Passages considered from each ranking.
const CANDIDATES: usize = 50;
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
}

/// What a search found.
#[derive(Debug, Clone)]
pub struct Found {
    /// The best passages, best first.
    pub hits: Vec<Hit>,
    /// Whether they bear on the question, rather than being the least bad.
    pub relevant: bool,
}

/// Which rankings are fused.
#[derive(Debug, Clone, Copy)]
pub struct Stages {
    words: bool,
    meaning: bool,
}

impl Stages {
    /// Each alone and all together, with what to call them.
    pub const ALL: [(&'static str, Self); 3] = [
        ("words", Self::of(true, false)),
        ("meaning", Self::of(false, true)),
        ("words and meaning", Self::of(true, true)),
    ];

    const fn of(words: bool, meaning: bool) -> Self {
        Self { words, meaning }
    }
}

/// The index of all lessons.
#[derive(Clone)]
pub struct Retrieval {
    app: App,
    vectors: Vectors,
}

impl Retrieval {
    /// The index over the app's databases and embedding worker.
    pub fn new(app: App) -> Self {
        Self {
            app,
            vectors: Vectors::default(),
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
        let hits = self
            .rank(&scope, question, Stages::of(true, true), limit)
            .await?;
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
        let words = text::topic_words(question);
        let by_words = self.by_keywords(scope, &words);
        let by_meaning = async {
            match stages.meaning {
                true => self.by_meaning(scope, question).await,
                false => Ok(Vec::new()),
            }
        };
        let (by_words, by_meaning) = tokio::join!(by_words, by_meaning);
        let (mut by_words, weights) = by_words?;
        let by_meaning = by_meaning?;
        if !stages.words {
            by_words.clear();
        }
        let order = fuse::reciprocal_ranks(
            &[by_words, by_meaning.iter().map(|(id, _)| *id).collect()],
            limit * 2,
        );
        let ids: Vec<i64> = order.iter().map(|(id, _)| *id).collect();
        let passages = self
            .app
            .db
            .derived
            .read(move |conn| store::passages(conn, &ids))
            .await?;
        let mut hits: Vec<Hit> = order
            .into_iter()
            .filter_map(|(id, score)| {
                let passage = passages.iter().find(|(p, _)| *p == id)?.1.clone();
                let score = score * fuse::telling(&passage.text);
                let similarity = by_meaning.iter().find(|(v, _)| *v == id).map(|(_, s)| *s);
                let (marks, coverage) = keywords::matches(&passage.text, &weights);
                Some(Hit {
                    passage,
                    marks,
                    score,
                    similarity,
                    coverage,
                })
            })
            .collect();
        hits.sort_by(|a, b| b.score.total_cmp(&a.score));
        hits.truncate(limit);
        Ok(hits)
    }

    /// Passage ids by keyword, and the topic words with their weights.
    async fn by_keywords(
        &self,
        scope: &Scope,
        words: &[String],
    ) -> Result<(Vec<i64>, Vec<(String, f64)>)> {
        let (scope, words) = (scope.clone(), words.to_vec());
        self.app
            .db
            .derived
            .read(move |conn| {
                let weights = store::weights(conn, &scope, &words)?;
                let ids = match keywords::query(&words) {
                    Some(query) => store::by_keywords(conn, &scope, &query, CANDIDATES)?,
                    None => Vec::new(),
                };
                Ok((ids, weights))
            })
            .await
    }

    /// Passage ids and cosines by meaning; empty while no vectors can be had.
    async fn by_meaning(&self, scope: &Scope, question: &str) -> Result<Vec<(i64, f64)>> {
        let Some((model, vector)) = self.vector(question).await else {
            return Ok(Vec::new());
        };
        let scope = scope.clone();
        self.app
            .db
            .derived
            .read(move |conn| store::by_vector(conn, &scope, &model, &vector, CANDIDATES))
            .await
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

    /// Replaces a lesson's passages, still without vectors.
    pub async fn replace(
        &self,
        org: OrgId,
        lesson: LessonId,
        passages: Vec<Passage>,
    ) -> Result<()> {
        self.app
            .db
            .derived
            .write(move |conn| store::replace(conn, org, lesson, &passages))
            .await
    }

    /// Removes a lesson's passages and vectors.
    pub async fn remove(&self, lesson: LessonId) -> Result<()> {
        self.app
            .db
            .derived
            .write(move |conn| store::remove(conn, lesson))
            .await
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
        let wanted = model.clone();
        let todo = self
            .app
            .db
            .derived
            .read(move |conn| store::without_vector(conn, lesson, &wanted, batch))
            .await?;
        if todo.is_empty() {
            return Ok(0);
        }
        let (ids, texts): (Vec<i64>, Vec<String>) = todo.into_iter().unzip();
        let count = ids.len();
        let values = self.app.inference.embed_passages(texts).await?;
        if values.is_empty() || values.len() % count != 0 {
            return Err(anyhow::anyhow!("{} floats for {count} passages", values.len()).into());
        }
        self.app
            .db
            .derived
            .write(move |conn| {
                let dimensions = values.len() / count;
                for (id, vector) in ids.iter().zip(values.chunks_exact(dimensions)) {
                    store::set_vector(conn, *id, &model, vector)?;
                }
                Ok(count as u32)
            })
            .await
    }
}
