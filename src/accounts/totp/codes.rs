//! Which codes are right: pure functions of a key, a row and a given time.
//!
//! The secret that a phone and the box share is made of the key beside the database
//! (`pepper.key`) and a nonce in it, and is stored nowhere. So it is in no backup, no
//! export and no log; a box that is restored without its key knows no code, and neither
//! does whoever has the database alone.

use anyhow::anyhow;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use totp_rs::{Algorithm, Builder, Totp};

use crate::accounts::codes::{new_code, typed_code};
use crate::accounts::secrets::Pepper;
use crate::accounts::{Org, Person};
use crate::error::Result;
use crate::types::{OrgId, Timestamp, UserId};

/// What every app for codes knows: RFC 6238 with SHA-1, six digits, half a minute.
const DIGITS: usize = 6;
const STEP_S: u64 = 30;
/// Steps a phone's clock may be off each way.
const SKEW: u16 = 1;
/// Bytes of a secret, as many as SHA-1 has.
const SECRET: usize = 20;

/// Recovery codes given at once.
const RECOVERY_CODES: usize = 10;
/// Letters and digits of one, five bits each.
const RECOVERY_LENGTH: usize = 10;

/// What somebody typed as a second factor.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Typed {
    /// The six digits a phone shows.
    Code(String),
    /// Something else, which may be a recovery code.
    Recovery(String),
}

impl Typed {
    /// Reads what was typed, with whatever stands between its parts.
    pub(super) fn read(typed: &str) -> Self {
        let typed = typed_code(typed);
        if typed.len() == DIGITS && typed.bytes().all(|b| b.is_ascii_digit()) {
            Self::Code(typed)
        } else {
            Self::Recovery(typed)
        }
    }
}

/// The codes of a person, by the nonce of the row.
pub(super) fn codes_of(pepper: &Pepper, org: OrgId, user: UserId, nonce: &str) -> Result<Totp> {
    let mac = pepper.mac(&format!("totp {org} {user} {nonce}"))?;
    with_secret(mac[..SECRET].to_vec())
}

fn with_secret(secret: Vec<u8>) -> Result<Totp> {
    let totp = Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_step_duration(STEP_S)
        .with_skew(SKEW)
        .with_secret(secret);
    totp.build().map_err(|e| anyhow!("TOTP: {e}").into())
}

/// The step a code is right for, if it is now and comes after the last one that counted.
pub(super) fn step_of(totp: &Totp, code: &str, now: Timestamp, last_step: i64) -> Option<i64> {
    let seconds = u64::try_from(now.0.div_euclid(1000)).ok()?;
    let step = i64::try_from(totp.check(code, seconds)?).ok()?;
    (step > last_step).then_some(step)
}

/// The address an app for codes takes the secret from.
pub(super) fn address(totp: &Totp, person: &Person, org: &Org) -> String {
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    // A colon would end the name.
    let issuer = encode(&org.name.replace(':', " "));
    let account = encode(&person.username.shown);
    let secret = totp.secret().to_base32();
    format!(
        "otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}\
         &algorithm=SHA1&digits={DIGITS}&period={STEP_S}"
    )
}

/// New recovery codes.
pub(super) fn new_recovery_codes() -> Result<Vec<String>> {
    (0..RECOVERY_CODES)
        .map(|_| new_code::<RECOVERY_LENGTH>())
        .collect()
}

/// What is kept of a recovery code. Fifty bits are few for whoever has a plain hash, so
/// the key is in it.
pub(super) fn kept(pepper: &Pepper, org: OrgId, user: UserId, code: &str) -> Result<[u8; 32]> {
    pepper.mac(&format!("totp-recovery {org} {user} {code}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, for SHA-1; the last six of its eight digits.
    const VECTORS: [(i64, &str); 6] = [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ];

    fn of_the_rfc() -> Totp {
        with_secret(b"12345678901234567890".to_vec()).unwrap()
    }

    #[test]
    fn the_codes_of_the_rfc_are_right() {
        for (seconds, code) in VECTORS {
            let now = Timestamp(seconds * 1000);
            let step = step_of(&of_the_rfc(), code, now, 0);
            assert_eq!(step, Some(seconds / 30), "{seconds}");
        }
    }

    #[test]
    fn a_code_counts_a_step_early_and_late_and_once() {
        let totp = of_the_rfc();
        let check = |seconds: i64, last_step: i64, expected: Option<i64>| {
            let found = step_of(&totp, "050471", Timestamp(seconds * 1000), last_step);
            assert_eq!(found, expected, "{seconds} after {last_step}");
        };
        let step = 1_111_111_111 / 30;
        let (begins, ends) = (step * 30, step * 30 + 30);
        check(begins - 31, 0, None);
        check(begins - 30, 0, Some(step));
        check(ends + 29, step - 1, Some(step));
        check(ends + 30, 0, None);
        check(begins, step, None);
        check(begins, step + 1, None);
        check(-5, 0, None);
        for bad in ["", "50471", "+50471", "0504710", "O50471"] {
            let now = Timestamp(begins * 1000);
            assert_eq!(step_of(&totp, bad, now, 0), None, "{bad}");
        }
    }

    #[test]
    fn digits_are_a_code_and_all_else_may_be_a_recovery_code() {
        assert_eq!(Typed::read(" 050 471 "), Typed::Code("050471".into()));
        let recovery = |text: &str| Typed::Recovery(text.into());
        assert_eq!(Typed::read("k7mp2-axwq9"), recovery("K7MP2AXWQ9"));
        assert_eq!(Typed::read("0504711"), recovery("0504711"));
        assert_eq!(Typed::read(""), recovery(""));
    }

    #[test]
    fn each_person_and_nonce_has_another_secret_and_each_box() {
        let (data, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let pepper = Pepper::open(data.path()).unwrap();
        let (org, user) = (OrgId::new(), UserId::new());
        let secret = |pepper: &Pepper, user, nonce| {
            let totp = codes_of(pepper, org, user, nonce).unwrap();
            totp.secret().to_base32()
        };
        let one = secret(&pepper, user, "a");
        assert_eq!(one.len(), 32);
        assert_eq!(one, secret(&Pepper::open(data.path()).unwrap(), user, "a"));
        assert_ne!(one, secret(&pepper, user, "b"));
        assert_ne!(one, secret(&pepper, UserId::new(), "a"));
        let other = Pepper::open(elsewhere.path()).unwrap();
        assert_ne!(one, secret(&other, user, "a"));
        let code = kept(&pepper, org, user, "K7MP2AXWQ9").unwrap();
        assert_ne!(
            code,
            kept(&pepper, org, UserId::new(), "K7MP2AXWQ9").unwrap()
        );
        assert_ne!(code, kept(&other, org, user, "K7MP2AXWQ9").unwrap());
    }

    #[test]
    fn recovery_codes_are_many_and_never_taken_for_digits() {
        let codes = new_recovery_codes().unwrap();
        let different: std::collections::HashSet<_> = codes.iter().collect();
        assert_eq!((codes.len(), different.len()), (10, 10));
        for code in codes {
            assert_eq!(Typed::read(&code), Typed::Recovery(code.clone()));
        }
    }
}
