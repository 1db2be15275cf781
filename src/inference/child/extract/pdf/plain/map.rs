//! The map from codes to characters that many fonts carry (`ToUnicode`).

use std::collections::HashMap;

use crate::inference::child::extract::pdf::scan::{Scanner, bytes, elements};

/// Codes that are taken; two bytes make 65,536.
const MAX_CODES: usize = 70_000;

/// Characters by code.
#[derive(Default)]
pub struct Map {
    texts: HashMap<u32, String>,
    /// Whether codes are of one byte, where the map says so.
    pub one_byte: bool,
    /// Entries read, those that say nothing and those said again included.
    entries: usize,
}

impl Map {
    /// Reads a map; what can not be understood is left out.
    pub fn read(source: &[u8]) -> Self {
        let mut map = Self::default();
        let mut scanner = Scanner::new(source);
        while let Some(operator) = scanner.next() {
            match operator {
                b"begincodespacerange" => {
                    let low = scanner.token().map(bytes).unwrap_or_default();
                    map.one_byte = low.len() == 1;
                }
                b"beginbfchar" => while map.one(&mut scanner).is_some() {},
                b"beginbfrange" => while map.range(&mut scanner).is_some() {},
                _ => {}
            }
        }
        map
    }

    /// What a code stands for.
    pub fn get(&self, code: u32) -> Option<&str> {
        self.texts.get(&code).map(String::as_str)
    }

    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    fn one(&mut self, scanner: &mut Scanner) -> Option<()> {
        let code = code(scanner.token()?)?;
        let text = text(&bytes(scanner.token()?), 0);
        self.put(code, text)
    }

    fn range(&mut self, scanner: &mut Scanner) -> Option<()> {
        let (low, high) = (code(scanner.token()?)?, code(scanner.token()?)?);
        let target = scanner.token()?;
        if target.starts_with(b"[") {
            for (code, target) in (low..=high).zip(elements(target)) {
                self.put(code, text(&bytes(target), 0))?;
            }
            return Some(());
        }
        let target = bytes(target);
        for (step, code) in (low..=high).enumerate().take(MAX_CODES) {
            self.put(code, text(&target, step as u32))?;
        }
        Some(())
    }

    fn put(&mut self, code: u32, text: Option<String>) -> Option<()> {
        // Codes that come again or say nothing cost time too.
        self.entries += 1;
        if self.entries > MAX_CODES {
            return None;
        }
        if let Some(text) = text {
            self.texts.insert(code, text);
        }
        Some(())
    }
}

fn code(token: &[u8]) -> Option<u32> {
    let hex = token.starts_with(b"<");
    let bytes = bytes(token);
    (hex && (1..=4).contains(&bytes.len())).then(|| {
        bytes
            .iter()
            .fold(0, |code, byte| code << 8 | u32::from(*byte))
    })
}

/// UTF-16 as text, its last unit moved on by `step`.
fn text(utf16: &[u8], step: u32) -> Option<String> {
    let mut units: Vec<u16> = match utf16 {
        [one] => vec![u16::from(*one)],
        many => many
            .chunks_exact(2)
            .map(|c| u16::from_be_bytes([c[0], c[1]]))
            .collect(),
    };
    let last = units.last_mut()?;
    *last = u16::try_from(u32::from(*last) + step).ok()?;
    String::from_utf16(&units).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_stand_for_characters() {
        let map = Map::read(
            b"1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfchar <03> <0020> \
            <10> <00660069> endbfchar 2 beginbfrange <24> <26> <0041> <30> <31> [<00E9> <2019>] \
            endbfrange",
        );
        let check = |code: u32, expect: Option<&str>| assert_eq!(map.get(code), expect, "{code}");
        check(0x03, Some(" "));
        check(0x10, Some("fi"));
        check(0x26, Some("C"));
        check(0x31, Some("\u{2019}"));
        check(0x27, None);
        assert!(map.one_byte && !map.is_empty());
        // More than a font has.
        let map = Map::read(b"1 beginbfrange <00000000> <FFFFFFFF> <0041> endbfrange");
        assert!(map.texts.len() <= MAX_CODES);
    }
}
