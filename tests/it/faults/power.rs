//! The power fails while a lesson is read: after the start it becomes ready,
//! and what was done before is not done again.

use rustix::process::Signal;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{database, files, number, with_models, without_models};
use crate::support::browser::Browser;
use crate::support::door::Door;
use crate::support::hostile;
use crate::support::server::{Server, signal};
use crate::support::upload::Upload;

const PASSAGES: &str = "SELECT count(*) FROM passages";
const VECTORS: &str = "SELECT count(*) FROM passages WHERE embedding IS NOT NULL";
/// Passages of which the lesson has two.
const DOUBLED: &str = "SELECT count(*) - count(DISTINCT lesson_id || ' ' || ordinal) FROM passages";
const TEXTS: &str = "SELECT count(*) FROM lessons WHERE text IS NOT NULL";

/// Waits until a lesson is in a stage, and what it says then.
async fn in_stage(server: &Server, who: &Browser, id: &str, stage: &str) -> Value {
    let path = format!("/knowledge/{id}");
    let there = |lesson: &Value| {
        assert_ne!(lesson["status"], "ready", "too quick to be disturbed");
        assert_ne!(lesson["status"], "failed", "{lesson}");
        lesson["progress"]["stage"] == stage
    };
    server.until(who, &path, there).await
}

/// Removes the uploads, so that whoever needs one again fails.
fn forget_originals(data: &TempDir) {
    let core = database(data, "core.db");
    let mut hashes = core.prepare("SELECT original FROM lessons").unwrap();
    let hashes = hashes.query_map([], |row| row.get::<_, String>(0));
    for hash in hashes.unwrap().map(Result::unwrap) {
        let folder = data.path().join("blobs").join(&hash[..2]);
        std::fs::remove_file(folder.join(hash)).unwrap();
    }
}

fn lose_index(data: &TempDir) {
    for name in ["derived.db", "derived.db-wal", "derived.db-shm"] {
        let _ = std::fs::remove_file(data.path().join(name));
    }
}

