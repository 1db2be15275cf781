//! Rewrites a page to nothing but its text, for pdf-extract to decode.
//!
//! pdf-extract takes pictures for text, follows forms without end, confuses
//! fonts of the same name, leaves out two of the four operators that show text
//! and panics on unusual colours. So a page is rewritten first: only operators
//! that place and show text remain, forms are written out in place, fonts get
//! names of their own.

use std::collections::HashMap;
use std::fmt::Write as _;

use pdf_extract::{Dictionary, Document, Object, ObjectId, Stream};

use super::fonts::{self, Known};
use super::ink::Ink;
use super::layers::Layers;
use super::load::MAX_STREAM;
use super::place::{self, Area, Matrix};
use super::scan::{Scanner, elements, is_string, name, number};

/// Forms inside each other.
const MAX_FORMS: usize = 12;
/// Bytes of rewritten content; a page of dense text has some 50,000.
const MAX_CONTENT: usize = 4 << 20;
/// Operators and strings of rewritten content; lopdf takes some 300 bytes of
/// memory for each.
const MAX_OPERATORS: usize = 400_000;
/// Bytes of content looked at, forms counted each time they are used.
const MAX_SCANNED: u64 = 2 * MAX_STREAM;
/// Graphics states saved inside each other.
const MAX_SAVED: usize = 512;
/// Share of the ground that text covers at least when it is seen.
const CLEAR: f64 = 0.05;
/// Fields and remarks of one page that are read.
const MAX_FIELDS: usize = 2000;
/// Flags of a field that is not shown: hidden, or not on screens.
const HIDDEN_FIELD: i64 = 1 << 1 | 1 << 5;
/// Pixels from which on a picture is worth a warning; below are lines and dots.
const MIN_PICTURE: i64 = 100 * 100;

/// A page rewritten.
#[derive(Default)]
pub struct Page {
    /// Content with text operators only.
    pub content: Vec<u8>,
    /// The fonts it uses, under the names it uses.
    pub fonts: Dictionary,
    /// What is known of each string shown, in order.
    pub shown: Vec<Shown>,
    /// Whether there is a picture of some size.
    pub pictures: bool,
    /// What is painted besides text.
    pub ink: Ink,
    /// Whether it uses a font that pdf-extract panics on.
    pub broken: bool,
    /// Whether the limits cut the page.
    pub cut: bool,
}

/// What is known of a string shown on a page.
#[derive(Debug, Clone, Copy, Default)]
pub struct Shown {
    /// The font is bold.
    pub bold: bool,
    /// Drawn without ink, as under a scanned page.
    pub invisible: bool,
    /// Drawn in white.
    pub white: bool,
    /// Of a layer that is not shown, or drawn as clear as glass.
    pub hidden: bool,
    /// Marked as decoration, such as a running header.
    pub artifact: bool,
}

/// Rewrites one page of a document.
pub struct Rewriter<'a> {
    doc: &'a Document,
    known: &'a HashMap<ObjectId, Known>,
    layers: &'a Layers,
    page: Page,
    scanned: u64,
    operators: usize,
}

/// The part of the graphics state that matters here.
#[derive(Clone)]
struct State {
    font: Option<bool>,
    invisible: bool,
    white: bool,
    clear: bool,
    at: Matrix,
}

impl Default for State {
    fn default() -> Self {
        Self {
            font: None,
            invisible: false,
            white: false,
            clear: false,
            at: place::SAME,
        }
    }
}

/// What marks around a stretch of content say of it.
#[derive(Clone, Copy, Default)]
struct Marked {
    artifact: bool,
    hidden: bool,
}

impl<'a> Rewriter<'a> {
    /// `known` tells of the mended fonts, `layers` of what is not shown.
    pub fn new(doc: &'a Document, known: &'a HashMap<ObjectId, Known>, layers: &'a Layers) -> Self {
        Self {
            doc,
            known,
            layers,
            page: Page::default(),
            scanned: 0,
            operators: 0,
        }
    }

    /// Rewrites one page.
    pub fn page(mut self, id: ObjectId, resources: &Dictionary) -> Page {
        let mut content = Vec::new();
        for part in self.doc.get_page_contents(id) {
            if let Ok(Object::Stream(stream)) = self.doc.get_object(part) {
                self.append(stream, &mut content);
                content.push(b'\n');
            }
        }
        self.rewrite(&content, resources, State::default(), &mut Vec::new());
        self.fields(id);
        self.page
    }

