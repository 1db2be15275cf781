//! Judging what somebody typed as a second factor, at a guesser's pace.

use super::codes::{Typed, codes_of, kept, step_of};
use super::{Factor, code_wrong, codes_off};
use crate::accounts::signin::{By, Door};
use crate::accounts::throttle::Verdict;
use crate::accounts::{Accounts, Person, store};
use crate::config::Secret;
use crate::error::{Code, Error, Result};

/// That something typed was right. It counts once: whatever it allows spends it in the
/// same transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::accounts) enum Proof {
    /// The code of this half minute.
    Step(i64),
    /// The recovery code of which this is kept.
    Recovery([u8; 32]),
}

impl Accounts {
    /// Judges a code of a phone or a recovery code.
    ///
    /// # Errors
    /// `code_wrong`, also for one that was used; `codes_off` for a code of a phone while
    /// the time is not known or after too many wrong ones; `too_many_tries`; `conflict`
    /// when the person has no codes.
    pub(super) async fn prove(
        &self,
        person: &Person,
        by: By,
        typed: &Secret<String>,
    ) -> Result<Proof> {
        // With doors of their own: the password before was right, and would forgive.
        let door = Door {
            org: person.org,
            username_key: person.username.key.clone(),
            by,
        };
        let mut attempt = self.begin_attempt(door).await?;
        let judged = self.judge(person, Typed::read(typed.expose())).await;
        attempt.verdict = match &judged {
            Ok(_) => Verdict::Right,
            Err(error) if error.code() == Code::CodeWrong => Verdict::Wrong,
            Err(_) => Verdict::Void,
        };
        judged
    }

    async fn judge(&self, person: &Person, typed: Typed) -> Result<Proof> {
        let (org, user) = (person.org, person.id);
        let core = &self.0.app.db.core;
        match typed {
            Typed::Code(code) => {
                if !self.knows_time() {
                    return Err(codes_off());
                }
                // On disk before it is made, so that no restart and no crowd gets more.
                let count = move |conn: &_| {
                    let factor = store::totp::factor(conn, org, user)?.filter(is_on);
                    let factor = factor.ok_or_else(no_codes)?;
                    Ok((factor, store::totp::count_try(conn, org, user)?))
                };
                let (factor, may_try) = core.write(count).await?;
                if !may_try {
                    return Err(codes_off());
                }
                let codes = codes_of(&self.0.pepper, org, user, &factor.nonce)?;
                let step = step_of(&codes, &code, self.now(), factor.last_step);
                step.map(Proof::Step).ok_or_else(code_wrong)
            }
            Typed::Recovery(code) => {
                let mac = kept(&self.0.pepper, org, user, &code)?;
                let read = move |conn: &_| {
                    let factor = store::totp::factor(conn, org, user)?.filter(is_on);
                    factor.ok_or_else(no_codes)?;
                    store::totp::has_recovery(conn, org, user, mac)
                };
                match core.read(read).await? {
                    true => Ok(Proof::Recovery(mac)),
                    false => Err(code_wrong()),
                }
            }
        }
    }
}

fn is_on(factor: &Factor) -> bool {
    factor.on_since.is_some()
}

pub(super) fn no_codes() -> Error {
    Error::new(Code::Conflict, "Codes are not on.")
}
