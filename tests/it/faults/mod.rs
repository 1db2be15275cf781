//! The real program with real models, and things going wrong: workers die,
//! the power fails, the box is told to stop.

mod choosing;
mod cuts;
mod full;
mod kills;
mod people;
mod power;
mod sticks;
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

/// Random numbers that can be had again from their seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) % end
    }
}

/// How often something is to go wrong: `few` unless the environment says more.
fn times(variable: &str, few: usize) -> usize {
    #[expect(
        clippy::disallowed_methods,
        reason = "tests have no configuration to read it from"
    )]
    let wanted = std::env::var(variable);
    wanted.map_or(few, |number| number.parse().expect("a number"))
}

/// A box with a small language model and a small embedding model.
async fn with_models(data: &TempDir) -> Server {
    Server::start(data.path(), &models_dir(), &MODELS).await
}

/// A box that has no model at all, for what needs none.
async fn without_models(data: impl AsRef<Path>) -> Server {
    let none = data.as_ref().join("no-models");
    std::fs::create_dir_all(&none).unwrap();
    Server::start(data.as_ref(), &none, &[]).await
}

/// Opens a database of a box.
pub fn database(data: impl AsRef<Path>, name: &str) -> Connection {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE;
    Connection::open_with_flags(data.as_ref().join(name), flags).unwrap()
}

/// One number from a database of a box that does not run.
pub fn number(data: &TempDir, name: &str, sql: &str) -> i64 {
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
