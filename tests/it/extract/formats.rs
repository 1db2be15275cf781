//! OpenDocument, e-books and workbooks: what each format can say about its
//! text, each in a file of its own making.

use bwenge::inference::document::{Document, Format};
use bwenge::inference::protocol::FailureCode;

use super::{labels, outline, read, warnings};
use crate::support::hostile as make;

fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
    make::archive(parts.iter().map(|(name, text)| (*name, text.as_bytes())))
}

fn odt(styles: &str, body: &str) -> Vec<u8> {
    let content = format!(
        "<office:document-content><office:automatic-styles>{styles}</office:automatic-styles>\
         <office:body><office:text>{body}</office:text></office:body></office:document-content>"
    );
    archive(&[
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        ("content.xml", &content),
    ])
}

fn parsed(bytes: &[u8], format: Format) -> Document {
    read(bytes, format).expect("a document")
}

#[test]
fn an_odt_says_what_its_readers_see() {
    let document = parsed(
        &odt(
            "<style:style style:name=\"T1\" style:family=\"text\">\
             <style:text-properties text:display=\"none\"/></style:style>\
             <style:style style:name=\"P7\" style:parent-style-name=\"Caption\"/>",
            "<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes>\
             <text:p text:style-name=\"Title\">Rain</text:p>\
             <text:h text:outline-level=\"2\">How it<text:s text:c=\"2\"/>falls</text:h>\
             <text:p>It is<text:span text:style-name=\"T1\"> not</text:span> wet\
             <text:note><text:note-citation>1</text:note-citation><text:note-body>\
             <text:p>Very.</text:p></text:note-body></text:note>.<office:annotation>\
             <text:p>hm</text:p></office:annotation></text:p>\
             <text:list><text:list-item><text:p>drops</text:p></text:list-item></text:list>\
             <text:p><draw:custom-shape><text:p>in a box</text:p></draw:custom-shape></text:p>\
             <text:p text:style-name=\"P7\">Table 1: Days</text:p>\
             <table:table><table:table-row><table:table-cell><text:p>Day</text:p>\
             </table:table-cell><table:table-cell><text:p>mm</text:p></table:table-cell>\
             </table:table-row><table:table-row><table:table-cell><text:p>Mon</text:p>\
             </table:table-cell><table:table-cell table:number-columns-repeated=\"99999\"/>\
             </table:table-row></table:table>\
             <text:table-of-content><text:p>Rain 1</text:p></text:table-of-content>\
             <text:section text:display=\"none\"><text:p>secret</text:p></text:section>",
        ),
        Format::Odt,
    );
    let lines = outline(&document);
    assert_eq!(
        lines[..7],
        [
            "heading1 Rain",
            "heading2 How it falls",
            "paragraph It is wet.",
            "paragraph Very.",
            "list_item drops",
            "paragraph in a box",
            "caption Table 1: Days",
        ]
    );
    assert!(lines[7].starts_with("table Day | mm\nMon"), "{lines:?}");
    assert_eq!(lines.len(), 8);
    assert!(lines[7].len() < 400, "repeated cells are few");
    assert_eq!(document.title.as_deref(), Some("Rain"));
    assert_eq!(warnings(&document), [("hidden_text", None)]);
}

#[test]
fn an_odt_hides_text_in_cells_and_names_of_pictures() {
    let cell = |inner: &str| format!("<table:table-cell>{inner}</table:table-cell>");
    let hidden = "<text:p text:style-name=\"P1\">secret</text:p>";
    let picture = "<text:p>Seen <draw:frame><draw:image><office:binary-data>aGk=\
        </office:binary-data></draw:image><svg:title>name</svg:title></draw:frame>\
        <text:title>here</text:title></text:p>";
    let far = "<table:table-cell table:number-columns-repeated=\"60\"/>".repeat(5);
    let document = parsed(
        &odt(
            "<style:style style:name=\"P1\"><style:text-properties text:display=\"none\"/>\
             </style:style>",
            &format!(
                "<table:table><table:table-row>{}{}</table:table-row>\
                 <table:table-row>{far}{}</table:table-row></table:table>",
                cell(hidden),
                cell(picture),
                cell("<text:p>far</text:p>"),
            ),
        ),
        Format::Odt,
    );
    assert_eq!(outline(&document), ["table | Seen here"]);
    assert_eq!(
        warnings(&document),
        [
            ("text_cut", Some(1)),
            ("hidden_text", None),
            ("pictures_left_out", None)
        ]
    );
}

