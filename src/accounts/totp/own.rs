//! One's own codes: turning them on and off, and new recovery codes.

use std::sync::Arc;

use super::codes::{address, codes_of, kept, new_recovery_codes, step_of};
use super::proof::no_codes;
use super::{Proof, Trusted, code_wrong, codes_off};
use crate::accounts::scan::qr_path;
use crate::accounts::signin::{By, Door};
use crate::accounts::throttle::Verdict;
use crate::accounts::{Accounts, Actor, Person, noted, store};
use crate::audit::{self, Action};
use crate::config::Secret;
use crate::error::Result;
use crate::types::Timestamp;

/// How somebody's own codes stand.
pub(in crate::accounts) struct Own {
    pub(in crate::accounts) on_since: Option<Timestamp>,
    pub(in crate::accounts) recovery_left: u32,
    /// Whether codes can be judged.
    pub(in crate::accounts) knows_time: bool,
    pub(in crate::accounts) trusted: Vec<Trusted>,
}

/// A new secret, for the phone.
pub(in crate::accounts) struct Enrolment {
    /// To type where the picture can not be scanned.
    pub(in crate::accounts) secret: String,
    pub(in crate::accounts) address: String,
    /// The picture to scan, and how many squares it has in a row.
    pub(in crate::accounts) path: String,
    pub(in crate::accounts) width: usize,
}

impl Accounts {
    /// How the actor's own codes stand.
    pub(in crate::accounts) async fn own_codes(&self, actor: Actor) -> Result<Own> {
        let (org, user, now) = (actor.org, actor.user, self.now());
        let knows_time = self.knows_time();
        let read = move |conn: &_| {
            let factor = store::totp::factor(conn, org, user)?;
            Ok(Own {
                on_since: factor.and_then(|factor| factor.on_since),
                recovery_left: store::totp::recovery_left(conn, org, user)?,
                knows_time,
                trusted: store::totp::trusted(conn, org, user, now)?,
            })
        };
        self.0.app.db.core.read(read).await
    }

    /// Makes a new secret; it counts once a code of it was typed.
    ///
    /// # Errors
    /// `codes_off` while the time is not known, `conflict` when codes are on,
    /// `wrong_credentials`.
    pub(in crate::accounts) async fn begin_codes(
        &self,
        actor: Actor,
        password: Secret<String>,
    ) -> Result<Enrolment> {
        if !self.knows_time() {
            return Err(codes_off());
        }
        let person = self.myself(actor, &password).await?;
        let nonce = uuid::Uuid::new_v4().to_string();
        let codes = codes_of(&self.0.pepper, actor.org, actor.user, &nonce)?;
        let write = move |conn: &_| {
            store::totp::begin(conn, actor.org, actor.user, &nonce)?;
            store::org(conn, actor.org)
        };
        let org = self.0.app.db.core.write(write).await?;
        let address = address(&codes, &person, &org);
        let (width, path) = qr_path(&address)?;
        Ok(Enrolment {
            secret: codes.secret().to_base32(),
            address,
            path,
            width,
        })
    }

    /// Turns codes on with the first one; answers the recovery codes, which are told this
    /// once. All other sessions end.
    ///
    /// # Errors
    /// `code_wrong`, `codes_off`, `too_many_tries`, `conflict` when nothing was begun.
    pub(in crate::accounts) async fn confirm_codes(
        &self,
        actor: Actor,
        typed: Secret<String>,
    ) -> Result<Vec<String>> {
        let (org, user) = (actor.org, actor.user);
        let read = move |conn: &_| {
            let person = store::person(conn, org, user)?;
            Ok((person, store::totp::factor(conn, org, user)?))
        };
        let (person, factor) = self.0.app.db.core.read(read).await?;
        let begun = factor.filter(|factor| factor.on_since.is_none());
        let nonce = begun.ok_or_else(no_codes)?.nonce;
        if !self.knows_time() {
            return Err(codes_off());
        }
        let door = door(&person, By::CodeIn(actor.session));
        let mut attempt = self.begin_attempt(door).await?;
        let codes = codes_of(&self.0.pepper, org, user, &nonce)?;
        let typed: String = typed.expose().split_whitespace().collect();
        let step = step_of(&codes, &typed, self.now(), 0).ok_or_else(code_wrong)?;
        attempt.verdict = Verdict::Right;
        drop(attempt);
        let (recovery, macs) = self.new_recovery(actor)?;
        let (live, now) = (Arc::clone(&self.0.live), self.now());
        let write = move |conn: &_| {
            store::totp::turn_on(conn, org, user, &nonce, step, now)?;
            store::totp::put_recovery(conn, org, user, &macs)?;
            audit::record(conn, actor, noted::person(Action::CodesOn, user), now)?;
            // Whoever knew the password alone may be signed in.
            store::delete_sessions_of(conn, org, user, Some(actor.session))
        };
        let core = &self.0.app.db.core;
        core.write_then(write, move |ended: &Vec<_>| live.end(ended))
            .await?;
        Ok(recovery)
    }

