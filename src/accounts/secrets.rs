//! Short secrets for children: four digits or four pictures.
//!
//! Ten thousand PINs are nothing to whoever has a hash, so a key that lies
//! outside the database (`pepper.key`) goes into each; and they are nothing to
//! whoever may try them all, so an account is locked after [`MOST_TRIES`] until a
//! teacher gives it another secret. They are given out, never chosen, and shown
//! once. Staff have passwords.

use std::path::Path;
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use jsonwebtoken::{Algorithm, EncodingKey, crypto};

use super::codes::random;
use super::people::may_touch;
use super::signin::{By, Door};
use super::{Accounts, Actor, Person, Role, keyfile, noted, store};
use crate::audit::{self, Action};
use crate::config::Secret;
use crate::error::{Error, Result};
use crate::events::{self, Event};
use crate::types::{OrgId, UserId};
use crate::word_enum;

word_enum! {
    /// How a person proves who it is.
    Way {
        /// A password.
        Password = "password",
        /// Four digits.
        Pin = "pin",
        /// Four of twelve pictures, in order.
        Pictures = "pictures",
    }
}

/// Secrets hashed side by side: as many as ever are.
const AT_ONCE: usize = 2;
/// Parts of a short secret.
const LENGTH: usize = 4;

/// What the pictures show, as words of the contract.
pub(super) const PICTURES: [&str; 12] = [
    "ball", "bird", "drum", "fish", "flower", "house", "key", "moon", "rabbit", "star", "sun",
    "tree",
];

/// Tries in a row at a short secret before a teacher has to help: 20 on devices the
/// account was not used on, where nobody need wait for a classmate's guesses, 100 on
/// its own.
pub(super) const MOST_TRIES: (u32, u32) = (20, 100);

/// The part of short secrets that is not in the database.
pub(super) struct Pepper(EncodingKey);

impl Pepper {
    /// Reads the key below `data_dir`, making one at the first start.
    pub(super) fn open(data_dir: &Path) -> Result<Self> {
        let loss = "without it teachers must give new PINs and pictures";
        let key = keyfile::open(&data_dir.join("pepper.key"), loss)?;
        Ok(Self(EncodingKey::from_secret(&key)))
    }

    /// What is hashed of a secret that was typed.
    pub(super) fn material(
        &self,
        person: &Person,
        typed: &Secret<String>,
    ) -> Result<Secret<String>> {
        match person.way {
            Way::Password => Ok(typed.clone()),
            Way::Pin | Way::Pictures => self.season(person.org, person.id, typed.expose()),
        }
    }

    /// What only a box with this key makes of a text.
    pub(super) fn mac(&self, text: &str) -> Result<[u8; 32]> {
        let mac = crypto::sign(text.as_bytes(), &self.0, Algorithm::HS256)?;
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(mac).ok();
        let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
        bytes.ok_or_else(|| anyhow::anyhow!("a MAC of another length").into())
    }

    fn season(&self, org: OrgId, user: UserId, typed: &str) -> Result<Secret<String>> {
        let text = format!("secret {org} {user} {}", typed.trim());
        let mac = crypto::sign(text.as_bytes(), &self.0, Algorithm::HS256)?;
        Ok(Secret::new(mac))
    }
}

impl Accounts {
    /// Gives learners new short secrets and ends their sessions; all of them or none.
    /// Their parts are shown this once: digits, or words of [`PICTURES`].
    ///
    /// # Errors
    /// `invalid_field` for staff and for passwords, `forbidden` as for any change.
    pub(crate) async fn give_secrets(
        &self,
        actor: Actor,
        ids: Vec<UserId>,
        way: Way,
    ) -> Result<Vec<(UserId, Vec<String>)>> {
        let core = &self.0.app.db.core;
        let make = async |id: UserId| {
            let parts = new_secret(way)?;
            let typed = parts.join(separator(way));
            let material = self.0.pepper.season(actor.org, id, &typed)?;
            let hash = self.0.passwords.hash(material).await?;
            Ok::<_, Error>((id, parts, hash))
        };
        let made = stream::iter(ids).map(make).buffered(AT_ONCE);
        let made: Vec<_> = made.try_collect().await?;
        let hashes: Vec<_> = made
            .iter()
            .map(|(id, _, hash)| (*id, hash.clone()))
            .collect();
        let given = made.into_iter().map(|(id, parts, _)| (id, parts)).collect();
        let (live, now) = (Arc::clone(&self.0.live), self.now());
        let write = move |conn: &_| {
            let (mut doors, mut ended) = (Vec::new(), Vec::new());
            for (id, hash) in hashes {
                let person = store::person(conn, actor.org, id)?;
                may_touch(actor, &person)?;
                if person.role != Role::Learner {
                    return Err(Error::invalid("way", "Staff sign in with a password."));
                }
                store::set_secret(conn, actor.org, id, way, &hash, now)?;
                let event = Event::SecretGiven {
                    user: id,
                    by: actor.user,
                    way: way.as_str().to_owned(),
                };
                events::append(conn, actor.org, &event, now)?;
                let given = noted::person(Action::SecretGiven, id).is(way.as_str());
                audit::record(conn, actor, given, now)?;
                store::forget_devices(conn, actor.org, id)?;
                ended.extend(store::delete_sessions_of(conn, actor.org, id, None)?);
                doors.push(Door {
                    org: actor.org,
                    username_key: person.username.key,
                    by: By::Anyone,
                });
            }
            Ok((doors, ended))
        };
        let then = move |(_, ended): &(Vec<Door>, Vec<_>)| live.end(ended);
        let (doors, _) = core.write_then(write, then).await?;
        let mut throttle = self.throttle();
        for door in &doors {
            throttle.forgive(door);
        }
        Ok(given)
    }
}

