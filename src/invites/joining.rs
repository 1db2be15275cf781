//! The code of a school with which its learners ask for an account, if it allows that.

use super::{Invites, store};
use crate::accounts::{Actor, Waiting, new_code};
use crate::error::{Error, Result};
use crate::types::UserId;

/// Letters and digits of a school's code: it opens nothing by itself, so it is short.
pub(super) const CODE_LENGTH: usize = 8;
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
        let write = move |conn: &_| store::change_joining(conn, &actor, (open, renew), fresh, now);
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
