//! Signing in, staying signed in, signing out.

use std::sync::Arc;
use std::time::Duration;

use super::browser::Browser;
use super::secrets::MOST_TRIES;
use super::sessions::{News, Session, Turn, turn};
use super::spread::Account;
use super::throttle::{Hold, Verdict};
use super::tokens::{Device, Refresh};
use super::{Accounts, Actor, Org, Person, Way, names, noted, store};
use crate::audit::{self, Action, By as Doer};
use crate::config::Secret;
use crate::error::{Code, Error, Result};
use crate::types::{OrgId, SessionId, Timestamp, UserId};

/// What tries are counted by: the account as typed, whether it exists or not,
/// and the way in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Door {
    pub(super) org: OrgId,
    pub(super) username_key: String,
    pub(super) by: By,
}

/// How often a try looks whether others on the same account are over.
const LOOK_AGAIN: Duration = Duration::from_millis(25);

/// A way in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum By {
    /// Devices this account has not used, all together.
    Anyone,
    /// A device this account has used before, by its hash.
    Device([u8; 32]),
    /// Somebody signed in who types the password again.
    Session(SessionId),
}

/// What somebody typed to sign in.
pub(super) struct Login {
    pub(super) org: Option<OrgId>,
    pub(super) username: String,
    pub(super) password: Secret<String>,
    pub(super) browser: Browser,
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
    /// Checks the password and begins a session.
    pub(super) async fn login(&self, login: Login) -> Result<SignedIn> {
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
        self.enter(org, username_key, found, typed, browser).await
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
        self.enter(org, key, found, typed, browser).await
    }

    /// Checks what somebody typed against the account that was found, if any, and
    /// begins a session.
    async fn enter(
        &self,
        org: Org,
        username_key: String,
        found: Option<(Person, String)>,
        typed: Secret<String>,
        browser: Browser,
    ) -> Result<SignedIn> {
        let device = browser.device;
        let mut attempt = self
            .begin_on(device, (Some(org.id), username_key.clone()))
            .await?;
        let mut by = By::Anyone;
        if let Some((person, _)) = &found {
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
        drop(attempt);
        let (person, hash) = checked?;
        self.begin_session(person, org, hash, browser).await
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
    async fn begin_on(&self, device: Device, account: Account) -> Result<OnDevice<'_>> {
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
    pub(super) async fn check_secret(
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
            By::Anyone => MOST_TRIES.0,
            By::Device(_) | By::Session(_) => MOST_TRIES.1,
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

    /// Compares a password at a guesser's pace.
    async fn check_password(
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
    async fn begin_attempt(&self, door: Door) -> Result<Attempt<'_>> {
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

    /// Begins a session of somebody whose password was just compared with
    /// `hash`.
    pub(super) async fn begin_session(
        &self,
        person: Person,
        org: Org,
        hash: String,
        browser: Browser,
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
            let settings = store::settings::of(conn, person.org)?;
            let session = session.quiet_for(settings.quiet_minutes);
            let ended = store::insert_session(conn, &session)?;
            store::remember_device(conn, &session, device.hash())?;
            let actor = person.actor(session.id);
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

    /// Replaces a refresh token and gives a new access token.
    pub(super) async fn refresh(&self, token: &str) -> Result<Tokens> {
        let Refresh {
            session: id,
            generation,
        } = self.0.keys.read_refresh(token).ok_or_else(session_ended)?;
        let (live, now) = (Arc::clone(&self.0.live), self.now());
        let used_at = live.used_at(id);
        let write = move |conn: &_| {
            let Some(mut session) = store::session(conn, id)? else {
                return Ok((None, News::default()));
            };
            if let Some(used_at) = used_at.filter(|_| session.shared) {
                session.last_used_at = session.last_used_at.max(used_at);
            }
            let next = match turn(session.clone(), generation, now) {
                Turn::Next(next) => {
                    store::update_session(conn, &next)?;
                    next
                }
                Turn::Again => session,
                verdict @ (Turn::Stolen | Turn::Over) => {
                    // Answered with Ok, so that the deletion is committed.
                    store::delete_session(conn, id)?;
                    if verdict == Turn::Stolen {
                        tracing::warn!(session = %id, "a replaced refresh token came back; session ended");
                    }
                    return Ok((None, News::ended(vec![id])));
                }
            };
            let person = store::person(conn, next.org, next.user)?;
            if !person.active {
                return Ok((None, News::default()));
            }
            let begun = Some((person.actor(id), next.clone()));
            let ended = Vec::new();
            Ok((Some(next), News { ended, begun }))
        };
        let core = &self.0.app.db.core;
        let (session, _) = core
            .write_then(write, move |(_, news)| live.apply(news))
            .await?;
        self.tokens(&session.ok_or_else(session_ended)?)
    }

    /// Ends the session a client carries, by either token. A client without
    /// one is signed out already.
    pub(super) async fn logout(&self, access: Option<&str>, refresh: Option<&str>) -> Result<()> {
        let by_access = access.and_then(|token| self.actor(token).ok());
        let by_refresh = refresh.and_then(|token| self.0.keys.read_refresh(token));
        let found = by_access
            .map(|actor| actor.session)
            .or(by_refresh.map(|token| token.session));
        let Some(id) = found else {
            return Ok(());
        };
        let live = Arc::clone(&self.0.live);
        let write = move |conn: &_| store::delete_session(conn, id);
        let core = &self.0.app.db.core;
        core.write_then(write, move |()| live.end(&[id])).await
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

/// A try under way; wrong unless said otherwise, also when the client leaves.
struct Attempt<'a> {
    accounts: &'a Accounts,
    door: Door,
    verdict: Verdict,
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        let now = self.accounts.now();
        self.accounts.throttle().end(&self.door, self.verdict, now);
    }
}

/// A try of a device under way; the same holds.
struct OnDevice<'a> {
    accounts: &'a Accounts,
    device: Device,
    account: Account,
    verdict: Verdict,
}

impl Drop for OnDevice<'_> {
    fn drop(&mut self) {
        let now = self.accounts.now();
        let mut spread = self.accounts.spread();
        spread.end(self.device, &self.account, self.verdict, now);
    }
}

pub(super) fn too_many_tries(hold: Hold) -> Error {
    let wait_s = match hold {
        Hold::Wait(seconds) => seconds,
        Hold::Busy => 1,
    };
    let detail = format!("Too many tries; wait {wait_s} seconds.");
    Error::new(Code::TooManyTries, detail).retry_after(wait_s)
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

fn session_ended() -> Error {
    Error::new(Code::SessionEnded, "Sign in again.")
}

fn gone_is_wrong(error: Error) -> Error {
    match error.code() {
        Code::NotFound => wrong_credentials(),
        _ => error,
    }
}
