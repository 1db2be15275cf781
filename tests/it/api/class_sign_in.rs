//! Pupils who sign in by their class: code, name, four digits or pictures.

use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::browser::{Answer, Browser};
use crate::support::door::Door;

struct Class {
    id: String,
    code: String,
}

impl Class {
    /// A class with these learners, open for ten minutes.
    async fn open(app: &TestApp, staff: &Browser, learners: &[&Value]) -> Self {
        let made = app.post("/classes", staff, json!({"name": "P5"})).await;
        let id = made.expect(201).id();
        let add = json!({ "add": learners });
        let members = format!("/classes/{id}/members");
        app.patch(&members, staff, add).await.expect(200);
        let code = Self::hold(app, staff, &id, json!({"minutes": 10})).await;
        Self { id, code }
    }

    async fn hold(app: &TestApp, staff: &Browser, id: &str, how: Value) -> String {
        let door = format!("/classes/{id}/door");
        let opened = app.put(&door, staff, how).await.expect(200).body;
        opened["code"].as_str().unwrap().to_owned()
    }

    async fn enter(&self, app: &TestApp, who: &Browser, user: &Value, secret: &str) -> Answer {
        let body = json!({"code": self.code, "user": user, "secret": secret});
        app.post("/auth/class/login", who, body).await
    }
}

async fn learner(app: &TestApp, admin: &Browser, name: &str) -> Value {
    let learner = app.add(admin, name, "learner").await;
    let me = app.get("/auth/me", &learner).await.expect(200).body;
    me["user"]["id"].clone()
}

/// New digits or pictures, as they are typed.
async fn secret(app: &TestApp, staff: &Browser, user: &Value, way: &str) -> String {
    let path = format!("/users/{}/secret", user.as_str().unwrap());
    let given = app
        .post(&path, staff, json!({ "way": way }))
        .await
        .expect(200);
    let parts = given.body["parts"].as_array().unwrap().iter();
    let parts: Vec<_> = parts.map(|part| part.as_str().unwrap()).collect();
    assert_eq!(parts.len(), 4);
    parts.join(if way == "pictures" { "-" } else { "" })
}

