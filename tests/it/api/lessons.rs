//! The life of a lesson: uploaded, read, found, changed, deleted.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::door::Door;
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
            json!({"kind": "page", "number": 4, "label": "4 Limiting factors", "time": null}),
            5,
        ),
        (
            Upload::fixture("water-cycle.docx"),
            "evaporation and transpiration together are called evapotranspiration",
            json!({"kind": "section", "number": 3, "label": "Evaporation and transpiration", "time": null}),
            6,
        ),
        (
            Upload::fixture("rwanda-history.pptx"),
            "Which year was the Berlin Conference that divides Africa?",
            json!({"kind": "slide", "number": 3, "label": "Colonial rule", "time": null}),
            6,
        ),
        (
            Upload::text("bees.md", MARKDOWN),
            "Who turns nectar into honey?",
            json!({"kind": "section", "number": 2, "label": "Honey", "time": null}),
            2,
        ),
        (
            Upload::text(
                "goats.txt",
                "Goats climb steep rocks.\n\nThey eat thorny shrubs.",
            ),
            "Which animals climb steep rocks?",
            json!({"kind": "section", "number": 1, "label": null, "time": null}),
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
    let path = format!("/knowledge/{}", id(&lesson));
    app.until(&admin, &path, |lesson| lesson["poster"] == true)
        .await;
    assert_eq!(app.blobs(), blobs + 3, "original, text and poster");

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
    let file = Upload::fixture("long-lesson.pdf");
    // Whatever it is doing then: waiting, parsing, indexing, embedding.
    for moment in 0..12 {
        let id = app.upload(&admin, &file).await.expect(202).id();
        tokio::time::sleep(Duration::from_millis(15 * moment)).await;
        app.delete(&format!("/knowledge/{id}"), &admin)
            .await
            .expect(204);
        app.until(&admin, "/box/status", |status| {
            status["jobs"] == json!({"queued": 0, "running": 0, "dead": 0})
        })
        .await;
        let passages = app.db_count("SELECT count(*) FROM passages").await;
        assert_eq!((passages, app.blobs()), (0, 0), "moment {moment}");
    }
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
async fn deleting_a_file_never_takes_it_from_another_school() {
    let app = TestApp::start().await;
    let ours = app.set_up().await;
    let theirs = app.other_school(&ours).await;
    let file = Upload::text("shared.txt", "Both schools teach about herons.");
    let mut held = app.lesson(&ours, &file).await["id"].clone();
    let (mut holder, mut other) = (&ours, &theirs);
    for _ in 0..20 {
        let path = format!("/knowledge/{}", held.as_str().unwrap());
        let (deleted, added) = tokio::join!(app.delete(&path, holder), app.upload(other, &file));
        deleted.expect(204);
        let added = match added.status {
            // It was going away just then, and the box says so.
            503 => app.upload(other, &file).await,
            _ => added,
        };
        let id = added.expect(202).id();
        app.ready(other, &id).await;
        let original = format!("/knowledge/{id}/original");
        assert_eq!(
            app.get(&original, other).await.expect(200).bytes,
            file.bytes
        );
        held = json!(id);
        std::mem::swap(&mut holder, &mut other);
    }
    assert_eq!(app.blobs(), 2, "original and text");
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_form_leaves_nothing_behind() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let long = "x".repeat(201);
    let named = Upload::text("a.txt", "About herons.").with("title", &long);
    app.upload(&admin, &named).await.expect(422);
    assert_eq!(app.blobs(), 0);
    app.end().await;
}
