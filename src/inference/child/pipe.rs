//! The child's ends of the two pipes: requests in, replies out.

use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;

use crate::inference::protocol::{Reply, Request, read_frame, write_frame};

/// Where replies go; clones share one pipe, frames never interleave.
#[derive(Clone)]
pub struct Replies(Arc<Mutex<File>>);

impl Replies {
    /// Takes the standard output away from everything else: a native library
    /// that prints would corrupt the frames, so its output joins the log.
    pub fn take_stdout() -> io::Result<Self> {
        // SAFETY: duplicates standard descriptors; the copy is owned by the new File.
        let file = unsafe {
            let copy = libc::fcntl(io::stdout().as_raw_fd(), libc::F_DUPFD_CLOEXEC, 3);
            if copy < 0 || libc::dup2(2, 1) < 0 {
                return Err(io::Error::last_os_error());
            }
            File::from_raw_fd(copy)
        };
        Ok(Self(Arc::new(Mutex::new(file))))
    }

    /// Sends any frame.
    pub fn send_frame<T: Serialize>(&self, frame: &T) -> io::Result<()> {
        let file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        write_frame(&*file, frame)
    }

    /// Sends one reply. An error means that the server is gone.
    pub fn send(&self, reply: &Reply) -> io::Result<()> {
        self.send_frame(reply)
    }
}

/// Reads requests in a thread of its own, so that an engine can look for a
/// cancel between two steps. The channel closes when the server closes the
/// pipe or sends what can not be read.
pub fn requests() -> io::Result<Receiver<Request>> {
    requests_with(|_| ())
}

/// As [`requests`]; `seen` looks at each request first, in the reading thread.
pub fn requests_with(seen: impl Fn(&Request) + Send + 'static) -> io::Result<Receiver<Request>> {
    let (to_engine, requests) = channel();
    std::thread::Builder::new()
        .name("requests".into())
        .stack_size(256 << 10)
        .spawn(move || {
            let mut stdin = io::stdin().lock();
            loop {
                match read_frame(&mut stdin) {
                    Ok(Some(request)) => {
                        seen(&request);
                        if to_engine.send(request).is_err() {
                            return;
                        }
                    }
                    Ok(None) => return,
                    Err(error) => {
                        tracing::error!("unreadable request: {error}");
                        return;
                    }
                }
            }
        })?;
    Ok(requests)
}
