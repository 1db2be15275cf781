//! The real program with real models, and things going wrong: workers die,
//! the power fails, the box is told to stop.

mod choosing;
mod kills;
mod power;
mod stopping;
mod uploading;
mod workers;

use std::path::Path;

use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

use crate::engines::models_dir;
use crate::support::server::Server;

const MODELS: [&str; 4] = [
    "--llm",
    "smollm2-135m-instruct-q4_1",
    "--embed",
    "all-minilm-l6-v2",
];

/// A box with a small language model and a small embedding model.
async fn with_models(data: &TempDir) -> Server {
    Server::start(data.path(), &models_dir(), &MODELS).await
}

/// A box that has no model at all, for what needs none.
async fn without_models(data: &TempDir) -> Server {
    let none = data.path().join("no-models");
    std::fs::create_dir_all(&none).unwrap();
    Server::start(data.path(), &none, &[]).await
}

/// Opens a database of a box that does not run.
fn database(data: &TempDir, name: &str) -> Connection {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE;
    Connection::open_with_flags(data.path().join(name), flags).unwrap()
}

/// One number from a database of a box that does not run.
fn number(data: &TempDir, name: &str, sql: &str) -> i64 {
    let row = database(data, name).query_row(sql, [], |row| row.get(0));
    row.unwrap_or_else(|e| panic!("{sql}: {e}"))
}

/// The files below a folder.
fn files(folder: &Path) -> usize {
    let entries = walkdir::WalkDir::new(folder).into_iter();
    entries
        .filter(|e| e.as_ref().unwrap().file_type().is_file())
        .count()
}
