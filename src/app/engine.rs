//! `/api/v1/box/engine`, `/box/models` and `/box/model`: the language model at
//! work, and choosing another.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::llms::{Candidate, Llms, Refused, Unfit};
use super::status::Status;
use super::store;
use crate::accounts::{Actor, Admin, BoxAdmin};
use crate::error::{Code, Error, Result};
use crate::http::extract::Json;
use crate::http::health::PlanBody;
use crate::inference::worker::State as WorkerState;
use crate::inference::{ChangeStep, LlmStatus, ModelPlan};
use crate::models::LimitFrom;
use crate::state::App;
use crate::word_enum;

/// The language models of the box and the one that does not fit.
pub struct Engine {
    pub llms: Arc<Llms>,
    /// Why the box started without a language model.
    pub refused: Option<Refused>,
}

/// The routes, still without their state.
pub fn routes() -> OpenApiRouter<Status> {
    OpenApiRouter::new()
        .routes(routes!(engine))
        .routes(routes!(model_choices))
        .routes(routes!(choose_model))
}

/// The language model at work.
#[derive(Serialize, ToSchema)]
#[schema(as = EngineStatus)]
pub struct EngineBody {
    /// Catalogue id of the model, if the box has one.
    model: Option<String>,
    /// How it is laid out in memory.
    plan: Option<PlanBody>,
    /// What it does; from its first answer on.
    load: Option<LoadBody>,
    /// Where the answers of tutors came from.
    answers: AnswersBody,
    /// Resident memory of its worker, in bytes.
    rss_bytes: Option<u64>,
    /// Times its worker was started again after its end.
    restarts: u64,
    /// The model that was to run and does not fit.
    refused: Option<RefusedBody>,
    /// The change of the model in progress.
    change: Option<ChangeBody>,
    /// How the last change ended.
    changed: Option<ChangedBody>,
}

/// How busy the language model is; totals count from the start of its worker.
#[derive(Serialize, ToSchema)]
#[schema(as = EngineLoad)]
struct LoadBody {
    /// Answers being written.
    active: u32,
    /// Answers it writes side by side at most.
    rows: u32,
    /// Questions that wait.
    waiting: u32,
    /// Tokens of answers written a second, over the last ten.
    tokens_per_second: f64,
    /// Tokens of prompts computed.
    read_tokens: u64,
    /// Tokens of prompts found in memory.
    reused_tokens: u64,
    /// Tokens of answers written.
    written_tokens: u64,
    /// Tokens guessed ahead.
    drafted_tokens: u64,
    /// Of these, tokens that were right.
    accepted_tokens: u64,
    /// Tokens in the key-value pool.
    pool_used: u32,
    /// Tokens the pool has room for.
    pool_tokens: u32,
    /// Prompts kept for later questions.
    kept: u32,
    /// Milliseconds of the last step.
    step_ms: f32,
}

/// Answers of tutors since the box started.
#[derive(Serialize, ToSchema)]
#[schema(as = EngineAnswers)]
struct AnswersBody {
    /// Written by the model.
    written: u64,
    /// Given without it: asked by somebody else at the same time or before, or
    /// approved by a teacher.
    given_again: u64,
}

#[derive(Serialize, ToSchema)]
#[schema(as = RefusedModel)]
struct RefusedBody {
    model: String,
    needed_bytes: u64,
    room_bytes: u64,
    limit: LimitFrom,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ModelChange)]
struct ChangeBody {
    /// Catalogue id of the new model.
    to: String,
    step: ChangeStep,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ModelChanged)]
struct ChangedBody {
    /// Catalogue id of the model that was to be used.
    to: String,
    /// Why it is not in use, for the school's technician.
    failed: Option<String>,
}

