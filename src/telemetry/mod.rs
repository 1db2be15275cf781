//! What the server tells about itself: log lines on stderr, and traces for a collector
//! when one is configured.
//!
//! Traces are batched on a thread of their own behind a bounded queue, so a collector
//! that is slow, gone or silent costs spans and never a request.

use std::io::IsTerminal;
use std::time::Duration;

use anyhow::Context;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt};

use crate::config::{Config, LogFormat};

mod collector;
mod links;
mod spans;

pub use links::{here, link};

/// How long the last spans may take at the end.
const FLUSH: Duration = Duration::from_secs(3);

/// What is to be ended with the process.
#[must_use]
pub struct Telemetry {
    traces: Option<SdkTracerProvider>,
}

/// Starts log lines, and traces if the settings name a collector.
///
/// # Errors
/// When the filter of the log is malformed.
pub fn start(config: &Config) -> anyhow::Result<Telemetry> {
    let filter = EnvFilter::try_new(&config.log).context("log: a malformed filter")?;
    let lines = fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        // Saying that the log is gone would need the log, and panic.
        .log_internal_errors(false);
    let lines = match config.log_format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().boxed(),
    };
    let traces = config.otlp.map(collector::provider);
    tracing_subscriber::registry()
        .with(lines.with_filter(filter))
        .with(traces.as_ref().map(spans::layer))
        .init();
    Ok(Telemetry { traces })
}

impl Telemetry {
    /// Sends what is left. Call it when nothing more happens.
    pub fn end(self) {
        if let Some(traces) = self.traces {
            // A collector that does not answer was told about already.
            let _ = traces.shutdown_with_timeout(FLUSH);
        }
    }
}
