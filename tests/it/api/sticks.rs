//! Lessons from a stick: looked at, planned and copied, each file once; nothing
//! outside of the stick, and nobody but staff. A plain folder is the stick.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::Duration;

use bwenge::config::RawConfig;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::sleep;

use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::door::Door;
use crate::support::hostile;
use crate::support::upload::Upload;

/// A box with a folder that counts as a stick.
async fn with_stick() -> (TestApp, Browser, TempDir) {
    let stick = tempfile::Builder::new()
        .prefix("LESSONS")
        .tempdir()
        .unwrap();
    let app = TestApp::with(RawConfig {
        stick_folders: Some(vec![stick.path().to_owned()]),
        ..RawConfig::default()
    })
    .await;
    let admin = app.set_up().await;
    (app, admin, stick)
}

fn put(stick: &TempDir, name: impl AsRef<Path>, bytes: &[u8]) {
    let path = stick.path().join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

/// The address of the one stick.
async fn address(app: &TestApp, who: &Browser) -> String {
    let body = app.get("/knowledge/sticks", who).await.expect(200).body;
    let sticks = body["sticks"].as_array().unwrap();
    assert_eq!(sticks.len(), 1, "{sticks:?}");
    assert!(sticks[0]["name"].as_str().unwrap().starts_with("LESSONS"));
    assert!(sticks[0]["total_bytes"].as_u64().unwrap() > 0);
    format!("/knowledge/sticks/{}", sticks[0]["id"].as_str().unwrap())
}

async fn folder(app: &TestApp, who: &Browser, place: &str) -> Vec<Value> {
    let path = format!("{}/folder", address(app, who).await);
    let body = app.post(&path, who, json!({ "place": place })).await;
    body.expect(200).body["entries"].as_array().unwrap().clone()
}

fn names(entries: &[Value]) -> Vec<&str> {
    entries
        .iter()
        .map(|e| e["name"].as_str().unwrap())
        .collect()
}

/// The places of all there is.
async fn everything(app: &TestApp, who: &Browser) -> Value {
    let places: Vec<_> = folder(app, who, "").await;
    places.iter().map(|entry| entry["place"].clone()).collect()
}

/// The newest copy, once nothing of it waits any more.
async fn settled(app: &TestApp, who: &Browser) -> Value {
    for _ in 0..2000 {
        let body = app.get("/knowledge/copies", who).await.expect(200).body;
        if body["copies"][0]["running"] == false {
            return body["copies"][0].clone();
        }
        sleep(Duration::from_millis(10)).await;
    }
    panic!("the copy does not end");
}

async fn lessons(app: &TestApp, who: &Browser) -> Vec<Value> {
    let body = app.get("/knowledge", who).await.expect(200).body;
    body["lessons"].as_array().unwrap().clone()
}

/// Waits until all are read, so that no job is left.
async fn all_ready(app: &TestApp, who: &Browser) -> Vec<Value> {
    let listed = lessons(app, who).await;
    for lesson in &listed {
        app.ready(who, lesson["id"].as_str().unwrap()).await;
    }
    listed
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stick_is_looked_at_planned_and_copied() {
    let (app, admin, stick) = with_stick().await;
    put(&stick, "bees.txt", b"Bees make honey.");
    put(
        &stick,
        "Biology/plants.pdf",
        &hostile::lesson("photosynthesis.pdf"),
    );
    put(&stick, "Biology/again.txt", b"Bees make honey.");
    put(&stick, "Biology/empty.txt", b"");
    put(
        &stick,
        "Biology/deeper/herons.txt",
        b"Herons stand in the marsh.",
    );
    put(&stick, "picture.pdf", b"\x89PNG\r\n\x1a\n and so on");
    put(&stick, "game.exe", b"MZ");
    put(&stick, ".hidden.txt", b"Not for anybody.");
    put(
        &stick,
        "System Volume Information/notes.txt",
        b"The system's.",
    );
    symlink("/etc/hostname", stick.path().join("link.txt")).unwrap();

    let top = folder(&app, &admin, "").await;
    assert_eq!(
        names(&top),
        ["Biology", "bees.txt", "game.exe", "link.txt", "picture.pdf"]
    );
    assert_eq!(top[0]["folder"], true);
    assert_eq!(
        (&top[1]["format"], &top[1]["bytes"]),
        (&json!("txt"), &json!(16))
    );
    assert_eq!(top[2]["code"], "file_type_unknown");
    assert_eq!(top[3]["code"], "file_unreadable");
    let inside = folder(&app, &admin, top[0]["place"].as_str().unwrap()).await;
    assert_eq!(
        names(&inside),
        ["deeper", "again.txt", "empty.txt", "plants.pdf"]
    );
    assert_eq!(inside[2]["code"], "file_empty");

    // One is in the library already.
    let bees = Upload::text("bees.txt", "Bees make honey.");
    let known = app.lesson(&admin, &bees).await;
    let chosen = json!({ "chosen": everything(&app, &admin).await });
    let place = address(&app, &admin).await;
    let plan = app
        .post(&format!("{place}/plan"), &admin, chosen.clone())
        .await;
    let plan = plan.expect(200).body;
    assert_eq!(plan["new_files"], 3, "{plan}");
    assert_eq!(
        (&plan["here_files"], &plan["refused_files"]),
        (&json!(2), &json!(3))
    );
    assert_eq!(lessons(&app, &admin).await.len(), 1);

    let mut wanted = chosen.clone();
    wanted["subject"] = json!("  Biology ");
    wanted["language"] = json!("en");
    wanted["shared"] = json!(false);
    let started = app.post(&format!("{place}/copies"), &admin, wanted).await;
    let started = started.expect(202).body;
    assert_eq!(
        (&started["running"], &started["files"]),
        (&json!(true), &json!(8))
    );
    let done = settled(&app, &admin).await;
    assert_eq!(
        (&done["copied"], &done["here"]),
        (&json!(2), &json!(2)),
        "{done}"
    );
    assert_eq!(done["read_bytes"], done["total_bytes"]);
    let missed: Vec<_> = done["not_copied"].as_array().unwrap().iter().collect();
    let codes: Vec<_> = missed
        .iter()
        .map(|file| {
            (
                file["name"].as_str().unwrap(),
                file["code"].as_str().unwrap(),
            )
        })
        .collect();
    let expected = [
        ("empty.txt", "file_empty"),
        ("game.exe", "file_type_unknown"),
        ("link.txt", "file_unreadable"),
        ("picture.pdf", "file_type_mismatch"),
    ];
    assert_eq!(codes, expected);
    let listed = all_ready(&app, &admin).await;
    let plants = listed
        .iter()
        .find(|l| l["file_name"] == "plants.pdf")
        .unwrap();
    assert_eq!(
        (&plants["subject"], &plants["language"]),
        (&json!("Biology"), &json!("en"))
    );
    assert_eq!((listed.len(), &plants["shared"]), (3, &json!(false)));
    let original = format!("/knowledge/{}/original", plants["id"].as_str().unwrap());
    let original = app.get(&original, &admin).await.expect(200).bytes;
    assert_eq!(original, hostile::lesson("photosynthesis.pdf"));
    assert!(listed.iter().any(|l| l["id"] == known["id"]));

    // The same again adds nothing, and what became of it can be dismissed.
    let again = app
        .post(&format!("{place}/plan"), &admin, chosen.clone())
        .await;
    assert_eq!(again.expect(200).body["here_files"], 4);
    let path = format!("/knowledge/copies/{}", done["id"].as_str().unwrap());
    app.delete(&path, &admin).await.expect(204);
    let body = app.get("/knowledge/copies", &admin).await.expect(200).body;
    assert_eq!(body["copies"], json!([]));
    assert_eq!(lessons(&app, &admin).await.len(), 3);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_any_bytes() {
    let (app, admin, stick) = with_stick().await;
    let long = format!("{}.txt", "long ".repeat(50));
    let odd: [&[u8]; 4] = [
        b"\xff\xfe.txt",
        b"two\nlines.txt",
        b"a\\b.txt",
        long.as_bytes(),
    ];
    for (n, name) in odd.iter().enumerate() {
        put(
            &stick,
            OsStr::from_bytes(name),
            format!("Word {n}.").as_bytes(),
        );
    }
    let place = address(&app, &admin).await;
    let chosen = json!({ "chosen": everything(&app, &admin).await });
    app.post(&format!("{place}/copies"), &admin, chosen)
        .await
        .expect(202);
    let done = settled(&app, &admin).await;
    assert_eq!(
        (&done["copied"], &done["failed"]),
        (&json!(4), &json!(0)),
        "{done}"
    );
    for lesson in all_ready(&app, &admin).await {
        let title = lesson["title"].as_str().unwrap();
        assert!(
            !title.contains('\n') && title.chars().count() <= 200,
            "{title}"
        );
    }
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_outside_of_the_stick_is_shown_or_copied() {
    use base64::Engine;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD;

    let (app, admin, stick) = with_stick().await;
    symlink("/etc", stick.path().join("etc")).unwrap();
    put(&stick, "a.txt", b"About herons.");
    let place = address(&app, &admin).await;
    for path in [
        "..",
        "/etc",
        "etc",
        "../../etc/hostname",
        "etc/hostname",
        "no\0",
    ] {
        let word = BASE64_URL_SAFE_NO_PAD.encode(path);
        let shown = app
            .post(&format!("{place}/folder"), &admin, json!({ "place": word }))
            .await;
        assert!([400, 422].contains(&shown.status), "{path}");
    }
    for path in ["../../etc/hostname", "etc/hostname"] {
        let chosen = json!({ "chosen": [BASE64_URL_SAFE_NO_PAD.encode(path)] });
        let planned = app.post(&format!("{place}/plan"), &admin, chosen).await;
        planned.refused(422, "file_unreadable");
    }
    let nowhere = app.post("/knowledge/sticks/0123/folder", &admin, json!({}));
    nowhere.await.refused(404, "stick_gone");
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_is_nobody_elses_business() {
    let (app, admin, stick) = with_stick().await;
    put(&stick, "a.txt", b"About herons.");
    let teacher = app.add(&admin, "teacher", "teacher").await;
    let learner = app.add(&admin, "learner", "learner").await;
    let place = address(&app, &admin).await;
    app.get("/knowledge/sticks", &learner)
        .await
        .refused(403, "forbidden");
    let chosen = json!({ "chosen": everything(&app, &admin).await });
    let path = format!("{place}/copies");
    app.post(&path, &learner, chosen.clone())
        .await
        .refused(403, "forbidden");
    let started = app.post(&path, &teacher, chosen).await.expect(202).body;
    settled(&app, &teacher).await;
    let copy = format!("/knowledge/copies/{}", started["id"].as_str().unwrap());
    let stranger = app.other_school(&admin).await;
    for other in [&admin, &stranger] {
        let body = app.get("/knowledge/copies", other).await.expect(200).body;
        assert_eq!(body["copies"], json!([]));
        app.delete(&copy, other).await.refused(404, "not_found");
        let stop = format!("{copy}/stop");
        app.post(&stop, other, json!({}))
            .await
            .refused(404, "not_found");
    }
    all_ready(&app, &admin).await;
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_is_stopped_and_keeps_what_it_has() {
    let (app, admin, stick) = with_stick().await;
    for n in 0..40 {
        // Much to read and little to index.
        let mut bytes = hostile::lesson("photosynthesis.pdf");
        bytes.resize(4 << 20, b'\n');
        bytes.extend_from_slice(format!("% {n}\n").as_bytes());
        put(&stick, format!("{n:02}.pdf"), &bytes);
    }
    let place = address(&app, &admin).await;
    let chosen = json!({ "chosen": everything(&app, &admin).await });
    let path = format!("{place}/copies");
    let started = app
        .post(&path, &admin, chosen.clone())
        .await
        .expect(202)
        .body;
    app.post(&path, &admin, chosen)
        .await
        .refused(429, "queue_full");
    let copy = format!("/knowledge/copies/{}", started["id"].as_str().unwrap());
    app.post(&format!("{copy}/stop"), &admin, json!({}))
        .await
        .expect(204);
    let done = settled(&app, &admin).await;
    let (copied, stopped) = (done["copied"].as_u64().unwrap(), &done["stopped"]);
    assert_eq!(stopped, &json!(40 - copied), "{done}");
    assert!(copied < 40);
    sleep(Duration::from_millis(300)).await;
    let listed = lessons(&app, &admin).await;
    assert_eq!(listed.len() as u64, copied);
    for lesson in listed {
        let path = format!("/knowledge/{}", lesson["id"].as_str().unwrap());
        app.delete(&path, &admin).await.expect(204);
    }
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pulled_stick_ends_in_errors_and_what_was_copied_stays() {
    let (app, admin, stick) = with_stick().await;
    put(&stick, "1.txt", b"About herons.");
    for n in 2..30_u8 {
        let mut bytes = vec![b'a'; 8 << 20];
        bytes[0] = b'0' + n;
        put(&stick, format!("{n}.txt"), &bytes);
    }
    let place = address(&app, &admin).await;
    let places = everything(&app, &admin).await;
    let chosen = json!({ "chosen": places });
    app.post(&format!("{place}/copies"), &admin, chosen)
        .await
        .expect(202);
    // Another folder in its place is another stick.
    let moved = stick.path().with_extension("pulled");
    rustix::fs::rename(stick.path(), &moved).unwrap();
    std::fs::create_dir(stick.path()).unwrap();
    let done = settled(&app, &admin).await;
    let (copied, failed) = (
        done["copied"].as_u64().unwrap(),
        done["failed"].as_u64().unwrap(),
    );
    assert_eq!(copied + failed, 29, "{done}");
    assert!(failed > 0, "{done}");
    for file in done["not_copied"].as_array().unwrap() {
        assert_eq!(file["code"], "stick_gone");
    }
    assert_eq!(lessons(&app, &admin).await.len() as u64, copied);
    let plan = format!("{place}/plan");
    let plan = app.post(&plan, &admin, json!({ "chosen": [""] })).await;
    plan.refused(404, "stick_gone");
    for lesson in lessons(&app, &admin).await {
        let path = format!("/knowledge/{}", lesson["id"].as_str().unwrap());
        app.delete(&path, &admin).await.expect(204);
    }
    std::fs::remove_dir_all(moved).unwrap();
    app.end().await;
}

/// Takes the mount away also when the test fails.
struct Mounted(std::path::PathBuf);

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = rustix::mount::unmount(&self.0, rustix::mount::UnmountFlags::DETACH);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn below_the_roots_only_what_is_mounted_is_a_stick() {
    let root = tempfile::tempdir().unwrap();
    let place = root.path().join("STICK 1");
    std::fs::create_dir(&place).unwrap();
    std::fs::write(place.join("before.txt"), "Of the system's disk.").unwrap();
    let app = TestApp::with(RawConfig {
        stick_roots: Some(vec![root.path().to_owned()]),
        ..RawConfig::default()
    })
    .await;
    let admin = app.set_up().await;
    let sticks = async || {
        let body = app.get("/knowledge/sticks", &admin).await.expect(200).body;
        body["sticks"].as_array().unwrap().clone()
    };
    assert_eq!(sticks().await, Vec::<Value>::new());
    let flags = rustix::mount::MountFlags::empty();
    // Only the system's administrator may mount; the rest holds for everybody.
    if rustix::mount::mount("none", &place, "tmpfs", flags, Some(c"size=1m")).is_ok() {
        let mounted = Mounted(place.clone());
        std::fs::write(place.join("a.txt"), "About herons.").unwrap();
        let found = sticks().await;
        assert_eq!(found[0]["name"], "STICK 1");
        let path = format!(
            "/knowledge/sticks/{}/folder",
            found[0]["id"].as_str().unwrap()
        );
        let body = app.post(&path, &admin, json!({})).await.expect(200).body;
        assert_eq!(names(body["entries"].as_array().unwrap()), ["a.txt"]);
        drop(mounted);
        let gone = app.post(&path, &admin, json!({})).await;
        gone.refused(404, "stick_gone");
    }
    assert_eq!(sticks().await, Vec::<Value>::new());
    app.end().await;
}
