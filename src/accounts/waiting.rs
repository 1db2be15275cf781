//! Learners who asked for an account: it stays closed until a teacher approves it, and
//! goes to the trash when one refuses, so that a slip of the finger can be taken back.

use super::people::{NewPerson, may_touch};
use super::store::arrivals::Also;
use super::trash::kept_since;
use super::{Accounts, Actor, noted, store};
use crate::audit::{self, Action};
use crate::error::{Code, Error, Result};
use crate::events::{self, Event};
use crate::types::{Moment, OrgId, Timestamp, UserId};

/// As many may wait in one school, so that nobody fills it with accounts.
const MOST_WAITING: usize = 300;

/// Somebody who waits.
#[derive(Debug)]
pub(crate) struct Waiting {
    /// Who.
    pub(crate) id: UserId,
    /// The person's name.
    pub(crate) name: String,
    /// The name the person wants to sign in with.
    pub(crate) username: String,
    /// Since when.
    pub(crate) asked_at: Timestamp,
}

impl Accounts {
    /// Makes an account that waits for a teacher.
    ///
    /// # Errors
    /// `name_taken`, `invalid_field`, `queue_full`, and those of `also`.
    pub(crate) async fn ask_to_join(&self, org: OrgId, new: NewPerson, also: Also) -> Result<()> {
        let (mut person, hash) = self.prepare_person(org, new).await?;
        person.active = false;
        let write = move |conn: &_| {
            if store::waiting::list(conn, org)?.len() >= MOST_WAITING {
                let detail = "Too many wait already. Ask a teacher to look through them.";
                return Err(Error::new(Code::QueueFull, detail));
            }
            store::insert_person(conn, &person, &hash)?;
            store::waiting::put(conn, org, person.id, person.created_at)?;
            also(conn, person.id)
        };
        self.0.app.db.core.write(write).await
    }

    /// Those of the actor's school who wait; who asked first comes first.
    pub(crate) async fn waiting(&self, actor: Actor) -> Result<Vec<Waiting>> {
        let read = move |conn: &_| store::waiting::list(conn, actor.org);
        let found = self.0.app.db.core.read(read).await?.into_iter();
        let waiting = found.map(|(person, asked_at)| Waiting {
            id: person.id,
            name: person.name,
            username: person.username.shown,
            asked_at,
        });
        Ok(waiting.collect())
    }

    /// Opens accounts that wait, or moves them to the trash; those that do not wait any
    /// more, because a colleague was quicker, are left as they are.
    ///
    /// # Errors
    /// `forbidden` as for any change.
    pub(crate) async fn decide(&self, actor: Actor, ids: Vec<UserId>, opens: bool) -> Result<()> {
        let at = self.0.app.clock.moment();
        let write = move |conn: &_| {
            let now = at.now;
            for id in ids {
                if !store::waiting::has(conn, actor.org, id)? {
                    continue;
                }
                let mut person = store::person(conn, actor.org, id)?;
                may_touch(actor, &person)?;
                let action = match opens {
                    true => Action::JoinApproved,
                    false => Action::JoinRefused,
                };
                audit::record(conn, actor, noted::person(action, id), now)?;
                let event = if opens {
                    person.active = true;
                    store::update_person(conn, &person, now)?;
                    Event::UserChanged {
                        user: id,
                        role: person.role.as_str().to_owned(),
                        active: true,
                    }
                } else {
                    store::trash::put(conn, actor.org, id, at)?;
                    Event::UserTrashed { user: id }
                };
                events::append(conn, actor.org, &event, now)?;
            }
            Ok(())
        };
        self.0.app.db.core.write(write).await
    }

    /// Lets those who were refused wait again; whoever is not among them is left as they
    /// are.
    ///
    /// # Errors
    /// `name_taken` when somebody has the user name by now, `forbidden` as for any change.
    pub(crate) async fn reconsider(&self, actor: Actor, ids: Vec<UserId>) -> Result<()> {
        let Moment { now, lived } = self.0.app.clock.moment();
        let write = move |conn: &_| {
            for id in ids {
                if store::waiting::was_refused(conn, actor.org, id)? {
                    store::trash::bring_back(conn, actor, id, kept_since(lived), now)?;
                }
            }
            Ok(())
        };
        self.0.app.db.core.write(write).await
    }
}
