//! Plain text and Markdown.

use bwenge::inference::document::Format;

use super::{labels, outline, read, warnings};

fn text(source: &[u8]) -> Vec<String> {
    outline(&read(source, Format::Text).expect("a document"))
}

#[test]
fn paragraphs_lists_and_headings_of_plain_text() {
    let source = "THE WATER CYCLE\n\nWater never stays in one place for a long time, because the\n\
        Sun lifts it into the air.\n\nIt moves:\n- up as vapour\n- down as rain\n\nShort lines\nof a poem\n";
    assert_eq!(
        text(source.as_bytes()),
        [
            "heading1 THE WATER CYCLE",
            "paragraph Water never stays in one place for a long time, because the Sun lifts it into the air.",
            "paragraph It moves:",
            "list_item up as vapour",
            "list_item down as rain",
            "paragraph Short lines\nof a poem",
        ]
    );
}

#[test]
fn encodings_of_text_are_recognised() {
    let expect = ["paragraph L'été, la forêt brûle."];
    assert_eq!(text("L'été, la forêt brûle.".as_bytes()), expect);
    assert_eq!(text("\u{FEFF}L'été, la forêt brûle.".as_bytes()), expect);
    let utf16: Vec<u8> = "\u{FEFF}L'été, la forêt brûle."
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(text(&utf16), expect);
    let latin1: Vec<u8> = "L'été, la forêt brûle.".chars().map(|c| c as u8).collect();
    assert_eq!(text(&latin1), expect);
}

#[test]
fn long_text_without_headings_gets_sections() {
    let source = "One line of text that stands alone here.\n\n".repeat(100);
    let document = read(source.as_bytes(), Format::Text).expect("a document");
    assert!(
        (4..=6).contains(&document.anchors.len()),
        "{}",
        document.anchors.len()
    );
    assert!(document.anchors.iter().all(|a| a.label.is_none()));
}

#[test]
fn markdown_keeps_its_structure() {
    let source = "---\ntitle: Soil\n---\nBefore.\n\n# Soil & water\n\nSome *strong* text[^1] with `code`,\n\
        <b>tags</b> and a [link](http://example.org).\n\n1. First\n2. Second\n   - Inner\n\n\
        | Soil | Drains |\n|---|---|\n| Sand | **fast** |\n\n## Code\n\n```\nlet x  = 1;\n```\n\n\
        ![A picture](x.png)\n\n> Quoted.\n\n[^1]: A note.\n";
    let document = read(source.as_bytes(), Format::Markdown).expect("a document");
    assert_eq!(
        outline(&document),
        [
            "paragraph Before.",
            "heading1 Soil & water",
            "paragraph Some strong text with code, tags and a link.",
            "list_item First",
            "list_item Second",
            "list_item Inner",
            "table Soil | Drains\nSand | fast",
            "heading2 Code",
            "code let x  = 1;",
            "paragraph A picture",
            "paragraph Quoted.",
            "paragraph A note.",
        ]
    );
    assert_eq!(document.title.as_deref(), Some("Soil"));
    assert_eq!(labels(&document), ["", "Soil & water", "Code"]);
    assert_eq!(warnings(&document), [("pictures_left_out", None)]);
}

#[test]
fn html_in_markdown_keeps_its_text() {
    let source = "# Sums\n\n<details><summary>Answer</summary>\nIt is 42.\n</details>\n\n\
        After.\n\n<table><tr><td>a</td><td>b</td></tr><tr><td>1</td><td>2</td></tr></table>\n\n\
        <!-- not said -->\n\n<script>alert(1)</script>\n\nEnd.\n";
    let document = read(source.as_bytes(), Format::Markdown).expect("a document");
    let lines = outline(&document);
    assert_eq!(lines[0], "heading1 Sums");
    assert!(
        lines.iter().any(|line| line.contains("It is 42.")),
        "{lines:?}"
    );
    assert!(
        lines.contains(&"table a | b\n1 | 2".to_owned()),
        "{lines:?}"
    );
    assert_eq!(lines.last().unwrap(), "paragraph End.");
    let said = lines.join("\n");
    assert!(
        !said.contains("not said") && !said.contains("alert"),
        "{said}"
    );
}

#[test]
fn markdown_nested_without_end_is_read_in_time() {
    for pattern in ["> ", "- ", "[", "*", "`", "![", "a**b", "<!--", "| a |\n"] {
        let source = format!("Text.\n\n{}end", pattern.repeat(20_000));
        assert!(
            read(source.as_bytes(), Format::Markdown).is_ok(),
            "{pattern:?}"
        );
    }
}
