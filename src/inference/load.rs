//! What a child says of its load, and the speed that follows from it.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use super::protocol::Load;

/// The speed is that of so many last seconds.
const WINDOW: Duration = Duration::from_secs(10);

/// The last report of a child and those shortly before it.
#[derive(Debug, Clone, Default)]
pub struct Meter {
    last: Option<Load>,
    /// When so many tokens had been written, oldest first.
    written: VecDeque<(Instant, u64)>,
}

impl Meter {
    /// Takes a report.
    pub fn take(&mut self, load: Load) {
        self.take_at(load, Instant::now());
    }

    fn take_at(&mut self, load: Load, now: Instant) {
        let before = self.last.map_or(0, |last| last.written);
        if self.written.is_empty() {
            self.written
                .push_back((now - Duration::from_secs(1), before));
        }
        self.written.push_back((now, load.written));
        // One from before the window stays, to count from.
        while self
            .written
            .get(1)
            .is_some_and(|(at, _)| now - *at >= WINDOW)
        {
            self.written.pop_front();
        }
        self.last = Some(load);
    }

    /// The last report, if one came.
    pub fn last(&self) -> Option<Load> {
        self.last
    }

    /// Tokens written a second, over the last ten.
    pub fn tokens_per_second(&self) -> f64 {
        self.speed_at(Instant::now())
    }

    fn speed_at(&self, now: Instant) -> f64 {
        let Some(&(_, newest)) = self.written.back() else {
            return 0.0;
        };
        let inside = self.written.iter().find(|(at, _)| now - *at <= WINDOW);
        let Some(&(from, count)) = inside else {
            return 0.0;
        };
        let seconds = (now - from).as_secs_f64().max(1.0);
        newest.saturating_sub(count) as f64 / seconds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speed_is_that_of_the_last_seconds() {
        let mut meter = Meter::default();
        let start = Instant::now() + Duration::from_secs(60);
        let at = |seconds: u64| start + Duration::from_secs(seconds);
        assert_eq!(meter.speed_at(at(0)), 0.0);
        for second in 0..30 {
            let written = (second + 1) * 20;
            let load = Load {
                written,
                ..Load::default()
            };
            meter.take_at(load, at(second));
            assert_eq!(meter.speed_at(at(second)), 20.0, "{second}");
        }
        assert!(meter.written.len() < 15);
        assert_eq!(meter.last().unwrap().written, 600);
        assert!((meter.speed_at(at(34)) - 10.0).abs() < 2.0, "it fades");
        assert_eq!(meter.speed_at(at(60)), 0.0);
    }
}
