//! A phone that shows codes (TOTP).

use bwenge::types::Timestamp;
use totp_rs::{Builder, Secret};

/// The code an app shows at a time, of a secret as it is typed.
pub fn code_at(secret: &str, now: Timestamp) -> String {
    let secret = Secret::try_from_base32(secret).unwrap();
    let totp = Builder::new().with_secret(secret).build().unwrap();
    let seconds = u64::try_from(now.0 / 1000).unwrap();
    totp.generate(seconds).to_string()
}

/// A code that is none of a time, nor of the minutes around it.
pub fn wrong_at(secret: &str, now: Timestamp) -> String {
    let near = (-4..=4).map(|step| code_at(secret, now.plus_ms(step * 30_000)));
    let near: Vec<_> = near.collect();
    let mut all = (0..).map(|n| format!("{n:06}"));
    all.find(|code| !near.contains(code)).unwrap()
}
