//! The one ordered list of layers around every route.
//!
//! Order matters: the request id must exist before anything is logged, a
//! panic must still be counted, and no byte of a request is looked at before
//! its Host is known to be ours. Change the order only in [`layers`].

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::header;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use tower::ServiceBuilder;
use tower_http::timeout::TimeoutBody;

use super::cors::{self, Sharing};
use super::forwarded;
use super::hosts::{HostPort, Hosts};
use super::metrics::Metrics;
use super::origin::{Asked, Scheme};
use super::{errors, headers, origin, own_cookies, trace};
use crate::error::{Code, Error};

/// What the layers need to know.
#[derive(Clone)]
pub struct Policy {
    /// The names and addresses this box answers to.
    pub hosts: Arc<Hosts>,
    /// Where requests are counted.
    pub metrics: Arc<Metrics>,
    /// Origins whose pages may use the API with tokens, as browsers write them.
    pub origins: Vec<String>,
    /// Addresses of proxies that may say whom they speak for.
    pub proxies: Vec<IpAddr>,
    /// Route templates that may take longer than [`Policy::timeout`] to
    /// answer, such as uploads. Streams need no entry: their head comes at
    /// once.
    pub untimed: &'static [&'static str],
    /// How long a route may take until its answer begins.
    pub timeout: Duration,
    /// How long a request body may stand still.
    pub body_idle: Duration,
    /// The longest request body, in bytes; a route may set its own with
    /// [`DefaultBodyLimit`].
    pub body_limit: usize,
}

impl Policy {
    /// The usual limits: 30 s to answer, 30 s between body chunks, 1 MB.
    pub fn new(hosts: Arc<Hosts>, metrics: Arc<Metrics>) -> Self {
        Self {
            hosts,
            metrics,
            origins: Vec::new(),
            proxies: Vec::new(),
            untimed: &[],
            timeout: Duration::from_secs(30),
            body_idle: Duration::from_secs(30),
            body_limit: 1 << 20,
        }
    }
}

/// Wraps all routes of `router`, and what no route takes, in the edge.
pub fn layers(router: Router, policy: Policy) -> Router {
    let sharing = Arc::new(Sharing::new(&policy.origins));
    let policy = Arc::new(policy);
    let ordered = ServiceBuilder::new()
        .layer(from_fn_with_state(policy.clone(), trace::traced))
        .layer(from_fn(headers::secured))
        .layer(from_fn(caught))
        .layer(from_fn_with_state(policy.clone(), forwarded::believed))
        .layer(from_fn_with_state(policy.clone(), own_host_and_origin))
        .layer(from_fn(own_cookies::renamed))
        .layer(from_fn_with_state(sharing, cors::shared))
        .layer(from_fn_with_state(policy.clone(), timed))
        .layer(DefaultBodyLimit::max(policy.body_limit));
    router
        .method_not_allowed_fallback(errors::no_such_method)
        .layer(ordered)
}

/// Turns a panic into `internal`, so that one bad request ends alone.
async fn caught(request: Request, next: Next) -> Response {
    // Nothing of the request outlives a panic, so no broken state is seen.
    match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => response,
        Err(panic) => {
            let text = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied())
                .unwrap_or("no message");
            Error::from(anyhow::anyhow!("a handler panicked: {text}")).into_response()
        }
    }
}

/// Refuses requests for other hosts, then writes from other hosts' pages.
async fn own_host_and_origin(
    State(policy): State<Arc<Policy>>,
    mut request: Request,
    next: Next,
) -> Response {
    let Some(host) = own_host(&request, &policy.hosts) else {
        return Error::new(Code::HostUnknown, "This box does not go by that name.").into_response();
    };
    let asked = Asked {
        method: request.method(),
        headers: request.headers(),
        host: &host,
        scheme: request.extensions().get::<Scheme>().copied(),
    };
    if !origin::allows(&asked, &policy.origins) {
        let detail = "Writes must come from a page of this box.";
        return Error::new(Code::OriginUnknown, detail).into_response();
    }
    request.extensions_mut().insert(host.clone());
    let mut response = next.run(request).await;
    response.extensions_mut().insert(host);
    response
}

/// The host the request is for, if it names exactly one and it is ours.
fn own_host(request: &Request, hosts: &Hosts) -> Option<HostPort> {
    let mut headers = request.headers().get_all(header::HOST).iter();
    let host = HostPort::parse(headers.next()?.to_str().ok()?)?;
    // Two hosts, or a target that names another one, mean someone is confused.
    let target = request.uri().authority();
    let agrees = target.is_none_or(|t| HostPort::parse(t.as_str()).as_ref() == Some(&host));
    (headers.next().is_none() && agrees && hosts.allows(&host)).then_some(host)
}

/// Bounds the time to an answer, and how long a request body may stand still.
async fn timed(State(policy): State<Arc<Policy>>, request: Request, next: Next) -> Response {
    let untimed = request
        .extensions()
        .get::<MatchedPath>()
        .is_some_and(|path| policy.untimed.contains(&path.as_str()));
    let request = request.map(|body| Body::new(TimeoutBody::new(policy.body_idle, body)));
    let answer = next.run(request);
    if untimed {
        return answer.await;
    }
    match tokio::time::timeout(policy.timeout, answer).await {
        Ok(response) => response,
        Err(_) => Error::new(Code::Timeout, "The box took too long.").into_response(),
    }
}

