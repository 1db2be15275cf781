//! The second origin: the real program with a certificate of a school's own authority,
//! made here.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use futures_util::StreamExt;
use rcgen::{
    BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Duration, Instant, sleep, timeout};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::support::door::{Door, PASSWORD, PATIENCE};
use crate::support::server::Server;
use crate::support::upload::Upload;

/// A school's own authority, and the folder with the files of its box.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    root: CertificateDer<'static>,
    folder: TempDir,
}

impl Authority {
    fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let root = params.self_signed(&key).unwrap().der().clone();
        Self {
            issuer: Issuer::new(params, key),
            root,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// Gives the box a certificate that ends with this year.
    fn issue(&self, year: i32) -> CertificateDer<'static> {
        let key = KeyPair::generate().unwrap();
        let names = vec!["127.0.0.1".to_owned(), "bwenge.local".to_owned()];
        let mut params = CertificateParams::new(names).unwrap();
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(year, 12, 31);
        let cert = params.signed_by(&key, &self.issuer).unwrap();
        std::fs::write(self.file("cert.pem"), cert.pem()).unwrap();
        std::fs::write(self.file("key.pem"), key.serialize_pem()).unwrap();
        cert.der().clone()
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A box without models that serves HTTPS beside HTTP.
    async fn start(&self, data: &Path) -> Server {
        let (cert, key) = (self.file("cert.pem"), self.file("key.pem"));
        let none = self.file("no-models");
        std::fs::create_dir_all(&none).unwrap();
        let flags = [
            "--https-listen",
            "127.0.0.1:0",
            "--https-cert",
            cert.to_str().unwrap(),
            "--https-key",
            key.to_str().unwrap(),
        ];
        Server::start(data, &none, &flags).await
    }

    /// A browser that trusts the authority.
    fn browser(&self, server: &Server) -> Tls {
        let mut roots = RootCertStore::empty();
        roots.add(self.root.clone()).unwrap();
        let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Tls {
            config: Arc::new(config),
            at: server.https.expect("HTTPS is served"),
        }
    }
}

struct Tls {
    config: Arc<ClientConfig>,
    at: SocketAddr,
}

/// What was answered.
struct Answer {
    status: u16,
    head: Vec<String>,
    body: String,
}

impl Answer {
    fn cookies(&self) -> Vec<&str> {
        let set = self.head.iter().filter_map(|line| line.split_once(": "));
        set.filter(|(name, _)| *name == "set-cookie")
            .map(|(_, cookie)| cookie)
            .collect()
    }

    /// What a browser would send back.
    fn cookie_header(&self) -> String {
        let pairs = self.cookies().into_iter();
        let pairs: Vec<_> = pairs.map(|c| c.split(';').next().unwrap()).collect();
        pairs.join("; ")
    }

    #[track_caller]
    fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }
}

impl Tls {
    async fn connect(&self) -> io::Result<TlsStream<TcpStream>> {
        let tcp = TcpStream::connect(self.at).await?;
        let name = ServerName::IpAddress(self.at.ip().into());
        TlsConnector::from(self.config.clone())
            .connect(name, tcp)
            .await
    }

    fn origin(&self) -> String {
        format!("https://{}", self.at)
    }

