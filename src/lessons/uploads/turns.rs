//! One request at a time for each upload. Two that write at once would mix
//! their bytes, so the second is refused; somebody who only asks how far it
//! came may call the first off, whose connection is most likely dead.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::error::{Code, Error, Result};
use crate::types::UploadId;

/// Longest wait for a request that was called off; it only has to flush what
/// came, unless it is making the lesson already.
const PATIENCE: Duration = Duration::from_secs(10);

/// Who holds which upload.
#[derive(Default)]
pub struct Turns {
    held: Mutex<HashMap<UploadId, CancellationToken>>,
    freed: Notify,
}

/// An upload that is held; dropping it gives it back.
pub struct Turn {
    turns: Arc<Turns>,
    id: UploadId,
    called_off: CancellationToken,
}

impl Turns {
    /// Holds an upload.
    ///
    /// # Errors
    /// `upload_busy` when somebody does already.
    pub fn take(self: &Arc<Self>, id: UploadId) -> Result<Turn> {
        let mut held = self.held();
        if held.contains_key(&id) {
            return Err(busy());
        }
        let called_off = CancellationToken::new();
        held.insert(id, called_off.clone());
        Ok(Turn {
            turns: self.clone(),
            id,
            called_off,
        })
    }

    /// Holds an upload, after calling off whoever does now.
    ///
    /// # Errors
    /// `upload_busy` when that one does not let go in time.
    pub async fn take_over(self: &Arc<Self>, id: UploadId) -> Result<Turn> {
        let taking = async {
            loop {
                // Heard from here on, so that nothing is missed in between.
                let mut freed = std::pin::pin!(self.freed.notified());
                freed.as_mut().enable();
                if let Ok(turn) = self.take(id) {
                    return turn;
                }
                if let Some(holder) = self.held().get(&id) {
                    holder.cancel();
                }
                freed.await;
            }
        };
        let taken = tokio::time::timeout(PATIENCE, taking).await;
        taken.map_err(|_| busy())
    }

    /// Calls everybody off, when the box stops.
    pub fn close(&self) {
        for holder in self.held().values() {
            holder.cancel();
        }
    }

    fn held(&self) -> MutexGuard<'_, HashMap<UploadId, CancellationToken>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn {
    /// Ends once somebody wants this upload back.
    pub async fn called_off(&self) {
        self.called_off.cancelled().await;
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.turns.held().remove(&self.id);
        self.turns.freed.notify_waiters();
    }
}

/// The refusal of a second request for the same upload.
pub fn busy() -> Error {
    let detail = "Another request is sending this upload just now.";
    Error::new(Code::UploadBusy, detail).retry_after(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_upload_is_held_once_and_given_back() {
        let turns = Arc::<Turns>::default();
        let (one, other) = (UploadId::new(), UploadId::new());
        let held = turns.take(one).unwrap();
        let refused = turns.take(one).err().map(|e| e.code());
        assert_eq!(refused, Some(Code::UploadBusy));
        let theirs = turns.take(other).unwrap();
        drop(held);
        turns.take(one).unwrap();
        drop(theirs);
        assert!(turns.held().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn who_asks_calls_the_holder_off() {
        let turns = Arc::<Turns>::default();
        let id = UploadId::new();
        let held = turns.take(id).unwrap();
        let sending = tokio::spawn(async move { held.called_off().await });
        turns.take_over(id).await.unwrap();
        sending.await.unwrap();

        let stubborn = turns.take(id).unwrap();
        let refused = turns.take_over(id).await.err().map(|e| e.code());
        assert_eq!(refused, Some(Code::UploadBusy));
        drop(stubborn);
    }
}
