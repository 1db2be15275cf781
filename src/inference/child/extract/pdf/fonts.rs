//! Makes fonts fit for pdf-extract, which panics on many that are legal.
//!
//! A font is mended: unknown encodings, widths that do not match
//! their range, names that are missing. Then it is tried on a page of its own;
//! if that panics, it is tried again without the part most likely at fault. Pages
//! with a font that can not be used so are read by [`super::plain`].

use std::collections::HashMap;

use super::super::caught;
use super::scan;
use pdf_extract::{Dictionary, Document, Object, ObjectId, Stream};

/// Encodings pdf-extract knows for fonts with one byte a character.
const KNOWN: [&[u8]; 3] = [
    b"WinAnsiEncoding",
    b"MacRomanEncoding",
    b"MacExpertEncoding",
];

/// Codes a character map may map; two bytes make 65,536.
const MAX_MAPPED: u64 = 200_000;

/// What is known of a font.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known {
    pub bold: bool,
    /// pdf-extract panics on it whatever is left out.
    pub broken: bool,
}

/// Mends all fonts of a document in place. `works` tries a font; it may panic.
/// Fonts that never work stay as they are.
pub fn mend_all(
    pdf: &mut Document,
    works: impl Fn(&mut Document, Dictionary),
) -> HashMap<ObjectId, Known> {
    let ids: Vec<ObjectId> = pdf
        .objects
        .iter()
        .filter(|(_, o)| is_font(o))
        .map(|(id, _)| *id)
        .collect();
    let mut known = HashMap::new();
    for id in ids {
        let Ok(font) = pdf.get_dictionary(id) else {
            continue;
        };
        let bold = is_bold(pdf, font);
        let candidates = candidates(pdf, font);
        let mut tries = candidates.into_iter();
        let chosen = tries.find(|font| caught(|| works(pdf, font.clone())).is_some());
        let broken = chosen.is_none();
        if let Some(font) = chosen {
            pdf.objects.insert(id, Object::Dictionary(font));
        }
        known.insert(id, Known { bold, broken });
    }
    known
}

/// Whether an object is a font that a page can choose.
fn is_font(object: &Object) -> bool {
    let Object::Dictionary(dict) = object else {
        return false;
    };
    let subtype = dict
        .get(b"Subtype")
        .and_then(Object::as_name)
        .unwrap_or(b"");
    matches!(
        subtype,
        b"Type0" | b"Type1" | b"MMType1" | b"TrueType" | b"Type3"
    ) && (dict.has_type(b"Font") || dict.has(b"BaseFont") || dict.has(b"CharProcs"))
}

/// The font mended, then with ever more left out.
fn candidates(doc: &Document, font: &Dictionary) -> [Dictionary; 4] {
    let whole = mended(doc, font);
    let mut without_widths = whole.clone();
    plain_descendant(doc, &mut without_widths);
    let mut without_file = whole.clone();
    without_file.remove(b"FontDescriptor");
    let mut without_map = without_file.clone();
    without_map.remove(b"ToUnicode");
    [whole, without_widths, without_file, without_map]
}

/// Whether the font's name or description says it is bold.
pub fn is_bold(doc: &Document, font: &Dictionary) -> bool {
    let descendant = array(doc, font, b"DescendantFonts").and_then(|a| a.first());
    let font = descendant.and_then(|f| dictionary(doc, f)).unwrap_or(font);
    let name = get(doc, font, b"BaseFont")
        .and_then(|o| o.as_name().ok())
        .unwrap_or(b"");
    let name = String::from_utf8_lossy(name).to_lowercase();
    if ["bold", "black", "heavy", "demi"]
        .iter()
        .any(|w| name.contains(w))
    {
        return true;
    }
    let descriptor = get(doc, font, b"FontDescriptor").and_then(|d| d.as_dict().ok());
    let number = |key| {
        descriptor
            .and_then(|d| get(doc, d, key))
            .and_then(as_number)
    };
    let forced = number(b"Flags").is_some_and(|f| f as i64 & (1 << 18) != 0);
    forced || number(b"FontWeight").is_some_and(|w| w >= 600.0)
}

/// The object behind a key, references followed.
pub fn get<'a>(doc: &'a Document, dict: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
    let (_, object) = doc.dereference(dict.get(key).ok()?).ok()?;
    Some(object)
}

/// An object as a dictionary, references followed; a stream's own counts.
pub fn dictionary<'a>(doc: &'a Document, object: &'a Object) -> Option<&'a Dictionary> {
    match doc.dereference(object).ok()?.1 {
        Object::Dictionary(dict) => Some(dict),
        Object::Stream(stream) => Some(&stream.dict),
        _ => None,
    }
}

/// The array behind a key.
pub fn array<'a>(doc: &'a Document, dict: &'a Dictionary, key: &[u8]) -> Option<&'a Vec<Object>> {
    get(doc, dict, key)?.as_array().ok()
}

/// A number, whole or not.
pub fn as_number(object: &Object) -> Option<f64> {
    match object {
        Object::Integer(i) => Some(*i as f64),
        Object::Real(r) => Some(f64::from(*r)),
        _ => None,
    }
}

