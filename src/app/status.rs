//! `/api/v1/box/status`: the box page of administrators, and what its routes share.

use std::sync::Arc;

use axum::extract::State;
use serde::Serialize;
use tokio::time::Instant;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use super::engine::{Engine, EngineBody};
use super::process::{self, meminfo};
use crate::accounts::{Accounts, Admin, Role};
use crate::answers::Answers;
use crate::clock::TrustedClock;
use crate::discovery;
use crate::error::Result;
use crate::http::extract::Json;
use crate::http::health::{Readiness, ReadyWord};
use crate::http::hosts::Hosts;
use crate::inference::protocol::Sandbox;
use crate::inference::{EngineKind, worker};
use crate::jobs;
use crate::lessons::{self, Lessons};
use crate::state::App;

/// What the box page needs.
#[derive(Clone)]
pub struct Status {
    /// The shared base.
    pub app: App,
    /// The people, for their counts.
    pub accounts: Accounts,
    /// The library, for its counts.
    pub lessons: Lessons,
    /// The answers of tutors, for how many were given again.
    pub answers: Answers,
    /// What is missing.
    pub readiness: Readiness,
    /// The language models to choose from.
    pub engine: Arc<Engine>,
    /// The time, with what the machine's clock says.
    pub time: Arc<TrustedClock>,
    /// When the server started.
    pub started: Instant,
    /// The port it listens on.
    pub port: u16,
    /// The names it answers to, with the one that is announced.
    pub hosts: Arc<Hosts>,
}

/// The routes, still without their state.
pub fn routes() -> OpenApiRouter<Status> {
    OpenApiRouter::new()
        .routes(utoipa_axum::routes!(status))
        .merge(super::audit::routes())
        .merge(super::tasks::routes())
        .merge(super::time::routes())
        .merge(super::engine::routes())
}

impl Status {
    /// The routes with these parts.
    pub fn router(self) -> OpenApiRouter {
        routes().with_state(self)
    }
}

#[derive(Serialize, ToSchema)]
struct BoxStatus {
    health: ReadyWord,
    /// Words for what is missing, such as `llm_missing`.
    degraded: Vec<&'static str>,
    version: &'static str,
    uptime_s: u64,
    /// Addresses on the local network, best first.
    addresses: Vec<String>,
    /// Address by name, where devices can resolve it.
    local_name: Option<String>,
    /// QR code of the best address, as SVG.
    qr_svg: Option<String>,
    disk: Disk,
    memory: Memory,
    models: Vec<ModelStatus>,
    engine: EngineBody,
    lessons: LessonCounts,
    library: LibraryRoom,
    jobs: JobCounts,
    people: PeopleCounts,
}

#[derive(Serialize, ToSchema)]
struct Disk {
    free_bytes: u64,
    total_bytes: u64,
}

#[derive(Serialize, ToSchema)]
struct Memory {
    /// Resident memory of the server itself.
    server_bytes: u64,
    total_bytes: u64,
    available_bytes: u64,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ModelState {
    Idle,
    Starting,
    Ready,
    Failed,
}

/// How much of the sandbox the kernel could give a worker.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum SandboxLevel {
    Full,
    Partial,
    None,
}

#[derive(Serialize, ToSchema)]
struct ModelStatus {
    kind: EngineKind,
    id: String,
    state: ModelState,
    detail: Option<String>,
    /// SIMD features its engine reports.
    simd: Vec<String>,
    sandbox: Option<SandboxLevel>,
    /// Resident memory of the worker.
    rss_bytes: Option<u64>,
}

#[derive(Serialize, ToSchema)]
struct LessonCounts {
    ready: u32,
    working: u32,
    failed: u32,
}

/// What the school keeps, and what it may.
#[derive(Serialize, ToSchema)]
struct LibraryRoom {
    /// Lessons, files on their way included.
    lessons: u32,
    /// Bytes of their files.
    bytes: u64,
    /// None when only the disk sets a limit.
    lessons_limit: Option<u32>,
    bytes_limit: Option<u64>,
    /// Bytes that may still come: to the limit, or until the disk is nearly full.
    free_bytes: u64,
}

#[derive(Serialize, ToSchema)]
struct JobCounts {
    queued: u64,
    running: u64,
    dead: u64,
}

