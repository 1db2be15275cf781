//! The sessions that are live right now, in memory.
//!
//! Every request looks here, never at the token alone, so ending a session
//! counts from that moment on, and what a person may do is always current.
//! The table changes right after the COMMIT that changes the row, on the one
//! writer thread: a row that was not kept changes nothing here, the two can not
//! disagree about order, and a caller that goes away half-way loses nothing.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use tokio::sync::broadcast;

use super::Actor;
use super::browser::Browser;
use super::tokens::ACCESS_S;
use crate::types::{OrgId, SessionId, Timestamp, UserId};

const DAY_MS: i64 = 24 * 3600 * 1000;
/// A session not used for this long is over.
pub(super) const IDLE_MS: i64 = 14 * DAY_MS;
/// No session lasts longer.
pub(super) const ABSOLUTE_MS: i64 = 90 * DAY_MS;
/// How long a replaced refresh token still gets the same successor, because
/// the answer may have been lost on the way.
pub(super) const GRACE_MS: i64 = 60 * 1000;

/// How many ended sessions a slow subscriber may be behind.
const BACKLOG: usize = 256;

/// A session row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Session {
    pub(super) id: SessionId,
    pub(super) org: OrgId,
    pub(super) user: UserId,
    pub(super) generation: u32,
    pub(super) rotated_at: Timestamp,
    pub(super) created_at: Timestamp,
    pub(super) last_used_at: Timestamp,
    /// What the browser said it is.
    pub(super) browser: String,
    /// Whether others use the device too.
    pub(super) shared: bool,
    /// How long it lasts without a request.
    pub(super) idle_ms: i64,
    /// How long it lasts at most.
    pub(super) most_ms: i64,
    /// The one that the browser carried until this began, and that ends with it; not kept.
    pub(super) replaces: Option<SessionId>,
}

impl Session {
    /// A new session of `user`.
    pub(super) fn begin(org: OrgId, user: UserId, now: Timestamp) -> Self {
        Self {
            id: SessionId::new(),
            org,
            user,
            generation: 0,
            rotated_at: now,
            created_at: now,
            last_used_at: now,
            browser: String::new(),
            shared: false,
            idle_ms: IDLE_MS,
            most_ms: ABSOLUTE_MS,
            replaces: None,
        }
    }

    /// The same in a browser.
    pub(super) fn in_browser(self, browser: &Browser) -> Self {
        Self {
            browser: browser.name.clone(),
            shared: browser.shared,
            replaces: browser.before,
            ..self
        }
    }

    /// The same in a school that ends sessions on shared devices so soon.
    pub(super) fn quiet_for(self, minutes: u32) -> Self {
        match self.shared {
            true => Self {
                idle_ms: i64::from(minutes) * 60_000,
                ..self
            },
            false => self,
        }
    }

    /// The minutes without a request after which it is over, on a shared device.
    pub(super) fn quiet_minutes(&self) -> Option<u32> {
        let minutes = u32::try_from(self.idle_ms / 60_000);
        minutes.ok().filter(|_| self.shared)
    }

    /// When it ends unless it is used.
    pub(super) fn ends_at(&self) -> Timestamp {
        self.ends_after(self.last_used_at)
    }

    /// When it ends if it was last used then.
    fn ends_after(&self, used_at: Timestamp) -> Timestamp {
        used_at
            .plus_ms(self.idle_ms)
            .min(self.created_at.plus_ms(self.most_ms))
    }

    /// As it counts after a restart of the program; once the machine was off, none of a
    /// shared device goes on. Requests are not written down, so a row is as much
    /// behind as an access token lasts: on a shared device nearly the whole time there is.
    pub(super) fn recalled(mut self, now: Timestamp) -> Self {
        if self.shared {
            self.last_used_at = self.last_used_at.plus_ms(ACCESS_S * 1000).min(now);
        }
        self
    }
}

/// What a refresh token is worth.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// The current one: replace it.
    Next(Session),
    /// Just replaced; give the successor again.
    Again,
    /// Replaced long ago, so somebody else has a copy: end the session.
    Stolen,
    /// The session is over.
    Over,
}

/// Judges a token of `generation` for `session`. Pure.
pub(super) fn turn(mut session: Session, generation: u32, now: Timestamp) -> Turn {
    // Times from a clock that ran ahead count from now on.
    session.created_at = session.created_at.min(now);
    session.last_used_at = session.last_used_at.min(now);
    session.rotated_at = session.rotated_at.min(now);
    if now >= session.ends_at() {
        return Turn::Over;
    }
    if generation == session.generation {
        session.generation += 1;
        session.rotated_at = now;
        session.last_used_at = now;
        return Turn::Next(session);
    }
    let just_replaced = now < session.rotated_at.plus_ms(GRACE_MS);
    match session.generation.checked_sub(generation) {
        Some(1) if just_replaced => Turn::Again,
        _ => Turn::Stolen,
    }
}

