//! Small catalogues, files and wheels for tests.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use bwenge::blobs::BlobHash;
use bwenge::cli::models::{Options, Report, pull};
use bwenge::models::{Catalog, Shelf};
use tempfile::TempDir;
use zip::write::SimpleFileOptions;

/// `length` bytes that differ everywhere, the same in every run.
pub fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9u32;
    std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    })
    .take(length)
    .collect()
}

/// A catalogue of one language model `tiny` with these files and source tables.
pub fn catalog(files: &[(&str, &[u8])], sources: &str) -> Catalog {
    let files: Vec<String> = files
        .iter()
        .map(|(name, bytes)| {
            let (size, sha256) = (bytes.len(), BlobHash::of(bytes));
            format!(r#"{{ name = "{name}", size = {size}, sha256 = "{sha256}" }}"#)
        })
        .collect();
    let text = format!(
        r#"
        packs = []
        [[models]]
        id = "tiny"
        kind = "llm"
        architecture = "none"
        licence = "Apache-2.0"
        languages = ["en"]
        ram_bytes = 100_000_000
        files = [{}]
        {sources}
        "#,
        files.join(", ")
    );
    Catalog::parse(&text).expect("the catalogue of a test is sound")
}

/// The table of a hub source that takes `model.gguf`.
pub const HUB: &str = r#"
    [[models.sources]]
    from = "hub"
    repository = "school/tiny"
    revision = "main"
    take = [{ file = "model.gguf", member = "files/tiny.gguf" }]
"#;

/// An empty shelf and the folder it is in.
pub fn shelf() -> (TempDir, Shelf) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let shelf = Shelf::new(dir.path().join("models"));
    (dir, shelf)
}

/// Pulls `tiny`; the error as text.
pub fn pull_tiny(catalog: &Catalog, shelf: &Shelf, options: &Options) -> Result<(), String> {
    pull(
        catalog,
        shelf,
        &["tiny".to_owned()],
        options,
        &Report::quiet(),
    )
    .map_err(|e| format!("{e:#}"))
}

/// The content of a file of `tiny` on the shelf.
pub fn placed(shelf: &Shelf, name: &str) -> Option<Vec<u8>> {
    std::fs::read(shelf.dir().join("tiny").join(name)).ok()
}

/// Writes a wheel that pip accepts, with `members` in it.
pub fn wheel(folder: &Path, name: &str, members: &[(&str, &[u8])]) -> PathBuf {
    let module = name.replace('-', "_");
    let path = folder.join(format!("{module}-1.0-py3-none-any.whl"));
    let info = format!("{module}-1.0.dist-info");
    let metadata = format!("Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n");
    let about = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n";
    let mut archive = zip::ZipWriter::new(File::create(&path).expect("a wheel"));
    let mut add = |name: &str, bytes: &[u8]| {
        archive
            .start_file(name, SimpleFileOptions::default())
            .expect("a member");
        archive.write_all(bytes).expect("its bytes");
    };
    for (member, bytes) in members {
        add(&format!("{module}/{member}"), bytes);
    }
    add(&format!("{info}/METADATA"), metadata.as_bytes());
    add(&format!("{info}/WHEEL"), about.as_bytes());
    add(&format!("{info}/RECORD"), b"");
    archive.finish().expect("a whole wheel");
    path
}
