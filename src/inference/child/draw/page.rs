//! One page of a PDF, drawn by `hayro`.

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::{LoadPdfError, Pdf};
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};

use super::{Failure, encode, fitted};
use crate::inference::protocol::FailureCode;

/// Draws the page with this number, counted from 1.
pub fn draw(bytes: &[u8], number: u32, width: u32) -> Result<Vec<u8>, Failure> {
    let pdf = Pdf::new(bytes.to_vec()).map_err(failure)?;
    let page = number
        .checked_sub(1)
        .and_then(|index| pdf.pages().get(index as usize))
        .ok_or_else(|| Failure::damaged(format!("there is no page {number}")))?;
    let (wide, high) = page.render_dimensions();
    let (across, down) = fitted(f64::from(wide), f64::from(high), width)?;
    // Half a pixel more, because the size is rounded down.
    let settings = PixmapSettings {
        x_scale: (across as f32 + 0.5) / wide,
        y_scale: (down as f32 + 0.5) / high,
        bg_color: WHITE,
    };
    let drawn = render(
        page,
        &RenderCache::new(),
        &InterpreterSettings::default(),
        &RenderSettings::default(),
        &settings,
    );
    let (across, down) = (u32::from(drawn.width()), u32::from(drawn.height()));
    let rgb: Vec<u8> = drawn
        .data()
        .iter()
        .flat_map(|pixel| [pixel.r, pixel.g, pixel.b])
        .collect();
    encode(&rgb, across, down)
}

fn failure(error: LoadPdfError) -> Failure {
    match error {
        LoadPdfError::Decryption(_) => {
            Failure::new(FailureCode::Encrypted, "the document needs a password")
        }
        LoadPdfError::Invalid => Failure::damaged("not a PDF that can be drawn"),
    }
}
