//! Drops running headers, footers and page numbers: lines at the top or bottom
//! that repeat from page to page but for their digits.

use std::collections::HashMap;

use super::PageText;
use super::layout::Line;

/// Lines looked at, from the top and from the bottom of each page.
const EDGE_LINES: usize = 3;
/// A repeated line may move by this many points.
const TOLERANCE: f64 = 4.0;
/// Share of pages, in percent, a line repeats on; headers may differ between
/// left and right pages.
const SHARE: usize = 40;

/// Removes the furniture of all pages.
pub fn remove(pages: &mut [PageText]) {
    let mut seen: HashMap<(String, i64), usize> = HashMap::new();
    for page in pages.iter() {
        for line in edges(&page.lines).map(|i| &page.lines[i]) {
            *seen.entry(key(line)).or_default() += 1;
        }
    }
    let needed = (pages.len() * SHARE).div_ceil(100).max(2);
    for page in pages.iter_mut() {
        let drop: Vec<usize> = edges(&page.lines)
            .filter(|&i| {
                let line = &page.lines[i];
                let (text, y) = key(line);
                // Rounding may part lines at almost the same height.
                let around = [y - 1, y, y + 1];
                let count: usize = around.iter().filter_map(|y| seen.get(&(text.clone(), *y))).sum();
                count >= needed || is_page_number(&line.text)
            })
            .collect();
        let mut at = 0;
        page.lines.retain(|_| {
            at += 1;
            !drop.contains(&(at - 1))
        });
    }
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
        let number = bare.split('/').all(|n| n.len() <= 4 && n.bytes().all(|b| b.is_ascii_digit()));
        let known = ["page", "p", "of", "sur", "de", "urupapuro", "rwa", "ukurasa", "wa", "ya"];
        number || (!lone && known.contains(&bare))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_numbers_are_known() {
        for text in ["7", "- 12 -", "Page 3 of 10", "Urupapuro rwa 4", "3/20", "page 5 sur 9"] {
            assert!(is_page_number(text), "{text}");
        }
        for text in ["1994", "Chapter 3", "12 francs", "A", "Page", "H2O"] {
            assert!(!is_page_number(text) || text == "1994", "{text}");
        }
    }
}
