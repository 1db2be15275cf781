//! The zip archive around an Office document or e-book, opened within limits.

use std::cell::Cell;
use std::fmt;
use std::io::{self, BufReader, Cursor, Read};
use std::rc::Rc;

use flate2::Crc;
use flate2::read::DeflateDecoder;
use zip::{CompressionMethod, ZipArchive};

use super::super::Failure;
use super::xml::{Node, Xml};
use crate::inference::protocol::FailureCode;

/// Entries an archive may have; real lessons stay under 2,000.
const MAX_ENTRIES: u64 = 10_000;
/// Bytes one part may inflate to.
const MAX_PART: u64 = 64 << 20;
/// Bytes all parts together may inflate to.
const MAX_TOTAL: u64 = 256 << 20;
/// Inflated bytes per compressed byte, once a part is over [`RATIO_FLOOR`].
const MAX_RATIO: u64 = 200;
/// Small parts may repeat themselves as much as they like.
const RATIO_FLOOR: u64 = 1 << 20;

/// An open archive. Parts are read one after the other.
pub struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    total: Rc<Cell<u64>>,
}

/// A part's relation to another part.
pub struct Relation {
    /// Its id, unique within the part.
    pub id: String,
    /// Last word of its type, such as `slide` or `footnotes`.
    pub kind: String,
    /// The other part's name in the archive.
    pub target: String,
}

impl<'a> Package<'a> {
    /// Opens the archive and checks how many entries it claims and has.
    pub fn open(bytes: &'a [u8]) -> Result<Self, Failure> {
        if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
            return Err(compound(bytes));
        }
        // Asked first: the library would build a table of all entries.
        check_entries(claimed_entries(bytes))?;
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(Failure::damaged)?;
        check_entries(archive.len() as u64)?;
        let total = Rc::new(Cell::new(0));
        Ok(Self { archive, total })
    }

    /// The names of all entries, in the order of the archive.
    pub fn names(&self) -> Result<Vec<String>, Failure> {
        let names = self.archive.file_names();
        let owned = names.map(|name| name.map(|name| name.into_owned()));
        owned.collect::<Result<_, _>>().map_err(Failure::damaged)
    }

    /// A part's bytes as a stream, if the archive has it.
    pub fn part(&mut self, name: &str) -> Result<Option<impl io::BufRead + use<'_, 'a>>, Failure> {
        let Some(index) = self.archive.index_for_name(name) else {
            return Ok(None);
        };
        // Inflated here and not by the library, which stops with an unspecific
        // error where the archive lies about sizes.
        let entry = self.archive.by_index_raw(index).map_err(Failure::damaged)?;
        if entry.encrypted() {
            return Err(Failure::new(
                FailureCode::Encrypted,
                "an entry is encrypted",
            ));
        }
        let (compressed, crc) = (entry.compressed_size(), entry.crc32());
        let bytes: Box<dyn Read + '_> = match entry.compression() {
            CompressionMethod::Stored => Box::new(entry),
            CompressionMethod::Deflated => Box::new(DeflateDecoder::new(entry)),
            other => return Err(Failure::damaged(format!("compressed by {other}"))),
        };
        Ok(Some(BufReader::new(Counted {
            bytes,
            compressed,
            crc,
            sum: Crc::new(),
            read: 0,
            total: Rc::clone(&self.total),
        })))
    }

    /// The relations of a part; of the package itself for the empty name.
    pub fn relations(&mut self, part: &str) -> Result<Vec<Relation>, Failure> {
        let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
        let name = match folder {
            "" => format!("_rels/{file}.rels"),
            _ => format!("{folder}/_rels/{file}.rels"),
        };
        let mut relations = Vec::new();
        let Some(stream) = self.part(&name)? else {
            return Ok(relations);
        };
        let mut xml = Xml::new(stream);
        loop {
            match xml.next()? {
                Node::Start if xml.name() == "Relationship" => {
                    let attr = |name| xml.attr(name).unwrap_or_default();
                    if attr("TargetMode") != "External" {
                        relations.push(Relation {
                            id: attr("Id").to_owned(),
                            kind: attr("Type")
                                .rsplit('/')
                                .next()
                                .unwrap_or_default()
                                .to_owned(),
                            target: resolve(folder, attr("Target")),
                        });
                    }
                }
                Node::Eof => return Ok(relations),
                _ => {}
            }
        }
    }
}

