//! The folder of model files on this box.
//!
//! Hashing a gigabyte takes seconds, too long for every start. So a file that
//! was hashed once is remembered in a small marker with its size and time of
//! change; as long as both stand, the hash is taken to stand too. A file
//! without a mark (copied there by hand) is hashed at the first look.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};

use super::{Catalog, Model, ModelFile, ModelKind, hash_file};
use crate::blobs::{self, BlobHash};
use crate::error::Error;

/// Whether a model can be loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileState {
    /// At least one file is not there.
    Missing,
    /// Every file is there with a hash of the catalogue.
    Present,
    /// A file is there with other bytes than the catalogue knows.
    Damaged,
}

/// The folder of models: `<dir>/<model id>/<file>`.
#[derive(Debug, Clone)]
pub struct Shelf {
    dir: PathBuf,
}

/// What is known of hashed files of one model.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
struct Marker {
    files: Vec<Mark>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Mark {
    name: String,
    size: u64,
    /// Nanoseconds since 1970.
    changed: u64,
    sha256: BlobHash,
}

const MARKER: &str = ".verified.json";

impl Shelf {
    /// The shelf in `dir`, which need not exist.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into() }
    }

    /// The folder of all models.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The folder of one model.
    pub fn path(&self, model: &Model) -> PathBuf {
        self.dir.join(&model.id)
    }

    /// Whether the model can be loaded. Fast for files hashed before; blocks
    /// for seconds when a large one has to be hashed first.
    pub fn state(&self, model: &Model) -> FileState {
        let known = self.marker(model);
        self.look(model, &known, &mut |_| ()).0
    }

    /// [`Shelf::state`] after hashing every file again, whatever is remembered.
    /// `progress` is told the bytes hashed.
    pub fn verify(&self, model: &Model, progress: &mut dyn FnMut(u64)) -> FileState {
        self.look(model, &Marker::default(), progress).0
    }

    /// The files of the model that are missing or wrong, with what is wrong.
    pub fn faults(&self, model: &Model) -> Vec<String> {
        let known = self.marker(model);
        self.look(model, &known, &mut |_| ()).1
    }

    /// The best model of a kind that is there and of which `fits` says yes: the
    /// last in the catalogue.
    pub fn best<'c>(
        &self,
        catalog: &'c Catalog,
        kind: ModelKind,
        fits: impl Fn(&Model) -> bool,
    ) -> Option<&'c Model> {
        catalog
            .models
            .iter()
            .rev()
            .filter(|m| m.kind == kind && fits(m))
            .find(|m| self.state(m) == FileState::Present)
    }

    /// Checks the finished files in `folder`, on the same file system, and
    /// moves them into their place.
    ///
    /// # Errors
    /// A file is missing or its hash is not in the catalogue; then nothing moved.
    pub fn adopt(&self, model: &Model, folder: &Path) -> anyhow::Result<()> {
        let mut marker = Marker::default();
        for file in &model.files {
            let path = folder.join(&file.name);
            match check(file, &path, &Marker::default(), &mut |_| ())? {
                Some(mark) => marker.files.push(mark),
                None => bail!("{} is missing", file.name),
            }
        }
        let place = self.path(model);
        fs::create_dir_all(&place).with_context(|| format!("creating {}", place.display()))?;
        for file in &model.files {
            blobs::durable_rename(&folder.join(&file.name), &place.join(&file.name))
                .map_err(Error::into_anyhow)?;
        }
        // A rename keeps the time of change, so the marks stand in the new place.
        self.remember(model, &marker);
        Ok(())
    }

    fn look(
        &self,
        model: &Model,
        known: &Marker,
        progress: &mut dyn FnMut(u64),
    ) -> (FileState, Vec<String>) {
        let mut state = FileState::Present;
        let mut faults = Vec::new();
        let mut marker = Marker::default();
        for file in &model.files {
            let path = self.path(model).join(&file.name);
            match check(file, &path, known, progress) {
                Ok(Some(mark)) => marker.files.push(mark),
                Ok(None) => {
                    faults.push(format!("{} is missing", file.name));
                    state = FileState::Missing;
                }
                Err(error) => {
                    faults.push(format!("{error:#}"));
                    if state == FileState::Present {
                        state = FileState::Damaged;
                    }
                }
            }
        }
        // Compared with the disk, not with what was taken for known: a file that
        // turned out rotten must lose its mark.
        if marker != self.marker(model) {
            self.remember(model, &marker);
        }
        (state, faults)
    }

    fn marker(&self, model: &Model) -> Marker {
        let text = fs::read(self.path(model).join(MARKER)).unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_default()
    }

    /// A shelf on a read-only medium stays without marks; that only costs time.
    fn remember(&self, model: &Model, marker: &Marker) {
        let folder = self.path(model);
        if !folder.is_dir() {
            return;
        }
        let written = blobs::durable_replace(&folder.join(MARKER), |file| {
            file.write_all(&serde_json::to_vec(marker)?)?;
            Ok(())
        });
        if let Err(error) = written {
            tracing::debug!(model = model.id, error = %error, "model mark not kept");
        }
    }
}

/// The mark of a good file, or `None` when there is no file.
fn check(
    file: &ModelFile,
    path: &Path,
    known: &Marker,
    progress: &mut dyn FnMut(u64),
) -> anyhow::Result<Option<Mark>> {
    let metadata = match fs::metadata(path) {
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
        other => other.with_context(|| format!("looking at {}", path.display()))?,
    };
    let size = metadata.len();
    if size != file.size {
        bail!("{} has {size} bytes instead of {}", file.name, file.size);
    }
    let changed = metadata
        .modified()?
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let changed = u64::try_from(changed.as_nanos()).unwrap_or(u64::MAX);
    let marked = known
        .files
        .iter()
        .find(|m| m.name == file.name && m.size == size && m.changed == changed);
    let sha256 = match marked {
        Some(mark) => mark.sha256,
        None => hash_file(path, progress)?,
    };
    if sha256 != file.sha256 {
        bail!(
            "{} is not the file of the catalogue: its SHA-256 is {sha256}, expected {}",
            file.name,
            file.sha256
        );
    }
    Ok(Some(Mark {
        name: file.name.clone(),
        size,
        changed,
        sha256,
    }))
}
