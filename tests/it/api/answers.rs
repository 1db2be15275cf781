//! What teachers do with kept answers, and who is given them afterwards.

use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::chat::Socket;
use crate::support::door::Door;
use crate::support::upload::Upload;

const LESSON: &str = "Soil is dark because it holds humus. Humus is what is left of plants.";
const QUESTION: &str = "Why is the soil dark?";
const CORRECTED: &str = "Soil is dark because of humus, which plants leave behind.";

/// A school with a teacher, a learner, a tutor and one lesson.
struct School {
    app: TestApp,
    teacher: Browser,
    learner: Browser,
    tutor: String,
    lesson: String,
}

impl School {
    async fn open() -> Self {
        let app = TestApp::start().await;
        let admin = app.set_up().await;
        let teacher = app.add(&admin, "teacher", "teacher").await;
        let learner = app.add(&admin, "learner", "learner").await;
        let tutor = app.tutor(&teacher, json!({})).await;
        let lesson = app
            .lesson(&teacher, &Upload::text("soil.txt", LESSON))
            .await;
        let lesson = lesson["id"].as_str().unwrap().to_owned();
        Self {
            app,
            teacher,
            learner,
            tutor,
            lesson,
        }
    }

    /// Asks as the learner; the finished message.
    async fn ask(&self, question: &str) -> Value {
        let mut socket = Socket::open(&self.app, &self.learner).await;
        socket.answer(&self.tutor, question).await.1.message
    }

    async fn list(&self, query: &str) -> Value {
        let path = format!("/answers?{query}");
        self.app.get(&path, &self.teacher).await.expect(200).body
    }

    /// The one answer that is kept, once it is.
    async fn kept(&self) -> Value {
        let is_there = |body: &Value| body["total"] == 1;
        let body = self.app.until(&self.teacher, "/answers", is_there).await;
        body["answers"][0].clone()
    }

    /// Waits until an answer was given this often: that is counted after it.
    async fn until_given(&self, query: &str, uses: u32) {
        let path = format!("/answers?{query}");
        let counted = |body: &Value| body["answers"][0]["uses"] == uses;
        self.app.until(&self.teacher, &path, counted).await;
    }
}

