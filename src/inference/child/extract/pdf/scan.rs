//! A scanner for content streams that allocates nothing but what it is asked
//! for.
//!
//! A page may hold millions of drawing operators around a few words. Parsing
//! them all into objects takes a hundred bytes for each byte; this scanner
//! hands out slices, operator by operator.

/// Operands kept for one operator; none that matters here has more than six,
/// and of too many the last count.
const MAX_OPERANDS: usize = 8;
/// Brackets inside each other; lopdf stops at 100.
const MAX_DEPTH: usize = 90;

/// Goes through a content stream operator by operator.
pub struct Scanner<'a> {
    data: &'a [u8],
    at: usize,
    operands: Vec<&'a [u8]>,
}

impl<'a> Scanner<'a> {
    pub fn new(data: &'a [u8]) -> Self {
        Self {
            data,
            at: 0,
            operands: Vec::new(),
        }
    }

    /// Operands of the operator last returned: raw tokens.
    pub fn operands(&self) -> &[&'a [u8]] {
        &self.operands
    }

    /// The next operator, `None` at the end.
    pub fn next(&mut self) -> Option<&'a [u8]> {
        self.operands.clear();
        loop {
            let token = self.token()?;
            let operator = token[0].is_ascii_alphabetic() || matches!(token[0], b'\'' | b'"');
            if !operator || matches!(token, b"true" | b"false" | b"null") {
                if self.operands.len() == MAX_OPERANDS {
                    self.operands.remove(0);
                }
                self.operands.push(token);
                continue;
            }
            if token == b"ID" {
                self.skip_image_data();
            }
            return Some(token);
        }
    }

    /// The next token: a number, name, string, array, dictionary or operator.
    pub fn token(&mut self) -> Option<&'a [u8]> {
        loop {
            let start = self.at;
            let first = *self.data.get(start)?;
            match first {
                _ if is_space(first) => {
                    self.at += 1;
                    continue;
                }
                b'%' => {
                    self.skip_comment();
                    continue;
                }
                b'(' | b'[' | b'<' => self.skip_bracketed(),
                b')' | b']' | b'>' | b'{' | b'}' => {
                    self.at += 1;
                    continue;
                }
                b'/' => {
                    self.at += 1;
                    self.skip_regular();
                }
                _ => self.skip_regular(),
            }
            return Some(&self.data[start..self.at]);
        }
    }

    fn skip_regular(&mut self) {
        let rest = &self.data[self.at..];
        let len = rest.iter().position(|&c| is_space(c) || is_delimiter(c));
        self.at += len.unwrap_or(rest.len());
    }

    fn skip_comment(&mut self) {
        let rest = &self.data[self.at..];
        let len = rest.iter().position(|&c| c == b'\n' || c == b'\r');
        self.at += len.unwrap_or(rest.len());
    }

    /// Skips a string, array or dictionary, with what is inside.
    fn skip_bracketed(&mut self) {
        let mut depth = 0usize;
        loop {
            match self.data.get(self.at) {
                None => return,
                Some(b'(') => self.skip_literal(),
                Some(b'%') => self.skip_comment(),
                Some(b'[' | b'<') => {
                    depth += 1;
                    self.at += 1;
                }
                Some(b']' | b'>') => {
                    depth = depth.saturating_sub(1);
                    self.at += 1;
                }
                Some(_) => self.at += 1,
            }
            if depth == 0 {
                return;
            }
        }
    }

    fn skip_literal(&mut self) {
        let mut depth = 0usize;
        while let Some(&c) = self.data.get(self.at) {
            self.at += 1;
            match c {
                b'\\' => self.at = (self.at + 1).min(self.data.len()),
                b'(' => depth += 1,
                b')' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return;
            }
        }
    }

    /// Skips the bytes of an inline image, up to its `EI`.
    fn skip_image_data(&mut self) {
        let rest = &self.data[self.at..];
        let end = rest.windows(4).position(|w| {
            is_space(w[0]) && &w[1..3] == b"EI" && (is_space(w[3]) || is_delimiter(w[3]))
        });
        self.at += end.map_or(rest.len(), |at| at + 3);
    }
}

/// Elements of an array token: strings and numbers, as raw tokens.
pub fn elements(array: &[u8]) -> Vec<&[u8]> {
    let inside = array.strip_prefix(b"[").unwrap_or(array);
    let inside = inside.strip_suffix(b"]").unwrap_or(inside);
    let mut scanner = Scanner::new(inside);
    let mut found = Vec::new();
    while let Some(token) = scanner.token() {
        found.push(token);
    }
    found
}

/// A number; `None` for any other token. Malformed numbers count as 0.
pub fn number(token: &[u8]) -> Option<f64> {
    let first = *token.first()?;
    if !first.is_ascii_digit() && !matches!(first, b'+' | b'-' | b'.') {
        return None;
    }
    let text = std::str::from_utf8(token).ok()?;
    let value: f64 = text.parse().unwrap_or(0.0);
    Some(if value.is_finite() {
        value.clamp(-1e7, 1e7)
    } else {
        0.0
    })
}

/// The value of a short string of hexadecimal digits, such as `<00FF>`.
pub fn hex(token: &[u8]) -> Option<u64> {
    let inside = token.strip_prefix(b"<")?.strip_suffix(b">")?;
    u64::from_str_radix(std::str::from_utf8(inside).ok()?.trim(), 16).ok()
}

