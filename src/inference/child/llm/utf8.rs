//! Puts characters together again that tokens cut in the middle.

/// Collects bytes and hands out whole characters.
#[derive(Default)]
pub struct Utf8Buffer {
    pending: Vec<u8>,
}

impl Utf8Buffer {
    /// Adds bytes and returns all text that is complete. Bytes that can never
    /// become a character turn into U+FFFD.
    pub fn push(&mut self, bytes: &[u8]) -> String {
        self.pending.extend_from_slice(bytes);
        let mut text = String::new();
        loop {
            match std::str::from_utf8(&self.pending) {
                Ok(valid) => {
                    text.push_str(valid);
                    self.pending.clear();
                    return text;
                }
                Err(error) => {
                    let valid = error.valid_up_to();
                    text.push_str(&String::from_utf8_lossy(&self.pending[..valid]));
                    let Some(wrong) = error.error_len() else {
                        // The rest may still become a character.
                        self.pending.drain(..valid);
                        return text;
                    };
                    text.push(char::REPLACEMENT_CHARACTER);
                    self.pending.drain(..valid + wrong);
                }
            }
        }
    }

    /// The end: an unfinished character becomes U+FFFD.
    pub fn finish(&mut self) -> String {
        String::from_utf8_lossy(&std::mem::take(&mut self.pending)).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::Utf8Buffer;

    #[track_caller]
    fn check(pieces: &[&[u8]], expect: &[&str], end: &str) {
        let mut buffer = Utf8Buffer::default();
        let got: Vec<String> = pieces.iter().map(|piece| buffer.push(piece)).collect();
        assert_eq!(got, expect);
        assert_eq!(buffer.finish(), end);
    }

    #[test]
    fn joins_cut_characters_and_marks_wrong_ones() {
        check(&[b"ubwenge"], &["ubwenge"], "");
        check(&[b"caf\xc3", b"\xa9!"], &["caf", "é!"], "");
        check(&[b"\xf0\x9f", b"\x8e", b"\x93"], &["", "", "🎓"], "");
        check(&[b"a\xffb"], &["a\u{fffd}b"], "");
        check(&[b"\xe2\x82"], &[""], "\u{fffd}");
    }
}
