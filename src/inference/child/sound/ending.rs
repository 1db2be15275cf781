//! Whether all of a recording came: files are copied half, and disks fill up. What came
//! before serves, and the teacher is told.
//!
//! Only what a file knows for certain counts. A length that a reader guesses from the
//! bit rate says nothing, and files that are written while somebody speaks mostly have
//! none, and end with their bytes when they are whole. An excerpt that was cut out of an
//! MP3 with the first frame of the whole still declares the length of that.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use symphonia::core::errors::Error;
use symphonia::core::formats::well_known::{
    FORMAT_ID_FLAC, FORMAT_ID_ISOMP4, FORMAT_ID_MKV, FORMAT_ID_MP3, FORMAT_ID_OGG, FORMAT_ID_WAVE,
};
use symphonia::core::formats::{FormatReader, Track};
use symphonia::core::packet::Packet;

use crate::inference::protocol::Ending;

/// Fewer seconds may be missing: encoders pad.
const MISSING_S: f64 = 2.0;
/// Of Matroska this part may be missing too: its length may be what a clock said.
const MISSING_PART: f64 = 0.01;
/// Bytes of the longest page of Ogg.
const PAGE: u64 = 65_307;
/// Bytes of sound that a WAV declares at least when its program did not know how many
/// they become: 0x7FFF_0000 and more are common, and no lesson is as large.
const UNKNOWN_BYTES: u64 = 0x7FFF_0000;

/// How long a recording should be, and how much of it came.
pub struct Extent {
    /// The track of sound.
    track: u32,
    declared_s: Option<f64>,
    /// Whether the declared length is that of all tracks.
    of_all: bool,
    reached_s: f64,
}

impl Extent {
    /// Nothing came yet of the track with this number.
    pub fn new(reader: &dyn FormatReader, track: u32) -> Self {
        Self {
            track,
            declared_s: declared_s(reader, track),
            of_all: reader.format_info().format == FORMAT_ID_MKV,
            reached_s: 0.0,
        }
    }

    /// Takes note of a packet. Those of other tracks count where the length of all is
    /// declared: pictures may go on when the sound has ended.
    pub fn reach(&mut self, reader: &dyn FormatReader, packet: &Packet) {
        if packet.track_id != self.track && !self.of_all {
            return;
        }
        let track = track_of(reader, packet.track_id);
        if let Some(base) = track.and_then(|track| track.time_base) {
            let end = packet.pts.saturating_add(packet.dur);
            let end_s = base.calc_time_saturating(end).as_secs_f64();
            self.reached_s = self.reached_s.max(end_s);
        }
    }

    /// How the recording ends; `broken` is what decides when it declares no length.
    pub fn ending(&self, broken: bool) -> Ending {
        let cut = match self.declared_s {
            Some(all) => {
                let part = if self.of_all { all * MISSING_PART } else { 0.0 };
                all - self.reached_s >= MISSING_S.max(part)
            }
            None => broken,
        };
        if cut {
            Ending::BreaksOff
        } else {
            Ending::Whole
        }
    }
}

fn track_of(reader: &dyn FormatReader, id: u32) -> Option<&Track> {
    reader.tracks().iter().find(|track| track.id == id)
}

/// The length that a file declares, where it is no guess. AAC in a stream of its own
/// has none, and Ogg only when its last page is there.
fn declared_s(reader: &dyn FormatReader, track: u32) -> Option<f64> {
    let track = track_of(reader, track)?;
    let (base, length) = match reader.format_info().format {
        FORMAT_ID_MKV => {
            let all = reader.media_info();
            (all.time_base, all.duration)
        }
        // Without the frame that counts the others (Xing, Info) it is a guess.
        FORMAT_ID_MP3 if track.delay.is_none() => return None,
        FORMAT_ID_WAVE if bytes_of_sound(track)? >= UNKNOWN_BYTES => return None,
        FORMAT_ID_MP3 | FORMAT_ID_WAVE | FORMAT_ID_FLAC | FORMAT_ID_ISOMP4 => {
            (track.time_base, track.duration)
        }
        _ => return None,
    };
    let length = length?;
    // Who does not know the length beforehand writes zero or the largest number there is.
    let unknown = [0, u64::from(u32::MAX), u64::MAX].contains(&length.get());
    let seconds = base?.calc_duration_saturating(length).as_secs_f64();
    (!unknown).then_some(seconds)
}

/// How many bytes of sound a WAV declares.
fn bytes_of_sound(track: &Track) -> Option<u64> {
    let sound = track.codec_params.as_ref()?.audio()?;
    let channels = sound.channels.as_ref()?.count() as u64;
    let bits = sound.bits_per_coded_sample.or(sound.bits_per_sample);
    let frame_bits = channels.saturating_mul(u64::from(bits.unwrap_or(16)));
    Some(track.num_frames?.saturating_mul(frame_bits) / 8)
}

/// Whether whole files may end with this error of their reader: those that are written
/// while somebody speaks. The pieces of a fragmented MP4 may end without their length.
pub fn may_just_end(reader: &dyn FormatReader, error: &Error) -> bool {
    match reader.format_info().format {
        FORMAT_ID_WAVE | FORMAT_ID_MKV | FORMAT_ID_OGG => is_end(error),
        FORMAT_ID_ISOMP4 => true,
        _ => false,
    }
}

/// Whether a reader wanted more bytes than there are.
pub fn is_end(error: &Error) -> bool {
    matches!(error, Error::IoError(error) if error.kind() == io::ErrorKind::UnexpectedEof)
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
        let ending = |declared_s, reached_s, of_all, broken| {
            let extent = Extent {
                track: 0,
                declared_s,
                of_all,
                reached_s,
            };
            extent.ending(broken)
        };
        for (all, reached, of_all, expected) in [
            (100.0, 100.0, false, Ending::Whole),
            (100.0, 98.5, false, Ending::Whole),
            (100.0, 97.9, false, Ending::BreaksOff),
            (600.0, 597.0, false, Ending::BreaksOff),
            // Of ten minutes six seconds may be missing.
            (600.0, 595.0, true, Ending::Whole),
            (600.0, 593.0, true, Ending::BreaksOff),
        ] {
            for broken in [false, true] {
                let ended = ending(Some(all), reached, of_all, broken);
                assert_eq!(ended, expected, "{reached} of {all}");
            }
        }
        assert_eq!(ending(None, 3.0, false, false), Ending::Whole);
        assert_eq!(ending(None, 3.0, false, true), Ending::BreaksOff);
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
