//! Opens a PDF within limits and without what text does not need.
//!
//! lopdf inflates whatever a stream holds. Its filter hook sees each object
//! before that, so streams are measured there first: pictures and attachments
//! lose their bytes, a stream that inflates too far ends the parse. LZW streams
//! can not be measured this way; the child's memory limit bounds those.

use std::cell::Cell;
use std::io::{self, Read};
use std::panic::resume_unwind;

use flate2::read::{DeflateDecoder, ZlibDecoder};
use pdf_extract::{Document, Error, LoadOptions, Object, ObjectId, Stream};

use super::super::{Failure, caught};
use crate::inference::protocol::FailureCode;

/// Bytes one stream may inflate to.
pub const MAX_STREAM: u64 = 64 << 20;
/// Bytes all streams together may inflate to.
const MAX_TOTAL: u64 = 256 << 20;
/// Values in all objects; each takes about 120 bytes of memory.
const MAX_VALUES: u64 = 3_000_000;

thread_local! {
    /// Bytes the streams of the document being loaded inflate to. A filter is a
    /// plain function, so its memory has to be here.
    static INFLATED: Cell<u64> = const { Cell::new(0) };
    /// Values in the objects of that document.
    static VALUES: Cell<u64> = const { Cell::new(0) };
}

/// What a filter unwinds with to end a parse that went over its limits.
struct OverLimit;

/// Opens a document.
///
/// # Errors
/// `Encrypted` when it needs a password, `ExpandsTooMuch`, `Damaged`.
pub fn load(bytes: &[u8]) -> Result<Document, Failure> {
    INFLATED.set(0);
    VALUES.set(0);
    let options = LoadOptions {
        filter: Some(measure),
        ..LoadOptions::default()
    };
    // The library indexes into damaged files in places; a panic there says the
    // same as an error.
    let loaded = caught(|| {
        let mut document = Document::load_mem_with_options(bytes, options)?;
        if document.was_encrypted() {
            // Encrypted documents load without the filter.
            for (id, object) in &mut document.objects {
                measure(*id, object);
            }
        }
        Ok(document)
    });
    match loaded {
        Some(Ok(document)) if document.is_encrypted() => Err(Failure::new(
            FailureCode::Encrypted,
            "the document needs a password",
        )),
        Some(Ok(document)) => Ok(document),
        Some(Err(error)) => Err(failure(error)),
        None if INFLATED.get() > MAX_TOTAL => {
            let detail = format!("streams inflate to over {MAX_TOTAL} bytes");
            Err(Failure::new(FailureCode::ExpandsTooMuch, detail))
        }
        None if VALUES.get() > MAX_VALUES => {
            let detail = format!("more than {MAX_VALUES} values");
            Err(Failure::new(FailureCode::ExpandsTooMuch, detail))
        }
        None => Err(Failure::damaged("the parser panicked while loading")),
    }
}

/// Takes the bytes out of streams without text and adds up what the others
/// inflate to and what values there are. Over a limit it unwinds, which ends
/// the parse.
fn measure(id: ObjectId, object: &mut Object) -> Option<(ObjectId, Object)> {
    VALUES.set(VALUES.get() + values(object));
    if let Object::Stream(stream) = object {
        let subtype = stream.dict.get(b"Subtype").and_then(Object::as_name);
        if matches!(subtype, Ok(b"Image")) || stream.dict.has_type(b"EmbeddedFile") {
            stream.set_plain_content(Vec::new());
            stream.start_position = None;
        } else {
            let size = inflated_size(stream);
            let size = if size > MAX_STREAM {
                MAX_TOTAL + 1
            } else {
                size
            };
            INFLATED.set(INFLATED.get() + size);
        }
    }
    if INFLATED.get() > MAX_TOTAL || VALUES.get() > MAX_VALUES {
        resume_unwind(Box::new(OverLimit));
    }
    // Of a stream the value is not looked at, only whether there is one; other
    // objects are taken from it when they come out of an object stream.
    match object {
        Object::Stream(_) => Some((id, Object::Null)),
        other => Some((id, other.clone())),
    }
}

/// Values inside an object, itself included; lopdf nests them 100 deep at most.
fn values(object: &Object) -> u64 {
    match object {
        Object::Array(array) => 1 + array.iter().map(values).sum::<u64>(),
        Object::Dictionary(dict) => 1 + dict.iter().map(|(_, o)| 1 + values(o)).sum::<u64>(),
        Object::Stream(stream) => 1 + stream.dict.iter().map(|(_, o)| 1 + values(o)).sum::<u64>(),
        _ => 1,
    }
}

/// Bytes a stream inflates to, counted up to a little over [`MAX_STREAM`].
fn inflated_size(stream: &Stream) -> u64 {
    let filters = stream.filters().unwrap_or_default();
    let flates = filters.iter().filter(|f| **f == b"FlateDecode").count();
    match flates {
        0 => stream.content.len() as u64,
        1 => inflate(&stream.content, &mut io::sink()),
        // Deflated more than once, which nobody does for text: only the layers
        // together grow beyond a thousand times.
        _ => {
            let mut data = stream.content.clone();
            for _ in 0..flates {
                let mut out = Vec::new();
                if inflate(&data, &mut out) > MAX_STREAM {
                    return MAX_STREAM + 1;
                }
                data = out;
            }
            data.len() as u64
        }
    }
}

fn inflate(data: &[u8], into: &mut impl io::Write) -> u64 {
    let mut zlib = ZlibDecoder::new(data).take(MAX_STREAM + 1);
    let Err(_) = io::copy(&mut zlib, into) else {
        return MAX_STREAM + 1 - zlib.limit();
    };
    let read = MAX_STREAM + 1 - zlib.limit();
    if read > 0 || data.len() < 2 {
        return read;
    }
    // As lopdf does: without the header and checksum of zlib.
    let mut raw = DeflateDecoder::new(&data[2..]).take(MAX_STREAM + 1);
    match io::copy(&mut raw, into) {
        Ok(read) => read,
        Err(_) => MAX_STREAM + 1 - raw.limit(),
    }
}

fn failure(error: Error) -> Failure {
    match error {
        Error::Decryption(_) | Error::InvalidPassword | Error::UnsupportedSecurityHandler(_) => {
            Failure::new(FailureCode::Encrypted, error.to_string())
        }
        other => Failure::damaged(other),
    }
}
