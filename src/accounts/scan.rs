//! Codes to scan: an address of the box with a code in it, as a QR code.

use qrcode::{Color, EcLevel, QrCode};

use crate::error::{Error, Result};

/// Characters of an address; a QR code holds no long ones.
const LONGEST_ORIGIN: usize = 200;

/// The beginning of the box's addresses, as phones reach it.
#[derive(Debug)]
pub(crate) struct Origin(String);

/// An address to open or to scan.
#[derive(Debug)]
pub(crate) struct Scan {
    /// The address.
    pub(crate) link: String,
    /// The picture to scan, as an SVG path over squares of one unit.
    pub(crate) path: String,
    /// Squares in a row of it.
    pub(crate) width: usize,
}

impl Origin {
    /// Reads an address such as `http://192.168.1.5:8080`.
    ///
    /// # Errors
    /// `invalid_field` for what is none.
    pub(crate) fn read(text: &str) -> Result<Self> {
        let origin = text.trim_end_matches('/');
        if !origin.starts_with("http") || origin.len() > LONGEST_ORIGIN {
            return Err(Error::invalid("origin", "This is not an address."));
        }
        Ok(Self(origin.to_owned()))
    }

    /// The address of a page of the box that is given a code. It comes after the #, so
    /// that no server and no log is told.
    pub(crate) fn scan(&self, page: &str, code: &str) -> Result<Scan> {
        let link = format!("{}{page}#{code}", self.0);
        let (width, path) = qr_path(&link)?;
        Ok(Scan { link, path, width })
    }
}

/// A QR code as an SVG path over squares of one unit, and how many there are in a row;
/// the quiet zone around it is the page's.
pub(super) fn qr_path(text: &str) -> Result<(usize, String)> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M);
    let code = code.map_err(|e| Error::from(anyhow::anyhow!("QR code: {e}")))?;
    let width = code.width();
    let mut path = String::new();
    for (y, row) in code.to_colors().chunks(width).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|one, other| one == other) {
            let length = run.len();
            if run[0] == Color::Dark {
                path.push_str(&format!("M{x} {y}h{length}v1h-{length}z"));
            }
            x += length;
        }
    }
    Ok((width, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Draws a path of [`qr_path`], four pixels a square, with the quiet zone around it.
    fn draw(width: usize, path: &str) -> (usize, Vec<u8>) {
        let side = (width + 8) * 4;
        let mut pixels = vec![255; side * side];
        let number = |text: &str| text.parse::<usize>().unwrap();
        for run in path.split('M').skip(1) {
            let (x, rest) = run.split_once(' ').unwrap();
            let (y, rest) = rest.split_once('h').unwrap();
            let (length, _) = rest.split_once('v').unwrap();
            let (x, y, length) = (number(x), number(y), number(length));
            for row in (y + 4) * 4..(y + 5) * 4 {
                let start = row * side + (x + 4) * 4;
                pixels[start..start + length * 4].fill(0);
            }
        }
        (side, pixels)
    }

    #[test]
    fn phones_read_what_is_drawn() {
        let text = "http://192.168.1.5:8080/signin/badge#ABCDEFGHJKLMNPQRSTUVWXYZ23";
        let (width, path) = qr_path(text).unwrap();
        let (side, pixels) = draw(width, &path);
        let at = |x: usize, y: usize| pixels[y * side + x];
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(side, side, at);
        let (_, read) = image.detect_grids()[0].decode().unwrap();
        assert_eq!(read, text);
    }

    #[test]
    fn the_code_comes_after_the_address() {
        let origin = Origin::read("http://192.168.1.5:8080/").unwrap();
        let scan = origin.scan("/signin/invite", "K7MP2AXW").unwrap();
        assert_eq!(scan.link, "http://192.168.1.5:8080/signin/invite#K7MP2AXW");
        for bad in ["", "nowhere", &format!("http://{}", "x".repeat(200))] {
            assert!(Origin::read(bad).is_err(), "{bad}");
        }
    }
}
