//! What a Word document's paragraph styles mean for a reader.
//!
//! Style names are translated in some programs and the user's own in others,
//! so a heading is known by its outline level first and by its name second.

use std::collections::HashMap;

use super::super::Failure;
use super::package::Package;
use super::xml::{Node, Xml};

/// Styles may be based on each other; more steps than this are a loop.
const MAX_CHAIN: usize = 32;

/// What a paragraph is, according to its style.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Body,
    /// Heading with its level, 1 for the highest.
    Heading(u8),
    /// The document's title.
    Title,
    List,
    Caption,
    /// A line of a table of contents, which repeats the headings.
    Contents,
}

#[derive(Default)]
struct Style {
    name: String,
    based_on: Option<String>,
    outline: Option<u8>,
    numbered: Option<bool>,
    hidden: Option<bool>,
    shaded: Option<bool>,
}

/// The styles of a document by id.
#[derive(Default)]
pub struct Styles(HashMap<String, Style>);

impl Styles {
    /// Reads the styles part; none when the document has none.
    pub fn read(package: &mut Package, part: Option<&str>) -> Result<Self, Failure> {
        let mut styles = HashMap::new();
        let Some(stream) = part.map(|name| package.part(name)).transpose()?.flatten() else {
            return Ok(Self(styles));
        };
        let mut xml = Xml::new(stream);
        let mut id = String::new();
        let mut style = Style::default();
        loop {
            match xml.next()? {
                Node::Start => {
                    let val = xml.attr("val");
                    match xml.name() {
                        "style" => {
                            id = xml.attr("styleId").unwrap_or_default().to_owned();
                            style = Style::default();
                        }
                        "name" => style.name = val.unwrap_or_default().to_lowercase(),
                        "basedOn" => style.based_on = val.map(str::to_owned),
                        "outlineLvl" => style.outline = val.and_then(|v| v.parse().ok()),
                        "numId" => style.numbered = Some(val != Some("0")),
                        "vanish" => style.hidden = Some(is_on(val)),
                        "shd" => style.shaded = Some(has_ground(xml.attr("fill"))),
                        _ => {}
                    }
                }
                Node::End if xml.name() == "style" => {
                    styles.insert(std::mem::take(&mut id), std::mem::take(&mut style));
                }
                Node::Eof => return Ok(Self(styles)),
                _ => {}
            }
        }
    }

    /// What a paragraph of this style is.
    pub fn role(&self, id: &str) -> Role {
        for style in self.chain(id) {
            if let Some(level) = style.outline.filter(|&l| l < 9) {
                return if style.name == "title" {
                    Role::Title
                } else {
                    Role::Heading(level + 1)
                };
            }
            let name = style.name.as_str();
            if name == "title" {
                return Role::Title;
            }
            if let Some(level) = name.strip_prefix("heading ").and_then(|n| n.parse().ok()) {
                return Role::Heading(level);
            }
            if name == "caption" {
                return Role::Caption;
            }
            if name.starts_with("toc ") || name == "contents heading" || name == "toc heading" {
                return Role::Contents;
            }
            if name.starts_with("list bullet") || name.starts_with("list number") {
                return Role::List;
            }
        }
        match self.chain(id).find_map(|s| s.numbered) {
            Some(true) => Role::List,
            _ => Role::Body,
        }
    }

    /// Whether the style hides its text.
    pub fn is_hidden(&self, id: &str) -> bool {
        self.chain(id).find_map(|s| s.hidden).unwrap_or(false)
    }

    /// Whether the style gives its text a ground of some colour.
    pub fn is_shaded(&self, id: &str) -> bool {
        self.chain(id).find_map(|s| s.shaded).unwrap_or(false)
    }

    fn chain<'a>(&'a self, id: &str) -> impl Iterator<Item = &'a Style> {
        let next = |style: &&'a Style| self.0.get(style.based_on.as_deref()?);
        std::iter::successors(self.0.get(id), next).take(MAX_CHAIN)
    }
}

/// The value of an on/off property: on when it is there and does not say no.
pub fn is_on(val: Option<&str>) -> bool {
    !matches!(val, Some("0" | "false" | "off" | "none"))
}

/// Whether a colour of text is white.
pub fn is_white(colour: Option<&str>) -> bool {
    colour.is_some_and(|c| c.trim_start_matches('#').eq_ignore_ascii_case("ffffff"))
}

/// Whether a colour of the ground is one on which white is seen.
pub fn has_ground(colour: Option<&str>) -> bool {
    colour.is_some_and(|c| !is_white(Some(c)) && !matches!(c, "auto" | "transparent" | "none"))
}
