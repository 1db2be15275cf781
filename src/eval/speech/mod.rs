//! Recordings whose words are known, listened to as lessons are.

mod dataset;
mod errors;
mod normal;
mod numbers;

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use indicatif::ProgressBar;

pub use dataset::{Recording, read};
pub use errors::Errors;

use crate::error::Error;
use crate::inference::Inference;
use crate::lessons::transcribe::{Listened, listen};
use crate::types::Language;

/// Figures of one or several recordings.
#[derive(Debug, Clone, Copy, Default, serde::Serialize)]
pub struct Figures {
    /// How many recordings.
    pub recordings: u32,
    /// Errors of words.
    pub words: Errors,
    /// Errors of characters, spaces between words included.
    pub characters: Errors,
    /// Seconds of sound.
    pub audio_s: f64,
    /// Of these, seconds that were taken for speech.
    pub speech_s: f64,
    /// Seconds it took, decoding included.
    pub wall_s: f64,
}

/// What was heard in one recording.
#[derive(Debug, serde::Serialize)]
pub struct Transcript {
    /// Its name in the dataset.
    pub file: String,
    /// Sentences with the milliseconds they begin and end at.
    pub said: Vec<(u32, u32, String)>,
    /// How good it is.
    pub figures: Figures,
}

/// Figures of a language, or of all.
#[derive(Debug, serde::Serialize)]
pub struct Line {
    /// ISO 639-1, `unknown` where the dataset does not say, or `all`.
    pub language: &'static str,
    /// Errors for each word said (WER).
    pub word_error_rate: f64,
    /// Errors for each character said (CER).
    pub character_error_rate: f64,
    /// Seconds it took for each second of sound.
    pub real_time_factor: f64,
    /// What they were made from.
    pub figures: Figures,
}

/// Listens to all recordings of a dataset. `folder` is where sound is kept meanwhile.
///
/// # Errors
/// When a recording can not be read, by its name, or the speech model fails.
pub async fn measure(
    inference: &Inference,
    folder: &Path,
    recordings: &[Recording],
) -> Result<Vec<Transcript>> {
    if recordings.iter().any(|recording| recording.heard.is_none()) {
        // Has the model loaded before anything is timed.
        let nothing = inference.transcribe(&[], None).await;
        nothing.map_err(Error::into_anyhow)?;
    }
    let progress = ProgressBar::new(recordings.len() as u64);
    let mut transcripts = Vec::new();
    for recording in recordings {
        transcripts.push(one(inference, folder, recording).await?);
        progress.inc(1);
    }
    progress.finish_and_clear();
    Ok(transcripts)
}

async fn one(inference: &Inference, folder: &Path, recording: &Recording) -> Result<Transcript> {
    if let Some(heard) = &recording.heard {
        return Ok(judged(recording, vec![(0, 0, heard.clone())]));
    }
    let name = &recording.name;
    let file = File::open(&recording.path).with_context(|| format!("opening {name}"))?;
    #[expect(clippy::disallowed_methods, reason = "measures how long it takes")]
    let since = Instant::now();
    let listened = listen(
        inference,
        folder,
        file,
        recording.format,
        recording.language,
    )
    .await;
    let wall_s = since.elapsed().as_secs_f64();
    let listened: Listened = match listened.map_err(Error::into_anyhow)? {
        Ok(listened) => listened,
        Err(failure) => bail!("{name}: {} ({})", failure.detail, failure.code.as_str()),
    };
    let stretches = listened.stretches.iter();
    let speech_ms: u32 = stretches.map(|time| time.end_ms - time.start_ms).sum();
    let document = listened.document;
    let said = document.anchors.iter().zip(document.blocks);
    let said = said.filter_map(|(anchor, block)| {
        let time = anchor.time?;
        Some((time.start_ms, time.end_ms, block.text))
    });
    let mut transcript = judged(recording, said.collect());
    transcript.figures.audio_s = f64::from(listened.length_ms) / 1000.0;
    transcript.figures.speech_s = f64::from(speech_ms) / 1000.0;
    transcript.figures.wall_s = wall_s;
    Ok(transcript)
}

/// How good what was heard is; it took no time.
fn judged(recording: &Recording, said: Vec<(u32, u32, String)>) -> Transcript {
    let heard: Vec<&str> = said.iter().map(|(_, _, text)| text.as_str()).collect();
    let heard = normal::words(&heard.join(" "), recording.language);
    let wanted = normal::words(&recording.text, recording.language);
    let characters = |words: &[String]| words.join(" ").chars().collect::<Vec<_>>();
    Transcript {
        file: recording.name.clone(),
        said,
        figures: Figures {
            recordings: 1,
            words: Errors::between(&wanted, &heard),
            characters: Errors::between(&characters(&wanted), &characters(&heard)),
            ..Figures::default()
        },
    }
}

/// Figures by language, and of all.
pub fn summary(recordings: &[Recording], transcripts: &[Transcript]) -> Vec<Line> {
    let mut by: BTreeMap<&'static str, Figures> = BTreeMap::new();
    let mut all = Figures::default();
    for (recording, transcript) in recordings.iter().zip(transcripts) {
        let language = recording.language.map_or("unknown", Language::as_str);
        by.entry(language).or_default().add(&transcript.figures);
        all.add(&transcript.figures);
    }
    by.into_iter().chain([("all", all)]).map(line).collect()
}

fn line((language, figures): (&'static str, Figures)) -> Line {
    Line {
        language,
        word_error_rate: figures.words.rate(),
        character_error_rate: figures.characters.rate(),
        real_time_factor: figures.wall_s / figures.audio_s.max(0.001),
        figures,
    }
}

impl Figures {
    fn add(&mut self, other: &Self) {
        self.recordings += other.recordings;
        self.words = self.words.plus(other.words);
        self.characters = self.characters.plus(other.characters);
        self.audio_s += other.audio_s;
        self.speech_s += other.speech_s;
        self.wall_s += other.wall_s;
    }
}