/// Between the parts as they are typed.
fn separator(way: Way) -> &'static str {
    match way {
        Way::Pictures => "-",
        Way::Pin | Way::Password => "",
    }
}

fn new_secret(way: Way) -> Result<Vec<String>> {
    match way {
        Way::Password => Err(Error::invalid("way", "Passwords are chosen, not given.")),
        Way::Pin => loop {
            // Bytes above would make the first digits likelier.
            let bytes = random::<16>()?;
            let digits: Vec<u8> = bytes
                .into_iter()
                .filter(|b| *b < 250)
                .map(|b| b % 10)
                .collect();
            if let Some(pin) = digits.first_chunk::<LENGTH>().filter(|pin| !is_plain(pin)) {
                return Ok(pin.iter().map(u8::to_string).collect());
            }
        },
        Way::Pictures => {
            let bytes = random::<32>()?;
            let picks = bytes
                .into_iter()
                .filter(|b| *b < 252)
                .map(|b| usize::from(b % 12));
            Ok(picks
                .take(LENGTH)
                .map(|pick| PICTURES[pick].to_owned())
                .collect())
        }
    }
}

/// Whether each digit follows the one before by the same step of at most one: 0000,
/// 1234, 9876.
fn is_plain(pin: &[u8; LENGTH]) -> bool {
    let steps = |by: i16| {
        pin.windows(2)
            .all(|two| i16::from(two[1]) - i16::from(two[0]) == by)
    };
    [-1, 0, 1].into_iter().any(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_secrets_are_hard_to_guess_and_easy_to_type() {
        let mut seen = std::collections::HashSet::new();
        for _ in 0..200 {
            let pin = new_secret(Way::Pin).unwrap();
            assert_eq!(pin.len(), LENGTH);
            assert!(
                pin.iter()
                    .all(|part| part.len() == 1 && part.as_bytes()[0].is_ascii_digit())
            );
            seen.insert(pin);
            let pictures = new_secret(Way::Pictures).unwrap();
            assert_eq!(pictures.len(), LENGTH);
            assert!(
                pictures
                    .iter()
                    .all(|part| PICTURES.contains(&part.as_str()))
            );
        }
        assert!(seen.len() > 180, "{}", seen.len());
        assert!(new_secret(Way::Password).is_err());
        for (pin, plain) in [
            ([0; 4], true),
            ([1, 2, 3, 4], true),
            ([9, 8, 7, 6], true),
            ([1, 3, 5, 7], false),
        ] {
            assert_eq!(is_plain(&pin), plain, "{pin:?}");
        }
    }

    #[test]
    fn the_same_digits_of_two_pupils_are_two_secrets() {
        let data = tempfile::tempdir().unwrap();
        let pepper = Pepper::open(data.path()).unwrap();
        let (org, one, other) = (OrgId::new(), UserId::new(), UserId::new());
        let of =
            |pepper: &Pepper, user| pepper.season(org, user, " 4821").unwrap().expose().clone();
        assert_ne!(of(&pepper, one), of(&pepper, other));
        assert_eq!(
            of(&Pepper::open(data.path()).unwrap(), one),
            of(&pepper, one)
        );
        let elsewhere = tempfile::tempdir().unwrap();
        assert_ne!(
            of(&Pepper::open(elsewhere.path()).unwrap(), one),
            of(&pepper, one)
        );
    }
}
