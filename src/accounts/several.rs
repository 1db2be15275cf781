//! One change to several people of a school: to all of them or to none.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::changes::{Changes, Turn};
use super::people::may_touch;
use super::trash::kept_since;
use super::{Accounts, Actor, Person, Role, store};
use crate::error::{Code, Error, Result};
use crate::types::{Moment, SessionId, UserId};

/// Things changed in one request, at most.
const MOST: usize = 500;

/// Each of them once, if there are some and not too many.
pub(crate) fn each_once<T: Ord>(list: Vec<T>, field: &'static str) -> Result<BTreeSet<T>> {
    if list.is_empty() || list.len() > MOST {
        let detail = format!("Send 1 to {MOST} at once.");
        return Err(Error::invalid(field, detail));
    }
    Ok(list.into_iter().collect())
}

impl Accounts {
    /// Closes accounts, which ends their sessions, or opens them again.
    ///
    /// # Errors
    /// `conflict` for the last administrator and for somebody who waits for approval,
    /// `forbidden` as for any change.
    pub(super) async fn set_active(
        &self,
        actor: Actor,
        users: Vec<UserId>,
        active: bool,
    ) -> Result<Vec<Person>> {
        let users = each_once(users, "users")?;
        let (live, now) = (Arc::clone(&self.0.live), self.now());
        let write = move |conn: &_| {
            let (mut changed, mut ended) = (Vec::new(), Vec::new());
            for id in users {
                let person = store::person(conn, actor.org, id)?;
                may_touch(actor, &person)?;
                if person.role == Role::Admin && !active {
                    store::refuse_last_admin(conn, &person)?;
                }
                let changes = Changes {
                    active: Turn::between(person.active, active),
                    ..Changes::default()
                };
                store::listed::change(conn, actor, id, changes, now, &mut ended)?.map_err(
                    |_| Error::new(Code::Conflict, "One of them waits for somebody's approval."),
                )?;
                changed.push(store::person(conn, actor.org, id)?);
            }
            Ok((changed, ended))
        };
        let then = move |(_, ended): &(Vec<Person>, Vec<SessionId>)| live.end(ended);
        let (changed, _) = self.0.app.db.core.write_then(write, then).await?;
        Ok(changed)
    }

    /// Moves people to the trash and ends their sessions.
    ///
    /// # Errors
    /// `conflict` for the last administrator, `forbidden` as for any change.
    pub(super) async fn trash_people(&self, actor: Actor, users: Vec<UserId>) -> Result<()> {
        let users = each_once(users, "users")?;
        let (live, at) = (Arc::clone(&self.0.live), self.0.app.clock.moment());
        let write = move |conn: &_| {
            let mut ended = Vec::new();
            for id in users {
                ended.extend(store::trash::put_away(conn, actor, id, at)?);
            }
            Ok(ended)
        };
        let core = &self.0.app.db.core;
        core.write_then(write, move |ended: &Vec<_>| live.end(ended))
            .await?;
        Ok(())
    }

    /// Brings people back from the trash.
    ///
    /// # Errors
    /// `not_found` after 30 days, `name_taken` when somebody has a user name by now.
    pub(super) async fn restore_people(
        &self,
        actor: Actor,
        users: Vec<UserId>,
    ) -> Result<Vec<Person>> {
        let users = each_once(users, "users")?;
        let Moment { now, lived } = self.0.app.clock.moment();
        let write = move |conn: &_| {
            let restored = users.into_iter().map(|id| {
                store::trash::bring_back(conn, actor, id, kept_since(lived), now)?;
                store::person(conn, actor.org, id)
            });
            restored.collect()
        };
        self.0.app.db.core.write(write).await
    }
}