    fn append(&mut self, stream: &Stream, content: &mut Vec<u8>) {
        // Streams were measured when the document was opened, but may be used
        // many times.
        if self.scanned > MAX_SCANNED {
            self.page.cut = true;
            return;
        }
        let data = stream.decompressed_content();
        let data = data.as_deref().unwrap_or(&stream.content);
        self.scanned += data.len() as u64 + 64;
        content.extend_from_slice(data);
    }

    fn rewrite(
        &mut self,
        content: &[u8],
        resources: &Dictionary,
        state: State,
        forms: &mut Vec<ObjectId>,
    ) {
        let mut scanner = Scanner::new(content);
        let mut names = HashMap::new();
        let mut state = state;
        let mut saved = Vec::new();
        let mut marked: Vec<Marked> = Vec::new();
        while let Some(operator) = scanner.next() {
            if self.page.content.len() > MAX_CONTENT || self.operators > MAX_OPERATORS {
                self.page.cut = true;
                break;
            }
            let operands = scanner.operands();
            match operator {
                b"q" if saved.len() < MAX_SAVED => {
                    saved.push(state.clone());
                    self.emit(b"q");
                }
                b"Q" => {
                    if let Some(before) = saved.pop() {
                        state = before;
                        self.emit(b"Q");
                    }
                }
                b"BT" | b"ET" | b"T*" => self.emit(operator),
                b"cm" | b"Tm" => {
                    if operator == b"cm" {
                        let value = |at| operands.get(at).and_then(|t: &&[u8]| number(t));
                        let by = std::array::from_fn(|at| value(at).unwrap_or(0.0));
                        state.at = place::then(&by, &state.at);
                    }
                    self.emit_numbers::<6>(operands, operator);
                }
                b"Td" | b"TD" => self.emit_numbers::<2>(operands, operator),
                b"Tc" | b"Tw" | b"Tz" | b"TL" | b"Ts" => self.emit_numbers::<1>(operands, operator),
                b"Tr" => {
                    let mode = operands.last().and_then(|t| number(t)).unwrap_or(0.0);
                    state.invisible = mode == 3.0 || mode == 7.0;
                }
                b"Tf" => state.font = self.font(operands, resources, &mut names),
                b"BMC" | b"BDC" => {
                    let around = marked.last().copied().unwrap_or_default();
                    let tag = operands.first().copied().unwrap_or_default();
                    let layer = operands.get(1).and_then(|t| name(t));
                    let layer = layer.filter(|_| tag == b"/OC");
                    let off = |name: Vec<u8>| self.layers.hides(self.doc, resources, &name);
                    marked.push(Marked {
                        artifact: around.artifact || tag == b"/Artifact",
                        hidden: around.hidden || layer.is_some_and(off),
                    });
                }
                b"EMC" => drop(marked.pop()),
                b"Tj" | b"TJ" | b"'" | b"\"" => {
                    let marked = marked.last().copied().unwrap_or_default();
                    self.show(operator, operands, &state, marked);
                }
                b"gs" => {
                    let state_of = operands.last().and_then(|t| name(t));
                    if let Some(alpha) = state_of.and_then(|n| self.fill_alpha(resources, &n)) {
                        state.clear = alpha < CLEAR;
                    }
                }
                b"g" | b"rg" | b"k" | b"sc" | b"scn" | b"cs" => {
                    let space = operands.last().and_then(|t| name(t)).unwrap_or_default();
                    match operator {
                        b"cs" => self.page.ink.space(self.doc, resources, &space),
                        _ => state.white = self.page.ink.is_white(operator, operands),
                    }
                }
                b"Do" => {
                    let name = operands.last().and_then(|t| name(t));
                    self.draw(name, resources, &state, forms);
                }
                b"ID" => {
                    self.page.pictures = true;
                    self.page.ink.picture(&state.at);
                }
                _ => self
                    .page
                    .ink
                    .draw(operator, operands, &state.at, state.white),
            }
        }
        for _ in saved {
            self.emit(b"Q");
        }
    }

    fn emit(&mut self, bytes: &[u8]) {
        self.operators += 1;
        self.page.content.extend_from_slice(bytes);
        self.page.content.push(b'\n');
    }

