//! Archives as text: libFuzzer changes the parts of an Office file, and the archive
//! around them is made for each try. It could not guess checksums.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Begins the line with the name of a part.
const MARK: &str = "@@ ";

/// The archive of parts written as text; none when there is no part.
pub fn pack(text: &[u8]) -> Option<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut open = false;
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        if let Some(name) = line.strip_prefix(MARK.as_bytes()) {
            let name = String::from_utf8_lossy(name);
            zip.start_file(name.trim_end(), options).ok()?;
            open = true;
        } else if open {
            zip.write_all(line).ok()?;
        }
    }
    Some(zip.finish().ok()?.into_inner())
}
