//! Who reads the log, how it is read, and that a change of it shows.

use bwenge::audit;
use serde_json::{Value, json};

use super::{actions, id_of, log, org_of, saved};
use crate::support::app::TestApp;
use crate::support::door::Door;

/// Does something to core.db that no box would do.
async fn tamper(app: &TestApp, sql: &'static str) -> bwenge::error::Result<()> {
    let change = move |conn: &rusqlite::Connection| Ok(conn.execute_batch(sql)?);
    app.core.db.core.write(change).await
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