fn other(pin: &str) -> String {
    let first = pin.as_bytes()[0];
    format!("{}{}", (first - b'0' + 1) % 10, &pin[1..])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pupil_signs_in_with_code_name_and_digits_or_pictures() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let teacher = app.add(&admin, "keza", "teacher").await;
    let gasore = learner(&app, &admin, "gasore").await;
    let uwase = learner(&app, &admin, "uwase").await;
    let outside = learner(&app, &admin, "mukamana").await;
    let class = Class::open(&app, &teacher, &[&uwase, &gasore]).await;
    let pin = secret(&app, &teacher, &gasore, "pin").await;
    let pictures = secret(&app, &teacher, &uwase, "pictures").await;

    // Typed in any way, the code shows the names; a wrong one says as little as a closed class.
    let phone = app.anon();
    let typed = format!(" {}-{} ", &class.code[..4], class.code[4..].to_lowercase());
    let door = app
        .post("/auth/class", &phone, json!({ "code": typed }))
        .await
        .expect(200)
        .body;
    assert_eq!(door["class"], "P5");
    let names: Vec<&Value> = door["names"].as_array().unwrap().iter().collect();
    assert_eq!(names[0]["id"], gasore);
    assert_eq!(names[0]["way"], "pin");
    assert_eq!(names[1]["way"], "pictures");
    assert_eq!(names.len(), 2);
    app.post("/auth/class", &phone, json!({"code": "AAAAAA"}))
        .await
        .refused(403, "class_closed");

    let entered = class.enter(&app, &phone, &gasore, &pin).await.expect(200);
    assert_eq!(entered.body["user"]["id"], gasore);
    let mut browser = app.anon();
    browser.keep(&entered);
    let me = app.get("/auth/me", &browser).await.expect(200).body;
    assert_eq!(me["user"]["role"], "learner");
    class
        .enter(&app, &phone, &uwase, &pictures)
        .await
        .expect(200);
    class
        .enter(&app, &phone, &uwase, &pin)
        .await
        .refused(401, "wrong_credentials");
    class
        .enter(&app, &phone, &gasore, &other(&pin))
        .await
        .refused(401, "wrong_credentials");
    class
        .enter(&app, &phone, &outside, "password")
        .await
        .refused(403, "class_closed");
    // Who knows the user name may type that.
    let by_name = json!({"username": "gasore", "password": pin});
    app.post("/auth/login", &phone, by_name).await.expect(200);

    // New digits end what the old ones began.
    let fresh = secret(&app, &teacher, &gasore, "pin").await;
    app.get("/auth/me", &browser)
        .await
        .refused(401, "session_ended");
    if fresh != pin {
        class
            .enter(&app, &phone, &gasore, &pin)
            .await
            .refused(401, "wrong_credentials");
    }
    class.enter(&app, &phone, &gasore, &fresh).await.expect(200);

    // The door closes by itself, by the teacher, and with another code.
    app.clock.advance_ms(11 * 60_000);
    class
        .enter(&app, &phone, &gasore, &fresh)
        .await
        .refused(403, "class_closed");
    let renewed = json!({"minutes": 10, "renew": true});
    let code = Class::hold(&app, &admin, &class.id, renewed).await;
    assert_ne!(code, class.code);
    class
        .enter(&app, &phone, &gasore, &fresh)
        .await
        .refused(403, "class_closed");
    let class = Class { code, ..class };
    class.enter(&app, &phone, &gasore, &fresh).await.expect(200);
    Class::hold(&app, &admin, &class.id, json!({"minutes": 0})).await;
    class
        .enter(&app, &phone, &gasore, &fresh)
        .await
        .refused(403, "class_closed");
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_learners_get_short_secrets_and_only_their_teachers_open_a_class() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let teacher = app.add(&admin, "keza", "teacher").await;
    let colleague = app.add(&admin, "mugabo", "teacher").await;
    let school = app.other_school(&admin).await;
    let gasore = learner(&app, &admin, "gasore").await;
    let class = Class::open(&app, &teacher, &[&gasore]).await;
    let path = format!("/users/{}/secret", gasore.as_str().unwrap());
    let pin = json!({"way": "pin"});
    app.post(&path, &teacher, json!({"way": "password"}))
        .await
        .refused(422, "invalid_field");
    app.post(&path, &school, pin.clone())
        .await
        .refused(404, "not_found");
    let staff = app.get("/auth/me", &colleague).await.body["user"]["id"].clone();
    let path = format!("/users/{}/secret", staff.as_str().unwrap());
    app.post(&path, &admin, pin.clone())
        .await
        .refused(422, "invalid_field");
    app.post(&path, &teacher, pin)
        .await
        .refused(403, "forbidden");

    let door = format!("/classes/{}/door", class.id);
    let hour = json!({"minutes": 60});
    app.put(&door, &colleague, hour.clone())
        .await
        .refused(403, "forbidden");
    app.put(&door, &school, hour.clone())
        .await
        .refused(404, "not_found");
    app.put(&door, &teacher, json!({"minutes": 1_000_000}))
        .await
        .refused(422, "invalid_field");
    let over = json!({"archived": true});
    app.patch(&format!("/classes/{}", class.id), &teacher, over)
        .await
        .expect(200);
    app.put(&door, &teacher, hour)
        .await
        .refused(409, "conflict");
    app.post("/auth/class", &app.anon(), json!({ "code": class.code }))
        .await
        .refused(403, "class_closed");
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_ends_with_a_teacher_and_never_locks_out_the_own_phone() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let gasore = learner(&app, &admin, "gasore").await;
    let class = Class::open(&app, &admin, &[&gasore]).await;
    let hold = json!({"minutes": 60 * 24 * 30});
    Class::hold(&app, &admin, &class.id, hold).await;
    let pin = secret(&app, &admin, &gasore, "pin").await;
    let mut own = app.anon();
    own.keep(&class.enter(&app, &own, &gasore, &pin).await.expect(200));

    let stranger = app.anon();
    let mut guesses = 0;
    let last = loop {
        let guess = class.enter(&app, &stranger, &gasore, &other(&pin)).await;
        match guess.body["code"].as_str().unwrap() {
            "wrong_credentials" => guesses += 1,
            "too_many_tries" => app.clock.advance_ms(5 * 60_000),
            _ => break guess,
        }
        assert!(guesses < 100, "nothing stops a guesser");
    };
    last.refused(403, "account_locked");
    assert_eq!(guesses, 20);
    // The right digits do not help either: nobody learns that they are right.
    app.clock.advance_ms(5 * 60_000);
    class
        .enter(&app, &stranger, &gasore, &pin)
        .await
        .refused(403, "account_locked");
    // A restart forgives nothing.
    let app = app.again().await;
    class
        .enter(&app, &app.anon(), &gasore, &pin)
        .await
        .refused(403, "account_locked");
    // On the phone it was used on, the account still opens, which forgives.
    class.enter(&app, &own, &gasore, &pin).await.expect(200);
    class
        .enter(&app, &app.anon(), &gasore, &pin)
        .await
        .expect(200);

    // There is an end to it on that phone too, and a teacher helps.
    let mut guesses = 0;
    loop {
        let guess = class.enter(&app, &own, &gasore, &other(&pin)).await;
        match guess.body["code"].as_str().unwrap() {
            "wrong_credentials" => guesses += 1,
            "too_many_tries" => app.clock.advance_ms(5 * 60_000),
            _ => {
                guess.refused(403, "account_locked");
                break;
            }
        }
        assert!(guesses <= 100, "nothing stops a classmate");
    }
    assert_eq!(guesses, 100);
    let admin = app
        .sign_in("admin", crate::support::door::PASSWORD, Value::Null)
        .await;
    let fresh = secret(&app, &admin, &gasore, "pin").await;
    class.enter(&app, &own, &gasore, &fresh).await.expect(200);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_of_guesses_that_hang_up_locks_nobody_out() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let gasore = learner(&app, &admin, "gasore").await;
    let class = Class::open(&app, &admin, &[&gasore]).await;
    let pin = secret(&app, &admin, &gasore, "pin").await;
    let (stranger, wrong) = (app.anon(), other(&pin));
    let crowd = (0..40).map(|_| class.enter(&app, &stranger, &gasore, &wrong));
    let crowd = futures_util::future::join_all(crowd);
    let hung_up = tokio::time::timeout(std::time::Duration::from_millis(30), crowd).await;
    assert!(hung_up.is_err(), "comparing takes longer than that");
    app.clock.advance_ms(5 * 60_000);
    class
        .enter(&app, &app.anon(), &gasore, &pin)
        .await
        .expect(200);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cards_for_a_class_are_made_at_once_and_only_the_last_ones_count() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let teacher = app.add(&admin, "keza", "teacher").await;
    let other = app.add(&admin, "mugabo", "teacher").await;
    let gasore = learner(&app, &admin, "gasore").await;
    let uwase = learner(&app, &admin, "uwase").await;
    let class = Class::open(&app, &teacher, &[&uwase, &gasore]).await;
    let secrets = format!("/classes/{}/secrets", class.id);
    let badges = format!("/classes/{}/badges", class.id);
    let pins = json!({"way": "pin"});
    app.post(&secrets, &other, pins.clone())
        .await
        .refused(403, "forbidden");
    let given = app.post(&secrets, &teacher, pins).await.expect(200).body;
    let cards = given["cards"].as_array().unwrap();
    assert_eq!(cards.len(), 2);
    for card in cards {
        let parts = card["parts"].as_array().unwrap().iter();
        let pin: String = parts.map(|part| part.as_str().unwrap()).collect();
        class
            .enter(&app, &app.anon(), &card["user"], &pin)
            .await
            .expect(200);
    }

    let origin = json!({"origin": "http://192.168.1.5:8080"});
    app.post(&badges, &other, origin.clone())
        .await
        .refused(403, "forbidden");
    app.post(&badges, &teacher, json!({"origin": "nowhere"}))
        .await
        .refused(422, "invalid_field");
    let code = async |user: &Value| {
        let made = app.post(&badges, &teacher, origin.clone()).await;
        let made = made.expect(200).body;
        let cards = made["cards"].as_array().unwrap().iter();
        let card = cards.clone().find(|card| &card["user"] == user).unwrap();
        assert_eq!(cards.len(), 2);
        card["code"].as_str().unwrap().to_owned()
    };
    let enter = async |badge: &str| {
        let body = json!({ "badge": badge });
        app.post("/auth/badge", &app.anon(), body).await
    };
    let first = code(&gasore).await;
    assert_eq!(first.len(), 26);
    let typed = format!("{} {}", &first[..13], first[13..].to_lowercase());
    let entered = enter(&typed).await.expect(200);
    assert_eq!(entered.body["user"]["id"], gasore);
    let second = code(&gasore).await;
    enter(&first).await.refused(401, "wrong_credentials");
    enter(&second).await.expect(200);
    let mut finder = app.anon();
    finder.keep(&enter(&second).await.expect(200));
    let lost = format!("/users/{}/badge", gasore.as_str().unwrap());
    app.delete(&lost, &other).await.expect(204);
    enter(&second).await.refused(401, "wrong_credentials");
    // Whoever found it is out.
    app.get("/auth/me", &finder)
        .await
        .refused(401, "session_ended");
    enter("").await.refused(401, "wrong_credentials");

    // Whoever may not sign in has no badge either.
    let third = code(&gasore).await;
    let user = format!("/users/{}", gasore.as_str().unwrap());
    let off = json!({"active": false});
    app.patch(&user, &admin, off).await.expect(200);
    enter(&third).await.refused(401, "wrong_credentials");
    app.end().await;
}
