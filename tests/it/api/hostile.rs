//! Files made to do harm, through the front door: each ends in a word a
//! teacher can act on, in bounded time, and the box goes on as before.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::door::Door;
use crate::support::upload::Upload;
use crate::support::{figure, hostile};

/// No file may keep the box busy longer, even on this class of machine.
const BOUND: Duration = Duration::from_secs(120);

#[tokio::test(flavor = "multi_thread")]
async fn hostile_files_end_in_a_clear_code_and_leave_the_box_well() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    for (name, bytes) in hostile::uploads() {
        let began = Instant::now();
        let answer = app.upload(&admin, &Upload::new(name, bytes)).await;
        match name {
            "renamed.docx" => drop(answer.refused(422, "file_type_mismatch")),
            "empty.pdf" => drop(answer.refused(422, "file_empty")),
            _ => {
                let id = answer.expect(202).id();
                let lesson = app.settled(&admin, &id).await;
                check(name, &lesson);
                app.delete(&format!("/knowledge/{id}"), &admin)
                    .await
                    .expect(204);
            }
        }
        figure(name, began.elapsed(), BOUND);
        app.healthy(&admin, name).await;
    }
    nothing_is_left(&app, &admin).await;
    app.end().await;
}

fn check(name: &str, lesson: &Value) {
    let expected = match name {
        "bomb.docx" => "expands_too_much",
        "truncated.docx" | "attributes.docx" => "damaged",
        "entries.pptx" => "too_many_parts",
        "password.pdf" => "encrypted",
        "scan.pdf" => "no_text",
        // Its text may be read; refusing it is right as well.
        "deep.pdf" if lesson["status"] == "ready" => return,
        "deep.pdf" => "damaged",
        _ => panic!("{name} needs an expectation"),
    };
    assert_eq!(lesson["status"], "failed", "{name}: {lesson}");
    assert_eq!(lesson["failure"]["code"], expected, "{name}: {lesson}");
    assert!(
        !lesson["failure"]["detail"].as_str().unwrap().is_empty(),
        "{name}"
    );
    assert_eq!(lesson["progress"], Value::Null, "{name}");
}

/// Only the small files that proved the box well are still there.
async fn nothing_is_left(app: &TestApp, admin: &Browser) {
    let lessons = app.get("/knowledge", admin).await.expect(200).body;
    let lessons = lessons["lessons"].as_array().unwrap();
    assert!(lessons.iter().all(|lesson| lesson["status"] == "ready"));
    // An original and a text each.
    assert_eq!(app.blobs(), 2 * lessons.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn files_over_the_limit_are_refused_and_not_kept() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let of_size = |head: &[u8], mb: usize| {
        let mut bytes = head.to_vec();
        bytes.resize(mb << 20, b' ');
        bytes
    };
    for (name, head, mb) in [
        ("big.pdf", b"%PDF-1.7\n".as_slice(), 101),
        ("huge.pdf", b"%PDF-1.7\n", 140),
        ("big.docx", b"PK\x03\x04", 51),
        ("big.txt", b"text", 51),
    ] {
        let answer = app
            .upload(&admin, &Upload::new(name, of_size(head, mb)))
            .await;
        answer.refused(413, "file_too_big");
        assert_eq!(app.blobs(), 0, "{name}");
        app.healthy(&admin, name).await;
        let lessons = app.get("/knowledge", &admin).await.body;
        let id = lessons["lessons"][0]["id"].as_str().unwrap();
        app.delete(&format!("/knowledge/{id}"), &admin)
            .await
            .expect(204);
    }
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_name_is_never_a_path() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let names = [
        (
            "../../../../tmp/bwenge-traversal.txt",
            "bwenge-traversal.txt",
        ),
        (
            "..\\\\..\\\\boot\\\\bwenge-traversal.md",
            "bwenge-traversal.md",
        ),
        ("/etc/bwenge-traversal.txt", "bwenge-traversal.txt"),
        (
            "core.db/../../../keys/bwenge-traversal.txt",
            "bwenge-traversal.txt",
        ),
    ];
    for (n, (sent, kept)) in names.into_iter().enumerate() {
        let file = Upload::text(sent, &format!("Lesson number {n} about rivers."));
        let lesson = app.lesson(&admin, &file).await;
        assert_eq!(lesson["file_name"], kept, "{sent}");
        let original = format!("/knowledge/{}/original", lesson["id"].as_str().unwrap());
        let original = app.get(&original, &admin).await.expect(200);
        assert_eq!(original.bytes, file.bytes);
        let offered = original.headers["content-disposition"].to_str().unwrap();
        assert!(
            !offered.contains("..") && !offered.contains("%2F"),
            "{offered}"
        );
    }
    let outside = ["/tmp", "/etc"].map(|dir| format!("{dir}/bwenge-traversal.txt"));
    assert!(
        outside
            .iter()
            .all(|path| !std::path::Path::new(path).exists())
    );
    for entry in walkdir::WalkDir::new(app.data()) {
        let entry = entry.unwrap();
        let name = entry.file_name().to_string_lossy().into_owned();
        assert!(!name.contains("traversal"), "{}", entry.path().display());
    }
    let nameless = app.upload(&admin, &Upload::text("..", "No name.")).await;
    nameless.refused(415, "file_type_unknown");
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_other_kinds_are_refused_at_once() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let cases: [(&str, Vec<u8>, u16, &str); 6] = [
        ("virus.exe", b"MZ".to_vec(), 415, "file_type_unknown"),
        ("lesson", b"text".to_vec(), 415, "file_type_unknown"),
        (
            "picture.pdf",
            b"\x89PNG\r\n\x1a\n".to_vec(),
            422,
            "file_type_mismatch",
        ),
        (
            "lesson.docx",
            b"plain text".to_vec(),
            422,
            "file_type_mismatch",
        ),
        ("zeros.txt", vec![0; 5000], 422, "file_type_mismatch"),
        ("empty.txt", Vec::new(), 422, "file_empty"),
    ];
    for (name, bytes, status, code) in cases {
        let answer = app.upload(&admin, &Upload::new(name, bytes)).await;
        answer.refused(status, code);
    }
    let form = "multipart/form-data; boundary=x";
    for body in [
        "",
        "--x\r\n",
        "--x--\r\n",
        "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\ncut",
    ] {
        let path = "/api/v1/knowledge/upload";
        let request = admin.send_bytes("POST", path, Some(form), body.as_bytes().to_vec());
        let answer = app.send(request).await;
        assert!(
            (400..500).contains(&answer.status),
            "{body:?}: {}",
            answer.status
        );
    }
    let json = app.post("/knowledge/upload", &admin, json!({})).await;
    assert!((400..500).contains(&json.status), "{}", json.status);
    assert_eq!(app.blobs(), 0);
    app.healthy(&admin, "kinds").await;
    app.end().await;
}
