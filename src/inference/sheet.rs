//! Tables as they stand in a file, cell by cell: what lists of people are read from.

use serde::{Deserialize, Serialize};

/// Rows of all sheets of a file; more than any school has people.
pub const MAX_ROWS: usize = 60_000;
/// Cells of a row; those behind are left out.
pub const MAX_CELLS: usize = 64;
/// Bytes of a cell; longer ones are cut.
pub const MAX_CELL: usize = 1000;
/// Sheets of a file.
pub const MAX_SHEETS: usize = 32;
/// Bytes of a sheet's name.
const MAX_NAME: usize = 200;

/// One table of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// Its name in an archive, such as `users.csv`; empty for a file that is one table.
    pub name: String,
    /// Those that say something.
    pub rows: Vec<Row>,
}

/// One row of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Its number among all rows of the table, counted from 1 as spreadsheets do.
    pub line: u32,
    /// Its cells, without blanks around them.
    pub cells: Vec<String>,
}

/// Checks what the parser promises, for what comes from a child.
///
/// # Errors
/// The name of the promise that was broken.
pub fn check(sheets: &[Sheet]) -> Result<(), &'static str> {
    let rows = || sheets.iter().flat_map(|sheet| &sheet.rows);
    let kept = |holds, promise| if holds { Ok(()) } else { Err(promise) };
    kept(sheets.len() <= MAX_SHEETS, "sheets")?;
    kept(sheets.iter().all(|s| s.name.len() <= MAX_NAME), "name")?;
    kept(rows().count() <= MAX_ROWS, "rows")?;
    kept(rows().all(|row| row.cells.len() <= MAX_CELLS), "cells")?;
    let mut cells = rows().flat_map(|row| &row.cells);
    kept(cells.all(|cell| cell.len() <= MAX_CELL), "cell")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_that_breaks_a_promise_is_found() {
        let with = |cells: usize, length: usize| Sheet {
            name: String::new(),
            rows: vec![Row {
                line: 1,
                cells: vec!["x".repeat(length); cells],
            }],
        };
        assert_eq!(check(&[with(MAX_CELLS, MAX_CELL)]), Ok(()));
        assert_eq!(check(&[with(MAX_CELLS + 1, 1)]), Err("cells"));
        assert_eq!(check(&[with(1, MAX_CELL + 1)]), Err("cell"));
        let many = vec![with(0, 0); MAX_SHEETS + 1];
        assert_eq!(check(&many), Err("sheets"));
        let rows = vec![Row::default(); MAX_ROWS + 1];
        let name = String::new();
        assert_eq!(check(&[Sheet { name, rows }]), Err("rows"));
        let rows = Vec::new();
        let name = "x".repeat(MAX_NAME + 1);
        assert_eq!(check(&[Sheet { name, rows }]), Err("name"));
    }
}