#[test]
fn an_odp_has_slides_and_notes() {
    let frame = |class: &str, text: &str| {
        format!(
            "<draw:frame presentation:class=\"{class}\"><draw:text-box><text:p>{text}</text:p>\
             </draw:text-box></draw:frame>"
        )
    };
    let slide = |style: &str, inner: &str| {
        format!("<draw:page draw:style-name=\"{style}\">{inner}</draw:page>")
    };
    let first = format!(
        "{}{}{}<presentation:notes>{}</presentation:notes>",
        frame("title", "Levers"),
        frame(
            "outline",
            "They lift.</text:p><text:p text:style-name=\"P1\">secret"
        ),
        frame("page-number", "1"),
        frame("notes", "Bring a ruler."),
    );
    let content = format!(
        "<office:document-content><style:style style:name=\"dp2\">\
         <style:drawing-page-properties presentation:visibility=\"hidden\"/></style:style>\
         <style:style style:name=\"P1\"><style:text-properties text:display=\"none\"/></style:style>\
         <office:presentation>{}{}{}</office:presentation></office:document-content>",
        slide("dp1", &first),
        slide("dp2", &frame("title", "Hidden")),
        slide("dp1", &frame("title", "End")),
    );
    let bytes = archive(&[
        (
            "mimetype",
            "application/vnd.oasis.opendocument.presentation",
        ),
        ("content.xml", &content),
    ]);
    let document = parsed(&bytes, Format::Odp);
    assert_eq!(
        outline(&document),
        [
            "heading1 Levers",
            "paragraph They lift.",
            "notes Bring a ruler.",
            "heading1 End"
        ]
    );
    assert_eq!(labels(&document), ["Levers", "", "End"]);
    assert_eq!(
        warnings(&document),
        [("hidden_text", Some(1)), ("hidden_text", Some(2))]
    );
}

const CONTAINER: &str =
    "<container><rootfiles><rootfile full-path=\"OPS/book.opf\"/></rootfiles></container>";

#[test]
fn an_epub_is_read_chapter_by_chapter() {
    let book = "<package><metadata><dc:title>Our hills</dc:title></metadata><manifest>\
        <item id=\"n\" href=\"nav.xhtml\" media-type=\"application/xhtml+xml\" properties=\"scripted nav\"/>\
        <item id=\"b\" href=\"two%20.xhtml\" media-type=\"application/xhtml+xml\"/>\
        <item id=\"a\" href=\"text/one.xhtml\" media-type=\"application/xhtml+xml\"/>\
        <item id=\"s\" href=\"style.css\" media-type=\"text/css\"/></manifest>\
        <spine><itemref idref=\"n\"/><itemref idref=\"a\"/><itemref idref=\"b\"/>\
        <itemref idref=\"a\"/><itemref idref=\"lost\"/></spine></package>";
    let one = "<?xml version=\"1.0\"?><!DOCTYPE html><html><head><title>Our hills</title></head>\
        <body><h1>Soil</h1><p>It is red.<br/>And deep.</p></body></html>";
    let bytes = archive(&[
        ("mimetype", "application/epub+zip"),
        ("META-INF/container.xml", CONTAINER),
        ("OPS/book.opf", book),
        ("OPS/text/one.xhtml", one),
        ("OPS/two .xhtml", "<p>No heading here.</p>"),
        ("OPS/nav.xhtml", "<p>Contents</p>"),
    ]);
    let document = parsed(&bytes, Format::Epub);
    assert_eq!(document.title.as_deref(), Some("Our hills"));
    assert_eq!(
        outline(&document),
        [
            "heading1 Soil",
            "paragraph It is red.\nAnd deep.",
            "paragraph No heading here."
        ]
    );
    assert_eq!(labels(&document), ["Soil", ""]);
}

#[test]
fn a_workbook_has_a_table_for_each_sheet() {
    let relations = "<Relationships>\
        <Relationship Id=\"r1\" Type=\"x/worksheet\" Target=\"sheets/a.xml\"/>\
        <Relationship Id=\"r2\" Type=\"x/worksheet\" Target=\"sheets/b.xml\"/>\
        <Relationship Id=\"r3\" Type=\"x/sharedStrings\" Target=\"strings.xml\"/>\
        <Relationship Id=\"r4\" Type=\"x/styles\" Target=\"styles.xml\"/></Relationships>";
    let bytes = archive(&[
        (
            "xl/workbook.xml",
            "<workbook><sheets><sheet name=\"Rain\" sheetId=\"1\" r:id=\"r1\"/>\
             <sheet name=\"Secret\" sheetId=\"2\" state=\"hidden\" r:id=\"r2\"/></sheets></workbook>",
        ),
        ("xl/_rels/workbook.xml.rels", relations),
        (
            "xl/strings.xml",
            "<sst><si><t>Day</t></si><si><r><t>Mm </t></r><r><t>of rain</t></r><rPh><t>x</t></rPh></si></sst>",
        ),
        (
            "xl/styles.xml",
            "<styleSheet><numFmts><numFmt numFmtId=\"170\" formatCode=\"d/m/yyyy\"/></numFmts>\
             <cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"170\"/><xf numFmtId=\"9\"/></cellXfs></styleSheet>",
        ),
        (
            "xl/sheets/a.xml",
            "<worksheet><sheetData><row><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"C1\" t=\"s\"><v>1</v></c></row>\
             <row/><row><c r=\"A3\" s=\"1\"><v>45292</v></c><c r=\"C3\"><f>1+1.5</f><v>2.5</v></c></row>\
             <row><c r=\"B4\" s=\"2\"><v>0.5</v></c><c r=\"XFD4\"><v>1</v></c><c r=\"C4\" t=\"inlineStr\">\
             <is><t>dry</t></is></c></row><row><c r=\"A5\" t=\"s\"><v>99</v></c></row></sheetData></worksheet>",
        ),
        (
            "xl/sheets/b.xml",
            "<worksheet><row><c t=\"str\"><v>x</v></c></row></worksheet>",
        ),
    ]);
    let document = parsed(&bytes, Format::Xlsx);
    assert_eq!(
        outline(&document),
        ["table Day | | Mm of rain\n2024-01-01 | | 2.5\n| 50% | dry"]
    );
    assert_eq!(labels(&document), ["Rain"]);
    assert_eq!(
        warnings(&document),
        [("text_cut", Some(1)), ("hidden_text", None)]
    );
}

