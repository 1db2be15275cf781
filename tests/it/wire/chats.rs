//! Chats as they are read back: history, follow-up questions, feedback, and
//! the end of a chat.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Class, QUESTION};
use crate::support::chat::Socket;
use crate::support::door::Door;

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_is_kept_and_goes_on() {
    let class = Class::with_pause(Duration::ZERO).await;
    let mut socket = Socket::open(&class.app, &class.learner).await;
    let (accepted, first) = socket.answer(&class.tutor, QUESTION).await;
    let chat = &accepted["conversation_id"];
    // Only together with the question before does it mean anything.
    let more = json!({"persona_id": class.tutor, "text": "And why?", "conversation_id": chat});
    let again = socket.ask_with(more).await;
    assert_eq!(&again["conversation_id"], chat);
    let second = socket.read_to_the_end().await;
    assert_eq!(second.message["status"], "complete", "{}", second.message);
    assert_eq!(second.passages[0]["text"], first.passages[0]["text"]);

    let messages = class.messages(&class.learner, chat).await;
    let texts: Vec<_> = messages
        .iter()
        .map(|m| (m["role"].clone(), m["text"].clone()))
        .collect();
    let expected = [
        (json!("user"), json!(QUESTION)),
        (json!("assistant"), first.message["text"].clone()),
        (json!("user"), json!("And why?")),
        (json!("assistant"), second.message["text"].clone()),
    ];
    assert_eq!(texts, expected);
    assert_eq!(messages[1], first.message);
    assert_eq!(messages[0]["id"], accepted["question_id"]);

    // A second chat comes first in the list until the first is used again.
    let (other, _) = socket.answer(&class.tutor, "What are stomata?").await;
    let listed = async || {
        let chats = class
            .app
            .get("/chats", &class.learner)
            .await
            .expect(200)
            .body;
        chats["conversations"].as_array().unwrap().clone()
    };
    let chats = listed().await;
    let ids: Vec<_> = chats.iter().map(|c| c["id"].clone()).collect();
    assert_eq!(ids, [other["conversation_id"].clone(), chat.clone()]);
    assert_eq!(chats[1]["title"], QUESTION);
    assert_eq!(chats[1]["persona_name"], "Mwarimu");

    // Somebody else of the same school sees none of it.
    let theirs = class.app.get("/chats", &class.admin).await.expect(200).body;
    assert_eq!(theirs, json!({"conversations": []}));
    let path = format!("/chats/{}", chat.as_str().unwrap());
    class
        .app
        .get(&path, &class.admin)
        .await
        .refused(404, "not_found");
    class
        .app
        .delete(&path, &class.admin)
        .await
        .refused(404, "not_found");

    class.app.delete(&path, &class.learner).await.expect(204);
    class
        .app
        .get(&path, &class.learner)
        .await
        .refused(404, "not_found");
    assert_eq!(listed().await.len(), 1);
    // The lesson may go; what was answered from it stays readable.
    class
        .app
        .delete(&format!("/personas/{}", class.tutor), &class.admin)
        .await
        .expect(204);
    let kept = class
        .messages(&class.learner, &other["conversation_id"])
        .await;
    assert_eq!(kept.len(), 2);
    assert_eq!(listed().await[0]["persona_name"], "");
    class.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn feedback_is_kept_taken_back_and_for_own_answers_only() {
    let class = Class::with_pause(Duration::ZERO).await;
    let mut socket = Socket::open(&class.app, &class.learner).await;
    let (accepted, _) = socket.answer(&class.tutor, QUESTION).await;
    let path = |id: &str| {
        format!(
            "/chats/messages/{}/feedback",
            accepted[id].as_str().unwrap()
        )
    };
    let answer = path("message_id");
    for value in [json!("up"), json!("down"), Value::Null] {
        let body = json!({"value": value});
        class
            .app
            .put(&answer, &class.learner, body)
            .await
            .expect(204);
        let messages = class
            .messages(&class.learner, &accepted["conversation_id"])
            .await;
        assert_eq!(messages[1]["feedback"], value);
    }
    let up = || json!({"value": "up"});
    let wrong = class
        .app
        .put(&answer, &class.learner, json!({"value": "sideways"}))
        .await;
    wrong.refused(422, "invalid_field");
    class
        .app
        .put(&answer, &class.admin, up())
        .await
        .refused(404, "not_found");
    let question = class
        .app
        .put(&path("question_id"), &class.learner, up())
        .await;
    question.refused(404, "not_found");
    class.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_chats_of_somebody_removed_are_gone() {
    let class = Class::with_pause(Duration::ZERO).await;
    let mut socket = Socket::open(&class.app, &class.learner).await;
    let mut theirs = Socket::open(&class.app, &class.admin).await;
    socket.answer(&class.tutor, QUESTION).await;
    theirs.answer(&class.tutor, QUESTION).await;
    let left = async || {
        let sql = "SELECT (SELECT count(*) FROM conversations), (SELECT count(*) FROM messages)";
        let count = move |conn: &rusqlite::Connection| {
            Ok(conn.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?)
        };
        class.app.core.db.core.read(count).await.unwrap()
    };
    assert_eq!(left().await, (2, 4));
    let me = class.app.get("/auth/me", &class.learner).await.body;
    let path = format!("/users/{}", me["user"]["id"].as_str().unwrap());
    class.app.delete(&path, &class.admin).await.expect(204);
    assert_eq!(left().await, (2, 4), "for the day the person comes back");
    class.app.clock.advance_ms(bwenge::accounts::TRASH_MS);
    bwenge::privacy::empty_trash(&class.app.core).await.unwrap();
    assert_eq!(left().await, (1, 2));
    class.app.end().await;
}