/// A copy without what makes pdf-extract panic, as far as that can be seen.
pub fn mended(doc: &Document, font: &Dictionary) -> Dictionary {
    let mut font = font.clone();
    let named = |key: &[u8]| {
        get(doc, &font, key)
            .and_then(|o| o.as_name().ok())
            .map(<[u8]>::to_vec)
    };
    let (base, subtype) = (named(b"BaseFont"), named(b"Subtype"));
    font.set(
        "BaseFont",
        Object::Name(base.unwrap_or_else(|| b"Unknown".to_vec())),
    );
    let subtype = subtype.unwrap_or_else(|| b"TrueType".to_vec());
    font.set("Subtype", Object::Name(subtype.clone()));
    let mapped = match get(doc, &font, b"ToUnicode") {
        Some(Object::Stream(stream)) if maps_few(stream) => true,
        _ => {
            font.remove(b"ToUnicode");
            false
        }
    };
    match subtype.as_slice() {
        b"Type0" => {}
        b"Type3" => {
            mend_encoding(doc, &mut font, true);
            all_widths(doc, &mut font);
        }
        _ => {
            mend_encoding(doc, &mut font, mapped);
            mend_widths(doc, &mut font);
        }
    }
    font
}

/// Whether a character map stays small when its ranges are written out, as
/// pdf-extract does.
fn maps_few(stream: &Stream) -> bool {
    let content = stream.decompressed_content();
    let content = content.as_deref().unwrap_or(&stream.content);
    let mut codes = 0u64;
    let mut scanner = scan::Scanner::new(content);
    while let Some(operator) = scanner.next() {
        if operator != b"beginbfrange" && operator != b"begincidrange" {
            continue;
        }
        // From here on: low, high, target.
        let mut low = None;
        let mut place = 0;
        while let Some(token) = scanner.token().filter(|t| !t.starts_with(b"end")) {
            match place % 3 {
                0 => low = scan::hex(token),
                1 => {
                    let span = scan::hex(token)
                        .zip(low)
                        .map_or(0, |(h, l)| h.saturating_sub(l));
                    codes = codes.saturating_add(span);
                }
                _ => {}
            }
            place += 1;
        }
    }
    codes <= MAX_MAPPED
}

/// Leaves encodings pdf-extract knows; others become the most common one, and
/// so does a missing one when `needed`.
fn mend_encoding(doc: &Document, font: &mut Dictionary, needed: bool) {
    let common = || Object::Name(KNOWN[0].to_vec());
    let encoding = match get(doc, font, b"Encoding") {
        Some(Object::Name(name)) if KNOWN.contains(&name.as_slice()) => {
            Some(Object::Name(name.clone()))
        }
        Some(Object::Name(_)) => Some(common()),
        Some(Object::Dictionary(dict)) => Some(Object::Dictionary(mended_differences(doc, dict))),
        _ => needed.then(common),
    };
    match encoding {
        Some(encoding) => font.set("Encoding", encoding),
        None => drop(font.remove(b"Encoding")),
    }
}

fn mended_differences(doc: &Document, encoding: &Dictionary) -> Dictionary {
    let mut mended = Dictionary::new();
    let base = get(doc, encoding, b"BaseEncoding").and_then(|o| o.as_name().ok());
    if let Some(base) = base.filter(|b| KNOWN.contains(b)) {
        mended.set("BaseEncoding", Object::Name(base.to_vec()));
    }
    let mut code = 0;
    let mut differences = Vec::new();
    for object in array(doc, encoding, b"Differences").into_iter().flatten() {
        match doc.dereference(object) {
            Ok((_, Object::Integer(i))) => {
                code = *i;
                differences.push(Object::Integer(code.clamp(0, 255)));
            }
            Ok((_, Object::Name(name))) if (0..256).contains(&code) => {
                code += 1;
                differences.push(Object::Name(name.clone()));
            }
            _ => {}
        }
    }
    mended.set("Differences", Object::Array(differences));
    mended
}

/// Widths as plain numbers whose count fits the range they are for.
fn mend_widths(doc: &Document, font: &mut Dictionary) {
    let first = get(doc, font, b"FirstChar").and_then(as_number);
    let widths = read_widths(doc, font);
    for key in [&b"FirstChar"[..], b"LastChar", b"Widths"] {
        font.remove(key);
    }
    let first = first.unwrap_or(0.0) as i64;
    if !widths.is_empty() && (0..256).contains(&first) {
        font.set("FirstChar", first);
        font.set("LastChar", first + widths.len() as i64 - 1);
        font.set("Widths", widths);
    }
}

/// Widths for all 256 codes, because a missing one of these fonts panics.
fn all_widths(doc: &Document, font: &mut Dictionary) {
    let first = get(doc, font, b"FirstChar")
        .and_then(as_number)
        .unwrap_or(0.0);
    let mut all = vec![Object::Integer(500); 256];
    for (at, width) in (first.clamp(0.0, 255.0) as usize..256).zip(read_widths(doc, font)) {
        all[at] = width;
    }
    font.set("FirstChar", 0);
    font.set("LastChar", 255);
    font.set("Widths", all);
}

fn read_widths(doc: &Document, font: &Dictionary) -> Vec<Object> {
    let widths = array(doc, font, b"Widths").into_iter().flatten().take(256);
    let number = |o| doc.dereference(o).ok().and_then(|(_, o)| as_number(o));
    widths
        .map(|o| Object::Real(number(o).unwrap_or(500.0) as f32))
        .collect()
}

/// Replaces the descendant of a composite font by one without widths.
fn plain_descendant(doc: &Document, font: &mut Dictionary) {
    let descendant = array(doc, font, b"DescendantFonts").and_then(|a| a.first());
    if let Some(dict) = descendant.and_then(|f| dictionary(doc, f)) {
        let mut plain = dict.clone();
        plain.remove(b"W");
        plain.remove(b"DW");
        if dictionary(doc, plain.get(b"FontDescriptor").unwrap_or(&Object::Null)).is_none() {
            plain.set("FontDescriptor", Dictionary::new());
        }
        font.set("DescendantFonts", vec![Object::Dictionary(plain)]);
    }
}
