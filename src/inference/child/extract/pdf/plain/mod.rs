//! The second way to read a page: a decoder of our own for pages that `pdf-extract`
//! fails on or makes no sense of.
//!
//! It knows fewer kinds of fonts, but takes each as far as it goes: a missing width
//! is guessed, a letter that can not be told is left out. It reads what
//! [`super::content`] made of the page and tells [`super::glyphs`] the same things.

mod font;
mod map;
mod names;

use std::collections::HashMap;

use pdf_extract::{Document, OutputDev, OutputError, Transform};

use super::content::Page;
use super::fonts;
use super::glyphs::Collector;
use super::place::{self, Matrix};
use super::scan::{Scanner, bytes, elements, is_string, name, number};
use font::Font;

/// Graphics states saved inside each other.
const MAX_SAVED: usize = 1024;

/// Reads a page into `out`; what was read before an error stays there.
pub fn read(pdf: &Document, page: &Page, out: &mut Collector) -> Result<(), OutputError> {
    let mut known: HashMap<Vec<u8>, Font> = HashMap::new();
    for (name, object) in &page.fonts {
        if let Some(dict) = fonts::dictionary(pdf, object) {
            known.insert(name.clone(), Font::of(pdf, dict));
        }
    }
    let mut state = State::default();
    let mut saved: Vec<State> = Vec::new();
    let mut scanner = Scanner::new(&page.content);
    while let Some(operator) = scanner.next() {
        let operands = scanner.operands();
        let value = |at: usize| operands.get(at).and_then(|t| number(t)).unwrap_or(0.0);
        match operator {
            b"q" if saved.len() < MAX_SAVED => saved.push(state.clone()),
            b"Q" => state = saved.pop().unwrap_or(state),
            b"cm" => state.page = place::then(&std::array::from_fn(value), &state.page),
            b"BT" => state.begin(place::SAME),
            b"Tm" => {
                state.begin(std::array::from_fn(value));
                out.end_line()?;
            }
            b"Td" | b"TD" => {
                if operator == b"TD" {
                    state.leading = -value(1);
                }
                state.next_line(value(0), value(1));
                out.end_line()?;
            }
            b"T*" => {
                state.next_line(0.0, -state.leading);
                out.end_line()?;
            }
            b"Tc" => state.between = value(0),
            b"Tw" => state.between_words = value(0),
            b"Tz" => state.stretch = value(0) / 100.0,
            b"TL" => state.leading = value(0),
            b"Ts" => state.rise = value(0),
            b"Tf" => {
                state.font = operands.first().and_then(|t| name(t)).unwrap_or_default();
                state.size = value(1);
            }
            b"Tj" | b"TJ" => {
                let token = operands.last().copied().unwrap_or_default();
                let parts = match operator {
                    b"TJ" => elements(token),
                    _ => vec![token],
                };
                for part in parts {
                    if let Some(back) = number(part) {
                        state.advance(-back / 1000.0 * state.size);
                    } else if is_string(part) {
                        out.begin_word()?;
                        if let Some(font) = known.get(&state.font) {
                            state.show(font, &bytes(part), out)?;
                        }
                        out.end_word()?;
                    }
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// The part of the graphics state that places text.
#[derive(Clone)]
struct State {
    page: Matrix,
    text: Matrix,
    line: Matrix,
    font: Vec<u8>,
    size: f64,
    between: f64,
    between_words: f64,
    stretch: f64,
    leading: f64,
    rise: f64,
}

impl Default for State {
    fn default() -> Self {
        Self {
            page: place::SAME,
            text: place::SAME,
            line: place::SAME,
            font: Vec::new(),
            size: 0.0,
            between: 0.0,
            between_words: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
        }
    }
}

impl State {
    fn begin(&mut self, at: Matrix) {
        (self.text, self.line) = (at, at);
    }

    fn next_line(&mut self, x: f64, y: f64) {
        self.begin(place::then(&place::moved(x, y), &self.line));
    }

    fn advance(&mut self, by: f64) {
        self.text = place::then(&place::moved(by * self.stretch, 0.0), &self.text);
    }

    fn show(&mut self, font: &Font, codes: &[u8], out: &mut Collector) -> Result<(), OutputError> {
        for (text, width, is_space) in font.glyphs(codes) {
            let spacing = self.between + if is_space { self.between_words } else { 0.0 };
            let own = [self.stretch, 0.0, 0.0, 1.0, 0.0, self.rise];
            let at = place::then(&own, &place::then(&self.text, &self.page));
            let at = Transform::row_major(at[0], at[1], at[2], at[3], at[4], at[5]);
            out.output_character(&at, width, spacing, self.size, &text)?;
            self.advance(width * self.size + spacing);
        }
        Ok(())
    }
}
