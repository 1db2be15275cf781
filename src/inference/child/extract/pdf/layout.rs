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
/// Beginnings of tables that are tried in vain on a page.
const MOST_TRIES: usize = 500;
/// Places that are tried.
const MAX_PLACES: usize = 64;
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

    /// Size of the type it ends in: beside a heading of one column there may be
    /// small type of the next.
    fn size_at_end(&self) -> f64 {
        self.pieces.last().map_or(0.0, |p| p.size)
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
        let mut end = f64::MIN;
        for piece in pieces {
            let first = self.segments.len() == 1;
            match self.segments.last_mut() {
                Some(last)
                    if piece.x0 - end <= CELL_GAP * piece.size.min(last.size_at_end())
                        || (first && last.is_marker()) =>
                {
                    end = end.max(piece.x1);
                    last.pieces.push(piece);
                }
                _ => {
                    end = piece.x1;
                    self.segments.push(Segment {
                        pieces: vec![piece],
                    });
                }
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

    /// The segments left or right of `x`, as a row of their own: lines of two
    /// columns that share a row may differ a little in height, and in size.
    fn side(&self, x: f64, left: bool) -> Option<Row> {
        let on_side = |s: &&Segment| (s.x1() <= x) == left;
        let segments: Vec<Segment> = self.segments.iter().filter(on_side).cloned().collect();
        let pieces = segments.iter().flat_map(|s| &s.pieces);
        let largest = pieces.reduce(|a, b| if b.size > a.size { b } else { a })?;
        let (y, size) = (largest.y, largest.size);
        Some(Row { segments, y, size })
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
    // Rows that were tried in vain as a table are not tried again from the next of
    // them, or a long page of such rows would take for ever.
    let (mut at, mut tries) = (0, MOST_TRIES);
    while at < rows.len() {
        let table = (tries > 0).then(|| tables::table(&rows[at..])).flatten();
        tries -= usize::from(table.is_none() && rows[at].segments.len() > 1 && tries > 0);
        let (line, used) = match table {
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
    let mut between = |end: f64, start: f64, size: f64| {
        let middle = (end + start) / 2.0;
        let known = places.iter().any(|p| (p - middle).abs() < size);
        if end < start && !known && places.len() < MAX_PLACES {
            places.push(middle);
        }
    };
    for (at, row) in rows.iter().enumerate() {
        for pair in row.segments.windows(2) {
            between(pair[0].x1(), pair[1].x0(), row.size);
        }
        // The lines of columns need not share their rows.
        if let Some(next) = rows.get(at + 1) {
            between(row.x1(), next.x0(), row.size);
            between(next.x1(), row.x0(), row.size);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(text: &str, x0: f64, y: f64, size: f64) -> Piece {
        Piece {
            text: text.into(),
            x0,
            x1: x0 + 0.5 * size * text.len() as f64,
            y,
            size,
            bold: false,
            artifact: false,
            turn: 0,
        }
    }

    fn read(pieces: Vec<Piece>) -> Vec<String> {
        lines(pieces).into_iter().map(|line| line.text).collect()
    }

    const LEFT: [&str; 6] = [
        "water rises from the lake",
        "when the sun warms it and",
        "becomes clouds that drift",
        "over the hills until they",
        "are cold enough that they",
        "fall as rain on the land.",
    ];
    const RIGHT: [&str; 6] = [
        "rivers carry it down into",
        "the valleys where farmers",
        "lead it into their fields",
        "and what is left goes the",
        "long way back to the lake",
        "from which it came at all",
    ];

    /// Two columns, the right one lower by some points.
    fn columns_off_by(points: f64) -> Vec<Piece> {
        let column = |text: [&'static str; 6], x0: f64, top: f64| {
            let lines = text.into_iter().enumerate();
            lines.map(move |(at, text)| piece(text, x0, top - 14.0 * at as f64, 10.0))
        };
        let right = column(RIGHT, 190.0, 700.0 - points);
        column(LEFT, 40.0, 700.0).chain(right).collect()
    }

    #[test]
    fn columns_are_found_whether_or_not_their_lines_share_rows() {
        for points in [0.0, 1.0, 3.0, 4.5, 7.0, 9.0, 13.0] {
            let found = read(columns_off_by(points));
            assert_eq!(found, [LEFT, RIGHT].concat(), "{points} points off");
        }
    }

    #[test]
    fn a_heading_in_one_column_does_not_reach_into_the_other() {
        let mut pieces = columns_off_by(3.0);
        pieces[0] = piece("Rain on rivers", 40.0, 700.0, 18.0);
        let found = read(pieces);
        assert_eq!(found[0], "Rain on rivers");
        assert_eq!(found[6..], RIGHT);
    }
}
