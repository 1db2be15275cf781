//! The captions of a recording (WebVTT, W3C). Pure.
//!
//! A cue has two lines at most, so that it can be read and hides little of a picture.
//! It begins with its first word. Where a teacher changed how many words a sentence
//! has, they are spread over its time by their length.

use std::fmt::Write;

use crate::inference::document::{Document, Span};

/// Characters of a line, where no word is longer.
const LINE: usize = 42;
/// A cue may end after a comma or the like from so many characters on.
const CLAUSE: usize = 50;

/// Words that are shown together.
struct Cue<'t> {
    words: Vec<&'t str>,
    start_ms: u32,
}

/// The captions of a recording.
pub fn captions(document: &Document) -> String {
    let mut captions = String::from("WEBVTT\n");
    let mut number = 0;
    for (index, anchor) in (0..).zip(&document.anchors) {
        let blocks = document.blocks.iter().filter(|block| block.anchor == index);
        let words: Vec<&str> = blocks.flat_map(|b| b.text.split_whitespace()).collect();
        let Some(time) = anchor.time else { continue };
        let known = document.words_ms.get(index as usize);
        let known = known.filter(|known| known.len() == words.len());
        let starts = known.cloned().unwrap_or_else(|| spread(&words, time));
        let cues = cues(&words, &starts, time);
        for (at, cue) in cues.iter().enumerate() {
            let end_ms = cues.get(at + 1).map_or(time.end_ms, |next| next.start_ms);
            let times = format!("{} --> {}", clock(cue.start_ms), clock(end_ms));
            number += 1;
            let _ = write!(captions, "\n{number}\n{times}\n{}\n", lines(&cue.words));
        }
    }
    captions
}

/// When words begin that are said one after the other in a time.
fn spread(words: &[&str], time: Span) -> Vec<u32> {
    let all: usize = words.iter().map(|word| length(word) + 1).sum();
    let mut before = 0;
    let starts = words.iter().map(|word| {
        let part = u64::from(time.end_ms - time.start_ms) * before as u64 / all.max(1) as u64;
        before += length(word) + 1;
        time.start_ms + u32::try_from(part).unwrap_or(0)
    });
    starts.collect()
}

/// Words in cues, as even as their number allows.
fn cues<'t>(words: &[&'t str], starts: &[u32], time: Span) -> Vec<Cue<'t>> {
    let mut cues: Vec<Cue<'t>> = Vec::new();
    let mut open = false;
    for (word, start_ms) in words.iter().zip(starts) {
        match cues.last_mut().filter(|_| open) {
            Some(cue) if fits(&cue.words, word) => cue.words.push(word),
            _ => {
                let earliest = cues.last().map_or(time.start_ms, |cue| cue.start_ms);
                // The first word is where the sentence begins.
                let start_ms = if cues.is_empty() {
                    time.start_ms
                } else {
                    *start_ms
                };
                cues.push(Cue {
                    words: vec![word],
                    start_ms: start_ms.clamp(earliest, time.end_ms),
                });
            }
        }
        let said = cues.last().map_or(0, |cue| characters(&cue.words));
        open = !(word.ends_with([',', ';', ':', '.', '?', '!']) && said >= CLAUSE);
    }
    cues
}

/// Whether a cue has room for a word.
fn fits(words: &[&str], word: &str) -> bool {
    let with: Vec<&str> = words.iter().copied().chain([word]).collect();
    wrapped(&with).len() <= 2
}

/// Words in lines.
fn wrapped<'t>(words: &[&'t str]) -> Vec<Vec<&'t str>> {
    let mut lines: Vec<Vec<&'t str>> = Vec::new();
    for word in words {
        match lines.last_mut() {
            Some(line) if characters(line) + 1 + length(word) <= LINE => line.push(word),
            _ => lines.push(vec![word]),
        }
    }
    lines
}

fn lines(words: &[&str]) -> String {
    let lines = wrapped(words).into_iter();
    let lines: Vec<String> = lines.map(|line| escaped(&line.join(" "))).collect();
    lines.join("\n")
}

fn characters(words: &[&str]) -> usize {
    let letters: usize = words.iter().map(|word| length(word)).sum();
    letters + words.len().saturating_sub(1)
}

fn length(word: &str) -> usize {
    word.chars().count()
}

/// A line of a caption: no markup, nothing that is a time.
fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace("-->", "--&gt;")
}

fn clock(ms: u32) -> String {
    let (seconds, ms) = (ms / 1000, ms % 1000);
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    format!("{hours:02}:{minutes:02}:{:02}.{ms:03}", seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inference::document::{Anchor, AnchorKind, Block, BlockKind};

    fn document(text: &str, words_ms: Vec<u32>) -> Document {
        let time = Span {
            start_ms: 1000,
            end_ms: 21_000,
        };
        Document {
            anchors: vec![Anchor {
                kind: AnchorKind::Moment,
                number: 1,
                label: None,
                time: Some(time),
            }],
            blocks: vec![Block {
                kind: BlockKind::Paragraph,
                level: 0,
                text: text.to_owned(),
                anchor: 0,
            }],
            words_ms: vec![words_ms],
            ..Document::default()
        }
    }

    const LONG: &str = "This endless movement is called the water cycle, or the hydrological \
        cycle, and the rain that falls on the town today was part of a large lake last month.";

    #[test]
    fn cues_are_short_and_begin_with_their_words() {
        let words = LONG.split_whitespace().count() as u32;
        let starts = (0..words).map(|n| 1000 + n * 600).collect();
        let shown = captions(&document(LONG, starts));
        let expect = "WEBVTT\n\n1\n00:00:01.000 --> 00:00:08.200\n\
            This endless movement is called the water\ncycle, or the hydrological cycle,\n\n\
            2\n00:00:08.200 --> 00:00:21.000\n\
            and the rain that falls on the town today\nwas part of a large lake last month.\n";
        assert_eq!(shown, expect);
        let widest = shown.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(LINE), "{shown}");
        for cue in shown.split("\n\n").skip(1) {
            assert!((3..=4).contains(&cue.trim_end().lines().count()), "{cue}");
        }
        let all: Vec<&str> = shown
            .lines()
            .filter(|line| line.contains(char::is_alphabetic))
            .skip(1)
            .collect();
        assert_eq!(all.join(" "), LONG);
    }

    #[test]
    fn words_without_times_are_spread() {
        let shown = captions(&document(&format!("{LONG} {LONG}"), vec![1000]));
        let starts: Vec<&str> = shown.lines().filter(|line| line.contains("-->")).collect();
        assert!(
            starts[0].starts_with("00:00:01.000") && starts.is_sorted(),
            "{shown}"
        );
        assert!(starts.last().unwrap().ends_with("00:00:21.000"), "{shown}");
    }

    #[test]
    fn captions_have_no_markup() {
        assert_eq!(escaped("a <b> & --> c"), "a &lt;b> &amp; --&gt; c");
        assert_eq!(clock(3_723_004), "01:02:03.004");
        assert_eq!(captions(&Document::default()), "WEBVTT\n");
        assert_eq!(captions(&document("", Vec::new())), "WEBVTT\n");
    }
}
