//! The parsers of untrusted bytes for libFuzzer: the program's own files, compiled
//! without its engines, which take minutes and are not ours to test here.
//!
//! A target fails when a parser panics (unless the program catches that), takes
//! more than [`memory::LIMIT`], or breaks a promise; libFuzzer's own limit ends
//! those that take too long.

pub use libfuzzer_sys;

pub mod memory;
pub mod parts;
pub mod targets;

#[path = "../../src/types.rs"]
pub mod types;

#[path = "../../src/error.rs"]
pub mod error;

pub mod inference;
pub mod lessons;
pub mod models;

/// A target for documents of one format.
#[macro_export]
macro_rules! document {
    ($format:ident) => {
        $crate::libfuzzer_sys::fuzz_target!(
            init: $crate::targets::quiet(),
            |bytes: &[u8]| $crate::targets::document(
                bytes,
                $crate::inference::document::Format::$format,
            )
        );
    };
}

/// A target for recordings in one container.
#[macro_export]
macro_rules! sound {
    ($format:ident) => {
        $crate::libfuzzer_sys::fuzz_target!(
            init: $crate::targets::quiet(),
            |bytes: &[u8]| $crate::targets::sound(
                bytes,
                $crate::inference::document::Format::$format,
            )
        );
    };
}

/// A target for bytes of any other kind.
#[macro_export]
macro_rules! target {
    ($run:path) => {
        $crate::libfuzzer_sys::fuzz_target!(
            init: $crate::targets::quiet(),
            |bytes: &[u8]| $run(bytes)
        );
    };
}
