//! From a job back to what asked for it: a span as one line that is kept with the job, and
//! the link to it.
//!
//! The line is the `traceparent` of the W3C. It names a trace and a span, and nobody.

use std::collections::HashMap;

use opentelemetry::Context;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::TraceContextExt;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

const LINE: &str = "traceparent";

/// The span that is current, as a line for [`link`]; none when no collector is told of it.
pub fn here() -> Option<String> {
    let mut lines = HashMap::<String, String>::new();
    TraceContextPropagator::new().inject_context(&Span::current().context(), &mut lines);
    lines.remove(LINE)
}

/// Links `span` to where [`here`] was called; to nothing when the line is malformed.
pub fn link(span: &Span, line: &str) {
    let lines = HashMap::from([(LINE.to_owned(), line.to_owned())]);
    let there = TraceContextPropagator::new().extract_with_context(&Context::new(), &lines);
    span.add_link(there.span().span_context().clone());
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use opentelemetry_sdk::error::OTelSdkResult;
    use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, SpanExporter};
    use tracing::{debug_span, info_span};
    use tracing_subscriber::layer::SubscriberExt;

    use super::super::spans;
    use super::*;

    /// A collector that keeps what it is told.
    #[derive(Debug, Clone, Default)]
    struct Kept(Arc<Mutex<Vec<SpanData>>>);

    impl SpanExporter for Kept {
        async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
            self.0.lock().unwrap().extend(batch);
            Ok(())
        }
    }

    #[test]
    fn a_job_leads_back_to_what_asked_for_it() {
        let kept = Kept::default();
        let traces = SdkTracerProvider::builder()
            .with_simple_exporter(kept.clone())
            .build();
        let listening = tracing_subscriber::registry().with(spans::layer(&traces));
        tracing::subscriber::with_default(listening, || {
            assert_eq!(here(), None, "nobody asked");
            let line = info_span!("request").in_scope(here).unwrap();
            for line in [line.as_str(), "", "Amina", "00-1-2", "00-0-0-01"] {
                link(&debug_span!("job"), line);
            }
        });
        let kept = kept.0.lock().unwrap();
        let [request, jobs @ ..] = kept.as_slice() else {
            panic!("{kept:?}");
        };
        assert_eq!((&*request.name, jobs.len()), ("request", 5));
        let linked = &jobs[0].links[0].span_context;
        let there = &request.span_context;
        assert_eq!(linked.trace_id(), there.trace_id());
        assert_eq!(linked.span_id(), there.span_id());
        assert!(jobs[1..].iter().all(|job| job.links.is_empty()));
    }

    #[test]
    fn without_a_collector_there_is_nothing_to_lead_back_to() {
        tracing::subscriber::with_default(tracing_subscriber::registry(), || {
            assert_eq!(info_span!("request").in_scope(here), None);
            link(&debug_span!("job"), "00-1-2-01");
        });
    }
}
