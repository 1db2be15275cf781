//! The OpenAI-compatible API: other programs use the box's models and tutors.
//!
//! A school's administrator makes keys; with one, a program asks below `/v1`
//! in the words of OpenAI's API. The language and embedding models go by their
//! catalogue ids, every tutor by `persona:<id>`: it answers from the lessons
//! learners may read, like in a chat, with its passages and checked sentences
//! beside the text. A key counts as one person for the engine, so however much
//! its program asks, pupils keep their turns.

mod answer;
mod http;
mod keys;
mod rate;
mod request;
mod store;
mod wire;
mod writing;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

pub use http::{key_routes, model_routes};
pub use keys::{Key, KeyScope, NewKey};

use crate::answers::Answers;
use crate::error::{Code, Error};
use crate::lessons::{Lessons, PassageBody};
use crate::personas::Personas;
use crate::state::App;
use rate::Rates;

/// Answers programs have open at once: half of what the box takes, so that
/// pupils always get in.
const MOST_ANSWERS: usize = 32;

/// The API of a box. Cheap to clone.
#[derive(Clone)]
pub struct OpenAi {
    app: App,
    lessons: Lessons,
    personas: Personas,
    answers: Answers,
    rates: Arc<Mutex<Rates>>,
    places: Arc<Semaphore>,
    closing: CancellationToken,
}

impl OpenAi {
    /// The API over the app's models, the library, the tutors and the kept answers.
    pub fn new(app: App, lessons: Lessons, personas: Personas, answers: Answers) -> Self {
        Self {
            app,
            lessons,
            personas,
            answers,
            rates: Arc::default(),
            places: Arc::new(Semaphore::new(MOST_ANSWERS)),
            closing: CancellationToken::new(),
        }
    }

    /// Ends the answers being written, when the box stops.
    pub fn close(&self) {
        self.closing.cancel();
    }

    fn rates(&self) -> MutexGuard<'_, Rates> {
        self.rates.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A refusal with what only OpenAI's clients look at.
#[derive(Debug)]
struct Refused {
    error: Error,
    /// OpenAI's word, where it says more than ours.
    word: Option<&'static str>,
    /// What the lessons say, when nobody is free to write.
    passages: Vec<PassageBody>,
}

impl Refused {
    fn new(code: Code, word: &'static str, detail: impl Into<String>) -> Self {
        let refused = Self::from(Error::new(code, detail));
        Self {
            word: Some(word),
            ..refused
        }
    }

    fn no_model(name: &str) -> Self {
        let name: String = name.chars().take(100).collect();
        let detail = format!("There is no model {name:?} for this.");
        Self {
            error: Error::new(Code::NotFound, detail).with_field("model"),
            word: Some("model_not_found"),
            passages: Vec::new(),
        }
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self {
            error,
            word: None,
            passages: Vec::new(),
        }
    }
}
