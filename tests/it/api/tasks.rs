//! Work behind the scenes as people see it: a reading that is stopped, jobs
//! that were given up, and what the box page counts.

use std::time::Duration;

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
