//! What people do until the box ends; each thing notes what was acknowledged.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::ledger::{Fact, Ledger};
use super::school::School;
use crate::support::browser::{Answer, Browser};
use crate::support::door::{Door, PASSWORD, new_user};
use crate::support::server::Server;

/// People of one list: three steps of the job that brings them in.
pub const LISTED: usize = 250;
/// Classes they come into.
pub const CLASSES: usize = 3;
/// Between two lists, for those who are to be erased: not while one is carried out.
const PAUSE: Duration = Duration::from_millis(150);
/// Wrong tries before the box makes a guesser wait.
const FREE: usize = 3;

/// Begins all of it. Whatever else people do is one more line here.
pub fn everything(
    server: &Arc<Server>,
    school: &School,
    ledger: &Arc<Ledger>,
) -> Vec<JoinHandle<Option<()>>> {
    let desk = || Desk {
        server: server.clone(),
        school: school.clone(),
        ledger: ledger.clone(),
    };
    vec![
        tokio::spawn(by_password(desk())),
        tokio::spawn(by_digits(desk())),
        tokio::spawn(by_badge(desk())),
        tokio::spawn(guessing(desk())),
        tokio::spawn(adding(desk())),
        tokio::spawn(classes(desk())),
        tokio::spawn(lists(desk())),
        tokio::spawn(erasing(desk())),
    ]
}

/// What each of them has.
struct Desk {
    server: Arc<Server>,
    school: School,
    ledger: Arc<Ledger>,
}

impl Desk {
    /// Asks for something that must be answered in this way; none once the box ends.
    async fn ask(
        &self,
        who: &Browser,
        (method, path): (&str, &str),
        body: Option<Value>,
        status: u16,
    ) -> Option<Answer> {
        self.send(who.request(method, path, body), &[status]).await
    }

    async fn send(
        &self,
        request: axum::http::Request<Vec<u8>>,
        statuses: &[u16],
    ) -> Option<Answer> {
        let what = format!("{} {}", request.method(), request.uri());
        match self.server.try_send(request).await {
            Ok(answer) if statuses.contains(&answer.status) => Some(answer),
            Ok(answer) => {
                let told = (answer.status, answer.body);
                assert!(self.ledger.ending(), "{what}: {told:?}");
                None
            }
            Err(error) => {
                assert!(self.ledger.ending(), "{what}: {error}");
                None
            }
        }
    }

    /// Signs somebody in on a new device.
    async fn enter(&self, who: &str, path: &str, body: Value) -> Option<Browser> {
        let mut browser = self.server.anon();
        let answer = self.ask(&browser, ("POST", path), Some(body), 200).await?;
        browser.keep(&answer);
        self.ledger.signed_in(who, &browser);
        Some(browser)
    }
}

/// A teacher signs in, goes on with the session, and sometimes signs out.
async fn by_password(desk: Desk) -> Option<()> {
    let who = &desk.school.teacher;
    for turn in 0.. {
        let typed = json!({"username": "teacher", "password": PASSWORD});
        let mut browser = desk.enter(who, "/auth/login", typed).await?;
        desk.ledger.logged(who, []);
        // What was replaced is good for a minute yet, should no answer come.
        let next = desk
            .ask(&browser, ("POST", "/auth/refresh"), None, 204)
            .await?;
        browser.keep(&next);
        desk.ledger.takes_back_session(who);
        desk.ledger.signed_in(who, &browser);
        if turn % 2 == 1 {
            desk.ledger.takes_back_session(who);
            desk.ask(&browser, ("POST", "/auth/logout"), None, 204)
                .await?;
            desk.ledger.signed_out(browser);
        }
    }
    None
}

/// A pupil signs in by the class.
async fn by_digits(desk: Desk) -> Option<()> {
    let pupil = &desk.school.by_digits;
    loop {
        let typed = json!({"code": desk.school.code, "user": pupil.id, "secret": pupil.secret});
        desk.enter(&pupil.id, "/auth/class/login", typed).await?;
    }
}

/// A pupil shows a badge.
async fn by_badge(desk: Desk) -> Option<()> {
    let pupil = &desk.school.by_badge;
    loop {
        let shown = json!({"badge": pupil.secret});
        desk.enter(&pupil.id, "/auth/badge", shown).await?;
    }
}

