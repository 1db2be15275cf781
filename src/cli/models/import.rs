//! `bwenge models import`: the same files from a folder or a USB stick.
//!
//! Names do not matter, hashes decide: a file whose SHA-256 stands in the
//! catalogue is taken, everything else is left alone. Files are copied first
//! and the copies are checked, because a stick may read differently twice.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::staging::{self, Staging};
use super::{Report, space};
use crate::models::{Catalog, FileState, Model, Shelf, copy_hashing, hash_file};

/// How deep folders are looked through.
const DEPTH: u32 = 5;

/// Takes every model found whole in `from`, a file or folder.
///
/// # Errors
/// Nothing in `from` is a file of the catalogue, or a file can not be copied.
pub fn import(
    catalog: &Catalog,
    shelf: &Shelf,
    from: &Path,
    report: &Report,
) -> anyhow::Result<()> {
    let mut candidates = Vec::new();
    let metadata = fs::metadata(from).with_context(|| format!("reading {}", from.display()))?;
    if metadata.is_dir() {
        collect(from, DEPTH, &mut candidates)?;
    } else {
        candidates.push((from.to_owned(), metadata.len()));
    }
    let found = recognise(catalog, &candidates, report)?;
    if found.is_empty() {
        bail!(
            "{} holds no file of the catalogue; files with other hashes are never loaded",
            from.display()
        );
    }
    let staging = Staging::open(shelf, report)?;
    for model in &catalog.models {
        let files: Vec<&Find> = found.iter().filter(|f| f.model == model.id).collect();
        if !files.is_empty() {
            take(model, &files, shelf, &staging, report)?;
        }
    }
    Ok(())
}

struct Find {
    model: String,
    name: String,
    path: PathBuf,
    size: u64,
}

fn collect(folder: &Path, depth: u32, found: &mut Vec<(PathBuf, u64)>) -> anyhow::Result<()> {
    let named = || format!("reading {}", folder.display());
    for entry in fs::read_dir(folder).with_context(named)? {
        let entry = entry.with_context(named)?;
        let kind = entry.file_type().with_context(named)?;
        if kind.is_dir() && depth > 0 {
            collect(&entry.path(), depth - 1, found)?;
        } else if kind.is_file() {
            found.push((entry.path(), entry.metadata().with_context(named)?.len()));
        }
    }
    Ok(())
}

/// Hashes the files whose size stands in the catalogue.
fn recognise(
    catalog: &Catalog,
    candidates: &[(PathBuf, u64)],
    report: &Report,
) -> anyhow::Result<Vec<Find>> {
    let mut found = Vec::new();
    for (path, size) in candidates {
        let files = || {
            let all = catalog
                .models
                .iter()
                .flat_map(|m| m.files.iter().map(move |f| (m, f)));
            all.filter(|(_, f)| f.size == *size)
        };
        if files().next().is_none() {
            continue;
        }
        let bar = report.bytes(&path.display().to_string(), *size);
        let hash = hash_file(path, &mut |n| bar.advance(n));
        bar.finish();
        let hash = hash?;
        for (model, file) in files().filter(|(_, f)| f.sha256 == hash) {
            found.push(Find {
                model: model.id.clone(),
                name: file.name.clone(),
                path: path.clone(),
                size: *size,
            });
        }
    }
    Ok(found)
}

fn take(
    model: &Model,
    files: &[&Find],
    shelf: &Shelf,
    staging: &Staging,
    report: &Report,
) -> anyhow::Result<()> {
    if shelf.state(model) == FileState::Present {
        report.line(&format!("{}: already here", model.id));
        return Ok(());
    }
    let absent: Vec<&str> = model
        .files
        .iter()
        .map(|f| f.name.as_str())
        .filter(|name| !files.iter().any(|f| f.name == *name))
        .collect();
    if !absent.is_empty() {
        report.line(&format!(
            "{}: left out, {} not found",
            model.id,
            absent.join(", ")
        ));
        return Ok(());
    }
    space::ensure(shelf.dir(), files.iter().map(|f| f.size).sum())?;
    let folder = staging.of(model, "import")?;
    for find in files {
        let named = || format!("reading {}", find.path.display());
        let mut file = File::open(&find.path).with_context(named)?;
        let bar = report.bytes(&find.name, find.size);
        staging::write(&folder.join(&find.name), |out| {
            copy_hashing(&mut file, out, &mut |n| bar.advance(n)).with_context(named)?;
            Ok(())
        })?;
        bar.finish();
    }
    shelf.adopt(model, &folder)?;
    staging.clear(model)?;
    report.line(&format!(
        "{}: ready in {}",
        model.id,
        shelf.path(model).display()
    ));
    Ok(())
}
