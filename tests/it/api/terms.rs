//! School years and terms, and the step from one into the next with its way back.

use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::browser::{Answer, Browser};
use crate::support::chat::Socket;
use crate::support::door::{Door, PASSWORD};
use crate::support::upload::Upload;

const DAY_MS: i64 = 24 * 3_600_000;

async fn id_of(app: &TestApp, who: &Browser) -> String {
    let me = app.get("/auth/me", who).await.expect(200);
    me.body["user"]["id"].as_str().unwrap().to_owned()
}

/// A term; the clock of a test stands at 2026-09-21.
async fn term(app: &TestApp, who: &Browser, name: &str, first: &str, last: &str) -> Answer {
    let body = json!({"name": name, "first_day": first, "last_day": last});
    app.post("/terms", who, body).await
}

async fn names(app: &TestApp, who: &Browser) -> Vec<String> {
    let list = app.get("/classes", who).await.expect(200).body;
    let going = list["classes"].as_array().unwrap().iter();
    let going = going.filter(|class| class["archived"] == false);
    going
        .map(|class| class["name"].as_str().unwrap().to_owned())
        .collect()
}

/// The id of a class that is not over.
async fn named(app: &TestApp, who: &Browser, name: &str) -> String {
    let list = app.get("/classes", who).await.expect(200).body;
    let mut classes = list["classes"].as_array().unwrap().iter();
    let found = classes.find(|class| class["name"] == name && class["archived"] == false);
    found.unwrap()["id"].as_str().unwrap().to_owned()
}

