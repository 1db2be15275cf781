//! The embedding worker runs only while somebody may need it.

use serde_json::Value;

use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::chat::Socket;
use crate::support::door::Door;
use crate::support::upload::Upload;

/// The state of the embedding worker, which leaves the box whole in any case.
async fn search(app: &TestApp, admin: &Browser) -> Value {
    let status = app.get("/box/status", admin).await.expect(200).body;
    assert_eq!(status["health"], "ready", "{status}");
    let models = status["models"].as_array().unwrap();
    let embed = models.iter().find(|model| model["kind"] == "embed");
    embed.unwrap()["state"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn search_starts_with_the_first_lesson() {
    let app = TestApp::start().await;
    app.core.inference.warm_up();
    let admin = app.set_up().await;
    let pupil = app.add(&admin, "pupil", "learner").await;
    // With nothing to ask about, a chat needs no search.
    let nothing = Socket::open(&app, &pupil).await;
    assert_eq!(search(&app, &admin).await, "idle");
    drop(nothing);
    app.lesson(&admin, &Upload::text("leaves.md", "Leaves are green."))
        .await;
    assert_eq!(search(&app, &admin).await, "ready");
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn search_starts_when_a_chat_is_opened() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    app.lesson(&admin, &Upload::text("leaves.md", "Leaves are green."))
        .await;
    let app = app.again().await;
    assert_eq!(search(&app, &admin).await, "idle");
    let _socket = Socket::open(&app, &admin).await;
    app.until(&admin, "/box/status", |status| {
        let models = status["models"].as_array().unwrap();
        models
            .iter()
            .any(|model| model["kind"] == "embed" && model["state"] == "ready")
    })
    .await;
    app.end().await;
}
