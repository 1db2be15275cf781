//! Learners who ask for an account with the code of their school.

use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::browser::{Answer, Browser};
use crate::support::door::{Door, PUPIL_PASSWORD};

async fn allow(app: &TestApp, admin: &Browser, how: Value) -> Value {
    app.put("/joining", admin, how).await.expect(200).body
}

async fn register(app: &TestApp, code: &Value, username: &str) -> Answer {
    let body = json!({"code": code, "name": username, "username": username,
        "password": PUPIL_PASSWORD, "language": "rw"});
    app.post("/auth/register", &app.anon(), body).await
}

async fn login(app: &TestApp, username: &str, org: &Value) -> Answer {
    let body = json!({"username": username, "password": PUPIL_PASSWORD, "org_id": org});
    app.post("/auth/login", &app.anon(), body).await
}

async fn waiting(app: &TestApp, who: &Browser) -> Vec<Value> {
    let list = app.get("/joining/waiting", who).await.expect(200).body;
    list["waiting"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_asks_before_the_school_allows_it() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let teacher = app.add(&admin, "keza", "teacher").await;
    let before = app.get("/joining", &teacher).await.expect(200).body;
    assert_eq!(before, json!({"open": false, "code": null}));
    app.put("/joining", &teacher, json!({"open": true}))
        .await
        .refused(403, "forbidden");
    // Another code alone allows nothing.
    let renewed = allow(&app, &admin, json!({"renew": true})).await;
    assert_eq!(renewed, json!({"open": false, "code": null}));

    let first = allow(&app, &admin, json!({"open": true})).await["code"].clone();
    assert_eq!(first.as_str().unwrap().len(), 8);
    let shown = app.get("/joining", &teacher).await.expect(200).body;
    assert_eq!(shown["code"], first);
    let typed = json!({ "code": first });
    let offer = app.post("/auth/invite", &app.anon(), typed).await;
    let offer = offer.expect(200).body;
    assert_eq!(offer["role"], "learner");
    assert_eq!(offer["waits"], true);

    let second = allow(&app, &admin, json!({"renew": true})).await["code"].clone();
    assert_ne!(first, second);
    register(&app, &first, "gasore")
        .await
        .refused(403, "code_closed");
    allow(&app, &admin, json!({"open": false})).await;
    register(&app, &second, "gasore")
        .await
        .refused(403, "code_closed");
    allow(&app, &admin, json!({"open": true})).await;
    register(&app, &second, "gasore").await.expect(202);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_teacher_approves_or_refuses_several_at_once() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let org = app.get("/auth/me", &admin).await.body["org"]["id"].clone();
    let school = app.other_school(&admin).await;
    let teacher = app.add(&admin, "keza", "teacher").await;
    let code = allow(&app, &admin, json!({"open": true})).await["code"].clone();
    for name in ["gasore", "uwase", "mukamana"] {
        let asked = register(&app, &code, name).await.expect(202);
        assert!(asked.cookies.is_empty(), "nobody is signed in");
    }
    register(&app, &code, "Gasore")
        .await
        .refused(409, "name_taken");
    login(&app, "gasore", &org)
        .await
        .refused(403, "account_waiting");
    let wrong = json!({"username": "gasore", "password": "wrong", "org_id": org});
    app.post("/auth/login", &app.anon(), wrong)
        .await
        .refused(401, "wrong_credentials");

    assert!(waiting(&app, &school).await.is_empty());
    let found = waiting(&app, &teacher).await;
    let names: Vec<_> = found.iter().map(|one| one["name"].clone()).collect();
    assert_eq!(names, ["gasore", "uwase", "mukamana"]);
    let list = app.get("/users?among=learner", &teacher).await.expect(200);
    assert_eq!(list.body["total"], 0);
    let ids = |which: &[usize]| {
        json!({"users": which.iter().map(|&i| found[i]["id"].clone())
        .collect::<Vec<_>>()})
    };

    // Another school's people change nothing here.
    app.post("/joining/approve", &school, ids(&[0]))
        .await
        .expect(204);
    assert_eq!(waiting(&app, &teacher).await.len(), 3);
    app.post("/joining/approve", &teacher, ids(&[0, 1]))
        .await
        .expect(204);
    login(&app, "gasore", &org).await.expect(200);
    app.post("/joining/refuse", &teacher, ids(&[2]))
        .await
        .expect(204);
    login(&app, "mukamana", &org)
        .await
        .refused(401, "wrong_credentials");
    assert!(waiting(&app, &teacher).await.is_empty());
    // A slip of the finger is taken back; for another school there is nothing to take back.
    let again = "/joining/reconsider";
    app.post(again, &school, ids(&[2])).await.expect(204);
    assert!(waiting(&app, &teacher).await.is_empty());
    app.post(again, &teacher, ids(&[0, 2])).await.expect(204);
    let back = waiting(&app, &teacher).await;
    assert_eq!(back, found[2..]);
    login(&app, "mukamana", &org)
        .await
        .refused(403, "account_waiting");
    app.post("/joining/refuse", &teacher, ids(&[2]))
        .await
        .expect(204);
    // Who was approved already is not deleted by a slower colleague.
    app.post("/joining/refuse", &admin, ids(&[0, 1, 2]))
        .await
        .expect(204);
    login(&app, "uwase", &org).await.expect(200);
    register(&app, &code, "mukamana").await.expect(202);
    app.post(again, &teacher, ids(&[2]))
        .await
        .refused(409, "name_taken");

    // Opened on the list of people, an account waits no more.
    let again = waiting(&app, &teacher).await;
    let path = format!("/users/{}", again[0]["id"].as_str().unwrap());
    app.patch(&path, &teacher, json!({"active": true}))
        .await
        .expect(200);
    assert!(waiting(&app, &teacher).await.is_empty());
    app.patch(&path, &teacher, json!({"active": false}))
        .await
        .expect(200);
    assert!(waiting(&app, &teacher).await.is_empty());
    login(&app, "mukamana", &org)
        .await
        .refused(401, "wrong_credentials");
    app.end().await;
}