    fn emit_numbers<const N: usize>(&mut self, operands: &[&[u8]], operator: &[u8]) {
        let Some(last) = operands.len().checked_sub(N) else {
            return;
        };
        let mut text = String::new();
        for token in &operands[last..] {
            let Some(value) = number(token) else { return };
            // Without an exponent, which the format does not know.
            let _ = write!(text, "{value:.5} ");
        }
        self.page.content.extend_from_slice(text.as_bytes());
        self.emit(operator);
    }

    /// Chooses a font; answers whether it is bold, or `None` when it is unusable.
    fn font(
        &mut self,
        operands: &[&[u8]],
        resources: &Dictionary,
        names: &mut HashMap<Vec<u8>, Option<(usize, bool)>>,
    ) -> Option<bool> {
        let [.., font, size] = operands else {
            return None;
        };
        let (font, size) = (name(font)?, number(size)?);
        let (index, bold) = match names.get(&font) {
            Some(known) => (*known)?,
            None => {
                let found = self.add_font(resources, &font);
                *names.entry(font).or_insert(found).as_ref()?
            }
        };
        self.emit(format!("/B{index} {size:.5} Tf").as_bytes());
        Some(bold)
    }

    fn add_font(&mut self, resources: &Dictionary, name: &[u8]) -> Option<(usize, bool)> {
        let all = fonts::get(self.doc, resources, b"Font")?.as_dict().ok()?;
        let object = all.get(name).ok()?;
        let dict = fonts::dictionary(self.doc, object)?;
        let (font, bold) = match object {
            Object::Reference(id) => {
                let known = self.known.get(id).copied()?;
                self.page.broken |= known.broken;
                (object.clone(), known.bold)
            }
            _ => (
                fonts::mended(self.doc, dict).into(),
                fonts::is_bold(self.doc, dict),
            ),
        };
        let index = self.page.fonts.len();
        self.page.fonts.set(format!("B{index}"), font);
        Some((index, bold))
    }

    /// How much a graphics state lets fillings cover, if it says so.
    fn fill_alpha(&self, resources: &Dictionary, name: &[u8]) -> Option<f64> {
        let all = fonts::get(self.doc, resources, b"ExtGState")?
            .as_dict()
            .ok()?;
        let state = fonts::get(self.doc, all, name)?.as_dict().ok()?;
        fonts::get(self.doc, state, b"ca").and_then(fonts::as_number)
    }

    fn show(&mut self, operator: &[u8], operands: &[&[u8]], state: &State, marked: Marked) {
        if operator == b"\"" && operands.len() >= 3 {
            self.emit_numbers::<1>(&operands[..1], b"Tw");
            self.emit_numbers::<1>(&operands[1..2], b"Tc");
        }
        if matches!(operator, b"'" | b"\"") {
            self.emit(b"T*");
        }
        let (Some(bold), Some(token)) = (state.font, operands.last()) else {
            return;
        };
        if token.len() > MAX_CONTENT {
            self.page.cut = true;
            return;
        }
        let shown = Shown {
            bold,
            invisible: state.invisible,
            white: state.white,
            hidden: state.clear || marked.hidden,
            artifact: marked.artifact,
        };
        if operator != b"TJ" {
            if is_string(token) {
                self.page.shown.push(shown);
                self.page.content.extend_from_slice(token);
                self.emit(b" Tj");
            }
            return;
        }
        self.page.content.push(b'[');
        for element in elements(token) {
            if self.operators > MAX_OPERATORS {
                self.page.cut = true;
                break;
            }
            self.operators += 1;
            if is_string(element) {
                self.page.shown.push(shown);
                self.page.content.extend_from_slice(element);
            } else if let Some(value) = number(element) {
                self.page
                    .content
                    .extend_from_slice(format!("{value:.3} ").as_bytes());
            }
        }
        self.emit(b"] TJ");
    }

