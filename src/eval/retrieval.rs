//! Search on a dataset, with each of its stages alone and together.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::{Result, ensure};
use indicatif::ProgressBar;

use super::dataset::{Dataset, LANGUAGES};
use super::scores::{Means, Scores};
use crate::inference::document::{Anchor, AnchorKind};
use crate::retrieval::{Hit, Passage, Retrieval, Scope, Stages};
use crate::types::{LessonId, OrgId};

/// Passages of one question that are looked at.
const LOOKED_AT: usize = 20;
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
}

/// Indexes a dataset and embeds its passages.
///
/// # Errors
/// When the database or the embedding worker fails.
pub async fn index(retrieval: &Retrieval, dataset: &Dataset) -> Result<Index> {
    let mut index = Index::new(Scope {
        org: OrgId::new(),
        lessons: Vec::new(),
    });
    let progress = ProgressBar::new(dataset.passages.len() as u64);
    for part in dataset.passages.chunks(LESSON) {
        let lesson = add_lesson(retrieval, &mut index, part).await?;
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
) -> Result<LessonId> {
    let lesson = LessonId::new();
    let passages = (0..).zip(part).map(|(ordinal, passage)| {
        index.ids.insert((lesson, ordinal), passage.id);
        Passage {
            lesson,
            ordinal,
            anchor: Anchor {
                kind: AnchorKind::Section,
                number: ordinal + 1,
                label: passage.title.clone(),
                time: None,
            },
            language: None,
            text: passage.text.clone(),
        }
    });
    let passages: Vec<Passage> = passages.collect();
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
    let mut lines = Vec::new();
    for language in LANGUAGES {
        for (name, stages) in Stages::EACH {
            let mut scores = Scores::default();
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
                scores.add(ranked.iter().position(right).map(|at| at + 1));
                progress.set_message(format!("{language}, {name}"));
            }
            let means = scores.means();
            if means.questions > 0 {
                lines.push(Line {
                    stages: name,
                    language,
                    means,
                });
            }
        }
    }
    progress.finish_and_clear();
    Ok(lines)
}
