//! `/api/v1/knowledge/sticks` and `/copies`: lessons from a USB stick that is
//! plugged into the box. Places are sent in bodies, so that no log has them.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use crate::accounts::Staff;
use crate::error::{Code, Result};
use crate::http::extract::{Json, Path};
use crate::inference::document::Format;
use crate::lessons::incoming::Naming;
use crate::lessons::library::Lessons;
use crate::lessons::sticks::{CopyNow, Entry, Fate, FileState, Kind, Place, StickFile};
use crate::types::{CopyId, Language, Timestamp};

/// Files of a copy that are named; those that need somebody come first.
const MOST_NAMED: usize = 200;

pub fn routes() -> OpenApiRouter<Lessons> {
    OpenApiRouter::new()
        .routes(utoipa_axum::routes!(list_sticks))
        .routes(utoipa_axum::routes!(stick_folder))
        .routes(utoipa_axum::routes!(plan_copy))
        .routes(utoipa_axum::routes!(start_copy))
        .routes(utoipa_axum::routes!(list_copies))
        .routes(utoipa_axum::routes!(stop_copy))
        .routes(utoipa_axum::routes!(forget_copy))
}

/// A USB stick that is plugged into the box.
#[derive(Serialize, ToSchema)]
#[schema(as = Stick)]
struct StickBody {
    id: String,
    name: String,
    /// Bytes it has room for.
    total_bytes: u64,
}

#[derive(Serialize, ToSchema)]
struct StickList {
    sticks: Vec<StickBody>,
}

/// The sticks that are plugged into the box.
#[utoipa::path(get, path = "/knowledge/sticks", tag = "knowledge",
    responses((status = 200, body = StickList)))]
async fn list_sticks(State(lessons): State<Lessons>, _staff: Staff) -> Result<Json<StickList>> {
    let sticks = lessons.sticks().await?.into_iter().map(|stick| StickBody {
        id: stick.id,
        name: stick.name,
        total_bytes: stick.total_bytes,
    });
    Ok(Json(StickList {
        sticks: sticks.collect(),
    }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"place": ""}))]
struct FolderBody {
    /// The place of a folder as it was told; the uppermost one unless given.
    #[serde(default)]
    place: String,
}

/// Something in a folder of a stick.
#[derive(Serialize, ToSchema)]
struct StickEntry {
    /// Names it in requests.
    place: String,
    name: String,
    folder: bool,
    bytes: u64,
    /// What kind of lesson it would be.
    format: Option<Format>,
    /// Why it can not become one.
    code: Option<&'static str>,
}

impl From<Entry> for StickEntry {
    fn from(entry: Entry) -> Self {
        let (bytes, format, code) = match entry.kind {
            Kind::Folder => (0, None, None),
            Kind::File { format, bytes } => (bytes, Some(format), None),
            Kind::Unfit { code, bytes } => (bytes, None, Some(code.as_str())),
        };
        Self {
            place: entry.place.word(),
            name: entry.place.name(),
            folder: entry.kind == Kind::Folder,
            bytes,
            format,
            code,
        }
    }
}

#[derive(Serialize, ToSchema)]
struct StickFolder {
    entries: Vec<StickEntry>,
    /// Whether there is more in the folder than is told.
    more: bool,
}

/// What is in a folder of a stick, folders first.
#[utoipa::path(post, path = "/knowledge/sticks/{id}/folder", tag = "knowledge",
    params(("id" = String, Path)), request_body = FolderBody,
    responses((status = 200, body = StickFolder)))]
async fn stick_folder(
    State(lessons): State<Lessons>,
    _staff: Staff,
    Path(id): Path<String>,
    Json(body): Json<FolderBody>,
) -> Result<Json<StickFolder>> {
    let place = Place::parse(&body.place)?;
    let (entries, more) = lessons.stick_folder(&id, place).await?;
    let entries = entries.into_iter().map(StickEntry::from).collect();
    Ok(Json(StickFolder { entries, more }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"chosen": []}))]
struct ChoiceBody {
    /// The places of files and folders.
    chosen: Vec<String>,
}

/// What copying would do.
#[derive(Serialize, ToSchema)]
struct StickPlan {
    /// Files that would become lessons.
    new_files: usize,
    new_bytes: u64,
    /// Files that are lessons already.
    here_files: usize,
    /// Files that can not become lessons or do not fit, up to 200.
    refused: Vec<RefusedFile>,
    refused_files: usize,
    /// Whether there is more below what was chosen than one plan has.
    cut: bool,
}

#[derive(Serialize, ToSchema)]
struct RefusedFile {
    name: String,
    bytes: u64,
    /// Why.
    code: &'static str,
}

/// Looks at what was chosen and says what copying it would do.
#[utoipa::path(post, path = "/knowledge/sticks/{id}/plan", tag = "knowledge",
    params(("id" = String, Path)), request_body = ChoiceBody,
    responses((status = 200, body = StickPlan)))]
async fn plan_copy(
    State(lessons): State<Lessons>,
    Staff(actor): Staff,
    Path(id): Path<String>,
    Json(body): Json<ChoiceBody>,
) -> Result<Json<StickPlan>> {
    let plan = lessons
        .plan_copy(&actor, &id, places(&body.chosen)?)
        .await?;
    let (new_files, new_bytes) = plan.new_files();
    let (mut refused, mut here_files) = (Vec::new(), 0);
    for file in &plan.files {
        match file.fate {
            Fate::New => {}
            Fate::Here(_) => here_files += 1,
            Fate::Refused(code) => refused.push(RefusedFile {
                name: file.place.name(),
                bytes: file.bytes,
                code: code.as_str(),
            }),
        }
    }
    let refused_files = refused.len();
    refused.truncate(MOST_NAMED);
    Ok(Json(StickPlan {
        new_files,
        new_bytes,
        here_files,
        refused,
        refused_files,
        cut: plan.cut,
    }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"chosen": [], "subject": "Biology"}))]
