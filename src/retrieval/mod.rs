//! Finding the passages that answer a question.
//!
//! Passages live in derived.db, which may be deleted and rebuilt from the
//! lessons' stored text at any time. A search runs keywords (FTS5), sounds of
//! words the lessons do not have, and meaning (vectors, held in memory as bytes
//! and scored exactly at the end) side by side over the lessons the asker may
//! read, filtered *before* ranking, and adds up what each says of a passage. It
//! also says whether the best passages answer the question at all, which decides
//! about refusing before any model writes a word.

mod by_lesson;
mod embedding;
mod fuse;
mod keywords;
mod lexicon;
mod nearest;
mod neighbours;
mod permitted;
mod question;
mod stages;
mod store;
mod vectors;

use std::collections::HashSet;
use std::ops::Range;
use std::time::Duration;

use tokio::time::timeout;

use crate::db::Db;
use crate::error::Result;
use crate::inference::document::Anchor;
use crate::state::App;
use crate::text;
use crate::types::{Language, LessonId, OrgId};
use fuse::Candidates;
use keywords::Weighted;
use nearest::{Best, Nearest};
use permitted::{Ids, Permitted};
use question::Question;
use vectors::Vectors;

pub use stages::Stages;
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
    /// Their titles, where a question may name one.
    pub titles: Vec<(LessonId, String)>,
}

impl Scope {
    /// The part of it that a question names by title.
    fn named(&self, question: &str) -> Self {
        let titles = self.titles.iter();
        let named = titles.filter(|(_, title)| question::names(question, title));
        Self {
            org: self.org,
            lessons: named.map(|(lesson, _)| *lesson).collect(),
            titles: Vec::new(),
        }
    }
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

/// A question as a model understands it.
struct Sense {
    model: String,
    vector: Vector,
}

/// Whether any passage has a vector of a model.
pub async fn used(db: &Db, model: &str) -> Result<bool> {
    let model = model.to_owned();
    db.derived.read(move |conn| store::used(conn, &model)).await
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
        let relevant = self.bear_on(&hits, question);
        let most = |of: fn(&Hit) -> f64| hits.iter().map(of).fold(0.0, f64::max);
        tracing::debug!(
            similarity = most(|hit| hit.similarity.unwrap_or_default()),
            coverage = most(|hit| hit.coverage),
            relevant,
            "retrieval.searched"
        );
        Ok(Found { hits, relevant })
    }

    /// Whether any of these passages bears on the `question` they were found for.
    pub fn bear_on(&self, hits: &[Hit], question: &str) -> bool {
        let floor = self.app.inference.relevance_floor();
        fuse::is_relevant(hits, floor, text::language_of(question))
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
        let named = scope.named(question);
        let question = Question::new(question, stages.english);
        let senses = async {
            match stages.meaning {
                true => self.senses(&question.sense).await,
                false => Ok(Vec::new()),
            }
        };
        let by_words = self.by_words(scope, named, &question, stages);
        let (senses, by_words) = tokio::join!(senses, by_words);
        let (mut candidates, weights, named) = by_words?;
        for sense in senses? {
            self.by_meaning(scope, sense, &mut candidates).await?;
        }
        let floor = self.app.inference.relevance_floor();
        let mut order: Vec<(i64, bool, f64)> = candidates
            .iter()
            .map(|(id, e)| (*id, e.named, e.score(floor) + fuse::naming(named.has(*id))))
            .collect();
        // The page that was asked for comes first, whatever it says.
        order.sort_by(|(a_id, a_named, a), (b_id, b_named, b)| {
            let by_score = b.total_cmp(a).then(a_id.cmp(b_id));
            b_named.cmp(a_named).then(by_score)
        });
        // Some will be left out.
        order.truncate(limit * 2);
        let ids: Vec<i64> = order.iter().map(|(id, ..)| *id).collect();
        let within = scope.clone();
        let derived = &self.app.db.derived;
        let mut passages = derived
            .read(move |conn| store::passages(conn, &within, &ids))
            .await?;
        let mut hits: Vec<Hit> = order
            .into_iter()
            .filter_map(|(id, named, score)| {
                let passage = passages.remove(&id)?;
                let evidence = candidates.get(&id)?;
                let (marks, coverage) = keywords::matches(&passage.text, &weights);
                // Nothing but the place was asked for, and what it "says" or "shows".
                let whole = named && weights.len() <= 1;
                Some(Hit {
                    score: score - fuse::asking(&passage.text),
                    marks,
                    similarity: evidence.similarity,
                    coverage: if whole { 1.0 } else { coverage },
                    named,
                    passage,
                })
            })
            .collect();
        hits.sort_by(|a, b| b.named.cmp(&a.named).then(b.score.total_cmp(&a.score)));
        // The same file may be two lessons, or two teachers typed one text.
        let mut seen = HashSet::new();
        hits.retain(|hit| seen.insert(text::normal(&hit.passage.text)));
        hits.truncate(limit);
        let wanted = neighbours::wanted(&hits);
        if !wanted.is_empty() {
            let within = scope.clone();
            let near = derived.read(move |conn| store::at(conn, &within, &wanted));
            neighbours::join(&mut hits, &near.await?, &weights);
        }
        Ok(hits)
    }

