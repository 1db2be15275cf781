//! Invitations: made, listed, taken back.

use super::{Invitation, Invites, hash, store};
use crate::accounts::{Actor, Role, checked_name, may_give, new_code};
use crate::audit::{self, Action, Note};
use crate::classes;
use crate::error::{Error, Result};
use crate::events::{self, Event};
use crate::types::{ClassId, InvitationId, Timestamp};

/// Letters and digits of a code, five bits each: more than anybody guesses in its days.
const CODE_LENGTH: usize = 12;
const DAY_MS: i64 = 24 * 3_600_000;
/// Days an invitation is open unless it is said.
pub(super) const USUAL_DAYS: u32 = 7;
const MOST_DAYS: u32 = 30;
/// A year group at once.
const MOST_USES: u32 = 500;

/// An invitation to make.
#[derive(Debug)]
pub(super) struct Wish {
    pub(super) role: Role,
    pub(super) name: Option<String>,
    pub(super) class: Option<ClassId>,
    pub(super) days: u32,
    pub(super) uses: u32,
}

impl Wish {
    /// When it is over if it is made at `now`.
    pub(super) fn expires_at(&self, now: Timestamp) -> Timestamp {
        now.plus_ms(i64::from(self.days) * DAY_MS)
    }
}

impl Invites {
    /// Makes an invitation; its code is told this once.
    ///
    /// # Errors
    /// `forbidden` for a teacher who invites staff or into a class of others,
    /// `conflict` for a class that is over, `invalid_field`.
    pub(super) async fn invite(&self, actor: &Actor, wish: Wish) -> Result<(Invitation, String)> {
        may_give(*actor, wish.role)?;
        within("days", wish.days, MOST_DAYS)?;
        within("uses", wish.uses, MOST_USES)?;
        let name = wish.name.filter(|name| !name.trim().is_empty());
        let name = name.map(|name| checked_name("name", &name)).transpose()?;
        let wish = Wish { name, ..wish };
        let (actor, now) = (*actor, self.app.clock.now());
        let code = new_code::<CODE_LENGTH>()?;
        let sha256 = hash(&code);
        let write = move |conn: &_| {
            if let Some(class) = wish.class {
                classes::may_put_into(conn, &actor, class, wish.role)?;
            }
            let invitation = store::insert(conn, &actor, &wish, sha256, now)?;
            let event = Event::InvitationMade {
                invitation: invitation.id,
                by: actor.user,
                role: wish.role.as_str().to_owned(),
                uses: wish.uses,
            };
            events::append(conn, actor.org, &event, now)?;
            let note = Note::new(Action::InvitationMade).of(invitation.id);
            let note = note.is(wish.role.as_str()).number("people", wish.uses);
            audit::record(conn, actor, note, now)?;
            Ok(invitation)
        };
        Ok((self.app.db.core.write(write).await?, code))
    }

    /// The invitations that can be accepted: for administrators all of the school, for
    /// teachers their own; the last made first.
    pub(super) async fn list(&self, actor: &Actor) -> Result<Vec<Invitation>> {
        let (actor, now) = (*actor, self.app.clock.now());
        let core = &self.app.db.core;
        core.read(move |conn| store::list(conn, &actor, now)).await
    }

    /// Takes an invitation back; who accepted it stays.
    ///
    /// # Errors
    /// `not_found`, also for those of others.
    pub(super) async fn revoke(&self, actor: &Actor, id: InvitationId) -> Result<()> {
        let (actor, now) = (*actor, self.app.clock.now());
        let write = move |conn: &_| {
            if !store::delete(conn, &actor, id)? {
                return Err(Error::not_found("invitation"));
            }
            let event = Event::InvitationRevoked {
                invitation: id,
                by: actor.user,
            };
            events::append(conn, actor.org, &event, now)?;
            let note = Note::new(Action::InvitationRevoked).of(id);
            audit::record(conn, actor, note, now)?;
            Ok(())
        };
        self.app.db.core.write(write).await
    }
}

fn within(field: &'static str, number: u32, most: u32) -> Result<()> {
    match (1..=most).contains(&number) {
        true => Ok(()),
        false => Err(Error::invalid(field, format!("Choose 1 to {most}."))),
    }
}
