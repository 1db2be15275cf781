//! `/api/v1/consent` and `/api/v1/purpose` over HTTP.

mod purpose;

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;

use super::{
    ConsentFilter, ConsentGiver, ConsentMissingRule, ConsentState, ConsentWay, Consents, Entry,
    Learner, NewEntry, Register, VERSION, Wanted,
};
use crate::accounts::{Admin, AgeBand, Auth, Staff};
use crate::error::Result;
use crate::http::{Json, Path, Query};
use crate::types::{ClassId, Timestamp, UserId};

/// The routes, still without their state.
pub fn routes() -> OpenApiRouter<Consents> {
    OpenApiRouter::new()
        .routes(utoipa_axum::routes!(consent_register, record_consent))
        .routes(utoipa_axum::routes!(undo_consent))
        .routes(utoipa_axum::routes!(set_age))
        .routes(utoipa_axum::routes!(set_consent_rule))
        .routes(utoipa_axum::routes!(export_consents))
        .routes(utoipa_axum::routes!(own_consent))
        .routes(utoipa_axum::routes!(show_consent))
        .merge(purpose::routes())
}

impl Consents {
    /// The routes with these consents.
    pub fn router(self) -> OpenApiRouter {
        routes().with_state(self)
    }
}

/// What somebody wrote down about a learner.
#[derive(Serialize, ToSchema)]
#[schema(as = ConsentEntry)]
struct EntryBody {
    /// Its number in the school.
    seq: i64,
    at: Timestamp,
    /// Who wrote it down.
    recorded_by: UserId,
    /// None for one who was erased.
    recorded_by_name: Option<String>,
    /// What stands from then on.
    state: ConsentState,
    /// Who said it.
    giver: Option<ConsentGiver>,
    /// How.
    way: Option<ConsentWay>,
    note: Option<String>,
    /// Which purpose text it is about.
    version: Option<u32>,
    /// The entry it takes back.
    undoes: Option<i64>,
}

impl From<Entry> for EntryBody {
    fn from(entry: Entry) -> Self {
        Self {
            seq: entry.seq,
            at: entry.at,
            recorded_by: entry.recorded_by,
            recorded_by_name: entry.recorded_by_name,
            state: entry.state,
            giver: entry.giver,
            way: entry.way,
            note: entry.note,
            version: entry.version,
            undoes: entry.undoes,
        }
    }
}

/// A learner of the register.
#[derive(Serialize, ToSchema)]
#[schema(as = ConsentLearner)]
struct LearnerBody {
    id: UserId,
    name: String,
    /// Names of the classes the learner is in.
    classes: Vec<String>,
    /// None where nobody has said it, which counts as under 16.
    age: Option<AgeBand>,
    state: ConsentState,
    /// The last entry, if there is one.
    last: Option<EntryBody>,
    /// Whether a consent is needed and not there.
    lacking: bool,
    /// Whether the learner may ask no tutors for it.
    closed: bool,
    /// Whether the consent is about a text that is not the newest.
    older_text: bool,
}

impl From<Learner> for LearnerBody {
    fn from(learner: Learner) -> Self {
        Self {
            older_text: learner.is_about_older_text(),
            id: learner.id,
            name: learner.name,
            classes: learner.classes,
            age: learner.age,
            state: learner.state,
            last: learner.last.map(EntryBody::from),
            lacking: learner.lacking,
            closed: learner.closed,
        }
    }
}

/// A part of the register of consents.
#[derive(Serialize, ToSchema)]
#[schema(as = ConsentRegister)]
struct RegisterBody {
    /// The newest purpose text.
    version: u32,
    /// What follows in this school where nothing was said.
    rule: ConsentMissingRule,
    /// Learners in all.
    total: usize,
    /// How many of them each filter finds.
    counts: BTreeMap<String, usize>,
    /// By name, up to a hundred.
    learners: Vec<LearnerBody>,
    /// What to ask for next; none at the end.
    next: Option<usize>,
}

