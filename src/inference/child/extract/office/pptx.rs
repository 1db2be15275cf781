//! Presentations: slides in the order they are shown, with title, text,
//! tables, diagrams and the speaker's notes.
//!
//! Slide numbers, dates and footers are left out, and so are slides and shapes that
//! the author hid or put beside the slide (with a warning); hidden slides keep their
//! number.

use std::io::BufRead;

use super::super::Failure;
use super::super::output::Output;
use super::package::{Package, Relation};
use super::xml::{Node, Xml};
use super::{main_part, read_title};
use crate::inference::document::{AnchorKind, BlockKind, Document};

/// Reads a PPTX file.
pub fn read(bytes: &[u8]) -> Result<Document, Failure> {
    let mut package = Package::open(bytes)?;
    let main = main_part(&mut package, "ppt/presentation.xml", "presentation")?;
    let (slides, size) = slides_in_order(&mut package, &main)?;
    let mut out = Output::new();
    read_title(&mut package, &mut out)?;
    for part in slides {
        if out.is_full() {
            break;
        }
        out.anchor(AnchorKind::Slide, None);
        read_slide(&mut package, &part, size, &mut out)?;
    }
    Ok(out.finish())
}

/// Width and height, or left and top.
type Pair = (i64, i64);

/// The slides and their size, where it is said.
fn slides_in_order(
    package: &mut Package,
    main: &str,
) -> Result<(Vec<String>, Option<Pair>), Failure> {
    let relations = package.relations(main)?;
    let (mut slides, mut size) = (Vec::new(), None);
    let Some(part) = package.part(main)? else {
        return Ok((slides, size));
    };
    let mut xml = Xml::new(part);
    loop {
        match xml.next()? {
            Node::Start if xml.name() == "sldId" => {
                // Two attributes are called id; the relation's begins with r.
                let found = |r: &&Relation| r.kind == "slide" && xml.has_attr_value("id", &r.id);
                slides.extend(relations.iter().find(found).map(|r| r.target.clone()));
            }
            Node::Start if xml.name() == "sldSz" => size = pair(&xml, "cx", "cy"),
            Node::Eof => return Ok((slides, size)),
            _ => {}
        }
    }
}

/// Two numbers of the element that began.
fn pair<R: BufRead>(xml: &Xml<R>, first: &str, second: &str) -> Option<Pair> {
    let number = |name| xml.attr(name).and_then(|n| n.parse::<i64>().ok());
    Some((number(first)?, number(second)?))
}

fn read_slide(
    package: &mut Package,
    part: &str,
    size: Option<Pair>,
    out: &mut Output,
) -> Result<(), Failure> {
    let relations = package.relations(part)?;
    let mut slide = Slide {
        size,
        ..Slide::default()
    };
    if let Some(stream) = package.part(part)? {
        slide.read(&mut Xml::new(stream))?;
    }
    let number = Some(out.anchor_number());
    if slide.hidden {
        out.warn("hidden_text", number);
        return Ok(());
    }
    let mut notes = Slide::default();
    for relation in &relations {
        let stream = match relation.kind.as_str() {
            "diagramData" | "notesSlide" => package.part(&relation.target)?,
            _ => None,
        };
        let Some(stream) = stream else { continue };
        let mut xml = Xml::new(stream);
        match relation.kind.as_str() {
            "notesSlide" => notes.read(&mut xml)?,
            _ => slide.read_diagram(&mut xml)?,
        }
    }
    if !slide.title.trim().is_empty() {
        let title = slide.title.trim();
        out.label(title);
        out.heading(1, title);
    }
    for shape in slide.shapes {
        match shape {
            Shape::Text(kind, text) => out.block(kind, &text),
            Shape::Table(rows) => out.table(&rows),
        }
    }
    out.block(BlockKind::Notes, &notes.body());
    if slide.unseen {
        out.warn("hidden_text", number);
    }
    if slide.pictures {
        out.warn("pictures_left_out", number);
    }
    Ok(())
}

/// Text of a slide or of its notes, in the order of its shapes.
#[derive(Default)]
struct Slide {
    title: String,
    shapes: Vec<Shape>,
    hidden: bool,
    pictures: bool,
    /// Whether a shape that nobody sees has text.
    unseen: bool,
    size: Option<Pair>,
}

enum Shape {
    Text(BlockKind, String),
    Table(Vec<Vec<String>>),
}

/// What a shape is for, by its placeholder.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Title,
    /// Body text, which the master shows with bullets.
    Body,
    /// A box of its own.
    Free,
    /// Slide number, date, footer, the slide's picture on the notes page.
    LeftOut,
    /// A shape that is hidden or stands beside the slide.
    Unseen,
}

