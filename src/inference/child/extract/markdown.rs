//! Markdown lessons: headings make sections; lists, tables, quotes and code
//! keep their kind. Blocks of HTML are read as such; of tags inside text, and of links
//! and pictures, the text stays.

use pulldown_cmark::{Event, HeadingLevel, MetadataBlockKind, Options, Parser, Tag, TagEnd};

use super::output::Output;
use super::text::is_caption;
use super::{encoding, html};
use crate::inference::document::{BlockKind, Document};

/// Bytes of Markdown that are read. The parser keeps a tree of all of it, of up
/// to forty bytes for each byte of text.
const MAX_SOURCE: usize = 8 << 20;

/// Reads a Markdown file in any encoding [`encoding::decode`] knows.
pub fn read(bytes: &[u8]) -> Document {
    let mut source = encoding::decode(bytes);
    let cut = source.len() > MAX_SOURCE;
    if cut {
        source.truncate(source.floor_char_boundary(MAX_SOURCE));
    }
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut writer = Writer::default();
    let mut out = Output::new();
    for event in Parser::new_ext(&source, options) {
        writer.event(event, &mut out);
        if out.is_full() {
            break;
        }
    }
    writer.flush(BlockKind::Paragraph, &mut out);
    if cut {
        out.cut();
    }
    if writer.pictures {
        out.warn("pictures_left_out", None);
    }
    out.finish()
}

#[derive(Default)]
struct Writer {
    text: String,
    /// A block of HTML, tags and text.
    html: String,
    heading: Option<HeadingLevel>,
    /// Items of lists that are open.
    items: usize,
    code: bool,
    front_matter: bool,
    in_cell: bool,
    rows: Vec<Vec<String>>,
    pictures: bool,
}

impl Writer {
    fn event(&mut self, event: Event<'_>, out: &mut Output) {
        match event {
            Event::Start(tag) => self.start(tag, out),
            Event::End(end) => self.end(end, out),
            Event::Html(t) => self.html.push_str(&t),
            Event::Text(t) if self.front_matter => front_matter(&t, out),
            Event::Text(t) | Event::Code(t) => self.text.push_str(&t),
            Event::SoftBreak if self.in_cell => self.text.push(' '),
            Event::SoftBreak => self.text.push(' '),
            Event::HardBreak => self.text.push('\n'),
            Event::TaskListMarker(_)
            | Event::Rule
            | Event::InlineHtml(_)
            | Event::FootnoteReference(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, out: &mut Output) {
        match tag {
            Tag::Heading { level, .. } => {
                self.flush(BlockKind::Paragraph, out);
                self.heading = Some(level);
            }
            Tag::Item => {
                self.flush(BlockKind::Paragraph, out);
                self.items += 1;
            }
            Tag::CodeBlock(_) => {
                self.flush(BlockKind::Paragraph, out);
                self.code = true;
            }
            Tag::Table(_) => {
                self.flush(BlockKind::Paragraph, out);
                self.rows.clear();
            }
            Tag::TableHead | Tag::TableRow => self.rows.push(Vec::new()),
            Tag::TableCell => self.in_cell = true,
            Tag::Image { .. } => self.pictures = true,
            Tag::MetadataBlock(MetadataBlockKind::YamlStyle) => self.front_matter = true,
            Tag::Paragraph | Tag::List(_) | Tag::BlockQuote(_) => {
                self.flush(BlockKind::Paragraph, out);
            }
            _ => {}
        }
    }

    fn end(&mut self, end: TagEnd, out: &mut Output) {
        match end {
            TagEnd::Heading(_) => self.flush(BlockKind::Paragraph, out),
            TagEnd::Item => {
                self.flush(BlockKind::Paragraph, out);
                self.items = self.items.saturating_sub(1);
            }
            TagEnd::CodeBlock => {
                self.flush(BlockKind::Code, out);
                self.code = false;
            }
            TagEnd::TableCell => {
                self.in_cell = false;
                let cell = std::mem::take(&mut self.text);
                if let Some(row) = self.rows.last_mut() {
                    row.push(cell);
                }
            }
            TagEnd::Table => {
                out.ensure_section();
                out.table(&std::mem::take(&mut self.rows));
            }
            TagEnd::HtmlBlock => {
                self.flush(BlockKind::Paragraph, out);
                self.page(out);
            }
            TagEnd::Paragraph | TagEnd::FootnoteDefinition => {
                self.flush(BlockKind::Paragraph, out);
            }
            TagEnd::MetadataBlock(_) => self.front_matter = false,
            _ => {}
        }
    }

    /// What a block of HTML says.
    fn page(&mut self, out: &mut Output) {
        let page = std::mem::take(&mut self.html);
        // What can not be read says nothing, like a tag.
        let Ok(read) = html::write(&page, Output::new(), html::Titles::Chapter) else {
            return;
        };
        for block in read.finish().blocks {
            match block.kind {
                BlockKind::Heading => out.section(block.level, &block.text),
                kind => {
                    out.ensure_section();
                    out.block(kind, &block.text);
                }
            }
        }
    }

    fn flush(&mut self, kind: BlockKind, out: &mut Output) {
        let text = std::mem::take(&mut self.text);
        if let Some(level) = self.heading.take() {
            out.section(level as u8, &text);
            return;
        }
        if text.trim().is_empty() {
            return;
        }
        out.ensure_section();
        let kind = match kind {
            BlockKind::Paragraph if self.items > 0 => BlockKind::ListItem,
            BlockKind::Paragraph if is_caption(text.trim()) => BlockKind::Caption,
            other => other,
        };
        out.block(kind, &text);
    }
}

/// Of the metadata before the text only the title matters.
fn front_matter(yaml: &str, out: &mut Output) {
    let title = yaml.lines().find_map(|line| line.strip_prefix("title:"));
    if let Some(title) = title {
        out.title(title.trim().trim_matches(['"', '\'']));
    }
}
