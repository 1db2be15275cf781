//! PDF: pages with their text in reading order.
//!
//! 1. [`load`] opens the file within limits.
//! 2. [`content`] rewrites each page to its text; `pdf-extract` decodes it and
//!    [`glyphs`] collects what it finds with place and size.
//! 3. [`layout`] puts the pieces into lines, columns and tables.
//! 4. [`furniture`] drops what repeats on every page.
//! 5. [`blocks`] joins lines into headings, paragraphs and lists.
//!
//! A page that pdf-extract panics on or makes no sense of is decoded a second time
//! by [`plain`]; what makes no sense then either is no text.

mod blocks;
mod content;
mod fonts;
mod furniture;
mod glyphs;
mod ink;
mod layers;
mod layout;
mod load;
mod place;
mod plain;
mod scan;
mod sense;
mod tables;

use std::collections::{HashMap, HashSet};

use pdf_extract::{Dictionary, Document as Pdf, Object, ObjectId, Stream, output_doc_page};

use super::output::Output;
use super::{Failure, caught};
use crate::inference::document::{AnchorKind, Document, MAX_ANCHORS, MAX_TEXT};
use content::{Page, Rewriter};
use fonts::Known;
use glyphs::{Collector, Ground};
use layers::Layers;
use layout::Line;
use place::Area;

/// Steps from a page up its tree; more are a loop.
const MAX_TREE: usize = 64;

/// Reads a PDF file.
pub fn read(bytes: &[u8]) -> Result<Document, Failure> {
    let mut pdf = load::load(bytes)?;
    let ids = page_ids(&pdf);
    if ids.is_empty() {
        return Err(Failure::damaged("the document has no pages"));
    }
    let title = info_title(&pdf);
    let stage = Stage::build(&mut pdf)?;
    let layers = Layers::of(&pdf);
    let known = fonts::mend_all(&mut pdf, |pdf, font| stage.try_font(pdf, font));
    let mut pages: Vec<PageText> = Vec::new();
    let mut text_bytes = 0;
    for id in ids {
        let page = match text_bytes > MAX_TEXT {
            false => read_page(&mut pdf, &stage, &known, &layers, id),
            true => PageText {
                cut: true,
                ..PageText::default()
            },
        };
        text_bytes += page.lines.iter().map(|l| l.text.len()).sum::<usize>();
        pages.push(page);
    }
    drop(pdf);
    furniture::remove(&mut pages);
    Ok(write(pages, title))
}

/// The lines of a page, in reading order.
#[derive(Default)]
pub struct PageText {
    pub lines: Vec<Line>,
    pub hidden: bool,
    pub pictures: bool,
    pub cut: bool,
}

fn write(pages: Vec<PageText>, title: Option<String>) -> Document {
    let mut out = Output::new();
    if let Some(title) = title {
        out.title(&title);
    }
    let style = blocks::Style::of(&pages);
    for page in &pages {
        out.anchor(AnchorKind::Page, None);
        let number = Some(out.anchor_number());
        if page.lines.is_empty() {
            out.warn("page_without_text", number);
        } else if page.pictures {
            out.warn("pictures_left_out", number);
        }
        if page.hidden {
            out.warn("hidden_text", number);
        }
        if page.cut {
            out.warn("text_cut", number);
        }
        blocks::write(&page.lines, &style, &mut out);
    }
    out.finish()
}

fn read_page(
    pdf: &mut Pdf,
    stage: &Stage,
    known: &HashMap<ObjectId, Known>,
    layers: &Layers,
    id: ObjectId,
) -> PageText {
    let resources = inherited(pdf, id, b"Resources");
    let resources = resources
        .and_then(|o| o.as_dict().ok().cloned())
        .unwrap_or_default();
    let mut page = Rewriter::new(pdf, known, layers).page(id, &resources);
    let ground = Ground {
        page: shown_area(pdf, id),
        ink: std::mem::take(&mut page.ink),
        picture: page.pictures,
    };
    let mut first = Collector::new(std::mem::take(&mut page.shown), ground);
    let whole = !page.broken && stage.read(pdf, &page, &mut first);
    let said_nothing = first.said_nothing();
    let (pieces, hidden) = (std::mem::take(&mut first.pieces), first.hidden);
    let made_sense = sense::readable(&pieces);
    let mut text = PageText {
        lines: Vec::new(),
        hidden,
        pictures: page.pictures,
        cut: page.cut || !whole,
    };
    if whole && (made_sense > 0 || said_nothing) {
        text.lines = layout::lines(pieces);
        return text;
    }
    let mut second = first.again();
    let ended = plain::read(pdf, &page, &mut second).is_ok();
    let makes_sense = sense::readable(&second.pieces);
    if makes_sense > made_sense {
        text.lines = layout::lines(second.pieces);
        text.hidden = second.hidden;
        text.cut = page.cut || !ended;
    } else if made_sense > 0 {
        text.lines = layout::lines(pieces);
    }
    text
}

