//! Workbooks: each sheet a section with its cells as a table.
//!
//! Values are written as a reader sees them where that needs little: dates,
//! percentages and strings. Formulas give their last result. Hidden sheets are
//! left out, with a warning.

use std::collections::HashMap;
use std::io::BufRead;

use jiff::ToSpan;
use jiff::civil::{DateTime, date};

use super::super::Failure;
use super::super::output::Output;
use super::package::{Package, Relation};
use super::xml::{Node, Xml};
use super::{main_part, read_title};
use crate::inference::document::{AnchorKind, Document};

/// Columns of a sheet that are read.
const MOST_COLUMNS: usize = 256;

/// Reads an XLSX file.
pub fn read(bytes: &[u8]) -> Result<Document, Failure> {
    let mut package = Package::open(bytes)?;
    let main = main_part(&mut package, "xl/workbook.xml", "workbook")?;
    let relations = package.relations(&main)?;
    let target = |kind: &str| {
        let found = relations.iter().find(|r| r.kind == kind);
        found.map(|r| r.target.as_str())
    };
    let book = Book {
        strings: shared_strings(&mut package, target("sharedStrings"))?,
        styles: styles(&mut package, target("styles"))?,
    };
    let mut out = Output::new();
    read_title(&mut package, &mut out)?;
    for sheet in sheets(&mut package, &main, &relations)? {
        if out.is_full() {
            break;
        }
        if sheet.hidden {
            out.warn("hidden_text", None);
            continue;
        }
        let Some(part) = package.part(&sheet.part)? else {
            continue;
        };
        let rows = book.rows(&mut Xml::new(part))?;
        if !rows.is_empty() {
            out.anchor(AnchorKind::Section, Some(&sheet.name));
            out.table(&rows);
        }
    }
    Ok(out.finish())
}

struct Sheet {
    name: String,
    part: String,
    hidden: bool,
}

fn sheets(
    package: &mut Package,
    main: &str,
    relations: &[Relation],
) -> Result<Vec<Sheet>, Failure> {
    let mut sheets = Vec::new();
    let Some(part) = package.part(main)? else {
        return Ok(sheets);
    };
    let mut xml = Xml::new(part);
    loop {
        match xml.next()? {
            Node::Start if xml.name() == "sheet" => {
                let id = xml.attr("id").unwrap_or_default();
                let found = relations
                    .iter()
                    .find(|r| r.kind == "worksheet" && r.id == id);
                sheets.extend(found.map(|relation| Sheet {
                    name: xml.attr("name").unwrap_or_default().to_owned(),
                    part: relation.target.clone(),
                    hidden: xml.attr("state").is_some_and(|state| state != "visible"),
                }));
            }
            Node::Eof => return Ok(sheets),
            _ => {}
        }
    }
}

/// The texts that cells share.
fn shared_strings(package: &mut Package, name: Option<&str>) -> Result<Vec<String>, Failure> {
    let mut strings = Vec::new();
    let Some(part) = name.map(|name| package.part(name)).transpose()?.flatten() else {
        return Ok(strings);
    };
    let mut xml = Xml::new(part);
    loop {
        match xml.next()? {
            Node::Start if xml.name() == "si" => strings.push(rich_text(&mut xml)?),
            Node::Eof => return Ok(strings),
            _ => {}
        }
    }
}

/// The text of the element that began, without readings of its characters.
fn rich_text<R: BufRead>(xml: &mut Xml<R>) -> Result<String, Failure> {
    let outside = xml.depth() - 1;
    let mut text = String::new();
    while xml.depth() > outside {
        if xml.next()? == Node::Start {
            match xml.name() {
                "t" => text.push_str(&xml.text_content()?),
                "rPh" => xml.skip()?,
                _ => {}
            }
        }
    }
    Ok(text)
}

/// How a number is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Plain,
    Percent,
    Date,
}

/// How the cells of each style show numbers.
fn styles(package: &mut Package, name: Option<&str>) -> Result<Vec<Shown>, Failure> {
    let (mut styles, mut codes) = (Vec::new(), HashMap::new());
    let Some(part) = name.map(|name| package.part(name)).transpose()?.flatten() else {
        return Ok(styles);
    };
    let mut xml = Xml::new(part);
    let mut in_cells = false;
    loop {
        match xml.next()? {
            Node::Start => match xml.name() {
                "numFmt" => {
                    let id = xml.attr("numFmtId").unwrap_or_default().to_owned();
                    codes.insert(id, shown(xml.attr("formatCode").unwrap_or_default()));
                }
                "cellXfs" => in_cells = true,
                "xf" if in_cells => {
                    let id = xml.attr("numFmtId").unwrap_or_default();
                    styles.push(codes.get(id).copied().unwrap_or_else(|| shown_by(id)));
                }
                _ => {}
            },
            Node::End if xml.name() == "cellXfs" => in_cells = false,
            Node::Eof => return Ok(styles),
            _ => {}
        }
    }
}

/// What the numbered formats of ECMA-376 (18.8.30) show.
fn shown_by(id: &str) -> Shown {
    match id.parse::<u32>() {
        Ok(9 | 10) => Shown::Percent,
        Ok(14..=22 | 45..=47) => Shown::Date,
        _ => Shown::Plain,
    }
}

/// What a written format shows, such as `dd/mm/yyyy` or `0.0%`.
fn shown(code: &str) -> Shown {
    let (mut letters, mut quoted) = (String::new(), false);
    // The part for positive numbers, without what is copied as it stands.
    for c in code.chars().take_while(|c| *c != ';') {
        match c {
            '"' => quoted = !quoted,
            '[' => quoted = true,
            ']' => quoted = false,
            _ if !quoted => letters.push(c.to_ascii_lowercase()),
            _ => {}
        }
    }
    if letters.contains('%') {
        Shown::Percent
    } else if letters.contains(['y', 'd', 'h']) || letters.contains("mm") {
        Shown::Date
    } else {
        Shown::Plain
    }
}

