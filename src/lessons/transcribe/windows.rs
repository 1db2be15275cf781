//! Which parts of a recording are heard together. Pure.
//!
//! Speech is what is louder than the room, with hysteresis so that soft ends of
//! words stay; pauses are left out. The model hears at most 30 seconds at once and
//! tells whole sentences best, so stretches of speech with short pauses between are
//! packed into windows of up to [`LONGEST_MS`], and what was heard is put back to
//! its time.

use crate::inference::document::{SOUND_RATE, Span};
use crate::inference::{Heard, Said};

/// Samples of a frame.
pub const FRAME: usize = SOUND_RATE as usize * FRAME_MS as usize / 1000;
/// Milliseconds of a frame.
pub const FRAME_MS: u32 = 30;

/// A window holds less than the model hears at once.
const LONGEST_MS: u32 = 28_000;
/// A stretch that is longer is cut where it is softest in its last part.
const CUT_WITHIN_MS: u32 = 8_000;
/// A pause this long ends a stretch.
const PAUSE_MS: u32 = 600;
/// What is kept of a pause between two stretches: enough for the model to end one
/// sentence and begin another.
const LONGEST_GAP_MS: u32 = 1_000;
/// After a pause this long a new window begins, because what the model hears in one
/// piece it also tells in one. Short windows take it less time.
const BREAK_MS: u32 = 2_000;
/// Kept before and after speech, for soft beginnings and ends.
const MARGIN_MS: u32 = 210;
/// Loudness as a multiple of the room's at which speech begins, and below which
/// it ends.
const BEGINS: f32 = 3.0;
const ENDS: f32 = 1.8;
/// Frames of a minute.
const MINUTE: usize = 60_000 / FRAME_MS as usize;
/// The room is never taken for softer or louder than this (-66 dB, -36 dB).
const ROOM: (f32, f32) = (0.0005, 0.015);

/// Stretches of speech that are heard together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window(Vec<Span>);

impl Window {
    /// From the beginning of the first to the end of the last.
    pub fn time(&self) -> Span {
        Span {
            start_ms: self.0.first().map_or(0, |span| span.start_ms),
            end_ms: self.0.last().map_or(0, |span| span.end_ms),
        }
    }

    /// The stretches, in order.
    pub fn stretches(&self) -> &[Span] {
        &self.0
    }

    fn length_ms(&self) -> u32 {
        let speech: u32 = self.0.iter().map(|span| span.end_ms - span.start_ms).sum();
        let pauses: u32 = self
            .0
            .windows(2)
            .map(|pair| gap_ms(&pair[0], &pair[1]))
            .sum();
        speech + pauses
    }

    /// Times in the window as times in the recording.
    pub fn in_place(&self, heard: Heard) -> Heard {
        let put = |said: Said| Said {
            time: Span {
                start_ms: self.place(said.time.start_ms, false),
                end_ms: self.place(said.time.end_ms, true),
            },
            starts_ms: said
                .starts_ms
                .iter()
                .map(|ms| self.place(*ms, false))
                .collect(),
            ..said
        };
        Heard {
            said: heard.said.into_iter().map(put).collect(),
            language: heard.language,
        }
    }

    /// A time in the window as one in the recording; in the pause between two
    /// stretches, the end of the one before or the beginning of the next.
    fn place(&self, ms: u32, end: bool) -> u32 {
        let mut left = ms;
        for (at, span) in self.0.iter().enumerate() {
            let length = span.end_ms - span.start_ms;
            if left < length || (end && left == length) {
                return span.start_ms + left;
            }
            left -= length;
            let gap = self.0.get(at + 1).map_or(0, |next| gap_ms(span, next));
            if end && left <= gap {
                return span.end_ms;
            }
            left = left.saturating_sub(gap);
        }
        self.time().end_ms
    }
}

/// Silence kept between two stretches of a window.
pub fn gap_ms(before: &Span, next: &Span) -> u32 {
    next.start_ms
        .saturating_sub(before.end_ms)
        .min(LONGEST_GAP_MS)
}

