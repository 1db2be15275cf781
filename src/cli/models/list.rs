//! `bwenge models list`: every known model, and whether this box has and fits it.

use std::io::{self, Write};

use indicatif::DecimalBytes;

use crate::models::{Catalog, FileState, Model, Shelf, fits, total_memory};

const HEADINGS: [&str; 8] = [
    "model",
    "kind",
    "state",
    "size",
    "memory",
    "fits",
    "licence",
    "languages",
];

/// Prints the models and packs to standard output.
pub fn list(catalog: &Catalog, shelf: &Shelf) -> anyhow::Result<()> {
    let memory = total_memory();
    let rows: Vec<[String; 8]> = std::iter::once(HEADINGS.map(str::to_owned))
        .chain(catalog.models.iter().map(|model| row(model, shelf, memory)))
        .collect();
    let widths: [usize; 8] =
        std::array::from_fn(|n| rows.iter().map(|r| r[n].len()).max().unwrap_or(0));
    let mut out = io::stdout().lock();
    for row in &rows {
        let cells: Vec<String> = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        writeln!(out, "{}", cells.join("  ").trim_end())?;
    }
    writeln!(out)?;
    for pack in &catalog.packs {
        writeln!(
            out,
            "pack {}: {} ({})",
            pack.name,
            pack.about,
            pack.models.join(", ")
        )?;
    }
    writeln!(out, "in {}", shelf.dir().display())?;
    Ok(())
}

fn row(model: &Model, shelf: &Shelf, memory: Option<u64>) -> [String; 8] {
    let state = match shelf.state(model) {
        FileState::Missing => "missing",
        FileState::Present => "present",
        FileState::Damaged => "damaged",
    };
    let fits = match memory {
        None => "?",
        Some(total) if fits(model, total) => "yes",
        Some(_) => "no",
    };
    [
        model.id.clone(),
        model.kind.as_str().to_owned(),
        state.to_owned(),
        DecimalBytes(model.size()).to_string(),
        DecimalBytes(model.ram_bytes).to_string(),
        fits.to_owned(),
        model.licence.clone(),
        model.languages.join(" "),
    ]
}
