//! Plain text: paragraphs by blank lines or, where a program saved each as one
//! line, by lines; lists by their bullets, sections at obvious headings or else
//! every [`SECTION_LINES`] lines.

use super::clean::is_bullet;
use super::encoding::decode;
use super::output::Output;
use crate::inference::document::{AnchorKind, BlockKind, Document};

/// Lines after which a text without headings gets its next section.
const SECTION_LINES: usize = 40;
/// Characters of a line that may be a heading.
const MAX_HEADING: usize = 80;
/// From this length on a line end is taken for a wrapped paragraph's.
const WRAPPED: usize = 50;
/// From this length on a line is a whole paragraph, and so are all others of the
/// file: nobody wraps text this wide.
const WHOLE: usize = 160;

/// Reads a text file.
pub fn read(bytes: &[u8]) -> Document {
    let mut source = decode(bytes);
    if !source.contains('\n') {
        // The line ends of old Macintoshes.
        source = source.replace('\r', "\n");
    }
    let mut out = Output::new();
    let mut paragraph: Vec<&str> = Vec::new();
    let mut since_section = 0;
    let whole = source.lines().any(is_whole);
    // Whether the line before ends a sentence or is a heading; cells of tables do
    // neither.
    let mut ended = true;
    let mut lines = source.lines().peekable();
    // A last blank line ends the last paragraph.
    while let Some(line) = lines.next().or((!paragraph.is_empty()).then_some("")) {
        since_section += 1;
        if !line.trim().is_empty() {
            if whole {
                let leads = lines.peek().is_some_and(|next| is_whole(next));
                let first = out.anchor_number() == 0;
                if (first || leads && ended) && is_title(line) {
                    out.section(1, line);
                    since_section = 0;
                    continue;
                }
                ended = line.ends_with(['.', '!', '?', ':', '»', '”', '"']);
            }
            paragraph.push(line);
            if !whole {
                continue;
            }
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

fn is_whole(line: &str) -> bool {
    line.chars().nth(WHOLE).is_some()
}

/// Whether a line that stands alone before a paragraph may be its heading.
fn is_title(line: &str) -> bool {
    let line = line.trim();
    let first = line.chars().next();
    line.chars().count() <= MAX_HEADING
        && !line.ends_with(['.', ',', ';', ':', '!'])
        && first.is_some_and(|c| c.is_uppercase() || c.is_ascii_digit())
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

/// Whether a paragraph is the caption of a table or picture, such as `Table 2: Soils`.
pub fn is_caption(text: &str) -> bool {
    const KINDS: [&str; 10] = [
        "table",
        "figure",
        "fig",
        "tableau",
        "imbonerahamwe",
        "ishusho",
        "jedwali",
        "mchoro",
        "kielelezo",
        "picha",
    ];
    let mut words = text.split_whitespace();
    let kind = words
        .next()
        .unwrap_or("")
        .trim_end_matches('.')
        .to_lowercase();
    if !KINDS.contains(&kind.as_str()) || text.chars().count() > 200 {
        return false;
    }
    let mut words = words.skip_while(|word| ["ya", "n°", "no", "no."].contains(word));
    let numbered = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
    let Some(number) = words.next().filter(|word| numbered(word)) else {
        return false;
    };
    // "Table 2 shows" is a sentence.
    let ends = |word: &str| word.ends_with([':', '.', ')', '-', '–', '—']);
    ends(number) || words.next().is_none_or(ends)
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
        let kind = match kind {
            BlockKind::Paragraph if is_caption(block) => BlockKind::Caption,
            other => other,
        };
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
    fn captions_are_not_sentences() {
        for text in [
            "Table 1: Clouds",
            "Fig. 2. A leaf",
            "Tableau 1 : Les planètes",
            "Imbonerahamwe ya 1: Uburyo",
            "Figure 3",
        ] {
            assert!(is_caption(text), "{text}");
        }
        for text in ["Table 1 shows clouds.", "Table tops: two", "A figure: 1"] {
            assert!(!is_caption(text), "{text}");
        }
    }

    #[test]
    fn paragraphs_saved_as_lines_stay_apart() {
        let long = "Water moves. ".repeat(20);
        let source = format!("Water\nThe cycle\n{long}\nIt goes:\n- up\n- down\n\n{long}");
        let document = read(source.as_bytes());
        let kinds: Vec<_> = document
            .blocks
            .iter()
            .map(|b| (b.kind, b.text.len()))
            .collect();
        let (heading, item) = (BlockKind::Heading, BlockKind::ListItem);
        let paragraph = BlockKind::Paragraph;
        let long = long.trim().len();
        assert_eq!(
            kinds,
            [
                (heading, 5),
                (heading, 9),
                (paragraph, long),
                (paragraph, 8),
                (item, 2),
                (item, 4),
                (paragraph, long)
            ]
        );
    }
}
