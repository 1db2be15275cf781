//! Invitations: who may make which, and that each opens what it says, as often as it
//! says and as long as it says.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::browser::{Answer, Browser};
use crate::support::door::{Door, PASSWORD};

const DAY: i64 = 24 * 3_600_000;

async fn org(app: &TestApp, who: &Browser) -> String {
    let me = app.get("/auth/me", who).await.expect(200).body;
    me["org"]["id"].as_str().unwrap().to_owned()
}

/// Asks for an invitation with these fields.
async fn ask(app: &TestApp, who: &Browser, mut fields: Value) -> Answer {
    fields["origin"] = json!("http://192.168.1.5:8080");
    let path = format!("/orgs/{}/invite", org(app, who).await);
    app.post(&path, who, fields).await
}

async fn invite(app: &TestApp, who: &Browser, fields: Value) -> Value {
    ask(app, who, fields).await.expect(201).body
}

fn code(made: &Value) -> &str {
    made["code"].as_str().unwrap()
}

async fn look(app: &TestApp, code: &str) -> Answer {
    let body = json!({ "code": code });
    app.post("/auth/invite", &app.anon(), body).await
}

fn registration(code: &str, username: &str) -> Value {
    json!({"code": code, "name": username, "username": username, "password": PASSWORD,
        "language": "en"})
}

async fn register(app: &TestApp, code: &str, username: &str) -> Answer {
    let body = registration(code, username);
    app.post("/auth/register", &app.anon(), body).await
}

