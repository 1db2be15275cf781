//! Makes extracted text fit to show and to search.
//!
//! Parsers hand over what files contain: control characters, soft hyphens,
//! ligatures, decomposed accents, private-use bullets. Everything that becomes
//! a block passes through [`clean`] once.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Cleans text of one block: control characters and invisible marks go, runs
/// of blanks become one, lines are trimmed, empty lines dropped, NFC applied.
pub fn clean(text: &str) -> String {
    let kept = squeeze(text.chars(), true);
    let composed = match is_nfc_quick(kept.chars()) {
        IsNormalized::Yes => kept,
        _ => kept.nfc().collect(),
    };
    trim_lines(&composed)
}

/// Cleans preformatted text: like [`clean`], but blanks at the start of lines
/// and inside them stay.
pub fn clean_code(text: &str) -> String {
    let kept = squeeze(text.chars(), false);
    let lines: Vec<&str> = kept.lines().map(str::trim_end).collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

/// Cleans text that must stay on one line, such as a label or a table cell.
pub fn clean_line(text: &str) -> String {
    clean(text).replace('\n', " ")
}

fn squeeze(chars: impl Iterator<Item = char>, blanks: bool) -> String {
    let mut out = String::new();
    let mut blank = false;
    for c in chars {
        match c {
            '\r' | '\u{0B}' | '\u{0C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                if !out.ends_with('\n') {
                    out.push('\n');
                }
            }
            '\n' => out.push('\n'),
            '\t' if !blanks => out.push('\t'),
            _ if c.is_whitespace() => {
                if !(blanks && blank) {
                    out.push(' ');
                }
                blank = true;
                continue;
            }
            _ if is_noise(c) => continue,
            '\u{FB00}'..='\u{FB06}' => out.push_str(ligature(c)),
            _ => out.push(c),
        }
        blank = false;
    }
    out
}

/// Characters that say nothing to a reader: controls, soft hyphens, zero-width
/// and direction marks, private use, replacement characters.
fn is_noise(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFD}' | '\u{E000}'..='\u{F8FF}'
            | '\u{F0000}'..='\u{10FFFF}')
        || (u32::from(c) & 0xFFFE) == 0xFFFE
        || ('\u{FDD0}'..='\u{FDEF}').contains(&c)
}

fn ligature(c: char) -> &'static str {
    match c {
        '\u{FB00}' => "ff",
        '\u{FB01}' => "fi",
        '\u{FB02}' => "fl",
        '\u{FB03}' => "ffi",
        '\u{FB04}' => "ffl",
        _ => "st",
    }
}

fn trim_lines(text: &str) -> String {
    let lines = text.split('\n').map(str::trim).filter(|l| !l.is_empty());
    lines.fold(String::with_capacity(text.len()), |mut out, line| {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(line);
        out
    })
}

/// Characters that begin an item of a list in running text.
pub fn is_bullet(c: char) -> bool {
    matches!(
        c,
        '•' | '◦' | '▪' | '▫' | '●' | '○' | '■' | '□' | '‣' | '⁃' | '∙' | '➢' | '➤' | '✓' | '❖' | '◆'
            // Private-use bullets of the Symbol and Wingdings fonts.
            | '\u{F0B7}' | '\u{F0A7}' | '\u{F0D8}' | '\u{F0FC}' | '\u{F076}' | '\u{F06C}' | '\u{F06E}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cleaned() {
        let check = |input: &str, expect: &str| assert_eq!(clean(input), expect, "{input:?}");
        check("a\u{0}b\u{7}c", "abc");
        check("  two \u{a0}  words \n\n next ", "two words\nnext");
        check("e\u{301}cole", "école");
        check("e\u{FB03}cient \u{FB01}n", "efficient fin");
        check("photo\u{AD}synthesis\u{200B}", "photosynthesis");
        check("\u{F0B7} item \u{FFFD}", "item");
        check("\u{1}\u{2}", "");
        assert_eq!(clean_code("a  b\n\tc  \n\n"), "a  b\n\tc");
    }
}