#[cfg(test)]
mod tests {
    use axum::Json;
    use axum::body::to_bytes;
    use axum::http::request::Builder;
    use axum::routing::{get, post};
    use tower::ServiceExt;

    use super::*;

    fn app() -> Router {
        let slow = || async { tokio::time::sleep(Duration::from_secs(40)).await };
        let routes = Router::new()
            .route(
                "/ok",
                get(async || "ok").post(async |body: String| body.len().to_string()),
            )
            .route("/slow", get(slow))
            .route("/upload", get(slow))
            .route(
                "/boom",
                get(async || {
                    if true {
                        panic!("boom")
                    }
                }),
            )
            .route(
                "/fail",
                post(async || Err::<(), _>(Error::from(anyhow::anyhow!("disk gone")))),
            )
            .route("/json", get(async || Json(1)));
        let hosts = Arc::new(Hosts::new("bwenge", &[]));
        let policy = Policy {
            untimed: &["/upload"],
            ..Policy::new(hosts, Arc::default())
        };
        layers(routes, policy)
    }

    async fn send(request: Builder, body: impl Into<Body>) -> (Response<()>, String) {
        let request = request.body(body.into()).unwrap();
        let (parts, body) = app().oneshot(request).await.unwrap().into_parts();
        let bytes = to_bytes(body, 1 << 20).await.unwrap();
        (
            Response::from_parts(parts, ()),
            String::from_utf8_lossy(&bytes).into_owned(),
        )
    }

    fn to(method: &str, path: &str) -> Builder {
        Request::builder()
            .method(method)
            .uri(path)
            .header("host", "bwenge.local:8080")
    }

    #[tokio::test]
    async fn every_answer_has_an_id_and_safe_headers() {
        for (path, status) in [("/ok", 200), ("/boom", 500), ("/nowhere", 404)] {
            let (head, _) = send(to("GET", path), "").await;
            assert_eq!(head.status(), status, "{path}");
            for name in [
                "x-request-id",
                "content-security-policy",
                "referrer-policy",
                "cache-control",
            ] {
                assert!(head.headers().contains_key(name), "{path} {name}");
            }
            assert_eq!(head.headers()["x-content-type-options"], "nosniff");
            assert!(!head.headers().contains_key("access-control-allow-origin"));
        }
    }

    #[tokio::test]
    async fn foreign_hosts_are_refused_before_anything_else() {
        for host in ["evil.example", "localhost@evil.example", ""] {
            let (head, body) = send(Request::get("/boom").header("host", host), "").await;
            assert_eq!(head.status(), 421, "{host}");
            assert!(body.contains("host_unknown"), "{body}");
        }
        let (head, _) = send(Request::get("/ok"), "").await;
        assert_eq!(head.status(), 421, "no host");
        let (head, _) = send(to("GET", "/ok").header("host", "localhost"), "").await;
        assert_eq!(head.status(), 421, "two hosts");
        let (head, _) = send(to("GET", "http://evil.example/ok"), "").await;
        assert_eq!(head.status(), 421, "absolute target");
    }

    #[tokio::test]
    async fn foreign_pages_can_not_write() {
        let foreign = to("POST", "/ok").header("origin", "http://evil.example");
        let (head, body) = send(foreign, "x").await;
        assert_eq!(head.status(), 403);
        assert!(body.contains("origin_unknown"), "{body}");
    }

    #[tokio::test]
    async fn bodies_are_bounded() {
        let (head, body) = send(to("POST", "/ok"), vec![b'x'; 1 << 20]).await;
        assert_eq!((head.status().as_u16(), body.as_str()), (200, "1048576"));
        let (head, _) = send(to("POST", "/ok"), vec![b'x'; (1 << 20) + 1]).await;
        assert_eq!(head.status(), 413);
    }

    #[tokio::test(start_paused = true)]
    async fn slow_routes_time_out_unless_listed() {
        let (head, body) = send(to("GET", "/slow"), "").await;
        assert_eq!(head.status(), 504);
        assert!(body.contains("\"timeout\""), "{body}");
        let (head, _) = send(to("GET", "/upload"), "").await;
        assert_eq!(head.status(), 200);
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_stands_still_ends() {
        let stuck = futures_util::stream::pending::<Result<bytes::Bytes, std::io::Error>>();
        let (head, _) = send(to("POST", "/ok"), Body::from_stream(stuck)).await;
        assert!(
            head.status().is_client_error() || head.status() == 504,
            "{}",
            head.status()
        );
    }

    #[tokio::test]
    async fn faults_and_wrong_methods_are_problems() {
        let (head, body) = send(to("POST", "/fail"), "").await;
        assert_eq!(head.status(), 500);
        assert!(
            body.contains("\"internal\"") && !body.contains("disk gone"),
            "{body}"
        );
        let (head, body) = send(to("DELETE", "/ok"), "").await;
        assert_eq!(head.status(), 405);
        assert!(body.contains("bad_request"), "{body}");
    }
}
