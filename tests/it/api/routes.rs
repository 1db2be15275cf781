//! Every route of the API, taken from its own description: nobody gets in
//! without signing in, from another host or from another site's page; and the
//! description in the repository is the one the box serves.

use std::collections::BTreeSet;

use axum::http::Request;
use serde_json::Value;

use crate::support::app::TestApp;
use crate::support::browser::{Answer, Browser};
use crate::support::door::Door;

/// Everything that answers to people who are not signed in.
const PUBLIC: [&str; 7] = [
    "GET /api/v1/box",
    "POST /api/v1/setup",
    "POST /api/v1/auth/login",
    "POST /api/v1/auth/refresh",
    "POST /api/v1/auth/logout",
    "GET /health",
    "GET /ready",
];

/// A route as described.
struct Route {
    method: String,
    path: String,
    /// Described as open to everybody.
    open: bool,
}

impl Route {
    fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    fn is_public(&self) -> bool {
        PUBLIC.contains(&self.name().as_str())
    }

    /// A request that would do something, were it allowed.
    fn request(&self, who: &Browser) -> Request<Vec<u8>> {
        let path = self.path.replace("{id}", &uuid::Uuid::new_v4().to_string());
        let path = match path.ends_with("/search") {
            true => format!("{path}?q=water"),
            false => path,
        };
        let body = match self.method.as_str() {
            "GET" | "DELETE" => None,
            _ => Some("application/json"),
        };
        who.send_bytes(
            &self.method,
            &path,
            body,
            body.map_or(Vec::new(), |_| b"{}".to_vec()),
        )
    }
}

fn routes() -> Vec<Route> {
    let document = serde_json::to_value(bwenge::app::openapi()).unwrap();
    let mut routes = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            routes.push(Route {
                method: method.to_uppercase(),
                path: path.clone(),
                open: operation["security"] == serde_json::json!([{}]),
            });
        }
    }
    assert!(routes.len() > 35, "only {} routes", routes.len());
    routes
}

fn code(answer: &Answer) -> (u16, &str) {
    (
        answer.status,
        answer.body["code"].as_str().unwrap_or_default(),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_in_without_signing_in() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let routes = routes();
    let open: BTreeSet<_> = routes.iter().filter(|r| r.open).map(Route::name).collect();
    assert_eq!(open, PUBLIC.map(String::from).into());
    let mut forged = app.anon();
    forged.cookies.insert("bw_access".into(), "a.b.c".into());
    for route in &routes {
        for who in [&app.anon(), &forged] {
            let answer = app.send(route.request(who)).await;
            match route.is_public() {
                // Refreshing takes the other cookie.
                true if route.path.ends_with("/refresh") => {}
                true => assert_ne!(code(&answer).0, 401, "{}", route.name()),
                false => {
                    let known = ["not_signed_in", "session_ended"];
                    let (status, code) = code(&answer);
                    let refused = status == 401 && known.contains(&code);
                    assert!(refused, "{}: {status} {code}", route.name());
                }
            }
        }
    }
    // A number of what is kept, as a sign that nothing was done.
    let lessons = app.get("/knowledge", &admin).await.expect(200).body;
    assert_eq!(lessons["lessons"].as_array().unwrap().len(), 0);
    let metrics = |who: &Browser| who.send_bytes("GET", "/metrics", None, Vec::new());
    assert_eq!(
        code(&app.send(metrics(&app.anon())).await),
        (403, "forbidden")
    );
    app.send(metrics(&admin)).await.expect(200);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_hosts_and_other_sites_are_refused_everywhere() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    for route in routes() {
        let mut request = route.request(&admin);
        request
            .headers_mut()
            .insert("host", "evil.example".parse().unwrap());
        let answer = app.send(request).await;
        assert_eq!(code(&answer), (421, "host_unknown"), "{}", route.name());

        let mut request = route.request(&admin);
        request
            .headers_mut()
            .insert("origin", "http://evil.example".parse().unwrap());
        let socket = route.path.ends_with("/ws/chat");
        if socket {
            request
                .headers_mut()
                .insert("upgrade", "websocket".parse().unwrap());
        }
        if route.method != "GET" || socket {
            let answer = app.send(request).await;
            assert_eq!(code(&answer), (403, "origin_unknown"), "{}", route.name());
        }
    }
    for path in ["/", "/lessons", "/metrics", "/api/v1/nothing"] {
        let mut request = admin.send_bytes("GET", path, None, Vec::new());
        request
            .headers_mut()
            .insert("host", "evil.example".parse().unwrap());
        assert_eq!(
            code(&app.send(request).await),
            (421, "host_unknown"),
            "{path}"
        );
    }
    app.get("/auth/me", &admin).await.expect(200);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_described_is_served() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    for route in routes() {
        if route.path.ends_with("/events") || route.path.ends_with("/logout") {
            continue; // The one never ends, the other signs us out.
        }
        let answer = app.send(route.request(&admin)).await;
        let (status, code) = code(&answer);
        // Unknown ids are not found; an unknown route has the same code but
        // says so, and a wrong method is 405.
        assert!(
            status != 405 && status < 500,
            "{}: {status} {code}",
            route.name()
        );
        let detail = answer.body["detail"].as_str().unwrap_or_default();
        assert!(
            status != 404 || route.path.contains("{id}"),
            "{}: {detail}",
            route.name()
        );
    }
    let nowhere = app.get("/nothing", &admin).await.refused(404, "not_found");
    assert_eq!(nowhere.headers["content-type"], "application/problem+json");
    app.end().await;
}

/// After a wanted change: `bwenge openapi > openapi.json`.
#[test]
fn the_description_in_the_repository_is_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");
    let checked_in = std::fs::read_to_string(path).unwrap();
    let served = bwenge::app::openapi().to_pretty_json().unwrap();
    let same = checked_in.trim_end() == served.trim_end();
    let differs = checked_in.lines().zip(served.lines()).find(|(a, b)| a != b);
    assert!(
        same,
        "run: bwenge openapi > openapi.json (first difference: {differs:?})"
    );
    let parsed: Value = serde_json::from_str(&checked_in).unwrap();
    assert_eq!(parsed["info"]["version"], env!("CARGO_PKG_VERSION"));
}
