//! Every hostile file ends in the right word, soon.

use std::time::{Duration, Instant};

use bwenge::inference::document::Format;
use bwenge::inference::protocol::FailureCode::{self, *};

use super::read;
use crate::support::{figure, hostile as make};

/// Parses and returns the failure's word, or the text of the document.
fn outcome(bytes: &[u8], format: Format) -> Result<String, FailureCode> {
    #[expect(clippy::disallowed_methods, reason = "measures how long a parse takes")]
    let start = Instant::now();
    let result = read(bytes, format);
    // Alone the slowest takes a few seconds.
    figure("parsing", start.elapsed(), Duration::from_secs(60));
    let text = |d: bwenge::inference::document::Document| {
        d.blocks
            .into_iter()
            .map(|b| b.text)
            .collect::<Vec<_>>()
            .join("\n")
    };
    result.map(text).map_err(|failure| failure.code)
}

#[test]
fn the_bytes_must_fit_the_name() {
    let pdf = make::lesson("photosynthesis.pdf");
    let pptx = make::lesson("rwanda-history.pptx");
    let cases: [(&[u8], Format, FailureCode); 9] = [
        (b"", Format::Pdf, Empty),
        (b"", Format::Text, Empty),
        (&pdf, Format::Docx, WrongType),
        (&pdf, Format::Text, WrongType),
        (&pptx, Format::Docx, WrongType),
        (&pptx, Format::Pdf, WrongType),
        (&make::lesson("water-cycle.docx"), Format::Pptx, WrongType),
        (b"MZ\x90\0\x03\0\0\0", Format::Markdown, WrongType),
        (
            &make::archive([("readme.txt", &b"hello"[..])]),
            Format::Docx,
            WrongType,
        ),
    ];
    for (bytes, format, expect) in cases {
        assert_eq!(outcome(bytes, format), Err(expect), "{format:?}");
    }
}

#[test]
fn archives_that_lie_or_overflow_are_refused() {
    assert_eq!(
        outcome(&make::lying_bomb(), Format::Docx),
        Err(ExpandsTooMuch)
    );
    assert_eq!(outcome(&make::truncated_docx(), Format::Docx), Err(Damaged));
    assert_eq!(
        outcome(&make::pptx_with_entries(100_000), Format::Pptx),
        Err(TooManyParts)
    );
    assert_eq!(
        outcome(&make::pptx_with_entries(10_001), Format::Pptx),
        Err(TooManyParts)
    );
}

#[test]
fn parts_count_together() {
    // Eight parts of 40 MB each, none over the limit, compressed little enough
    // to pass the ratio: styles and relations are read before the text.
    let mut noise = 1u32;
    let mut part = b"<w:styles>".to_vec();
    part.extend((0..40 << 20).map(|_| {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        if noise >> 28 == 0 { b'b' } else { b'a' }
    }));
    part.extend_from_slice(b"</w:styles>");
    let slides: Vec<String> = (1..=8)
        .map(|n| format!("ppt/slides/slide{n}.xml"))
        .collect();
    let ids: String = (1..=8)
        .map(|n| format!("<p:sldId r:id=\"r{n}\"/>"))
        .collect();
    let relations: String = (1..=8)
        .map(|n| {
            format!("<Relationship Id=\"r{n}\" Type=\"x/slide\" Target=\"slides/slide{n}.xml\"/>")
        })
        .collect();
    let main = format!("<p:presentation xmlns:p=\"p\" xmlns:r=\"r\">{ids}</p:presentation>");
    let relations = format!("<Relationships>{relations}</Relationships>");
    let mut parts: Vec<(&str, &[u8])> = vec![
        ("ppt/presentation.xml", main.as_bytes()),
        ("ppt/_rels/presentation.xml.rels", relations.as_bytes()),
    ];
    parts.extend(slides.iter().map(|name| (name.as_str(), part.as_slice())));
    assert_eq!(
        outcome(&make::archive(parts), Format::Pptx),
        Err(ExpandsTooMuch)
    );
}

#[test]
fn xml_that_explodes_is_refused() {
    assert_eq!(outcome(&make::entity_bomb(), Format::Docx), Err(Damaged));
    assert_eq!(outcome(&make::deep_docx(300), Format::Docx), Err(TooDeep));
    assert_eq!(outcome(&make::deep_docx(200), Format::Docx), Err(NoText));
    assert_eq!(
        outcome(&make::attributes(800_000), Format::Docx),
        Err(Damaged)
    );
    assert_eq!(
        outcome(&make::attributes(200), Format::Docx),
        Ok("text".into())
    );
}

#[test]
fn locked_and_textless_documents_say_so() {
    assert_eq!(
        outcome(&make::lesson("encrypted.pdf"), Format::Pdf),
        Err(Encrypted)
    );
    assert_eq!(
        outcome(&make::password_docx(), Format::Docx),
        Err(Encrypted)
    );
    assert_eq!(
        outcome(&make::lesson("scanned.pdf"), Format::Pdf),
        Err(NoText)
    );
    assert_eq!(outcome(&make::docx(""), Format::Docx), Err(NoText));
    assert_eq!(outcome(b" \n\t\n", Format::Text), Err(NoText));
}

