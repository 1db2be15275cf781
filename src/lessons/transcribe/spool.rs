//! The sound of one recording on disk while it is transcribed.

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::path::Path;

use super::windows::{FRAME, FRAME_MS, Window, gap_ms};
use crate::blobs::storing;
use crate::error::Result;
use crate::inference::document::SOUND_RATE;

/// Bars of the picture below the player.
const BARS: usize = 400;

/// 16 kHz samples of one channel in a file without a name: it is gone when the job
/// or the box ends, however that happens.
pub struct Spool {
    file: File,
    samples: u64,
    /// Loudness of each frame.
    frames: Vec<f32>,
    /// Samples of the frame that is not full, as the sum of their squares.
    open: (f64, usize),
}

impl Spool {
    /// An empty one on the disk of `folder`.
    pub fn new(folder: &Path) -> Result<Self> {
        let file = tempfile::tempfile_in(folder);
        Ok(Self {
            file: file.map_err(|e| storing(e, "starting a recording"))?,
            samples: 0,
            frames: Vec::new(),
            open: (0.0, 0),
        })
    }

    /// Appends samples.
    pub fn add(&mut self, samples: &[i16]) -> Result<()> {
        let bytes: Vec<u8> = samples.iter().flat_map(|s| s.to_le_bytes()).collect();
        let written = self.file.write_all(&bytes);
        written.map_err(|e| storing(e, "writing a recording"))?;
        self.samples += samples.len() as u64;
        for sample in samples {
            let value = f64::from(*sample) / 32768.0;
            self.open.0 += value * value;
            self.open.1 += 1;
            if self.open.1 == FRAME {
                self.frames.push((self.open.0 / FRAME as f64).sqrt() as f32);
                self.open = (0.0, 0);
            }
        }
        Ok(())
    }

    /// Loudness (root mean square, 0..1) of each [`FRAME`].
    pub fn frames(&self) -> &[f32] {
        &self.frames
    }

    /// Length of the recording.
    pub fn length_ms(&self) -> u32 {
        u32::try_from(self.samples * 1000 / u64::from(SOUND_RATE)).unwrap_or(u32::MAX)
    }

    /// The loudest of each part of the recording, as ears tell loudness: 0 for 60 dB
    /// below the loudest there is, 255 for that.
    pub fn loudness(&self) -> Vec<u8> {
        let each = self.frames.len().div_ceil(BARS).max(1);
        let loudest = |part: &[f32]| part.iter().copied().fold(0.0, f32::max);
        let decibels = |level: f32| 20.0 * level.max(1e-6).log10();
        let bar = |level: f32| ((decibels(level) + 60.0).clamp(0.0, 60.0) / 60.0 * 255.0) as u8;
        self.frames
            .chunks(each)
            .map(|part| bar(loudest(part)))
            .collect()
    }

    /// The samples of a window: its stretches of speech with short pauses between.
    pub fn read(&self, window: &Window) -> Result<Vec<i16>> {
        let mut samples = Vec::new();
        let mut before = None;
        for time in window.stretches() {
            let gap = before.map_or(0, |before| gap_ms(before, time));
            let silence = gap as usize * SOUND_RATE as usize / 1000;
            samples.extend(std::iter::repeat_n(0, silence));
            before = Some(time);
            let place = |ms: u32| (u64::from(ms) * u64::from(SOUND_RATE) / 1000).min(self.samples);
            let (from, to) = (place(time.start_ms), place(time.end_ms));
            let mut bytes = vec![0; usize::try_from((to - from) * 2).unwrap_or(0)];
            let read = self.file.read_exact_at(&mut bytes, from * 2);
            read.map_err(|e| storing(e, "reading a recording"))?;
            let pairs = bytes.as_chunks::<2>().0.iter();
            samples.extend(pairs.map(|pair| i16::from_le_bytes(*pair)));
        }
        Ok(samples)
    }
}

const _: () = assert!(FRAME as u32 * 1000 == FRAME_MS * SOUND_RATE);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sound_comes_back_as_it_was_put_in() {
        let folder = tempfile::tempdir().unwrap();
        let mut spool = Spool::new(folder.path()).unwrap();
        // A second of silence, a loud one, silence again; in uneven pieces.
        let mut sound = vec![0_i16; 16_000];
        sound.extend([20_000; 16_000]);
        sound.extend([0; 16_000]);
        for piece in sound.chunks(7001) {
            spool.add(piece).unwrap();
        }
        assert_eq!(spool.length_ms(), 3000);
        assert_eq!(spool.frames().len(), 100);
        let loudness = spool.loudness();
        assert_eq!((loudness[0], loudness[99]), (0, 0));
        assert!(loudness[50] > 200, "{loudness:?}");
        let windows = super::super::windows::plan(spool.frames());
        assert_eq!(windows.len(), 1);
        let heard = spool.read(&windows[0]).unwrap();
        assert_eq!(
            heard.iter().filter(|sample| **sample == 20_000).count(),
            16_000
        );
        assert!(std::fs::read_dir(folder.path()).unwrap().next().is_none());
    }
}
