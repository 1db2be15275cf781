//! One paragraph of an OpenDocument file and what is anchored in it.

use std::io::BufRead;

use super::super::super::Failure;
use super::super::xml::{Node, Xml};
use super::styles::Styles;

/// Blanks that one element may stand for.
const MOST_BLANKS: usize = 100;

/// What was read of a paragraph.
#[derive(Default)]
pub struct Paragraph {
    /// Its own text.
    pub text: String,
    /// Paragraphs of boxes and notes anchored in it.
    pub beside: Vec<String>,
    /// Whether text of it was left out because nobody sees it.
    pub hidden: bool,
    /// Whether it has a picture.
    pub picture: bool,
}

impl Paragraph {
    /// Reads the paragraph or heading that began, to its end.
    pub fn read<R: BufRead>(xml: &mut Xml<R>, styles: &Styles) -> Result<Self, Failure> {
        let mut read = Self::default();
        let outside = xml.depth() - 1;
        // Depths at which something beside the text began.
        let mut beside: Vec<usize> = Vec::new();
        while xml.depth() > outside {
            match xml.next()? {
                Node::Start => match xml.name() {
                    // A paragraph of a box or a note.
                    "p" | "h" => {
                        beside.push(xml.depth());
                        read.beside.push(String::new());
                    }
                    "s" => {
                        let count = xml.attr("c").and_then(|c| c.parse().ok());
                        let blanks = " ".repeat(count.unwrap_or(1).min(MOST_BLANKS));
                        read.put(!beside.is_empty(), &blanks);
                    }
                    "tab" => read.put(!beside.is_empty(), "\t"),
                    "line-break" => read.put(!beside.is_empty(), "\n"),
                    "image" => read.picture = true,
                    "span" | "hidden-text" => {
                        let style = xml.attr("style-name").unwrap_or_default();
                        if xml.name() == "hidden-text" || styles.is_hidden(style) {
                            read.hidden |= !xml.text_content()?.trim().is_empty();
                        }
                    }
                    name if is_left_out(name) => xml.skip()?,
                    _ => {}
                },
                Node::End => {
                    if beside.last().is_some_and(|depth| *depth > xml.depth()) {
                        beside.pop();
                    }
                }
                Node::Text => {
                    let text = xml.text().to_owned();
                    read.put(!beside.is_empty(), &text);
                }
                Node::Eof => break,
            }
        }
        Ok(read)
    }

    /// All of it in one line, for the cell of a table.
    pub fn flat(self) -> String {
        let parts = std::iter::once(self.text).chain(self.beside);
        parts.collect::<Vec<_>>().join(" ")
    }

    fn put(&mut self, beside: bool, text: &str) {
        match self.beside.last_mut().filter(|_| beside) {
            Some(last) => last.push_str(text),
            None => self.text.push_str(text),
        }
    }
}

/// What is no text of the lesson, wherever it stands.
pub fn is_left_out(name: &str) -> bool {
    matches!(
        name,
        "tracked-changes"
            | "annotation"
            | "annotation-end"
            | "note-citation"
            | "ruby-text"
            | "table-of-content"
            | "alphabetical-index"
            | "illustration-index"
            | "table-index"
            | "object-index"
            | "user-index"
            | "page-number"
            | "page-count"
            | "forms"
            | "sequence-decls"
            | "event-listeners"
            | "desc"
            | "object"
    )
}
