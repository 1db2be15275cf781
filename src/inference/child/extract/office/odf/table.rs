//! One table of an OpenDocument file. Tables inside cells become text of the
//! cell.

use std::io::BufRead;

use super::super::super::Failure;
use super::super::super::table::Table;
use super::super::xml::{Node, Xml};
use super::paragraph::{Paragraph, is_left_out};
use super::styles::Styles;
use crate::inference::document::MAX_TEXT;

/// Cells that one element may stand for.
const MOST_REPEATED: usize = 64;
/// Columns that are read.
const MOST_COLUMNS: usize = 256;

/// What was read of a table.
#[derive(Default)]
pub struct Cells {
    pub table: Table,
    /// Whether text of it was left out because nobody sees it.
    pub hidden: bool,
    /// Whether it has a picture.
    pub picture: bool,
    /// Whether text was left out because there was too much.
    pub cut: bool,
    /// Cells of the row that began.
    columns: usize,
    /// The text of the cell that began, if it is read.
    cell: Option<String>,
}

impl Cells {
    /// Reads the table that began, to its end.
    pub fn read<R: BufRead>(xml: &mut Xml<R>, styles: &Styles) -> Result<Self, Failure> {
        let mut read = Self::default();
        let outside = xml.depth() - 1;
        let mut inner = 0;
        while xml.depth() > outside {
            match xml.next()? {
                Node::Start => match xml.name() {
                    "table" => inner += 1,
                    "table-row" if inner == 0 => {
                        read.end_cell();
                        read.table.row();
                        read.columns = 0;
                    }
                    "table-cell" | "covered-table-cell" if inner == 0 => {
                        let times = xml.attr("number-columns-repeated");
                        read.begin_cell(times.and_then(|n| n.parse().ok()).unwrap_or(1));
                    }
                    "section" if xml.attr("display") == Some("none") => {
                        read.hidden |= !xml.text_content()?.trim().is_empty();
                    }
                    "p" | "h" => {
                        let paragraph = Paragraph::read(xml, styles)?;
                        read.hidden |= paragraph.hidden;
                        read.picture |= paragraph.picture;
                        read.cut |= paragraph.cut;
                        read.put(&paragraph.flat());
                    }
                    "image" => read.picture = true,
                    name if is_left_out(name) => xml.skip()?,
                    _ => {}
                },
                Node::End if xml.name() == "table" && xml.depth() > outside => inner -= 1,
                Node::Eof => break,
                _ => {}
            }
        }
        read.end_cell();
        Ok(read)
    }

    /// Of several cells that are written as one, the last has the text.
    fn begin_cell(&mut self, times: usize) {
        self.end_cell();
        let times = times.clamp(1, MOST_REPEATED);
        let room = MOST_COLUMNS.saturating_sub(self.columns);
        self.columns += times;
        (1..times.min(room + 1)).for_each(|_| self.table.cell(""));
        self.cell = (times <= room).then(String::new);
    }

    fn put(&mut self, text: &str) {
        let Some(cell) = &mut self.cell else {
            self.cut |= !text.trim().is_empty();
            return;
        };
        if cell.len() <= MAX_TEXT {
            if !cell.is_empty() {
                cell.push(' ');
            }
            cell.push_str(text);
        }
    }

    fn end_cell(&mut self) {
        if let Some(cell) = self.cell.take() {
            self.table.cell(&cell);
        }
    }
}
