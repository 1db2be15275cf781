//! `/api/v1/terms` and `/api/v1/rollovers` over HTTP.

mod rollover;

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use super::{Changes, Day, Term, Terms};
use crate::accounts::{Admin, Staff};
use crate::error::Result;
use crate::http::extract::{Json, Path};
use crate::types::TermId;

/// The routes, still without their state.
pub fn routes() -> OpenApiRouter<Terms> {
    OpenApiRouter::new()
        .routes(utoipa_axum::routes!(list_terms, add_term))
        .routes(utoipa_axum::routes!(change_term, remove_term))
        .merge(rollover::routes())
}

impl Terms {
    /// The routes with these terms.
    pub fn router(self) -> OpenApiRouter {
        routes().with_state(self)
    }

    fn body(&self, term: Term) -> TermBody {
        TermBody {
            id: term.id,
            current: term.has(self.today()),
            name: term.name,
            first_day: term.first_day.to_string(),
            last_day: term.last_day.to_string(),
            classes: term.classes,
        }
    }
}

/// A year or term of a school.
#[derive(Serialize, ToSchema)]
#[schema(as = Term)]
struct TermBody {
    id: TermId,
    name: String,
    #[schema(format = Date, example = "2026-01-05")]
    first_day: String,
    #[schema(format = Date, example = "2026-04-03")]
    last_day: String,
    /// Whether today is in it; of at most one.
    current: bool,
    /// Classes in it that are not over.
    classes: u32,
}

#[derive(Serialize, ToSchema)]
struct TermList {
    /// The latest first.
    terms: Vec<TermBody>,
}

/// A term to make.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "2026, term 1", "first_day": "2026-01-05",
    "last_day": "2026-04-03"}))]
struct NewTerm {
    /// 1 to 80 characters, one of a kind in the school.
    #[schema(example = "2026, term 1")]
    name: String,
    #[schema(format = Date, example = "2026-01-05")]
    first_day: String,
    /// Terms of a school do not overlap.
    #[schema(format = Date, example = "2026-04-03")]
    last_day: String,
}

/// Changes to a term; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"last_day": "2026-04-10"}))]
struct TermPatch {
    name: Option<String>,
    #[schema(format = Date)]
    first_day: Option<String>,
    #[schema(format = Date)]
    last_day: Option<String>,
}

/// The years and terms of the school.
#[utoipa::path(get, path = "/terms", tag = "terms", responses((status = 200, body = TermList)))]
async fn list_terms(State(terms): State<Terms>, Staff(actor): Staff) -> Result<Json<TermList>> {
    let found = terms.list(&actor).await?.into_iter();
    Ok(Json(TermList {
        terms: found.map(|term| terms.body(term)).collect(),
    }))
}

/// Makes a term.
#[utoipa::path(post, path = "/terms", tag = "terms", request_body = NewTerm,
    responses(
        (status = 201, body = TermBody),
        (status = 409, description = "The name or a day is taken"),
    ))]
async fn add_term(
    State(terms): State<Terms>,
    Admin(actor): Admin,
    Json(body): Json<NewTerm>,
) -> Result<(StatusCode, Json<TermBody>)> {
    let days = (
        Day::read("first_day", &body.first_day)?,
        Day::read("last_day", &body.last_day)?,
    );
    let term = terms.create(&actor, &body.name, days).await?;
    Ok((StatusCode::CREATED, Json(terms.body(term))))
}

/// Changes a term.
#[utoipa::path(patch, path = "/terms/{id}", tag = "terms", params(("id" = TermId, Path)),
    request_body = TermPatch, responses(
        (status = 200, body = TermBody),
        (status = 409, description = "The name or a day is taken"),
    ))]
async fn change_term(
    State(terms): State<Terms>,
    Admin(actor): Admin,
    Path(id): Path<TermId>,
    Json(body): Json<TermPatch>,
) -> Result<Json<TermBody>> {
    let day = |field, text: Option<String>| text.map(|text| Day::read(field, &text)).transpose();
    let changes = Changes {
        name: body.name,
        first_day: day("first_day", body.first_day)?,
        last_day: day("last_day", body.last_day)?,
    };
    let term = terms.change(&actor, id, changes).await?;
    Ok(Json(terms.body(term)))
}

/// Deletes a term no class belongs to.
#[utoipa::path(delete, path = "/terms/{id}", tag = "terms", params(("id" = TermId, Path)),
    responses(
        (status = 204),
        (status = 409, description = "A class belongs to it"),
    ))]
async fn remove_term(
    State(terms): State<Terms>,
    Admin(actor): Admin,
    Path(id): Path<TermId>,
) -> Result<StatusCode> {
    terms.remove(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
