//! When each word begins. Pure.
//!
//! whisper.cpp guesses a time for each token from how likely its time marks were.
//! Words in the middle of a sentence are near enough; the first of a sentence is
//! often told inside the pause before it or before that, and is put where the sound
//! begins again.

use super::RATE;

/// Samples of a frame: ten milliseconds.
const FRAME: usize = RATE / 100;
/// How far from its guess a sentence may begin, in frames.
const NEAR: usize = 70;
/// A pause is this long at least, in frames.
const PAUSE: usize = 12;
/// And this much softer than the loudest near it.
const SOFT: f32 = 0.08;

/// When each word of `text` begins, in milliseconds, from its tokens: their bytes and
/// times. Empty where these do not make up the text.
pub fn starts(text: &str, tokens: &[(Vec<u8>, u64)]) -> Vec<u64> {
    let joined: Vec<u8> = tokens
        .iter()
        .flat_map(|(bytes, _)| bytes)
        .copied()
        .collect();
    let Some(from) = String::from_utf8_lossy(&joined).find(text) else {
        return Vec::new();
    };
    let mut ends = tokens.iter().scan(0, |end, (bytes, ms)| {
        *end += bytes.len();
        Some((*end, *ms))
    });
    let mut token = ends.next();
    let mut starts: Vec<u64> = Vec::new();
    for word in text.split_whitespace() {
        let at = from + (word.as_ptr() as usize - text.as_ptr() as usize);
        while token.is_some_and(|(end, _)| end <= at) {
            token = ends.next();
        }
        let Some((_, ms)) = token else {
            return Vec::new();
        };
        starts.push(ms.max(starts.last().copied().unwrap_or(0)));
    }
    starts
}

/// Puts the first word, and each that begins a sentence, after the pause nearest to its
/// time, but not before `earliest`.
pub fn settle(text: &str, starts: &mut [u64], samples: &[f32], earliest: u64) {
    let words: Vec<&str> = text.split_whitespace().collect();
    for at in 0..starts.len().min(words.len()) {
        let before = at.checked_sub(1);
        if before.is_some_and(|at| !words[at].ends_with(['.', '?', '!', '…'])) {
            continue;
        }
        if let Some(ms) = after_pause(samples, starts[at]) {
            let least = before.map_or(earliest, |at| starts[at]);
            let most = starts.get(at + 1).copied().unwrap_or(u64::MAX);
            starts[at] = ms.clamp(least, most.max(least));
        }
    }
}

/// The end of the longest pause near a time.
fn after_pause(samples: &[f32], ms: u64) -> Option<u64> {
    let middle = usize::try_from(ms / 10).ok()?;
    let first = middle.saturating_sub(NEAR);
    let near = samples.get(first * FRAME..)?.chunks_exact(FRAME);
    let energy = |frame: &[f32]| frame.iter().map(|sample| sample * sample).sum::<f32>();
    let levels: Vec<f32> = near.take(middle + NEAR - first).map(energy).collect();
    let loudest = levels.iter().copied().fold(0.0, f32::max);
    // Energies are squares of levels.
    let soft = |level: f32| level < loudest * SOFT * SOFT;
    let mut longest = (0, 0);
    let mut length = 0;
    for (at, level) in levels.iter().enumerate() {
        length = if soft(*level) { length + 1 } else { 0 };
        // A pause that does not end here says nothing of a beginning.
        let ends = levels.get(at + 1).is_some_and(|next| !soft(*next));
        if ends && length > longest.0 {
            longest = (length, at + 1);
        }
    }
    (longest.0 >= PAUSE).then(|| (first + longest.1) as u64 * 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(all: &[(&str, u64)]) -> Vec<(Vec<u8>, u64)> {
        let bytes = all.iter().map(|(text, ms)| (text.as_bytes().to_vec(), *ms));
        bytes.collect()
    }

    #[test]
    fn words_begin_with_their_first_token() {
        let all = tokens(&[
            (" Photo", 100),
            ("synthesis", 500),
            (" is", 900),
            (".", 1000),
        ]);
        assert_eq!(starts("Photosynthesis is.", &all), [100, 900]);
        assert!(starts("", &all).is_empty());
        assert!(starts("Something else", &all).is_empty());
        // A time never goes back.
        let all = tokens(&[(" a", 500), (" b", 300)]);
        assert_eq!(starts("a b", &all), [500, 500]);
    }

    #[test]
    fn sentences_begin_after_the_pause() {
        // Two seconds of sound, half a second of nothing, sound again.
        let loud = |seconds: f32| vec![0.2; (seconds * RATE as f32) as usize];
        let mut samples = loud(2.0);
        samples.extend(vec![0.0; RATE / 2]);
        samples.extend(loud(2.0));
        let mut starts = [0, 1000, 2100, 3000];
        settle("It rains. The river", &mut starts, &samples, 0);
        assert_eq!(starts, [0, 1000, 2500, 3000]);
        // No pause: it stays where it was.
        let mut starts = [0, 1000];
        settle("Yes. No", &mut starts, &loud(3.0), 0);
        assert_eq!(starts, [0, 1000]);
        settle("Yes. No", &mut [0, 90_000], &samples, 0);
        // What was told to begin before the pause or in it.
        let mut starts = [1900, 3000];
        settle("The river", &mut starts, &samples, 1000);
        assert_eq!(starts, [2500, 3000]);
        let mut starts = [2200];
        settle("Rivers", &mut starts, &samples, 2700);
        assert_eq!(starts, [2700]);
    }
}