/// What a write means for the live sessions, once it is committed.
#[derive(Default)]
pub(super) struct News {
    pub(super) ended: Vec<SessionId>,
    /// Who is signed in from now on.
    pub(super) begun: Option<(Actor, Session)>,
}

impl News {
    pub(super) fn ended(ended: Vec<SessionId>) -> Self {
        Self { ended, begun: None }
    }
}

/// The live sessions.
pub(super) struct Live {
    table: RwLock<HashMap<SessionId, Entry>>,
    ended: broadcast::Sender<SessionId>,
}

struct Entry {
    actor: Actor,
    session: Session,
    /// When its last request came.
    used_at: AtomicI64,
}

impl Entry {
    fn used_at(&self) -> Timestamp {
        Timestamp(self.used_at.load(Ordering::Relaxed))
    }

    fn lasts(&self, now: Timestamp) -> bool {
        now < self.session.ends_after(self.used_at())
    }
}

impl Live {
    pub(super) fn new() -> Self {
        Self {
            table: RwLock::default(),
            ended: broadcast::Sender::new(BACKLOG),
        }
    }

    /// Adds a session, or moves its end.
    pub(super) fn put(&self, actor: Actor, session: Session) {
        let used_at = AtomicI64::new(session.last_used_at.0);
        let entry = Entry {
            actor,
            session,
            used_at,
        };
        self.write().insert(actor.session, entry);
    }

    /// Whose session it is, while it lasts.
    pub(super) fn actor(&self, session: SessionId, now: Timestamp) -> Option<Actor> {
        let table = self.read();
        let entry = table.get(&session)?;
        entry.lasts(now).then_some(entry.actor)
    }

    /// The same for a request, which is a use of the session.
    pub(super) fn asked(&self, session: SessionId, now: Timestamp) -> Option<Actor> {
        let table = self.read();
        let entry = table.get(&session).filter(|entry| entry.lasts(now))?;
        entry.used_at.fetch_max(now.0, Ordering::Relaxed);
        Some(entry.actor)
    }

    /// When the last request of a session came, of those since the start.
    pub(super) fn used_at(&self, session: SessionId) -> Option<Timestamp> {
        self.read().get(&session).map(Entry::used_at)
    }

    /// Whether a request of any session came after that time.
    pub(super) fn was_asked_after(&self, since: Timestamp) -> bool {
        self.read().values().any(|entry| entry.used_at() > since)
    }

    /// After how many quiet minutes a session ends that is one of a shared device.
    pub(super) fn quiet_minutes(&self, session: SessionId) -> Option<u32> {
        self.read().get(&session)?.session.quiet_minutes()
    }

    /// Follows a write: ends some sessions, then begins or prolongs one.
    pub(super) fn apply(&self, news: &News) {
        self.end(&news.ended);
        if let Some((actor, session)) = &news.begun {
            self.put(*actor, session.clone());
        }
    }

    /// Applies `change` to every session of a person.
    pub(super) fn change(&self, org: OrgId, user: UserId, change: impl Fn(&mut Actor)) {
        for entry in self.write().values_mut() {
            if entry.actor.org == org && entry.actor.user == user {
                change(&mut entry.actor);
            }
        }
    }

    /// Ends sessions and tells whoever listens.
    pub(super) fn end(&self, sessions: &[SessionId]) {
        let mut table = self.write();
        for session in sessions {
            if table.remove(session).is_some() {
                // Nobody listening is fine.
                let _ = self.ended.send(*session);
            }
        }
    }

    pub(super) fn subscribe(&self) -> broadcast::Receiver<SessionId> {
        self.ended.subscribe()
    }

