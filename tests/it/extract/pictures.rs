//! Lessons that are pictures, and what is drawn of lessons.

use std::io::Write;

use bwenge::inference::child::draw::draw;
use bwenge::inference::document::{AnchorKind, Format};
use bwenge::inference::protocol::FailureCode::{self, *};
use bwenge::inference::protocol::Part;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use image::{GenericImageView, RgbImage};

use super::read;
use crate::support::hostile as make;

/// Two of each kind.
pub const PICTURES: [&str; 8] = [
    "board.jpg",
    "printed.jpg",
    "leaf.png",
    "grey.png",
    "leaf.webp",
    "board.webp",
    "board.gif",
    "moving.gif",
];

fn format(name: &str) -> Format {
    Format::from_name(name).expect("a known ending")
}

/// Draws a part of these bytes; the picture when there is one.
fn drawn(
    bytes: &[u8],
    format: Format,
    part: Part,
    width: u32,
) -> Result<Option<RgbImage>, FailureCode> {
    let jpeg = draw(bytes, format, part, width).map_err(|failure| failure.code)?;
    Ok(jpeg.map(|jpeg| {
        let kind = image::ImageFormat::Jpeg;
        image::load_from_memory_with_format(&jpeg, kind)
            .expect("a JPEG")
            .to_rgb8()
    }))
}

fn lesson(name: &str, part: Part, width: u32) -> Option<RgbImage> {
    drawn(&make::lesson(name), format(name), part, width).expect(name)
}

/// How much of a picture is darker than grey, in thousandths.
fn dark(picture: &RgbImage) -> u64 {
    let dark = picture
        .pixels()
        .filter(|p| p.0.iter().map(|c| u32::from(*c)).sum::<u32>() < 384);
    dark.count() as u64 * 1000 / u64::from(picture.width() * picture.height())
}

#[test]
fn pictures_are_lessons_with_one_place_and_no_words() {
    for name in PICTURES {
        let document = read(&make::lesson(name), format(name)).expect(name);
        assert_eq!(document.anchors.len(), 1, "{name}");
        assert_eq!(document.anchors[0].kind, AnchorKind::Picture, "{name}");
        assert!(document.blocks.is_empty(), "{name}");
        assert_eq!(document.check(), Ok(()), "{name}");
    }
}

#[test]
fn pictures_are_drawn_small_but_never_larger() {
    for name in PICTURES {
        let small = lesson(name, Part::Page(1), 100).expect(name);
        assert_eq!(small.width(), 100, "{name}");
        assert!(small.height() > 50 && small.height() < 160, "{name}");
        let large = lesson(name, Part::Page(1), 2000).expect(name);
        assert!(large.width() <= 960, "{name}: {}", large.width());
    }
}

#[test]
fn a_photograph_is_the_right_side_up() {
    // The phone lay on its side; the pixels do too.
    let board = lesson("board.jpg", Part::Cover, 480).unwrap();
    assert_eq!(board.dimensions(), (480, 320));
    // The sun is at the top right, and nothing at the top left corner.
    let sun = board.view(360, 10, 110, 90).to_image();
    let yellow = sun
        .pixels()
        .filter(|p| p.0[0] > 180 && p.0[2] < 140)
        .count();
    assert!(yellow > 100, "{yellow}");
}

#[test]
fn what_can_be_seen_through_is_white() {
    let leaf = lesson("leaf.png", Part::Cover, 240).unwrap();
    assert!(leaf.get_pixel(238, 2).0.iter().all(|part| *part > 245));
}