/// People of the school who may sign in.
#[derive(Serialize, ToSchema)]
struct PeopleCounts {
    learners: u32,
    teachers: u32,
    admins: u32,
}

/// How the box is.
#[utoipa::path(get, path = "/box/status", tag = "box", responses((status = 200, body = BoxStatus)))]
async fn status(State(status): State<Status>, Admin(actor): Admin) -> Result<Json<BoxStatus>> {
    let ready = status.readiness.report();
    let addresses = discovery::lan_addresses(status.port);
    let disk = rustix::fs::statvfs(&status.app.config.data_dir)?;
    let jobs = status.app.db.core.read(jobs::counts).await?;
    let mut counts = LessonCounts {
        ready: 0,
        working: 0,
        failed: 0,
    };
    for lesson in status.lessons.list(&actor).await? {
        match lesson.status {
            lessons::LessonStatus::Ready | lessons::LessonStatus::NeedsDescription => {
                counts.ready += 1;
            }
            lessons::LessonStatus::Failed => counts.failed += 1,
            _ => counts.working += 1,
        }
    }
    let used = status.lessons.usage(&actor).await?;
    let (config, room) = (&status.app.config, status.app.blobs.room()?);
    let allowed = config
        .school_bytes
        .map(|most| most.saturating_sub(used.bytes));
    let library = LibraryRoom {
        lessons: used.lessons,
        bytes: used.bytes,
        lessons_limit: config.school_lessons,
        bytes_limit: config.school_bytes,
        free_bytes: room.min(allowed.unwrap_or(u64::MAX)),
    };
    let people = status.accounts.count_by_role(actor.org).await?;
    let people = |role| people.get(&role).copied().unwrap_or_default();
    Ok(Json(BoxStatus {
        health: ready.status,
        degraded: ready.degraded,
        version: env!("CARGO_PKG_VERSION"),
        uptime_s: status.started.elapsed().as_secs(),
        qr_svg: addresses.first().map(|url| discovery::qr_svg(url)),
        addresses,
        local_name: status
            .hosts
            .announced()
            .map(|host| format!("http://{host}:{}", status.port)),
        disk: Disk {
            free_bytes: disk.f_bavail * disk.f_frsize,
            total_bytes: disk.f_blocks * disk.f_frsize,
        },
        memory: memory(),
        models: status
            .app
            .inference
            .status()
            .into_iter()
            .map(model)
            .collect(),
        engine: EngineBody::now(&status),
        lessons: counts,
        library,
        jobs: JobCounts {
            queued: jobs.queued,
            running: jobs.running,
            dead: jobs.dead,
        },
        people: PeopleCounts {
            learners: people(Role::Learner),
            teachers: people(Role::Teacher),
            admins: people(Role::Admin),
        },
    }))
}

fn model(worker: crate::inference::WorkerStatus) -> ModelStatus {
    let mut status = ModelStatus {
        kind: worker.kind,
        id: worker.model,
        state: ModelState::Idle,
        detail: None,
        simd: Vec::new(),
        sandbox: None,
        rss_bytes: None,
    };
    match worker.state {
        worker::State::Idle => {}
        worker::State::Starting => status.state = ModelState::Starting,
        worker::State::Ready(ready) => {
            status.state = ModelState::Ready;
            status.simd = ready.hello.simd;
            status.sandbox = Some(level(&ready.hello.sandbox));
            status.rss_bytes = ready.pid.and_then(process::resident);
        }
        worker::State::Failed { detail, .. } => {
            status.state = ModelState::Failed;
            status.detail = Some(detail);
        }
    }
    status
}

/// One word for how far a sandbox got.
fn level(sandbox: &Sandbox) -> SandboxLevel {
    match (sandbox.limits, sandbox.landlock > 0, sandbox.seccomp) {
        (true, true, true) => SandboxLevel::Full,
        (false, false, false) => SandboxLevel::None,
        _ => SandboxLevel::Partial,
    }
}

fn memory() -> Memory {
    Memory {
        server_bytes: process::own().unwrap_or_default(),
        total_bytes: meminfo("MemTotal:").unwrap_or_default(),
        available_bytes: meminfo("MemAvailable:").unwrap_or_default(),
    }
}
