//! What a sender says about a piece of an upload, so that bytes damaged on
//! their way never count as received.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::error::{Code, Error, Result};

/// The algorithms senders may use, as they are named on the wire. The tus
/// protocol asks for sha1; it serves against accidents, not against people.
pub const ALGORITHMS: &str = "sha256,sha1";

/// A running checksum and what it should come to.
pub struct Checksum {
    expected: Vec<u8>,
    running: Running,
}

enum Running {
    Sha1(Sha1),
    Sha256(Sha256),
}

impl Checksum {
    /// Reads `<algorithm> <digest in base64>`.
    ///
    /// # Errors
    /// `bad_request` for another algorithm or a digest of another length.
    pub fn parse(text: &str) -> Result<Self> {
        let wrong = || Error::new(Code::BadRequest, "This checksum is not understood.");
        let (algorithm, digest) = text.trim().split_once(' ').ok_or_else(wrong)?;
        let expected = BASE64_STANDARD.decode(digest.trim()).map_err(|_| wrong())?;
        let (running, length) = match algorithm {
            "sha1" => (Running::Sha1(Sha1::new()), 20),
            "sha256" => (Running::Sha256(Sha256::new()), 32),
            _ => return Err(wrong()),
        };
        if expected.len() != length {
            return Err(wrong());
        }
        Ok(Self { expected, running })
    }

    /// Goes on with the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        match &mut self.running {
            Running::Sha1(hasher) => hasher.update(bytes),
            Running::Sha256(hasher) => hasher.update(bytes),
        }
    }

    /// Whether the bytes are the ones that were sent.
    ///
    /// # Errors
    /// `checksum_mismatch`.
    pub fn verify(self) -> Result<()> {
        let found = match self.running {
            Running::Sha1(hasher) => hasher.finalize().to_vec(),
            Running::Sha256(hasher) => hasher.finalize().to_vec(),
        };
        if found == self.expected {
            return Ok(());
        }
        let detail = "These bytes were damaged on their way. Send them again.";
        Err(Error::new(Code::ChecksumMismatch, detail))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(header: &str, bytes: &[u8]) -> Option<Code> {
        let mut checksum = match Checksum::parse(header) {
            Ok(checksum) => checksum,
            Err(error) => return Some(error.code()),
        };
        for part in bytes.chunks(2) {
            checksum.update(part);
        }
        checksum.verify().err().map(|e| e.code())
    }

    #[test]
    fn bytes_are_held_against_what_was_said() {
        // The digests of "abc" that the standards give as examples.
        let sha1 = "sha1 qZk+NkcGgWq6PiVxeFDCbJzQ2J0=";
        let sha256 = "sha256 ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";
        for header in [sha1, sha256] {
            assert_eq!(check(header, b"abc"), None);
            assert_eq!(check(header, b"abd"), Some(Code::ChecksumMismatch));
            assert_eq!(check(header, b""), Some(Code::ChecksumMismatch));
        }
    }

    #[test]
    fn what_is_not_understood_is_said() {
        for header in [
            "",
            "sha256",
            "sha256 ",
            "sha256 !!!",
            "sha256 qZk+NkcGgWq6PiVxeFDCbJzQ2J0=",
            "md5 kAFQmDzST7DWlj99KOF/cg==",
            "crc32 AAAA",
        ] {
            assert_eq!(check(header, b"abc"), Some(Code::BadRequest), "{header}");
        }
    }
}
