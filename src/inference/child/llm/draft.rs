//! Guesses what comes next by looking the last tokens up in the prompt. Pure.
//!
//! Answers from lessons repeat the lesson's words. Where the last few tokens of
//! an answer stand in its prompt, the tokens after them are a good guess; the
//! model checks the whole guess in one step and keeps what it would have
//! written anyway, so the text does not change, only its speed.

use super::tree::Token;

/// Tokens that must agree before a guess is made.
const AGREE: usize = 3;
/// Tokens guessed at most.
const MOST: usize = 7;
/// Below this share of right guesses an answer stops guessing.
const WORTH: f64 = 0.4;
/// Weight of the newest guess in the share of right ones.
const NEWEST: f64 = 0.25;

/// The guesses of one answer.
#[derive(Debug, Clone)]
pub struct Drafts {
    /// Smoothed share of guessed tokens that were right.
    right: f64,
}

impl Default for Drafts {
    fn default() -> Self {
        // A little credit: a few wrong guesses end it.
        Self { right: 0.7 }
    }
}

impl Drafts {
    /// What may follow `text`, at most `room` tokens: the continuation of the
    /// latest place where its last tokens stood before.
    pub fn guess<'a>(&self, text: &'a [Token], room: usize) -> &'a [Token] {
        let most = room.min(MOST);
        if self.right < WORTH || most == 0 || text.len() <= AGREE {
            return &[];
        }
        let last = &text[text.len() - AGREE..];
        let before = &text[..text.len() - 1];
        let found = before.windows(AGREE).rposition(|window| window == last);
        match found {
            Some(at) => {
                let next = &text[at + AGREE..];
                &next[..next.len().min(most)]
            }
            None => &[],
        }
    }

    /// Notes how many tokens of a guess were right.
    pub fn learn(&mut self, guessed: usize, right: usize) {
        if guessed > 0 {
            let share = right as f64 / guessed as f64;
            self.right += NEWEST * (share - self.right);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn repeats_what_followed_last_time() {
        let drafts = Drafts::default();
        let text = [1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3];
        assert_eq!(drafts.guess(&text, 9), [4, 5, 6, 7, 8, 9, 1]);
        assert_eq!(drafts.guess(&text, 2), [4, 5]);
        assert!(drafts.guess(&text, 0).is_empty());
        assert!(drafts.guess(&[1, 2, 4], 5).is_empty());
        // The latest place counts.
        let twice = [1, 2, 3, 4, 1, 2, 3, 5, 1, 2, 3];
        assert_eq!(drafts.guess(&twice, 1), [5]);
        // It may run into itself.
        assert_eq!(drafts.guess(&[7, 7, 7, 7], 5), [7]);
    }

    #[test]
    fn wrong_guesses_end_it() {
        let mut drafts = Drafts::default();
        let text = [1, 2, 3, 4, 1, 2, 3];
        for _ in 0..2 {
            assert!(!drafts.guess(&text, 1).is_empty());
            drafts.learn(4, 0);
        }
        assert!(drafts.guess(&text, 1).is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_guess_is_always_something_that_was_said(
            text in prop::collection::vec(0..3_i32, 0..60),
            room in 0..12_usize,
        ) {
            let guess = Drafts::default().guess(&text, room);
            prop_assert!(guess.len() <= room.min(MOST));
            if !guess.is_empty() {
                let mut whole = text[text.len() - AGREE..].to_vec();
                whole.extend_from_slice(guess);
                prop_assert!(text.windows(whole.len()).any(|window| window == whole));
            }
        }
    }
}