struct Book {
    strings: Vec<String>,
    styles: Vec<Shown>,
}

impl Book {
    /// The rows of a sheet that say something.
    fn rows<R: BufRead>(&self, xml: &mut Xml<R>) -> Result<Vec<Vec<String>>, Failure> {
        let mut rows: Vec<Vec<String>> = Vec::new();
        loop {
            match xml.next()? {
                Node::Start if xml.name() == "row" => {
                    // An empty one before it says nothing.
                    rows.pop_if(|row| row.is_empty());
                    rows.push(Vec::new());
                }
                Node::Start if xml.name() == "c" => {
                    let column = xml.attr("r").and_then(column);
                    let value = self.cell(xml)?;
                    let Some(row) = rows.last_mut() else { continue };
                    let column = column.unwrap_or(row.len());
                    if !value.is_empty() && column < MOST_COLUMNS {
                        row.resize(row.len().max(column + 1), String::new());
                        row[column] = value;
                    }
                }
                Node::Eof => {
                    rows.pop_if(|row| row.is_empty());
                    return Ok(rows);
                }
                _ => {}
            }
        }
    }

    /// What the cell that began shows.
    fn cell<R: BufRead>(&self, xml: &mut Xml<R>) -> Result<String, Failure> {
        let kind = xml.attr("t").unwrap_or("n").to_owned();
        let style = xml.attr("s").and_then(|s| s.parse::<usize>().ok());
        let style = style.and_then(|style| self.styles.get(style)).copied();
        let outside = xml.depth() - 1;
        let (mut value, mut text) = (String::new(), String::new());
        while xml.depth() > outside {
            if xml.next()? == Node::Start {
                match xml.name() {
                    "v" => value = xml.text_content()?,
                    "is" => text = rich_text(xml)?,
                    "f" => xml.skip()?,
                    _ => {}
                }
            }
        }
        let shared = || {
            self.strings
                .get(value.trim().parse::<usize>().ok()?)
                .cloned()
        };
        Ok(match kind.as_str() {
            "s" => shared().unwrap_or_default(),
            "inlineStr" => text,
            "b" => if value.trim() == "1" { "TRUE" } else { "FALSE" }.to_owned(),
            "n" => number(value.trim(), style.unwrap_or(Shown::Plain)),
            // An error, such as #DIV/0!, says nothing about the subject.
            "e" => String::new(),
            _ => value,
        })
    }
}

/// The column of a cell's name, from 0: `C5` is in 2.
fn column(name: &str) -> Option<usize> {
    let letters = name.bytes().take_while(u8::is_ascii_alphabetic);
    let number = letters.take(4).fold(0, |number, letter| {
        number * 26 + usize::from(letter.to_ascii_uppercase() - b'A') + 1
    });
    number.checked_sub(1)
}

fn number(value: &str, shown: Shown) -> String {
    let Ok(number) = value.parse::<f64>() else {
        return value.to_owned();
    };
    match shown {
        Shown::Plain => number.to_string(),
        // Rounded as people read it, so that 0.07 is no 7.000000000000001 %.
        Shown::Percent => format!("{}%", (number * 1e4).round() / 1e2),
        Shown::Date => day(number).unwrap_or_else(|| value.to_owned()),
    }
}

/// The moment that so many days after the end of 1899 are, as Excel counts them.
fn day(days: f64) -> Option<String> {
    if !(0.0..3_000_000.0).contains(&days) {
        return None;
    }
    let seconds = (days.fract() * 86_400.0).round() as i64;
    let start: DateTime = date(1899, 12, 30).at(0, 0, 0, 0);
    let moment = start.checked_add((days as i64).days()).ok()?;
    let moment = moment.checked_add(seconds.seconds()).ok()?;
    Some(match (days < 1.0, seconds) {
        (true, _) => moment.strftime("%H:%M").to_string(),
        (false, 0) => moment.strftime("%Y-%m-%d").to_string(),
        (false, _) => moment.strftime("%Y-%m-%d %H:%M").to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_letters() {
        let check = |name, expect| assert_eq!(column(name), expect, "{name}");
        check("A1", Some(0));
        check("C5", Some(2));
        check("AA10", Some(26));
        check("XFD1", Some(16_383));
        check("12", None);
    }

    #[test]
    fn numbers_are_shown_as_people_read_them() {
        assert_eq!(number("0.10000000000000001", Shown::Plain), "0.1");
        assert_eq!(number("0.07", Shown::Percent), "7%");
        assert_eq!(number("45292", Shown::Date), "2024-01-01");
        assert_eq!(number("45292.5", Shown::Date), "2024-01-01 12:00");
        assert_eq!(number("0.3125", Shown::Date), "07:30");
        assert_eq!(number("1e300", Shown::Date), "1e300");
        assert_eq!(number("x", Shown::Plain), "x");
    }

    #[test]
    fn formats_tell_what_is_shown() {
        let check = |code, expect| assert_eq!(shown(code), expect, "{code}");
        check("General", Shown::Plain);
        check("#,##0.00 \"days\"", Shown::Plain);
        check("[Red]0.0", Shown::Plain);
        check("0.00%", Shown::Percent);
        check("dd/mm/yyyy", Shown::Date);
        check("[$-409]h:mm AM/PM", Shown::Date);
    }
}