/// Text long enough that indexing it takes a while.
fn long_text() -> Upload {
    let words = [
        "amazi", "ubutaka", "umusozi", "ikiyaga", "ishyamba", "imvura", "izuba",
    ];
    let sentence = |n: usize| {
        let word = |k: usize| words[(n / k) % words.len()];
        format!(
            "Sentence {n} tells of {}, {} and {}.\n\n",
            word(1),
            word(7),
            word(49)
        )
    };
    Upload::text("long.txt", &(0..60_000).map(sentence).collect::<String>())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_power_cut_while_a_file_is_parsed_loses_nothing() {
    let data = tempfile::tempdir().unwrap();
    let server = without_models(&data).await;
    let admin = server.set_up().await;
    let file = Upload::new("slow.pdf", hostile::drawing_flood());
    let id = server.upload(&admin, &file).await.expect(202).id();
    // Held, so that the cut comes in the middle.
    signal(server.worker("extract").await, Signal::STOP);
    in_stage(&server, &admin, &id, "extract").await;
    server.cut_power().await;
    assert_eq!(number(&data, "core.db", TEXTS), 0);

    let server = without_models(&data).await;
    let lesson = server.ready(&admin, &id).await;
    assert_eq!(lesson["passages"], 1);
    assert_eq!(server.search(&admin, "amazi ubuzima").await.len(), 1);
    let original = format!("/knowledge/{id}/original");
    assert_eq!(
        server.get(&original, &admin).await.expect(200).bytes,
        file.bytes
    );
    server.cut_power().await;
    // The upload and its text, a poster if that came in time, and nothing half written.
    assert!((2..=3).contains(&files(&data.path().join("blobs"))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_power_cut_while_text_is_indexed_does_not_parse_again() {
    let data = tempfile::tempdir().unwrap();
    let server = without_models(&data).await;
    let admin = server.set_up().await;
    let id = server.upload(&admin, &long_text()).await.expect(202).id();
    in_stage(&server, &admin, &id, "index").await;
    server.cut_power().await;
    let stage = "SELECT count(*) FROM jobs WHERE stage = 'index'";
    assert_eq!(number(&data, "core.db", stage), 1, "the cut came too late");
    assert_eq!(number(&data, "core.db", TEXTS), 1);
    forget_originals(&data);

    let server = without_models(&data).await;
    let lesson = server.ready(&admin, &id).await;
    assert!(lesson["passages"].as_u64() > Some(5000), "{lesson}");
    assert!(
        !server
            .search(&admin, "sentence 59999 tells")
            .await
            .is_empty()
    );
    server.cut_power().await;
    assert_eq!(
        json!(number(&data, "derived.db", PASSAGES)),
        lesson["passages"]
    );
    assert_eq!(number(&data, "derived.db", DOUBLED), 0);
    assert_eq!(number(&data, "core.db", "SELECT count(*) FROM jobs"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn power_cuts_while_passages_are_embedded_repeat_none() {
    let data = tempfile::tempdir().unwrap();
    let mut server = with_models(&data).await;
    let admin = server.set_up().await;
    let file = Upload::fixture("long-lesson.pdf");
    let id = server.upload(&admin, &file).await.expect(202).id();
    let path = format!("/knowledge/{id}");
    // Three times, as in a stormy week: each time it comes a little further.
    let mut done = 0;
    for cut in 1..=3 {
        let further = |lesson: &Value| {
            assert_ne!(lesson["status"], "failed", "after cut {cut}: {lesson}");
            assert_ne!(lesson["status"], "ready", "too quick to be disturbed");
            lesson["progress"]["stage"] == "embed"
                && lesson["progress"]["done"].as_i64() > Some(done)
        };
        server.until(&admin, &path, further).await;
        server.cut_power().await;
        let vectors = number(&data, "derived.db", VECTORS);
        assert!(
            vectors > done,
            "{vectors} vectors after cut {cut}, {done} before"
        );
        done = vectors;
        if cut == 1 {
            forget_originals(&data);
            // Marked, to be found again unless it is made anew.
            let mark = "UPDATE passages SET embedding = zeroblob(length(embedding))
                WHERE id = (SELECT min(id) FROM passages WHERE embedding IS NOT NULL)";
            assert_eq!(database(&data, "derived.db").execute(mark, []).unwrap(), 1);
        }
        server = with_models(&data).await;
    }
    let lesson = server.ready(&admin, &id).await;
    assert!(!server.search(&admin, "humus and compost").await.is_empty());
    server.cut_power().await;
    assert_eq!(
        json!(number(&data, "derived.db", VECTORS)),
        lesson["passages"]
    );
    assert_eq!(
        json!(number(&data, "derived.db", PASSAGES)),
        lesson["passages"]
    );
    assert_eq!(number(&data, "derived.db", DOUBLED), 0);
    let marked = "SELECT count(*) FROM passages WHERE embedding = zeroblob(length(embedding))";
    assert_eq!(
        number(&data, "derived.db", marked),
        1,
        "a vector was made again"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_was_acknowledged_is_kept() {
    let data = tempfile::tempdir().unwrap();
    let server = without_models(&data).await;
    let admin = server.set_up().await;
    let mut ids = Vec::new();
    for n in 0..5 {
        let file = Upload::text(&format!("{n}.txt"), &format!("Lesson {n} about herons."));
        ids.push(server.upload(&admin, &file).await.expect(202).id());
    }
    server.cut_power().await;
    let server = without_models(&data).await;
    for id in &ids {
        server.ready(&admin, id).await;
    }
    assert_eq!(server.search(&admin, "herons").await.len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_index_is_built_again_from_the_text() {
    let data = tempfile::tempdir().unwrap();
    let server = without_models(&data).await;
    let admin = server.set_up().await;
    let lesson = server
        .lesson(&admin, &Upload::fixture("water-cycle.docx"))
        .await;
    server.cut_power().await;
    lose_index(&data);
    forget_originals(&data);
    let server = without_models(&data).await;
    let again = server.ready(&admin, lesson["id"].as_str().unwrap()).await;
    assert_eq!(again["passages"], lesson["passages"]);
    assert!(!server.search(&admin, "evapotranspiration").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_lost_before_it_has_vectors_is_built_again() {
    let data = tempfile::tempdir().unwrap();
    let server = with_models(&data).await;
    let admin = server.set_up().await;
    let file = Upload::fixture("long-lesson.pdf");
    let id = server.upload(&admin, &file).await.expect(202).id();
    in_stage(&server, &admin, &id, "embed").await;
    server.cut_power().await;
    lose_index(&data);
    let server = with_models(&data).await;
    let lesson = server.ready(&admin, &id).await;
    server.cut_power().await;
    assert_eq!(
        json!(number(&data, "derived.db", VECTORS)),
        lesson["passages"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_that_was_cut_short_is_finished_at_the_next_start() {
    let data = tempfile::tempdir().unwrap();
    let server = without_models(&data).await;
    let admin = server.set_up().await;
    for n in 0..2 {
        let text = format!("Lesson {n} about herons.");
        let file = Upload::text(&format!("{n}.txt"), &text);
        server.lesson(&admin, &file).await;
    }
    server.cut_power().await;
    let core = database(&data, "core.db");
    let last = "DELETE FROM lessons WHERE id = (SELECT max(id) FROM lessons)";
    assert_eq!(core.execute(last, []).unwrap(), 1);
    drop(core);
    let server = without_models(&data).await;
    assert_eq!(server.search(&admin, "herons").await.len(), 1);
    server.cut_power().await;
    assert_eq!(number(&data, "derived.db", PASSAGES), 1);
    assert_eq!(files(&data.path().join("blobs")), 2, "original and text");
}
