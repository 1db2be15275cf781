//! The power fails at random moments while a mixed batch of lessons is read:
//! every lesson becomes ready, with all its passages, once.
//!
//! `make cut-test` cuts it 200 times; BWENGE_CUTS says how often otherwise.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::sleep;

use super::{Dice, database, number, times, with_models};
use crate::support::browser::Browser;
use crate::support::door::{Door, PASSWORD};
use crate::support::server::Server;
use crate::support::upload::Upload;

/// Cuts unless the environment names a number.
const FEW: usize = 6;
/// A box that runs so long at least gets a little further each time.
const LEAST_MS: u64 = 700;
const MOST_MS: u64 = 4500;
const BATCH: [&str; 10] = [
    "long-lesson.pdf",
    "photosynthesis.pdf",
    "water-cycle.docx",
    "rwanda-history.pptx",
    "soil-tables.xlsx",
    "water-cycle.odt",
    "fractions.odp",
    "malaria-rw.epub",
    "water-cycle.html",
    "planetes.csv",
];

/// The lessons by the names of their files.
async fn lessons(server: &Server, who: &Browser) -> BTreeMap<String, Value> {
    let list = server.get("/knowledge", who).await.expect(200).body;
    let lessons = list["lessons"].as_array().expect("a list").clone();
    let named = lessons.into_iter().map(|lesson| {
        assert_ne!(lesson["status"], "failed", "{lesson}");
        (lesson["file_name"].as_str().unwrap().to_owned(), lesson)
    });
    named.collect()
}

/// Whether all are ready, and how many passages each has.
fn ready(lessons: &BTreeMap<String, Value>) -> Option<BTreeMap<String, Value>> {
    assert_eq!(lessons.len(), BATCH.len(), "{:?}", lessons.keys());
    let all = lessons.values().all(|lesson| lesson["status"] == "ready");
    let passages = |(name, lesson): (&String, &Value)| (name.clone(), lesson["passages"].clone());
    all.then(|| lessons.iter().map(passages).collect())
}

/// Every passage is there once, with its vector, and no work is left.
fn check_stored(data: &TempDir, passages: &BTreeMap<String, Value>) {
    let all: i64 = passages.values().map(|count| count.as_i64().unwrap()).sum();
    let counts = "SELECT count(*) FROM passages WHERE embedding IS NOT NULL";
    assert_eq!(number(data, "derived.db", counts), all);
    let places = "SELECT count(DISTINCT lesson_id || ' ' || ordinal) FROM passages";
    assert_eq!(number(data, "derived.db", places), all);
    assert_eq!(number(data, "core.db", "SELECT count(*) FROM jobs"), 0);
    for name in ["core.db", "derived.db"] {
        let check: String = database(data, name)
            .query_row("PRAGMA integrity_check", [], |row| row.get(0))
            .unwrap();
        assert_eq!(check, "ok", "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn power_cuts_at_any_moment_leave_every_lesson_complete_and_once() {
    let data = tempfile::tempdir().unwrap();
    let mut server = with_models(&data).await;
    let mut admin = server.set_up().await;
    let org = server.get("/auth/me", &admin).await.body["org"]["id"].clone();
    let mut dice = Dice(0xC075);
    let mut left = times("BWENGE_CUTS", FEW);
    let mut first = None;
    while left > 0 {
        for name in BATCH {
            let upload = server.upload(&admin, &Upload::fixture(name)).await;
            upload.expect(202);
        }
        let passages = loop {
            if left > 0 {
                sleep(Duration::from_millis(
                    LEAST_MS + dice.below(MOST_MS - LEAST_MS),
                ))
                .await;
                server.cut_power().await;
                server = with_models(&data).await;
                left -= 1;
            } else {
                sleep(Duration::from_millis(200)).await;
            }
            if let Some(passages) = ready(&lessons(&server, &admin).await) {
                break passages;
            }
        };
        server.cut_power().await;
        check_stored(&data, &passages);
        assert_eq!(*first.get_or_insert_with(|| passages.clone()), passages);
        server = with_models(&data).await;
        admin = server.sign_in("admin", PASSWORD, json!(org)).await;
        for lesson in lessons(&server, &admin).await.into_values() {
            let path = format!("/knowledge/{}", lesson["id"].as_str().unwrap());
            server.delete(&path, &admin).await.expect(204);
        }
        println!("{left} cuts to go");
    }
}