/// The windows of a recording with frames of these loudnesses.
pub fn plan(frames: &[f32]) -> Vec<Window> {
    let mut windows: Vec<Window> = Vec::new();
    for span in stretches(frames) {
        let length = span.end_ms - span.start_ms;
        match windows.last_mut() {
            Some(window)
                if span.start_ms - window.time().end_ms < BREAK_MS
                    && window.length_ms() + LONGEST_GAP_MS + length <= LONGEST_MS =>
            {
                window.0.push(span);
            }
            _ => windows.push(Window(vec![span])),
        }
    }
    windows
}

/// Where somebody speaks; none longer than a window.
fn stretches(frames: &[f32]) -> Vec<Span> {
    let rooms = rooms(frames);
    let end = frames.len() as u32;
    let margin = MARGIN_MS / FRAME_MS;
    let mut found: Vec<(u32, u32)> = Vec::new();
    let (mut speaking, mut last) = (false, 0);
    for (at, level) in (0..).zip(frames) {
        let room = rooms.get(at as usize / MINUTE).copied().unwrap_or(ROOM.0);
        speaking = *level > room * if speaking { ENDS } else { BEGINS };
        if !speaking {
            continue;
        }
        match found.last_mut() {
            Some((_, to)) if at - last <= PAUSE_MS / FRAME_MS => *to = at + 1,
            _ => found.push((at, at + 1)),
        }
        last = at;
    }
    let mut spans: Vec<Span> = Vec::new();
    for (from, to) in found {
        let from = from.saturating_sub(margin) * FRAME_MS;
        let to = (to + margin).min(end) * FRAME_MS;
        let from = from.max(spans.last().map_or(0, |before| before.end_ms));
        spans.extend(pieces(from, to, frames));
    }
    spans
}

/// How loud the room is in each minute, heard with the minutes beside it: pupils far
/// away answer a teacher who is near.
fn rooms(frames: &[f32]) -> Vec<f32> {
    let minutes = frames.len().div_ceil(MINUTE);
    let around = |minute: usize| {
        let from = minute.saturating_sub(1) * MINUTE;
        room(&frames[from..((minute + 2) * MINUTE).min(frames.len())])
    };
    (0..minutes).map(around).collect()
}

/// How loud it is when nobody speaks: the softest tenth is below that.
fn room(frames: &[f32]) -> f32 {
    let mut levels = frames.to_vec();
    if levels.is_empty() {
        return ROOM.0;
    }
    let tenth = levels.len() / 10;
    let (_, level, _) = levels.select_nth_unstable_by(tenth, f32::total_cmp);
    level.clamp(ROOM.0, ROOM.1)
}

