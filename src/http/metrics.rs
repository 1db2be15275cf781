//! Numbers about the running box, in the Prometheus text format.
//!
//! Requests are counted at the edge. Only the box itself and administrators may read
//! them: they tell how much a school is used.

use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};
pub use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use super::connections::Connections;
use super::peer;
use crate::error::{Code, Error};

/// Upper bounds of the duration buckets, in seconds.
const BUCKETS: [f64; 9] = [0.001, 0.005, 0.025, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0];

const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Numbers of a feature that differ in one label; its words are fixed.
pub type Tally = Family<[(&'static str, &'static str); 1], Counter>;

/// All numbers of one box.
pub struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    durations: Family<RouteLabels, Histogram>,
}

#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RequestLabels {
    route: String,
    method: String,
    status: StatusClass,
}

#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RouteLabels {
    route: String,
}

#[derive(Debug, Clone, Copy, Hash, PartialEq, Eq)]
struct StatusClass(u16);

impl EncodeLabelValue for StatusClass {
    fn encode(&self, encoder: &mut LabelValueEncoder) -> Result<(), std::fmt::Error> {
        write!(encoder, "{}xx", self.0)
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let requests = Family::default();
        let durations = Family::new_with_constructor(histogram as fn() -> Histogram);
        let mut registry = Registry::with_prefix("bwenge");
        registry.register("http_requests", "Requests answered", requests.clone());
        registry.register(
            "http_request_duration_seconds",
            "Time until the head of the answer",
            durations.clone(),
        );
        Self {
            registry,
            requests,
            durations,
        }
    }
}

/// A method for counts and traces. Clients may invent methods; they must not invent
/// series.
pub(super) fn method_word(method: &Method) -> &str {
    match *method {
        Method::GET
        | Method::HEAD
        | Method::POST
        | Method::PUT
        | Method::PATCH
        | Method::DELETE => method.as_str(),
        _ => "other",
    }
}

fn histogram() -> Histogram {
    Histogram::new(BUCKETS)
}

impl Metrics {
    /// Shows what a feature counts. Call it before the box serves.
    pub fn show(&mut self, name: &str, help: &str, tally: &Tally) {
        self.registry.register(name, help, tally.clone());
    }

    /// Shows connections; those of HTTPS only where it is served.
    pub fn show_connections(&mut self, connections: &Connections, https: bool) {
        connections.register(&mut self.registry, https);
    }

    /// Those of requests and those that `more` reads at each scrape.
    pub fn with(more: impl Collector) -> Self {
        let mut metrics = Self::default();
        metrics.registry.register_collector(Box::new(more));
        metrics
    }

    pub(super) fn count_request(
        &self,
        route: &str,
        method: &Method,
        status: StatusCode,
        took: Duration,
    ) {
        let labels = RequestLabels {
            route: route.to_owned(),
            method: method_word(method).to_owned(),
            status: StatusClass(status.as_u16() / 100),
        };
        self.requests.get_or_create(&labels).inc();
        let labels = RouteLabels {
            route: route.to_owned(),
        };
        self.durations
            .get_or_create(&labels)
            .observe(took.as_secs_f64());
    }

    fn render(&self) -> crate::error::Result<String> {
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// `GET /metrics`, for the box itself and for whom `is_admin` says yes.
pub fn router(
    metrics: Arc<Metrics>,
    is_admin: impl Fn(&Parts) -> bool + Clone + Send + Sync + 'static,
) -> Router {
    let read = move |request: Request| {
        let (metrics, is_admin) = (metrics.clone(), is_admin.clone());
        async move {
            let (parts, _) = request.into_parts();
            if peer::is_on_box(&parts) || is_admin(&parts) {
                let text = metrics.render()?;
                Ok::<Response, Error>(
                    ([(header::CONTENT_TYPE, CONTENT_TYPE)], text).into_response(),
                )
            } else {
                Err(Error::new(Code::Forbidden, "Only for administrators."))
            }
        }
    };
    Router::new().route("/metrics", get(read))
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use axum::body::{Body, to_bytes};
    use axum::extract::ConnectInfo;
    use axum::http::Request;
    use tower::ServiceExt;

    use super::*;

    #[test]
    fn requests_are_counted_by_template_and_class() {
        let metrics = Metrics::default();
        let took = Duration::from_millis(2);
        let odd = Method::from_bytes(b"BREW").unwrap();
        metrics.count_request("/users/{id}", &Method::GET, StatusCode::NOT_FOUND, took);
        metrics.count_request("/users/{id}", &odd, StatusCode::OK, took);
        let text = metrics.render().unwrap();
        for line in [
            "bwenge_http_requests_total{route=\"/users/{id}\",method=\"GET\",status=\"4xx\"} 1",
            "bwenge_http_requests_total{route=\"/users/{id}\",method=\"other\",status=\"2xx\"} 1",
            "bwenge_http_request_duration_seconds_count{route=\"/users/{id}\"} 2",
        ] {
            assert!(text.contains(line), "{line} in {text}");
        }
    }

    #[tokio::test]
    async fn only_the_box_and_admins_read() {
        let check = async |peer: &str, admin: bool, status: u16| {
            let peer: SocketAddr = peer.parse().unwrap();
            let request = Request::get("/metrics")
                .header("host", "localhost")
                .extension(ConnectInfo(peer))
                .body(Body::empty())
                .unwrap();
            let app = router(Arc::default(), move |_| admin);
            let response = app.oneshot(request).await.unwrap();
            assert_eq!(response.status(), status, "{peer} {admin}");
            let body = to_bytes(response.into_body(), 10_000).await.unwrap();
            assert!(!body.is_empty());
        };
        check("127.0.0.1:9", false, 200).await;
        check("192.168.1.9:9", false, 403).await;
        check("192.168.1.9:9", true, 200).await;
    }
}
