//! The embedding worker runs only while somebody may need it; when its model is
//! changed, what the one before made serves until all is made anew.

use bwenge::retrieval::{Retrieval, Scope, Stages};
use serde_json::{Value, json};

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

/// How near the passage of the only lesson is to a question.
async fn nearness(app: &TestApp, lesson: &Value) -> Option<f64> {
    let org = |conn: &rusqlite::Connection| {
        Ok(conn.query_row("SELECT org_id FROM passages", [], |row| row.get(0))?)
    };
    let scope = Scope {
        org: app.core.db.derived.read(org).await.unwrap(),
        lessons: vec![lesson["id"].as_str().unwrap().parse().unwrap()],
        titles: Vec::new(),
    };
    let (_, meaning) = Stages::EACH[1];
    let retrieval = Retrieval::new(app.core.clone());
    let hits = retrieval.rank(&scope, "green leaves", meaning, 9).await;
    hits.unwrap().first()?.similarity
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_index_serves_until_the_new_one_is_made() {
    const OLD: &str = "SELECT count(*) FROM passages WHERE embed_model = 'fake-embed'";
    const NEW: &str = "SELECT count(*) FROM passages WHERE embed_model = 'new-embed'";
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let upload = Upload::text("leaves.md", "Green leaves make sugar.");
    let lesson = app.lesson(&admin, &upload).await;
    let path = format!("/knowledge/{}", lesson["id"].as_str().unwrap());
    let before = nearness(&app, &lesson).await;
    assert!(before.is_some_and(|cosine| cosine > 0.5), "{before:?}");

    // The new model gets nothing done, and its vectors mean something else.
    let app = app.again_with(&["tired", "fake"]).await;
    assert_eq!(app.db_count(OLD).await, 1);
    assert_eq!(nearness(&app, &lesson).await, before);
    let stop = app.post(&format!("{path}/cancel"), &admin, json!({})).await;
    stop.expect(200);

    let app = app.again_with(&["new", "fake"]).await;
    let retry = app.post(&format!("{path}/retry"), &admin, json!({})).await;
    retry.expect(202);
    app.settled(&admin, lesson["id"].as_str().unwrap()).await;
    assert_eq!((app.db_count(OLD).await, app.db_count(NEW).await), (0, 1));
    assert_eq!(nearness(&app, &lesson).await, before);
    app.end().await;
}

/// The page that is asked for is shown, however many others there are and however
/// little it has to do with the words of the question.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_named_is_what_is_found() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    app.lesson(&admin, &Upload::fixture("long-lesson.pdf"))
        .await;
    for (question, page) in [
        ("What is on page 5?", 5),
        ("Urupapuro rwa 17 ruvuga iki?", 17),
        ("Ukurasa wa tatu unasema nini?", 3),
    ] {
        let found = app.search(&admin, question).await;
        let pages: Vec<_> = found.iter().map(|hit| &hit["anchor"]["number"]).collect();
        assert!(pages.len() > 1, "{question}: {pages:?}");
        assert_eq!(pages[0], &json!(page), "{question}: {pages:?}");
        assert_eq!(pages[1], &json!(page), "{question}: {pages:?}");
    }
    app.end().await;
}