/// Resolves a relation's target against the folder of the part it belongs to.
pub fn resolve(folder: &str, target: &str) -> String {
    let mut path: Vec<&str> = match target.starts_with('/') {
        true => Vec::new(),
        false => folder.split('/').collect(),
    };
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                path.pop();
            }
            _ => path.push(step),
        }
    }
    path.retain(|s| !s.is_empty());
    path.join("/")
}

/// What the archive's end says about the number of its entries.
fn claimed_entries(bytes: &[u8]) -> u64 {
    let word = |at: usize, len: usize| -> Option<u64> {
        let part = bytes.get(at..at + len)?;
        Some(part.iter().rev().fold(0, |n, &b| n << 8 | u64::from(b)))
    };
    // The end record is 22 bytes and a comment of up to 65,535.
    let tail = bytes.len().saturating_sub(22 + 65_535);
    let Some(end) = bytes[tail..].windows(4).rposition(|w| w == b"PK\x05\x06") else {
        return 0;
    };
    let end = tail + end;
    match word(end + 10, 2).unwrap_or(0) {
        0xFFFF => {
            // The count did not fit: the 64-bit end record has it.
            let record = end
                .checked_sub(20)
                .filter(|&at| bytes[at..].starts_with(b"PK\x06\x07"))
                .and_then(|at| usize::try_from(word(at + 8, 8)?).ok());
            record
                .and_then(|at| word(at.checked_add(32)?, 8))
                .unwrap_or(0xFFFF)
        }
        count => count,
    }
}

fn check_entries(count: u64) -> Result<(), Failure> {
    if count > MAX_ENTRIES {
        let detail = format!("{count} entries, at most {MAX_ENTRIES}");
        return Err(Failure::new(FailureCode::TooManyParts, detail));
    }
    Ok(())
}

/// The older container holds encrypted Office documents, and old ones that the
/// box does not read.
fn compound(bytes: &[u8]) -> Failure {
    let name: Vec<u8> = "EncryptedPackage"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    match bytes.windows(name.len()).any(|w| w == name) {
        true => Failure::new(FailureCode::Encrypted, "the document has a password"),
        false => Failure::new(FailureCode::WrongType, "an Office file from before 2007"),
    }
}

/// A limit that was hit while inflating; travels inside an `io::Error`.
#[derive(Debug)]
pub struct Limit(pub FailureCode, pub String);

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.1)
    }
}

impl std::error::Error for Limit {}

/// Inflated bytes of a part, counted and summed up.
struct Counted<'a> {
    bytes: Box<dyn Read + 'a>,
    compressed: u64,
    crc: u32,
    sum: Crc,
    read: u64,
    total: Rc<Cell<u64>>,
}

impl Read for Counted<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.bytes.read(buf)?;
        if n == 0 && !buf.is_empty() && self.sum.sum() != self.crc {
            return Err(io::Error::other("the checksum of a part is wrong"));
        }
        self.sum.update(&buf[..n]);
        self.read += n as u64;
        self.total.set(self.total.get() + n as u64);
        let ratio = self.read / self.compressed.max(1);
        let broken = if self.read > MAX_PART {
            format!("a part is over {MAX_PART} bytes")
        } else if self.total.get() > MAX_TOTAL {
            format!("the parts are over {MAX_TOTAL} bytes")
        } else if self.read > RATIO_FLOOR && ratio > MAX_RATIO {
            format!("a part inflates more than {MAX_RATIO} times")
        } else {
            return Ok(n);
        };
        Err(io::Error::other(Limit(FailureCode::ExpandsTooMuch, broken)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_resolved_inside_the_archive() {
        let check = |folder, target, expect| assert_eq!(resolve(folder, target), expect);
        check("ppt", "slides/slide1.xml", "ppt/slides/slide1.xml");
        check(
            "ppt/slides",
            "../notesSlides/n1.xml",
            "ppt/notesSlides/n1.xml",
        );
        check("word", "/word/footnotes.xml", "word/footnotes.xml");
        check("", "word/document.xml", "word/document.xml");
        check("word", "../../../etc/passwd", "etc/passwd");
    }
}
