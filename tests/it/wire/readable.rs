//! Old answers when their lessons are gone or no longer for this person.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Class, QUESTION};
use crate::support::chat::Socket;
use crate::support::door::Door;
use crate::support::upload::Upload;

#[tokio::test(flavor = "multi_thread")]
async fn passages_are_shown_to_those_who_may_read_their_lesson() {
    let class = Class::with_pause(Duration::ZERO).await;
    let text = "Chlorophyll in the cells of the leaf absorbs red light, says the test sheet.";
    let other = class
        .app
        .lesson(&class.admin, &Upload::text("sheet.txt", text))
        .await;
    let mut socket = Socket::open(&class.app, &class.learner).await;
    let (accepted, told) = socket.answer(&class.tutor, QUESTION).await;
    let of = |passage: &Value| passage["lesson_id"] == other["id"];
    assert!(told.passages.iter().any(of) && !told.passages.iter().all(of));

    // Only the places are left of those that may not be read.
    let kept: Vec<_> = told
        .passages
        .iter()
        .map(|passage| {
            let mut passage = passage.clone();
            if of(&passage) {
                passage["text"] = json!("");
                passage["marks"] = json!([]);
            }
            passage
        })
        .collect();
    let id = accepted["message_id"].clone();
    let mut check = async |expected: &[Value], why: &str| {
        let history = class
            .messages(&class.learner, &accepted["conversation_id"])
            .await;
        assert_eq!(history[1]["passages"], json!(expected), "{why}");
        let resume = json!({"type": "resume", "message_id": id, "offset": 0});
        socket.say(resume).await;
        let done = socket.next().await;
        assert_eq!(done["message"]["passages"], json!(expected), "{why}");
        assert_eq!(done["message"]["text"], told.message["text"]);
    };
    check(&told.passages, "all may be read").await;
    let path = format!("/knowledge/{}", other["id"].as_str().unwrap());
    let share = async |shared: bool| {
        let body = json!({"shared": shared});
        class.app.patch(&path, &class.admin, body).await.expect(200);
    };
    share(false).await;
    check(&kept, "one is for staff").await;
    share(true).await;
    check(&told.passages, "shared again").await;
    class.app.delete(&path, &class.admin).await.expect(204);
    check(&kept, "one is gone").await;
    class.app.end().await;
}
