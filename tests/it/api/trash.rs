//! What is deleted waits in the trash for 30 days, is nowhere else, and comes back
//! as it was.

use bwenge::{classes, privacy};
use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::door::{Door, PASSWORD, PUPIL_PASSWORD, new_user};
use crate::support::upload::Upload;

const DAY_MS: i64 = 24 * 3_600_000;
const SECRET: &str = "The zanzibarite crystal glows violet when the umuvumu tree blossoms.";
const QUESTION: &str = "When does the zanzibarite crystal glow violet?";

async fn id_of(app: &TestApp, who: &Browser) -> String {
    let me = app.get("/auth/me", who).await.expect(200);
    me.body["user"]["id"].as_str().unwrap().to_owned()
}

async fn org_of(app: &TestApp, who: &Browser) -> Value {
    app.get("/auth/me", who).await.expect(200).body["org"]["id"].clone()
}

/// A class with these people.
async fn class(app: &TestApp, who: &Browser, name: &str, people: &[&str]) -> String {
    let made = app.post("/classes", who, json!({ "name": name })).await;
    let id = made.expect(201).id();
    let members = format!("/classes/{id}/members");
    app.patch(&members, who, json!({ "add": people }))
        .await
        .expect(200);
    id
}

/// The names in the trash that somebody sees.
async fn trash(app: &TestApp, who: &Browser, kind: &str) -> Vec<String> {
    let body = app.get("/trash", who).await.expect(200).body;
    let found = body[kind].as_array().unwrap().iter();
    found
        .map(|one| one["name"].as_str().unwrap().to_owned())
        .collect()
}

