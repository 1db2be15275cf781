//! Signing in by one's class.

use super::{Class, Classes, may_change, noted, store};
use crate::accounts::{Actor, Browser, SignedIn, Way, new_code, typed_code};
use crate::audit;
use crate::config::Secret;
use crate::error::{Code, Error, Result};
use crate::events::{self, Event};
use crate::types::{ClassId, OrgId, Timestamp, UserId};

/// Letters and digits of a class's code.
const CODE_LENGTH: usize = 8;
/// The longest a class is held open at once: a term.
const LONGEST_MINUTES: u32 = 120 * 24 * 60;
/// The same in milliseconds.
pub(super) const LONGEST_MS: i64 = LONGEST_MINUTES as i64 * 60_000;

/// A class as those see it who have its code.
#[derive(Debug)]
pub struct Door {
    /// The school's name.
    pub school: String,
    /// The class's name.
    pub class: String,
    /// Its learners, by name.
    pub names: Vec<Name>,
    pub(super) org: OrgId,
}

/// Somebody one can sign in as.
#[derive(Debug)]
pub struct Name {
    /// Who.
    pub id: UserId,
    /// The learner's name.
    pub name: String,
    /// What the learner signs in with.
    pub way: Way,
}

impl Class {
    /// Whether whoever has the code sees the names. A time further away than a term was
    /// set by a clock that ran ahead.
    pub fn is_open(&self, now: Timestamp) -> bool {
        let until = self.open_until;
        let held = until > now && until <= now.plus_ms(LONGEST_MS);
        held && self.code.is_some() && self.archived_at.is_none()
    }
}

impl Classes {
    /// Holds a class open for some minutes from now, 0 to close it and none to leave it
    /// as it is; with another code when it has none or `renew`.
    ///
    /// # Errors
    /// `invalid_field` beyond a term, `forbidden` for a teacher of other classes,
    /// `conflict` for a class that is over.
    pub async fn open(
        &self,
        actor: &Actor,
        id: ClassId,
        minutes: Option<u32>,
        renew: bool,
    ) -> Result<Class> {
        if minutes.is_some_and(|minutes| minutes > LONGEST_MINUTES) {
            let detail = format!("Hold it open for at most {LONGEST_MINUTES} minutes.");
            return Err(Error::invalid("minutes", detail));
        }
        let (actor, now) = (*actor, self.app.clock.now());
        let fresh = new_code::<CODE_LENGTH>()?;
        let write = move |conn: &_| {
            let mut class = store::get(conn, &actor, id)?;
            may_change(&actor, &class)?;
            if class.archived_at.is_some() {
                return Err(Error::new(Code::Conflict, "The class is over."));
            }
            let renewed = renew || class.code.is_none();
            if renewed {
                class.code = Some(fresh);
            }
            if let Some(minutes) = minutes {
                class.open_until = now.plus_ms(i64::from(minutes) * 60_000);
            }
            store::update(conn, &class, now)?;
            events::append(conn, actor.org, &Event::ClassSaved { class: id }, now)?;
            for note in noted::door(&class, minutes, renewed) {
                audit::record(conn, actor, note, now)?;
            }
            store::get(conn, &actor, id)
        };
        self.app.db.core.write(write).await
    }

    /// The class that a code opens, with the names of its learners.
    ///
    /// # Errors
    /// `class_closed` for a wrong code as well as for a class that is not open.
    pub async fn door(&self, typed: &str) -> Result<Door> {
        let (code, now) = (typed_code(typed), self.app.clock.now());
        let core = &self.app.db.core;
        let door = core.read(move |conn| store::door(conn, &code, now)).await?;
        door.ok_or_else(closed)
    }

    /// Signs in a learner of the class that a code opens.
    ///
    /// # Errors
    /// `class_closed`, `wrong_credentials`, `account_locked`, `too_many_tries`.
    pub(super) async fn enter(
        &self,
        typed_code: &str,
        user: UserId,
        secret: Secret<String>,
        browser: Browser,
    ) -> Result<SignedIn> {
        let door = self.door(typed_code).await?;
        if door.names.iter().all(|name| name.id != user) {
            return Err(closed());
        }
        let accounts = &self.accounts;
        accounts.enter_by_id(door.org, user, secret, browser).await
    }
}

fn closed() -> Error {
    let detail = "No open class has this code. Ask the teacher to open it.";
    Error::new(Code::ClassClosed, detail).with_field("code")
}
