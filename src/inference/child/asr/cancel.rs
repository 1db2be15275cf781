//! Stopping a transcription from the thread that reads requests.

use std::ffi::c_void;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// No request has this id.
const NONE: u64 = u64::MAX;

/// The request in progress and whether it is to stop.
pub struct CancelFlag {
    current: AtomicU64,
    stop: AtomicBool,
}

impl CancelFlag {
    /// Nothing in progress.
    pub fn new() -> Self {
        Self {
            current: AtomicU64::new(NONE),
            stop: AtomicBool::new(false),
        }
    }

    /// A request begins.
    pub fn begin(&self, id: u64) {
        self.stop.store(false, Ordering::SeqCst);
        self.current.store(id, Ordering::SeqCst);
    }

    /// Asks the request to stop, if it is the one in progress.
    pub fn cancel(&self, id: u64) {
        if self.current.load(Ordering::SeqCst) == id {
            self.stop.store(true, Ordering::SeqCst);
        }
    }

    /// Stops the request in progress, whichever it is.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::SeqCst);
    }

    /// Whether the request in progress is to stop.
    pub fn is_set(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }

    /// For whisper.cpp, which asks between parts of its computation; `flag` is
    /// a pointer to a `CancelFlag`.
    ///
    /// # Safety
    /// The flag must outlive the computation.
    pub unsafe extern "C" fn asked(flag: *mut c_void) -> bool {
        // SAFETY: the caller keeps the flag alive, and it is only shared.
        unsafe { &*flag.cast::<Self>() }.is_set()
    }
}

#[cfg(test)]
mod tests {
    use super::CancelFlag;

    #[test]
    fn only_the_request_in_progress_is_stopped() {
        let flag = CancelFlag::new();
        flag.cancel(1);
        assert!(!flag.is_set());
        flag.begin(1);
        flag.cancel(2);
        assert!(!flag.is_set());
        flag.cancel(1);
        assert!(flag.is_set());
        flag.begin(2);
        assert!(!flag.is_set());
    }
}
