//! Against text that nobody said.
//!
//! Over music and silence Whisper describes the sound in brackets, repeats
//! itself or thanks for watching. Such segments are dropped; its own thresholds
//! catch the rest.

/// Below this loudness (root mean square; -60 dB of full scale) nobody speaks.
const SILENCE: f32 = 0.001;

/// Whether samples hold nothing to hear.
pub fn is_silence(samples: &[f32]) -> bool {
    let energy: f32 = samples.iter().map(|sample| sample * sample).sum();
    energy <= SILENCE * SILENCE * samples.len() as f32
}

/// Decides segment by segment; keeps what it needs of the one before.
#[derive(Default)]
pub struct Guards {
    last: String,
    repeats: u32,
}

impl Guards {
    /// The text of a segment, trimmed, or nothing if it is not speech.
    pub fn pass(&mut self, text: &str) -> Option<String> {
        let text = text.trim();
        if is_sound(text) || is_one_word_over_and_over(text) {
            return None;
        }
        let spoken: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
        if spoken == self.last {
            self.repeats += 1;
        } else {
            self.last = spoken;
            self.repeats = 0;
        }
        // People do say things twice.
        (self.repeats < 2).then(|| text.to_owned())
    }
}

/// No letters or digits at all, or a description in brackets.
fn is_sound(text: &str) -> bool {
    let in_brackets = [('[', ']'), ('(', ')'), ('*', '*'), ('♪', '♪')]
        .iter()
        .any(|&(open, close)| text.starts_with(open) && text.ends_with(close));
    in_brackets || !text.chars().any(char::is_alphanumeric)
}

fn is_one_word_over_and_over(text: &str) -> bool {
    let mut words = text.split_whitespace();
    let Some(first) = words.next() else {
        return false;
    };
    let mut others = 0;
    words.all(|word| {
        others += 1;
        word == first
    }) && others >= 3
}

#[cfg(test)]
mod tests {
    use super::{Guards, is_silence};

    #[test]
    fn silence_is_quieter_than_a_whisper() {
        assert!(is_silence(&[]));
        assert!(is_silence(&[0.0; 100]));
        assert!(is_silence(&[0.0005, -0.0005]));
        assert!(!is_silence(&[0.01, -0.01, 0.0]));
    }

    #[track_caller]
    fn check(segments: &[&str], expect: &[Option<&str>]) {
        let mut guards = Guards::default();
        let got: Vec<Option<String>> = segments.iter().map(|text| guards.pass(text)).collect();
        assert_eq!(got.iter().map(Option::as_deref).collect::<Vec<_>>(), expect);
    }

    #[test]
    fn sounds_are_not_speech() {
        check(
            &[
                " [BLANK_AUDIO]",
                "(music)",
                "...",
                "♪ la ♪",
                " Muraho (all).",
            ],
            &[None, None, None, None, Some("Muraho (all).")],
        );
    }

    #[test]
    fn loops_are_cut() {
        check(&["you you you you", "no no no"], &[None, Some("no no no")]);
        check(
            &["Thank you.", "Thank you", " Thank you.", "Goodbye."],
            &[
                Some("Thank you."),
                Some("Thank you"),
                None,
                Some("Goodbye."),
            ],
        );
    }
}
