//! What the server is told about the engine: now and then while it works, and
//! once when it has nothing left to do.

use std::time::{Duration, Instant};

use super::answer::now;
use crate::inference::protocol::Load;

/// Between two reports while there is work.
const INTERVAL: Duration = Duration::from_secs(1);

/// Counts the work done and knows when it is time to tell.
#[derive(Default)]
pub struct Gauge {
    totals: Load,
    told: Option<Instant>,
    /// Whether something was counted since the last report.
    news: bool,
}

impl Gauge {
    /// A step was computed: so many tokens of a prompt, in so long.
    pub fn stepped(&mut self, prompt_tokens: usize, ms: f64) {
        self.totals.read += prompt_tokens as u64;
        self.totals.step_ms = ms as f32;
        self.news = true;
    }

    /// So many tokens of a prompt were in memory.
    pub fn reused(&mut self, tokens: usize) {
        self.totals.reused += tokens as u64;
    }

    /// An answer grew by so many tokens, of which `accepted` had been guessed
    /// among `drafted`.
    pub fn wrote(&mut self, tokens: usize, drafted: usize, accepted: usize) {
        self.totals.written += tokens as u64;
        self.totals.drafted += drafted as u64;
        self.totals.accepted += accepted as u64;
    }

    /// The report that is due, if one is: `look` adds how things stand.
    pub fn due(&mut self, idle: bool, look: impl FnOnce(Load) -> Load) -> Option<Load> {
        let long_ago = self.told.is_none_or(|told| told.elapsed() >= INTERVAL);
        if !(self.news && (idle || long_ago)) {
            return None;
        }
        self.told = Some(now());
        self.news = false;
        Some(look(self.totals))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_at_once_when_idle_and_seldom_else() {
        let mut gauge = Gauge::default();
        assert_eq!(gauge.due(true, |load| load), None, "nothing happened yet");
        gauge.reused(50);
        gauge.stepped(20, 80.0);
        let first = gauge.due(false, |load| Load { active: 3, ..load }).unwrap();
        assert_eq!((first.read, first.reused, first.active), (20, 50, 3));
        gauge.wrote(4, 5, 3);
        gauge.stepped(0, 40.0);
        assert_eq!(gauge.due(false, |load| load), None, "it told just now");
        let last = gauge.due(true, |load| load).unwrap();
        assert_eq!((last.written, last.drafted, last.accepted), (4, 5, 3));
        assert_eq!((last.read, last.step_ms), (20, 40.0));
        assert_eq!(gauge.due(true, |load| load), None, "once is enough");
    }
}
