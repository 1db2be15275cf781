//! Staff who forgot their password: a card with a code that sets a new one, once.
//!
//! There is no mail to send a link to. An administrator makes a card for a colleague, or
//! has printed an own one in advance; whoever holds the box has its terminal
//! (`console`). Learners need none: their teacher gives them another secret.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::browser::Browser;
use super::codes::{new_code, typed_code};
use super::people::may_touch;
use super::sessions::{News, Session};
use super::signin::{By, Door, SignedIn, code_closed};
use super::totp::Entered;
use super::{Accounts, Actor, Person, Role, Way, console, names, noted, store};
use crate::audit::{self, Action, By as Doer};
use crate::config::Secret;
use crate::error::{Error, Result};
use crate::events::{self, Event};
use crate::types::{Timestamp, UserId};
use crate::word_enum;

/// Letters and digits of a code, five bits each: an own card may lie in a drawer for years,
/// and a backup for as long.
const CODE_LENGTH: usize = 16;
/// How long a card that was given counts.
const GIVEN_MS: i64 = 24 * 3_600_000;

word_enum! {
    /// Where a card comes from.
    Kind {
        /// From an administrator or the terminal, for somebody who forgot.
        Given = "given",
        /// From oneself, in advance.
        Own = "own",
    }
}

impl Kind {
    /// Until when a card of this kind counts.
    pub(super) fn expires_at(self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Given => Some(now.plus_ms(GIVEN_MS)),
            Self::Own => None,
        }
    }
}

/// A new code for a card.
pub(super) fn new_card() -> Result<String> {
    new_code::<CODE_LENGTH>()
}

/// What is kept of it.
pub(super) fn hash(code: &str) -> [u8; 32] {
    Sha256::digest(code).into()
}

impl Accounts {
    /// Makes a card for another member of staff; its code is told this once.
    ///
    /// # Errors
    /// `invalid_field` for learners and for oneself, `forbidden` as for any change.
    pub(super) async fn give_card(&self, actor: Actor, id: UserId) -> Result<(Person, String)> {
        let (code, now) = (new_card()?, self.now());
        let sha256 = hash(&code);
        let write = move |conn: &_| {
            let person = store::person(conn, actor.org, id)?;
            may_touch(actor, &person)?;
            if person.role == Role::Learner {
                let detail = "Learners get new digits, pictures or a new password.";
                return Err(Error::invalid("user", detail));
            }
            if id == actor.user {
                let detail = "Make your own card with your password.";
                return Err(Error::invalid("user", detail));
            }
            store::recovery::put(conn, &person, Kind::Given, sha256, Some(actor.user), now)?;
            Ok(person)
        };
        let person = self.0.app.db.core.write(write).await?;
        Ok((person, code))
    }

    /// Makes one's own card, for the day one forgets; with the password, so that nobody
    /// makes one who finds the page open.
    ///
    /// # Errors
    /// `wrong_credentials`, `too_many_tries`.
    pub(super) async fn make_own_card(
        &self,
        actor: Actor,
        current: Secret<String>,
    ) -> Result<(Person, String)> {
        let (org, user) = (actor.org, actor.user);
        let read = move |conn: &_| {
            let person = store::person(conn, org, user)?;
            Ok((person, store::password_hash(conn, org, user)?))
        };
        let (person, stored) = self.0.app.db.core.read(read).await?;
        let door = Door {
            org,
            username_key: person.username.key.clone(),
            by: By::Session(actor.session),
        };
        let checked = self.check_secret(door, &person, &current, stored);
        checked.await.map_err(|e| e.with_field("password"))?;
        let (code, now) = (new_card()?, self.now());
        let sha256 = hash(&code);
        let write = move |conn: &_| {
            store::recovery::put(conn, &person, Kind::Own, sha256, Some(user), now)?;
            Ok(person)
        };
        let person = self.0.app.db.core.write(write).await?;
        Ok((person, code))
    }

    /// When the actor made the own card, if it was not used.
    pub(super) async fn own_card(&self, actor: Actor) -> Result<Option<Timestamp>> {
        let read = move |conn: &_| store::recovery::own_since(conn, actor.org, actor.user);
        self.0.app.db.core.read(read).await
    }

    /// Sets the password of whoever holds a card and signs the person in; all sessions of
    /// before end. A card stands for the password and not for the phone: who types codes
    /// is asked for one, unless the card is from the terminal, which turns them off.
    ///
    /// # Errors
    /// `code_closed`, `too_many_tries`, `invalid_field` for the password, after which the
    /// card still counts.
    pub(super) async fn recover(
        &self,
        typed: &str,
        password: Secret<String>,
        browser: Browser,
    ) -> Result<Entered> {
        let code = typed_code(typed);
        let sha256 = hash(&code);
        let look = async {
            if let Some(person) = self.holder(sha256).await? {
                return Ok(person);
            }
            // Somebody may have asked at the terminal a moment ago.
            console::take_in(&self.0.app).await?;
            self.holder(sha256).await?.ok_or_else(code_closed)
        };
        let person = self.try_code(&browser, &code, look).await?;
        let password = names::new_password(&password, person.role, &person.username)?;
        let stored = self.0.passwords.hash(password).await?;
        let now = self.now();
        let session = Session::begin(person.org, person.id, now).in_browser(&browser);
        let tokens = self.tokens(&session)?;
        let (device, hash) = (browser.device.hash(), stored.clone());
        let door = Door {
            org: person.org,
            username_key: person.username.key,
            by: By::Anyone,
        };
        let write = move |conn: &_| {
            // Hashing took a while: the card may be used by now, or the account changed.
            let person = store::recovery::holder(conn, sha256, now)?.ok_or_else(code_closed)?;
            let (org, id) = (person.org, person.id);
            if store::recovery::lifts_codes(conn, sha256)? && store::totp::turn_off(conn, org, id)?
            {
                let lifted = noted::person(Action::CodesLifted, id);
                audit::record(conn, Doer::the_box(org), lifted, now)?;
            }
            store::recovery::forget_all(conn, org, id)?;
            store::set_secret(conn, org, id, Way::Password, &stored, now)?;
            store::forget_devices(conn, org, id)?;
            let mut ended = store::delete_sessions_of(conn, org, id, None)?;
            events::append(conn, org, &Event::PasswordRecovered { user: id }, now)?;
            let actor = person.actor(session.id);
            audit::record(conn, actor, noted::person(Action::Recovered, id), now)?;
            let begun = match store::totp::is_asked(conn, &person, device, now)? {
                true => None,
                false => {
                    ended.extend(store::insert_session(conn, &session)?);
                    store::remember_device(conn, &session, device)?;
                    Some((actor, session))
                }
            };
            Ok((person, store::org(conn, org)?, News { ended, begun }))
        };
        let live = Arc::clone(&self.0.live);
        let core = &self.0.app.db.core;
        let then = move |(_, _, news): &(Person, _, News)| live.apply(news);
        let (person, org, news) = core.write_then(write, then).await?;
        self.throttle().forgive(&door);
        if news.begun.is_none() {
            let device = Some(browser.device);
            let step = self.ask_code(&person, hash, device).await?;
            return Ok(Entered::Asked(step));
        }
        Ok(Entered::In(Box::new(SignedIn {
            person,
            org,
            tokens,
            browser,
            quiet_minutes: None,
        })))
    }

    async fn holder(&self, sha256: [u8; 32]) -> Result<Option<Person>> {
        let now = self.now();
        let read = move |conn: &_| store::recovery::holder(conn, sha256, now);
        self.0.app.db.core.read(read).await
    }
}
