//! What each target does with its bytes.

use std::fs::File;
use std::io::{Seek, Write};

use axum::http::{HeaderMap, HeaderValue};

use crate::inference::child::template::{Specials, Template};
use crate::inference::child::{draw, extract, sound as sounds};
use crate::inference::document::Format;
use crate::inference::protocol::{ChatMessage, Handshake, Part, Reply, decode};
use crate::inference::sheet;
use crate::lessons::tus as headers;
use crate::models::gguf::Shape;
use crate::{parts, types};

/// Pixels across, of a drawing.
const WIDTH: u32 = 160;

/// Lets panics pass that the program catches; all others end the target.
pub fn quiet() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !extract::catches_panics() {
            usual(panic);
        }
    }));
}

/// A document; parts as text where the format is an archive.
pub fn document(bytes: &[u8], format: Format) {
    let packed = match format {
        Format::Docx | Format::Pptx | Format::Xlsx | Format::Odt | Format::Odp | Format::Epub => {
            parts::pack(bytes)
        }
        _ => Some(bytes.to_vec()),
    };
    if let Some(bytes) = packed {
        read(&bytes, format);
    }
}

/// The archive itself, as any format that is one.
pub fn archive(bytes: &[u8]) {
    for format in [Format::Docx, Format::Epub, Format::Odt] {
        read(bytes, format);
    }
    tables(bytes);
}

/// Lists of people, alone or in an archive.
fn tables(bytes: &[u8]) {
    if let Ok(sheets) = extract::tabulate(bytes) {
        assert_eq!(sheet::check(&sheets), Ok(()), "a promise is broken");
    }
}

fn read(bytes: &[u8], format: Format) {
    if format == Format::Csv {
        tables(bytes);
    }
    if let Ok(document) = extract::parse(bytes, format) {
        assert_eq!(document.check(), Ok(()), "a promise is broken");
    }
}

/// The first page of a PDF, drawn small.
pub fn page(bytes: &[u8]) {
    let _ = draw::draw(bytes, Format::Pdf, Part::Page(1), WIDTH);
}

/// A picture, as the kind its first bytes tell.
pub fn picture(bytes: &[u8]) {
    let _ = draw::drawn_of(bytes, WIDTH);
}

/// A recording, listened to for a minute.
pub fn sound(bytes: &[u8], format: Format) {
    thread_local! {
        static KEPT: File = tempfile::tempfile().expect("a file without a name");
    }
    let file = KEPT.with(|kept| {
        let mut file = kept.try_clone().expect("another handle");
        file.set_len(0).expect("an empty file");
        file.rewind().expect("its start");
        file.write_all(bytes).expect("the bytes");
        file
    });
    let mut left = 12;
    let _ = sounds::decode(file, format, |_| {
        left -= 1;
        left > 0
    });
}

/// The head of a model file, which may claim to go on.
pub fn gguf(bytes: &[u8]) {
    for length in [bytes.len() as u64, u64::MAX] {
        if let Ok(shape) = Shape::read_from(bytes, length) {
            shape.kv_bytes();
        }
    }
}

/// The headers of an upload.
pub fn tus(bytes: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(bytes) else {
        return;
    };
    if let Ok(text) = value.to_str() {
        let _ = headers::metadata(text);
    }
    let mut map = HeaderMap::new();
    map.insert(headers::OFFSET, value);
    if let Ok(Some(at)) = headers::count(&map, &headers::OFFSET) {
        headers::date(types::Timestamp(at as i64));
    }
}

/// A frame of a child that a file took over.
pub fn frame(bytes: &[u8]) {
    let _ = decode::<Handshake>(bytes);
    match decode(bytes) {
        Ok(Reply::Document { document, .. }) => drop(document.check()),
        Ok(Reply::Sheets { sheets, .. }) => drop(sheet::check(&sheets)),
        _ => {}
    }
}

/// The chat template of a model file.
pub fn template(bytes: &[u8]) {
    let Ok(source) = std::str::from_utf8(bytes) else {
        return;
    };
    let specials = Specials::from([("eos_token", "<|im_end|>".to_owned())]);
    let say = |role: &str, content: &str| ChatMessage {
        role: role.to_owned(),
        content: content.to_owned(),
    };
    if let Ok(template) = Template::new(source, specials, || jiff::Timestamp::UNIX_EPOCH) {
        let _ = template.pieces(&[say("system", "Be kind."), say("user", "Amazi <|im_end|>?")]);
    }
}
