//! `/ready` tells what went wrong since the start, and when it is right again.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use bwenge::inference::fake::FakeEngine;
use bwenge::inference::process::Spawner;
use bwenge::inference::worker::Launcher;

use crate::storage::disk::Disk;
use crate::support::app::TestApp;
use crate::support::door::{Door, PATIENCE};

/// Waits until `/ready` says so; the answer is 200 all the while.
async fn until_ready_says(app: &TestApp, status: &str, degraded: Value) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let request = app.anon().send_bytes("GET", "/ready", None, Vec::new());
        let said = app.send(request).await.expect(200).body;
        if said["status"] == status && said["degraded"] == degraded {
            return;
        }
        assert!(Instant::now() < deadline, "{said}");
        sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_that_keep_failing_are_told() {
    let program = Spawner::new("/bin/false".into()).unwrap();
    let data = tempfile::tempdir().unwrap();
    let app = TestApp::made_of(data, Launcher::Process(program)).await;
    until_ready_says(&app, "ready", json!([])).await;
    app.core.inference.warm_up();
    app.core.inference.warm_up_search();
    until_ready_says(&app, "degraded", json!(["llm_down", "embed_down"])).await;

    let admin = app.set_up().await;
    let status = app.get("/box/status", &admin).await.expect(200).body;
    assert_eq!(status["health"], "degraded");
    assert_eq!(status["degraded"], json!(["llm_down", "embed_down"]));
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_until_there_is_room() {
    let disk = match Disk::new() {
        Ok(disk) => disk,
        Err(why) => {
            println!("SKIPPED: a full disk: {why}");
            return;
        }
    };
    let data = tempfile::tempdir_in(disk.path()).unwrap();
    let app = TestApp::made_of(data, Launcher::Fake(FakeEngine::default())).await;
    until_ready_says(&app, "ready", json!([])).await;
    let ballast = disk.path().join("ballast");
    std::fs::write(&ballast, vec![0; 70 << 20]).unwrap();
    until_ready_says(&app, "degraded", json!(["disk_low"])).await;
    std::fs::remove_file(&ballast).unwrap();
    until_ready_says(&app, "ready", json!([])).await;
    app.end().await;
}
