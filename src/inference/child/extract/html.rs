//! Web pages, and the chapters of e-books: headings make sections; lists,
//! tables, captions and code keep their kind.
//!
//! Only html5ever's tokenizer is used. A tree of a page takes many times its
//! bytes and can be as deep as its author likes; text needs none. Navigation,
//! page footers, scripts and forms are left out, and so is hidden text, with a
//! warning.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

use super::output::Output;
use super::text;
use crate::inference::document::{AnchorKind, BlockKind, Document};

/// Bytes handed to the tokenizer at once.
const PIECE: usize = 64 << 10;

/// Reads a page in the encoding it states, or any that [`text::decode`] knows.
pub fn read(bytes: &[u8]) -> Document {
    let out = write(&decode(bytes), Output::new(), Titles::Page);
    out.finish()
}

/// Where a page's `title` goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Titles {
    /// It names the document.
    Page,
    /// It is left out: chapters of a book repeat the book's.
    Chapter,
}

/// Writes the text of a page.
pub fn write(page: &str, out: Output, titles: Titles) -> Output {
    let writer = Writer {
        out,
        titles,
        ..Writer::new()
    };
    let tokenizer = Tokenizer::new(Sink(RefCell::new(writer)), TokenizerOpts::default());
    let queue = BufferQueue::default();
    let mut rest = page;
    while !rest.is_empty() && !tokenizer.sink.0.borrow().out.is_full() {
        let (piece, more) = rest.split_at(rest.floor_char_boundary(PIECE.min(rest.len())));
        queue.push_back(StrTendril::from(piece));
        // It stops at the end of a script; there are none that run here.
        while !queue.is_empty() {
            let _ = tokenizer.feed(&queue);
        }
        rest = more;
    }
    tokenizer.end();
    let mut writer = tokenizer.sink.0.into_inner();
    writer.flush();
    if writer.hidden {
        writer.out.warn("hidden_text", None);
    }
    if writer.pictures {
        writer.out.warn("pictures_left_out", None);
    }
    writer.out
}

/// The text of a page: in the encoding its head names, unless a byte order mark
/// or valid UTF-8 says better.
pub fn decode(bytes: &[u8]) -> String {
    let head = &bytes[..bytes.len().min(1024)];
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let named = head.split_once("charset=").map(|(_, name)| {
        let name = name.trim_start_matches(['"', '\'', ' ']);
        let end = name.find(|c: char| !(c.is_ascii_alphanumeric() || "-_:.".contains(c)));
        &name[..end.unwrap_or(name.len())]
    });
    let encoding = named.and_then(|name| encoding_rs::Encoding::for_label(name.as_bytes()));
    match encoding {
        Some(encoding) if std::str::from_utf8(bytes).is_err() => {
            encoding.decode(bytes).0.into_owned()
        }
        _ => text::decode(bytes),
    }
}

