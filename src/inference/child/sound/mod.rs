//! Sound and video in, 16 kHz samples of one channel out, piece by piece.
//!
//! The file is never in memory as a whole: containers are read as a stream of
//! packets, each is decoded, mixed to one channel, brought to the rate that speech
//! models hear, and sent on.

mod ending;

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Resampler};
use symphonia::core::codecs::audio::{AudioDecoder, AudioDecoderOptions};
use symphonia::core::codecs::registry::CodecRegistry;
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::{MediaSource, MediaSourceStream};
use symphonia::core::meta::MetadataOptions;
use symphonia::core::units::TimeBase;

use super::extract::{Failure, caught};
use crate::inference::document::{Format, MAX_SOUND_S, SOUND_RATE};
use crate::inference::protocol::{Ending, FailureCode};
use ending::Extent;

/// Samples of one piece: five seconds.
const PIECE: usize = 5 * SOUND_RATE as usize;
/// Frames that are resampled at a time.
const CHUNK: usize = 4096;
/// Rates outside of this are damage.
const RATES: std::ops::RangeInclusive<u32> = 4_000..=384_000;
/// Gaps below this are rounding of the container.
const SHORTEST_GAP_S: f64 = 0.08;
/// A recording that begins later than this counts from its own beginning.
const LATEST_START_S: f64 = 10.0;
/// Packets in a row that can not be decoded before the file counts as damaged.
const MOST_BAD: u32 = 500;
/// A length no file has.
const FAR: u64 = 1 << 40;

/// Decodes a recording and hands its samples to `take`, about five seconds at a
/// time; `take` says whether to go on. Tells whether all of it came, as far as `take`
/// wanted it and that can be told. Of streams one after the other (Ogg) the first is
/// all.
///
/// # Errors
/// `NoSound` without a track of sound, `UnknownSound` when no decoder knows it,
/// `TooLong` beyond [`MAX_SOUND_S`], `Damaged` otherwise.
pub fn decode(
    file: File,
    format: Format,
    mut take: impl FnMut(Vec<i16>) -> bool,
) -> Result<Ending, Failure> {
    // Decoders may panic on damaged packets; that costs this file and no more.
    let decoded = caught(|| read_even_if_cut(&file, format, &mut take));
    decoded.unwrap_or_else(|| Err(damaged("a decoder panicked")))
}

/// Readers refuse a container that is longer than its file, though its beginning can be
/// heard. Such a file is read once more, without its length.
fn read_even_if_cut(
    file: &File,
    format: Format,
    take: &mut dyn FnMut(Vec<i16>) -> bool,
) -> Result<Ending, Failure> {
    let mut taken = false;
    let mut noting = |samples: Vec<i16>| {
        taken = true;
        take(samples)
    };
    let read_whole = read(Source::new(file)?, format, &mut noting);
    let may_be_cut = format.is_video() || matches!(format, Format::M4a | Format::Ogg);
    match read_whole {
        Err(failure) if failure.code == FailureCode::Damaged && may_be_cut && !taken => {
            let read_again = read(Source::without_length(file, format)?, format, take);
            // That nothing can be heard this way is for what was wrong before.
            read_again.map_err(|again| match again.code {
                FailureCode::TooLong => again,
                _ => failure,
            })
        }
        other => other,
    }
}

fn read(
    source: Source<'_>,
    format: Format,
    take: &mut dyn FnMut(Vec<i16>) -> bool,
) -> Result<Ending, Failure> {
    let torn = format == Format::Ogg
        && ending::inside_a_page(source.file).map_err(|error| damaged(error.to_string()))?;
    let mut hint = Hint::new();
    hint.with_extension(format.as_str());
    let source = MediaSourceStream::new(Box::new(source), Default::default());
    let (formats, tags) = (FormatOptions::default(), MetadataOptions::default());
    let mut reader = symphonia::default::get_probe()
        .probe(&hint, source, formats, tags)
        .map_err(|error| damaged(error.to_string()))?;
    let (track, mut decoder, base) = track(reader.as_ref())?;
    let mut extent = Extent::new(reader.as_ref(), track);
    let mut mixer = Mixer::new(take);
    let mut start = None;
    let mut bad = 0;
    let broken = loop {
        let packet = match reader.next_packet() {
            Ok(Some(packet)) => packet,
            Ok(None) | Err(Error::ResetRequired) => break torn,
            // What came before a cut-off end is kept.
            Err(error) if ending::is_end(&error) || mixer.heard() => {
                break torn || !ending::may_just_end(reader.as_ref(), &error);
            }
            Err(error) => return Err(damaged(error.to_string())),
        };
        extent.reach(reader.as_ref(), &packet);
        if packet.track_id != track {
            continue;
        }
        // When it is heard, from the beginning of the recording.
        let at = base.map_or(0.0, |base| {
            base.calc_time_saturating(packet.pts).as_secs_f64()
        });
        let start = *start.get_or_insert(if at > LATEST_START_S { at } else { 0.0 });
        match decoder.decode(&packet) {
            Ok(sound) => {
                bad = 0;
                let rate = sound.spec().rate();
                if !mixer.wait_until(at - start, rate)? {
                    return Ok(Ending::Whole);
                }
                let channels = sound.spec().channels().count();
                let mut samples: Vec<f32> = Vec::new();
                sound.copy_to_vec_interleaved(&mut samples);
                if !mixer.add(&samples, channels, rate)? {
                    return Ok(Ending::Whole);
                }
            }
            Err(Error::IoError(_) | Error::DecodeError(_)) if bad < MOST_BAD => bad += 1,
            Err(Error::Unsupported(what)) => return Err(unknown(what)),
            Err(error) => return Err(damaged(error.to_string())),
        }
    };
    mixer.finish()?;
    Ok(extent.ending(broken))
}

