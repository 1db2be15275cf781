//! What teachers change in a text that was read, and what becomes of it.

use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::door::Door;
use crate::support::upload::Upload;

const BEES: &str = "# Bees\n\nBees live in hives.\n\n# Honey\n\n\
    Worker bees turn nectar into honney.\n\nPrinted in Kigali.\n\nPrinted in Kigali.\n\n\
    # Wax\n\nCombs are made of wax.\n";

fn path(lesson: &Value) -> String {
    format!("/knowledge/{}/text", lesson["id"].as_str().unwrap())
}

/// The sections of a lesson's text; `query` begins with `?` or is empty.
async fn sections(app: &TestApp, who: &Browser, lesson: &Value, query: &str) -> Vec<Value> {
    let text = app.get(&format!("{}{query}", path(lesson)), who).await;
    text.expect(200).body["sections"]
        .as_array()
        .unwrap()
        .clone()
}

/// The texts of all blocks.
async fn texts(app: &TestApp, who: &Browser, lesson: &Value, query: &str) -> Vec<String> {
    let sections = sections(app, who, lesson, query).await;
    let blocks = sections
        .iter()
        .flat_map(|s| s["blocks"].as_array().unwrap());
    blocks
        .map(|b| b["text"].as_str().unwrap().to_owned())
        .collect()
}

/// The key of the `nth` block that was read as this.
async fn key(app: &TestApp, who: &Browser, lesson: &Value, read: &str, nth: usize) -> String {
    let sections = sections(app, who, lesson, "?edits=true").await;
    let blocks = sections
        .iter()
        .flat_map(|s| s["blocks"].as_array().unwrap());
    let said = |b: &&Value| b["text"] == read || b["read"] == read;
    let block = blocks.filter(said).nth(nth).expect(read);
    block["key"].as_str().unwrap().to_owned()
}

