//! Lessons with random damage: a parser may refuse or read them, in bounded
//! time and with its promises kept, but never panic. `make mutation-test` tries
//! ten thousand of each format.

use std::io::{Cursor, Read};
use std::time::{Duration, Instant};

use bwenge::inference::child::draw::draw;
use bwenge::inference::document::Format;
use bwenge::inference::protocol::Part;

use zip::ZipArchive;

use super::{quietly, read};
use crate::support::hostile as make;

/// Damaged copies of each format's lessons, unless `BWENGE_MUTATIONS` says another
/// number.
const CASES: u32 = 500;

/// No copy may take longer to parse, which is what a child is given; alone none takes
/// two seconds.
const LONGEST: Duration = Duration::from_secs(180);

pub fn cases() -> u32 {
    #[expect(
        clippy::disallowed_methods,
        reason = "tests have no configuration to read it from"
    )]
    let said = std::env::var("BWENGE_MUTATIONS");
    said.map_or(CASES, |said| said.parse().expect("a number"))
}

/// Numbers that look random and are the same in every run.
pub struct Random(pub u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }
}

/// The same with up to a dozen random faults.
pub fn damage(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=random.below(12) {
        if bytes.is_empty() {
            break;
        }
        let at = random.below(bytes.len());
        match random.below(6) {
            0 => bytes[at] ^= 1 << random.below(8),
            1 => bytes[at] = random.below(256) as u8,
            2 => bytes.truncate(at),
            3 => {
                let end = (at + random.below(64)).min(bytes.len());
                bytes.drain(at..end);
            }
            4 => {
                // A piece from elsewhere, over what is here.
                let len = random.below(64).min(bytes.len() - at);
                let from = random.below(bytes.len() - len);
                let piece = bytes[from..from + len].to_vec();
                bytes[at..at + len].copy_from_slice(&piece);
            }
            _ => {
                // A number grows, as lengths and offsets do.
                if let Some(digit) = bytes[at..].iter().position(u8::is_ascii_digit) {
                    bytes[at + digit] = b'9';
                }
            }
        }
    }
    bytes
}

/// The parts of an archive; none of other files.
fn parts(whole: &[u8]) -> Vec<(String, Vec<u8>)> {
    let Ok(mut archive) = ZipArchive::new(Cursor::new(whole)) else {
        return Vec::new();
    };
    let count = archive.len();
    let read = |at| {
        let mut part = archive.by_index(at).expect("a part of a fixture");
        let name = part.name().expect("a name").into_owned();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).expect("its bytes");
        (name, bytes)
    };
    (0..count).map(read).collect()
}

/// An archive of these parts, one of which is damaged; of XML more often than of
/// pictures.
fn damage_part(parts: &[(String, Vec<u8>)], random: &mut Random) -> Vec<u8> {
    let is_text = |at: &usize| std::str::from_utf8(&parts[*at].1).is_ok();
    let texts: Vec<usize> = (0..parts.len()).filter(is_text).collect();
    let hit = match random.below(8) {
        0 => random.below(parts.len()),
        _ => texts[random.below(texts.len())],
    };
    let damaged = damage(&parts[hit].1, random);
    make::archive(parts.iter().enumerate().map(|(at, (name, bytes))| {
        let bytes = if at == hit { &damaged } else { bytes };
        (name.as_str(), bytes.as_slice())
    }))
}

/// Draws the first page of damaged copies; how many could be drawn.
fn draw_all(names: &[&str], share: u32) -> (u32, u32) {
    let each = cases().div_ceil(share);
    let mut drawn = 0;
    for name in names {
        let whole = make::lesson(name);
        let format = Format::from_name(name).expect("a known ending");
        let mut random = Random(0xD4A3_0000 + whole.len() as u64);
        for case in 0..each {
            let damaged = damage(&whole, &mut random);
            #[expect(clippy::disallowed_methods, reason = "measures a drawing")]
            let start = Instant::now();
            let page = quietly(|| draw(&damaged, format, Part::Page(1), 160));
            drawn += u32::from(matches!(page, Ok(Some(_))));
            let took = start.elapsed();
            assert!(took < LONGEST, "{name}, case {case}: {took:?}");
        }
    }
    (each * names.len() as u32, drawn)
}