/// The part of a page that is shown; none when the file does not say it right.
fn shown_area(pdf: &Pdf, page: ObjectId) -> Option<Area> {
    let node = |key: &[u8]| {
        let found = inherited(pdf, page, key)?;
        let dict = Dictionary::from_iter([(key.to_vec(), found.clone())]);
        content::area_of(pdf, &dict, key)
    };
    let area = node(b"CropBox").or_else(|| node(b"MediaBox"))?;
    (area.x1 - area.x0 > 1.0 && area.y1 - area.y0 > 1.0).then_some(area)
}

/// The pages in order. The library's own walk spends its steps inside the
/// first loop of the tree; this one enters no node twice.
fn page_ids(pdf: &Pdf) -> Vec<ObjectId> {
    let root = pdf
        .catalog()
        .and_then(|c| c.get(b"Pages"))
        .and_then(Object::as_reference);
    let mut waiting: Vec<ObjectId> = root.into_iter().collect();
    let mut seen: HashSet<ObjectId> = waiting.iter().copied().collect();
    let mut pages = Vec::new();
    while let Some(id) = waiting.pop() {
        let Ok(node) = pdf.get_dictionary(id) else {
            continue;
        };
        match fonts::get(pdf, node, b"Kids").and_then(|k| k.as_array().ok()) {
            Some(kids) => {
                // Backwards, because the last one waiting comes first.
                let kids = kids.iter().rev().filter_map(|k| k.as_reference().ok());
                waiting.extend(kids.filter(|&kid| seen.insert(kid)));
            }
            None if pages.len() < MAX_ANCHORS => pages.push(id),
            None => break,
        }
    }
    pages
}

/// An attribute of a page, its own or that of the nodes above it.
fn inherited<'a>(pdf: &'a Pdf, page: ObjectId, key: &[u8]) -> Option<&'a Object> {
    let mut node = pdf.get_dictionary(page).ok()?;
    for _ in 0..MAX_TREE {
        if let Some(found) = fonts::get(pdf, node, key) {
            return Some(found);
        }
        node = fonts::get(pdf, node, b"Parent")?.as_dict().ok()?;
    }
    None
}

fn info_title(pdf: &Pdf) -> Option<String> {
    let info = fonts::get(pdf, &pdf.trailer, b"Info")?.as_dict().ok()?;
    let title = pdf_extract::decode_text_string(fonts::get(pdf, info, b"Title")?).ok()?;
    // What programs write when nobody gave a title.
    let lower = title.trim().to_lowercase();
    let empty =
        lower.is_empty() || lower.starts_with("untitled") || lower.starts_with("microsoft ");
    (!empty).then_some(title)
}

/// A page tree of one page, in place of the document's own: pdf-extract walks
/// the whole tree for each page, and up it without looking for loops.
struct Stage {
    page: ObjectId,
    content: ObjectId,
}

impl Stage {
    fn build(pdf: &mut Pdf) -> Result<Self, Failure> {
        let (tree, page, content) = (
            pdf.new_object_id(),
            pdf.new_object_id(),
            pdf.new_object_id(),
        );
        let kids = Dictionary::from_iter([
            ("Type", Object::Name(b"Pages".to_vec())),
            ("Count", Object::Integer(1)),
            ("Kids", Object::Array(vec![Object::Reference(page)])),
        ]);
        pdf.objects.insert(tree, Object::Dictionary(kids));
        let catalog = pdf.catalog_mut().map_err(Failure::damaged)?;
        catalog.set("Pages", Object::Reference(tree));
        let stage = Self { page, content };
        stage.set(pdf, Vec::new(), Dictionary::new());
        Ok(stage)
    }

    /// Shows `content` with `fonts` on the one page.
    fn set(&self, pdf: &mut Pdf, content: Vec<u8>, fonts: Dictionary) {
        let resources = Dictionary::from_iter([("Font", Object::Dictionary(fonts))]);
        let page = Dictionary::from_iter([
            ("Type", Object::Name(b"Page".to_vec())),
            // The size does not matter: positions are taken as they come.
            (
                "MediaBox",
                Object::Array([0, 0, 595, 842].map(Object::Integer).to_vec()),
            ),
            ("Resources", Object::Dictionary(resources)),
            ("Contents", Object::Reference(self.content)),
        ]);
        pdf.objects.insert(self.page, Object::Dictionary(page));
        let stream = Stream::new(Dictionary::new(), content);
        pdf.objects.insert(self.content, Object::Stream(stream));
    }

    /// Has pdf-extract read a page; false when it did not come to the end.
    fn read(&self, pdf: &mut Pdf, page: &Page, out: &mut Collector) -> bool {
        self.set(pdf, page.content.clone(), page.fonts.clone());
        let result = caught(|| output_doc_page(pdf, out, 1));
        // Its content is done with; large books would add up.
        if let Some(Object::Stream(stream)) = pdf.objects.get_mut(&self.content) {
            stream.set_plain_content(Vec::new());
        }
        matches!(result, Some(Ok(())))
    }

    /// Chooses a font and shows nothing; panics if pdf-extract does.
    fn try_font(&self, pdf: &mut Pdf, font: Dictionary) {
        let fonts = Dictionary::from_iter([("B0", Object::Dictionary(font))]);
        self.set(pdf, b"/B0 1 Tf".to_vec(), fonts);
        let mut nothing = Collector::default();
        // An error would show again, page by page; only panics are of interest.
        let _ = output_doc_page(pdf, &mut nothing, 1);
    }
}
