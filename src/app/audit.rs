//! `/api/v1/audit`: the log of what the staff did, to read and to save. It is here and
//! not in `src/audit`, because that comes before the accounts that write to it.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;

use super::status::Status;
use crate::accounts::Admin;
use crate::audit::{self, Action, Check, Entry, Facts, Filter, Group, Kind, Note, Person};
use crate::error::{Error, Result};
use crate::http::extract::{Json, Query};
use crate::text::table::{MARK, Table};
use crate::types::{Timestamp, UserId};

/// Entries shown at once.
const PAGE: u32 = 50;
/// Entries saved at once; a log of any length goes out in little memory.
const CHUNK: u32 = 1000;
/// The columns of a saved log.
const HEAD: [&str; 10] = [
    "number",
    "time",
    "actor_id",
    "actor",
    "action",
    "kind",
    "subject_id",
    "subject",
    "facts",
    "chain",
];

/// The routes, still without their state.
pub fn routes() -> OpenApiRouter<Status> {
    OpenApiRouter::new()
        .routes(utoipa_axum::routes!(show_log))
        .routes(utoipa_axum::routes!(export_log))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// Done by this person, or to this person.
    person: Option<UserId>,
    /// Of these actions.
    #[param(inline)]
    group: Option<Group>,
    /// Done at this time or later.
    from: Option<Timestamp>,
    /// Done before this time.
    to: Option<Timestamp>,
}

impl From<Wanted> for Filter {
    fn from(wanted: Wanted) -> Self {
        Self {
            person: wanted.person,
            group: wanted.group,
            from: wanted.from,
            to: wanted.to,
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Place {
    /// `next` of the page before.
    before: Option<u64>,
}

/// Entries of the log.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditLog)]
struct LogBody {
    /// The newest first.
    entries: Vec<EntryBody>,
    /// What to ask for next; none at the end.
    next: Option<u64>,
    /// Whether the log is as it was written; with the first page only.
    check: Option<CheckBody>,
}

/// Something the staff did, or the box by itself.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditEntry)]
struct EntryBody {
    /// Its number, from 1.
    seq: u64,
    at: Timestamp,
    /// Who did it; none for the box itself.
    actor: Option<PersonBody>,
    action: Action,
    /// What it was done to.
    kind: Kind,
    /// The id of that.
    subject: Option<String>,
    /// Its name now if it is a person; none for one who was erased.
    subject_name: Option<String>,
    facts: Facts,
}

/// Somebody who did something.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditPerson)]
struct PersonBody {
    id: String,
    /// None for one who was erased.
    name: Option<String>,
}

/// Whether a log is as it was written.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditCheck)]
struct CheckBody {
    /// How many entries were looked at, today or within the last day.
    entries: u64,
    /// How many there are; the box looks at the rest within a day.
    total: u64,
    /// The first that was changed, or is missing.
    broken_at: Option<u64>,
}

impl From<Entry> for EntryBody {
    fn from(entry: Entry) -> Self {
        Self {
            seq: entry.seq,
            at: entry.at,
            actor: entry
                .actor
                .map(|Person { id, name }| PersonBody { id, name }),
            action: entry.action,
            kind: entry.kind,
            subject: entry.subject,
            subject_name: entry.subject_name,
            facts: entry.facts,
        }
    }
}

impl From<Check> for CheckBody {
    fn from(check: Check) -> Self {
        Self {
            entries: check.entries,
            total: check.total,
            broken_at: check.broken_at,
        }
    }
}

/// What the staff did, the last first, fifty at a time.
#[utoipa::path(get, path = "/audit", tag = "audit", params(Wanted, Place),
    responses((status = 200, body = LogBody)))]
async fn show_log(
    State(status): State<Status>,
    Admin(actor): Admin,
    Query(wanted): Query<Wanted>,
    Query(place): Query<Place>,
) -> Result<Json<LogBody>> {
    let (org, filter, before) = (actor.org, Filter::from(wanted), place.before);
    let read = move |conn: &_| {
        let entries = audit::page(conn, org, &filter, before, PAGE + 1)?;
        // What came since the last walk is looked at, and not again for every page.
        let check = before.is_none().then(|| audit::check(conn, org));
        Ok((entries, check.transpose()?))
    };
    let (mut entries, check) = status.app.db.core.read(read).await?;
    let more = entries.len() > PAGE as usize;
    entries.truncate(PAGE as usize);
    let last = entries.last().map(|entry| entry.seq);
    Ok(Json(LogBody {
        entries: entries.into_iter().map(EntryBody::from).collect(),
        next: last.filter(|_| more),
        check: check.map(CheckBody::from),
    }))
}

/// The log as a table (CSV), the last entry first. Who saved it is in it too.
#[utoipa::path(get, path = "/audit/export", tag = "audit", params(Wanted),
    responses((status = 200, body = Vec<u8>, content_type = "text/csv")))]
