//! Which beginnings of prompts several people share. Pure.
//!
//! A school's rules, a tutor and the passages of a lesson stand at the beginning
//! of every prompt of a class. Such beginnings are worth keeping on disk, so
//! that the first question after a power cut is answered as fast as any other.
//! Only what two people's prompts begin with counts, so that what one person
//! alone said never gets there.

use std::collections::VecDeque;

use super::tree::{Scope, Token};

/// Shorter ones are read in no time.
const LEAST: usize = 64;
/// Beginnings remembered.
const MOST: usize = 64;

/// The shared beginnings seen so far, the last seen at the end.
#[derive(Default)]
pub struct Popular {
    seen: VecDeque<(Scope, Vec<Token>)>,
}

impl Popular {
    /// Somebody's prompt begins with what another's begins with: whether that is
    /// worth saving and new.
    pub fn is_news(&mut self, scope: Scope, beginning: &[Token]) -> bool {
        if beginning.len() < LEAST {
            return false;
        }
        let known = self
            .seen
            .iter()
            .position(|(theirs, tokens)| *theirs == scope && is_nearly(tokens, beginning));
        if let Some(at) = known {
            if let Some(seen) = self.seen.remove(at) {
                self.seen.push_back(seen);
            }
            return false;
        }
        if self.seen.len() >= MOST {
            self.seen.pop_front();
        }
        self.seen.push_back((scope, beginning.to_vec()));
        true
    }

    /// Takes what a scope's prompts begin with as never seen.
    pub fn forget(&mut self, scope: Scope) {
        self.seen.retain(|(theirs, _)| *theirs != scope);
    }

    /// Takes one as seen: it came from disk.
    pub fn know(&mut self, scope: Scope, beginning: &[Token]) {
        self.is_news(scope, beginning);
    }
}

/// Whether `tokens` gives nearly all of `beginning`. Questions may begin alike
/// too, so two people often share a few words beyond the lesson.
fn is_nearly(tokens: &[Token], beginning: &[Token]) -> bool {
    let both = tokens.iter().zip(beginning);
    let common = both.take_while(|(a, b)| a == b).count();
    common * 10 >= beginning.len() * 9
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lesson_is_news_once() {
        let mut popular = Popular::default();
        let lesson: Vec<Token> = (0..1000).collect();
        assert!(popular.is_news(1, &lesson));
        popular.forget(2);
        assert!(!popular.is_news(1, &lesson));
        popular.forget(1);
        assert!(popular.is_news(1, &lesson));
        assert!(!popular.is_news(1, &lesson));
        let with_a_word: Vec<Token> = (0..1003).collect();
        assert!(!popular.is_news(1, &with_a_word), "the same lesson");
        assert!(!popular.is_news(1, &lesson[..200]), "part of it");
        assert!(popular.is_news(2, &lesson), "another school's");
        let longer: Vec<Token> = (0..1400).collect();
        assert!(popular.is_news(1, &longer));
        assert!(!popular.is_news(1, &lesson[..20]), "too short");
        popular.know(3, &lesson);
        assert!(!popular.is_news(3, &lesson));
    }

    #[test]
    fn it_remembers_a_bounded_number() {
        let mut popular = Popular::default();
        for scope in 0..200 {
            assert!(popular.is_news(scope, &[7; LEAST]));
        }
        assert_eq!(popular.seen.len(), MOST);
    }
}