/// Rows of core.db.
async fn count(app: &TestApp, sql: &'static str) -> i64 {
    let count = |conn: &rusqlite::Connection| Ok(conn.query_row(sql, [], |row| row.get(0))?);
    app.core.db.core.read(count).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_in_the_trash_is_nowhere_and_comes_back_with_everything() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let teacher = app.add(&admin, "keza", "teacher").await;
    let other = app.add(&admin, "mugabo", "teacher").await;
    let pupil = app.add(&admin, "gasore", "learner").await;
    let school = app.other_school(&admin).await;
    let gasore = id_of(&app, &pupil).await;
    let p5 = class(&app, &teacher, "P5", &[&gasore]).await;
    let path = format!("/classes/{p5}");
    let restore = format!("{path}/restore");
    let door = app
        .put(
            &format!("{path}/door"),
            &teacher,
            json!({ "minutes": 90 * 24 * 60 }),
        )
        .await
        .expect(200);
    let code = json!({ "code": door.body["code"] });
    app.post("/auth/class", &app.anon(), code.clone())
        .await
        .expect(200);
    let lesson = app
        .lesson(&admin, &Upload::text("secret.txt", SECRET))
        .await;
    let lesson = format!("/knowledge/{}", lesson["id"].as_str().unwrap());
    app.patch(&lesson, &admin, json!({ "classes": [p5] }))
        .await
        .expect(200);
    assert_eq!(app.search(&pupil, QUESTION).await.len(), 1);

    app.delete(&path, &other).await.refused(403, "forbidden");
    app.delete(&path, &school).await.refused(404, "not_found");
    app.delete(&path, &teacher).await.expect(204);
    app.delete(&path, &teacher).await.refused(404, "not_found");

    // In no list, behind no door, and nothing is read by it.
    for who in [&admin, &teacher, &pupil] {
        let listed = app.get("/classes", who).await.expect(200).body;
        assert_eq!(listed, json!({"classes": []}));
    }
    app.get(&path, &admin).await.refused(404, "not_found");
    let members = format!("{path}/members");
    app.patch(&members, &admin, json!({ "add": [gasore] }))
        .await
        .refused(404, "not_found");
    app.put(&format!("{path}/door"), &teacher, json!({"minutes": 5}))
        .await
        .refused(404, "not_found");
    app.post("/auth/class", &app.anon(), code.clone())
        .await
        .refused(403, "class_closed");
    app.get(&lesson, &pupil).await.refused(404, "not_found");
    assert!(app.search(&pupil, QUESTION).await.is_empty());
    let kept = app.get(&lesson, &admin).await.expect(200).body;
    assert_eq!(kept["classes"], json!([]));
    app.patch(&lesson, &admin, json!({ "classes": [p5] }))
        .await
        .refused(422, "invalid_field");

    // Those who might delete it see it in the trash and bring it back.
    assert_eq!(trash(&app, &admin, "classes").await, ["P5"]);
    assert_eq!(trash(&app, &teacher, "classes").await, ["P5"]);
    for who in [&other, &school] {
        assert!(trash(&app, who, "classes").await.is_empty());
    }
    app.get("/trash", &pupil).await.refused(403, "forbidden");
    app.post(&restore, &other, json!({}))
        .await
        .refused(403, "forbidden");
    app.post(&restore, &school, json!({}))
        .await
        .refused(404, "not_found");

    // Its name is free meanwhile, and must be free again.
    let twin = class(&app, &admin, "P5", &[]).await;
    app.post(&restore, &teacher, json!({}))
        .await
        .refused(409, "name_taken");
    let renamed = json!({"name": "P5 B"});
    app.patch(&format!("/classes/{twin}"), &admin, renamed)
        .await
        .expect(200);
    let back = app.post(&restore, &teacher, json!({})).await.expect(200);
    assert_eq!(back.body["learners"], 1);
    assert_eq!(back.body["open"], false);
    assert_eq!(app.search(&pupil, QUESTION).await.len(), 1);
    app.post(&restore, &teacher, json!({}))
        .await
        .refused(404, "not_found");

    // After 30 days there is no way back, and the row goes.
    app.delete(&path, &teacher).await.expect(204);
    let org = org_of(&app, &admin).await;
    app.clock.advance_ms(30 * DAY_MS - 60_000);
    let admin = app.sign_in("admin", PASSWORD, org).await;
    classes::empty_trash(&app.core).await.unwrap();
    assert_eq!(trash(&app, &admin, "classes").await, ["P5"]);
    app.clock.advance_ms(60_000);
    assert!(trash(&app, &admin, "classes").await.is_empty());
    app.post(&restore, &admin, json!({}))
        .await
        .refused(404, "not_found");
    let all = "SELECT count(*) FROM classes";
    assert_eq!(count(&app, all).await, 2);
    classes::empty_trash(&app.core).await.unwrap();
    assert_eq!(count(&app, all).await, 1);
    let kept = app.get(&lesson, &admin).await.expect(200).body;
    assert_eq!(
        kept["classes"],
        json!([]),
        "nobody's rather than everybody's"
    );
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_in_the_trash_is_nobody_and_comes_back_with_everything() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let org = org_of(&app, &admin).await;
    let teacher = app.add(&admin, "keza", "teacher").await;
    let pupil = app.add(&admin, "Gasore", "learner").await;
    let school = app.other_school(&admin).await;
    let gasore = id_of(&app, &pupil).await;
    let p5 = class(&app, &teacher, "P5", &[&gasore]).await;
    let path = format!("/users/{gasore}");
    let restore = format!("{path}/restore");
    let badges = format!("/classes/{p5}/badges");
    let origin = json!({"origin": "http://192.168.1.5:8080"});
    let badge = app.post(&badges, &teacher, origin).await.expect(200).body;
    let badge = json!({ "badge": badge["cards"][0]["code"] });
    let door = format!("/classes/{p5}/door");
    let opened = app.put(&door, &teacher, json!({"minutes": 60})).await;
    let code = opened.expect(200).body["code"].clone();

    app.delete(&path, &teacher).await.refused(403, "forbidden");
    app.delete(&path, &school).await.refused(404, "not_found");
    app.delete(&path, &admin).await.expect(204);

    // Signed out, in no list, and no way in: by password, badge or class.
    app.get("/auth/me", &pupil)
        .await
        .refused(401, "session_ended");
    let users = app.get("/users", &admin).await.expect(200).body;
    assert!(!users.to_string().contains("Gasore"), "{users}");
    let shown = app.get(&format!("/classes/{p5}"), &teacher).await;
    let shown = shown.expect(200).body;
    assert_eq!(shown["class"]["learners"], 0);
    assert_eq!(shown["members"].as_array().unwrap().len(), 1);
    let anon = app.anon();
    let typed = json!({"username": "gasore", "password": PUPIL_PASSWORD, "org_id": org});
    app.post("/auth/login", &anon, typed.clone())
        .await
        .refused(401, "wrong_credentials");
    app.post("/auth/badge", &anon, badge.clone())
        .await
        .refused(401, "wrong_credentials");
    let names = app.post("/auth/class", &anon, json!({ "code": code }));
    assert_eq!(names.await.expect(200).body["names"], json!([]));
    let entering = json!({"code": code, "user": gasore, "secret": PUPIL_PASSWORD});
    app.post("/auth/class/login", &anon, entering)
        .await
        .refused(403, "class_closed");
    for (method, path, body) in [
        ("PATCH", path.clone(), json!({"active": true})),
        ("POST", format!("{path}/secret"), json!({"way": "pin"})),
    ] {
        let request = admin.request(method, &path, Some(body));
        app.send(request).await.refused(404, "not_found");
    }
    let add = json!({ "add": [gasore] });
    app.patch(&format!("/classes/{p5}/members"), &teacher, add)
        .await
        .refused(422, "invalid_field");

    // Only administrators see people in the trash and bring them back.
    assert_eq!(trash(&app, &admin, "people").await, ["Gasore"]);
    for who in [&teacher, &school] {
        assert!(trash(&app, who, "people").await.is_empty());
    }
    app.post(&restore, &teacher, json!({}))
        .await
        .refused(403, "forbidden");
    app.post(&restore, &school, json!({}))
        .await
        .refused(404, "not_found");

    // The user name is free meanwhile, and must be free again.
    let namesake = app
        .post("/users", &admin, new_user("gasore", "learner"))
        .await
        .expect(201)
        .id();
    app.post(&restore, &admin, json!({}))
        .await
        .refused(409, "name_taken");
    app.delete(&format!("/users/{namesake}"), &admin)
        .await
        .expect(204);
    let back = app.post(&restore, &admin, json!({})).await.expect(200).body;
    assert_eq!(back["username"], "Gasore");
    assert_eq!(back["active"], true);
    app.post("/auth/login", &anon, typed).await.expect(200);
    app.post("/auth/badge", &anon, badge).await.expect(200);
    let shown = app.get(&format!("/classes/{p5}"), &teacher).await;
    assert_eq!(shown.expect(200).body["class"]["learners"], 1);

    // Whoever was off before is off again.
    app.patch(&path, &admin, json!({"active": false}))
        .await
        .expect(200);
    app.delete(&path, &admin).await.expect(204);
    let back = app.post(&restore, &admin, json!({})).await.expect(200).body;
    assert_eq!(back["active"], false);

    // After 30 days the account goes with everything that hangs on it.
    app.delete(&path, &admin).await.expect(204);
    app.clock.advance_ms(30 * DAY_MS);
    let admin = app.sign_in("admin", PASSWORD, org).await;
    app.post(&restore, &admin, json!({}))
        .await
        .refused(404, "not_found");
    privacy::empty_trash(&app.core).await.unwrap();
    let left = "SELECT count(*) FROM users WHERE trashed_at IS NOT NULL";
    assert_eq!(count(&app, left).await, 0);
    let members = "SELECT count(*) FROM class_members";
    assert_eq!(count(&app, members).await, 1);
    app.end().await;
}
