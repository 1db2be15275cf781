//! Questions whose answers are known, as files.
//!
//! A folder with `passages.jsonl` (`id`, `title`, `text`) and one or more
//! `queries*.jsonl` (`id`, `split`, `passage`, and the question under the
//! English names of its languages). That is the shape of AfriQA as we keep it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// A passage of the dataset.
#[derive(Debug, Deserialize)]
pub struct Passage {
    /// Its number.
    pub id: u64,
    /// Title of the article it is from, where it has one.
    pub title: Option<String>,
    /// Its text.
    pub text: String,
}

/// A question, in the languages it was asked in.
#[derive(Debug, Deserialize)]
pub struct Query {
    /// Its name.
    pub id: String,
    /// `train`, `dev` or `test`.
    pub split: String,
    /// The passage that answers it.
    pub passage: u64,
    /// Everything else; the languages among it are the question.
    #[serde(flatten)]
    pub fields: BTreeMap<String, serde_json::Value>,
}

/// Languages a question may be given in.
pub const LANGUAGES: [&str; 4] = ["kinyarwanda", "english", "french", "swahili"];

impl Query {
    /// The question in a language, if it was asked in it.
    pub fn text(&self, language: &str) -> Option<&str> {
        self.fields.get(language)?.as_str()
    }
}

/// A dataset in memory.
#[derive(Debug)]
pub struct Dataset {
    /// All passages, those that answer nothing included.
    pub passages: Vec<Passage>,
    /// All questions.
    pub queries: Vec<Query>,
}

impl Dataset {
    /// Reads the dataset of a folder.
    ///
    /// # Errors
    /// When a file is missing or a line is malformed, with its number; when a
    /// question's passage is not there.
    pub fn read(folder: &Path) -> Result<Self> {
        let passages: Vec<Passage> = lines(&folder.join("passages.jsonl"))?;
        let mut queries: Vec<Query> = Vec::new();
        let files = std::fs::read_dir(folder).context(format!("reading {}", folder.display()))?;
        let mut files: Vec<_> = files.flatten().map(|file| file.path()).collect();
        files.sort();
        for file in files {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with("queries") && name.ends_with(".jsonl") {
                queries.extend(lines::<Query>(&file)?);
            }
        }
        ensure!(!queries.is_empty(), "no queries in {}", folder.display());
        let known: std::collections::HashSet<u64> = passages.iter().map(|p| p.id).collect();
        ensure!(known.len() == passages.len(), "two passages have one id");
        for query in &queries {
            let id = &query.id;
            ensure!(
                known.contains(&query.passage),
                "{id}: no passage {}",
                query.passage
            );
        }
        Ok(Self { passages, queries })
    }
}

/// The lines of a file, each parsed.
pub(super) fn lines<T: DeserializeOwned>(file: &Path) -> Result<Vec<T>> {
    let read = File::open(file).with_context(|| format!("opening {}", file.display()))?;
    let lines = BufReader::new(read).lines().enumerate();
    lines
        .map(|(n, line)| {
            let at = || format!("{}, line {}", file.display(), n + 1);
            let line = line.with_context(at)?;
            serde_json::from_str(&line)
                // Python writes NaN for what is missing, which is no JSON.
                .or_else(|_| serde_json::from_str(&line.replace(": NaN", ": null")))
                .with_context(at)
        })
        .collect()
}
