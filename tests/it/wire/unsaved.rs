//! Answers that can not be put on disk at once.

use std::time::Duration;

use serde_json::json;
use tokio::time::sleep;

use super::{Class, QUESTION};
use crate::support::chat::Socket;

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_saved_once_the_disk_takes_it() {
    let class = Class::with_pause(Duration::ZERO).await;
    let run = async |sql: &'static str| {
        let run = move |conn: &rusqlite::Connection| Ok(conn.execute_batch(sql)?);
        class.app.core.db.core.write(run).await.unwrap();
    };
    run("CREATE TRIGGER no_room BEFORE UPDATE OF text ON messages
         BEGIN SELECT RAISE(ABORT, 'no room'); END")
    .await;
    let mut socket = Socket::open(&class.app, &class.learner).await;
    let accepted = socket.ask(&class.tutor, QUESTION).await;
    sleep(Duration::from_secs(2)).await;
    run("DROP TRIGGER no_room").await;
    let told = socket.read_to_the_end().await;
    assert_eq!(told.message["status"], "complete", "{}", told.message);
    let kept = class
        .messages(&class.learner, &accepted["conversation_id"])
        .await;
    assert_eq!(kept[1], told.message);
    // And the next question is welcome.
    let (_, told) = socket.answer(&class.tutor, "What are stomata?").await;
    assert_eq!(told.message["status"], json!("complete"));
    class.app.end().await;
}
