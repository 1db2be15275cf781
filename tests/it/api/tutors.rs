//! Changing tutors.

use serde_json::json;

use crate::support::app::TestApp;
use crate::support::door::Door;
use crate::support::upload::Upload;

#[tokio::test(flavor = "multi_thread")]
async fn a_lesson_named_twice_counts_once() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let lesson = app
        .lesson(&admin, &Upload::text("soil.txt", "Soil is alive."))
        .await;
    let twice = json!({"mode": "only", "ids": [lesson["id"], lesson["id"]]});
    let once = json!({"mode": "only", "ids": [lesson["id"]]});
    let tutor = app.tutor(&admin, json!({"lessons": twice})).await;
    let path = format!("/personas/{tutor}");
    assert_eq!(app.get(&path, &admin).await.body["lessons"], once);
    let changed = app.patch(&path, &admin, json!({"lessons": twice})).await;
    assert_eq!(changed.expect(200).body["lessons"], once);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_editors_keep_each_others_changes() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let tutor = app.tutor(&admin, json!({})).await;
    let path = format!("/personas/{tutor}");
    for n in 0..50 {
        let (subject, greeting) = (format!("Subject {n}"), format!("Greeting {n}"));
        let (one, two) = tokio::join!(
            app.patch(&path, &admin, json!({"subject": subject})),
            app.patch(&path, &admin, json!({"greeting": greeting})),
        );
        one.expect(200);
        two.expect(200);
        let now = app.get(&path, &admin).await.expect(200).body;
        assert_eq!(
            (&now["subject"], &now["greeting"]),
            (&json!(subject), &json!(greeting)),
            "change {n} was lost"
        );
    }
    app.end().await;
}
