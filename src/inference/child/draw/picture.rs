//! Photographs and diagrams, decoded by `image` and made small.

use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};

use super::{Failure, encode, fitted};
use crate::inference::document::Format;
use crate::inference::protocol::FailureCode;

/// Pixels of the largest picture: twice what the best phones take.
const MOST_PIXELS: u64 = 100_000_000;
/// Bytes that these pixels may take while they are decoded.
const MOST_BYTES: u64 = 420_000_000;

/// Makes sure that the bytes are a whole picture of their kind.
///
/// # Errors
/// `TooBig` when it has too many pixels, `Damaged` when it can not be decoded.
pub fn check(bytes: &[u8], format: Format) -> Result<(), Failure> {
    decode(bytes, format).map(drop)
}

/// Draws a picture at most `width` pixels wide, the right side up, on white.
pub fn draw(bytes: &[u8], format: Format, width: u32) -> Result<Vec<u8>, Failure> {
    let (picture, turn) = decode(bytes, format)?;
    let (mut wide, mut high) = (picture.width(), picture.height());
    if is_sideways(turn) {
        std::mem::swap(&mut wide, &mut high);
    }
    // Never larger than it is.
    let (mut across, mut down) = fitted(f64::from(wide), f64::from(high), width.min(wide))?;
    if is_sideways(turn) {
        std::mem::swap(&mut across, &mut down);
    }
    // Made small before it is turned: turning takes the same memory again.
    let mut small = match (across, down) == (picture.width(), picture.height()) {
        true => picture,
        false => picture.thumbnail_exact(across, down),
    };
    small.apply_orientation(turn);
    let rgb: Vec<u8> = small
        .to_rgba8()
        .pixels()
        .flat_map(|p| on_white(p.0))
        .collect();
    encode(&rgb, small.width(), small.height())
}

fn is_sideways(turn: Orientation) -> bool {
    matches!(
        turn,
        Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH
    )
}

fn on_white([red, green, blue, alpha]: [u8; 4]) -> [u8; 3] {
    let alpha = u16::from(alpha);
    [red, green, blue].map(|part| ((u16::from(part) * alpha + 255 * (255 - alpha)) / 255) as u8)
}

/// The pixels, and how they are to be turned.
fn decode(bytes: &[u8], format: Format) -> Result<(DynamicImage, Orientation), Failure> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), kind(format)?);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(failure)?;
    let (wide, high) = decoder.dimensions();
    let pixels = u64::from(wide) * u64::from(high);
    if pixels > MOST_PIXELS || decoder.total_bytes() > MOST_BYTES {
        let detail = format!("{wide} x {high} pixels, at most {MOST_PIXELS} in all");
        return Err(Failure::new(FailureCode::TooBig, detail));
    }
    // Lying on its side is better than not being there.
    let turn = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let picture = DynamicImage::from_decoder(decoder).map_err(failure)?;
    Ok((picture, turn))
}

fn kind(format: Format) -> Result<ImageFormat, Failure> {
    match format {
        Format::Jpeg => Ok(ImageFormat::Jpeg),
        Format::Png => Ok(ImageFormat::Png),
        Format::Webp => Ok(ImageFormat::WebP),
        Format::Gif => Ok(ImageFormat::Gif),
        _ => Err(Failure::new(FailureCode::BadRequest, "not a picture")),
    }
}

fn failure(error: ImageError) -> Failure {
    match error {
        ImageError::Limits(limit) => Failure::new(FailureCode::TooBig, limit.to_string()),
        other => Failure::damaged(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_seen_through_is_white_behind() {
        assert_eq!(on_white([0, 0, 0, 255]), [0, 0, 0]);
        assert_eq!(on_white([9, 9, 9, 0]), [255, 255, 255]);
        assert_eq!(on_white([0, 200, 255, 128]), [127, 227, 255]);
    }
}
