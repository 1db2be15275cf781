//! Answers belong to messages, not to sockets: they are left, found again,
//! stopped, and watched by nobody.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::{Class, QUESTION, whole};
use crate::support::chat::Socket;
use crate::support::door::Door;

fn message_id(accepted: &Value) -> &Value {
    assert_eq!(accepted["type"], "accepted", "{accepted}");
    &accepted["message_id"]
}

fn length(text: &str) -> u64 {
    text.encode_utf16().count() as u64
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_lost_the_network_reads_on_where_it_was() {
    let class = Class::slow().await;
    let mut socket = Socket::open(&class.app, &class.learner).await;
    let accepted = socket.ask(&class.tutor, QUESTION).await;
    let mut held = String::new();
    for _ in 0..3 {
        let event = socket.read_to_first_text().await;
        assert_eq!(event["offset"], length(&held));
        held.push_str(event["text"].as_str().unwrap());
    }
    drop(socket);

    let mut socket = Socket::open(&class.app, &class.learner).await;
    let offset = length(&held);
    let id = message_id(&accepted);
    socket
        .say(json!({"type": "resume", "message_id": id, "offset": offset}))
        .await;
    let told = socket.read_to_the_end().await;
    assert_eq!(told.from, offset, "text already held came again");
    held.push_str(&told.text);
    let message = &told.message;
    assert_eq!(message["status"], "complete");
    assert_eq!(
        message["text"],
        whole(&told.passages),
        "nothing is missing in the middle"
    );
    assert!(
        message["text"]
            .as_str()
            .unwrap()
            .starts_with(held.trim_end()),
        "{held}"
    );

    // Later it is simply there, whatever was held.
    let mut socket = Socket::open(&class.app, &class.learner).await;
    for offset in [0, 7, 100_000] {
        socket
            .say(json!({"type": "resume", "message_id": id, "offset": offset}))
            .await;
        let done = socket.next().await;
        assert_eq!((&done["type"], &done["message"]), (&json!("done"), message));
    }
    class.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_devices_watch_the_same_answer() {
    let class = Class::slow().await;
    let mut phone = Socket::open(&class.app, &class.learner).await;
    let accepted = phone.ask(&class.tutor, QUESTION).await;
    phone.read_to_first_text().await;
    let mut laptop = Socket::open(&class.app, &class.learner).await;
    let id = message_id(&accepted);
    laptop
        .say(json!({"type": "resume", "message_id": id, "offset": 0}))
        .await;
    let (seen, late) = tokio::join!(phone.read_to_the_end(), laptop.read_to_the_end());
    assert_eq!(seen.message, late.message);
    assert_eq!(late.from, 0);
    assert_eq!(
        late.order[0], "passages",
        "a late one gets the passages too"
    );
    class.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_question_finds_the_first() {
    let class = Class::slow().await;
    let ask = json!({"persona_id": class.tutor, "text": QUESTION, "client_id": "one-tap"});
    let mut first = Socket::open(&class.app, &class.learner).await;
    let mut second = Socket::open(&class.app, &class.learner).await;
    // At the same moment, as a page that reconnects while its first try arrives.
    let (one, two) = tokio::join!(first.ask_with(ask.clone()), second.ask_with(ask.clone()));
    assert_eq!(one, two);
    message_id(&one);
    let (told, again) = tokio::join!(first.read_to_the_end(), second.read_to_the_end());
    assert_eq!(told.message, again.message);
    // Long after the end as well, and from a new socket.
    let mut third = Socket::open(&class.app, &class.learner).await;
    assert_eq!(third.ask_with(ask.clone()).await, one);
    assert_eq!(third.read_to_the_end().await.message, told.message);
    assert_eq!(
        class
            .messages(&class.learner, &one["conversation_id"])
            .await
            .len(),
        2
    );
    // Another person's id is another question.
    let mut other = Socket::open(&class.app, &class.admin).await;
    let theirs = other.ask_with(ask).await;
    assert_ne!(message_id(&theirs), message_id(&one));
    other.read_to_the_end().await;
    class.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_stopped_on_demand() {
    let class = Class::slow().await;
    let mut socket = Socket::open(&class.app, &class.learner).await;
    let accepted = socket.ask(&class.tutor, QUESTION).await;
    socket.read_to_first_text().await;
    let id = message_id(&accepted);
    socket
        .say(json!({"type": "cancel", "message_id": id}))
        .await;
    let told = socket.read_to_the_end().await;
    assert_eq!(told.message["status"], "cancelled");
    let text = told.message["text"].as_str().unwrap();
    let all = whole(told.message["passages"].as_array().unwrap());
    assert!(!text.is_empty() && text.len() < all.len(), "{text}");
    assert!(all.starts_with(text), "{text}");
    // Stopping what has ended changes nothing.
    socket
        .say(json!({"type": "cancel", "message_id": id}))
        .await;
    socket
        .say(json!({"type": "resume", "message_id": id, "offset": 0}))
        .await;
    assert_eq!(socket.next().await["message"], told.message);
    // And the next question is welcome.
    let (_, told) = socket.answer(&class.tutor, "What are stomata?").await;
    assert_eq!(told.message["status"], "complete");
    class.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_nobody_watches_is_given_up() {
    // Half a minute of writing, so that only the grace can end it early.
    let class = Class::with_pause(Duration::from_millis(500)).await;
    let mut socket = Socket::open(&class.app, &class.learner).await;
    let accepted = socket.ask(&class.tutor, QUESTION).await;
    socket.read_to_first_text().await;
    let left = Instant::now();
    drop(socket);
    let path = format!("/chats/{}", accepted["conversation_id"].as_str().unwrap());
    let ended = |chat: &Value| {
        let status = &chat["messages"][1]["status"];
        status != "queued" && status != "writing"
    };
    let chat = class.app.until(&class.learner, &path, ended).await;
    assert_eq!(chat["messages"][1]["status"], "cancelled");
    let waited = left.elapsed();
    assert!(
        waited > Duration::from_secs(14),
        "given up after {waited:?}"
    );
    class.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_question_at_a_time_for_each_person() {
    let class = Class::slow().await;
    let mut learner = Socket::open(&class.app, &class.learner).await;
    let mut laptop = Socket::open(&class.app, &class.learner).await;
    message_id(&learner.ask(&class.tutor, QUESTION).await);
    for socket in [&mut learner, &mut laptop] {
        let refused = socket.ask(&class.tutor, "What are stomata?").await;
        assert_eq!(
            (&refused["type"], &refused["code"]),
            (&json!("error"), &json!("queue_full"))
        );
    }
    let mut teacher = Socket::open(&class.app, &class.admin).await;
    message_id(&teacher.ask(&class.tutor, "What are stomata?").await);
    let (one, two) = tokio::join!(learner.read_to_the_end(), teacher.read_to_the_end());
    assert_eq!(one.message["status"], "complete");
    assert_eq!(two.message["status"], "complete");
    let (_, told) = learner.answer(&class.tutor, "What are stomata?").await;
    assert_eq!(told.message["status"], "complete");
    class.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_of_others_can_not_be_watched_or_stopped() {
    let class = Class::slow().await;
    let mut learner = Socket::open(&class.app, &class.learner).await;
    let accepted = learner.ask(&class.tutor, QUESTION).await;
    learner.read_to_first_text().await;
    let id = message_id(&accepted);
    let mut other = Socket::open(&class.app, &class.admin).await;
    let resume = json!({"type": "resume", "message_id": id, "offset": 0});
    let refused = json!({"type": "error", "code": "not_found", "message_id": id});
    other.say(resume.clone()).await;
    assert_eq!(other.next().await, refused);
    other.say(json!({"type": "cancel", "message_id": id})).await;
    let told = learner.read_to_the_end().await;
    assert_eq!(told.message["status"], "complete");
    other.say(resume).await;
    assert_eq!(other.next().await, refused);
    class.app.end().await;
}
