//! Lessons that are pictures, their posters, and pictures of pages.

use serde_json::{Value, json};

use crate::extract::black;
use crate::support::app::TestApp;
use crate::support::browser::{Answer, Browser};
use crate::support::door::{Door, PASSWORD};
use crate::support::hostile;
use crate::support::upload::Upload;

const JPEG: &[u8] = b"\xFF\xD8\xFF";
const SHOWN: &str = "Water rises from the lake, becomes clouds and falls as rain on the hills.";

fn of(lesson: &Value, what: &str) -> String {
    format!("/knowledge/{}{what}", lesson["id"].as_str().unwrap())
}

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    let value = answer.headers.get(name);
    value.map_or("", |value| value.to_str().unwrap())
}

/// Asks with the tag of what was got before.
async fn again(app: &TestApp, who: &Browser, path: &str, tag: &str) -> Answer {
    let mut request = who.request("GET", path, None);
    let headers = request.headers_mut();
    headers.insert("if-none-match", tag.parse().unwrap());
    app.send(request).await
}

/// A picture of ours: JPEG, of no other type, asked about each time.
fn is_drawn(answer: &Answer) {
    assert!(
        answer.bytes.starts_with(JPEG),
        "{} bytes",
        answer.bytes.len()
    );
    assert_eq!(header(answer, "content-type"), "image/jpeg");
    assert_eq!(header(answer, "x-content-type-options"), "nosniff");
    assert_eq!(header(answer, "content-security-policy"), "sandbox");
    assert_eq!(header(answer, "cache-control"), "private, no-cache");
}

/// Uploads a picture; it needs a description.
async fn picture(app: &TestApp, who: &Browser, name: &str) -> Value {
    let id = app
        .upload(who, &Upload::fixture(name))
        .await
        .expect(202)
        .id();
    let lesson = app.settled(who, &id).await;
    assert_eq!(lesson["status"], "needs_description", "{lesson}");
    lesson
}

/// Writes what a picture shows, or takes it back; the lesson as it is then.
async fn describe(app: &TestApp, who: &Browser, lesson: &Value, edit: Value) -> Value {
    let text = app.get(&of(lesson, "/text"), who).await.expect(200).body;
    let mut edit = edit;
    edit["key"] = text["sections"][0]["key"].clone();
    let body = json!({"edits": [edit]});
    let said = app.patch(&of(lesson, "/text"), who, body).await;
    said.expect(200);
    idle(app).await;
    app.get(&of(lesson, ""), who).await.expect(200).body
}

