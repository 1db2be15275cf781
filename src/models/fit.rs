//! Whether a model fits the memory of a box, by the catalogue's estimate. Where
//! the file is at hand, [`plan`](super::plan()) knows better.

use super::{Model, RESERVED_BYTES};

/// Whether the model alone fits a box with `total` bytes of memory.
pub fn fits(model: &Model, total: u64) -> bool {
    model.ram_bytes.saturating_add(RESERVED_BYTES) <= total
}
