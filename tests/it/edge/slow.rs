//! Five hundred connections that dawdle, and somebody who wants to sign in.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::json;
use socket2::SockRef;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::support::door::{Door, PASSWORD, PATIENCE};
use crate::support::server::Server;

const SLOW: usize = 500;

/// Ways to be slow, in the order of how long they are borne.
#[derive(Clone, Copy)]
enum Way {
    /// Asks for a lot and reads nothing.
    Reader,
    /// Sends a body byte by byte.
    Body,
    /// Sends a head byte by byte.
    Head,
}

/// Packets as in a wireless network and little room for them: with those of the loopback a
/// whole answer would fit into what the system keeps.
async fn connect(to: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    SockRef::from(&socket).set_tcp_mss(1400).unwrap();
    socket.connect(to).await.unwrap()
}

/// Dawdles, and comes back whenever it is cut: the box takes hundreds more slowly than
/// it cuts them where it has little time.
async fn dawdle(to: SocketAddr, way: Way) {
    let first = match way {
        Way::Reader => format!("GET /setup HTTP/1.1\r\nhost: {to}\r\n\r\n").repeat(200),
        Way::Body => format!(
            "POST /api/v1/auth/login HTTP/1.1\r\nhost: {to}\r\n\
             content-type: application/json\r\ncontent-length: 100000\r\n\r\n{{"
        ),
        Way::Head => format!("POST /api/v1/auth/login HTTP/1.1\r\nhost: {to}\r\nx-a: "),
    };
    loop {
        let mut stream = connect(to).await;
        let mut sent = stream.write_all(first.as_bytes()).await;
        while sent.is_ok() {
            tokio::select! {
                () = sleep(Duration::from_secs(1)) => sent = stream.write_all(b" ").await,
                // Before an answer there is only the end to read.
                _ = stream.read_u8(), if !matches!(way, Way::Reader) => break,
            }
        }
    }
}

/// Signs in on a connection of its own.
async fn sign_in(to: SocketAddr) -> String {
    let body = json!({"username": "admin", "password": PASSWORD}).to_string();
    let request = format!(
        "POST /api/v1/auth/login HTTP/1.1\r\nhost: {to}\r\norigin: http://{to}\r\n\
         connection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(to).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let reading = stream.read_to_string(&mut answer);
    tokio::time::timeout(PATIENCE, reading)
        .await
        .unwrap()
        .unwrap();
    answer
}

/// Connections that are open, as the box counts them.
async fn open(server: &Server) -> usize {
    let request = server
        .anon()
        .send_bytes("GET", "/metrics", None, Vec::new());
    let answer = server.send(request).await.expect(200);
    let text = String::from_utf8(answer.bytes).unwrap();
    let series = "bwenge_http_connections{listener=\"http\"} ";
    let line = text.lines().find_map(|line| line.strip_prefix(series));
    line.expect("the gauge").parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_slow_connections_do_not_stop_a_sign_in() {
    let data = tempfile::tempdir().unwrap();
    let none = data.path().join("no-models");
    std::fs::create_dir_all(&none).unwrap();
    let server = Server::start(data.path(), &none, &[]).await;
    server.set_up().await;
    let mut slow = JoinSet::new();
    for n in 0..SLOW {
        let way = [Way::Reader, Way::Body, Way::Head][n * 3 / SLOW];
        slow.spawn(dawdle(server.address(), way));
    }
    let deadline = Instant::now() + PATIENCE;
    loop {
        let taken = open(&server).await;
        if taken >= SLOW {
            break;
        }
        assert!(Instant::now() < deadline, "{taken} were taken");
        sleep(Duration::from_millis(20)).await;
    }
    let answer = sign_in(server.address()).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("set-cookie: bw_access="), "{answer}");
    slow.abort_all();
}
