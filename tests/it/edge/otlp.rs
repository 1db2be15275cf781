//! Traces, at a collector of our own: what arrives there, what never does, and what
//! happens when it is not there.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode as SpanStatus;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, Span};
use prost::Message;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::time::{Duration, Instant, sleep};

use crate::support::door::{Door, PASSWORD, PATIENCE};
use crate::support::server::Server;
use crate::support::tus;
use crate::support::upload::Upload;

/// A collector that keeps what it is sent, unless told to refuse.
#[derive(Clone)]
struct Collector {
    at: SocketAddr,
    bodies: Arc<Mutex<Vec<Vec<u8>>>>,
    refused: Arc<AtomicUsize>,
    refuses: Arc<Mutex<bool>>,
}

impl Collector {
    async fn start(refuses: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let collector = Self {
            at: listener.local_addr().unwrap(),
            bodies: Arc::default(),
            refused: Arc::default(),
            refuses: Arc::new(Mutex::new(refuses)),
        };
        let taking = collector.clone();
        let take = move |headers: HeaderMap, body: Bytes| {
            let collector = taking.clone();
            async move {
                assert_eq!(headers["content-type"], "application/x-protobuf");
                if *collector.refuses.lock().unwrap() {
                    collector.refused.fetch_add(1, Ordering::Relaxed);
                    return StatusCode::SERVICE_UNAVAILABLE;
                }
                collector.bodies.lock().unwrap().push(body.to_vec());
                StatusCode::OK
            }
        };
        let routes = Router::new().route("/v1/traces", post(take));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        collector
    }

    fn came(&self) -> Vec<ResourceSpans> {
        let bodies = self.bodies.lock().unwrap();
        let decoded = bodies
            .iter()
            .map(|body| ExportTraceServiceRequest::decode(body.as_slice()).unwrap());
        decoded.flat_map(|request| request.resource_spans).collect()
    }

    fn spans(&self) -> Vec<Span> {
        let scopes = self.came().into_iter().flat_map(|r| r.scope_spans);
        scopes.flat_map(|scope| scope.spans).collect()
    }

    /// The first span of this name that `fits`, once it came.
    async fn span(&self, server: &Server, name: &str, fits: impl Fn(&Span) -> bool) -> Span {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let spans = self.spans();
            if let Some(span) = spans.iter().find(|span| span.name == name && fits(span)) {
                return span.clone();
            }
            let names: Vec<_> = spans.iter().map(|span| &span.name).collect();
            let in_time = Instant::now() < deadline;
            assert!(in_time, "no {name} in {names:?}\n{}", server.log());
            sleep(Duration::from_millis(100)).await;
        }
    }
}

async fn start(data: &TempDir, collector: SocketAddr) -> Server {
    let none = data.path().join("no-models");
    std::fs::create_dir_all(&none).unwrap();
    let url = format!("http://{collector}");
    Server::start(data.path(), &none, &["--otlp", &url]).await
}

fn field(span: &Span, key: &str) -> Option<String> {
    let found = span.attributes.iter().find(|a| a.key == key)?;
    match found.value.as_ref()?.value.as_ref()? {
        Value::StringValue(text) => Some(text.clone()),
        Value::IntValue(number) => Some(number.to_string()),
        other => panic!("{key} is {other:?}"),
    }
}

fn within(parent: &Span) -> impl Fn(&Span) -> bool + '_ {
    |span| span.parent_span_id == parent.span_id && span.trace_id == parent.trace_id
}

