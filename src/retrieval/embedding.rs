//! Making the vectors of passages.
//!
//! A passage keeps the vector of an earlier embedding model until it gets one of
//! the current: a school that changes models finds by meaning all along.

use super::{Retrieval, store};
use crate::error::Result;
use crate::types::LessonId;

impl Retrieval {
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
