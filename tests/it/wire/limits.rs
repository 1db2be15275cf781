//! What one browser or one person may take of the box.

use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{sleep, timeout};

use super::{Class, QUESTION};
use crate::support::chat::Socket;
use crate::support::door::PATIENCE;

#[tokio::test(flavor = "multi_thread")]
async fn nobody_takes_the_sockets_of_the_others() {
    let class = Class::with_pause(Duration::ZERO).await;
    let mut sockets = Vec::new();
    for _ in 0..8 {
        sockets.push(Socket::open(&class.app, &class.learner).await);
    }
    let ninth = Socket::knock(&class.app, &class.learner).await;
    assert_eq!(ninth.err(), Some(429));
    Socket::open(&class.app, &class.admin).await;
    // A place is given back with its socket.
    drop(sockets.pop());
    let again = async {
        while Socket::knock(&class.app, &class.learner).await.is_err() {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, again).await.expect("a place again");
    class.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_followed_once_on_each_socket() {
    let class = Class::slow().await;
    let mut socket = Socket::open(&class.app, &class.learner).await;
    let accepted = socket.ask(&class.tutor, QUESTION).await;
    socket.read_to_first_text().await;
    let resume = json!({"type": "resume", "message_id": accepted["message_id"], "offset": 0});
    for _ in 0..20 {
        socket.say(resume.clone()).await;
    }
    while socket.next().await["type"] != "done" {}
    // Others would tell the end within a breath.
    sleep(Duration::from_millis(300)).await;
    let unknown = uuid::Uuid::new_v4();
    socket
        .say(json!({"type": "resume", "message_id": unknown, "offset": 0}))
        .await;
    assert_eq!(socket.next().await["type"], "error", "told the end twice");
    class.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_too_long_is_not_waited_for() {
    let class = Class::with_pause(Duration::ZERO).await;
    let mut socket = Socket::open(&class.app, &class.learner).await;
    // A text frame that says it holds 1 MiB, and the first bytes of it.
    let mut frame = vec![0x81, 0xFF];
    frame.extend((1_u64 << 20).to_be_bytes());
    frame.extend([0; 64]);
    let tcp = socket.raw();
    tcp.write_all(&frame).await.unwrap();
    let mut rest = Vec::new();
    // How it closes is of no interest.
    let _ = timeout(PATIENCE, tcp.read_to_end(&mut rest))
        .await
        .expect("the box hangs up");
    class.app.end().await;
}
