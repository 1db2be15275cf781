//! Whether all of a recording came: files are copied half, and phones die while they
//! record. What came before serves, and the teacher is told.
//!
//! Only what a file knows for certain counts. A length that a reader guesses from the
//! bit rate says nothing, and of files that are written while somebody speaks most
//! have no length, and end with their bytes when they are whole.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use symphonia::core::formats::FormatReader;
use symphonia::core::formats::well_known::{
    FORMAT_ID_FLAC, FORMAT_ID_ISOMP4, FORMAT_ID_MKV, FORMAT_ID_MP3, FORMAT_ID_OGG, FORMAT_ID_WAVE,
};
use symphonia::core::packet::Packet;

use crate::inference::document::MAX_SOUND_S;
use crate::inference::protocol::Ending;

/// Less than this many seconds, or this part of the whole, may be missing: encoders
/// pad, and containers round.
const MISSING: (f64, f64) = (2.0, 0.01);
/// Bytes of the longest page of Ogg.
const PAGE: u64 = 65_307;

/// How long a recording should be, and how much of it came.
pub struct Extent {
    declared_s: Option<f64>,
    reached_s: f64,
}

impl Extent {
    /// Nothing came yet of the track with this number.
    pub fn new(reader: &dyn FormatReader, track: u32) -> Self {
        Self {
            declared_s: declared_s(reader, track),
            reached_s: 0.0,
        }
    }

    /// Takes note of a packet. Those of pictures count too, because what Matroska
    /// declares is the length of all, and pictures may go on when the sound has ended.
    pub fn reach(&mut self, reader: &dyn FormatReader, packet: &Packet) {
        let mut tracks = reader.tracks().iter();
        let track = tracks.find(|track| track.id == packet.track_id);
        if let Some(base) = track.and_then(|track| track.time_base) {
            let end = packet.pts.saturating_add(packet.dur);
            let end_s = base.calc_time_saturating(end).as_secs_f64();
            self.reached_s = self.reached_s.max(end_s);
        }
    }

    /// How the recording ends; `broken` is what decides when it declares no length.
    pub fn ending(&self, broken: bool) -> Ending {
        let cut = match self.declared_s {
            Some(all) => all - self.reached_s >= MISSING.0.max(all * MISSING.1),
            None => broken,
        };
        if cut {
            Ending::BreaksOff
        } else {
            Ending::Whole
        }
    }
}

/// The length that a file declares, where it is no guess. AAC in a stream of its own
/// has none, and Ogg only when its last page is there.
fn declared_s(reader: &dyn FormatReader, track: u32) -> Option<f64> {
    let track = reader.tracks().iter().find(|one| one.id == track)?;
    let (base, length) = match reader.format_info().format {
        FORMAT_ID_MKV => {
            let all = reader.media_info();
            (all.time_base, all.duration)
        }
        // Encoders that note their delay count the frames; otherwise it is a guess.
        FORMAT_ID_MP3 if track.delay.is_none() => return None,
        FORMAT_ID_MP3 | FORMAT_ID_WAVE | FORMAT_ID_FLAC | FORMAT_ID_ISOMP4 => {
            (track.time_base, track.duration)
        }
        _ => return None,
    };
    let seconds = base?.calc_duration_saturating(length?).as_secs_f64();
    // Who does not know the length beforehand writes zero or the largest number there is.
    (seconds > 0.0 && seconds <= f64::from(MAX_SOUND_S)).then_some(seconds)
}

/// Whether whole files may end like this one, in the middle of what its reader expects:
/// those that are written while somebody speaks.
pub fn may_just_end(reader: &dyn FormatReader) -> bool {
    matches!(
        reader.format_info().format,
        FORMAT_ID_WAVE | FORMAT_ID_MKV | FORMAT_ID_OGG
    )
}

/// Whether a file of Ogg ends inside of a page. That its last page says so means
/// nothing: voice messages of phones often lack that.
///
/// # Errors
/// Those of reading; the file is at its beginning afterwards.
pub fn inside_a_page(mut file: &File) -> io::Result<bool> {
    let bytes = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(bytes.saturating_sub(PAGE)))?;
    // Of this length, because the library would ask the system for the file's size
    // with a call that the sandbox does not allow.
    let mut tail = vec![0; usize::try_from(bytes.min(PAGE)).unwrap_or(0)];
    file.read_exact(&mut tail)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(is_torn(&tail))
}

/// Whether the last page lacks some of its bytes (RFC 3533, section 6).
fn is_torn(tail: &[u8]) -> bool {
    let Some(at) = tail.windows(4).rposition(|four| four == b"OggS") else {
        return false;
    };
    let page = &tail[at..];
    let lengths = page
        .get(26)
        .and_then(|count| page.get(27..27 + usize::from(*count)));
    let Some(lengths) = lengths else {
        return true;
    };
    let body: usize = lengths.iter().map(|length| usize::from(*length)).sum();
    page.len() < 27 + lengths.len() + body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recording_breaks_off_when_more_is_missing_than_padding() {
        let ending = |declared_s, reached_s, broken| {
            let extent = Extent {
                declared_s,
                reached_s,
            };
            extent.ending(broken)
        };
        for (all, reached, expected) in [
            (100.0, 100.0, Ending::Whole),
            (100.0, 98.5, Ending::Whole),
            (100.0, 97.9, Ending::BreaksOff),
            // Of ten minutes six seconds may be missing.
            (600.0, 595.0, Ending::Whole),
            (600.0, 593.0, Ending::BreaksOff),
        ] {
            for broken in [false, true] {
                assert_eq!(ending(Some(all), reached, broken), expected, "{reached}");
            }
        }
        assert_eq!(ending(None, 3.0, false), Ending::Whole);
        assert_eq!(ending(None, 3.0, true), Ending::BreaksOff);
    }

    #[test]
    fn a_torn_page_is_told_from_a_whole_one() {
        let mut page = b"OggS".to_vec();
        page.resize(26, 0);
        page.extend([2, 255, 45]);
        page.resize(27 + 2 + 300, 7);
        let two = [page.clone(), page.clone()].concat();
        assert!(!is_torn(&two) && !is_torn(&two[300..]));
        // Tags that a program appended.
        assert!(!is_torn(&[&page[..], &[0; 128]].concat()));
        for end in [1, 200, 300, 302, 320] {
            assert!(is_torn(&two[..two.len() - end]), "{end}");
        }
        assert!(!is_torn(b"") && !is_torn(b"no page"));
    }
}
