//! Ways into a box: the router in this process, or a server elsewhere. What
//! people do is the same through both.

use std::net::SocketAddr;
use std::time::Duration;

use axum::http::Request;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::browser::{Answer, Browser};
use super::upload::Upload;

/// Longer than nothing may happen on a machine that is busy with other tests: a child
/// that parses is given 180 s.
pub const PATIENCE: Duration = Duration::from_secs(300);
pub const PASSWORD: &str = "a long enough one";
pub const PUPIL_PASSWORD: &str = "short one";

/// A box that takes requests.
pub trait Door {
    /// Where it listens.
    fn address(&self) -> SocketAddr;

    /// Asks it one thing.
    async fn send(&self, request: Request<Vec<u8>>) -> Answer;

    async fn get(&self, path: &str, who: &Browser) -> Answer {
        self.send(who.request("GET", path, None)).await
    }

    async fn post(&self, path: &str, who: &Browser, body: Value) -> Answer {
        self.send(who.request("POST", path, Some(body))).await
    }

    async fn put(&self, path: &str, who: &Browser, body: Value) -> Answer {
        self.send(who.request("PUT", path, Some(body))).await
    }

    async fn patch(&self, path: &str, who: &Browser, body: Value) -> Answer {
        self.send(who.request("PATCH", path, Some(body))).await
    }

    async fn delete(&self, path: &str, who: &Browser) -> Answer {
        self.send(who.request("DELETE", path, None)).await
    }

    /// A browser that knows nobody here.
    fn anon(&self) -> Browser {
        Browser::at(&self.address().to_string())
    }

    /// Sets up the school; its administrator.
    async fn set_up(&self) -> Browser {
        let mut admin = Browser {
            peer: "127.0.0.1:4000",
            ..self.anon()
        };
        let answer = self.post("/setup", &admin, setup("admin")).await;
        admin.keep(&answer.expect(201));
        admin
    }

    /// Adds somebody to the school of `admin` and signs that person in.
    async fn add(&self, admin: &Browser, username: &str, role: &str) -> Browser {
        let added = self.post("/users", admin, new_user(username, role)).await;
        added.expect(201);
        let org = self.get("/auth/me", admin).await.body["org"]["id"].clone();
        self.sign_in(username, password_of(role), org).await
    }

    /// Allows guests in the school of `admin` and lets one in.
    async fn guest(&self, admin: &Browser) -> Browser {
        let guests = json!({"guests": true});
        self.patch("/settings", admin, guests).await.expect(200);
        let org = self.get("/auth/me", admin).await.body["org"]["id"].clone();
        let mut browser = self.anon();
        let body = json!({"org_id": org, "language": "en"});
        browser.keep(&self.post("/auth/guest", &browser, body).await.expect(200));
        browser
    }

    /// Signs somebody in.
    async fn sign_in(&self, username: &str, password: &str, org: Value) -> Browser {
        let mut browser = self.anon();
        let body = json!({"username": username, "password": password, "org_id": org});
        let answer = self.post("/auth/login", &browser, body).await;
        browser.keep(&answer.expect(200));
        browser
    }

    /// Adds a second school; its administrator.
    async fn other_school(&self, admin: &Browser) -> Browser {
        let body = json!({"name": "Other", "kind": "secondary", "language": "fr",
            "admin": {"name": "B", "username": "other", "password": PASSWORD}});
        let org = self.post("/orgs", admin, body).await.expect(201).id();
        self.sign_in("other", PASSWORD, json!(org)).await
    }

    /// Makes a tutor with the usual manner and these fields.
    async fn tutor(&self, staff: &Browser, mut fields: Value) -> String {
        if fields.get("name").is_none() {
            fields["name"] = json!("Mwarimu");
        }
        self.post("/personas", staff, fields).await.expect(201).id()
    }

    /// Sends a file as the page does.
    async fn upload(&self, who: &Browser, file: &Upload) -> Answer {
        let (kind, body) = file.form();
        let path = "/api/v1/knowledge/upload";
        self.send(who.send_bytes("POST", path, Some(&kind), body))
            .await
    }

    /// Uploads a file that is fine and waits until it is ready.
    async fn lesson(&self, who: &Browser, file: &Upload) -> Value {
        let id = self.upload(who, file).await.expect(202).id();
        self.ready(who, &id).await
    }

    /// Waits until a lesson is ready.
    async fn ready(&self, who: &Browser, id: &str) -> Value {
        let lesson = self.settled(who, id).await;
        assert_eq!(lesson["status"], "ready", "{lesson}");
        lesson
    }

    /// Waits until nothing more happens to a lesson by itself.
    async fn settled(&self, who: &Browser, id: &str) -> Value {
        let ends = |lesson: &Value| {
            let status = lesson["status"].as_str().unwrap();
            ["ready", "needs_description", "failed"].contains(&status)
        };
        self.until(who, &format!("/knowledge/{id}"), ends).await
    }

    /// Reads something again and again until it is as wanted. Work that goes on may take
    /// as long as it takes; only one at which nothing changes any more is given up.
    async fn until(&self, who: &Browser, path: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let mut last = Value::Null;
        let mut deadline = Instant::now() + PATIENCE;
        loop {
            let body = self.get(path, who).await.expect(200).body;
            if wanted(&body) {
                return body;
            }
            if body != last {
                deadline = Instant::now() + PATIENCE;
            }
            assert!(Instant::now() < deadline, "{path} stays {body}");
            last = body;
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// The passages a search finds.
    async fn search(&self, who: &Browser, question: &str) -> Vec<Value> {
        let path = format!("/knowledge/search?q={}", question.replace(' ', "+"));
        let found = self.get(&path, who).await.expect(200).body;
        found["passages"].as_array().unwrap().clone()
    }

    /// The box answers and takes lessons.
    async fn healthy(&self, staff: &Browser, marker: &str) {
        let request = self.anon().send_bytes("GET", "/health", None, Vec::new());
        let health = self.send(request).await.expect(200);
        assert_eq!(health.body, json!({"status": "ok"}));
        let file = Upload::text(
            &format!("{marker}.txt"),
            &format!("All is well after {marker}."),
        );
        self.lesson(staff, &file).await;
    }
}

/// The form of the first page.
pub fn setup(username: &str) -> Value {
    json!({"school_name": "GS Test", "school_kind": "primary", "language": "rw",
        "admin_name": "A", "username": username, "password": PASSWORD, "sample": false})
}

/// Somebody to add.
pub fn new_user(username: &str, role: &str) -> Value {
    json!({"name": username, "username": username, "password": password_of(role),
        "role": role, "language": "en"})
}

fn password_of(role: &str) -> &'static str {
    match role {
        "learner" => PUPIL_PASSWORD,
        _ => PASSWORD,
    }
}
