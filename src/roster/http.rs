//! The routes of lists of people.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;

use super::columns::ImportColumn;
use super::export::ExportForm;
use super::plan::{ImportOutcome, ImportReason, Planned, Trouble};
use super::{Absent, Counts, Import, ImportState, LARGEST, Left, Roster};
use crate::accounts::{ImportLeftReason, Put, Role, Staff};
use crate::error::{Code, Error, Result};
use crate::http::{Json, Path, Query};
use crate::types::{ImportId, Timestamp};

/// Rows shown at once.
const PAGE: u32 = 100;
/// Names shown of those who are missing, and of those who were left.
const MOST_NAMES: usize = 200;

/// The routes, still without their state.
pub fn routes() -> OpenApiRouter<Roster> {
    OpenApiRouter::new()
        .merge(
            OpenApiRouter::new()
                .routes(utoipa_axum::routes!(send_list, list_imports))
                .layer(DefaultBodyLimit::max(LARGEST)),
        )
        .routes(utoipa_axum::routes!(show_import, forget_import))
        .routes(utoipa_axum::routes!(import_rows))
        .routes(utoipa_axum::routes!(start_import))
        .routes(utoipa_axum::routes!(export_people))
}

impl Roster {
    /// The routes with these lists.
    pub fn router(self) -> OpenApiRouter {
        routes().with_state(self)
    }
}

/// A list that was sent.
#[derive(Serialize, ToSchema)]
#[schema(as = PeopleImport)]
struct ImportBody {
    id: ImportId,
    file_name: String,
    state: ImportState,
    /// What it would do; once it was started, what it was to do.
    counts: Option<Counts>,
    /// Steps in all, and those done.
    total: u32,
    done: u32,
    created_at: Timestamp,
}

impl From<Import> for ImportBody {
    fn from(import: Import) -> Self {
        Self {
            id: import.id,
            file_name: import.file_name,
            state: import.state,
            counts: import.counts,
            total: import.total,
            done: import.done,
            created_at: import.created_at,
        }
    }
}

/// A list with what it would do.
#[derive(Serialize, ToSchema)]
#[schema(as = PeopleImportPlan)]
struct PlanBody {
    import: ImportBody,
    /// Columns that were understood.
    columns: Vec<ImportColumn>,
    /// Heads of the others.
    ignored: Vec<String>,
    /// Names of classes it makes.
    new_classes: Vec<String>,
    /// Learners who are not in it, up to 200 names.
    missing: Vec<String>,
    missing_count: usize,
    /// Who was left when it was carried out, up to 200.
    left: Vec<ImportLeft>,
    left_count: usize,
}

/// Somebody who was left when a list was carried out, because something changed after
/// the list was shown.
#[derive(Serialize, ToSchema)]
struct ImportLeft {
    /// Where it stands in the file; none for a learner who is not in it.
    line: Option<u32>,
    /// None for somebody who is not there.
    name: Option<String>,
    reason: ImportLeftReason,
}

impl From<Left> for ImportLeft {
    fn from(left: Left) -> Self {
        Self {
            line: left.line,
            name: left.name,
            reason: left.reason,
        }
    }
}

impl From<(Import, Vec<Left>)> for PlanBody {
    fn from((mut import, left): (Import, Vec<Left>)) -> Self {
        let found = std::mem::take(&mut import.findings);
        Self {
            columns: found.columns,
            ignored: found.ignored,
            new_classes: found.classes.into_iter().map(|(_, name)| name).collect(),
            missing_count: found.missing.len(),
            missing: found
                .missing
                .into_iter()
                .take(MOST_NAMES)
                .map(|person| person.name)
                .collect(),
            left_count: left.len(),
            left: left
                .into_iter()
                .take(MOST_NAMES)
                .map(ImportLeft::from)
                .collect(),
            import: import.into(),
        }
    }
}

#[derive(Serialize, ToSchema)]
struct ImportList {
    imports: Vec<ImportBody>,
}

/// A row and what becomes of it.
#[derive(Serialize, ToSchema)]
struct ImportRow {
    /// Where it stands in the file, counted from 1.
    line: u32,
    name: String,
    /// The name the person signs in with; empty for a wrong row.
    username: String,
    /// What the person is in the school, or becomes.
    role: Role,
    outcome: ImportOutcome,
    /// Why it can not be taken.
    troubles: Vec<ImportTrouble>,
    /// What it changes about somebody who is known.
    changes: Vec<ImportColumn>,
    /// Whether the account is open afterwards, where it changes that.
    active: Option<bool>,
    /// Names of classes the person comes into.
    joins: Vec<String>,
    /// Names of classes the person leaves.
    leaves: Vec<String>,
}

#[derive(Serialize, ToSchema)]
struct ImportTrouble {
    reason: ImportReason,
    column: ImportColumn,
    /// What stands there; of somebody who came before, the line.
    text: String,
}

impl From<Trouble> for ImportTrouble {
    fn from(trouble: Trouble) -> Self {
        Self {
            reason: trouble.reason,
            column: trouble.column,
            text: trouble.text,
        }
    }
}

impl From<Planned> for ImportRow {
    fn from(row: Planned) -> Self {
        Self {
            line: row.line,
            name: row.name,
            username: row.username,
            role: row.role,
            outcome: row.outcome,
            troubles: row.troubles.into_iter().map(ImportTrouble::from).collect(),
            active: row.put.as_ref().and_then(Put::turns_active),
            changes: row.changes,
            joins: row.joins,
            leaves: row.leaves,
        }
    }
}

