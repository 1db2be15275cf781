//! Who may make keys, what a key opens, and that a revoked one opens nothing.

use serde_json::{Value, json};

use super::{Office, Program, refused};
use crate::support::browser::Browser;
use crate::support::door::Door;

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_shown_once_and_revoked_at_once() {
    let office = Office::open().await;
    let (app, admin) = (&office.app, &office.admin);
    let fields = json!({"name": " Homework club ", "scopes": ["chat", "chat"],
        "requests_per_minute": 5, "batch": true});
    let made = app.post("/keys", admin, fields).await.expect(201);
    let secret = made.body["secret"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("bwk_") && secret.len() == 47, "{secret}");

    let listed = app.get("/keys", admin).await.expect(200);
    let text = String::from_utf8(listed.bytes.clone()).unwrap();
    assert!(!text.contains(&secret), "shown again");
    let key = &listed.body["keys"][0];
    assert_eq!(key["id"], made.id());
    assert_eq!(key["name"], "Homework club");
    assert_eq!(key["hint"], secret[..8]);
    assert_eq!(key["scopes"], json!(["chat"]));
    assert_eq!(
        (&key["requests_per_minute"], &key["batch"]),
        (&json!(5), &json!(true))
    );
    assert_eq!(
        (&key["last_used_at"], &key["revoked_at"]),
        (&Value::Null, &Value::Null)
    );
    // Only its hash is on disk.
    let stored = std::fs::read(app.data().join("core.db")).unwrap();
    let log = std::fs::read(app.data().join("core.db-wal")).unwrap_or_default();
    let holds = |bytes: &[u8], word: &str| bytes.windows(word.len()).any(|w| w == word.as_bytes());
    assert!(holds(&stored, "Homework club") || holds(&log, "Homework club"));
    assert!(!holds(&stored, &secret) && !holds(&log, &secret));

    let program = Program(Browser::program(&secret));
    app.send(program.models()).await.expect(200);
    let key = app.get("/keys", admin).await.body["keys"][0].clone();
    assert!(key["last_used_at"].is_i64(), "{key}");
    let path = format!("/keys/{}", made.id());
    app.delete(&path, admin).await.expect(204);
    let answer = app.send(program.models()).await;
    refused(&answer, 401, "invalid_request_error", "invalid_api_key");
    app.delete(&path, admin).await.expect(204);
    let keys = app.get("/keys", admin).await.body;
    let last = keys["keys"].as_array().unwrap().last().unwrap();
    assert!(
        last["id"] == made.id() && last["revoked_at"].is_i64(),
        "{keys}"
    );
    office.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_administrators_manage_keys_and_only_their_school_s() {
    let office = Office::open().await;
    let (app, admin) = (&office.app, &office.admin);
    let (program, id) = Program::new(app, admin, json!({})).await;
    let other = app.other_school(admin).await;
    let teacher = app.add(admin, "teacher", "teacher").await;
    let learner = app.add(admin, "learner", "learner").await;
    let path = format!("/keys/{id}");
    let new = json!({"name": "Mine", "scopes": ["chat"]});
    for who in [&teacher, &learner] {
        app.get("/keys", who).await.refused(403, "forbidden");
        let made = app.post("/keys", who, new.clone()).await;
        made.refused(403, "forbidden");
        app.delete(&path, who).await.refused(403, "forbidden");
    }
    let none = app.get("/keys", &other).await.expect(200).body;
    assert_eq!(none, json!({"keys": []}));
    app.delete(&path, &other).await.refused(404, "not_found");
    app.send(program.models()).await.expect(200);

    // A key opens models and nothing else; a session opens no models.
    let key = &program.0;
    app.get("/keys", key).await.refused(401, "session_ended");
    let session = app.send(Program(admin.clone()).models()).await;
    refused(&session, 401, "invalid_request_error", "invalid_api_key");
    office.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_without_sense_are_refused() {
    let office = Office::open().await;
    for (fields, field) in [
        (json!({"name": " ", "scopes": ["chat"]}), "name"),
        (json!({"name": "x".repeat(81), "scopes": ["chat"]}), "name"),
        (json!({"name": "x", "scopes": []}), "scopes"),
        (
            json!({"name": "x", "scopes": ["chat"], "requests_per_minute": 0}),
            "requests_per_minute",
        ),
    ] {
        let answer = office.app.post("/keys", &office.admin, fields).await;
        assert_eq!(answer.refused(422, "invalid_field").body["field"], field);
    }
    let unknown = json!({"name": "x", "scopes": ["everything"]});
    let answer = office.app.post("/keys", &office.admin, unknown).await;
    answer.refused(422, "invalid_field");
    office.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_good_for_its_scopes_and_its_rate() {
    let office = Office::open().await;
    let (app, admin) = (&office.app, &office.admin);
    let fields = json!({"scopes": ["embeddings"], "requests_per_minute": 2});
    let (program, _) = Program::new(app, admin, fields).await;
    let chat = app.send(program.chat(json!({}))).await;
    refused(
        &chat,
        403,
        "invalid_request_error",
        "insufficient_permissions",
    );

    let embed = json!({"model": "fake-embed", "input": "leaf"});
    for _ in 0..2 {
        let request = program.post("/embeddings", embed.clone());
        app.send(request).await.expect(200);
    }
    let answer = app.send(program.models()).await;
    refused(&answer, 429, "requests", "rate_limit_exceeded");
    let wait: i64 = answer.headers["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((29..=30).contains(&wait), "{wait}");
    app.clock.advance_ms(wait * 1000);
    app.send(program.models()).await.expect(200);
    // Another key of the school has a rate of its own.
    app.send(office.program.models()).await.expect(200);
    office.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_keys_open_nothing() {
    let office = Office::open().await;
    let wrong = format!("bwk_{}", "A".repeat(43));
    for secret in ["", "bwk_", "sk-something", &wrong] {
        let program = Program(Browser::program(secret));
        let answer = office.app.send(program.models()).await;
        refused(&answer, 401, "invalid_request_error", "invalid_api_key");
        let chat = office.app.send(program.chat(json!({"n": 7}))).await;
        refused(&chat, 401, "invalid_request_error", "invalid_api_key");
    }
    office.app.end().await;
}