/// The names of a class's people.
async fn members(app: &TestApp, who: &Browser, class: &str) -> Vec<String> {
    let shown = app.get(&format!("/classes/{class}"), who).await;
    let shown = shown.expect(200).body;
    let members = shown["members"].as_array().unwrap().iter();
    members
        .map(|one| one["name"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn administrators_make_terms_and_the_date_says_which_is_current() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let teacher = app.add(&admin, "keza", "teacher").await;
    let pupil = app.add(&admin, "gasore", "learner").await;
    let school = app.other_school(&admin).await;
    let last = term(&app, &admin, "2025-26", "2025-09-08", "2026-06-26").await;
    let last = last.expect(201);
    assert_eq!(last.body["current"], false);
    let this = term(&app, &admin, " 2026-27 ", "2026-09-07", "2027-06-25").await;
    let this = this.expect(201).body;
    assert_eq!(
        this,
        json!({"id": this["id"], "name": "2026-27", "first_day": "2026-09-07",
            "last_day": "2027-06-25", "current": true, "classes": 0})
    );
    let path = format!("/terms/{}", this["id"].as_str().unwrap());

    for (name, first, end, status, code) in [
        ("2026-27", "2030-01-01", "2030-02-01", 409, "name_taken"),
        ("X", "2027-06-25", "2027-07-25", 409, "conflict"),
        ("X", "2020-01-01", "2030-01-01", 409, "conflict"),
        ("X", "2030-02-01", "2030-01-31", 422, "invalid_field"),
        ("X", "2030-02-30", "2030-03-31", 422, "invalid_field"),
        ("X", "1.2.2030", "2030-03-31", 422, "invalid_field"),
        (" ", "2030-02-01", "2030-03-31", 422, "invalid_field"),
    ] {
        let answer = term(&app, &admin, name, first, end).await;
        answer.refused(status, code);
    }
    for who in [&teacher, &pupil] {
        let answer = term(&app, who, "X", "2030-01-01", "2030-02-01").await;
        answer.refused(403, "forbidden");
        app.patch(&path, who, json!({"name": "X"}))
            .await
            .refused(403, "forbidden");
        app.delete(&path, who).await.refused(403, "forbidden");
    }
    app.get("/terms", &pupil).await.refused(403, "forbidden");
    let seen = app.get("/terms", &teacher).await.expect(200).body;
    let seen: Vec<_> = seen["terms"].as_array().unwrap().clone();
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[0], this, "the latest first");

    // Another school has its own, also in the same days.
    let listed = app.get("/terms", &school).await.expect(200).body;
    assert_eq!(listed, json!({"terms": []}));
    app.patch(&path, &school, json!({"name": "X"}))
        .await
        .refused(404, "not_found");
    app.delete(&path, &school).await.refused(404, "not_found");
    let theirs = term(&app, &school, "2026-27", "2026-09-07", "2027-06-25").await;
    let theirs = theirs.expect(201).id();

    // Days may move within the room there is.
    let earlier = json!({"first_day": "2026-06-26"});
    app.patch(&path, &admin, earlier)
        .await
        .refused(409, "conflict");
    let later = json!({"first_day": "2026-09-22", "name": "2026-27 A"});
    let later = app.patch(&path, &admin, later).await.expect(200).body;
    assert_eq!(later["current"], false, "it begins tomorrow");
    app.clock.advance_ms(DAY_MS);
    let admin = app.sign_in("admin", PASSWORD, org_of(&app).await).await;
    let seen = app.get("/terms", &admin).await.expect(200).body;
    assert_eq!(seen["terms"][0]["current"], true);
    assert_eq!(seen["terms"][0]["id"], later["id"]);

    // A class belongs to one of the school's, and a term with classes stays.
    let body = json!({"name": "P5", "term_id": theirs});
    app.post("/classes", &admin, body)
        .await
        .refused(422, "invalid_field");
    let body = json!({"name": "P5", "term_id": this["id"]});
    let class = app.post("/classes", &admin, body).await.expect(201);
    assert_eq!(class.body["term_id"], this["id"]);
    let listed = app.get("/terms", &admin).await.expect(200).body;
    assert_eq!(listed["terms"][0]["classes"], 1);
    app.delete(&path, &admin).await.refused(409, "conflict");
    let class = format!("/classes/{}", class.id());
    app.patch(&class, &admin, json!({"name": "P5 A"}))
        .await
        .expect(200);
    let kept = app.get(&class, &admin).await.expect(200).body;
    assert_eq!(kept["class"]["term_id"], this["id"]);
    let moved = json!({"term_id": last.id()});
    app.patch(&class, &admin, moved).await.expect(200);
    app.delete(&path, &admin).await.expect(204);
    // Nor does one in the trash hold it.
    app.delete(&class, &admin).await.expect(204);
    app.delete(&format!("/terms/{}", last.id()), &admin)
        .await
        .expect(204);
    let back = app
        .post(&format!("{class}/restore"), &admin, json!({}))
        .await
        .expect(200);
    assert_eq!(back.body["term_id"], Value::Null);
    app.end().await;
}

/// The first school of the box.
async fn org_of(app: &TestApp) -> Value {
    let info = app.get("/box", &app.anon()).await.expect(200).body;
    let schools = info["schools"].as_array().unwrap().iter();
    let mut own = schools.filter(|school| school["name"] == "GS Test");
    own.next().unwrap()["id"].clone()
}

/// A school at the end of a year: P5 A and P6 A with two learners and a teacher each, a
/// choir, and a lesson and a tutor for P5 A and for P6 A.
struct School {
    app: TestApp,
    admin: Browser,
    teacher: Browser,
    /// Of P5 A: goes on, and leaves.
    up: Browser,
    out: Browser,
    /// Of P6 A.
    done: Browser,
    before: String,
    after: String,
    p5: String,
    p6: String,
    choir: String,
    lessons: [String; 2],
    tutors: [String; 2],
}

impl School {
    async fn open() -> Self {
        let app = TestApp::start().await;
        let admin = app.set_up().await;
        let teacher = app.add(&admin, "keza", "teacher").await;
        let up = app.add(&admin, "gasore", "learner").await;
        let out = app.add(&admin, "uwase", "learner").await;
        let done = app.add(&admin, "ineza", "learner").await;
        let before = term(&app, &admin, "2025-26", "2025-09-08", "2026-06-26").await;
        let after = term(&app, &admin, "2026-27", "2026-09-07", "2027-06-25").await;
        let (before, after) = (before.expect(201).id(), after.expect(201).id());
        let class = async |name, people: &[&Browser]| {
            let body = json!({"name": name, "term_id": before});
            let id = app.post("/classes", &admin, body).await.expect(201).id();
            let mut ids = Vec::new();
            for who in people {
                ids.push(id_of(&app, who).await);
            }
            let members = format!("/classes/{id}/members");
            app.patch(&members, &admin, json!({ "add": ids }))
                .await
                .expect(200);
            id
        };
        let p5 = class("P5 A", &[&teacher, &up, &out]).await;
        let p6 = class("P6 A", &[&teacher, &done]).await;
        let choir = class("Choir", &[&teacher, &up]).await;
        let mut lessons = Vec::new();
        let mut tutors = Vec::new();
        for (name, class) in [("five", &p5), ("six", &p6)] {
            let file = Upload::text(&format!("{name}.txt"), &format!("All about {name}."));
            let lesson = app.lesson(&admin, &file).await;
            let id = lesson["id"].as_str().unwrap().to_owned();
            app.patch(
                &format!("/knowledge/{id}"),
                &admin,
                json!({ "classes": [class] }),
            )
            .await
            .expect(200);
            lessons.push(id);
            let tutor = json!({"name": name, "only_from_lessons": false, "classes": [class]});
            tutors.push(app.tutor(&admin, tutor).await);
        }
        Self {
            lessons: lessons.try_into().unwrap(),
            tutors: tutors.try_into().unwrap(),
            app,
            admin,
            teacher,
            up,
            out,
            done,
            before,
            after,
            p5,
            p6,
            choir,
        }
    }

    /// P5 A goes up without one, P6 A ends, the choir goes on without learners.
    async fn wishes(&self) -> Value {
        let out = id_of(&self.app, &self.out).await;
        json!([
            {"id": self.p5, "how": "promote", "without": [out]},
            {"id": self.p6, "how": "end"},
            {"id": self.choir},
        ])
    }

    async fn roll(&self, mut body: Value) -> Answer {
        body["into"] = json!(self.after);
        self.app.post("/rollovers", &self.admin, body).await
    }

    /// Which of the two lessons and tutors somebody sees.
    async fn sees(&self, who: &Browser) -> ([bool; 2], [bool; 2]) {
        let (mut lessons, mut tutors) = ([false; 2], [false; 2]);
        for n in 0..2 {
            let lesson = format!("/knowledge/{}", self.lessons[n]);
            lessons[n] = self.app.get(&lesson, who).await.status == 200;
            let tutor = format!("/personas/{}", self.tutors[n]);
            tutors[n] = self.app.get(&tutor, who).await.status == 200;
        }
        (lessons, tutors)
    }
}

const FIVE: ([bool; 2], [bool; 2]) = ([true, false], [true, false]);
const SIX: ([bool; 2], [bool; 2]) = ([false, true], [false, true]);
const NONE: ([bool; 2], [bool; 2]) = ([false; 2], [false; 2]);

#[tokio::test(flavor = "multi_thread")]
async fn a_year_rolls_over_as_the_preview_says_and_back() {
    let school = School::open().await;
    let (app, admin) = (&school.app, &school.admin);
    assert_eq!(school.sees(&school.up).await, FIVE);
    assert_eq!(school.sees(&school.done).await, SIX);
    let accepted = {
        let mut socket = Socket::open(app, &school.up).await;
        socket.answer(&school.tutors[0], "What is five?").await.0
    };

    // What is suggested for the whole term: up by one where there is a number.
    let plan = school.roll(json!({"from": school.before, "dry_run": true}));
    let plan = plan.await.expect(200).body;
    let told: Vec<_> = plan["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| {
            (
                step["how"].as_str().unwrap(),
                step["new_name"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [("copy", "Choir"), ("promote", "P6 A"), ("promote", "P7 A")]
    );

    let mut wanted = json!({"classes": school.wishes().await, "dry_run": true});
    let plan = school.roll(wanted.clone()).await.expect(200).body;
    assert_eq!(plan["id"], Value::Null);
    assert_eq!(
        plan["steps"],
        json!([
            {"id": school.choir, "name": "Choir", "how": "copy", "new_name": "Choir",
                "name_taken": false, "learners": 0, "stay": 1, "teachers": 1, "lessons": 0,
                "tutors": 0},
            {"id": school.p5, "name": "P5 A", "how": "promote", "new_name": "P6 A",
                "name_taken": false, "learners": 1, "stay": 1, "teachers": 1, "lessons": 1,
                "tutors": 1},
            {"id": school.p6, "name": "P6 A", "how": "end", "new_name": null,
                "name_taken": false, "learners": 0, "stay": 1, "teachers": 0, "lessons": 0,
                "tutors": 0},
        ])
    );
    let leavers: Vec<_> = plan["leavers"].as_array().unwrap().iter().collect();
    assert_eq!(leavers.len(), 2);
    assert_eq!(
        (&leavers[0]["name"], &leavers[1]["name"]),
        (&json!("ineza"), &json!("uwase"))
    );
    assert_eq!(
        names(app, admin).await,
        ["Choir", "P5 A", "P6 A"],
        "nothing was done"
    );

    wanted["dry_run"] = json!(false);
    let done = school.roll(wanted.clone()).await.expect(201).body;
    assert_eq!(
        (&done["steps"], &done["leavers"]),
        (&plan["steps"], &plan["leavers"])
    );
    assert_eq!(names(app, admin).await, ["Choir", "P6 A"]);
    let new = named(app, admin, "P6 A").await;
    assert_eq!(members(app, admin, &new).await, ["gasore", "keza"]);
    let choir = named(app, admin, "Choir").await;
    assert_eq!(members(app, admin, &choir).await, ["keza"]);
    let shown = app.get(&format!("/classes/{new}"), &school.teacher).await;
    let shown = shown.expect(200).body;
    assert_eq!(shown["class"]["mine"], true);
    assert_eq!(shown["class"]["term_id"], school.after.as_str());
    assert_eq!(shown["class"]["open"], false);

    // The lessons and tutors of P6 A are now those of who came up; who left sees none.
    assert_eq!(school.sees(&school.up).await, SIX);
    assert_eq!(school.sees(&school.done).await, NONE);
    assert_eq!(school.sees(&school.out).await, NONE);
    app.get("/auth/me", &school.out).await.expect(200);
    assert!(names(app, &school.out).await.is_empty());
    let more = json!({"persona_id": school.tutors[0], "text": "And six?",
        "conversation_id": accepted["conversation_id"]});
    let mut socket = Socket::open(app, &school.up).await;
    assert_eq!(socket.ask_with(more).await["code"], "tutor_closed");

    // What is over can not be taken again, and the way back leads to where all was.
    school.roll(wanted).await.refused(422, "invalid_field");
    let list = app.get("/rollovers", admin).await.expect(200).body;
    assert_eq!(list["rollovers"][0]["id"], done["id"]);
    assert_eq!(list["rollovers"][0]["classes"], 3);
    let undo = format!("/rollovers/{}/undo", done["id"].as_str().unwrap());
    app.post(&undo, &school.teacher, json!({}))
        .await
        .refused(403, "forbidden");
    app.post(&undo, admin, json!({})).await.expect(204);
    assert_eq!(names(app, admin).await, ["Choir", "P5 A", "P6 A"]);
    assert_eq!(
        members(app, admin, &school.p5).await,
        ["gasore", "keza", "uwase"]
    );
    assert_eq!(school.sees(&school.up).await, FIVE);
    assert_eq!(school.sees(&school.done).await, SIX);
    let listed = app.get("/rollovers", admin).await.expect(200).body;
    assert_eq!(listed, json!({"rollovers": []}));
    app.post(&undo, admin, json!({}))
        .await
        .refused(404, "not_found");
    let trash = app.get("/trash", admin).await.expect(200).body;
    assert_eq!(trash["classes"].as_array().unwrap().len(), 2);
    school.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_roll_over_is_done_whole_or_not_at_all() {
    let school = School::open().await;
    let (app, admin) = (&school.app, &school.admin);
    let other = app.other_school(admin).await;
    let theirs = term(app, &other, "2026-27", "2026-09-07", "2027-06-25").await;
    let theirs = theirs.expect(201).id();
    let before = ["Choir", "P5 A", "P6 A"];

    // Two classes of one name: told before, refused after.
    let clash = json!({"classes": [
        {"id": school.p5}, {"id": school.p6, "how": "copy"}, {"id": school.choir}]});
    let mut told = clash.clone();
    told["dry_run"] = json!(true);
    let plan = school.roll(told).await.expect(200).body;
    let taken = plan["steps"].as_array().unwrap().iter();
    let taken: Vec<_> = taken.map(|step| step["name_taken"].clone()).collect();
    assert_eq!(taken, [json!(false), json!(true), json!(true)]);
    school.roll(clash).await.refused(409, "name_taken");
    let alone = json!({"classes": [{"id": school.p5}]});
    school.roll(alone).await.refused(409, "name_taken");

    for (body, status, code) in [
        (json!({}), 422, "invalid_field"),
        (json!({"classes": []}), 422, "invalid_field"),
        (
            json!({"classes": [{"id": school.p5}], "from": school.before}),
            422,
            "invalid_field",
        ),
        (
            json!({"classes": [{"id": school.before}]}),
            422,
            "invalid_field",
        ),
        (
            json!({"classes": [{"id": school.p5, "name": " "}]}),
            422,
            "invalid_field",
        ),
        (json!({"from": theirs}), 404, "not_found"),
        (json!({"from": school.p5}), 404, "not_found"),
    ] {
        school.roll(body).await.refused(status, code);
    }
    let body = |into: &str| json!({"classes": [{"id": school.choir}], "into": into});
    for into in [&theirs, &school.p5] {
        app.post("/rollovers", admin, body(into))
            .await
            .refused(404, "not_found");
    }
    app.post("/rollovers", admin, body(&school.before))
        .await
        .refused(422, "invalid_field");
    app.post("/rollovers", &other, body(&theirs))
        .await
        .refused(422, "invalid_field");
    for who in [&school.teacher, &school.up] {
        app.post("/rollovers", who, body(&school.after))
            .await
            .refused(403, "forbidden");
        app.get("/rollovers", who).await.refused(403, "forbidden");
    }
    assert_eq!(names(app, admin).await, before);

    // Undoing waits for what came after, and for names that are taken by now.
    let first = school.roll(json!({"classes": school.wishes().await}));
    let first = first.await.expect(201).body;
    let undo = format!("/rollovers/{}/undo", first["id"].as_str().unwrap());
    app.post(&undo, &other, json!({}))
        .await
        .refused(404, "not_found");
    let next = term(app, admin, "2027-28", "2027-09-06", "2028-06-30").await;
    let next = json!({"from": school.after, "into": next.expect(201).id()});
    let second = app.post("/rollovers", admin, next).await.expect(201).body;
    assert_eq!(names(app, admin).await, ["Choir", "P7 A"]);
    app.post(&undo, admin, json!({}))
        .await
        .refused(409, "conflict");
    let later = format!("/rollovers/{}/undo", second["id"].as_str().unwrap());
    app.post(&later, admin, json!({})).await.expect(204);
    assert_eq!(names(app, admin).await, ["Choir", "P6 A"]);
    let taken = json!({"name": "p5 a"});
    let taken = app.post("/classes", admin, taken).await.expect(201).id();
    app.post(&undo, admin, json!({}))
        .await
        .refused(409, "name_taken");
    assert_eq!(names(app, admin).await, ["Choir", "p5 a", "P6 A"]);
    app.delete(&format!("/classes/{taken}"), admin)
        .await
        .expect(204);
    // A class that was deleted or taken up by hand meanwhile stays where it is.
    app.delete(&format!("/classes/{}", school.choir), admin)
        .await
        .expect(204);
    app.post(&undo, admin, json!({})).await.expect(204);
    assert_eq!(names(app, admin).await, ["P5 A", "P6 A"]);

    // After 30 days there is no way back.
    let again = json!({"classes": [{"id": school.p6}]});
    let again = school.roll(again).await.expect(201).body;
    app.clock.advance_ms(30 * DAY_MS);
    let admin = app.sign_in("admin", PASSWORD, org_of(app).await).await;
    let undo = format!("/rollovers/{}/undo", again["id"].as_str().unwrap());
    app.post(&undo, &admin, json!({}))
        .await
        .refused(404, "not_found");
    school.app.end().await;
}
