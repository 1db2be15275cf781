//! Places on a page: matrices as PDF writes them, and boxes.

/// `[a b c d e f]`: x' = a x + c y + e, y' = b x + d y + f.
pub type Matrix = [f64; 6];

/// Leaves everything where it is.
pub const SAME: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// Moves everything.
pub fn moved(x: f64, y: f64) -> Matrix {
    [1.0, 0.0, 0.0, 1.0, x, y]
}

/// What `first` and then `next` do.
pub fn then(first: &Matrix, next: &Matrix) -> Matrix {
    let [a, b, c, d, e, f] = *first;
    let (x, y) = (
        |v, w| next[0] * v + next[2] * w,
        |v, w| next[1] * v + next[3] * w,
    );
    [
        x(a, b),
        y(a, b),
        x(c, d),
        y(c, d),
        x(e, f) + next[4],
        y(e, f) + next[5],
    ]
}

/// A box, its sides along the axes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    pub x0: f64,
    pub y0: f64,
    pub x1: f64,
    pub y1: f64,
}

impl Area {
    /// The box around points; none without any.
    pub fn around(points: impl IntoIterator<Item = (f64, f64)>) -> Option<Self> {
        points.into_iter().fold(None, |area: Option<Self>, (x, y)| {
            let area = area.unwrap_or(Self {
                x0: x,
                y0: y,
                x1: x,
                y1: y,
            });
            Some(Self {
                x0: area.x0.min(x),
                y0: area.y0.min(y),
                x1: area.x1.max(x),
                y1: area.y1.max(y),
            })
        })
    }

    /// The box around a rectangle under a matrix.
    pub fn of(x: f64, y: f64, width: f64, height: f64, under: &Matrix) -> Self {
        let corners = [
            (x, y),
            (x + width, y),
            (x, y + height),
            (x + width, y + height),
        ];
        let at = corners.map(|(x, y)| {
            let placed = then(&moved(x, y), under);
            (placed[4], placed[5])
        });
        Self::around(at).unwrap_or(Self {
            x0: x,
            y0: y,
            x1: x,
            y1: y,
        })
    }

    /// Whether a point is inside, or less than `near` away.
    pub fn holds(&self, x: f64, y: f64, near: f64) -> bool {
        (self.x0 - near..=self.x1 + near).contains(&x)
            && (self.y0 - near..=self.y1 + near).contains(&y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_follow_from_each_other() {
        let turned = [0.0, 1.0, -1.0, 0.0, 0.0, 0.0];
        let at = then(&moved(10.0, 0.0), &then(&turned, &moved(5.0, 5.0)));
        assert_eq!((at[4], at[5]), (5.0, 15.0));
        let area = Area::of(0.0, 0.0, 10.0, 2.0, &turned);
        assert_eq!(
            area,
            Area {
                x0: -2.0,
                y0: 0.0,
                x1: 0.0,
                y1: 10.0
            }
        );
        assert!(area.holds(-1.0, 5.0, 0.0) && !area.holds(1.0, 5.0, 0.5));
    }
}
