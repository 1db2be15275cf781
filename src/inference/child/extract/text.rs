//! Plain text: paragraphs by blank lines, lists by their bullets, sections at
//! obvious headings or else every [`SECTION_LINES`] lines.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8};

use super::clean::is_bullet;
use super::output::Output;
use crate::inference::document::{AnchorKind, BlockKind, Document};

/// Lines after which a text without headings gets its next section.
const SECTION_LINES: usize = 40;
/// Characters of a line that may be a heading.
const MAX_HEADING: usize = 80;
/// From this length on a line end is taken for a wrapped paragraph's.
const WRAPPED: usize = 50;

/// Reads a text file.
pub fn read(bytes: &[u8]) -> Document {
    let source = decode(bytes);
    let mut out = Output::new();
    let mut paragraph: Vec<&str> = Vec::new();
    let mut since_section = 0;
    // A last blank line ends the last paragraph.
    for line in source.lines().chain([""]) {
        since_section += 1;
        if !line.trim().is_empty() {
            paragraph.push(line);
            continue;
        }
        if let Some((title, rest)) = heading(&paragraph) {
            out.section(1, title);
            since_section = 0;
            paragraph.drain(..paragraph.len() - rest);
        } else if since_section > SECTION_LINES && !paragraph.is_empty() {
            out.anchor(AnchorKind::Section, None);
            since_section = 0;
        }
        write(&mut paragraph, &mut out);
        if out.is_full() {
            break;
        }
    }
    out.finish()
}

/// Decodes text: by its byte order mark, as UTF-8, or by a guess among the
/// older encodings.
pub fn decode(bytes: &[u8]) -> String {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return encoding
            .decode_without_bom_handling(&bytes[mark..])
            .0
            .into_owned();
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let encoding = detector.guess(None, Utf8Detection::Allow);
    let (text, _, _) = if encoding == UTF_8 { UTF_8 } else { encoding }.decode(bytes);
    text.into_owned()
}

/// The heading a paragraph begins with, and how many of its lines follow it.
fn heading<'a>(paragraph: &[&'a str]) -> Option<(&'a str, usize)> {
    let (&first, rest) = paragraph.split_first()?;
    let title = first.trim();
    if title.chars().count() > MAX_HEADING || title.ends_with(['.', ',', ';', ':']) {
        return None;
    }
    if let Some(underline) = rest.first().map(|l| l.trim())
        && underline.len() >= 3
        && (underline.bytes().all(|b| b == b'=') || underline.bytes().all(|b| b == b'-'))
    {
        return Some((title, rest.len() - 1));
    }
    if !rest.is_empty() || title.starts_with(is_marker) {
        return None;
    }
    let letters = title.chars().filter(|c| c.is_alphabetic()).count();
    let capitals = letters >= 4 && !title.chars().any(char::is_lowercase);
    let few_words = title.split_whitespace().count() <= 8;
    (capitals || few_words && is_numbered(title)).then_some((title, 0))
}

/// Whether a line begins with a number and a title, such as `2.1 Soil` or
/// `Chapter 3`.
pub fn is_numbered(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let (Some(first), Some(second)) = (words.next(), words.next()) else {
        return false;
    };
    let chapter = [
        "chapter", "unit", "lesson", "part", "section", "chapitre", "leçon", "partie",
    ];
    let chapter = chapter
        .iter()
        .chain(&["igice", "isomo", "umutwe", "sura", "somo", "sehemu"]);
    if chapter.clone().any(|w| first.to_lowercase() == *w) {
        return second.starts_with(|c: char| c.is_ascii_digit() || "IVX".contains(c));
    }
    let number = first.trim_end_matches(['.', ')']);
    let parts = number.split('.');
    let digits = parts
        .clone()
        .all(|p| (1..=2).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_digit()));
    digits && second.starts_with(char::is_uppercase)
}

fn is_marker(c: char) -> bool {
    is_bullet(c) || matches!(c, '-' | '*' | '–')
}

/// The text of a list item, if the line begins with a bullet and a blank.
pub fn list_item(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let rest = line.strip_prefix(is_marker)?;
    let blank = rest.starts_with(char::is_whitespace) || line.starts_with(is_bullet);
    (blank && !rest.trim().is_empty()).then(|| rest.trim_start())
}

/// Writes the lines of one paragraph as a paragraph or as items of a list.
fn write(lines: &mut Vec<&str>, out: &mut Output) {
    let mut block = String::new();
    let mut kind = BlockKind::Paragraph;
    let mut last = 0;
    for line in lines.drain(..) {
        let item = list_item(line);
        if item.is_some() {
            flush(&mut block, kind, out);
            kind = BlockKind::ListItem;
        }
        if !block.is_empty() {
            block.push(if last >= WRAPPED { ' ' } else { '\n' });
        }
        block.push_str(item.unwrap_or(line).trim());
        last = line.chars().count();
    }
    flush(&mut block, kind, out);
}

fn flush(block: &mut String, kind: BlockKind, out: &mut Output) {
    if !block.is_empty() {
        out.ensure_section();
        out.block(kind, block);
        block.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_obvious_ones_only() {
        let check =
            |line: &str, expect: bool| assert_eq!(heading(&[line]).is_some(), expect, "{line}");
        check("THE WATER CYCLE", true);
        check("2.1 What soil is", true);
        check("Igice 3: Ubutaka", true);
        check("The water cycle", false);
        check("1994 was a hard year", false);
        check("WATER!? I said.", false);
        check("- ITEM ONE", false);
        assert_eq!(heading(&["Soil", "====", "Text."]), Some(("Soil", 1)));
    }

    #[test]
    fn encodings_are_guessed() {
        assert_eq!(decode("é".as_bytes()), "é");
        assert_eq!(decode(b"\xFF\xFEe\0\xE9\0"), "eé");
        assert_eq!(
            decode(b"L'\xE9l\xE8ve \xE9tudie la g\xE9ographie."),
            "L'élève étudie la géographie."
        );
    }
}
