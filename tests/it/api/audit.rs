//! The audit log: what is written down and by whom, what never is, who reads it, and that
//! a change of it shows.

use bwenge::{audit, privacy};
use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::chat::Socket;
use crate::support::door::{Door, PASSWORD, PUPIL_PASSWORD};
use crate::support::upload::Upload;

const DAY_MS: i64 = 24 * 3_600_000;
const LEAF: &str = "Leaves make sugar from light.";
const SOIL: &str = "Soil is dark because it holds humus. Humus is what is left of plants.";
const QUESTION: &str = "Why is the soil dark?";
const WORDS: &str = "Because of what plants leave behind.";
const CORRECTED: &str = "Soil is dark because it holds humus, the rest of plants.";

async fn id_of(app: &TestApp, who: &Browser) -> String {
    let me = app.get("/auth/me", who).await.expect(200);
    me.body["user"]["id"].as_str().unwrap().to_owned()
}

async fn org_of(app: &TestApp, who: &Browser) -> Value {
    app.get("/auth/me", who).await.expect(200).body["org"]["id"].clone()
}

/// Entries of a school, the newest first.
async fn log(app: &TestApp, who: &Browser, query: &str) -> Vec<Value> {
    let log = app.get(&format!("/audit?{query}"), who).await;
    log.expect(200).body["entries"].as_array().unwrap().clone()
}

/// The actions of entries, in the order they were done.
fn actions(entries: &[Value]) -> Vec<&str> {
    let actions = entries
        .iter()
        .map(|entry| entry["action"].as_str().unwrap());
    actions.rev().collect()
}

/// What was written down since there were so many entries.
async fn since(app: &TestApp, admin: &Browser, seq: u64) -> Vec<Value> {
    let mut entries = log(app, admin, "").await;
    entries.retain(|entry| entry["seq"].as_u64().unwrap() > seq);
    entries
}

async fn last(app: &TestApp, admin: &Browser) -> u64 {
    let newest = log(app, admin, "").await;
    newest[0]["seq"].as_u64().unwrap()
}

/// The log of the school as a table.
async fn saved(app: &TestApp, who: &Browser) -> String {
    let saved = app.get("/audit/export", who).await.expect(200);
    let kind = saved.headers["content-type"].to_str().unwrap();
    assert_eq!(kind, "text/csv; charset=utf-8");
    String::from_utf8(saved.bytes).unwrap()
}