/// A stretch in pieces that fit a window.
fn pieces(mut from: u32, to: u32, frames: &[f32]) -> Vec<Span> {
    let mut pieces = Vec::new();
    while to - from > LONGEST_MS {
        let latest = (from + LONGEST_MS) / FRAME_MS;
        let earliest = (from + LONGEST_MS - CUT_WITHIN_MS) / FRAME_MS;
        // The softest three frames in a row.
        let softness = |at: &u32| -> f32 {
            let at = *at as usize;
            frames[at.saturating_sub(1)..(at + 2).min(frames.len())]
                .iter()
                .sum()
        };
        let softest = (earliest..latest).min_by(|a, b| softness(a).total_cmp(&softness(b)));
        let end_ms = softest.unwrap_or(latest) * FRAME_MS;
        pieces.push(Span {
            start_ms: from,
            end_ms,
        });
        from = end_ms;
    }
    pieces.push(Span {
        start_ms: from,
        end_ms: to,
    });
    pieces
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Frames of so many seconds each, silent and loud in turn.
    fn sound(seconds: &[f32]) -> Vec<f32> {
        let frames = |(at, seconds): (usize, &f32)| {
            let level = if at % 2 == 0 { 0.0004 } else { 0.1 };
            vec![level; (seconds * 1000.0 / FRAME_MS as f32) as usize]
        };
        seconds.iter().enumerate().flat_map(frames).collect()
    }

    #[test]
    fn pauses_are_left_out_and_speech_is_packed() {
        assert!(plan(&[]).is_empty());
        assert!(plan(&sound(&[60.0])).is_empty());
        let windows = plan(&sound(&[30.0, 5.0, 2.0, 5.0, 60.0, 5.0, 20.0]));
        assert_eq!(windows.len(), 2);
        assert_eq!(windows[0].stretches().len(), 2);
        assert!((11_000..13_000).contains(&windows[0].length_ms()));
        assert_eq!(windows[1].stretches().len(), 1);
        // A short pause belongs to the sentence.
        let windows = plan(&sound(&[1.0, 5.0, 0.3, 5.0]));
        assert_eq!(windows[0].stretches().len(), 1);
    }

    /// A loud room with a loud voice for five minutes, then a quiet one with a soft
    /// voice: neither is measured by the other.
    #[test]
    fn who_speaks_softly_later_is_heard() {
        let speech = |room: f32, voice: f32| {
            let second = 1000 / FRAME_MS as usize;
            let part = [vec![room; second], vec![voice; 5 * second]].concat();
            part.repeat(50)
        };
        let frames = [speech(0.01, 0.2), speech(0.001, 0.02)].concat();
        let heard_ms: u32 = plan(&frames)
            .iter()
            .flat_map(Window::stretches)
            .filter(|span| span.start_ms > 330_000)
            .map(|span| span.end_ms - span.start_ms)
            .sum();
        assert!(heard_ms > 220_000, "{heard_ms}");
    }

    #[test]
    fn long_speech_is_cut_where_it_is_softest() {
        let mut frames = sound(&[1.0, 60.0]);
        let soft = (1000 + 24_000) / FRAME_MS as usize;
        frames[soft - 1..=soft + 1].fill(0.02);
        let windows = plan(&frames);
        assert_eq!(windows.len(), 3);
        assert_eq!(windows[0].time().end_ms, soft as u32 * FRAME_MS);
    }

    #[test]
    fn times_are_put_back() {
        let span = |start_ms, end_ms| Span { start_ms, end_ms };
        let window = Window(vec![span(10_000, 12_000), span(50_000, 51_000)]);
        let said = |start_ms, end_ms| Said {
            time: span(start_ms, end_ms),
            text: String::new(),
            starts_ms: vec![start_ms],
            confidence: 1.0,
        };
        let heard = Heard {
            said: vec![said(0, 2000), said(2900, 3300), said(500, 9000)],
            language: None,
        };
        let said = window.in_place(heard).said;
        assert!(said.iter().all(|s| s.starts_ms == [s.time.start_ms]));
        let times: Vec<Span> = said.iter().map(|s| s.time).collect();
        assert_eq!(times[0], span(10_000, 12_000));
        assert_eq!(times[1], span(50_000, 50_300));
        assert_eq!(times[2], span(10_500, 51_000));
    }

    proptest! {
        /// Windows fit the model, go forward and lose no loud frame.
        #[test]
        fn nothing_loud_is_lost(levels in prop::collection::vec(0..4_u8, 0..4000)) {
            let frames: Vec<f32> = levels.iter().map(|l| [0.0003, 0.0004, 0.02, 0.2][usize::from(*l)]).collect();
            let windows = plan(&frames);
            let spans: Vec<Span> = windows.iter().flat_map(|w| w.stretches().to_vec()).collect();
            for window in &windows {
                prop_assert!(window.length_ms() <= LONGEST_MS, "{}", window.length_ms());
            }
            for pair in spans.windows(2) {
                prop_assert!(pair[0].end_ms <= pair[1].start_ms);
            }
            for (at, level) in (0_u32..).zip(&frames) {
                let ms = at * FRAME_MS;
                let inside = spans.iter().any(|span| span.start_ms <= ms && ms < span.end_ms);
                prop_assert!(inside || *level < 0.1, "frame {at}");
            }
        }
    }
}
