//! Files made to harm a parser, too large or too odd to keep in the repository.
//!
//! Each function returns the bytes of one upload. What has to become of them
//! is written at each; the tests of the parsers and of the API hold it.

pub mod sound;

use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const WORD: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

/// The kinds of upload the box must survive, as file name and bytes; those
/// that only differ in name or size (path traversal, 101 MB) are made by the
/// API's own tests.
pub fn uploads() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("bomb.docx", lying_bomb()),
        ("deep.pdf", nested_pdf(100_000)),
        ("truncated.docx", truncated_docx()),
        ("entries.pptx", pptx_with_entries(100_000)),
        ("renamed.docx", lesson("photosynthesis.pdf")),
        ("empty.pdf", Vec::new()),
        ("password.pdf", lesson("encrypted.pdf")),
        ("scan.pdf", lesson("scanned.pdf")),
        ("attributes.docx", attributes(800_000)),
    ]
}

/// A lesson of `tests/it/fixtures/lessons`.
pub fn lesson(name: &str) -> Vec<u8> {
    let path = format!(
        "{}/tests/it/fixtures/lessons/{name}",
        env!("CARGO_MANIFEST_DIR")
    );
    std::fs::read(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// A zip archive of these parts.
pub fn archive<'a>(parts: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in parts {
        zip.start_file(name, options).expect("entry");
        zip.write_all(bytes).expect("part");
    }
    zip.finish().expect("archive").into_inner()
}

/// A DOCX file with this content inside `w:body`.
pub fn docx(body: &str) -> Vec<u8> {
    let document = format!("<w:document xmlns:w=\"{WORD}\"><w:body>{body}</w:body></w:document>");
    archive([("word/document.xml", document.as_bytes())])
}

/// A DOCX whose text inflates to 100 MB and whose headers say 1,000 bytes:
/// `expands_too_much`.
pub fn lying_bomb() -> Vec<u8> {
    let mut document =
        format!("<w:document xmlns:w=\"{WORD}\"><w:body><w:p><w:r><w:t>").into_bytes();
    document.resize(100 << 20, b'a');
    document.extend_from_slice(b"</w:t></w:r></w:p></w:body></w:document>");
    let real = (document.len() as u32).to_le_bytes();
    let mut bytes = archive([("word/document.xml", document.as_slice())]);
    // The size stands at byte 22 of the local header and 24 of the central one.
    for (magic, at) in [(b"PK\x03\x04", 22), (b"PK\x01\x02", 24)] {
        let header = bytes.windows(4).position(|w| w == magic).expect("header");
        let field = &mut bytes[header + at..header + at + 4];
        // The writer may leave the local size to a descriptor.
        assert!(
            field == real || field == [0; 4],
            "the archive is laid out otherwise"
        );
        field.copy_from_slice(&1000u32.to_le_bytes());
    }
    bytes
}

/// A DOCX cut in the middle: `damaged`.
pub fn truncated_docx() -> Vec<u8> {
    let mut bytes = lesson("water-cycle.docx");
    bytes.truncate(bytes.len() * 6 / 10);
    bytes
}

/// A presentation with this many empty entries: `too_many_parts`.
pub fn pptx_with_entries(count: usize) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for n in 0..count {
        zip.start_file(format!("ppt/slides/slide{n}.xml"), options)
            .expect("entry");
    }
    zip.finish().expect("archive").into_inner()
}

/// A DOCX whose entities expand to 3 GB: `damaged`, never expanded.
pub fn entity_bomb() -> Vec<u8> {
    let mut dtd = String::from("<!DOCTYPE w:document [<!ENTITY a0 \"haha\">");
    for n in 1..10 {
        let inner = format!("&a{};", n - 1).repeat(10);
        dtd.push_str(&format!("<!ENTITY a{n} \"{inner}\">"));
    }
    let document = format!(
        "<?xml version=\"1.0\"?>{dtd}]><w:document xmlns:w=\"{WORD}\"><w:body><w:p><w:r>\
         <w:t>&a9;</w:t></w:r></w:p></w:body></w:document>"
    );
    archive([("word/document.xml", document.as_bytes())])
}

/// A DOCX with this many elements inside each other: `too_deep` from 257 on.
pub fn deep_docx(levels: usize) -> Vec<u8> {
    docx(&format!(
        "{}{}",
        "<w:sdt>".repeat(levels),
        "</w:sdt>".repeat(levels)
    ))
}

/// A DOCX with one element of this many attributes: `damaged` from 257 on.
pub fn attributes(count: usize) -> Vec<u8> {
    let list: String = (0..count).map(|n| format!(" a{n}=\"\"")).collect();
    docx(&format!("<w:p{list}><w:r><w:t>text</w:t></w:r></w:p>"))
}

/// What an Office document with a password looks like: `encrypted`.
pub fn password_docx() -> Vec<u8> {
    let mut bytes = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    bytes.resize(1024, 0);
    bytes.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    bytes.resize(4096, 0);
    bytes
}

