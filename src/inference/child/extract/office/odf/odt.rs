//! Texts: sections by heading, paragraphs, lists, tables, captions, boxes and
//! notes.

use std::io::BufRead;

use super::super::super::Failure;
use super::super::super::output::Output;
use super::super::xml::{Node, Xml};
use super::paragraph::{Paragraph, is_left_out};
use super::styles::Styles;
use super::table::Cells;
use super::{CONTENT, no_content, open, read_title};
use crate::inference::document::{BlockKind, Document};

/// Reads an ODT file.
pub fn read(bytes: &[u8]) -> Result<Document, Failure> {
    let mut package = open(bytes, "text")?;
    let mut flow = Flow::new();
    read_title(&mut package, &mut flow.out)?;
    // Paragraphs follow styles of either part.
    if let Some(part) = package.part("styles.xml")? {
        flow.read(&mut Xml::new(part), false)?;
    }
    let part = package.part(CONTENT)?.ok_or_else(no_content)?;
    flow.read(&mut Xml::new(part), true)?;
    Ok(flow.finish())
}

/// Reads running text into a document.
struct Flow {
    out: Output,
    styles: Styles,
    /// Open items of lists.
    items: usize,
    hidden: bool,
    pictures: bool,
}

impl Flow {
    fn new() -> Self {
        Self {
            out: Output::new(),
            styles: Styles::default(),
            items: 0,
            hidden: false,
            pictures: false,
        }
    }

    fn finish(mut self) -> Document {
        if self.hidden {
            self.out.warn("hidden_text", None);
        }
        if self.pictures {
            self.out.warn("pictures_left_out", None);
        }
        self.out.finish()
    }

    /// Reads the styles of a part and, if it has it, the `text`.
    fn read<R: BufRead>(&mut self, xml: &mut Xml<R>, text: bool) -> Result<(), Failure> {
        while !self.out.is_full() {
            match xml.next()? {
                Node::Start => match xml.name() {
                    "style" => self.styles.read(xml)?,
                    _ if !text => {}
                    "section" if xml.attr("display") == Some("none") => {
                        self.hidden |= !xml.text_content()?.trim().is_empty();
                    }
                    name if is_left_out(name) => xml.skip()?,
                    "list-item" | "list-header" => self.items += 1,
                    "h" | "p" => self.paragraph(xml)?,
                    "table" => self.table(xml)?,
                    _ => {}
                },
                Node::End if matches!(xml.name(), "list-item" | "list-header") => {
                    self.items = self.items.saturating_sub(1);
                }
                Node::Eof => break,
                _ => {}
            }
        }
        Ok(())
    }

    fn paragraph<R: BufRead>(&mut self, xml: &mut Xml<R>) -> Result<(), Failure> {
        let style = xml.attr("style-name").unwrap_or_default().to_owned();
        let level = match xml.name() {
            "h" => Some(
                xml.attr("outline-level")
                    .and_then(|n| n.parse().ok())
                    .unwrap_or(1),
            ),
            _ if self.styles.follows(&style, &["Title"]) => Some(1),
            _ => None,
        };
        let read = Paragraph::read(xml, &self.styles)?;
        self.pictures |= read.picture;
        self.hidden |= read.hidden;
        match level {
            Some(level) => {
                if self.styles.follows(&style, &["Title"]) {
                    self.out.title(&read.text);
                }
                self.out.section(level, &read.text);
            }
            None => self.block(&style, &read.text),
        }
        for text in read.beside {
            self.block("", &text);
        }
        if read.cut {
            self.out.cut();
        }
        Ok(())
    }

    fn block(&mut self, style: &str, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        const CAPTIONS: [&str; 5] = ["Caption", "Illustration", "Figure", "Table", "Drawing"];
        let kind = if self.styles.follows(style, &CAPTIONS) {
            BlockKind::Caption
        } else if self.items > 0 {
            BlockKind::ListItem
        } else if self.styles.follows(style, &["Preformatted_20_Text"]) {
            BlockKind::Code
        } else {
            BlockKind::Paragraph
        };
        self.out.ensure_section();
        self.out.block(kind, text);
    }

    fn table<R: BufRead>(&mut self, xml: &mut Xml<R>) -> Result<(), Failure> {
        let read = Cells::read(xml, &self.styles)?;
        self.hidden |= read.hidden;
        self.pictures |= read.picture;
        self.out.ensure_section();
        if read.cut {
            self.out.warn("text_cut", Some(self.out.anchor_number()));
        }
        self.out.put(read.table);
        Ok(())
    }
}