async fn change(app: &TestApp, who: &Browser, lesson: &Value, edits: Value) {
    let changed = app
        .patch(&path(lesson), who, json!({ "edits": edits }))
        .await;
    let id = changed.expect(200).id();
    // Searchable all the time, and ready once the new passages have vectors.
    loop {
        let now = app
            .get(&format!("/knowledge/{id}"), who)
            .await
            .expect(200)
            .body;
        assert!(
            now["status"] == "ready" || now["status"] == "searchable",
            "{now}"
        );
        let busy = app.core.db.core.read(bwenge::jobs::counts).await.unwrap();
        if now["status"] == "ready" && busy.queued + busy.running == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrected_sentence_is_what_everybody_reads_and_finds() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let teacher = app.add(&admin, "mwarimu", "teacher").await;
    let pupil = app.add(&admin, "gasore", "learner").await;
    let lesson = app.lesson(&admin, &Upload::text("bees.md", BEES)).await;
    let wrong = "Worker bees turn nectar into honney.";
    let right = "Worker bees turn nectar into honey.";
    let wrong_key = key(&app, &teacher, &lesson, wrong, 0).await;
    let ids = "SELECT group_concat(id) = '1,2,3' FROM (SELECT id FROM passages ORDER BY id)";
    assert_eq!(app.db_count(ids).await, 1);

    change(
        &app,
        &teacher,
        &lesson,
        json!([{"key": wrong_key, "text": "  Worker bees turn nectar into honey.\r\n"}]),
    )
    .await;
    assert!(
        texts(&app, &pupil, &lesson, "")
            .await
            .contains(&right.to_owned())
    );
    let found = app.search(&pupil, "Who turns nectar into honey?").await;
    let says = |passage: &Value| passage["text"].as_str().unwrap().contains(right);
    assert!(found.iter().any(says), "{found:?}");
    assert!(
        app.search(&pupil, "honney")
            .await
            .iter()
            .all(|p| !p["text"].as_str().unwrap().contains("honney"))
    );

    // The passages of the other sections stayed, with their vectors.
    let kept = "SELECT count(*) FROM passages WHERE id IN (1, 3) AND embedding IS NOT NULL";
    assert_eq!(app.db_count(kept).await, 2);
    assert_eq!(
        app.db_count("SELECT count(*) FROM passages WHERE id = 2")
            .await,
        0
    );
    assert_eq!(
        app.db_count("SELECT count(*) FROM passages WHERE embedding IS NULL")
            .await,
        0
    );
    let ordinals = "SELECT group_concat(ordinal) = '0,1,2' FROM (SELECT ordinal FROM passages ORDER BY anchor_number)";
    assert_eq!(app.db_count(ordinals).await, 1);

    // The words of what stayed and what went are indexed once.
    let check = |conn: &rusqlite::Connection| {
        let sql = "INSERT INTO passages_fts (passages_fts, rank) VALUES ('integrity-check', 1)";
        Ok(conn.execute(sql, [])?)
    };
    app.core.db.derived.write(check).await.unwrap();

    // Teachers see what was read; pupils do not.
    let sections_now = sections(&app, &teacher, &lesson, "?edits=true").await;
    let beyond = format!("{}?edits=true&from=9", path(&lesson));
    let changed = app.get(&beyond, &teacher).await.expect(200).body;
    assert_eq!(changed["changed"], json!([2]));
    let block = &sections_now[1]["blocks"][1];
    assert_eq!(
        (&block["text"], &block["read"]),
        (&json!(right), &json!(wrong))
    );
    let block = &sections(&app, &pupil, &lesson, "").await[1]["blocks"][1];
    assert_eq!(
        (&block["text"], &block["read"]),
        (&json!(right), &Value::Null)
    );
    app.get(&format!("{}?edits=true", path(&lesson)), &pupil)
        .await
        .refused(403, "forbidden");

    // Taken back with the value from before.
    change(
        &app,
        &teacher,
        &lesson,
        json!([{"key": wrong_key, "text": wrong}]),
    )
    .await;
    assert!(
        texts(&app, &pupil, &lesson, "")
            .await
            .contains(&wrong.to_owned())
    );
    let count = |conn: &rusqlite::Connection| {
        let sql = "SELECT count(*) + (SELECT count(*) FROM lessons WHERE edits IS NOT NULL) FROM lesson_edits";
        Ok(conn.query_row(sql, [], |row| row.get::<_, i64>(0))?)
    };
    assert_eq!(app.core.db.core.read(count).await.unwrap(), 0);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_out_is_neither_read_nor_found() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let pupil = app.add(&admin, "gasore", "learner").await;
    let lesson = app.lesson(&admin, &Upload::text("bees.md", BEES)).await;
    let printed = "Printed in Kigali.";
    let second = key(&app, &admin, &lesson, printed, 1).await;
    change(
        &app,
        &admin,
        &lesson,
        json!([{"key": second, "excluded": true}]),
    )
    .await;
    let count = |texts: Vec<String>| texts.iter().filter(|text| *text == printed).count();
    assert_eq!(count(texts(&app, &pupil, &lesson, "").await), 1);
    let staff = sections(&app, &admin, &lesson, "?edits=true").await;
    let flags: Vec<&Value> = staff[1]["blocks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|b| &b["excluded"])
        .collect();
    assert_eq!(flags, [false, false, false, true]);

    // A whole section, and back.
    let wax = staff[2]["key"].as_str().unwrap();
    change(
        &app,
        &admin,
        &lesson,
        json!([{"key": wax, "excluded": true}]),
    )
    .await;
    assert!(
        !app.search(&pupil, "combs made of wax")
            .await
            .iter()
            .any(|p| p["anchor"]["number"] == 3)
    );
    let seen = sections(&app, &pupil, &lesson, "").await;
    assert_eq!(seen.len(), 3);
    assert_eq!(
        (&seen[2]["excluded"], &seen[2]["blocks"]),
        (&json!(true), &json!([]))
    );
    change(&app, &admin, &lesson, json!([{"key": wax}])).await;
    assert!(
        app.search(&pupil, "combs made of wax")
            .await
            .iter()
            .any(|p| p["anchor"]["number"] == 3)
    );

    // All of it: the lesson stays, with nothing to find.
    let all: Vec<Value> = staff
        .iter()
        .map(|s| json!({"key": s["key"], "excluded": true}))
        .collect();
    change(&app, &admin, &lesson, json!(all)).await;
    assert!(app.search(&admin, "bees").await.is_empty());
    let app = app.again().await;
    let admin = app
        .sign_in("admin", crate::support::door::PASSWORD, Value::Null)
        .await;
    app.ready(&admin, lesson["id"].as_str().unwrap()).await;
    assert!(texts(&app, &admin, &lesson, "").await.is_empty());
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_staff_of_the_school_correct_and_only_what_is_there() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let pupil = app.add(&admin, "gasore", "learner").await;
    let other = app.other_school(&admin).await;
    let lesson = app.lesson(&admin, &Upload::text("bees.md", BEES)).await;
    let block = key(&app, &admin, &lesson, "Combs are made of wax.", 0).await;
    let edit = json!({"edits": [{"key": block, "excluded": true}]});
    let again = format!("/knowledge/{}/read-again", lesson["id"].as_str().unwrap());
    let page = path(&lesson);
    app.patch(&page, &app.anon(), edit.clone())
        .await
        .refused(401, "not_signed_in");
    app.patch(&page, &pupil, edit.clone())
        .await
        .refused(403, "forbidden");
    app.patch(&page, &other, edit.clone())
        .await
        .refused(404, "not_found");
    app.post(&again, &pupil, Value::Null)
        .await
        .refused(403, "forbidden");
    app.post(&again, &other, Value::Null)
        .await
        .refused(404, "not_found");
    assert_eq!(texts(&app, &pupil, &lesson, "").await.len(), 8);

    let refused = async |edits: Value, status: u16, code: &str| {
        let answer = app.patch(&page, &admin, json!({ "edits": edits })).await;
        answer.refused(status, code);
    };
    refused(json!([{"key": "nothing", "text": "x"}]), 409, "conflict").await;
    refused(
        json!([{"key": block, "text": " \n "}]),
        422,
        "invalid_field",
    )
    .await;
    let long = "x".repeat(20_001);
    refused(json!([{"key": block, "text": long}]), 422, "invalid_field").await;
    let many = vec![json!({"key": block, "excluded": true}); 501];
    refused(json!(many), 422, "invalid_field").await;
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_text_comes_in_stretches() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let lesson = app
        .lesson(&admin, &Upload::fixture("photosynthesis.pdf"))
        .await;
    let text = app
        .get(&format!("{}?from=2&to=3", path(&lesson)), &admin)
        .await
        .expect(200)
        .body;
    assert_eq!(text["total"], 5);
    let sections = text["sections"].as_array().unwrap();
    let numbers: Vec<&Value> = sections.iter().map(|s| &s["anchor"]["number"]).collect();
    assert_eq!(numbers, [2, 3]);
    assert!(
        sections
            .iter()
            .all(|s| !s["blocks"].as_array().unwrap().is_empty())
    );
    assert!(texts(&app, &admin, &lesson, "?from=6").await.is_empty());
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_outlive_a_new_reading_and_a_lost_index() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let lesson = app.lesson(&admin, &Upload::text("bees.md", BEES)).await;
    let id = lesson["id"].as_str().unwrap();
    let wax = key(&app, &admin, &lesson, "Combs are made of wax.", 0).await;
    change(
        &app,
        &admin,
        &lesson,
        json!([{"key": wax, "text": "Combs hold honey and grubs."}]),
    )
    .await;

    let again = app
        .post(&format!("/knowledge/{id}/read-again"), &admin, Value::Null)
        .await;
    // What was read before is searched meanwhile.
    assert_eq!(again.expect(202).body["status"], "searchable");
    app.ready(&admin, id).await;
    let found = app.search(&admin, "Where are the grubs?").await;
    assert!(
        found[0]["text"].as_str().unwrap().contains("grubs"),
        "{found:?}"
    );

    // A language for all of it cuts it anew, with the changes.
    let french = json!({"language": "fr"});
    app.patch(&format!("/knowledge/{id}"), &admin, french)
        .await
        .expect(200);
    app.ready(&admin, id).await;

    // derived.db is gone; what teachers wrote is not.
    let clear = |conn: &rusqlite::Connection| Ok(conn.execute("DELETE FROM passages", [])?);
    app.core.db.derived.write(clear).await.unwrap();
    let app = app.again().await;
    let admin = app
        .sign_in("admin", crate::support::door::PASSWORD, Value::Null)
        .await;
    app.ready(&admin, id).await;
    let found = app.search(&admin, "Where are the grubs?").await;
    assert!(
        found[0]["text"].as_str().unwrap().contains("grubs"),
        "{found:?}"
    );
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_reading_that_fails_leaves_the_text_of_before() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let lesson = app
        .lesson(&admin, &Upload::fixture("photosynthesis.pdf"))
        .await;
    let id = lesson["id"].as_str().unwrap();
    let read = texts(&app, &admin, &lesson, "").await;
    let sql = "SELECT original FROM lessons";
    let hash = app
        .core
        .db
        .core
        .read(move |conn| Ok(conn.query_row(sql, [], |row| row.get(0))?))
        .await;
    let original = app.core.blobs.path(&hash.unwrap());
    let whole = std::fs::read(&original).unwrap();
    // The disk lost what teachers sent.
    std::fs::write(&original, b"%PDF-1.7 and nothing else").unwrap();
    let again = format!("/knowledge/{id}/read-again");
    app.post(&again, &admin, Value::Null).await.expect(202);
    let left = app.ready(&admin, id).await;
    assert_eq!(left["warnings"][0]["code"], "not_read_again", "{left}");
    assert_eq!(texts(&app, &admin, &lesson, "").await, read);
    assert!(!app.search(&admin, "chlorophyll").await.is_empty());

    std::fs::write(&original, whole).unwrap();
    app.post(&again, &admin, Value::Null).await.expect(202);
    let left = app.ready(&admin, id).await;
    assert_eq!(left["warnings"], json!([]), "{left}");
    assert_eq!(texts(&app, &admin, &lesson, "").await, read);
    app.end().await;
}