/// A PDF file of these objects, numbered from 1; the first is the catalog.
pub fn pdf(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut xref = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (n, object) in objects.iter().enumerate() {
        xref.push_str(&format!("{:010} 00000 n \n", bytes.len()));
        bytes.extend_from_slice(format!("{} 0 obj\n", n + 1).as_bytes());
        bytes.extend_from_slice(object);
        bytes.extend_from_slice(b"\nendobj\n");
    }
    let start = bytes.len();
    let size = objects.len() + 1;
    let end = format!("{xref}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
    bytes.extend_from_slice(end.as_bytes());
    bytes
}

/// A PDF stream object.
pub fn stream(dictionary: &str, content: &[u8]) -> Vec<u8> {
    let mut bytes = format!("<< {dictionary} /Length {} >>\nstream\n", content.len()).into_bytes();
    bytes.extend_from_slice(content);
    bytes.extend_from_slice(b"\nendstream");
    bytes
}

/// A PDF with one page that shows `content`; `more` objects are numbered from 5,
/// `resources` are added to those of the page, whose font is `/F1`.
pub fn one_page(content: &[u8], resources: &str, more: &[Vec<u8>]) -> Vec<u8> {
    let page = format!(
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources \
         << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> {resources} >> >>"
    );
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        page.into_bytes(),
        stream("", content),
    ];
    objects.extend_from_slice(more);
    pdf(&objects)
}

/// Content that shows one line.
pub const HELLO: &[u8] = b"BT /F1 12 Tf 72 720 Td (Amazi ni ubuzima.) Tj ET";

/// A PDF with arrays, dictionaries and strings this deep, in an object of its
/// own and in the content: read without them, or `damaged`.
pub fn nested_pdf(depth: usize) -> Vec<u8> {
    let nested = |open: &str, close: &str| [open.repeat(depth), close.repeat(depth)].concat();
    let mut content = HELLO.to_vec();
    for part in [nested("[", "]"), nested("<</A ", ">>"), nested("(", ")")] {
        content.extend_from_slice(format!("\n{part} d").as_bytes());
    }
    let objects = [
        nested("[", "]"),
        nested("<</A ", ">>"),
        nested("(", ")"),
        "[".repeat(depth),
    ];
    one_page(&content, "", &objects.map(String::into_bytes))
}

/// A PDF whose page tree is its own child and whose page is its own parent:
/// the page is read once.
pub fn looping_pages() -> Vec<u8> {
    pdf(&[
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [2 0 R 3 0 R 2 0 R] /Count 3 /Parent 2 0 R >>".to_vec(),
        b"<< /Type /Page /Parent 3 0 R /Contents 4 0 R /Resources << /Font << /F1 << /Type /Font \
          /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"
            .to_vec(),
        stream("", HELLO),
    ])
}

/// A PDF whose form draws itself, after a line of text: the line is read.
pub fn looping_form() -> Vec<u8> {
    let content = [HELLO, b" /X Do"].concat();
    let form = stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 1 1]",
        b"/X Do /X Do",
    );
    one_page(&content, "/XObject << /X 5 0 R >>", &[form])
}

/// A PDF of forms that each draw the next ten times, twenty deep: ends in time.
pub fn doubling_forms() -> Vec<u8> {
    let forms: Vec<Vec<u8>> = (0..20)
        .map(|n| {
            let next = format!(
                "/Type /XObject /Subtype /Form /BBox [0 0 1 1] /Resources << /XObject << /X {} 0 R >> >>",
                n + 6
            );
            stream(&next, "/X Do ".repeat(10).as_bytes())
        })
        .collect();
    one_page(
        &[HELLO, b" /X Do"].concat(),
        "/XObject << /X 5 0 R >>",
        &forms,
    )
}

/// A PDF whose page content inflates to 200 MB: `expands_too_much`.
pub fn inflating_pdf() -> Vec<u8> {
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
    let chunk = vec![b' '; 1 << 20];
    for _ in 0..200 {
        zlib.write_all(&chunk).expect("deflate");
    }
    let content = zlib.finish().expect("deflate");
    pdf(&[
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>".to_vec(),
        stream("/Filter /FlateDecode", &content),
    ])
}

/// A PDF whose font maps four thousand million characters: read without the map.
pub fn character_map_bomb() -> Vec<u8> {
    let map = b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <FF> \
        endcodespacerange 1 beginbfrange <00000000> <FFFFFFFF> <0041> endbfrange endcmap end";
    let font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>";
    let content = b"BT /F2 12 Tf 72 720 Td (Amazi ni ubuzima.) Tj ET";
    let resources = "/Font << /F2 5 0 R >>";
    // The later of two equal keys counts.
    one_page(content, resources, &[font.to_vec(), stream("", map)])
}

/// A page with three million drawing operators and one line of text: the line
/// is read.
pub fn drawing_flood() -> Vec<u8> {
    let content = [HELLO, b"\n", "0 0 l\n".repeat(3_000_000).as_bytes()].concat();
    one_page(&content, "", &[])
}

/// A PDF that says something, and shows a picture of 90,000 by 90,000 pixels: read,
/// and drawn without it.
pub fn greedy_page() -> Vec<u8> {
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
    zlib.write_all(&vec![0; 1 << 20]).expect("deflate");
    let picture = stream(
        "/Type /XObject /Subtype /Image /Width 90000 /Height 90000 /ColorSpace /DeviceRGB \
         /BitsPerComponent 8 /Filter /FlateDecode",
        &zlib.finish().expect("deflate"),
    );
    let content = [HELLO, b" q 500 0 0 500 50 50 cm /X Do Q"].concat();
    one_page(&content, "/XObject << /X 5 0 R >>", &[picture])
}
