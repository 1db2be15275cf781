//! Schools, people, and who is signed in.
//!
//! A person belongs to one school and can only be found within it. Signing in
//! makes a session; every request names one, and the table of live sessions
//! says, for this very moment, whose it is and what that person may do. So
//! ending a session, closing an account or changing a role counts at once.
//!
//! Feature code asks for [`Auth`], [`Staff`] or [`Admin`] in a handler's
//! arguments: asking for the person is the check. What guests may do too asks for
//! [`Anyone`].

mod age;
mod arrivals;
mod badges;
mod browser;
mod changes;
mod codes;
mod devices;
mod keyfile;
mod listed;
mod names;
mod noted;
mod password;
mod scan;
mod scratch;
mod secrets;
mod sessions;
mod spread;
mod throttle;
mod tokens;
mod totp;

mod console;
mod guests;
mod orgs;
mod people;
mod recovery;
mod search;
mod settings;
mod setup;
mod several;
mod signin;
mod trash;
mod waiting;

mod cookies;
mod extractor;
mod http;
mod store;
mod wire;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;

pub use age::AgeBand;
pub(crate) use browser::Browser;
pub(crate) use changes::{Changes, Entry, ImportLeftReason, Put, Turn};
pub(crate) use codes::{new_code, typed_code};
pub use console::{leave_note, take_in as take_in_notes};
pub use devices::end_shared_sessions;
pub use extractor::{Admin, Anyone, Auth, BoxAdmin, Staff, actor_of, is_admin, who};
pub use http::routes;
pub(crate) use http::{refused, with_cookies};
pub(crate) use listed::{Listed, number as checked_number, username_key};
pub(crate) use names::name as checked_name;
pub(crate) use people::{NewPerson, may_give};
pub(crate) use scan::Origin;
pub use secrets::Way;
pub(crate) use settings::SettingsChange;
pub use setup::Line;
pub(crate) use several::each_once as several;
pub(crate) use signin::{SignedIn, code_closed};
pub(crate) use store::age::set as set_age;
pub use store::arrivals::Furnish;
pub(crate) use store::erasing::{Somebody, changeable, due_in_trash, erasable, erase_person, heir};
pub(crate) use store::settings::{change as change_settings, language as school_language};
pub use trash::TRASH_MS;
pub(crate) use trash::{gone_at, kept_since};
pub(crate) use waiting::Waiting;
pub(crate) use wire::Me;

use crate::error::{Code, Error, Result};
use crate::state::App;
use crate::types::{Language, OrgId, SessionId, Timestamp, UserId};
use crate::word_enum;
use names::Username;
use password::Passwords;
use secrets::Pepper;
use sessions::Live;
use setup::Gate;
use signin::Door;
use spread::Spread;
use throttle::Throttle;
use tokens::Keys;

/// Between looks at a session that something long-lived depends on.
const SESSION_CHECK: Duration = Duration::from_secs(60);

/// After so long without a request of anybody the box is quiet, in milliseconds.
const QUIET_MS: i64 = 5 * 60 * 1000;

word_enum! {
    /// What a person may do in a school.
    Role {
        /// Runs the school: people, lessons, tutors, the box page.
        Admin = "admin",
        /// Teaches: lessons, tutors, learners' accounts.
        Teacher = "teacher",
        /// Learns: reads what is shared, asks tutors.
        Learner = "learner",
        /// Looks around where the school allows it, without an account.
        Guest = "guest",
    }
}

word_enum! {
    /// The kind of place a school is.
    OrgKind {
        /// A primary school.
        Primary = "primary",
        /// A secondary school.
        Secondary = "secondary",
        /// A community centre or library.
        Community = "community",
    }
}

/// Who is asking. Copied out of the live session at the start of a request;
/// long-lived tasks end with [`Accounts::session_over`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// The school all data of this request belongs to.
    pub org: OrgId,
    /// The person.
    pub user: UserId,
    /// What the person may do in the school.
    pub role: Role,
    /// May also manage the schools of the box.
    pub platform_admin: bool,
    /// The session the request came with.
    pub session: SessionId,
    /// The person's language.
    pub language: Language,
}

impl Actor {
    /// Teacher or administrator.
    pub fn is_staff(&self) -> bool {
        matches!(self.role, Role::Admin | Role::Teacher)
    }
}

/// A school.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Org {
    /// Its id, in every row of its data.
    pub id: OrgId,
    /// Its name.
    pub name: String,
    /// The kind of place it is.
    pub kind: OrgKind,
    /// The language it starts in.
    pub language: Language,
}

/// A person with an account.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Person {
    id: UserId,
    org: OrgId,
    name: String,
    username: Username,
    /// The school's own number of the person.
    number: Option<String>,
    role: Role,
    /// Of a learner; none where nobody has said it.
    age: Option<AgeBand>,
    platform_admin: bool,
    language: Language,
    way: Way,
    active: bool,
    created_at: Timestamp,
    last_seen_at: Option<Timestamp>,
}

/// Fills a new school with sample lessons; given by `app.rs`, because lessons
/// come after accounts. Called after the school is there, with its first
/// administrator and its language.
pub type SampleLoader =
    Arc<dyn Fn(OrgId, UserId, Language) -> BoxFuture<'static, Result<()>> + Send + Sync>;

/// The accounts of one box. Cheap to clone.
#[derive(Clone)]
pub struct Accounts(Arc<Inner>);

