//! Classes: who may change them, and what a lesson kept for one is to others.

use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::chat::Socket;
use crate::support::door::Door;
use crate::support::upload::Upload;

const SECRET: &str = "The zanzibarite crystal glows violet when the umuvumu tree blossoms.";
const QUESTION: &str = "When does the zanzibarite crystal glow violet?";

async fn id_of(app: &TestApp, who: &Browser) -> Value {
    let me = app.get("/auth/me", who).await.expect(200);
    me.body["user"]["id"].clone()
}

async fn class(app: &TestApp, who: &Browser, name: &str) -> String {
    app.post("/classes", who, json!({ "name": name }))
        .await
        .expect(201)
        .id()
}

/// The names of the classes somebody sees.
async fn seen(app: &TestApp, who: &Browser) -> Vec<String> {
    let list = app.get("/classes", who).await.expect(200).body;
    let classes = list["classes"].as_array().unwrap().iter();
    classes
        .map(|class| class["name"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn teachers_see_to_their_classes_and_administrators_to_all() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let teacher = app.add(&admin, "keza", "teacher").await;
    let other = app.add(&admin, "mugabo", "teacher").await;
    let pupil = app.add(&admin, "gasore", "learner").await;
    let school = app.other_school(&admin).await;
    let foreigner = id_of(&app, &school).await;
    let (keza, mugabo, gasore) = (
        id_of(&app, &teacher).await,
        id_of(&app, &other).await,
        id_of(&app, &pupil).await,
    );

    let p5 = class(&app, &teacher, " P5 A ").await;
    let path = format!("/classes/{p5}");
    let members = format!("{path}/members");
    let made = app.get(&path, &admin).await.expect(200).body;
    assert_eq!(made["class"]["name"], "P5 A");
    assert_eq!(made["class"]["mine"], false);
    assert_eq!(made["members"][0]["id"], keza);
    let twice = json!({"name": "p5 a"});
    app.post("/classes", &admin, twice)
        .await
        .refused(409, "name_taken");
    app.post("/classes", &admin, json!({"name": " "}))
        .await
        .refused(422, "invalid_field");
    app.post("/classes", &pupil, json!({"name": "Mine"}))
        .await
        .refused(403, "forbidden");

    // Learners come and go by the class's own teachers, teachers by administrators.
    let add = json!({ "add": [gasore] });
    app.patch(&members, &other, add.clone())
        .await
        .refused(403, "forbidden");
    app.patch(&members, &school, add.clone())
        .await
        .refused(404, "not_found");
    let changed = app.patch(&members, &teacher, add.clone()).await.expect(200);
    assert_eq!(changed.body["class"]["learners"], 1);
    app.patch(&members, &teacher, add).await.expect(200);
    let mut colleague = json!({ "add": [mugabo] });
    app.patch(&members, &teacher, colleague.clone())
        .await
        .refused(403, "forbidden");
    app.patch(&members, &admin, colleague.clone())
        .await
        .expect(200);
    // Somebody of another school is as good as nobody, and nothing is half done.
    colleague = json!({ "remove": [mugabo], "add": [foreigner] });
    app.patch(&members, &admin, colleague)
        .await
        .refused(422, "invalid_field");
    let now = app.get(&path, &other).await.expect(200).body;
    assert_eq!(now["class"]["teachers"], 2);
    assert_eq!(now["class"]["mine"], true);

    assert_eq!(seen(&app, &pupil).await, ["P5 A"]);
    class(&app, &admin, "P6").await;
    assert_eq!(seen(&app, &pupil).await, ["P5 A"]);
    assert_eq!(seen(&app, &teacher).await, ["P5 A", "P6"]);
    assert!(seen(&app, &school).await.is_empty());
    app.get(&path, &pupil).await.refused(403, "forbidden");
    app.get(&path, &school).await.refused(404, "not_found");

    // A class that is over keeps its people and frees its name.
    let over = json!({"archived": true});
    app.patch(&path, &teacher, over).await.expect(200);
    assert!(seen(&app, &pupil).await.is_empty());
    class(&app, &admin, "P5 A").await;
    app.patch(&path, &teacher, json!({"archived": false}))
        .await
        .refused(409, "name_taken");
    let again = json!({"archived": false, "name": "P5 B"});
    app.patch(&path, &teacher, again).await.expect(200);
    assert_eq!(seen(&app, &pupil).await, ["P5 B"]);

    // Its code is for those who may open it.
    let door = format!("{path}/door");
    let opened = app.put(&door, &teacher, json!({"minutes": 5})).await;
    let opened = opened.expect(200).body;
    assert_eq!(
        (opened["open"].clone(), opened["code"].is_string()),
        (json!(true), true)
    );
    for other in [&app.add(&admin, "ineza", "teacher").await, &pupil] {
        let list = app.get("/classes", other).await.expect(200).body;
        let class = list["classes"].as_array().unwrap().iter();
        let class = class
            .clone()
            .find(|class| class["id"] == p5.as_str())
            .unwrap();
        assert_eq!(class["code"], Value::Null);
    }

    // Whoever leaves the school leaves the class.
    let user = format!("/users/{}", gasore.as_str().unwrap());
    app.delete(&user, &admin).await.expect(204);
    let left = app.get(&path, &admin).await.expect(200).body;
    assert_eq!(left["class"]["learners"], 0);
    app.delete(&path, &school).await.refused(404, "not_found");
    app.delete(&path, &teacher).await.expect(204);
    app.get(&path, &admin).await.refused(404, "not_found");
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lesson_kept_for_a_class_exists_for_its_learners_only() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let (inside, outside) = (
        app.add(&admin, "gasore", "learner").await,
        app.add(&admin, "uwase", "learner").await,
    );
    let school = app.other_school(&admin).await;
    let theirs = class(&app, &school, "Theirs").await;
    let p5 = class(&app, &admin, "P5").await;
    let members = format!("/classes/{p5}/members");
    let gasore = json!([id_of(&app, &inside).await]);
    app.patch(&members, &admin, json!({ "add": gasore }))
        .await
        .expect(200);
    let lesson = app
        .lesson(&admin, &Upload::text("secret.txt", SECRET))
        .await;
    let id = lesson["id"].as_str().unwrap();
    let path = format!("/knowledge/{id}");
    let tutor = app.tutor(&admin, json!({})).await;
    assert_eq!(app.search(&outside, QUESTION).await.len(), 1);

    app.patch(&path, &admin, json!({ "classes": [theirs] }))
        .await
        .refused(422, "invalid_field");
    let kept = app
        .patch(&path, &admin, json!({ "classes": [p5, p5] }))
        .await
        .expect(200);
    assert_eq!(kept.body["classes"], json!([p5]));

    let hidden = async |who: &Browser| {
        let listed = app.get("/knowledge", who).await.expect(200).body;
        assert_eq!(listed, json!({"lessons": []}));
        assert!(app.search(who, QUESTION).await.is_empty());
        let only = format!("/knowledge/search?q=zanzibarite&lesson_id={id}");
        let found = app.get(&only, who).await.expect(200).body;
        assert_eq!(found["passages"], json!([]));
        for part in ["", "/text", "/original", "/poster"] {
            let answer = app.get(&format!("{path}{part}"), who).await;
            answer.refused(404, "not_found");
        }
        let mut socket = Socket::open(&app, who).await;
        let (_, told) = socket.answer(&tutor, QUESTION).await;
        let told = told.message.to_string();
        assert!(!told.contains("umuvumu"), "{told}");
    };
    let shown = async |who: &Browser| {
        let seen = app.get(&path, who).await.expect(200).body;
        // Which classes share it is not a learner's business.
        assert_eq!(seen["classes"], Value::Null);
        assert_eq!(app.search(who, QUESTION).await.len(), 1);
    };
    shown(&inside).await;
    hidden(&outside).await;
    assert_eq!(app.search(&admin, QUESTION).await.len(), 1);

    // Leaving the class, its end and its deletion count at once, and open nothing.
    app.patch(&members, &admin, json!({ "remove": gasore }))
        .await
        .expect(200);
    hidden(&inside).await;
    app.patch(&members, &admin, json!({ "add": gasore }))
        .await
        .expect(200);
    shown(&inside).await;
    let class = format!("/classes/{p5}");
    app.patch(&class, &admin, json!({"archived": true}))
        .await
        .expect(200);
    hidden(&inside).await;
    app.delete(&class, &admin).await.expect(204);
    hidden(&inside).await;
    hidden(&outside).await;
    let back = app
        .patch(&path, &admin, json!({ "classes": null }))
        .await
        .expect(200);
    assert_eq!(back.body["classes"], Value::Null);
    shown(&outside).await;

    // A box that keeps such a lesson starts again with it.
    let p6 = self::class(&app, &admin, "P6").await;
    app.patch(&path, &admin, json!({ "classes": [p6] }))
        .await
        .expect(200);
    let org = app.get("/auth/me", &admin).await.body["org"]["id"].clone();
    let app = app.again().await;
    let admin = app
        .sign_in("admin", crate::support::door::PASSWORD, org)
        .await;
    let kept = app.get(&path, &admin).await.expect(200).body;
    assert_eq!(kept["classes"], json!([p6]));
    app.end().await;
}
