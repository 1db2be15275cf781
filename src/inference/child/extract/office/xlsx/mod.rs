//! Workbooks: each sheet a section with its cells as a table.
//!
//! Values are written as a reader sees them where that needs little: dates,
//! percentages and strings. Formulas give their last result. Hidden sheets are
//! left out, with a warning.

mod numbers;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::io::BufRead;

use super::super::Failure;
use super::super::output::Output;
use super::super::table::Table;
use super::package::{Package, Relation};
use super::xml::{Node, Xml};
use super::{main_part, read_title};
use crate::inference::document::{AnchorKind, Document};
use numbers::{Epoch, Shown};

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
    let (sheets, epoch) = sheets(&mut package, &main, &relations)?;
    let book = Book {
        strings: shared_strings(&mut package, target("sharedStrings"))?,
        styles: styles(&mut package, target("styles"))?,
        epoch,
    };
    let mut out = Output::new();
    read_title(&mut package, &mut out)?;
    for sheet in sheets {
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
        let cells = book.cells(&mut Xml::new(part))?;
        if !cells.table.is_empty() {
            out.anchor(AnchorKind::Section, Some(&sheet.name));
            out.put(cells.table);
        }
        if cells.hidden {
            let anchor = Some(out.anchor_number()).filter(|n| *n > 0);
            out.warn("hidden_text", anchor);
        }
        if cells.cut {
            out.warn("text_cut", Some(out.anchor_number()).filter(|n| *n > 0));
        }
    }
    Ok(out.finish())
}

struct Sheet {
    name: String,
    part: String,
    hidden: bool,
}

/// The sheets, and the day that dates are counted from.
fn sheets(
    package: &mut Package,
    main: &str,
    relations: &[Relation],
) -> Result<(Vec<Sheet>, Epoch), Failure> {
    let (mut sheets, mut epoch) = (Vec::new(), Epoch::default());
    let Some(part) = package.part(main)? else {
        return Ok((sheets, epoch));
    };
    let mut xml = Xml::new(part);
    loop {
        match xml.next()? {
            Node::Start if xml.name() == "workbookPr" => {
                if matches!(xml.attr("date1904"), Some("1" | "true")) {
                    epoch = Epoch::Of1904;
                }
            }
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
            Node::Eof => return Ok((sheets, epoch)),
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
                    let code = xml.attr("formatCode").unwrap_or_default();
                    codes.insert(id, Shown::by_code(code));
                }
                "cellXfs" => in_cells = true,
                "xf" if in_cells => {
                    let id = xml.attr("numFmtId").unwrap_or_default();
                    let named = codes.get(id).copied();
                    styles.push(named.unwrap_or_else(|| Shown::by_number(id)));
                }
                _ => {}
            },
            Node::End if xml.name() == "cellXfs" => in_cells = false,
            Node::Eof => return Ok(styles),
            _ => {}
        }
    }
}

struct Book {
    strings: Vec<String>,
    styles: Vec<Shown>,
    epoch: Epoch,
}

/// What was read of a sheet.
#[derive(Default)]
struct Cells {
    table: Table,
    /// Whether text lay beyond the last column that is read.
    cut: bool,
    /// Whether text stood in rows or columns that are hidden.
    hidden: bool,
    /// Hidden columns, first and last from 0.
    columns: Vec<(usize, usize)>,
}

impl Book {
    /// The cells of a sheet. Strings that cells share are not copied, and rows
    /// are written at once: a sheet may name a long one millions of times.
    fn cells<R: BufRead>(&self, xml: &mut Xml<R>) -> Result<Cells, Failure> {
        let mut read = Cells::default();
        let mut row: BTreeMap<usize, Cow<str>> = BTreeMap::new();
        let mut in_hidden_row = false;
        while !read.table.is_full() {
            match xml.next()? {
                Node::Start
                    if xml.name() == "col"
                        && is_hidden(xml)
                        && read.columns.len() < MOST_COLUMNS =>
                {
                    let number = |name| xml.attr(name).and_then(|n| n.parse::<usize>().ok());
                    if let (Some(first @ 1..), Some(last @ 1..)) = (number("min"), number("max")) {
                        read.columns.push((first - 1, last - 1));
                    }
                }
                Node::Start if xml.name() == "row" => in_hidden_row = is_hidden(xml),
                Node::Start if xml.name() == "c" => {
                    let next = row.last_key_value().map_or(0, |(column, _)| column + 1);
                    let column = xml.attr("r").and_then(column).unwrap_or(next);
                    let value = self.cell(xml)?;
                    let is_within =
                        |(first, last): &(usize, usize)| (*first..=*last).contains(&column);
                    let hidden = in_hidden_row || read.columns.iter().any(is_within);
                    match column < MOST_COLUMNS {
                        _ if value.is_empty() => {}
                        _ if hidden => {
                            read.hidden = true;
                            // It keeps its place, for those without names.
                            if column < MOST_COLUMNS {
                                row.insert(column, Cow::Borrowed(""));
                            }
                        }
                        true => drop(row.insert(column, value)),
                        false => read.cut = true,
                    }
                }
                Node::End if xml.name() == "row" => write_row(&mut read.table, &mut row),
                Node::Eof => break,
                _ => {}
            }
        }
        Ok(read)
    }

    /// What the cell that began shows.
    fn cell<R: BufRead>(&self, xml: &mut Xml<R>) -> Result<Cow<'_, str>, Failure> {
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
            let string = self.strings.get(value.trim().parse::<usize>().ok()?)?;
            Some(Cow::Borrowed(string.as_str()))
        };
        Ok(match kind.as_str() {
            "s" => shared().unwrap_or_default(),
            "inlineStr" => text.into(),
            "b" => if value.trim() == "1" { "TRUE" } else { "FALSE" }.into(),
            "n" => {
                let style = style.unwrap_or(Shown::Plain);
                style.text(value.trim(), self.epoch).into()
            }
            // An error, such as #DIV/0!, says nothing about the subject.
            "e" => "".into(),
            _ => value.into(),
        })
    }
}

/// Whether the row or columns that began are hidden.
fn is_hidden<R: BufRead>(xml: &Xml<R>) -> bool {
    matches!(xml.attr("hidden"), Some("1" | "true"))
}

/// Writes a row, with empty cells where there are none, and empties it.
fn write_row(table: &mut Table, row: &mut BTreeMap<usize, Cow<str>>) {
    table.row();
    let mut next = 0;
    for (column, text) in std::mem::take(row) {
        (next..column).for_each(|_| table.cell(""));
        table.cell(&text);
        next = column + 1;
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
}
