//! A parsed document: blocks of text with their place in the original.
//!
//! This is what the extract child returns, what is kept as the lesson's stored
//! text, and what the page "what the tutor read" shows.

use serde::{Deserialize, Serialize};

use crate::word_enum;

word_enum! {
    /// The kinds of lesson files the box reads.
    Format {
        /// Portable Document Format.
        Pdf = "pdf",
        /// Word (Office Open XML).
        Docx = "docx",
        /// PowerPoint (Office Open XML).
        Pptx = "pptx",
        /// Markdown.
        Markdown = "md",
        /// Plain text.
        Text = "txt",
    }
}

word_enum! {
    /// What an anchor counts.
    AnchorKind {
        /// Pages of a PDF, counted from its first page.
        Page = "page",
        /// Slides of a presentation.
        Slide = "slide",
        /// Stretches of text under one heading.
        Section = "section",
    }
}

/// A place in the original.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Anchor {
    /// What is counted.
    pub kind: AnchorKind,
    /// Counted from 1.
    pub number: u32,
    /// The heading or slide title, when there is one.
    pub label: Option<String>,
}

word_enum! {
    /// What a block of text is.
    BlockKind {
        /// A heading; its level is in [`Block::level`].
        Heading = "heading",
        /// A paragraph.
        Paragraph = "paragraph",
        /// One item of a list.
        ListItem = "list_item",
        /// A table, one row a line, cells separated by ` | `.
        Table = "table",
        /// A speaker's notes.
        Notes = "notes",
        /// A caption of a picture or table.
        Caption = "caption",
        /// Preformatted text.
        Code = "code",
    }
}

/// A block of text of one kind at one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Level of a heading, 1 for the highest; 0 for other kinds.
    pub level: u8,
    /// Its text, never empty, without control characters but `\n` and `\t`.
    pub text: String,
    /// Index into [`Document::anchors`].
    pub anchor: u32,
}

/// Something the teacher should know about a lesson that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Warning {
    /// A stable word: `page_without_text`, `text_cut`, `hidden_text`, `pictures_left_out`.
    pub code: String,
    /// The page, slide or section it is about.
    pub page: Option<u32>,
}

/// The text of a lesson.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// The title the document gives itself.
    pub title: Option<String>,
    /// Every page, slide or section in order, those without text included.
    pub anchors: Vec<Anchor>,
    /// The text, in reading order.
    pub blocks: Vec<Block>,
    /// What the teacher should know.
    pub warnings: Vec<Warning>,
}
