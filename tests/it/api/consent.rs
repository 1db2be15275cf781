//! Consents: who may ask, who writes them down, and what comes of a no.

use serde_json::{Value, json};

use crate::support::app::{START, TestApp};
use crate::support::browser::{Answer, Browser};
use crate::support::chat::Socket;
use crate::support::door::{Door, PUPIL_PASSWORD};
use crate::support::upload::Upload;

const DAY_MS: i64 = 24 * 3_600_000;

/// Adds a learner of this age; the learner's id.
async fn pupil(app: &TestApp, staff: &Browser, name: &str, age: Value) -> String {
    let user = json!({"name": name, "username": name, "password": PUPIL_PASSWORD,
        "role": "learner", "language": "en", "age": age});
    app.post("/users", staff, user).await.expect(201).id()
}

async fn class(app: &TestApp, staff: &Browser, name: &str, pupils: &[&str]) -> String {
    let made = app.post("/classes", staff, json!({ "name": name })).await;
    let id = made.expect(201).id();
    let members = format!("/classes/{id}/members");
    app.patch(&members, staff, json!({ "add": pupils }))
        .await
        .expect(200);
    id
}

async fn say(app: &TestApp, staff: &Browser, users: &[&str], state: &str) -> Answer {
    let mut body = json!({"users": users, "state": state});
    if state != "asked" {
        body["giver"] = json!("mother");
        body["way"] = json!("paper");
    }
    app.post("/consent", staff, body).await
}

/// Who a filter finds, by name.
async fn found(app: &TestApp, staff: &Browser, query: &str) -> Vec<String> {
    let path = format!("/consent{query}");
    let body = app.get(&path, staff).await.expect(200).body;
    let learners = body["learners"].as_array().unwrap().iter();
    learners
        .map(|learner| learner["name"].as_str().unwrap().to_owned())
        .collect()
}

/// What the log says was done, the newest first.
async fn actions(app: &TestApp, admin: &Browser) -> Vec<String> {
    let log = app.get("/audit", admin).await.expect(200).body;
    let entries = log["entries"].as_array().unwrap().iter();
    entries
        .map(|entry| entry["action"].as_str().unwrap().to_owned())
        .collect()
}