#[test]
fn pages_of_pdfs_are_drawn_with_what_is_on_them() {
    for (name, pages) in [
        ("photosynthesis.pdf", 5),
        ("systeme-solaire.pdf", 3),
        ("two-columns.pdf", 2),
        ("scanned.pdf", 2),
        ("owner-locked.pdf", 3),
    ] {
        for number in 1..=pages {
            let page = lesson(name, Part::Page(number), 480).expect(name);
            assert_eq!(page.width(), 480, "{name}");
            assert!(
                (670..=690).contains(&page.height()),
                "{name}: {}",
                page.height()
            );
            let dark = dark(&page);
            assert!((5..300).contains(&dark), "{name}, page {number}: {dark}");
        }
    }
    let bytes = make::lesson("photosynthesis.pdf");
    for number in [0, 6, u32::MAX] {
        let page = drawn(&bytes, Format::Pdf, Part::Page(number), 480);
        assert_eq!(page.err(), Some(Damaged), "page {number}");
    }
    let locked = drawn(
        &make::lesson("encrypted.pdf"),
        Format::Pdf,
        Part::Cover,
        480,
    );
    assert_eq!(locked.err(), Some(Encrypted));
}

#[test]
fn archives_show_the_cover_they_carry() {
    for name in [
        "water-cycle.odt",
        "malaria-rw.odt",
        "history.odp",
        "fractions.odp",
        "rwanda-history.pptx",
        "systeme-solaire.docx",
    ] {
        let cover = lesson(name, Part::Cover, 320).expect(name);
        assert!(cover.width() > 100 && cover.width() <= 320, "{name}");
    }
    for name in [
        "water-cycle.docx",
        "water-cycle.epub",
        "soil-tables.xlsx",
        "planetes.csv",
    ] {
        assert!(lesson(name, Part::Cover, 320).is_none(), "{name}");
    }
    // Their pages are not drawn.
    assert!(lesson("water-cycle.odt", Part::Page(1), 320).is_none());
}

#[test]
fn a_book_has_the_cover_its_package_names() {
    let container = br#"<container><rootfile full-path="OPS/book.opf"/></container>"#;
    let leaf = make::lesson("leaf.webp");
    let book = |package: &str| {
        make::archive([
            ("META-INF/container.xml", &container[..]),
            ("OPS/book.opf", package.as_bytes()),
            ("OPS/images/a leaf.webp", &leaf),
        ])
    };
    let item = r#"id="c" href="images/a%20leaf.webp" media-type="image/webp""#;
    let three = format!(r#"<package><item {item} properties="cover-image"/></package>"#);
    let two = format!(r#"<package><meta name="cover" content="c"/><item {item}/></package>"#);
    for package in [three.as_str(), two.as_str()] {
        let cover = drawn(&book(package), Format::Epub, Part::Cover, 320);
        assert_eq!(cover.unwrap().expect(package).width(), 320);
    }
    let none = drawn(&book("<package/>"), Format::Epub, Part::Cover, 320);
    assert_eq!(none, Ok(None));
    // A cover that is something else is none.
    let odd = make::archive([("Thumbnails/thumbnail.png", &b"<svg onload='x()'/>"[..])]);
    assert_eq!(drawn(&odd, Format::Odt, Part::Cover, 320), Ok(None));
}

/// A PNG that says it is so large, with these bytes as its pixels.
pub fn png(wide: u32, high: u32, colour: u8, pixels: &[u8]) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1A\n".to_vec();
    let mut chunk = |kind: &[u8], content: &[u8]| {
        file.extend_from_slice(&u32::try_from(content.len()).unwrap().to_be_bytes());
        let mut sum = flate2::Crc::new();
        sum.update(kind);
        sum.update(content);
        file.extend_from_slice(kind);
        file.extend_from_slice(content);
        file.extend_from_slice(&sum.sum().to_be_bytes());
    };
    let mut head = [wide.to_be_bytes(), high.to_be_bytes()].concat();
    head.extend_from_slice(&[8, colour, 0, 0, 0]);
    chunk(b"IHDR", &head);
    chunk(b"IDAT", pixels);
    chunk(b"IEND", b"");
    file
}

/// A black PNG of so many rows of so many pixels of three bytes.
pub fn black(wide: u32, high: u32) -> Vec<u8> {
    let mut pixels = ZlibEncoder::new(Vec::new(), Compression::fast());
    let row = vec![0; wide as usize * 3 + 1];
    for _ in 0..high {
        pixels.write_all(&row).unwrap();
    }
    png(wide, high, 2, &pixels.finish().unwrap())
}

#[test]
fn pictures_that_grow_too_far_are_refused() {
    let empty = |wide, high| png(wide, high, 6, &[0x78, 0x9C, 3, 0, 0, 0, 0, 1]);
    let code = |bytes: &[u8], format| read(bytes, format).map_err(|failure| failure.code).err();
    for (wide, high) in [
        (60_000, 60_000),
        (1 << 31, 1),
        (u32::MAX >> 1, u32::MAX >> 1),
    ] {
        let bytes = empty(wide, high);
        let found = code(&bytes, Format::Png);
        assert!(
            matches!(found, Some(TooBig | Damaged)),
            "{wide} x {high}: {found:?}"
        );
        assert!(drawn(&bytes, Format::Png, Part::Page(1), 320).is_err());
    }
    assert_eq!(code(&empty(10_001, 10_000), Format::Png), Some(TooBig));
    assert_eq!(code(&empty(0, 10), Format::Png), Some(Damaged));
    let gif = b"GIF89a\xFF\xFF\xFF\xFF\xF0\0\0\0\0\0\xFF\xFF\xFF,\0\0\0\0\xFF\xFF\xFF\xFF\0\x02\x02\x44\x01\0;";
    assert_eq!(code(gif, Format::Gif), Some(TooBig));
    let webp = b"RIFF\x16\0\0\0WEBPVP8L\x0A\0\0\0\x2F\xFF\xFF\xFF\x0F\0\0\0\0\0";
    assert!(matches!(code(webp, Format::Webp), Some(TooBig | Damaged)));
    // The head of a photograph, saying another size.
    let mut jpeg = make::lesson("printed.jpg");
    let frame = jpeg.windows(2).position(|w| w == b"\xFF\xC2").unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0xFF, 0xDC, 0xFF, 0xDC]);
    assert_eq!(code(&jpeg, Format::Jpeg), Some(TooBig));
}