impl EngineBody {
    /// How the engine is now.
    pub fn now(status: &Status) -> Self {
        let inference = &status.app.inference;
        let llm = inference.llm_status();
        let worker = inference
            .status()
            .into_iter()
            .find(|worker| matches!(worker.kind, crate::inference::EngineKind::Llm));
        let rss_bytes = worker.as_ref().and_then(|worker| match &worker.state {
            WorkerState::Ready(ready) => super::process::resident(ready.pid?),
            _ => None,
        });
        let refused = match llm.model {
            None => status.engine.refused.as_ref(),
            Some(_) => None,
        };
        let answers = status.answers.counts();
        Self {
            plan: plan(&llm),
            load: load(&llm),
            answers: AnswersBody {
                written: answers.written,
                given_again: answers.approved + answers.class + answers.shared,
            },
            rss_bytes,
            restarts: worker.map_or(0, |worker| worker.restarts),
            refused: refused.map(|refused| RefusedBody {
                model: refused.model.clone(),
                needed_bytes: refused.why.needed_bytes,
                room_bytes: refused.why.room_bytes,
                limit: refused.why.limit,
            }),
            model: llm.model,
            change: llm.change.map(|change| ChangeBody {
                to: change.to,
                step: change.step,
            }),
            changed: llm.changed.map(|changed| ChangedBody {
                to: changed.to,
                failed: changed.failed,
            }),
        }
    }
}

/// The plan as the box page and `/ready` show it: the rows its worker measured
/// replace those that were planned.
pub fn plan(llm: &LlmStatus) -> Option<PlanBody> {
    let (model, plan) = (llm.model.clone()?, llm.plan?);
    Some(PlanBody {
        model,
        rows: llm.measured_rows.unwrap_or(plan.rows),
        rows_measured: llm.measured_rows.is_some(),
        pool_tokens: plan.pool_tokens,
        pool_bytes: plan.pool_bytes,
        weights_bytes: plan.weights_bytes,
        compute_bytes: plan.compute_bytes,
        total_bytes: plan.total_bytes(),
        threads: plan.threads,
        room_bytes: plan.room_bytes,
        limit: plan.limit,
    })
}

fn load(llm: &LlmStatus) -> Option<LoadBody> {
    let load = llm.meter.last()?;
    Some(LoadBody {
        active: load.active,
        rows: load.rows,
        waiting: load.waiting,
        tokens_per_second: llm.meter.tokens_per_second(),
        read_tokens: load.read,
        reused_tokens: load.reused,
        written_tokens: load.written,
        drafted_tokens: load.drafted,
        accepted_tokens: load.accepted,
        pool_used: load.cells_used,
        pool_tokens: load.cells,
        kept: load.kept,
        step_ms: load.step_ms,
    })
}

/// The language model at work. Cheap, to be asked every two seconds.
#[utoipa::path(get, path = "/box/engine", tag = "box", responses((status = 200, body = EngineBody)))]
async fn engine(State(status): State<Status>, _: Admin) -> Json<EngineBody> {
    Json(EngineBody::now(&status))
}

word_enum! {
    /// Whether a model can be chosen.
    ModelFit {
        /// It can.
        Fits = "fits",
        /// There is too little memory for it.
        TooBig = "too_big",
        /// Its file is not on the box.
        Missing = "missing",
        /// Its file is not what it should be.
        Damaged = "damaged",
    }
}

/// The language models the box knows.
#[derive(Serialize, ToSchema)]
#[schema(as = ModelChoices)]
struct ChoicesBody {
    /// Whether this person may choose.
    may_choose: bool,
    /// Smallest first.
    models: Vec<ChoiceBody>,
}

/// A language model the box knows.
#[derive(Serialize, ToSchema)]
#[schema(as = ModelChoice)]
struct ChoiceBody {
    /// Its catalogue id.
    id: String,
    fit: ModelFit,
    /// Bytes of memory it would use, or would need at least.
    needed_bytes: Option<u64>,
    /// Bytes of memory there are for it.
    room_bytes: Option<u64>,
    /// Whether it answers now.
    in_use: bool,
}

impl ChoiceBody {
    fn new(candidate: Candidate, in_use: Option<&str>) -> Self {
        let (fit, needed_bytes, room_bytes) = match &candidate.verdict {
            Ok(plan) => {
                let memory = plan.memory.as_ref();
                let needed = memory.map(|memory| memory.total_bytes());
                (
                    ModelFit::Fits,
                    needed,
                    memory.map(|memory| memory.room_bytes),
                )
            }
            Err(Unfit::TooBig(why)) => {
                let (needed, room) = (why.needed_bytes, why.room_bytes);
                (ModelFit::TooBig, Some(needed), Some(room))
            }
            Err(Unfit::Missing) => (ModelFit::Missing, None, None),
            Err(Unfit::Damaged) => (ModelFit::Damaged, None, None),
        };
        Self {
            in_use: in_use == Some(candidate.id.as_str()),
            id: candidate.id,
            fit,
            needed_bytes,
            room_bytes,
        }
    }
}

