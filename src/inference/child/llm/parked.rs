//! Ends of conversations that had to leave the context, kept in RAM. Pure.
//!
//! What many share stays in the context as long as anybody uses it; what only
//! one answer holds goes when its cells are needed. Should that pupil go on,
//! putting a hundred tokens back takes milliseconds and reading them a second.

use std::collections::VecDeque;

use super::tree::{Scope, Token};

/// Fewer tokens are read again as quickly as they are put back.
pub const LEAST: usize = 32;

/// The computed state of the end of a text.
pub struct Tail {
    /// Whose it is.
    pub scope: Scope,
    /// All tokens of the text.
    pub tokens: Vec<Token>,
    /// Where the tokens begin that `state` is of.
    pub from: usize,
    /// What the context said of them, opaque.
    pub state: Vec<u8>,
}

/// The tails that are kept, within a budget.
pub struct Parked {
    /// Least recently put first.
    tails: VecDeque<Tail>,
    bytes: usize,
    budget: usize,
}

impl Parked {
    /// Room for so many bytes of state.
    pub fn new(budget: usize) -> Self {
        Self {
            tails: VecDeque::new(),
            bytes: 0,
            budget,
        }
    }

    /// Keeps a tail; the oldest go when the budget is spent.
    pub fn put(&mut self, tail: Tail) {
        if tail.state.len() > self.budget {
            return;
        }
        // The same conversation, one question earlier.
        self.drop_where(|old| old.scope == tail.scope && tail.tokens.starts_with(&old.tokens));
        self.bytes += tail.state.len();
        self.tails.push_back(tail);
        while self.bytes > self.budget
            && let Some(oldest) = self.tails.pop_front()
        {
            self.bytes -= oldest.state.len();
        }
    }

    /// Takes out the tail that gives most of a prompt of which `known` tokens
    /// are in the context; also how much of the prompt it then has.
    pub fn take(&mut self, scope: Scope, prompt: &[Token], known: usize) -> Option<(Tail, usize)> {
        let usable = self.tails.iter().enumerate().filter_map(|(at, tail)| {
            let both = tail.tokens.iter().zip(prompt);
            let common = both.take_while(|(a, b)| a == b).count();
            let fits = tail.scope == scope && tail.from <= known && common >= known + LEAST;
            fits.then_some((at, common))
        });
        let (at, common) = usable.max_by_key(|&(_, common)| common)?;
        let tail = self.tails.remove(at)?;
        self.bytes -= tail.state.len();
        Some((tail, common))
    }

    /// Drops all tails of a scope.
    pub fn forget(&mut self, scope: Scope) {
        self.drop_where(|tail| tail.scope == scope);
    }

    fn drop_where(&mut self, unwanted: impl Fn(&Tail) -> bool) {
        self.tails.retain(|tail| !unwanted(tail));
        self.bytes = self.tails.iter().map(|tail| tail.state.len()).sum();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tail(scope: Scope, tokens: std::ops::Range<Token>, from: usize, bytes: usize) -> Tail {
        Tail {
            scope,
            tokens: tokens.collect(),
            from,
            state: vec![0; bytes],
        }
    }

    #[test]
    fn a_conversation_goes_on_from_its_end() {
        let mut parked = Parked::new(100);
        parked.put(tail(1, 0..200, 50, 10));
        let prompt: Vec<Token> = (0..150).chain(900..950).collect();
        assert!(parked.take(2, &prompt, 60).is_none(), "another school's");
        assert!(parked.take(1, &prompt, 40).is_none(), "a gap before it");
        parked.forget(2);
        assert!(parked.take(1, &prompt, 140).is_none(), "not worth it");
        let (tail, common) = parked.take(1, &prompt, 60).unwrap();
        assert_eq!((tail.from, common), (50, 150));
        assert_eq!(parked.bytes, 0);
        assert!(parked.take(1, &prompt, 60).is_none(), "taken out");
    }

    #[test]
    fn the_oldest_go_first_and_a_longer_one_replaces_its_beginning() {
        let mut parked = Parked::new(100);
        parked.put(tail(1, 0..100, 0, 60));
        parked.put(tail(1, 0..120, 0, 70));
        assert_eq!(parked.bytes, 70);
        parked.put(tail(1, 500..600, 0, 40));
        assert_eq!(parked.bytes, 40);
        parked.put(tail(1, 700..800, 0, 101));
        assert_eq!(parked.bytes, 40, "larger than all room");
        let other: Vec<Token> = (500..600).collect();
        assert!(parked.take(1, &other, 0).is_some());
    }
}
