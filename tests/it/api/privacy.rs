//! What is known of a person is handed out, and erased so that no byte of it is left.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::path::Path;
use std::time::Duration;

use bwenge::error::Result;
use bwenge::privacy as people;
use bwenge::types::Clock;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::chat::Socket;
use crate::support::door::{Door, PASSWORD, PATIENCE, PUPIL_PASSWORD};
use crate::support::upload::Upload;

const LESSON: &str = "The zanzibarite crystal glows violet when the umuvumu tree blossoms.";
const QUESTION: &str = "When does the zanzibarite crystal glow violet?";
/// No lesson says this.
const ASKED: &str = "When does the zanzibarite";
const OWN_LESSON: &str = "The kwashoorite stone hums at dawn beside the river Kanyonyomba.";

/// The files of an archive by their names.
type Files = BTreeMap<String, Vec<u8>>;

async fn id_of(app: &TestApp, who: &Browser) -> String {
    let me = app.get("/auth/me", who).await.expect(200);
    me.body["user"]["id"].as_str().unwrap().to_owned()
}

async fn rename(app: &TestApp, admin: &Browser, id: &str, name: &str) {
    let path = format!("/users/{id}");
    let renamed = app.patch(&path, admin, json!({ "name": name })).await;
    renamed.expect(200);
}

/// The files of an archive.
fn unpacked(bytes: &[u8]) -> Files {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = Files::new();
    for n in 0..archive.len() {
        let mut file = archive.by_index(n).unwrap();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        files.insert(file.name().unwrap().into_owned(), content);
    }
    files
}

async fn saved(app: &TestApp, who: &Browser, path: &str) -> Files {
    let answer = app.get(path, who).await.expect(200);
    assert_eq!(answer.headers["content-type"], "application/zip");
    unpacked(&answer.bytes)
}

fn table(files: &Files, name: &str) -> Vec<Value> {
    let rows: Value = serde_json::from_slice(&files[&format!("{name}.json")]).unwrap();
    rows.as_array().unwrap().clone()
}

/// Files of the data folder, but for backups, in which a text is, in any case.
fn files_with(folder: &Path, text: &str) -> Vec<String> {
    let wanted = text.to_lowercase();
    let all = walkdir::WalkDir::new(folder).into_iter();
    let files = all.map(|entry| entry.unwrap()).filter(|entry| {
        entry.file_type().is_file() && !entry.path().starts_with(folder.join("backups"))
    });
    let has = |path: &Path| {
        // A side file may go while it is looked at.
        let bytes = std::fs::read(path).unwrap_or_default();
        String::from_utf8_lossy(&bytes)
            .to_lowercase()
            .contains(&wanted)
    };
    files
        .filter(|entry| has(entry.path()))
        .map(|entry| entry.path().display().to_string())
        .collect()
}

async fn cleaned(app: &TestApp, admin: &Browser, id: &str) {
    let done = |body: &Value| {
        let mut all = body["erasures"].as_array().unwrap().iter();
        all.any(|one| one["user_id"] == id && one["cleaned_at"].is_i64())
    };
    app.until(admin, "/erasures", done).await;
}

async fn core(app: &TestApp, sql: &'static str) -> i64 {
    let count = |conn: &rusqlite::Connection| -> Result<i64> {
        Ok(conn.query_row(sql, [], |row| row.get(0))?)
    };
    app.core.db.core.read(count).await.unwrap()
}

/// A school with a lesson, and a pupil who asked about it.
struct School {
    app: TestApp,
    admin: Browser,
    pupil: Browser,
    pupil_id: String,
    lesson: String,
    org: Value,
}

