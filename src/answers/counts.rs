//! How many questions were answered how, for the metrics and the box page.

use crate::http::metrics::{Counter, Metrics, Tally};

/// Questions to tutors since the start, by where their answer came from.
/// Refusals and quotations, which no model writes, are not among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Given as a teacher approved them.
    pub approved: u64,
    /// Given as the tutor had answered before.
    pub class: u64,
    /// Followed while they were written for somebody else.
    pub shared: u64,
    /// Written by the model.
    pub written: u64,
}

/// The running numbers behind [`Counts`].
#[derive(Debug)]
pub struct Counters {
    tally: Tally,
    pub approved: Counter,
    pub class: Counter,
    pub shared: Counter,
    pub written: Counter,
}

impl Default for Counters {
    fn default() -> Self {
        let tally = Tally::default();
        let outcome = |word| tally.get_or_create_owned(&[("outcome", word)]);
        Self {
            approved: outcome("approved"),
            class: outcome("class"),
            shared: outcome("shared"),
            written: outcome("written"),
            tally,
        }
    }
}

impl Counters {
    pub fn counts(&self) -> Counts {
        Counts {
            approved: self.approved.get(),
            class: self.class.get(),
            shared: self.shared.get(),
            written: self.written.get(),
        }
    }
}

impl super::Answers {
    /// Shows the counts among the box's metrics.
    pub fn show(&self, metrics: &mut Metrics) {
        let help = "Answers of tutors by where they came from";
        metrics.show("answers", help, &self.counters.tally);
    }
}
