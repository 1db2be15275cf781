//! The composition root: which features there are, how they start and stop.

mod audit;
mod degraded;
mod engine;
mod gauges;
mod llms;
mod plan;
mod process;
mod sample;
mod status;
mod store;
mod tasks;
mod time;
mod upkeep;

use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderMap;
use axum::middleware::from_fn_with_state;
use axum::{Extension, Router};
use tokio::net::TcpListener;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::accounts::{self, Accounts};
use crate::answers::{self, Answers};
use crate::blobs::Blobs;
use crate::chat::{self, Chats};
use crate::classes::{self, Classes};
use crate::clock::{self, TrustedClock};
use crate::config::Config;
use crate::consent::{self, Consents};
use crate::db::Db;
use crate::error::Result;
use crate::http::connections::Connections;
use crate::http::edge::{self, Policy};
use crate::http::health::{self, Found, Readiness};
use crate::http::hosts::Hosts;
use crate::http::limits::{self, Limits};
use crate::http::metrics::{self, Metrics};
use crate::http::serve::{self, Serving};
use crate::http::tls::Secured;
use crate::http::{openapi, ui};
use crate::inference::worker::Launcher;
use crate::inference::{Inference, ModelPlan, Plan};
use crate::invites::{self, Invites};
use crate::jobs::{Registry, Runner};
use crate::lessons::ingest::{EmbedLesson, ReadLesson};
use crate::lessons::poster::PosterLesson;
use crate::lessons::sticks::CopyStick;
use crate::lessons::transcribe::TranscribeLesson;
use crate::lessons::{self, Lessons};
use crate::openai::{self, OpenAi};
use crate::personas::{self, Personas};
use crate::presets::{self, Presets};
use crate::privacy::{self, CleanUp, Privacy};
use crate::rates::Rates;
use crate::retrieval::{self, Retrieval};
use crate::roster::{self, ApplyList, Roster};
use crate::state::{App, Core};
use crate::terms::{self, Terms};
use crate::types::{RawClock, SharedClock};

pub use llms::{Candidate, Llms, Refused, Unfit};
pub use plan::decide as plan;
pub use process::most_resident;

/// What the usual 30 seconds do not fit.
const UNTIMED: &[&str] = &[
    "/api/v1/classes/{id}/secrets",
    "/api/v1/users/imports",
    "/api/v1/knowledge/upload",
    "/api/v1/knowledge/uploads",
    "/api/v1/knowledge/uploads/{id}",
    "/v1/chat/completions",
    "/v1/completions",
    "/v1/embeddings",
];

/// From the word to stop until the process ends, whatever hangs.
const LONGEST_STOP: Duration = Duration::from_secs(20);

/// What a box is made of; tests hand in fakes and a fixed clock.
pub struct Parts {
    /// Resolved settings.
    pub config: Config,
    /// What the machine says about the time.
    pub clock: Arc<dyn RawClock>,
    /// Which models to run, but for the language model.
    pub plan: Plan,
    /// The language models to choose from.
    pub llms: Llms,
    /// Words for what else is missing, such as `embed_missing`.
    pub missing: Vec<&'static str>,
    /// How engines come to life.
    pub engines: Launcher,
    /// How document parsers come to life.
    pub documents: Launcher,
    /// The port the box is reached on.
    pub port: u16,
}

/// A box that runs.
pub struct Running {
    /// All routes with their edge.
    pub router: Router,
    /// People and sessions.
    pub accounts: Accounts,
    /// The shared base.
    pub app: App,
    /// Host names the box answers to.
    pub hosts: Arc<Hosts>,
    time: Arc<TrustedClock>,
    lessons: Lessons,
    chats: Chats,
    openai: OpenAi,
    runner: Runner,
    upkeep: AbortOnDropHandle<()>,
    connections: Connections,
}