#[test]
fn deep_and_looping_pdfs_end() {
    let line = || Ok("Amazi ni ubuzima.".to_owned());
    assert_eq!(outcome(&make::nested_pdf(50), Format::Pdf), line());
    assert_eq!(outcome(&make::nested_pdf(100_000), Format::Pdf), line());
    assert_eq!(outcome(&make::looping_pages(), Format::Pdf), line());
    assert_eq!(outcome(&make::looping_form(), Format::Pdf), line());
    assert_eq!(outcome(&make::doubling_forms(), Format::Pdf), line());
}

#[test]
fn pdfs_that_inflate_or_flood_end() {
    let line = || Ok("Amazi ni ubuzima.".to_owned());
    assert_eq!(
        outcome(&make::inflating_pdf(), Format::Pdf),
        Err(ExpandsTooMuch)
    );
    assert_eq!(outcome(&make::character_map_bomb(), Format::Pdf), line());
    assert_eq!(outcome(&make::drawing_flood(), Format::Pdf), line());
}

#[test]
fn damaged_pdfs_are_damaged() {
    let whole = make::lesson("photosynthesis.pdf");
    assert_eq!(outcome(b"%PDF-1.7\n", Format::Pdf), Err(Damaged));
    assert_eq!(
        outcome(&whole[..whole.len() / 2], Format::Pdf),
        Err(Damaged)
    );
    assert_eq!(
        outcome(&make::pdf(&[b"<< /Type /Catalog >>".to_vec()]), Format::Pdf),
        Err(Damaged)
    );
}

#[test]
fn the_list_for_other_tests_holds() {
    let expect = [
        Err(ExpandsTooMuch),
        Ok("Amazi ni ubuzima.".to_owned()),
        Err(Damaged),
        Err(TooManyParts),
        Err(WrongType),
        Err(Empty),
        Err(Encrypted),
        Err(NoText),
        Err(Damaged),
    ];
    for ((name, bytes), expect) in make::uploads().into_iter().zip(expect) {
        let format = Format::from_name(name).expect("a known ending");
        assert_eq!(outcome(&bytes, format), expect, "{name}");
    }
}

#[test]
fn files_over_the_limit_are_not_parsed() {
    let big = vec![b'a'; (50 << 20) + 1];
    assert_eq!(outcome(&big, Format::Text), Err(TooBig));
}

#[test]
fn tiny_blocks_without_end_are_cut() {
    let text = "a\n\n".repeat(2_000_000);
    let document = read(text.as_bytes(), Format::Text).expect("text");
    assert!(document.blocks.len() <= 300_000);
    assert!(
        super::warnings(&document)
            .iter()
            .any(|(code, _)| *code == "text_cut")
    );
    let headings = "# a\n".repeat(200_000);
    let document = read(headings.as_bytes(), Format::Markdown).expect("text");
    assert!(document.anchors.len() <= 50_000);
}

#[test]
fn few_bytes_do_not_stand_for_many() {
    let cut = |bytes: &[u8], format| {
        let document = read(bytes, format).expect("text");
        let warnings = super::warnings(&document);
        assert!(warnings.iter().any(|(code, _)| *code == "text_cut"));
    };
    let relations = "<Relationships>\
        <Relationship Id=\"r1\" Type=\"x/worksheet\" Target=\"a.xml\"/>\
        <Relationship Id=\"r2\" Type=\"x/sharedStrings\" Target=\"s.xml\"/></Relationships>";
    let workbook = "<workbook><sheets><sheet name=\"A\" r:id=\"r1\"/></sheets></workbook>";
    // Varied, because what shrinks too well is refused before.
    let mut noise = 1_u32;
    let mut noise = move || {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        noise >> 16
    };
    let words: String = (0..500_000).map(|_| format!("{} ", noise())).collect();
    let strings = format!("<sst><si><t>{words}</t></si></sst>");
    let cell = |n| format!("<row><c r=\"IV{n}\" t=\"s\"><v>0</v></c></row>");
    let rows: String = (0..1000).map(|_| cell(noise())).collect();
    let sheet = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
    let parts = [
        ("xl/workbook.xml", workbook),
        ("xl/_rels/workbook.xml.rels", relations),
        ("xl/a.xml", &sheet),
        ("xl/s.xml", &strings),
    ];
    let workbook = make::archive(parts.map(|(name, text)| (name, text.as_bytes())));
    cut(&workbook, Format::Xlsx);

    let blanks = (0..800_000).map(|_| format!("<text:s text:c=\"{}\"/>", noise() % 50 + 50));
    let blanks: String = blanks.collect();
    let content = format!("<office:text><text:p>a{blanks}</text:p></office:text>");
    let text = make::archive([
        ("mimetype", &b"application/vnd.oasis.opendocument.text"[..]),
        ("content.xml", content.as_bytes()),
    ]);
    cut(&text, Format::Odt);
}
