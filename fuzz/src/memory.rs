//! Counts the memory in use and ends the target that takes too much, at the place
//! that asked for it: without a sanitizer libFuzzer only looks now and then.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Bytes a parser may have at once: what the child is given, less the program
/// itself.
pub const LIMIT: usize = 640 << 20;

static USED: AtomicUsize = AtomicUsize::new(0);

#[global_allocator]
static COUNTING: Counting = Counting;

struct Counting;

fn take(bytes: usize) {
    let before = USED.fetch_add(bytes, Ordering::Relaxed);
    if before.saturating_add(bytes) > LIMIT {
        // What follows allocates too, and unwinding out of an allocator is forbidden.
        USED.store(0, Ordering::Relaxed);
        eprintln!("{bytes} bytes were asked for with {before} in use");
        std::process::abort();
    }
}

// SAFETY: every call goes on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        take(layout.size());
        // SAFETY: the caller keeps the contract of this function.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        let _ = USED.try_update(Ordering::Relaxed, Ordering::Relaxed, |used| {
            Some(used.saturating_sub(layout.size()))
        });
        // SAFETY: as above.
        unsafe { System.dealloc(place, layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        take(layout.size());
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }
}
