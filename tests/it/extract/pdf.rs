//! PDF features, each in a file of its own making.

use bwenge::inference::document::Format;

use super::{outline, read, warnings};
use crate::support::hostile as make;

/// Text of a page with this content.
fn page(content: &str) -> Vec<String> {
    let bytes = make::one_page(content.as_bytes(), "", &[]);
    outline(&read(&bytes, Format::Pdf).expect("a document"))
}

#[test]
fn all_operators_that_show_text_are_read() {
    let content = "BT /F1 12 Tf 14 TL 72 700 Td (One) Tj (two) ' 1 2 (three) \" \
        T* [(fo) -20 <7572>] TJ ET";
    assert_eq!(page(content), ["paragraph One two three four"]);
}

#[test]
fn unusual_colours_pictures_and_states_do_no_harm() {
    let content = "/Missing cs /P1 scn /NoState gs 1 0 0 1 (x) cm q Q Q Q /Nothing Do sh \
        BI /W 1 /H 1 ID \u{1}(x) Tj\u{2} EI BT /F1 12 Tf 72 700 Td (Still here) Tj ET";
    assert_eq!(page(content), ["paragraph Still here"]);
    assert_eq!(
        page("BT (No font) Tj /F9 12 Tf (Unknown font) Tj /F1 12 Tf (Text) Tj ET"),
        ["paragraph Text"]
    );
}

#[test]
fn fonts_the_library_panics_on_are_mended() {
    let fonts: [&[u8]; 6] = [
        b"<< /Type /Font /Subtype /Type1 /BaseFont /A /Encoding /StandardEncoding >>",
        b"<< /Type /Font /Subtype /TrueType /BaseFont /A /FirstChar 65 /LastChar 99 /Widths [500 600] >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /A /ToUnicode /Identity-V >>",
        b"<< /Type /Font /Subtype /Type1 /Encoding << /Differences [300 /A (x) -5 /B] >> >>",
        b"<< /Type /Font /Subtype /Type3 /BaseFont /A /CharProcs << >> >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /A /FontDescriptor << /FontFile 4 0 R >> >>",
    ];
    for font in fonts {
        let content = b"BT /F2 12 Tf 72 700 Td (HELLO) Tj ET";
        let bytes = make::one_page(content, "/Font << /F2 5 0 R >>", &[font.to_vec()]);
        let document = read(&bytes, Format::Pdf).unwrap_or_else(|e| panic!("{e:?} {font:?}"));
        assert_eq!(
            outline(&document),
            ["paragraph HELLO"],
            "{:?}",
            String::from_utf8_lossy(font)
        );
    }
}

#[test]
fn a_font_beyond_repair_costs_its_own_text_only() {
    let font = b"<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /DescendantFonts [7] >>";
    let content = b"BT /F1 12 Tf 72 700 Td (Kept) Tj /F2 12 Tf (lost) Tj ET";
    let both = "/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> /F2 5 0 R >>";
    let bytes = make::one_page(content, both, &[font.to_vec()]);
    assert_eq!(
        outline(&read(&bytes, Format::Pdf).expect("a document")),
        ["paragraph Kept"]
    );
}

