//! Presentations: slides in order, with title, text, tables and the speaker's
//! notes. Hidden slides keep their number.

use std::io::BufRead;

use super::super::super::Failure;
use super::super::super::output::Output;
use super::super::super::table::Table;
use super::super::xml::{Node, Xml};
use super::paragraph::{Paragraph, is_left_out};
use super::styles::Styles;
use super::table::Cells;
use super::{CONTENT, no_content, open, read_title};
use crate::inference::document::{AnchorKind, BlockKind, Document, MAX_TEXT};

/// Reads an ODP file.
pub fn read(bytes: &[u8]) -> Result<Document, Failure> {
    let mut package = open(bytes, "presentation")?;
    let mut out = Output::new();
    read_title(&mut package, &mut out)?;
    let part = package.part(CONTENT)?.ok_or_else(no_content)?;
    let mut xml = Xml::new(part);
    let mut styles = Styles::default();
    while !out.is_full() {
        match xml.next()? {
            Node::Start if xml.name() == "style" => styles.read(&mut xml)?,
            Node::Start if xml.name() == "page" => {
                out.anchor(AnchorKind::Slide, None);
                let hidden = styles.is_hidden(xml.attr("style-name").unwrap_or_default());
                let slide = Slide::read(&mut xml, &styles)?;
                match hidden {
                    true => out.warn("hidden_text", Some(out.anchor_number())),
                    false => slide.write(&mut out),
                }
            }
            Node::Eof => break,
            _ => {}
        }
    }
    Ok(out.finish())
}

#[derive(Default)]
struct Slide {
    title: String,
    shapes: Vec<Shape>,
    notes: String,
    hidden: bool,
    pictures: bool,
    cut: bool,
    /// Bytes of its text so far.
    bytes: usize,
}

enum Shape {
    Text(BlockKind, String),
    Table(Table),
}

/// What the frame being read is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Title,
    Free,
    /// Slide number, date, header and footer.
    LeftOut,
}

impl Slide {
    fn read<R: BufRead>(xml: &mut Xml<R>, styles: &Styles) -> Result<Self, Failure> {
        let mut slide = Self::default();
        let outside = xml.depth() - 1;
        let mut place = Place::Free;
        let (mut in_notes, mut items) = (false, 0_usize);
        // A table's picture is for programs that do not know tables.
        let mut framed = false;
        while xml.depth() > outside {
            match xml.next()? {
                Node::Start => match xml.name() {
                    "notes" => in_notes = true,
                    "frame" | "custom-shape" => {
                        place = match xml.attr("class") {
                            Some("title") => Place::Title,
                            Some("page-number" | "date-time" | "header" | "footer" | "page") => {
                                Place::LeftOut
                            }
                            _ => Place::Free,
                        };
                    }
                    "list-item" => items += 1,
                    "image" => slide.pictures |= !in_notes && !framed,
                    "p" | "h" => {
                        let read = Paragraph::read(xml, styles)?;
                        slide.hidden |= read.hidden;
                        slide.pictures |= read.picture && !in_notes;
                        slide.cut |= read.cut;
                        slide.put(place, in_notes, items > 0, read.flat());
                    }
                    "table" => {
                        let read = Cells::read(xml, styles)?;
                        slide.hidden |= read.hidden;
                        slide.pictures |= read.picture && !in_notes;
                        slide.cut |= read.cut;
                        slide.shapes.push(Shape::Table(read.table));
                        framed = true;
                    }
                    name if is_left_out(name) => xml.skip()?,
                    _ => {}
                },
                Node::End => match xml.name() {
                    "notes" => in_notes = false,
                    "frame" | "custom-shape" => (place, framed) = (Place::Free, false),
                    "list-item" => items = items.saturating_sub(1),
                    _ => {}
                },
                Node::Eof => break,
                Node::Text => {}
            }
        }
        Ok(slide)
    }

    fn put(&mut self, place: Place, in_notes: bool, item: bool, text: String) {
        if text.trim().is_empty() || place == Place::LeftOut {
            return;
        }
        self.bytes += text.len();
        if self.bytes > MAX_TEXT {
            self.cut = true;
            return;
        }
        let all = match (in_notes, place) {
            (true, _) => &mut self.notes,
            (false, Place::Title) => &mut self.title,
            _ => {
                let kind = match item {
                    true => BlockKind::ListItem,
                    false => BlockKind::Paragraph,
                };
                self.shapes.push(Shape::Text(kind, text));
                return;
            }
        };
        if !all.is_empty() {
            all.push(if in_notes { '\n' } else { ' ' });
        }
        all.push_str(text.trim());
    }

    fn write(self, out: &mut Output) {
        let number = Some(out.anchor_number());
        if !self.title.is_empty() {
            out.label(&self.title);
            out.heading(1, &self.title);
        }
        for shape in self.shapes {
            match shape {
                Shape::Text(kind, text) => out.block(kind, &text),
                Shape::Table(table) => out.put(table),
            }
        }
        out.block(BlockKind::Notes, &self.notes);
        if self.cut {
            out.warn("text_cut", number);
        }
        if self.hidden {
            out.warn("hidden_text", number);
        }
        if self.pictures {
            out.warn("pictures_left_out", number);
        }
    }
}
