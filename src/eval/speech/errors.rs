//! How far what was heard is from what was said. Pure.

/// Changes that make what was said into what was heard.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Errors {
    /// Words or characters that were said.
    pub said: u64,
    /// Heard as others.
    pub substitutions: u64,
    /// Not heard.
    pub deletions: u64,
    /// Heard though nobody said them.
    pub insertions: u64,
}

impl Errors {
    /// The fewest changes between two sequences.
    pub fn between<T: PartialEq>(said: &[T], heard: &[T]) -> Self {
        // The row of the last word said: changes to each beginning of what was heard.
        let mut row: Vec<Self> = (0..=heard.len() as u64)
            .map(|insertions| Self {
                insertions,
                ..Self::default()
            })
            .collect();
        for word in said {
            let mut corner = row[0];
            row[0].deletions += 1;
            for (at, other) in heard.iter().enumerate() {
                let above = row[at + 1];
                let changed = Self {
                    substitutions: corner.substitutions + u64::from(word != other),
                    ..corner
                };
                let missed = Self {
                    deletions: above.deletions + 1,
                    ..above
                };
                let added = Self {
                    insertions: row[at].insertions + 1,
                    ..row[at]
                };
                let others = if missed.all() < added.all() {
                    missed
                } else {
                    added
                };
                row[at + 1] = if changed.all() <= others.all() {
                    changed
                } else {
                    others
                };
                corner = above;
            }
        }
        Self {
            said: said.len() as u64,
            ..row[heard.len()]
        }
    }

    /// Together with those of another recording.
    pub fn plus(self, other: Self) -> Self {
        Self {
            said: self.said + other.said,
            substitutions: self.substitutions + other.substitutions,
            deletions: self.deletions + other.deletions,
            insertions: self.insertions + other.insertions,
        }
    }

    /// All changes for each word or character said.
    pub fn rate(self) -> f64 {
        self.all() as f64 / (self.said.max(1)) as f64
    }

    fn all(self) -> u64 {
        self.substitutions + self.deletions + self.insertions
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(said: &str, heard: &str, expect: [u64; 3]) {
        let words = |text: &'static str| text.split_whitespace().collect::<Vec<_>>();
        let (said, heard) = (said.to_owned().leak(), heard.to_owned().leak());
        let found = Errors::between(&words(said), &words(heard));
        assert_eq!(
            [found.substitutions, found.deletions, found.insertions],
            expect
        );
        assert_eq!(found.said, words(said).len() as u64);
    }

    #[test]
    fn the_fewest_changes_are_counted() {
        check("", "", [0, 0, 0]);
        check("a b c", "a b c", [0, 0, 0]);
        check("a b c", "a x c", [1, 0, 0]);
        check("a b c", "a c", [0, 1, 0]);
        check("a c", "a b c d", [0, 0, 2]);
        check("a b c", "", [0, 3, 0]);
        check("", "a", [0, 0, 1]);
        check("a b c d e f", "b c x e f g", [1, 1, 1]);
    }

    #[test]
    fn rates_are_of_what_was_said() {
        let four = Errors::between(&[1, 2, 3, 4], &[1, 2, 9, 9]);
        assert!((four.rate() - 0.5).abs() < 1e-9);
        let all = four.plus(Errors::between(&[1, 2, 3, 4], &[1, 2, 3, 4]));
        assert!((all.rate() - 0.25).abs() < 1e-9);
        assert!(Errors::default().rate().abs() < 1e-9);
    }
}