/// The second way: the library panics on these fonts whatever is left out.
#[test]
fn fonts_the_library_can_not_use_are_read_all_the_same() {
    let map = make::stream(
        "",
        b"1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfrange <0001> <0004> \
          [<0041> <006D> <0061007A> <0069>] endbfrange",
    );
    let cases: [(&[u8], &[u8]); 3] = [
        (
            b"<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /UniJIS-UCS2-H /DescendantFonts [7] >>",
            b"<0041006D0061007A0069>",
        ),
        (
            b"<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /DescendantFonts [7] \
              /ToUnicode 6 0 R >>",
            b"<0001000200030004>",
        ),
        (
            b"<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /DescendantFonts [] \
              /ToUnicode 6 0 R >>",
            b"[<00010002> -20 <00030004>]",
        ),
    ];
    for (font, shown) in cases {
        let operator: &[u8] = if shown.starts_with(b"[") {
            b" TJ"
        } else {
            b" Tj"
        };
        let content = [
            &b"BT /F2 12 Tf 14 TL 72 700 Td "[..],
            shown,
            operator,
            b" /F1 12 Tf T* (ni ubuzima.) Tj ET",
        ];
        let both =
            "/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> /F2 5 0 R >>";
        let more = [font.to_vec(), map.clone()];
        let bytes = make::one_page(&content.concat(), both, &more);
        let document = read(&bytes, Format::Pdf).expect("a document");
        let name = String::from_utf8_lossy(font);
        assert_eq!(
            outline(&document),
            ["paragraph Amazi ni ubuzima."],
            "{name}"
        );
    }
}

#[test]
fn letters_nobody_explains_are_no_text() {
    let words = "Amazi ni ubuzima kandi umuntu wese agomba kuyanywa buri munsi";
    let shift = |c: char| match c {
        ' ' => ' ',
        c => char::from_u32(u32::from(c) - 29).unwrap_or(c),
    };
    let shifted: String = words.chars().map(shift).collect();
    let escaped = shifted.replace('\\', "\\\\");
    let line = format!("({escaped}) Tj T*");
    let content = format!("BT /F1 12 Tf 14 TL 72 700 Td {line} {line} ET");
    let failure = read(&make::one_page(content.as_bytes(), "", &[]), Format::Pdf).unwrap_err();
    assert_eq!(failure.code.as_str(), "no_text");
}

#[test]
fn text_nobody_sees_is_left_out_with_a_warning() {
    let unseen = [
        "1 g (white) Tj",
        "1 1 1 rg (white) Tj",
        "0 0 0 0 k (white) Tj",
        "1 0 0 1 900 700 Tm (beside the page) Tj",
        "1 0 0 1 72 -40 Tm (below the page) Tj",
        "ET /Clear gs BT /F1 12 Tf 72 600 Td (clear) Tj",
        "ET /OC /L1 BDC BT /F1 12 Tf 72 600 Td (another layer) Tj ET EMC BT",
    ];
    let resources = "/ExtGState << /Clear << /ca 0 >> >> /Properties << /L1 5 0 R /L2 6 0 R >>";
    let page = |content: &str| {
        let content = format!("BT /F1 12 Tf 72 720 Td (Seen.) Tj {content} ET");
        let page = format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << \
             /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> {resources} >> >>"
        );
        let objects = [
            b"<< /Type /Catalog /Pages 2 0 R /OCProperties << /D << /OFF [5 0 R] >> >> >>".to_vec(),
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
            page.into_bytes(),
            make::stream("", content.as_bytes()),
            b"<< /Type /OCG >>".to_vec(),
            b"<< /Type /OCG >>".to_vec(),
        ];
        read(&make::pdf(&objects), Format::Pdf).expect("a document")
    };
    for content in unseen {
        let document = page(content);
        assert_eq!(outline(&document), ["paragraph Seen."], "{content}");
        assert_eq!(warnings(&document), [("hidden_text", Some(1))], "{content}");
    }
    let seen = [
        "ET 0.1 0.2 0.5 rg 60 590 300 30 re f BT 1 g /F1 12 Tf 72 600 Td (here) Tj",
        "0.9 g 0 -120 Td (here) Tj",
        "/Spot cs 1 scn 0 -120 Td (here) Tj",
        "ET /OC /L2 BDC BT /F1 12 Tf 72 600 Td (here) Tj ET EMC BT",
    ];
    for content in seen {
        let document = page(content);
        assert_eq!(
            outline(&document),
            ["paragraph Seen.", "paragraph here"],
            "{content}"
        );
        assert_eq!(warnings(&document), [], "{content}");
    }
}

