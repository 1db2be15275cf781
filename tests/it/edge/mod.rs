//! The whole box from outside: what the page may run, and that what is documented is
//! what is served. Who may ask what is in `tests/it/contract`.

mod https;
mod otlp;
mod refusals;
mod slow;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, header};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bwenge::app::{self, Llms, Parts, Running};
use bwenge::config::{Config, Flags, RawConfig};
use bwenge::inference::Plan;
use bwenge::inference::fake::FakeEngine;
use bwenge::inference::worker::Launcher;
use bwenge::types::{FixedClock, Timestamp};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tower::ServiceExt;

const PASSWORD: &str = "a long enough one";

struct Whole {
    running: Running,
    _data: TempDir,
}

struct Answer {
    status: u16,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn code(&self) -> String {
        let body: Value = serde_json::from_str(&self.body).unwrap_or_default();
        body["code"].as_str().unwrap_or_default().to_owned()
    }
}

impl Whole {
    async fn start() -> Self {
        let data = tempfile::tempdir().unwrap();
        let settings = RawConfig {
            data_dir: Some(data.path().to_owned()),
            ..RawConfig::default()
        };
        let flags = Flags {
            config: None,
            settings,
        };
        let running = app::start(Parts {
            config: Config::load(flags).unwrap(),
            clock: Arc::new(FixedClock::new(Timestamp(1_790_000_000_000))),
            plan: Plan::default(),
            llms: Llms::new(None, |_| Vec::new()),
            missing: Vec::new(),
            engines: Launcher::Fake(FakeEngine::default()),
            documents: Launcher::Fake(FakeEngine::default()),
            port: 8080,
        });
        Self {
            running: running.await.unwrap(),
            _data: data,
        }
    }

    async fn send(&self, method: &str, path: &str, token: Option<&str>, body: Value) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "bwenge.local:8080")
            .header(header::CONTENT_TYPE, "application/json")
            .extension(ConnectInfo::<SocketAddr>("192.168.1.9:5".parse().unwrap()));
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let request = request.body(Body::from(body.to_string())).unwrap();
        let response = self.running.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        // Event streams of those who may have them do not end.
        let bytes = match parts.headers.get(header::CONTENT_TYPE) {
            Some(kind) if kind == "text/event-stream" => Vec::new().into(),
            _ => to_bytes(body, 1 << 20).await.unwrap(),
        };
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    /// Sets the school up; an access token of its administrator.
    async fn admin(&self) -> String {
        let school = json!({"school_name": "S", "school_kind": "primary", "language": "en",
            "admin_name": "A", "username": "admin", "password": PASSWORD, "sample": false,
            "code": self.running.accounts.setup_code()});
        let answer = self.send("POST", "/api/v1/setup", None, school).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        self.token("admin").await
    }

    /// Adds a learner; an access token of that person.
    async fn learner(&self, admin: &str) -> String {
        let learner = json!({"name": "L", "username": "learner", "password": PASSWORD,
            "role": "learner", "language": "en"});
        let answer = self
            .send("POST", "/api/v1/users", Some(admin), learner)
            .await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        self.token("learner").await
    }

    async fn token(&self, username: &str) -> String {
        let body = json!({"username": username, "password": PASSWORD, "tokens": "body"});
        let answer = self.send("POST", "/api/v1/auth/login", None, body).await;
        let body: Value = serde_json::from_str(&answer.body).unwrap();
        body["access_token"].as_str().unwrap().to_owned()
    }

    async fn end(self) {
        self.running.shut_down().await.unwrap();
    }
}

/// Every documented operation as `METHOD /path/{id}`.
fn operations() -> Vec<String> {
    let document = serde_json::to_value(app::openapi()).unwrap();
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            found.push(format!("{} {path}", method.to_uppercase()));
        }
    }
    assert!(found.len() > 30, "the document is nearly empty");
    found
}

/// The path of an operation, with an id that nothing has.
fn concrete(operation: &str) -> String {
    let (_, path) = operation.split_once(' ').unwrap();
    path.replace("{id}", "01900000-0000-7000-8000-000000000000")
}

#[tokio::test]
async fn what_is_documented_is_served() {
    let bx = Whole::start().await;
    for operation in operations() {
        let path = concrete(&operation);
        let answer = bx.send("BREW", &path, None, json!({})).await;
        assert_eq!(answer.status, 405, "{operation}: {}", answer.body);
    }
    let nothing = bx.send("GET", "/api/v1/nothing", None, json!({})).await;
    assert_eq!(
        (nothing.status, nothing.code().as_str()),
        (404, "not_found")
    );
    bx.end().await;
}

#[tokio::test]
async fn numbers_are_for_administrators() {
    let bx = Whole::start().await;
    let admin = bx.admin().await;
    let learner = bx.learner(&admin).await;
    for (token, status) in [(None, 403), (Some(&learner), 403), (Some(&admin), 200)] {
        let token = token.map(String::as_str);
        let answer = bx.send("GET", "/metrics", token, json!({})).await;
        assert_eq!(answer.status, status);
    }
    bx.end().await;
}

#[tokio::test]
async fn the_page_may_run_its_own_scripts_and_no_others() {
    let bx = Whole::start().await;
    for path in ["/", "/setup", "/lessons/42"] {
        let page = bx.send("GET", path, None, json!({})).await;
        assert_eq!(page.status, 200, "{path}");
        let kind = page.headers["content-type"].to_str().unwrap();
        assert_eq!(kind, "text/html; charset=utf-8", "{path}");
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        let scripts = policy
            .split("; ")
            .find(|p| p.starts_with("script-src"))
            .unwrap();
        assert!(!scripts.contains("unsafe"), "{scripts}");
        for part in page.body.split("<script").skip(1) {
            let (tag, rest) = part.split_once('>').unwrap();
            let script = rest.split("</script>").next().unwrap();
            if !tag.contains(" src") {
                let hash = BASE64_STANDARD.encode(Sha256::digest(script));
                assert!(
                    scripts.contains(&format!("'sha256-{hash}'")),
                    "{path} {scripts}"
                );
            }
        }
    }
    bx.end().await;
}