/// A track's number, its decoder, and what its times count.
type Track = (u32, Box<dyn AudioDecoder>, Option<TimeBase>);

/// The track of sound to listen to, what decodes it, and what its times count.
fn track(reader: &dyn FormatReader) -> Result<Track, Failure> {
    let track = reader.default_track(TrackType::Audio);
    let track = track.ok_or_else(|| Failure::new(FailureCode::NoSound, "no track of sound"))?;
    let params = track
        .codec_params
        .as_ref()
        .and_then(|params| params.audio());
    let params = params.ok_or_else(|| unknown("the track does not say what it is"))?;
    let mut codecs = CodecRegistry::new();
    symphonia::default::register_enabled_codecs(&mut codecs);
    codecs.register_audio_decoder::<symphonia_adapter_libopus::OpusDecoder>();
    let decoder = codecs.make_audio_decoder(params, &AudioDecoderOptions::default());
    Ok((
        track.id,
        decoder.map_err(|error| unknown(&error.to_string()))?,
        track.time_base,
    ))
}

/// Brings samples to one channel and one rate, and cuts them into pieces.
struct Mixer<'t> {
    take: &'t mut dyn FnMut(Vec<i16>) -> bool,
    /// One channel at the rate of the recording, not resampled yet.
    waiting: Vec<f32>,
    resampler: Option<(u32, Fft<f32>)>,
    /// Samples the resampler gives before the first of the recording.
    lead: usize,
    piece: Vec<i16>,
    sent: usize,
    /// Seconds that were added.
    added_s: f64,
}

impl<'t> Mixer<'t> {
    fn new(take: &'t mut dyn FnMut(Vec<i16>) -> bool) -> Self {
        Self {
            take,
            waiting: Vec::new(),
            resampler: None,
            lead: 0,
            piece: Vec::with_capacity(PIECE),
            sent: 0,
            added_s: 0.0,
        }
    }

    fn heard(&self) -> bool {
        self.sent > 0 || !self.piece.is_empty() || !self.waiting.is_empty()
    }

    /// Adds silence where a recording has none of its own: sound that begins after
    /// the pictures, gaps of a phone that was busy, packets nobody can decode. So
    /// what comes after is heard at its time.
    fn wait_until(&mut self, seconds: f64, rate: u32) -> Result<bool, Failure> {
        let mut missing = seconds - self.added_s;
        if missing < SHORTEST_GAP_S || !RATES.contains(&rate) {
            return Ok(true);
        }
        let part = vec![0.0; rate as usize];
        while missing > 0.0 {
            let frames = (missing.min(1.0) * f64::from(rate)) as usize;
            if frames == 0 {
                break;
            }
            if !self.add(&part[..frames], 1, rate)? {
                return Ok(false);
            }
            missing -= 1.0;
        }
        Ok(true)
    }

