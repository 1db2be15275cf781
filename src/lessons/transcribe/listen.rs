//! A recording from its file to its sentences, with the box's engines and nothing
//! else: the steps that the job and `bwenge eval` share.

use std::fs::File;
use std::path::Path;

use super::spool::Spool;
use super::transcript;
use super::windows::{self, Window};
use crate::error::Result;
use crate::inference::document::{Document, Format, Span};
use crate::inference::{DocumentFailure, Heard, Inference};
use crate::types::Language;

/// Words from which the language of a window is believed of the next ones.
const SURE_FROM: usize = 8;

/// A recording that is listened to, window by window.
pub struct Listening<'a> {
    inference: &'a Inference,
    spool: &'a Spool,
    /// What is spoken, once that is known.
    language: Option<String>,
    heard: Vec<Heard>,
}

impl<'a> Listening<'a> {
    /// Nothing was heard yet; `language` is what somebody says is spoken.
    pub fn new(inference: &'a Inference, spool: &'a Spool, language: Option<Language>) -> Self {
        Self {
            inference,
            spool,
            language: language.and_then(spoken),
            heard: Vec::new(),
        }
    }

    /// What is said in a window, at its times in the recording.
    ///
    /// # Errors
    /// Those of the speech model, and of a file that can not be read.
    pub async fn hear(&self, window: &Window) -> Result<Heard> {
        let samples = self.spool.read(window)?;
        let language = self.language.clone();
        let heard = self.inference.transcribe(&samples, language).await?;
        Ok(window.in_place(heard))
    }

    /// Takes in what was heard in the next window, now or before.
    pub fn take(&mut self, heard: Heard) {
        let words = heard.said.iter().map(|said| said.text.split_whitespace());
        if self.language.is_none() && words.map(Iterator::count).sum::<usize>() >= SURE_FROM {
            self.language.clone_from(&heard.language);
        }
        self.heard.push(heard);
    }

    /// What was heard in all windows.
    pub fn heard(self) -> Vec<Heard> {
        self.heard
    }
}

/// What became of a recording.
#[derive(Debug)]
pub struct Listened {
    /// Its text as lessons keep it; without blocks where nobody speaks.
    pub document: Document,
    /// Its length.
    pub length_ms: u32,
    /// The stretches that were listened to.
    pub stretches: Vec<Span>,
}

/// Decodes a recording and listens to all of it. `folder` is on the disk where its
/// sound may be kept meanwhile.
///
/// # Errors
/// Those of the children and of the disk; inside, why the file can not be decoded.
pub async fn listen(
    inference: &Inference,
    folder: &Path,
    file: File,
    format: Format,
    language: Option<Language>,
) -> Result<std::result::Result<Listened, DocumentFailure>> {
    let mut spool = Spool::new(folder)?;
    let read = inference.read_sound(file, format, |samples| spool.add(samples));
    let ending = match read.await? {
        Ok(ending) => ending,
        Err(failure) => return Ok(Err(failure)),
    };
    let windows = windows::plan(spool.frames());
    let mut listening = Listening::new(inference, &spool, language);
    for window in &windows {
        let heard = listening.hear(window).await?;
        listening.take(heard);
    }
    let stretches = windows.iter().flat_map(Window::stretches).copied();
    Ok(Ok(Listened {
        document: transcript::document(&listening.heard(), language, ending),
        length_ms: spool.length_ms(),
        stretches: stretches.collect(),
    }))
}

/// What the speech model is told, of languages it knows. It does not know
/// Kinyarwanda and writes what comes nearest.
fn spoken(language: Language) -> Option<String> {
    (language != Language::Kinyarwanda).then(|| language.as_str().to_owned())
}
