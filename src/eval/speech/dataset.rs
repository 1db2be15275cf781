//! Recordings whose words are known, as files.
//!
//! A folder with `recordings.jsonl`: on each line `file` (its name in the folder),
//! `text` (what is said) and, where somebody says so, `language`. With `heard`, what
//! another program made of it, that is judged by the same rules and nobody listens.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::eval::dataset::lines;
use crate::inference::document::Format;
use crate::types::Language;

/// The list of recordings.
const LIST: &str = "recordings.jsonl";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    file: String,
    language: Option<Language>,
    text: String,
    heard: Option<String>,
}

/// A recording and what is said in it.
#[derive(Debug)]
pub struct Recording {
    /// Its name in the dataset.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// What it is.
    pub format: Format,
    /// What a teacher would say is spoken.
    pub language: Option<Language>,
    /// What is said.
    pub text: String,
    /// What another program heard.
    pub heard: Option<String>,
}

/// Reads the list of a folder.
///
/// # Errors
/// When the list or a file is missing, a line is malformed, a file is no recording
/// or somebody is said to say nothing; with the name or the line.
pub fn read(folder: &Path) -> Result<Vec<Recording>> {
    let list: Vec<Line> = lines(&folder.join(LIST))?;
    ensure!(!list.is_empty(), "no recordings in {}", folder.display());
    list.into_iter()
        .map(|line| recording(folder, line))
        .collect()
}

fn recording(folder: &Path, line: Line) -> Result<Recording> {
    let name = line.file;
    let format = Format::from_name(&name).filter(|format| format.is_media());
    let format = format.with_context(|| format!("{name}: no kind of recording ends like this"))?;
    let path = folder.join(&name);
    ensure!(path.is_file(), "{name}: there is no such file");
    ensure!(!line.text.trim().is_empty(), "{name}: nothing is said");
    Ok(Recording {
        name,
        path,
        format,
        language: line.language,
        text: line.text,
        heard: line.heard,
    })
}