    /// One request on a connection of its own.
    async fn ask(
        &self,
        line: &str,
        host: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Answer {
        let mut stream = self.connect().await.unwrap();
        let mut request = format!("{line} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n");
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        let body = body.map_or_else(String::new, |body| body.to_string());
        request.push_str(&format!(
            "content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        ));
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let mut head = head.split("\r\n");
        let status = head.next().unwrap().split(' ').nth(1).unwrap();
        Answer {
            status: status.parse().unwrap(),
            head: head.map(str::to_owned).collect(),
            body: body.to_owned(),
        }
    }

    async fn get(&self, path: &str, cookies: &str) -> Answer {
        let host = self.at.to_string();
        let headers = [("cookie", cookies)];
        self.ask(&format!("GET {path}"), &host, &headers, None)
            .await
    }

    /// Something a page of `origin` posts.
    async fn post(&self, path: &str, origin: &str, cookies: &str, body: Value) -> Answer {
        let host = self.at.to_string();
        let headers = [("origin", origin), ("cookie", cookies)];
        self.ask(&format!("POST {path}"), &host, &headers, Some(body))
            .await
    }

    async fn sign_in(&self) -> Answer {
        let body = json!({"username": "admin", "password": PASSWORD});
        self.post("/api/v1/auth/login", &self.origin(), "", body)
            .await
    }
}

/// A number from `/metrics`.
async fn metric(server: &Server, series: &str) -> u64 {
    let request = server
        .anon()
        .send_bytes("GET", "/metrics", None, Vec::new());
    let answer = server.send(request).await.expect(200);
    let text = String::from_utf8(answer.bytes).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(series));
    let line = line.unwrap_or_else(|| panic!("no {series} in {text}"));
    line.trim().parse().unwrap()
}

/// Waits for something.
async fn until(server: &Server, what: &str, mut done: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !done().await {
        assert!(Instant::now() < deadline, "not {what}\n{}", server.log());
        sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_by_https_is_apart_from_one_by_http() {
    let (authority, data) = (Authority::new(), tempfile::tempdir().unwrap());
    authority.issue(2040);
    let server = authority.start(data.path()).await;
    let plain = server.set_up().await;
    let tls = authority.browser(&server);
    let (_, connection) = tls.connect().await.unwrap().into_inner();
    assert_eq!(connection.alpn_protocol(), Some(b"http/1.1".as_slice()));

    let entered = tls.sign_in().await.expect(200);
    assert_eq!(entered.cookies().len(), 3, "{:?}", entered.head);
    for cookie in entered.cookies() {
        assert!(cookie.starts_with("__Host-bw_"), "{cookie}");
        for part in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(cookie.split("; ").any(|p| p == part), "{cookie}");
        }
    }
    let told = |name: &str| entered.head.iter().any(|line| line.starts_with(name));
    assert!(told("content-security-policy") && !told("strict-transport-security"));
    let cookies = entered.cookie_header();
    let me = "/api/v1/auth/me";
    tls.get(me, &cookies).await.expect(200);

    // Neither origin takes the cookies of the other, under whatever name.
    let of_plain = plain.cookie_header().unwrap();
    tls.get(me, &of_plain).await.expect(401);
    let mut foreign = server.anon();
    for pair in cookies.split("; ") {
        let (name, value) = pair.split_once('=').unwrap();
        foreign.cookies.insert(name.to_owned(), value.to_owned());
    }
    server
        .get("/auth/me", &foreign)
        .await
        .refused(401, "not_signed_in");

    // Only its own pages write.
    let refresh = "/api/v1/auth/refresh";
    for origin in [
        format!("http://{}", tls.at),
        format!("http://{}", server.address()),
        "https://evil.example".to_owned(),
        "null".to_owned(),
    ] {
        tls.post(refresh, &origin, &cookies, json!({}))
            .await
            .expect(403);
    }
    let renewed = tls.post(refresh, &tls.origin(), &cookies, json!({})).await;
    let renewed = renewed.expect(204).cookie_header();
    tls.get(me, &renewed).await.expect(200);
    for (host, status) in [("evil.example", 421), ("bwenge.local", 200)] {
        tls.ask("GET /health", host, &[], None).await.expect(status);
    }

    let out = tls
        .post("/api/v1/auth/logout", &tls.origin(), &renewed, json!({}))
        .await
        .expect(204);
    assert!(out.cookies().iter().all(|c| c.contains("=; Max-Age=0")));
    tls.get(me, &renewed).await.expect(401);
    server.get("/auth/me", &plain).await.expect(200);

    let taken = |listener: &str| {
        format!("bwenge_http_accepted_connections_total{{listener=\"{listener}\"}}")
    };
    assert!(metric(&server, &taken("https")).await >= 10);
    assert!(metric(&server, &taken("http")).await >= 1);
    let ends = metric(&server, "bwenge_tls_certificate_expiry_timestamp_seconds").await;
    assert_eq!(ends, 2_240_524_800, "the last day of 2040");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_told_the_port_of_https_where_it_is_served() {
    let (authority, data) = (Authority::new(), tempfile::tempdir().unwrap());
    authority.issue(2040);
    let server = authority.start(data.path()).await;
    let tls = authority.browser(&server);
    let told = server.get("/box", &server.anon()).await.expect(200).body;
    assert_eq!(told["https_port"], tls.at.port(), "{told}");
    let told = tls.get("/api/v1/box", "").await.expect(200).body;
    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["https_port"], tls.at.port(), "{told}");

    let (none, data) = (authority.file("no-models"), tempfile::tempdir().unwrap());
    let plain = Server::start(data.path(), &none, &[]).await;
    let told = plain.get("/box", &plain.anon()).await.expect(200).body;
    assert_eq!(told["https_port"], Value::Null, "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sockets_and_streams_pass_through_https() {
    let (authority, data) = (Authority::new(), tempfile::tempdir().unwrap());
    authority.issue(2040);
    let server = authority.start(data.path()).await;
    let admin = server.set_up().await;
    let tls = authority.browser(&server);
    let cookies = tls.sign_in().await.expect(200).cookie_header();

    let url = format!("wss://{}/api/v1/ws/chat", tls.at);
    let mut request = url.into_client_request().unwrap();
    let headers = request.headers_mut();
    headers.insert("origin", tls.origin().parse().unwrap());
    headers.insert("cookie", cookies.parse().unwrap());
    let stream = tls.connect().await.unwrap();
    let (mut socket, _) = client_async(request, stream).await.unwrap();
    let hello = socket.next().await.unwrap().unwrap();
    assert_eq!(hello.to_text().unwrap(), r#"{"type":"hello"}"#);

    let mut events = tls.connect().await.unwrap();
    let request = format!(
        "GET /api/v1/knowledge/events HTTP/1.1\r\nhost: {}\r\ncookie: {cookies}\r\n\r\n",
        tls.at
    );
    events.write_all(request.as_bytes()).await.unwrap();
    let mut told = String::new();
    let mut read = async |wanted: &str| {
        let mut piece = [0; 4096];
        while !told.contains(wanted) {
            let length = events.read(&mut piece).await.unwrap();
            assert!(length > 0, "the stream ended: {told}");
            told.push_str(&String::from_utf8_lossy(&piece[..length]));
        }
    };
    timeout(PATIENCE, read("text/event-stream")).await.unwrap();
    let lesson = Upload::text("clouds.txt", "Clouds are made of water.");
    server.upload(&admin, &lesson).await.expect(202);
    timeout(PATIENCE, read("event: lesson")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_handshakes_hold_nobody_up() {
    const SLOW: usize = 100;
    let (authority, data) = (Authority::new(), tempfile::tempdir().unwrap());
    authority.issue(2040);
    let server = authority.start(data.path()).await;
    server.set_up().await;
    let tls = authority.browser(&server);
    let mut slow = Vec::new();
    for n in 0..SLOW {
        let mut stream = TcpStream::connect(tls.at).await.unwrap();
        if n % 2 == 0 {
            // The head of a record that never comes.
            stream.write_all(&[0x16, 3, 1, 2, 0, 1]).await.unwrap();
        }
        slow.push(stream);
    }
    let open = "bwenge_http_connections{listener=\"https\"}";
    until(&server, "all connected", async || {
        metric(&server, open).await >= SLOW as u64
    })
    .await;
    tls.sign_in().await.expect(200);
    server.get("/box", &server.anon()).await.expect(200);
    // They are cut by the server, not by us.
    until(&server, "cut", async || metric(&server, open).await == 0).await;
    let failed = metric(&server, "bwenge_tls_failed_handshakes_total").await;
    assert_eq!(failed, SLOW as u64);
    drop(slow);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewed_certificate_is_shown_without_a_restart() {
    let (authority, data) = (Authority::new(), tempfile::tempdir().unwrap());
    let first = authority.issue(2040);
    let server = authority.start(data.path()).await;
    let shown = async || {
        // Without a session to resume, which would show the certificate of before.
        let (_, connection) = authority.browser(&server).connect().await?.into_inner();
        let chain = connection.peer_certificates().unwrap();
        Ok::<_, io::Error>(chain[0].clone())
    };
    assert_eq!(shown().await.unwrap(), first);
    let second = authority.issue(2041);
    until(&server, "renewed", async || {
        let shown = shown().await.unwrap();
        assert!(shown == first || shown == second);
        shown == second
    })
    .await;

    // One that has expired is said to be, and shown all the same.
    authority.issue(2021);
    until(&server, "told", async || {
        server.log().contains("https.certificate_expired")
    })
    .await;
    let refused = shown().await.unwrap_err().to_string();
    assert!(refused.contains("expired"), "{refused}");
    server.get("/box", &server.anon()).await.expect(200);
}

#[test]
fn what_is_wrong_with_the_files_is_said_at_the_start() {
    let (authority, data) = (Authority::new(), tempfile::tempdir().unwrap());
    authority.issue(2040);
    let other = KeyPair::generate().unwrap();
    std::fs::write(authority.file("other.pem"), other.serialize_pem()).unwrap();
    for (cert, key, said) in [
        ("nowhere.pem", "key.pem", "https-cert: can not read"),
        ("cert.pem", "other.pem", "is not the key of the certificate"),
        ("cert.pem", "cert.pem", "holds no key"),
    ] {
        #[expect(
            clippy::disallowed_methods,
            reason = "a test of the program as people start it"
        )]
        let mut command = Command::new(env!("CARGO_BIN_EXE_bwenge"));
        let ended = command
            .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(data.path())
            .arg("--https-cert")
            .arg(authority.file(cert))
            .arg("--https-key")
            .arg(authority.file(key))
            .output()
            .unwrap();
        let words = String::from_utf8_lossy(&ended.stderr);
        assert!(!ended.status.success() && words.contains(said), "{words}");
    }
}
