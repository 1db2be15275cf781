//! Tables as comma-separated values, whatever separates them.

use super::encoding;
use super::output::Output;
use super::table::Table;
use crate::inference::document::Document;
pub(super) use ::csv::{Position, StringRecord as Record};

/// What separates values: spreadsheets in French write semicolons.
const SEPARATORS: [u8; 4] = *b",;\t|";
/// Lines that tell the separator.
const LOOKED_AT: usize = 20;

/// Reads a table in any encoding [`encoding::decode`] knows.
pub fn read(bytes: &[u8]) -> Document {
    let source = encoding::decode(bytes);
    let mut reader = reader(&source, separator(&source));
    let mut table = Table::default();
    // Rows of any length are rows; other mistakes this reader does not know.
    let mut row = Record::new();
    while !table.is_full() && reader.read_record(&mut row).unwrap_or(false) {
        table.row();
        row.iter().for_each(|cell| table.cell(cell));
    }
    let mut out = Output::new();
    out.ensure_section();
    out.put(table);
    out.finish()
}

/// Reads values between `separator`s; rows may have any length.
pub(super) fn reader(source: &str, separator: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(source.as_bytes())
}

/// The separator that gives the first rows most columns, and all the same number.
pub(super) fn separator(source: &str) -> u8 {
    let columns = |separator: u8| {
        let rows = reader(source, separator).into_records();
        let lengths = rows
            .map_while(Result::ok)
            .take(LOOKED_AT)
            .map(|row| row.len());
        let lengths: Vec<usize> = lengths.collect();
        let first = lengths.first().copied().unwrap_or(0);
        let same = lengths.iter().filter(|length| **length == first).count();
        (first > 1, same, first)
    };
    let better = |best: u8, other: u8| {
        if columns(other) > columns(best) {
            other
        } else {
            best
        }
    };
    SEPARATORS.into_iter().reduce(better).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_are_found() {
        let check = |source: &str, expect: &str| {
            assert_eq!(read(source.as_bytes()).blocks[0].text, expect, "{source}");
        };
        check("a,b\n1,2\n", "a | b\n1 | 2");
        check("a;b\r\n1,5;2\r\n", "a | b\n1,5 | 2");
        check("\u{FEFF}a\tb\n\"x\ny\"\t2", "a | b\nx y | 2");
        check(
            "name,says\nKeza,\"one; two; three\"\n",
            "name | says\nKeza | one; two; three",
        );
        check("one\ntwo", "one\ntwo");
        check("a,b,c\n1,2\n", "a | b | c\n1 | 2");
    }
}
