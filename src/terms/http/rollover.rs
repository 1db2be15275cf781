//! `/api/v1/rollovers`: the classes of a term go on in another one.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use crate::accounts::{Admin, gone_at};
use crate::error::{Error, Result};
use crate::http::extract::{Json, Path};
use crate::terms::Terms;
use crate::terms::rollover::{How, Plan, Which, Wish};
use crate::types::{ClassId, RolloverId, TermId, Timestamp, UserId};

pub(super) fn routes() -> OpenApiRouter<Terms> {
    OpenApiRouter::new()
        .routes(utoipa_axum::routes!(list_rollovers, roll_over))
        .routes(utoipa_axum::routes!(undo_rollover))
}

/// Classes to take into a term; `from` or `classes` says which.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"into": "01900000-0000-7000-8000-000000000000",
    "from": "01900000-0000-7000-8000-000000000000", "dry_run": true}))]
struct NewRollover {
    /// The term they go on in.
    into: TermId,
    /// All classes of this term that are not over.
    from: Option<TermId>,
    /// These classes, 500 at most.
    classes: Option<Vec<ClassWish>>,
    /// Only tells what would happen.
    #[serde(default)]
    dry_run: bool,
}

/// What is to become of a class.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ClassWish {
    id: ClassId,
    /// `copy`, `promote` or `end`. Absent, a class whose name has a number is promoted,
    /// another one copied.
    how: Option<How>,
    /// The name of the new class. Absent, the first number is raised for `promote`.
    #[schema(example = "P6 A")]
    name: Option<String>,
    /// Learners who do not go on; their accounts stay.
    #[serde(default)]
    without: Vec<UserId>,
}

/// What a roll-over does.
#[derive(Serialize, ToSchema)]
struct RolloverPlan {
    /// For undoing it; none when nothing was done.
    id: Option<RolloverId>,
    /// By name.
    steps: Vec<RolloverStep>,
    /// Learners who are in no class afterwards, by name; their accounts stay.
    leavers: Vec<Leaver>,
}

/// What becomes of a class.
#[derive(Serialize, ToSchema)]
struct RolloverStep {
    /// The class as it is before.
    id: ClassId,
    name: String,
    how: How,
    /// The name of the new class; none for `end`.
    new_name: Option<String>,
    /// Whether another class has that name or gets it: nothing is done then.
    name_taken: bool,
    /// Learners who go on.
    learners: u32,
    /// Learners who do not.
    stay: u32,
    /// Teachers of the new class.
    teachers: u32,
    /// Lessons kept for the new class: for `copy` those of the old one, for `promote`
    /// those of the class that had its name.
    lessons: u32,
    /// Tutors kept for it.
    tutors: u32,
}

/// A learner without a class.
#[derive(Serialize, ToSchema)]
struct Leaver {
    id: UserId,
    name: String,
}

impl RolloverPlan {
    fn new(id: Option<RolloverId>, plan: Plan) -> Self {
        let steps = plan.steps.into_iter().map(|step| RolloverStep {
            id: step.class,
            name: step.name,
            how: step.how,
            new_name: step.new_name,
            name_taken: step.name_taken,
            learners: step.learners,
            stay: step.stay,
            teachers: step.teachers,
            lessons: step.lessons,
            tutors: step.tutors,
        });
        let leavers = plan.leavers.into_iter().map(|learner| Leaver {
            id: learner.id,
            name: learner.name,
        });
        Self {
            id,
            steps: steps.collect(),
            leavers: leavers.collect(),
        }
    }
}

/// A roll-over that was done.
#[derive(Serialize, ToSchema)]
struct Rollover {
    id: RolloverId,
    /// The term the classes were taken into.
    into: TermId,
    done_at: Timestamp,
    /// Until when it can be undone.
    until: Timestamp,
    /// How many classes were taken.
    classes: u32,
}

#[derive(Serialize, ToSchema)]
struct RolloverList {
    /// The last first.
    rollovers: Vec<Rollover>,
}

/// Takes classes into a term, all or none; with `dry_run` it only tells what would
/// happen.
#[utoipa::path(post, path = "/rollovers", tag = "terms", request_body = NewRollover,
    responses(
        (status = 200, body = RolloverPlan, description = "Nothing was done"),
        (status = 201, body = RolloverPlan, description = "Done"),
        (status = 404, description = "There is no such term"),
        (status = 409, description = "A name is taken"),
    ))]
async fn roll_over(
    State(terms): State<Terms>,
    Admin(actor): Admin,
    Json(body): Json<NewRollover>,
) -> Result<(StatusCode, Json<RolloverPlan>)> {
    let which = match (body.from, body.classes) {
        (Some(from), None) => Which::Of(from),
        (None, Some(classes)) => Which::These(
            classes
                .into_iter()
                .map(|class| Wish {
                    class: class.id,
                    how: class.how,
                    name: class.name,
                    without: class.without,
                })
                .collect(),
        ),
        _ => return Err(Error::invalid("classes", "Give `from` or `classes`.")),
    };
    if body.dry_run {
        let plan = terms.plan(&actor, body.into, which).await?;
        return Ok((StatusCode::OK, Json(RolloverPlan::new(None, plan))));
    }
    let (id, plan) = terms.roll_over(&actor, body.into, which).await?;
    let done = RolloverPlan::new(Some(id), plan);
    Ok((StatusCode::CREATED, Json(done)))
}

/// The roll-overs of the last 30 days, which can be undone.
#[utoipa::path(get, path = "/rollovers", tag = "terms",
    responses((status = 200, body = RolloverList)))]
async fn list_rollovers(
    State(terms): State<Terms>,
    Admin(actor): Admin,
) -> Result<Json<RolloverList>> {
    let found = terms.rollovers(&actor).await?.into_iter();
    let at = terms.app.clock.moment();
    Ok(Json(RolloverList {
        rollovers: found
            .map(|one| Rollover {
                id: one.id,
                into: one.into,
                done_at: one.done_at,
                until: gone_at(one.done_lived, at),
                classes: one.classes,
            })
            .collect(),
    }))
}

/// Undoes a roll-over: the new classes go to the trash, the old ones go on.
#[utoipa::path(post, path = "/rollovers/{id}/undo", tag = "terms",
    params(("id" = RolloverId, Path)), responses(
        (status = 204),
        (status = 409, description = "A name is taken by now, or more was done since"),
    ))]
async fn undo_rollover(
    State(terms): State<Terms>,
    Admin(actor): Admin,
    Path(id): Path<RolloverId>,
) -> Result<StatusCode> {
    terms.undo(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
