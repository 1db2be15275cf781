//! Just enough of Rust's lexical grammar to tell code from comments and strings.

/// The text with comments turned into spaces; lines stay where they are.
pub fn without_comments(text: &str) -> String {
    blank(text, false)
}

/// The text with comments and the insides of strings turned into spaces.
pub fn code(text: &str) -> String {
    blank(text, true)
}

fn blank(text: &str, strings: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let after_word = out.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let (length, hide) = if rest.starts_with("//") {
            (rest.find('\n').unwrap_or(rest.len()), true)
        } else if rest.starts_with("/*") {
            (block_comment(rest), true)
        } else if let Some(length) = raw_string(rest).filter(|_| !after_word) {
            (length, strings)
        } else if first == '"' {
            (quoted(rest, '"'), strings)
        } else if first == '\'' && is_char_literal(rest) {
            (quoted(rest, '\''), strings)
        } else {
            (first.len_utf8(), false)
        };
        let (piece, tail) = rest.split_at(length);
        if hide {
            out.extend(piece.chars().map(|c| if c == '\n' { c } else { ' ' }));
        } else {
            out.push_str(piece);
        }
        rest = tail;
    }
    out
}

fn block_comment(text: &str) -> usize {
    let (mut at, mut depth) = (0, 0);
    while at < text.len() {
        if text[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// The length of a raw string (`r"…"`, `br#"…"#`) that starts here.
fn raw_string(text: &str) -> Option<usize> {
    let body = text.strip_prefix('b').unwrap_or(text).strip_prefix('r')?;
    let hashes = body.len() - body.trim_start_matches('#').len();
    body[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let start = text.len() - body.len() + hashes + 1;
    Some(
        text[start..]
            .find(&end)
            .map_or(text.len(), |at| start + at + end.len()),
    )
}

fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == quote {
            return at + 1;
        }
    }
    text.len()
}

/// Tells `'a'` from the lifetime `'a`.
fn is_char_literal(text: &str) -> bool {
    let mut chars = text.chars().skip(1);
    let first = chars.next();
    first == Some('\\') || chars.next() == Some('\'')
}

/// A word or a mark of the code, and its line (1-based).
pub struct Token<'a> {
    pub text: &'a str,
    pub line: usize,
}

/// The words and marks of [`code`]; `::` is one mark.
pub fn tokens(code: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    for (number, line) in code.lines().enumerate() {
        let mut rest = line.trim_start();
        while let Some(first) = rest.chars().next() {
            let is_word = |c: char| c.is_alphanumeric() || c == '_';
            let length = if is_word(first) {
                rest.find(|c| !is_word(c)).unwrap_or(rest.len())
            } else if rest.starts_with("::") {
                2
            } else {
                first.len_utf8()
            };
            found.push(Token {
                text: &rest[..length],
                line: number + 1,
            });
            rest = rest[length..].trim_start();
        }
    }
    found
}

#[test]
fn comments_and_strings_are_told_from_code() {
    let check = |text, expect| {
        assert_eq!(
            code(text).split_whitespace().collect::<Vec<_>>().join(" "),
            expect
        )
    };
    check("a // b", "a");
    check("a /* b /* c */ d */ e", "a e");
    check(r#"f("axum \" // x") g"#, "f( ) g");
    check(r##"let s = r#"a " b"#; t"##, "let s = ; t");
    check(
        "fn f<'a>(x: &'a str) { '\"' } // y",
        "fn f<'a>(x: &'a str) { }",
    );
    check("for r in rows", "for r in rows");
    assert_eq!(without_comments("\"x // y\" // z").trim_end(), "\"x // y\"");
    assert_eq!(code("a\n/* b\n */ c").lines().count(), 3);
}
