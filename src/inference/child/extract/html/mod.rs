//! Web pages, and the chapters of e-books: headings make sections; lists,
//! tables, captions and code keep their kind.
//!
//! Only html5ever's tokenizer is used. A tree of a page takes many times its
//! bytes and can be as deep as its author likes; text needs none. Navigation,
//! page footers, scripts and forms are left out, and so is hidden text, with a
//! warning.

mod elements;
mod feed;
mod writer;

use std::cell::{Cell, RefCell};

use html5ever::tokenizer::{TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

use super::Failure;
use super::encoding;
use super::output::Output;
use crate::inference::document::Document;
use feed::feed;
use writer::Writer;

/// Reads a page in the encoding it states, or any that [`encoding::decode`] knows.
pub fn read(bytes: &[u8]) -> Result<Document, Failure> {
    let out = write(&decode(bytes), Output::new(), Titles::Page)?;
    Ok(out.finish())
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
pub fn write(page: &str, out: Output, titles: Titles) -> Result<Output, Failure> {
    let sink = Sink {
        writer: RefCell::new(Writer::new(out, titles)),
        tokens: Cell::default(),
    };
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    feed(page, &tokenizer)?;
    tokenizer.end();
    Ok(tokenizer.sink.writer.into_inner().finish())
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
        _ => encoding::decode(bytes),
    }
}

/// The tokenizer hands out tokens by shared reference.
struct Sink {
    writer: RefCell<Writer>,
    /// How many tokens came.
    tokens: Cell<u64>,
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        if matches!(token, Token::ParseError(_)) {
            return TokenSinkResult::Continue;
        }
        self.tokens.set(self.tokens.get() + 1);
        let mut writer = self.writer.borrow_mut();
        match token {
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => return writer.start(&tag),
            Token::TagToken(tag) => writer.end(&tag.name),
            Token::CharacterTokens(text) => writer.text(&text),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(document: Document) -> Vec<String> {
        let blocks = document.blocks.iter();
        blocks
            .map(|b| format!("{} {}", b.kind.as_str(), b.text))
            .collect()
    }

    fn check(page: &str, expect: &[&str]) {
        let document = read(page.as_bytes()).expect("a page");
        assert_eq!(told(document), expect, "{page}");
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
    fn elements_that_close_themselves_hold_nothing() {
        let page = "<html><head><title/></head><body><pre/><p>Soil.</p><figcaption/><h2/>\
                    <p>Sand.</p><script/><p>Clay.</p></body></html>";
        let expect = ["paragraph Soil.", "paragraph Sand.", "paragraph Clay."];
        check(page, &expect);
        let out = write(page, Output::new(), Titles::Chapter).expect("a chapter");
        assert_eq!(told(out.finish()), expect);
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
    fn tables_without_end_keep_their_rows() {
        check(
            "<p>Before.<table><caption>Rain<tbody><tr><td>a<td>b<tr><td>c",
            &["paragraph Before.", "caption Rain", "table a | b\nc"],
        );
        check(
            "<table><tr><td>a</td></tr> <p>The rest</p> of the page.",
            &["table a", "paragraph The rest of the page."],
        );
        check(
            "<table><tr><td>a<td><table><tr><td>in</td></tr></td></tr></table> <p>The rest.",
            &["table a | in The rest."],
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
        let document = read(b"<p>Seen</p><p hidden>not</p>").expect("a page");
        assert_eq!(document.warnings[0].code, "hidden_text");
    }

    #[test]
    fn hidden_elements_end_without_an_end_tag() {
        check(
            "<ul><li>a<li hidden>no<ul><li>no<li>no</ul>no<li>b<li hidden>no</ul><p>After.",
            &["list_item a", "list_item b", "paragraph After."],
        );
        check(
            "<dl><dt>a<dd hidden>no<dl><dd>no</dl>no<dt>b<dd hidden>no</dl>After.",
            &["list_item a", "list_item b", "paragraph After."],
        );
        check(
            "<table><tr><td>a<td hidden>no<table><tr><td>no</table>no<tr><td hidden>no<td>b\
             <tr hidden><td>no<tr><td>c<tbody hidden><tr><td>no<tbody><tr><td>d<tr hidden><td>no\
             </table>After.",
            &["table a\nb\nc\nd", "paragraph After."],
        );
        check(
            "<div><p hidden>no</div><p>a<div><p hidden>no<table><tr><td>b</table></div>\
             <ruby>c<rt>no</ruby>d",
            &["paragraph a", "table b", "paragraph cd"],
        );
    }

    #[test]
    fn encodings_are_found() {
        let page = b"<meta charset=\"iso-8859-1\"><p>\xE9t\xE9</p>";
        assert_eq!(read(page).expect("a page").blocks[0].text, "été");
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
        check(&open, &["table deep"]);
    }
}
