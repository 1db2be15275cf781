//! How long search takes over a large library.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use indicatif::ProgressBar;

use super::dataset::{Dataset, LANGUAGES};
use super::retrieval::{Index, LESSON, add_lesson};
use crate::retrieval::{Retrieval, Scope, Stages};
use crate::types::OrgId;

/// Passages of one question that are looked at, as recall is counted over.
const LOOKED_AT: usize = 10;

/// Times of one setting, in milliseconds.
#[derive(Debug, serde::Serialize)]
pub struct Times {
    /// What ranked the passages.
    pub stages: &'static str,
    /// Questions asked.
    pub questions: usize,
    /// Asked for the first time: the median and the slowest of a hundred.
    pub first_p50: f64,
    /// See `first_p50`.
    pub first_p99: f64,
    /// Asked again, when the question's vector is known.
    pub again_p50: f64,
    /// See `again_p50`.
    pub again_p99: f64,
    /// Share of the ten nearest passages that meaning alone finds.
    pub recall: Option<f64>,
}

/// Indexes a dataset with vectors made elsewhere: `vectors.f32` in its folder, a
/// vector of length one for each passage, little-endian 32-bit floats.
///
/// # Errors
/// When the file does not fit the dataset, or the database fails.
pub async fn index(retrieval: &Retrieval, dataset: &Dataset, folder: &Path) -> Result<Speed> {
    let bytes = std::fs::read(folder.join("vectors.f32")).context("reading vectors.f32")?;
    let floats = bytes.as_chunks::<4>().0.iter();
    let vectors: Vec<f32> = floats.map(|float| f32::from_le_bytes(*float)).collect();
    let passages = dataset.passages.len();
    ensure!(
        passages > 0 && vectors.len().is_multiple_of(passages) && !vectors.is_empty(),
        "{} floats for {passages} passages",
        vectors.len()
    );
    let dimensions = vectors.len() / passages;
    let scope = Scope {
        org: OrgId::new(),
        lessons: Vec::new(),
        titles: Vec::new(),
    };
    let mut index = Index::new(scope);
    let progress = ProgressBar::new(passages as u64);
    let lessons = dataset.passages.chunks(LESSON);
    for (part, vectors) in lessons.zip(vectors.chunks(LESSON * dimensions)) {
        let lesson = add_lesson(retrieval, &mut index, part, false).await?;
        let adopted = retrieval.adopt_vectors(lesson, vectors.to_vec()).await;
        adopted.map_err(crate::error::Error::into_anyhow)?;
        progress.inc(part.len() as u64);
    }
    progress.finish_and_clear();
    Ok(Speed {
        index,
        vectors,
        dimensions,
    })
}

/// An indexed dataset and its vectors.
pub struct Speed {
    index: Index,
    vectors: Vec<f32>,
    dimensions: usize,
}

impl Speed {
    /// Asks every question twice, in the first language it was asked in.
    ///
    /// # Errors
    /// When a search fails.
    pub async fn measure(&self, retrieval: &Retrieval, dataset: &Dataset) -> Result<Vec<Times>> {
        let asked = dataset.queries.iter();
        let asked = asked.filter_map(|query| LANGUAGES.iter().rev().find_map(|l| query.text(l)));
        let questions: Vec<&str> = asked.collect();
        let mut all = Vec::new();
        // Loads the models and the lessons, as the first question of a day does.
        self.time(retrieval, questions[0], Stages::EACH[5].1)
            .await?;
        for at in [1, 5, 0] {
            let (name, stages) = Stages::EACH[at];
            let (mut first, mut again, mut found) = (Vec::new(), Vec::new(), 0);
            for question in &questions {
                // Vectors of other stages' questions must not be known.
                let question = &format!("{question} {at}");
                first.push(self.time(retrieval, question, stages).await?.0);
                let (time, ids) = self.time(retrieval, question, stages).await?;
                again.push(time);
                if at == 1 {
                    found += self.nearest(retrieval, question, &ids).await?;
                }
            }
            let nearest = (questions.len() * LOOKED_AT) as f64;
            all.push(Times {
                stages: name,
                questions: questions.len(),
                first_p50: part(&mut first, 0.5),
                first_p99: part(&mut first, 0.99),
                again_p50: part(&mut again, 0.5),
                again_p99: part(&mut again, 0.99),
                recall: (at == 1).then(|| found as f64 / nearest),
            });
        }
        Ok(all)
    }

    async fn time(
        &self,
        retrieval: &Retrieval,
        question: &str,
        stages: Stages,
    ) -> Result<(f64, Vec<u64>)> {
        #[expect(clippy::disallowed_methods, reason = "this is what is measured")]
        let since = Instant::now();
        let ranked = retrieval
            .rank(&self.index.scope, question, stages, LOOKED_AT)
            .await;
        let took = since.elapsed().as_secs_f64() * 1e3;
        let ranked = ranked.map_err(crate::error::Error::into_anyhow)?;
        let ids = ranked.iter().filter_map(|hit| self.index.id(hit));
        Ok((took, ids.collect()))
    }

    /// How many of `ids` are among the passages truly nearest to a question. Their
    /// ids are their places.
    async fn nearest(&self, retrieval: &Retrieval, question: &str, ids: &[u64]) -> Result<usize> {
        let vector = retrieval
            .question_vector(question)
            .await
            .context("no vector")?;
        let rows = self.vectors.chunks_exact(self.dimensions).zip(0_u64..);
        let product = |row: &[f32]| row.iter().zip(vector.iter()).map(|(a, b)| a * b).sum();
        let mut all: Vec<(f32, u64)> = rows.map(|(row, id)| (product(row), id)).collect();
        all.select_nth_unstable_by(LOOKED_AT - 1, |a, b| b.0.total_cmp(&a.0));
        let best = &all[..LOOKED_AT];
        Ok(best.iter().filter(|(_, id)| ids.contains(id)).count())
    }
}

/// The value at a part of the sorted times.
fn part(times: &mut [f64], part: f64) -> f64 {
    times.sort_by(f64::total_cmp);
    let at = (times.len() as f64 * part) as usize;
    times[at.min(times.len() - 1)]
}