fn path(answer: &Value) -> String {
    format!("/answers/{}", answer["id"].as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_teacher_approves_says_so() {
    let school = School::open().await;
    let first = school.ask(QUESTION).await;
    let kept = school.kept().await;
    assert_eq!(kept["question"], QUESTION);
    assert_eq!(kept["text"], first["text"]);
    assert_eq!(kept["standing"], "class");
    assert_eq!(kept["decided_by"], Value::Null);
    assert_eq!(kept["persona_id"], json!(school.tutor));
    assert_eq!(kept["passages"][0]["lesson_id"], json!(school.lesson));
    school.ask(QUESTION).await;
    school.until_given("", 1).await;

    let approve = format!("{}/approve", path(&kept));
    let (app, teacher) = (&school.app, &school.teacher);
    let approved = app
        .post(&approve, teacher, json!({}))
        .await
        .expect(200)
        .body;
    let me = app.get("/auth/me", teacher).await.body["user"]["id"].clone();
    assert_eq!(approved["id"], kept["id"]);
    assert_eq!(
        (&approved["standing"], &approved["corrected"]),
        (&json!("approved"), &json!(false))
    );
    assert_eq!(approved["decided_by"], me);
    assert!(approved["decided_at"].is_i64());
    assert_eq!(school.list("").await["total"], 0);
    assert_eq!(school.ask(QUESTION).await["origin"], "approved");
    // Also when the tutor is set otherwise.
    let tutor = format!("/personas/{}", school.tutor);
    app.patch(&tutor, teacher, json!({"tone": "calm"}))
        .await
        .expect(200);
    let told = school.ask("why is the soil DARK").await;
    assert_eq!(
        (&told["origin"], &told["text"]),
        (&json!("approved"), &first["text"])
    );
    assert_eq!(told["sentences"][0]["citations"], json!([1]));

    let correction = json!({"text": format!("  {CORRECTED}\n")});
    let corrected = app
        .put(&path(&kept), teacher, correction)
        .await
        .expect(200)
        .body;
    assert_eq!(
        (&corrected["text"], &corrected["corrected"]),
        (&json!(CORRECTED), &json!(true))
    );
    let told = school.ask(QUESTION).await;
    assert_eq!(
        (&told["origin"], &told["text"]),
        (&json!("approved"), &json!(CORRECTED))
    );
    school.until_given("standing=approved", 4).await;
    for text in ["  ".to_owned(), "x".repeat(2001)] {
        let refused = app.put(&path(&kept), teacher, json!({"text": text})).await;
        refused.refused(422, "invalid_field");
    }
    let count = "SELECT count(*) FROM outbox WHERE type = 'answer_approved'";
    let events = move |conn: &rusqlite::Connection| {
        Ok(conn.query_row(count, [], |row| row.get::<_, i64>(0))?)
    };
    assert_eq!(app.core.db.core.read(events).await.unwrap(), 2);
    school.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_teacher_deletes_is_not_said_again() {
    let school = School::open().await;
    let first = school.ask(QUESTION).await;
    let kept = school.kept().await;
    let (app, teacher) = (&school.app, &school.teacher);
    app.delete(&path(&kept), teacher).await.expect(204);
    app.delete(&path(&kept), teacher).await.expect(204);
    assert_eq!(school.list("").await["total"], 0);
    // The lesson speaks for itself.
    let told = school.ask(QUESTION).await;
    assert_eq!(
        (&told["status"], &told["code"]),
        (&json!("quoted"), &json!("rejected"))
    );
    let approve = format!("{}/approve", path(&kept));
    app.post(&approve, teacher, json!({}))
        .await
        .refused(409, "conflict");

    // Taken back, it is as it was.
    let restore = format!("{}/restore", path(&kept));
    let restored = app
        .post(&restore, teacher, json!({}))
        .await
        .expect(200)
        .body;
    assert_eq!(restored, kept);
    app.post(&restore, teacher, json!({}))
        .await
        .refused(409, "conflict");
    let told = school.ask(QUESTION).await;
    assert_eq!(
        (&told["origin"], &told["text"]),
        (&json!("class"), &first["text"])
    );

    // The same with one that was approved.
    app.put(&path(&kept), teacher, json!({"text": CORRECTED}))
        .await
        .expect(200);
    app.delete(&path(&kept), teacher).await.expect(204);
    assert_eq!(school.ask(QUESTION).await["status"], "quoted");
    let restored = app
        .post(&restore, teacher, json!({}))
        .await
        .expect(200)
        .body;
    assert_eq!(restored["standing"], "approved");
    assert_eq!(school.ask(QUESTION).await["text"], CORRECTED);

    // A rejection holds while everything is the same.
    app.delete(&path(&kept), teacher).await.expect(204);
    let tutor = format!("/personas/{}", school.tutor);
    app.patch(&tutor, teacher, json!({"tone": "calm"}))
        .await
        .expect(200);
    let told = school.ask(QUESTION).await;
    assert_eq!(
        (&told["status"], &told["origin"]),
        (&json!("complete"), &json!("model"))
    );
    school.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approved_answer_is_looked_at_again_when_its_lesson_changed() {
    let school = School::open().await;
    school.ask(QUESTION).await;
    let kept = school.kept().await;
    let (app, teacher) = (&school.app, &school.teacher);
    app.put(&path(&kept), teacher, json!({"text": CORRECTED}))
        .await
        .expect(200);
    // Its title is not what it says.
    let lesson = format!("/knowledge/{}", school.lesson);
    app.patch(&lesson, teacher, json!({"title": "Earth"}))
        .await
        .expect(200);
    assert_eq!(school.ask(QUESTION).await["origin"], "approved");
    // Learners who may not read the lesson are not told what is in it.
    app.patch(&lesson, teacher, json!({"shared": false}))
        .await
        .expect(200);
    assert_eq!(school.ask(QUESTION).await["status"], "refused");
    app.patch(&lesson, teacher, json!({"shared": true}))
        .await
        .expect(200);

    app.delete(&lesson, teacher).await.expect(204);
    let more = format!("{LESSON} It smells good.");
    app.lesson(teacher, &Upload::text("soil.txt", &more)).await;
    assert_eq!(school.ask(QUESTION).await["origin"], "model");
    let list = school.list("standing=approved").await;
    assert_eq!(list["look_again"], 1);
    assert_eq!(list["answers"][0]["look_again"], true);
    assert_eq!(
        list["answers"][0]["passages"][0]["text"], "",
        "words of a lesson that is gone"
    );
    let approve = format!("{}/approve", path(&kept));
    let approved = app
        .post(&approve, teacher, json!({}))
        .await
        .expect(200)
        .body;
    assert_eq!(
        (&approved["look_again"], &approved["corrected"]),
        (&json!(false), &json!(true))
    );
    let told = school.ask(QUESTION).await;
    assert_eq!(
        (&told["origin"], &told["text"]),
        (&json!("approved"), &json!(CORRECTED))
    );
    school.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approved_answer_waits_while_its_lesson_is_corrected() {
    let school = School::open().await;
    school.ask(QUESTION).await;
    let kept = school.kept().await;
    let (app, teacher) = (&school.app, &school.teacher);
    app.put(&path(&kept), teacher, json!({"text": CORRECTED}))
        .await
        .expect(200);
    let text = format!("/knowledge/{}/text", school.lesson);
    let read = app.get(&text, teacher).await.expect(200).body;
    let block = &read["sections"][0]["blocks"][0];
    let more = format!("{} It smells good.", block["text"].as_str().unwrap());
    let to_look_at = async |edit: Value| {
        let edits = json!({ "edits": [edit] });
        app.patch(&text, teacher, edits).await.expect(200);
        school.list("standing=approved").await["look_again"].clone()
    };
    let corrected = json!({"key": block["key"], "text": more});
    assert_eq!(to_look_at(corrected).await, 1);
    // Taken back, the lesson says what it said when the answer was approved.
    assert_eq!(to_look_at(json!({"key": block["key"]})).await, 0);
    school.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_staff_of_the_school_decide() {
    let school = School::open().await;
    school.ask(QUESTION).await;
    let kept = school.kept().await;
    let (app, learner) = (&school.app, &school.learner);
    let (one, text) = (path(&kept), json!({"text": "No."}));
    let (approve, restore) = (format!("{one}/approve"), format!("{one}/restore"));
    app.get("/answers", learner).await.refused(403, "forbidden");
    app.get(&one, learner).await.refused(403, "forbidden");
    app.put(&one, learner, text.clone())
        .await
        .refused(403, "forbidden");
    app.post(&approve, learner, json!({}))
        .await
        .refused(403, "forbidden");
    app.delete(&one, learner).await.refused(403, "forbidden");
    app.post(&restore, learner, json!({}))
        .await
        .refused(403, "forbidden");

    let admin = app
        .sign_in("admin", crate::support::door::PASSWORD, Value::Null)
        .await;
    let other = app.other_school(&admin).await;
    assert_eq!(
        app.get("/answers", &other).await.expect(200).body["total"],
        0
    );
    for standing in ["class", "approved"] {
        app.get(&one, &other).await.refused(404, "not_found");
        app.put(&one, &other, text.clone())
            .await
            .refused(404, "not_found");
        app.post(&approve, &other, json!({}))
            .await
            .refused(404, "not_found");
        app.delete(&one, &other).await.refused(404, "not_found");
        let now = app.get(&one, &school.teacher).await.expect(200).body;
        assert_eq!(now["standing"], standing);
        app.post(&approve, &school.teacher, json!({}))
            .await
            .expect(200);
    }
    school.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_searched_sorted_and_paged() {
    let school = School::open().await;
    let questions = [
        "Why is the soil dark?",
        "What is humus in the soil?",
        "What is left of the plants in soil?",
    ];
    for question in questions {
        school.ask(question).await;
    }
    let all_three = |body: &Value| body["total"] == 3;
    school
        .app
        .until(&school.teacher, "/answers", all_three)
        .await;
    school.ask(questions[1]).await;
    school.until_given("sort=used", 1).await;
    let asked = |list: &Value| -> Vec<String> {
        let answers = list["answers"].as_array().unwrap();
        answers
            .iter()
            .map(|a| a["question"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        asked(&school.list("sort=used").await),
        [questions[1], questions[2], questions[0]]
    );
    let newest = school.list("sort=newest").await;
    assert_eq!(asked(&newest), [questions[2], questions[1], questions[0]]);
    let second = school.list("sort=newest&offset=1&limit=1").await;
    assert_eq!(asked(&second), [questions[1]]);
    assert_eq!(second["total"], 3);
    assert_eq!(asked(&school.list("q=WHY+s%C3%B4il").await), [questions[0]]);
    assert_eq!(school.list("q=nothing+like+it").await["total"], 0);
    let (app, teacher) = (&school.app, &school.teacher);
    app.get("/answers?standing=lost", teacher)
        .await
        .refused(400, "bad_request");
    school.app.end().await;
}
