//! Requests are counted by person and kind, told, and refused beyond their rate.

use serde_json::json;

use bwenge::config::RawConfig;

use crate::support::app::TestApp;
use crate::support::browser::{Answer, Browser};
use crate::support::chat::Socket;
use crate::support::door::Door;

async fn limited(rates: &[&str]) -> TestApp {
    let rates = rates.iter().map(|rate| (*rate).to_owned()).collect();
    TestApp::with(RawConfig {
        rates: Some(rates),
        ..RawConfig::default()
    })
    .await
}

/// The two headers of an answer.
fn told(answer: &Answer) -> Option<(&str, &str)> {
    let header = |name: &str| answer.headers.get(name)?.to_str().ok();
    Some((header("ratelimit-policy")?, header("ratelimit")?))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_asks_without_end_waits_alone() {
    let app = limited(&["reads=4", "writes=2"]).await;
    let admin = app.set_up().await;
    // Adding somebody is one write and one read.
    let learner = app.add(&admin, "gasore", "learner").await;
    for (left, full_in) in [(2, 30), (1, 45), (0, 60)] {
        let answer = app.get("/auth/me", &admin).await.expect(200);
        let limit = format!("\"reads\";r={left};t={full_in}");
        assert_eq!(told(&answer), Some(("\"reads\";q=4;w=60", &*limit)));
    }
    let answer = app.get("/auth/me", &admin).await;
    let answer = answer.refused(429, "rate_limited");
    let wait = answer.headers["retry-after"].to_str().unwrap();
    assert_eq!(answer.body["retry_after_s"].to_string(), wait);
    assert!((1..=15).contains(&wait.parse().unwrap()), "{wait}");
    let limit = format!("\"reads\";r=0;t={wait}");
    assert_eq!(told(&answer), Some(("\"reads\";q=4;w=60", &*limit)));

    // Other kinds and other people go on, also from the same address.
    let answer = app.post("/users", &admin, json!({})).await;
    let answer = answer.refused(422, "invalid_field");
    assert_eq!(told(&answer).unwrap().0, "\"writes\";q=2;w=60");
    app.get("/auth/me", &learner).await.expect(200);
    // Nobody knows whose these are, so they are nobody's.
    for _ in 0..10 {
        let answer = app.get("/box", &app.anon()).await.expect(200);
        assert_eq!(told(&answer), None);
    }
    let page = app.send(admin.send_bytes("GET", "/", None, Vec::new()));
    assert_eq!(told(&page.await.expect(200)), None);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn before_signing_in_a_browser_is_counted_and_not_its_address() {
    let app = limited(&["sign-in=3"]).await;
    app.set_up().await;
    let login = async |who: &Browser, name: &str| {
        let body = json!({"username": name, "password": "a wrong one"});
        app.post("/auth/login", who, body).await
    };
    let mut phone = app.anon();
    phone.keep(&login(&phone, "first").await);
    for name in ["second", "third", "fourth"] {
        login(&phone, name).await.refused(401, "wrong_credentials");
    }
    login(&phone, "fifth").await.refused(429, "rate_limited");
    for name in ["sixth", "seventh", "eighth", "ninth"] {
        let classmate = app.anon();
        login(&classmate, name)
            .await
            .refused(401, "wrong_credentials");
    }
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_are_counted_in_the_socket_too() {
    let app = limited(&["asking=2"]).await;
    let admin = app.set_up().await;
    let tutor = app.tutor(&admin, json!({})).await;
    let mut socket = Socket::open(&app, &admin).await;
    socket.answer(&tutor, "What do leaves need?").await;
    let refused = socket.ask(&tutor, "What do roots need?").await;
    assert_eq!(refused["type"], "error", "{refused}");
    assert_eq!(refused["code"], "rate_limited", "{refused}");
    assert!(refused["retry_after_s"].as_u64().unwrap() <= 30);
    app.get("/knowledge/search?q=leaf", &admin)
        .await
        .refused(429, "rate_limited");
    app.get("/auth/me", &admin).await.expect(200);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rate_of_0_is_no_limit() {
    let app = limited(&["reads=0"]).await;
    let admin = app.set_up().await;
    for _ in 0..30 {
        let answer = app.get("/auth/me", &admin).await.expect(200);
        assert_eq!(told(&answer), None);
    }
    app.end().await;
}
