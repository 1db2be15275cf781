//! The vectors of the questions asked last.
//!
//! A class asks the same questions, and a question is compared with others
//! after it was searched: each is embedded once, also when thirty ask it at the
//! same moment. Questions that differ only in case, punctuation and spaces
//! share the vector of the first.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;

use crate::error::Result;
use crate::text;

/// A vector of length one.
pub type Vector = Arc<[f32]>;

/// Vectors kept; 384 numbers each make 0.8 MB.
const MOST: usize = 512;

/// The vectors of questions. Cheap to clone.
#[derive(Clone, Default)]
pub struct Vectors {
    kept: Arc<Mutex<Kept>>,
}

#[derive(Default)]
struct Kept {
    /// By model and normal form.
    by_question: HashMap<(String, String), Entry>,
    uses: u64,
}

#[derive(Default)]
struct Entry {
    /// The number of its last use.
    used: u64,
    vector: Arc<OnceCell<Vector>>,
}

impl Vectors {
    /// The vector of a question by a model; `embed` makes it when it is not
    /// there. Whoever asks meanwhile waits for it.
    pub async fn get<F: Future<Output = Result<Vec<f32>>>>(
        &self,
        model: &str,
        question: &str,
        embed: impl FnOnce() -> F,
    ) -> Result<Vector> {
        let cell = self.cell(model.to_owned(), text::normal(question));
        let made = cell.get_or_try_init(|| async { Ok(embed().await?.into()) });
        made.await.cloned()
    }

    fn cell(&self, model: String, normal: String) -> Arc<OnceCell<Vector>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.uses += 1;
        let now = kept.uses;
        let key = (model, normal);
        if kept.by_question.len() >= MOST && !kept.by_question.contains_key(&key) {
            let oldest = kept.by_question.iter().min_by_key(|(_, entry)| entry.used);
            if let Some(oldest) = oldest.map(|(key, _)| key.clone()) {
                kept.by_question.remove(&oldest);
            }
        }
        let entry = kept.by_question.entry(key).or_default();
        entry.used = now;
        entry.vector.clone()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::error::{Code, Error};

    async fn ask(vectors: &Vectors, question: &str, made: &AtomicU32) {
        let embed = async || {
            tokio::task::yield_now().await;
            made.fetch_add(1, Ordering::Relaxed);
            Ok(vec![1.0])
        };
        assert_eq!(*vectors.get("m", question, embed).await.unwrap(), [1.0]);
    }

    #[tokio::test]
    async fn a_question_is_embedded_once() {
        let (vectors, made) = (Vectors::default(), AtomicU32::new(0));
        tokio::join!(
            ask(&vectors, "Why is soil dark?", &made),
            ask(&vectors, "why is SOIL dark", &made),
        );
        assert_eq!(made.load(Ordering::Relaxed), 1);
        ask(&vectors, "Why is soil red?", &made).await;
        assert_eq!(made.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn those_longest_unused_go() {
        let (vectors, made) = (Vectors::default(), AtomicU32::new(0));
        for n in 0..=MOST {
            ask(&vectors, &format!("question {n}"), &made).await;
            ask(&vectors, "question 0", &made).await;
        }
        let all = MOST as u32 + 1;
        assert_eq!(made.load(Ordering::Relaxed), all);
        ask(&vectors, "question 1", &made).await;
        assert_eq!(made.load(Ordering::Relaxed), all + 1);
    }

    #[tokio::test]
    async fn a_failure_is_not_kept() {
        let (vectors, made) = (Vectors::default(), AtomicU32::new(0));
        let fails = async || Err(Error::new(Code::Unavailable, ""));
        assert!(vectors.get("m", "soil", fails).await.is_err());
        ask(&vectors, "soil", &made).await;
        assert_eq!(made.load(Ordering::Relaxed), 1);
    }
}