struct CopyBody {
    /// The places of files and folders.
    chosen: Vec<String>,
    /// School subject of all of them.
    subject: Option<String>,
    /// Their language, when all have the same.
    language: Option<Language>,
    /// Whether learners may read them; true unless said.
    shared: Option<bool>,
}

/// A copy from a stick.
#[derive(Serialize, ToSchema)]
struct StickCopy {
    id: CopyId,
    stick_name: String,
    /// Whether files wait to be copied.
    running: bool,
    files: usize,
    /// Files of which it is known what became of them.
    settled: usize,
    copied: usize,
    /// Files that were lessons already.
    here: usize,
    failed: usize,
    stopped: usize,
    /// Bytes of the files that were to be copied, and of those how many were read.
    total_bytes: u64,
    read_bytes: u64,
    /// The file that is being copied.
    current: Option<CurrentFile>,
    /// Files that failed or were stopped, up to 200.
    not_copied: Vec<NotCopied>,
    created_at: Timestamp,
}

#[derive(Serialize, ToSchema)]
struct CurrentFile {
    name: String,
    bytes: u64,
    read_bytes: u64,
}

#[derive(Serialize, ToSchema)]
struct NotCopied {
    n: u32,
    name: String,
    /// Why; none when it was stopped before its turn.
    code: Option<&'static str>,
}

impl From<CopyNow> for StickCopy {
    fn from((copy, files, read): CopyNow) -> Self {
        let count = |state: FileState| files.iter().filter(|file| file.state == state).count();
        let waiting = count(FileState::Waiting);
        let bytes = |keep: fn(&StickFile) -> bool| -> u64 {
            files.iter().filter(|f| keep(f)).map(|f| f.bytes).sum()
        };
        let current = files.iter().find(|file| file.state == FileState::Waiting);
        let read = current.map_or(0, |file| read.min(file.bytes));
        let missed = files
            .iter()
            .filter(|file| matches!(file.state, FileState::Failed | FileState::Stopped));
        let copied_bytes = bytes(|file| file.state == FileState::Copied);
        Self {
            id: copy.id,
            stick_name: copy.stick_name,
            running: waiting > 0,
            files: files.len(),
            settled: files.len() - waiting,
            copied: count(FileState::Copied),
            here: count(FileState::Here),
            failed: count(FileState::Failed),
            stopped: count(FileState::Stopped),
            total_bytes: copied_bytes + bytes(|file| file.state == FileState::Waiting),
            read_bytes: copied_bytes + read,
            current: current.map(|file| CurrentFile {
                name: file.place.name(),
                bytes: file.bytes,
                read_bytes: read,
            }),
            not_copied: missed
                .take(MOST_NAMED)
                .map(|file| NotCopied {
                    n: file.n,
                    name: file.place.name(),
                    code: file.code.map(Code::as_str),
                })
                .collect(),
            created_at: copy.created_at,
        }
    }
}

/// Starts to copy; it goes on without the page.
#[utoipa::path(post, path = "/knowledge/sticks/{id}/copies", tag = "knowledge",
    params(("id" = String, Path)), request_body = CopyBody,
    responses(
        (status = 202, body = StickCopy),
        (status = 409, description = "Nothing of this would become a lesson"),
    ))]
async fn start_copy(
    State(lessons): State<Lessons>,
    Staff(actor): Staff,
    Path(id): Path<String>,
    Json(body): Json<CopyBody>,
) -> Result<(StatusCode, Json<StickCopy>)> {
    let subject = body.subject.map(|subject| subject.trim().to_owned());
    let naming = Naming {
        title: None,
        subject: subject.filter(|subject| !subject.is_empty()),
        language: body.language,
        shared: body.shared.unwrap_or(true),
    };
    let chosen = places(&body.chosen)?;
    let copy = lessons.start_copy(&actor, &id, chosen, naming).await?;
    Ok((StatusCode::ACCEPTED, Json(copy.into())))
}

#[derive(Serialize, ToSchema)]
struct CopyList {
    copies: Vec<StickCopy>,
}

/// The copies this person started in the last month, newest first.
#[utoipa::path(get, path = "/knowledge/copies", tag = "knowledge",
    responses((status = 200, body = CopyList)))]
async fn list_copies(
    State(lessons): State<Lessons>,
    Staff(actor): Staff,
) -> Result<Json<CopyList>> {
    let copies = lessons.copies(&actor).await?;
    Ok(Json(CopyList {
        copies: copies.into_iter().map(StickCopy::from).collect(),
    }))
}

/// Stops a copy; what was copied stays.
#[utoipa::path(post, path = "/knowledge/copies/{id}/stop", tag = "knowledge",
    params(("id" = CopyId, Path)), responses((status = 204)))]
async fn stop_copy(
    State(lessons): State<Lessons>,
    Staff(actor): Staff,
    Path(id): Path<CopyId>,
) -> Result<StatusCode> {
    lessons.stop_copy(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Stops a copy and takes it off the list; what was copied stays.
#[utoipa::path(delete, path = "/knowledge/copies/{id}", tag = "knowledge",
    params(("id" = CopyId, Path)), responses((status = 204)))]
async fn forget_copy(
    State(lessons): State<Lessons>,
    Staff(actor): Staff,
    Path(id): Path<CopyId>,
) -> Result<StatusCode> {
    lessons.forget_copy(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn places(chosen: &[String]) -> Result<Vec<Place>> {
    chosen.iter().map(|word| Place::parse(word)).collect()
}
