//! A table on its way into a document: one row a line, cells separated by
//! ` | `. Rows become text at once, so that a table takes the memory of its text
//! and not of millions of cells.

use super::clean::clean_line;
use crate::inference::document::MAX_TEXT;

/// Cells written row by row.
#[derive(Default)]
pub struct Table {
    text: String,
    /// Where the row being written begins.
    row: usize,
    /// Cells of that row.
    cells: usize,
    /// Whether that row says anything; others are dropped.
    says: bool,
    full: bool,
}

impl Table {
    /// Ends the row before and begins the next.
    pub fn row(&mut self) {
        match self.says {
            true => self.text.push('\n'),
            false => self.text.truncate(self.row),
        }
        self.row = self.text.len();
        (self.cells, self.says) = (0, false);
    }

    /// Adds a cell to the row.
    pub fn cell(&mut self, text: &str) {
        if self.full {
            return;
        }
        let most = text.floor_char_boundary(MAX_TEXT);
        let cell = clean_line(&text[..most]);
        if self.cells > 0 {
            self.text.push_str(" | ");
        }
        self.cells += 1;
        self.says |= !cell.is_empty();
        self.text.push_str(&cell);
        self.full = most < text.len() || self.text.len() > MAX_TEXT;
    }

    /// Whether no document could take more; parsers may stop then.
    pub fn is_full(&self) -> bool {
        self.full
    }

    /// Whether nothing was said yet.
    pub fn is_empty(&self) -> bool {
        self.row == 0 && !self.says
    }

    /// The text of all rows that say something.
    pub fn finish(mut self) -> String {
        self.row();
        self.text.pop();
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[&[&str]]) -> String {
        let mut table = Table::default();
        for row in rows {
            table.row();
            row.iter().for_each(|cell| table.cell(cell));
        }
        table.finish()
    }

    #[test]
    fn rows_that_say_nothing_are_dropped() {
        let check = |rows: &[&[&str]], expect| assert_eq!(table(rows), expect, "{rows:?}");
        check(&[], "");
        check(&[&["", " "], &[]], "");
        check(
            &[&["a", "b\nc"], &["", ""], &["", "d"], &[" "]],
            "a | b c\n | d",
        );
    }

    #[test]
    fn a_table_ends_where_documents_do() {
        let mut table = Table::default();
        let big = "x".repeat(MAX_TEXT - 1);
        table.cell(&big);
        assert!(!table.is_full());
        table.row();
        table.cell("y");
        assert!(table.is_full());
        table.cell("z");
        assert_eq!(table.finish().len(), MAX_TEXT + 1);
        let mut table = Table::default();
        (0..20_000_000).for_each(|_| table.cell(""));
        assert!(table.is_full());
        assert_eq!(table.finish(), "");
    }
}
