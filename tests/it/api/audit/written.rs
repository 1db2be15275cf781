//! What is written down and by whom.

use serde_json::{Value, json};

use super::{actions, id_of, log, org_of, saved};
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::door::{Door, PASSWORD};
use crate::support::upload::Upload;

const LEAF: &str = "Leaves make sugar from light.";

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
