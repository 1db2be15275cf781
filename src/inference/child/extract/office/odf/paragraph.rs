//! One paragraph of an OpenDocument file and what is anchored in it.

use std::io::BufRead;

use super::super::super::Failure;
use super::super::xml::{Node, Xml};
use super::styles::Styles;
use crate::inference::document::MAX_TEXT;

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
    /// Whether it has more text than a document takes.
    pub cut: bool,
    /// Bytes of all its text. Few bytes of the file may stand for many.
    bytes: usize,
}

impl Paragraph {
    /// Reads the paragraph or heading that began, to its end.
    pub fn read<R: BufRead>(xml: &mut Xml<R>, styles: &Styles) -> Result<Self, Failure> {
        let mut read = Self::default();
        if read.skip_hidden(xml, styles)? {
            return Ok(read);
        }
        let outside = xml.depth() - 1;
        // Depths at which something beside the text began, and shapes.
        let (mut beside, mut shapes): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
        while xml.depth() > outside {
            match xml.next()? {
                Node::Start => match xml.name() {
                    // A paragraph of a box or a note.
                    "p" | "h" => {
                        let is_hidden = read.skip_hidden(xml, styles)?;
                        if !is_hidden {
                            beside.push(xml.depth());
                            read.beside.pop_if(|text| text.is_empty());
                            read.beside.push(String::new());
                        }
                    }
                    "s" => {
                        let count = xml.attr("c").and_then(|c| c.parse().ok());
                        let blanks = " ".repeat(count.unwrap_or(1).min(MOST_BLANKS));
                        read.put(!beside.is_empty(), &blanks);
                    }
                    "tab" => read.put(!beside.is_empty(), "\t"),
                    "line-break" => read.put(!beside.is_empty(), "\n"),
                    "image" => read.picture = true,
                    "span" => {
                        read.skip_hidden(xml, styles)?;
                    }
                    "hidden-text" => read.hidden |= !xml.text_content()?.trim().is_empty(),
                    // The name of a shape; elsewhere it is a field that shows the document's.
                    "title" if shapes.last() == Some(&(xml.depth() - 1)) => xml.skip()?,
                    name if is_left_out(name) => xml.skip()?,
                    name if is_shape(name) => shapes.push(xml.depth()),
                    _ => {}
                },
                Node::End => {
                    beside.pop_if(|depth| *depth > xml.depth());
                    shapes.pop_if(|depth| *depth > xml.depth());
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

    /// Skips the element that began if its style hides it.
    fn skip_hidden<R: BufRead>(
        &mut self,
        xml: &mut Xml<R>,
        styles: &Styles,
    ) -> Result<bool, Failure> {
        let is_hidden = styles.is_hidden(xml.attr("style-name").unwrap_or_default());
        if is_hidden {
            self.hidden |= !xml.text_content()?.trim().is_empty();
        }
        Ok(is_hidden)
    }

    fn put(&mut self, beside: bool, text: &str) {
        self.bytes += text.len();
        self.cut = self.bytes > MAX_TEXT;
        if self.cut {
            return;
        }
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
            | "binary-data"
    )
}

/// What may have a name for those who can not see it.
fn is_shape(name: &str) -> bool {
    matches!(
        name,
        "frame"
            | "custom-shape"
            | "g"
            | "rect"
            | "line"
            | "polyline"
            | "polygon"
            | "regular-polygon"
            | "path"
            | "circle"
            | "ellipse"
            | "connector"
            | "measure"
            | "caption"
    )
}
