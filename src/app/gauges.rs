//! The engines in `/metrics`, read at each scrape.
//!
//! Totals of the language model count from the start of its worker, as
//! Prometheus expects of a process that was started again.

use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Unit;

use super::process;
use crate::inference::worker::State;
use crate::state::App;

/// Reads the engines of a box.
pub struct EngineGauges(pub App);

impl fmt::Debug for EngineGauges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EngineGauges")
    }
}

impl Collector for EngineGauges {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let inference = &self.0.inference;
        let llm = inference.llm_status();
        let load = llm.meter.last().unwrap_or_default();
        let rows = llm.measured_rows.unwrap_or_default();
        for (name, help, value) in [
            ("llm_active_rows", "Answers being written", load.active),
            ("llm_rows", "Answers written side by side at most", rows),
            ("llm_queue", "Questions that wait", load.waiting),
            (
                "llm_kv_cells",
                "Tokens the key-value pool has room for",
                load.cells,
            ),
            (
                "llm_kv_used_cells",
                "Tokens in the key-value pool",
                load.cells_used,
            ),
            (
                "llm_kept_prompts",
                "Prompts kept for later questions",
                load.kept,
            ),
        ] {
            let metric = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
            ConstGauge::new(i64::from(value)).encode(metric)?;
        }
        let step = ("llm_step", "Duration of the last step");
        let metric =
            encoder.encode_descriptor(step.0, step.1, Some(&Unit::Seconds), MetricType::Gauge)?;
        ConstGauge::new(f64::from(load.step_ms) / 1000.0).encode(metric)?;

        let tokens = [
            ("read", load.read),
            ("reused", load.reused),
            ("written", load.written),
            ("drafted", load.drafted),
            ("accepted", load.accepted),
        ];
        let help = "Tokens of prompts computed (read) and found in memory (reused), of answers \
                    (written), guessed ahead (drafted) and guessed right (accepted)";
        let mut family =
            encoder.encode_descriptor("llm_tokens", help, None, MetricType::Counter)?;
        for (kind, count) in tokens {
            let labels = [("kind", kind)];
            let metric = family.encode_family(&labels)?;
            ConstCounter::new(count).encode(metric)?;
        }

        let workers = inference.status();
        let help = "Resident memory of a worker";
        let name = "worker_resident_memory";
        let mut family =
            encoder.encode_descriptor(name, help, Some(&Unit::Bytes), MetricType::Gauge)?;
        for worker in &workers {
            let State::Ready(ready) = &worker.state else {
                continue;
            };
            let Some(bytes) = ready.pid.and_then(process::resident) else {
                continue;
            };
            let labels = [("kind", worker.kind.as_str())];
            let metric = family.encode_family(&labels)?;
            ConstGauge::new(i64::try_from(bytes).unwrap_or(i64::MAX)).encode(metric)?;
        }
        let help = "Times a worker was started again after its end";
        let mut family =
            encoder.encode_descriptor("worker_restarts", help, None, MetricType::Counter)?;
        for worker in &workers {
            let labels = [("kind", worker.kind.as_str())];
            let metric = family.encode_family(&labels)?;
            ConstCounter::new(worker.restarts).encode(metric)?;
        }
        Ok(())
    }
}