impl From<Register> for RegisterBody {
    fn from(register: Register) -> Self {
        let counts = register.counts.into_iter();
        Self {
            version: VERSION,
            rule: register.rule,
            total: register.total,
            counts: counts
                .map(|(filter, n)| (filter.as_str().to_owned(), n))
                .collect(),
            learners: register
                .learners
                .into_iter()
                .map(LearnerBody::from)
                .collect(),
            next: register.next,
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Part {
    /// Only learners of this class.
    class: Option<ClassId>,
    /// Only these.
    #[param(inline)]
    filter: Option<ConsentFilter>,
    /// Only learners with this in their name.
    #[serde(default)]
    name: String,
    /// `next` of the page before.
    #[serde(default)]
    from: usize,
}

/// Consents of the learners one sees to: for administrators all, for teachers those they
/// teach.
#[utoipa::path(get, path = "/consent", tag = "consent", params(Part),
    responses(
        (status = 200, body = RegisterBody),
        (status = 404, description = "There is no such class"),
    ))]
async fn consent_register(
    State(consents): State<Consents>,
    Staff(actor): Staff,
    Query(part): Query<Part>,
) -> Result<Json<RegisterBody>> {
    let wanted = Wanted {
        class: part.class,
        filter: part.filter,
        name: part.name,
        from: part.from,
    };
    Ok(Json(consents.register(&actor, wanted).await?.into()))
}

/// What to write down about some learners.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"users": ["01900000-0000-7000-8000-000000000000"],
    "state": "given", "giver": "mother", "way": "paper"}))]
struct NewConsent {
    /// 1 to 500 learners.
    users: Vec<UserId>,
    /// `asked`, `given`, `refused` or `withdrawn`.
    state: ConsentState,
    /// Who said it; not for `asked`. `learner` only from 16 on.
    giver: Option<ConsentGiver>,
    /// How; not for `asked`.
    way: Option<ConsentWay>,
    /// Up to 200 characters; no name of a parent is needed.
    note: Option<String>,
    /// Which purpose text was read; the newest unless said.
    version: Option<u32>,
}

/// Entries that were made.
#[derive(Serialize, ToSchema)]
struct RecordedConsents {
    /// Their numbers, for taking them back.
    entries: Vec<i64>,
}

/// Writes down what was said about some learners; counts at once, for all or for none.
#[utoipa::path(post, path = "/consent", tag = "consent", request_body = NewConsent,
    responses(
        (status = 201, body = RecordedConsents),
        (status = 404, description = "One of them is no learner of the school"),
        (status = 409, description = "There is no consent to withdraw"),
    ))]
async fn record_consent(
    State(consents): State<Consents>,
    Staff(actor): Staff,
    Json(body): Json<NewConsent>,
) -> Result<(StatusCode, Json<RecordedConsents>)> {
    let new = NewEntry {
        state: body.state,
        giver: body.giver,
        way: body.way,
        note: body.note,
        version: body.version.unwrap_or(VERSION),
    };
    let entries = consents.record(&actor, body.users, new).await?;
    Ok((StatusCode::CREATED, Json(RecordedConsents { entries })))
}

/// Entries to take back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"entries": [12]}))]
struct UndoneConsents {
    /// 1 to 500 numbers, each of the last entry of its learner.
    entries: Vec<i64>,
}

/// Takes entries back by new ones; what stood before stands again.
#[utoipa::path(post, path = "/consent/undo", tag = "consent", request_body = UndoneConsents,
    responses(
        (status = 204, description = "Taken back"),
        (status = 404, description = "There is no such entry"),
        (status = 409, description = "Something else was written down since"),
    ))]
async fn undo_consent(
    State(consents): State<Consents>,
    Staff(actor): Staff,
    Json(body): Json<UndoneConsents>,
) -> Result<StatusCode> {
    consents.undo(&actor, body.entries).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How old some learners are.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"users": ["01900000-0000-7000-8000-000000000000"],
    "age": "under_16"}))]