    fn read(&self) -> RwLockReadGuard<'_, HashMap<SessionId, Entry>> {
        self.table.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, HashMap<SessionId, Entry>> {
        self.table.write().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::Role;
    use crate::types::Language;

    const NOW: Timestamp = Timestamp(1_700_000_000_000);

    fn session() -> Session {
        Session {
            generation: 5,
            ..Session::begin(OrgId::new(), UserId::new(), NOW)
        }
    }

    const QUIET_MS: i64 = 20 * 60_000;

    fn shared() -> Session {
        let session = Session {
            shared: true,
            ..session()
        };
        session.quiet_for(20)
    }

    fn check(generation: u32, after_ms: i64, expected: &str) {
        let found = match turn(session(), generation, NOW.plus_ms(after_ms)) {
            Turn::Next(next) => {
                assert_eq!(next.generation, 6);
                assert_eq!(next.last_used_at, NOW.plus_ms(after_ms));
                "next"
            }
            Turn::Again => "again",
            Turn::Stolen => "stolen",
            Turn::Over => "over",
        };
        assert_eq!(
            found, expected,
            "generation {generation} after {after_ms} ms"
        );
    }

    #[test]
    fn a_refresh_token_counts_once_with_a_grace() {
        check(5, 0, "next");
        check(5, IDLE_MS - 1, "next");
        check(5, IDLE_MS, "over");
        check(4, GRACE_MS - 1, "again");
        check(4, GRACE_MS, "stolen");
        check(3, 0, "stolen");
        check(6, 0, "stolen");
    }

    #[test]
    fn no_session_outlives_its_limit() {
        let mut session = session();
        let mut now = NOW;
        for _ in 0..200 {
            now = now.plus_ms(DAY_MS);
            match turn(session.clone(), session.generation, now) {
                Turn::Next(next) => session = next,
                other => {
                    assert_eq!(other, Turn::Over);
                    break;
                }
            }
        }
        assert_eq!(now, NOW.plus_ms(ABSOLUTE_MS));
    }

    #[test]
    fn a_session_from_a_wrong_future_ages_from_now() {
        let ten_years_back = NOW.plus_ms(-3650 * DAY_MS);
        let Turn::Next(next) = turn(session(), 5, ten_years_back) else {
            panic!("the session was refused");
        };
        assert_eq!(next.ends_at(), ten_years_back.plus_ms(IDLE_MS));
    }

    fn actor(session: &Session) -> Actor {
        Actor {
            org: session.org,
            user: session.user,
            role: Role::Learner,
            platform_admin: false,
            session: session.id,
            language: Language::English,
        }
    }

    #[test]
    fn on_a_shared_device_every_request_counts_and_silence_ends_it() {
        let live = Live::new();
        let session = shared();
        let id = session.id;
        live.put(actor(&session), session.clone());
        let mut now = NOW;
        for _ in 0..5 {
            now = now.plus_ms(QUIET_MS - 1);
            assert!(live.asked(id, now).is_some());
        }
        // Looking whether it lasts is no request.
        assert!(live.actor(id, now.plus_ms(QUIET_MS - 1)).is_some());
        assert_eq!(live.used_at(id), Some(now));
        now = now.plus_ms(QUIET_MS);
        assert!(live.asked(id, now).is_none());
        assert!(live.actor(id, now).is_none());
        let used = Session {
            last_used_at: NOW.plus_ms(QUIET_MS),
            ..session
        };
        let next = turn(used.clone(), 5, NOW.plus_ms(2 * QUIET_MS - 1));
        assert!(matches!(next, Turn::Next(_)));
        assert_eq!(turn(used, 5, NOW.plus_ms(2 * QUIET_MS)), Turn::Over);
    }

    #[test]
    fn after_a_restart_a_shared_session_may_have_been_used_since_its_row() {
        let row = shared();
        let access_ms = ACCESS_S * 1000;
        let soon = row.clone().recalled(NOW.plus_ms(60_000));
        assert_eq!(soon.last_used_at, NOW.plus_ms(60_000));
        let late = row.recalled(NOW.plus_ms(DAY_MS));
        assert_eq!(late.ends_at(), NOW.plus_ms(access_ms + QUIET_MS));
        let own = session();
        assert_eq!(own.clone().recalled(NOW.plus_ms(60_000)), own);
    }

    #[test]
    fn ended_sessions_are_gone_at_once_and_announced() {
        let live = Live::new();
        let session = session();
        let actor = actor(&session);
        let mut ended = live.subscribe();
        live.put(actor, session.clone());
        assert_eq!(live.actor(session.id, NOW), Some(actor));
        assert_eq!(live.actor(session.id, session.ends_at()), None);
        live.change(session.org, session.user, |a| a.language = Language::French);
        let language = live.actor(session.id, NOW).map(|a| a.language);
        assert_eq!(language, Some(Language::French));
        live.end(&[session.id, SessionId::new()]);
        assert_eq!(live.actor(session.id, NOW), None);
        assert_eq!(ended.try_recv(), Ok(session.id));
        assert!(ended.try_recv().is_err());
    }
}
