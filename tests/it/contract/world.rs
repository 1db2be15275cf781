//! Two schools with everybody who may ask for something, and a way to ask.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::http::Request;
use bwenge::config::RawConfig;
use bwenge::jobs;
use bwenge::types::Clock;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::sleep;

use super::policy::{Body, Policy, Thing, Which, Who};
use crate::support::app::TestApp;
use crate::support::browser::{Answer, Browser};
use crate::support::door::Door;
use crate::support::tus;
use crate::support::upload::Upload;

/// Two schools on one box.
pub struct World {
    pub app: TestApp,
    pub people: HashMap<Who, Browser>,
    /// The ids of the schools: the first one and the other.
    pub orgs: [String; 2],
    /// A tutor of each.
    pub tutors: [String; 2],
    /// The address of the stick and the place of its file.
    pub stick: (String, String),
    /// What was made and not used up yet: the thing, who made it, and whether it is
    /// for a class.
    pub things: Mutex<HashMap<(Thing, Who, bool), String>>,
    pub(super) number: AtomicU32,
    folder: TempDir,
}

impl World {
    pub async fn open() -> Self {
        let stick = tempfile::tempdir().unwrap();
        std::fs::write(stick.path().join("bees.txt"), "Bees make honey.").unwrap();
        let app = TestApp::with(RawConfig {
            stick_folders: Some(vec![stick.path().to_owned()]),
            rates: Some(vec!["writes=0".to_owned(), "sign-in=0".to_owned()]),
            ..RawConfig::default()
        })
        .await;
        let boss = app.set_up().await;
        let mut people = HashMap::new();
        people.insert(Who::Learner, app.add(&boss, "gasore", "learner").await);
        people.insert(Who::Teacher, app.add(&boss, "keza", "teacher").await);
        people.insert(Who::Colleague, app.add(&boss, "mugabo", "teacher").await);
        people.insert(Who::Admin, app.add(&boss, "ineza", "admin").await);
        people.insert(Who::Foreigner, app.other_school(&boss).await);
        people.insert(Who::Stranger, app.anon());
        people.insert(Who::Guest, app.guest(&boss).await);
        let key = json!({"name": "Key", "scopes": ["chat", "embeddings"],
            "requests_per_minute": 10_000});
        let key = app.post("/keys", &boss, key).await.expect(201).body;
        let program = Browser {
            bearer: Some(key["secret"].as_str().unwrap().to_owned()),
            ..app.anon()
        };
        people.insert(Who::Key, program);

        let org = async |who: &Browser| {
            let me = app.get("/auth/me", who).await.expect(200).body;
            me["org"]["id"].as_str().unwrap().to_owned()
        };
        let orgs = [org(&boss).await, org(&people[&Who::Foreigner]).await];
        let tutors = [
            app.tutor(&boss, json!({})).await,
            app.tutor(&people[&Who::Foreigner], json!({})).await,
        ];
        let sticks = app.get("/knowledge/sticks", &boss).await.expect(200).body;
        let id = sticks["sticks"][0]["id"].as_str().unwrap().to_owned();
        let folder = format!("/knowledge/sticks/{id}/folder");
        let folder = app.post(&folder, &boss, json!({})).await.expect(200).body;
        let file = folder["entries"][0]["place"].as_str().unwrap().to_owned();
        people.insert(Who::BoxAdmin, boss);
        Self {
            app,
            people,
            orgs,
            tutors,
            stick: (id, file),
            things: Mutex::default(),
            // The first years of terms that are made.
            number: AtomicU32::new(2100),
            folder: stick,
        }
    }

    /// Puts another text into the stick's file, which is copied only once.
    pub fn renew_file(&self) {
        let text = format!("Bees make honey {}.", self.next());
        std::fs::write(self.folder.path().join("bees.txt"), text).unwrap();
    }

    pub fn next(&self) -> u32 {
        self.number.fetch_add(1, Ordering::Relaxed)
    }

    /// 0 for the first school, 1 for the other.
    pub fn school(who: Who) -> usize {
        usize::from(who == Who::Foreigner)
    }

