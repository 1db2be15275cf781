//! Word documents: sections by heading, paragraphs, lists, tables, captions,
//! text boxes and footnotes.
//!
//! Left out: deleted text of tracked changes, text nobody sees (hidden, tiny, white
//! on white; with a warning), tables of contents, headers, footers and comments.

use std::collections::HashMap;
use std::io::BufRead;

use super::super::Failure;
use super::super::clean::clean_line;
use super::super::output::Output;
use super::package::Package;
use super::styles::{Role, Styles, has_ground, is_on, is_white};
use super::xml::{Node, Xml};
use super::{main_part, read_title};
use crate::inference::document::{BlockKind, Document};

/// Characters of a heading that is only known by its bold type.
const MAX_BOLD_HEADING: usize = 80;
/// Size of type, in half points, that is not meant to be read.
const TINY: u32 = 2;

/// Reads a DOCX file.
pub fn read(bytes: &[u8]) -> Result<Document, Failure> {
    let mut package = Package::open(bytes)?;
    let main = main_part(&mut package, "word/document.xml", "document")?;
    let relations = package.relations(&main)?;
    let target = |kind: &str| {
        let found = relations.iter().find(|r| r.kind == kind);
        found.map(|r| r.target.as_str())
    };
    let styles = Styles::read(&mut package, target("styles"))?;
    let mut flow = Flow {
        styles: &styles,
        notes: HashMap::new(),
        hidden: false,
        pictures: false,
        coloured: 0,
    };
    for kind in ["footnotes", "endnotes"] {
        if let Some(part) = target(kind)
            .map(|name| package.part(name))
            .transpose()?
            .flatten()
        {
            let notes = flow.read_notes(&mut Xml::new(part), &kind[..kind.len() - 1])?;
            flow.notes.extend(notes);
        }
    }
    let mut out = Output::new();
    read_title(&mut package, &mut out)?;
    let mut items = Vec::new();
    if let Some(part) = package.part(&main)? {
        flow.blocks(&mut Xml::new(part), 0, &mut items)?;
    }
    if flow.hidden {
        out.warn("hidden_text", None);
    }
    if flow.pictures {
        out.warn("pictures_left_out", None);
    }
    write(items, &mut out);
    Ok(out.finish())
}

/// A paragraph or table, before it becomes blocks.
enum Item {
    Paragraph {
        role: Role,
        text: String,
        bold: bool,
    },
    Table(Vec<Vec<String>>),
}

fn write(mut items: Vec<Item>, out: &mut Output) {
    promote_bold(&mut items);
    for item in items {
        if out.is_full() {
            return;
        }
        match item {
            Item::Table(rows) => {
                out.ensure_section();
                out.table(&rows);
            }
            Item::Paragraph { role, text, .. } => match role {
                Role::Title => {
                    out.title(&text);
                    out.section(1, &text);
                }
                Role::Heading(level) => out.section(level, &text),
                Role::Contents => {}
                Role::Body | Role::List | Role::Caption => {
                    out.ensure_section();
                    let kind = match role {
                        Role::List => BlockKind::ListItem,
                        Role::Caption => BlockKind::Caption,
                        _ => BlockKind::Paragraph,
                    };
                    out.block(kind, &text);
                }
            },
        }
    }
}

/// Many teachers make headings bold instead of using styles. Where a document
/// has no heading at all, short bold paragraphs before other text become some.
fn promote_bold(items: &mut [Item]) {
    let styled = |i: &Item| {
        matches!(
            i,
            Item::Paragraph {
                role: Role::Heading(_),
                ..
            }
        )
    };
    if items.iter().any(styled) {
        return;
    }
    let looks: Vec<bool> = items
        .iter()
        .map(|item| match item {
            Item::Paragraph {
                role: Role::Body,
                text,
                bold: true,
            } => {
                let text = text.trim();
                text.chars().count() <= MAX_BOLD_HEADING && !text.ends_with(['.', ';', ',', ':'])
            }
            _ => false,
        })
        .collect();
    for i in 0..items.len().saturating_sub(1) {
        if looks[i]
            && !looks[i + 1]
            && let Item::Paragraph { role, .. } = &mut items[i]
        {
            *role = Role::Heading(2);
        }
    }
}

/// Reads running text; element names are those of WordprocessingML.
struct Flow<'a> {
    styles: &'a Styles,
    notes: HashMap<String, String>,
    hidden: bool,
    pictures: bool,
    /// Tables and boxes around what is being read, whose ground may have a colour.
    coloured: usize,
}

/// A paragraph while its runs are read.
#[derive(Default)]
struct Paragraph {
    style: String,
    outline: Option<u8>,
    numbered: Option<bool>,
    text: String,
    bold: bool,
    plain: bool,
    /// Its ground has a colour.
    shaded: bool,
    notes: Vec<String>,
    /// Text boxes anchored in it.
    boxes: Vec<Item>,
}

