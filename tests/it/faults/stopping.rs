//! The box is told to stop, or the power fails, while a tutor writes.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use futures_util::FutureExt;
use rustix::process::Signal;
use serde_json::json;

use super::with_models;
use crate::support::chat::Socket;
use crate::support::door::Door;
use crate::support::figure;
use crate::support::server::signal;
use crate::support::upload::Upload;

const QUESTION: &str = "Why do leaves look green to us and which light does chlorophyll absorb?";

#[tokio::test(flavor = "multi_thread")]
async fn a_box_told_to_stop_ends_in_order_and_starts_again() {
    let data = tempfile::tempdir().unwrap();
    let mut server = with_models(&data).await;
    let admin = server.set_up().await;
    let tutor = server.tutor(&admin, json!({"language": "en"})).await;
    server
        .lesson(&admin, &Upload::fixture("photosynthesis.pdf"))
        .await;
    // A lesson being read and an answer being written.
    let long = Upload::fixture("long-lesson.pdf");
    let id = server.upload(&admin, &long).await.expect(202).id();
    let mut socket = Socket::open(&server, &admin).await;
    let accepted = socket.ask(&tutor, QUESTION).await;
    socket.read_to_first_text().await;

    // It says itself when it had to give up.
    let (status, took) = server.stop().await;
    assert!(status.success(), "{status}\n{}", server.log());
    figure("stopping", took, Duration::from_secs(20));
    let told = socket
        .read_to_the_end()
        .now_or_never()
        .expect("the end was told before");
    let ended = told.message["status"].as_str().unwrap();
    assert!(
        ["cancelled", "complete"].contains(&ended),
        "{}",
        told.message
    );
    assert_eq!(socket.closed().await, 1001);

    let server = with_models(&data).await;
    server.ready(&admin, &id).await;
    let chat = format!("/chats/{}", accepted["conversation_id"].as_str().unwrap());
    let kept = server.get(&chat, &admin).await.expect(200).body;
    assert_eq!(kept["messages"][1], told.message);
    let (_, told) = Socket::open(&server, &admin)
        .await
        .answer(&tutor, QUESTION)
        .await;
    assert_eq!(told.message["status"], "complete");
}

#[test]
fn a_box_whose_log_nobody_reads_stops_too() {
    let data = tempfile::tempdir().unwrap();
    #[expect(
        clippy::disallowed_methods,
        reason = "a test of the program as people start it"
    )]
    let mut command = Command::new(env!("CARGO_BIN_EXE_bwenge"));
    let mut child = command
        .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
        .arg(data.path())
        .arg("--models-dir")
        .arg(data.path().join("models"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stderr.take());
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    // The rest of what it prints at the start has no reader either.
    assert!(lines.next().unwrap().unwrap().contains("listening on"));
    drop(lines);
    signal(child.id(), Signal::TERM);
    let mut status = None;
    for _ in 0..1000 {
        std::thread::sleep(Duration::from_millis(20));
        status = child.try_wait().unwrap();
        if status.is_some() {
            break;
        }
    }
    let _ = child.kill();
    assert!(status.is_some_and(|status| status.success()), "{status:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_cut_off_by_the_power_says_so() {
    let data = tempfile::tempdir().unwrap();
    let server = with_models(&data).await;
    let admin = server.set_up().await;
    let tutor = server.tutor(&admin, json!({"language": "en"})).await;
    server
        .lesson(&admin, &Upload::fixture("photosynthesis.pdf"))
        .await;
    let mut socket = Socket::open(&server, &admin).await;
    let accepted = socket.ask(&tutor, QUESTION).await;
    socket.read_to_first_text().await;
    server.cut_power().await;

    let server = with_models(&data).await;
    // The page asks for the rest, and for the same question.
    let mut socket = Socket::open(&server, &admin).await;
    let resume = json!({"type": "resume", "message_id": accepted["message_id"], "offset": 5});
    socket.say(resume).await;
    let message = socket.read_to_the_end().await.message;
    assert_eq!(
        (&message["status"], &message["code"]),
        (&json!("failed"), &json!("interrupted"))
    );
    let again = json!({"persona_id": tutor, "text": QUESTION, "client_id": accepted["client_id"]});
    assert_eq!(socket.ask_with(again).await, accepted);
    assert_eq!(socket.read_to_the_end().await.message, message);
    let (_, told) = socket.answer(&tutor, QUESTION).await;
    assert_eq!(told.message["status"], "complete");
}
