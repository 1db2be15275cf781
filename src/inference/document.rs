//! A parsed document: blocks of text with their place in the original.
//!
//! This is what the extract child returns, what is kept as the lesson's stored
//! text, and what the page "what the tutor read" shows.

use serde::{Deserialize, Serialize};

use crate::word_enum;

word_enum! {
    /// The kinds of lesson files the box reads.
    Format {
        /// Portable Document Format.
        Pdf = "pdf",
        /// Word (Office Open XML).
        Docx = "docx",
        /// PowerPoint (Office Open XML).
        Pptx = "pptx",
        /// Excel (Office Open XML).
        Xlsx = "xlsx",
        /// OpenDocument text.
        Odt = "odt",
        /// OpenDocument presentation.
        Odp = "odp",
        /// E-book.
        Epub = "epub",
        /// Web page.
        Html = "html",
        /// Comma-separated values.
        Csv = "csv",
        /// Markdown.
        Markdown = "md",
        /// Plain text.
        Text = "txt",
        /// Uncompressed sound.
        Wav = "wav",
        /// MPEG layer III.
        Mp3 = "mp3",
        /// AAC in a stream of its own.
        Aac = "aac",
        /// Sound in an MP4 container.
        M4a = "m4a",
        /// Opus or Vorbis in Ogg.
        Ogg = "ogg",
        /// Free Lossless Audio Codec.
        Flac = "flac",
        /// Video in an MP4 container.
        Mp4 = "mp4",
        /// Video as QuickTime and iPhones write it.
        Mov = "mov",
        /// Video for the web.
        Webm = "webm",
        /// Video in Matroska.
        Mkv = "mkv",
        /// A photograph.
        Jpeg = "jpg",
        /// A drawing or a picture of a screen.
        Png = "png",
        /// A picture for the web.
        Webp = "webp",
        /// A drawing of few colours, of which the first picture counts.
        Gif = "gif",
    }
}

/// Bytes of UTF-8 in all blocks.
pub const MAX_TEXT: usize = 32 << 20;
/// Blocks in all; bounds memory where blocks are tiny.
pub const MAX_BLOCKS: usize = 300_000;
/// Pages, slides or sections.
pub const MAX_ANCHORS: usize = 50_000;
/// Characters of a label or title.
pub const MAX_LABEL: usize = 200;
/// Lowest level of a heading.
pub const MAX_LEVEL: u8 = 9;
/// Bytes of a warning's word.
const MAX_WORD: usize = 64;

/// Samples a second of the sound that is listened to.
pub const SOUND_RATE: u32 = 16_000;
/// Seconds of the longest recording.
pub const MAX_SOUND_S: u32 = 2 * 3600;

/// Bytes that decide what a file is: enough for [`Format::looks_like`].
pub const SNIFF_BYTES: usize = 1024;

/// First bytes of a zip archive, which Office files and e-books are.
const ZIP: &[u8] = b"PK\x03\x04";
/// First bytes of Microsoft's older container; Office files with a password
/// are wrapped in one.
const COMPOUND: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// First bytes of a photograph.
pub const JPEG: &[u8] = b"\xFF\xD8\xFF";
/// First bytes of a drawing.
const PNG: &[u8] = b"\x89PNG\r\n\x1A\n";

