//! Memory for one password hash, given back to the system at once.
//!
//! The allocator keeps freed blocks of this size per thread: after forty
//! sign-ins the server held 700 MB. So the 19 MiB of a hash come straight
//! from the kernel and go straight back. The only unsafe lines of accounts.

use std::ffi::c_void;
use std::ptr::{NonNull, null_mut};

use argon2::Block;
use rustix::mm::{MapFlags, ProtFlags, mmap_anonymous, munmap};

/// A private mapping of zeroed blocks.
pub(super) struct Scratch {
    start: NonNull<Block>,
    blocks: usize,
}

impl Scratch {
    /// Maps `blocks` KiB, at least one.
    pub(super) fn new(blocks: usize) -> std::io::Result<Self> {
        let blocks = blocks.max(1);
        let protection = ProtFlags::READ | ProtFlags::WRITE;
        // SAFETY: a new anonymous mapping at an address of the kernel's choice
        // overlaps nothing.
        let start = unsafe {
            mmap_anonymous(
                null_mut(),
                blocks * Block::SIZE,
                protection,
                MapFlags::PRIVATE,
            )?
        };
        let start = NonNull::new(start.cast()).ok_or(std::io::ErrorKind::OutOfMemory)?;
        Ok(Self { start, blocks })
    }
}

impl AsMut<[Block]> for Scratch {
    fn as_mut(&mut self) -> &mut [Block] {
        // SAFETY: the mapping is `blocks` blocks long, page-aligned (more than
        // a block asks for), zeroed (blocks are plain integers), and borrowed
        // for as long as the slice.
        unsafe { std::slice::from_raw_parts_mut(self.start.as_ptr(), self.blocks) }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let start: *mut c_void = self.start.as_ptr().cast();
        // SAFETY: exactly the mapping made in `new`, which nothing borrows any
        // more.
        let unmapped = unsafe { munmap(start, self.blocks * Block::SIZE) };
        if let Err(error) = unmapped {
            tracing::error!(%error, "memory of a password hash could not be given back");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_zeroed_and_all_there() {
        for count in [1, 19 * 1024] {
            let mut scratch = Scratch::new(count).unwrap();
            let blocks = scratch.as_mut();
            assert_eq!(blocks.len(), count);
            let zero = format!("{:?}", Block::new());
            assert_eq!(format!("{:?}", blocks[count - 1]), zero);
            blocks.fill(Block::new());
        }
    }
}
