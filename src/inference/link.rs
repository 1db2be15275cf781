//! One connection to a child: many requests over one pair of pipes.
//!
//! A task reads the child's frames and hands each to the request it belongs
//! to. When the child dies, stalls or talks nonsense, every open request ends
//! with a failure; none is left hanging.

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use super::protocol::{
    FailureCode, Handshake, Hello, Reply, Request, Start, decode, encode_frame, frame_length,
};

/// The child's end of stdin.
pub type ToChild = Box<dyn AsyncWrite + Send + Unpin>;
/// The child's end of stdout.
pub type FromChild = Box<dyn AsyncRead + Send + Unpin>;

/// A child that answered the handshake.
#[derive(Clone)]
pub struct Link {
    shared: Arc<Shared>,
    outgoing: mpsc::UnboundedSender<Vec<u8>>,
    closed: watch::Receiver<bool>,
}

struct Shared {
    next_id: AtomicU64,
    open: Mutex<HashMap<u64, mpsc::UnboundedSender<Reply>>>,
}

/// The frames of one request, ending with the last or with a failure.
pub struct Replies {
    id: u64,
    frames: mpsc::UnboundedReceiver<Reply>,
    link: Link,
    ended: bool,
}

impl Link {
    /// Sends `start`, waits for the child's hello at most `deadline`, and
    /// begins reading. While requests are open, a child silent for `stall` is
    /// given up.
    ///
    /// # Errors
    /// When the child refuses to start, closes its end, or stays silent.
    pub async fn open(
        mut to: ToChild,
        mut from: FromChild,
        start: &Start,
        deadline: Duration,
        stall: Duration,
    ) -> io::Result<(Self, Hello)> {
        write(&mut to, start).await?;
        let answer: Handshake = timeout(deadline, read(&mut from))
            .await
            .map_err(|_| io::Error::new(io::ErrorKind::TimedOut, "no hello in time"))??
            .ok_or_else(|| io::Error::new(io::ErrorKind::UnexpectedEof, "died before its hello"))?;
        let hello = answer.map_err(|e| io::Error::other(e.detail))?;
        if hello.version != start.version {
            return Err(io::Error::other("the child is of another version"));
        }
        let shared = Arc::new(Shared {
            next_id: AtomicU64::new(1),
            open: Mutex::default(),
        });
        let (outgoing, queue) = mpsc::unbounded_channel();
        let (closing, closed) = watch::channel(false);
        tokio::spawn(send_all(to, queue));
        tokio::spawn(receive_all(from, shared.clone(), stall, closing));
        let link = Self {
            shared,
            outgoing,
            closed,
        };
        Ok((link, hello))
    }

    /// Sends the request that `build` makes from a fresh id.
    pub fn request(&self, build: impl FnOnce(u64) -> Request) -> Replies {
        let id = self.shared.next_id.fetch_add(1, Ordering::Relaxed);
        let (frames_in, frames) = mpsc::unbounded_channel();
        self.open_requests().insert(id, frames_in);
        // The reader drops everything open as its last act. A request that came
        // after that would wait forever, hence the second look.
        if *self.closed.borrow() || self.send(&build(id)).is_err() {
            self.open_requests().remove(&id);
        }
        Replies {
            id,
            frames,
            link: self.clone(),
            ended: false,
        }
    }

    /// Resolves when the child is gone.
    pub async fn gone(&self) {
        let _ = self.closed.clone().wait_for(|closed| *closed).await;
    }

    /// Requests without their last frame.
    pub fn open_count(&self) -> usize {
        self.open_requests().len()
    }

    fn send(&self, request: &Request) -> io::Result<()> {
        let frame = encode_frame(request)?;
        self.outgoing.send(frame).map_err(io::Error::other)
    }

    fn open_requests(
        &self,
    ) -> std::sync::MutexGuard<'_, HashMap<u64, mpsc::UnboundedSender<Reply>>> {
        self.shared.open_requests()
    }
}

impl Shared {
    fn open_requests(
        &self,
    ) -> std::sync::MutexGuard<'_, HashMap<u64, mpsc::UnboundedSender<Reply>>> {
        self.open.lock().unwrap_or_else(|e| e.into_inner())
    }
}

impl Replies {
    /// The next frame. A child that dies shows as `Failed { Crashed }`; after
    /// the last frame there is `None`.
    pub async fn next(&mut self) -> Option<Reply> {
        if self.ended {
            return None;
        }
        let reply = self.frames.recv().await.unwrap_or_else(|| Reply::Failed {
            id: self.id,
            code: FailureCode::Crashed,
            detail: "the worker ended".into(),
        });
        self.ended = reply.is_last();
        Some(reply)
    }

    /// Asks the child to stop; its last frame still comes.
    pub fn cancel(&self) {
        // A dead child needs no telling.
        let _ = self.link.send(&Request::Cancel { id: self.id });
    }
}

impl Drop for Replies {
    fn drop(&mut self) {
        if !self.ended {
            self.cancel();
        }
    }
}

async fn send_all(mut to: ToChild, mut queue: mpsc::UnboundedReceiver<Vec<u8>>) {
    while let Some(frame) = queue.recv().await {
        if to.write_all(&frame).await.is_err() || to.flush().await.is_err() {
            return;
        }
    }
}

async fn receive_all(
    mut from: FromChild,
    shared: Arc<Shared>,
    stall: Duration,
    closing: watch::Sender<bool>,
) {
    while let Some(frame) = next_frame(&mut from, &shared, stall).await {
        let last = frame.is_last();
        let id = frame.id();
        let mut open = shared.open_requests();
        if let Some(request) = open.get(&id) {
            // Nobody may be listening any more.
            let _ = request.send(frame);
        }
        if last {
            open.remove(&id);
        }
    }
    closing.send_replace(true);
    shared.open_requests().clear();
}

/// The next frame, or `None` when the child is gone, garbled or stalled: open
/// requests and no frame for one to two times `stall`.
async fn next_frame(from: &mut FromChild, shared: &Shared, stall: Duration) -> Option<Reply> {
    // One read, kept over the timeouts: dropping it could lose half a frame.
    let reading = read::<Reply>(from);
    tokio::pin!(reading);
    let mut was_waiting = false;
    loop {
        match timeout(stall, &mut reading).await {
            Ok(Ok(frame)) => return frame,
            Ok(Err(error)) => {
                tracing::warn!(%error, "worker.frame_unreadable");
                return None;
            }
            Err(_) if was_waiting && !shared.open_requests().is_empty() => {
                tracing::warn!(stall_s = stall.as_secs(), "worker.stalled");
                return None;
            }
            Err(_) => was_waiting = !shared.open_requests().is_empty(),
        }
    }
}

async fn write<T: Serialize>(to: &mut ToChild, value: &T) -> io::Result<()> {
    to.write_all(&encode_frame(value)?).await?;
    to.flush().await
}

/// Reads one frame; `None` at a clean end.
pub(super) async fn read<T: DeserializeOwned>(
    from: &mut (impl AsyncRead + Unpin + ?Sized),
) -> io::Result<Option<T>> {
    let mut length = [0; 4];
    match from.read_exact(&mut length).await {
        Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    };
    let mut bytes = vec![0; frame_length(length)?];
    from.read_exact(&mut bytes).await?;
    decode(&bytes).map(Some)
}
