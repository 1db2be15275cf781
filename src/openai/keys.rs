//! Keys: how a program shows which school it works for, and what it may do.
//!
//! A key is 32 random bytes that only its maker sees, once. Every request
//! looks its hash up in core.db, so a revoked key ends with the COMMIT.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::{OpenAi, store};
use crate::accounts::{Actor, Role};
use crate::audit::{self, Action, Note};
use crate::error::{Code, Error, Result};
use crate::inference::protocol::Lane;
use crate::types::{KeyId, Language, OrgId, SessionId, Timestamp, UserId};
use crate::word_enum;

/// What every key begins with, so that people and scanners know it for one.
const PREFIX: &str = "bwk_";
/// Characters of a key that stay visible.
const HINT: usize = PREFIX.len() + 4;
/// Live keys of one school.
const MOST_KEYS: u32 = 100;
/// Longest name, in characters.
const LONGEST_NAME: usize = 80;
/// Requests a minute unless said otherwise.
pub const USUAL_RATE: u32 = 60;
/// The highest rate a key may have, in requests a minute.
pub const HIGHEST_RATE: u32 = 10_000;
/// The last use is written down once in so many milliseconds: every commit of
/// core.db is a flush.
const USE_EVERY_MS: i64 = 60_000;

word_enum! {
    /// What a key is good for.
    KeyScope {
        /// Chats and completions.
        Chat = "chat",
        /// Embeddings.
        Embeddings = "embeddings",
    }
}

/// A key, without the secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Its id.
    pub id: KeyId,
    /// The school it works for.
    pub org: OrgId,
    /// What it is for, as its maker wrote it.
    pub name: String,
    /// Its first characters.
    pub hint: String,
    /// What it is good for.
    pub scopes: Vec<KeyScope>,
    /// Requests a minute.
    pub rate: u32,
    /// Whether its answers come after everybody else's.
    pub batch: bool,
    /// Tutors answer in it when a question does not tell its language.
    pub language: Language,
    /// Who made it.
    pub created_by: UserId,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// A key to make.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// What it is for, 1 to 80 characters.
    pub name: String,
    /// What it is good for, at least one.
    pub scopes: Vec<KeyScope>,
    /// Requests a minute, 1 to 10000.
    pub rate: u32,
    /// Whether its answers come after everybody else's.
    pub batch: bool,
}

impl Key {
    /// The reader its requests stand for: somebody who sees what learners see.
    pub fn reader(&self) -> Actor {
        Actor {
            org: self.org,
            user: self.created_by,
            role: Role::Learner,
            platform_admin: false,
            // A key has no session; this one is nobody's.
            session: SessionId::new(),
            language: self.language,
        }
    }

    /// How urgent its requests are.
    pub fn lane(&self) -> Lane {
        match self.batch {
            true => Lane::Batch,
            false => Lane::Pupil,
        }
    }
}

impl OpenAi {
    /// The keys of a school, newest first, revoked ones last.
    pub async fn keys(&self, org: OrgId) -> Result<Vec<Key>> {
        let core = &self.app.db.core;
        core.read(move |conn| store::list(conn, org)).await
    }

    /// Makes a key; the key and its secret, which nobody can read again.
    ///
    /// # Errors
    /// `invalid_field` for a bad name, rate or scopes; `conflict` when the
    /// school has 100 keys.
    pub async fn make_key(&self, by: &Actor, mut new: NewKey) -> Result<(Key, String)> {
        let name = new.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > LONGEST_NAME {
            let detail = format!("Give 1 to {LONGEST_NAME} characters.");
            return Err(Error::invalid("name", detail));
        }
        new.scopes.sort_by_key(|scope| scope.as_str());
        new.scopes.dedup();
        if new.scopes.is_empty() {
            return Err(Error::invalid("scopes", "Say what the key is good for."));
        }
        if !(1..=HIGHEST_RATE).contains(&new.rate) {
            let detail = format!("Give 1 to {HIGHEST_RATE} requests a minute.");
            return Err(Error::invalid("requests_per_minute", detail));
        }
        let mut random = [0; 32];
        getrandom::fill(&mut random).map_err(|e| anyhow::anyhow!("no randomness: {e}"))?;
        let secret = format!("{PREFIX}{}", BASE64_URL_SAFE_NO_PAD.encode(random));
        let key = Key {
            id: KeyId::new(),
            org: by.org,
            name,
            hint: secret[..HINT].to_owned(),
            scopes: new.scopes,
            rate: new.rate,
            batch: new.batch,
            language: by.language,
            created_by: by.user,
            created_at: self.app.clock.now(),
            last_used_at: None,
            revoked_at: None,
        };
        let (row, sha256, by) = (key.clone(), hash(&secret), *by);
        let core = &self.app.db.core;
        core.write(move |conn| {
            if !store::insert(conn, &row, &sha256, MOST_KEYS)? {
                return Err(Error::new(Code::Conflict, "The school has too many keys."));
            }
            let scopes = row.scopes.iter().map(|scope| scope.as_str());
            let made = Note::new(Action::KeyMade).of(row.id).name(&row.name);
            audit::record(conn, by, made.fields(scopes), row.created_at)
        })
        .await?;
        Ok((key, secret))
    }

    /// Revokes a key: from now on it opens nothing.
    pub async fn revoke_key(&self, by: &Actor, id: KeyId) -> Result<()> {
        let (by, now) = (*by, self.app.clock.now());
        let core = &self.app.db.core;
        core.write(move |conn| {
            let name = store::revoke(conn, by.org, id, now)?;
            let revoked = Note::new(Action::KeyRevoked).of(id).name(&name);
            audit::record(conn, by, revoked, now)
        })
        .await?;
        self.rates().forget(id);
        Ok(())
    }

    /// The key a request came with, counted against its rate.
    ///
    /// # Errors
    /// `not_signed_in` for a key that is none or was revoked; `forbidden`
    /// without `scope`; `rate_limited` with the seconds to wait.
    pub async fn admit(&self, secret: Option<&str>, scope: Option<KeyScope>) -> Result<Key> {
        let wrong = || {
            tracing::info!("openai.key_refused");
            Error::new(
                Code::NotSignedIn,
                "Give an API key of this box that is valid.",
            )
        };
        let secret = secret.filter(|secret| secret.starts_with(PREFIX));
        let sha256 = hash(secret.ok_or_else(wrong)?);
        let core = &self.app.db.core;
        let found = core.read(move |conn| store::find(conn, &sha256)).await?;
        let key = found.ok_or_else(wrong)?;
        if scope.is_some_and(|scope| !key.scopes.contains(&scope)) {
            return Err(Error::new(
                Code::Forbidden,
                "This key is not good for that.",
            ));
        }
        let now = self.app.clock.now();
        if let Err(wait_s) = self.rates().take(key.id, key.rate, now) {
            let detail = format!("This key may ask {} times a minute.", key.rate);
            return Err(Error::new(Code::RateLimited, detail).retry_after(wait_s));
        }
        let stale = |used: Timestamp| now.0.saturating_sub(used.0) >= USE_EVERY_MS;
        if key.last_used_at.is_none_or(stale) {
            let id = key.id;
            // A full disk must not lock programs out.
            if let Err(error) = core.write(move |conn| store::used(conn, id, now)).await {
                tracing::warn!(%error, "openai.use_not_saved");
            }
        }
        Ok(key)
    }
}

fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret).into()
}