    /// Adds interleaved samples; false when nobody wants more.
    fn add(&mut self, samples: &[f32], channels: usize, rate: u32) -> Result<bool, Failure> {
        if channels == 0 || !RATES.contains(&rate) {
            return Err(damaged(format!("{channels} channels at {rate} Hz")));
        }
        if rate != SOUND_RATE
            && self
                .resampler
                .as_ref()
                .is_none_or(|(from, _)| *from != rate)
        {
            let made = Fft::new(
                rate as usize,
                SOUND_RATE as usize,
                CHUNK,
                1,
                FixedSync::Input,
            );
            let made = made.map_err(|error| damaged(error.to_string()))?;
            self.lead = made.output_delay();
            self.resampler = Some((rate, made));
        }
        let frames = samples.chunks_exact(channels);
        self.added_s += frames.len() as f64 / f64::from(rate);
        let mixed = frames.map(|frame| frame.iter().sum::<f32>() / channels as f32);
        self.waiting
            .extend(mixed.map(|sample| if sample.is_finite() { sample } else { 0.0 }));
        if rate == SOUND_RATE {
            let waiting = std::mem::take(&mut self.waiting);
            return self.send(&waiting);
        }
        let mut from = 0;
        while self.waiting.len() - from >= CHUNK {
            let made = self.resample(from)?;
            from += CHUNK;
            if !self.send(&made)? {
                return Ok(false);
            }
        }
        self.waiting.drain(..from);
        Ok(true)
    }

    /// The next chunk at our rate.
    fn resample(&mut self, from: usize) -> Result<Vec<f32>, Failure> {
        let Some((_, resampler)) = &mut self.resampler else {
            return Ok(Vec::new());
        };
        let chunk = &self.waiting[from..from + CHUNK];
        let chunk = InterleavedSlice::new(chunk, 1, CHUNK).map_err(|e| damaged(e.to_string()))?;
        let made = resampler
            .process(&chunk, None)
            .map_err(|e| damaged(e.to_string()))?;
        let mut made = made.take_data();
        let early = self.lead.min(made.len());
        self.lead -= early;
        Ok(made.split_off(early))
    }

    fn send(&mut self, samples: &[f32]) -> Result<bool, Failure> {
        let whole = |sample: &f32| (sample.clamp(-1.0, 1.0) * f32::from(i16::MAX)) as i16;
        for part in samples.chunks(PIECE) {
            self.piece.extend(part.iter().map(whole));
            if self.piece.len() < PIECE {
                continue;
            }
            self.sent += self.piece.len();
            if self.sent > MAX_SOUND_S as usize * SOUND_RATE as usize {
                let detail = format!("longer than {MAX_SOUND_S} seconds");
                return Err(Failure::new(FailureCode::TooLong, detail));
            }
            let piece = std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE));
            if !(self.take)(piece) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Sends what is left.
    fn finish(mut self) -> Result<(), Failure> {
        if !self.heard() {
            return Err(Failure::new(FailureCode::NoSound, "no sample of sound"));
        }
        if self.resampler.is_some() {
            // The end, filled up with silence until the resampler has given it all.
            self.waiting.resize(2 * CHUNK, 0.0);
            for from in [0, CHUNK] {
                let made = self.resample(from)?;
                self.send(&made)?;
            }
        }
        if !self.piece.is_empty() {
            (self.take)(self.piece);
        }
        Ok(())
    }
}

/// A file whose size is asked for once. The standard library would ask the system for it
/// with a call that the sandbox does not allow.
struct Source<'f> {
    file: &'f File,
    /// None when readers shall not know it.
    bytes: Option<u64>,
    is_seekable: bool,
}

impl<'f> Source<'f> {
    fn new(mut file: &'f File) -> Result<Self, Failure> {
        let size = file.seek(SeekFrom::End(0)).and_then(|bytes| {
            file.seek(SeekFrom::Start(0))?;
            Ok(bytes)
        });
        let bytes = size.map_err(|error| damaged(error.to_string()))?;
        Ok(Self {
            file,
            bytes: Some(bytes),
            is_seekable: true,
        })
    }

    /// The same, from the beginning, of unknown size.
    fn without_length(file: &'f File, format: Format) -> Result<Self, Failure> {
        Ok(Self {
            bytes: None,
            // Other readers would look at the end for what is not there.
            is_seekable: matches!(format, Format::Mp4 | Format::Mov | Format::M4a),
            ..Self::new(file)?
        })
    }
}

impl Read for Source<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.file.read(into)
    }
}

impl Seek for Source<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = self.file.seek(to)?;
        match (to, self.bytes) {
            (SeekFrom::End(_), None) => Ok(FAR),
            _ => Ok(at),
        }
    }
}

impl MediaSource for Source<'_> {
    fn is_seekable(&self) -> bool {
        self.is_seekable
    }

    fn byte_len(&self) -> Option<u64> {
        self.bytes
    }
}

fn damaged(detail: impl Into<String>) -> Failure {
    Failure::new(FailureCode::Damaged, detail)
}

fn unknown(detail: &str) -> Failure {
    Failure::new(FailureCode::UnknownSound, detail)
}
