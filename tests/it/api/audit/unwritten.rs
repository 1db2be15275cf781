//! What is never written down.

use bwenge::privacy;
use serde_json::{Value, json};

use super::{actions, id_of, log, org_of, saved};
use crate::support::app::TestApp;
use crate::support::chat::Socket;
use crate::support::door::{Door, PASSWORD, PUPIL_PASSWORD};
use crate::support::upload::Upload;

const DAY_MS: i64 = 24 * 3_600_000;
const SOIL: &str = "Soil is dark because it holds humus. Humus is what is left of plants.";
const QUESTION: &str = "Why is the soil dark?";
const WORDS: &str = "Because of what plants leave behind.";
const CORRECTED: &str = "Soil is dark because it holds humus, the rest of plants.";

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_and_nothing_anybody_wrote_is_in_the_log() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let org = org_of(&app, &admin).await;
    let teacher = app.add(&admin, "mugabo", "teacher").await;
    let pupil = app.add(&admin, "Gasore", "learner").await;
    let gasore = id_of(&app, &pupil).await;
    let mut told: Vec<String> = vec![PASSWORD.into(), PUPIL_PASSWORD.into()];
    let hold = |told: &mut Vec<String>, value: &Value| {
        told.push(value.as_str().unwrap().to_owned());
    };

    let p5 = app.post("/classes", &teacher, json!({"name": "P5"})).await;
    let p5 = format!("/classes/{}", p5.expect(201).id());
    app.patch(&format!("{p5}/members"), &teacher, json!({"add": [gasore]}))
        .await
        .expect(200);
    let door = format!("{p5}/door");
    let opened = app.put(&door, &teacher, json!({"minutes": 40})).await;
    hold(&mut told, &opened.expect(200).body["code"]);
    let origin = json!({"origin": "http://192.168.1.5:8080"});
    let badges = app.post(&format!("{p5}/badges"), &teacher, origin).await;
    hold(&mut told, &badges.expect(200).body["cards"][0]["code"]);
    let given = app
        .post(&format!("{p5}/secrets"), &teacher, json!({"way": "pin"}))
        .await;
    given.expect(200);
    // Four digits may be part of a number by chance, so it is what can be there that counts.
    let given = log(&app, &admin, "group=sign_in").await;
    assert_eq!(given[0]["action"], "secret_given");
    assert_eq!(given[0]["facts"], json!({"to": "pin"}));
    let key = json!({"name": "Library", "scopes": ["chat"]});
    let key = app.post("/keys", &admin, key).await.expect(201).body;
    hold(&mut told, &key["secret"]);

    let lesson = app.lesson(&teacher, &Upload::text("soil.txt", SOIL)).await;
    let tutor = app
        .tutor(&teacher, json!({"greeting": "Muraho mwese!"}))
        .await;
    let asking = app.add(&admin, "uwase", "learner").await;
    let mut socket = Socket::open(&app, &asking).await;
    socket.answer(&tutor, QUESTION).await;
    let kept = app
        .until(&teacher, "/answers", |body| body["total"] == 1)
        .await;
    let answer = format!("/answers/{}", kept["answers"][0]["id"].as_str().unwrap());
    app.put(&answer, &teacher, json!({ "text": WORDS }))
        .await
        .expect(200);
    app.delete(&answer, &teacher).await.expect(204);
    app.post(&format!("{answer}/restore"), &teacher, json!({}))
        .await
        .expect(200);
    app.post(&format!("{answer}/approve"), &teacher, json!({}))
        .await
        .expect(200);
    let path = format!("/knowledge/{}/text", lesson["id"].as_str().unwrap());
    let read = app.get(&path, &teacher).await.expect(200).body;
    let key = read["sections"][0]["blocks"][0]["key"].clone();
    let edits = json!({"edits": [{"key": key, "text": CORRECTED}]});
    app.patch(&path, &teacher, edits).await.expect(200);
    app.ready(&teacher, lesson["id"].as_str().unwrap()).await;
    let of_tutors = log(&app, &admin, "group=tutors").await;
    let expect = [
        "tutor_made",
        "answer_corrected",
        "answer_deleted",
        "answer_restored",
        "answer_approved",
    ];
    assert_eq!(actions(&of_tutors), expect);
    assert_eq!(of_tutors[0]["facts"], json!({ "other": tutor }));
    let of_lessons = log(&app, &admin, "group=lessons").await;
    assert_eq!(actions(&of_lessons), ["lesson_added", "lesson_corrected"]);
    told.extend([QUESTION, WORDS, CORRECTED, "humus", "Muraho"].map(str::to_owned));

    let all = saved(&app, &admin).await;
    for secret in &told {
        assert!(!all.contains(secret.as_str()), "{secret} is in {all}");
    }
    // No name is stored either: whoever is erased is erased from the log.
    assert!(all.contains("Gasore"));
    app.delete(&format!("/users/{gasore}"), &admin)
        .await
        .expect(204);
    app.clock.advance_ms(30 * DAY_MS);
    privacy::empty_trash(&app.core).await.unwrap();
    let admin = app.sign_in("admin", PASSWORD, org).await;
    let of = log(&app, &admin, &format!("person={gasore}")).await;
    assert_eq!(of[0]["action"], "person_erased");
    assert_eq!(of[0]["actor"], Value::Null);
    assert!(of.iter().all(|entry| entry["subject_name"] == Value::Null));
    assert!(!saved(&app, &admin).await.contains("Gasore"));
    app.end().await;
}