async fn export_log(
    State(status): State<Status>,
    Admin(actor): Admin,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let (app, org, filter) = (status.app.clone(), actor.org, Filter::from(wanted));
    let (note, now) = (Note::new(Action::LogExported), app.clock.now());
    let record = move |conn: &_| audit::record(conn, actor, note, now);
    app.db.core.write(record).await?;
    // No entry has the number to begin with.
    let chunks = stream::try_unfold(Some(u64::MAX), move |before| {
        let (app, filter) = (app.clone(), filter.clone());
        async move {
            let Some(before) = before else {
                return Ok(None);
            };
            let read = move |conn: &_| audit::page(conn, org, &filter, Some(before), CHUNK);
            let entries = app.db.core.read(read).await?;
            let full = entries.len() == CHUNK as usize;
            let next = entries.last().map(|entry| entry.seq).filter(|_| full);
            Ok::<_, Error>(Some((table(b"", entries.into_iter().map(cells))?, next)))
        }
    });
    let head = table(MARK, [HEAD.map(str::to_owned)])?;
    let all = stream::once(async { Ok(head) }).chain(chunks);
    let heads = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"audit.csv\"",
        ),
    ];
    let heads = heads.map(|(name, value)| (name, HeaderValue::from_static(value)));
    let body = Body::from_stream(all.map_err(Error::into_anyhow));
    Ok((heads, body).into_response())
}

/// Rows as CSV, after these bytes.
fn table(before: &[u8], rows: impl IntoIterator<Item = [String; HEAD.len()]>) -> Result<Vec<u8>> {
    let mut table = Table::new(b',', before);
    for row in rows {
        table.row(row.iter().map(String::as_str))?;
    }
    Ok(table.finish()?)
}

/// An entry as the cells of its row.
fn cells(entry: Entry) -> [String; HEAD.len()] {
    let time = jiff::Timestamp::from_millisecond(entry.at.0).unwrap_or_default();
    let actor = entry.actor.unwrap_or(Person {
        id: String::new(),
        name: None,
    });
    let facts = serde_json::to_string(&entry.facts).unwrap_or_default();
    let chain = entry.chain.iter().map(|byte| format!("{byte:02x}"));
    [
        entry.seq.to_string(),
        time.to_string(),
        actor.id,
        actor.name.unwrap_or_default(),
        entry.action.as_str().to_owned(),
        entry.kind.as_str().to_owned(),
        entry.subject.unwrap_or_default(),
        entry.subject_name.unwrap_or_default(),
        facts,
        chain.collect(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_a_row_without_formulas() {
        let entry = Entry {
            seq: 7,
            at: Timestamp(1_790_000_000_000),
            actor: Some(Person {
                id: "k".into(),
                name: Some("=Keza".into()),
            }),
            action: Action::LessonDeleted,
            kind: Kind::Lesson,
            subject: Some("l".into()),
            subject_name: None,
            facts: Facts {
                name: Some("Leaves, roots".into()),
                ..Facts::default()
            },
            chain: [171; 32],
        };
        let row = String::from_utf8(table(b"", [cells(entry)]).unwrap()).unwrap();
        let facts = r#""{""name"":""Leaves, roots""}""#;
        let expect = format!(
            "7,2026-09-21T14:13:20Z,k,'=Keza,lesson_deleted,lesson,l,,{facts},{}\r\n",
            "ab".repeat(32)
        );
        assert_eq!(row, expect);
    }
}
