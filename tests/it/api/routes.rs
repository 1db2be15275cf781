//! Every route of the API, taken from its own description, refuses other hosts
//! and other sites' pages; and the description in the repository is the one
//! the box serves. Who may ask what is in `tests/it/contract`.

use axum::http::Request;
use serde_json::Value;

use crate::support::app::TestApp;
use crate::support::browser::{Answer, Browser};
use crate::support::door::Door;

/// A route as described.
struct Route {
    method: String,
    path: String,
}

impl Route {
    /// A request that would do something, were it allowed.
    fn request(&self, who: &Browser) -> Request<Vec<u8>> {
        let path = self.path.replace("{id}", &uuid::Uuid::new_v4().to_string());
        let (kind, body) = match self.method.as_str() {
            "GET" | "HEAD" | "OPTIONS" | "DELETE" => (None, Vec::new()),
            _ => (Some("application/json"), b"{}".to_vec()),
        };
        who.send_bytes(&self.method, &path, kind, body)
    }
}

fn routes() -> Vec<Route> {
    let document = serde_json::to_value(bwenge::app::openapi()).unwrap();
    let mut routes = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            routes.push(Route {
                method: method.to_uppercase(),
                path: path.clone(),
            });
        }
    }
    assert!(routes.len() > 35, "only {} routes", routes.len());
    routes
}

fn code(answer: &Answer) -> (u16, &str) {
    let code = answer.body["code"].as_str();
    (answer.status, code.unwrap_or_default())
}

/// Answers to HEAD have no body that could name a code.
fn coded(method: &str, code: &'static str) -> &'static str {
    if method == "HEAD" { "" } else { code }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_hosts_and_other_sites_are_refused_everywhere() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    for route in routes() {
        let Route { method, path } = &route;
        let mut request = route.request(&admin);
        let evil = "evil.example".parse().unwrap();
        request.headers_mut().insert("host", evil);
        let answer = app.send(request).await;
        let unknown = coded(method, "host_unknown");
        assert_eq!(code(&answer), (421, unknown), "{method} {path}");

        let mut request = route.request(&admin);
        let evil = "http://evil.example".parse().unwrap();
        request.headers_mut().insert("origin", evil);
        let is_socket = path.ends_with("/ws/chat");
        if is_socket {
            let kind = "websocket".parse().unwrap();
            request.headers_mut().insert("upgrade", kind);
        }
        let is_safe = ["GET", "HEAD", "OPTIONS"].contains(&method.as_str());
        if !is_safe || is_socket {
            let answer = app.send(request).await;
            assert_eq!(code(&answer), (403, "origin_unknown"), "{method} {path}");
        }
    }
    for path in ["/", "/lessons", "/health", "/metrics", "/api/v1/nothing"] {
        let mut request = admin.send_bytes("GET", path, None, Vec::new());
        let evil = "evil.example".parse().unwrap();
        request.headers_mut().insert("host", evil);
        let answer = app.send(request).await;
        assert_eq!(code(&answer), (421, "host_unknown"), "{path}");
    }
    app.get("/auth/me", &admin).await.expect(200);
    app.end().await;
}

/// After a wanted change: `bwenge openapi > openapi.json`.
#[test]
fn the_description_in_the_repository_is_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");
    let checked_in = std::fs::read_to_string(path).unwrap();
    let served = bwenge::app::openapi().to_pretty_json().unwrap();
    let lines = checked_in.trim_end().lines().zip(served.lines());
    let differs = lines.into_iter().find(|(old, new)| old != new);
    assert!(
        differs.is_none() && checked_in.trim_end() == served.trim_end(),
        "run: bwenge openapi > openapi.json (first difference: {differs:?})"
    );
    let parsed: Value = serde_json::from_str(&checked_in).unwrap();
    assert_eq!(parsed["info"]["version"], env!("CARGO_PKG_VERSION"));
}

/// What clients are generated from: names that do not collide, words as they
/// are sent, errors on every route.
#[test]
fn the_description_is_fit_to_generate_clients_from() {
    let document = serde_json::to_value(bwenge::app::openapi()).unwrap();
    let items = document["paths"].as_object().unwrap().values();
    let mut names = Vec::new();
    for operation in items.flat_map(|item| item.as_object().unwrap().values()) {
        let name = operation["operationId"].as_str().unwrap();
        assert!(operation["responses"]["default"].is_object(), "{name}");
        names.push(name);
    }
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all, "two operations share a name: {names:?}");

    let schemas = document["components"]["schemas"].as_object().unwrap();
    for (name, schema) in schemas {
        for word in schema["enum"].as_array().into_iter().flatten() {
            let word = word.as_str().unwrap();
            let small = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            let sent = word.chars().all(small);
            assert!(sent, "{name} lists {word:?}");
        }
    }
    let status = |name: &str| schemas[name]["enum"].as_array().unwrap().len();
    assert_ne!(status("LessonStatus"), status("AnswerStatus"));
}

/// What clients are written from: what can go wrong with each route, and how a body looks.
#[test]
fn the_description_tells_refusals_and_shows_bodies() {
    let document = serde_json::to_value(bwenge::app::openapi()).unwrap();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let told = |status: &str| operation["responses"][status].is_object();
            let public = operation["security"] == serde_json::json!([{}]);
            let guarded = public || (told("401") && told("403"));
            assert!(guarded && told("421"), "{method} {path}");
            assert!(told("404") || !path.contains('{'), "{method} {path}");
            let body = &operation["requestBody"]["content"]["application/json"];
            let has_example =
                body["examples"].is_object() || has_example(&document, &body["schema"]);
            let shown = body.is_null() || (told("400") && has_example);
            assert!(shown, "{method} {path}");
        }
    }
    for (name, response) in document["components"]["responses"].as_object().unwrap() {
        let schema = &response["content"]["application/problem+json"]["schema"];
        assert_eq!(schema["$ref"], "#/components/schemas/Problem", "{name}");
    }
}

/// Whether a schema, or one of those it may be, has an example.
fn has_example(document: &Value, schema: &Value) -> bool {
    if let Some(place) = schema["$ref"].as_str() {
        let place = document.pointer(place.trim_start_matches('#')).unwrap();
        return has_example(document, place);
    }
    let choices = schema["oneOf"].as_array().into_iter().flatten();
    let example = schema["example"].is_object() || schema["examples"].is_array();
    example
        || choices
            .into_iter()
            .any(|choice| has_example(document, choice))
}