/// What holds for the run being read.
#[derive(Default)]
struct Run {
    hidden: bool,
    bold: bool,
    white: bool,
    /// Its ground has a colour.
    shaded: bool,
}

/// Of alternative contents the first choice is read, the fallback only when
/// there is no choice; reading both would double every text box.
#[derive(Default)]
struct Alternatives(Vec<bool>);

impl Alternatives {
    /// Whether the element that began is an alternative not to be read.
    fn skips(&mut self, name: &str) -> bool {
        match (name, self.0.last_mut()) {
            ("AlternateContent", _) => self.0.push(false),
            ("Choice" | "Fallback", Some(taken)) => return std::mem::replace(taken, true),
            _ => {}
        }
        false
    }

    fn end(&mut self, name: &str) {
        if name == "AlternateContent" {
            self.0.pop();
        }
    }
}

impl Flow<'_> {
    /// Reads blocks until the element at depth `outside + 1` ends, or the part.
    fn blocks<R: BufRead>(
        &mut self,
        xml: &mut Xml<R>,
        outside: usize,
        into: &mut Vec<Item>,
    ) -> Result<(), Failure> {
        let mut alternatives = Alternatives::default();
        loop {
            match xml.next()? {
                Node::Start if alternatives.skips(xml.name()) => xml.skip()?,
                Node::Start => match xml.name() {
                    "p" => self.paragraph(xml, into)?,
                    // The colour of all pages.
                    "background" => self.coloured += usize::from(has_ground(xml.attr("color"))),
                    "tbl" => {
                        let table = self.table(xml)?;
                        into.push(table);
                    }
                    name if is_left_out(name) => xml.skip()?,
                    _ => {}
                },
                Node::End => {
                    alternatives.end(xml.name());
                    if xml.depth() <= outside {
                        return Ok(());
                    }
                }
                Node::Eof => return Ok(()),
                Node::Text => {}
            }
        }
    }

    fn paragraph<R: BufRead>(
        &mut self,
        xml: &mut Xml<R>,
        into: &mut Vec<Item>,
    ) -> Result<(), Failure> {
        let outside = xml.depth() - 1;
        let mut p = Paragraph::default();
        let mut run = Run::default();
        let mut alternatives = Alternatives::default();
        while xml.depth() > outside {
            match xml.next()? {
                Node::Start if alternatives.skips(xml.name()) => xml.skip()?,
                Node::Start => self.inside_paragraph(xml, &mut p, &mut run)?,
                Node::End => alternatives.end(xml.name()),
                Node::Eof | Node::Text => {}
            }
        }
        self.finish(p, into);
        Ok(())
    }

    fn inside_paragraph<R: BufRead>(
        &mut self,
        xml: &mut Xml<R>,
        p: &mut Paragraph,
        run: &mut Run,
    ) -> Result<(), Failure> {
        match xml.name() {
            "pPr" => paragraph_properties(xml, p)?,
            "r" => {
                *run = Run {
                    hidden: self.styles.is_hidden(&p.style),
                    shaded: p.shaded || self.coloured > 0 || self.styles.is_shaded(&p.style),
                    ..Run::default()
                }
            }
            "rPr" => self.run_properties(xml, run)?,
            "t" => {
                let text = xml.text_content()?;
                self.push_text(p, run, &text);
            }
            "tab" => self.push_text(p, run, " "),
            "noBreakHyphen" => self.push_text(p, run, "-"),
            "br" | "cr" => {
                let in_text = !matches!(xml.attr("type"), Some("page" | "column"));
                self.push_text(p, run, if in_text { "\n" } else { " " });
            }
            "footnoteReference" | "endnoteReference" => {
                let kind = xml.name().trim_end_matches("Reference").to_owned();
                if let Some(id) = xml.attr("id") {
                    p.notes.push(format!("{kind} {id}"));
                }
            }
            "txbxContent" => {
                let outside = xml.depth() - 1;
                self.coloured += 1;
                self.blocks(xml, outside, &mut p.boxes)?;
                self.coloured -= 1;
            }
            "blip" | "imagedata" => self.pictures = true,
            name if is_left_out(name) => xml.skip()?,
            _ => {}
        }
        Ok(())
    }

    fn run_properties<R: BufRead>(
        &mut self,
        xml: &mut Xml<R>,
        run: &mut Run,
    ) -> Result<(), Failure> {
        let outside = xml.depth() - 1;
        while xml.depth() > outside {
            if xml.next()? == Node::Start {
                match xml.name() {
                    "vanish" => run.hidden = is_on(xml.attr("val")),
                    "b" => run.bold = is_on(xml.attr("val")),
                    "rStyle" => run.hidden |= self.styles.is_hidden(xml.attr("val").unwrap_or("")),
                    "color" => run.white = is_white(xml.attr("val")),
                    "shd" => run.shaded |= has_ground(xml.attr("fill")),
                    "highlight" => run.shaded |= xml.attr("val") != Some("none"),
                    "sz" => {
                        let half_points = xml.attr("val").and_then(|v| v.parse::<u32>().ok());
                        run.hidden |= half_points.is_some_and(|size| size <= TINY);
                    }
                    "rPrChange" => xml.skip()?,
                    _ => {}
                }
            }
        }
        Ok(())
    }

    fn push_text(&mut self, p: &mut Paragraph, run: &Run, text: &str) {
        let blank = text.trim().is_empty();
        if run.hidden || run.white && !run.shaded {
            self.hidden |= !blank;
            return;
        }
        p.text.push_str(text);
        if !blank {
            p.bold |= run.bold;
            p.plain |= !run.bold;
        }
    }

    fn finish(&mut self, p: Paragraph, into: &mut Vec<Item>) {
        let role = match (p.outline, self.styles.role(&p.style), p.numbered) {
            (Some(level), _, _) if level < 9 => Role::Heading(level + 1),
            (_, Role::Body, Some(true)) => Role::List,
            (_, Role::List, Some(false)) => Role::Body,
            (_, role, _) => role,
        };
        let bold = p.bold && !p.plain;
        if !p.text.trim().is_empty() {
            into.push(Item::Paragraph {
                role,
                text: p.text,
                bold,
            });
        }
        into.extend(p.boxes);
        for text in p.notes.iter().filter_map(|id| self.notes.get(id)) {
            let text = text.clone();
            into.push(Item::Paragraph {
                role: Role::Body,
                text,
                bold: false,
            });
        }
    }

    /// Reads a table. Tables inside cells become text of the cell.
    fn table<R: BufRead>(&mut self, xml: &mut Xml<R>) -> Result<Item, Failure> {
        let outside = xml.depth() - 1;
        self.coloured += 1;
        let mut rows: Vec<Vec<String>> = Vec::new();
        while xml.depth() > outside {
            if xml.next()? != Node::Start {
                continue;
            }
            match xml.name() {
                "tr" => rows.push(Vec::new()),
                "tc" => {
                    let mut items = Vec::new();
                    let outside = xml.depth() - 1;
                    self.blocks(xml, outside, &mut items)?;
                    let cell = items.iter().map(flat_text).collect::<Vec<_>>().join(" ");
                    if let Some(row) = rows.last_mut() {
                        row.push(cell.trim().to_owned());
                    }
                }
                name if is_left_out(name) => xml.skip()?,
                _ => {}
            }
        }
        self.coloured -= 1;
        Ok(Item::Table(rows))
    }

    /// The notes part: text of each note by kind and id.
    fn read_notes<R: BufRead>(
        &mut self,
        xml: &mut Xml<R>,
        kind: &str,
    ) -> Result<HashMap<String, String>, Failure> {
        let mut notes = HashMap::new();
        loop {
            match xml.next()? {
                Node::Start if xml.name() == kind => {
                    let id = format!("{kind} {}", xml.attr("id").unwrap_or_default());
                    let separator = xml.attr("type").is_some_and(|t| t != "normal");
                    let mut items = Vec::new();
                    let outside = xml.depth() - 1;
                    self.blocks(xml, outside, &mut items)?;
                    if !separator {
                        let text: Vec<String> = items.iter().map(flat_text).collect();
                        notes.insert(id, text.join(" "));
                    }
                }
                Node::Eof => return Ok(notes),
                _ => {}
            }
        }
    }
}

