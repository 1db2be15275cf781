//! Changing tutors, and who may ask them.

use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::chat::Socket;
use crate::support::door::Door;
use crate::support::upload::Upload;

async fn id_of(app: &TestApp, who: &Browser) -> Value {
    let me = app.get("/auth/me", who).await.expect(200);
    me.body["user"]["id"].clone()
}

/// The names of the tutors somebody may ask.
async fn asked_by(app: &TestApp, who: &Browser) -> Vec<String> {
    let list = app.get("/personas", who).await.expect(200).body;
    let tutors = list["personas"].as_array().unwrap().iter();
    tutors
        .map(|tutor| tutor["name"].as_str().unwrap().to_owned())
        .collect()
}

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

#[tokio::test(flavor = "multi_thread")]
async fn a_tutor_kept_for_a_class_exists_for_its_learners_only() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let teacher = app.add(&admin, "keza", "teacher").await;
    let (inside, outside) = (
        app.add(&admin, "gasore", "learner").await,
        app.add(&admin, "uwase", "learner").await,
    );
    let school = app.other_school(&admin).await;
    let class = async |who: &Browser, name| {
        let made = app.post("/classes", who, json!({ "name": name })).await;
        made.expect(201).id()
    };
    let theirs = class(&school, "Theirs").await;
    let p5 = class(&admin, "P5").await;
    let class = format!("/classes/{p5}");
    let members = format!("{class}/members");
    let gasore = json!([id_of(&app, &inside).await]);
    app.patch(&members, &admin, json!({ "add": gasore }))
        .await
        .expect(200);
    let everybodys = json!({"name": "Everybody's", "only_from_lessons": false});
    app.tutor(&admin, everybodys).await;
    let tutor = app
        .tutor(
            &admin,
            json!({"only_from_lessons": false, "classes": [p5, p5]}),
        )
        .await;
    let path = format!("/personas/{tutor}");
    let made = app.get(&path, &teacher).await.expect(200).body;
    assert_eq!(made["classes"], json!([p5]));
    assert_eq!(made["shared"], true);
    app.patch(&path, &admin, json!({ "classes": [theirs] }))
        .await
        .refused(422, "invalid_field");

    let both = ["Everybody's", "Mwarimu"];
    let asks = async |who: &Browser| {
        assert_eq!(asked_by(&app, who).await, both);
        let seen = app.get(&path, who).await.expect(200).body;
        // Which classes have it is not a learner's business.
        assert_eq!(seen["classes"], Value::Null);
        let mut socket = Socket::open(&app, who).await;
        socket.answer(&tutor, "What is soil?").await.0
    };
    let does_not = async |who: &Browser| {
        assert_eq!(asked_by(&app, who).await, ["Everybody's"]);
        app.get(&path, who).await.refused(404, "not_found");
        let mut socket = Socket::open(&app, who).await;
        let refused = socket.ask(&tutor, "What is soil?").await;
        assert_eq!(refused["code"], "not_found");
    };
    let accepted = asks(&inside).await;
    does_not(&outside).await;
    for staff in [&admin, &teacher] {
        assert_eq!(asked_by(&app, staff).await, both);
    }
    assert!(asked_by(&app, &school).await.is_empty());
    app.get(&path, &school).await.refused(404, "not_found");

    // What was said stays readable, and is not gone on with.
    let chat = &accepted["conversation_id"];
    let history = format!("/chats/{}", chat.as_str().unwrap());
    let open = async |open: bool| {
        let told = app.get(&history, &inside).await.expect(200).body;
        assert_eq!(told["conversation"]["persona_name"], "Mwarimu");
        assert_eq!(told["conversation"]["open"], open);
        assert!(told["messages"].as_array().unwrap().len() >= 2);
        let listed = app.get("/chats", &inside).await.expect(200).body;
        assert_eq!(listed["conversations"][0]["open"], open);
        let more = json!({"persona_id": tutor, "conversation_id": chat, "text": "And clay?"});
        let mut socket = Socket::open(&app, &inside).await;
        let answer = socket.ask_with(more).await;
        match open {
            true => {
                assert_eq!(answer["type"], "accepted", "{answer}");
                socket.read_to_the_end().await;
            }
            false => assert_eq!(answer["code"], "tutor_closed"),
        }
    };
    open(true).await;

    // Leaving the class, its end and the trash count at once, and open nothing.
    let out = json!({ "remove": gasore });
    app.patch(&members, &admin, out).await.expect(200);
    open(false).await;
    does_not(&inside).await;
    app.patch(&members, &admin, json!({ "add": gasore }))
        .await
        .expect(200);
    open(true).await;
    app.patch(&class, &admin, json!({"archived": true}))
        .await
        .expect(200);
    open(false).await;
    app.patch(&class, &admin, json!({"archived": false}))
        .await
        .expect(200);
    app.delete(&class, &admin).await.expect(204);
    open(false).await;
    does_not(&inside).await;
    does_not(&outside).await;
    // Another change meanwhile does not take it from the class.
    let renamed = json!({"subject": "Farming"});
    let changed = app.patch(&path, &teacher, renamed).await.expect(200);
    assert_eq!(changed.body["classes"], json!([]));
    app.post(&format!("{class}/restore"), &admin, json!({}))
        .await
        .expect(200);
    open(true).await;
    does_not(&outside).await;

    // For the staff only, and paused; then for the whole school again.
    for switch in ["shared", "active"] {
        app.patch(&path, &admin, json!({ switch: false }))
            .await
            .expect(200);
        open(false).await;
        assert_eq!(asked_by(&app, &teacher).await, both);
        app.patch(&path, &admin, json!({ switch: true }))
            .await
            .expect(200);
    }
    app.patch(&path, &admin, json!({ "classes": null }))
        .await
        .expect(200);
    asks(&outside).await;
    app.end().await;
}
