//! The people of a school: found a page at a time, and changed several at once.

use serde_json::json;

use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::door::{Door, new_user};

/// A school of four learners, a teacher and the administrator.
async fn school() -> (TestApp, Browser) {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let people = [
        ("Uwase Élise", "elise", "learner"),
        ("Ntwari Eric", "12.kagabo", "learner"),
        ("élan Mutoni", "mutoni", "learner"),
        ("Zaninka", "zaninka", "learner"),
        ("Mwalimu Eric", "mwalimu", "teacher"),
    ];
    for (name, username, role) in people {
        let mut new = new_user(username, role);
        new["name"] = name.into();
        app.post("/users", &admin, new).await.expect(201);
    }
    (app, admin)
}

async fn id_of(app: &TestApp, who: &Browser) -> String {
    let me = app.get("/auth/me", who).await.expect(200);
    me.body["user"]["id"].as_str().unwrap().to_owned()
}

/// Names that a search finds, and what else the answer says.
async fn found(app: &TestApp, who: &Browser, query: &str) -> (Vec<String>, u64, Option<u64>) {
    let path = format!("/users?{query}");
    let body = app.get(&path, who).await.expect(200).body;
    let names = body["users"].as_array().unwrap().iter();
    let names = names.map(|user| user["name"].as_str().unwrap().to_owned());
    let total = body["total"].as_u64().unwrap();
    (names.collect(), total, body["next"].as_u64())
}

