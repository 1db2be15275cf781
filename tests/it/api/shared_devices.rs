//! Devices that several children use: sessions end soon there, and one sees where one is
//! signed in.

use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::browser::{Answer, Browser};
use crate::support::door::{Door, PASSWORD};

const MINUTE: i64 = 60_000;

/// A class of one learner, held open for a term, and the learner's digits.
struct Class {
    code: String,
    learner: String,
    pin: String,
    badge: String,
}

impl Class {
    async fn open(app: &TestApp, admin: &Browser) -> Self {
        let learner = app.add(admin, "gasore", "learner").await;
        let me = app.get("/auth/me", &learner).await.expect(200).body;
        let learner = me["user"]["id"].as_str().unwrap().to_owned();
        let made = app.post("/classes", admin, json!({"name": "P5"})).await;
        let class = made.expect(201).id();
        let add = json!({"add": [learner]});
        app.patch(&format!("/classes/{class}/members"), admin, add)
            .await
            .expect(200);
        let hold = json!({"minutes": 90 * 24 * 60});
        let opened = app
            .put(&format!("/classes/{class}/door"), admin, hold)
            .await;
        let given = app
            .post(
                &format!("/users/{learner}/secret"),
                admin,
                json!({"way": "pin"}),
            )
            .await
            .expect(200);
        let parts = given.body["parts"].as_array().unwrap().iter();
        let origin = json!({"origin": "http://192.168.1.5:8080"});
        let badges = app
            .post(&format!("/classes/{class}/badges"), admin, origin)
            .await;
        Self {
            code: opened.expect(200).body["code"].as_str().unwrap().to_owned(),
            learner,
            pin: parts.map(|part| part.as_str().unwrap()).collect(),
            badge: badges.expect(200).body["cards"][0]["code"]
                .as_str()
                .unwrap()
                .to_owned(),
        }
    }

    async fn enter(&self, app: &TestApp, own: bool) -> Browser {
        let mut browser = app.anon();
        let body = json!({"code": self.code, "user": self.learner, "secret": self.pin,
            "own_device": own});
        let entered = app
            .post("/auth/class/login", &browser, body)
            .await
            .expect(200);
        assert_eq!(entered.body["shared"], !own);
        browser.keep(&entered);
        browser
    }
}

async fn refresh(app: &TestApp, who: &Browser) -> Answer {
    app.post("/auth/refresh", who, json!({})).await
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_shared_device_twenty_quiet_minutes_end_the_session() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let class = Class::open(&app, &admin).await;
    let mut shared = class.enter(&app, false).await;
    let mut own = class.enter(&app, true).await;

    // Every request counts, also those between two renewals.
    for _ in 0..3 {
        app.clock.advance_ms(14 * MINUTE);
        let me = app.get("/auth/me", &shared).await.expect(200).body;
        assert_eq!(me["shared"], true);
        app.clock.advance_ms(19 * MINUTE);
        shared.keep(&refresh(&app, &shared).await.expect(204));
    }
    own.keep(&refresh(&app, &own).await.expect(204));

    app.clock.advance_ms(21 * MINUTE);
    refresh(&app, &shared).await.refused(401, "session_ended");
    app.get("/auth/me", &shared)
        .await
        .refused(401, "session_ended");
    own.keep(&refresh(&app, &own).await.expect(204));
    let me = app.get("/auth/me", &own).await.expect(200).body;
    assert_eq!(me["shared"], false);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_badge_is_for_shared_devices_unless_it_is_said_otherwise() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let class = Class::open(&app, &admin).await;
    for (own, lasts) in [(None, false), (Some(false), false), (Some(true), true)] {
        let mut browser = app.anon();
        let mut body = json!({"badge": class.badge});
        if let Some(own) = own {
            body["own_device"] = json!(own);
        }
        browser.keep(&app.post("/auth/badge", &browser, body).await.expect(200));
        app.clock.advance_ms(25 * MINUTE);
        let status = if lasts { 204 } else { 401 };
        refresh(&app, &browser).await.expect(status);
    }
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_signs_nobody_out_who_was_just_here() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let class = Class::open(&app, &admin).await;
    let shared = class.enter(&app, false).await;
    app.clock.advance_ms(14 * MINUTE);
    app.get("/auth/me", &shared).await.expect(200);
    // The box knows of the sign-in only, which was half an hour ago by now.
    let app = app.restarted_after(16 * MINUTE).await;
    let browser = Browser {
        host: app.anon().host,
        ..shared
    };
    refresh(&app, &browser).await.expect(204);
    let app = app.restarted_after(24 * 60 * MINUTE).await;
    let browser = Browser {
        host: app.anon().host,
        ..browser
    };
    refresh(&app, &browser).await.expect(401);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_stays_signed_in_on_a_shared_device_while_the_box_is_off() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let class = Class::open(&app, &admin).await;
    let shared = class.enter(&app, false).await;
    let own = class.enter(&app, true).await;
    // Switched off for the night, and its clock stood still.
    let app = app.again_at(bwenge::types::Timestamp(0)).await;
    let at = |browser: Browser| Browser {
        host: app.anon().host,
        ..browser
    };
    let shared = at(shared);
    refresh(&app, &shared).await.refused(401, "session_ended");
    app.get("/auth/me", &shared)
        .await
        .refused(401, "session_ended");
    refresh(&app, &at(own)).await.expect(204);
    app.end().await;
}

fn sessions(answer: Answer) -> Vec<Value> {
    let body = answer.expect(200).body;
    body["sessions"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_sees_where_one_is_signed_in_and_ends_it() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let school = app.other_school(&admin).await;
    let class = Class::open(&app, &admin).await;
    let org = app.get("/auth/me", &admin).await.body["org"]["id"].clone();
    app.clock.advance_ms(MINUTE);
    let phone = app.sign_in("admin", PASSWORD, org.clone()).await;
    let lost = app.sign_in("admin", PASSWORD, org).await;

    let mine = sessions(app.get("/auth/sessions", &phone).await);
    assert_eq!(mine.len(), 3);
    let current: Vec<_> = mine.iter().filter(|s| s["current"] == true).collect();
    assert_eq!(current.len(), 1);
    assert_eq!(mine[0]["current"], true, "the last used comes first");
    let id = |s: &Value| s["id"].as_str().unwrap().to_owned();
    let theirs = sessions(app.get("/auth/sessions", &school).await);
    assert_eq!(theirs.len(), 1);

    // Nobody ends the sessions of others, in this school or another.
    let learner = class.enter(&app, true).await;
    for who in [&school, &learner] {
        app.delete(&format!("/auth/sessions/{}", id(current[0])), who)
            .await
            .refused(404, "not_found");
    }
    let of_lost = sessions(app.get("/auth/sessions", &lost).await);
    let lost_id = id(of_lost.iter().find(|s| s["current"] == true).unwrap());
    app.delete(&format!("/auth/sessions/{lost_id}"), &phone)
        .await
        .expect(204);
    app.get("/auth/me", &lost)
        .await
        .refused(401, "session_ended");
    app.get("/auth/me", &admin).await.expect(200);

    app.delete("/auth/sessions", &phone).await.expect(204);
    app.get("/auth/me", &admin)
        .await
        .refused(401, "session_ended");
    app.get("/auth/me", &phone).await.expect(200);
    app.get("/auth/me", &school).await.expect(200);
    assert_eq!(sessions(app.get("/auth/sessions", &phone).await).len(), 1);
    app.end().await;
}
