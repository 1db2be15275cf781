//! Ends an answer before a stop string, even one that spans several tokens.

/// Looks for stop strings in text that arrives in pieces.
pub struct StopMatcher {
    stops: Vec<String>,
    /// Text that may be the beginning of a stop string.
    held: String,
}

impl StopMatcher {
    /// Empty stop strings are ignored.
    pub fn new(stops: Vec<String>) -> Self {
        Self {
            stops: stops.into_iter().filter(|s| !s.is_empty()).collect(),
            held: String::new(),
        }
    }

    /// Adds text; returns what can be shown now, and whether a stop string came.
    pub fn push(&mut self, text: &str) -> (String, bool) {
        self.held.push_str(text);
        let first = self.stops.iter().filter_map(|s| self.held.find(s)).min();
        if let Some(at) = first {
            self.held.truncate(at);
            return (std::mem::take(&mut self.held), true);
        }
        let keep = self.stops.iter().map(|stop| self.overlap(stop)).max();
        let rest = self.held.split_off(self.held.len() - keep.unwrap_or(0));
        (std::mem::replace(&mut self.held, rest), false)
    }

    /// The end without a stop string: what was held back.
    pub fn finish(&mut self) -> String {
        std::mem::take(&mut self.held)
    }

    /// Length of the longest end of the held text that begins `stop`, in bytes.
    fn overlap(&self, stop: &str) -> usize {
        let longest = self.held.len().min(stop.len() - 1);
        (1..=longest)
            .rev()
            .find(|&length| stop.is_char_boundary(length) && self.held.ends_with(&stop[..length]))
            .unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::StopMatcher;

    #[track_caller]
    fn check(stops: &[&str], pieces: &[&str], expect: &[(&str, bool)], end: &str) {
        let mut matcher = StopMatcher::new(stops.iter().map(|&s| s.to_owned()).collect());
        let got: Vec<(String, bool)> = pieces.iter().map(|piece| matcher.push(piece)).collect();
        let got: Vec<(&str, bool)> = got
            .iter()
            .map(|(text, hit)| (text.as_str(), *hit))
            .collect();
        assert_eq!(got, expect);
        assert_eq!(matcher.finish(), end);
    }

    #[test]
    fn without_stop_strings_text_passes() {
        check(&[], &["a", "b"], &[("a", false), ("b", false)], "");
        check(&[""], &["a"], &[("a", false)], "");
    }

    #[test]
    fn finds_stop_strings_within_and_across_pieces() {
        check(&["\n\n"], &["one\n\ntwo"], &[("one", true)], "");
        check(
            &["Question:"],
            &["Yes. Que", "stion", ": no"],
            &[("Yes. ", false), ("", false), ("", true)],
            "",
        );
        check(&["ab", "b"], &["xab"], &[("x", true)], "");
    }

    #[test]
    fn held_text_comes_out_when_it_was_nothing() {
        check(&["abc"], &["xab", "d"], &[("x", false), ("abd", false)], "");
        check(&["aab"], &["aaa", "b"], &[("a", false), ("", true)], "");
        check(&["é!"], &["caf", "é"], &[("caf", false), ("", false)], "é");
    }
}
