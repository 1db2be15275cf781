//! Search on a dataset, with each of its stages alone and together.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use anyhow::{Result, ensure};
use indicatif::ProgressBar;

use super::dataset::{Dataset, LANGUAGES};
use super::scores::{Means, Scores};
use crate::inference::document::{Anchor, AnchorKind};
use crate::lessons;
use crate::retrieval::{Hit, Passage, Retrieval, Scope, Stages};
use crate::types::{LessonId, OrgId};

/// Passages of one question that are looked at, or pieces of them.
const LOOKED_AT: usize = 60;
/// Passages embedded at once.
const BATCH: usize = 16;
/// A dataset's passages are indexed as lessons of so many.
pub(super) const LESSON: usize = 500;

/// An indexed dataset.
pub struct Index {
    pub(super) scope: Scope,
    /// The dataset's number of each passage, by lesson and place in it.
    ids: HashMap<(LessonId, u32), u64>,
}

impl Index {
    pub(super) fn new(scope: Scope) -> Self {
        Self {
            scope,
            ids: HashMap::new(),
        }
    }

    /// The dataset's number of a passage found.
    pub(super) fn id(&self, hit: &Hit) -> Option<u64> {
        let place = (hit.passage.lesson, hit.passage.ordinal);
        self.ids.get(&place).copied()
    }
}

/// Figures of one setting.
#[derive(Debug, serde::Serialize)]
pub struct Line {
    /// What ranked the passages.
    pub stages: &'static str,
    /// The language of the questions.
    pub language: &'static str,
    /// How good the rankings were.
    #[serde(flatten)]
    pub means: Means,
    /// Whether the passages were rightly said to answer; of all stages together.
    #[serde(flatten)]
    pub decisions: Option<Decisions>,
}

/// Passages shown with an answer, of which one must bear on the question.
const SHOWN: usize = 4;

/// How often it was rightly told whether the lessons answer.
#[derive(Debug, Default, Clone, Copy, serde::Serialize)]
pub struct Decisions {
    /// Questions whose passage was among those shown.
    pub there: u32,
    /// Share of them that counted as answered.
    pub answered: f64,
    /// Questions asked again without the articles that answer them.
    pub gone: u32,
    /// Share of them that counted as not answered.
    pub refused: f64,
}

impl Decisions {
    fn add(&mut self, there: bool, answered: bool, refused: bool) {
        let share = |before: f64, count: u32, more: bool| {
            (before * f64::from(count) + f64::from(u8::from(more))) / f64::from(count + 1)
        };
        if there {
            self.answered = share(self.answered, self.there, answered);
            self.there += 1;
        }
        self.refused = share(self.refused, self.gone, refused);
        self.gone += 1;
    }
}

/// Indexes a dataset and embeds its passages, in pieces if they are to be `cut` as
/// lessons are.
///
/// # Errors
/// When the database or the embedding worker fails.
pub async fn index(retrieval: &Retrieval, dataset: &Dataset, cut: bool) -> Result<Index> {
    let mut index = Index::new(Scope {
        org: OrgId::new(),
        lessons: Vec::new(),
        titles: Vec::new(),
    });
    let progress = ProgressBar::new(dataset.passages.len() as u64);
    for part in dataset.passages.chunks(LESSON) {
        let lesson = add_lesson(retrieval, &mut index, part, cut).await?;
        loop {
            let embedded = retrieval.embed_next(lesson, BATCH).await;
            match embedded.map_err(crate::error::Error::into_anyhow)? {
                0 => break,
                more => progress.inc(more.into()),
            }
        }
    }
    progress.finish_and_clear();
    Ok(index)
}

/// Indexes passages as a lesson, still without vectors.
pub(super) async fn add_lesson(
    retrieval: &Retrieval,
    index: &mut Index,
    part: &[super::dataset::Passage],
    cut: bool,
) -> Result<LessonId> {
    let lesson = LessonId::new();
    let mut passages: Vec<Passage> = Vec::new();
    for (number, passage) in (1..).zip(part) {
        let pieces = match cut {
            true => lessons::pieces(&passage.text),
            false => vec![passage.text.clone()],
        };
        for text in pieces {
            let ordinal = u32::try_from(passages.len())?;
            index.ids.insert((lesson, ordinal), passage.id);
            passages.push(Passage {
                lesson,
                ordinal,
                anchor: Anchor {
                    kind: AnchorKind::Section,
                    number,
                    label: passage.title.clone(),
                    time: None,
                },
                language: None,
                text,
            });
        }
    }
    retrieval
        .replace(index.scope.org, lesson, passages)
        .await
        .map_err(crate::error::Error::into_anyhow)?;
    index.scope.lessons.push(lesson);
    Ok(lesson)
}

/// Asks every question of a `split` (or all) in every language it was asked in,
/// with each combination of stages.
///
/// # Errors
/// When a search fails, or no question is of that split.
pub async fn measure(
    retrieval: &Retrieval,
    index: &Index,
    dataset: &Dataset,
    split: Option<&str>,
) -> Result<Vec<Line>> {
    let wanted = |query: &&super::dataset::Query| split.is_none_or(|split| query.split == split);
    let queries: Vec<_> = dataset.queries.iter().filter(wanted).collect();
    ensure!(!queries.is_empty(), "no question is of this split");
    let progress = ProgressBar::new_spinner();
    progress.enable_steady_tick(Duration::from_millis(200));
    let passages = dataset.passages.iter();
    let titles: HashMap<u64, Option<&str>> = passages.map(|p| (p.id, p.title.as_deref())).collect();
    let mut lines = Vec::new();
    for language in LANGUAGES {
        for (name, stages) in Stages::EACH {
            let mut scores = Scores::default();
            let mut decisions = stages.all().then(Decisions::default);
            for query in &queries {
                let Some(text) = query.text(language) else {
                    continue;
                };
                let ranked = retrieval.rank(&index.scope, text, stages, LOOKED_AT).await;
                let ranked = ranked.map_err(crate::error::Error::into_anyhow)?;
                // A search goes without vectors when they take too long.
                let by_meaning = ranked.iter().any(|hit| hit.similarity.is_some());
                ensure!(by_meaning || !stages.meaning(), "no vector for {text:?}");
                let right = |hit: &Hit| index.id(hit) == Some(query.passage);
                let mut seen = HashSet::new();
                let mut each = ranked.iter().filter(|hit| seen.insert(index.id(hit)));
                let place = each.position(right);
                scores.add(place.map(|at| at + 1));
                if let Some(decisions) = &mut decisions {
                    let shown = &ranked[..ranked.len().min(SHOWN)];
                    let mut without = ranked.clone();
                    let article = titles.get(&query.passage).copied().flatten();
                    without.retain(|hit| match article {
                        Some(_) => hit.passage.anchor.label.as_deref() != article,
                        None => !right(hit),
                    });
                    without.truncate(SHOWN);
                    let there = shown.iter().any(right);
                    let answered = retrieval.bear_on(shown, text);
                    decisions.add(there, answered, !retrieval.bear_on(&without, text));
                }
                progress.set_message(format!("{language}, {name}"));
            }
            let means = scores.means();
            if means.questions > 0 {
                lines.push(Line {
                    stages: name,
                    language,
                    means,
                    decisions,
                });
            }
        }
    }
    progress.finish_and_clear();
    Ok(lines)
}
