//! A whole box in this process: the real routes, jobs, databases and document
//! children, a fake engine for models, and a clock that stands still.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use bwenge::app::{self, Candidate, Llms, Parts, Unfit};
use bwenge::config::{Config, Flags, RawConfig};
use bwenge::inference::fake::FakeEngine;
use bwenge::inference::process::Spawner;
use bwenge::inference::protocol::{LlmConfig, WorkerConfig};
use bwenge::inference::worker::Launcher;
use bwenge::inference::{ModelPlan, Plan};
use bwenge::jobs;
use bwenge::models::{LimitFrom, MemoryPlan, TooBig};
use bwenge::state::App;
use bwenge::types::{FixedClock, Language, Timestamp};

use super::browser::Answer;
use super::door::{Door, PATIENCE};

/// When a box of the tests is switched on first.
pub const START: Timestamp = Timestamp(1_790_000_000_000);

/// A box that listens on a free port of this machine.
pub struct TestApp {
    /// What its features share.
    pub core: App,
    /// Its time; every request moves it by a millisecond.
    pub clock: Arc<FixedClock>,
    router: Router,
    address: SocketAddr,
    data: TempDir,
    settings: RawConfig,
    stop: CancellationToken,
    serving: Option<JoinHandle<bwenge::error::Result<()>>>,
}

impl TestApp {
    /// A box with nobody in it, whose tutor writes at once.
    pub async fn start() -> Self {
        Self::writing_slowly(Duration::ZERO).await
    }

    /// A box whose tutor pauses before each word.
    pub async fn writing_slowly(word_pause: Duration) -> Self {
        let engine = FakeEngine {
            word_pause,
            ..FakeEngine::default()
        };
        Self::made_of(tempfile::tempdir().unwrap(), Launcher::Fake(engine)).await
    }

    /// A box with its data in a folder and engines from a launcher.
    pub async fn made_of(data: TempDir, engines: Launcher) -> Self {
        Self::made_with(data, engines, &["fake"], RawConfig::default()).await
    }

    /// A box with these settings.
    pub async fn with(settings: RawConfig) -> Self {
        let engines = Launcher::Fake(FakeEngine::default());
        Self::made_with(tempfile::tempdir().unwrap(), engines, &["fake"], settings).await
    }

    async fn made_with(
        data: TempDir,
        engines: Launcher,
        models: &[&str],
        settings: RawConfig,
    ) -> Self {
        Self::made_at(START, data, engines, models, settings).await
    }

    async fn made_at(
        wall: Timestamp,
        data: TempDir,
        engines: Launcher,
        models: &[&str],
        settings: RawConfig,
    ) -> Self {
        let clock = Arc::new(FixedClock::new(wall));
        Self::made_on(clock, data, engines, models, settings).await
    }

    async fn made_on(
        clock: Arc<FixedClock>,
        data: TempDir,
        engines: Launcher,
        models: &[&str],
        settings: RawConfig,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let program = env!("CARGO_BIN_EXE_bwenge").into();
        let parts = Parts {
            config: config(data.path(), &settings),
            clock: clock.clone(),
            plan: plan(models),
            llms: Llms::new(Some("fake-llm".into()), |_| llms()),
            missing: Vec::new(),
            engines,
            documents: Launcher::Process(Spawner::new(program).unwrap()),
            port: address.port(),
        };
        let running = app::start(parts).await.unwrap();
        let (core, router) = (running.app.clone(), running.router.clone());
        let stop = CancellationToken::new();
        let serving = tokio::spawn(running.serve(listener, None, stop.clone()));
        Self {
            core,
            clock,
            router,
            address,
            data,
            settings,
            stop,
            serving: Some(serving),
        }
    }

    /// The folder with everything the box keeps.
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// How many files lie in the blob folder.
    pub fn blobs(&self) -> usize {
        walkdir::WalkDir::new(self.data().join("blobs"))
            .into_iter()
            .filter(|entry| entry.as_ref().unwrap().file_type().is_file())
            .count()
    }

    /// A number from `derived.db`.
    pub async fn db_count(&self, sql: &'static str) -> i64 {
        let count = |conn: &rusqlite::Connection| Ok(conn.query_row(sql, [], |row| row.get(0))?);
        self.core.db.derived.read(count).await.unwrap()
    }

    /// Stops the box in order and starts it again on what it kept.
    pub async fn again(self) -> Self {
        self.again_with(&["fake"]).await
    }

    /// The same with other embedding models, the first of which is the one to use.
    pub async fn again_with(mut self, models: &[&str]) -> Self {
        let data = std::mem::replace(&mut self.data, tempfile::tempdir().unwrap());
        let settings = self.settings.clone();
        self.end().await;
        let engines = Launcher::Fake(FakeEngine::default());
        Self::made_with(data, engines, models, settings).await
    }

    /// Stops the box in the middle of whatever it does and starts it again.
    pub async fn interrupted(mut self) -> Self {
        let data = std::mem::replace(&mut self.data, tempfile::tempdir().unwrap());
        let settings = self.settings.clone();
        self.stop().await;
        let engines = Launcher::Fake(FakeEngine::default());
        Self::made_with(data, engines, &["fake"], settings).await
    }

