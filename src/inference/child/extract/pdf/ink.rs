//! What is painted on a page besides text: white letters are seen on it and nowhere
//! else.
//!
//! The order of painting does not matter here, nor does the exact shape: text is
//! taken for hidden only where nothing at all is painted.

use pdf_extract::{Dictionary, Document, Object};

use super::fonts::{array, get};
use super::place::{Area, Matrix, moved, then};
use super::scan::number;

/// Areas that are kept; a page with more is taken for painted all over.
const MAX_AREAS: usize = 2000;
/// How near to pure white counts as white.
const NEAR: f64 = 0.03;

/// What the numbers of a colour mean.
#[derive(Clone, Copy, Default, PartialEq)]
enum Space {
    /// Light: all at 1 is white. With four numbers it is ink: all at 0 is white.
    #[default]
    Plain,
    /// An ink of its own, a table, a pattern.
    Other,
}

/// The painted areas of a page.
#[derive(Default)]
pub struct Ink {
    areas: Vec<Area>,
    everywhere: bool,
    path: Option<Area>,
    space: Space,
}

impl Ink {
    /// Whether something is painted at a point.
    pub fn is_at(&self, x: f64, y: f64, size: f64) -> bool {
        self.everywhere || self.areas.iter().any(|area| area.holds(x, y, 0.5 * size))
    }

    /// Notes the space that colours are given in from here on.
    pub fn space(&mut self, doc: &Document, resources: &Dictionary, name: &[u8]) {
        let named = || {
            let all = get(doc, resources, b"ColorSpace")?.as_dict().ok()?;
            let kind = match get(doc, all, name)? {
                Object::Name(name) => name.as_slice(),
                _ => array(doc, all, name)?.first()?.as_name().ok()?,
            };
            Some(kind)
        };
        let kind = named().unwrap_or(name);
        let plain = [
            &b"DeviceGray"[..],
            b"DeviceRGB",
            b"DeviceCMYK",
            b"CalGray",
            b"CalRGB",
            b"ICCBased",
        ];
        self.space = match plain.contains(&kind) {
            true => Space::Plain,
            false => Space::Other,
        };
    }

    /// Whether a colour for filling is white.
    pub fn is_white(&mut self, operator: &[u8], operands: &[&[u8]]) -> bool {
        if matches!(operator, b"g" | b"rg" | b"k") {
            self.space = Space::Plain;
        }
        let values: Option<Vec<f64>> = operands.iter().map(|token| number(token)).collect();
        let Some(values) = values.filter(|_| self.space == Space::Plain) else {
            return false;
        };
        match values.len() {
            1 | 3 => values.iter().all(|value| *value >= 1.0 - NEAR),
            4 => values.iter().all(|value| *value <= NEAR),
            _ => false,
        }
    }

    /// Notes a picture, which fills the unit square.
    pub fn picture(&mut self, at: &Matrix) {
        self.add(Area::of(0.0, 0.0, 1.0, 1.0, at));
    }

    /// Notes what an operator that draws paints.
    pub fn draw(&mut self, operator: &[u8], operands: &[&[u8]], at: &Matrix, white: bool) {
        let value = |index: usize| operands.get(index).and_then(|t| number(t)).unwrap_or(0.0);
        match operator {
            b"re" => self.reach(Area::of(value(0), value(1), value(2), value(3), at)),
            b"m" | b"l" | b"c" | b"v" | b"y" => {
                let points = operands.chunks_exact(2).enumerate();
                let points = points.map(|(n, _)| {
                    let placed = then(&moved(value(2 * n), value(2 * n + 1)), at);
                    (placed[4], placed[5])
                });
                if let Some(area) = Area::around(points) {
                    self.reach(area);
                }
            }
            b"f" | b"F" | b"f*" | b"B" | b"B*" | b"b" | b"b*" => {
                if let Some(path) = self.path.take().filter(|_| !white) {
                    self.add(path);
                }
            }
            b"S" | b"s" | b"n" => self.path = None,
            b"sh" => self.everywhere = true,
            _ => {}
        }
    }

    fn reach(&mut self, area: Area) {
        let corners = |area: &Area| [(area.x0, area.y0), (area.x1, area.y1)];
        let before = self.path.as_ref().map(corners);
        let points = before.into_iter().flatten().chain(corners(&area));
        self.path = Area::around(points);
    }

    fn add(&mut self, area: Area) {
        match self.areas.len() < MAX_AREAS {
            true => self.areas.push(area),
            false => self.everywhere = true,
        }
    }
}
