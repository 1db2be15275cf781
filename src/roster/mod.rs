//! Lists of people: brought in from spreadsheets and school registers, and taken out.
//!
//! A list is read in the sandboxed child, kept as text, and shown as what it would do:
//! who is new, who changes, which rows are wrong and why. Only then somebody starts it.
//! The steps are decided anew by the same rules, with the ids of all who are new, and
//! stored with the job, so that each can be done again after a power cut and is done
//! once.

mod columns;
mod export;
mod http;
mod job;
mod oneroster;
mod plan;
mod planning;
mod store;
mod words;

use std::io::{Seek, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub(crate) use columns::guarded;
pub use http::routes;
pub use job::ApplyList;
pub use plan::{ImportOutcome, ImportReason, Plan, Planned, Trouble};

use crate::accounts::{Accounts, Actor, Entry, Role};
use crate::audit::{self, Action, Note};
use crate::blobs::storing;
use crate::classes::{Classes, Move};
use crate::error::{Code, Error, Result};
use crate::events;
use crate::inference::protocol::FailureCode;
use crate::inference::sheet::Sheet;
use crate::jobs;
use crate::state::App;
use crate::types::{ClassId, ImportId, OrgId, Timestamp, UserId};
use crate::word_enum;
use columns::List;
use plan::School;

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
    /// What was to be done, once it was started.
    pub counts: Option<Counts>,
    /// When it was sent.
    pub created_at: Timestamp,
    list: List,
}

/// How many rows are what.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    serde::Serialize,
    serde::Deserialize,
    utoipa::ToSchema,
)]
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

/// One thing to do about a list.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(crate) enum Step {
    /// Make a class.
    Class(ClassId, String),
    /// Add or change somebody.
    Person(Entry, Vec<Move>),
}

/// Lists of people of a box. Cheap to clone.
#[derive(Clone)]
pub struct Roster {
    app: App,
    accounts: Accounts,
    classes: Classes,
    shown: Arc<Mutex<Option<Shown>>>,
}

/// The plan that was shown last, kept for its next page: ten thousand rows take longer to
/// plan than a page may.
struct Shown {
    import: ImportId,
    /// Entries of the log and events when it was made: what changes the plan writes one
    /// or the other.
    at: (i64, i64),
    plan: Arc<Plan>,
}

impl Roster {
    /// Lists of the people of these accounts and classes.
    pub fn new(app: App, accounts: Accounts, classes: Classes) -> Self {
        Self {
            app,
            accounts,
            classes,
            shown: Arc::default(),
        }
    }

    fn shown(&self) -> MutexGuard<'_, Option<Shown>> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads a list and keeps it; those the person sent before and did not start go.
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
        let import = Import {
            id: ImportId::new(),
            org: actor.org,
            sent_by: actor.user,
            file_name: file_name.chars().take(NAME_MAX).collect(),
            state: ImportState::Checked,
            total: 0,
            done: 0,
            counts: None,
            created_at: self.app.clock.now(),
            list: list(&sheets)?,
        };
        let write = move |conn: &_| {
            store::forget_unstarted(conn, import.org, import.sent_by)?;
            store::insert(conn, &import)?;
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

    /// A list the person sent, and while nothing is done about it what it would do.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn import(&self, actor: &Actor, id: ImportId) -> Result<(Import, Option<Plan>)> {
        let (org, user) = (actor.org, actor.user);
        let core = &self.app.db.core;
        let read = core.read(move |conn| store::get(conn, org, user, id));
        let import = read.await?;
        let plan = match import.state {
            ImportState::Checked => Some(self.plan(actor, &import.list).await?),
            ImportState::Running | ImportState::Done | ImportState::Failed => None,
        };
        Ok((import, plan))
    }

    /// What a list of the person would do, nothing once it was started.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn planned(&self, actor: &Actor, id: ImportId) -> Result<Arc<Plan>> {
        let (org, user) = (actor.org, actor.user);
        let read = move |conn: &_| {
            let at = (audit::last(conn, org)?, events::count(conn)?);
            Ok((store::state(conn, org, user, id)?, at))
        };
        let (state, at) = self.app.db.core.read(read).await?;
        if state != ImportState::Checked {
            return Ok(Arc::default());
        }
        if let Some(shown) = &*self.shown()
            && (shown.import, shown.at) == (id, at)
        {
            return Ok(Arc::clone(&shown.plan));
        }
        let (_, plan) = self.import(actor, id).await?;
        let plan = Arc::new(plan.unwrap_or_default());
        let shown = Shown {
            import: id,
            at,
            plan: Arc::clone(&plan),
        };
        *self.shown() = Some(shown);
        Ok(plan)
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

    /// Starts what a list would do, without its wrong rows; with `close_missing` the
    /// accounts of learners who are not in it are closed.
    ///
    /// # Errors
    /// `conflict` when it was started before, or another of the school is running;
    /// `forbidden` for closing as a teacher.
    pub async fn start(&self, actor: &Actor, id: ImportId, close_missing: bool) -> Result<Import> {
        if close_missing && actor.role != Role::Admin {
            let detail = "Administrators close accounts.";
            return Err(Error::new(Code::Forbidden, detail));
        }
        let (mut import, plan) = self.import(actor, id).await?;
        let Some(plan) = plan else {
            return Err(started());
        };
        let counts = plan.counts(close_missing);
        if close_missing && counts.wrong > 0 {
            let detail = "Correct the wrong rows first: who is in them must not be closed.";
            return Err(Error::new(Code::Conflict, detail));
        }
        let steps = plan.steps(close_missing);
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
        *self.shown() = None;
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
        *self.shown() = None;
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

impl Plan {
    /// How many rows are what.
    pub fn counts(&self, close_missing: bool) -> Counts {
        let count = |outcome| {
            let rows = self.rows.iter().filter(|row| row.outcome == outcome);
            u32::try_from(rows.count()).unwrap_or(u32::MAX)
        };
        Counts {
            new: count(ImportOutcome::New),
            changed: count(ImportOutcome::Changed),
            same: count(ImportOutcome::Same),
            wrong: count(ImportOutcome::Wrong),
            classes: u32::try_from(self.classes.len()).unwrap_or(u32::MAX),
            closed: match close_missing {
                true => u32::try_from(self.missing.len()).unwrap_or(u32::MAX),
                false => 0,
            },
        }
    }

    fn steps(self, close_missing: bool) -> Vec<Step> {
        let classes = self.classes.into_iter();
        let mut steps: Vec<Step> = classes.map(|(id, name)| Step::Class(id, name)).collect();
        for row in self.rows {
            if let (ImportOutcome::New | ImportOutcome::Changed, Some(entry)) =
                (row.outcome, row.entry)
            {
                steps.push(Step::Person(entry, row.moves));
            }
        }
        if close_missing {
            let closed = self.missing.into_iter().map(|person| Entry {
                id: person.id,
                number: person.number,
                name: person.name,
                username: person.username,
                role: person.role,
                language: person.language,
                active: false,
            });
            steps.extend(closed.map(|entry| Step::Person(entry, Vec::new())));
        }
        steps
    }
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