/// Opens the data, mends what an earlier run left behind, starts the jobs and
/// builds the routes.
pub async fn start(parts: Parts) -> Result<Running> {
    let Parts {
        config,
        clock,
        mut plan,
        llms,
        missing,
        engines,
        documents,
        port,
    } = parts;
    let time = Arc::new(TrustedClock::new(clock));
    let clock: SharedClock = time.clone();
    let db = Db::open(&config.data_dir, &clock)?;
    time.recall(db.core.read(clock::memory).await?);
    let blobs = Blobs::open(&config.data_dir.join("blobs"))?;
    let documents_at_once = plan.documents;
    let chosen = db.core.read(store::chosen_llm).await?;
    let (llms, wanted) = (Arc::new(llms), chosen.clone());
    let choosing = move || {
        let (llm, refused) = match llms.choose(wanted.as_deref(), 0) {
            Ok(llm) => (llm, None),
            Err(refused) => (None, Some(refused)),
        };
        (llm, engine::Engine { llms, refused })
    };
    // A file that was copied here by hand is hashed first.
    let (llm, engine) = tokio::task::spawn_blocking(choosing).await?;
    plan.llm = llm;
    plan.embed = in_use(&db, plan.embed).await?;
    let engine = Arc::new(engine);
    let inference = Inference::new(plan, &engines, documents);
    let app = Arc::new(Core {
        rates: Rates::new(&config.rates),
        config,
        db,
        blobs,
        inference,
        clock: clock.clone(),
    });
    if time.woke_up() {
        accounts::end_shared_sessions(&app).await?;
    }
    upkeep::keep_time(&app, &time).await;
    let features = Features::open(app.clone()).await?;
    // Before anything is done with what an older backup brought back.
    features.privacy.settle().await?;
    features.chats.mend().await?;
    let mended = features.lessons.mend().await?;
    app.db.derived_rebuilt().await?;
    if mended > 0 {
        tracing::info!(lessons = mended, "lessons.queued_again");
    }
    let runner = Registry::new(&app.db.core, &clock)
        .job(ReadLesson(features.lessons.clone()))
        .job(TranscribeLesson(features.lessons.clone()))
        .job(EmbedLesson(features.lessons.clone()))
        .job(CopyStick::new(features.lessons.clone()))
        .job(PosterLesson(features.lessons.clone()))
        .job(ApplyList(features.roster.clone()))
        .job(CleanUp(features.privacy.clone()))
        .queue("read", documents_at_once)
        .queue("transcribe", 1)
        .queue("embed", 1)
        .queue("poster", 1)
        .queue("stick", 1)
        .queue("people", 1)
        .queue("erase", 1)
        .start()
        .await?;

    let upkeep = AbortOnDropHandle::new(tokio::spawn(upkeep::run(
        app.clone(),
        time.clone(),
        features.accounts.clone(),
        features.lessons.clone(),
    )));
    if engine.refused.is_some() {
        let taking = engine::take_once_it_fits(app.clone(), engine.clone(), chosen);
        tokio::spawn(taking);
    }
    let (looked_at, looked_in, looked_by) = (app.clone(), engine.clone(), time.clone());
    let readiness = Readiness::new(move || Found {
        degraded: degraded::words(&looked_at, &looked_in, &looked_by, &missing),
        llm: engine::plan(&looked_at.inference.llm_status()),
    });
    readiness.set_started();
    let hosts = Arc::new(Hosts::new(&app.config.box_name, &app.config.extra_hosts));
    let accounts = features.accounts.clone();
    let (lessons, chats) = (features.lessons.clone(), features.chats.clone());
    let openai = features.openai.clone();
    let status = status::Status {
        app: app.clone(),
        accounts: features.accounts.clone(),
        lessons: features.lessons.clone(),
        answers: features.answers.clone(),
        readiness: readiness.clone(),
        engine,
        time: time.clone(),
        started: Instant::now(),
        port,
        hosts: hosts.clone(),
    };
    let connections = Connections::default();
    let router = routes(features, status, readiness, hosts.clone(), &connections);
    Ok(Running {
        router,
        accounts,
        app,
        time,
        hosts,
        lessons,
        chats,
        openai,
        runner,
        upkeep,
        connections,
    })
}

/// The embedding model, and those before it that passages have vectors of.
async fn in_use(db: &Db, embed: Vec<ModelPlan>) -> Result<Vec<ModelPlan>> {
    let mut used = Vec::new();
    for plan in embed {
        if used.is_empty() || retrieval::used(db, &plan.id).await? {
            used.push(plan);
        }
    }
    Ok(used)
}

impl Running {
    /// Serves until `stop`, then puts everything in order: no new requests,
    /// answers and jobs handed back, sockets and databases closed. Gives up
    /// 20 s after `stop`.
    pub async fn serve(
        self,
        listener: TcpListener,
        https: Option<Secured>,
        stop: CancellationToken,
    ) -> Result<()> {
        let (lessons, chats, openai) = (
            self.lessons.clone(),
            self.chats.clone(),
            self.openai.clone(),
        );
        let with = Serving {
            router: self.router.clone(),
            stop: stop.clone(),
            connections: self.connections.clone(),
            limits: serve::Limits::default(),
        };
        let keeping = https.as_ref().map(|https| {
            let until = self.connections.certificate_until();
            let keeping = https
                .certificate
                .clone()
                .keep(self.app.clock.clone(), until);
            AbortOnDropHandle::new(tokio::spawn(keeping))
        });
        // Either one's end is the end of the other.
        let plainly = async {
            let served = serve::serve(listener, with.clone()).await;
            stop.cancel();
            served
        };
        let secured = async {
            let Some(https) = https else { return Ok(()) };
            let served = serve::serve_secured(https, with.clone()).await;
            stop.cancel();
            served
        };
        let serving = async {
            let (plainly, secured) = tokio::join!(plainly, secured);
            drop(keeping);
            plainly.and(secured)
        };
        // What stays open by itself must end for the connections to drain.
        let ending = async {
            stop.cancelled().await;
            lessons.close();
            openai.close();
            chats.close().await;
        };
        let order = async {
            let (served, ()) = tokio::join!(serving, ending);
            let shut = self.shut_down().await;
            served.and(shut)
        };
        let too_late = async {
            stop.cancelled().await;
            tokio::time::sleep(LONGEST_STOP).await;
        };
        tokio::select! {
            ended = order => ended,
            () = too_late => Err(anyhow::anyhow!("stopping took too long").into()),
        }
    }