#[test]
fn what_was_filled_into_a_form_is_read() {
    let field = b"<< /Type /Annot /Subtype /Widget /Rect [200 690 300 710] /AP << /N 6 0 R >> >>";
    let looks = make::stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 100 20] /Resources << /Font << /F1 << /Type /Font \
         /Subtype /Type1 /BaseFont /Helvetica >> >> >>",
        b"/Tx BMC BT /F1 12 Tf 2 10 Td (Keza) Tj ET EMC",
    );
    let content = b"BT /F1 12 Tf 72 700 Td (Amazina yanjye ni:) Tj ET";
    let bytes = make::one_page(
        content,
        ">> /Annots [5 0 R] /Unused <<",
        &[field.to_vec(), looks],
    );
    let document = read(&bytes, Format::Pdf).expect("a document");
    assert_eq!(outline(&document), ["paragraph Amazina yanjye ni: Keza"]);
}

#[test]
fn forms_stand_where_they_are_drawn() {
    let form = make::stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Matrix [1 0 0 1 0 -100]",
        b"BT /F1 12 Tf (In the form) Tj ET",
    );
    let content = b"BT /F1 12 Tf 72 500 Td (Below.) Tj ET q 1 0 0 1 72 720 cm /X Do Q";
    let bytes = make::one_page(content, "/XObject << /X 5 0 R >>", &[form]);
    let document = read(&bytes, Format::Pdf).expect("a document");
    assert_eq!(
        outline(&document),
        ["paragraph In the form", "paragraph Below."]
    );
}

#[test]
fn hidden_text_is_left_out_unless_it_belongs_to_a_picture() {
    let content =
        b"BT /F1 12 Tf 72 700 Td (Seen) Tj 3 Tr 0 -20 Td (unseen) Tj 0 Tr /F1 0.5 Tf (tiny) Tj ET";
    let document = read(&make::one_page(content, "", &[]), Format::Pdf).expect("a document");
    assert_eq!(outline(&document), ["paragraph Seen"]);
    assert_eq!(warnings(&document), [("hidden_text", Some(1))]);
    // As scanning software does: the picture, and its text without ink.
    let scan = make::stream(
        "/Type /XObject /Subtype /Image /Width 800 /Height 1000",
        b"\x01",
    );
    let content = b"/I Do BT /F1 12 Tf 3 Tr 72 700 Td (Recognised) Tj ET";
    let bytes = make::one_page(content, "/XObject << /I 5 0 R >>", &[scan]);
    let document = read(&bytes, Format::Pdf).expect("a document");
    assert_eq!(outline(&document), ["paragraph Recognised"]);
    assert_eq!(warnings(&document), [("pictures_left_out", Some(1))]);
}

#[test]
fn marked_decoration_goes_and_sideways_text_is_read() {
    let content = "/Artifact <</Type /Pagination>> BDC BT /F1 12 Tf 72 800 Td (Header) Tj ET EMC \
        BT /F1 12 Tf 72 700 Td (Body) Tj ET BT /F1 12 Tf 0 1 -1 0 500 100 Tm (Up the side) Tj ET";
    assert_eq!(page(content), ["paragraph Up the side", "paragraph Body"]);
}

#[test]
fn lists_and_numbered_headings_are_told_apart() {
    let lines = [
        (700, "1.2 Soil and water"),
        (670, "- Sand drains fast and holds few nutrients for the"),
        (656, "plants that grow in it."),
        (642, "- Clay drains slowly."),
        (610, "b) Loam is a mixture."),
    ];
    let content: String = lines
        .iter()
        .map(|(y, t)| format!("BT /F1 12 Tf 72 {y} Td ({t}) Tj ET\n"))
        .collect();
    assert_eq!(
        page(&content.replace("b)", "b\\)")),
        [
            "heading1 1.2 Soil and water",
            "list_item Sand drains fast and holds few nutrients for the plants that grow in it.",
            "list_item Clay drains slowly.",
            "list_item b) Loam is a mixture.",
        ]
    );
}