struct Inner {
    app: App,
    keys: Keys,
    passwords: Passwords,
    pepper: Pepper,
    live: Arc<Live>,
    throttle: Mutex<Throttle<Door>>,
    spread: Mutex<Spread>,
    /// Sign-ins that wait for a code.
    open_steps: Mutex<totp::OpenSteps>,
    setup_done: Arc<AtomicBool>,
    gate: Gate,
    sample: SampleLoader,
    furnish: Furnish,
}

impl Accounts {
    /// Reads or makes the signing key, loads the live sessions, and makes a
    /// set-up code while there is no school yet.
    pub async fn open(app: App, sample: SampleLoader, furnish: Furnish) -> Result<Self> {
        let load = |conn: &_| {
            Ok((
                store::box_id(conn)?,
                store::orgs(conn)?,
                store::live_sessions(conn)?,
            ))
        };
        let (box_id, orgs, sessions) = app.db.core.read(load).await?;
        let live = Live::new();
        let now = app.clock.now();
        for (session, actor) in sessions {
            let session = session.recalled(now);
            if now < session.ends_at() {
                live.put(actor, session);
            }
        }
        // A note that can not be read is no reason to leave a school without its box.
        if let Err(error) = console::take_in(&app).await {
            tracing::error!(%error, "people.reset: no notes were taken in");
        }
        Ok(Self(Arc::new(Inner {
            keys: Keys::open(&app.config.data_dir, box_id)?,
            passwords: Passwords::new(),
            pepper: Pepper::open(&app.config.data_dir)?,
            live: Arc::new(live),
            throttle: Mutex::new(Throttle::new(throttle::PASSWORDS)),
            spread: Mutex::default(),
            open_steps: Mutex::default(),
            setup_done: Arc::new(AtomicBool::new(!orgs.is_empty())),
            gate: Gate::new()?,
            sample,
            furnish,
            app,
        })))
    }

    /// Whose access token this is, for a request: it keeps the session going.
    /// `session_ended` unless it is ours, of its time and of a live session.
    pub fn actor(&self, token: &str) -> Result<Actor> {
        let now = self.now();
        let session = self.0.keys.session_of(token, now);
        session
            .and_then(|session| self.0.live.asked(session, now))
            .ok_or_else(|| Error::new(Code::SessionEnded, "Sign in again."))
    }

    /// Whether a session still counts.
    pub fn is_live(&self, session: SessionId) -> bool {
        self.0.live.actor(session, self.now()).is_some()
    }

    /// Resolves when a session is over; for sockets and streams, which
    /// outlive the request that was checked.
    pub async fn session_over(self, session: SessionId) {
        let mut ended = self.0.live.subscribe();
        while self.is_live(session) {
            // Any news, also that some were missed, is a reason to look. A
            // session that runs out is announced by nobody.
            tokio::select! {
                _ = ended.recv() => {}
                () = tokio::time::sleep(SESSION_CHECK) => {}
            }
        }
    }

    /// What the school of the box is called; the first one when it has several.
    pub async fn school_name(&self) -> Result<Option<String>> {
        let orgs = self.orgs().await?;
        Ok(orgs.into_iter().next().map(|org| org.name))
    }

    /// How many active people of a school have each role.
    pub async fn count_by_role(&self, org: OrgId) -> Result<HashMap<Role, u32>> {
        let core = &self.0.app.db.core;
        core.read(move |conn| store::count_by_role(conn, org)).await
    }

    /// Deletes sessions that ran out, as shared ones soon do, and guests with them.
    pub(crate) async fn forget_sessions(&self) -> Result<()> {
        let (live, now) = (Arc::clone(&self.0.live), self.now());
        let lasts = Arc::clone(&live);
        let over = move |conn: &_| {
            let all = store::sessions(conn)?.into_iter();
            let over = all.filter(|session| {
                now >= session.ends_at() && lasts.actor(session.id, now).is_none()
            });
            Ok(over.map(|session| session.id).collect::<Vec<_>>())
        };
        let core = &self.0.app.db.core;
        let gone = core.read(store::guests::are_gone).await?;
        let over = core.read(over).await?;
        // Looked for first, because every write is a flush.
        if over.is_empty() && !gone {
            return Ok(());
        }
        let write = move |conn: &_| {
            for id in &over {
                store::delete_session(conn, *id)?;
            }
            store::guests::forget(conn)?;
            Ok(over)
        };
        let then = move |over: &Vec<SessionId>| live.end(over);
        core.write_then(write, then).await?;
        Ok(())
    }

    /// Whether nobody who is signed in asked anything for some minutes.
    pub(crate) fn is_quiet(&self) -> bool {
        !self.0.live.was_asked_after(self.now().plus_ms(-QUIET_MS))
    }

    /// Whether the box has a school.
    pub fn is_set_up(&self) -> bool {
        self.0.setup_done.load(Ordering::Acquire)
    }

    /// The code that set-up asks for, as `XXXX-XXXX`; for the terminal only.
    /// `None` once a school is there.
    pub fn setup_code(&self) -> Option<String> {
        (!self.is_set_up()).then(|| self.0.gate.shown())
    }

    /// Ends sessions whose rows are gone; for what follows from a commit.
    pub(crate) fn ended(&self, sessions: &[SessionId]) {
        self.0.live.end(sessions);
    }

    fn now(&self) -> Timestamp {
        self.0.app.clock.now()
    }

    fn throttle(&self) -> MutexGuard<'_, Throttle<Door>> {
        self.0
            .throttle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
    fn open_steps(&self) -> MutexGuard<'_, totp::OpenSteps> {
        self.0
            .open_steps
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
    fn spread(&self) -> MutexGuard<'_, Spread> {
        self.0.spread.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
