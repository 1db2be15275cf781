//! The life of a lesson: uploaded, read, found, changed, deleted.

use futures_util::StreamExt;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::support::app::TestApp;
use crate::support::door::{Door, PATIENCE};
use crate::support::upload::Upload;

const MARKDOWN: &str = "# Bees\n\nBees live in hives.\n\n## Honey\n\n\
    Worker bees turn nectar into honey and store it in wax combs.\n";

fn id(lesson: &Value) -> &str {
    lesson["id"].as_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_format_becomes_ready_and_is_found_where_it_stands() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let cases = [
        (
            Upload::fixture("photosynthesis.pdf"),
            "Which element does a plant lack when magnesium shortage causes chlorosis?",
            json!({"kind": "page", "number": 4, "label": "4 Limiting factors"}),
            5,
        ),
        (
            Upload::fixture("water-cycle.docx"),
            "evaporation and transpiration together are called evapotranspiration",
            json!({"kind": "section", "number": 3, "label": "Evaporation and transpiration"}),
            6,
        ),
        (
            Upload::fixture("rwanda-history.pptx"),
            "Which year was the Berlin Conference that divides Africa?",
            json!({"kind": "slide", "number": 3, "label": "Colonial rule"}),
            6,
        ),
        (
            Upload::text("bees.md", MARKDOWN),
            "Who turns nectar into honey?",
            json!({"kind": "section", "number": 2, "label": "Honey"}),
            2,
        ),
        (
            Upload::text(
                "goats.txt",
                "Goats climb steep rocks.\n\nThey eat thorny shrubs.",
            ),
            "Which animals climb steep rocks?",
            json!({"kind": "section", "number": 1, "label": null}),
            1,
        ),
    ];
    for (file, question, anchor, pages) in cases {
        let lesson = app.lesson(&admin, &file).await;
        assert_eq!(lesson["pages"], pages, "{lesson}");
        assert_eq!(lesson["page_kind"], anchor["kind"]);
        assert_eq!(lesson["bytes"], file.bytes.len());
        assert_eq!(lesson["progress"], Value::Null);
        assert!(lesson["passages"].as_u64().unwrap() > 0);
        let found = app.search(&admin, question).await;
        let best = found.first().unwrap_or_else(|| panic!("{question}"));
        assert_eq!(best["lesson_id"], lesson["id"], "{question}: {best}");
        assert_eq!(best["anchor"], anchor, "{question}");
        let marks = best["marks"].as_array().unwrap();
        assert!(!marks.is_empty(), "{best}");

        // What the tutor read holds the passage under the same anchor.
        let text = app
            .get(&format!("/knowledge/{}/text", id(&lesson)), &admin)
            .await;
        let text = text.expect(200).body;
        let sections = text["sections"].as_array().unwrap();
        let section = sections
            .iter()
            .find(|s| s["anchor"] == anchor)
            .expect("the section");
        let read: Vec<_> = section["blocks"].as_array().unwrap().iter().collect();
        let first = best["text"].as_str().unwrap().lines().next().unwrap();
        let holds = |block: &&&Value| block["text"].as_str().unwrap().contains(first);
        assert!(read.iter().any(|b| holds(&b)), "{first}");

        let original = app
            .get(&format!("/knowledge/{}/original", id(&lesson)), &admin)
            .await;
        let original = original.expect(200);
        assert_eq!(original.bytes, file.bytes);
        let offered = original.headers["content-disposition"].to_str().unwrap();
        assert_eq!(
            offered,
            format!("attachment; filename*=UTF-8''{}", file.name)
        );
    }
    // Every passage has its vector.
    assert_eq!(
        app.db_count("SELECT count(*) FROM passages WHERE embedding IS NULL")
            .await,
        0
    );
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_bytes_are_taken_once() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let first = app
        .lesson(&admin, &Upload::text("one.txt", "The same words."))
        .await;
    let blobs = app.blobs();
    let again = app
        .upload(&admin, &Upload::text("two.txt", "The same words."))
        .await;
    let again = again.refused(409, "conflict");
    assert_eq!(again.body["detail"], first["id"]);
    assert_eq!(again.body["field"], "lesson_id");
    assert_eq!(app.blobs(), blobs);
    app.get(&format!("/knowledge/{}/original", id(&first)), &admin)
        .await
        .expect(200);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_names_the_lesson_and_changes_can_clear() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let file = Upload::text("bees_and-honey.md", MARKDOWN)
        .with("title", "  Inzuki  ")
        .with("subject", "Biology")
        .with("language", "en")
        .with("shared", "false");
    let lesson = app.lesson(&admin, &file).await;
    assert_eq!(lesson["title"], "Inzuki");
    assert_eq!(
        (&lesson["subject"], &lesson["language"]),
        (&json!("Biology"), &json!("en"))
    );
    assert_eq!(
        (&lesson["shared"], &lesson["format"]),
        (&json!(false), &json!("md"))
    );
    assert_eq!(lesson["file_name"], "bees_and-honey.md");

    let path = format!("/knowledge/{}", id(&lesson));
    let same = app.patch(&path, &admin, json!({})).await.expect(200).body;
    assert_eq!(
        (&same["subject"], &same["language"]),
        (&json!("Biology"), &json!("en"))
    );
    let clear = json!({"subject": null, "language": null, "title": "Bees"});
    let cleared = app.patch(&path, &admin, clear).await.expect(200).body;
    assert_eq!(
        (&cleared["subject"], &cleared["language"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(cleared["title"], "Bees");
    assert_eq!(
        app.search(&admin, "nectar honey").await[0]["lesson_title"],
        "Bees"
    );

    let named = |field: &'static str, value| (field, value);
    for (field, value) in [
        named("title", json!(" ")),
        named("title", json!("x".repeat(201))),
        named("subject", json!("x".repeat(201))),
    ] {
        let answer = app.patch(&path, &admin, json!({field: value})).await;
        assert_eq!(answer.refused(422, "invalid_field").body["field"], field);
    }
    app.patch(&path, &admin, json!({"language": "xx"}))
        .await
        .refused(422, "invalid_field");
    app.patch(&path, &admin, json!({"colour": "red"}))
        .await
        .refused(422, "invalid_field");

    let untitled = app
        .lesson(&admin, &Upload::text("uruziga_rw-amazi.txt", "Amazi."))
        .await;
    assert_eq!(untitled["title"], "Uruziga rw amazi");
    assert_eq!(untitled["shared"], true);
    let listed = async |filter: &str| {
        let found = app
            .get(&format!("/knowledge?{filter}"), &admin)
            .await
            .expect(200)
            .body;
        found["lessons"].as_array().unwrap().len()
    };
    assert_eq!(listed("").await, 2);
    assert_eq!(listed("status=ready").await, 2);
    assert_eq!(listed("status=failed").await, 0);
    assert_eq!(listed("subject=Biology").await, 0);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_a_lesson_leaves_nothing_of_it() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let kept = app
        .lesson(
            &admin,
            &Upload::text("kept.txt", "Herons stand in the marsh."),
        )
        .await;
    let (blobs, passages) = (app.blobs(), "SELECT count(*) FROM passages");
    let before = app.db_count(passages).await;
    let lesson = app
        .lesson(&admin, &Upload::fixture("photosynthesis.pdf"))
        .await;
    assert!(app.db_count(passages).await > before);
    assert_eq!(app.blobs(), blobs + 2);

    let path = format!("/knowledge/{}", id(&lesson));
    app.delete(&path, &admin).await.expect(204);
    app.get(&path, &admin).await.refused(404, "not_found");
    app.delete(&path, &admin).await.refused(404, "not_found");
    let found = app
        .search(&admin, "chlorophyll chloroplasts photosynthesis")
        .await;
    assert!(
        found
            .iter()
            .all(|passage| passage["lesson_id"] == kept["id"]),
        "{found:?}"
    );
    assert_eq!(app.db_count(passages).await, before);
    let words = "SELECT count(*) FROM passages_fts WHERE passages_fts MATCH 'chlorophyll'";
    assert_eq!(app.db_count(words).await, 0);
    assert_eq!(app.blobs(), blobs);
    // The same file is welcome again.
    app.lesson(&admin, &Upload::fixture("photosynthesis.pdf"))
        .await;
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_while_it_is_read_leaves_nothing_either() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let (blobs, passages) = (app.blobs(), "SELECT count(*) FROM passages");
    let id = app
        .upload(&admin, &Upload::fixture("long-lesson.pdf"))
        .await
        .expect(202)
        .id();
    let path = format!("/knowledge/{id}");
    app.until(&admin, &path, |lesson| lesson["status"] != "queued")
        .await;
    app.delete(&path, &admin).await.expect(204);
    app.until(&admin, "/box/status", |status| {
        status["jobs"] == json!({"queued": 0, "running": 0, "dead": 0})
    })
    .await;
    assert_eq!(app.db_count(passages).await, 0);
    assert_eq!(app.blobs(), blobs);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_lesson_is_read_again_on_demand() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let fine = app
        .lesson(&admin, &Upload::text("fine.txt", "All fine."))
        .await;
    let path = format!("/knowledge/{}", id(&fine));
    let retry = app.post(&format!("{path}/retry"), &admin, json!({})).await;
    retry.refused(409, "conflict");

    let id = app
        .upload(&admin, &Upload::fixture("encrypted.pdf"))
        .await
        .expect(202)
        .id();
    let failed = app.settled(&admin, &id).await;
    assert_eq!(failed["failure"]["code"], "encrypted");
    let path = format!("/knowledge/{id}");
    let queued = app.post(&format!("{path}/retry"), &admin, json!({})).await;
    let queued = queued.expect(202).body;
    assert_eq!(
        (&queued["status"], &queued["failure"]),
        (&json!("queued"), &Value::Null)
    );
    let failed = app.settled(&admin, &id).await;
    assert_eq!(failed["failure"]["code"], "encrypted");
    app.delete(&path, &admin).await.expect(204);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_sees_the_reading_as_it_goes() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let learner = app.add(&admin, "learner", "learner").await;
    let other_org = app.other_school(&admin).await;
    let listen = async |who| {
        app.stream(crate::support::browser::Browser::request(
            who,
            "GET",
            "/knowledge/events",
            None,
        ))
        .await
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
    stream: &mut axum::body::BodyDataStream,
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