/// Asks; the word of the refusal, or `accepted`.
async fn ask(socket: &mut Socket, tutor: &str) -> String {
    let answer = socket.ask(tutor, "What is soil?").await;
    if answer["type"] == "accepted" {
        socket.read_to_the_end().await;
        return "accepted".into();
    }
    answer["code"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_child_asks_while_its_parents_agree_and_reads_all_the_same() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let tutor = app.tutor(&admin, json!({"only_from_lessons": false})).await;
    app.lesson(&admin, &Upload::text("soil.txt", "Soil is alive."))
        .await;
    let gasore = pupil(&app, &admin, "gasore", Value::Null).await;
    let child = app.sign_in("gasore", PUPIL_PASSWORD, Value::Null).await;
    // One line to the box all along: nothing is kept from before.
    let mut socket = Socket::open(&app, &child).await;
    let closed = async |socket: &mut Socket| {
        assert_eq!(ask(socket, &tutor).await, "consent_missing");
        let tutors = app.get("/personas", &child).await.expect(200).body;
        assert_eq!(tutors, json!({"personas": [], "consent_missing": true}));
        let one = app.get(&format!("/personas/{tutor}"), &child).await;
        one.refused(404, "not_found");
        assert_eq!(app.search(&child, "What is soil?").await.len(), 1);
    };
    let open = async |socket: &mut Socket| {
        assert_eq!(ask(socket, &tutor).await, "accepted");
        let tutors = app.get("/personas", &child).await.expect(200).body;
        assert_eq!(tutors["consent_missing"], false);
        assert_eq!(tutors["personas"].as_array().unwrap().len(), 1);
    };
    closed(&mut socket).await;
    say(&app, &admin, &[&gasore], "asked").await.expect(201);
    closed(&mut socket).await;
    say(&app, &admin, &[&gasore], "given").await.expect(201);
    open(&mut socket).await;
    let chats = app.get("/chats", &child).await.expect(200).body;
    let chat = chats["conversations"][0].clone();
    assert_eq!(chat["open"], true);

    say(&app, &admin, &[&gasore], "withdrawn").await.expect(201);
    closed(&mut socket).await;
    // Nor does a chat go on that began before.
    let more = json!({"persona_id": tutor, "text": "And then?", "conversation_id": chat["id"]});
    assert_eq!(socket.ask_with(more).await["code"], "consent_missing");
    let chats = app.get("/chats", &child).await.expect(200).body;
    assert_eq!(chats["conversations"][0]["open"], false);

    // A no is one whatever the age and whatever the school does about silence.
    let rule = json!({"missing": "remind"});
    app.put("/consent/rule", &admin, rule).await.expect(204);
    let age = json!({"users": [gasore], "age": "16_or_over"});
    app.put("/consent/age", &admin, age).await.expect(200);
    closed(&mut socket).await;

    // Silence is not, where the school is only reminded, and from 16 on.
    let ineza = pupil(&app, &admin, "ineza", json!("under_16")).await;
    let young = app.sign_in("ineza", PUPIL_PASSWORD, Value::Null).await;
    let mut young = Socket::open(&app, &young).await;
    assert_eq!(ask(&mut young, &tutor).await, "accepted");
    let without = found(&app, &admin, "?filter=without").await;
    assert_eq!(without, ["gasore", "ineza"]);
    let rule = json!({"missing": "closed"});
    app.put("/consent/rule", &admin, rule).await.expect(204);
    assert_eq!(ask(&mut young, &tutor).await, "consent_missing");
    let age = json!({"users": [ineza], "age": "16_or_over"});
    app.put("/consent/age", &admin, age).await.expect(200);
    assert_eq!(ask(&mut young, &tutor).await, "accepted");
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_is_written_down_at_once_and_taken_back() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let teacher = app.add(&admin, "keza", "teacher").await;
    let gasore = pupil(&app, &admin, "gasore", json!("under_16")).await;
    let uwase = pupil(&app, &admin, "uwase", Value::Null).await;
    let mugisha = pupil(&app, &admin, "mugisha", json!("16_or_over")).await;
    let p5 = class(&app, &teacher, "P5 A", &[&gasore, &uwase, &mugisha]).await;

    let body = app.get("/consent", &teacher).await.expect(200).body;
    assert_eq!(
        (&body["total"], &body["rule"]),
        (&json!(3), &json!("closed"))
    );
    assert_eq!(body["counts"]["without"], 2);
    assert_eq!(body["counts"]["age_unknown"], 1);
    assert_eq!(body["learners"][0]["classes"], json!(["P5 A"]));
    let of_class = format!("?class={p5}&filter=without");
    assert_eq!(found(&app, &teacher, &of_class).await, ["gasore", "uwase"]);
    assert_eq!(found(&app, &teacher, "?name=WAS").await, ["uwase"]);

    let both = [gasore.as_str(), uwase.as_str()];
    say(&app, &teacher, &both, "asked").await.expect(201);
    let given = say(&app, &teacher, &both, "given").await.expect(201).body;
    assert_eq!(given["entries"].as_array().unwrap().len(), 2);
    assert_eq!(found(&app, &teacher, "?filter=given").await.len(), 2);
    let path = format!("/consent/people/{gasore}");
    let one = app.get(&path, &admin).await.expect(200).body;
    let last = &one["learner"]["last"];
    assert_eq!(
        (&last["giver"], &last["way"], &last["version"]),
        (&json!("mother"), &json!("paper"), &one["version"])
    );
    assert_eq!(last["recorded_by_name"], "keza");
    // By trusted time, which stands still but for the requests.
    let at = last["at"].as_i64().unwrap();
    assert!((START.0..START.0 + 1000).contains(&at), "{at}");

    app.post("/consent/undo", &teacher, given.clone())
        .await
        .expect(204);
    assert_eq!(found(&app, &teacher, "?filter=asked").await.len(), 2);
    // Nothing is gone: what was a mistake is told, and that it was taken back.
    let one = app.get(&path, &admin).await.expect(200).body;
    let states = one["entries"].as_array().unwrap().iter();
    let states: Vec<&str> = states.map(|e| e["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["asked", "given", "asked"]);
    assert_eq!(one["entries"][0]["undoes"], one["entries"][1]["seq"]);
    // Once only, and not after something else.
    let again = app.post("/consent/undo", &teacher, given).await;
    again.refused(409, "conflict");

    let words = actions(&app, &admin).await;
    let words = words.iter().map(String::as_str).take(6);
    let expected = [
        "consent_undone",
        "consent_undone",
        "consent_recorded",
        "consent_recorded",
        "consent_recorded",
        "consent_recorded",
    ];
    assert_eq!(words.collect::<Vec<_>>(), expected);

    // What was not said right is not said for anybody.
    let wrong = async |body: Value, status, code| {
        let answer = app.post("/consent", &teacher, body).await;
        answer.refused(status, code);
    };
    let base = json!({"users": both, "state": "given", "giver": "father", "way": "phone"});
    let with = |field: &str, value: Value| {
        let mut body = base.clone();
        body[field] = value;
        body
    };
    wrong(with("giver", Value::Null), 422, "invalid_field").await;
    wrong(with("giver", json!("learner")), 422, "invalid_field").await;
    wrong(with("state", json!("none")), 422, "invalid_field").await;
    wrong(with("version", json!(99)), 422, "invalid_field").await;
    wrong(with("note", json!("x".repeat(201))), 422, "invalid_field").await;
    wrong(with("users", json!([])), 422, "invalid_field").await;
    wrong(with("state", json!("withdrawn")), 409, "conflict").await;
    let own = json!({"users": [mugisha], "state": "given", "giver": "learner", "way": "in_person",
        "note": " said so in class "});
    app.post("/consent", &teacher, own).await.expect(201);
    assert_eq!(found(&app, &teacher, "?filter=given").await, ["mugisha"]);

    let table = app.get("/consent/export", &teacher).await.expect(200);
    let table = String::from_utf8(table.bytes).unwrap();
    assert_eq!(table.lines().count(), 4, "{table}");
    assert!(table.contains(",said so in class,yes"), "{table}");
    assert!(table.contains(",asked,,,"), "{table}");
    assert_eq!(actions(&app, &admin).await[0], "consents_exported");
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn consents_of_others_are_nobodys_business() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let teacher = app.add(&admin, "keza", "teacher").await;
    let colleague = app.add(&admin, "mugabo", "teacher").await;
    let school = app.other_school(&admin).await;
    let mine = pupil(&app, &admin, "gasore", Value::Null).await;
    let others = pupil(&app, &admin, "uwase", Value::Null).await;
    let foreign = pupil(&app, &school, "theirs", Value::Null).await;
    class(&app, &teacher, "P5 A", &[&mine]).await;
    let p6 = class(&app, &colleague, "P6 A", &[&others]).await;
    let theirs = class(&app, &school, "Theirs", &[&foreign]).await;

    assert_eq!(found(&app, &teacher, "").await, ["gasore"]);
    assert_eq!(found(&app, &colleague, "").await, ["uwase"]);
    assert_eq!(found(&app, &admin, "").await, ["gasore", "uwase"]);
    assert_eq!(found(&app, &school, "").await, ["theirs"]);
    let of = |class: &str| format!("/consent?class={class}");
    app.get(&of(&p6), &teacher).await.refused(403, "forbidden");
    app.get(&of(&theirs), &admin)
        .await
        .refused(404, "not_found");

    // One who is not there, or another teacher's, and nothing is done for anybody.
    for (other, status, code) in [(&others, 403, "forbidden"), (&foreign, 404, "not_found")] {
        let users = [mine.as_str(), other.as_str()];
        say(&app, &teacher, &users, "given")
            .await
            .refused(status, code);
        let age = json!({"users": users, "age": "16_or_over"});
        let answer = app.put("/consent/age", &teacher, age).await;
        answer.refused(status, code);
        let path = format!("/consent/people/{other}");
        app.get(&path, &teacher).await.refused(status, code);
    }
    let row = &app.get("/consent", &teacher).await.expect(200).body["learners"][0];
    assert_eq!((&row["state"], &row["age"]), (&json!("none"), &Value::Null));

    let given = say(&app, &colleague, &[&others], "given").await.expect(201);
    app.post("/consent/undo", &teacher, given.body.clone())
        .await
        .refused(403, "forbidden");
    app.post("/consent/undo", &school, given.body)
        .await
        .refused(404, "not_found");
    // The staff has no consents, and whoever is in the trash is not in the register.
    let staff = app.get("/auth/me", &colleague).await.body["user"]["id"].clone();
    let staff = staff.as_str().unwrap();
    say(&app, &admin, &[staff], "given")
        .await
        .refused(404, "not_found");
    app.delete(&format!("/users/{others}"), &admin)
        .await
        .expect(204);
    assert_eq!(found(&app, &admin, "").await, ["gasore"]);

    // Learners see their own and nothing else; so does the staff, which is nothing.
    let child = app
        .sign_in("gasore", PUPIL_PASSWORD, app_org(&app, &admin).await)
        .await;
    app.get("/consent", &child).await.refused(403, "forbidden");
    say(&app, &teacher, &[&mine], "given").await.expect(201);
    let own = app.get("/consent/mine", &child).await.expect(200).body;
    assert_eq!(own["learner"]["state"], "given");
    assert_eq!(own["entries"].as_array().unwrap().len(), 1);
    let own = app.get("/consent/mine", &teacher).await.expect(200).body;
    assert_eq!(
        (&own["learner"], &own["entries"]),
        (&Value::Null, &json!([]))
    );
    // A teacher does not say what silence means.
    let rule = json!({"missing": "remind"});
    app.put("/consent/rule", &teacher, rule)
        .await
        .refused(403, "forbidden");
    app.end().await;
}

async fn app_org(app: &TestApp, who: &Browser) -> Value {
    app.get("/auth/me", who).await.body["org"]["id"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_says_how_old_learners_are_and_keeps_no_birthday() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let list = "Amazina,Ishuri,Imyaka\nGasore,P5 A,11\nUwase,P5 A,16\nMugisha,P5 A,\n\
                Ineza,P5 A,2012-03-05\n";
    let path = "/api/v1/users/imports?name=list.csv";
    let kind = Some("application/octet-stream");
    let sent = admin.send_bytes("POST", path, kind, list.into());
    let sent = app.send(sent).await.expect(201).body;
    assert_eq!(sent["columns"], json!(["name", "classes", "age"]));
    let import = format!("/users/imports/{}", sent["import"]["id"].as_str().unwrap());
    let wrong = format!("{import}/rows?outcome=wrong");
    let wrong = app.get(&wrong, &admin).await.expect(200).body;
    assert_eq!(wrong["rows"][0]["name"], "Ineza");
    assert_eq!(wrong["rows"][0]["troubles"][0]["reason"], "age_unknown");
    let kept = |conn: &rusqlite::Connection| {
        let sql = "SELECT (SELECT count(*) FROM imports
                           WHERE findings LIKE '%2012%' OR findings LIKE '%\"11\"%')
                        + (SELECT count(*) FROM import_rows
                           WHERE row LIKE '%2012%' OR row LIKE '%\"11\"%')";
        Ok(conn.query_row(sql, [], |row| row.get::<_, i64>(0))?)
    };
    assert_eq!(app.core.db.core.read(kept).await.unwrap(), 0);

    app.post(&format!("{import}/start"), &admin, json!({}))
        .await
        .expect(202);
    let done = |body: &Value| body["import"]["state"] == "done";
    app.until(&admin, &import, done).await;
    let body = app.get("/consent", &admin).await.expect(200).body;
    let rows = body["learners"].as_array().unwrap().iter();
    let ages: Vec<_> = rows
        .map(|row| (row["name"].clone(), row["age"].clone()))
        .collect();
    let expected = [
        (json!("Gasore"), json!("under_16")),
        (json!("Mugisha"), Value::Null),
        (json!("Uwase"), json!("16_or_over")),
    ];
    assert_eq!(ages, expected);

    // A later list corrects it, and one without the column leaves it.
    for (list, age) in [
        (
            "name,class,age group\nGasore,P5 A,16 or over\n",
            "16_or_over",
        ),
        ("name,class\nGasore,P5 B\n", "16_or_over"),
    ] {
        let sent = admin.send_bytes("POST", path, kind, list.into());
        let sent = app.send(sent).await.expect(201).body;
        let import = format!("/users/imports/{}", sent["import"]["id"].as_str().unwrap());
        app.post(&format!("{import}/start"), &admin, json!({}))
            .await
            .expect(202);
        app.until(&admin, &import, done).await;
        let body = app
            .get("/consent?name=gasore", &admin)
            .await
            .expect(200)
            .body;
        assert_eq!(body["learners"][0]["age"], age, "{list}");
    }
    assert!(
        actions(&app, &admin)
            .await
            .contains(&"age_band_set".to_owned())
    );
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn chats_go_30_days_after_a_no() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let tutor = app.tutor(&admin, json!({"only_from_lessons": false})).await;
    let mut children = Vec::new();
    for name in ["gasore", "uwase"] {
        let id = pupil(&app, &admin, name, json!("under_16")).await;
        say(&app, &admin, &[&id], "given").await.expect(201);
        let child = app.sign_in(name, PUPIL_PASSWORD, Value::Null).await;
        let mut socket = Socket::open(&app, &child).await;
        assert_eq!(ask(&mut socket, &tutor).await, "accepted");
        children.push(id);
    }
    let chats = async || {
        let count = |conn: &rusqlite::Connection| {
            let sql = "SELECT count(*) FROM conversations";
            Ok(conn.query_row(sql, [], |row| row.get::<_, i64>(0))?)
        };
        app.core.db.core.read(count).await.unwrap()
    };
    say(&app, &admin, &[&children[0]], "withdrawn")
        .await
        .expect(201);
    let taken = say(&app, &admin, &[&children[1]], "withdrawn").await;
    let taken = taken.expect(201).body;
    bwenge::chat::erase_refused(&app.core).await.unwrap();
    assert_eq!(chats().await, 2);
    // One of the two was a mistake.
    app.post("/consent/undo", &admin, taken).await.expect(204);
    // A clock that is set ahead deletes nothing.
    app.clock.set_wall(START.plus_ms(400 * DAY_MS));
    bwenge::chat::erase_refused(&app.core).await.unwrap();
    assert_eq!(chats().await, 2);
    app.clock.advance_ms(31 * DAY_MS);
    bwenge::chat::erase_refused(&app.core).await.unwrap();
    assert_eq!(chats().await, 1);
    bwenge::chat::erase_refused(&app.core).await.unwrap();
    assert_eq!(chats().await, 1);
    let admin = app
        .sign_in("admin", crate::support::door::PASSWORD, Value::Null)
        .await;
    let log = app.get("/audit", &admin).await.expect(200).body;
    let entries = log["entries"].as_array().unwrap().iter();
    let erased: Vec<_> = entries
        .filter(|entry| entry["action"] == "chats_erased")
        .collect();
    assert_eq!(erased.len(), 1);
    assert_eq!(erased[0]["subject"], children[0].as_str());
    assert_eq!(erased[0]["facts"]["numbers"]["chats"], 1);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_reads_why_in_four_languages() {
    let app = TestApp::start().await;
    let stranger = app.anon();
    let mut titles = Vec::new();
    for language in ["rw", "en", "fr", "sw"] {
        let path = format!("/purpose?language={language}");
        let text = app.get(&path, &stranger).await.expect(200).body;
        assert_eq!(text["version"], text["newest"]);
        assert!(text["sections"].as_array().unwrap().len() > 5);
        titles.push(text["title"].as_str().unwrap().to_owned());
    }
    titles.dedup();
    assert_eq!(titles.len(), 4);
    let usual = app.get("/purpose", &stranger).await.expect(200).body;
    assert_eq!(usual["language"], "rw");
    app.get("/purpose?version=99", &stranger)
        .await
        .refused(404, "not_found");
    app.end().await;
}
