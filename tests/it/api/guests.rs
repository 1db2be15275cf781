//! Guests: who may look around without an account, at what, and for how long.

use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::chat::Socket;
use crate::support::door::Door;
use crate::support::upload::Upload;

const MINUTE: i64 = 60_000;

async fn enter(app: &TestApp) -> crate::support::browser::Answer {
    let body = json!({"language": "rw"});
    app.post("/auth/guest", &app.anon(), body).await
}

async fn allow(app: &TestApp, admin: &Browser, guests: bool) {
    let body = json!({ "guests": guests });
    app.patch("/settings", admin, body).await.expect(200);
}

/// The ids of a list.
async fn ids(app: &TestApp, who: &Browser, path: &str) -> Vec<Value> {
    let body = app.get(path, who).await.expect(200).body;
    let mut fields = body.as_object().unwrap().values();
    let list = fields.find_map(Value::as_array).unwrap().iter();
    list.map(|one| one["id"].clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn guests_come_only_where_they_are_allowed() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    enter(&app).await.refused(403, "forbidden");
    let school = app.get("/box", &app.anon()).await.expect(200).body;
    assert_eq!(school["schools"][0]["guests"], false);
    allow(&app, &admin, true).await;
    let school = app.get("/box", &app.anon()).await.expect(200).body;
    assert_eq!(school["schools"][0]["guests"], true);
    let entered = enter(&app).await.expect(200);
    assert_eq!(entered.body["user"]["role"], "guest");
    assert_eq!(entered.body["user"]["name"], "Umushyitsi");
    assert_eq!(entered.body["shared"], true);
    assert_eq!(entered.body["quiet_minutes"], 20);

    // Nobody who is listed, counted, made or moved.
    let mut guest = app.anon();
    guest.keep(&entered);
    assert_eq!(ids(&app, &admin, "/users").await.len(), 1);
    let id = entered.body["user"]["id"].as_str().unwrap();
    let change = json!({"role": "teacher", "password": "a long enough one"});
    app.patch(&format!("/users/{id}"), &admin, change)
        .await
        .refused(403, "forbidden");
    let class = app.post("/classes", &admin, json!({"name": "P5"})).await;
    let members = format!("/classes/{}/members", class.expect(201).id());
    app.patch(&members, &admin, json!({"add": [id]}))
        .await
        .refused(403, "forbidden");
    let made = json!({"name": "G", "username": "g", "password": "a long enough one",
        "role": "guest", "language": "en"});
    app.post("/users", &admin, made)
        .await
        .refused(403, "forbidden");

    // When the school changes its mind they have to go at once.
    app.get("/auth/me", &guest).await.expect(200);
    allow(&app, &admin, false).await;
    app.get("/auth/me", &guest)
        .await
        .refused(401, "session_ended");
    enter(&app).await.refused(403, "forbidden");
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_asks_about_what_is_open_to_the_whole_school() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let class = app.post("/classes", &admin, json!({"name": "P5"})).await;
    let class = class.expect(201).id();
    let text = |what: &str| format!("The crystal of the {what} glows violet.");
    let open = app
        .lesson(&admin, &Upload::text("open.txt", &text("river")))
        .await;
    let kept = app
        .lesson(&admin, &Upload::text("kept.txt", &text("cave")))
        .await;
    let kept = kept["id"].as_str().unwrap().to_owned();
    app.patch(
        &format!("/knowledge/{kept}"),
        &admin,
        json!({"classes": [class]}),
    )
    .await
    .expect(200);
    let tutor = app.tutor(&admin, json!({})).await;
    let of_class = app
        .tutor(&admin, json!({"name": "Other", "classes": [class]}))
        .await;

    let guest = app.guest(&admin).await;
    assert_eq!(ids(&app, &guest, "/knowledge").await, [open["id"].clone()]);
    assert_eq!(ids(&app, &guest, "/personas").await, [json!(tutor)]);
    // No parents have to agree to what is not kept.
    let tutors = app.get("/personas", &guest).await.expect(200).body;
    assert_eq!(tutors["consent_missing"], false);
    app.get(&format!("/knowledge/{kept}"), &guest)
        .await
        .refused(404, "not_found");
    app.get(&format!("/personas/{of_class}"), &guest)
        .await
        .refused(404, "not_found");
    let found = app.search(&guest, "What glows violet?").await;
    assert_eq!(found.len(), 1, "{found:?}");
    let mut socket = Socket::open(&app, &guest).await;
    socket.answer(&tutor, "What does the crystal do?").await;
    drop(socket);
    let mine = ids(&app, &guest, "/chats").await;
    assert_eq!(mine.len(), 1);

    // Another guest, even in the same browser, is another person.
    let mut next = Browser {
        cookies: guest.cookies.clone(),
        ..app.anon()
    };
    let body = json!({"language": "en"});
    let entered = app.post("/auth/guest", &next, body).await;
    next.keep(&entered.expect(200));
    assert!(ids(&app, &next, "/chats").await.is_empty());
    let chat = mine[0].as_str().unwrap();
    app.get(&format!("/chats/{chat}"), &next)
        .await
        .refused(404, "not_found");
    // What others can do, guests can not.
    for path in ["/classes", "/auth/sessions", "/users", "/settings"] {
        app.get(path, &next).await.refused(403, "forbidden");
    }
    app.patch("/auth/me", &next, json!({"name": "Keza"}))
        .await
        .refused(403, "forbidden");
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_is_soon_gone_with_all_that_was_asked() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let tutor = app.tutor(&admin, json!({})).await;
    let guest = app.guest(&admin).await;
    let mut socket = Socket::open(&app, &guest).await;
    socket.answer(&tutor, "What does the crystal do?").await;
    drop(socket);
    let chats = async || {
        let count = |conn: &rusqlite::Connection| {
            let sql = "SELECT count(*) FROM conversations";
            Ok(conn.query_row(sql, [], |row| row.get::<_, i64>(0))?)
        };
        app.core.db.core.read(count).await.unwrap()
    };
    assert_eq!(chats().await, 1);
    app.post("/auth/logout", &guest, json!({}))
        .await
        .expect(204);
    app.get("/chats", &guest)
        .await
        .refused(401, "session_ended");
    // The next one who comes finds nothing of it.
    let mut next = app.anon();
    next.keep(&enter(&app).await.expect(200));
    assert_eq!(chats().await, 0);

    // Two hours are all there are, whatever is asked meanwhile.
    for _ in 0..11 {
        app.clock.advance_ms(10 * MINUTE);
        next.keep(
            &app.post("/auth/refresh", &next, json!({}))
                .await
                .expect(204),
        );
    }
    app.clock.advance_ms(11 * MINUTE);
    app.get("/auth/me", &next)
        .await
        .refused(401, "session_ended");
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_guests_wait_for_each_other() {
    let app = TestApp::with(bwenge::config::RawConfig {
        rates: Some(vec!["sign-in=0".to_owned()]),
        ..bwenge::config::RawConfig::default()
    })
    .await;
    let admin = app.set_up().await;
    allow(&app, &admin, true).await;
    let mut last = app.anon();
    for _ in 0..60 {
        last.keep(&enter(&app).await.expect(200));
    }
    enter(&app).await.refused(429, "queue_full");
    app.post("/auth/logout", &last, json!({})).await.expect(204);
    enter(&app).await.expect(200);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_school_says_how_soon_shared_devices_sign_out() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let quiet = json!({"quiet_minutes": 5, "guests": true});
    app.patch("/settings", &admin, quiet).await.expect(200);
    let mut guest = app.anon();
    let entered = enter(&app).await.expect(200);
    assert_eq!(entered.body["quiet_minutes"], 5);
    guest.keep(&entered);
    app.clock.advance_ms(4 * MINUTE);
    let me = app.get("/auth/me", &guest).await.expect(200).body;
    assert_eq!(me["quiet_minutes"], 5);
    // Those who are here keep what they began with.
    let longer = json!({"quiet_minutes": 60});
    app.patch("/settings", &admin, longer).await.expect(200);
    app.clock.advance_ms(6 * MINUTE);
    app.get("/auth/me", &guest)
        .await
        .refused(401, "session_ended");
    // A restart forgets nothing of it.
    let mut guest = app.anon();
    guest.keep(&enter(&app).await.expect(200));
    let app = app.restarted_after(MINUTE).await;
    let guest = Browser {
        host: app.anon().host,
        ..guest
    };
    let me = app.get("/auth/me", &guest).await.expect(200).body;
    assert_eq!(me["quiet_minutes"], 60);
    app.end().await;
}
