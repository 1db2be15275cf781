//! Signing in.

mod staying;
mod tries;

use std::sync::Arc;

pub(super) use tries::{By, Door, too_many_tries};

use super::browser::Browser;
use super::sessions::{News, Session};
use super::throttle::Verdict;
use super::tokens::Refresh;
use super::totp::{Entered, Proof, Trusted};
use super::{Accounts, Actor, Org, Person, names, noted, store};
use crate::audit::{self, Action};
use crate::config::Secret;
use crate::error::{Code, Error, Result};
use crate::http::trace;
use crate::types::{OrgId, SessionId, Timestamp, UserId};

/// What somebody typed to sign in.
pub(super) struct Login {
    pub(super) org: Option<OrgId>,
    pub(super) username: String,
    pub(super) password: Secret<String>,
    pub(super) browser: Browser,
    /// Whether it is a program, which has no browser.
    pub(super) is_program: bool,
}

/// What a session begins with.
pub(super) enum Proved {
    /// A password, digits, pictures or a badge.
    Secret,
    /// A password and a code after it.
    Code {
        proof: Proof,
        /// Whether the browser is asked for none from now on.
        trusted: Option<Trusted>,
    },
}

/// What a client carries from now on.
pub(super) struct Tokens {
    pub(super) access: String,
    pub(super) refresh: String,
}

/// Somebody who has just signed in.
pub(crate) struct SignedIn {
    pub(super) person: Person,
    pub(super) org: Org,
    pub(super) tokens: Tokens,
    pub(super) browser: Browser,
    /// The minutes without a request after which it is over, on a shared device.
    pub(super) quiet_minutes: Option<u32>,
}

impl Accounts {
    /// Checks the password and begins a session, or asks for a code.
    pub(super) async fn login(&self, login: Login) -> Result<Entered> {
        let org = self.org_of(login.org).await?;
        // A name no account can have is treated as one nobody has.
        let username_key = match names::username(&login.username) {
            Ok(username) => username.key,
            Err(_) => String::new(),
        };
        let (id, key) = (org.id, username_key.clone());
        let find = move |conn: &_| store::by_username(conn, id, &key);
        let found = self.0.app.db.core.read(find).await?;
        let (typed, browser) = (login.password, login.browser);
        let checked = self.check_entry(&org, username_key, found, typed, &browser);
        let (person, hash) = checked.await?;
        self.enter_or_ask(person, org, hash, browser, login.is_program)
            .await
    }

    /// Signs in somebody who was chosen from the names of a class.
    ///
    /// # Errors
    /// As signing in by user name.
    pub(crate) async fn enter_by_id(
        &self,
        org: OrgId,
        user: UserId,
        typed: Secret<String>,
        browser: Browser,
    ) -> Result<SignedIn> {
        let read = move |conn: &_| Ok((store::org(conn, org)?, store::by_id(conn, org, user)?));
        let (org, found) = self.0.app.db.core.read(read).await?;
        let key = match &found {
            Some((person, _)) => person.username.key.clone(),
            None => String::new(),
        };
        let checked = self.check_entry(&org, key, found, typed, &browser);
        let (person, hash) = checked.await?;
        self.begin_session(person, org, hash, browser, Proved::Secret)
            .await
    }

    /// Checks what somebody typed against the account that was found, if any.
    async fn check_entry(
        &self,
        org: &Org,
        username_key: String,
        found: Option<(Person, String)>,
        typed: Secret<String>,
        browser: &Browser,
    ) -> Result<(Person, String)> {
        let device = browser.device;
        let mut attempt = self
            .begin_on(device, (Some(org.id), username_key.clone()))
            .await?;
        let mut by = By::Anyone;
        if let Some((person, _)) = &found {
            trace::is_of(person.id);
            let (org, user, hash) = (org.id, person.id, device.hash());
            let known = move |conn: &_| store::knows_device(conn, org, user, hash);
            if self.0.app.db.core.read(known).await? {
                by = By::Device(hash);
            }
        }
        let door = Door {
            org: org.id,
            username_key,
            by,
        };
        let checked = self.check_found(door, found, &typed).await;
        attempt.verdict = match &checked {
            Ok(_) => Verdict::Right,
            Err(error) if error.code() == Code::WrongCredentials => Verdict::Wrong,
            Err(_) => Verdict::Void,
        };
        checked
    }

    /// The account that was found, if there is one and what was typed opens it.
    async fn check_found(
        &self,
        door: Door,
        found: Option<(Person, String)>,
        typed: &Secret<String>,
    ) -> Result<(Person, String)> {
        let Some((person, hash)) = found else {
            self.check_password(door, typed, None).await?;
            return Err(wrong_credentials());
        };
        self.check_secret(door, &person, typed, hash.clone())
            .await?;
        if !person.active {
            return Err(self.closed_account(&person).await?);
        }
        Ok((person, hash))
    }

