//! Finds tables among rows: several rows whose cells stand under each other.

use super::layout::{Row, Segment};

/// Distance between rows, in type sizes, that ends a table.
const MAX_GAP: f64 = 4.0;
/// Distance, in type sizes, within which a line may continue a cell.
const WRAP_GAP: f64 = 1.6;
/// Cells of a table are shorter than this; longer ones are prose by chance.
const MAX_CELL: usize = 400;

/// A column of a table: from where to where its cells reach.
#[derive(Clone)]
struct Column {
    x0: f64,
    x1: f64,
}

/// The table that begins with the first of the rows: its cells, and how many
/// rows it takes.
pub fn table(rows: &[Row]) -> Option<(Vec<Vec<String>>, usize)> {
    let first = rows.first()?;
    if first.segments.len() < 2 {
        return None;
    }
    let mut columns: Vec<Column> = first.segments.iter().map(Column::of).collect();
    let mut cells = vec![place(first, &mut columns)?];
    let (mut used, mut full, mut last_y) = (1, 1, first.y);
    for (at, row) in rows.iter().enumerate().skip(1) {
        let gap = (last_y - row.y) / row.size;
        if gap > MAX_GAP {
            break;
        }
        let Some(found) = place(row, &mut columns) else {
            break;
        };
        let alone = found.iter().filter(|c| !c.is_empty()).count() == 1;
        let in_first = found.first().is_some_and(|c| !c.is_empty());
        if !in_first && gap <= WRAP_GAP {
            // The line before goes on in this one.
            if let Some(row) = cells.last_mut() {
                extend(row, found);
            }
        } else if alone && in_first {
            // A short paragraph after the table, or a cell that is broken over
            // two lines: only rows that follow can tell.
            let wrapped = gap <= WRAP_GAP && followed(&rows[at + 1..], row, &columns);
            match cells.last_mut() {
                Some(row) if wrapped => extend(row, found),
                _ => break,
            }
        } else {
            full += usize::from(!alone);
            cells.push(found);
        }
        used = at + 1;
        last_y = row.y;
    }
    let width = columns.len();
    cells
        .iter_mut()
        .for_each(|row| row.resize(width, String::new()));
    let short = cells
        .iter()
        .flatten()
        .all(|c| c.chars().count() <= MAX_CELL);
    (full >= 2 && short).then_some((cells, used))
}

impl Column {
    fn of(segment: &Segment) -> Self {
        Self {
            x0: segment.x0(),
            x1: segment.x1(),
        }
    }

    fn overlaps(&self, x0: f64, x1: f64) -> bool {
        self.x0 < x1 && x0 < self.x1
    }
}

/// Puts a row's segments into columns, which may grow or become more. `None`
/// when a segment lies across columns and can not be parted between them.
fn place(row: &Row, columns: &mut Vec<Column>) -> Option<Vec<String>> {
    let mut grown = columns.clone();
    let mut cells = vec![String::new(); grown.len()];
    for segment in &row.segments {
        for part in part(segment, columns) {
            let (x0, x1) = (part.x0(), part.x1());
            let mut over = (0..grown.len()).filter(|&c| grown[c].overlaps(x0, x1));
            match (over.next(), over.next()) {
                (Some(at), None) => {
                    grown[at].x0 = grown[at].x0.min(x0);
                    grown[at].x1 = grown[at].x1.max(x1);
                    if !cells[at].is_empty() {
                        cells[at].push(' ');
                    }
                    cells[at].push_str(part.text().trim());
                }
                (None, None) if row.segments.len() > 1 => {
                    let at = grown.iter().position(|c| c.x0 > x0).unwrap_or(grown.len());
                    // A new column in the middle would shift the rows before.
                    if at < grown.len() {
                        return None;
                    }
                    grown.push(Column { x0, x1 });
                    cells.push(part.text().trim().to_owned());
                }
                _ => return None,
            }
        }
    }
    *columns = grown;
    Some(cells)
}

/// Parts a segment where one of its pieces begins at the start of a column:
/// text that fills its cell touches the next one.
fn part(segment: &Segment, columns: &[Column]) -> Vec<Segment> {
    let mut parts: Vec<Segment> = Vec::new();
    for piece in &segment.pieces {
        let starts = columns
            .iter()
            .skip(1)
            .any(|c| (c.x0 - piece.x0).abs() < 0.3 * piece.size);
        match parts.last_mut() {
            Some(last) if !starts => last.pieces.push(piece.clone()),
            _ => parts.push(Segment {
                pieces: vec![piece.clone()],
            }),
        }
    }
    parts
}

/// Whether the row after a lone first cell is close and has several cells.
fn followed(after: &[Row], row: &Row, columns: &[Column]) -> bool {
    after.first().is_some_and(|next| {
        let close = (row.y - next.y) / row.size <= MAX_GAP;
        close && next.segments.len() > 1 && place(next, &mut columns.to_vec()).is_some()
    })
}

fn extend(row: &mut Vec<String>, with: Vec<String>) {
    row.resize(row.len().max(with.len()), String::new());
    for (cell, more) in row.iter_mut().zip(with) {
        if !cell.is_empty() && !more.is_empty() {
            cell.push(' ');
        }
        cell.push_str(&more);
    }
}
