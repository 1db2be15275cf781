//! Codes that people read from one screen and type into another.

use crate::error::Result;

/// What codes are made of: nothing that looks like something else.
const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// A random code of `LENGTH` letters and digits.
pub fn new_code<const LENGTH: usize>() -> Result<String> {
    // 32 letters divide 256, so each is as likely as the others.
    let code = random::<LENGTH>()?.map(|byte| char::from(ALPHABET[usize::from(byte) % 32]));
    Ok(code.iter().collect())
}

/// No code is longer; what is typed may be a book, and is kept to count tries by.
const LONGEST: usize = 64;

/// A code as it was typed, in the form it is kept in.
pub fn typed_code(typed: &str) -> String {
    let letters = typed.chars().filter(|c| c.is_alphanumeric()).take(LONGEST);
    letters.collect::<String>().to_uppercase()
}

/// Random bytes of the system.
pub(super) fn random<const LENGTH: usize>() -> Result<[u8; LENGTH]> {
    let mut bytes = [0; LENGTH];
    getrandom::fill(&mut bytes).map_err(|e| anyhow::anyhow!("no randomness: {e}"))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_random_and_readable() {
        let (one, other) = (new_code::<8>().unwrap(), new_code::<8>().unwrap());
        assert_ne!(one, other);
        assert_eq!(one.len(), 8);
        assert!(one.bytes().all(|b| ALPHABET.contains(&b)));
        assert!(!ALPHABET.iter().any(|b| b"IO01".contains(b)));
        assert_eq!(typed_code(" ab-c2\u{a0}d "), "ABC2D");
        assert_eq!(typed_code(&"x".repeat(1000)).len(), LONGEST);
    }
}
