//! Pictures of pages, covers and lessons that are pictures, drawn by a fresh child.
//!
//! One at a time, however big the box: a page takes a moment, and a PDF can make it
//! take much memory. People look at a page while they wait, so only a few may.

use std::fs::File;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::Semaphore;

use super::document::{Format, JPEG};
use super::protocol::{FailureCode, Part, Reply, Request};
use super::reading::Errand;
use super::{DocumentFailure, Inference};
use crate::error::{Code, Error, Result};

/// Address space of a child that draws, in bytes.
const MEMORY: u64 = 640 << 20;
/// Wall-clock limit of one drawing.
const DEADLINE: Duration = Duration::from_secs(20);
/// Drawings that may wait for their turn.
const MOST_WAITING: usize = 16;
/// When somebody who was refused may try again, in seconds.
const TRY_AGAIN_S: u64 = 5;
/// Bytes of one picture; they are written small.
const MOST_BYTES: usize = 8 << 20;

/// Whose turn it is to be drawn.
pub(super) struct Easel {
    turn: Semaphore,
    waiting: AtomicUsize,
}

impl Default for Easel {
    fn default() -> Self {
        Self {
            turn: Semaphore::new(1),
            waiting: AtomicUsize::new(0),
        }
    }
}

/// A place among those who wait, given back when dropped.
struct Waiting<'e>(&'e AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Inference {
    /// Draws a part of a document as a JPEG of at most `width` pixels; none where
    /// the document has no such picture.
    ///
    /// # Errors
    /// `queue_full` when too many wait to be drawn.
    pub async fn draw(
        &self,
        file: File,
        format: Format,
        part: Part,
        width: u32,
    ) -> Result<std::result::Result<Option<Vec<u8>>, DocumentFailure>> {
        let waiting = Waiting(&self.easel.waiting);
        if self.easel.waiting.fetch_add(1, Ordering::Relaxed) >= MOST_WAITING {
            let detail = "Too many pages are being drawn. Try again in a moment.";
            return Err(Error::new(Code::QueueFull, detail).retry_after(TRY_AGAIN_S));
        }
        let _turn = self.easel.turn.acquire().await?;
        drop(waiting);
        let errand = Errand {
            file,
            format,
            memory: MEMORY,
            deadline: DEADLINE,
        };
        let request = |id| Request::Draw { id, part, width };
        let read = |reply| match reply {
            Reply::Picture { jpeg, .. } => ControlFlow::Break(checked(jpeg).map(Some)),
            Reply::Done { .. } => ControlFlow::Break(Ok(None)),
            _ => ControlFlow::Continue(()),
        };
        self.ask_child(errand, request, read).await
    }
}

/// A picture as it is promised. A file that took its child over decides what comes
/// out of it; browsers are told that it is a JPEG and look no further.
fn checked(jpeg: Vec<u8>) -> std::result::Result<Vec<u8>, DocumentFailure> {
    if jpeg.len() <= MOST_BYTES && jpeg.starts_with(JPEG) {
        return Ok(jpeg);
    }
    Err(DocumentFailure {
        code: FailureCode::Damaged,
        detail: "the child drew no picture".into(),
    })
}
