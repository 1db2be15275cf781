//! One connection to a child: many requests over one pair of pipes.
//!
//! A task reads the child's frames and hands each to the request it belongs
//! to. When the child dies, stalls or talks nonsense, every open request ends
//! with a failure; none is left hanging.

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::load::Meter;
use super::protocol::{
    Beginning, FailureCode, Handshake, Hello, Reply, Request, Start, decode, encode_frame,
    frame_length,
};

/// Beginnings of prompts that wait to be saved at most.
const FEW: usize = 4;

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
    cut: CancellationToken,
}

struct Shared {
    next_id: AtomicU64,
    open: Mutex<Open>,
    meter: Mutex<Meter>,
    /// Where beginnings of prompts go that the child hands over.
    beginnings: mpsc::Sender<Beginning>,
}

/// Requests without their last frame.
#[derive(Default)]
struct Open {
    requests: HashMap<u64, OpenRequest>,
    /// Whether the child is about to go and takes no requests.
    leaving: bool,
}

struct OpenRequest {
    frames: mpsc::UnboundedSender<Reply>,
    /// Whether a part of its answer came.
    wrote: bool,
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
    /// begins reading. Beginnings of prompts that the child hands over come
    /// through the receiver. While requests are open, a child silent for `stall` is
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
    ) -> io::Result<(Self, Hello, mpsc::Receiver<Beginning>)> {
        write(&mut to, start).await?;
        let answer: Handshake = timeout(deadline, read(&mut from))
            .await
            .map_err(|_| io::Error::new(io::ErrorKind::TimedOut, "no hello in time"))??
            .ok_or_else(|| io::Error::new(io::ErrorKind::UnexpectedEof, "died before its hello"))?;
        let hello = answer.map_err(|e| io::Error::other(e.detail))?;
        if hello.version != start.version {
            return Err(io::Error::other("the child is of another version"));
        }
        let (beginnings, handed_over) = mpsc::channel(FEW);
        let shared = Arc::new(Shared {
            next_id: AtomicU64::new(1),
            open: Mutex::default(),
            meter: Mutex::default(),
            beginnings,
        });
        let (outgoing, queue) = mpsc::unbounded_channel();
        let (closing, closed) = watch::channel(false);
        tokio::spawn(send_all(to, queue));
        let cut = CancellationToken::new();
        tokio::spawn({
            let (shared, cut) = (shared.clone(), cut.clone());
            async move {
                cut.run_until_cancelled(receive_all(from, &shared, stall))
                    .await;
                closing.send_replace(true);
                shared.open().requests.clear();
            }
        });
        let link = Self {
            shared,
            outgoing,
            closed,
            cut,
        };
        Ok((link, hello, handed_over))
    }

    /// Sends the request that `build` makes from a fresh id.
    pub fn request(&self, build: impl FnOnce(u64) -> Request) -> Replies {
        let id = self.shared.next_id.fetch_add(1, Ordering::Relaxed);
        let (frames_in, frames) = mpsc::unbounded_channel();
        if self.enter(id, frames_in) {
            // The reader drops everything open as its last act. A request that
            // came after that would wait forever, hence the second look.
            if *self.closed.borrow() || self.send(&build(id)).is_err() {
                self.shared.open().requests.remove(&id);
            }
        }
        Replies {
            id,
            frames,
            link: self.clone(),
            ended: false,
        }
    }

    fn enter(&self, id: u64, frames: mpsc::UnboundedSender<Reply>) -> bool {
        let mut open = self.shared.open();
        if open.leaving {
            return false;
        }
        let wrote = false;
        open.requests.insert(id, OpenRequest { frames, wrote });
        true
    }

    /// Takes no more requests, gives those back that have no word of their
    /// answer yet, and waits at most `patience` for the others to end.
    pub async fn leave(&self, patience: Duration) {
        {
            let mut open = self.shared.open();
            open.leaving = true;
            open.requests.retain(|&id, request| {
                if !request.wrote {
                    // A dead child needs no telling.
                    let _ = self.send(&Request::Cancel { id });
                }
                request.wrote
            });
        }
        let ended = async {
            while self.open_count() > 0 {
                sleep(Duration::from_millis(20)).await;
            }
        };
        let _ = timeout(patience, ended).await;
    }

    /// Takes no more requests if none is open; false otherwise.
    pub fn leave_unless_busy(&self) -> bool {
        let mut open = self.shared.open();
        open.leaving = open.requests.is_empty();
        open.leaving
    }

    /// Stops listening to the child, as if it had died.
    pub fn cut(&self) {
        self.cut.cancel();
    }

    /// Whether the child takes no more requests.
    pub fn is_leaving(&self) -> bool {
        self.shared.open().leaving
    }

    /// Tells the child something it does not answer.
    pub(super) fn tell(&self, request: &Request) {
        // A dead child needs no telling.
        let _ = self.send(request);
    }

    /// What the child last said of its load.
    pub fn meter(&self) -> Meter {
        let meter = self.shared.meter.lock();
        meter.unwrap_or_else(|e| e.into_inner()).clone()
    }

    /// Resolves when the child is gone.
    pub async fn gone(&self) {
        let _ = self.closed.clone().wait_for(|closed| *closed).await;
    }

    /// Whether the child is gone.
    pub fn is_gone(&self) -> bool {
        *self.closed.borrow()
    }

    /// Requests without their last frame.
    pub fn open_count(&self) -> usize {
        self.shared.open().requests.len()
    }

    fn send(&self, request: &Request) -> io::Result<()> {
        let frame = encode_frame(request)?;
        self.outgoing.send(frame).map_err(io::Error::other)
    }
}

impl Shared {
    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(|e| e.into_inner())
    }

    /// Hands a frame to the request it belongs to.
    fn deliver(&self, frame: Reply) {
        if let Reply::Load(load) = frame {
            let mut meter = self.meter.lock().unwrap_or_else(|e| e.into_inner());
            meter.take(load);
            return;
        }
        if let Reply::Beginning(beginning) = frame {
            // It is only a cache: one too many is lost.
            let _ = self.beginnings.try_send(beginning);
            return;
        }
        let (id, last) = (frame.id(), frame.is_last());
        let mut open = self.open();
        if let Some(request) = open.requests.get_mut(&id) {
            request.wrote |= matches!(frame, Reply::Token { .. });
            // Nobody may be listening any more.
            let _ = request.frames.send(frame);
        }
        if last {
            open.requests.remove(&id);
        }
    }
}

impl Replies {
    /// The next frame. A child that dies shows as `Failed { Crashed }`; after
    /// the last frame there is `None`. May be dropped at any moment.
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

    /// Whether the child that had the request was about to be replaced.
    pub fn was_given_back(&self) -> bool {
        self.link.is_leaving()
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

async fn receive_all(mut from: FromChild, shared: &Shared, stall: Duration) {
    while let Some(frame) = next_frame(&mut from, shared, stall).await {
        shared.deliver(frame);
    }
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
            Err(_) if was_waiting && !shared.open().requests.is_empty() => {
                tracing::warn!(stall_s = stall.as_secs(), "worker.stalled");
                return None;
            }
            Err(_) => was_waiting = !shared.open().requests.is_empty(),
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
