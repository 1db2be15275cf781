//! Turns tags and text, as they come, into the blocks of a document.

use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Tag, TokenSinkResult};

use super::Titles;
use super::elements::{
    BLOCKS, LEFT_OUT, Skipped, Skipping, VOID, glue, is_furniture, is_hidden, is_picture,
};
use crate::inference::child::extract::output::Output;
use crate::inference::child::extract::table::Table;
use crate::inference::document::{AnchorKind, BlockKind};

/// Writes one page.
pub struct Writer {
    out: Output,
    titles: Titles,
    /// Whether this page has a section of its own yet.
    begun: bool,
    text: String,
    heading: Option<u8>,
    in_title: bool,
    /// Open lists.
    lists: usize,
    caption: bool,
    code: bool,
    skipped: Option<Skipped>,
    /// Open tables; those inside a cell become text of the cell.
    tables: usize,
    table: Table,
    place: Place,
    hidden: bool,
    pictures: bool,
}

/// Where in a table the text is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Between,
    Cell,
    Caption,
}

impl Writer {
    pub fn new(out: Output, titles: Titles) -> Self {
        Self {
            out,
            titles,
            begun: false,
            text: String::new(),
            heading: None,
            in_title: false,
            lists: 0,
            caption: false,
            code: false,
            skipped: None,
            tables: 0,
            table: Table::default(),
            place: Place::Between,
            hidden: false,
            pictures: false,
        }
    }

    /// Whether the document takes no more.
    pub fn is_full(&self) -> bool {
        self.out.is_full() || self.table.is_full()
    }

    /// Takes a start tag; says how what follows is to be read.
    pub fn start(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name: &str = &tag.name;
        // In XHTML any element may close itself.
        let closed = tag.self_closing || VOID.contains(&name);
        self.pictures |= is_picture(name) && self.skipped.is_none();
        if let Some(skipped) = &mut self.skipped {
            match skipped.start(name, closed) {
                Skipping::Ended => self.skipped = None,
                _ => return reading(name, closed),
            }
        }
        let hidden = is_hidden(tag);
        if (hidden || LEFT_OUT.contains(&name) || is_furniture(tag)) && !closed {
            self.hidden |= hidden;
            self.skipped = Some(Skipped::new(name));
            return reading(name, closed);
        }
        match name {
            "title" if self.tables == 0 => {
                self.flush();
                self.in_title = !closed;
            }
            "br" => self.text.push('\n'),
            "wbr" => self.text.push('\u{200B}'),
            "table" => {
                if self.tables == 0 {
                    self.flush();
                }
                self.tables += usize::from(!closed);
            }
            "tr" if self.tables == 1 => {
                self.end_place();
                self.table.row();
            }
            "tbody" | "thead" | "tfoot" if self.tables == 1 => self.end_place(),
            "td" | "th" if self.tables == 1 => {
                self.end_place();
                self.place = Place::Cell;
            }
            "caption" if self.tables == 1 && !closed => {
                self.end_place();
                self.place = Place::Caption;
            }
            _ if self.tables > 0 => self.text.push_str(glue(name)),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.flush();
                self.heading = name[1..].parse().ok().filter(|_| !closed);
            }
            // Items often lack their end tags, lists never do.
            "ul" | "ol" | "dl" => {
                self.flush();
                self.lists += usize::from(!closed);
            }
            "figcaption" => {
                self.flush();
                self.caption = !closed;
            }
            "pre" => {
                self.flush();
                self.code = !closed;
            }
            _ if BLOCKS.contains(&name) => self.flush(),
            _ => {}
        }
        reading(name, closed)
    }

    /// Takes an end tag.
    pub fn end(&mut self, name: &str) {
        if let Some(skipped) = &mut self.skipped {
            let skipping = skipped.end(name);
            if skipping != Skipping::On {
                self.skipped = None;
            }
            if skipping != Skipping::Ended {
                return;
            }
        }
        match name {
            "title" if self.in_title => {
                let title = std::mem::take(&mut self.text);
                self.in_title = false;
                if self.titles == Titles::Page {
                    self.out.title(&title);
                }
            }
            "table" if self.tables > 1 => self.tables -= 1,
            "table" if self.tables == 1 => self.end_table(),
            "td" | "th" | "caption" if self.tables == 1 => self.end_place(),
            _ if self.tables > 0 => self.text.push_str(glue(name)),
            "ul" | "ol" | "dl" => {
                self.flush();
                self.lists = self.lists.saturating_sub(1);
            }
            "figcaption" => {
                self.flush();
                self.caption = false;
            }
            "pre" => {
                self.flush();
                self.code = false;
            }
            _ if BLOCKS.contains(&name) => self.flush(),
            _ => {}
        }
    }

    /// Takes text.
    pub fn text(&mut self, text: &str) {
        if self.skipped.is_some() {
            return;
        }
        if self.code {
            self.text.push_str(text);
            return;
        }
        // Line ends of the source are blanks; those of `br` are kept.
        for c in text.chars() {
            self.text
                .push(if c.is_ascii_whitespace() { ' ' } else { c });
        }
    }

    /// Writes what is left at the end of the page.
    pub fn finish(mut self) -> Output {
        if self.tables > 0 {
            // What comes after the last cell may be the rest of the page.
            let rest = match self.place {
                Place::Between => std::mem::take(&mut self.text),
                _ => String::new(),
            };
            self.end_table();
            self.text = rest;
        }
        self.flush();
        if self.hidden {
            self.out.warn("hidden_text", None);
        }
        if self.pictures {
            self.out.warn("pictures_left_out", None);
        }
        self.out
    }

    /// Ends a cell or a caption; text between them is nobody's.
    fn end_place(&mut self) {
        let text = std::mem::take(&mut self.text);
        match std::mem::replace(&mut self.place, Place::Between) {
            Place::Between => {}
            Place::Cell => self.table.cell(&text),
            Place::Caption => {
                self.ensure_section();
                self.out.block(BlockKind::Caption, &text);
            }
        }
    }

    fn end_table(&mut self) {
        self.end_place();
        self.tables = 0;
        self.ensure_section();
        self.out.put(std::mem::take(&mut self.table));
    }

    /// A chapter without a heading is no part of the one before.
    fn ensure_section(&mut self) {
        match self.titles {
            Titles::Chapter if !self.begun => self.out.anchor(AnchorKind::Section, None),
            _ => self.out.ensure_section(),
        }
        self.begun = true;
    }

    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        if let Some(level) = self.heading.take() {
            self.out.section(level, &text);
            self.begun |= !text.trim().is_empty();
            return;
        }
        if text.trim().is_empty() || self.in_title {
            return;
        }
        self.ensure_section();
        let kind = if self.code {
            BlockKind::Code
        } else if self.caption {
            BlockKind::Caption
        } else if self.lists > 0 {
            BlockKind::ListItem
        } else {
            BlockKind::Paragraph
        };
        self.out.block(kind, &text);
    }
}

/// How what an element holds is to be read: in some it is no markup, whether it
/// is left out or not.
fn reading(name: &str, closed: bool) -> TokenSinkResult<()> {
    match name {
        _ if closed => TokenSinkResult::Continue,
        "script" => TokenSinkResult::RawData(RawKind::ScriptData),
        "style" | "iframe" | "noembed" | "noframes" | "xmp" => {
            TokenSinkResult::RawData(RawKind::Rawtext)
        }
        "title" | "textarea" => TokenSinkResult::RawData(RawKind::Rcdata),
        _ => TokenSinkResult::Continue,
    }
}