/// First bytes of the tags that sound files may begin with.
const ID3: &[u8] = b"ID3";
/// What the first box of an MP4 or QuickTime file may be.
const BOXES: [&[u8]; 6] = [b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"];

impl Format {
    /// The format a file name's ending stands for, if the box reads it.
    pub fn from_name(file_name: &str) -> Option<Self> {
        let (stem, ending) = file_name.rsplit_once('.')?;
        if stem.is_empty() || stem.ends_with(['/', '\\']) {
            return None;
        }
        match ending.to_ascii_lowercase().as_str() {
            "pdf" => Some(Self::Pdf),
            "docx" => Some(Self::Docx),
            "pptx" => Some(Self::Pptx),
            "xlsx" => Some(Self::Xlsx),
            "odt" => Some(Self::Odt),
            "odp" => Some(Self::Odp),
            "epub" => Some(Self::Epub),
            "html" | "htm" | "xhtml" => Some(Self::Html),
            "csv" | "tsv" => Some(Self::Csv),
            "md" | "markdown" => Some(Self::Markdown),
            "txt" | "text" => Some(Self::Text),
            "wav" => Some(Self::Wav),
            "mp3" => Some(Self::Mp3),
            "aac" => Some(Self::Aac),
            "m4a" | "m4b" => Some(Self::M4a),
            "ogg" | "oga" | "opus" => Some(Self::Ogg),
            "flac" => Some(Self::Flac),
            "mp4" | "m4v" | "3gp" => Some(Self::Mp4),
            "mov" => Some(Self::Mov),
            "webm" => Some(Self::Webm),
            "mkv" | "mka" => Some(Self::Mkv),
            "jpg" | "jpeg" | "jfif" => Some(Self::Jpeg),
            "png" => Some(Self::Png),
            "webp" => Some(Self::Webp),
            "gif" => Some(Self::Gif),
            _ => None,
        }
    }

    /// Whether a file that begins with `first_bytes` (up to [`SNIFF_BYTES`])
    /// may be of this format. An Office file in Microsoft's older container
    /// passes, so that the parser can tell a password-protected one.
    pub fn looks_like(self, first_bytes: &[u8]) -> bool {
        let head = &first_bytes[..first_bytes.len().min(SNIFF_BYTES)];
        match self {
            // Readers allow some bytes before the header, and so do printers.
            Self::Pdf => head.windows(5).any(|w| w == b"%PDF-"),
            Self::Docx | Self::Pptx | Self::Xlsx => {
                head.starts_with(ZIP) || head.starts_with(COMPOUND)
            }
            Self::Odt | Self::Odp | Self::Epub => head.starts_with(ZIP),
            Self::Html | Self::Csv | Self::Markdown | Self::Text => looks_like_text(head),
            Self::Wav => head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WAVE"),
            Self::Mp3 | Self::Aac => head.starts_with(ID3) || starts_a_frame(head),
            Self::Flac => head.starts_with(b"fLaC") || head.starts_with(ID3),
            Self::Ogg => head.starts_with(b"OggS"),
            Self::M4a | Self::Mp4 | Self::Mov => {
                let first = head.get(4..8);
                first.is_some_and(|first| BOXES.contains(&first))
            }
            Self::Webm | Self::Mkv => head.starts_with(b"\x1A\x45\xDF\xA3"),
            Self::Jpeg => head.starts_with(JPEG),
            Self::Png => head.starts_with(PNG),
            Self::Webp => head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP"),
            Self::Gif => head.starts_with(b"GIF87a") || head.starts_with(b"GIF89a"),
        }
    }

    /// Whether it is sound or video, which is listened to instead of parsed.
    pub fn is_media(self) -> bool {
        self.is_video()
            || matches!(
                self,
                Self::Wav | Self::Mp3 | Self::Aac | Self::M4a | Self::Ogg | Self::Flac
            )
    }

    /// Whether there are pictures with the sound.
    pub fn is_video(self) -> bool {
        matches!(self, Self::Mp4 | Self::Mov | Self::Webm | Self::Mkv)
    }

    /// Whether it is a picture, whose words are its teacher's.
    pub fn is_picture(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png | Self::Webp | Self::Gif)
    }

    /// The media type that browsers play it by, or show a PDF or picture.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Wav => "audio/wav",
            Self::Mp3 => "audio/mpeg",
            Self::Aac => "audio/aac",
            Self::M4a => "audio/mp4",
            Self::Ogg => "audio/ogg",
            Self::Flac => "audio/flac",
            // QuickTime's own type is refused by browsers that play what is in it.
            Self::Mp4 | Self::Mov => "video/mp4",
            Self::Webm => "video/webm",
            Self::Mkv => "video/x-matroska",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Gif => "image/gif",
            _ => "application/octet-stream",
        }
    }

    /// The largest file of this format that is accepted, in bytes.
    pub fn max_bytes(self) -> u64 {
        match self {
            Self::Pdf => 100 << 20,
            Self::Docx | Self::Pptx | Self::Xlsx | Self::Odt | Self::Odp | Self::Epub => 50 << 20,
            Self::Html | Self::Csv | Self::Markdown | Self::Text => 50 << 20,
            Self::Jpeg | Self::Png | Self::Webp | Self::Gif => 50 << 20,
            Self::Wav | Self::Mp3 | Self::Aac | Self::M4a | Self::Ogg | Self::Flac => 200 << 20,
            Self::Mp4 | Self::Mov | Self::Webm | Self::Mkv => 500 << 20,
        }
    }
}

/// Whether a frame of MP3 or AAC begins here: eleven bits set.
fn starts_a_frame(head: &[u8]) -> bool {
    matches!(head, [0xFF, second, ..] if second & 0xE0 == 0xE0)
}

/// Text has no NUL bytes, unless it is UTF-16 and says so, and does not begin
/// like another kind of file.
fn looks_like_text(head: &[u8]) -> bool {
    if head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF") {
        return head.len().is_multiple_of(2) || head.len() == SNIFF_BYTES;
    }
    let other = [
        ZIP, COMPOUND, b"%PDF-", b"\x89PNG", JPEG, b"GIF8", b"{\\rtf",
    ];
    !other.iter().any(|magic| head.starts_with(magic)) && !head.contains(&0)
}