    /// Asks for one of the things, or for none.
    pub async fn ask(&self, policy: &Policy, who: Who, which: Which) -> Answer {
        // What the request before began may be about the same file or list.
        self.quiet().await;
        let id = self.subject(policy.thing, who, which).await;
        let request = self.request(policy, who, &id).await;
        // News do not end by themselves.
        if policy.operation.ends_with("/events") && !matches!(who, Who::Stranger | Who::Key) {
            drop(self.app.stream(request).await);
            return Answer::new(axum::http::Response::new(()).into_parts().0, Vec::new());
        }
        self.quiet().await;
        let before = self.state().await;
        let answer = self.app.send(request).await;
        let refused = matches!(answer.status, 401 | 403 | 404);
        if refused {
            let after = self.state().await;
            assert_eq!(before, after, "{who:?} {which:?} {policy:?} left something");
        } else if !policy.is_read() {
            // What something was done to is used up.
            let mut things = self.things.lock().unwrap();
            things.retain(|_, kept| *kept != id);
        }
        answer
    }

    async fn request(&self, policy: &Policy, who: Who, id: &str) -> Request<Vec<u8>> {
        let (browser, path) = (&self.people[&who], policy.path(id));
        let method = policy.method();
        match policy.body {
            Body::Empty => browser.send_bytes(method, &path, None, Vec::new()),
            Body::Json(text) => {
                let text = self.fill(text, who).await;
                let valid = serde_json::from_str::<Value>(&text);
                assert!(valid.is_ok(), "{policy:?}");
                browser.send_bytes(method, &path, Some("application/json"), text.into())
            }
            Body::Bytes(kind, text) => {
                let text = self.fill(text, who).await;
                browser.send_bytes(method, &path, Some(kind), text.into())
            }
            Body::Form => {
                let text = self.fill("Lesson $n.", who).await;
                let (kind, body) = Upload::text("lesson.txt", &text).form();
                browser.send_bytes(method, &path, Some(&kind), body)
            }
            Body::Tus(text) => {
                let text = self.fill(text, who).await;
                let mut headers = tus::announcement(&Upload::text("piece.txt", PIECE));
                if !text.is_empty() {
                    headers = tus::piece(0);
                }
                tus::request(browser, method, &path, &headers, text.as_bytes())
            }
        }
    }

    /// Puts numbers, the time and ids into a text.
    async fn fill(&self, text: &str, who: Who) -> String {
        let mut text = text.to_owned();
        if text.contains("$file") {
            self.renew_file();
            text = text.replace("$file", &self.stick.1);
        }
        if text.contains("$n") {
            let now = self.app.clock.now().plus_ms(1000).0.to_string();
            text = text.replace("$now", &now);
            text = text.replace("$n", &self.next().to_string());
        }
        // Of the asker's school, so that nothing but the asker is in the way.
        let maker = match who {
            Who::Foreigner => Who::Foreigner,
            _ => Who::BoxAdmin,
        };
        if text.contains("$class") {
            text = text.replace("$class", &self.make(Thing::Class, maker, false).await);
        }
        if text.contains("$term") {
            text = text.replace("$term", &self.make(Thing::Term, maker, false).await);
        }
        text
    }

    /// Waits until nothing happens behind the scenes.
    pub async fn quiet(&self) {
        loop {
            let counts = self.app.core.db.core.read(jobs::counts).await.unwrap();
            if (counts.queued, counts.running) == (0, 0) {
                return;
            }
            sleep(Duration::from_millis(2)).await;
        }
    }

    /// All that is in core.db, in one number.
    async fn state(&self) -> u64 {
        let read = |conn: &rusqlite::Connection| {
            let tables = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
            let mut tables = conn.prepare(tables)?;
            let tables = tables.query_map([], |row| row.get::<_, String>(0))?;
            let mut hasher = DefaultHasher::new();
            for table in tables {
                let mut rows = conn.prepare(&format!("SELECT * FROM {}", table?))?;
                let columns = rows.column_count();
                let mut rows = rows.query([])?;
                while let Some(row) = rows.next()? {
                    for column in 0..columns {
                        format!("{:?}", row.get_ref(column)?).hash(&mut hasher);
                    }
                }
            }
            Ok(hasher.finish())
        };
        self.app.core.db.core.read(read).await.unwrap()
    }

    /// Takes jobs that were given up on purpose away and ends the box.
    pub async fn end(self) {
        self.quiet().await;
        let dead = |conn: &rusqlite::Connection| {
            Ok(conn.execute("DELETE FROM jobs WHERE state = 'dead'", [])?)
        };
        self.app.core.db.core.write(dead).await.unwrap();
        self.app.end().await;
    }
}

/// As long as the piece that is sent of it.
pub const PIECE: &str = "Piece 2100.\n";
