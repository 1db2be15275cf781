//! Work behind the scenes as people see it: a reading that is stopped, jobs
//! that were given up, and what the box page counts.

use std::time::Duration;

use bwenge::types::Clock;
use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::door::Door;
use crate::support::upload::Upload;

/// Waits until nothing runs or waits.
async fn quiet(app: &TestApp, admin: &Browser) {
    let idle = |status: &Value| status["jobs"]["queued"] == 0 && status["jobs"]["running"] == 0;
    app.until(admin, "/box/status", idle).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_is_stopped_at_any_moment_and_taken_up_again() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let learner = app.add(&admin, "pupil", "learner").await;
    let file = Upload::fixture("long-lesson.pdf");
    let mut stopped = 0;
    for moment in 0..8 {
        let id = app.upload(&admin, &file).await.expect(202).id();
        let path = format!("/knowledge/{id}");
        let cancel = format!("{path}/cancel");
        app.post(&cancel, &learner, json!({}))
            .await
            .refused(403, "forbidden");
        tokio::time::sleep(Duration::from_millis(25 * moment)).await;
        let answer = app.post(&cancel, &admin, json!({})).await;
        if answer.status == 200 {
            stopped += 1;
            assert_eq!(answer.body["status"], "failed");
            assert_eq!(answer.body["failure"]["code"], "cancelled");
            quiet(&app, &admin).await;
            let lesson = app.get(&path, &admin).await.expect(200).body;
            assert_eq!(lesson["failure"]["code"], "cancelled", "{moment}");
            assert_eq!(lesson["progress"], Value::Null, "{moment}");
            app.post(&cancel, &admin, json!({}))
                .await
                .refused(409, "conflict");
            app.post(&format!("{path}/retry"), &admin, json!({}))
                .await
                .expect(202);
        } else {
            answer.refused(409, "conflict");
        }
        let lesson = app.ready(&admin, &id).await;
        assert_eq!(lesson["failure"], Value::Null);
        let bare = "SELECT count(*) FROM passages WHERE embedding IS NULL";
        assert_eq!(app.db_count(bare).await, 0);
        app.delete(&path, &admin).await.expect(204);
        quiet(&app, &admin).await;
    }
    assert!(stopped > 0);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_given_up_is_listed_retried_and_dismissed() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let jobs = async || app.get("/box/jobs", &admin).await.expect(200).body["jobs"].clone();
    assert_eq!(jobs().await, json!([]));
    let file = Upload::fixture("encrypted.pdf").with("title", "Locked");
    let id = app.upload(&admin, &file).await.expect(202).id();
    app.settled(&admin, &id).await;
    quiet(&app, &admin).await;
    let dead = jobs().await[0].clone();
    assert_eq!(
        (
            &dead["kind"],
            &dead["code"],
            &dead["lesson_id"],
            &dead["lesson_title"]
        ),
        (
            &json!("read_lesson"),
            &json!("encrypted"),
            &json!(id),
            &json!("Locked")
        )
    );
    assert_eq!(dead["attempts"], 1);
    assert!(dead["died_at"].as_i64().unwrap() >= app.clock.now().0 - 60_000);

    let job = format!("/box/jobs/{}", dead["id"].as_str().unwrap());
    let teacher = app.add(&admin, "teacher", "teacher").await;
    app.get("/box/jobs", &teacher)
        .await
        .refused(403, "forbidden");
    app.delete(&job, &teacher).await.refused(403, "forbidden");
    // Somebody put a good file in its place.
    let core = &app.core.db.core;
    let sql = "SELECT original FROM lessons";
    let original = core
        .read(move |conn| Ok(conn.query_row(sql, [], |row| row.get(0))?))
        .await;
    let path = app.core.blobs.path(&original.unwrap());
    std::fs::write(path, Upload::fixture("photosynthesis.pdf").bytes).unwrap();
    app.post(&format!("{job}/retry"), &admin, json!({}))
        .await
        .expect(204);
    app.until(&admin, &format!("/knowledge/{id}"), |lesson| {
        lesson["status"] == "ready"
    })
    .await;
    let lesson = app.get(&format!("/knowledge/{id}"), &admin).await.body;
    assert_eq!(lesson["failure"], Value::Null);
    quiet(&app, &admin).await;
    assert_eq!(jobs().await, json!([]));
    app.post(&format!("{job}/retry"), &admin, json!({}))
        .await
        .refused(404, "not_found");
    app.delete(&job, &admin).await.refused(404, "not_found");

    app.delete(&format!("/knowledge/{id}"), &admin)
        .await
        .expect(204);
    let id = app.upload(&admin, &Upload::fixture("encrypted.pdf")).await;
    let id = id.expect(202).id();
    app.settled(&admin, &id).await;
    quiet(&app, &admin).await;
    let dead = jobs().await[0]["id"].clone();
    let job = format!("/box/jobs/{}", dead.as_str().unwrap());
    app.delete(&job, &admin).await.expect(204);
    assert_eq!(jobs().await, json!([]));
    let lesson = app.get(&format!("/knowledge/{id}"), &admin).await.body;
    assert_eq!(lesson["failure"]["code"], "encrypted", "only the job went");
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_box_page_counts_people() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    app.add(&admin, "teacher", "teacher").await;
    for pupil in ["one", "two"] {
        app.add(&admin, pupil, "learner").await;
    }
    let status = app.get("/box/status", &admin).await.expect(200).body;
    let people = json!({"learners": 2, "teachers": 1, "admins": 1});
    assert_eq!(status["people"], people);
    app.end().await;
}