    /// Stops the box in order and starts it again with another core.db, such as a backup.
    pub async fn again_on(mut self, core: &Path) -> Self {
        let data = std::mem::replace(&mut self.data, tempfile::tempdir().unwrap());
        let settings = self.settings.clone();
        self.end().await;
        for side in ["core.db-wal", "core.db-shm"] {
            // Gone when it was stopped in order.
            let _ = std::fs::remove_file(data.path().join(side));
        }
        std::fs::copy(core, data.path().join("core.db")).unwrap();
        let engines = Launcher::Fake(FakeEngine::default());
        Self::made_with(data, engines, &["fake"], settings).await
    }

    async fn stop(&mut self) {
        self.stop.cancel();
        let serving = self.serving.take().unwrap();
        serving.await.unwrap().unwrap();
    }

    /// Stops the box in order and starts it again with its clock at `wall`.
    pub async fn again_at(mut self, wall: Timestamp) -> Self {
        let data = std::mem::replace(&mut self.data, tempfile::tempdir().unwrap());
        let settings = self.settings.clone();
        self.end().await;
        let engines = Launcher::Fake(FakeEngine::default());
        Self::made_at(wall, data, engines, &["fake"], settings).await
    }

    /// Stops the program in order and starts it again after some time, in which the
    /// machine stays on.
    pub async fn restarted_after(mut self, ms: i64) -> Self {
        let data = std::mem::replace(&mut self.data, tempfile::tempdir().unwrap());
        let (settings, clock) = (self.settings.clone(), self.clock.clone());
        self.end().await;
        clock.advance_ms(ms);
        let engines = Launcher::Fake(FakeEngine::default());
        Self::made_on(clock, data, engines, &["fake"], settings).await
    }

    /// Stops the box in order. Every test ends with this, and no job may be
    /// left: a lesson that failed on purpose must be deleted first.
    pub async fn end(mut self) {
        // A lesson is ready a moment before the job that made it so is gone.
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = self.core.db.core.read(jobs::counts).await.unwrap();
            let left = (left.queued, left.running, left.dead);
            if left == (0, 0, 0) {
                break;
            }
            let in_time = Instant::now() < deadline && left.2 == 0;
            assert!(in_time, "jobs left queued, running, dead: {left:?}");
            sleep(Duration::from_millis(5)).await;
        }
        self.stop().await;
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        let forgotten = self.serving.is_some() && !std::thread::panicking();
        assert!(!forgotten, "end the test with TestApp::end");
    }
}

impl Door for TestApp {
    fn address(&self) -> SocketAddr {
        self.address
    }

    async fn send(&self, request: Request<Vec<u8>>) -> Answer {
        self.clock.advance_ms(1);
        let answer = self.router.clone().oneshot(request.map(Body::from));
        let (head, body) = answer.await.unwrap().into_parts();
        let bytes = to_bytes(body, 256 << 20).await.unwrap();
        Answer::new(head, bytes.to_vec())
    }
}

impl TestApp {
    /// Opens a stream of events; read it frame by frame.
    pub async fn stream(&self, request: Request<Vec<u8>>) -> axum::body::BodyDataStream {
        let answer = self.router.clone().oneshot(request.map(Body::from));
        let answer = answer.await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.into_body().into_data_stream()
    }
}

fn config(data: &Path, settings: &RawConfig) -> Config {
    let settings = RawConfig {
        data_dir: Some(data.to_owned()),
        ..settings.clone()
    };
    let flags = Flags {
        config: None,
        settings,
    };
    Config::load(flags).unwrap()
}

fn model(id: &str, config: WorkerConfig, languages: Vec<Language>) -> ModelPlan {
    ModelPlan {
        id: id.to_owned(),
        config,
        memory_bytes: 0,
        languages,
        relevance_floor: None,
        memory: None,
        beginnings: None,
    }
}

/// Vectors that count words: whether a passage bears on a question is left to
/// the words, so there is no floor.
fn plan(models: &[&str]) -> Plan {
    let embed = |name: &&str| {
        let config = WorkerConfig::Embed {
            model: (*name).to_owned(),
            threads: 1,
        };
        model(&format!("{name}-embed"), config, Vec::new())
    };
    Plan {
        llm: None,
        embed: models.iter().map(embed).collect(),
        asr: None,
        documents: 2,
    }
}

/// Language models for English only, on a made-up machine with 2 GB of memory.
fn llms() -> Vec<Candidate> {
    let candidate = |id: &str, name: &str, verdict: Result<(), Unfit>| Candidate {
        id: id.to_owned(),
        verdict: verdict.map(|()| {
            let config = WorkerConfig::Llm(LlmConfig {
                model: name.to_owned(),
                threads: 1,
                decode_threads: 1,
                context: 4096,
                rows: 4,
                parked_bytes: 0,
            });
            let memory = MemoryPlan {
                pool_tokens: 4096,
                pool_bytes: 50_000_000,
                weights_bytes: 490_000_000,
                compute_bytes: 100_000_000,
                rows: 4,
                threads: 1,
                decode_threads: 1,
                room_bytes: 1_400_000_000,
                limit: LimitFrom::Memory,
            };
            ModelPlan {
                memory: Some(memory),
                ..model(id, config, vec![Language::English])
            }
        }),
    };
    let too_big = TooBig {
        needed_bytes: 5_000_000_000,
        room_bytes: 1_400_000_000,
        limit: LimitFrom::Memory,
    };
    vec![
        candidate("fake-llm", "fake", Ok(())),
        candidate("fake-other", "other", Ok(())),
        candidate("fake-broken", "broken", Ok(())),
        candidate("fake-mute", "mute", Ok(())),
        candidate("fake-missing", "missing", Err(Unfit::Missing)),
        candidate("fake-huge", "huge", Err(Unfit::TooBig(too_big))),
    ]
}
