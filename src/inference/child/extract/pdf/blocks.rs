//! Joins the lines of a page into headings, paragraphs, list items, captions
//! and tables.
//!
//! Headings are guessed with care: larger type, bold type on lines of their
//! own, or numbers with dots. A missed heading costs little, a false one parts
//! a paragraph from its section.

use std::collections::{HashMap, HashSet};

use super::PageText;
use super::layout::Line;
use crate::inference::child::extract::output::Output;
use crate::inference::child::extract::text::{is_caption, is_numbered, list_item};
use crate::inference::document::BlockKind;

/// Type this much larger than the body's makes a heading.
const LARGER: f64 = 1.12;
/// Lines and characters a heading may have.
const MAX_HEADING_LINES: usize = 3;
const MAX_HEADING_CHARS: usize = 120;
/// Sizes of headings that get a level of their own.
const MAX_LEVELS: usize = 4;
/// Words remembered to decide about hyphens.
const MAX_WORDS: usize = 200_000;

/// What is common to the document.
pub struct Style {
    /// Size most text is set in, in points.
    body: f64,
    /// Usual distance of lines, in type sizes.
    leading: f64,
    /// Sizes of headings, largest first.
    sizes: Vec<f64>,
    /// Words with and without hyphens, to tell one kind of hyphen from the other.
    words: HashSet<String>,
}

impl Style {
    pub fn of(pages: &[PageText]) -> Self {
        let lines = || pages.iter().flat_map(|p| &p.lines);
        let mut by_size: HashMap<i64, usize> = HashMap::new();
        for line in lines() {
            *by_size.entry(half_points(line.size)).or_default() += line.text.len();
        }
        let most = by_size.iter().max_by_key(|&(size, len)| (*len, *size));
        let body = most.map_or(12.0, |(size, _)| *size as f64 / 2.0);
        let mut larger: Vec<i64> = by_size
            .into_keys()
            .filter(|&s| s as f64 / 2.0 >= body * LARGER)
            .collect();
        larger.sort_unstable_by(|a, b| b.cmp(a));
        larger.truncate(MAX_LEVELS);
        let mut words = HashSet::new();
        for word in lines()
            .flat_map(|l| l.text.split_whitespace())
            .take(MAX_WORDS)
        {
            words.insert(bare(word));
        }
        Self {
            body,
            leading: usual_leading(pages, body),
            sizes: larger.into_iter().map(|s| s as f64 / 2.0).collect(),
            words,
        }
    }

    /// Level of a heading set in this size.
    fn level(&self, size: f64) -> u8 {
        let above = self.sizes.iter().filter(|&&s| s > size + 0.3).count();
        above as u8 + 1
    }
}

fn half_points(size: f64) -> i64 {
    (size * 2.0).round() as i64
}

fn bare(word: &str) -> String {
    word.trim_matches(|c: char| !c.is_alphanumeric())
        .to_lowercase()
}

/// The most frequent distance between lines of body text, in type sizes.
fn usual_leading(pages: &[PageText], body: f64) -> f64 {
    let mut counts: HashMap<i64, usize> = HashMap::new();
    for pair in pages.iter().flat_map(|p| p.lines.windows(2)) {
        let distance = (pair[0].y - pair[1].y) / body;
        if (0.8..2.6).contains(&distance) && (pair[0].size - body).abs() < 0.5 {
            *counts.entry((distance * 20.0).round() as i64).or_default() += 1;
        }
    }
    // Of equals the smaller: the larger is more likely that of paragraphs.
    let most = counts
        .into_iter()
        .max_by_key(|&(distance, count)| (count, -distance));
    most.map_or(1.2, |(distance, _)| distance as f64 / 20.0)
}

/// Writes the lines of one page.
pub fn write(lines: &[Line], style: &Style, out: &mut Output) {
    let mut at = 0;
    while at < lines.len() {
        let first = &lines[at];
        if !first.rows.is_empty() {
            out.table(&first.rows);
            at += 1;
            continue;
        }
        let more = lines[at + 1..].iter().zip(&lines[at..]);
        let count = 1 + more
            .take_while(|(next, last)| continues(first, last, next, style))
            .count();
        let group = &lines[at..at + count];
        let text = join(group, style);
        match heading_level(group, &text, lines.get(at + count), style) {
            Some(level) => {
                out.label(&text);
                out.heading(level, &text);
            }
            None => body_block(&text, out),
        }
        at += count;
    }
}

fn body_block(text: &str, out: &mut Output) {
    match list_item(text) {
        Some(item) => out.block(BlockKind::ListItem, item),
        None if is_caption(text) => out.block(BlockKind::Caption, text),
        None if numbered_item(text) => out.block(BlockKind::ListItem, text),
        None => out.block(BlockKind::Paragraph, text),
    }
}

