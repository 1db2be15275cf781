//! The code of a school with which its learners ask for an account, if it allows that.

use super::{Invites, store};
use crate::accounts::{Actor, Waiting, new_code};
use crate::audit::{self, Action, Note};
use crate::error::{Error, Result};
use crate::events::{self, Event};
use crate::types::UserId;

/// Letters and digits of a school's code: it opens nothing by itself, so it is short.
const CODE_LENGTH: usize = 8;
/// Accounts decided about in one request.
const MOST_AT_ONCE: usize = 500;

/// Whether learners of a school may ask for an account, and with which code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joining {
    /// Whether they may.
    pub open: bool,
    /// What they type.
    pub code: String,
}

impl Invites {
    /// What the actor's school allows; none before it was first allowed.
    pub(super) async fn joining(&self, actor: &Actor) -> Result<Option<Joining>> {
        let org = actor.org;
        let core = &self.app.db.core;
        core.read(move |conn| store::joining(conn, org)).await
    }

    /// Says whether learners may ask for an account; with another code when there is none
    /// or `renew`.
    pub(super) async fn set_joining(
        &self,
        actor: &Actor,
        open: Option<bool>,
        renew: bool,
    ) -> Result<Joining> {
        let (actor, now) = (*actor, self.app.clock.now());
        let fresh = new_code::<CODE_LENGTH>()?;
        let write = move |conn: &_| {
            let before = store::joining(conn, actor.org)?;
            let was_open = before.as_ref().is_some_and(|joining| joining.open);
            let renewed = renew && before.is_some();
            let joining = Joining {
                open: open.unwrap_or(was_open),
                code: match before {
                    Some(joining) if !renew => joining.code,
                    _ => fresh,
                },
            };
            store::put_joining(conn, actor.org, &joining)?;
            let event = Event::JoiningChanged {
                by: actor.user,
                open: joining.open,
            };
            events::append(conn, actor.org, &event, now)?;
            let opened = match joining.open {
                true => Action::JoiningOpened,
                false => Action::JoiningClosed,
            };
            let changes = [
                (opened, joining.open != was_open),
                (Action::JoiningRenewed, renewed),
            ];
            for (action, _) in changes.into_iter().filter(|(_, changed)| *changed) {
                audit::record(conn, actor, Note::new(action).of(actor.org), now)?;
            }
            Ok(joining)
        };
        self.app.db.core.write(write).await
    }

    /// Those who wait for approval; who asked first comes first.
    pub(super) async fn waiting(&self, actor: &Actor) -> Result<Vec<Waiting>> {
        self.accounts.waiting(*actor).await
    }

    /// Opens the accounts of those who wait, or moves them to the trash.
    ///
    /// # Errors
    /// `invalid_field` for more than a list holds.
    pub(super) async fn decide(&self, actor: &Actor, ids: Vec<UserId>, opens: bool) -> Result<()> {
        check(&ids)?;
        self.accounts.decide(*actor, ids, opens).await
    }

    /// Lets those who were refused wait again.
    ///
    /// # Errors
    /// `invalid_field` for more than a list holds, `name_taken`.
    pub(super) async fn reconsider(&self, actor: &Actor, ids: Vec<UserId>) -> Result<()> {
        check(&ids)?;
        self.accounts.reconsider(*actor, ids).await
    }
}

fn check(ids: &[UserId]) -> Result<()> {
    if ids.len() > MOST_AT_ONCE {
        let detail = format!("Decide about at most {MOST_AT_ONCE} at once.");
        return Err(Error::invalid("users", detail));
    }
    Ok(())
}
