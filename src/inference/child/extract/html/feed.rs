//! Hands a page to the tokenizer in small steps.
//!
//! The tokenizer compares every attribute of a tag with all before it, so one
//! tag of some megabytes would keep it busy for hours. It does not say when it is
//! inside a tag; but then it hands out no token, and a tag begins with `<`. What
//! came since such a `<` without a token is followed here, and a tag with too many
//! attributes refused. Comments and long values, such as pictures inside the
//! page, may have any length.

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tokenizer};

use super::Sink;
use crate::inference::child::extract::Failure;

/// Bytes handed to the tokenizer at once: few enough that their attributes do
/// not matter before they are counted.
const STEP: usize = 1024;
/// Attributes of one tag.
const MAX_ATTRIBUTES: usize = 256;

/// Feeds a page until its end or until the document is full.
///
/// # Errors
/// `damaged` when a tag has too many attributes.
pub fn feed(page: &str, tokenizer: &Tokenizer<Sink>) -> Result<(), Failure> {
    let queue = BufferQueue::default();
    let is_silent = |piece: &str| {
        let before = tokenizer.sink.tokens.get();
        queue.push_back(StrTendril::from(piece));
        // It stops at the end of a script; there are none that run here.
        while !queue.is_empty() {
            let _ = tokenizer.feed(&queue);
        }
        tokenizer.sink.tokens.get() == before
    };
    let mut open = Open::default();
    let mut rest = page;
    while !rest.is_empty() && !tokenizer.sink.writer.borrow().is_full() {
        let (mut piece, more) = rest.split_at(step(rest));
        if let Some(inside) = piece.strip_prefix('<') {
            // Alone, because it may end something else before a tag begins.
            match is_silent("<") {
                true => open.read("<"),
                false => open = Open::BEGUN,
            }
            piece = inside;
        }
        match piece.is_empty() || is_silent(piece) {
            true => open.read(piece),
            false => open = Open::default(),
        }
        if open.attributes > MAX_ATTRIBUTES {
            let detail = format!("a tag has more than {MAX_ATTRIBUTES} attributes");
            return Err(Failure::damaged(detail));
        }
        rest = more;
    }
    Ok(())
}

/// How many bytes come next: only the first may be a `<`.
fn step(rest: &str) -> usize {
    let most = rest.floor_char_boundary(STEP.min(rest.len()));
    let next = rest.bytes().take(most).skip(1).position(|b| b == b'<');
    next.map_or(most, |at| at + 1)
}

/// The tag that may be open.
#[derive(Default)]
struct Open {
    at: At,
    attributes: usize,
}

/// Where in a tag the tokenizer is.
#[derive(Clone, Copy, Default)]
enum At {
    /// In text.
    #[default]
    Text,
    /// After `<` or `</`.
    Begun,
    /// In a comment or the like.
    Other,
    TagName,
    /// Before the name of an attribute.
    Between,
    Name,
    AfterName,
    BeforeValue,
    Value,
    Quoted(u8),
}

impl Open {
    const BEGUN: Self = Self {
        at: At::Begun,
        attributes: 0,
    };

    fn read(&mut self, piece: &str) {
        for byte in piece.bytes() {
            let blank = byte.is_ascii_whitespace();
            self.at = match (self.at, byte) {
                (At::Text, b'<') => At::Begun,
                (At::Text | At::Other, _) => return,
                (At::Begun, b'/') => At::Begun,
                (At::Begun, _) if byte.is_ascii_alphabetic() => At::TagName,
                (At::Begun, _) => At::Other,
                (At::TagName | At::Value, _) if blank => At::Between,
                (At::TagName | At::Name | At::AfterName | At::Between, b'/') => At::Between,
                (At::Name, _) if blank => At::AfterName,
                (At::Name | At::AfterName, b'=') => At::BeforeValue,
                (At::BeforeValue, b'"' | b'\'') => At::Quoted(byte),
                (At::Quoted(quote), _) if quote == byte => At::Between,
                (At::Between | At::AfterName, _) if !blank => {
                    self.attributes += 1;
                    At::Name
                }
                (At::BeforeValue, _) if !blank => At::Value,
                (at, _) => at,
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    #[test]
    fn attributes_are_counted_as_the_tokenizer_does() {
        let check = |tag: &str, expect| {
            let mut open = Open::default();
            open.read(tag);
            assert_eq!(open.attributes, expect, "{tag}");
        };
        check("<a", 0);
        check("</a b", 1);
        check("<a b c = d/e f='g \" h i' j=\"k l\"m n", 6);
        check("<a/b/c =", 2);
        check("<a =b", 1);
        check("<!-- a b", 0);
        check("text a b", 0);
    }

    #[test]
    fn a_tag_without_end_is_refused_at_once() {
        let names = |count: usize| -> String { (0..count).map(|n| format!(" a{n}")).collect() };
        let many = names(1_000_000);
        for page in [
            format!("<p>x</p><p{many}>y"),
            format!("x&am<p{many}"),
            format!("</p title='<'{many}>"),
            format!("<script></scr</script{many}>"),
            format!("<!-- <p> --><p {}", many.replace(' ', "=< ")),
        ] {
            assert!(read(page.as_bytes()).is_err(), "{}", &page[..30]);
        }
        for page in [
            format!("<p>x</p><p{}>y</p>", names(200)),
            format!("<p>x</p><!-- <p{many} -->y"),
            format!("<p>x</p><script>if (a<b){many}</script>y"),
            format!("<p>x</p><p title=\"{many}\">y</p>"),
            format!("<p>x</p><!DOCTYPE{many}>y"),
        ] {
            let blocks = read(page.as_bytes()).expect("a page").blocks;
            assert_eq!(blocks.len(), 2, "{}", &page[..30]);
        }
    }
}
