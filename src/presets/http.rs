//! `/api/v1/presets`: what each kind of place is offered, and taking it later.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;

use super::{Preset, Presets, terms};
use crate::accounts::{Admin, Line, OrgKind, Way};
use crate::error::Result;
use crate::http::extract::{Json, Query};
use crate::types::Language;

/// The routes, still without their state.
pub fn routes() -> OpenApiRouter<Presets> {
    OpenApiRouter::new()
        .routes(utoipa_axum::routes!(list_presets))
        .routes(utoipa_axum::routes!(carry_out_preset))
}

impl Presets {
    /// The routes with these presets.
    pub fn router(self) -> OpenApiRouter {
        routes().with_state(self)
    }
}

#[derive(Deserialize, IntoParams)]
struct InLanguage {
    /// The language terms are named in.
    #[param(inline)]
    language: Language,
}

/// What a kind of place is offered.
#[derive(Serialize, ToSchema)]
#[schema(as = Preset)]
struct PresetBody {
    kind: OrgKind,
    /// What it does, in the order to show it in.
    lines: Vec<Line>,
    /// What learners are given to sign in with.
    way: Way,
    /// Minutes after which a shared device that is left alone signs out.
    quiet_minutes: u32,
    /// Whether learners may ask for an account with a code.
    joining: bool,
    /// The terms it makes.
    terms: Vec<PlannedTerm>,
    /// The classes it makes.
    #[schema(value_type = Vec<String>)]
    classes: &'static [&'static str],
}

/// A term to make.
#[derive(Serialize, ToSchema)]
struct PlannedTerm {
    name: String,
    #[schema(format = Date, example = "2025-09-08")]
    first_day: String,
    #[schema(format = Date, example = "2025-12-19")]
    last_day: String,
}

#[derive(Serialize, ToSchema)]
struct PresetList {
    presets: Vec<PresetBody>,
}

/// Lines to carry out.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"kind": "primary", "lines": ["terms", "classes"]}))]
struct PresetChoice {
    /// The kind of place whose preset it is.
    kind: OrgKind,
    lines: Vec<Line>,
}

#[derive(Serialize, ToSchema)]
struct PresetDone {
    /// The lines that changed anything.
    done: Vec<Line>,
}

/// What each kind of place is offered at set-up.
#[utoipa::path(get, path = "/presets", tag = "box", security(()), params(InLanguage),
    responses((status = 200, body = PresetList)))]
async fn list_presets(
    State(presets): State<Presets>,
    Query(asked): Query<InLanguage>,
) -> Json<PresetList> {
    let body = |&kind: &OrgKind| {
        let preset = Preset::of(kind);
        let terms = match preset.terms {
            true => terms(asked.language, presets.today()),
            false => Vec::new(),
        };
        PresetBody {
            kind,
            lines: preset.lines(),
            way: preset.way,
            quiet_minutes: preset.quiet_minutes,
            joining: preset.joining,
            terms: terms
                .into_iter()
                .map(|term| PlannedTerm {
                    name: term.name,
                    first_day: term.days.0.to_string(),
                    last_day: term.days.1.to_string(),
                })
                .collect(),
            classes: preset.classes,
        }
    };
    Json(PresetList {
        presets: OrgKind::ALL.iter().map(body).collect(),
    })
}

/// Carries out lines of a preset; all or none, and what is there already stays.
#[utoipa::path(put, path = "/settings/preset", tag = "orgs", request_body = PresetChoice,
    responses((status = 200, body = PresetDone)))]
async fn carry_out_preset(
    State(presets): State<Presets>,
    Admin(actor): Admin,
    Json(body): Json<PresetChoice>,
) -> Result<Json<PresetDone>> {
    let done = presets.carry_out(&actor, body.kind, body.lines).await?;
    Ok(Json(PresetDone { done }))
}
