//! The sample lessons, compared with the sources they were made from.

use bwenge::inference::document::{AnchorKind, BlockKind, Document};

use super::{labels, lesson, of_kind, outline, warnings};

/// What a source says a lesson holds, a line of [`outline`] each.
fn expected(source: &str) -> Vec<String> {
    let path = format!(
        "{}/tests/it/fixtures/sources/{source}",
        env!("CARGO_MANIFEST_DIR")
    );
    let source = std::fs::read_to_string(path).expect("source");
    let mut lines: Vec<String> = Vec::new();
    let mut notes: Vec<String> = Vec::new();
    let mut number = 0;
    for line in source
        .lines()
        .skip_while(|l| !l.starts_with('#'))
        .filter(|l| *l != "---")
    {
        let (kind, text) = match line.split_once(' ').expect("words") {
            ("#", text) => ("heading1", text),
            ("##", text) => ("heading2", text),
            ("-", text) => ("list_item", text),
            ("Caption:", text) => ("caption", text),
            ("Notes:", text) => ("notes", text),
            ("[box]", text) => ("paragraph", text),
            ("|", _) => ("table", line.trim_matches(['|', ' '])),
            (word, _) if word.ends_with('.') && word.starts_with(char::is_numeric) => {
                ("list_item", line)
            }
            _ => ("paragraph", line),
        };
        number = if kind == "table" { number + 1 } else { 0 };
        if number > 1 {
            let table = lines.last_mut().expect("a table's first row");
            table.push('\n');
            table.push_str(text);
            continue;
        }
        // Footnotes follow their paragraph.
        let mut text = text.to_owned();
        while let Some(at) = text.find("^[") {
            let end = at + text[at..].find(']').expect("end of the note");
            notes.push(format!("paragraph {}", &text[at + 2..end]));
            text.replace_range(at..=end, "");
        }
        lines.push(format!("{kind} {text}"));
        lines.append(&mut notes);
    }
    lines
}

fn check(document: &Document, source: &str) {
    let (found, expect) = (outline(document), expected(source));
    for (found, expect) in found.iter().zip(&expect) {
        assert_eq!(found, expect, "{source}");
    }
    assert_eq!(found.len(), expect.len(), "{source}");
}

#[test]
fn a_pdf_lesson_is_read_block_by_block() {
    let document = lesson("photosynthesis.pdf");
    let mut found = document.clone();
    // A word broken at its own hyphen can not be told from one that was parted.
    for block in &mut found.blocks {
        block.text = block.text.replace("byproduct", "by-product");
    }
    check(&found, "photosynthesis.md");
    assert_eq!(document.title.as_deref(), Some("Photosynthesis"));
    assert_eq!(
        labels(&document),
        [
            "Photosynthesis",
            "2 Leaves and chloroplasts",
            "3 The two stages",
            "4 Limiting factors",
            "5 The starch test"
        ]
    );
    assert!(document.anchors.iter().all(|a| a.kind == AnchorKind::Page));
    assert!(document.warnings.is_empty());
}

#[test]
fn a_long_lesson_keeps_all_pages_and_both_languages() {
    let document = lesson("long-lesson.pdf");
    check(&document, "soil-farming.md");
    assert_eq!(document.anchors.len(), 20);
    let fifth: Vec<&str> = document
        .blocks
        .iter()
        .filter(|b| b.anchor == 4)
        .map(|b| b.text.as_str())
        .collect();
    assert_eq!(fifth[0], "5 Humus and compost");
    assert!(
        fifth
            .last()
            .is_some_and(|t| t.starts_with("Ifumbire y'imborera"))
    );
}

#[test]
fn french_keeps_its_accents() {
    for name in ["systeme-solaire.pdf", "owner-locked.pdf"] {
        let document = lesson(name);
        check(&document, "systeme-solaire.md");
        assert_eq!(document.title.as_deref(), Some("Le système solaire"));
    }
}

