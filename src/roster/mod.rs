//! Lists of people: brought in from spreadsheets and school registers, and taken out.
//!
//! A list is read in the sandboxed child, kept as text, and shown as what it would do:
//! who is new, who changes, which rows are wrong and why. This is decided once, when the
//! list is sent, and kept by the row: a page of the preview reads a hundred of them, and
//! what is carried out is what was shown. Only then somebody starts it. The steps are
//! stored with the job and have the ids of all who are new, so that each can be done again
//! after a power cut and is done once.

mod columns;
mod export;
mod http;
mod job;
mod oneroster;
mod plan;
mod planning;
mod steps;
mod store;
mod words;

use std::io::{Seek, Write};

use serde::{Deserialize, Serialize};

pub use http::routes;
pub use job::ApplyList;
pub use plan::{ImportOutcome, ImportReason, Planned, Trouble};

use crate::accounts::{Accounts, Actor, ImportLeftReason, Role};
use crate::audit::{self, Action, Note};
use crate::blobs::storing;
use crate::classes::Classes;
use crate::error::{Code, Error, Result};
use crate::inference::protocol::FailureCode;
use crate::inference::sheet::Sheet;
use crate::jobs;
use crate::state::App;
use crate::types::{ClassId, ImportId, OrgId, Timestamp, UserId};
use crate::word_enum;
use columns::{ImportColumn, List};
use plan::{Missing, Plan, School};
use steps::Step;

/// Bytes of a list that are taken.
pub(crate) const LARGEST: usize = 16 << 20;
/// How long a list waits to be started, in milliseconds.
const WAITING_MS: i64 = 7 * 24 * 3_600_000;
/// Longest name of a file that is kept, in characters.
const NAME_MAX: usize = 200;

word_enum! {
    /// Where a list stands.
    ImportState {
        /// It was read; nothing is done about it yet.
        Checked = "checked",
        /// It is being carried out.
        Running = "running",
        /// All of it was done.
        Done = "done",
        /// It broke off; what was done stays.
        Failed = "failed",
    }
}

/// A list that somebody sent.
#[derive(Debug, Clone)]
pub struct Import {
    /// Its id.
    pub id: ImportId,
    /// Whose people it is about.
    pub org: OrgId,
    /// Who sent it.
    pub sent_by: UserId,
    /// What its file is called.
    pub file_name: String,
    /// Where it stands.
    pub state: ImportState,
    /// Steps in all, once it was started.
    pub total: u32,
    /// Steps that were done.
    pub done: u32,
    /// What it would do; once it was started, what was to be done.
    pub counts: Option<Counts>,
    /// When it was sent.
    pub created_at: Timestamp,
    findings: Findings,
}

/// What was found in a list, besides its rows; nothing once it is done.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct Findings {
    /// Columns that were understood, and heads of the others.
    columns: Vec<ImportColumn>,
    ignored: Vec<String>,
    /// Classes to make.
    classes: Vec<(ClassId, String)>,
    /// Learners who are not in it.
    missing: Vec<Missing>,
}

/// Somebody who was left when a list was carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// Where the list speaks of the person, if it does.
    pub line: Option<u32>,
    /// The person's name; none for one who is not there.
    pub name: Option<String>,
    /// Why.
    pub reason: ImportLeftReason,
}

/// What becomes of the accounts of learners who are not in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absent {
    /// They stay as they are.
    Stay,
    /// They are closed.
    Close,
}

/// How many rows are what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = ImportCounts)]
pub struct Counts {
    /// They add somebody.
    pub new: u32,
    /// They change somebody.
    pub changed: u32,
    /// All of them is so already.
    pub same: u32,
    /// They can not be taken.
    pub wrong: u32,
    /// Classes to make.
    pub classes: u32,
    /// Learners whose accounts are closed, because they are not in the list.
    pub closed: u32,
}

/// Lists of people of a box. Cheap to clone.
#[derive(Clone)]
pub struct Roster {
    app: App,
    accounts: Accounts,
    classes: Classes,
}