/// The language models the box knows, and which of them can be chosen.
#[utoipa::path(get, path = "/box/models", tag = "box", responses((status = 200, body = ChoicesBody)))]
async fn model_choices(
    State(status): State<Status>,
    Admin(actor): Admin,
) -> Result<Json<ChoicesBody>> {
    let in_use = status.app.inference.llm_model();
    let found = look(&status).await?.into_iter();
    let models = found.map(|candidate| ChoiceBody::new(candidate, in_use.as_deref()));
    Ok(Json(ChoicesBody {
        may_choose: actor.platform_admin,
        models: models.collect(),
    }))
}

/// Reading the heads of files blocks.
async fn look(status: &Status) -> Result<Vec<Candidate>> {
    let own = super::process::held_by_workers(&status.app);
    let engine: Arc<Engine> = status.engine.clone();
    Ok(tokio::task::spawn_blocking(move || engine.llms.look(own)).await?)
}

#[derive(Deserialize, ToSchema)]
#[schema(as = ChooseModel, example = json!({"id": "smollm2-135m-instruct-q4_1"}))]
struct ChooseBody {
    /// Catalogue id of a model that fits.
    id: String,
}

/// Changes the language model: answers in progress may end, new questions
/// wait, and the old model comes back should the new one fail. The box status
/// tells how far it is.
#[utoipa::path(post, path = "/box/model", tag = "box", request_body = ChooseBody,
    responses(
        (status = 202, body = EngineBody),
        (status = 404, description = "There is no such model"),
        (status = 409, description = "It is in use, or another one is being loaded"),
    ))]
async fn choose_model(
    State(status): State<Status>,
    BoxAdmin(actor): BoxAdmin,
    Json(body): Json<ChooseBody>,
) -> Result<(StatusCode, Json<EngineBody>)> {
    let found = look(&status).await?;
    let plan = verdict(found, &body.id)?;
    let inference = &status.app.inference;
    if inference.llm_model().as_deref() == Some(body.id.as_str()) {
        return Err(Error::new(Code::Conflict, "This model is in use already."));
    }
    inference.begin_change(&plan.id)?;
    let begun = EngineBody::now(&status);
    // On its own: it must come to its end even if the browser is closed.
    tokio::spawn(change(status.app.clone(), actor, plan));
    Ok((StatusCode::ACCEPTED, Json(begun)))
}

fn verdict(found: Vec<Candidate>, id: &str) -> Result<ModelPlan> {
    let Some(candidate) = found.into_iter().find(|candidate| candidate.id == id) else {
        return Err(Error::new(Code::NotFound, "There is no such model."));
    };
    candidate.verdict.map_err(|why| {
        let why = match why {
            Unfit::TooBig(why) => why.to_string(),
            Unfit::Missing => "its file is not on the box".to_owned(),
            Unfit::Damaged => "its file is damaged".to_owned(),
        };
        Error::invalid("id", format!("{id} can not be used: {why}."))
    })
}

/// Between two looks whether a model fits that did not.
const LOOK: Duration = Duration::from_secs(20);

/// Takes a model that did not fit at the start once other programs leave the
/// memory for it.
pub async fn take_once_it_fits(app: App, engine: Arc<Engine>, chosen: Option<String>) {
    let workers = app.clone();
    let own = move || super::process::held_by_workers(&workers);
    let llms = engine.llms.clone();
    let Some(plan) = llms.once_it_fits(chosen, LOOK, own).await else {
        return;
    };
    // An administrator may have been quicker.
    let inference = &app.inference;
    if inference.llm_model().is_none() && inference.begin_change(&plan.id).is_ok() {
        // Why it failed is on the box page and in the log.
        let _ = inference.change_llm(plan).await;
    }
}

async fn change(app: App, actor: Actor, plan: ModelPlan) {
    let id = plan.id.clone();
    // Why it failed is on the box page and in the log.
    if app.inference.change_llm(plan).await.is_err() {
        return;
    }
    tracing::info!(model = id, "llm.changed");
    let now = app.clock.now();
    let keep = move |conn: &_| store::choose_llm(conn, &actor, &id, now);
    if let Err(error) = app.db.core.write(keep).await {
        tracing::error!(%error, "llm.choice_not_kept");
    }
}