/// A job that leads back to this span, and to no other.
fn asked_for_by(asking: &Span) -> impl Fn(&Span) -> bool + '_ {
    |job| {
        let [link] = job.links.as_slice() else {
            return false;
        };
        link.span_id == asking.span_id && link.trace_id == asking.trace_id
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_and_jobs_arrive_with_what_they_are_made_of() {
    let collector = Collector::start(false).await;
    let data = tempfile::tempdir().unwrap();
    let mut server = start(&data, collector.at).await;
    let admin = server.set_up().await;
    server.get("/auth/me", &admin).await.expect(200);
    let lesson = Upload::text("umushyitsi.txt", "Umushyitsi yaje ejo mu gitondo.");
    let lesson = server.lesson(&admin, &lesson).await["id"].clone();
    let path = format!("/knowledge/{}?secret=umuhoza", lesson.as_str().unwrap());
    server.get(&path, &admin).await.expect(200);
    server.search(&admin, "umushyitsi").await;

    let asked = collector
        .span(&server, "GET /api/v1/auth/me", |_| true)
        .await;
    assert!(asked.parent_span_id.is_empty(), "nobody before it");
    assert_eq!(asked.kind(), SpanKind::Server);
    assert_eq!(field(&asked, "http.status").as_deref(), Some("200"));
    assert!(asked.end_time_unix_nano > asked.start_time_unix_nano);
    let read = collector.span(&server, "read", within(&asked)).await;
    assert_eq!(field(&read, "db").as_deref(), Some("core.db"));
    collector
        .span(&server, "GET /api/v1/knowledge/{id}", |_| true)
        .await;

    let upload = "POST /api/v1/knowledge/upload";
    let upload = collector.span(&server, upload, |_| true).await;
    let job = "job read_lesson";
    let job = collector.span(&server, job, asked_for_by(&upload)).await;
    assert!(job.parent_span_id.is_empty() && job.trace_id != upload.trace_id);
    assert_eq!(field(&job, "job.end").as_deref(), Some("done"));
    assert_eq!(field(&job, "job.attempt").as_deref(), Some("1"));
    let failed = SpanStatus::Error as i32;
    assert!(job.status.as_ref().is_none_or(|s| s.code != failed));
    let engine = collector.span(&server, "engine", within(&job)).await;
    assert_eq!(field(&engine, "engine").as_deref(), Some("extract"));
    collector.span(&server, "write", within(&job)).await;

    // The last bytes are taken in by a task that outlives a sender who goes.
    let pieces = Upload::text("ejo.txt", "Umushyitsi azagaruka ejo.");
    let place = tus::start(&server, &admin, &pieces).await;
    let sent = tus::send(&server, &admin, &place, 0, &pieces.bytes).await;
    sent.expect(204);
    let last = "PATCH /api/v1/knowledge/uploads/{id}";
    let last = collector.span(&server, last, |_| true).await;
    collector
        .span(&server, "job read_lesson", asked_for_by(&last))
        .await;

    // The last spans come when it stops.
    server.get("/orgs", &admin).await;
    let (status, _) = server.stop().await;
    assert!(status.success());
    collector.span(&server, "GET /api/v1/orgs", |_| true).await;

    for resource in collector.came() {
        let attributes = resource.resource.unwrap().attributes;
        let mut keys: Vec<_> = attributes.iter().map(|a| a.key.as_str()).collect();
        keys.sort_unstable();
        assert_eq!(keys, ["service.name", "service.version"]);
    }
    let known = [
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
    for span in collector.spans() {
        for attribute in &span.attributes {
            assert!(known.contains(&attribute.key.as_str()), "{span:?}");
        }
        assert!(span.events.is_empty(), "{span:?}");
        let may_link = span.name.starts_with("job ");
        assert!(may_link || span.links.is_empty(), "{span:?}");
        for link in &span.links {
            let bare = link.attributes.is_empty() && link.trace_state.is_empty();
            assert!(bare, "{span:?}");
        }
        let trivial = ["read", "write", "engine"].contains(&span.name.as_str());
        assert!(!trivial || !span.parent_span_id.is_empty(), "{span:?}");
    }
    let bytes = collector.bodies.lock().unwrap().concat();
    let sent = String::from_utf8_lossy(&bytes).to_lowercase();
    let token = &admin.cookies["bw_access"].to_lowercase();
    let host = server.address().to_string();
    for private in ["umushyitsi", "umuhoza", "admin\"", PASSWORD, token, &host] {
        assert!(!sent.contains(private), "{private} was sent");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_refuses_is_told_about_once() {
    let collector = Collector::start(true).await;
    let data = tempfile::tempdir().unwrap();
    let server = start(&data, collector.at).await;
    let admin = server.set_up().await;
    let deadline = Instant::now() + PATIENCE;
    while collector.refused.load(Ordering::Relaxed) < 3 {
        assert!(Instant::now() < deadline, "{}", server.log());
        server.get("/auth/me", &admin).await.expect(200);
        sleep(Duration::from_millis(100)).await;
    }
    let file = Upload::text("a.txt", "Water boils at a hundred degrees.");
    server.lesson(&admin, &file).await;
    assert_eq!(server.log().matches("traces.not_sent").count(), 1);
    assert!(collector.spans().is_empty());

    *collector.refuses.lock().unwrap() = false;
    server.get("/users", &admin).await.expect(200);
    collector.span(&server, "GET /api/v1/users", |_| true).await;
    assert_eq!(server.log().matches("traces.sent_again").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_is_gone_or_silent_changes_nothing() {
    // One port with nobody behind it, one whose owner never answers.
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = gone.local_addr().unwrap();
    drop(gone);
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    for collector in [closed, silent.local_addr().unwrap()] {
        let data = tempfile::tempdir().unwrap();
        let mut server = start(&data, collector).await;
        let admin = server.set_up().await;
        let file = Upload::text("a.txt", "Water boils at a hundred degrees.");
        server.lesson(&admin, &file).await;
        let deadline = Instant::now() + PATIENCE;
        while !server.log().contains("traces.not_sent") {
            assert!(Instant::now() < deadline, "{}", server.log());
            server.get("/auth/me", &admin).await.expect(200);
            sleep(Duration::from_millis(100)).await;
        }
        let (status, _) = server.stop().await;
        assert!(status.success(), "{}", server.log());
    }
}
