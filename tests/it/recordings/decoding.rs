//! Sound out of every kind of file, and out of damaged ones.

use std::io::Write;

use bwenge::inference::child::extract::Failure;
use bwenge::inference::child::sound;
use bwenge::inference::document::Format;
use bwenge::inference::protocol::FailureCode;

use super::{FILES, fixture};
use crate::extract::{Random, cases, damage};

/// All samples of a recording.
fn decode(bytes: &[u8], format: Format) -> Result<Vec<i16>, Failure> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    let mut all = Vec::new();
    sound::decode(file, format, |samples| {
        all.extend(samples);
        true
    })?;
    Ok(all)
}

#[test]
fn every_kind_of_recording_is_decoded_at_its_length() {
    for (name, _) in FILES {
        let format = Format::from_name(name).expect("a known ending");
        let bytes = fixture(name);
        assert!(format.is_media() && format.looks_like(&bytes), "{name}");
        let samples = decode(&bytes, format).unwrap_or_else(|e| panic!("{name}: {e:?}"));
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
    // As programs write it that do not know the length beforehand.
    wav[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
    let data = wav.windows(4).position(|w| w == b"data").unwrap();
    wav[data + 4..data + 8].copy_from_slice(&u32::MAX.to_le_bytes());
    file.write_all(&wav).unwrap();
    let mut pieces = 0;
    let ended = sound::decode(file, Format::Wav, |_| {
        pieces += 1;
        pieces < 3
    });
    assert_eq!((ended, pieces), (Ok(()), 3));
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