#[test]
fn columns_are_read_one_after_the_other() {
    let document = lesson("two-columns.pdf");
    let found = outline(&document);
    let expect = expected("simple-machines.md");
    // One paragraph goes on on the second page, where a new anchor begins.
    let parted = found
        .iter()
        .position(|l| l.ends_with("Its"))
        .expect("end of page 1");
    let mut joined = found.clone();
    let rest = joined.remove(parted + 1);
    joined[parted].push_str(&rest.replace("paragraph", ""));
    assert_eq!(joined, expect);
    assert!(
        found
            .iter()
            .any(|l| l.contains("mechanical advantage of four")),
        "broken words joined"
    );
}

#[test]
fn columns_need_not_be_in_line() {
    check(&lesson("printed-columns.pdf"), "simple-machines.md");
}

#[test]
fn pages_without_text_are_named() {
    let document = lesson("partly-scanned.pdf");
    assert_eq!(warnings(&document), [("page_without_text", Some(2))]);
    assert_eq!(
        labels(&document),
        ["Le système solaire", "", "Quelques chiffres"]
    );
    assert!(document.blocks.iter().all(|b| b.anchor != 1));
}

#[test]
fn word_lessons_are_read_section_by_section() {
    let document = lesson("water-cycle.docx");
    check(&document, "water-cycle.md");
    assert_eq!(
        labels(&document),
        [
            "The Water Cycle",
            "What the water cycle is",
            "Evaporation and transpiration",
            "Condensation and clouds",
            "Precipitation",
            "Runoff, infiltration and ground water"
        ]
    );
    assert!(
        document
            .anchors
            .iter()
            .all(|a| a.kind == AnchorKind::Section)
    );
    check(&lesson("malaria-rw.docx"), "malaria-rw.md");
}

#[test]
fn headings_under_translated_style_names_are_found() {
    check(&lesson("systeme-solaire.docx"), "systeme-solaire.md");
}

#[test]
fn slides_come_in_the_order_they_are_shown() {
    let document = lesson("rwanda-history.pptx");
    check(&document, "rwanda-history.md");
    assert_eq!(
        labels(&document),
        [
            "A Short History of Rwanda",
            "The kingdom of Rwanda",
            "Colonial rule",
            "Independence",
            "The genocide against the Tutsi",
            "Rebuilding the country"
        ]
    );
    assert!(document.anchors.iter().all(|a| a.kind == AnchorKind::Slide));
    assert_eq!(of_kind(&document, BlockKind::Notes).len(), 6);
    assert_eq!(of_kind(&document, BlockKind::Table).len(), 1);
}

#[test]
fn slides_saved_by_libreoffice_are_read_like_powerpoint_s() {
    let document = lesson("fractions.pptx");
    check(&document, "fractions.md");
    assert_eq!(
        labels(&document),
        ["Les fractions", "Comparer deux fractions", "Additionner"]
    );
    assert!(document.anchors.iter().all(|a| a.kind == AnchorKind::Slide));
}

#[test]
fn opendocument_lessons_are_read_like_word_s() {
    for source in ["water-cycle", "malaria-rw"] {
        let document = lesson(&format!("{source}.odt"));
        check(&document, &format!("{source}.md"));
        let word = lesson(&format!("{source}.docx"));
        assert_eq!(labels(&document), labels(&word));
    }
}

#[test]
fn opendocument_slides_keep_titles_and_notes() {
    for (name, source) in [
        ("history.odp", "rwanda-history.md"),
        ("fractions.odp", "fractions.md"),
    ] {
        let document = lesson(name);
        check(&document, source);
        assert!(document.anchors.iter().all(|a| a.kind == AnchorKind::Slide));
    }
}