#[tokio::test(flavor = "multi_thread")]
async fn people_come_in_pages_by_name() {
    let (app, admin) = school().await;
    let learners = ["élan Mutoni", "Ntwari Eric", "Uwase Élise", "Zaninka"];
    let all = found(&app, &admin, "among=learner").await;
    assert_eq!(all, (learners.map(str::to_owned).to_vec(), 4, None));
    let mut seen = Vec::new();
    let mut next = Some(0);
    while let Some(from) = next {
        let query = format!("among=learner&limit=3&from={from}");
        let (names, total, then) = found(&app, &admin, &query).await;
        assert_eq!(total, 4);
        seen.extend(names);
        next = then;
    }
    assert_eq!(seen, learners);
    // Whoever asks on after others went is not told that nobody is there.
    let beyond = found(&app, &admin, "among=learner&from=9").await;
    assert_eq!(beyond, (vec![], 4, None));
    assert_eq!(found(&app, &admin, "among=staff").await.1, 2);
    assert_eq!(found(&app, &admin, "").await.1, 6);
    for query in ["among=guest", "from=-1", "limit=many"] {
        let path = format!("/users?{query}");
        app.get(&path, &admin).await.refused(400, "bad_request");
    }
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_found_by_parts_of_words_in_any_order() {
    let (app, admin) = school().await;
    for (typed, names) in [
        ("elise", vec!["Uwase Élise"]),
        ("%C3%89LI%20uwa", vec!["Uwase Élise"]),
        ("eric", vec!["Mwalimu Eric", "Ntwari Eric"]),
        ("12.kagabo", vec!["Ntwari Eric"]),
        ("%25", vec![]),
        ("eric%20uwase", vec![]),
    ] {
        let (found, total, _) = found(&app, &admin, &format!("name={typed}")).await;
        assert_eq!(found, names, "{typed}");
        assert_eq!(total as usize, names.len());
    }
    let long = format!("/users?name={}", "x".repeat(201));
    app.get(&long, &admin).await.refused(422, "invalid_field");
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_is_filled_from_those_who_are_not_in_it() {
    let (app, admin) = school().await;
    let body = app
        .get("/users?among=learner", &admin)
        .await
        .expect(200)
        .body;
    let id = |n: usize| body["users"][n]["id"].as_str().unwrap().to_owned();
    let class = app.post("/classes", &admin, json!({"name": "P5"})).await;
    let class = class.expect(201).id();
    let add = json!({"add": [id(0)]});
    app.patch(&format!("/classes/{class}/members"), &admin, add)
        .await
        .expect(200);
    let closed = json!({"active": false});
    app.patch(&format!("/users/{}", id(1)), &admin, closed)
        .await
        .expect(200);
    let query = format!("among=learner&active=true&outside={class}");
    let (names, total, _) = found(&app, &admin, &query).await;
    assert_eq!((names.len(), total), (2, 2), "{names:?}");
    assert_eq!(names, ["Uwase Élise", "Zaninka"]);
    let closed = found(&app, &admin, "active=false").await.0;
    assert_eq!(closed, ["Ntwari Eric"]);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_accounts_are_closed_and_opened_or_none() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let teacher = app.add(&admin, "mwalimu", "teacher").await;
    let pupils = [
        app.add(&admin, "gasore", "learner").await,
        app.add(&admin, "uwase", "learner").await,
    ];
    let ids = [id_of(&app, &pupils[0]).await, id_of(&app, &pupils[1]).await];
    let (teacher_id, admin_id) = (id_of(&app, &teacher).await, id_of(&app, &admin).await);

    // One of them is not hers, so the others stay.
    let with_staff = json!({"users": [ids[0], teacher_id], "active": false});
    app.patch("/users", &teacher, with_staff)
        .await
        .refused(403, "forbidden");
    let with_admin = json!({"users": [ids[0], admin_id], "active": false});
    app.patch("/users", &admin, with_admin)
        .await
        .refused(409, "conflict");
    assert_eq!(found(&app, &admin, "active=false").await.1, 0);
    app.get("/auth/me", &pupils[0]).await.expect(200);

    let close = json!({"users": ids, "active": false});
    let closed = app.patch("/users", &teacher, close).await.expect(200).body;
    assert_eq!(closed["users"][1]["active"], false, "{closed}");
    for pupil in &pupils {
        app.get("/auth/me", pupil)
            .await
            .refused(401, "session_ended");
    }
    let open = json!({"users": ids, "active": true});
    app.patch("/users", &teacher, open).await.expect(200);
    assert_eq!(found(&app, &admin, "active=false").await.1, 0);

    let other = app.other_school(&admin).await;
    let theirs = json!({"users": [ids[0], id_of(&app, &other).await], "active": false});
    app.patch("/users", &admin, theirs)
        .await
        .refused(404, "not_found");
    assert_eq!(found(&app, &admin, "active=false").await.1, 0);
    let none = json!({"users": [], "active": false});
    app.patch("/users", &admin, none)
        .await
        .refused(422, "invalid_field");
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_people_go_into_the_trash_and_come_back() {
    let (app, admin) = school().await;
    let body = app
        .get("/users?among=learner", &admin)
        .await
        .expect(200)
        .body;
    let ids: Vec<_> = (0..3).map(|n| body["users"][n]["id"].clone()).collect();
    let with_admin = json!({"users": [ids[0], id_of(&app, &admin).await]});
    app.post("/users/trash", &admin, with_admin)
        .await
        .refused(409, "conflict");
    assert_eq!(found(&app, &admin, "among=learner").await.1, 4);
    let three = json!({ "users": ids });
    app.post("/users/trash", &admin, three.clone())
        .await
        .expect(204);
    assert_eq!(found(&app, &admin, "among=learner").await.1, 1);
    let back = app.post("/users/restore", &admin, three.clone()).await;
    assert_eq!(back.expect(200).body["users"].as_array().unwrap().len(), 3);
    assert_eq!(found(&app, &admin, "among=learner").await.1, 4);
    let other = app.other_school(&admin).await;
    let theirs = json!({"users": [ids[0], id_of(&app, &other).await]});
    for path in ["/users/trash", "/users/restore"] {
        app.post(path, &admin, theirs.clone())
            .await
            .refused(404, "not_found");
    }
    assert_eq!(found(&app, &admin, "among=learner").await.1, 4);
    app.post("/users/restore", &admin, three)
        .await
        .refused(404, "not_found");
    app.end().await;
}
