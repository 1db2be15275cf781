//! The memory of a real model is planned from its file, and a model that comes
//! while the box runs is chosen on its page.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use serde_json::{Value, json};

use crate::engines::models_dir;
use crate::support::chat::Socket;
use crate::support::door::Door;
use crate::support::server::Server;
use crate::support::upload::Upload;

const MODEL: &str = "smollm2-135m-instruct-q4_1";
const QUESTION: &str = "Why do leaves look green to us and which light does chlorophyll absorb?";

/// Puts a model into a folder without copying it.
fn bring(model: &str, to: &Path) {
    fs::create_dir_all(to.join(model)).unwrap();
    for file in fs::read_dir(models_dir().join(model)).unwrap() {
        let file = file.unwrap();
        symlink(file.path(), to.join(model).join(file.file_name())).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_is_brought_is_chosen_tried_and_kept() {
    let data = tempfile::tempdir().unwrap();
    let models = tempfile::tempdir().unwrap();
    bring("all-minilm-l6-v2", models.path());
    let mut server = Server::start(data.path(), models.path(), &[]).await;
    let admin = server.set_up().await;
    let tutor = server.tutor(&admin, json!({"language": "en"})).await;
    server
        .lesson(&admin, &Upload::fixture("photosynthesis.pdf"))
        .await;
    let status = server.get("/box/status", &admin).await.expect(200).body;
    assert_eq!(status["degraded"], json!(["llm_missing"]));
    let mut socket = Socket::open(&server, &admin).await;
    let (_, told) = socket.answer(&tutor, QUESTION).await;
    assert_eq!(told.message["status"], "quoted", "{}", told.message);

    bring(MODEL, models.path());
    let list = server.get("/box/models", &admin).await.expect(200).body;
    let found = list["models"].as_array().unwrap().iter();
    let found = found.filter(|model| model["fit"] == "fits");
    assert_eq!(found.map(|m| &m["id"]).collect::<Vec<_>>(), [MODEL]);
    let begun = server
        .post("/box/model", &admin, json!({"id": MODEL}))
        .await;
    begun.expect(202);
    let ended = |engine: &Value| engine["change"].is_null();
    let engine = server.until(&admin, "/box/engine", ended).await;
    assert_eq!(engine["changed"], json!({"to": MODEL, "failed": null}));
    let plan = &engine["plan"];
    // 22.5 KiB for each token of a pool of the usual size.
    assert_eq!(plan["pool_bytes"], 12_288 * 23_040);
    assert_eq!(plan["weights_bytes"], 98_362_432);
    assert_eq!(plan["rows_measured"], true);
    let (_, told) = socket.answer(&tutor, QUESTION).await;
    assert_eq!(told.message["status"], "complete", "{}", told.message);
    // Told when it had nothing left to do, so a moment after the answer.
    let idle = |engine: &Value| engine["load"]["active"] == 0;
    let engine = server.until(&admin, "/box/engine", idle).await;
    let load = &engine["load"];
    assert!(load["written_tokens"].as_u64() > Some(12), "{load}");
    assert!(load["read_tokens"].as_u64() > Some(100), "{load}");
    assert!(load["pool_used"].as_u64() > Some(100), "{load}");
    assert!(load["kept"].as_u64() > Some(0), "{load}");
    assert!(engine["rss_bytes"].as_u64() < plan["total_bytes"].as_u64().map(|b| b * 3 / 2));
    drop(socket);
    let (stopped, _) = server.stop().await;
    assert!(stopped.success());

    // Kept over a restart; and gone with its file, which is no reason to stop.
    let mut server = Server::start(data.path(), models.path(), &[]).await;
    let kept = server.get("/box/engine", &admin).await.expect(200).body;
    assert_eq!(kept["model"], MODEL);
    let (stopped, _) = server.stop().await;
    assert!(stopped.success());
    fs::remove_dir_all(models.path().join(MODEL)).unwrap();
    let server = Server::start(data.path(), models.path(), &[]).await;
    let gone = server.get("/box/status", &admin).await.expect(200).body;
    assert_eq!(gone["degraded"], json!(["llm_missing"]));
    assert_eq!(gone["engine"]["model"], Value::Null);
}
