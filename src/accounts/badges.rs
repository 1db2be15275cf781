//! Badges: cards whose code signs their learner in, for those who do not remember
//! digits yet.
//!
//! The code has 130 bits, so nobody guesses one and a plain SHA-256 keeps it. A new
//! badge of a learner replaces the one before; one that was lost is revoked.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::browser::Browser;
use super::codes::{new_code, typed_code};
use super::people::may_touch;
use super::signin::{Proved, SignedIn, wrong_credentials};
use super::{Accounts, Actor, Role, noted, store};
use crate::audit::{self, Action};
use crate::error::{Error, Result};
use crate::events::{self, Event};
use crate::types::UserId;

/// Letters and digits of a badge, five bits each.
const LENGTH: usize = 26;

impl Accounts {
    /// Gives learners new badges; their codes are shown this once. All of them or
    /// none.
    ///
    /// # Errors
    /// `invalid_field` for staff, `forbidden` as for any change.
    pub(crate) async fn give_badges(
        &self,
        actor: Actor,
        ids: Vec<UserId>,
    ) -> Result<Vec<(UserId, String)>> {
        let (live, now) = (Arc::clone(&self.0.live), self.now());
        let write = move |conn: &_| {
            let mut ended = Vec::new();
            let give = |id: UserId| {
                let person = store::person(conn, actor.org, id)?;
                may_touch(actor, &person)?;
                if person.role != Role::Learner {
                    return Err(Error::invalid("users", "Only learners have badges."));
                }
                let code = new_code::<LENGTH>()?;
                // Whoever found the last one may be signed in with it.
                if store::badges::delete(conn, actor.org, id)? {
                    ended.extend(store::delete_sessions_of(conn, actor.org, id, None)?);
                }
                store::badges::put(conn, actor.org, id, hash(&code), now)?;
                let event = Event::BadgeGiven {
                    user: id,
                    by: actor.user,
                };
                events::append(conn, actor.org, &event, now)?;
                audit::record(conn, actor, noted::person(Action::BadgeGiven, id), now)?;
                Ok((id, code))
            };
            let given = ids.into_iter().map(give).collect::<Result<Vec<_>>>()?;
            Ok((given, ended))
        };
        let then = move |(_, ended): &(Vec<_>, Vec<_>)| live.end(ended);
        let core = &self.0.app.db.core;
        Ok(core.write_then(write, then).await?.0)
    }

    /// Makes a learner's badge worthless and ends the learner's sessions: whoever
    /// found it may have begun one.
    pub(super) async fn revoke_badge(&self, actor: Actor, id: UserId) -> Result<()> {
        let (live, now) = (Arc::clone(&self.0.live), self.now());
        let write = move |conn: &_| {
            may_touch(actor, &store::person(conn, actor.org, id)?)?;
            if !store::badges::delete(conn, actor.org, id)? {
                return Ok(Vec::new());
            }
            let event = Event::BadgeRevoked {
                user: id,
                by: actor.user,
            };
            events::append(conn, actor.org, &event, now)?;
            audit::record(conn, actor, noted::person(Action::BadgeRevoked, id), now)?;
            store::delete_sessions_of(conn, actor.org, id, None)
        };
        let then = move |ended: &Vec<_>| live.end(ended);
        self.0.app.db.core.write_then(write, then).await?;
        Ok(())
    }

    /// Signs in whoever holds a badge.
    ///
    /// # Errors
    /// `wrong_credentials` for one that was replaced or revoked, or never was.
    pub(super) async fn enter_by_badge(&self, typed: &str, browser: Browser) -> Result<SignedIn> {
        let hash = hash(&typed_code(typed));
        let read = move |conn: &_| {
            let Some((person, secret)) = store::badges::holder(conn, hash)? else {
                return Ok(None);
            };
            let org = store::org(conn, person.org)?;
            Ok(Some((org, person, secret)))
        };
        match self.0.app.db.core.read(read).await? {
            Some((org, person, secret)) if person.active && person.role == Role::Learner => {
                let proved = Proved::Secret;
                self.begin_session(person, org, secret, browser, proved)
                    .await
            }
            _ => Err(wrong_credentials()),
        }
    }
}

fn hash(code: &str) -> [u8; 32] {
    Sha256::digest(code).into()
}
