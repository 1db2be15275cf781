//! Live news of lessons, as the page hears them.

use std::time::Duration;

use axum::body::BodyDataStream;
use futures_util::StreamExt;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::door::{Door, PATIENCE};
use crate::support::upload::Upload;

/// Much longer than an end takes, shorter than the next look at the session.
const SOON: Duration = Duration::from_secs(50);

#[tokio::test(flavor = "multi_thread")]
async fn the_page_sees_the_reading_as_it_goes() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let learner = app.add(&admin, "learner", "learner").await;
    let other_org = app.other_school(&admin).await;
    let listen = async |who: &Browser| {
        let request = who.request("GET", "/knowledge/events", None);
        app.stream(request).await
    };
    let mut teacher_sees = listen(&admin).await;
    let mut learner_sees = listen(&learner).await;
    let mut other_sees = listen(&other_org).await;

    let file = Upload::fixture("photosynthesis.pdf").with("shared", "false");
    let id = app.upload(&admin, &file).await.expect(202).id();
    let events = frames(&mut teacher_sees, |event| event["status"] == "ready").await;
    let all = |pointer: &str| -> Vec<Value> {
        let mut values: Vec<_> = events
            .iter()
            .filter_map(|(_, e)| e.pointer(pointer))
            .cloned()
            .collect();
        values.dedup();
        values
    };
    assert!(
        events
            .iter()
            .all(|(kind, event)| kind == "lesson" && event["id"] == id)
    );
    assert_eq!(
        all("/progress/stage").last(),
        Some(&json!("embed")),
        "{:?}",
        all("/progress/stage")
    );
    let statuses = all("/status");
    assert_eq!(statuses.last(), Some(&json!("ready")), "{statuses:?}");
    assert!(statuses.contains(&json!("searchable")), "{statuses:?}");
    let done = events
        .iter()
        .rev()
        .find_map(|(_, event)| event["progress"].get("total").cloned());
    assert_eq!(
        done,
        events.last().map(|(_, event)| event["passages"].clone())
    );

    app.delete(&format!("/knowledge/{id}"), &admin)
        .await
        .expect(204);
    let events = frames(&mut teacher_sees, |event| event == &json!({"id": id})).await;
    assert_eq!(events.last().unwrap().0, "removed");
    // For a learner a lesson not shared was never there: no word of it but ids.
    let events = frames(&mut learner_sees, |event| event == &json!({"id": id})).await;
    assert!(
        events.iter().all(|(kind, _)| kind == "removed"),
        "{events:?}"
    );
    // The other school hears of its own lessons only.
    let theirs = app
        .lesson(&other_org, &Upload::text("theirs.txt", "Theirs."))
        .await;
    let events = frames(&mut other_sees, |event| event["status"] == "ready").await;
    assert!(
        events.iter().all(|(_, event)| event["id"] == theirs["id"]),
        "{events:?}"
    );
    drop((teacher_sees, learner_sees, other_sees));
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn news_end_with_the_session() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let teacher = app.add(&admin, "teacher", "teacher").await;
    let other = app.add(&admin, "other", "teacher").await;
    let listen = async |who: &Browser| {
        let request = who.request("GET", "/knowledge/events", None);
        app.stream(request).await
    };
    let (mut demoted, mut left) = (listen(&teacher).await, listen(&other).await);
    let mut stays = listen(&admin).await;
    let me = app.get("/auth/me", &teacher).await.body;
    let path = format!("/users/{}", me["user"]["id"].as_str().unwrap());
    app.patch(&path, &admin, json!({"role": "learner"}))
        .await
        .expect(200);
    app.post("/auth/logout", &other, json!({}))
        .await
        .expect(204);
    for stream in [&mut demoted, &mut left] {
        let ended = timeout(SOON, stream.next()).await;
        assert!(matches!(ended, Ok(None)), "the news go on");
    }
    let file = Upload::text("secret.txt", "For staff.").with("shared", "false");
    let id = app.upload(&admin, &file).await.expect(202).id();
    frames(&mut stays, |event| event["status"] == "ready").await;
    app.delete(&format!("/knowledge/{id}"), &admin)
        .await
        .expect(204);
    drop(stays);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn news_end_when_the_page_can_not_keep_up() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let lesson = app
        .lesson(&admin, &Upload::text("often.txt", "Changed often."))
        .await;
    let request = admin.request("GET", "/knowledge/events", None);
    let mut stream = app.stream(request).await;
    let path = format!("/knowledge/{}", lesson["id"].as_str().unwrap());
    for n in 0..300 {
        let title = json!({"title": format!("Title {n}")});
        app.patch(&path, &admin, title).await.expect(200);
    }
    // The page reads everything anew when it opens the next stream.
    let ended = timeout(SOON, async { while stream.next().await.is_some() {} }).await;
    assert!(ended.is_ok(), "news are missing and the stream goes on");
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_takes_the_news_of_the_others() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let learner = app.add(&admin, "learner", "learner").await;
    let listen = || learner.request("GET", "/knowledge/events", None);
    let mut streams = Vec::new();
    for _ in 0..4 {
        streams.push(app.stream(listen()).await);
    }
    let fifth = timeout(SOON, app.send(listen())).await;
    fifth.expect("an answer").refused(429, "rate_limited");
    let theirs = admin.request("GET", "/knowledge/events", None);
    drop(app.stream(theirs).await);
    drop(streams.pop());
    drop(app.stream(listen()).await);
    drop(streams);
    app.end().await;
}

/// Reads server-sent events up to one that `last` accepts: kind and data.
async fn frames(
    stream: &mut BodyDataStream,
    last: impl Fn(&Value) -> bool,
) -> Vec<(String, Value)> {
    let mut events = Vec::new();
    let mut buffer = String::new();
    loop {
        while let Some((frame, rest)) = buffer.split_once("\n\n") {
            let field = |name| frame.lines().find_map(|line| line.strip_prefix(name));
            if let (Some(kind), Some(data)) = (field("event: "), field("data: ")) {
                let data: Value = serde_json::from_str(data).unwrap();
                events.push((kind.to_owned(), data));
                if last(&events[events.len() - 1].1) {
                    return events;
                }
            }
            buffer = rest.to_owned();
        }
        let chunk = timeout(PATIENCE, stream.next())
            .await
            .expect("an event in time");
        let chunk = chunk.expect("an open stream").unwrap();
        buffer.push_str(std::str::from_utf8(&chunk).unwrap());
    }
}
