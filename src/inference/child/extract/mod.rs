//! Document parsers: bytes of an upload in, blocks of text with anchors out.
//!
//! [`parse`] is a pure function. It opens nothing, starts no thread and takes
//! its limits from constants, so that it runs the same in the sandboxed child
//! and in tests. What it can not bound (stack and memory inside a library) is
//! bounded by the child's limits; a document that runs into those ends its
//! child, not the server.
//!
//! PDF goes through `pdf-extract` with content prepared by [`pdf`]; what is a zip
//! archive through our own streaming reader in [`office`], because the libraries
//! for such files trust the sizes a file declares.

mod clean;
mod csv;
mod encoding;
mod html;
mod markdown;
mod office;
mod output;
mod pdf;
mod sheets;
mod table;
mod text;

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::draw;
use crate::inference::document::{AnchorKind, Document, Format};
use crate::inference::protocol::FailureCode;
use output::Output;

pub use office::cover;
pub use sheets::tabulate;

/// Why a document could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The stable word the web app translates.
    pub code: FailureCode,
    /// A sentence for the log.
    pub detail: String,
}

impl Failure {
    /// A failure with a code and a sentence.
    pub fn new(code: FailureCode, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self { code, detail }
    }

    /// That the bytes are not what they should be.
    pub fn damaged(detail: impl std::fmt::Display) -> Self {
        Self::new(FailureCode::Damaged, detail.to_string())
    }
}

/// Reads a document that was uploaded as `format`.
///
/// # Errors
/// `Empty`, `WrongType`, `TooBig` from a look at the bytes; `Encrypted`,
/// `Damaged`, `TooManyParts`, `TooDeep`, `ExpandsTooMuch` from its structure;
/// `NoText` when a document has nothing but pictures or emptiness.
///
/// Third-party code for PDF panics on damaged files and on some whole ones.
/// That is caught, and costs a font, a page or the document; a panic hook has
/// to ask [`catches_panics`] before it ends the process.
pub fn parse(bytes: &[u8], format: Format) -> Result<Document, Failure> {
    if bytes.is_empty() {
        return Err(Failure::new(FailureCode::Empty, "the file holds no bytes"));
    }
    if bytes.len() as u64 > format.max_bytes() {
        let detail = format!("{} bytes, at most {}", bytes.len(), format.max_bytes());
        return Err(Failure::new(FailureCode::TooBig, detail));
    }
    if !format.looks_like(bytes) {
        let detail = format!("the first bytes are not those of {}", format.as_str());
        return Err(Failure::new(FailureCode::WrongType, detail));
    }
    if format.is_picture() {
        return picture(bytes, format);
    }
    let document = match format {
        Format::Pdf => pdf::read(bytes)?,
        Format::Docx => office::docx::read(bytes)?,
        Format::Pptx => office::pptx::read(bytes)?,
        Format::Xlsx => office::xlsx::read(bytes)?,
        Format::Odt => office::odf::odt::read(bytes)?,
        Format::Odp => office::odf::odp::read(bytes)?,
        Format::Epub => office::epub::read(bytes)?,
        Format::Html => html::read(bytes)?,
        Format::Csv => csv::read(bytes),
        Format::Markdown => markdown::read(bytes),
        Format::Text => text::read(bytes),
        _ => return Err(Failure::new(FailureCode::BadRequest, "sound is not parsed")),
    };
    if document.blocks.is_empty() {
        return Err(Failure::new(FailureCode::NoText, "no text was found"));
    }
    Ok(document)
}

/// A picture has one place and no words: those are its teacher's to write.
fn picture(bytes: &[u8], format: Format) -> Result<Document, Failure> {
    let checked = caught(|| draw::check(bytes, format));
    checked.unwrap_or_else(|| Err(Failure::damaged("the decoder panicked")))?;
    let mut out = Output::new();
    out.anchor(AnchorKind::Picture, None);
    Ok(out.finish())
}

thread_local! {
    static CATCHING: Cell<bool> = const { Cell::new(false) };
}

/// Whether a panic of this thread would be caught and counted as damage just
/// now. The child's panic hook lets such a panic unwind instead of aborting.
pub fn catches_panics() -> bool {
    CATCHING.get()
}

/// Runs third-party code that may panic; `None` when it did.
pub fn caught<T>(run: impl FnOnce() -> T) -> Option<T> {
    let before = CATCHING.replace(true);
    let result = catch_unwind(AssertUnwindSafe(run));
    CATCHING.set(before);
    result.ok()
}
