//! How much a school may keep, when its box sets a limit. The floor of free
//! disk holds besides, for all schools together.

use crate::config::Config;
use crate::error::{Code, Error, Result};

/// What a school keeps, files on their way included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Lessons.
    pub lessons: u32,
    /// Bytes of their originals.
    pub bytes: u64,
}

/// Refuses what is more than a school may keep.
///
/// # Errors
/// `quota_full`.
pub fn check(config: &Config, used: Usage, lessons: u32, bytes: u64) -> Result<()> {
    let detail = match (config.school_lessons, config.school_bytes) {
        (Some(most), _) if used.lessons.saturating_add(lessons) > most => {
            format!("The school may have {most} lessons.")
        }
        (_, Some(most)) if used.bytes.saturating_add(bytes) > most => {
            let mb = most >> 20;
            format!("The lessons of the school may have {mb} MB.")
        }
        _ => return Ok(()),
    };
    Err(Error::new(Code::QuotaFull, detail))
}