/// Somebody tries digits that are wrong, as long as that is free: every one is counted
/// before it is answered.
async fn guessing(desk: Desk) -> Option<()> {
    let pupil = &desk.school.guesses;
    let first = (pupil.secret.as_bytes()[0] - b'0' + 1) % 10;
    let wrong = format!("{first}{}", &pupil.secret[1..]);
    for _ in 0..FREE {
        let typed = json!({"code": desk.school.code, "user": pupil.id, "secret": wrong});
        let browser = desk.server.anon();
        desk.ask(&browser, ("POST", "/auth/class/login"), Some(typed), 401)
            .await?;
        let before = desk.ledger.known(&pupil.id, Fact::Tries);
        let tries = before.unwrap_or_default() + 1;
        desk.ledger.changed(&pupil.id, [(Fact::Tries, tries)]);
    }
    Some(())
}

/// Learners are added one by one, and some removed.
async fn adding(desk: Desk) -> Option<()> {
    let admin = &desk.school.admin;
    for number in 0.. {
        let name = format!("one{}x{number}", desk.school.round);
        let new = new_user(&name, "learner");
        let made = desk.ask(admin, ("POST", "/users"), Some(new), 201).await?;
        let id = made.id();
        desk.ledger.logged(&id, [(Fact::Person, 1)]);
        if number % 3 == 1 {
            let path = format!("/users/{id}");
            desk.ask(admin, ("DELETE", path.as_str()), None, 204)
                .await?;
            desk.ledger.logged(&id, [(Fact::PersonGone, 1)]);
        }
    }
    None
}

/// Classes are made, named again and again, and some removed.
async fn classes(desk: Desk) -> Option<()> {
    let admin = &desk.school.admin;
    for number in 0.. {
        let named = |n: i64| Some(json!({"name": format!("K{}x{number} {n}", desk.school.round)}));
        let made = desk.ask(admin, ("POST", "/classes"), named(0), 201).await?;
        let id = made.id();
        desk.ledger.logged(&id, [(Fact::Class, 1)]);
        let path = format!("/classes/{id}");
        for n in 1..4 {
            desk.ask(admin, ("PATCH", path.as_str()), named(n), 200)
                .await?;
            desk.ledger.logged(&id, [(Fact::ClassNamed, n)]);
        }
        if number % 2 == 1 {
            desk.ask(admin, ("DELETE", path.as_str()), None, 204)
                .await?;
            desk.ledger.logged(&id, [(Fact::ClassGone, 1)]);
        }
    }
    None
}

/// Lists of people come in, one after the other.
async fn lists(desk: Desk) -> Option<()> {
    let admin = &desk.school.admin;
    for number in 0.. {
        let prefix = format!("L{}x{number}", desk.school.round);
        let row = |n: usize| format!("{prefix}-{n},{prefix} {n},{prefix} {}\n", n % CLASSES);
        let rows: String = (0..LISTED).map(row).collect();
        let table = format!("Student number,Name,Class\n{rows}").into_bytes();
        let path = format!("/api/v1/users/imports?name={prefix}.csv");
        let kind = Some("application/octet-stream");
        let sent = desk.send(admin.send_bytes("POST", &path, kind, table), &[201]);
        let id = sent.await?.body["import"]["id"].clone();
        let id = id.as_str().unwrap();
        desk.ledger.sent(id, &prefix);
        let path = format!("/users/imports/{id}");
        let start = format!("{path}/start");
        let nobody_goes = Some(json!({"close_missing": false}));
        let begun = loop {
            let request = admin.request("POST", &start, nobody_goes.clone());
            match desk.send(request, &[202, 404, 409]).await?.status {
                // The one of before the last end goes on first.
                409 => sleep(PAUSE / 5).await,
                status => break status == 202,
            }
        };
        if !begun {
            // Somebody was erased whose name its plan had, as one whom it did not list.
            continue;
        }
        desk.ledger.started(id);
        loop {
            let now = desk
                .ask(admin, ("GET", path.as_str()), None, 200)
                .await?
                .body;
            if now["import"]["state"] != "running" {
                assert_eq!(now["import"]["state"], "done", "{now}");
                break;
            }
        }
        sleep(PAUSE).await;
    }
    None
}

/// Learners are added and erased for good.
async fn erasing(desk: Desk) -> Option<()> {
    let admin = &desk.school.admin;
    for number in 0.. {
        let name = format!("gone{}x{number}", desk.school.round);
        let new = new_user(&name, "learner");
        let made = desk.ask(admin, ("POST", "/users"), Some(new), 201).await?;
        let id = made.id();
        let path = format!("/users/{id}/erase");
        loop {
            let request = admin.request("POST", &path, Some(json!({ "name": name })));
            // Nobody is erased while a list is being carried out.
            if desk.send(request, &[200, 409]).await?.status == 200 {
                break;
            }
            sleep(PAUSE / 5).await;
        }
        desk.ledger.logged(&id, [(Fact::Erased, 1)]);
    }
    None
}