    /// What words find, the topics with their weights, and the passages of the
    /// lessons that are `named`. A page is one of these, if there are any.
    async fn by_words(
        &self,
        scope: &Scope,
        named: Scope,
        question: &Question,
        stages: Stages,
    ) -> Result<(Candidates, Vec<Weighted>, Permitted)> {
        let (scope, question) = (scope.clone(), question.clone());
        let (known, since) = (self.ids.clone(), self.ids.changes());
        let derived = &self.app.db.derived;
        let find = derived.read(move |conn| {
            let permitted = |scope: &Scope| {
                let load = |lesson| store::ids(conn, lesson);
                Permitted::of(&known, since, &scope.lessons, load)
            };
            let mut candidates = Candidates::new();
            let all = permitted(&scope)?;
            let weights = store::weights(conn, &all, question.topics)?;
            if let Some(query) = keywords::query(&weights).filter(|_| stages.words) {
                for (id, bm25) in store::by_keywords(conn, &all, &query, CANDIDATES)? {
                    candidates.entry(id).or_default().words = bm25;
                }
            }
            if let Some(query) = keywords::by_sound(&weights).filter(|_| stages.sounds) {
                for (id, bm25) in store::by_sound(conn, &all, &query, CANDIDATES)? {
                    candidates.entry(id).or_default().sounds = bm25;
                }
            }
            if let Some(place) = question.place {
                let within = match named.lessons.is_empty() {
                    true => &scope,
                    false => &named,
                };
                for id in store::by_place(conn, within, place, CANDIDATES)? {
                    candidates.entry(id).or_default().named = true;
                }
            }
            let named = permitted(&named)?;
            Ok((candidates, weights, named))
        });
        find.await
    }

    /// Adds what is near in meaning, and how near all others are, of passages whose
    /// vectors are of that model.
    async fn by_meaning(
        &self,
        scope: &Scope,
        sense: Sense,
        candidates: &mut Candidates,
    ) -> Result<()> {
        let Sense { model, vector } = sense;
        let floor = |model: &str| self.app.inference.relevance_floor_of(model);
        let current = self.app.inference.relevance_floor();
        let scale = fuse::scale(floor(&model), current);
        self.load_vectors(scope, &model).await?;
        let (scope, nearest) = (scope.clone(), self.nearest.clone());
        let since = nearest.changes();
        let mut ids: Vec<i64> = candidates.keys().copied().collect();
        let derived = &self.app.db.derived;
        let find = derived.read(move |conn| {
            let mut best = Best::new(&vector, CANDIDATES);
            for lesson in &scope.lessons {
                let load = || store::vectors(conn, *lesson, &model);
                nearest
                    .get_or_load(since, *lesson, model.clone(), load)?
                    .search(&mut best);
            }
            ids.extend(best.ids());
            store::similarities(conn, &scope, &ids, &model, &vector)
        });
        for (id, similarity) in find.await? {
            candidates.entry(id).or_default().similarity = Some(scale(similarity));
        }
        Ok(())
    }

    /// Reads the vectors that are not in memory yet, each lesson's by itself: all of a
    /// large library take longer than one read may.
    async fn load_vectors(&self, scope: &Scope, model: &str) -> Result<()> {
        let model = model.to_owned();
        for lesson in &scope.lessons {
            if self.nearest.get(*lesson, &model).is_some() {
                continue;
            }
            let (lesson, model, nearest) = (*lesson, model.clone(), self.nearest.clone());
            let since = nearest.changes();
            let load = move |conn: &_| {
                let read = || store::vectors(conn, lesson, &model);
                nearest
                    .get_or_load(since, lesson, model.clone(), read)
                    .map(drop)
            };
            self.app.db.derived.read(load).await?;
        }
        Ok(())
    }

    /// A question's vectors by the embedding model and by those before it that
    /// passages still have vectors of.
    async fn senses(&self, question: &str) -> Result<Vec<Sense>> {
        let inference = &self.app.inference;
        let mut senses = Vec::new();
        for (model, current) in inference
            .embed_models()
            .zip(std::iter::once(true).chain(std::iter::repeat(false)))
        {
            if !current && !used(&self.app.db, model).await? {
                continue;
            }
            if let Some(vector) = self.vector(model, question).await {
                let model = model.to_owned();
                senses.push(Sense { model, vector });
            }
        }
        Ok(senses)
    }

    /// The vector of a question, as it is searched with; none while there is none
    /// to be had.
    pub async fn question_vector(&self, question: &str) -> Option<Vector> {
        let question = Question::new(question, true);
        let model = self.app.inference.embed_model()?;
        self.vector(model, &question.sense).await
    }

    /// The vector of a question by a model; none while there is none to be had.
    async fn vector(&self, model: &str, question: &str) -> Option<Vector> {
        let inference = &self.app.inference;
        let made = self
            .vectors
            .get(model, question, || inference.embed_query(model, question));
        let patience = match inference.search_is_warm(model) {
            true => VECTOR_PATIENCE,
            false => START_PATIENCE,
        };
        match timeout(patience, made).await {
            Ok(Ok(vector)) => Some(vector),
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
        let model = self.app.inference.embed_model()?;
        let one = self.vector(model, one).await?;
        let two = self.vector(model, two).await?;
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

    /// Writes the indexes of words anew without those of passages that are gone, which
    /// they otherwise keep until they happen to be merged.
    pub async fn merge_indexes(&self) -> Result<()> {
        self.app.db.derived.write(store::merge_indexes).await
    }

    /// The lessons that have passages.
    pub async fn lessons(&self) -> Result<Vec<LessonId>> {
        self.app.db.derived.read(store::lessons).await
    }
}

/// A passage of a page, for tests.
#[cfg(test)]
fn test_passage(lesson: LessonId, ordinal: u32, page: u32, text: &str) -> Passage {
    use crate::inference::document::AnchorKind;
    Passage {
        lesson,
        ordinal,
        anchor: Anchor {
            kind: AnchorKind::Page,
            number: page,
            label: None,
            time: None,
        },
        language: None,
        text: text.to_owned(),
    }
}