#[derive(Serialize, ToSchema)]
struct ImportRows {
    /// In the order of the file.
    rows: Vec<ImportRow>,
    /// What to ask for next; none at the end.
    next: Option<u32>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct FileName {
    /// What the file is called.
    #[serde(default)]
    name: String,
}

/// Reads a list of people and says what it would do; nothing is done yet. A table of
/// values in any encoding, or OneRoster's tables in an archive; 16 MiB at most.
#[utoipa::path(post, path = "/users/imports", tag = "users", params(FileName),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses(
        (status = 201, body = PlanBody),
        (status = 415, description = "Neither a table nor an archive of tables"),
        (status = 507, description = "The disk is full"),
    ))]
async fn send_list(
    State(roster): State<Roster>,
    Staff(actor): Staff,
    Query(file): Query<FileName>,
    bytes: Result<Bytes, BytesRejection>,
) -> Result<(StatusCode, Json<PlanBody>)> {
    let bytes = bytes.map_err(cut_short)?;
    let import = roster.send(&actor, &file.name, bytes).await?;
    Ok((StatusCode::CREATED, Json((import, Vec::new()).into())))
}

/// Why a body did not come whole.
fn cut_short(rejection: BytesRejection) -> Error {
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Error::new(Code::FileTooBig, "The list is too big."),
        _ => Error::new(Code::BadRequest, "The list broke off."),
    }
}

/// The lists this person sent, the newest first.
#[utoipa::path(get, path = "/users/imports", tag = "users",
    responses((status = 200, body = ImportList)))]
async fn list_imports(
    State(roster): State<Roster>,
    Staff(actor): Staff,
) -> Result<Json<ImportList>> {
    let imports = roster.imports(&actor).await?;
    Ok(Json(ImportList {
        imports: imports.into_iter().map(ImportBody::from).collect(),
    }))
}

/// A list and what it would do, or how far it is.
#[utoipa::path(get, path = "/users/imports/{id}", tag = "users", params(("id" = ImportId, Path)),
    responses((status = 200, body = PlanBody)))]
async fn show_import(
    State(roster): State<Roster>,
    Staff(actor): Staff,
    Path(id): Path<ImportId>,
) -> Result<Json<PlanBody>> {
    Ok(Json(roster.import(&actor, id).await?.into()))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// Which rows; all unless said.
    #[param(inline)]
    outcome: Option<ImportOutcome>,
    /// `next` of the page before.
    #[serde(default)]
    from: u32,
}

/// The rows of a list that was not started, a hundred at a time.
#[utoipa::path(get, path = "/users/imports/{id}/rows", tag = "users",
    params(("id" = ImportId, Path), Wanted), responses((status = 200, body = ImportRows)))]
async fn import_rows(
    State(roster): State<Roster>,
    Staff(actor): Staff,
    Path(id): Path<ImportId>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<ImportRows>> {
    let found = roster
        .rows(&actor, id, wanted.outcome, wanted.from, PAGE + 1)
        .await?;
    let next = found.get(PAGE as usize).map(|(place, _)| *place);
    let page = found.into_iter().take(PAGE as usize);
    let rows = page.map(|(_, row)| row.into()).collect();
    Ok(Json(ImportRows { rows, next }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"close_missing": false}))]
struct StartImport {
    /// Whether accounts of learners who are not in the list are closed.
    #[serde(default)]
    close_missing: bool,
}

/// Starts what a list would do, without its wrong rows.
#[utoipa::path(post, path = "/users/imports/{id}/start", tag = "users",
    params(("id" = ImportId, Path)), request_body = StartImport,
    responses(
        (status = 202, body = ImportBody),
        (status = 409, description = "It was started, or another one is being carried out"),
    ))]
async fn start_import(
    State(roster): State<Roster>,
    Staff(actor): Staff,
    Path(id): Path<ImportId>,
    Json(body): Json<StartImport>,
) -> Result<(StatusCode, Json<ImportBody>)> {
    let absent = match body.close_missing {
        true => Absent::Close,
        false => Absent::Stay,
    };
    let import = roster.start(&actor, id, absent).await?;
    Ok((StatusCode::ACCEPTED, Json(import.into())))
}

/// Forgets a list; what was done stays.
#[utoipa::path(delete, path = "/users/imports/{id}", tag = "users",
    params(("id" = ImportId, Path)), responses(
        (status = 204, description = "Forgotten"),
        (status = 409, description = "It is being carried out"),
    ))]
async fn forget_import(
    State(roster): State<Roster>,
    Staff(actor): Staff,
    Path(id): Path<ImportId>,
) -> Result<StatusCode> {
    roster.forget(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Written {
    /// How people are written; a table unless said.
    #[param(inline)]
    form: Option<ExportForm>,
}

/// The people of the school as a file: for teachers learners, for administrators
/// everybody.
#[utoipa::path(get, path = "/users/export", tag = "users", params(Written),
    responses((status = 200, content((String = "text/csv"), (Vec<u8> = "application/zip")))))]
async fn export_people(
    State(roster): State<Roster>,
    Staff(actor): Staff,
    Query(written): Query<Written>,
) -> Result<Response> {
    let form = written.form.unwrap_or(ExportForm::Csv);
    let (media, disposition) = match form {
        ExportForm::Csv => (
            "text/csv; charset=utf-8",
            "attachment; filename=\"people.csv\"",
        ),
        ExportForm::OneRoster => ("application/zip", "attachment; filename=\"oneroster.zip\""),
    };
    let bytes = roster.export(&actor, form).await?;
    let head = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media)),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static(disposition),
        ),
    ];
    Ok((head, bytes).into_response())
}
