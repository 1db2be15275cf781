//! Names of glyphs, as far as texts in Latin letters need them.

use unicode_normalization::UnicodeNormalization;

/// Names that are not made of a letter and its accent.
const NAMES: [(&str, &str); 77] = [
    ("space", " "),
    ("nbspace", " "),
    ("period", "."),
    ("comma", ","),
    ("colon", ":"),
    ("semicolon", ";"),
    ("exclam", "!"),
    ("question", "?"),
    ("hyphen", "-"),
    ("minus", "−"),
    ("endash", "–"),
    ("emdash", "—"),
    ("quotesingle", "'"),
    ("quoteright", "’"),
    ("quoteleft", "‘"),
    ("quotedbl", "\""),
    ("quotedblleft", "“"),
    ("quotedblright", "”"),
    ("quotesinglbase", "‚"),
    ("quotedblbase", "„"),
    ("guillemotleft", "«"),
    ("guillemotright", "»"),
    ("guilsinglleft", "‹"),
    ("guilsinglright", "›"),
    ("parenleft", "("),
    ("parenright", ")"),
    ("bracketleft", "["),
    ("bracketright", "]"),
    ("braceleft", "{"),
    ("braceright", "}"),
    ("slash", "/"),
    ("backslash", "\\"),
    ("bar", "|"),
    ("underscore", "_"),
    ("asterisk", "*"),
    ("plus", "+"),
    ("equal", "="),
    ("less", "<"),
    ("greater", ">"),
    ("percent", "%"),
    ("ampersand", "&"),
    ("at", "@"),
    ("numbersign", "#"),
    ("dollar", "$"),
    ("Euro", "€"),
    ("sterling", "£"),
    ("degree", "°"),
    ("section", "§"),
    ("multiply", "×"),
    ("divide", "÷"),
    ("plusminus", "±"),
    ("bullet", "•"),
    ("periodcentered", "·"),
    ("ellipsis", "…"),
    ("zero", "0"),
    ("one", "1"),
    ("two", "2"),
    ("three", "3"),
    ("four", "4"),
    ("five", "5"),
    ("six", "6"),
    ("seven", "7"),
    ("eight", "8"),
    ("nine", "9"),
    ("fi", "fi"),
    ("fl", "fl"),
    ("ff", "ff"),
    ("ffi", "ffi"),
    ("ffl", "ffl"),
    ("ae", "æ"),
    ("AE", "Æ"),
    ("oe", "œ"),
    ("OE", "Œ"),
    ("germandbls", "ß"),
    ("dotlessi", "ı"),
    ("onehalf", "½"),
    ("onequarter", "¼"),
];

/// Endings of names for the accents they stand for.
const ACCENTS: [(&str, char); 9] = [
    ("acute", '\u{301}'),
    ("grave", '\u{300}'),
    ("circumflex", '\u{302}'),
    ("dieresis", '\u{308}'),
    ("cedilla", '\u{327}'),
    ("tilde", '\u{303}'),
    ("ring", '\u{30A}'),
    ("caron", '\u{30C}'),
    ("macron", '\u{304}'),
];

/// What a glyph of this name shows, if the name tells.
pub fn text(name: &str) -> Option<String> {
    // What follows a dot is a variant: a small capital, an old figure.
    let name = name.split('.').next().filter(|name| !name.is_empty())?;
    if let Some((_, text)) = NAMES.iter().find(|(known, _)| *known == name) {
        return Some((*text).to_owned());
    }
    let digits = name.strip_prefix("uni").filter(|digits| digits.len() == 4);
    let digits = digits.or(name.strip_prefix('u'));
    let code = digits.filter(|digits| (4..=6).contains(&digits.len()));
    let code = code.and_then(|digits| u32::from_str_radix(digits, 16).ok());
    if let Some(c) = code.and_then(char::from_u32) {
        return Some(c.to_string());
    }
    let mut chars = name.chars();
    let letter = chars.next().filter(char::is_ascii_alphabetic)?;
    match chars.as_str() {
        "" => Some(letter.to_string()),
        accent => {
            let (_, mark) = ACCENTS.iter().find(|(known, _)| *known == accent)?;
            Some([letter, *mark].into_iter().nfc().collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_is_shown() {
        let check = |name: &str, expect: Option<&str>| {
            assert_eq!(text(name).as_deref(), expect, "{name}");
        };
        check("a", Some("a"));
        check("eacute", Some("é"));
        check("Ccedilla", Some("Ç"));
        check("uni00E8", Some("è"));
        check("u1F600", Some("😀"));
        check("quoteright", Some("’"));
        check("a.sc", Some("a"));
        check("uacute", Some("ú"));
        check("g17", None);
        check(".notdef", None);
        check("", None);
    }
}
