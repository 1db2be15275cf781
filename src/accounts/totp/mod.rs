//! Codes of a phone as a second factor for staff (TOTP, RFC 6238); nobody must have them.
//!
//! Codes are judged by the time, and a box may not know it: without a battery for its
//! clock it goes on from where it was switched off, and codes somebody saw in that past
//! would be right again. So codes count only while somebody stands by the time, a time
//! server or an administrator ([`crate::types::Clock::is_known`]); otherwise recovery
//! codes do, or the terminal (`bwenge people reset`), which turns codes off. The time of
//! the browser is not asked for: whoever guesses would send the one that fits.
//!
//! Learners have no codes and are never asked.

mod codes;
mod open;
mod own;
mod proof;
mod step;

pub(super) use open::OpenSteps;
pub(super) use proof::Proof;
pub(crate) use step::Entered;
pub(super) use step::{CodesNow, Step, TypedCode};

use super::people::may_touch;
use super::{Accounts, Actor, noted, store};
use crate::audit::{self, Action};
use crate::error::{Code, Error, Result};
use crate::types::{Timestamp, UserId};

/// The codes of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Factor {
    /// What the secret is made of, with the key of the box.
    pub(super) nonce: String,
    /// When a first code was typed; none until then.
    pub(super) on_since: Option<Timestamp>,
    /// The step of the last code that counted.
    pub(super) last_step: i64,
    /// Whether there were too many wrong codes in a row.
    pub(super) locked: bool,
}

/// A browser on which no code is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trusted {
    /// What it said it is.
    pub(super) browser: String,
    /// For how long.
    pub(super) until: Timestamp,
}

impl Accounts {
    /// Those of the actor's school who type codes.
    pub(super) async fn with_codes(&self, actor: Actor) -> Result<Vec<UserId>> {
        let read = move |conn: &_| store::totp::users(conn, actor.org);
        self.0.app.db.core.read(read).await
    }

    /// Turns off the codes of another member of staff, who lost the phone and the
    /// recovery codes.
    ///
    /// # Errors
    /// `invalid_field` for oneself, `forbidden` as for any change.
    pub(super) async fn lift_codes(&self, actor: Actor, id: UserId) -> Result<()> {
        let now = self.now();
        let write = move |conn: &_| {
            may_touch(actor, &store::person(conn, actor.org, id)?)?;
            if id == actor.user {
                let detail = "Turn off your own codes with your password and a code.";
                return Err(Error::invalid("user", detail));
            }
            if store::totp::turn_off(conn, actor.org, id)? {
                audit::record(conn, actor, noted::person(Action::CodesLifted, id), now)?;
            }
            Ok(())
        };
        self.0.app.db.core.write(write).await
    }

    /// Whether codes can be judged.
    fn knows_time(&self) -> bool {
        self.0.app.clock.is_known()
    }
}

pub(super) fn code_wrong() -> Error {
    let detail = "This code is wrong, or it was used before.";
    Error::new(Code::CodeWrong, detail).with_field("code")
}

fn codes_off() -> Error {
    let detail = "Codes of a phone can not be judged now; use a recovery code.";
    Error::new(Code::CodesOff, detail).with_field("code")
}