    /// Stops answers and jobs and closes the databases.
    pub async fn shut_down(self) -> Result<()> {
        self.chats.close().await;
        self.upkeep.abort();
        self.runner.shutdown().await;
        upkeep::keep_time(&self.app, &self.time).await;
        self.app.db.close().await
    }
}

/// The features of a box.
struct Features {
    accounts: Accounts,
    classes: Classes,
    invites: Invites,
    roster: Roster,
    consents: Consents,
    lessons: Lessons,
    personas: Personas,
    terms: Terms,
    presets: Presets,
    answers: Answers,
    chats: Chats,
    openai: OpenAi,
    privacy: Privacy,
}

impl Features {
    async fn open(app: App) -> Result<Self> {
        let retrieval = Retrieval::new(app.clone());
        let lessons = Lessons::new(app.clone(), retrieval.clone());
        let personas = Personas::new(app.clone());
        let answers = Answers::new(app.clone(), retrieval);
        let chats = Chats::new(
            app.clone(),
            lessons.clone(),
            personas.clone(),
            answers.clone(),
        );
        let openai = OpenAi::new(
            app.clone(),
            lessons.clone(),
            personas.clone(),
            answers.clone(),
        );
        let loader = sample::loader(app.clone(), lessons.clone(), personas.clone());
        let accounts = Accounts::open(app.clone(), loader, presets::furnish).await?;
        let classes = Classes::new(app.clone(), accounts.clone());
        let invites = Invites::new(app.clone(), accounts.clone());
        let roster = Roster::new(app.clone(), accounts.clone(), classes.clone());
        let consents = Consents::new(app.clone());
        let terms = Terms::new(app.clone());
        let privacy = Privacy::new(
            app.clone(),
            accounts.clone(),
            lessons.clone(),
            answers.clone(),
            chats.clone(),
        );
        let presets = Presets::new(app);
        Ok(Self {
            accounts,
            classes,
            invites,
            roster,
            consents,
            lessons,
            personas,
            terms,
            presets,
            answers,
            chats,
            openai,
            privacy,
        })
    }
}

fn routes(
    features: Features,
    status: status::Status,
    readiness: Readiness,
    hosts: Arc<Hosts>,
    connections: &Connections,
) -> Router {
    let (accounts, app) = (features.accounts.clone(), status.app.clone());
    let mut metrics = Metrics::with(gauges::EngineGauges(status.app.clone()));
    features.answers.show(&mut metrics);
    metrics.show_connections(connections, app.config.https.is_some());
    let metrics = Arc::new(metrics);
    let api = OpenApiRouter::new()
        .merge(features.accounts.router())
        .merge(features.classes.router())
        .merge(features.invites.router())
        .merge(features.roster.router())
        .merge(features.consents.router())
        .merge(features.lessons.clone().router())
        .merge(features.personas.router())
        .merge(features.terms.router())
        .merge(features.presets.router())
        .merge(features.answers.router(features.lessons.clone()))
        .merge(features.chats.router())
        .merge(features.openai.clone().key_router())
        .merge(features.privacy.router())
        .merge(status.router());
    let (routes, _) = OpenApiRouter::with_openapi(openapi::base())
        .merge(health::routes().with_state(readiness))
        .nest("/api/v1", api)
        .nest("/v1", features.openai.model_router())
        .split_for_parts();
    let admins = accounts.clone();
    let is_admin =
        move |parts: &axum::http::request::Parts| accounts::is_admin(&admins, &parts.headers);
    let asking = accounts.clone();
    let (origins, proxies) = (app.config.origins.clone(), app.config.proxies.clone());
    let limits = Limits {
        app,
        who: Arc::new(move |headers: &HeaderMap| accounts::who(&asking, headers)),
    };
    let all = routes
        .merge(metrics::router(metrics.clone(), is_admin))
        .merge(ui::router())
        .layer(from_fn_with_state(limits, limits::limited));
    let policy = Policy {
        origins,
        proxies,
        untimed: UNTIMED,
        ..Policy::new(hosts, metrics)
    };
    edge::layers(all.layer(Extension(accounts)), policy)
}

/// The OpenAPI document of all routes.
pub fn openapi() -> OpenApi {
    let document = [
        accounts::routes().into_openapi(),
        classes::routes().into_openapi(),
        invites::routes().into_openapi(),
        roster::routes().into_openapi(),
        consent::routes().into_openapi(),
        lessons::routes().into_openapi(),
        personas::routes().into_openapi(),
        terms::routes().into_openapi(),
        presets::routes().into_openapi(),
        answers::routes().into_openapi(),
        chat::routes().into_openapi(),
        openai::key_routes().into_openapi(),
        privacy::routes().into_openapi(),
        status::routes().into_openapi(),
    ]
    .into_iter()
    .fold(openapi::base(), |document, feature| {
        document.nest("/api/v1", feature)
    })
    .nest("/v1", openai::model_routes().into_openapi())
    .merge_from(health::routes().into_openapi());
    openapi::with_problems(document)
}
