//! The API for programs through the real routes, with a fake engine: keys,
//! answers whole and in pieces, tutors as models, refusals in OpenAI's shape.

mod answers;
mod crowds;
mod keys;
mod streams;
mod tutors;

use std::time::Duration;

use axum::http::Request;
use bwenge::inference::fake::FakeEngine;
use bwenge::inference::worker::Launcher;
use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::browser::{Answer, Browser};
use crate::support::door::Door;

/// The language model of a test box.
const MODEL: &str = "fake-llm";

/// A box with an administrator and a program of the school.
struct Office {
    app: TestApp,
    engine: FakeEngine,
    admin: Browser,
    program: Program,
}

impl Office {
    async fn open() -> Self {
        Self::with_pause(Duration::ZERO).await
    }

    /// An office whose model pauses before each word.
    async fn with_pause(word_pause: Duration) -> Self {
        Self::with_engine(FakeEngine {
            word_pause,
            ..FakeEngine::default()
        })
        .await
    }

    async fn with_engine(engine: FakeEngine) -> Self {
        let launcher = Launcher::Fake(engine.clone());
        let app = TestApp::made_of(tempfile::tempdir().unwrap(), launcher).await;
        let admin = app.set_up().await;
        let (program, _) = Program::new(&app, &admin, json!({})).await;
        Self {
            app,
            engine,
            admin,
            program,
        }
    }

    /// Asks the model one thing and waits for the whole answer.
    async fn chat(&self, fields: Value) -> Answer {
        let request = self.program.chat(fields);
        self.app.send(request).await
    }
}

/// A program with a key.
struct Program(Browser);

impl Program {
    /// A program of the school of `admin`, and its key's id.
    async fn new(app: &TestApp, admin: &Browser, mut fields: Value) -> (Self, String) {
        for (field, usual) in [
            ("name", json!("Test")),
            ("scopes", json!(["chat", "embeddings"])),
        ] {
            if fields.get(field).is_none() {
                fields[field] = usual;
            }
        }
        let made = app.post("/keys", admin, fields).await.expect(201);
        let secret = made.body["secret"].as_str().unwrap();
        (Self(Browser::program(secret)), made.id())
    }

    /// A request; `path` comes after `/v1`.
    fn request(&self, method: &str, path: &str, body: Option<Value>) -> Request<Vec<u8>> {
        let kind = body.is_some().then_some("application/json");
        let body = body.map(|body| body.to_string().into_bytes());
        let path = format!("/v1{path}");
        self.0
            .send_bytes(method, &path, kind, body.unwrap_or_default())
    }

    fn models(&self) -> Request<Vec<u8>> {
        self.request("GET", "/models", None)
    }

    fn post(&self, path: &str, body: Value) -> Request<Vec<u8>> {
        self.request("POST", path, Some(body))
    }

    /// A chat of one message with the language model, unless `fields` say else.
    fn chat(&self, mut fields: Value) -> Request<Vec<u8>> {
        if fields.get("model").is_none() {
            fields["model"] = json!(MODEL);
        }
        if fields.get("messages").is_none() {
            fields["messages"] = json!([{"role": "user", "content": "Say these five words."}]);
        }
        self.post("/chat/completions", fields)
    }
}

/// A refusal in OpenAI's shape, with a problem document around it.
#[track_caller]
fn refused(answer: &Answer, status: u16, kind: &str, word: &str) {
    let error = &answer.body["error"];
    let told = (answer.status, &error["type"], &error["code"]);
    assert_eq!(
        told,
        (status, &json!(kind), &json!(word)),
        "{}",
        answer.body
    );
    assert!(error["message"].as_str().unwrap().len() > 5, "{error}");
    assert_eq!(answer.body["status"], status);
    assert!(answer.body["code"].is_string(), "{}", answer.body);
}
