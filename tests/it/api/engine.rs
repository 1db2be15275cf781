//! The language model on the box page: its plan, its load, and changing it
//! while a class asks.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::chat::Socket;
use crate::support::door::Door;
use crate::support::upload::Upload;

const QUESTION: &str = "Which light does chlorophyll absorb in the cells of the leaf?";

async fn engine(app: &TestApp, who: &Browser) -> Value {
    app.get("/box/engine", who).await.expect(200).body
}

/// Asks for another model and waits until that has come to its end.
async fn change(app: &TestApp, admin: &Browser, model: &str) -> Value {
    let begun = app.post("/box/model", admin, json!({"id": model})).await;
    let begun = begun.expect(202).body;
    assert_eq!(begun["change"]["to"], model, "{begun}");
    let ended = |engine: &Value| engine["change"].is_null();
    app.until(admin, "/box/engine", ended).await
}

/// What core.db keeps as the choice.
async fn kept(app: &TestApp) -> Option<String> {
    let sql = "SELECT max(value) FROM settings WHERE key = 'llm'";
    let read = move |conn: &rusqlite::Connection| Ok(conn.query_row(sql, [], |row| row.get(0))?);
    app.core.db.core.read(read).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_plan_and_the_load_are_shown() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let teacher = app.add(&admin, "teacher", "teacher").await;
    app.get("/box/engine", &teacher)
        .await
        .refused(403, "forbidden");
    let before = engine(&app, &admin).await;
    assert_eq!(before["model"], "fake-llm");
    assert_eq!(before["plan"]["pool_tokens"], 4096);
    assert_eq!(before["plan"]["total_bytes"], 640_000_000);
    assert_eq!(before["plan"]["limit"], "memory");
    let rows = |engine: &Value| engine["plan"]["rows"].clone();
    assert_eq!((rows(&before), &before["load"]), (json!(4), &Value::Null));

    let tutor = app.tutor(&admin, json!({})).await;
    app.lesson(&admin, &Upload::fixture("photosynthesis.pdf"))
        .await;
    let mut socket = Socket::open(&app, &admin).await;
    let (_, told) = socket.answer(&tutor, QUESTION).await;
    assert_eq!(told.message["status"], "complete");
    let after = engine(&app, &admin).await;
    assert_eq!(rows(&after), 3, "those that were measured");
    assert_eq!(after["plan"]["rows_measured"], true);
    let counts = |engine: &Value| engine["answers"].clone();
    assert_eq!(counts(&after), json!({"written": 1, "given_again": 0}));
    socket.answer(&tutor, QUESTION).await;
    let again = engine(&app, &admin).await;
    assert_eq!(counts(&again), json!({"written": 1, "given_again": 1}));
    assert!(
        after["load"]["written_tokens"].as_u64() > Some(5),
        "{after}"
    );
    assert!(
        after["load"]["tokens_per_second"].as_f64() > Some(0.5),
        "{after}"
    );
    let status = app.get("/box/status", &admin).await.expect(200).body;
    assert_eq!(status["engine"]["plan"], after["plan"]);

    // What anybody on the network may know, and what a collector reads.
    let ask = |path| app.anon().send_bytes("GET", path, None, Vec::new());
    let ready = app.send(ask("/ready")).await.expect(200).body;
    assert_eq!(ready["llm"], after["plan"]);
    let request = admin.send_bytes("GET", "/metrics", None, Vec::new());
    let answer = app.send(request).await;
    assert_eq!(answer.status, 200);
    let text = String::from_utf8(answer.bytes).unwrap();
    let written = &after["load"]["written_tokens"];
    for line in [
        format!("bwenge_llm_tokens_total{{kind=\"written\"}} {written}\n"),
        "bwenge_llm_active_rows 0\n".into(),
        "bwenge_llm_rows 3\n".into(),
        "bwenge_llm_queue 0\n".into(),
        "bwenge_llm_kv_cells 4096\n".into(),
        "bwenge_llm_step_seconds 0.0\n".into(),
        "bwenge_worker_restarts_total{kind=\"embed\"} 0\n".into(),
        "# UNIT bwenge_worker_resident_memory_bytes bytes\n".into(),
    ] {
        assert!(text.contains(&line), "{line} in {text}");
    }
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_goes_on_while_the_model_is_changed() {
    let app = TestApp::writing_slowly(Duration::from_millis(10)).await;
    let admin = app.set_up().await;
    let tutor = app.tutor(&admin, json!({})).await;
    app.lesson(&admin, &Upload::fixture("photosynthesis.pdf"))
        .await;
    let mut sockets = Vec::new();
    for n in 0..12 {
        let pupil = app.add(&admin, &format!("pupil{n}"), "learner").await;
        sockets.push(Socket::open(&app, &pupil).await);
    }
    // Some are in the middle of an answer, some ask while there is no model.
    for socket in &mut sockets[..6] {
        assert_eq!(socket.ask(&tutor, QUESTION).await["type"], "accepted");
    }
    sockets[0].read_to_first_text().await;
    let begun = app.post("/box/model", &admin, json!({"id": "fake-other"}));
    begun.await.expect(202);
    for socket in &mut sockets[6..] {
        assert_eq!(socket.ask(&tutor, QUESTION).await["type"], "accepted");
    }
    app.post("/box/model", &admin, json!({"id": "fake-mute"}))
        .await
        .refused(409, "conflict");
    for socket in &mut sockets {
        let told = socket.read_to_the_end().await;
        assert_eq!(told.message["status"], "complete", "{}", told.message);
    }
    let after = app
        .until(&admin, "/box/engine", |engine| engine["change"].is_null())
        .await;
    assert_eq!(after["model"], "fake-other");
    assert_eq!(
        after["changed"],
        json!({"to": "fake-other", "failed": null})
    );
    let chosen = app
        .until(&admin, "/box/models", |body| {
            body["models"][1]["in_use"] == true
        })
        .await;
    assert_eq!(chosen["models"][0]["in_use"], false);
    // The choice is written just after the change.
    while kept(&app).await.is_none() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(kept(&app).await.as_deref(), Some("fake-other"));
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_fails_gives_its_place_back() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let tutor = app.tutor(&admin, json!({})).await;
    app.lesson(&admin, &Upload::fixture("photosynthesis.pdf"))
        .await;
    let mut socket = Socket::open(&app, &admin).await;
    for (model, why) in [
        ("fake-broken", "the fake model is broken"),
        ("fake-mute", "it wrote no words"),
    ] {
        let after = change(&app, &admin, model).await;
        assert_eq!(after["model"], "fake-llm");
        let failed = after["changed"]["failed"].as_str().unwrap();
        assert!(failed.contains(why), "{failed}");
        assert_eq!(after["changed"]["to"], model);
        let (_, told) = socket.answer(&tutor, QUESTION).await;
        assert_eq!(told.message["status"], "complete", "{}", told.message);
    }
    assert_eq!(kept(&app).await, None);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_fits_can_be_chosen_and_only_by_the_boxs_administrator() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let list = app.get("/box/models", &admin).await.expect(200).body;
    assert_eq!(list["may_choose"], true);
    let fits: Vec<(&str, &str)> = list["models"]
        .as_array()
        .unwrap()
        .iter()
        .map(|model| {
            (
                model["id"].as_str().unwrap(),
                model["fit"].as_str().unwrap(),
            )
        })
        .collect();
    let expected = [
        ("fake-llm", "fits"),
        ("fake-other", "fits"),
        ("fake-broken", "fits"),
        ("fake-mute", "fits"),
        ("fake-missing", "missing"),
        ("fake-huge", "too_big"),
    ];
    assert_eq!(fits, expected);
    assert_eq!(list["models"][5]["needed_bytes"], 5_000_000_000_u64);

    let choose =
        async |who: &Browser, id: &str| app.post("/box/model", who, json!({"id": id})).await;
    choose(&admin, "fake-huge")
        .await
        .refused(422, "invalid_field");
    choose(&admin, "fake-missing")
        .await
        .refused(422, "invalid_field");
    choose(&admin, "nothing").await.refused(404, "not_found");
    choose(&admin, "fake-llm").await.refused(409, "conflict");
    let teacher = app.add(&admin, "teacher", "teacher").await;
    choose(&teacher, "fake-other")
        .await
        .refused(403, "forbidden");
    // Another school's administrator shares the model and may not change it.
    let neighbour = app.other_school(&admin).await;
    choose(&neighbour, "fake-other")
        .await
        .refused(403, "forbidden");
    let list = app.get("/box/models", &neighbour).await.expect(200).body;
    assert_eq!(list["may_choose"], false);
    app.end().await;
}
