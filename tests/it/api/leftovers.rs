//! What uploads leave behind: nothing that comes back, takes room from others
//! or keeps the box from starting.

use serde_json::json;

use crate::support::app::TestApp;
use crate::support::door::{Door, PASSWORD};
use crate::support::tus;
use crate::support::upload::Upload;

fn underway(app: &TestApp) -> usize {
    std::fs::read_dir(app.data().join("uploads")).map_or(0, Iterator::count)
}

/// Sends a whole file; its place, and a header of the last answer.
async fn whole(
    app: &TestApp,
    who: &crate::support::browser::Browser,
    (file, header): (&Upload, &str),
) -> (String, String) {
    let place = tus::start(app, who, file).await;
    let answer = tus::send(app, who, &place, 0, &file.bytes)
        .await
        .expect(204);
    let told = tus::header(&answer, header).to_owned();
    assert!(!told.is_empty(), "no {header} in {:?}", answer.headers);
    (place, told)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_lesson_does_not_come_back_by_an_undecided_upload() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let me = app.get("/auth/me", &admin).await.expect(200).body;
    let org = me["org"]["id"].as_str().unwrap().to_owned();
    let stranger = app.other_school(&admin).await;
    let file = Upload::text("herons.txt", "Herons stand in the marsh.");
    let (_, first) = whole(&app, &admin, (&file, "bwenge-lesson")).await;
    app.ready(&admin, &first).await;
    let (place, told) = whole(&app, &admin, (&file, "bwenge-same-as")).await;
    assert_eq!(told, first);
    // Another school's question stays open.
    let (_, theirs) = whole(&app, &stranger, (&file, "bwenge-lesson")).await;
    app.ready(&stranger, &theirs).await;
    let (open, _) = whole(&app, &stranger, (&file, "bwenge-same-as")).await;

    let deleted = format!("/knowledge/{first}");
    app.delete(&deleted, &admin).await.expect(204);
    tus::ask(&app, &admin, &place).await.expect(404);
    let asked = tus::ask(&app, &stranger, &open).await.expect(200);
    assert_eq!(tus::header(&asked, "bwenge-same-as"), theirs);

    let app = app.again().await;
    let admin = app.sign_in("admin", PASSWORD, json!(org)).await;
    let listed = app.get("/knowledge", &admin).await.expect(200).body;
    assert_eq!(listed["lessons"], json!([]));
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_announcement_whose_bytes_are_refused_leaves_nothing() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let file = Upload::text("a.txt", "About herons.");
    let refused = [
        (&b"About cranes!"[..], 460, "checksum_mismatch"),
        (
            b"\x89PNG\r\n\x1a\n\x07\x07\x07\x07\x07",
            422,
            "file_type_mismatch",
        ),
        (b"About herons and cranes.", 400, "bad_request"),
    ];
    for (bytes, status, code) in refused {
        let mut headers = tus::announcement(&file);
        headers.push(("content-type", tus::PIECE.to_owned()));
        if code == "checksum_mismatch" {
            let sha1 = "sha1 qZk+NkcGgWq6PiVxeFDCbJzQ2J0=";
            headers.push(("upload-checksum", sha1.to_owned()));
        }
        let request = tus::request(&admin, "POST", tus::UPLOADS, &headers, bytes);
        app.send(request).await.refused(status, code);
        assert_eq!(underway(&app), 0, "{code}");
    }
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_without_a_byte_lives_an_hour() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let file = Upload::text("a.txt", "About herons.");
    let empty = tus::start(&app, &admin, &file).await;
    let begun = tus::start(&app, &admin, &file).await;
    tus::send(&app, &admin, &begun, 0, b"About")
        .await
        .expect(204);
    app.clock.advance_ms(59 * 60 * 1000);
    let admin = app.sign_in("admin", PASSWORD, json!(null)).await;
    tus::ask(&app, &admin, &empty).await.expect(200);
    app.clock.advance_ms(2 * 60 * 1000);
    tus::ask(&app, &admin, &empty).await.expect(404);
    tus::ask(&app, &admin, &begun).await.expect(200);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_among_the_uploads_does_not_keep_the_box_from_starting() {
    let app = TestApp::start().await;
    app.set_up().await;
    let uploads = app.data().join("uploads");
    std::fs::create_dir_all(uploads.join("a-folder")).unwrap();
    std::fs::write(uploads.join("nobodys"), "x").unwrap();
    let app = app.again().await;
    assert!(uploads.join("a-folder").is_dir());
    assert!(!uploads.join("nobodys").exists());
    app.end().await;
}
