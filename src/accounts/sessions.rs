//! The sessions that are live right now, in memory.
//!
//! Every request looks here, never at the token alone, so ending a session
//! counts from that moment on, and what a person may do is always current.
//! The table changes right after the COMMIT that changes the row, on the one
//! writer thread: a row that was not kept changes nothing here, the two can not
//! disagree about order, and a caller that goes away half-way loses nothing.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock, RwLockWriteGuard};

use tokio::sync::broadcast;

use super::Actor;
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
        }
    }

    /// When it ends unless it is used.
    pub(super) fn ends_at(&self) -> Timestamp {
        let idle = self.last_used_at.plus_ms(IDLE_MS);
        idle.min(self.created_at.plus_ms(ABSOLUTE_MS))
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
    /// Who is signed in from now on, and until when.
    pub(super) begun: Option<(Actor, Timestamp)>,
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

#[derive(Clone, Copy)]
struct Entry {
    actor: Actor,
    ends_at: Timestamp,
}

impl Live {
    pub(super) fn new() -> Self {
        Self {
            table: RwLock::default(),
            ended: broadcast::Sender::new(BACKLOG),
        }
    }

    /// Adds a session, or moves its end.
    pub(super) fn put(&self, actor: Actor, ends_at: Timestamp) {
        self.write().insert(actor.session, Entry { actor, ends_at });
    }

    /// Whose session it is, while it lasts.
    pub(super) fn actor(&self, session: SessionId, now: Timestamp) -> Option<Actor> {
        let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
        let entry = table.get(&session)?;
        (now < entry.ends_at).then_some(entry.actor)
    }

    /// Follows a write: ends some sessions, then begins or prolongs one.
    pub(super) fn apply(&self, news: &News) {
        self.end(&news.ended);
        if let Some((actor, ends_at)) = news.begun {
            self.put(actor, ends_at);
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

    #[test]
    fn ended_sessions_are_gone_at_once_and_announced() {
        let live = Live::new();
        let session = session();
        let actor = Actor {
            org: session.org,
            user: session.user,
            role: Role::Learner,
            platform_admin: false,
            session: session.id,
            language: Language::English,
        };
        let mut ended = live.subscribe();
        live.put(actor, session.ends_at());
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