    /// Writes out a form in place; notes a picture.
    fn draw(
        &mut self,
        name: Option<Vec<u8>>,
        resources: &Dictionary,
        state: &State,
        forms: &mut Vec<ObjectId>,
    ) {
        let doc = self.doc;
        let object = name.and_then(|name| {
            let all = fonts::get(doc, resources, b"XObject")?.as_dict().ok()?;
            all.get(&name).ok()
        });
        // Streams are always behind a reference, so loops can be seen by id.
        let Some(&Object::Reference(id)) = object else {
            return;
        };
        let Ok(Object::Stream(stream)) = doc.get_object(id) else {
            return;
        };
        let number_of =
            |key: &[u8]| fonts::get(doc, &stream.dict, key).and_then(|o| o.as_i64().ok());
        match stream.dict.get(b"Subtype").and_then(Object::as_name) {
            Ok(b"Image") => {
                let pixels = number_of(b"Width")
                    .unwrap_or(0)
                    .saturating_mul(number_of(b"Height").unwrap_or(0));
                self.page.pictures |= pixels >= MIN_PICTURE;
                self.page.ink.picture(&state.at);
            }
            Ok(b"Form") if !self.layers.owns(doc, &stream.dict) => {
                self.write_form(id, stream, resources, state.clone(), forms);
            }
            _ => {}
        }
    }

    /// Writes out a form, unless forms are inside each other too deep.
    fn write_form(
        &mut self,
        id: ObjectId,
        stream: &Stream,
        resources: &Dictionary,
        mut state: State,
        forms: &mut Vec<ObjectId>,
    ) {
        if forms.len() >= MAX_FORMS || forms.contains(&id) {
            return;
        }
        let own = fonts::get(self.doc, &stream.dict, b"Resources").and_then(|o| o.as_dict().ok());
        let mut content = Vec::new();
        self.append(stream, &mut content);
        self.emit(b"q");
        if let Some(Object::Array(matrix)) = fonts::get(self.doc, &stream.dict, b"Matrix") {
            let value = |at| matrix.get(at).and_then(fonts::as_number).unwrap_or(0.0);
            self.place(&mut state, &std::array::from_fn(value));
        }
        forms.push(id);
        self.rewrite(&content, own.unwrap_or(resources), state, forms);
        forms.pop();
        self.emit(b"Q");
    }

    /// Moves what follows.
    fn place(&mut self, state: &mut State, by: &Matrix) {
        state.at = place::then(by, &state.at);
        let numbers = by.map(|number| format!("{number:.5} "));
        self.page
            .content
            .extend_from_slice(numbers.concat().as_bytes());
        self.emit(b"cm");
    }

    /// Writes out what was filled into the fields of a form, and remarks on the page.
    fn fields(&mut self, page: ObjectId) {
        let doc = self.doc;
        let fields = doc.get_dictionary(page).ok();
        let fields = fields.and_then(|page| fonts::array(doc, page, b"Annots"));
        for field in fields.into_iter().flatten().take(MAX_FIELDS) {
            let Some((id, stream, area)) = self.filled(field) else {
                continue;
            };
            let drawn = area_of(doc, &stream.dict, b"BBox");
            let drawn = drawn.unwrap_or(Area {
                x0: 0.0,
                y0: 0.0,
                ..area
            });
            let mut state = State::default();
            self.emit(b"q");
            self.place(
                &mut state,
                &place::moved(area.x0 - drawn.x0, area.y0 - drawn.y0),
            );
            self.write_form(id, stream, &Dictionary::new(), state, &mut Vec::new());
            self.emit(b"Q");
        }
    }

    /// How a field looks that is shown and holds text, and where it is.
    fn filled(&self, field: &Object) -> Option<(ObjectId, &'a Stream, Area)> {
        let doc = self.doc;
        let field = fonts::dictionary(doc, field)?;
        let kind = fonts::get(doc, field, b"Subtype")?.as_name().ok()?;
        let flags = fonts::get(doc, field, b"F").and_then(|o| o.as_i64().ok());
        if !matches!(kind, b"Widget" | b"FreeText") || flags.unwrap_or(0) & HIDDEN_FIELD != 0 {
            return None;
        }
        let looks = fonts::get(doc, field, b"AP")?.as_dict().ok()?;
        let id = looks.get(b"N").ok()?.as_reference().ok()?;
        match doc.get_object(id).ok()? {
            Object::Stream(stream) => Some((id, stream, area_of(doc, field, b"Rect")?)),
            _ => None,
        }
    }
}

/// The box behind a key.
pub fn area_of(doc: &Document, dict: &Dictionary, key: &[u8]) -> Option<Area> {
    let sides = fonts::array(doc, dict, key)?;
    let side = |o| {
        doc.dereference(o)
            .ok()
            .and_then(|(_, o)| fonts::as_number(o))
    };
    let sides: Vec<f64> = sides.iter().filter_map(side).collect();
    let [x0, y0, x1, y1] = sides.try_into().ok()?;
    Area::around([(x0, y0), (x1, y1)])
}