/// Reads damaged copies of each lesson; how many there were and how many could be
/// read.
fn try_all(names: &[&str]) -> (u32, u32) {
    let each = cases().div_ceil(u32::try_from(names.len()).expect("few"));
    let mut readable = 0;
    for name in names {
        let whole = make::lesson(name);
        let format = Format::from_name(name).expect("a known ending");
        let mut random = Random(0x5EED_0000 + whole.len() as u64);
        let parts = parts(&whole);
        for case in 0..each {
            let damaged = match parts.is_empty() || case % 2 == 0 {
                true => damage(&whole, &mut random),
                // Inside a part, where the archive's checksums would reveal it.
                false => damage_part(&parts, &mut random),
            };
            #[expect(clippy::disallowed_methods, reason = "measures a parse")]
            let start = Instant::now();
            readable += u32::from(read(&damaged, format).is_ok());
            let took = start.elapsed();
            assert!(took < LONGEST, "{name}, case {case}: {took:?}");
        }
    }
    (each * names.len() as u32, readable)
}

#[track_caller]
fn check(names: &[&str]) {
    let (tried, readable) = try_all(names);
    // Damage has to matter, or the test would test nothing.
    assert!(readable < tried, "{names:?}: all damaged copies were read");
}

#[test]
fn damaged_pdfs_do_no_harm() {
    check(&[
        "photosynthesis.pdf",
        "two-columns.pdf",
        "owner-locked.pdf",
        "scanned.pdf",
    ]);
}

/// A quarter as many of each, because a page takes longer than its text.
#[test]
fn pages_of_damaged_pdfs_are_drawn_or_refused() {
    let names = [
        "photosynthesis.pdf",
        "two-columns.pdf",
        "owner-locked.pdf",
        "scanned.pdf",
    ];
    let (tried, drawn) = draw_all(&names, names.len() as u32);
    assert!(0 < drawn && drawn < tried, "{drawn} of {tried}");
}

#[test]
fn damaged_pictures_do_no_harm() {
    for pair in super::pictures::PICTURES.chunks(2) {
        check(pair);
        draw_all(pair, 4);
    }
}

#[test]
fn damaged_office_files_do_no_harm() {
    check(&["water-cycle.docx", "systeme-solaire.docx"]);
    check(&["rwanda-history.pptx"]);
    check(&["soil-tables.xlsx"]);
}

#[test]
fn damaged_open_files_do_no_harm() {
    check(&["water-cycle.odt"]);
    check(&["fractions.odp"]);
    check(&["malaria-rw.epub"]);
}

#[test]
fn damaged_pages_and_tables_do_no_harm() {
    // Text can not be damaged so that none of it is read.
    try_all(&["water-cycle.html"]);
    try_all(&["planetes.csv"]);
    try_all(&["water-cycle.md", "malaria-rw.md"]);
    try_all(&["systeme-solaire-windows.txt", "systeme-solaire-utf16.txt"]);
}

#[test]
fn damaged_xml_does_no_harm() {
    let body = "<w:p><w:pPr><w:pStyle w:val=\"Heading1\"/></w:pPr><w:r><w:t>Soil</w:t></w:r></w:p>\
        <w:tbl><w:tr><w:tc><w:p><w:r><w:t>a &amp; b</w:t></w:r></w:p></w:tc></w:tr></w:tbl>";
    let mut random = Random(7);
    for _ in 0..cases() {
        let damaged = damage(body.as_bytes(), &mut random);
        let _ = read(
            &make::docx(&String::from_utf8_lossy(&damaged)),
            Format::Docx,
        );
    }
}
