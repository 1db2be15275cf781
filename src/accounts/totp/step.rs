//! The second step of signing in.

use sha2::{Digest, Sha256};

use super::Trusted;
use super::open::{OPEN_MS, Open};
use crate::accounts::browser::Browser;
use crate::accounts::codes::new_code;
use crate::accounts::signin::{By, Proved, SignedIn};
use crate::accounts::tokens::Device;
use crate::accounts::{Accounts, Org, Person, store};
use crate::config::Secret;
use crate::error::{Code, Error, Result};
use crate::word_enum;

/// How long a browser is trusted.
const TRUSTED_MS: i64 = 30 * 24 * 3600 * 1000;
/// Letters and digits of a challenge, five bits each.
const CHALLENGE: usize = 26;

word_enum! {
    /// Whether codes of a phone count just now.
    CodesNow {
        /// They do.
        Count = "count",
        /// The box does not know the time well enough: only recovery codes count.
        TimeUnknown = "time_unknown",
        /// There were too many wrong ones: only recovery codes count.
        Locked = "locked",
    }
}

/// Whoever typed the right password.
pub(crate) enum Entered {
    /// Is signed in.
    In(Box<SignedIn>),
    /// Has to type a code.
    Asked(Step),
}

/// What the code is typed for.
pub(crate) struct Step {
    /// Names the sign-in; for the browser it began in.
    pub(in crate::accounts) challenge: String,
    /// For how long, in seconds.
    pub(in crate::accounts) expires_in: i64,
    pub(in crate::accounts) codes: CodesNow,
    /// The browser; programs have none.
    pub(in crate::accounts) device: Option<Device>,
}

/// A code that was typed to sign in.
pub(in crate::accounts) struct TypedCode {
    pub(in crate::accounts) challenge: Secret<String>,
    pub(in crate::accounts) code: Secret<String>,
    /// Whether to ask for no code in this browser for a while.
    pub(in crate::accounts) trust: bool,
    pub(in crate::accounts) browser: Browser,
}

impl Accounts {
    /// Asks whoever typed the right password for a code; `hash` is what it was compared
    /// with, and `device` the browser, of which programs have none.
    pub(in crate::accounts) async fn ask_code(
        &self,
        person: &Person,
        hash: String,
        device: Option<Device>,
    ) -> Result<Step> {
        let (org, user, now) = (person.org, person.id, self.now());
        let read = move |conn: &_| store::totp::factor(conn, org, user);
        let factor = self.0.app.db.core.read(read).await?;
        let codes = match factor {
            Some(factor) if factor.locked => CodesNow::Locked,
            _ if !self.knows_time() => CodesNow::TimeUnknown,
            _ => CodesNow::Count,
        };
        let challenge = new_code::<CHALLENGE>()?;
        let open = Open {
            org,
            user,
            hash,
            device,
            ends_at: now.plus_ms(OPEN_MS),
        };
        self.open_steps().put(key(&challenge), open, now);
        Ok(Step {
            challenge,
            expires_in: OPEN_MS / 1000,
            codes,
            device,
        })
    }

    /// Signs in whoever typed the password before and the code now.
    ///
    /// # Errors
    /// `sign_in_over` when the password must be typed again, and those of
    /// [`Accounts::prove`].
    pub(in crate::accounts) async fn enter_by_code(&self, typed: TypedCode) -> Result<SignedIn> {
        let key = key(typed.challenge.expose());
        let device = typed.browser.device;
        let open = self.open_steps().find(key, device, self.now());
        let open = open.ok_or_else(sign_in_over)?;
        let (org, user, hash) = (open.org, open.user, device.hash());
        let read = move |conn: &_| {
            let Some((person, _)) = store::by_id(conn, org, user)? else {
                return Ok(None);
            };
            let is_known = store::knows_device(conn, org, user, hash)?;
            Ok(Some((person, store::org(conn, org)?, is_known)))
        };
        let found = self.0.app.db.core.read(read).await?;
        let (person, org, is_known) = found.ok_or_else(sign_in_over)?;
        let by = match is_known {
            true => By::CodeOn(hash),
            false => By::Code,
        };
        let proof = self.prove(&person, by, &typed.code).await?;
        if !self.open_steps().take(key) {
            return Err(sign_in_over());
        }
        let mut browser = typed.browser;
        let trusted = (typed.trust && open.device.is_some()).then(|| {
            // Under a new name: what is trusted may be known to nobody who was at this
            // browser before.
            browser.device = Device::new();
            Trusted {
                browser: browser.name.clone(),
                until: self.now().plus_ms(TRUSTED_MS),
            }
        });
        let proved = Proved::Code { proof, trusted };
        self.begin_session(person, org, open.hash, browser, proved)
            .await
    }

    /// Signs in whoever typed the right password, or asks for a code.
    pub(in crate::accounts) async fn enter_or_ask(
        &self,
        person: Person,
        org: Org,
        hash: String,
        browser: Browser,
        is_program: bool,
    ) -> Result<Entered> {
        let (asked, device, now) = (person.clone(), browser.device, self.now());
        let read = move |conn: &_| store::totp::is_asked(conn, &asked, device.hash(), now);
        if self.0.app.db.core.read(read).await? {
            let device = (!is_program).then_some(device);
            let step = self.ask_code(&person, hash, device).await?;
            return Ok(Entered::Asked(step));
        }
        let begun = self.begin_session(person, org, hash, browser, Proved::Secret);
        Ok(Entered::In(Box::new(begun.await?)))
    }
}

fn key(challenge: &str) -> [u8; 32] {
    Sha256::digest(challenge).into()
}

fn sign_in_over() -> Error {
    let detail = "This took too long, or began in another browser; type the password again.";
    Error::new(Code::SignInOver, detail)
}