word_enum! {
    /// What an anchor counts.
    AnchorKind {
        /// Pages of a PDF, counted from its first page.
        Page = "page",
        /// Slides of a presentation.
        Slide = "slide",
        /// Stretches of text under one heading.
        Section = "section",
        /// Stretches of speech in a recording.
        Moment = "moment",
        /// A picture, of which there is one.
        Picture = "picture",
    }
}

/// When something is said in a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Span {
    /// Where it begins, in milliseconds from the start.
    pub start_ms: u32,
    /// Where it ends; not before its start.
    pub end_ms: u32,
}

/// A place in the original.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Anchor {
    /// What is counted.
    pub kind: AnchorKind,
    /// Counted from 1.
    pub number: u32,
    /// The heading or slide title, when there is one.
    pub label: Option<String>,
    /// When it is said; there for moments and only for them. Always written,
    /// because the children's frames name no fields.
    #[serde(default)]
    pub time: Option<Span>,
}

word_enum! {
    /// What a block of text is.
    BlockKind {
        /// A heading; its level is in [`Block::level`].
        Heading = "heading",
        /// A paragraph.
        Paragraph = "paragraph",
        /// One item of a list.
        ListItem = "list_item",
        /// A table, one row a line, cells separated by ` | `.
        Table = "table",
        /// A speaker's notes.
        Notes = "notes",
        /// A caption of a picture or table.
        Caption = "caption",
        /// Preformatted text.
        Code = "code",
    }
}

/// A block of text of one kind at one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Level of a heading, 1 for the highest; 0 for other kinds.
    pub level: u8,
    /// Its text, never empty, without control characters but `\n` and `\t`.
    pub text: String,
    /// Index into [`Document::anchors`].
    pub anchor: u32,
}

/// Something the teacher should know about a lesson that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Warning {
    /// A stable word: `page_without_text`, `text_cut`, `hidden_text`, `pictures_left_out`,
    /// `not_read_again`, `unsure`, `language_not_heard`, `sound_cut`.
    pub code: String,
    /// The page, slide or section it is about.
    pub page: Option<u32>,
}

/// The text of a lesson.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// The title the document gives itself.
    pub title: Option<String>,
    /// Every page, slide or section in order, those without text included.
    pub anchors: Vec<Anchor>,
    /// The text, in reading order.
    pub blocks: Vec<Block>,
    /// What the teacher should know.
    pub warnings: Vec<Warning>,
    /// When each word of a moment begins, in milliseconds, by anchor; empty for a
    /// moment where that is not known and for documents that nobody speaks.
    #[serde(default)]
    pub words_ms: Vec<Vec<u32>>,
}

