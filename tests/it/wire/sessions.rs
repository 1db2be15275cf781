//! Who may open the socket, and what ends it.

use std::time::Duration;

use futures_util::StreamExt;
use serde_json::json;

use super::{Class, QUESTION};
use crate::support::chat::Socket;
use crate::support::door::Door;

#[tokio::test(flavor = "multi_thread")]
async fn only_people_of_the_box_from_its_own_pages_get_in() {
    let class = Class::with_pause(Duration::ZERO).await;
    let knocked = Socket::knock(&class.app, &class.app.anon()).await;
    assert_eq!(knocked.err(), Some(401));
    for origin in ["http://evil.example", "null", "https://bwenge.local"] {
        let knocked = Socket::knock_from(&class.app, &class.learner, origin).await;
        assert_eq!(knocked.err(), Some(403), "{origin}");
    }
    let mut forged = class.learner.clone();
    forged.cookies.insert("bw_access".into(), "a.b.c".into());
    assert_eq!(Socket::knock(&class.app, &forged).await.err(), Some(401));
    Socket::open(&class.app, &class.learner).await;
    class.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_closes_the_sockets_of_that_session_only() {
    let class = Class::slow().await;
    let me = class.app.get("/auth/me", &class.learner).await.body;
    let password = crate::support::door::PUPIL_PASSWORD;
    let laptop = class
        .app
        .sign_in("learner", password, me["org"]["id"].clone())
        .await;
    let mut at_phone = Socket::open(&class.app, &class.learner).await;
    let mut at_laptop = Socket::open(&class.app, &laptop).await;
    let accepted = at_phone.ask(&class.tutor, QUESTION).await;
    at_phone.read_to_first_text().await;
    class
        .app
        .post("/auth/logout", &class.learner, json!({}))
        .await
        .expect(204);
    assert_eq!(at_phone.closed().await, 4401);
    assert_eq!(
        Socket::knock(&class.app, &class.learner).await.err(),
        Some(401)
    );
    // The other device reads the same answer to its end.
    let resume = json!({"type": "resume", "message_id": accepted["message_id"], "offset": 0});
    at_laptop.say(resume).await;
    assert_eq!(
        at_laptop.read_to_the_end().await.message["status"],
        "complete"
    );
    class.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_an_account_closes_its_sockets() {
    let class = Class::with_pause(Duration::ZERO).await;
    let mut socket = Socket::open(&class.app, &class.learner).await;
    let me = class.app.get("/auth/me", &class.learner).await.body;
    let path = format!("/users/{}", me["user"]["id"].as_str().unwrap());
    class
        .app
        .patch(&path, &class.admin, json!({"active": false}))
        .await
        .expect(200);
    assert_eq!(socket.closed().await, 4401);
    class.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_box_that_stops_ends_answers_and_sockets_in_order() {
    let class = Class::with_pause(Duration::from_millis(500)).await;
    let mut socket = Socket::open(&class.app, &class.learner).await;
    let accepted = socket.ask(&class.tutor, QUESTION).await;
    socket.read_to_first_text().await;
    let core = class.app.core.clone();
    // The lessons page listens as well.
    let events = class.learner.request("GET", "/knowledge/events", None);
    let events = class.app.stream(events).await;
    // What was written so far is kept; to write all of it would end as "complete".
    let (told, (), rest) = tokio::join!(socket.read_to_the_end(), class.app.end(), events.count());
    assert_eq!(rest, 0);
    assert_eq!(told.message["id"], accepted["message_id"]);
    assert_eq!(told.message["status"], "cancelled");
    assert_eq!(socket.closed().await, 1001);
    assert!(
        core.db.core.read(|_| Ok(())).await.is_err(),
        "the databases are closed"
    );
}
