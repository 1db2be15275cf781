//! Connections: accepted, bounded, timed and drained.
//!
//! `axum::serve` would wait for a request head for ever; here a head (and so
//! the first byte, and an idle connection) has 10 s. A place out of 512 is
//! tied to the socket itself, so a WebSocket keeps its place after the
//! upgrade and gives it back when it closes. HTTPS has a listener and places of
//! its own, so what fills one leaves the other; a handshake has the time of a head
//! and holds nobody else up.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, header};
use axum::response::Response;
use futures_util::StreamExt;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::connections::{Connections, Door, Open};
use super::origin::Scheme;
use super::tls::Secured;
use crate::error::Result;

/// Bounds on connections.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Time for the head of a request, from the accept or the last answer.
    pub head: Duration,
    /// Connections at once, upgraded ones included.
    pub connections: u32,
    /// Time to finish open requests once told to stop.
    pub drain: Duration,
    /// Longest request head, in bytes.
    pub head_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            connections: 512,
            drain: Duration::from_secs(10),
            head_bytes: 32 << 10,
        }
    }
}

/// Phones leave without a word; what they did not acknowledge for this long
/// ends their connection.
const GONE_AFTER: Duration = Duration::from_secs(60);

/// What all connections of a listener are served with.
#[derive(Clone)]
pub struct Serving {
    /// All routes.
    pub router: Router,
    /// When to end.
    pub stop: CancellationToken,
    /// Where connections are counted.
    pub connections: Connections,
    /// Bounds on them.
    pub limits: Limits,
}

/// Serves plain HTTP on `listener` until told to stop, then drains. Every request
/// carries the peer's address as [`ConnectInfo`].
pub async fn serve(listener: TcpListener, with: Serving) -> Result<()> {
    serve_on(listener, None, with).await
}

/// The same by HTTPS.
pub async fn serve_secured(secured: Secured, with: Serving) -> Result<()> {
    let acceptor = secured.certificate.acceptor()?;
    serve_on(secured.listener, Some(acceptor), with).await
}

async fn serve_on(listener: TcpListener, tls: Option<TlsAcceptor>, with: Serving) -> Result<()> {
    let limits = with.limits;
    let door = match tls {
        Some(_) => Door::Https,
        None => Door::Http,
    };
    let places = Arc::new(Semaphore::new(limits.connections as usize));
    while let Some((stream, peer, place)) = next(&listener, &places, &with.stop).await? {
        prepare(&stream);
        let stream = Placed {
            stream,
            _place: place,
            _open: with.connections.opened(door),
        };
        let (with, tls) = (with.clone(), tls.clone());
        tokio::spawn(async move {
            match tls {
                None => converse(stream, peer, None, with).await,
                Some(tls) => {
                    if let Some(stream) = shake_hands(&tls, stream, &with).await {
                        converse(stream, peer, Some(Scheme::Https), with).await;
                    }
                }
            }
        });
    }
    drop(listener);
    // All places free means all connections closed, sockets included.
    let drained = places.acquire_many(limits.connections);
    if tokio::time::timeout(limits.drain, drained).await.is_err() {
        let left = limits.connections as usize - places.available_permits();
        tracing::warn!(connections = left, "connections were still open at the end");
    }
    Ok(())
}

