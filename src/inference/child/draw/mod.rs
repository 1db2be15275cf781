//! Draws parts of uploads: pages of PDFs, covers of archives and recordings, and
//! pictures themselves, each as a small JPEG.
//!
//! [`draw`] is a pure function like the parsers', and runs in the same sandboxed
//! child. What a page or picture may cost is bounded by the size that is asked
//! for where we compute, and by the child's limits inside the libraries.

mod page;
mod picture;

use super::extract::{Failure, caught, cover};
use crate::inference::document::Format;
use crate::inference::protocol::Part;

pub use picture::check;

/// Pixels that may be asked for across.
const WIDTHS: std::ops::RangeInclusive<u32> = 16..=2048;
/// A drawing may be so many times as high as it may be wide.
const TALLEST: u32 = 3;
/// What small letters need to stay sharp.
const QUALITY: u8 = 82;

/// Draws a part of a document as JPEG, at most `width` pixels wide; `None` where
/// the document has no such picture.
///
/// # Errors
/// `Damaged` and those of a parser; `TooBig` for a picture of too many pixels.
pub fn draw(
    bytes: &[u8],
    format: Format,
    part: Part,
    width: u32,
) -> Result<Option<Vec<u8>>, Failure> {
    let width = width.clamp(*WIDTHS.start(), *WIDTHS.end());
    let drawing = || match (format, part) {
        (Format::Pdf, Part::Cover) => page::draw(bytes, 1, width).map(Some),
        (Format::Pdf, Part::Page(number)) => page::draw(bytes, number, width).map(Some),
        (format, _) if format.is_picture() => picture::draw(bytes, format, width).map(Some),
        (format, Part::Cover) => match cover(bytes, format)? {
            Some(found) => drawn_of(&found, width),
            None => Ok(None),
        },
        (_, Part::Page(_)) => Ok(None),
    };
    let drawn = caught(drawing);
    drawn.unwrap_or_else(|| Err(Failure::damaged("the drawing panicked")))
}

/// A picture from inside a document, if it is of a kind that is read.
pub fn drawn_of(found: &[u8], width: u32) -> Result<Option<Vec<u8>>, Failure> {
    let kinds = [Format::Jpeg, Format::Png, Format::Gif, Format::Webp];
    match kinds.into_iter().find(|kind| kind.looks_like(found)) {
        Some(kind) => picture::draw(found, kind, width).map(Some),
        None => Ok(None),
    }
}

/// The size that `width` and [`TALLEST`] leave of a drawing `wide` by `high`.
fn fitted(wide: f64, high: f64, width: u32) -> Result<(u32, u32), Failure> {
    let height = f64::from(width * TALLEST);
    let scale = (f64::from(width) / wide).min(height / high);
    let usable = wide > 0.0 && high > 0.0 && scale.is_finite() && scale > 0.0;
    if !usable {
        return Err(Failure::damaged("it has no size"));
    }
    let pixels = |length: f64| (length * scale).round().max(1.0) as u32;
    Ok((pixels(wide), pixels(high)))
}

/// Writes rows of red, green and blue.
fn encode(rgb: &[u8], wide: u32, high: u32) -> Result<Vec<u8>, Failure> {
    let mut jpeg = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, QUALITY)
        .encode(rgb, wide, high, image::ExtendedColorType::Rgb8)
        .map_err(Failure::damaged)?;
    Ok(jpeg)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawings_fit_and_keep_their_shape() {
        let check = |wide, high, expect| {
            assert_eq!(fitted(wide, high, 300).ok(), expect, "{wide} x {high}");
        };
        check(595.0, 842.0, Some((300, 425)));
        check(1e6, 1e6, Some((300, 300)));
        check(1e9, 1.0, Some((300, 1)));
        check(1.0, 1e9, Some((1, 900)));
        check(10.0, 300.0, Some((30, 900)));
        check(0.0, 10.0, None);
        check(f64::NAN, 10.0, None);
        check(f64::INFINITY, 10.0, None);
        check(-3.0, 10.0, None);
    }
}
