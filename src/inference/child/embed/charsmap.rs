//! Normalisation of characters for e5: `charsmap.bin` beside its tokenizer.
//!
//! The model's vocabulary knows text after Unicode compatibility
//! normalisation: full-width letters, ligatures and odd spaces must become
//! their plain forms first.

use std::collections::HashMap;

use anyhow::{Context, Result, ensure};

/// Replacements by character; characters without one stay.
#[derive(Default)]
pub struct Charsmap {
    replacements: HashMap<char, Box<str>>,
}

impl Charsmap {
    /// Reads the table: a count, then per entry a code point, a length and that
    /// many code points; little-endian, the length one byte, the rest four.
    ///
    /// # Errors
    /// When the bytes end early, go on too long or name no character.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let mut rest = bytes;
        let count = take_u32(&mut rest)?;
        let mut replacements = HashMap::new();
        for _ in 0..count {
            let from = take_char(&mut rest)?;
            let (&length, after) = rest.split_first().context("the table ends early")?;
            rest = after;
            let to: Result<String> = (0..length).map(|_| take_char(&mut rest)).collect();
            replacements.insert(from, to?.into_boxed_str());
        }
        ensure!(rest.is_empty(), "{} bytes follow the table", rest.len());
        Ok(Self { replacements })
    }

    /// The text with every replacement made.
    pub fn normalise(&self, text: &str) -> String {
        let mut normal = String::with_capacity(text.len());
        for character in text.chars() {
            match self.replacements.get(&character) {
                Some(replacement) => normal.push_str(replacement),
                None => normal.push(character),
            }
        }
        normal
    }
}

fn take_u32(rest: &mut &[u8]) -> Result<u32> {
    let (bytes, after) = rest.split_first_chunk().context("the table ends early")?;
    *rest = after;
    Ok(u32::from_le_bytes(*bytes))
}

fn take_char(rest: &mut &[u8]) -> Result<char> {
    let code = take_u32(rest)?;
    char::from_u32(code).with_context(|| format!("{code:#x} is no character"))
}

#[cfg(test)]
mod tests {
    use super::Charsmap;

    fn table(entries: &[(char, &str)]) -> Vec<u8> {
        let mut bytes = (entries.len() as u32).to_le_bytes().to_vec();
        for (from, to) in entries {
            bytes.extend((*from as u32).to_le_bytes());
            bytes.push(to.chars().count() as u8);
            bytes.extend(to.chars().flat_map(|c| (c as u32).to_le_bytes()));
        }
        bytes
    }

    #[test]
    fn replaces_grows_and_removes() {
        let bytes = table(&[('ﬁ', "fi"), ('Ａ', "A"), ('\u{ad}', "")]);
        let map = Charsmap::parse(&bytes).unwrap();
        assert_eq!(map.normalise("ﬁn Ａ\u{ad}B é"), "fin AB é");
    }

    #[test]
    fn refuses_damaged_tables() {
        let bytes = table(&[('a', "b")]);
        assert!(Charsmap::parse(&bytes[..bytes.len() - 1]).is_err());
        assert!(Charsmap::parse(&[bytes.as_slice(), &[0]].concat()).is_err());
        assert!(Charsmap::parse(&[1, 0, 0, 0, 0, 0xd8, 0, 0, 0]).is_err());
    }
}