#[test]
fn broken_pictures_are_refused_or_read_in_part() {
    for name in PICTURES {
        let whole = make::lesson(name);
        for share in [0, 1, 2, 5, 9] {
            let part = &whole[..whole.len() * share / 10];
            let failed = read(part, format(name)).err().map(|failure| failure.code);
            assert!(
                matches!(failed, None | Some(Empty | WrongType | Damaged)),
                "{name}, {share} tenths: {failed:?}"
            );
        }
        let other = if name.ends_with("png") {
            Format::Gif
        } else {
            Format::Png
        };
        let failed = read(&whole, other).err().map(|failure| failure.code);
        assert_eq!(failed, Some(WrongType), "{name}");
    }
}

/// What flattens or floods a page costs this page. Forms that draw themselves have
/// no end here; only the child's time ends them (`tests/it/api/pictures.rs`).
#[test]
fn hostile_pages_are_drawn_or_refused() {
    let pages = [
        ("nested", make::nested_pdf(10_000)),
        ("looping pages", make::looping_pages()),
        ("no page", make::pdf(&[])),
        ("huge", sized("0 0 9999999 9999999")),
        ("flat", sized("0 0 9999999 1")),
        ("nothing", sized("0 0 0 0")),
        ("backwards", sized("100 100 0 0")),
        ("no numbers", sized("a b c d")),
    ];
    for (name, bytes) in pages {
        match drawn(&bytes, Format::Pdf, Part::Page(1), 320) {
            Ok(page) => {
                let page = page.expect(name);
                assert!(page.width() <= 320 && page.height() <= 960, "{name}");
            }
            Err(code) => assert_eq!(code, Damaged, "{name}"),
        }
    }
}

/// A page of this size with a line of text.
fn sized(media_box: &str) -> Vec<u8> {
    let page = make::one_page(b"BT /F1 12 Tf 10 10 Td (Hello) Tj ET", "", &[]);
    let text = String::from_utf8_lossy(&page).into_owned();
    let at = text.find("/MediaBox").expect("a page with a size");
    let end = at + text[at..].find(']').unwrap();
    format!("{}/MediaBox [{media_box}{}", &text[..at], &text[end..]).into_bytes()
}
