//! What is known of elements: which are no text of a lesson, which begin a
//! line, and where those without an end tag end.

use html5ever::tokenizer::Tag;

/// Elements that never have content.
pub const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
];

/// Elements that are not the text of a lesson.
pub const LEFT_OUT: &[&str] = &[
    "script", "style", "template", "noscript", "nav", "footer", "button", "select", "textarea",
    "svg", "iframe", "object", "canvas", "audio", "video", "dialog", "menu", "rt", "rp",
];

/// Elements that begin and end on a line of their own.
pub const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "center",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "html",
    "legend",
    "li",
    "main",
    "ol",
    "p",
    "section",
    "summary",
    "ul",
];

/// What stands between two elements inside a cell.
pub fn glue(name: &str) -> &'static str {
    match BLOCKS.contains(&name) || matches!(name, "td" | "th" | "tr" | "pre") {
        true => " ",
        false => "",
    }
}

pub fn is_picture(name: &str) -> bool {
    matches!(
        name,
        "img" | "svg" | "video" | "audio" | "object" | "canvas"
    )
}

pub fn is_hidden(tag: &Tag) -> bool {
    tag.attrs.iter().any(|attribute| {
        let value = || attribute.value.to_ascii_lowercase().replace(' ', "");
        match &*attribute.name.local {
            "hidden" => true,
            "style" => value().contains("display:none") || value().contains("visibility:hidden"),
            _ => false,
        }
    })
}

/// What is no text: numbers and arrows that lead to a note and back, as EPUB,
/// ARIA, pandoc and LibreOffice mark them, and the headers and footers of pages
/// that LibreOffice saves.
pub fn is_furniture(tag: &Tag) -> bool {
    const MARKS: [&str; 7] = [
        "noteref",
        "backlink",
        "doc-noteref",
        "doc-backlink",
        "footnote-back",
        "sdfootnoteanc",
        "sdfootnotesym",
    ];
    let says = |value: &str| value.split_whitespace().any(|word| MARKS.contains(&word));
    tag.attrs.iter().any(|attribute| {
        let value = &attribute.value;
        match (&*tag.name, &*attribute.name.local) {
            ("a", "epub:type" | "role" | "class") => says(value),
            ("div", "title") => matches!(&**value, "header" | "footer"),
            _ => false,
        }
    })
}

/// An element that is left out with all it holds.
pub struct Skipped {
    name: String,
    /// Open inside it: elements of its name or, where its end tag may be left
    /// out, lists or tables, in which elements of its name are others'.
    inside: usize,
}

/// Whether an element that is left out goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Skipping {
    On,
    /// It ends with this tag.
    Ends,
    /// It ended before this tag, which is not part of it.
    Ended,
}

impl Skipped {
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            inside: 0,
        }
    }

    /// Takes a start tag; one that is `closed` holds nothing.
    pub fn start(&mut self, name: &str, closed: bool) -> Skipping {
        let holders = holders(&self.name);
        if self.inside == 0 && ends_before(&self.name, name) {
            return Skipping::Ended;
        }
        let counted = match holders {
            [] => self.name == name,
            holders => holders.contains(&name),
        };
        self.inside += usize::from(counted && !closed);
        Skipping::On
    }

    /// Takes an end tag.
    pub fn end(&mut self, name: &str) -> Skipping {
        let holders = holders(&self.name);
        let is_own = self.name == name;
        match (self.inside, holders) {
            (0, _) if is_own => return Skipping::Ends,
            (0, _) if holders.contains(&name) || ends_with(&self.name, name) => {
                return Skipping::Ended;
            }
            (0, _) => {}
            (_, []) => self.inside -= usize::from(is_own),
            _ => self.inside -= usize::from(holders.contains(&name)),
        }
        Skipping::On
    }
}

/// What holds elements whose end tags may be left out; none for others.
fn holders(open: &str) -> &'static [&'static str] {
    match open {
        "li" => &["ul", "ol", "menu"],
        "dd" | "dt" => &["dl"],
        "td" | "th" | "tr" | "tbody" | "thead" | "tfoot" => &["table"],
        "rt" | "rp" => &["ruby"],
        _ => &[],
    }
}

/// Whether an element that may lack its end tag ends where another begins.
fn ends_before(open: &str, next: &str) -> bool {
    match open {
        "li" => next == "li",
        "dd" | "dt" => matches!(next, "dd" | "dt"),
        "td" | "th" => matches!(next, "td" | "th" | "tr") || is_rows(next),
        "tr" => next == "tr" || is_rows(next),
        "tbody" | "thead" | "tfoot" => is_rows(next),
        "rt" | "rp" => matches!(next, "rt" | "rp"),
        "p" => next == "p" || ends_paragraph(next),
        _ => false,
    }
}

/// Whether it ends with the end tag of another that is around it.
fn ends_with(open: &str, around: &str) -> bool {
    match open {
        "td" | "th" => around == "tr" || is_rows(around),
        "tr" => is_rows(around),
        "p" => ends_paragraph(around),
        _ => false,
    }
}

fn is_rows(name: &str) -> bool {
    matches!(name, "tbody" | "thead" | "tfoot")
}

fn ends_paragraph(name: &str) -> bool {
    BLOCKS.contains(&name)
        || is_rows(name)
        || matches!(
            name,
            "td" | "th"
                | "tr"
                | "table"
                | "pre"
                | "nav"
                | "footer"
                | "figcaption"
                | "menu"
                | "form"
        )
}
