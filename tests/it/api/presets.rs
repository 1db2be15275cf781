//! Presets of primary schools, secondary schools and community centres: offered before
//! set-up, carried out with it, taken later, changed afterwards.

use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::browser::{Answer, Browser};
use crate::support::door::{Door, setup};

/// The year of the tests' clock, September 2026, by Rwanda's calendar.
const TERMS: [(&str, &str, &str); 3] = [
    ("Igihembwe cya 1, 2026–2027", "2026-09-14", "2026-12-18"),
    ("Igihembwe cya 2, 2026–2027", "2027-01-04", "2027-04-02"),
    ("Igihembwe cya 3, 2026–2027", "2027-04-19", "2027-07-02"),
];

async fn preset(app: &TestApp, kind: &str) -> Value {
    let found = app.get("/presets?language=rw", &app.anon()).await;
    let found = found.expect(200).body;
    let mut presets = found["presets"].as_array().unwrap().iter();
    presets.find(|one| one["kind"] == kind).unwrap().clone()
}

async fn set_up(app: &TestApp, kind: &str, preset: Value) -> (Browser, Answer) {
    let mut admin = Browser {
        peer: "127.0.0.1:4000",
        ..app.anon()
    };
    let mut body = setup("admin");
    body["school_kind"] = json!(kind);
    body["preset"] = preset;
    let answer = app.post("/setup", &admin, body).await;
    admin.keep(&answer);
    (admin, answer)
}

/// The values of a field of everything in a list, sorted.
async fn all(app: &TestApp, who: &Browser, path: &str, field: &str) -> Vec<String> {
    let body = app.get(path, who).await.expect(200).body;
    let list = body.as_object().unwrap().values().next().unwrap();
    let list = list.as_array().unwrap().iter();
    let mut found: Vec<_> = list
        .map(|one| one[field].as_str().unwrap().to_owned())
        .collect();
    found.sort();
    found
}

async fn settings(app: &TestApp, who: &Browser) -> Value {
    app.get("/settings", who).await.expect(200).body
}

#[tokio::test(flavor = "multi_thread")]
async fn a_primary_school_begins_with_what_it_was_shown() {
    let app = TestApp::start().await;
    let shown = preset(&app, "primary").await;
    assert_eq!(
        shown["lines"],
        json!(["way", "quiet", "joining", "terms", "classes"])
    );
    let terms: Vec<_> = TERMS
        .iter()
        .map(|(name, first, last)| json!({"name": name, "first_day": first, "last_day": last}))
        .collect();
    assert_eq!(shown["terms"], json!(terms));

    let (admin, answer) = set_up(&app, "primary", shown["lines"].clone()).await;
    answer.expect(201);
    let wanted = json!({"way": shown["way"], "quiet_minutes": shown["quiet_minutes"],
        "guests": false});
    assert_eq!(settings(&app, &admin).await, wanted);
    assert_eq!(wanted["way"], "pictures");
    assert_eq!(wanted["quiet_minutes"], 10);
    let names: Vec<_> = TERMS.iter().map(|(name, ..)| (*name).to_owned()).collect();
    assert_eq!(all(&app, &admin, "/terms", "name").await, names);
    let classes = all(&app, &admin, "/classes", "name").await;
    assert_eq!(json!(classes), shown["classes"]);
    assert_eq!(classes, ["P1", "P2", "P3", "P4", "P5", "P6"]);
    let joining = app.get("/joining", &admin).await.expect(200).body;
    assert_eq!(joining["open"], false);
    // Who did it is in the school's log, thing by thing.
    let log = app.get("/audit", &admin).await.expect(200).body;
    let log = log["entries"].as_array().unwrap().iter();
    let made = log.filter(|entry| entry["action"] == "class_made").count();
    assert_eq!(made, 6);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_community_centre_lets_people_in_and_has_no_years() {
    let app = TestApp::start().await;
    let shown = preset(&app, "community").await;
    assert_eq!(shown["lines"], json!(["way", "quiet", "joining", "guests"]));
    let (admin, answer) = set_up(&app, "community", shown["lines"].clone()).await;
    answer.expect(201);
    assert_eq!(settings(&app, &admin).await["guests"], true);
    let joining = app.get("/joining", &admin).await.expect(200).body;
    assert_eq!(joining["open"], true);
    assert_eq!(joining["code"].as_str().unwrap().len(), 8);
    assert!(all(&app, &admin, "/terms", "name").await.is_empty());
    assert!(all(&app, &admin, "/classes", "name").await.is_empty());
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_ticked_is_not_done() {
    let app = TestApp::start().await;
    let (admin, answer) = set_up(&app, "secondary", json!(["classes"])).await;
    answer.expect(201);
    let usual = json!({"way": "pin", "quiet_minutes": 20, "guests": false});
    assert_eq!(settings(&app, &admin).await, usual);
    assert_eq!(all(&app, &admin, "/classes", "name").await.len(), 6);
    assert!(all(&app, &admin, "/terms", "name").await.is_empty());
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preset_that_does_not_fit_makes_no_school() {
    let app = TestApp::start().await;
    let (_, answer) = set_up(&app, "community", json!(["way", "classes"])).await;
    answer.refused(422, "invalid_field");
    let shown = app.get("/box", &app.anon()).await.expect(200).body;
    assert_eq!(shown["setup_done"], false);
    let (_, answer) = set_up(&app, "community", json!([])).await;
    answer.expect(201);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn taken_later_it_leaves_what_is_there_and_does_nothing_twice() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let teacher = app.add(&admin, "keza", "teacher").await;
    app.post("/classes", &admin, json!({"name": "p3"}))
        .await
        .expect(201);
    // Days of the second term are taken by one that somebody made.
    let own = json!({"name": "Ours", "first_day": "2027-01-11", "last_day": "2027-03-26"});
    app.post("/terms", &admin, own).await.expect(201);

    let lines = json!(["classes", "terms", "way", "quiet", "joining", "way"]);
    let body = json!({"kind": "primary", "lines": lines});
    app.put("/settings/preset", &teacher, body.clone())
        .await
        .refused(403, "forbidden");
    let done = app.put("/settings/preset", &admin, body.clone()).await;
    let done = done.expect(200).body;
    assert_eq!(done["done"], json!(["way", "quiet", "terms", "classes"]));
    let classes = all(&app, &admin, "/classes", "name").await;
    assert_eq!(classes, ["P1", "P2", "P4", "P5", "P6", "p3"]);
    let terms = all(&app, &admin, "/terms", "name").await;
    assert_eq!(terms, [TERMS[0].0, TERMS[2].0, "Ours"]);

    let log = app.get("/audit", &admin).await.expect(200).body;
    let entries = log["entries"].as_array().unwrap().len();
    let again = app.put("/settings/preset", &admin, body).await;
    assert_eq!(again.expect(200).body["done"], json!([]));
    let log = app.get("/audit", &admin).await.expect(200).body;
    assert_eq!(log["entries"].as_array().unwrap().len(), entries);

    // Whatever it did can be changed by hand, and stays within the school.
    let other = app.other_school(&admin).await;
    let change = json!({"way": "pin", "quiet_minutes": 45});
    let changed = app.patch("/settings", &admin, change).await.expect(200);
    assert_eq!(
        changed.body,
        json!({"way": "pin", "quiet_minutes": 45, "guests": false})
    );
    assert_eq!(settings(&app, &other).await["quiet_minutes"], 20);
    for wrong in [json!({"quiet_minutes": 4}), json!({"way": "password"})] {
        app.patch("/settings", &admin, wrong)
            .await
            .refused(422, "invalid_field");
    }
    app.end().await;
}