async fn idle(app: &TestApp) {
    loop {
        let jobs = app.core.db.core.read(bwenge::jobs::counts).await.unwrap();
        assert_eq!(jobs.dead, 0);
        if jobs.queued + jobs.running == 0 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}

/// The box after a restart, and its administrator signed in anew.
async fn restarted(app: TestApp, admin: &Browser) -> (TestApp, Browser) {
    let me = app.get("/auth/me", admin).await.expect(200).body;
    let app = app.again().await;
    let admin = app
        .sign_in("admin", PASSWORD, me["org"]["id"].clone())
        .await;
    (app, admin)
}

/// How many pages lie drawn.
fn kept(app: &TestApp) -> usize {
    std::fs::read_dir(app.data().join("pages")).map_or(0, Iterator::count)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_found_by_what_its_teacher_writes() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let teacher = app.add(&admin, "mwarimu", "teacher").await;
    let pupil = app.add(&admin, "gasore", "learner").await;
    let lesson = picture(&app, &teacher, "board.jpg").await;
    assert_eq!(lesson["page_kind"], "picture");
    assert_eq!(
        (&lesson["pages"], &lesson["passages"]),
        (&json!(1), &json!(0))
    );
    assert!(lesson["failure"].is_null() && lesson["warnings"] == json!([]));

    // Until then it is there and says nothing.
    let text = app
        .get(&of(&lesson, "/text"), &pupil)
        .await
        .expect(200)
        .body;
    let section = &text["sections"][0];
    assert_eq!(section["anchor"]["kind"], "picture");
    assert_eq!(section["blocks"], json!([]));
    assert!(app.search(&pupil, "clouds and rain").await.is_empty());
    for refused in ["/cancel", "/retry"] {
        let answer = app.post(&of(&lesson, refused), &teacher, json!({})).await;
        answer.refused(409, "conflict");
    }

    let edits = json!({"edits": [{"key": section["key"], "text": SHOWN}]});
    let denied = app.patch(&of(&lesson, "/text"), &pupil, edits).await;
    denied.refused(403, "forbidden");
    for (edit, status, code) in [
        (json!({"text": "  "}), 422, "invalid_field"),
        (json!({"text": "x".repeat(20_001)}), 422, "invalid_field"),
        (json!({"excluded": true}), 409, "conflict"),
    ] {
        let mut edit = edit;
        edit["key"] = section["key"].clone();
        let body = json!({"edits": [edit]});
        let answer = app.patch(&of(&lesson, "/text"), &teacher, body).await;
        answer.refused(status, code);
    }

    let described = describe(&app, &teacher, &lesson, json!({"text": SHOWN})).await;
    assert_eq!(described["status"], "ready");
    assert_eq!(described["passages"], 1);
    let found = app.search(&pupil, "clouds and rain").await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["anchor"]["kind"], "picture");
    assert_eq!(found[0]["text"], format!("Board\n{SHOWN}"));
    let text = app
        .get(&of(&lesson, "/text"), &pupil)
        .await
        .expect(200)
        .body;
    assert_eq!(text["sections"][0]["blocks"][0]["text"], SHOWN);

    // Its title is searched as well, also a new one.
    let title = json!({"title": "Hydrology"});
    app.patch(&of(&lesson, ""), &teacher, title)
        .await
        .expect(200);
    idle(&app).await;
    let found = app.search(&pupil, "hydrology").await;
    assert_eq!(found[0]["text"], format!("Hydrology\n{SHOWN}"));

    // What was written outlives another reading, and can be taken back.
    let read = app
        .post(&of(&lesson, "/read-again"), &teacher, json!({}))
        .await;
    read.expect(202);
    idle(&app).await;
    assert_eq!(app.search(&pupil, "clouds and rain").await.len(), 1);
    let bare = describe(&app, &teacher, &lesson, json!({})).await;
    assert_eq!(bare["status"], "needs_description");
    assert_eq!(bare["passages"], 0);
    assert!(app.search(&pupil, "clouds and rain").await.is_empty());
    let (app, admin) = restarted(app, &admin).await;
    let bare = app.get(&of(&lesson, ""), &admin).await.expect(200).body;
    assert_eq!(bare["status"], "needs_description");
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_picture_is_kept_and_shown() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let pupil = app.add(&admin, "gasore", "learner").await;
    for (name, kind) in [
        ("board.jpg", "image/jpeg"),
        ("grey.png", "image/png"),
        ("leaf.webp", "image/webp"),
        ("moving.gif", "image/gif"),
    ] {
        let file = Upload::fixture(name);
        let lesson = picture(&app, &admin, name).await;
        let path = format!("{}?inline=1", of(&lesson, "/original"));
        let shown = app.get(&path, &pupil).await.expect(200);
        assert_eq!(shown.bytes, file.bytes, "{name}");
        assert_eq!(header(&shown, "content-type"), kind);
        assert_eq!(header(&shown, "x-content-type-options"), "nosniff");
        assert!(header(&shown, "content-disposition").starts_with("inline; "));
        let policy = header(&shown, "content-security-policy");
        assert_eq!(policy, "sandbox; frame-ancestors 'self'");
        let small = app.get(&of(&lesson, "/picture?width=480"), &pupil).await;
        is_drawn(&small.expect(200));
        let has = |lesson: &Value| lesson["poster"] == true;
        app.until(&admin, &of(&lesson, ""), has).await;
        is_drawn(&app.get(&of(&lesson, "/poster"), &pupil).await.expect(200));
    }
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_drawn_for_those_who_may_read_the_lesson() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let pupil = app.add(&admin, "gasore", "learner").await;
    let other = app.other_school(&admin).await;
    let shared = app
        .lesson(&admin, &Upload::fixture("photosynthesis.pdf"))
        .await;
    let hidden = Upload::fixture("systeme-solaire.pdf").with("shared", "false");
    let hidden = app.lesson(&admin, &hidden).await;
    let html = app
        .lesson(
            &admin,
            &Upload::text("bees.html", "<p>Bees live in hives.</p>"),
        )
        .await;

    let third = of(&shared, "/picture?page=3&width=400");
    let page = app.get(&third, &pupil).await.expect(200);
    is_drawn(&page);
    let tag = header(&page, "etag").to_owned();
    assert!(
        again(&app, &pupil, &third, &tag)
            .await
            .expect(304)
            .bytes
            .is_empty()
    );
    assert_eq!(kept(&app), 1);
    // The same again, from the folder; another page; another width.
    assert_eq!(app.get(&third, &admin).await.expect(200).bytes, page.bytes);
    let same = of(&shared, "/picture?page=3&width=480");
    assert_eq!(app.get(&same, &pupil).await.expect(200).bytes, page.bytes);
    assert_eq!(kept(&app), 1);
    let fourth = of(&shared, "/picture?page=4&width=480");
    let next = again(&app, &pupil, &fourth, &tag).await.expect(200);
    assert_ne!(next.bytes, page.bytes);
    let wide = app
        .get(&of(&shared, "/picture?page=3&width=99999"), &pupil)
        .await;
    assert!(wide.expect(200).bytes.len() > page.bytes.len());
    assert_eq!(kept(&app), 3);

    for number in ["0", "6", "4294967295"] {
        let path = of(&shared, &format!("/picture?page={number}"));
        app.get(&path, &pupil).await.refused(404, "not_found");
    }
    for number in ["-1", "two", "4294967296"] {
        let path = of(&shared, &format!("/picture?page={number}"));
        app.get(&path, &pupil).await.refused(400, "bad_request");
    }
    for what in ["/picture", "/poster"] {
        app.get(&of(&html, what), &admin)
            .await
            .refused(404, "not_found");
        for (who, lesson) in [(&pupil, &hidden), (&other, &shared), (&other, &hidden)] {
            let answer = app.get(&of(lesson, what), who).await;
            answer.refused(404, "not_found");
        }
        let nobody = app.get(&of(&shared, what), &app.anon()).await;
        nobody.refused(401, "not_signed_in");
    }
    app.get(&of(&hidden, "/picture"), &admin).await.expect(200);

    // A class opens the same page at once: it is drawn once.
    let before = kept(&app);
    let fifth = of(&shared, "/picture?page=5&width=1440");
    let class = (0..30).map(|_| app.get(&fifth, &pupil));
    for page in futures_util::future::join_all(class).await {
        is_drawn(&page.expect(200));
    }
    assert_eq!(kept(&app), before + 1);

    // It goes with the lesson.
    app.delete(&of(&shared, ""), &admin).await.expect(204);
    app.get(&third, &pupil).await.refused(404, "not_found");
    app.get(&of(&shared, "/poster"), &pupil)
        .await
        .refused(404, "not_found");
    assert_eq!(kept(&app), 1, "that of the other lesson");
    app.delete(&of(&hidden, ""), &admin).await.expect(204);
    app.delete(&of(&html, ""), &admin).await.expect(204);
    idle(&app).await;
    assert_eq!((kept(&app), app.blobs()), (0, 0));
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lessons_have_posters_where_something_can_be_drawn() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let mut lessons = Vec::new();
    for (name, has) in [
        ("photosynthesis.pdf", true),
        ("water-cycle.odt", true),
        ("rwanda-history.pptx", true),
        ("water-cycle.docx", false),
        ("planetes.csv", false),
    ] {
        let lesson = app.lesson(&admin, &Upload::fixture(name)).await;
        idle(&app).await;
        let now = app.get(&of(&lesson, ""), &admin).await.expect(200).body;
        assert_eq!(now["poster"], has, "{name}");
        let path = of(&lesson, "/poster");
        let poster = app.get(&path, &admin).await;
        if has {
            let poster = poster.expect(200);
            is_drawn(&poster);
            let tag = header(&poster, "etag").to_owned();
            assert!(
                again(&app, &admin, &path, &tag)
                    .await
                    .expect(304)
                    .bytes
                    .is_empty()
            );
            assert!(
                poster.bytes.len() < 60_000,
                "{name}: {}",
                poster.bytes.len()
            );
        } else {
            poster.refused(404, "not_found");
        }
        lessons.push(lesson);
    }
    // A box that comes from an older version makes them at its next start.
    let forget = |conn: &rusqlite::Connection| {
        Ok(conn.execute("UPDATE lessons SET poster = NULL, poster_by = 0", [])?)
    };
    app.core.db.core.write(forget).await.unwrap();
    let (app, admin) = restarted(app, &admin).await;
    idle(&app).await;
    for lesson in &lessons[..3] {
        let poster = app.get(&of(lesson, "/poster"), &admin).await;
        is_drawn(&poster.expect(200));
    }
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_pictures_end_in_a_clear_word() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let mut cut = Upload::fixture("grey.png");
    cut.bytes.truncate(600);
    let mut lying = black(4, 4);
    // Says it is 9,000 pixels high and wide, and has 16.
    lying.splice(16..24, [0, 0, 0x23, 0x28, 0, 0, 0x23, 0x28]);
    for (name, bytes, code) in [
        ("bomb.png", black(10_001, 10_000), "too_big"),
        ("lying.png", lying, "damaged"),
        ("cut.png", cut.bytes, "damaged"),
    ] {
        let id = app
            .upload(&admin, &Upload::new(name, bytes))
            .await
            .expect(202)
            .id();
        let lesson = app.settled(&admin, &id).await;
        assert_eq!(lesson["status"], "failed", "{name}");
        assert_eq!(lesson["failure"]["code"], code, "{name}");
        app.get(&format!("/knowledge/{id}/picture"), &admin)
            .await
            .refused(404, "not_found");
        app.delete(&format!("/knowledge/{id}"), &admin)
            .await
            .expect(204);
    }
    let renamed = Upload::new("renamed.png", Upload::fixture("board.jpg").bytes);
    app.upload(&admin, &renamed)
        .await
        .refused(422, "file_type_mismatch");
    // As large as it may be: read, and drawn, within the memory of the child.
    let large = Upload::new("large.png", black(10_000, 10_000));
    let id = app.upload(&admin, &large).await.expect(202).id();
    let lesson = app.settled(&admin, &id).await;
    assert_eq!(lesson["status"], "needs_description", "{lesson}");
    let small = app.get(&of(&lesson, "/picture?width=480"), &admin).await;
    is_drawn(&small.expect(200));
    app.healthy(&admin, "pictures").await;
    app.end().await;
}

/// A PDF whose page has no end, because a form draws itself twice, is a lesson all
/// the same. Its page is tried once, until the child's time is over.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_can_not_be_drawn_fails_no_lesson() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let endless = Upload::new("endless.pdf", hostile::looping_form());
    let lesson = app.lesson(&admin, &endless).await;
    idle(&app).await;
    let now = app.get(&of(&lesson, ""), &admin).await.expect(200).body;
    assert_eq!(
        (&now["status"], &now["poster"]),
        (&json!("ready"), &json!(false))
    );
    let page = of(&lesson, "/picture");
    app.get(&page, &admin).await.refused(504, "timeout");
    // Drawing it again would take its child's whole time, 20 s.
    let soon = std::time::Duration::from_secs(15);
    let again = tokio::time::timeout(soon, app.get(&page, &admin)).await;
    again.expect("an answer at once").refused(504, "timeout");
    // A picture inside that is larger than can be drawn is left white.
    let greedy = Upload::new("greedy.pdf", hostile::greedy_page());
    let lesson = app.lesson(&admin, &greedy).await;
    is_drawn(&app.get(&of(&lesson, "/picture"), &admin).await.expect(200));
    app.healthy(&admin, "greed").await;
    app.end().await;
}
