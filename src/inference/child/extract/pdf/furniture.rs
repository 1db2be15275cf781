//! Drops running headers, footers and page numbers: lines at the top or bottom
//! that repeat from page to page but for their digits, or that begin or end
//! with a number that counts the pages.

use std::collections::{HashMap, HashSet};

use super::PageText;
use super::layout::Line;

/// Lines looked at, from the top and from the bottom of each page.
const EDGE_LINES: usize = 3;
/// A repeated line may move by this many points.
const TOLERANCE: f64 = 4.0;
/// Share of pages, in percent, a line repeats on; headers may differ between
/// left and right pages.
const SHARE: usize = 40;

/// Pages whose numbers must count on together to be taken for page numbers.
const MIN_COUNTED: usize = 3;

/// Removes the furniture of all pages.
pub fn remove(pages: &mut [PageText]) {
    let counting = counting(pages);
    let mut seen: HashMap<(String, i64), usize> = HashMap::new();
    for page in pages.iter() {
        for line in edges(&page.lines).map(|i| &page.lines[i]) {
            *seen.entry(key(line)).or_default() += 1;
        }
    }
    let needed = (pages.len() * SHARE).div_ceil(100).max(2);
    for (index, page) in pages.iter_mut().enumerate() {
        let drop: Vec<usize> = edges(&page.lines)
            .filter(|&i| {
                let line = &page.lines[i];
                let (text, y) = key(line);
                // Rounding may part lines at almost the same height.
                let around = [y - 1, y, y + 1];
                let count: usize = around
                    .iter()
                    .filter_map(|y| seen.get(&(text.clone(), *y)))
                    .sum();
                let counts = || numbers(&line.text).any(|n| counting == Some(n - index as i64));
                let counted = may_count(&page.lines, i) && counts();
                // A number alone may be a result or a year: page numbers stand
                // outermost, and a page that is nothing else keeps what it has.
                let lone = is_page_number(&line.text)
                    && is_outermost(&page.lines, i)
                    && (!is_plain_number(&line.text) || page.lines.len() > 2);
                count >= needed || lone || counted
            })
            .collect();
        let mut at = 0;
        page.lines.retain(|_| {
            at += 1;
            !drop.contains(&(at - 1))
        });
    }
}

/// What to add to a page's index to get the number printed on it, if enough
/// pages agree.
fn counting(pages: &[PageText]) -> Option<i64> {
    let mut offsets: HashMap<i64, usize> = HashMap::new();
    for (index, page) in pages.iter().enumerate() {
        let edges = edges(&page.lines).filter(|&i| may_count(&page.lines, i));
        let found = edges
            .flat_map(|i| numbers(&page.lines[i].text))
            .map(|n| n - index as i64);
        let found: HashSet<i64> = found.collect();
        for offset in found {
            *offsets.entry(offset).or_default() += 1;
        }
    }
    let (offset, count) = offsets
        .into_iter()
        .max_by_key(|&(offset, count)| (count, -offset))?;
    (count >= MIN_COUNTED.max(pages.len() / 3)).then_some(offset)
}

/// Whether a line may hold the page's number: first or last of all, in type no
/// larger or bolder than the line beside it. Numbered headings are neither.
fn may_count(lines: &[Line], index: usize) -> bool {
    let line = &lines[index];
    let others = others(lines, index);
    let is_no_larger = others.into_iter().any(|l| l.size >= line.size);
    is_outermost(lines, index) && !line.bold && is_no_larger && line.rows.is_empty()
}

fn others(lines: &[Line], index: usize) -> impl Iterator<Item = &Line> {
    let others = lines.iter().enumerate().filter(move |&(i, _)| i != index);
    others.map(|(_, line)| line)
}

/// Whether a line is the first or the last of all.
fn is_outermost(lines: &[Line], index: usize) -> bool {
    let y = lines[index].y;
    let on_one_side = |above: bool| others(lines, index).all(|l| (l.y > y) == above && l.y != y);
    on_one_side(true) || on_one_side(false)
}

/// Whether a line is a number and nothing else, not even a dash.
fn is_plain_number(text: &str) -> bool {
    text.trim().bytes().all(|b| b.is_ascii_digit())
}

/// The numbers a line begins and ends with.
fn numbers(text: &str) -> impl Iterator<Item = i64> {
    let mut words = text.split_whitespace();
    let (first, last) = (words.next(), words.next_back());
    let short = |w: &&str| w.len() <= 4 && w.bytes().all(|b| b.is_ascii_digit());
    [first, last]
        .into_iter()
        .flatten()
        .filter(short)
        .filter_map(|w| w.parse().ok())
}

/// Indices of the lines highest and lowest on the page.
fn edges(lines: &[Line]) -> impl Iterator<Item = usize> + use<> {
    let mut by_height: Vec<usize> = (0..lines.len()).collect();
    by_height.sort_by(|&a, &b| lines[b].y.total_cmp(&lines[a].y));
    let count = by_height.len();
    let bottom = count.saturating_sub(EDGE_LINES).max(EDGE_LINES.min(count));
    let top = by_height[..EDGE_LINES.min(count)].to_vec();
    top.into_iter().chain(by_height.split_off(bottom))
}

fn key(line: &Line) -> (String, i64) {
    let text: String = line
        .text
        .to_lowercase()
        .chars()
        .map(|c| if c.is_ascii_digit() { '#' } else { c })
        .collect();
    // Numbers grow from page to page.
    let mut squeezed = text.trim().to_owned();
    while squeezed.contains("##") {
        squeezed = squeezed.replace("##", "#");
    }
    (squeezed, (line.y / TOLERANCE).round() as i64)
}

/// Whether a line is nothing but a page number, such as `Page 3 of 10`.
fn is_page_number(text: &str) -> bool {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    if words.len() > 5 || !text.chars().any(|c| c.is_ascii_digit()) {
        return false;
    }
    let lone = words.len() == 1;
    words.iter().all(|word| {
        let bare = word.trim_matches(['-', '–', '—', '.', '|', '[', ']', '(', ')']);
        let number = bare
            .split('/')
            .all(|n| n.len() <= 4 && n.bytes().all(|b| b.is_ascii_digit()));
        let known = [
            "page",
            "p",
            "of",
            "sur",
            "de",
            "urupapuro",
            "rwa",
            "ukurasa",
            "wa",
            "ya",
        ];
        number || (!lone && known.contains(&bare))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_numbers_are_known() {
        for text in [
            "7",
            "- 12 -",
            "Page 3 of 10",
            "Urupapuro rwa 4",
            "3/20",
            "page 5 sur 9",
        ] {
            assert!(is_page_number(text), "{text}");
        }
        for text in ["1994", "Chapter 3", "12 francs", "A", "Page", "H2O"] {
            assert!(!is_page_number(text) || text == "1994", "{text}");
        }
    }
}