struct NewAge {
    /// 1 to 500 learners.
    users: Vec<UserId>,
    /// `null` where it is not known.
    age: Option<AgeBand>,
}

/// How many that was news of.
#[derive(Serialize, ToSchema)]
struct ChangedAges {
    changed: usize,
}

/// Says how old some learners are; for all or for none.
#[utoipa::path(put, path = "/consent/age", tag = "consent", request_body = NewAge,
    responses(
        (status = 200, body = ChangedAges),
        (status = 404, description = "One of them is no learner of the school"),
    ))]
async fn set_age(
    State(consents): State<Consents>,
    Staff(actor): Staff,
    Json(body): Json<NewAge>,
) -> Result<Json<ChangedAges>> {
    let changed = consents.set_age(&actor, body.users, body.age).await?;
    Ok(Json(ChangedAges { changed }))
}

/// What follows where nothing was said.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"missing": "remind"}))]
struct ConsentRule {
    /// `closed` is what a school begins with.
    missing: ConsentMissingRule,
}

/// Says what follows in the school where nothing was said about a learner under 16.
#[utoipa::path(put, path = "/consent/rule", tag = "consent", request_body = ConsentRule,
    responses((status = 204, description = "It counts from the next question on")))]
async fn set_consent_rule(
    State(consents): State<Consents>,
    Admin(actor): Admin,
    Json(body): Json<ConsentRule>,
) -> Result<StatusCode> {
    consents.set_rule(&actor, body.missing).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The register as a table (CSV), of the learners one sees to. The log says who saved it.
#[utoipa::path(get, path = "/consent/export", tag = "consent",
    responses((status = 200, body = Vec<u8>, content_type = "text/csv")))]
async fn export_consents(
    State(consents): State<Consents>,
    Staff(actor): Staff,
) -> Result<Response> {
    let bytes = consents.export(&actor).await?;
    let heads = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"consents.csv\"",
        ),
    ];
    let heads = heads.map(|(name, value)| (name, HeaderValue::from_static(value)));
    Ok((heads, bytes).into_response())
}

/// A learner and all that was written down.
#[derive(Serialize, ToSchema)]
struct LearnerConsent {
    /// The newest purpose text.
    version: u32,
    learner: LearnerBody,
    /// The newest first.
    entries: Vec<EntryBody>,
}

/// One learner of the register, with all that was written down.
#[utoipa::path(get, path = "/consent/people/{id}", tag = "consent",
    params(("id" = UserId, Path)), responses((status = 200, body = LearnerConsent)))]
async fn show_consent(
    State(consents): State<Consents>,
    Staff(actor): Staff,
    Path(id): Path<UserId>,
) -> Result<Json<LearnerConsent>> {
    let (learner, entries) = consents.person(&actor, id).await?;
    Ok(Json(LearnerConsent {
        version: VERSION,
        learner: learner.into(),
        entries: entries.into_iter().map(EntryBody::from).collect(),
    }))
}

/// What is written down about oneself.
#[derive(Serialize, ToSchema)]
struct OwnConsent {
    /// The newest purpose text.
    version: u32,
    /// None for staff.
    learner: Option<LearnerBody>,
    /// The newest first.
    entries: Vec<EntryBody>,
}

/// What is written down about oneself.
#[utoipa::path(get, path = "/consent/mine", tag = "consent",
    responses((status = 200, body = OwnConsent)))]
async fn own_consent(
    State(consents): State<Consents>,
    Auth(actor): Auth,
) -> Result<Json<OwnConsent>> {
    let (learner, entries) = consents.own(&actor).await?;
    Ok(Json(OwnConsent {
        version: VERSION,
        learner: learner.map(LearnerBody::from),
        entries: entries.into_iter().map(EntryBody::from).collect(),
    }))
}
