//! What the shelf says about files.

use std::fs::{self, File};

use bwenge::models::{Catalog, FileState, ModelKind, Shelf, fits};

use super::support::{HUB, catalog, noise, shelf};

fn with_tiny(content: &[u8]) -> (tempfile::TempDir, Shelf, Catalog) {
    let (dir, shelf) = shelf();
    let catalog = catalog(&[("model.gguf", &noise(5_000))], HUB);
    let folder = shelf.path(&catalog.models[0]);
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("model.gguf"), content).expect("a file");
    (dir, shelf, catalog)
}

#[test]
fn files_are_missing_present_or_damaged() {
    let check = |content: &[u8], expect: FileState, fault: &str| {
        let (_dir, shelf, catalog) = with_tiny(content);
        let model = &catalog.models[0];
        assert_eq!(shelf.state(model), expect);
        assert_eq!(shelf.verify(model, &mut |_| ()), expect);
        assert!(shelf.faults(model).join(";").contains(fault));
    };
    check(&noise(5_000), FileState::Present, "");
    check(
        &noise(4_999),
        FileState::Damaged,
        "4999 bytes instead of 5000",
    );
    let mut turned = noise(5_000);
    turned[2_500] ^= 1;
    check(&turned, FileState::Damaged, "SHA-256");

    let (_dir, shelf) = shelf();
    let catalog = catalog(&[("model.gguf", b"x")], HUB);
    assert_eq!(shelf.state(&catalog.models[0]), FileState::Missing);
}

#[test]
fn a_known_file_is_not_hashed_again_until_asked() {
    let (_dir, shelf, catalog) = with_tiny(&noise(5_000));
    let model = &catalog.models[0];
    assert_eq!(shelf.state(model), FileState::Present);
    // Bytes that rot under the same size and time show only when hashed.
    let path = shelf.path(model).join("model.gguf");
    let before = fs::metadata(&path)
        .and_then(|m| m.modified())
        .expect("a time");
    let mut rotten = noise(5_000);
    rotten[0] ^= 0x80;
    fs::write(&path, rotten).expect("a rotten file");
    let file = File::options().write(true).open(&path).expect("the file");
    file.set_modified(before).expect("the old time");
    assert_eq!(shelf.state(model), FileState::Present);
    let mut hashed = 0;
    assert_eq!(
        shelf.verify(model, &mut |n| hashed += n),
        FileState::Damaged
    );
    assert_eq!(hashed, 5_000);
    // From then on it is known to be bad.
    assert_eq!(shelf.state(model), FileState::Damaged);
}

#[test]
fn the_best_model_is_the_last_that_is_here_and_fits() {
    let (_dir, shelf, catalog) = with_tiny(&noise(5_000));
    let best = |memory| {
        shelf
            .best(&catalog, ModelKind::Llm, |m| fits(m, memory))
            .map(|m| m.id.as_str())
    };
    assert_eq!(best(4_000_000_000), Some("tiny"));
    assert_eq!(best(650_000_000), None);
    assert!(shelf.best(&catalog, ModelKind::Asr, |_| true).is_none());
}