/// Whether a token is a string that lopdf reads back the same.
pub fn is_string(token: &[u8]) -> bool {
    match token {
        [b'(', .., b')'] => {
            let (mut depth, mut deepest, mut escaped) = (0usize, 0, false);
            for &c in token {
                match c {
                    _ if escaped => escaped = false,
                    b'\\' => escaped = true,
                    b'(' => depth += 1,
                    b')' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                deepest = deepest.max(depth);
            }
            depth == 0 && deepest < MAX_DEPTH
        }
        [b'<', inside @ .., b'>'] => inside.iter().all(|&c| c.is_ascii_hexdigit() || is_space(c)),
        _ => false,
    }
}

/// The bytes of a string.
pub fn bytes(token: &[u8]) -> Vec<u8> {
    match token {
        [b'(', inside @ .., b')'] => literal(inside),
        [b'<', inside @ .., b'>'] => {
            let digits = inside.iter().filter_map(|&c| (c as char).to_digit(16));
            let digits: Vec<u8> = digits.map(|digit| digit as u8).collect();
            // A last digit that is missing is a zero.
            let pairs = digits.chunks(2);
            pairs
                .map(|p| p[0] << 4 | p.get(1).copied().unwrap_or(0))
                .collect()
        }
        _ => Vec::new(),
    }
}

fn literal(inside: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(inside.len());
    let mut rest = inside;
    while let Some((&c, after)) = rest.split_first() {
        rest = after;
        if c != b'\\' {
            out.push(c);
            continue;
        }
        let octal = rest
            .iter()
            .take(3)
            .take_while(|c| matches!(c, b'0'..=b'7'))
            .count();
        if octal > 0 {
            let code = rest[..octal]
                .iter()
                .fold(0_u32, |n, c| n * 8 + u32::from(c - b'0'));
            out.push(code as u8);
            rest = &rest[octal..];
            continue;
        }
        let Some((&c, after)) = rest.split_first() else {
            break;
        };
        rest = after;
        match c {
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'b' => out.push(8),
            b'f' => out.push(12),
            // The string goes on in the next line.
            b'\r' => rest = rest.strip_prefix(b"\n").unwrap_or(rest),
            b'\n' => {}
            other => out.push(other),
        }
    }
    out
}

/// A name without its slash, `#xx` resolved.
pub fn name(token: &[u8]) -> Option<Vec<u8>> {
    let raw = token.strip_prefix(b"/")?;
    let mut out = Vec::with_capacity(raw.len());
    let mut at = 0;
    while at < raw.len() {
        let hex = raw.get(at + 1..at + 3).filter(|_| raw[at] == b'#');
        let code = hex.and_then(|h| std::str::from_utf8(h).ok());
        match code.and_then(|h| u8::from_str_radix(h, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(raw[at]);
                at += 1;
            }
        }
    }
    Some(out)
}

fn is_space(c: u8) -> bool {
    matches!(c, b' ' | b'\t' | b'\r' | b'\n' | 0x0C | 0)
}

fn is_delimiter(c: u8) -> bool {
    matches!(
        c,
        b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_come_with_their_operands() {
        let content = b"q 1 0 0 1 5.5 -.5 cm /F#31 12 Tf % (no)\n[(a\\)b)-20<4142>]TJ \
            BI /W 1 ID \x01(EI\x02 EI Q (x(y)) '";
        let mut scanner = Scanner::new(content);
        let mut seen = Vec::new();
        while let Some(operator) = scanner.next() {
            seen.push((operator, scanner.operands().to_vec()));
        }
        let operators: Vec<&[u8]> = seen.iter().map(|(o, _)| *o).collect();
        assert_eq!(
            operators,
            [&b"q"[..], b"cm", b"Tf", b"TJ", b"BI", b"ID", b"Q", b"'"]
        );
        assert_eq!(number(seen[1].1[5]), Some(-0.5));
        assert_eq!(name(seen[2].1[0]), Some(b"F1".to_vec()));
        let parts = elements(seen[3].1[0]);
        assert_eq!(parts, [&b"(a\\)b)"[..], b"-20", b"<4142>"]);
        assert!(is_string(parts[0]) && is_string(parts[2]) && !is_string(parts[1]));
        assert_eq!(seen[7].1, [b"(x(y))"]);
    }

    #[test]
    fn strings_are_written_in_two_ways() {
        let check = |token: &[u8], expect: &[u8]| assert_eq!(bytes(token), expect);
        check(b"(a\\(b\\)\\\\c)", b"a(b)\\c");
        check(b"(\\101\\7\\0533)", b"A\x07+3");
        check(b"(one\\\r\ntwo\\n)", b"onetwo\n");
        check(b"<41 4>", b"A@");
        check(b"(\\)", b"");
        check(b"<", b"");
    }

    #[test]
    fn damaged_content_ends() {
        for content in [
            &b"((((("[..],
            b"<<<<",
            b"[[[(",
            b"ID",
            b"BI ID x",
            b"/",
            b"(\\",
        ] {
            let mut scanner = Scanner::new(content);
            while scanner.next().is_some() {}
        }
    }
}
