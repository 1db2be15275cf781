//! `bwenge models verify`: hash the files again, whatever is remembered of them.

use super::Report;
use crate::models::{Catalog, FileState, Model, Shelf};

/// Checks the named packs and models, or all that are here. Answers whether
/// every one of them can be used.
pub fn verify(
    catalog: &Catalog,
    shelf: &Shelf,
    names: &[String],
    report: &Report,
) -> anyhow::Result<bool> {
    let models: Vec<&Model> = if names.is_empty() {
        catalog
            .models
            .iter()
            .filter(|m| shelf.path(m).is_dir())
            .collect()
    } else {
        catalog.resolve(names)?
    };
    let mut good = true;
    for model in models {
        let bar = report.bytes(&model.id, model.size());
        let state = shelf.verify(model, &mut |n| bar.advance(n));
        bar.finish();
        match state {
            FileState::Present => println!("{}: good", model.id),
            FileState::Missing | FileState::Damaged => {
                good = false;
                println!("{}: {}", model.id, shelf.faults(model).join("; "));
            }
        }
    }
    Ok(good)
}
