//! Sound out of every kind of file, and out of damaged ones.

use std::io::Write;

use bwenge::inference::child::extract::Failure;
use bwenge::inference::child::sound;
use bwenge::inference::document::Format;
use bwenge::inference::protocol::{Ending, FailureCode};

use super::{FILES, fixture};
use crate::extract::{Random, cases, damage};

/// All samples of a recording, and how it ends.
fn decode(bytes: &[u8], format: Format) -> Result<(Vec<i16>, Ending), Failure> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    let mut all = Vec::new();
    let ending = sound::decode(file, format, |samples| {
        all.extend(samples);
        true
    })?;
    Ok((all, ending))
}

/// How many milliseconds of a recording can be heard, and how it ends.
fn heard(name: &str, bytes: &[u8]) -> (usize, Ending) {
    let format = Format::from_name(name).expect("a known ending");
    let decoded = decode(bytes, format);
    let (samples, ending) = decoded.unwrap_or_else(|e| panic!("{name}: {e:?}"));
    (samples.len() / 16, ending)
}

#[test]
fn every_kind_of_recording_is_decoded_at_its_length() {
    for (name, _) in FILES {
        let format = Format::from_name(name).expect("a known ending");
        let bytes = fixture(name);
        assert!(format.is_media() && format.looks_like(&bytes), "{name}");
        let decoded = decode(&bytes, format);
        let (samples, ending) = decoded.unwrap_or_else(|e| panic!("{name}: {e:?}"));
        assert_eq!(ending, Ending::Whole, "{name}");
        let ms = samples.len() / 16;
        let wanted = if name.starts_with("plants") {
            3289
        } else {
            2814
        };
        // Codecs pad their beginning and end.
        assert!(ms.abs_diff(wanted) < 350, "{name}: {ms} ms");
        let energy: f64 = samples.iter().map(|s| f64::from(*s).powi(2)).sum();
        let loudness = (energy / samples.len() as f64).sqrt();
        assert!((1000.0..12_000.0).contains(&loudness), "{name}: {loudness}");
    }
}

#[test]
fn a_recording_that_breaks_off_says_so() {
    for (name, quarters) in [
        ("plants.wav", 1),
        ("plants.flac", 1),
        // Its table of contents comes first.
        ("heart.m4a", 1),
        // Its chapters come before its sound.
        ("address.m4a", 2),
        ("address.m4a", 3),
        ("plants.mp3", 1),
        ("plants.aac", 1),
        ("clouds.opus", 2),
        // Inside of its last large page.
        ("heart.ogg", 3),
        ("address.webm", 2),
        ("address.webm", 3),
    ] {
        let whole = fixture(name);
        let (all_ms, ending) = heard(name, &whole);
        assert_eq!(ending, Ending::Whole, "{name}");
        let (ms, ending) = heard(name, &whole[..whole.len() * quarters / 4]);
        assert_eq!(ending, Ending::BreaksOff, "{name}");
        // Sound comes in unequal pieces, and after what the file says of itself.
        let part = all_ms * quarters / 4;
        let expected = part / 4..part * 5 / 4;
        assert!(expected.contains(&ms), "{name}: {ms} ms, not {expected:?}");
    }
    let mut wav = fixture("plants.wav");
    // The last second of a recording is no great loss.
    let (_, ending) = heard("plants.wav", &wav[..wav.len() - 32_000]);
    assert_eq!(ending, Ending::Whole);
    // Longer than any lesson may be, and this is all that came of it.
    declare(&mut wav, 9000 * 32_000);
    assert_eq!(heard("plants.wav", &wav).1, Ending::BreaksOff);
}

