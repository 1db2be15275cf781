//! Collects the characters pdf-extract decodes into pieces of text with their
//! place and size.

use std::fmt;

use pdf_extract::{MediaBox, OutputDev, OutputError, Transform};

use super::content::Shown;
use super::ink::Ink;
use super::place::Area;

/// Gap between characters, in their size, that stands for a space.
const SPACE: f64 = 0.17;
/// Gap that separates pieces: a jump to another word, cell or column.
const JUMP: f64 = 0.6;
/// Text smaller than this, in points, is not meant to be read.
const MIN_SIZE: f64 = 1.0;
/// Pieces of one page; bounds memory where each character is a piece.
const MAX_PIECES: usize = 200_000;

/// Text set in one go: one baseline, one size, no larger gap.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    pub text: String,
    /// Start and end along the baseline, in points.
    pub x0: f64,
    pub x1: f64,
    /// Height of the baseline; larger is higher on the page.
    pub y: f64,
    /// Size of the type, in points.
    pub size: f64,
    pub bold: bool,
    pub artifact: bool,
    /// Direction of the baseline in quarter turns, counter-clockwise.
    pub turn: u8,
}

/// Receives characters from pdf-extract.
#[derive(Default)]
pub struct Collector {
    pub pieces: Vec<Piece>,
    /// Text that nobody sees: too small, in white on white, beside the page, without
    /// ink where no picture is.
    pub hidden: bool,
    ground: Ground,
    /// What is known of the strings, in order.
    shown: Vec<Shown>,
    /// Strings begun.
    strings: usize,
    fresh: bool,
}

/// What text stands on.
#[derive(Default)]
pub struct Ground {
    /// The part of the page that is shown, if the file says so.
    pub page: Option<Area>,
    /// What is painted besides text.
    pub ink: Ink,
    /// Whether text without ink belongs to a picture of it.
    pub picture: bool,
}

impl Collector {
    /// For a page whose strings are `shown`.
    pub fn new(shown: Vec<Shown>, ground: Ground) -> Self {
        Self {
            ground,
            shown,
            ..Self::default()
        }
    }

    /// Whether the page shows no string that a reader could see.
    pub fn said_nothing(&self) -> bool {
        self.pieces.is_empty() && (self.hidden || self.shown.is_empty())
    }

    /// The same for another reading of the same page.
    pub fn again(self) -> Self {
        Self::new(self.shown, self.ground)
    }

    /// Whether nobody sees text like this at this place.
    fn is_unseen(&self, shown: &Shown, x: f64, y: f64, size: f64) -> bool {
        let ground = &self.ground;
        // The middle of a letter, if it stands upright.
        let beside = |page: &Area| !page.holds(x, y, size);
        size < MIN_SIZE
            || shown.hidden
            || shown.invisible && !ground.picture
            || ground.page.as_ref().is_some_and(beside)
            || shown.white && !ground.ink.is_at(x, y, size)
    }

    fn current(&self) -> Shown {
        let at = self.strings.saturating_sub(1);
        self.shown.get(at).copied().unwrap_or_default()
    }
}

impl OutputDev for Collector {
    fn begin_page(
        &mut self,
        _page: u32,
        _media_box: &MediaBox,
        _art_box: Option<(f64, f64, f64, f64)>,
    ) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_page(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn begin_word(&mut self) -> Result<(), OutputError> {
        self.strings += 1;
        Ok(())
    }

    fn end_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), OutputError> {
        self.fresh = true;
        Ok(())
    }

    fn output_character(
        &mut self,
        trm: &Transform,
        width: f64,
        spacing: f64,
        font_size: f64,
        text: &str,
    ) -> Result<(), OutputError> {
        let advance = width * font_size + spacing;
        let (dx, dy) = (trm.m11, trm.m12);
        let scale = dx.hypot(dy);
        let size = font_size.abs() * trm.m21.hypot(trm.m22);
        let place = [trm.m31, trm.m32, scale, size, advance];
        if text.is_empty() || place.iter().any(|v| !v.is_finite()) || scale <= 0.0 {
            return Ok(());
        }
        let shown = self.current();
        if self.is_unseen(&shown, trm.m31, trm.m32, size) {
            self.hidden |= !text.trim().is_empty();
            return Ok(());
        }
        // Text set sideways is turned, so that all text reads left to right.
        let angle = (dy * font_size).atan2(dx * font_size);
        let turn = (angle / std::f64::consts::FRAC_PI_2)
            .round()
            .rem_euclid(4.0) as u8;
        let (x, y) = match turn {
            0 => (trm.m31, trm.m32),
            1 => (trm.m32, -trm.m31),
            2 => (-trm.m31, -trm.m32),
            _ => (-trm.m32, trm.m31),
        };
        let piece = Piece {
            text: text.to_owned(),
            x0: x,
            x1: x + (advance * scale).abs(),
            y,
            size,
            bold: shown.bold,
            artifact: shown.artifact,
            turn,
        };
        self.add(piece)
    }
}

impl Collector {
    fn add(&mut self, piece: Piece) -> Result<(), OutputError> {
        let fresh = std::mem::take(&mut self.fresh);
        if let Some(last) = self.pieces.last_mut() {
            let gap = (piece.x0 - last.x1) / piece.size.max(last.size);
            let same_line = (piece.y - last.y).abs() < 0.1 * piece.size
                && (piece.size - last.size).abs() < 0.05 * piece.size;
            let same_kind = piece.turn == last.turn
                && piece.bold == last.bold
                && piece.artifact == last.artifact;
            // After a move even a small gap may be that between two cells.
            let jump = if fresh { JUMP / 2.0 } else { JUMP };
            if same_line && same_kind && (-0.3..jump).contains(&gap) {
                let blank = last.text.ends_with(' ') || piece.text.starts_with(' ');
                if gap > SPACE && !blank {
                    last.text.push(' ');
                }
                last.text.push_str(&piece.text);
                last.x1 = last.x1.max(piece.x1);
                return Ok(());
            }
        }
        if piece.text.trim().is_empty() {
            return Ok(());
        }
        if self.pieces.len() >= MAX_PIECES {
            return Err(OutputError::FormatError(fmt::Error));
        }
        self.pieces.push(piece);
        Ok(())
    }
}
