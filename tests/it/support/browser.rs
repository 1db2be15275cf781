//! Somebody's browser: it keeps cookies, says where its page came from, and
//! makes requests without knowing how they travel.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, header, response};
use serde_json::{Value, json};

/// Somebody's browser, or a program with a bearer token.
#[derive(Clone)]
pub struct Browser {
    /// What it wrote into the address bar.
    pub host: String,
    /// Where its requests seem to come from when no socket tells.
    pub peer: &'static str,
    /// Its cookies by name.
    pub cookies: BTreeMap<String, String>,
    /// Sent instead of cookies.
    pub bearer: Option<String>,
}

impl Browser {
    /// A phone in the classroom.
    pub fn phone() -> Self {
        Self::at("bwenge.local:8080")
    }

    /// A phone that uses this host and port.
    pub fn at(host: &str) -> Self {
        Self {
            host: host.to_owned(),
            peer: "192.168.1.77:4000",
            cookies: BTreeMap::new(),
            bearer: None,
        }
    }

    /// A browser on the box itself.
    pub fn on_box() -> Self {
        Self {
            host: "localhost:8080".to_owned(),
            peer: "127.0.0.1:4000",
            ..Self::phone()
        }
    }

    /// A program with a token.
    pub fn program(token: &str) -> Self {
        Self {
            bearer: Some(token.to_owned()),
            ..Self::phone()
        }
    }

    /// Takes over the cookies of an answer.
    pub fn keep(&mut self, answer: &Answer) {
        self.cookies.extend(answer.cookies.clone());
        self.cookies.retain(|_, value| !value.is_empty());
    }

    /// A request of the API; `path` comes after `/api/v1`.
    pub fn request(&self, method: &str, path: &str, body: Option<Value>) -> Request<Vec<u8>> {
        let (kind, body) = match body {
            Some(body) => (Some("application/json"), body.to_string().into_bytes()),
            None => (None, Vec::new()),
        };
        self.send_bytes(method, &format!("/api/v1{path}"), kind, body)
    }

    /// Any request, with the headers a browser adds.
    pub fn send_bytes(
        &self,
        method: &str,
        path: &str,
        content_type: Option<&str>,
        body: Vec<u8>,
    ) -> Request<Vec<u8>> {
        let peer: SocketAddr = self.peer.parse().unwrap();
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, &self.host)
            .header(header::ORIGIN, format!("http://{}", self.host))
            .extension(ConnectInfo(peer));
        if let Some(cookies) = self.cookie_header() {
            request = request.header(header::COOKIE, cookies);
        }
        if let Some(token) = &self.bearer {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if let Some(kind) = content_type {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        request.body(body).unwrap()
    }

    /// The `Cookie` header, if it has any.
    pub fn cookie_header(&self) -> Option<String> {
        let pairs: Vec<_> = self
            .cookies
            .iter()
            .map(|(k, v)| format!("{k}={v}"))
            .collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }
}

/// An answer.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
    /// The bytes as JSON; null when they are something else.
    pub body: Value,
    pub cookies: BTreeMap<String, String>,
}

impl Answer {
    /// Takes an answer apart.
    pub fn new(head: response::Parts, bytes: Vec<u8>) -> Self {
        let cookies = head
            .headers
            .get_all(header::SET_COOKIE)
            .iter()
            .map(|value| {
                let (pair, _) = value.to_str().unwrap().split_once(';').unwrap();
                let (name, value) = pair.split_once('=').unwrap();
                (name.to_owned(), value.to_owned())
            })
            .collect();
        Self {
            status: head.status.as_u16(),
            headers: head.headers,
            body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
            bytes,
            cookies,
        }
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }

    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Self {
        assert_eq!(
            (self.status, &self.body["code"]),
            (status, &json!(code)),
            "{}",
            self.body
        );
        self
    }

    /// The `id` of what was answered.
    pub fn id(&self) -> String {
        self.body["id"].as_str().unwrap().to_owned()
    }
}