impl Document {
    /// Whether the document keeps what a parser promises; the name of the first
    /// promise it breaks otherwise. A file that took its parser over decides
    /// what comes out of it, so the server asks before it goes on with it.
    pub fn check(&self) -> Result<(), &'static str> {
        let kept = |promise: bool, name| if promise { Ok(()) } else { Err(name) };
        let short = |label: &Option<String>| {
            let beyond = label.as_deref().and_then(|l| l.chars().nth(MAX_LABEL));
            beyond.is_none()
        };
        kept(self.anchors.len() <= MAX_ANCHORS, "anchors")?;
        kept(self.blocks.len() <= MAX_BLOCKS, "blocks")?;
        // One of each kind for every anchor is more than any parser makes.
        kept(self.warnings.len() <= 8 * (MAX_ANCHORS + 1), "warnings")?;
        let bytes: usize = self.blocks.iter().map(|block| block.text.len()).sum();
        kept(bytes <= MAX_TEXT, "text")?;
        kept(short(&self.title), "title")?;
        for (number, anchor) in (1..).zip(&self.anchors) {
            kept(anchor.number == number, "anchor number")?;
            kept(short(&anchor.label), "label")?;
            let is_moment = anchor.kind == AnchorKind::Moment;
            kept(anchor.time.is_some() == is_moment, "time of a moment")?;
        }
        let mut from = 0;
        for time in self.anchors.iter().filter_map(|anchor| anchor.time) {
            let forward = time.start_ms <= time.end_ms && from <= time.start_ms;
            kept(forward, "order of moments")?;
            from = time.start_ms;
        }
        let words: usize = self.words_ms.iter().map(Vec::len).sum();
        let few = self.words_ms.len() <= self.anchors.len() && words <= MAX_TEXT;
        kept(few, "times of words")?;
        for block in &self.blocks {
            kept(!block.text.is_empty(), "empty block")?;
            kept(block.level <= MAX_LEVEL, "level")?;
            let anchor = block.anchor as usize;
            kept(anchor < self.anchors.len(), "anchor of a block")?;
        }
        for warning in &self.warnings {
            kept(warning.code.len() <= MAX_WORD, "warning")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_that_breaks_a_promise_is_found() {
        let check = |expected: Result<(), &'static str>, change: &dyn Fn(&mut Document)| {
            let mut document = Document {
                title: Some("Amazi".into()),
                anchors: vec![Anchor {
                    kind: AnchorKind::Page,
                    number: 1,
                    label: None,
                    time: None,
                }],
                blocks: vec![Block {
                    kind: BlockKind::Paragraph,
                    level: 0,
                    text: "Amazi ni ubuzima.".into(),
                    anchor: 0,
                }],
                warnings: Vec::new(),
                words_ms: Vec::new(),
            };
            change(&mut document);
            assert_eq!(document.check(), expected);
        };
        check(Ok(()), &|_| {});
        check(Ok(()), &|d| *d = Document::default());
        check(Ok(()), &|d| d.blocks[0].text = "x".repeat(MAX_TEXT));
        check(Err("text"), &|d| {
            d.blocks[0].text = "x".repeat(MAX_TEXT + 1)
        });
        check(Err("empty block"), &|d| d.blocks[0].text.clear());
        check(Err("anchor of a block"), &|d| d.blocks[0].anchor = 1);
        check(Err("anchor of a block"), &|d| d.blocks[0].anchor = u32::MAX);
        check(Err("level"), &|d| d.blocks[0].level = MAX_LEVEL + 1);
        check(Err("anchor number"), &|d| d.anchors[0].number = 0);
        check(Err("title"), &|d| {
            d.title = Some("é".repeat(MAX_LABEL + 1));
        });
        check(Ok(()), &|d| d.title = Some("é".repeat(MAX_LABEL)));
        check(Err("label"), &|d| {
            d.anchors[0].label = Some("x".repeat(MAX_LABEL + 1));
        });
        let moment = |d: &mut Document, start_ms, end_ms| {
            d.anchors[0].kind = AnchorKind::Moment;
            d.anchors[0].time = Some(Span { start_ms, end_ms });
        };
        check(Ok(()), &|d| moment(d, 0, 2000));
        check(Err("order of moments"), &|d| moment(d, 2000, 1999));
        check(Err("order of moments"), &|d| {
            moment(d, 2000, 3000);
            d.anchors.push(d.anchors[0].clone());
            d.anchors[1].number = 2;
            moment(d, 2001, 3000);
        });
        check(Err("time of a moment"), &|d| {
            moment(d, 0, 2000);
            d.anchors[0].kind = AnchorKind::Page;
        });
        check(Err("time of a moment"), &|d| {
            d.anchors[0].kind = AnchorKind::Moment;
        });
        check(Err("blocks"), &|d| {
            d.blocks = vec![d.blocks[0].clone(); MAX_BLOCKS + 1];
        });
        check(Err("anchors"), &|d| {
            d.anchors = vec![d.anchors[0].clone(); MAX_ANCHORS + 1];
        });
        let warning = |code: &str| Warning {
            code: code.to_owned(),
            page: None,
        };
        check(Err("warning"), &|d| {
            d.warnings = vec![warning(&"x".repeat(65))]
        });
        check(Err("warnings"), &|d| {
            d.warnings = vec![warning("x"); 8 * (MAX_ANCHORS + 1) + 1];
        });
    }

    #[test]
    fn names_tell_the_format() {
        assert_eq!(Format::from_name("Soil 1.PDF"), Some(Format::Pdf));
        assert_eq!(Format::from_name("notes.markdown"), Some(Format::Markdown));
        assert_eq!(Format::from_name("page.HTM"), Some(Format::Html));
        for other in [
            "lesson",
            ".pdf",
            "a/.txt",
            "lesson.pdf.exe",
            "lesson.doc",
            "",
        ] {
            assert_eq!(Format::from_name(other), None, "{other}");
        }
    }

    #[test]
    fn first_bytes_must_fit_the_format() {
        assert!(Format::Pdf.looks_like(b"\xEF\xBB\xBF%PDF-1.7"));
        assert!(!Format::Pdf.looks_like(b"PK\x03\x04"));
        assert!(Format::Docx.looks_like(b"PK\x03\x04rest"));
        assert!(Format::Pptx.looks_like(COMPOUND));
        assert!(!Format::Docx.looks_like(b"%PDF-1.4"));
        assert!(Format::Text.looks_like("Ubutaka n'ubuhinzi".as_bytes()));
        assert!(Format::Text.looks_like(b"\xFF\xFEU\x00"));
        assert!(!Format::Markdown.looks_like(b"%PDF-1.4"));
        assert!(!Format::Text.looks_like(b"MZ\x90\x00\x03"));
    }
}
