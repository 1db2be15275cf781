//! Live news of lessons, as the page hears them.

use axum::body::BodyDataStream;
use futures_util::StreamExt;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::door::{Door, PATIENCE};
use crate::support::upload::Upload;

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
