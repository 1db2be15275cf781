//! A font, reduced to what its codes stand for and how wide they are.

use std::collections::HashMap;

use encoding_rs::{Encoding, MACINTOSH, WINDOWS_1252};
use pdf_extract::{Dictionary, Document, Object};

use super::map::Map;
use super::names;
use crate::inference::child::extract::pdf::fonts::{array, as_number, dictionary, get};

/// Width, in type sizes, of a glyph nothing is known of.
const USUAL: f64 = 0.5;
/// Widths that are taken from one font.
const MAX_WIDTHS: usize = 70_000;

/// What codes stand for.
enum Codes {
    /// One byte each.
    One(Vec<Option<String>>),
    /// Two bytes, of UTF-16.
    Utf16,
    /// Two bytes that only the map knows.
    Unknown,
}

/// A font.
pub struct Font {
    map: Map,
    codes: Codes,
    widths: HashMap<u32, f64>,
    usual: f64,
}

impl Font {
    /// Takes from a font's dictionary what is there.
    pub fn of(doc: &Document, font: &Dictionary) -> Self {
        let map = match get(doc, font, b"ToUnicode") {
            Some(Object::Stream(stream)) => {
                let source = stream.decompressed_content();
                Map::read(source.as_deref().unwrap_or(&stream.content))
            }
            _ => Map::default(),
        };
        let subtype = get(doc, font, b"Subtype").and_then(|o| o.as_name().ok());
        match subtype {
            Some(b"Type0") => Self::composite(doc, font, map),
            kind => Self::simple(doc, font, map, kind == Some(b"Type3")),
        }
    }

    /// The text, width in type sizes, and whether it is a blank, of each code.
    pub fn glyphs<'a>(&'a self, codes: &'a [u8]) -> impl Iterator<Item = (String, f64, bool)> + 'a {
        let one = match self.codes {
            Codes::One(_) => true,
            _ => !self.map.is_empty() && self.map.one_byte,
        };
        codes.chunks(if one { 1 } else { 2 }).map(move |code| {
            let number = code.iter().fold(0, |n, byte| n << 8 | u32::from(*byte));
            let width = self.widths.get(&number).copied().unwrap_or(self.usual);
            (self.text(number), width, one && number == 32)
        })
    }

    fn text(&self, code: u32) -> String {
        if let Some(text) = self.map.get(code) {
            return text.to_owned();
        }
        match &self.codes {
            Codes::One(table) => table.get(code as usize).cloned().flatten(),
            Codes::Utf16 => char::from_u32(code).map(String::from),
            Codes::Unknown => None,
        }
        .unwrap_or_default()
    }

    fn simple(doc: &Document, font: &Dictionary, map: Map, drawn: bool) -> Self {
        // Only fonts drawn by the document have units of their own.
        let matrix = array(doc, font, b"FontMatrix").filter(|_| drawn);
        let unit = matrix
            .and_then(|m| m.first())
            .and_then(as_number)
            .unwrap_or(0.001);
        let first = get(doc, font, b"FirstChar")
            .and_then(as_number)
            .unwrap_or(0.0) as u32;
        let widths = array(doc, font, b"Widths").into_iter().flatten();
        let width = |o| doc.dereference(o).ok().and_then(|(_, o)| as_number(o));
        let widths = (first..256).zip(widths);
        Self {
            map,
            codes: Codes::One(table(doc, font)),
            widths: widths
                .filter_map(|(code, o)| Some((code, width(o)? * unit)))
                .collect(),
            usual: USUAL,
        }
    }

    fn composite(doc: &Document, font: &Dictionary, map: Map) -> Self {
        let encoding = get(doc, font, b"Encoding").and_then(|o| o.as_name().ok());
        let encoding = String::from_utf8_lossy(encoding.unwrap_or_default());
        let utf16 = encoding.contains("UCS2") || encoding.contains("UTF16");
        let descendant = array(doc, font, b"DescendantFonts").and_then(|a| a.first());
        let descendant = descendant.and_then(|f| dictionary(doc, f));
        let usual = descendant
            .and_then(|d| get(doc, d, b"DW"))
            .and_then(as_number);
        Self {
            map,
            codes: if utf16 { Codes::Utf16 } else { Codes::Unknown },
            widths: descendant
                .map(|d| composite_widths(doc, d))
                .unwrap_or_default(),
            usual: usual.map_or(1.0, |width| width / 1000.0),
        }
    }
}

/// Characters of the 256 codes, by the encoding the font names.
fn table(doc: &Document, font: &Dictionary) -> Vec<Option<String>> {
    let encoding = get(doc, font, b"Encoding");
    let of_name = |name: &[u8]| match name {
        b"MacRomanEncoding" => MACINTOSH,
        _ => WINDOWS_1252,
    };
    let (base, own) = match encoding {
        Some(Object::Name(name)) => (of_name(name), None),
        Some(Object::Dictionary(dict)) => {
            let base = get(doc, dict, b"BaseEncoding").and_then(|o| o.as_name().ok());
            (
                of_name(base.unwrap_or_default()),
                array(doc, dict, b"Differences"),
            )
        }
        _ => (WINDOWS_1252, None),
    };
    let mut table: Vec<Option<String>> = (0..=255).map(|byte| character(base, byte)).collect();
    let mut code = 0_usize;
    for object in own.into_iter().flatten() {
        match doc.dereference(object) {
            Ok((_, Object::Integer(at))) => code = usize::try_from(*at).unwrap_or(256),
            Ok((_, Object::Name(name))) => {
                if let Some(place) = table.get_mut(code) {
                    *place = names::text(&String::from_utf8_lossy(name));
                }
                code = code.saturating_add(1);
            }
            _ => {}
        }
    }
    table
}

fn character(encoding: &'static Encoding, byte: u8) -> Option<String> {
    let text = encoding.decode_without_bom_handling(&[byte]).0.into_owned();
    Some(text).filter(|text| !text.contains(char::is_control))
}

/// The widths of a composite font: `code [w w ...]` or `first last w`.
fn composite_widths(doc: &Document, font: &Dictionary) -> HashMap<u32, f64> {
    let number = |o: &Object| doc.dereference(o).ok().and_then(|(_, o)| as_number(o));
    let mut widths = HashMap::new();
    let mut parts = array(doc, font, b"W").into_iter().flatten();
    while let (Some(first), Some(next)) = (parts.next().and_then(number), parts.next()) {
        let first = first as u32;
        if widths.len() > MAX_WIDTHS {
            break;
        }
        if let Ok((_, Object::Array(list))) = doc.dereference(next) {
            let list = list.iter().filter_map(number);
            widths.extend((first..=u32::MAX).zip(list.map(|width| width / 1000.0)));
        } else if let (Some(last), Some(width)) = (number(next), parts.next().and_then(number)) {
            let codes = (first..=last as u32).take(MAX_WIDTHS);
            widths.extend(codes.map(|code| (code, width / 1000.0)));
        }
    }
    widths
}
