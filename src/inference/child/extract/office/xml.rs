//! A pull parser over one XML part: names without prefixes, limits on depth
//! and attributes, no document types and so no entities.

use std::io::BufRead;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Error as XmlError, XmlVersion};

use super::super::Failure;
use super::package::Limit;
use crate::inference::protocol::FailureCode;

/// Elements inside each other.
const MAX_DEPTH: usize = 256;
/// Attributes of one element.
const MAX_ATTRIBUTES: usize = 256;

/// What [`Xml::next`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Node {
    /// An element begins; see [`Xml::name`] and [`Xml::attr`]. Empty elements
    /// begin and end.
    Start,
    /// An element ends.
    End,
    /// Text, or a piece of it; see [`Xml::text`].
    Text,
    /// The part ends.
    Eof,
}

/// The parser's state; names are valid until the next call.
pub struct Xml<R> {
    reader: quick_xml::Reader<R>,
    buffer: Vec<u8>,
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
    depth: usize,
}

impl<R: BufRead> Xml<R> {
    pub fn new(part: R) -> Self {
        let mut reader = quick_xml::Reader::from_reader(part);
        reader.config_mut().expand_empty_elements = true;
        Self {
            reader,
            buffer: Vec::new(),
            name: String::new(),
            attributes: Vec::new(),
            text: String::new(),
            depth: 0,
        }
    }

    /// Local name of the element that began or ended.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// An attribute of the element that began, by local name.
    pub fn attr(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(n, _)| n == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Whether an attribute of this local name has this value; a name may occur
    /// once in each namespace.
    pub fn has_attr_value(&self, name: &str, value: &str) -> bool {
        self.attributes.iter().any(|(n, v)| n == name && v == value)
    }

    /// The text that was found.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Open elements; an element that just began is counted.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// Goes to the next node.
    pub fn next(&mut self) -> Result<Node, Failure> {
        loop {
            self.buffer.clear();
            let event = self
                .reader
                .read_event_into(&mut self.buffer)
                .map_err(failure)?;
            match event {
                Event::Start(start) => {
                    self.depth += 1;
                    if self.depth > MAX_DEPTH {
                        let detail = format!("more than {MAX_DEPTH} elements inside each other");
                        return Err(Failure::new(FailureCode::TooDeep, detail));
                    }
                    set(&mut self.name, start.local_name().as_ref());
                    read_attributes(&start, &mut self.attributes)?;
                    return Ok(Node::Start);
                }
                Event::End(end) => {
                    self.depth = self.depth.saturating_sub(1);
                    set(&mut self.name, end.local_name().as_ref());
                    return Ok(Node::End);
                }
                Event::Text(text) => {
                    set(&mut self.text, &text.xml10_content());
                    return Ok(Node::Text);
                }
                Event::CData(text) => {
                    set(&mut self.text, &text.xml10_content());
                    return Ok(Node::Text);
                }
                Event::GeneralRef(reference) => {
                    self.text.clear();
                    match reference.resolve_char_ref().map_err(failure)? {
                        Some(c) => self.text.push(c),
                        None => self.text.push_str(predefined(&reference)),
                    }
                    return Ok(Node::Text);
                }
                // Office files have no document type; entities stay unknown.
                Event::DocType(_) => return Err(Failure::damaged("a part declares a DOCTYPE")),
                Event::Eof if self.depth > 0 => return Err(Failure::damaged("a part ends early")),
                Event::Eof => return Ok(Node::Eof),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::Empty(_) => {}
            }
        }
    }

    /// Skips what is left of the element that began.
    pub fn skip(&mut self) -> Result<(), Failure> {
        let outside = self.depth.saturating_sub(1);
        while self.depth > outside {
            self.next()?;
        }
        Ok(())
    }

    /// All text inside the element that began, to its end.
    pub fn text_content(&mut self) -> Result<String, Failure> {
        let outside = self.depth.saturating_sub(1);
        let mut all = String::new();
        while self.depth > outside {
            if self.next()? == Node::Text {
                all.push_str(&self.text);
            }
        }
        Ok(all)
    }
}

fn set(field: &mut String, value: &str) {
    field.clear();
    field.push_str(value);
}

fn read_attributes(
    start: &BytesStart<'_>,
    into: &mut Vec<(String, String)>,
) -> Result<(), Failure> {
    into.clear();
    // Without the library's check for duplicates, which compares all pairs.
    for attribute in start.attributes().with_checks(false) {
        let attribute = attribute.map_err(Failure::damaged)?;
        if into.len() == MAX_ATTRIBUTES {
            let detail = format!("an element has more than {MAX_ATTRIBUTES} attributes");
            return Err(Failure::damaged(detail));
        }
        let value = attribute.normalized_value(XmlVersion::Implicit1_0);
        let value = value.map_err(Failure::damaged)?;
        let name = attribute.key.local_name().as_ref().to_owned();
        into.push((name, value.into_owned()));
    }
    Ok(())
}

fn predefined(name: &str) -> &'static str {
    match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => "",
    }
}

fn failure(error: XmlError) -> Failure {
    match &error {
        XmlError::Io(io) => failure_of_io(io),
        _ => Failure::damaged(error),
    }
}

/// Why a part could not be inflated.
pub fn failure_of_io(error: &std::io::Error) -> Failure {
    match error.get_ref().and_then(|inner| inner.downcast_ref()) {
        Some(Limit(code, detail)) => Failure::new(*code, detail.clone()),
        None => Failure::damaged(error),
    }
}
