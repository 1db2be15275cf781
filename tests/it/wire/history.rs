//! Long chats are read back piece by piece.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Class, QUESTION};
use crate::support::chat::Socket;
use crate::support::door::Door;

/// 120 older questions and answers, put into a chat behind its back.
const OLDER: &str = "
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 240)
    INSERT INTO messages (id, org_id, conversation_id, user_id, role, text, status, created_at)
    SELECT printf('00000000-0000-7000-8000-%012d', i), org_id, conversation_id, user_id,
           iif(i % 2, 'user', 'assistant'), 'text ' || i, 'complete', (i + 1) / 2
    FROM n, (SELECT * FROM messages LIMIT 1)";

#[tokio::test(flavor = "multi_thread")]
async fn a_long_chat_is_read_from_its_end() {
    let class = Class::with_pause(Duration::ZERO).await;
    let mut socket = Socket::open(&class.app, &class.learner).await;
    let (accepted, first) = socket.answer(&class.tutor, QUESTION).await;
    let older = |conn: &rusqlite::Connection| Ok(conn.execute_batch(OLDER)?);
    class.app.core.db.core.write(older).await.unwrap();
    let chat = accepted["conversation_id"].as_str().unwrap();
    let page = async |query: &str| {
        let path = format!("/chats/{chat}{query}");
        let page = class.app.get(&path, &class.learner).await.expect(200).body;
        let messages = page["messages"].as_array().unwrap().clone();
        (messages, page["has_earlier"] == true)
    };
    let (mut all, mut more) = page("").await;
    assert_eq!((all.len(), more), (100, true));
    assert_eq!(all[99], first.message);
    let mut pages = 1;
    while more {
        let oldest = all[0]["id"].as_str().unwrap();
        let (mut earlier, further) = page(&format!("?before={oldest}")).await;
        earlier.append(&mut all);
        (all, more) = (earlier, further);
        pages += 1;
    }
    assert_eq!((all.len(), pages), (242, 3));
    let texts = |from: usize, to: usize| -> Vec<&Value> {
        all[from..to]
            .iter()
            .map(|message| &message["text"])
            .collect()
    };
    assert_eq!(texts(0, 3), ["text 1", "text 2", "text 3"]);
    assert_eq!(texts(238, 240), ["text 239", "text 240"]);
    // Somebody else's message is no place in this chat.
    let path = format!("/chats/{chat}?before={}", uuid::Uuid::new_v4());
    let lost = class.app.get(&path, &class.learner).await;
    lost.refused(404, "not_found");

    // A short question is still searched together with the last one.
    let more = json!({"persona_id": class.tutor, "text": "And why?", "conversation_id": chat});
    socket.ask_with(more).await;
    let second = socket.read_to_the_end().await;
    assert_eq!(second.passages[0]["text"], first.passages[0]["text"]);
    class.app.end().await;
}
