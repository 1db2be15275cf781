//! Staying signed in, and signing out.

use std::sync::Arc;

use super::Tokens;
use crate::accounts::sessions::{News, Turn, turn};
use crate::accounts::tokens::Refresh;
use crate::accounts::{Accounts, store};
use crate::error::{Code, Error, Result};
use crate::types::SessionId;

impl Accounts {
    /// Replaces a refresh token and gives a new access token.
    pub(in crate::accounts) async fn refresh(&self, token: &str) -> Result<Tokens> {
        let Refresh {
            session: id,
            generation,
        } = self.0.keys.read_refresh(token).ok_or_else(session_ended)?;
        let (live, now) = (Arc::clone(&self.0.live), self.now());
        let used_at = live.used_at(id);
        let write = move |conn: &_| {
            let Some(mut session) = store::session(conn, id)? else {
                return Ok((None, News::default()));
            };
            if let Some(used_at) = used_at.filter(|_| session.shared) {
                session.last_used_at = session.last_used_at.max(used_at);
            }
            let next = match turn(session.clone(), generation, now) {
                Turn::Next(next) => {
                    store::update_session(conn, &next)?;
                    next
                }
                Turn::Again => session,
                verdict @ (Turn::Stolen | Turn::Over) => {
                    // Answered with Ok, so that the deletion is committed.
                    store::delete_session(conn, id)?;
                    if verdict == Turn::Stolen {
                        tracing::warn!(session = %id, "a replaced refresh token came back; session ended");
                    }
                    return Ok((None, News::ended(vec![id])));
                }
            };
            let person = store::person(conn, next.org, next.user)?;
            if !person.active {
                return Ok((None, News::default()));
            }
            let begun = Some((person.actor(id), next.clone()));
            let ended = Vec::new();
            Ok((Some(next), News { ended, begun }))
        };
        let core = &self.0.app.db.core;
        let (session, _) = core
            .write_then(write, move |(_, news)| live.apply(news))
            .await?;
        self.tokens(&session.ok_or_else(session_ended)?)
    }

    /// The session that either token is of.
    pub(in crate::accounts) fn carried(
        &self,
        access: Option<&str>,
        refresh: Option<&str>,
    ) -> Option<SessionId> {
        let by_access = access.and_then(|token| self.actor(token).ok());
        let by_refresh = refresh.and_then(|token| self.0.keys.read_refresh(token));
        by_access
            .map(|actor| actor.session)
            .or(by_refresh.map(|token| token.session))
    }

    /// Ends the session a client carries, by either token. A client without
    /// one is signed out already.
    pub(in crate::accounts) async fn logout(
        &self,
        access: Option<&str>,
        refresh: Option<&str>,
    ) -> Result<()> {
        let Some(id) = self.carried(access, refresh) else {
            return Ok(());
        };
        let live = Arc::clone(&self.0.live);
        let write = move |conn: &_| store::delete_session(conn, id);
        let core = &self.0.app.db.core;
        core.write_then(write, move |()| live.end(&[id])).await
    }
}

fn session_ended() -> Error {
    Error::new(Code::SessionEnded, "Sign in again.")
}
