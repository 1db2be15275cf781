//! Collects the text of a document within its limits.
//!
//! All parsers write through [`Output`], so that every document keeps the same
//! promises: no empty block, no control character, at most [`MAX_TEXT`] bytes.
//! Text over the limit is cut with the warning `text_cut`, because the first
//! 32 MB of a book help a class more than an error.

use super::clean::{clean, clean_code, clean_line};
use super::table::Table;
use crate::inference::document::{
    Anchor, AnchorKind, Block, BlockKind, Document, MAX_ANCHORS, MAX_BLOCKS, MAX_LABEL, MAX_LEVEL,
    MAX_TEXT, Warning,
};

/// A document being written.
pub struct Output {
    document: Document,
    bytes: usize,
    full: bool,
}

impl Output {
    pub fn new() -> Self {
        Self {
            document: Document::default(),
            bytes: 0,
            full: false,
        }
    }

    /// Whether the limits are reached; parsers may stop then.
    pub fn is_full(&self) -> bool {
        self.full
    }

    /// Names the document, unless it has a title already.
    pub fn title(&mut self, title: &str) {
        if self.document.title.is_none() {
            self.document.title = label(title);
        }
    }

    /// Begins the next page, slide or section.
    pub fn anchor(&mut self, kind: AnchorKind, title: Option<&str>) {
        if self.document.anchors.len() >= MAX_ANCHORS {
            self.cut();
            return;
        }
        let label = title.and_then(label);
        self.bytes += label.as_ref().map_or(0, String::len);
        self.document.anchors.push(Anchor {
            kind,
            number: self.document.anchors.len() as u32 + 1,
            label,
            time: None,
        });
    }

    /// Labels the current anchor, unless it has a label already.
    pub fn label(&mut self, title: &str) {
        if let Some(anchor) = self.document.anchors.last_mut()
            && anchor.label.is_none()
        {
            anchor.label = label(title);
        }
    }

    /// Adds a block at the current anchor; one without text is dropped.
    pub fn block(&mut self, kind: BlockKind, text: &str) {
        self.push(kind, 0, text);
    }

    /// Adds a heading at the current anchor; `level` counts from 1.
    pub fn heading(&mut self, level: u8, text: &str) {
        self.push(
            BlockKind::Heading,
            level.clamp(1, MAX_LEVEL),
            &clean_line(text),
        );
    }

    /// Adds a table of rows that are in memory already.
    pub fn table(&mut self, rows: &[Vec<String>]) {
        let mut table = Table::default();
        for row in rows {
            table.row();
            row.iter().for_each(|cell| table.cell(cell));
        }
        self.put(table);
    }

    /// Adds a table; what did not fit into it is cut.
    pub fn put(&mut self, table: Table) {
        let full = table.is_full();
        self.push(BlockKind::Table, 0, &table.finish());
        if full {
            self.cut();
        }
    }

    /// Begins a section under a heading and adds the heading to it.
    pub fn section(&mut self, level: u8, title: &str) {
        let title = clean_line(title);
        if !title.is_empty() {
            self.anchor(AnchorKind::Section, Some(&title));
            self.heading(level, &title);
        }
    }

    /// Begins a section without a heading where there is none yet.
    pub fn ensure_section(&mut self) {
        if self.document.anchors.is_empty() {
            self.anchor(AnchorKind::Section, None);
        }
    }

    /// Number of the current anchor, 0 before the first.
    pub fn anchor_number(&self) -> u32 {
        self.document.anchors.len() as u32
    }

    /// Adds a warning about a page (or the whole document) once.
    pub fn warn(&mut self, code: &str, page: Option<u32>) {
        let warning = Warning {
            code: code.to_owned(),
            page,
        };
        if !self.document.warnings.contains(&warning) {
            self.document.warnings.push(warning);
        }
    }

    /// The finished document.
    pub fn finish(self) -> Document {
        self.document
    }

    fn push(&mut self, kind: BlockKind, level: u8, text: &str) {
        if self.full {
            return;
        }
        let mut text = match kind {
            BlockKind::Code => clean_code(text),
            _ => clean(text),
        };
        let room = MAX_TEXT.saturating_sub(self.bytes);
        if text.len() > room || self.document.blocks.len() >= MAX_BLOCKS {
            self.cut();
            let end = if self.document.blocks.len() < MAX_BLOCKS {
                room
            } else {
                0
            };
            text.truncate(text.floor_char_boundary(end));
        }
        if text.trim().is_empty() || self.document.anchors.is_empty() {
            return;
        }
        self.bytes += text.len();
        self.document.blocks.push(Block {
            kind,
            level,
            text,
            anchor: self.document.anchors.len() as u32 - 1,
        });
    }

    /// Ends the document here, with a warning.
    pub fn cut(&mut self) {
        self.full = true;
        self.warn("text_cut", Some(self.anchor_number()).filter(|&n| n > 0));
    }
}

fn label(text: &str) -> Option<String> {
    let text = clean_line(text);
    let end = text
        .char_indices()
        .nth(MAX_LABEL)
        .map_or(text.len(), |(i, _)| i);
    (!text.is_empty()).then(|| text[..end].trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_blocks_are_dropped_and_long_text_is_cut() {
        let mut out = Output::new();
        out.section(1, "Amazi");
        out.block(BlockKind::Paragraph, " \u{0} ");
        let big = "é".repeat(MAX_TEXT / 4);
        for _ in 0..4 {
            out.block(BlockKind::Paragraph, &big);
        }
        assert!(out.is_full());
        let document = out.finish();
        let bytes: usize = document.blocks.iter().map(|b| b.text.len()).sum();
        assert!(bytes <= MAX_TEXT && bytes > MAX_TEXT - 8, "{bytes}");
        assert_eq!(document.blocks[0].kind, BlockKind::Heading);
        assert_eq!(document.warnings[0].code, "text_cut");
    }
}