#[test]
fn books_and_web_pages_keep_their_text() {
    for source in ["water-cycle", "malaria-rw"] {
        let expect = expected(&format!("{source}.md"));
        for ending in ["epub", "html"] {
            let document = lesson(&format!("{source}.{ending}"));
            let mut found = outline(&document);
            if ending == "epub" {
                let title = format!("heading1 {}", document.title.as_deref().unwrap());
                assert_eq!(found.remove(0), title, "the title page");
            }
            // How footnotes, boxes and captions are laid out is up to the
            // program that wrote the file.
            let structure = |lines: &[String]| -> Vec<String> {
                let kept = ["heading", "table"];
                let lines = lines
                    .iter()
                    .filter(|l| kept.iter().any(|k| l.starts_with(k)));
                lines.cloned().collect()
            };
            assert_eq!(structure(&found), structure(&expect), "{source}.{ending}");
            let all = found.join("\n");
            let mut missing = Vec::new();
            for line in &expect {
                let (_, text) = line.split_once(' ').expect("words");
                let text = text.split_once(". ").map_or(text, |(number, rest)| {
                    match number.parse::<u8>() {
                        Ok(_) => rest,
                        Err(_) => text,
                    }
                });
                missing.extend(Some(text).filter(|text| !all.contains(text)));
            }
            // A box is a drawing for both programs; there is one.
            assert!(missing.len() <= 1, "{source}.{ending}: {missing:?}\n{all}");
        }
    }
}

#[test]
fn workbooks_and_values_are_tables() {
    for (stem, source) in [
        ("soil-tables", "soil-farming.md"),
        ("planetes", "systeme-solaire.md"),
    ] {
        let tables = expected(source);
        let tables: Vec<&String> = tables.iter().filter(|l| l.starts_with("table")).collect();
        let book = lesson(&format!("{stem}.xlsx"));
        assert_eq!(outline(&book).iter().collect::<Vec<_>>(), tables);
        assert_eq!(labels(&book)[0], "Table 1");
        let values = lesson(&format!("{stem}.csv"));
        assert_eq!(outline(&values), [tables[0].clone()]);
    }
}

#[test]
fn markdown_keeps_the_structure_it_was_given() {
    for source in ["water-cycle", "malaria-rw"] {
        let document = lesson(&format!("{source}.md"));
        let source = format!("{source}.md");
        let mut expect = expected(&source);
        let found = outline(&document);
        // Footnotes stand at the end, and pandoc does not write boxes.
        let missing = |line: &String| !found.contains(line);
        let lost: Vec<String> = expect
            .iter()
            .filter(|line| missing(line))
            .cloned()
            .collect();
        let boxes = lost.iter().all(|line| line.contains("Remember:"));
        assert!(boxes, "{source}: {lost:#?}\n{found:#?}");
        expect.retain(|line| line.starts_with("heading"));
        let headings = found.iter().filter(|line| line.starts_with("heading"));
        assert!(headings.eq(&expect), "{source}");
        assert_eq!(labels(&document).len(), expect.len());
    }
}

#[test]
fn text_is_the_same_in_every_encoding() {
    let windows = outline(&lesson("systeme-solaire-windows.txt"));
    for name in ["mac", "utf16"] {
        let other = outline(&lesson(&format!("systeme-solaire-{name}.txt")));
        assert_eq!(other, windows, "{name}");
    }
    let latin9 = outline(&lesson("systeme-solaire-latin9.txt"));
    assert_eq!(latin9, windows);
    for (name, source, lost) in [
        ("systeme-solaire-windows.txt", "systeme-solaire.md", 0),
        ("water-cycle.txt", "water-cycle.md", 4),
        ("malaria-rw.txt", "malaria-rw.md", 1),
    ] {
        let document = lesson(name);
        let found = outline(&document);
        let all = found.join("\n");
        // LibreOffice leaves footnotes but for their numbers and boxes out, and cells of
        // tables are lines.
        let mut missing = expected(source);
        missing.retain(|line| {
            let text = line.split_once(' ').expect("words").1;
            !line.starts_with("table") && !all.contains(text)
        });
        assert_eq!(missing.len(), lost, "{name}: {missing:#?}\n{found:#?}");
        assert_eq!(labels(&document)[0], &found[0]["heading1 ".len()..]);
    }
    assert_eq!(
        labels(&lesson("water-cycle.txt")),
        labels(&lesson("water-cycle.docx"))
    );
}