impl Roster {
    /// Lists of the people of these accounts and classes.
    pub fn new(app: App, accounts: Accounts, classes: Classes) -> Self {
        Self {
            app,
            accounts,
            classes,
        }
    }

    /// Reads a list and keeps what it would do; those the person sent before and did not
    /// start go.
    ///
    /// # Errors
    /// `file_empty`, `file_too_big`, `file_type_unknown`, `file_unreadable`,
    /// `columns_unknown`.
    pub async fn send(
        &self,
        actor: &Actor,
        file_name: &str,
        bytes: bytes::Bytes,
    ) -> Result<Import> {
        let folder = self.app.config.data_dir.clone();
        let file = tokio::task::spawn_blocking(move || {
            let kept = |e| storing(e, "reading a list");
            let mut file = tempfile::tempfile_in(folder).map_err(kept)?;
            file.write_all(&bytes).map_err(kept)?;
            file.rewind().map_err(kept)?;
            Ok::<_, Error>(file)
        });
        let read = self.app.inference.read_sheets(file.await??).await?;
        let sheets = read.map_err(|failure| unreadable(failure.code, &failure.detail))?;
        let list = list(&sheets)?;
        let plan = self.plan(actor, &list).await?;
        let import = Import {
            id: ImportId::new(),
            org: actor.org,
            sent_by: actor.user,
            file_name: file_name.chars().take(NAME_MAX).collect(),
            state: ImportState::Checked,
            total: 0,
            done: 0,
            counts: Some(plan.counts()),
            created_at: self.app.clock.now(),
            findings: Findings {
                columns: list.columns,
                ignored: list.ignored,
                classes: plan.classes,
                missing: plan.missing,
            },
        };
        let write = move |conn: &_| {
            store::forget_unstarted(conn, import.org, import.sent_by)?;
            store::insert(conn, &import, &plan.rows)?;
            Ok(import)
        };
        self.app.db.core.write(write).await
    }

    /// The lists a person sent, the newest first.
    pub async fn imports(&self, actor: &Actor) -> Result<Vec<Import>> {
        let actor = *actor;
        let core = &self.app.db.core;
        core.read(move |conn| store::sent_by(conn, actor.org, actor.user))
            .await
    }