/// The tokenizer hands out tokens by shared reference.
struct Sink(RefCell<Writer>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        let mut writer = self.0.borrow_mut();
        match token {
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => return writer.start(&tag),
            Token::TagToken(tag) => writer.end(&tag.name),
            Token::CharacterTokens(text) => writer.text(&text),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

struct Writer {
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
    /// The element that is left out, and how many of its name are open inside.
    skipped: Option<(String, usize)>,
    /// Open tables; those inside a cell become text of the cell.
    tables: usize,
    rows: Vec<Vec<String>>,
    hidden: bool,
    pictures: bool,
}

impl Writer {
    fn new() -> Self {
        Self {
            out: Output::new(),
            titles: Titles::Page,
            begun: false,
            text: String::new(),
            heading: None,
            in_title: false,
            lists: 0,
            caption: false,
            code: false,
            skipped: None,
            tables: 0,
            rows: Vec::new(),
            hidden: false,
            pictures: false,
        }
    }

    fn start(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name: &str = &tag.name;
        // What these hold is no markup, whether it is left out or not.
        let raw = match name {
            "script" => TokenSinkResult::RawData(RawKind::ScriptData),
            "style" | "iframe" | "noembed" | "noframes" | "xmp" => {
                TokenSinkResult::RawData(RawKind::Rawtext)
            }
            "title" | "textarea" => TokenSinkResult::RawData(RawKind::Rcdata),
            _ => TokenSinkResult::Continue,
        };
        // In XHTML any element may close itself.
        let closed = tag.self_closing || VOID.contains(&name);
        self.pictures |= is_picture(name) && self.skipped.is_none();
        if self
            .skipped
            .as_ref()
            .is_some_and(|(skipped, _)| ends(skipped, name))
        {
            self.skipped = None;
        }
        if let Some((skipped, depth)) = &mut self.skipped {
            *depth += usize::from(skipped == name && !closed);
            return if tag.self_closing {
                TokenSinkResult::Continue
            } else {
                raw
            };
        }
        let hidden = is_hidden(tag);
        if (hidden || LEFT_OUT.contains(&name) || is_furniture(tag)) && !closed {
            self.hidden |= hidden;
            self.skipped = Some((name.to_owned(), 0));
            return raw;
        }
        match name {
            "title" => self.in_title = true,
            "br" => self.text.push('\n'),
            "wbr" => self.text.push('\u{200B}'),
            "td" | "th" if self.tables == 1 => self.begin_cell(),
            "tr" if self.tables == 1 => {
                self.end_cell();
                self.rows.push(Vec::new());
            }
            "table" => {
                if self.tables == 0 {
                    self.flush();
                    self.rows.clear();
                }
                self.tables += usize::from(!closed);
            }
            "caption" if self.tables == 1 => self.text.clear(),
            _ if self.tables > 0 => self.text.push_str(glue(name)),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.flush();
                self.heading = name[1..].parse().ok();
            }
            // Items often lack their end tags, lists never do.
            "ul" | "ol" | "dl" => {
                self.flush();
                self.lists += usize::from(!closed);
            }
            "figcaption" => {
                self.flush();
                self.caption = true;
            }
            "pre" => {
                self.flush();
                self.code = true;
            }
            _ if BLOCKS.contains(&name) => self.flush(),
            _ => {}
        }
        if closed {
            TokenSinkResult::Continue
        } else {
            raw
        }
    }

    fn end(&mut self, name: &str) {
        if let Some((skipped, depth)) = &mut self.skipped {
            if skipped == name {
                match depth.checked_sub(1) {
                    Some(less) => *depth = less,
                    None => self.skipped = None,
                }
            }
            return;
        }
        match name {
            "title" => {
                let title = std::mem::take(&mut self.text);
                self.in_title = false;
                if self.titles == Titles::Page {
                    self.out.title(&title);
                }
            }
            "table" => {
                self.tables = self.tables.saturating_sub(1);
                if self.tables == 0 {
                    self.end_cell();
                    let rows = std::mem::take(&mut self.rows);
                    self.ensure_section();
                    self.out.table(&rows);
                }
            }
            "td" | "th" if self.tables == 1 => self.end_cell(),
            "caption" if self.tables == 1 => {
                let caption = std::mem::take(&mut self.text);
                self.ensure_section();
                self.out.block(BlockKind::Caption, &caption);
            }
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

    fn text(&mut self, text: &str) {
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

    fn begin_cell(&mut self) {
        self.end_cell();
        match self.rows.last_mut() {
            Some(row) => row.push(String::new()),
            None => self.rows.push(vec![String::new()]),
        }
    }

    /// What was read since a cell began is its text; text between cells is none's.
    fn end_cell(&mut self) {
        let text = std::mem::take(&mut self.text);
        if let Some(cell) = self.rows.last_mut().and_then(|row| row.last_mut())
            && cell.is_empty()
        {
            *cell = text;
        }
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

/// Elements that never have content.
const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
];

/// Elements that are not the text of a lesson.
const LEFT_OUT: &[&str] = &[
    "script", "style", "template", "noscript", "nav", "footer", "button", "select", "textarea",
    "svg", "iframe", "object", "canvas", "audio", "video", "dialog", "menu", "rt", "rp",
];

fn is_picture(name: &str) -> bool {
    matches!(
        name,
        "img" | "svg" | "video" | "audio" | "object" | "canvas"
    )
}

/// Whether an element that may lack its end tag ends where another begins.
fn ends(open: &str, next: &str) -> bool {
    match open {
        "p" => next == "p" || BLOCKS.contains(&next),
        "li" | "dd" | "dt" | "td" | "th" | "tr" => open == next,
        _ => false,
    }
}

fn is_hidden(tag: &Tag) -> bool {
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
fn is_furniture(tag: &Tag) -> bool {
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

/// Elements that begin and end on a line of their own.
const BLOCKS: &[&str] = &[
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
fn glue(name: &str) -> &'static str {
    match BLOCKS.contains(&name) || matches!(name, "td" | "th" | "tr" | "pre") {
        true => " ",
        false => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(page: &str, expect: &[&str]) {
        let document = read(page.as_bytes());
        let blocks = document.blocks.iter();
        let told: Vec<String> = blocks
            .map(|b| format!("{} {}", b.kind.as_str(), b.text))
            .collect();
        assert_eq!(told, expect, "{page}");
    }

    #[test]
    fn structure_survives() {
        check(
            "<title>Soil</title><h1>What soil&nbsp;is</h1><p>Soil is <b>alive</b>.\n It breathes.\
             <ul><li>sand<li>clay<p>and silt</ul><pre>a  b\n c</pre>\
             <figure><img src=x><figcaption>A field</figcaption></figure>",
            &[
                "heading What soil is",
                "paragraph Soil is alive. It breathes.",
                "list_item sand",
                "list_item clay",
                "list_item and silt",
                "code a  b\n c",
                "caption A field",
            ],
        );
    }

    #[test]
    fn tables_keep_their_cells() {
        check(
            "<table><caption>When to <i>sow</i></caption> <tr><th>Crop<th>Month<tr><td><p>Maize</p><p>white</p></td><td>March</td></tr>\
             <tr><td><table><tr><td>in</td><td>side</td></tr></table></td><td>x</td></table>after",
            &[
                "caption When to sow",
                "table Crop | Month\nMaize white | March\nin side | x",
                "paragraph after",
            ],
        );
    }

    #[test]
    fn what_no_reader_sees_is_left_out() {
        check(
            "<nav><a>Home</a><nav>x</nav>y</nav><script>if (a < b) { '<p>no</p>' }</script>\
             <style>p{}</style><p>Yes.</p><div style='Display: None'>no<div>no</div>no</div>\
             <p hidden>no</p><p hidden>no<p>Open.<footer>page 3</footer><textarea><p>no</textarea><p>Also.",
            &["paragraph Yes.", "paragraph Open.", "paragraph Also."],
        );
        check(
            "<div title=footer>Page 3</div><p>Wet.<a class='x sdfootnoteanc'><sup>1</sup></a>\
             <a href='#m'>More</a>",
            &["paragraph Wet.More"],
        );
        let document = read(b"<p>Seen</p><p hidden>not</p>");
        assert_eq!(document.warnings[0].code, "hidden_text");
    }

    #[test]
    fn encodings_are_found() {
        let page = b"<meta charset=\"iso-8859-1\"><p>\xE9t\xE9</p>";
        assert_eq!(read(page).blocks[0].text, "été");
        assert_eq!(
            decode("<meta charset=latin1>é".as_bytes()),
            "<meta charset=latin1>é"
        );
    }

    #[test]
    fn depth_costs_nothing() {
        let deep = "<div>".repeat(200_000) + "deep";
        check(&deep, &["paragraph deep"]);
        let open = "<table><tr><td>".repeat(50_000) + "deep";
        assert_eq!(read(open.as_bytes()).blocks.len(), 1);
    }
}
