//! Password hashes: argon2id, a few at a time.
//!
//! One hash takes 19 MiB and tens of milliseconds, by design. Forty pupils
//! signing in together would take 760 MB, so two run at once, 64 wait, and
//! the next is told to come back.

use std::sync::Arc;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use super::scratch::Scratch;
use crate::config::Secret;
use crate::error::{Code, Error, Result};

/// Memory of one hash, in KiB.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Hashes at once.
const RUNNING: usize = 2;
/// Hashes that may wait for their turn.
const WAITING: usize = 64;

/// No stored hash may ask for more: a row from a tampered backup must not
/// take the memory of the box.
const MOST_MEMORY_KIB: u32 = 64 * 1024;
const MOST_PASSES: u32 = 8;
const MOST_LANES: u32 = 4;

/// Verified when there is no such user, so that it takes as long as when
/// there is. Its output is all zeros; no password is known for it.
pub(super) const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$Ym93Z2VuZ2Utbm9ib2R5IQ$\
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The place where passwords are hashed.
pub(super) struct Passwords {
    running: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

impl Passwords {
    pub(super) fn new() -> Self {
        Self {
            running: Arc::new(Semaphore::new(RUNNING)),
            places: Arc::new(Semaphore::new(RUNNING + WAITING)),
        }
    }

    /// A PHC string for `password`.
    pub(super) async fn hash(&self, password: Secret<String>) -> Result<String> {
        self.run(move || hash(password.expose())).await
    }

    /// Whether `password` fits `stored`; without one it takes as long.
    pub(super) async fn verify(
        &self,
        password: Secret<String>,
        stored: Option<String>,
    ) -> Result<bool> {
        self.run(move || {
            let fits = verify(password.expose(), stored.as_deref().unwrap_or(NOBODY))?;
            Ok(fits && stored.is_some())
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let place = self.places.clone().try_acquire_owned().map_err(|_| {
            let detail = "Too many people are signing in; try again in a moment.";
            Error::new(Code::QueueFull, detail).retry_after(3)
        })?;
        let running = self.running.clone().acquire_owned().await?;
        tokio::task::spawn_blocking(move || {
            // Held until the memory is free again, even if the caller left.
            let _held = (place, running);
            work()
        })
        .await?
    }
}

fn hash(password: &str) -> Result<String> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(fault)?;
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(fault)?;
    let output = compute(password, &salt, params.clone(), Params::DEFAULT_OUTPUT_LEN)?;
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&params).map_err(fault)?,
        salt: Some(Salt::new(&salt).map_err(fault)?),
        hash: Some(output),
    };
    Ok(hash.to_string())
}

fn verify(password: &str, stored: &str) -> Result<bool> {
    let stored = PasswordHash::new(stored).map_err(fault)?;
    let params = Params::try_from(&stored).map_err(fault)?;
    if stored.algorithm != Algorithm::Argon2id.ident()
        || stored.version != Some(Version::V0x13.into())
        || params.m_cost() > MOST_MEMORY_KIB
        || params.t_cost() > MOST_PASSES
        || params.p_cost() > MOST_LANES
    {
        return Err(fault("a stored hash asks for too much or is not argon2id"));
    }
    let (Some(salt), Some(expected)) = (stored.salt, stored.hash) else {
        return Err(fault("a stored hash lacks its salt or output"));
    };
    // Comparing outputs takes the same time wherever they differ.
    Ok(compute(password, &salt, params, expected.len())? == expected)
}

fn compute(password: &str, salt: &[u8], params: Params, length: usize) -> Result<Output> {
    let memory = Scratch::new(params.block_count())?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut output = vec![0; length];
    argon2
        .hash_password_into_with_memory(password.as_bytes(), salt, &mut output, memory)
        .map_err(fault)?;
    Output::new(&output).map_err(fault)
}

fn fault(cause: impl std::fmt::Display) -> Error {
    anyhow::anyhow!("password hash: {cause}").into()
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    fn secret(text: &str) -> Secret<String> {
        Secret::new(text.to_owned())
    }

    #[tokio::test]
    async fn a_password_fits_only_its_hash() {
        let passwords = Passwords::new();
        let stored = passwords.hash(secret("correct horse")).await.unwrap();
        assert!(
            stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{stored}"
        );
        let again = passwords.hash(secret("correct horse")).await.unwrap();
        assert_ne!(stored, again, "each hash has its own salt");
        let check = async |text: &str, expected: bool| {
            let fits = passwords.verify(secret(text), Some(stored.clone())).await;
            assert_eq!(fits.unwrap(), expected, "{text}");
        };
        check("correct horse", true).await;
        check("correct horse ", false).await;
        check("", false).await;
    }

    #[tokio::test]
    async fn nobody_takes_as_long_as_somebody() {
        let passwords = Passwords::new();
        let stored = passwords.hash(secret("correct horse")).await.unwrap();
        let mut took = [0.0_f64; 2];
        for _ in 0..5 {
            for (i, stored) in [Some(stored.clone()), None].into_iter().enumerate() {
                let start = Instant::now();
                assert!(!passwords.verify(secret("wrong"), stored).await.unwrap());
                took[i] += start.elapsed().as_secs_f64();
            }
        }
        // Generous, because other tests run beside; without the stand-in the
        // second would be a thousand times shorter.
        assert!(took[1] > took[0] / 3.0, "{took:?}");
    }

    #[test]
    fn greedy_and_foreign_hashes_are_refused() {
        let tail = "$Ym93Z2VuZ2Utbm9ib2R5IQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        for head in [
            "$argon2id$v=19$m=1048576,t=2,p=1",
            "$argon2id$v=19$m=19456,t=1000,p=1",
            "$argon2i$v=19$m=19456,t=2,p=1",
        ] {
            assert!(verify("x", &format!("{head}{tail}")).is_err(), "{head}");
        }
        assert!(verify("x", "plain").is_err());
        assert!(!verify("x", NOBODY).unwrap());
    }

    #[tokio::test]
    async fn the_queue_is_bounded() {
        let passwords = Passwords::new();
        let all = passwords.places.clone();
        let taken = all.try_acquire_many_owned(u32::try_from(RUNNING + WAITING).unwrap());
        let refused = passwords.hash(secret("x")).await.unwrap_err();
        assert_eq!(refused.code(), Code::QueueFull);
        drop(taken);
        passwords.hash(secret("x")).await.unwrap();
    }
}
