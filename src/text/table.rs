//! Tables for spreadsheets (CSV): written so that none of their cells is a formula.

use std::io;

/// What spreadsheets know Unicode by.
pub const MARK: &[u8] = b"\xEF\xBB\xBF";
/// What spreadsheets take for the beginning of a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A table on its way into a file.
pub struct Table(csv::Writer<Vec<u8>>);

impl Table {
    /// A table whose cells stand between separators, after these bytes.
    pub fn new(separator: u8, before: &[u8]) -> Self {
        let mut builder = csv::WriterBuilder::new();
        builder
            .delimiter(separator)
            .terminator(csv::Terminator::CRLF);
        Self(builder.from_writer(before.to_vec()))
    }

    /// Adds a row.
    ///
    /// # Errors
    /// When it has more or fewer cells than the one before.
    pub fn row<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) -> csv::Result<()> {
        self.0.write_record(cells.into_iter().map(guarded))
    }

    /// The table.
    ///
    /// # Errors
    /// None in memory.
    pub fn finish(self) -> csv::Result<Vec<u8>> {
        let written = self.0.into_inner();
        Ok(written.map_err(|e| io::Error::other(e.error().to_string()))?)
    }
}

/// A cell as spreadsheets may open it without taking it for a formula.
fn guarded(cell: &str) -> String {
    match cell.starts_with(FORMULA) {
        true => format!("'{cell}"),
        false => cell.to_owned(),
    }
}

/// A cell without what was put before it when it was written.
pub fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(FORMULA) => rest,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_all_come_back() {
        for cell in ["=1+1", "+25078", "-5", "@x", "\tx", "\rx"] {
            let out = guarded(cell);
            assert!(out.starts_with('\''), "{out}");
            assert_eq!(unguarded(&out), cell);
        }
        assert_eq!(guarded("N'goma"), "N'goma");
        assert_eq!(unguarded("'quoted'"), "'quoted'");
    }

    #[test]
    fn rows_end_as_spreadsheets_want_them() {
        let mut table = Table::new(b';', MARK);
        table.row(["a;b", "=c"]).unwrap();
        let bytes = table.finish().unwrap();
        assert_eq!(bytes, b"\xEF\xBB\xBF\"a;b\";'=c\r\n");
    }

    #[test]
    fn rows_are_of_one_length() {
        let mut table = Table::new(b';', MARK);
        table.row(["1", "2"]).unwrap();
        table.row(["1"]).unwrap_err();
    }
}