fn paragraph_properties<R: BufRead>(xml: &mut Xml<R>, p: &mut Paragraph) -> Result<(), Failure> {
    let outside = xml.depth() - 1;
    while xml.depth() > outside {
        if xml.next()? == Node::Start {
            let val = xml.attr("val");
            match xml.name() {
                "pStyle" => p.style = val.unwrap_or_default().to_owned(),
                "outlineLvl" => p.outline = val.and_then(|v| v.parse().ok()),
                "numId" => p.numbered = Some(val != Some("0")),
                "shd" => p.shaded |= has_ground(xml.attr("fill")),
                // The paragraph mark's own properties, and the past.
                "rPr" | "pPrChange" => xml.skip()?,
                _ => {}
            }
        }
    }
    Ok(())
}

fn is_left_out(name: &str) -> bool {
    matches!(
        name,
        "del"
            | "moveFrom"
            | "instrText"
            | "delText"
            | "delInstrText"
            | "sdtPr"
            | "tblPr"
            | "trPr"
            | "tcPr"
            | "sectPr"
            | "rt"
            | "tblGrid"
    )
}

fn flat_text(item: &Item) -> String {
    match item {
        Item::Paragraph { text, .. } => clean_line(text),
        Item::Table(rows) => rows
            .iter()
            .map(|r| r.join(", "))
            .collect::<Vec<_>>()
            .join("; "),
    }
}
