//! The small picture that an archive may carry of itself: the cover of an e-book,
//! the first page or slide as the program that saved it saw it.

use std::io::Read;

use super::super::Failure;
use super::epub;
use super::package::Package;
use super::xml::failure_of_io;
use crate::inference::document::Format;

/// Bytes of a cover; they are made to be small.
const MOST_BYTES: u64 = 20 << 20;

/// The bytes of that picture, of whatever kind; `None` without one.
pub fn cover(bytes: &[u8], format: Format) -> Result<Option<Vec<u8>>, Failure> {
    let mut package = match format {
        Format::Docx | Format::Pptx | Format::Xlsx | Format::Odt | Format::Odp | Format::Epub => {
            Package::open(bytes)?
        }
        _ => return Ok(None),
    };
    let name = match format {
        Format::Epub => epub::cover(&mut package)?,
        Format::Odt | Format::Odp => Some("Thumbnails/thumbnail.png".to_owned()),
        _ => package
            .relations("")?
            .into_iter()
            .find(|relation| relation.kind == "thumbnail")
            .map(|relation| relation.target),
    };
    let Some(name) = name else {
        return Ok(None);
    };
    let Some(part) = package.part(&name)? else {
        return Ok(None);
    };
    let mut picture = Vec::new();
    part.take(MOST_BYTES)
        .read_to_end(&mut picture)
        .map_err(|e| failure_of_io(&e))?;
    Ok(Some(picture))
}