async fn class(app: &TestApp, staff: &Browser, name: &str) -> String {
    let made = app.post("/classes", staff, json!({ "name": name })).await;
    made.expect(201).id()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_teacher_is_invited_and_invites_a_learner_into_a_class() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let made = invite(&app, &admin, json!({"role": "teacher", "name": "Keza"})).await;
    assert_eq!(code(&made).len(), 12);
    let link = format!("http://192.168.1.5:8080/signin/invite#{}", code(&made));
    assert_eq!(made["link"], link);
    assert!(made["path"].as_str().unwrap().starts_with('M'));
    assert_eq!(made["invitation"]["uses"], 1);

    // Typed in any way, it says what it is for.
    let typed = format!(
        " {}-{} ",
        &code(&made)[..6],
        code(&made)[6..].to_lowercase()
    );
    let offer = look(&app, &typed).await.expect(200).body;
    assert_eq!(
        offer,
        json!({"school": "GS Test", "role": "teacher", "class": null, "name": "Keza",
            "waits": false})
    );
    let mut body = registration(code(&made), "keza");
    body["password"] = json!("eleven char");
    let short = app.post("/auth/register", &app.anon(), body).await;
    assert_eq!(
        short.refused(422, "invalid_field").body["field"],
        "password"
    );
    let taken = register(&app, code(&made), "ADMIN").await;
    assert_eq!(taken.refused(409, "name_taken").body["field"], "username");
    let arrived = register(&app, &typed, "keza").await.expect(201);
    assert_eq!(arrived.body["user"]["role"], "teacher");
    let mut teacher = app.anon();
    teacher.keep(&arrived);
    app.get("/users", &teacher).await.expect(200);
    register(&app, code(&made), "again")
        .await
        .refused(403, "code_closed");

    let p5 = class(&app, &teacher, "P5").await;
    let wish = json!({"role": "learner", "class_id": p5, "uses": 2});
    let made = invite(&app, &teacher, wish).await;
    assert_eq!(
        look(&app, code(&made)).await.expect(200).body["class"],
        "P5"
    );
    let mut body = registration(code(&made), "gasore");
    body["password"] = json!("8 chars!");
    let arrived = app
        .post("/auth/register", &app.anon(), body)
        .await
        .expect(201);
    let learner = arrived.body["user"]["id"].clone();
    let members = app
        .get(&format!("/classes/{p5}"), &teacher)
        .await
        .expect(200);
    let mut members = members.body["members"].as_array().unwrap().clone();
    members.retain(|member| member["role"] == "learner");
    assert_eq!(members.len(), 1);
    assert_eq!(members[0]["id"], learner);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_decide_who_is_invited_to_what() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let school = app.other_school(&admin).await;
    let teacher = app.add(&admin, "keza", "teacher").await;
    let colleague = app.add(&admin, "mugabo", "teacher").await;
    let learner = app.add(&admin, "gasore", "learner").await;
    let theirs = class(&app, &colleague, "P6").await;
    let elsewhere = class(&app, &school, "P5").await;

    for role in ["teacher", "admin"] {
        ask(&app, &teacher, json!({ "role": role }))
            .await
            .refused(403, "forbidden");
        invite(&app, &admin, json!({ "role": role })).await;
    }
    ask(&app, &learner, json!({"role": "learner"}))
        .await
        .refused(403, "forbidden");
    ask(
        &app,
        &teacher,
        json!({"role": "learner", "class_id": theirs}),
    )
    .await
    .refused(403, "forbidden");
    invite(&app, &admin, json!({"role": "teacher", "class_id": theirs})).await;
    for who in [&teacher, &admin] {
        ask(&app, who, json!({"role": "learner", "class_id": elsewhere}))
            .await
            .refused(404, "not_found");
    }
    for (field, value) in [("days", 0), ("days", 31), ("uses", 0), ("uses", 501)] {
        let mut wish = json!({"role": "learner"});
        wish[field] = json!(value);
        let refused = ask(&app, &admin, wish).await;
        assert_eq!(refused.refused(422, "invalid_field").body["field"], field);
    }
    let path = format!("/orgs/{}/invite", org(&app, &school).await);
    let wish = json!({"role": "learner", "origin": "http://192.168.1.5:8080"});
    app.post(&path, &admin, wish)
        .await
        .refused(404, "not_found");

    // Administrators see and revoke all of the school, teachers their own.
    let made = invite(&app, &teacher, json!({"role": "learner"})).await;
    let listed = async |who: &Browser| {
        let list = app.get("/invitations", who).await.expect(200).body;
        list["invitations"].as_array().unwrap().len()
    };
    assert_eq!(listed(&admin).await, 4);
    assert_eq!(listed(&teacher).await, 1);
    assert_eq!(listed(&colleague).await, 0);
    assert_eq!(listed(&school).await, 0);
    let id = made["invitation"]["id"].as_str().unwrap();
    let path = format!("/invitations/{id}");
    for who in [&colleague, &school] {
        app.delete(&path, who).await.refused(404, "not_found");
    }
    app.delete(&path, &admin).await.expect(204);
    app.delete(&path, &teacher).await.refused(404, "not_found");
    look(&app, code(&made)).await.refused(403, "code_closed");
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_over_answers_like_what_never_was() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let teacher = app.add(&admin, "keza", "teacher").await;
    let p5 = class(&app, &teacher, "P5").await;
    let nothing = look(&app, "AAAAAAAAAAAA").await.refused(403, "code_closed");
    let closed = async |code: &str| {
        let mut answer = look(&app, code).await.refused(403, "code_closed");
        assert_eq!(answer.body.take(), nothing.body);
        register(&app, code, "somebody")
            .await
            .refused(403, "code_closed");
    };
    closed("").await;

    let week = invite(&app, &admin, json!({"role": "learner"})).await;
    let month = invite(&app, &admin, json!({"role": "learner", "days": 30})).await;
    let into = json!({"role": "learner", "class_id": p5, "days": 30});
    let into = invite(&app, &teacher, into).await;
    app.clock.advance_ms(7 * DAY - 60_000);
    look(&app, code(&week)).await.expect(200);
    app.clock.advance_ms(60_000);
    closed(code(&week)).await;
    look(&app, code(&month)).await.expect(200);

    // A class that is over, and somebody who may not invite any more.
    let admin = app.sign_in("admin", PASSWORD, Value::Null).await;
    let path = format!("/classes/{p5}");
    app.patch(&path, &admin, json!({"archived": true}))
        .await
        .expect(200);
    closed(code(&into)).await;
    app.patch(&path, &admin, json!({"archived": false}))
        .await
        .expect(200);
    look(&app, code(&into)).await.expect(200);
    let users = app.get("/users", &admin).await.expect(200).body;
    let keza = users["users"].as_array().unwrap().iter();
    let keza = keza
        .clone()
        .find(|user| user["username"] == "keza")
        .unwrap();
    let path = format!("/users/{}", keza["id"].as_str().unwrap());
    app.patch(&path, &admin, json!({"active": false}))
        .await
        .expect(200);
    closed(code(&into)).await;
    // What is over is no longer listed, and forgotten with the next one.
    let list = app.get("/invitations", &admin).await.expect(200).body;
    assert_eq!(list["invitations"].as_array().unwrap().len(), 1);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_press_together_share_one_use() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let made = invite(&app, &admin, json!({"role": "learner", "uses": 2})).await;
    let names = ["a1", "a2", "a3", "a4", "a5"];
    let pressed = names.iter().map(|name| register(&app, code(&made), name));
    let answers = join_all(pressed).await;
    let count = |status: u16| answers.iter().filter(|a| a.status == status).count();
    assert_eq!((count(201), count(403)), (2, 3));
    let users = app.get("/users", &admin).await.expect(200).body;
    assert_eq!(users["users"].as_array().unwrap().len(), 3);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_guesses_codes_waits_and_no_other_does() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let made = invite(&app, &admin, json!({"role": "learner"})).await;
    let mut guesser = app.anon();
    let guess = async |who: &Browser, code: &str| {
        app.post("/auth/invite", who, json!({ "code": code })).await
    };
    let first = guess(&guesser, "AAAAAAAAAAA2").await;
    guesser.keep(&first.refused(403, "code_closed"));
    for n in 3..=9 {
        guess(&guesser, &format!("AAAAAAAAAAA{n}"))
            .await
            .refused(403, "code_closed");
    }
    for code in ["BBBBBBBBBBBB", "CCCCCCCCCCCC"] {
        guess(&guesser, code).await.refused(403, "code_closed");
    }
    guess(&guesser, code(&made))
        .await
        .refused(429, "too_many_tries");
    let mut body = registration(code(&made), "gasore");
    body["password"] = json!("8 chars!");
    app.post("/auth/register", &guesser, body)
        .await
        .refused(429, "too_many_tries");
    look(&app, code(&made)).await.expect(200);
    app.clock.advance_ms(60_000);
    guess(&guesser, code(&made)).await.expect(200);
    app.end().await;
}
