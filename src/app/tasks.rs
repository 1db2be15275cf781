//! `/api/v1/box/jobs`: what the box gave up, to be tried again or dismissed.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use super::status::Status;
use crate::accounts::Admin;
use crate::error::Result;
use crate::http::extract::{Json, Path};
use crate::jobs::{self, DeadJob};
use crate::types::{JobId, LessonId, Timestamp};

/// The routes, still without their state.
pub fn routes() -> OpenApiRouter<Status> {
    OpenApiRouter::new()
        .routes(utoipa_axum::routes!(list_jobs))
        .routes(utoipa_axum::routes!(retry_job))
        .routes(utoipa_axum::routes!(dismiss_job))
}

#[derive(Serialize, ToSchema)]
struct JobList {
    jobs: Vec<JobBody>,
}

/// A job that was given up.
#[derive(Serialize, ToSchema)]
#[schema(as = DeadJob)]
struct JobBody {
    id: JobId,
    /// The word of its kind, such as `read_lesson`.
    kind: String,
    /// The lesson it is about.
    lesson_id: Option<LessonId>,
    /// That lesson's title.
    lesson_title: Option<String>,
    /// Counted failures.
    attempts: u32,
    /// Why, as a stable word.
    code: String,
    /// Why, for the school's technician.
    detail: String,
    died_at: Timestamp,
}

/// The jobs of this school that were given up, oldest first.
#[utoipa::path(get, path = "/box/jobs", tag = "box", responses((status = 200, body = JobList)))]
async fn list_jobs(State(status): State<Status>, Admin(actor): Admin) -> Result<Json<JobList>> {
    let core = &status.app.db.core;
    let dead = core.read(move |conn| jobs::dead(conn, actor.org)).await?;
    let mut titles = status.lessons.titles(&actor).await?;
    let jobs = dead
        .into_iter()
        .map(|job: DeadJob| {
            let lesson_id: Option<LessonId> = job.subject.parse().ok();
            JobBody {
                lesson_title: lesson_id.and_then(|id| titles.remove(&id)),
                lesson_id,
                id: job.id,
                kind: job.kind,
                attempts: job.attempts,
                code: job.failure.code,
                detail: job.failure.detail,
                died_at: job.died_at,
            }
        })
        .collect();
    Ok(Json(JobList { jobs }))
}

/// Tries a job again from the stage it had reached.
#[utoipa::path(post, path = "/box/jobs/{id}/retry", tag = "box", params(("id" = JobId, Path)),
    responses((status = 204)))]
async fn retry_job(
    State(status): State<Status>,
    Admin(actor): Admin,
    Path(id): Path<JobId>,
) -> Result<StatusCode> {
    let now = status.app.clock.now();
    let retry = move |conn: &_| jobs::retry_dead(conn, actor.org, id, now);
    status.app.db.core.write(retry).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a job off the list for good; what it was about stays as it is.
#[utoipa::path(delete, path = "/box/jobs/{id}", tag = "box", params(("id" = JobId, Path)),
    responses((status = 204)))]
async fn dismiss_job(
    State(status): State<Status>,
    Admin(actor): Admin,
    Path(id): Path<JobId>,
) -> Result<StatusCode> {
    let dismiss = move |conn: &_| jobs::dismiss_dead(conn, actor.org, id);
    status.app.db.core.write(dismiss).await?;
    Ok(StatusCode::NO_CONTENT)
}