    /// Why somebody who typed the right secret of a closed account does not get in.
    async fn closed_account(&self, person: &Person) -> Result<Error> {
        let (org, user) = (person.org, person.id);
        let waits = move |conn: &_| store::waiting::has(conn, org, user);
        Ok(match self.0.app.db.core.read(waits).await? {
            true => Error::new(
                Code::AccountWaiting,
                "A teacher has not approved this account yet.",
            ),
            false => wrong_credentials(),
        })
    }

    /// The school somebody signs in to; it goes without saying while there is
    /// only one.
    pub(super) async fn org_of(&self, id: Option<OrgId>) -> Result<Org> {
        let orgs = self.0.app.db.core.read(store::orgs).await?;
        let only = orgs.len() == 1;
        match id {
            Some(id) => orgs.into_iter().find(|org| org.id == id),
            None if only || orgs.is_empty() => orgs.into_iter().next(),
            None => return Err(Error::invalid("org_id", "Say which school.")),
        }
        .ok_or_else(wrong_credentials)
    }

    /// Begins a session of somebody whose password was just compared with
    /// `hash`.
    pub(super) async fn begin_session(
        &self,
        person: Person,
        org: Org,
        hash: String,
        browser: Browser,
        proved: Proved,
    ) -> Result<SignedIn> {
        let session = Session::begin(org.id, person.id, self.now()).in_browser(&browser);
        let device = browser.device;
        let tokens = self.tokens(&session)?;
        let write = move |conn: &_| {
            // Comparing took a while; the account may have changed.
            let now = store::person(conn, person.org, person.id);
            let person = now.map_err(gone_is_wrong)?;
            let unchanged = store::password_hash(conn, person.org, person.id)? == hash;
            if !person.active || !unchanged {
                return Err(wrong_credentials());
            }
            let device = device.hash();
            let (org, id, now) = (person.org, person.id, session.created_at);
            match &proved {
                // Codes were turned on meanwhile.
                Proved::Secret if store::totp::is_asked(conn, &person, device, now)? => {
                    return Err(wrong_credentials());
                }
                Proved::Secret => {}
                Proved::Code { proof, .. } => store::totp::spend(conn, org, id, proof)?,
            }
            let settings = store::settings::of(conn, person.org)?;
            let session = session.quiet_for(settings.quiet_minutes);
            let ended = store::insert_session(conn, &session)?;
            store::remember_device(conn, &session, device)?;
            if let Proved::Code {
                trusted: Some(trusted),
                ..
            } = &proved
            {
                store::totp::trust(conn, &person, device, trusted)?;
            }
            let actor = person.actor(session.id);
            if matches!(
                proved,
                Proved::Code {
                    proof: Proof::Recovery(_),
                    ..
                }
            ) {
                let left = store::totp::recovery_left(conn, org, id)?;
                let used = noted::person(Action::RecoveryCodeUsed, id).number("left", left);
                audit::record(conn, actor, used, now)?;
            }
            if actor.is_staff() {
                let signed_in = noted::person(Action::SignedIn, person.id);
                audit::record(conn, actor, signed_in, session.created_at)?;
            }
            let quiet = session.quiet_minutes();
            let begun = Some((actor, session));
            Ok((person, quiet, News { ended, begun }))
        };
        let live = Arc::clone(&self.0.live);
        let (person, quiet_minutes, _) = self
            .0
            .app
            .db
            .core
            .write_then(write, move |(_, _, news)| live.apply(news))
            .await?;
        Ok(SignedIn {
            person,
            org,
            tokens,
            browser,
            quiet_minutes,
        })
    }

    /// Tokens of a session, in its current generation.
    pub(super) fn tokens(&self, session: &Session) -> Result<Tokens> {
        let now: Timestamp = self.now();
        Ok(Tokens {
            access: self.0.keys.access(session.id, session.org, now)?,
            refresh: self.0.keys.refresh(Refresh {
                session: session.id,
                generation: session.generation,
            })?,
        })
    }
}

impl Person {
    /// What this person may do in a session.
    pub(super) fn actor(&self, session: SessionId) -> Actor {
        Actor {
            org: self.org,
            user: self.id,
            role: self.role,
            platform_admin: self.platform_admin,
            session,
            language: self.language,
        }
    }
}

pub(super) fn wrong_credentials() -> Error {
    let detail = "The user name or the password is wrong.";
    Error::new(Code::WrongCredentials, detail)
}

/// The one answer to a code that is wrong, used up, over or taken back.
pub(crate) fn code_closed() -> Error {
    let detail = "This code opens nothing, or not any more. Ask whoever gave it for another.";
    Error::new(Code::CodeClosed, detail).with_field("code")
}

fn gone_is_wrong(error: Error) -> Error {
    match error.code() {
        Code::NotFound => wrong_credentials(),
        _ => error,
    }
}
