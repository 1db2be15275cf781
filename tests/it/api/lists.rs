//! Lists of people: what they would do, what they do, and what comes out again.

use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::browser::{Answer, Browser};
use crate::support::door::{Door, PASSWORD, new_user};

async fn send(app: &TestApp, who: &Browser, name: &str, bytes: &[u8]) -> Answer {
    let path = format!("/api/v1/users/imports?name={name}");
    let kind = Some("application/octet-stream");
    app.send(who.send_bytes("POST", &path, kind, bytes.to_vec()))
        .await
}

/// Sends a list and carries it out.
async fn apply(app: &TestApp, who: &Browser, bytes: &[u8], close_missing: bool) -> Value {
    let sent = send(app, who, "list.csv", bytes).await.expect(201).body;
    let path = format!("/users/imports/{}", sent["import"]["id"].as_str().unwrap());
    let start = json!({ "close_missing": close_missing });
    app.post(&format!("{path}/start"), who, start)
        .await
        .expect(202);
    let done = |body: &Value| body["import"]["state"] != "running";
    let import = app.until(who, &path, done).await["import"].clone();
    assert_eq!(import["state"], "done", "{import}");
    assert_eq!(import["done"], import["total"]);
    import
}

async fn rows(app: &TestApp, who: &Browser, sent: &Value, outcome: &str) -> Vec<Value> {
    let id = sent["import"]["id"].as_str().unwrap();
    let path = format!("/users/imports/{id}/rows?outcome={outcome}");
    let page = app.get(&path, who).await.expect(200).body;
    page["rows"].as_array().unwrap().clone()
}

async fn people(app: &TestApp, who: &Browser) -> Vec<Value> {
    let list = app.get("/users?limit=500", who).await.expect(200).body;
    list["users"].as_array().unwrap().clone()
}

fn named<'a>(people: &'a [Value], name: &str) -> &'a Value {
    let mut found = people.iter().filter(|person| person["name"] == name);
    let one = found.next().unwrap_or_else(|| panic!("no {name}"));
    assert!(found.next().is_none(), "two {name}");
    one
}

/// The names of a class.
async fn class(app: &TestApp, who: &Browser, name: &str) -> Vec<String> {
    let list = app.get("/classes", who).await.expect(200).body;
    let classes = list["classes"].as_array().unwrap();
    let class = classes.iter().find(|class| class["name"] == name);
    let id = class.unwrap_or_else(|| panic!("no {name}"))["id"].as_str();
    let path = format!("/classes/{}", id.unwrap());
    let body = app.get(&path, who).await.expect(200).body;
    let members = body["members"].as_array().unwrap().iter();
    members
        .map(|member| member["name"].as_str().unwrap().to_owned())
        .collect()
}

/// Gives a learner a PIN and signs the learner in with it.
async fn sign_in(app: &TestApp, admin: &Browser, person: &Value) -> Browser {
    let path = format!("/users/{}/secret", person["id"].as_str().unwrap());
    let given = app.post(&path, admin, json!({"way": "pin"})).await;
    let parts = given.expect(200).body["parts"].clone();
    let digits = parts.as_array().unwrap().iter();
    let pin: String = digits.map(|digit| digit.as_str().unwrap()).collect();
    let username = person["username"].as_str().unwrap();
    app.sign_in(username, &pin, Value::Null).await
}

