//! Measures search on questions whose answers are known, and listening on recordings
//! whose words are: `bwenge eval`.
//!
//! The index is made and asked through [`crate::retrieval`], and recordings are heard
//! by [`crate::lessons::transcribe`], as in a school, so that what is measured is what
//! pupils get.

mod dataset;
mod retrieval;
mod scores;
pub mod speech;
mod speed;

pub use dataset::Dataset;
pub use retrieval::{Line, index, measure};
pub use scores::Means;
pub use speed::{Speed, Times, index as index_with_vectors};
