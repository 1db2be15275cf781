//! The power fails in the middle of an upload: what was acknowledged is there
//! after the start, the rest is sent, and the lesson is added once.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;
use tokio::time::{Instant, sleep};

use super::{database, files, number, without_models};
use crate::support::browser::Browser;
use crate::support::door::{Door, PATIENCE};
use crate::support::figure;
use crate::support::server::Server;
use crate::support::tus;
use crate::support::upload::Upload;

const MB: usize = 1 << 20;
const LESSONS: &str = "SELECT count(*) FROM lessons";

/// A file that takes a while to send. Its text does not matter here.
fn big() -> Upload {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut state = 1_u32;
    bytes.resize_with(30 * MB, || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    });
    Upload::new("big.pdf", bytes)
}

fn part(data: &TempDir, place: &str) -> PathBuf {
    let id = place.rsplit('/').next().unwrap();
    data.path().join("uploads").join(id)
}

/// Waits until bytes of an upload are in its file.
async fn has_come(server: &Server, part: &Path, bytes: usize) {
    let deadline = Instant::now() + PATIENCE;
    while std::fs::metadata(part).map_or(0, |m| m.len()) < bytes as u64 {
        assert!(Instant::now() < deadline, "{}", server.log());
        sleep(Duration::from_millis(5)).await;
    }
}

/// The lesson an upload became, once its bytes are those that were sent.
async fn lesson_of(server: &Server, who: &Browser, place: &str, file: &Upload) -> String {
    let asked = tus::ask(server, who, place).await.expect(200);
    assert_eq!(tus::offset(&asked), file.bytes.len());
    let id = tus::header(&asked, "bwenge-lesson").to_owned();
    assert!(!id.is_empty(), "no lesson in {:?}", asked.headers);
    let original = server.get(&format!("/knowledge/{id}/original"), who).await;
    assert!(original.expect(200).bytes == file.bytes, "other bytes");
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_power_cut_in_the_middle_of_an_upload_costs_the_last_moments() {
    let data = tempfile::tempdir().unwrap();
    let server = without_models(&data).await;
    let admin = server.set_up().await;
    let file = big();
    let place = tus::start(&server, &admin, &file).await;
    let sent = tus::send(&server, &admin, &place, 0, &file.bytes[..MB]).await;
    assert_eq!(tus::offset(&sent.expect(204)), MB);
    let rest = (&file.bytes[MB..20 * MB], 29 * MB);
    let _sending = tus::begin(&server, &admin, &place, MB, rest).await;
    has_come(&server, &part(&data, &place), 20 * MB).await;
    server.cut_power().await;

    let mut server = without_models(&data).await;
    let mut admin = as_at(&admin, &server);
    let asked = tus::ask(&server, &admin, &place).await.expect(200);
    // Counted every 8 MB while they came, and never beyond what came.
    let offset = tus::offset(&asked);
    assert!((17 * MB..=20 * MB).contains(&offset), "{offset}");
    // Once more, now right after an acknowledgement.
    let next = offset + MB;
    let sent = tus::send(&server, &admin, &place, offset, &file.bytes[offset..next]).await;
    assert_eq!(tus::offset(&sent.expect(204)), next);
    server.cut_power().await;
    server = without_models(&data).await;
    admin = as_at(&admin, &server);
    let asked = tus::ask(&server, &admin, &place).await.expect(200);
    assert_eq!(tus::offset(&asked), next);
    let done = tus::send(&server, &admin, &place, next, &file.bytes[next..]).await;
    done.expect(204);
    lesson_of(&server, &admin, &place, &file).await;
    server.cut_power().await;

    let server = without_models(&data).await;
    lesson_of(&server, &as_at(&admin, &server), &place, &file).await;
    server.cut_power().await;
    assert_eq!(number(&data, "core.db", LESSONS), 1);
    assert_eq!(files(&data.path().join("uploads")), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_in_the_middle_of_an_upload_keeps_all_that_came() {
    let data = tempfile::tempdir().unwrap();
    let mut server = without_models(&data).await;
    let admin = server.set_up().await;
    let file = big();
    let place = tus::start(&server, &admin, &file).await;
    let came = 3 * MB + 5;
    let sent = (&file.bytes[..came], 30 * MB);
    let _sending = tus::begin(&server, &admin, &place, 0, sent).await;
    has_come(&server, &part(&data, &place), came).await;
    let (ended, took) = server.stop().await;
    assert!(ended.success(), "{ended}\n{}", server.log());
    figure("stopping", took, Duration::from_secs(8));
    let server = without_models(&data).await;
    let admin = as_at(&admin, &server);
    let asked = tus::ask(&server, &admin, &place).await.expect(200);
    assert_eq!(tus::offset(&asked), came);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_power_cut_before_the_lesson_is_made_up_for_at_the_next_start() {
    let data = tempfile::tempdir().unwrap();
    let server = without_models(&data).await;
    let admin = server.set_up().await;
    let contents = ["Herons stand in the marsh.", "Cranes dance in the marsh."];
    let mut places = Vec::new();
    for text in contents {
        let file = Upload::text("lesson.txt", text);
        let place = tus::start(&server, &admin, &file).await;
        let last = file.bytes.len() - 1;
        let sent = tus::send(&server, &admin, &place, 0, &file.bytes[..last]).await;
        sent.expect(204);
        places.push((place, file));
    }
    server.cut_power().await;
    // As the box leaves it between the last bytes and the lesson: counted,
    // and for the second one its blob named already.
    let core = database(&data, "core.db");
    for (nth, (place, file)) in places.iter().enumerate() {
        std::fs::write(part(&data, place), &file.bytes).unwrap();
        let hash = (nth == 1).then(|| bwenge::blobs::BlobHash::of(&file.bytes).to_string());
        let id = place.rsplit('/').next().unwrap();
        let all = "UPDATE uploads SET received = bytes, original = ?2 WHERE id = ?1";
        assert_eq!(core.execute(all, (id, hash)).unwrap(), 1);
    }
    drop(core);
    // And a file whose row is gone.
    let orphan = part(&data, "/01900000-0000-7000-8000-000000000000");
    std::fs::write(&orphan, "nobody's").unwrap();

    for _ in 0..2 {
        let server = without_models(&data).await;
        let admin = as_at(&admin, &server);
        for (place, file) in &places {
            let id = lesson_of(&server, &admin, place, file).await;
            server.ready(&admin, &id).await;
        }
        server.cut_power().await;
        assert_eq!(number(&data, "core.db", LESSONS), 2);
        assert_eq!(files(&data.path().join("uploads")), 0);
    }
}

/// The same person at the address the box has after a start.
fn as_at(who: &Browser, server: &Server) -> Browser {
    Browser {
        host: server.address().to_string(),
        ..who.clone()
    }
}
