//! Progress on standard error: bars on a terminal, plain lines elsewhere.

use std::io::IsTerminal;
use std::sync::{Arc, Mutex, PoisonError};

use indicatif::{DecimalBytes, ProgressBar, ProgressStyle};

/// Smaller totals get no lines where there is no terminal, in bytes. Steps are
/// few, so they never get any: whoever takes them says so.
const PLAIN_FROM: u64 = 50_000_000;

/// Where progress goes.
#[derive(Debug, Clone)]
pub struct Report {
    terminal: bool,
    quiet: bool,
}

impl Report {
    /// Reports to standard error.
    pub fn new() -> Self {
        Self {
            terminal: std::io::stderr().is_terminal(),
            quiet: false,
        }
    }

    /// Reports nowhere, for tests.
    pub fn quiet() -> Self {
        Self {
            terminal: false,
            quiet: true,
        }
    }

    /// Says one thing.
    pub fn line(&self, text: &str) {
        if !self.quiet {
            eprintln!("{text}");
        }
    }

    /// Starts a bar over `total` bytes; 0 when the number is not known yet.
    pub fn bytes(&self, label: &str, total: u64) -> Bar {
        let style = "{msg} [{wide_bar}] {decimal_bytes}/{decimal_total_bytes} {decimal_bytes_per_sec} {eta}";
        self.bar(label, total, style, |n| DecimalBytes(n).to_string())
    }

    /// Starts a bar over `total` steps.
    pub fn steps(&self, label: &str, total: u64) -> Bar {
        self.bar(
            label,
            total,
            "{spinner} {msg} [{wide_bar}] {pos}/{len}",
            |n| n.to_string(),
        )
    }

    fn bar(&self, label: &str, total: u64, style: &str, show: fn(u64) -> String) -> Bar {
        let bar = if self.terminal && !self.quiet {
            let bar = ProgressBar::new(total);
            if let Ok(style) = ProgressStyle::with_template(style) {
                bar.set_style(style);
            }
            bar.set_message(label.to_owned());
            bar.enable_steady_tick(std::time::Duration::from_millis(200));
            bar
        } else {
            ProgressBar::hidden()
        };
        Bar {
            bar,
            plain: Arc::new(Mutex::new(Plain {
                report: (!self.terminal).then(|| self.clone()),
                label: label.to_owned(),
                total,
                done: 0,
                told_tenths: 0,
                show,
            })),
        }
    }
}

impl Default for Report {
    fn default() -> Self {
        Self::new()
    }
}

/// One thing in progress; clones move the same bar.
#[derive(Debug, Clone)]
pub struct Bar {
    bar: ProgressBar,
    plain: Arc<Mutex<Plain>>,
}

#[derive(Debug)]
struct Plain {
    report: Option<Report>,
    label: String,
    total: u64,
    done: u64,
    told_tenths: u64,
    show: fn(u64) -> String,
}

impl Bar {
    /// Starts over with another total.
    pub fn restart(&self, total: u64) {
        self.bar.set_length(total);
        self.bar.set_position(0);
        let mut plain = self.plain.lock().unwrap_or_else(PoisonError::into_inner);
        plain.total = total;
        plain.done = 0;
    }

    /// Moves on by `count`.
    pub fn advance(&self, count: u64) {
        self.bar.inc(count);
        let mut plain = self.plain.lock().unwrap_or_else(PoisonError::into_inner);
        plain.done += count;
        let tenths = (plain.done * 10)
            .checked_div(plain.total)
            .unwrap_or(0)
            .min(10);
        // A log should show that something large moves, not every piece.
        let worth_it = plain.total >= PLAIN_FROM;
        if worth_it && tenths > plain.told_tenths && tenths.is_multiple_of(2) {
            plain.told_tenths = tenths;
            if let Some(report) = &plain.report {
                let (done, total) = ((plain.show)(plain.done), (plain.show)(plain.total));
                report.line(&format!("{}: {done} of {total}", plain.label));
            }
        }
    }

    /// Removes the bar.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
