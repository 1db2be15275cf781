//! Lists of people: values separated by something, alone or several in an archive,
//! as spreadsheets and school registers save them.

use std::io::Read;

use super::clean::clean_line;
use super::office::Package;
use super::{Failure, csv, encoding};
use crate::inference::protocol::FailureCode;
use crate::inference::sheet::{MAX_CELL, MAX_CELLS, MAX_ROWS, MAX_SHEETS, Row, Sheet};

/// Bytes of a list; ten thousand people take one million.
const MAX_BYTES: usize = 16 << 20;
/// First bytes of an archive, also of newer spreadsheets.
const ZIP: &[u8] = b"PK\x03\x04";
/// First bytes of older spreadsheets.
const COMPOUND: &[u8] = b"\xD0\xCF\x11\xE0";
/// What separates the lines of an archive's table from its folder.
const ENDING: &str = ".csv";

/// Reads a table of values, or all tables in an archive of them.
///
/// # Errors
/// `Empty`, `TooBig`; `WrongType` for a spreadsheet's own format, `Damaged` and those
/// of an archive.
pub fn tabulate(bytes: &[u8]) -> Result<Vec<Sheet>, Failure> {
    let mut rows = 0;
    let sheets = if bytes.starts_with(ZIP) {
        archive(bytes, &mut rows)?
    } else if bytes.starts_with(COMPOUND) || bytes.contains(&0) && !has_mark(bytes) {
        let detail = "not a table of values; save it as CSV";
        return Err(Failure::new(FailureCode::WrongType, detail));
    } else {
        vec![sheet(String::new(), bytes, &mut rows)?]
    };
    match rows {
        0 => Err(Failure::new(FailureCode::Empty, "no row says anything")),
        _ => Ok(sheets),
    }
}

/// Whether it says itself that it is of 16-bit letters, which have zeros.
fn has_mark(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF")
}

fn archive(bytes: &[u8], rows: &mut usize) -> Result<Vec<Sheet>, Failure> {
    let mut package = Package::open(bytes)?;
    let mut names = package.names()?;
    names.retain(|name| name.to_ascii_lowercase().ends_with(ENDING) && name.len() <= 200);
    if names.is_empty() || names.len() > MAX_SHEETS {
        let detail = format!("{} tables in the archive", names.len());
        return Err(Failure::new(FailureCode::WrongType, detail));
    }
    let mut sheets = Vec::new();
    for name in names {
        let Some(part) = package.part(&name)? else {
            continue;
        };
        let mut bytes = Vec::new();
        let read = part.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes);
        read.map_err(Failure::damaged)?;
        sheets.push(sheet(name, &bytes, rows)?);
    }
    Ok(sheets)
}

fn sheet(name: String, bytes: &[u8], rows: &mut usize) -> Result<Sheet, Failure> {
    if bytes.len() > MAX_BYTES {
        let detail = format!("a table of over {MAX_BYTES} bytes");
        return Err(Failure::new(FailureCode::TooBig, detail));
    }
    let source = encoding::decode(bytes);
    // Spreadsheets may say in a first line of their own what separates values.
    let (said, source) = match source.split_once('\n') {
        Some((first, rest)) if first.trim_end().len() == 5 && first.starts_with("sep=") => {
            (first.as_bytes().get(4).copied(), rest)
        }
        _ => (None, source.as_str()),
    };
    let above = u32::from(said.is_some());
    let separator = said.unwrap_or_else(|| csv::separator(source));
    let mut reader = csv::reader(source, separator);
    let mut sheet = Sheet {
        name,
        rows: Vec::new(),
    };
    let mut record = csv::Record::new();
    let mut line = above;
    while reader.read_record(&mut record).unwrap_or(false) {
        line += 1 + record.position().map_or(0, |place| blanks(source, place));
        let mut cells: Vec<String> = record.iter().take(MAX_CELLS).map(cell).collect();
        // Spreadsheets end rows with as many empty cells as their longest row has.
        let filled = cells.iter().rposition(|cell| !cell.is_empty());
        let Some(last) = filled else {
            continue;
        };
        cells.truncate(last + 1);
        *rows += 1;
        if *rows > MAX_ROWS {
            let detail = format!("more than {MAX_ROWS} rows");
            return Err(Failure::new(FailureCode::TooBig, detail));
        }
        sheet.rows.push(Row { line, cells });
    }
    Ok(sheet)
}