impl Slide {
    fn read<R: BufRead>(&mut self, xml: &mut Xml<R>) -> Result<(), Failure> {
        let mut place = Place::Free;
        let mut chosen = Vec::new();
        // Inside a group places count from elsewhere.
        let (mut groups, mut corner) = (0_usize, None);
        loop {
            match xml.next()? {
                Node::Start => match xml.name() {
                    "grpSp" => groups += 1,
                    "cNvPr" if matches!(xml.attr("hidden"), Some("1" | "true")) => {
                        place = Place::Unseen;
                    }
                    "off" if groups == 0 => corner = pair(xml, "x", "y"),
                    "ext" if groups == 0 => {
                        let beside = self.is_beside(corner.take(), pair(xml, "cx", "cy"));
                        place = if beside { Place::Unseen } else { place };
                    }
                    "sld" => self.hidden = matches!(xml.attr("show"), Some("0" | "false")),
                    "sp" => place = Place::Free,
                    "ph" if place != Place::Unseen => place = placeholder(xml.attr("type")),
                    "pic" | "blip" => self.pictures = true,
                    "tbl" => {
                        let rows = read_table(xml)?;
                        self.shapes.push(Shape::Table(rows));
                    }
                    "p" => self.paragraph(xml, place)?,
                    "AlternateContent" => chosen.push(false),
                    "Choice" | "Fallback" => {
                        let taken = chosen.last_mut().map(|c| std::mem::replace(c, true));
                        if taken == Some(true) {
                            xml.skip()?;
                        }
                    }
                    _ => {}
                },
                Node::End if xml.name() == "AlternateContent" => {
                    chosen.pop();
                }
                Node::End if xml.name() == "grpSp" => groups = groups.saturating_sub(1),
                Node::End if xml.name() == "sp" => place = Place::Free,
                Node::Eof => return Ok(()),
                _ => {}
            }
        }
    }

    /// Whether a shape with this corner and this size does not touch the slide.
    fn is_beside(&self, corner: Option<Pair>, size: Option<Pair>) -> bool {
        let (Some((x, y)), Some((wide, high)), Some(slide)) = (corner, size, self.size) else {
            return false;
        };
        let ends_before = x.saturating_add(wide) <= 0 || y.saturating_add(high) <= 0;
        ends_before || x >= slide.0 || y >= slide.1
    }

    fn paragraph<R: BufRead>(&mut self, xml: &mut Xml<R>, place: Place) -> Result<(), Failure> {
        let (text, bullet) = read_paragraph(xml)?;
        if text.trim().is_empty() {
            return Ok(());
        }
        match place {
            Place::LeftOut => {}
            Place::Unseen => self.unseen = true,
            Place::Title => {
                if !self.title.is_empty() {
                    self.title.push(' ');
                }
                self.title.push_str(text.trim());
            }
            Place::Body | Place::Free => {
                let kind = match bullet.unwrap_or(place == Place::Body) {
                    true => BlockKind::ListItem,
                    false => BlockKind::Paragraph,
                };
                self.shapes.push(Shape::Text(kind, text));
            }
        }
        Ok(())
    }

    /// Text of a diagram, whose points are in its own part.
    fn read_diagram<R: BufRead>(&mut self, xml: &mut Xml<R>) -> Result<(), Failure> {
        loop {
            match xml.next()? {
                Node::Start if xml.name() == "p" => self.paragraph(xml, Place::Body)?,
                Node::Eof => return Ok(()),
                _ => {}
            }
        }
    }

    fn body(self) -> String {
        let lines = self.shapes.into_iter().map(|shape| match shape {
            Shape::Text(_, text) => text,
            Shape::Table(rows) => rows
                .iter()
                .map(|r| r.join(" | "))
                .collect::<Vec<_>>()
                .join("\n"),
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

fn placeholder(kind: Option<&str>) -> Place {
    match kind {
        Some("title" | "ctrTitle") => Place::Title,
        Some("sldNum" | "dt" | "ftr" | "hdr" | "sldImg") => Place::LeftOut,
        Some("subTitle") => Place::Free,
        _ => Place::Body,
    }
}

/// Text of the paragraph that began, and whether it says to have a bullet.
fn read_paragraph<R: BufRead>(xml: &mut Xml<R>) -> Result<(String, Option<bool>), Failure> {
    let outside = xml.depth() - 1;
    let mut text = String::new();
    let mut bullet = None;
    while xml.depth() > outside {
        if xml.next()? != Node::Start {
            continue;
        }
        match xml.name() {
            "t" => text.push_str(&xml.text_content()?),
            "br" => text.push('\n'),
            "tab" => text.push(' '),
            "buNone" => bullet = Some(false),
            "buChar" | "buAutoNum" | "buBlip" => bullet = Some(true),
            "fld" if xml.attr("type") == Some("slidenum") => xml.skip()?,
            _ => {}
        }
    }
    Ok((text, bullet))
}

fn read_table<R: BufRead>(xml: &mut Xml<R>) -> Result<Vec<Vec<String>>, Failure> {
    let outside = xml.depth() - 1;
    let mut rows: Vec<Vec<String>> = Vec::new();
    while xml.depth() > outside {
        if xml.next()? != Node::Start {
            continue;
        }
        match xml.name() {
            "tr" => rows.push(Vec::new()),
            "tc" => {
                if let Some(row) = rows.last_mut() {
                    row.push(String::new());
                }
            }
            "p" => {
                let (text, _) = read_paragraph(xml)?;
                if let Some(cell) = rows.last_mut().and_then(|row| row.last_mut()) {
                    if !cell.is_empty() {
                        cell.push(' ');
                    }
                    cell.push_str(&text);
                }
            }
            _ => {}
        }
    }
    Ok(rows)
}
