//! The chat socket over real connections: a class with one lesson asks, leaves,
//! comes back, stops and is signed out.

mod answers;
mod chats;
mod crowds;
mod following;
mod history;
mod limits;
mod readable;
mod relevance;
mod sessions;
mod shared;
mod unsaved;

use std::time::Duration;

use bwenge::inference::fake::FakeEngine;
use bwenge::inference::worker::Launcher;
use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::door::Door;
use crate::support::upload::Upload;

const QUESTION: &str = "Which light does chlorophyll absorb in the cells of the leaf?";

/// Another question about the same lesson.
const OTHER: &str = "Why do the leaves look green to us, and what has chlorophyll to do with it?";

/// A box with a teacher, a learner, a tutor and one lesson.
struct Class {
    app: TestApp,
    admin: Browser,
    learner: Browser,
    tutor: String,
}

impl Class {
    /// A class whose tutor writes a word after each pause.
    async fn with_pause(word_pause: Duration) -> Self {
        Self::with_engine(FakeEngine {
            word_pause,
            ..FakeEngine::default()
        })
        .await
    }

    async fn with_engine(engine: FakeEngine) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let app = TestApp::made_of(folder, Launcher::Fake(engine)).await;
        let admin = app.set_up().await;
        let learner = app.add(&admin, "learner", "learner").await;
        let tutor = app.tutor(&admin, json!({})).await;
        app.lesson(&admin, &Upload::fixture("photosynthesis.pdf"))
            .await;
        Self {
            app,
            admin,
            learner,
            tutor,
        }
    }

    /// A class whose tutor takes seconds for an answer.
    async fn slow() -> Self {
        Self::with_pause(Duration::from_millis(60)).await
    }

    /// The messages of a chat.
    async fn messages(&self, who: &Browser, chat: &Value) -> Vec<Value> {
        let path = format!("/chats/{}", chat.as_str().unwrap());
        let chat = self.app.get(&path, who).await.expect(200).body;
        chat["messages"].as_array().unwrap().clone()
    }
}

/// What the fake model writes: the best passage on one line.
fn whole(passages: &[Value]) -> String {
    let text = passages[0]["text"].as_str().unwrap();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
