//! Puts pieces of text into lines, and lines into reading order.
//!
//! Rows are pieces on one baseline. Where many rows in a run leave the same
//! gap free and both sides look like prose, the run is two columns: left side
//! first. Columns are looked for again inside each part. Rows with several
//! cells become tables in [`super::tables`].

use super::glyphs::Piece;
use super::tables;

/// Gap, in type sizes, that parts a row into cells or columns.
const CELL_GAP: f64 = 1.5;
/// Rows a column needs on each side.
const MIN_COLUMN_ROWS: usize = 5;
/// Characters a column has in a row, on average; cells of tables have fewer.
const MIN_COLUMN_CHARS: usize = 18;
/// Columns inside columns.
const MAX_SPLITS: usize = 6;

/// One line of text, or a whole table.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub text: String,
    pub x0: f64,
    pub x1: f64,
    /// Height of the baseline; of a table, that of its first row.
    pub y: f64,
    pub size: f64,
    pub bold: bool,
    /// Rows of a table; empty for running text.
    pub rows: Vec<Vec<String>>,
    /// Right edge of the column it stands in.
    pub right: f64,
    /// Left edge of the column it stands in.
    pub left: f64,
}

/// A stretch of a row without a wide gap.
#[derive(Debug, Clone)]
pub struct Segment {
    pub pieces: Vec<Piece>,
}

/// Segments on one baseline, from left to right.
#[derive(Debug, Clone)]
pub struct Row {
    pub segments: Vec<Segment>,
    pub y: f64,
    pub size: f64,
}

/// The lines of a page in reading order.
pub fn lines(mut pieces: Vec<Piece>) -> Vec<Line> {
    // Marked decoration goes, unless it is all there is.
    if pieces.iter().any(|p| !p.artifact) {
        pieces.retain(|p| !p.artifact);
    }
    let mut lines = Vec::new();
    // Most pages have one direction; text across it is read after it.
    let mut turns: Vec<(usize, u8)> = (0..4)
        .map(|t| {
            (
                pieces
                    .iter()
                    .filter(|p| p.turn == t)
                    .map(|p| p.text.len())
                    .sum(),
                t,
            )
        })
        .collect();
    turns.sort_by_key(|&(len, turn)| (std::cmp::Reverse(len), turn));
    for (_, turn) in turns {
        let group: Vec<Piece> = pieces.iter().filter(|p| p.turn == turn).cloned().collect();
        in_order(rows(group), MAX_SPLITS, &mut lines);
    }
    lines
}

impl Segment {
    pub fn x0(&self) -> f64 {
        self.pieces.first().map_or(0.0, |p| p.x0)
    }

    pub fn x1(&self) -> f64 {
        self.pieces.iter().map(|p| p.x1).fold(f64::MIN, f64::max)
    }

    pub fn text(&self) -> String {
        join(&self.pieces)
    }

    fn chars(&self) -> usize {
        self.pieces.iter().map(|p| p.text.chars().count()).sum()
    }

    /// Whether it is only the bullet or number of a list item.
    fn is_marker(&self) -> bool {
        let text = self.text();
        let text = text.trim();
        let mut chars = text.chars();
        if chars
            .next()
            .is_some_and(|c| super::super::clean::is_bullet(c) || c == '-' || c == '–')
        {
            return chars.next().is_none();
        }
        let number = text.trim_start_matches('(').trim_end_matches(['.', ')']);
        let short = number.len() <= 3 && number.len() < text.len();
        short && (number.bytes().all(|b| b.is_ascii_digit()) || number.chars().count() == 1)
    }
}

fn join(pieces: &[Piece]) -> String {
    let mut text = String::new();
    let mut end = f64::MAX;
    for piece in pieces {
        let gap = piece.x0 - end > 0.12 * piece.size;
        if gap && !text.ends_with(' ') && !piece.text.starts_with(' ') {
            text.push(' ');
        }
        text.push_str(&piece.text);
        end = piece.x1;
    }
    text
}

/// Groups pieces by baseline, top row first.
fn rows(mut pieces: Vec<Piece>) -> Vec<Row> {
    pieces.sort_by(|a, b| b.y.total_cmp(&a.y).then(a.x0.total_cmp(&b.x0)));
    let mut rows: Vec<Row> = Vec::new();
    for piece in pieces {
        let size = piece.size;
        match rows.last_mut() {
            Some(row) if row.y - piece.y <= 0.4 * row.size.min(size) => row.add(piece),
            // A raised or lowered smaller character.
            Some(row) if size < 0.8 * row.size && row.y - piece.y <= 0.4 * row.size => {
                row.add(piece)
            }
            Some(row)
                if row.size < 0.8 * size && row.y - piece.y <= 0.5 * size && row.is_small() =>
            {
                row.y = piece.y;
                row.add(piece);
            }
            _ => rows.push(Row {
                y: piece.y,
                size,
                segments: vec![Segment {
                    pieces: vec![piece],
                }],
            }),
        }
    }
    rows.iter_mut().for_each(Row::part);
    rows
}

impl Row {
    fn add(&mut self, piece: Piece) {
        self.size = self.size.max(piece.size);
        self.segments[0].pieces.push(piece);
    }

    /// Whether it holds so little that it may be an exponent.
    fn is_small(&self) -> bool {
        self.segments.iter().map(Segment::chars).sum::<usize>() <= 3
    }

