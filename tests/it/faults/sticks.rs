//! The power fails while the box copies from a stick: it goes on by itself, and
//! every file is a lesson once, also when the stick is mounted late.

use std::path::Path;
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;
use tokio::time::sleep;

use super::{Dice, number};
use crate::support::browser::Browser;
use crate::support::door::Door;
use crate::support::server::Server;

const FILES: usize = 12;
const COPIED: &str = "SELECT count(*) FROM stick_files WHERE state = 'copied'";
const PUT_OFF: &str = "SELECT count(*) FROM jobs
    WHERE kind = 'copy_stick' AND state = 'queued' AND run_at > updated_at";
const LESSONS: &str = "SELECT count(*) FROM lessons";
const DIFFERENT: &str = "SELECT count(DISTINCT original) FROM lessons";

async fn with_stick(data: &TempDir, stick: &Path) -> Server {
    let none = data.path().join("no-models");
    std::fs::create_dir_all(&none).unwrap();
    let stick = stick.to_str().unwrap();
    Server::start(data.path(), &none, &["--stick-folders", stick]).await
}

async fn is_copying(server: &Server, who: &Browser) -> bool {
    let copies = server.get("/knowledge/copies", who).await.expect(200).body;
    copies["copies"][0]["running"] == true
}

/// A stick with files so large that a cut falls into the middle.
fn fill(stick: &Path, about: &str) {
    for n in 0..FILES {
        let text = format!("{about}, chapter {n}.\n").repeat(200_000);
        std::fs::write(stick.join(format!("{n:02}.txt")), text).unwrap();
    }
}

/// Starts to copy all of the only stick.
async fn copy_all(server: &Server, admin: &Browser) {
    let sticks = server.get("/knowledge/sticks", admin).await.expect(200);
    let id = sticks.body["sticks"][0]["id"].as_str().unwrap().to_owned();
    let copies = format!("/knowledge/sticks/{id}/copies");
    let chosen = json!({ "chosen": [""] });
    server.post(&copies, admin, chosen).await.expect(202);
}

async fn wait_until_copied(server: &Server, who: &Browser) {
    let mut left = 3000;
    while is_copying(server, who).await {
        left -= 1;
        assert!(left > 0, "it never ends: {}", server.log());
        sleep(Duration::from_millis(20)).await;
    }
}

/// Returns when the copy looked for its stick and found none.
async fn wait_until_put_off(data: &TempDir) {
    let mut left = 1000;
    while number(data, "core.db", PUT_OFF) == 0 {
        left -= 1;
        assert!(left > 0, "it never looks for the stick");
        sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_power_cut_copies_nothing_twice() {
    let (data, stick) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fill(stick.path(), "Herons");
    let mut server = with_stick(&data, stick.path()).await;
    let mut admin = server.set_up().await;
    copy_all(&server, &admin).await;
    let mut dice = Dice(14);
    for _ in 0..4 {
        sleep(Duration::from_millis(dice.below(120))).await;
        server.cut_power().await;
        server = with_stick(&data, stick.path()).await;
        admin.host = server.address().to_string();
    }
    wait_until_copied(&server, &admin).await;
    // Names on a stick are nobody else's business.
    assert!(!server.log().contains("07.txt"), "{}", server.log());
    server.cut_power().await;
    let numbers = [COPIED, LESSONS, DIFFERENT].map(|sql| number(&data, "core.db", sql));
    assert_eq!(numbers, [FILES as i64; 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stick_that_is_mounted_after_the_box_started_is_waited_for() {
    let (data, root) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (stick, away) = (root.path().join("stick"), root.path().join("away"));
    std::fs::create_dir(&stick).unwrap();
    fill(&stick, "Storks");
    let mut server = with_stick(&data, &stick).await;
    let mut admin = server.set_up().await;
    copy_all(&server, &admin).await;
    server.cut_power().await;
    rustix::fs::rename(&stick, &away).unwrap();
    server = with_stick(&data, &stick).await;
    admin.host = server.address().to_string();
    wait_until_put_off(&data).await;
    assert!(is_copying(&server, &admin).await);
    rustix::fs::rename(&away, &stick).unwrap();
    wait_until_copied(&server, &admin).await;
    server.cut_power().await;
    assert_eq!(number(&data, "core.db", COPIED), FILES as i64);
}