impl School {
    async fn open() -> Self {
        let app = TestApp::start().await;
        let admin = app.set_up().await;
        let pupil = app.add(&admin, "gasore", "learner").await;
        let pupil_id = id_of(&app, &pupil).await;
        let org = app.get("/auth/me", &admin).await.body["org"]["id"].clone();
        rename(&app, &admin, &pupil_id, "Gasore Ntwarimitsi").await;
        let lesson = app
            .lesson(&admin, &Upload::text("crystal.txt", LESSON))
            .await;
        let tutor = app.tutor(&admin, json!({})).await;
        let mut socket = Socket::open(&app, &pupil).await;
        let (_, told) = socket.answer(&tutor, QUESTION).await;
        assert_eq!(told.message["status"], "complete");
        let kept = |body: &Value| body["total"] == 1;
        app.until(&admin, "/answers", kept).await;
        Self {
            app,
            admin,
            pupil,
            pupil_id,
            lesson: lesson["id"].as_str().unwrap().to_owned(),
            org,
        }
    }

    /// The administrator, anew.
    async fn sign_in(&self) -> Browser {
        self.app.sign_in("admin", PASSWORD, self.org.clone()).await
    }

    /// No byte of the pupil is in the files.
    fn is_clean(&self) {
        for text in ["Ntwarimitsi", "gasore", ASKED] {
            let found = files_with(self.app.data(), text);
            assert!(found.is_empty(), "{text} is in {found:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_saves_the_own_data_and_administrators_that_of_others() {
    let School {
        app,
        admin,
        pupil,
        pupil_id,
        lesson,
        org,
    } = School::open().await;
    let teacher = app.add(&admin, "keza", "teacher").await;
    let foreign = app.other_school(&admin).await;
    let path = format!("/users/{pupil_id}/export");

    let own = saved(&app, &pupil, "/auth/me/export").await;
    let account = &table(&own, "account")[0];
    assert_eq!(account["name"], "Gasore Ntwarimitsi");
    assert_eq!(account["signs_in_with"], "password");
    let messages = table(&own, "messages");
    assert_eq!(messages.len(), 2);
    assert_eq!(messages[0]["text"], QUESTION);
    assert_eq!(messages[1]["citations"][0]["lesson"], "Crystal");
    assert!(
        messages[0]["created_at"]
            .as_str()
            .unwrap()
            .starts_with("2026-")
    );
    assert_eq!(table(&own, "sessions").len(), 1);
    assert_eq!(table(&own, "lessons").len(), 0);
    let csv = String::from_utf8(own["messages.csv"].clone()).unwrap();
    assert!(
        csv.starts_with("\u{feff}id,conversation_id,role,text"),
        "{csv}"
    );
    assert!(csv.contains(QUESTION));
    let readme = String::from_utf8(own["README.txt"].clone()).unwrap();
    assert!(readme.contains("WHAT BWENGE KEEPS"), "{readme}");
    // Neither secrets nor what others brought in.
    for (name, bytes) in &own {
        let text = String::from_utf8_lossy(bytes);
        assert!(
            !text.contains("argon2") && !name.starts_with("originals"),
            "{name}"
        );
    }
    // What the tutor said quotes the lesson; its passages are not in there.
    app.delete(&format!("/knowledge/{lesson}"), &admin)
        .await
        .expect(204);
    let own = saved(&app, &pupil, "/auth/me/export").await;
    assert!(
        table(&own, "messages")[1]["citations"][0]
            .get("text")
            .is_none()
    );

    // In the reader's language.
    app.patch("/auth/me", &pupil, json!({"language": "sw"}))
        .await
        .expect(200);
    let pupil = app.sign_in("gasore", PUPIL_PASSWORD, org).await;
    let own = saved(&app, &pupil, "/auth/me/export").await;
    let readme = String::from_utf8(own["README.txt"].clone()).unwrap();
    assert!(readme.contains("KILE AMBACHO"), "{readme}");

    // Others only as administrators of the school.
    app.get(&path, &pupil).await.refused(403, "forbidden");
    app.get(&path, &teacher).await.refused(403, "forbidden");
    app.get(&path, &foreign).await.refused(404, "not_found");
    let of_pupil = saved(&app, &admin, &path).await;
    assert_eq!(table(&of_pupil, "messages").len(), 2);
    let log = format!("/audit?person={pupil_id}");
    let log = app.get(&log, &admin).await.expect(200).body;
    assert_eq!(log["entries"][0]["action"], "person_exported");

    // The originals of what somebody brought in.
    let own_lesson = app
        .lesson(&teacher, &Upload::text("stone.txt", OWN_LESSON))
        .await;
    let own = saved(&app, &teacher, "/auth/me/export").await;
    assert_eq!(table(&own, "lessons")[0]["title"], "Stone");
    let original = format!("originals/{}/stone.txt", own_lesson["id"].as_str().unwrap());
    assert_eq!(own[&original], OWN_LESSON.as_bytes());
    let log = table(&own, "log");
    assert!(log.iter().any(|row| row["action"] == "lesson_added"));
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pupil_who_is_erased_is_in_no_list_no_search_and_no_file() {
    let school = School::open().await;
    let School {
        app,
        admin,
        pupil,
        pupil_id,
        ..
    } = &school;
    let teacher = app.add(admin, "keza", "teacher").await;
    assert!(!files_with(app.data(), ASKED).is_empty());
    let (preview, erase) = (
        format!("/users/{pupil_id}/erasure"),
        format!("/users/{pupil_id}/erase"),
    );
    let name = json!({"name": "gasore  ntwarimitsi"});

    let told = app.get(&preview, admin).await.expect(200).body;
    assert_eq!(told["name"], "Gasore Ntwarimitsi");
    assert_eq!(told["counts"]["conversations"], 1);
    assert_eq!(told["counts"]["questions"], 1);
    for who in [&teacher, pupil] {
        app.get(&preview, who).await.refused(403, "forbidden");
        app.post(&erase, who, name.clone())
            .await
            .refused(403, "forbidden");
    }
    app.post(&erase, admin, json!({"name": "Gasore"}))
        .await
        .refused(422, "invalid_field");
    let own = id_of(app, admin).await;
    app.post(&format!("/users/{own}/erase"), admin, name.clone())
        .await
        .refused(409, "conflict");
    app.get("/auth/me", pupil).await.expect(200);

    let before = core(app, "SELECT count(*) FROM outbox").await;
    let mut socket = Socket::open(app, pupil).await;
    let erased = app.post(&erase, admin, name.clone()).await.expect(200).body;
    assert_eq!(erased["user_id"], pupil_id.as_str());
    assert_eq!(socket.closed().await, 4401);
    app.get("/auth/me", pupil)
        .await
        .refused(401, "session_ended");
    app.post(&erase, admin, name)
        .await
        .refused(404, "not_found");
    let people = app.get("/users", admin).await.expect(200).body;
    assert!(!people.to_string().contains("Ntwarimitsi"), "{people}");
    cleaned(app, admin, pupil_id).await;

    let answers = app.get("/answers", admin).await.expect(200).body;
    assert_eq!(answers["total"], 0, "{answers}");
    assert_eq!(core(app, "SELECT count(*) FROM messages").await, 0);
    // The lesson is the school's.
    assert_eq!(app.search(admin, QUESTION).await.len(), 1);
    let tombstones = "SELECT count(*) FROM outbox WHERE type = 'user_erased'";
    assert_eq!(core(app, tombstones).await, 1);
    assert!(core(app, "SELECT count(*) FROM outbox").await > before);
    // The log is whole, and knows the id only.
    let log = format!("/audit?person={pupil_id}");
    let log = app.get(&log, admin).await.expect(200).body;
    assert_eq!(log["entries"][0]["action"], "person_erased");
    assert_eq!(log["entries"][0]["subject_name"], Value::Null);
    let whole = app.get("/audit", admin).await.expect(200).body;
    assert_eq!(whole["check"]["broken_at"], Value::Null);
    school.is_clean();
    school.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_guest_typed_is_in_no_file_after_the_daily_upkeep() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    app.lesson(&admin, &Upload::text("crystal.txt", LESSON))
        .await;
    let tutor = app.tutor(&admin, json!({})).await;
    let guest = app.guest(&admin).await;
    let me = app.get("/auth/me", &guest).await.expect(200).body;
    let made_up = me["user"]["username"].as_str().unwrap().to_owned();
    let mut socket = Socket::open(&app, &guest).await;
    let (_, told) = socket.answer(&tutor, QUESTION).await;
    assert_eq!(told.message["status"], "complete");
    drop(socket);
    for text in [ASKED, made_up.as_str()] {
        assert!(!files_with(app.data(), text).is_empty(), "{text}");
    }
    // Nobody has left: there is nothing to do.
    let of_files = "SELECT count(*) FROM jobs WHERE kind = 'clean_up_person'";
    people::clear_remains(&app.core).await.unwrap();
    assert_eq!(core(&app, of_files).await, 0);

    // The rows go when the next one comes, the bytes with the upkeep.
    app.post("/auth/logout", &guest, json!({}))
        .await
        .expect(204);
    app.guest(&admin).await;
    assert_eq!(core(&app, "SELECT count(*) FROM messages").await, 0);
    people::clear_remains(&app.core).await.unwrap();
    let deadline = Instant::now() + PATIENCE;
    while core(&app, of_files).await > 0 {
        assert!(Instant::now() < deadline, "the files are not written anew");
        sleep(Duration::from_millis(5)).await;
    }
    for text in [ASKED, made_up.as_str()] {
        let found = files_with(app.data(), text);
        assert!(found.is_empty(), "{text} is in {found:?}");
    }
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lessons_of_a_teacher_stay_unless_they_are_chosen() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let teacher = app.add(&admin, "keza", "teacher").await;
    let heir = app.add(&admin, "mugabo", "teacher").await;
    let pupil = app.add(&admin, "gasore", "learner").await;
    let (id, heir_id) = (id_of(&app, &teacher).await, id_of(&app, &heir).await);
    rename(&app, &admin, &id, "Keza Ntwarimitsi").await;
    let stays = app
        .lesson(&teacher, &Upload::text("crystal.txt", LESSON))
        .await;
    let goes = app
        .lesson(&teacher, &Upload::text("stone.txt", OWN_LESSON))
        .await;
    let erase = format!("/users/{id}/erase");
    let told = app.get(&format!("/users/{id}/erasure"), &admin).await;
    assert_eq!(
        told.expect(200).body["lessons"].as_array().unwrap().len(),
        2
    );

    let wish = |lessons: Value, heir: &str| json!({"name": "Keza Ntwarimitsi", "lessons": lessons, "heir": heir});
    let pupil_id = id_of(&app, &pupil).await;
    app.post(&erase, &admin, wish(json!([]), &pupil_id))
        .await
        .refused(422, "invalid_field");
    app.post(&erase, &admin, wish(json!([heir_id]), &heir_id))
        .await
        .refused(422, "invalid_field");
    app.post(&erase, &admin, wish(json!([goes["id"]]), &heir_id))
        .await
        .expect(200);
    cleaned(&app, &admin, &id).await;

    let all = app.get("/knowledge", &admin).await.expect(200).body;
    assert_eq!(all["lessons"].as_array().unwrap().len(), 1);
    assert_eq!(all["lessons"][0]["id"], stays["id"]);
    assert_eq!(all["lessons"][0]["created_by"], heir_id.as_str());
    let found = app.search(&admin, "Which stone hums at dawn?").await;
    let stays_only = |hit: &Value| hit["lesson_id"] == stays["id"];
    assert!(found.iter().all(stays_only), "{found:?}");
    // Not in the database, the blobs or the indexes of words; lessons may come in again.
    for text in ["Ntwarimitsi", "kwashoorite", "Kanyonyomba"] {
        let found = files_with(app.data(), text);
        assert!(found.is_empty(), "{text} is in {found:?}");
    }
    assert!(!files_with(app.data(), "zanzibarite").is_empty());
    assert_eq!(app.search(&admin, QUESTION).await.len(), 1);
    let again = app
        .lesson(&heir, &Upload::text("stone.txt", OWN_LESSON))
        .await;
    let found = app.search(&admin, "Which stone hums at dawn?").await;
    let is_again = |hit: &Value| hit["lesson_id"] == again["id"];
    assert!(found.iter().any(is_again), "{found:?}");
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_backup_brings_nobody_back() {
    let mut school = School::open().await;
    let backup = tempfile::tempdir().unwrap();
    let copy = backup.path().join("core.db");
    school.app.core.db.backup(copy.clone()).await.unwrap();
    let erase = format!("/users/{}/erase", school.pupil_id);
    let name = json!({"name": "Gasore Ntwarimitsi"});
    school
        .app
        .post(&erase, &school.admin, name)
        .await
        .expect(200);
    cleaned(&school.app, &school.admin, &school.pupil_id).await;
    school.is_clean();

    school.app = school.app.again_on(&copy).await;
    // The administrator's session is as old as the backup.
    let admin = school.sign_in().await;
    let people = school.app.get("/users", &admin).await.expect(200).body;
    assert_eq!(people["users"].as_array().unwrap().len(), 1, "{people}");
    school
        .app
        .get("/auth/me", &school.pupil)
        .await
        .refused(401, "session_ended");
    cleaned(&school.app, &admin, &school.pupil_id).await;
    school.is_clean();
    let again = "SELECT count(*) FROM outbox WHERE type = 'user_erased'";
    assert_eq!(core(&school.app, again).await, 1);
    // Once is enough.
    school.app = school.app.again().await;
    assert_eq!(core(&school.app, again).await, 1);
    school.is_clean();
    school.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_power_cut_kept_out_of_the_journal_is_written_at_the_start() {
    let mut school = School::open().await;
    let erase = format!("/users/{}/erase", school.pupil_id);
    let name = json!({"name": "Gasore Ntwarimitsi"});
    school
        .app
        .post(&erase, &school.admin, name)
        .await
        .expect(200);
    let journal = school.app.data().join("erasures.jsonl");
    let written = std::fs::read_to_string(&journal).unwrap();
    assert!(written.contains(&school.pupil_id) && !written.contains("Gasore"));
    std::fs::remove_file(&journal).unwrap();
    // The job is broken off as well, and goes on.
    school.app = school.app.interrupted().await;
    let journal = school.app.data().join("erasures.jsonl");
    assert_eq!(std::fs::read_to_string(&journal).unwrap(), written);
    let admin = school.sign_in().await;
    cleaned(&school.app, &admin, &school.pupil_id).await;
    school.is_clean();
    school.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_in_the_trash_for_30_days_is_erased_the_same_way() {
    const DAY_MS: i64 = 24 * 3_600_000;
    let school = School::open().await;
    let path = format!("/users/{}", school.pupil_id);
    let app = &school.app;
    app.delete(&path, &school.admin).await.expect(204);
    people::empty_trash(&app.core).await.unwrap();
    assert_eq!(core(app, "SELECT count(*) FROM users").await, 2);
    app.clock.advance_ms(30 * DAY_MS);
    assert!(app.clock.now().0 > 0);
    people::empty_trash(&app.core).await.unwrap();
    let admin = school.sign_in().await;
    cleaned(app, &admin, &school.pupil_id).await;
    let body = app.get("/erasures", &admin).await.expect(200).body;
    assert_eq!(body["erasures"][0]["kind"], "trash");
    let journal = std::fs::read_to_string(app.data().join("erasures.jsonl")).unwrap();
    assert!(journal.contains(&school.pupil_id));
    school.is_clean();
    school.app.end().await;
}