fn reasons(row: &Value) -> Vec<&str> {
    let troubles = row["troubles"].as_array().unwrap().iter();
    troubles.map(|t| t["reason"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_shown_before_it_is_done_and_its_wrong_rows_are_explained() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    // A spreadsheet in French on Windows, with a blank line and a title.
    let list = "GS Nyange;;\r\n\r\nN°;Nom;Prénom;Classe;Fonction\r\n\
        1;UWASE;Céline;P5 A;élève\r\n2;GASORE;Jean;P5 A;\r\n3;;;P5 A;\r\n\
        4;KEZA;Aline;P5 A | P5 B;enseignant\r\n5;MUGABO;Eric;P5 B;patron\r\n\
        6;GASORE;Jean;P5 A;\r\n";
    let bytes: Vec<u8> = list
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    let sent = send(&app, &admin, "5e.csv", &bytes).await.expect(201).body;
    assert_eq!(sent["import"]["file_name"], "5e.csv");
    assert_eq!(sent["import"]["state"], "checked");
    let counts = &sent["import"]["counts"];
    assert_eq!((&counts["new"], &counts["wrong"]), (&json!(3), &json!(3)));
    assert_eq!(sent["new_classes"], json!(["P5 A", "P5 B"]));
    assert_eq!(sent["ignored"], json!(["N°"]));
    let wrong = rows(&app, &admin, &sent, "wrong").await;
    let told: Vec<_> = wrong
        .iter()
        .map(|row| (&row["line"], reasons(row)))
        .collect();
    assert_eq!(
        told,
        [
            (&json!(6), vec!["name_missing"]),
            (&json!(8), vec!["role_unknown"]),
            (&json!(9), vec!["twice"]),
        ]
    );
    assert_eq!(wrong[2]["troubles"][0]["text"], "5");
    assert_eq!(people(&app, &admin).await.len(), 1, "nothing was done yet");

    let done = apply(&app, &admin, &bytes, false).await;
    assert_eq!(done["counts"]["new"], 3);
    let all = people(&app, &admin).await;
    assert_eq!(all.len(), 4);
    let pupil = named(&all, "UWASE Céline");
    assert_eq!(
        (&pupil["role"], &pupil["way"]),
        (&json!("learner"), &json!("pin"))
    );
    assert_eq!(pupil["username"], "uwase.celine");
    assert_eq!(named(&all, "KEZA Aline")["role"], "teacher");
    assert_eq!(
        class(&app, &admin, "P5 A").await,
        ["GASORE Jean", "KEZA Aline", "UWASE Céline"]
    );
    assert_eq!(class(&app, &admin, "P5 B").await, ["KEZA Aline"]);
    // The list as it is does nothing the second time.
    let again = send(&app, &admin, "5e.csv", &bytes).await.expect(201).body;
    assert_eq!(again["import"]["counts"]["same"], 3);
    assert_eq!(again["import"]["counts"]["new"], 0);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_move_correct_and_close() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    apply(
        &app,
        &admin,
        b"student number,name,class\n,Uwase Marie,P5 A\n,Gasore Jean,P5 A\n,Keza Aline,P5 A\n",
        false,
    )
    .await;
    let ids = people(&app, &admin).await;
    let keza = sign_in(&app, &admin, named(&ids, "Keza Aline")).await;
    let list = b"Student number,Name,Class,Active\n17,Uwase Marie,P6 A,yes\n,Gasore Jean,P5 A,\n";
    let sent = send(&app, &admin, "p6.csv", list).await.expect(201).body;
    assert_eq!(sent["missing"], json!(["Keza Aline"]));
    let changed = rows(&app, &admin, &sent, "changed").await;
    assert_eq!(changed[0]["changes"], json!(["number", "classes"]));
    assert_eq!(changed[0]["joins"], json!(["P6 A"]));
    assert_eq!(changed[0]["leaves"], json!(["P5 A"]));
    app.get("/auth/me", &keza).await.expect(200);
    let done = apply(&app, &admin, list, true).await;
    assert_eq!(done["counts"]["closed"], 1);
    assert_eq!(class(&app, &admin, "P6 A").await, ["Uwase Marie"]);
    app.get("/auth/me", &keza)
        .await
        .refused(401, "session_ended");
    let all = people(&app, &admin).await;
    assert_eq!(named(&all, "Keza Aline")["active"], false);
    assert_eq!(
        named(&all, "Uwase Marie")["id"],
        named(&ids, "Uwase Marie")["id"]
    );
    // By the number the same person gets another name, and comes back.
    let list = b"student number,name\n17,UWASE Marie Claire\n,Keza Aline\n";
    let sent = send(&app, &admin, "back.csv", list).await.expect(201).body;
    let changed = rows(&app, &admin, &sent, "changed").await;
    let opens: Vec<_> = changed.iter().map(|row| row["active"].clone()).collect();
    assert_eq!(opens, [json!(null), json!(true)]);
    apply(&app, &admin, list, false).await;
    let all = people(&app, &admin).await;
    assert_eq!(
        named(&all, "UWASE Marie Claire")["id"],
        named(&ids, "Uwase Marie")["id"]
    );
    assert_eq!(named(&all, "Keza Aline")["active"], true);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn teachers_bring_learners_into_their_classes_only() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let teacher = app.add(&admin, "keza", "teacher").await;
    let pupil = app.add(&admin, "gasore", "learner").await;
    let school = app.other_school(&admin).await;
    app.post("/classes", &admin, json!({"name": "P6"}))
        .await
        .expect(201);
    let list = b"name,class,role\nUwase Marie,P5,\nMugabo Eric,P6,\nNew Boss,,admin\n";
    send(&app, &pupil, "x.csv", list)
        .await
        .refused(403, "forbidden");
    let sent = send(&app, &teacher, "x.csv", list).await.expect(201).body;
    let wrong = rows(&app, &teacher, &sent, "wrong").await;
    assert_eq!(reasons(&wrong[0]), ["class_not_yours"]);
    assert_eq!(reasons(&wrong[1]), ["person_not_yours"]);
    let path = format!("/users/imports/{}", sent["import"]["id"].as_str().unwrap());
    for other in [&admin, &school] {
        app.get(&path, other).await.refused(404, "not_found");
        app.post(&format!("{path}/start"), other, json!({}))
            .await
            .refused(404, "not_found");
        app.delete(&path, other).await.refused(404, "not_found");
    }
    let closing = json!({"close_missing": true});
    app.post(&format!("{path}/start"), &teacher, closing)
        .await
        .refused(403, "forbidden");
    apply(&app, &teacher, list, false).await;
    let known = people(&app, &admin).await;
    assert_eq!(named(&known, "Uwase Marie")["role"], "learner");
    assert!(known.iter().all(|person| person["name"] != "New Boss"));
    // The class is the teacher's.
    assert!(
        class(&app, &admin, "P5")
            .await
            .contains(&"Uwase Marie".to_owned())
    );
    assert_eq!(people(&app, &school).await.len(), 1);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_out_comes_in_again() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let list = "student number,name,class,role,age\n,\"Uwase, Marie\",P5 A;Choir,,12\n,=cmd,P5 A,,\n\
                ,Keza Aline,P5 A,teacher,\n";
    apply(&app, &admin, list.as_bytes(), false).await;
    let mut school = app.other_school(&admin).await;
    for form in ["csv", "oneroster"] {
        let path = format!("/users/export?form={form}");
        let out = app.get(&path, &admin).await.expect(200);
        let disposition = out.headers["content-disposition"].to_str().unwrap();
        assert!(disposition.starts_with("attachment"), "{disposition}");
        if form == "csv" {
            let text = String::from_utf8(out.bytes.clone()).unwrap();
            assert!(text.starts_with('\u{FEFF}'));
            assert!(
                text.contains(",'=cmd,") && !text.contains(",=cmd"),
                "{text}"
            );
            assert!(text.contains("under_16") && !text.contains(",12"), "{text}");
        }
        let same = send(&app, &admin, "out", &out.bytes).await.expect(201).body;
        let counts = &same["import"]["counts"];
        assert_eq!(
            (
                &counts["same"],
                &counts["new"],
                &counts["changed"],
                &counts["wrong"]
            ),
            (&json!(4), &json!(0), &json!(0), &json!(0)),
            "{form}"
        );
        // Another school takes it over whole.
        let done = apply(&app, &school, &out.bytes, false).await;
        assert_eq!(done["counts"]["new"], 4, "{form}");
        let all = people(&app, &school).await;
        assert_eq!(named(&all, "Keza Aline")["role"], "teacher");
        let members = class(&app, &school, "Choir").await;
        assert_eq!(members, ["Uwase, Marie"], "{form}");
        if form == "csv" {
            school = third_school(&app, &admin).await;
        }
    }
    app.end().await;
}

async fn third_school(app: &TestApp, admin: &Browser) -> Browser {
    let password = PASSWORD;
    let body = json!({"name": "Third", "kind": "secondary", "language": "fr",
        "admin": {"name": "C", "username": "third", "password": password}});
    let org = app.post("/orgs", admin, body).await.expect(201).id();
    app.sign_in("third", password, json!(org)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_list_says_so() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let check = async |bytes: &[u8], status, code| {
        send(&app, &admin, "x", bytes).await.refused(status, code);
    };
    check(b"", 422, "file_empty").await;
    check(b"a,b\n1,2\n", 422, "columns_unknown").await;
    check(b"PK\x03\x04nothing", 422, "file_unreadable").await;
    check(
        b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
        415,
        "file_type_unknown",
    )
    .await;
    check(&vec![b'x'; 17 << 20], 413, "file_too_big").await;
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_box_that_stops_goes_on_with_a_list() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let rows = (0..3000).map(|n| format!("Pupil {n},P{}\n", n % 60));
    let list = format!("name,class\n{}", rows.collect::<String>());
    let sent = send(&app, &admin, "x.csv", list.as_bytes()).await;
    let path = format!(
        "/users/imports/{}",
        sent.expect(201).body["import"]["id"].as_str().unwrap()
    );
    app.post(&format!("{path}/start"), &admin, json!({}))
        .await
        .expect(202);
    let begun = |body: &Value| body["import"]["done"].as_u64().unwrap() > 0;
    app.until(&admin, &path, begun).await;
    let app = app.interrupted().await;
    let done = |body: &Value| body["import"]["state"] == "done";
    app.until(&admin, &path, done).await;
    let all = app.get("/users?limit=1", &admin).await.expect(200).body;
    assert_eq!(all["total"], 3001);
    assert_eq!(class(&app, &admin, "P7").await.len(), 50);
    app.end().await;
}

/// What a list left, by line.
fn left(body: &Value) -> Vec<(u64, &str)> {
    let left = body["left"].as_array().unwrap().iter();
    let left = left.map(|one| {
        (
            one["line"].as_u64().unwrap(),
            one["reason"].as_str().unwrap(),
        )
    });
    left.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_changed_after_the_preview_is_left_and_told() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let before = "student number,name,class\n1,Gasore,P5\n2,Keza,P5\n3,Mugabo,P5\n4,Ineza,P5\n\
                  5,Uwera,P5\n";
    apply(&app, &admin, before.as_bytes(), false).await;
    let list = "student number,name,class,age\n1,Gasore Jean,P5,\n2,Keza Marie,P5,\n3,Mugabo,P6,\n\
                4,Ineza Rose,P5,\n5,Uwera,P5,12\n,Uwase,P5,\n,Kalisa,P5,\n";
    let sent = send(&app, &admin, "x.csv", list.as_bytes()).await;
    let sent = sent.expect(201).body;
    assert_eq!(sent["import"]["counts"]["changed"], 5);

    let all = people(&app, &admin).await;
    let path = |name: &str| format!("/users/{}", named(&all, name)["id"].as_str().unwrap());
    for (name, change) in [
        ("Gasore", json!({"name": "Gasore Paul"})),
        // The list says nothing of this.
        ("Keza", json!({"active": false})),
    ] {
        app.patch(&path(name), &admin, change).await.expect(200);
    }
    app.delete(&path("Ineza"), &admin).await.expect(204);
    let age = json!({"users": [named(&all, "Uwera")["id"]], "age": "16_or_over"});
    app.put("/consent/age", &admin, age).await.expect(200);
    let by_hand = new_user("uwase", "learner");
    app.post("/users", &admin, by_hand).await.expect(201);
    app.post("/classes", &admin, json!({"name": "P6"}))
        .await
        .expect(201);

    // The preview stays as it was shown.
    let path = format!("/users/imports/{}", sent["import"]["id"].as_str().unwrap());
    let shown = app.get(&path, &admin).await.expect(200).body;
    assert_eq!(shown["import"]["counts"], sent["import"]["counts"]);
    assert_eq!(rows(&app, &admin, &sent, "changed").await.len(), 5);
    app.post(&format!("{path}/start"), &admin, json!({}))
        .await
        .expect(202);
    let done = |body: &Value| body["import"]["state"] == "done";
    let body = app.until(&admin, &path, done).await;
    assert_eq!(
        left(&body),
        [
            (2, "person_changed"),
            (4, "class_gone"),
            (5, "person_gone"),
            (6, "person_changed"),
            (7, "person_changed"),
        ],
        "{body}"
    );
    assert_eq!(body["left_count"], 5);
    assert_eq!(body["left"][0]["name"], "Gasore Paul");
    let all = people(&app, &admin).await;
    assert_eq!(named(&all, "Gasore Paul")["active"], true);
    assert_eq!(named(&all, "Keza Marie")["active"], false);
    assert_eq!(named(&all, "Uwera")["age"], "16_or_over");
    named(&all, "uwase");
    named(&all, "Kalisa");
    assert!(!all.iter().any(|one| one["name"] == "Ineza Rose"));
    // Who can not come into a class leaves none for it.
    let names = class(&app, &admin, "P5").await;
    assert!(names.contains(&"Mugabo".to_owned()), "{names:?}");
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_that_is_removed_meanwhile_fails_no_list() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let run = async |sql: &'static str| {
        let run = move |conn: &rusqlite::Connection| Ok(conn.execute_batch(sql)?);
        app.core.db.core.write(run).await.unwrap();
    };
    // All is done but the note that it was, so the work begins again.
    run("CREATE TRIGGER no_room BEFORE UPDATE OF done ON imports
         BEGIN SELECT RAISE(ABORT, 'no room'); END")
    .await;
    let list = "name,class\nGasore,P5\nKeza,P6\n";
    let sent = send(&app, &admin, "x.csv", list.as_bytes()).await;
    let sent = sent.expect(201).body;
    let path = format!("/users/imports/{}", sent["import"]["id"].as_str().unwrap());
    app.post(&format!("{path}/start"), &admin, json!({}))
        .await
        .expect(202);
    let made = |body: &Value| body["classes"].as_array().unwrap().len() == 2;
    let classes = app.until(&admin, "/classes", made).await;
    let class = &classes["classes"][0];
    assert_eq!(class["name"], "P5");
    let p5 = format!("/classes/{}", class["id"].as_str().unwrap());
    let entered = |body: &Value| !body["members"].as_array().unwrap().is_empty();
    app.until(&admin, &p5, entered).await;
    app.delete(&p5, &admin).await.expect(204);
    run("DROP TRIGGER no_room").await;
    app.clock.advance_ms(3_600_000);
    let admin = app.sign_in("admin", PASSWORD, Value::Null).await;
    let ended = |body: &Value| body["import"]["state"] != "running";
    let body = app.until(&admin, &path, ended).await;
    assert_eq!(body["import"]["state"], "done", "{body}");
    assert_eq!(left(&body), [(2, "class_gone")]);
    let trash = app.get("/trash", &admin).await.expect(200).body;
    assert_eq!(trash["classes"][0]["name"], "P5", "it stays where it is");
    assert_eq!(class_names(&app, &admin).await, ["P6"]);
    app.end().await;
}

async fn class_names(app: &TestApp, who: &Browser) -> Vec<String> {
    let list = app.get("/classes", who).await.expect(200).body;
    let classes = list["classes"].as_array().unwrap().iter();
    classes
        .map(|class| class["name"].as_str().unwrap().to_owned())
        .collect()
}
