//! Tries at a secret, at the pace of somebody who guesses: by account, by device, and for
//! short secrets by how many there were.

use std::time::Duration;

use super::wrong_credentials;
use crate::accounts::browser::Browser;
use crate::accounts::secrets::MOST_TRIES;
use crate::accounts::spread::Account;
use crate::accounts::throttle::{Hold, Verdict};
use crate::accounts::tokens::Device;
use crate::accounts::{Accounts, Person, Way, names, noted, store};
use crate::audit::{self, Action, By as Doer};
use crate::config::Secret;
use crate::error::{Code, Error, Result};
use crate::types::{OrgId, SessionId};

/// What tries are counted by: the account as typed, whether it exists or not,
/// and the way in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(in crate::accounts) struct Door {
    pub(in crate::accounts) org: OrgId,
    pub(in crate::accounts) username_key: String,
    pub(in crate::accounts) by: By,
}

/// How often a try looks whether others on the same account are over.
const LOOK_AGAIN: Duration = Duration::from_millis(25);

/// A way in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::accounts) enum By {
    /// Devices this account has not used, all together.
    Anyone,
    /// A device this account has used before, by its hash.
    Device([u8; 32]),
    /// Somebody signed in who types the password again.
    Session(SessionId),
    /// The second step on devices this account has not used, all together.
    Code,
    /// The second step on a device this account has used before.
    CodeOn([u8; 32]),
    /// Somebody signed in who types a code again.
    CodeIn(SessionId),
}

impl Accounts {
    /// Looks for what a code opens, at the pace of a device that guesses.
    pub(crate) async fn try_code<T>(
        &self,
        browser: &Browser,
        code: &str,
        look: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let account = (None, code.to_owned());
        let mut attempt = self.begin_on(browser.device, account).await?;
        let found = look.await;
        attempt.verdict = match &found {
            Ok(_) => Verdict::Right,
            Err(error) if error.code() == Code::CodeClosed => Verdict::Wrong,
            Err(_) => Verdict::Void,
        };
        found
    }

    /// Waits for other tries of the same device, though not for a penalty.
    pub(super) async fn begin_on(&self, device: Device, account: Account) -> Result<OnDevice<'_>> {
        loop {
            let begun = self.spread().begin(device, &account, self.now());
            match begun {
                Ok(()) => {
                    return Ok(OnDevice {
                        accounts: self,
                        device,
                        account,
                        verdict: Verdict::Wrong,
                    });
                }
                Err(Hold::Busy) => tokio::time::sleep(LOOK_AGAIN).await,
                Err(hold) => return Err(too_many_tries(hold)),
            }
        }
    }

    /// Compares what somebody typed with the secret of an account. A try at a short one
    /// is counted on disk before it is made, so that no power cut and no crowd of them
    /// gets more than [`MOST_TRIES`]; the session that follows a right one forgives them.
    pub(in crate::accounts) async fn check_secret(
        &self,
        door: Door,
        person: &Person,
        typed: &Secret<String>,
        stored: String,
    ) -> Result<()> {
        let typed = self.0.pepper.material(person, typed)?;
        let (org, user) = (person.org, person.id);
        if person.way == Way::Password {
            return self.check_password(door, &typed, Some(stored)).await;
        }
        let most = match door.by {
            By::Anyone | By::Code => MOST_TRIES.0,
            By::Device(_) | By::Session(_) | By::CodeOn(_) | By::CodeIn(_) => MOST_TRIES.1,
        };
        // Who waits for others has not tried yet.
        let mut attempt = self.begin_attempt(door).await?;
        let core = &self.0.app.db.core;
        let count = move |conn: &_| store::count_try(conn, org, user, most);
        let Some(tries) = core.write(count).await? else {
            attempt.verdict = Verdict::Void;
            let detail = "Too many wrong tries. Ask a teacher for new digits or pictures.";
            return Err(Error::new(Code::AccountLocked, detail));
        };
        let compared = self.compare(&mut attempt, &typed, Some(stored)).await;
        let last = tries == MOST_TRIES.0 || tries == MOST_TRIES.1;
        if last && matches!(attempt.verdict, Verdict::Wrong) {
            let now = self.now();
            let locked = noted::person(Action::AccountLocked, user).number("tries", tries);
            let note = move |conn: &_| audit::record(conn, Doer::the_box(org), locked, now);
            core.write(note).await?;
        }
        if matches!(attempt.verdict, Verdict::Void) {
            let uncount = move |conn: &_| store::uncount_try(conn, org, user);
            core.write(uncount).await?;
        }
        compared
    }

    /// Compares a password at a guesser's pace.
    pub(super) async fn check_password(
        &self,
        door: Door,
        password: &Secret<String>,
        stored: Option<String>,
    ) -> Result<()> {
        let mut attempt = self.begin_attempt(door).await?;
        self.compare(&mut attempt, password, stored).await
    }

    async fn compare(
        &self,
        attempt: &mut Attempt<'_>,
        password: &Secret<String>,
        stored: Option<String>,
    ) -> Result<()> {
        let password = names::typed_password(password);
        match self.0.passwords.verify(password, stored).await {
            Ok(true) => {
                attempt.verdict = Verdict::Right;
                Ok(())
            }
            Ok(false) => Err(wrong_credentials()),
            Err(error) => {
                attempt.verdict = Verdict::Void;
                Err(error)
            }
        }
    }

    /// Waits for other tries on the same account, though not for a penalty.
    pub(in crate::accounts) async fn begin_attempt(&self, door: Door) -> Result<Attempt<'_>> {
        loop {
            let begun = self.throttle().begin(door.clone(), self.now());
            match begun {
                Ok(()) => {
                    return Ok(Attempt {
                        accounts: self,
                        door,
                        verdict: Verdict::Wrong,
                    });
                }
                Err(Hold::Busy) => tokio::time::sleep(LOOK_AGAIN).await,
                Err(hold) => return Err(too_many_tries(hold)),
            }
        }
    }
}

/// A try under way; wrong unless said otherwise, also when the client leaves.
pub(in crate::accounts) struct Attempt<'a> {
    accounts: &'a Accounts,
    door: Door,
    pub(in crate::accounts) verdict: Verdict,
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        let now = self.accounts.now();
        self.accounts.throttle().end(&self.door, self.verdict, now);
    }
}

/// A try of a device under way; the same holds.
pub(super) struct OnDevice<'a> {
    accounts: &'a Accounts,
    device: Device,
    account: Account,
    pub(super) verdict: Verdict,
}

impl Drop for OnDevice<'_> {
    fn drop(&mut self) {
        let now = self.accounts.now();
        let mut spread = self.accounts.spread();
        spread.end(self.device, &self.account, self.verdict, now);
    }
}

pub(in crate::accounts) fn too_many_tries(hold: Hold) -> Error {
    let wait_s = match hold {
        Hold::Wait(seconds) => seconds,
        Hold::Busy => 1,
    };
    let detail = format!("Too many tries; wait {wait_s} seconds.");
    Error::new(Code::TooManyTries, detail).retry_after(wait_s)
}