    /// Turns codes off.
    ///
    /// # Errors
    /// `wrong_credentials` for the password and those of [`Accounts::prove`].
    pub(in crate::accounts) async fn end_codes(
        &self,
        actor: Actor,
        password: Secret<String>,
        typed: Secret<String>,
    ) -> Result<()> {
        let proof = self.prove_myself(actor, &password, &typed).await?;
        let (org, user, now) = (actor.org, actor.user, self.now());
        let write = move |conn: &_| {
            store::totp::spend(conn, org, user, &proof)?;
            store::totp::turn_off(conn, org, user)?;
            audit::record(conn, actor, noted::person(Action::CodesOff, user), now)
        };
        self.0.app.db.core.write(write).await
    }

    /// New recovery codes in place of those before, told this once.
    ///
    /// # Errors
    /// As for turning codes off.
    pub(in crate::accounts) async fn renew_recovery(
        &self,
        actor: Actor,
        password: Secret<String>,
        typed: Secret<String>,
    ) -> Result<Vec<String>> {
        let proof = self.prove_myself(actor, &password, &typed).await?;
        let (recovery, macs) = self.new_recovery(actor)?;
        let (org, user, now) = (actor.org, actor.user, self.now());
        let write = move |conn: &_| {
            store::totp::spend(conn, org, user, &proof)?;
            store::totp::put_recovery(conn, org, user, &macs)?;
            let renewed = noted::person(Action::RecoveryCodesRenewed, user);
            audit::record(conn, actor, renewed, now)
        };
        self.0.app.db.core.write(write).await?;
        Ok(recovery)
    }

    /// Asks for a code again on all of the actor's devices.
    pub(in crate::accounts) async fn distrust_devices(&self, actor: Actor) -> Result<()> {
        let write = move |conn: &_| store::totp::distrust(conn, actor.org, actor.user);
        self.0.app.db.core.write(write).await
    }

    async fn prove_myself(
        &self,
        actor: Actor,
        password: &Secret<String>,
        typed: &Secret<String>,
    ) -> Result<Proof> {
        let person = self.myself(actor, password).await?;
        self.prove(&person, By::CodeIn(actor.session), typed).await
    }

    /// The actor, who typed the password again.
    async fn myself(&self, actor: Actor, password: &Secret<String>) -> Result<Person> {
        let (org, user) = (actor.org, actor.user);
        let read = move |conn: &_| {
            let person = store::person(conn, org, user)?;
            Ok((person, store::password_hash(conn, org, user)?))
        };
        let (person, stored) = self.0.app.db.core.read(read).await?;
        let door = door(&person, By::Session(actor.session));
        let checked = self.check_secret(door, &person, password, stored);
        checked.await.map_err(|e| e.with_field("password"))?;
        Ok(person)
    }

    /// New recovery codes, and what is kept of them.
    fn new_recovery(&self, actor: Actor) -> Result<(Vec<String>, Vec<[u8; 32]>)> {
        let codes = new_recovery_codes()?;
        let keep = |code: &String| kept(&self.0.pepper, actor.org, actor.user, code);
        let macs = codes.iter().map(keep).collect::<Result<_>>()?;
        Ok((codes, macs))
    }
}

fn door(person: &Person, by: By) -> Door {
    Door {
        org: person.org,
        username_key: person.username.key.clone(),
        by,
    }
}
