//! Accounts through the real router, edge included, on a database of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::{Body, to_bytes};
use axum::{Extension, Router};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;

use bwenge::accounts::{Accounts, SampleLoader};
use bwenge::blobs::Blobs;
use bwenge::config::{Config, Flags, RawConfig};
use bwenge::db::Db;
use bwenge::http::hosts::Hosts;
use bwenge::http::{Policy, layers};
use bwenge::inference::fake::FakeEngine;
use bwenge::inference::worker::Launcher;
use bwenge::inference::{Inference, Plan};
use bwenge::rates::Rates;
use bwenge::state::{App, Core};
use bwenge::types::{FixedClock, SharedClock, Timestamp};

use crate::support::browser::{Answer, Browser};
use crate::support::door::{self, PASSWORD, PUPIL_PASSWORD, new_user};

const START: Timestamp = Timestamp(1_790_000_000_000);
const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// A box with nobody in it.
struct TestBox {
    router: Router,
    accounts: Accounts,
    clock: Arc<FixedClock>,
    samples: Arc<AtomicUsize>,
    app: App,
    data: TempDir,
}

impl TestBox {
    async fn new() -> Self {
        Self::on(
            tempfile::tempdir().unwrap(),
            Db::in_memory().unwrap(),
            START,
        )
        .await
    }

    async fn on(data: TempDir, db: Db, now: Timestamp) -> Self {
        let settings = RawConfig {
            data_dir: Some(data.path().to_owned()),
            ..RawConfig::default()
        };
        let flags = Flags {
            config: None,
            settings,
        };
        let clock = Arc::new(FixedClock::new(now));
        let launcher = Launcher::Fake(FakeEngine::default());
        let config = Config::load(flags).unwrap();
        let app = Arc::new(Core {
            rates: Rates::new(&config.rates),
            config,
            db,
            blobs: Blobs::open(&data.path().join("blobs")).unwrap(),
            inference: Inference::new(Plan::default(), &launcher, launcher.clone()),
            clock: Arc::clone(&clock) as SharedClock,
        });
        let samples = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&samples);
        let sample: SampleLoader = Arc::new(move |_, _, _| {
            counted.fetch_add(1, Ordering::Relaxed);
            Box::pin(async { Ok(()) })
        });
        let furnish = bwenge::presets::furnish;
        let accounts = Accounts::open(Arc::clone(&app), sample, furnish)
            .await
            .unwrap();
        let (routes, _) = accounts.clone().router().split_for_parts();
        let router = Router::new()
            .nest("/api/v1", routes)
            .layer(Extension(accounts.clone()));
        let hosts = Arc::new(Hosts::new("bwenge", &[]));
        Self {
            router: layers(router, Policy::new(hosts, Arc::default())),
            accounts,
            clock,
            samples,
            app,
            data,
        }
    }

    /// The same box after a restart, at the same time.
    async fn restarted(self) -> Self {
        let Self {
            router,
            accounts,
            clock,
            app,
            data,
            ..
        } = self;
        let now = bwenge::types::Clock::now(&*clock);
        drop((router, accounts));
        let core = Arc::into_inner(app).expect("something still holds the box");
        Self::on(data, core.db, now).await
    }

    async fn send(&self, method: &str, path: &str, who: &Browser, body: Option<Value>) -> Answer {
        let request = who.request(method, path, body).map(Body::from);
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = answer.into_parts();
        Answer::new(head, to_bytes(body, 1 << 20).await.unwrap().to_vec())
    }

    async fn get(&self, path: &str, who: &Browser) -> Answer {
        self.send("GET", path, who, None).await
    }

    async fn post(&self, path: &str, who: &Browser, body: Value) -> Answer {
        self.send("POST", path, who, Some(body)).await
    }

    async fn patch(&self, path: &str, who: &Browser, body: Value) -> Answer {
        self.send("PATCH", path, who, Some(body)).await
    }

    /// A box with a school; its administrator.
    async fn set_up() -> (Self, Browser) {
        let this = Self::new().await;
        let mut admin = Browser::on_box();
        let answer = this
            .post("/setup", &admin, setup("admin"))
            .await
            .expect(201);
        admin.keep(&answer);
        (this, admin)
    }

    async fn login(&self, who: &Browser, username: &str, password: &str) -> Answer {
        let body = json!({"username": username, "password": password});
        self.post("/auth/login", who, body).await
    }

    async fn signed_in(&self, username: &str, password: &str) -> Browser {
        let mut browser = Browser::phone();
        let answer = self.login(&browser, username, password).await.expect(200);
        browser.keep(&answer);
        browser
    }

    /// Adds somebody; that person's id and browser.
    async fn add(&self, admin: &Browser, username: &str, role: &str) -> (String, Browser) {
        let added = self
            .post("/users", admin, new_user(username, role))
            .await
            .expect(201);
        let password = if role == "learner" {
            PUPIL_PASSWORD
        } else {
            PASSWORD
        };
        (added.id(), self.signed_in(username, password).await)
    }

    /// Adds a second school; its administrator.
    async fn other_school(&self, admin: &Browser) -> Browser {
        let body = json!({"name": "Other", "kind": "secondary", "language": "fr",
            "admin": {"name": "B", "username": "other", "password": PASSWORD}});
        let org = self.post("/orgs", admin, body).await.expect(201).id();
        let mut browser = Browser::phone();
        let body = json!({"username": "other", "password": PASSWORD, "org_id": org});
        let answer = self.post("/auth/login", &browser, body).await.expect(200);
        browser.keep(&answer);
        browser
    }
}

/// The form of the first page, with the sample school.
fn setup(username: &str) -> Value {
    let mut form = door::setup(username);
    form["sample"] = json!(true);
    form
}

pub mod commits;
mod isolation;
mod managing;
mod recovery;
mod sessions;
mod setup;
mod signing_in;
mod totp;