    /// A list the person sent, and who was left when it was carried out.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn import(&self, actor: &Actor, id: ImportId) -> Result<(Import, Vec<Left>)> {
        let (org, user) = (actor.org, actor.user);
        let read = move |conn: &_| {
            let import = store::get(conn, org, user, id)?;
            Ok((import, store::left(conn, org, id)?))
        };
        self.app.db.core.read(read).await
    }

    /// At most `limit` rows of a list that was not started, from a place on, with their
    /// places; of one outcome if one is said.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn rows(
        &self,
        actor: &Actor,
        id: ImportId,
        outcome: Option<ImportOutcome>,
        from: u32,
        limit: u32,
    ) -> Result<Vec<(u32, Planned)>> {
        let (org, user) = (actor.org, actor.user);
        let read = move |conn: &_| {
            store::get(conn, org, user, id)?;
            store::rows(conn, id, outcome, from, limit)
        };
        self.app.db.core.read(read).await
    }

    async fn plan(&self, actor: &Actor, list: &List) -> Result<Plan> {
        let school = School {
            people: self.accounts.listed(actor.org).await?,
            rolls: self.classes.rolls(actor).await?,
            language: Some(self.accounts.school(actor.org).await?.language),
        };
        let (list, actor) = (list.clone(), *actor);
        // Ten thousand rows take longer than other requests should wait.
        Ok(tokio::task::spawn_blocking(move || plan::plan(&list, &school, &actor)).await?)
    }

    /// Starts what a list would do as it was shown, without its wrong rows.
    ///
    /// # Errors
    /// `conflict` when it was started before, or another of the school is running, or
    /// accounts are to be closed while a row is wrong; `forbidden` for closing as a teacher.
    pub async fn start(&self, actor: &Actor, id: ImportId, absent: Absent) -> Result<Import> {
        if absent == Absent::Close && actor.role != Role::Admin {
            let detail = "Administrators close accounts.";
            return Err(Error::new(Code::Forbidden, detail));
        }
        let (org, user) = (actor.org, actor.user);
        let read = move |conn: &_| {
            let import = store::get(conn, org, user, id)?;
            Ok((import, store::rows(conn, id, None, 0, u32::MAX)?))
        };
        let (mut import, rows) = self.app.db.core.read(read).await?;
        if import.state != ImportState::Checked {
            return Err(started());
        }
        let mut counts = import.counts.unwrap_or_default();
        let now = steps::namesakes(&self.accounts.listed(org).await?);
        let classes = import.findings.classes.iter().cloned();
        let mut steps: Vec<Step> = classes.map(|(id, name)| Step::Class(id, name)).collect();
        let rows = rows.into_iter().map(|(_, row)| row).collect();
        steps.extend(steps::of_rows(rows, &now));
        if absent == Absent::Close {
            if counts.wrong > 0 {
                let detail = "Correct the wrong rows first: who is in them must not be closed.";
                return Err(Error::new(Code::Conflict, detail));
            }
            let missing = &import.findings.missing;
            counts.closed = u32::try_from(missing.len()).unwrap_or(u32::MAX);
            steps.extend(steps::closing(missing));
        }
        import.state = ImportState::Running;
        import.counts = Some(counts);
        import.total = u32::try_from(steps.len()).unwrap_or(u32::MAX);
        let (actor, now) = (*actor, self.app.clock.now());
        let write = move |conn: &_| {
            if !store::start(conn, &import, &steps)? {
                return Err(started());
            }
            jobs::enqueue(conn, ApplyList::job(&import), now)?;
            // One entry for all of it; the work itself writes none.
            let note = Note::new(Action::ListStarted).of(id);
            audit::record(conn, actor, counts.told(note), now)?;
            Ok(import)
        };
        self.app.db.core.write(write).await
    }

    /// Forgets a list that is not being carried out; what was done stays.
    ///
    /// # Errors
    /// `not_found`, `conflict` while it runs.
    pub async fn forget(&self, actor: &Actor, id: ImportId) -> Result<()> {
        let (org, user) = (actor.org, actor.user);
        let write = move |conn: &_| {
            if store::get(conn, org, user, id)?.state == ImportState::Running {
                return Err(Error::new(Code::Conflict, "The list is being carried out."));
            }
            store::delete(conn, id)
        };
        self.app.db.core.write(write).await
    }
}

impl Counts {
    /// A note with these numbers.
    fn told(self, note: Note) -> Note {
        note.number("new", self.new)
            .number("changed", self.changed)
            .number("wrong", self.wrong)
            .number("classes", self.classes)
            .number("closed", self.closed)
    }
}

/// Forgets lists that nobody started within a week: they hold people's data.
pub(crate) async fn forget_old(app: &App) -> Result<()> {
    let before = app.clock.now().plus_ms(-WAITING_MS);
    let core = &app.db.core;
    if core
        .read(move |conn| store::has_before(conn, before))
        .await?
    {
        core.write(move |conn| store::forget_before(conn, before))
            .await?;
    }
    Ok(())
}

/// The people of a file: one table, or the tables of a school register.
fn list(sheets: &[Sheet]) -> Result<List> {
    match sheets {
        [only] if only.name.is_empty() => columns::list(only),
        several => oneroster::list(several),
    }
}

fn started() -> Error {
    let detail = "A list of this school is being carried out, or was this one.";
    Error::new(Code::Conflict, detail)
}

/// Why a file is no list, for whoever sent it.
fn unreadable(code: FailureCode, detail: &str) -> Error {
    let (code, said) = match code {
        FailureCode::Empty => (Code::FileEmpty, "The file has no rows."),
        FailureCode::TooBig => (Code::FileTooBig, "The list is too long."),
        FailureCode::WrongType => (
            Code::FileTypeUnknown,
            "Save the table as CSV, or the register as an archive of CSV files.",
        ),
        _ => (Code::FileUnreadable, "The file can not be read."),
    };
    tracing::debug!(detail, "roster.unreadable");
    Error::new(code, said)
}
