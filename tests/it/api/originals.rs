//! Originals: whole, in stretches, shown or saved.

use serde_json::Value;

use crate::support::app::TestApp;
use crate::support::browser::{Answer, Browser};
use crate::support::door::Door;
use crate::support::upload::Upload;

/// Asks for a lesson's original with further headers.
async fn ask(
    app: &TestApp,
    who: &Browser,
    method: &str,
    path: &str,
    headers: &[(&'static str, &str)],
) -> Answer {
    let mut request = who.request(method, path, None);
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    app.send(request).await
}

fn path(lesson: &Value) -> String {
    format!("/knowledge/{}/original", lesson["id"].as_str().unwrap())
}

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    let value = answer.headers.get(name);
    value.map_or("", |value| value.to_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn stretches_of_an_original_are_answered() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let file = Upload::fixture("photosynthesis.pdf");
    let lesson = app.lesson(&admin, &file).await;
    let (path, size) = (path(&lesson), file.bytes.len());

    let whole = ask(&app, &admin, "GET", &path, &[]).await.expect(200);
    assert_eq!(whole.bytes, file.bytes);
    assert_eq!(header(&whole, "accept-ranges"), "bytes");
    assert_eq!(header(&whole, "content-length"), size.to_string());
    assert_eq!(header(&whole, "content-type"), "application/pdf");
    assert_eq!(header(&whole, "x-content-type-options"), "nosniff");
    assert_eq!(header(&whole, "last-modified"), "");
    let tag = header(&whole, "etag").to_owned();
    assert_eq!(tag.len(), 66, "a SHA-256 in quotes: {tag}");

    // What Safari on a phone asks first, before it plays anything.
    let first = ask(&app, &admin, "GET", &path, &[("range", "bytes=0-1")]).await;
    let first = first.expect(206);
    assert_eq!(first.bytes, file.bytes[..2]);
    assert_eq!(header(&first, "content-length"), "2");
    assert_eq!(header(&first, "content-range"), format!("bytes 0-1/{size}"));
    assert_eq!(header(&first, "content-type"), "application/pdf");
    assert_eq!(header(&first, "etag"), tag);

    let stretches = [
        ("bytes=100-199", 100..200),
        ("bytes=1000-", 1000..size),
        ("bytes=-7", size - 7..size),
        ("bytes=10-99999999", 10..size),
    ];
    for (range, expected) in stretches {
        let got = ask(&app, &admin, "GET", &path, &[("range", range)]).await;
        let got = got.expect(206);
        assert_eq!(got.bytes, file.bytes[expected.clone()], "{range}");
        let (from, to) = (expected.start, expected.end - 1);
        let told = format!("bytes {from}-{to}/{size}");
        assert_eq!(header(&got, "content-range"), told, "{range}");
    }

    let beyond = format!("bytes={size}-");
    let beyond = ask(&app, &admin, "GET", &path, &[("range", &beyond)]).await;
    let beyond = beyond.refused(416, "bad_request");
    assert_eq!(header(&beyond, "content-range"), format!("bytes */{size}"));

    // Several at once may be answered with everything (RFC 9110, 14.2).
    let several = ask(&app, &admin, "GET", &path, &[("range", "bytes=0-1,5-6")]).await;
    assert_eq!(several.expect(200).bytes.len(), size);

    // An interrupted download goes on only with the same file.
    let same = [("range", "bytes=5-9"), ("if-range", tag.as_str())];
    let same = ask(&app, &admin, "GET", &path, &same).await.expect(206);
    assert_eq!(same.bytes, file.bytes[5..10]);
    let other = [("range", "bytes=5-9"), ("if-range", "\"another\"")];
    let other = ask(&app, &admin, "GET", &path, &other).await.expect(200);
    assert_eq!(other.bytes.len(), size);

    let known = ask(&app, &admin, "GET", &path, &[("if-none-match", &tag)]).await;
    let known = known.expect(304);
    assert!(known.bytes.is_empty());
    assert_eq!(header(&known, "etag"), tag);

    let head = ask(&app, &admin, "HEAD", &path, &[]).await.expect(200);
    assert!(head.bytes.is_empty());
    assert_eq!(header(&head, "content-length"), size.to_string());
    assert_eq!(header(&head, "accept-ranges"), "bytes");
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_harmless_kinds_are_shown_and_only_to_readers() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let pupil = app.add(&admin, "gasore", "learner").await;
    let other = app.other_school(&admin).await;
    let pdf = app
        .lesson(&admin, &Upload::fixture("photosynthesis.pdf"))
        .await;
    let hidden = Upload::text("notes.html", "<h1>Bees</h1><p>Bees live in hives.</p>");
    let hidden = app.lesson(&admin, &hidden.with("shared", "false")).await;

    let saved = ask(&app, &pupil, "GET", &path(&pdf), &[]).await.expect(200);
    assert!(header(&saved, "content-disposition").starts_with("attachment; "));
    assert_eq!(header(&saved, "content-security-policy"), "sandbox");
    assert_eq!(header(&saved, "x-frame-options"), "DENY");

    let inline = format!("{}?inline=1", path(&pdf));
    let shown = ask(&app, &pupil, "GET", &inline, &[]).await.expect(200);
    assert!(header(&shown, "content-disposition").starts_with("inline; "));
    assert_eq!(header(&shown, "x-frame-options"), "SAMEORIGIN");
    assert_eq!(header(&shown, "x-content-type-options"), "nosniff");
    let policy = header(&shown, "content-security-policy");
    assert!(policy.contains("script-src 'none'"), "{policy}");
    assert!(policy.contains("frame-ancestors 'self'"), "{policy}");

    // A web page is saved, whatever is asked.
    let inline = format!("{}?inline=1", path(&hidden));
    let page = ask(&app, &admin, "GET", &inline, &[]).await.expect(200);
    assert!(header(&page, "content-disposition").starts_with("attachment; "));
    assert_eq!(header(&page, "content-security-policy"), "sandbox");

    let range = [("range", "bytes=0-1")];
    for (who, lesson) in [(&pupil, &hidden), (&other, &pdf), (&other, &hidden)] {
        let answer = ask(&app, who, "GET", &path(lesson), &range).await;
        answer.refused(404, "not_found");
    }
    let anon = app.anon();
    let answer = ask(&app, &anon, "GET", &path(&pdf), &range).await;
    answer.refused(401, "not_signed_in");
    app.end().await;
}