/// Empty lines above a row, which the reader passes over. Where it began to look may be
/// inside of a line's end of two letters.
fn blanks(source: &str, place: &csv::Position) -> u32 {
    let from = usize::try_from(place.byte()).unwrap_or(usize::MAX);
    let (before, after) = source.as_bytes().split_at(from.min(source.len()));
    let mut last = before.last().copied();
    let mut blanks = 0;
    for byte in after.iter().copied() {
        match byte {
            b'\n' if last == Some(b'\r') => {}
            b'\n' | b'\r' => blanks += 1,
            _ => break,
        }
        last = Some(byte);
    }
    blanks
}

fn cell(text: &str) -> String {
    let most = text.floor_char_boundary(MAX_CELL);
    let mut cell = clean_line(&text[..most]);
    // Composing letters may make them longer.
    cell.truncate(cell.floor_char_boundary(MAX_CELL));
    cell
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inference::sheet;

    fn rows(bytes: &[u8]) -> Vec<(u32, Vec<String>)> {
        let sheets = tabulate(bytes).unwrap();
        assert_eq!(sheet::check(&sheets), Ok(()));
        let rows = sheets.into_iter().flat_map(|sheet| sheet.rows);
        rows.map(|row| (row.line, row.cells)).collect()
    }

    fn row(line: u32, cells: &[&str]) -> (u32, Vec<String>) {
        (line, cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn tables_of_spreadsheets_are_read() {
        let expect = [row(1, &["Izina", "Ishuri"]), row(3, &["Uwase, M.", "P5 A"])];
        let check = |bytes: &[u8]| assert_eq!(rows(bytes), expect, "{bytes:?}");
        check(b"Izina,Ishuri\n\n\"Uwase, M.\", P5 A \n,\n");
        check(b"\xEF\xBB\xBFIzina;Ishuri\r\n;\r\n\"Uwase, M.\";P5 A\r\n");
        check(b"Izina\tIshuri\n \t \nUwase, M.\tP5 A");
        let wide: Vec<u8> = "\u{FEFF}Izina;Ishuri\n\nUwase, M.;P5 A\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        check(&wide);
        let said = rows(b"sep=;\nIzina;Ishuri\nUwase, M.;P5 A\n");
        assert_eq!(said[1], row(3, &["Uwase, M.", "P5 A"]));
        let french = rows(b"nom;classe\nC\xE9line;6\xE8me\n");
        assert_eq!(french[1], row(2, &["Céline", "6ème"]));
        let quoted = rows(b"name,class\n\"Keza\nM\",P5\nGasore,P6\n");
        assert_eq!(
            quoted[1..],
            [row(2, &["Keza M", "P5"]), row(3, &["Gasore", "P6"])]
        );
    }

    #[test]
    fn what_is_no_table_says_so() {
        let check = |bytes: &[u8], code| {
            assert_eq!(tabulate(bytes).unwrap_err().code, code, "{bytes:?}");
        };
        check(b"", FailureCode::Empty);
        check(b"\n, ,\n", FailureCode::Empty);
        check(b"\xD0\xCF\x11\xE0\xA1\xB1", FailureCode::WrongType);
        check(b"a\0b", FailureCode::WrongType);
        check(b"PK\x03\x04nothing", FailureCode::Damaged);
        check(&b"x\n".repeat(MAX_ROWS + 1), FailureCode::TooBig);
    }
}
