//! More pupils than the box can answer, pupils who left, and questions that
//! kill workers.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bwenge::inference::fake::FakeEngine;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{Class, OTHER, QUESTION};
use crate::support::chat::Socket;
use crate::support::crowd;
use crate::support::door::Door;

#[tokio::test(flavor = "multi_thread")]
async fn a_full_box_gives_the_passages_and_says_when_to_ask_again() {
    let class = Class::slow().await;
    let crowd = crowd::fill(&class.app.core.inference).await;
    let mut socket = Socket::open(&class.app, &class.learner).await;
    let (accepted, told) = socket.answer(&class.tutor, QUESTION).await;
    let message = &told.message;
    assert_eq!(
        (&message["status"], &message["code"]),
        (&json!("busy"), &json!("queue_full"))
    );
    assert_eq!(message["retry_after_s"], 30);
    assert_eq!(told.order, ["passages", "done"]);
    assert_eq!(message["passages"][0]["lesson_title"], "Photosynthesis");
    // The lesson's own words are kept with it.
    assert!(message["text"].as_str().unwrap().contains("chlorophyll"));
    let kept = class.messages(&class.learner, &accepted["conversation_id"]);
    assert_eq!(kept.await[1]["status"], "busy");

    drop(crowd);
    let (_, told) = socket.answer(&class.tutor, QUESTION).await;
    assert_eq!(told.message["status"], "complete", "{}", told.message);
    assert!(told.message.get("retry_after_s").is_none());
    // Who asks twice at once is told when to come back as well.
    let accepted = socket.ask(&class.tutor, QUESTION).await;
    assert_eq!(accepted["type"], "accepted");
    let refused = socket.ask(&class.tutor, QUESTION).await;
    assert_eq!(
        (&refused["code"], &refused["retry_after_s"]),
        (&json!("queue_full"), &json!(5))
    );
    socket.read_to_the_end().await;
    class.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_would_wait_too_long_gets_the_passages_at_once() {
    let class = Class::with_engine(FakeEngine {
        rows: 1,
        reading: Duration::from_secs(3600),
        wait: Duration::from_secs(121),
        ..FakeEngine::default()
    })
    .await;
    // Nobody comes before the first, however long it takes.
    let mut first = Socket::open(&class.app, &class.learner).await;
    first.ask(&class.tutor, QUESTION).await;
    while first.next().await["type"] != "started" {}
    let mut second = Socket::open(&class.app, &class.admin).await;
    let (_, told) = second.answer(&class.tutor, OTHER).await;
    let message = &told.message;
    assert_eq!(
        (&message["status"], &message["code"]),
        (&json!("busy"), &json!("queue_full"))
    );
    assert_eq!(message["retry_after_s"], 30);
    assert!(!message["passages"].as_array().unwrap().is_empty());
    class.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pupils_who_left_are_given_up_while_they_wait_and_while_their_question_is_read() {
    let class = Class::with_engine(FakeEngine {
        rows: 1,
        reading: Duration::from_secs(3600),
        ..FakeEngine::default()
    })
    .await;
    let mut left = Vec::new();
    // Two questions: the same one would be answered once for both.
    for (who, question, state) in [
        (&class.learner, QUESTION, "started"),
        (&class.admin, OTHER, "queued"),
    ] {
        let mut socket = Socket::open(&class.app, who).await;
        let accepted = socket.ask(&class.tutor, question).await;
        while socket.next().await["type"] != state {}
        left.push((who, accepted, Instant::now()));
    }
    for (who, accepted, since) in left {
        let path = format!("/chats/{}", accepted["conversation_id"].as_str().unwrap());
        let ended = |chat: &Value| chat["messages"][1]["status"] == "cancelled";
        class.app.until(who, &path, ended).await;
        let waited = since.elapsed();
        assert!(waited > Duration::from_secs(14), "after {waited:?}");
    }
    class.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_kills_is_asked_once_more_and_no_more() {
    let deadly: Arc<Mutex<Vec<&str>>> = Arc::default();
    let class = Class::with_engine(FakeEngine {
        deadly: deadly.clone(),
        ..FakeEngine::default()
    })
    .await;
    let mut socket = Socket::open(&class.app, &class.learner).await;
    // Twice is a reason, and nothing of it is kept.
    deadly
        .lock()
        .unwrap()
        .extend(["chlorophyll", "chlorophyll", "chlorophyll"]);
    let (_, told) = socket.answer(&class.tutor, OTHER).await;
    let message = &told.message;
    assert_eq!(
        (&message["status"], &message["code"]),
        (&json!("failed"), &json!("answer_killed_worker"))
    );
    assert!(!message["passages"].as_array().unwrap().is_empty());
    assert_eq!(
        deadly.lock().unwrap().len(),
        1,
        "two workers died, not three"
    );
    deadly.lock().unwrap().clear();

    // Once is bad luck.
    deadly.lock().unwrap().push("chlorophyll");
    let (_, told) = socket.answer(&class.tutor, QUESTION).await;
    assert_eq!(told.message["status"], "complete", "{}", told.message);
    assert!(deadly.lock().unwrap().is_empty(), "the worker died");
    class.app.end().await;
}