#[test]
fn hidden_rows_and_columns_are_left_out() {
    let relations = "<Relationships>\
        <Relationship Id=\"r1\" Type=\"x/worksheet\" Target=\"a.xml\"/></Relationships>";
    let cell = |text: &str| format!("<c t=\"str\"><v>{text}</v></c>");
    let sheet = format!(
        "<worksheet><cols><col min=\"2\" max=\"2\" hidden=\"1\"/></cols><sheetData>\
         <row>{}{}{}</row><row hidden=\"true\">{}</row><row>{}</row></sheetData></worksheet>",
        cell("Day"),
        cell("secret"),
        cell("mm"),
        cell("secret"),
        cell("Mon"),
    );
    let workbook = "<workbook><sheets><sheet name=\"Rain\" r:id=\"r1\"/></sheets></workbook>";
    let bytes = archive(&[
        ("xl/workbook.xml", workbook),
        ("xl/_rels/workbook.xml.rels", relations),
        ("xl/a.xml", &sheet),
    ]);
    let document = parsed(&bytes, Format::Xlsx);
    assert_eq!(outline(&document), ["table Day | | mm\nMon"]);
    assert_eq!(warnings(&document), [("hidden_text", Some(1))]);
}

#[test]
fn locked_and_mislabelled_files_say_so() {
    let code = |bytes: &[u8], format| read(bytes, format).map(|_| ()).map_err(|e| e.code);
    let text = "<text:p>Text.</text:p>";
    assert_eq!(code(&odt("", text), Format::Odt), Ok(()));
    assert_eq!(
        code(&odt("", text), Format::Odp),
        Err(FailureCode::WrongType)
    );
    let locked = archive(&[
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        (
            "META-INF/manifest.xml",
            "<manifest><file-entry><encryption-data/></file-entry></manifest>",
        ),
        ("content.xml", "no XML at all"),
    ]);
    assert_eq!(code(&locked, Format::Odt), Err(FailureCode::Encrypted));
    let book = archive(&[
        ("META-INF/container.xml", CONTAINER),
        ("META-INF/rights.xml", "<rights/>"),
    ]);
    assert_eq!(code(&book, Format::Epub), Err(FailureCode::Encrypted));
    let empty = archive(&[("META-INF/container.xml", CONTAINER)]);
    assert_eq!(code(&empty, Format::Epub), Err(FailureCode::Damaged));
    assert_eq!(
        code(&make::docx(""), Format::Xlsx),
        Err(FailureCode::WrongType)
    );
    assert_eq!(
        code(&make::docx(""), Format::Epub),
        Err(FailureCode::WrongType)
    );
}

#[test]
fn the_page_offers_what_the_box_reads() {
    let page = include_str!("../../../web/src/lib/state/uploads.svelte.ts");
    let table = page.split_once("const LIMITS: Record<string, number> = {");
    let (table, _) = table.unwrap().1.split_once("};").unwrap();
    let mut offered = Vec::new();
    for line in table.trim().lines() {
        let (ending, size) = line.trim().split_once(": ").unwrap();
        let ending = ending.trim_matches('\'');
        let megabytes: u64 = size.trim_end_matches(" * MB,").parse().unwrap();
        let format = Format::from_name(&format!("lesson.{ending}")).expect(ending);
        assert_eq!(megabytes << 20, format.max_bytes(), "{ending}");
        offered.push(ending);
    }
    for format in Format::ALL {
        assert!(offered.contains(&format.as_str()), "{format:?}");
    }
}
