//! Word and PowerPoint features, each in a file of its own making.

use bwenge::inference::document::{BlockKind, Document, Format};

use super::{labels, of_kind, outline, read, warnings};
use crate::support::hostile as make;

fn p(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

fn docx(body: &str) -> Document {
    read(&make::docx(body), Format::Docx).expect("a document")
}

/// A DOCX with styles and relations.
fn styled(styles: &str, body: &str) -> Document {
    let document = format!("<w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>");
    let styles = format!("<w:styles xmlns:w=\"w\">{styles}</w:styles>");
    let relations = "<Relationships><Relationship Id=\"r1\" Type=\"x/styles\" Target=\"styles.xml\"/>\
        </Relationships>";
    let bytes = make::archive([
        ("word/document.xml", document.as_bytes()),
        ("word/styles.xml", styles.as_bytes()),
        ("word/_rels/document.xml.rels", relations.as_bytes()),
    ]);
    read(&bytes, Format::Docx).expect("a document")
}

#[test]
fn deleted_and_hidden_text_is_left_out() {
    let document = docx(
        "<w:p><w:r><w:t xml:space=\"preserve\">Water </w:t></w:r>\
         <w:del><w:r><w:delText>never </w:delText><w:t>ever </w:t></w:r></w:del>\
         <w:ins><w:r><w:t>always </w:t></w:r></w:ins>\
         <w:moveFrom><w:r><w:t>once </w:t></w:r></w:moveFrom>\
         <w:r><w:rPr><w:vanish/></w:rPr><w:t>secret </w:t></w:r>\
         <w:r><w:rPr><w:vanish w:val=\"0\"/></w:rPr><w:t>moves.</w:t></w:r></w:p>",
    );
    assert_eq!(outline(&document), ["paragraph Water always moves."]);
    assert_eq!(warnings(&document), [("hidden_text", None)]);
}

#[test]
fn text_nobody_sees_is_left_out() {
    let run = |properties: &str, text: &str| {
        format!("<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>")
    };
    let white = "<w:color w:val=\"FFFFFF\"/>";
    let shade = "<w:shd w:val=\"clear\" w:fill=\"1F4E79\"/>";
    let seen = docx(&format!(
        "<w:p>{}{}</w:p><w:p><w:pPr>{shade}</w:pPr>{}</w:p>\
         <w:tbl><w:tr><w:tc><w:p>{}</w:p></w:tc></w:tr></w:tbl>",
        run(&format!("{white}{shade}"), "On blue. "),
        run("<w:sz w:val=\"16\"/>", "Small."),
        run(white, "A banner"),
        run(white, "Head of a table"),
    ));
    let expect = [
        "paragraph On blue. Small.",
        "paragraph A banner",
        "table Head of a table",
    ];
    assert_eq!(outline(&seen), expect);
    assert_eq!(warnings(&seen), []);
    for properties in [white, "<w:sz w:val=\"2\"/>"] {
        let unseen = docx(&format!(
            "<w:p>{}{}</w:p>",
            run("", "Water."),
            run(properties, "Lie.")
        ));
        assert_eq!(outline(&unseen), ["paragraph Water."], "{properties}");
        assert_eq!(warnings(&unseen), [("hidden_text", None)], "{properties}");
    }
}

#[test]
fn text_boxes_are_read_once() {
    let in_box = |text| format!("<w:txbxContent>{}</w:txbxContent>", p(text));
    let document = docx(&format!(
        "<w:p><w:r><mc:AlternateContent><mc:Choice>{}</mc:Choice><mc:Choice>{}</mc:Choice>\
         <mc:Fallback>{}</mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>Text.</w:t></w:r></w:p>\
         <w:p><w:r><w:pict><v:textbox>{}</v:textbox></w:pict></w:r></w:p>",
        in_box("first"),
        in_box("second"),
        in_box("third"),
        in_box("old"),
    ));
    assert_eq!(
        outline(&document),
        ["paragraph Text.", "paragraph first", "paragraph old"]
    );
}

#[test]
fn tables_keep_rows_and_flatten_what_is_inside() {
    let cell = |inner: &str| format!("<w:tc>{inner}</w:tc>");
    let row = |cells: &[String]| format!("<w:tr>{}</w:tr>", cells.concat());
    let inner = format!("<w:tbl>{}</w:tbl>", row(&[cell(&p("x")), cell(&p("y"))]));
    let document = docx(&format!(
        "<w:tbl><w:tblPr/>{}{}{}</w:tbl>",
        row(&[cell(&p("Crop")), cell(&p("Yield"))]),
        row(&[cell(&(p("Maize") + &p("hybrid"))), cell(&inner)]),
        row(&[cell(&p("")), cell(&p(" "))]),
    ));
    assert_eq!(
        of_kind(&document, BlockKind::Table),
        ["Crop | Yield\nMaize hybrid | x, y"]
    );
}

#[test]
fn styles_tell_headings_lists_and_contents() {
    let document = styled(
        "<w:style w:styleId=\"T1\"><w:name w:val=\"Umutwe\"/><w:pPr><w:outlineLvl w:val=\"0\"/></w:pPr></w:style>\
         <w:style w:styleId=\"T2\"><w:name w:val=\"Own\"/><w:basedOn w:val=\"H2\"/></w:style>\
         <w:style w:styleId=\"H2\"><w:name w:val=\"heading 2\"/></w:style>\
         <w:style w:styleId=\"L\"><w:name w:val=\"Points\"/><w:pPr><w:numPr><w:numId w:val=\"3\"/></w:numPr></w:pPr></w:style>\
         <w:style w:styleId=\"C\"><w:name w:val=\"toc 1\"/></w:style>\
         <w:style w:styleId=\"X\"><w:name w:val=\"x\"/><w:rPr><w:vanish/></w:rPr></w:style>\
         <w:style w:styleId=\"A\"><w:name w:val=\"a\"/><w:basedOn w:val=\"A\"/></w:style>",
        &["T1", "C", "T2", "L", "X", "A"]
            .map(|s| {
                format!(
                    "<w:p><w:pPr><w:pStyle w:val=\"{s}\"/></w:pPr><w:r><w:t>{s}</w:t></w:r></w:p>"
                )
            })
            .concat(),
    );
    assert_eq!(
        outline(&document),
        ["heading1 T1", "heading2 T2", "list_item L", "paragraph A"]
    );
    assert_eq!(labels(&document), ["T1", "T2"]);
    assert_eq!(warnings(&document), [("hidden_text", None)]);
}

#[test]
fn bold_lines_are_headings_only_where_there_are_none() {
    let bold = |t: &str| format!("<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>{t}</w:t></w:r></w:p>");
    let body = bold("Evaporation")
        + &p("Water becomes vapour.")
        + &bold("This is a bold sentence.")
        + &p("End.");
    let expect = [
        "heading2 Evaporation",
        "paragraph Water becomes vapour.",
        "paragraph This is a bold sentence.",
        "paragraph End.",
    ];
    assert_eq!(outline(&docx(&body)), expect);
    let heading =
        "<w:p><w:pPr><w:outlineLvl w:val=\"0\"/></w:pPr><w:r><w:t>Cycle</w:t></w:r></w:p>";
    assert_eq!(
        outline(&docx(&format!("{heading}{body}")))[1],
        "paragraph Evaporation"
    );
}

#[test]
fn characters_are_decoded_and_breaks_kept() {
    let document = docx(
        "<w:p><w:r><w:t>a &lt; b &#233; &unknown;</w:t><w:br/><w:t>next</w:t><w:tab/><w:t>tab</w:t>\
         <w:br w:type=\"page\"/><w:noBreakHyphen/><w:t><![CDATA[<raw>]]></w:t></w:r></w:p>",
    );
    assert_eq!(outline(&document), ["paragraph a < b é\nnext tab -<raw>"]);
}

fn pptx(slide: &str) -> Document {
    let main = "<p:presentation xmlns:p=\"p\" xmlns:r=\"r\"><p:sldSz cx=\"9000\" cy=\"6000\"/><p:sldId id=\"256\" r:id=\"r1\"/>\
        <p:sldId id=\"257\" r:id=\"r2\"/></p:presentation>";
    let relation =
        |id, target| format!("<Relationship Id=\"{id}\" Type=\"x/slide\" Target=\"{target}\"/>");
    let relations = format!(
        "<Relationships>{}{}</Relationships>",
        relation("r1", "slides/a.xml"),
        relation("r2", "/ppt/slides/b.xml")
    );
    let hidden = "<p:sld show=\"0\"><p:sp><a:p><a:r><a:t>Secret</a:t></a:r></a:p></p:sp></p:sld>";
    let bytes = make::archive([
        ("ppt/presentation.xml", main.as_bytes()),
        ("ppt/_rels/presentation.xml.rels", relations.as_bytes()),
        ("ppt/slides/a.xml", slide.as_bytes()),
        ("ppt/slides/b.xml", hidden.as_bytes()),
        (
            "ppt/slides/_rels/a.xml.rels",
            b"<Relationships><Relationship Id=\"d\" Type=\"x/diagramData\" Target=\"../d.xml\"/></Relationships>",
        ),
        ("ppt/d.xml", b"<dgm><a:p><a:r><a:t>From the diagram</a:t></a:r></a:p></dgm>"),
    ]);
    read(&bytes, Format::Pptx).expect("a presentation")
}

#[test]
fn slides_without_decoration_with_diagrams() {
    let shape = |place: &str, text: &str| {
        format!("<p:sp>{place}<p:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>")
    };
    let document = pptx(&format!(
        "<p:sld>{}{}{}{}<p:pic/></p:sld>",
        shape("<p:ph type=\"body\"/>", "A point"),
        shape("<p:ph type=\"sldNum\"/>", "7"),
        shape("<p:ph type=\"ctrTitle\"/>", "Soil"),
        shape("", "In a box"),
    ));
    assert_eq!(
        outline(&document),
        [
            "heading1 Soil",
            "list_item A point",
            "paragraph In a box",
            "list_item From the diagram"
        ]
    );
    assert_eq!(labels(&document), ["Soil", ""]);
    assert_eq!(
        warnings(&document),
        [("pictures_left_out", Some(1)), ("hidden_text", Some(2))]
    );
}

#[test]
fn shapes_nobody_sees_are_left_out() {
    let shape = |properties: &str, x: i32, text: &str| {
        format!(
            "<p:sp><p:cNvPr id=\"2\"{properties}/><p:spPr><a:xfrm><a:off x=\"{x}\" y=\"10\"/>\
             <a:ext cx=\"900\" cy=\"90\"/></a:xfrm></p:spPr><p:txBody><a:p><a:r><a:t>{text}</a:t>\
             </a:r></a:p></p:txBody></p:sp>"
        )
    };
    let document = pptx(&format!(
        "<p:sld>{}{}{}{}<p:grpSp>{}</p:grpSp></p:sld>",
        shape("", 100, "Seen"),
        shape(" hidden=\"1\"", 100, "hidden"),
        shape("", 9000, "right of it"),
        shape("", -900, "left of it"),
        shape("", 12_000, "In a group"),
    ));
    let expect = [
        "paragraph Seen",
        "paragraph In a group",
        "list_item From the diagram",
    ];
    assert_eq!(outline(&document), expect);
    assert_eq!(
        warnings(&document),
        [("hidden_text", Some(1)), ("hidden_text", Some(2))]
    );
}