/// Does something to core.db that no box would do.
async fn tamper(app: &TestApp, sql: &'static str) -> bwenge::error::Result<()> {
    let change = move |conn: &rusqlite::Connection| Ok(conn.execute_batch(sql)?);
    app.core.db.core.write(change).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_staff_does_to_people_is_written_down() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let keza = id_of(&app, &admin).await;
    let first = log(&app, &admin, "").await;
    assert_eq!(actions(&first), ["school_set_up"]);
    assert_eq!(first[0]["actor"]["id"], keza.as_str());
    assert_eq!(first[0]["facts"]["name"], "GS Test");

    let teacher = app.add(&admin, "mugabo", "teacher").await;
    let pupil = app.add(&admin, "gasore", "learner").await;
    let (mugabo, gasore) = (id_of(&app, &teacher).await, id_of(&app, &pupil).await);
    // Learners come and go without being watched.
    let now = since(&app, &admin, 1).await;
    assert_eq!(actions(&now), ["person_added", "signed_in", "person_added"]);
    assert_eq!(now[0]["subject"], gasore.as_str());
    assert_eq!(now[0]["subject_name"], "gasore");
    assert_eq!(now[0]["facts"], json!({"to": "learner"}));
    assert_eq!(now[1]["actor"]["id"], mugabo.as_str());

    let seq = last(&app, &admin).await;
    let path = format!("/users/{gasore}");
    let change = json!({"name": "Gasore J", "active": false, "password": "a new one 7"});
    app.patch(&path, &teacher, change).await.expect(200);
    let change = json!({"active": true});
    app.patch(&path, &teacher, change).await.expect(200);
    // What stays as it is is nothing that was done.
    app.patch(&path, &teacher, json!({"active": true}))
        .await
        .expect(200);
    let secret = format!("{path}/secret");
    app.post(&secret, &teacher, json!({"way": "pictures"}))
        .await
        .expect(200);
    let staff = format!("/users/{mugabo}");
    let change = json!({"role": "admin", "password": "another long one"});
    app.patch(&staff, &admin, change).await.expect(200);
    app.delete(&path, &admin).await.expect(204);
    app.post(&format!("{path}/restore"), &admin, json!({}))
        .await
        .expect(200);
    let now = since(&app, &admin, seq).await;
    assert_eq!(
        actions(&now),
        [
            "person_renamed",
            "account_closed",
            "password_set",
            "account_opened",
            "secret_given",
            "role_changed",
            "password_set",
            "person_trashed",
            "person_restored",
        ]
    );
    let role = &now[3];
    assert_eq!(role["facts"], json!({"from": "teacher", "to": "admin"}));
    let by: Vec<&Value> = now.iter().map(|entry| &entry["actor"]["name"]).collect();
    assert_eq!((by[0], by[8]), (&json!("A"), &json!("mugabo")));

    // By person: what somebody did, and what was done to somebody.
    let of = log(&app, &admin, &format!("person={gasore}")).await;
    assert_eq!(of.len(), 8, "{of:?}");
    let of = log(&app, &admin, &format!("person={mugabo}&group=sign_in")).await;
    let expect = ["signed_in", "password_set", "secret_given", "password_set"];
    assert_eq!(actions(&of), expect);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_staff_does_to_things_is_written_down() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let pupil = app.add(&admin, "gasore", "learner").await;
    let gasore = id_of(&app, &pupil).await;
    let check = async |seq: u64, expect: &[&str]| {
        let now = since(&app, &admin, seq).await;
        assert_eq!(actions(&now), expect);
        seq + now.len() as u64
    };
    let mut seq = last(&app, &admin).await;

    let p5 = app.post("/classes", &admin, json!({"name": "P5"})).await;
    let p5 = format!("/classes/{}", p5.expect(201).id());
    let members = format!("{p5}/members");
    for change in [json!({"add": [gasore]}), json!({"add": [gasore]})] {
        app.patch(&members, &admin, change).await.expect(200);
    }
    app.put(&format!("{p5}/door"), &admin, json!({"minutes": 40}))
        .await
        .expect(200);
    let origin = json!({"origin": "http://192.168.1.5:8080"});
    app.post(&format!("{p5}/badges"), &admin, origin)
        .await
        .expect(200);
    app.delete(&format!("/users/{gasore}/badge"), &admin)
        .await
        .expect(204);
    app.patch(&p5, &admin, json!({"name": "P5 A", "archived": true}))
        .await
        .expect(200);
    app.patch(&p5, &admin, json!({"archived": false}))
        .await
        .expect(200);
    app.delete(&p5, &admin).await.expect(204);
    app.post(&format!("{p5}/restore"), &admin, json!({}))
        .await
        .expect(200);
    let expect = [
        "class_made",
        "member_added",
        "class_code_renewed",
        "class_opened",
        "badge_given",
        "badge_revoked",
        "class_renamed",
        "class_ended",
        "class_resumed",
        "class_trashed",
        "class_restored",
    ];
    seq = check(seq, &expect).await;

    let days = [
        ("2026", "2026-01-01", "2026-12-31"),
        ("2027", "2027-01-01", "2027-12-31"),
    ];
    let mut terms = Vec::new();
    for (name, first, last) in days {
        let term = json!({"name": name, "first_day": first, "last_day": last});
        terms.push(app.post("/terms", &admin, term).await.expect(201).id());
    }
    app.patch(&p5, &admin, json!({"term_id": terms[0]}))
        .await
        .expect(200);
    let step = json!({"into": terms[1], "from": terms[0]});
    let done = app.post("/rollovers", &admin, step).await.expect(201).id();
    app.post(&format!("/rollovers/{done}/undo"), &admin, json!({}))
        .await
        .expect(204);
    let expect = [
        "term_made",
        "term_made",
        "class_moved",
        "rolled_over",
        "rollover_undone",
    ];
    seq = check(seq, &expect).await;

    let lesson = app.lesson(&admin, &Upload::text("leaf.txt", LEAF)).await;
    let lesson = format!("/knowledge/{}", lesson["id"].as_str().unwrap());
    app.patch(
        &lesson,
        &admin,
        json!({"title": "Crystals", "shared": false}),
    )
    .await
    .expect(200);
    let tutor = app.tutor(&admin, json!({})).await;
    let tutor = format!("/personas/{tutor}");
    app.patch(&tutor, &admin, json!({"tone": "strict", "shared": false}))
        .await
        .expect(200);
    app.patch(&tutor, &admin, json!({"tone": "strict"}))
        .await
        .expect(200);
    app.delete(&tutor, &admin).await.expect(204);
    app.delete(&lesson, &admin).await.expect(204);
    let expect = [
        "lesson_added",
        "lesson_changed",
        "lesson_shared",
        "tutor_made",
        "tutor_changed",
        "tutor_shared",
        "tutor_deleted",
        "lesson_deleted",
    ];
    seq = check(seq, &expect).await;

    let key = json!({"name": "Library", "scopes": ["chat"]});
    let key = app.post("/keys", &admin, key).await.expect(201).body;
    let key = format!("/keys/{}", key["id"].as_str().unwrap());
    app.delete(&key, &admin).await.expect(204);
    let org = org_of(&app, &admin).await;
    let school = format!("/orgs/{}", org.as_str().unwrap());
    app.patch(&school, &admin, json!({"name": "GS Nyange"}))
        .await
        .expect(200);
    app.get("/users/export", &admin).await.expect(200);
    saved(&app, &admin).await;
    let expect = [
        "key_made",
        "key_revoked",
        "school_changed",
        "people_exported",
        "log_exported",
    ];
    check(seq, &expect).await;

    let classes = log(&app, &admin, "group=classes").await;
    let renamed = classes.iter().find(|one| one["action"] == "class_renamed");
    let facts = json!({"name": "P5 A", "from": "P5", "to": "P5 A"});
    assert_eq!(renamed.unwrap()["facts"], facts);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_and_nothing_anybody_wrote_is_in_the_log() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let org = org_of(&app, &admin).await;
    let teacher = app.add(&admin, "mugabo", "teacher").await;
    let pupil = app.add(&admin, "Gasore", "learner").await;
    let gasore = id_of(&app, &pupil).await;
    let mut told: Vec<String> = vec![PASSWORD.into(), PUPIL_PASSWORD.into()];
    let hold = |told: &mut Vec<String>, value: &Value| {
        told.push(value.as_str().unwrap().to_owned());
    };

    let p5 = app.post("/classes", &teacher, json!({"name": "P5"})).await;
    let p5 = format!("/classes/{}", p5.expect(201).id());
    app.patch(&format!("{p5}/members"), &teacher, json!({"add": [gasore]}))
        .await
        .expect(200);
    let door = format!("{p5}/door");
    let opened = app.put(&door, &teacher, json!({"minutes": 40})).await;
    hold(&mut told, &opened.expect(200).body["code"]);
    let origin = json!({"origin": "http://192.168.1.5:8080"});
    let badges = app.post(&format!("{p5}/badges"), &teacher, origin).await;
    hold(&mut told, &badges.expect(200).body["cards"][0]["code"]);
    let given = app
        .post(&format!("{p5}/secrets"), &teacher, json!({"way": "pin"}))
        .await;
    given.expect(200);
    // Four digits may be part of a number by chance, so it is what can be there that counts.
    let given = log(&app, &admin, "group=sign_in").await;
    assert_eq!(given[0]["action"], "secret_given");
    assert_eq!(given[0]["facts"], json!({"to": "pin"}));
    let key = json!({"name": "Library", "scopes": ["chat"]});
    let key = app.post("/keys", &admin, key).await.expect(201).body;
    hold(&mut told, &key["secret"]);

    let lesson = app.lesson(&teacher, &Upload::text("soil.txt", SOIL)).await;
    let tutor = app
        .tutor(&teacher, json!({"greeting": "Muraho mwese!"}))
        .await;
    let asking = app.add(&admin, "uwase", "learner").await;
    let mut socket = Socket::open(&app, &asking).await;
    socket.answer(&tutor, QUESTION).await;
    let kept = app
        .until(&teacher, "/answers", |body| body["total"] == 1)
        .await;
    let answer = format!("/answers/{}", kept["answers"][0]["id"].as_str().unwrap());
    app.put(&answer, &teacher, json!({ "text": WORDS }))
        .await
        .expect(200);
    app.delete(&answer, &teacher).await.expect(204);
    app.post(&format!("{answer}/restore"), &teacher, json!({}))
        .await
        .expect(200);
    app.post(&format!("{answer}/approve"), &teacher, json!({}))
        .await
        .expect(200);
    let path = format!("/knowledge/{}/text", lesson["id"].as_str().unwrap());
    let read = app.get(&path, &teacher).await.expect(200).body;
    let key = read["sections"][0]["blocks"][0]["key"].clone();
    let edits = json!({"edits": [{"key": key, "text": CORRECTED}]});
    app.patch(&path, &teacher, edits).await.expect(200);
    app.ready(&teacher, lesson["id"].as_str().unwrap()).await;
    let of_tutors = log(&app, &admin, "group=tutors").await;
    let expect = [
        "tutor_made",
        "answer_corrected",
        "answer_deleted",
        "answer_restored",
        "answer_approved",
    ];
    assert_eq!(actions(&of_tutors), expect);
    assert_eq!(of_tutors[0]["facts"], json!({ "other": tutor }));
    let of_lessons = log(&app, &admin, "group=lessons").await;
    assert_eq!(actions(&of_lessons), ["lesson_added", "lesson_corrected"]);
    told.extend([QUESTION, WORDS, CORRECTED, "humus", "Muraho"].map(str::to_owned));

    let all = saved(&app, &admin).await;
    for secret in &told {
        assert!(!all.contains(secret.as_str()), "{secret} is in {all}");
    }
    // No name is stored either: whoever is erased is erased from the log.
    assert!(all.contains("Gasore"));
    app.delete(&format!("/users/{gasore}"), &admin)
        .await
        .expect(204);
    app.clock.advance_ms(30 * DAY_MS);
    privacy::empty_trash(&app.core).await.unwrap();
    let admin = app.sign_in("admin", PASSWORD, org).await;
    let of = log(&app, &admin, &format!("person={gasore}")).await;
    assert_eq!(of[0]["action"], "person_erased");
    assert_eq!(of[0]["actor"], Value::Null);
    assert!(of.iter().all(|entry| entry["subject_name"] == Value::Null));
    assert!(!saved(&app, &admin).await.contains("Gasore"));
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_one_entry_and_a_locked_account_another() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let seq = last(&app, &admin).await;
    let list = "Name,Class\nKeza Aline,P5\nMugabo Eric,P5\n";
    let kind = Some("application/octet-stream");
    let path = "/api/v1/users/imports?name=p5.csv";
    let sent = app
        .send(admin.send_bytes("POST", path, kind, list.into()))
        .await;
    let sent = sent.expect(201).body;
    let path = format!("/users/imports/{}", sent["import"]["id"].as_str().unwrap());
    app.post(
        &format!("{path}/start"),
        &admin,
        json!({"close_missing": false}),
    )
    .await
    .expect(202);
    app.until(&admin, &path, |body| body["import"]["state"] == "done")
        .await;
    let now = since(&app, &admin, seq).await;
    assert_eq!(actions(&now), ["list_started"]);
    let numbers = &now[0]["facts"]["numbers"];
    assert_eq!(
        (&numbers["new"], &numbers["classes"]),
        (&json!(2), &json!(1))
    );

    let people = app.get("/users", &admin).await.expect(200).body;
    let people = people["users"].as_array().unwrap();
    let aline = people
        .iter()
        .find(|one| one["name"] == "Keza Aline")
        .unwrap();
    let secret = format!("/users/{}/secret", aline["id"].as_str().unwrap());
    app.post(&secret, &admin, json!({"way": "pin"}))
        .await
        .expect(200);
    let seq = last(&app, &admin).await;
    let org = org_of(&app, &admin).await;
    let wrong = json!({"username": aline["username"], "password": "no such pin"});
    for _ in 0..22 {
        // Longer than guessers wait, and another device each time.
        app.clock.advance_ms(301_000);
        app.post("/auth/login", &app.anon(), wrong.clone()).await;
    }
    // The access token of the administrator ran out meanwhile.
    let admin = app.sign_in("admin", PASSWORD, org).await;
    let now = since(&app, &admin, seq).await;
    assert_eq!(actions(&now), ["account_locked", "signed_in"]);
    let locked = &now[1];
    assert_eq!(locked["subject"], aline["id"]);
    assert_eq!(locked["actor"], Value::Null);
    assert_eq!(locked["facts"], json!({"numbers": {"tries": 20}}));
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_administrators_read_the_log_and_only_their_own() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let teacher = app.add(&admin, "mugabo", "teacher").await;
    let pupil = app.add(&admin, "gasore", "learner").await;
    for path in ["/audit", "/audit/export"] {
        for who in [&teacher, &pupil] {
            app.get(path, who).await.refused(403, "forbidden");
        }
        app.get(path, &app.anon())
            .await
            .refused(401, "not_signed_in");
    }
    let other = app.other_school(&admin).await;
    let theirs = log(&app, &other, "").await;
    assert_eq!(actions(&theirs), ["school_set_up", "signed_in"]);
    assert_eq!(theirs[1]["actor"], Value::Null, "nobody of another school");
    let ours = log(&app, &admin, "").await;
    assert_eq!(ours[0]["action"], "school_made");
    let mugabo = id_of(&app, &teacher).await;
    assert!(
        log(&app, &other, &format!("person={mugabo}"))
            .await
            .is_empty()
    );
    assert!(!saved(&app, &other).await.contains("mugabo"));

    // What whoever runs the box changes about them is in both logs, by the box in theirs.
    let org = org_of(&app, &other).await;
    let path = format!("/orgs/{}", org.as_str().unwrap());
    app.patch(&path, &admin, json!({"language": "sw"}))
        .await
        .expect(200);
    let theirs = log(&app, &other, "group=school").await;
    assert_eq!(theirs[0]["action"], "school_changed");
    assert_eq!(theirs[0]["actor"], Value::Null);
    assert_eq!(theirs[0]["facts"]["fields"], json!(["language"]));
    let ours = log(&app, &admin, "group=school").await;
    assert_eq!(ours[0]["actor"]["name"], "A");
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_go_back_in_time_and_filters_narrow_them() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    for n in 0..60 {
        let class = json!({"name": format!("P{n}")});
        app.post("/classes", &admin, class).await.expect(201);
    }
    let newest = app.get("/audit", &admin).await.expect(200).body;
    assert_eq!(newest["entries"].as_array().unwrap().len(), 50);
    let check = json!({"entries": 61, "total": 61, "broken_at": null});
    assert_eq!(newest["check"], check);
    let older = format!("/audit?before={}", newest["next"]);
    let older = app.get(&older, &admin).await.expect(200).body;
    assert_eq!(older["entries"].as_array().unwrap().len(), 11);
    assert_eq!(
        (&older["next"], &older["check"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(older["entries"][10]["action"], "school_set_up");

    let at = &newest["entries"][9]["at"];
    assert_eq!(log(&app, &admin, &format!("from={at}")).await.len(), 10);
    let before = log(&app, &admin, &format!("to={at}&group=school")).await;
    assert_eq!(actions(&before), ["school_set_up"]);
    assert!(log(&app, &admin, "group=lessons").await.is_empty());
    app.get("/audit?group=weather", &admin)
        .await
        .refused(400, "bad_request");
    let table = saved(&app, &admin).await;
    assert!(table.starts_with("\u{feff}number,time,actor_id,actor,action"));
    assert_eq!(table.lines().count(), 1 + 61 + 1, "with the saving itself");
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_changes_the_log_and_whoever_does_shows() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    for name in ["P5", "P6"] {
        app.post("/classes", &admin, json!({ "name": name }))
            .await
            .expect(201);
    }
    for change in [
        "UPDATE audit SET facts = '{}' WHERE seq = 2",
        "DELETE FROM audit WHERE seq = 3",
        "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE seq = 2",
    ] {
        assert!(tamper(&app, change).await.is_err(), "{change}");
    }
    let check = async || {
        let log = app.get("/audit", &admin).await.expect(200).body;
        log["check"]["broken_at"].clone()
    };
    assert_eq!(check().await, Value::Null);
    let forge = "DROP TRIGGER audit_stays;
         UPDATE audit SET facts = '{\"name\":\"P7\"}' WHERE seq = 2";
    tamper(&app, forge).await.unwrap();
    assert_eq!(check().await, 2);
    let org = org_of(&app, &admin).await;
    let org = org.as_str().unwrap().parse().unwrap();
    let found = app.core.db.core.read(move |conn| audit::check(conn, org));
    assert_eq!(found.await.unwrap().broken_at, Some(2), "as upkeep sees it");
    // What comes after is still written.
    app.post("/classes", &admin, json!({"name": "P8"}))
        .await
        .expect(201);
    assert_eq!(log(&app, &admin, "").await[0]["facts"]["name"], "P8");
    app.end().await;
}
