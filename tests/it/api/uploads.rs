//! Files sent piece by piece: kept over lost connections and restarts, refused
//! early, made into a lesson once, and nobody else's business.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::sleep;

use crate::support::app::TestApp;
use crate::support::browser::{Answer, Browser};
use crate::support::door::{Door, PASSWORD};
use crate::support::tus;
use crate::support::upload::Upload;

/// How many files lie in the folder of uploads that are underway.
fn underway(app: &TestApp) -> usize {
    std::fs::read_dir(app.data().join("uploads")).map_or(0, Iterator::count)
}

async fn lessons(app: &TestApp, who: &Browser) -> usize {
    let listed = app.get("/knowledge", who).await.expect(200).body;
    listed["lessons"].as_array().unwrap().len()
}

/// Sends a whole file in one piece; the last answer.
async fn whole(app: &TestApp, who: &Browser, file: &Upload) -> (String, Answer) {
    let place = tus::start(app, who, file).await;
    let answer = tus::send(app, who, &place, 0, &file.bytes).await;
    (place, answer.expect(204))
}

fn id_in<'a>(answer: &'a Answer, header: &str) -> &'a str {
    let id = tus::header(answer, header);
    assert!(!id.is_empty(), "no {header} in {:?}", answer.headers);
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_in_pieces_becomes_a_lesson_once() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let file = Upload::fixture("photosynthesis.pdf")
        .with("title", "Urumuri")
        .with("subject", "Biology")
        .with("language", "en")
        .with("shared", "false");
    let answer = tus::announce(&app, &admin, &file).await.expect(201);
    assert_eq!(tus::offset(&answer), 0);
    assert!(tus::header(&answer, "upload-expires").ends_with(" GMT"));
    let place = tus::header(&answer, "location").to_owned();
    assert!(place.starts_with(tus::UPLOADS), "{place}");

    let cuts = [0, 10, 5000, file.bytes.len() - 1];
    for pair in cuts.windows(2) {
        let sent = tus::send(&app, &admin, &place, pair[0], &file.bytes[pair[0]..pair[1]]).await;
        let sent = sent.expect(204);
        assert_eq!(tus::offset(&sent), pair[1]);
        assert_eq!(tus::header(&sent, "bwenge-lesson"), "");
        assert_eq!(tus::header(&sent, "tus-resumable"), "1.0.0");
        let asked = tus::ask(&app, &admin, &place).await.expect(200);
        assert_eq!(tus::offset(&asked), pair[1]);
        let length = file.bytes.len().to_string();
        assert_eq!(tus::header(&asked, "upload-length"), length);
        let said = &tus::announcement(&file)[1].1;
        assert_eq!(tus::header(&asked, "upload-metadata"), said);
        assert_eq!(tus::header(&asked, "cache-control"), "no-store");
    }
    // Bytes that belong elsewhere change nothing.
    for offset in [0, 4999, file.bytes.len()] {
        let answer = tus::send(&app, &admin, &place, offset, b"x").await;
        answer.refused(409, "conflict");
    }
    assert_eq!((lessons(&app, &admin).await, underway(&app)), (0, 1));

    let last = cuts[3];
    let done = tus::send(&app, &admin, &place, last, &file.bytes[last..]).await;
    let done = done.expect(204);
    let id = id_in(&done, "bwenge-lesson").to_owned();
    let lesson = app.ready(&admin, &id).await;
    assert_eq!(
        (&lesson["title"], &lesson["subject"]),
        (&json!("Urumuri"), &json!("Biology"))
    );
    assert_eq!(
        (&lesson["shared"], &lesson["language"]),
        (&json!(false), &json!("en"))
    );
    assert_eq!(lesson["file_name"], "photosynthesis.pdf");
    let original = format!("/knowledge/{id}/original");
    let original = app.get(&original, &admin).await.expect(200);
    assert_eq!(original.bytes, file.bytes);
    let has_poster = |lesson: &Value| lesson["poster"] == true;
    app.until(&admin, &format!("/knowledge/{id}"), has_poster)
        .await;
    assert_eq!((app.blobs(), underway(&app)), (3, 0));

    // Its answer was lost, and the sender tries again.
    let again = tus::send(&app, &admin, &place, last, &file.bytes[last..]).await;
    again.refused(409, "conflict");
    let asked = tus::ask(&app, &admin, &place).await.expect(200);
    assert_eq!(tus::offset(&asked), file.bytes.len());
    assert_eq!(id_in(&asked, "bwenge-lesson"), id);
    assert_eq!(lessons(&app, &admin).await, 1);
    let removed = tus::request(&admin, "DELETE", &place, &[], &[]);
    app.send(removed).await.expect(204);
    tus::ask(&app, &admin, &place).await.expect(404);
    assert_eq!(lessons(&app, &admin).await, 1);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_file_may_come_with_its_announcement() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let file = Upload::text("bees.txt", "Bees make honey.");
    let mut headers = tus::announcement(&file);
    headers.push(("content-type", tus::PIECE.to_owned()));
    let request = tus::request(&admin, "POST", tus::UPLOADS, &headers, &file.bytes);
    let answer = app.send(request).await.expect(201);
    assert_eq!(tus::offset(&answer), file.bytes.len());
    app.ready(&admin, id_in(&answer, "bwenge-lesson")).await;
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_protocol_introduces_itself() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let request = admin.send_bytes("OPTIONS", tus::UPLOADS, None, Vec::new());
    let answer = app.send(request).await.expect(204);
    assert_eq!(tus::header(&answer, "tus-version"), "1.0.0");
    let extensions = tus::header(&answer, "tus-extension");
    for extension in ["creation", "checksum", "expiration", "termination"] {
        assert!(
            extensions.split(',').any(|e| e == extension),
            "{extensions}"
        );
    }
    assert_eq!(
        tus::header(&answer, "tus-max-size"),
        (500 << 20).to_string()
    );
    assert_eq!(
        tus::header(&answer, "tus-checksum-algorithm"),
        "sha256,sha1"
    );

    let mut old = tus::request(&admin, "POST", tus::UPLOADS, &[], &[]);
    old.headers_mut()
        .insert("tus-resumable", "0.2.2".parse().unwrap());
    let answer = app.send(old).await.refused(412, "bad_request");
    assert_eq!(tus::header(&answer, "tus-version"), "1.0.0");
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_become_a_lesson_is_refused_before_its_bytes() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let announced = |name: &str, bytes: u64| {
        let mut headers = tus::announcement(&Upload::text(name, ""));
        headers[0].1 = bytes.to_string();
        headers
    };
    for (headers, status, code) in [
        (announced("virus.exe", 10), 415, "file_type_unknown"),
        (announced("", 10), 415, "file_type_unknown"),
        (announced("big.pdf", (100 << 20) + 1), 413, "file_too_big"),
        (announced("big.docx", (50 << 20) + 1), 413, "file_too_big"),
        (announced("endless.txt", u64::MAX), 413, "file_too_big"),
        (announced("empty.txt", 0), 422, "file_empty"),
        (announced("a.txt", 10)[1..].to_vec(), 400, "bad_request"),
        (
            announced("a.txt", 10)[..1].to_vec(),
            415,
            "file_type_unknown",
        ),
        (vec![("upload-length", "ten".into())], 400, "bad_request"),
    ] {
        let request = tus::request(&admin, "POST", tus::UPLOADS, &headers, &[]);
        app.send(request).await.refused(status, code);
    }
    let long = "x".repeat(201);
    for (field, value) in [
        ("title", long.as_str()),
        ("language", "xx"),
        ("shared", "maybe"),
    ] {
        let file = Upload::text("a.txt", "About herons.").with(field, value);
        let answer = tus::announce(&app, &admin, &file).await;
        let answer = answer.refused(422, "invalid_field");
        assert_eq!(answer.body["field"], field);
    }
    assert_eq!((underway(&app), app.blobs()), (0, 0));
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_another_kind_is_refused_with_its_first_bytes() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    bytes.resize(50_000, 7);
    let file = Upload::new("picture.pdf", bytes);
    let place = tus::start(&app, &admin, &file).await;
    // Too few to tell.
    tus::send(&app, &admin, &place, 0, &file.bytes[..100])
        .await
        .expect(204);
    let answer = tus::send(&app, &admin, &place, 100, &file.bytes[100..20_000]).await;
    answer.refused(422, "file_type_mismatch");
    tus::ask(&app, &admin, &place).await.expect(404);
    assert_eq!((underway(&app), app.blobs()), (0, 0));

    let file = Upload::text("a.txt", "About herons.");
    let place = tus::start(&app, &admin, &file).await;
    let longer = tus::send(&app, &admin, &place, 0, b"About herons. And more.").await;
    longer.refused(400, "bad_request");
    let mut headers = tus::piece(0);
    headers[0].1 = "application/octet-stream".to_owned();
    let odd = tus::request(&admin, "PATCH", &place, &headers, &file.bytes);
    app.send(odd).await.refused(415, "bad_request");
    assert_eq!(
        tus::offset(&tus::ask(&app, &admin, &place).await.expect(200)),
        0
    );
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn damaged_pieces_are_dropped() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let file = Upload::text("a.txt", "About herons and the marsh they stand in.");
    let place = tus::start(&app, &admin, &file).await;
    let (first, rest) = file.bytes.split_at(13);
    let good = tus::send_checked(&app, &admin, &place, 0, (first, first)).await;
    assert_eq!(tus::offset(&good.expect(204)), 13);
    let bad = tus::send_checked(&app, &admin, &place, 13, (b"something else", rest)).await;
    bad.refused(460, "checksum_mismatch");
    assert_eq!(
        tus::offset(&tus::ask(&app, &admin, &place).await.expect(200)),
        13
    );
    let mut headers = tus::piece(13);
    headers.push(("upload-checksum", "md5 kAFQmDzST7DWlj99KOF/cg==".into()));
    let odd = tus::request(&admin, "PATCH", &place, &headers, rest);
    app.send(odd).await.refused(400, "bad_request");
    // One that breaks off can not be verified.
    let done = tus::send_checked(&app, &admin, &place, 13, (rest, rest)).await;
    let id = id_in(&done.expect(204), "bwenge-lesson").to_owned();
    app.ready(&admin, &id).await;
    let original = app.get(&format!("/knowledge/{id}/original"), &admin).await;
    assert_eq!(original.expect(200).bytes, file.bytes);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_is_nobody_elses_business() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let teacher = app.add(&admin, "teacher", "teacher").await;
    let learner = app.add(&admin, "learner", "learner").await;
    let stranger = app.other_school(&admin).await;
    let file = Upload::text("a.txt", "About herons.");
    let place = tus::start(&app, &teacher, &file).await;
    let sending = tus::begin(&app, &teacher, &place, 0, (b"About", 13)).await;
    sleep(Duration::from_millis(200)).await;
    for other in [&admin, &stranger] {
        tus::ask(&app, other, &place).await.expect(404);
        let answer = tus::send(&app, other, &place, 0, b"x").await;
        answer.refused(404, "not_found");
        let removed = tus::request(other, "DELETE", &place, &[], &[]);
        app.send(removed).await.refused(404, "not_found");
        let kept = format!("{}/lesson", place.trim_start_matches("/api/v1"));
        app.post(&kept, other, json!({}))
            .await
            .refused(404, "not_found");
    }
    let refused = tus::announce(&app, &learner, &file).await;
    refused.refused(403, "forbidden");
    let refused = tus::announce(&app, &app.anon(), &file).await;
    refused.refused(401, "not_signed_in");
    drop(sending);
    let asked = tus::ask(&app, &teacher, &place).await.expect(200);
    assert_eq!(tus::offset(&asked), 5);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_connection_costs_nothing_that_came() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let file = Upload::fixture("long-lesson.pdf");
    let (half, all) = (file.bytes.len() / 2, file.bytes.len());
    let place = tus::start(&app, &admin, &file).await;
    let sending = tus::begin(&app, &admin, &place, 0, (&file.bytes[..half], all)).await;
    let path = app
        .data()
        .join("uploads")
        .join(place.rsplit('/').next().unwrap());
    let length = || std::fs::metadata(&path).map_or(0, |m| m.len() as usize);
    while length() < half {
        sleep(Duration::from_millis(5)).await;
    }
    // The box still waits for the rest, so a second sender has to wait.
    let second = tus::send(&app, &admin, &place, 0, &file.bytes).await;
    second.refused(423, "upload_busy");
    // Who asks has lost the connection that was sending.
    let asked = tus::ask(&app, &admin, &place).await.expect(200);
    assert_eq!(tus::offset(&asked), half);
    drop(sending);

    let more = half + 1000;
    let rest = (&file.bytes[half..more], all - half);
    drop(tus::begin(&app, &admin, &place, half, rest).await);
    while length() < more {
        sleep(Duration::from_millis(5)).await;
    }
    let app = app.again().await;
    let admin = app.sign_in("admin", PASSWORD, json!(null)).await;
    let asked = tus::ask(&app, &admin, &place).await.expect(200);
    assert_eq!(tus::offset(&asked), more);
    let done = tus::send(&app, &admin, &place, more, &file.bytes[more..]).await;
    let id = id_in(&done.expect(204), "bwenge-lesson").to_owned();
    app.ready(&admin, &id).await;
    let original = app.get(&format!("/knowledge/{id}/original"), &admin).await;
    assert_eq!(original.expect(200).bytes, file.bytes);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_of_two_senders_waits() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let file = Upload::text("a.txt", "About herons.");
    let place = tus::start(&app, &admin, &file).await;
    let _sending = tus::begin(&app, &admin, &place, 0, (b"", 13)).await;
    sleep(Duration::from_millis(300)).await;
    let second = tus::send(&app, &admin, &place, 0, &file.bytes).await;
    let second = second.refused(423, "upload_busy");
    assert_eq!(tus::header(&second, "retry-after"), "1");
    tus::ask(&app, &admin, &place).await.expect(200);
    let done = tus::send(&app, &admin, &place, 0, &file.bytes).await;
    app.ready(&admin, id_in(&done.expect(204), "bwenge-lesson"))
        .await;
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_nobody_goes_on_with_are_removed() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let file = Upload::text("a.txt", "About herons.");
    let place = tus::start(&app, &admin, &file).await;
    tus::send(&app, &admin, &place, 0, b"About")
        .await
        .expect(204);
    let given_up = tus::start(&app, &admin, &file).await;
    tus::send(&app, &admin, &given_up, 0, b"About")
        .await
        .expect(204);
    let removed = tus::request(&admin, "DELETE", &given_up, &[], &[]);
    app.send(removed).await.expect(204);
    tus::ask(&app, &admin, &given_up).await.expect(404);
    assert_eq!(underway(&app), 1);

    let hours = |hours: i64| hours * 60 * 60 * 1000;
    app.clock.advance_ms(hours(23));
    let admin = app.sign_in("admin", PASSWORD, json!(null)).await;
    tus::send(&app, &admin, &place, 5, b" herons")
        .await
        .expect(204);
    app.clock.advance_ms(hours(23));
    let admin = app.sign_in("admin", PASSWORD, json!(null)).await;
    tus::ask(&app, &admin, &place).await.expect(200);
    app.clock.advance_ms(hours(2));
    let admin = app.sign_in("admin", PASSWORD, json!(null)).await;
    tus::ask(&app, &admin, &place).await.expect(404);
    tus::start(&app, &admin, &file).await;
    assert_eq!(underway(&app), 0);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_file_is_told_and_added_again_when_wanted() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let teacher = app.add(&admin, "teacher", "teacher").await;
    let file = Upload::text("herons.txt", "Herons stand in the marsh.");
    let (_, first) = whole(&app, &admin, &file).await;
    let first = id_in(&first, "bwenge-lesson").to_owned();
    app.ready(&admin, &first).await;

    let (place, told) = whole(&app, &teacher, &file).await;
    assert_eq!(id_in(&told, "bwenge-same-as"), first);
    assert_eq!(tus::header(&told, "bwenge-lesson"), "");
    let asked = tus::ask(&app, &teacher, &place).await.expect(200);
    assert_eq!(id_in(&asked, "bwenge-same-as"), first);
    assert_eq!(
        (lessons(&app, &admin).await, app.blobs(), underway(&app)),
        (1, 2, 0)
    );

    let keep = format!("{}/lesson", place.trim_start_matches("/api/v1"));
    let kept = app.post(&keep, &teacher, json!({})).await.expect(202);
    let second = kept.id();
    assert_ne!(second, first);
    let again = app.post(&keep, &teacher, json!({})).await.expect(202);
    assert_eq!(again.id(), second);
    let asked = tus::ask(&app, &teacher, &place).await.expect(200);
    assert_eq!(id_in(&asked, "bwenge-lesson"), second);
    app.ready(&teacher, &second).await;
    // What one is made of stays while the other needs it.
    app.delete(&format!("/knowledge/{first}"), &admin)
        .await
        .expect(204);
    let original = app
        .get(&format!("/knowledge/{second}/original"), &admin)
        .await;
    assert_eq!(original.expect(200).bytes, file.bytes);
    app.delete(&format!("/knowledge/{second}"), &admin)
        .await
        .expect(204);
    assert_eq!(app.blobs(), 0);
    tus::ask(&app, &teacher, &place).await.expect(404);

    // Another school does not hear of it.
    let (_, ours) = whole(&app, &admin, &file).await;
    app.ready(&admin, id_in(&ours, "bwenge-lesson")).await;
    let stranger = app.other_school(&admin).await;
    let (_, theirs) = whole(&app, &stranger, &file).await;
    app.ready(&stranger, id_in(&theirs, "bwenge-lesson")).await;
    // Declined: the blob stays, because the lesson needs it.
    let (place, told) = whole(&app, &teacher, &file).await;
    id_in(&told, "bwenge-same-as");
    let removed = tus::request(&teacher, "DELETE", &place, &[], &[]);
    app.send(removed).await.expect(204);
    assert_eq!(app.blobs(), 2);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_does_not_fill_the_box_with_beginnings() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let teacher = app.add(&admin, "teacher", "teacher").await;
    let file = Upload::text("a.txt", "About herons.");
    for _ in 0..50 {
        tus::start(&app, &admin, &file).await;
    }
    let answer = tus::announce(&app, &admin, &file).await;
    answer.refused(429, "queue_full");
    tus::start(&app, &teacher, &file).await;
    app.end().await;
}
