//! Which spans there are for a collector, and what they may say.
//!
//! Only what is listed here leaves the box: words of the program and numbers, none of
//! people, and of jobs a link to what asked for them. Log lines are not sent along,
//! because an error may quote a path or a name.

use std::borrow::Cow;

use opentelemetry::trace::{SpanId, SpanKind, Status, TracerProvider};
use opentelemetry::{KeyValue, Value};
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, SpanEvents};
use tracing::{Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, filter_fn};
use tracing_subscriber::registry::LookupSpan;

/// The fields that are told. `tests/it/edge/otlp.rs` looks for others.
const TOLD: [&str; 9] = [
    "id",
    "http.method",
    "http.route",
    "http.status",
    "job.kind",
    "job.attempt",
    "job.end",
    "db",
    "engine",
];

/// Gives the program's own spans to `traces`.
pub(super) fn layer<S>(traces: &SdkTracerProvider) -> impl Layer<S> + use<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let own = filter_fn(|metadata| {
        metadata.is_span()
            && metadata.target().starts_with("bwenge")
            && *metadata.level() <= Level::DEBUG
    })
    .with_max_level_hint(LevelFilter::DEBUG);
    tracing_opentelemetry::layer()
        .with_tracer(traces.tracer("bwenge"))
        .with_location(false)
        .with_threads(false)
        .with_target(false)
        .with_tracked_inactivity(false)
        // Nobody else here makes spans.
        .with_context_activation(false)
        .with_filter(own)
}

/// A span as it leaves the box, if it does: what the box does by itself every second
/// (looking for jobs) would bury the rest.
pub(super) fn prepared(mut span: SpanData) -> Option<SpanData> {
    let starts = matches!(&*span.name, "request" | "job");
    if !starts && span.parent_span_id == SpanId::INVALID {
        return None;
    }
    span.attributes
        .retain(|attribute| TOLD.contains(&attribute.key.as_str()));
    span.events = SpanEvents::default();
    for link in &mut span.links.links {
        link.attributes.clear();
    }
    span.status = Status::Unset;
    let text = |key| text(&span.attributes, key);
    match &*span.name {
        "request" => {
            let name = [text("http.method"), text("http.route")].join(" ");
            let failed = number(&span.attributes, "http.status").is_some_and(|s| s >= 500);
            span.name = Cow::Owned(name);
            span.span_kind = SpanKind::Server;
            if failed {
                span.status = Status::error("");
            }
        }
        "job" => {
            let name = ["job", &text("job.kind")].join(" ");
            let done = ["done", "handed_back", "later"].contains(&&*text("job.end"));
            span.name = Cow::Owned(name);
            span.span_kind = SpanKind::Consumer;
            if !done {
                span.status = Status::error("");
            }
        }
        _ => {}
    }
    Some(span)
}

fn value<'a>(attributes: &'a [KeyValue], key: &str) -> Option<&'a Value> {
    let found = attributes.iter().find(|a| a.key.as_str() == key);
    found.map(|attribute| &attribute.value)
}

fn text(attributes: &[KeyValue], key: &str) -> String {
    value(attributes, key).map_or_else(String::new, ToString::to_string)
}

fn number(attributes: &[KeyValue], key: &str) -> Option<i64> {
    match value(attributes, key)? {
        Value::I64(number) => Some(*number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use opentelemetry::InstrumentationScope;
    use opentelemetry::trace::{Link, SpanContext};
    use opentelemetry_sdk::trace::SpanLinks;

    use super::*;

    fn span(name: &'static str, fields: &[(&'static str, Value)]) -> SpanData {
        let attributes = fields.iter().map(|(k, v)| KeyValue::new(*k, v.clone()));
        SpanData {
            span_context: SpanContext::NONE,
            parent_span_id: SpanId::INVALID,
            parent_span_is_remote: false,
            span_kind: SpanKind::Internal,
            name: name.into(),
            start_time: SystemTime::UNIX_EPOCH,
            end_time: SystemTime::UNIX_EPOCH,
            attributes: attributes.collect(),
            dropped_attributes_count: 0,
            events: SpanEvents::default(),
            links: SpanLinks::default(),
            status: Status::error("Amina could not be found"),
            instrumentation_scope: InstrumentationScope::default(),
        }
    }

    #[test]
    fn requests_and_jobs_are_named_by_what_they_do() {
        let request = |status: i64| {
            prepared(span(
                "request",
                &[
                    ("http.method", "GET".into()),
                    ("http.route", "/users/{id}".into()),
                    ("http.status", Value::I64(status)),
                ],
            ))
            .unwrap()
        };
        assert_eq!(request(200).name, "GET /users/{id}");
        assert_eq!(request(200).span_kind, SpanKind::Server);
        assert_eq!(request(404).status, Status::Unset);
        assert_eq!(request(500).status, Status::error(""));
        let job = |end: &'static str| {
            let fields = [("job.kind", "read_lesson".into()), ("job.end", end.into())];
            prepared(span("job", &fields)).unwrap()
        };
        assert_eq!(job("done").name, "job read_lesson");
        assert_eq!(job("done").status, Status::Unset);
        assert_eq!(job("given_up").status, Status::error(""));
    }

    #[test]
    fn only_listed_fields_leave() {
        let fields = [
            ("db", "core".into()),
            ("name", "Amina".into()),
            ("error", "no Amina".into()),
        ];
        assert!(prepared(span("read", &fields)).is_none(), "nobody asked");
        let told = vec![KeyValue::new("name", "Amina")];
        let mut links = SpanLinks::default();
        links.links.push(Link::new(SpanContext::NONE, told, 0));
        let asked = SpanData {
            parent_span_id: SpanId::from_bytes([1; 8]),
            links,
            ..span("read", &fields)
        };
        let left = prepared(asked).unwrap();
        let keys: Vec<_> = left.attributes.iter().map(|a| a.key.as_str()).collect();
        assert_eq!(keys, ["db"]);
        assert!(left.links[0].attributes.is_empty());
        assert_eq!(left.status, Status::Unset);
        assert_eq!(left.name, "read");
    }
}