#[test]
fn a_recording_of_unknown_length_may_end_anywhere() {
    // As programs write it that do not know the length beforehand.
    let mut wav = fixture("plants.wav");
    declare(&mut wav, u32::MAX);
    let mut other_wav = fixture("plants.wav");
    declare(&mut other_wav, 0x7FFF_F000);
    // Every three seconds the length of the next three.
    let mp4 = fixture("fragments.m4a");
    // The encoder's count of frames; without it their number is guessed.
    let mut mp3 = fixture("plants.mp3");
    overwrite(&mut mp3, b"Info", &[0; 4]);
    // As browsers record: the length is replaced by an element that means nothing, and
    // the size of all is unknown.
    let mut webm = fixture("address.webm");
    overwrite(&mut webm, &[0x44, 0x89, 0x88], &[0xEC, 0x89, 0]);
    let unknown = [&[0x18, 0x53, 0x80, 0x67, 0x01][..], &[0xFF; 7]].concat();
    overwrite(&mut webm, &[0x18, 0x53, 0x80, 0x67, 0x01], &unknown);
    for (name, bytes) in [
        ("a.wav", wav),
        ("b.wav", other_wav),
        ("a.mp3", mp3),
        ("a.webm", webm),
        ("a.m4a", mp4),
    ] {
        for end in [bytes.len(), bytes.len() / 2] {
            let (ms, ending) = heard(name, &bytes[..end]);
            assert_eq!(ending, Ending::Whole, "{name}, {end} bytes");
            assert!(ms > 1000, "{name}, {end} bytes: {ms} ms");
        }
    }
    // As phones send voice messages: no page says that it is the last.
    let opus = fixture("clouds.opus");
    let last = opus.windows(4).rposition(|four| four == b"OggS").unwrap();
    assert_eq!(heard("clouds.opus", &opus[..last]).1, Ending::Whole);
}

/// Writes over the first place where `old` stands.
fn overwrite(bytes: &mut [u8], old: &[u8], new: &[u8]) {
    let at = bytes.windows(old.len()).position(|part| part == old);
    let at = at.expect("it is there");
    bytes[at..at + new.len()].copy_from_slice(new);
}

/// Makes a WAV say that its sound has so many bytes.
fn declare(wav: &mut [u8], bytes: u32) {
    let data = wav.windows(4).position(|four| four == b"data").unwrap();
    let before = u32::try_from(data).unwrap();
    wav[4..8].copy_from_slice(&bytes.saturating_add(before).to_le_bytes());
    wav[data + 4..data + 8].copy_from_slice(&bytes.to_le_bytes());
}

#[test]
fn files_without_sound_say_so() {
    let refused = |bytes: &[u8], format| decode(bytes, format).expect_err("no sound").code;
    assert_eq!(
        refused(&fixture("silent.mp4"), Format::Mp4),
        FailureCode::NoSound
    );
    assert_eq!(
        refused(&fixture("plants.mp4")[..600], Format::Mp4),
        FailureCode::Damaged
    );
    assert_eq!(refused(&[0xFF; 4000], Format::Mp3), FailureCode::Damaged);
    assert_eq!(refused(b"", Format::Wav), FailureCode::Damaged);
}

#[test]
fn whoever_has_heard_enough_may_stop() {
    let mut file = tempfile::tempfile().unwrap();
    let mut wav = fixture("plants.wav");
    // A minute of it, which the header does not know of.
    let body = wav[44..].to_vec();
    (0..20).for_each(|_| wav.extend(&body));
    declare(&mut wav, u32::MAX);
    file.write_all(&wav).unwrap();
    let mut pieces = 0;
    let ended = sound::decode(file, Format::Wav, |_| {
        pieces += 1;
        pieces < 3
    });
    assert_eq!((ended, pieces), (Ok(Ending::Whole), 3));
}

#[test]
fn damaged_recordings_do_no_harm() {
    let mut random = Random(0x50D0);
    for (name, _) in FILES {
        let format = Format::from_name(name).expect("a known ending");
        let whole = fixture(name);
        for _ in 0..cases() / 2 {
            let _ = decode(&damage(&whole, &mut random), format);
        }
    }
}
