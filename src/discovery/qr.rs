//! QR codes of the box's address, for the terminal and for web pages.

use qrcode::{Color, EcLevel, QrCode};

/// A QR code as text for a terminal: two rows a line, black on white whatever
/// the terminal's colours. Print it only where a person looks, not to a log.
pub fn qr_terminal(url: &str) -> String {
    // A clean screen needs little error correction, and less is smaller.
    let Some(code) = Modules::of(url, EcLevel::L) else {
        return String::new();
    };
    let mut text = String::new();
    for y in (0..code.side()).step_by(2) {
        text.push_str("\x1b[38;5;16;48;5;231m");
        for x in 0..code.side() {
            text.push(match (code.is_dark(x, y), code.is_dark(x, y + 1)) {
                (true, true) => '█',
                (true, false) => '▀',
                (false, true) => '▄',
                (false, false) => ' ',
            });
        }
        text.push_str("\x1b[0m\n");
    }
    text
}

/// A QR code as an SVG element, one unit a module, to be scaled by its page.
pub fn qr_svg(url: &str) -> String {
    let Some(code) = Modules::of(url, EcLevel::M) else {
        return String::new();
    };
    let side = code.side();
    let mut path = String::new();
    for y in 0..side {
        for x in (0..side).filter(|x| code.is_dark(*x, y)) {
            path.push_str(&format!("M{x} {y}h1v1h-1z"));
        }
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" \
         shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}h-{side}z\"/>\
         <path fill=\"#000\" d=\"{path}\"/></svg>"
    )
}

/// The squares of a code with the margin scanners need.
struct Modules {
    dark: Vec<bool>,
    width: usize,
}

/// White squares around a code, by its standard.
const MARGIN: usize = 4;

impl Modules {
    /// None when `text` is too long for any code (over 2,900 bytes).
    fn of(text: &str, level: EcLevel) -> Option<Self> {
        let code = QrCode::with_error_correction_level(text, level).ok()?;
        let dark = code.to_colors().iter().map(|c| *c == Color::Dark).collect();
        Some(Self {
            dark,
            width: code.width(),
        })
    }

    fn side(&self) -> usize {
        self.width + 2 * MARGIN
    }

    fn is_dark(&self, x: usize, y: usize) -> bool {
        let inner = |at: usize| at.checked_sub(MARGIN).filter(|at| *at < self.width);
        match (inner(x), inner(y)) {
            (Some(x), Some(y)) => self.dark[y * self.width + x],
            _ => false,
        }
    }
}
