//! A worker that dies costs one answer or a few seconds, never a lesson.

use std::time::Duration;

use rustix::process::Signal;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{with_models, without_models};
use crate::support::browser::Browser;
use crate::support::chat::{Socket, Told};
use crate::support::door::Door;
use crate::support::figure;
use crate::support::hostile;
use crate::support::server::{Server, signal};
use crate::support::upload::Upload;

const QUESTION: &str = "Why do leaves look green to us and which light does chlorophyll absorb?";
/// From the death of a worker until it answers again.
const BACK: Duration = Duration::from_secs(20);

/// Whether the box shows its worker of a kind as ready.
fn is_ready(status: &Value, kind: &str) -> bool {
    let models = status["models"].as_array().unwrap();
    models
        .iter()
        .any(|model| model["kind"] == kind && model["state"] == "ready")
}

async fn back_in_time(server: &Server, admin: &Browser, kind: &str, died: Instant) {
    server
        .until(admin, "/box/status", |status| is_ready(status, kind))
        .await;
    figure(kind, died.elapsed(), BACK);
}

fn answered(told: &Told) {
    assert_eq!(told.message["status"], "complete", "{}", told.message);
    assert!(!told.message["text"].as_str().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_language_worker_that_dies_costs_one_answer() {
    let data = tempfile::tempdir().unwrap();
    let server = with_models(&data).await;
    let admin = server.set_up().await;
    let tutor = server.tutor(&admin, json!({"language": "en"})).await;
    server
        .lesson(&admin, &Upload::fixture("photosynthesis.pdf"))
        .await;
    let mut socket = Socket::open(&server, &admin).await;

    // In the middle of an answer: it ends where it is, and says so.
    let accepted = socket.ask(&tutor, QUESTION).await;
    assert_eq!(accepted["type"], "accepted", "{accepted}");
    let first = socket.read_to_first_text().await;
    signal(server.worker("llm").await, Signal::KILL);
    let died = Instant::now();
    let told = socket.read_to_the_end().await;
    let message = &told.message;
    assert_eq!(
        (&message["status"], &message["code"]),
        (&json!("failed"), &json!("interrupted"))
    );
    assert!(!message["passages"].as_array().unwrap().is_empty());
    let kept = message["text"].as_str().unwrap();
    assert!(
        kept.starts_with(first["text"].as_str().unwrap().trim_end()),
        "{kept}"
    );
    back_in_time(&server, &admin, "llm", died).await;
    let (_, told) = socket.answer(&tutor, QUESTION).await;
    answered(&told);

    // Before its first word: the pupil never notices.
    let pid = server.worker("llm").await;
    signal(pid, Signal::STOP);
    let accepted = socket.ask(&tutor, "What is chlorophyll?").await;
    assert_eq!(accepted["type"], "accepted", "{accepted}");
    assert_eq!(socket.next().await["type"], "passages");
    signal(pid, Signal::KILL);
    answered(&socket.read_to_the_end().await);

    let chat = format!("/chats/{}", accepted["conversation_id"].as_str().unwrap());
    let kept = server.get(&chat, &admin).await.expect(200).body;
    assert_eq!(kept["messages"][1]["status"], "complete");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_embedding_worker_that_dies_costs_a_few_seconds() {
    let data = tempfile::tempdir().unwrap();
    let server = with_models(&data).await;
    let admin = server.set_up().await;
    let file = Upload::fixture("long-lesson.pdf");
    let id = server.upload(&admin, &file).await.expect(202).id();
    let path = format!("/knowledge/{id}");
    let embedding = |lesson: &Value| {
        assert_ne!(lesson["status"], "ready", "too quick to be disturbed");
        lesson["progress"]["stage"] == "embed" && lesson["progress"]["done"].as_u64() > Some(0)
    };
    server.until(&admin, &path, embedding).await;
    signal(server.worker("embed").await, Signal::KILL);
    let died = Instant::now();
    // Words still find it meanwhile.
    assert!(!server.search(&admin, "humus and compost").await.is_empty());
    back_in_time(&server, &admin, "embed", died).await;
    let lesson = server.ready(&admin, &id).await;
    server.cut_power().await;
    let with_vector = "SELECT count(*) FROM passages WHERE embedding IS NOT NULL";
    let vectors = super::number(&data, "derived.db", with_vector);
    assert_eq!(json!(vectors), lesson["passages"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parser_that_dies_is_tried_once_more_and_no_more() {
    let data = tempfile::tempdir().unwrap();
    let server = without_models(&data).await;
    let admin = server.set_up().await;
    let slow = || Upload::new("slow.pdf", hostile::drawing_flood());

    let id = server.upload(&admin, &slow()).await.expect(202).id();
    let first = server.busy_worker("extract").await;
    signal(first, Signal::KILL);
    let lesson = server.ready(&admin, &id).await;
    assert_eq!(lesson["failure"], Value::Null);
    assert_eq!(server.search(&admin, "amazi ubuzima").await.len(), 1);
    let path = format!("/knowledge/{id}");
    server.delete(&path, &admin).await.expect(204);
    // The one that was drawing the poster of the lesson is not at work any more.
    server.no_worker("extract").await;

    let id = server.upload(&admin, &slow()).await.expect(202).id();
    let first = server.busy_worker("extract").await;
    signal(first, Signal::KILL);
    let mut second = first;
    while second == first {
        second = server.busy_worker("extract").await;
    }
    signal(second, Signal::KILL);
    let failed = server.settled(&admin, &id).await;
    assert_eq!(failed["status"], "failed", "{failed}");
    assert_eq!(failed["failure"]["code"], "crashed", "{failed}");
    // A teacher may try again, when the machine was to blame.
    let retry = server
        .post(&format!("/knowledge/{id}/retry"), &admin, json!({}))
        .await;
    retry.expect(202);
    server.ready(&admin, &id).await;
    server.healthy(&admin, "parsers").await;
}