/// Whether a line goes on with the block that `first` began and `last` is the
/// last line of.
fn continues(first: &Line, last: &Line, next: &Line, style: &Style) -> bool {
    let same = (next.size - last.size).abs() < 0.06 * last.size && next.bold == last.bold;
    if !next.rows.is_empty() || !same || starts_item(next) {
        return false;
    }
    let distance = (last.y - next.y) / next.size;
    let ended = last.text.ends_with(['.', '!', '?', ':', '”', '"']);
    if distance < 0.0 {
        // The top of the next column.
        return !ended && next.text.starts_with(char::is_lowercase);
    }
    if distance > style.leading * 1.22 {
        return false;
    }
    let indent = next.x0 - last.x0;
    let hanging = starts_item(first) || numbered_item(&first.text);
    if indent > 0.9 * next.size && !(hanging && last.x0 == first.x0) {
        return false;
    }
    let width = last.right - last.left;
    let short = last.right - last.x1 > (0.2 * width).max(4.0 * last.size);
    !(short && ended)
}

fn starts_item(line: &Line) -> bool {
    list_item(&line.text).is_some() || numbered_item(&line.text)
}

/// Whether the text begins like an item of a numbered list.
fn numbered_item(text: &str) -> bool {
    let Some((number, rest)) = text.split_once(char::is_whitespace) else {
        return false;
    };
    let Some(label) = number.strip_suffix(['.', ')']) else {
        return false;
    };
    let label = label.trim_start_matches('(');
    let digits = !label.is_empty() && label.len() <= 2 && label.bytes().all(|b| b.is_ascii_digit());
    let letter = label.len() == 1 && label.bytes().all(|b| b.is_ascii_lowercase());
    (digits || letter) && !rest.trim().is_empty()
}

fn heading_level(group: &[Line], text: &str, next: Option<&Line>, style: &Style) -> Option<u8> {
    let line = group.first()?;
    let short = group.len() <= MAX_HEADING_LINES && text.chars().count() <= MAX_HEADING_CHARS;
    let sentence = text.ends_with(['.', ',', ';', ':']) && !is_numbered(text);
    if !short || sentence || !text.chars().any(char::is_alphabetic) || is_caption(text) {
        return None;
    }
    if line.size >= style.body * LARGER {
        return Some(style.level(line.size));
    }
    let below = style.sizes.len() as u8 + 1;
    let wide = text.chars().count() <= 90 && list_item(text).is_none();
    // Bold lines above other text; where all is bold, none stands out.
    if line.bold && wide && line.size >= style.body * 0.95 && next.is_some_and(|n| !n.bold) {
        return Some(below);
    }
    let dots = text
        .split_whitespace()
        .next()?
        .trim_end_matches('.')
        .matches('.')
        .count();
    let numbered = dots > 0 && group.len() == 1 && is_numbered(text) && text.chars().count() <= 60;
    numbered.then_some(below + dots as u8 - 1)
}

/// The text of lines as one, words that were broken joined again.
fn join(lines: &[Line], style: &Style) -> String {
    let mut text = String::new();
    for line in lines {
        let next = line.text.trim();
        if text.is_empty() {
        } else if let Some(hyphen) = broken_word(&text, next, style) {
            text.truncate(hyphen);
        } else if !ends_in_hyphen(&text) {
            text.push(' ');
        }
        text.push_str(next);
    }
    text
}

/// Whether the text ends in a hyphen that belongs to a word.
fn ends_in_hyphen(text: &str) -> bool {
    let stem = text.strip_suffix(is_hyphen);
    stem.is_some_and(|s| s.ends_with(char::is_alphanumeric))
}

fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}' | '\u{AD}')
}

/// Where to cut `text` so that the word broken at its end joins `next`; `None`
/// when no word is broken there or its hyphen is its own.
fn broken_word(text: &str, next: &str, style: &Style) -> Option<usize> {
    let stem = text.strip_suffix(is_hyphen)?;
    let before = stem.rsplit(char::is_whitespace).next().unwrap_or("");
    let after = next.split(char::is_whitespace).next().unwrap_or("");
    let letters = before.ends_with(char::is_alphabetic) && after.starts_with(char::is_lowercase);
    if !letters || style.words.contains(&bare(&format!("{before}-{after}"))) {
        return None;
    }
    // A compound broken at its own hyphen has others, such as c'est-à-dire.
    let compound =
        before.contains('-') && !style.words.contains(&bare(&format!("{before}{after}")));
    (!compound).then_some(stem.len())
}