/// The next connection, once there is a place for it; `None` to stop.
async fn next(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
    stop: &CancellationToken,
) -> Result<Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)>> {
    let accept = async {
        let place = places.clone().acquire_owned().await?;
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => return Ok((stream, peer, place)),
                Err(error) => {
                    // Out of descriptors or a connection that died in the
                    // queue: neither gets better by asking at once.
                    tracing::warn!(%error, "can not accept a connection");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    };
    tokio::select! {
        () = stop.cancelled() => Ok(None),
        accepted = accept => accepted.map(Some),
    }
}

fn prepare(stream: &TcpStream) {
    let options = stream
        .set_nodelay(true)
        .and_then(|()| socket2::SockRef::from(stream).set_tcp_user_timeout(Some(GONE_AFTER)));
    if let Err(error) = options {
        tracing::debug!(%error, "socket options were refused");
    }
}

/// The stream inside of TLS, unless the client fails or dawdles.
async fn shake_hands(
    tls: &TlsAcceptor,
    stream: Placed,
    with: &Serving,
) -> Option<TlsStream<Placed>> {
    let shaking = tokio::time::timeout(with.limits.head, tls.accept(stream));
    let failed = match with.stop.run_until_cancelled(shaking).await? {
        Ok(Ok(stream)) => return Some(stream),
        Ok(Err(error)) => error.to_string(),
        Err(_) => "it took too long".to_owned(),
    };
    // Browsers that do not know the authority hang up; nobody needs a warning each.
    tracing::debug!(error = failed, "a TLS handshake failed");
    with.connections.handshake_failed();
    None
}

/// One connection, from the first byte to the last or to the upgrade. `scheme` is told
/// to the routes where it is certain.
async fn converse<S>(stream: S, peer: SocketAddr, scheme: Option<Scheme>, with: Serving)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let Serving {
        router,
        stop,
        limits,
        ..
    } = with;
    let ending = stop.clone();
    let answer = service_fn(move |request: Request<Incoming>| {
        let (router, ending) = (router.clone(), ending.clone());
        async move {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            if let Some(scheme) = scheme {
                request.extensions_mut().insert(scheme);
            }
            // A router never fails; the types say so.
            let answered: Result<_, Infallible> = router.oneshot(request).await;
            answered.map(|response| until(response, ending))
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(limits.head_bytes.max(8 << 10))
        .serve_connection(TokioIo::new(stream), answer)
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            match tokio::time::timeout(limits.drain, connection).await {
                Ok(ended) => ended,
                Err(_) => return,
            }
        }
    };
    if let Err(error) = ended {
        // Phones close laptops mid-request all day; nobody needs a warning.
        tracing::debug!(%error, "a connection ended early");
    }
}

/// Lets a stream of events, which never ends by itself, end with the server;
/// the browser asks again when the box is back.
fn until(response: Response, stop: CancellationToken) -> Response {
    let kind = response.headers().get(header::CONTENT_TYPE);
    if kind.is_none_or(|kind| !kind.as_bytes().starts_with(b"text/event-stream")) {
        return response;
    }
    response.map(|body| {
        let events = body.into_data_stream();
        Body::from_stream(events.take_until(stop.cancelled_owned()))
    })
}

/// A socket that holds its place among the connections.
struct Placed {
    stream: TcpStream,
    _place: OwnedSemaphorePermit,
    _open: Open,
}

impl AsyncRead for Placed {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Placed {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use axum::extract::WebSocketUpgrade;
    use axum::routing::get;
    use futures_util::stream;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::task::JoinHandle;

    use super::*;

    struct Server {
        at: SocketAddr,
        stop: CancellationToken,
        ended: JoinHandle<Result<()>>,
    }

    impl Server {
        async fn start(limits: Limits) -> Self {
            let echo = async |upgrade: WebSocketUpgrade| {
                upgrade.on_upgrade(async |mut socket| while socket.recv().await.is_some() {})
            };
            let slow = async || {
                tokio::time::sleep(Duration::from_millis(300)).await;
                "done"
            };
            let peer = async |ConnectInfo(peer): ConnectInfo<SocketAddr>| peer.ip().to_string();
            let events = async || {
                let first = stream::iter([Ok::<_, Infallible>("data: 1\n\n")]);
                let kind = [(header::CONTENT_TYPE, "text/event-stream")];
                (kind, Body::from_stream(first.chain(stream::pending())))
            };
            let router = Router::new()
                .route("/events", get(events))
                .route("/peer", get(peer))
                .route("/slow", get(slow))
                .route("/ws", get(echo));
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let at = listener.local_addr().unwrap();
            let stop = CancellationToken::new();
            let serving = Serving {
                router,
                stop: stop.clone(),
                connections: Connections::default(),
                limits,
            };
            let ended = tokio::spawn(serve(listener, serving));
            Self { at, stop, ended }
        }

        async fn connect(&self) -> TcpStream {
            TcpStream::connect(self.at).await.unwrap()
        }

        /// Sends bytes and reads until the server closes.
        async fn talk(&self, bytes: &str) -> String {
            let mut stream = self.connect().await;
            stream.write_all(bytes.as_bytes()).await.unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            answer
        }
    }

    const GET_PEER: &str = "GET /peer HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    const UPGRADE: &str = "GET /ws HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\n\
        upgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";

    fn short() -> Limits {
        Limits {
            head: Duration::from_millis(200),
            connections: 2,
            drain: Duration::from_millis(1000),
            ..Limits::default()
        }
    }

    #[tokio::test]
    async fn requests_know_their_peer() {
        let server = Server::start(short()).await;
        let answer = server.talk(GET_PEER).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.ends_with("127.0.0.1"), "{answer}");
    }

    #[tokio::test]
    async fn silent_slow_and_idle_clients_are_closed() {
        let server = Server::start(short()).await;
        assert_eq!(server.talk("").await, "");
        assert_eq!(server.talk("GET /peer HTTP/1.1\r\nhost").await, "");
        // Kept alive after the answer, closed once idle.
        let answer = server.talk("GET /peer HTTP/1.1\r\nhost: x\r\n\r\n").await;
        assert!(answer.ends_with("127.0.0.1"), "{answer}");
    }

    #[tokio::test]
    async fn places_are_kept_by_sockets_and_given_back() {
        let server = Server::start(short()).await;
        let mut sockets = Vec::new();
        for _ in 0..2 {
            let mut socket = server.connect().await;
            socket.write_all(UPGRADE.as_bytes()).await.unwrap();
            let mut head = [0; 12];
            socket.read_exact(&mut head).await.unwrap();
            assert_eq!(&head, b"HTTP/1.1 101");
            sockets.push(socket);
        }
        let waiting = tokio::time::timeout(Duration::from_millis(400), server.talk(GET_PEER));
        assert!(waiting.await.is_err(), "a third connection found a place");
        drop(sockets.pop());
        let answer = tokio::time::timeout(Duration::from_secs(5), server.talk(GET_PEER));
        assert!(answer.await.unwrap().starts_with("HTTP/1.1 200"));
    }

    #[tokio::test]
    async fn stopping_finishes_what_runs_and_takes_nothing_new() {
        let server = Server::start(short()).await;
        let mut stream = server.connect().await;
        let request = b"GET /slow HTTP/1.1\r\nhost: x\r\n\r\n";
        stream.write_all(request).await.unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
        server.stop.cancel();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.ends_with("done"), "{answer}");
        server.ended.await.unwrap().unwrap();
        assert!(TcpStream::connect(server.at).await.is_err());
    }

    #[tokio::test]
    async fn stopping_ends_streams_of_events_at_once() {
        let limits = Limits {
            drain: Duration::from_secs(60),
            ..short()
        };
        let server = Server::start(limits).await;
        let mut stream = server.connect().await;
        stream
            .write_all(b"GET /events HTTP/1.1\r\nhost: x\r\n\r\n")
            .await
            .unwrap();
        let mut start = [0; 12];
        stream.read_exact(&mut start).await.unwrap();
        server.stop.cancel();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.contains("data: 1"), "{answer}");
        assert!(
            answer.ends_with("0\r\n\r\n"),
            "the body is complete: {answer}"
        );
        let ended = tokio::time::timeout(Duration::from_secs(5), server.ended);
        ended.await.unwrap().unwrap().unwrap();
    }

    #[tokio::test]
    async fn stopping_does_not_wait_for_ever() {
        let server = Server::start(short()).await;
        let mut socket = server.connect().await;
        socket.write_all(UPGRADE.as_bytes()).await.unwrap();
        socket.read_exact(&mut [0; 12]).await.unwrap();
        server.stop.cancel();
        let ended = tokio::time::timeout(Duration::from_secs(5), server.ended);
        ended.await.unwrap().unwrap().unwrap();
    }
}
