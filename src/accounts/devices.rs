//! One's own sessions: on which devices one is signed in, and ending that.

use std::sync::Arc;

use super::sessions::Session;
use super::{Accounts, Actor, store};
use crate::error::{Error, Result};
use crate::state::App;
use crate::types::SessionId;

/// Ends the sessions on devices that others use too, before they are loaded: the box was
/// off, nobody knows for how long, and the next child may sit there by now.
pub async fn end_shared_sessions(app: &App) -> Result<()> {
    let ended = app.db.core.write(store::delete_shared_sessions).await?;
    tracing::info!(ended, "sessions.ended on shared devices");
    Ok(())
}

impl Accounts {
    /// Whether somebody sits before a device that others use too.
    pub(super) fn quiet_minutes(&self, actor: Actor) -> Option<u32> {
        self.0.live.quiet_minutes(actor.session)
    }

    /// The sessions of the actor that last, the last used first.
    pub(super) async fn own_sessions(&self, actor: Actor) -> Result<Vec<Session>> {
        let read = move |conn: &_| store::sessions_of(conn, actor.org, actor.user);
        let mut sessions = self.0.app.db.core.read(read).await?;
        let now = self.now();
        sessions.retain(|session| self.0.live.actor(session.id, now).is_some());
        for session in &mut sessions {
            let used_at = self.0.live.used_at(session.id);
            session.last_used_at = used_at.unwrap_or(session.last_used_at);
        }
        sessions.sort_by_key(|session| std::cmp::Reverse(session.last_used_at));
        Ok(sessions)
    }

    /// Ends one of the actor's sessions.
    ///
    /// # Errors
    /// `not_found`, also for sessions of others.
    pub(super) async fn end_own_session(&self, actor: Actor, id: SessionId) -> Result<()> {
        let live = Arc::clone(&self.0.live);
        let write = move |conn: &_| {
            let session = store::session(conn, id)?;
            let own = |s: &Session| s.org == actor.org && s.user == actor.user;
            if !session.as_ref().is_some_and(own) {
                return Err(Error::not_found("session"));
            }
            store::delete_session(conn, id)
        };
        let core = &self.0.app.db.core;
        core.write_then(write, move |()| live.end(&[id])).await
    }

    /// Ends all sessions of the actor but the one that asks.
    pub(super) async fn end_other_sessions(&self, actor: Actor) -> Result<()> {
        let live = Arc::clone(&self.0.live);
        let keep = Some(actor.session);
        let write = move |conn: &_| store::delete_sessions_of(conn, actor.org, actor.user, keep);
        let core = &self.0.app.db.core;
        core.write_then(write, move |ended: &Vec<_>| live.end(ended))
            .await?;
        Ok(())
    }
}
