//! What one school has does not exist for another, and what a teacher keeps
//! to herself does not exist for learners.

use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::chat::Socket;
use crate::support::door::Door;
use crate::support::upload::Upload;

const SECRET: &str = "The zanzibarite crystal glows violet when the umuvumu tree blossoms.";
const QUESTION: &str = "When does the zanzibarite crystal glow violet?";

fn secret() -> Upload {
    Upload::text("secret.txt", SECRET)
}

/// Nothing of this box's answers may hold a word of the secret lesson.
fn silent_about_it(answer: &Value) {
    let text = answer.to_string().to_lowercase();
    assert!(
        !text.contains("blossoms") && !text.contains("umuvumu"),
        "{answer}"
    );
}

async fn id_of(app: &TestApp, who: &Browser) -> String {
    let me = app.get("/auth/me", who).await.expect(200);
    me.body["user"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn lessons_of_another_school_do_not_exist() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let teacher = app.add(&admin, "teacher", "teacher").await;
    let other_org = app.other_school(&admin).await;
    let lesson = app.lesson(&teacher, &secret()).await;
    let id = lesson["id"].as_str().unwrap();
    assert_eq!(app.search(&teacher, QUESTION).await.len(), 1);

    let listed = app.get("/knowledge", &other_org).await.expect(200).body;
    assert_eq!(listed, json!({"lessons": []}));
    assert!(app.search(&other_org, QUESTION).await.is_empty());
    let inside = format!("/knowledge/search?q=zanzibarite&lesson_id={id}");
    let found = app.get(&inside, &other_org).await.expect(200).body;
    assert_eq!(found["passages"], json!([]));
    for part in ["", "/text", "/original"] {
        let answer = app.get(&format!("/knowledge/{id}{part}"), &other_org).await;
        answer.refused(404, "not_found");
    }
    let path = format!("/knowledge/{id}");
    let change = json!({"title": "Mine"});
    app.patch(&path, &other_org, change)
        .await
        .refused(404, "not_found");
    app.delete(&path, &other_org)
        .await
        .refused(404, "not_found");
    let retry = app
        .post(&format!("{path}/retry"), &other_org, json!({}))
        .await;
    retry.refused(404, "not_found");

    // The same bytes are another lesson there, and its end is not ours.
    let theirs = app.lesson(&other_org, &secret()).await;
    assert_ne!(theirs["id"], lesson["id"]);
    assert_eq!(
        app.search(&other_org, QUESTION).await[0]["lesson_id"],
        theirs["id"]
    );
    let path = format!("/knowledge/{}", theirs["id"].as_str().unwrap());
    app.delete(&path, &other_org).await.expect(204);
    let original = app
        .get(&format!("/knowledge/{id}/original"), &teacher)
        .await;
    assert_eq!(original.expect(200).bytes, SECRET.as_bytes());
    assert_eq!(
        app.get(&format!("/knowledge/{id}"), &teacher).await.body["title"],
        "Secret"
    );
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tutors_and_chats_of_another_school_do_not_exist() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let other_org = app.other_school(&admin).await;
    let lesson = app.lesson(&admin, &secret()).await;
    let ours = app.tutor(&admin, json!({"name": "Ours"})).await;
    let only = json!({"name": "Spy", "lessons": {"mode": "only", "ids": [lesson["id"]]}});
    let spy = app.post("/personas", &other_org, only).await;
    spy.refused(422, "invalid_field");
    let theirs = app.tutor(&other_org, json!({})).await;

    let path = format!("/personas/{ours}");
    app.get(&path, &other_org).await.refused(404, "not_found");
    let change = app.patch(&path, &other_org, json!({"name": "Mine"})).await;
    change.refused(404, "not_found");
    let settings = json!({"language": "fr", "tone": "strict", "lessons": {"mode": "all"},
        "only_from_lessons": false});
    let settings = app
        .put(&format!("{path}/settings"), &other_org, settings)
        .await;
    settings.refused(404, "not_found");
    app.delete(&path, &other_org)
        .await
        .refused(404, "not_found");
    let listed = app.get("/personas", &other_org).await.expect(200).body;
    let ids: Vec<_> = listed["personas"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| &p["id"])
        .collect();
    assert_eq!(ids, [&json!(theirs)]);

    let mut socket = Socket::open(&app, &admin).await;
    let (accepted, told) = socket.answer(&ours, QUESTION).await;
    assert_eq!(told.message["status"], "complete");
    let chat = format!("/chats/{}", accepted["conversation_id"].as_str().unwrap());
    let message = accepted["message_id"].as_str().unwrap();

    app.get(&chat, &other_org).await.refused(404, "not_found");
    app.delete(&chat, &other_org)
        .await
        .refused(404, "not_found");
    let listed = app.get("/chats", &other_org).await.expect(200).body;
    assert_eq!(listed, json!({"conversations": []}));
    let feedback = format!("/chats/messages/{message}/feedback");
    let feedback = app
        .put(&feedback, &other_org, json!({"value": "down"}))
        .await;
    feedback.refused(404, "not_found");

    let mut socket = Socket::open(&app, &other_org).await;
    let refused = socket.ask(&ours, QUESTION).await;
    assert_eq!(
        (&refused["type"], &refused["code"]),
        (&json!("error"), &json!("not_found"))
    );
    let into = json!({"persona_id": theirs, "text": QUESTION,
        "conversation_id": accepted["conversation_id"]});
    let refused = socket.ask_with(into).await;
    assert_eq!(
        (&refused["type"], &refused["code"]),
        (&json!("error"), &json!("not_found"))
    );
    socket
        .say(json!({"type": "resume", "message_id": message, "offset": 0}))
        .await;
    let refused = socket.next().await;
    assert_eq!(
        (&refused["type"], &refused["code"]),
        (&json!("error"), &json!("not_found"))
    );
    // Asked of their own tutor, about our lesson by id as well.
    let (_, told) = socket.answer(&theirs, QUESTION).await;
    assert_eq!(told.message["status"], "refused");
    assert!(told.passages.is_empty());
    silent_about_it(&told.message);
    let about = json!({"persona_id": theirs, "text": QUESTION, "lesson_id": lesson["id"]});
    assert_eq!(socket.ask_with(about).await["type"], "accepted");
    let told = socket.read_to_the_end().await;
    assert_eq!(told.message["status"], "refused");
    silent_about_it(&told.message);

    let kept = app.get(&chat, &admin).await.expect(200).body;
    assert_eq!(kept["messages"].as_array().unwrap().len(), 2);
    assert_eq!(kept["messages"][1]["feedback"], Value::Null);
    assert_eq!(app.get(&path, &admin).await.body["name"], "Ours");
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_of_another_school_do_not_exist() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let other_org = app.other_school(&admin).await;
    let pupil = app.add(&admin, "pupil", "learner").await;
    let path = format!("/users/{}", id_of(&app, &pupil).await);
    let change = app.patch(&path, &other_org, json!({"active": false})).await;
    change.refused(404, "not_found");
    app.delete(&path, &other_org)
        .await
        .refused(404, "not_found");
    let users = app.get("/users", &other_org).await.expect(200).body;
    assert_eq!(users["users"].as_array().unwrap().len(), 1);
    app.get("/auth/me", &pupil).await.expect(200);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn learners_know_nothing_of_lessons_not_shared() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let learner = app.add(&admin, "learner", "learner").await;
    let tutor = app.tutor(&admin, json!({})).await;
    let lesson = app.lesson(&admin, &secret().with("shared", "false")).await;
    let path = format!("/knowledge/{}", lesson["id"].as_str().unwrap());

    let listed = app.get("/knowledge", &learner).await.expect(200).body;
    assert_eq!(listed, json!({"lessons": []}));
    for part in ["", "/text", "/original"] {
        let answer = app.get(&format!("{path}{part}"), &learner).await;
        answer.refused(404, "not_found");
    }
    assert!(app.search(&learner, QUESTION).await.is_empty());
    let mut socket = Socket::open(&app, &learner).await;
    let (_, told) = socket.answer(&tutor, QUESTION).await;
    assert_eq!(told.message["status"], "refused");
    assert!(told.passages.is_empty());
    silent_about_it(&told.message);
    let about = json!({"persona_id": tutor, "text": QUESTION, "lesson_id": lesson["id"]});
    socket.ask_with(about).await;
    silent_about_it(&socket.read_to_the_end().await.message);

    // Once shared it is found, and gone when the teacher takes it back.
    app.patch(&path, &admin, json!({"shared": true}))
        .await
        .expect(200);
    assert_eq!(app.search(&learner, QUESTION).await.len(), 1);
    let (_, told) = socket.answer(&tutor, QUESTION).await;
    assert_eq!(told.message["status"], "complete", "{}", told.message);
    app.patch(&path, &admin, json!({"shared": false}))
        .await
        .expect(200);
    assert!(app.search(&learner, QUESTION).await.is_empty());
    let (_, told) = socket.answer(&tutor, QUESTION).await;
    assert_eq!(told.message["status"], "refused");
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn learners_change_nothing_of_the_school() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let learner = app.add(&admin, "learner", "learner").await;
    let tutor = app.tutor(&admin, json!({})).await;
    let lesson = app.lesson(&admin, &secret()).await;
    let path = format!("/knowledge/{}", lesson["id"].as_str().unwrap());

    let upload = app
        .upload(&learner, &Upload::text("mine.txt", "Mine."))
        .await;
    upload.refused(403, "forbidden");
    app.patch(&path, &learner, json!({"title": "x"}))
        .await
        .refused(403, "forbidden");
    app.delete(&path, &learner).await.refused(403, "forbidden");
    let retry = app
        .post(&format!("{path}/retry"), &learner, json!({}))
        .await;
    retry.refused(403, "forbidden");
    let made = app.post("/personas", &learner, json!({"name": "x"})).await;
    made.refused(403, "forbidden");
    let path = format!("/personas/{tutor}");
    app.patch(&path, &learner, json!({"name": "x"}))
        .await
        .refused(403, "forbidden");
    app.delete(&path, &learner).await.refused(403, "forbidden");
    app.get("/users", &learner).await.refused(403, "forbidden");
    app.get("/box/status", &learner)
        .await
        .refused(403, "forbidden");
    assert_eq!(app.blobs(), 2, "the refused upload left something");
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tutor_answers_only_from_its_lessons() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    app.lesson(&admin, &secret()).await;
    let allowed = Upload::text(
        "cows.txt",
        "A cow of the inyambo breed has very long horns.",
    );
    let allowed = app.lesson(&admin, &allowed).await;
    let only = json!({"lessons": {"mode": "only", "ids": [allowed["id"]]}});
    let tutor = app.tutor(&admin, only).await;
    let mut socket = Socket::open(&app, &admin).await;

    let (_, told) = socket.answer(&tutor, QUESTION).await;
    assert_eq!(told.message["status"], "refused");
    silent_about_it(&told.message);
    silent_about_it(&json!(told.passages));
    let (_, told) = socket
        .answer(&tutor, "Which breed of cow has long horns?")
        .await;
    assert_eq!(told.message["status"], "complete");
    assert_eq!(told.passages.len(), 1);
    assert_eq!(told.passages[0]["lesson_id"], allowed["id"]);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tutor_put_away_is_hidden_from_learners() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let learner = app.add(&admin, "learner", "learner").await;
    let tutor = app.tutor(&admin, json!({})).await;
    let path = format!("/personas/{tutor}");
    app.get(&path, &learner).await.expect(200);
    app.patch(&path, &admin, json!({"active": false}))
        .await
        .expect(200);
    app.get(&path, &learner).await.refused(404, "not_found");
    let listed = app.get("/personas", &learner).await.expect(200).body;
    assert_eq!(listed["personas"], json!([]));
    let mut socket = Socket::open(&app, &learner).await;
    assert_eq!(socket.ask(&tutor, QUESTION).await["code"], "not_found");
    app.get(&path, &admin).await.expect(200);
    app.end().await;
}