    /// Parts the pieces into segments at wide gaps.
    fn part(&mut self) {
        let mut pieces: Vec<Piece> = self.segments.drain(..).flat_map(|s| s.pieces).collect();
        pieces.sort_by(|a, b| a.x0.total_cmp(&b.x0));
        // Bold type is sometimes faked by setting the same text twice.
        pieces.dedup_by(|b, a| b.text == a.text && (b.x0 - a.x0).abs() < 0.2 * a.size);
        for piece in pieces {
            let first = self.segments.len() == 1;
            match self.segments.last_mut() {
                Some(last)
                    if piece.x0 - last.x1() <= CELL_GAP * self.size
                        || (first && last.is_marker()) =>
                {
                    last.pieces.push(piece);
                }
                _ => self.segments.push(Segment {
                    pieces: vec![piece],
                }),
            }
        }
    }

    fn x0(&self) -> f64 {
        self.segments.first().map_or(0.0, Segment::x0)
    }

    fn x1(&self) -> f64 {
        self.segments.last().map_or(0.0, Segment::x1)
    }

    fn crosses(&self, x: f64) -> bool {
        self.segments.iter().any(|s| s.x0() < x && s.x1() > x)
    }

    /// The segments left or right of `x`, as a row of their own.
    fn side(&self, x: f64, left: bool) -> Option<Row> {
        let on_side = |s: &&Segment| (s.x1() <= x) == left;
        let segments: Vec<Segment> = self.segments.iter().filter(on_side).cloned().collect();
        (!segments.is_empty()).then_some(Row {
            segments,
            y: self.y,
            size: self.size,
        })
    }
}

/// Writes rows as lines, columns one after the other.
fn in_order(rows: Vec<Row>, splits: usize, lines: &mut Vec<Line>) {
    if splits > 0
        && let Some((from, to, x)) = columns(&rows)
    {
        let sides = [true, false].map(|left| {
            rows[from..to]
                .iter()
                .filter_map(|r| r.side(x, left))
                .collect()
        });
        in_order(rows[..from].to_vec(), splits - 1, lines);
        for side in sides {
            in_order(side, splits - 1, lines);
        }
        in_order(rows[to..].to_vec(), splits - 1, lines);
        return;
    }
    let left = rows.iter().map(Row::x0).fold(f64::MAX, f64::min);
    let right = rows.iter().map(Row::x1).fold(f64::MIN, f64::max);
    let mut at = 0;
    while at < rows.len() {
        let (line, used) = match tables::table(&rows[at..]) {
            Some((cells, used)) => (line(&rows[at], cells), used),
            None => (line(&rows[at], Vec::new()), 1),
        };
        lines.push(Line {
            left,
            right,
            ..line
        });
        at += used;
    }
}

fn line(row: &Row, rows: Vec<Vec<String>>) -> Line {
    let text: Vec<String> = row.segments.iter().map(Segment::text).collect();
    let text = match rows.is_empty() {
        true => text.join(" ").trim().to_owned(),
        false => rows
            .iter()
            .map(|r| r.join(" | "))
            .collect::<Vec<_>>()
            .join("\n"),
    };
    let pieces = || row.segments.iter().flat_map(|s| &s.pieces);
    let bold: usize = pieces().filter(|p| p.bold).map(|p| p.text.len()).sum();
    let all: usize = pieces().map(|p| p.text.len()).sum();
    Line {
        text,
        x0: row.x0(),
        x1: row.x1(),
        y: row.y,
        size: row.size,
        bold: bold * 10 >= all * 9,
        rows,
        left: row.x0(),
        right: row.x1(),
    }
}

/// The best run of rows that is set in columns: its rows and the place between
/// its first column and the rest.
fn columns(rows: &[Row]) -> Option<(usize, usize, f64)> {
    let mut places: Vec<f64> = Vec::new();
    for row in rows {
        for pair in row.segments.windows(2) {
            let middle = (pair[0].x1() + pair[1].x0()) / 2.0;
            if !places.iter().any(|p| (p - middle).abs() < row.size) && places.len() < 64 {
                places.push(middle);
            }
        }
    }
    let runs = places
        .iter()
        .flat_map(|&x| runs(rows, x).into_iter().map(move |(a, b)| (a, b, x)));
    let good = runs.filter(|&(from, to, x)| is_columns(&rows[from..to], x));
    // The longest run; of equally long ones the leftmost place.
    good.max_by(|a, b| (a.1 - a.0).cmp(&(b.1 - b.0)).then(b.2.total_cmp(&a.2)))
}

/// Runs of rows that leave `x` free.
fn runs(rows: &[Row], x: f64) -> Vec<(usize, usize)> {
    let mut runs = Vec::new();
    let mut start = None;
    for (at, row) in rows.iter().enumerate() {
        match (row.crosses(x), start) {
            (true, Some(from)) => {
                runs.push((from, at));
                start = None;
            }
            (false, None) => start = Some(at),
            _ => {}
        }
    }
    runs.extend(start.map(|from| (from, rows.len())));
    runs
}

fn is_columns(rows: &[Row], x: f64) -> bool {
    let prose = |left: bool| {
        let side: Vec<Row> = rows.iter().filter_map(|r| r.side(x, left)).collect();
        let segments: usize = side.iter().map(|r| r.segments.len()).sum();
        let chars: usize = side
            .iter()
            .flat_map(|r| &r.segments)
            .map(Segment::chars)
            .sum();
        // The first column stands alone; the rest may hold more columns.
        let single = !left || segments * 10 <= side.len() * 12;
        side.len() >= MIN_COLUMN_ROWS && single && chars >= MIN_COLUMN_CHARS * segments
    };
    prose(true) && prose(false)
}
