//! How a child comes to life: as a process with pipes, or as a fake of one.

use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::Child;

use super::super::fake::FakeEngine;
use super::super::link::{FromChild, ToChild};
use super::super::process::Spawner;
use crate::error::Result;

/// Longest line taken from a child's stderr, in bytes.
const LONGEST_LINE: u64 = 4096;

/// How children come to life.
#[derive(Clone)]
pub enum Launcher {
    /// As processes of this binary.
    Process(Spawner),
    /// As tasks that speak the same frames; for tests only.
    Fake(FakeEngine),
}

/// A child's pipes, and the process unless it is a fake.
pub struct Launched {
    /// Its stdin.
    pub to: ToChild,
    /// Its stdout.
    pub from: FromChild,
    /// The process; dropping it kills it.
    pub process: Option<Child>,
}

impl Launcher {
    /// Starts a child of the given kind.
    pub async fn launch(
        &self,
        kind: &'static str,
        document: Option<std::fs::File>,
    ) -> Result<Launched> {
        match self {
            Self::Fake(engine) => Ok(engine.launch(kind)),
            Self::Process(spawner) => {
                let mut child = spawner.spawn(kind, document).await?;
                let pipe = || anyhow::anyhow!("a child without pipes");
                let to = child.stdin.take().ok_or_else(pipe)?;
                let from = child.stdout.take().ok_or_else(pipe)?;
                let errors = child.stderr.take().ok_or_else(pipe)?;
                tokio::spawn(async move {
                    let mut errors = BufReader::new(errors);
                    while let Ok(Some(line)) = next_line(&mut errors).await {
                        tracing::debug!(worker = kind, line, "worker.stderr");
                    }
                });
                Ok(Launched {
                    to: Box::new(to),
                    from: Box::new(from),
                    process: Some(child),
                })
            }
        }
    }
}

/// The next line a child wrote, or the next piece of one that is very long:
/// what a child says must not fill the server's memory.
async fn next_line(from: &mut (impl AsyncBufRead + Unpin)) -> std::io::Result<Option<String>> {
    let mut line = Vec::new();
    let mut piece = from.take(LONGEST_LINE);
    if piece.read_until(b'\n', &mut line).await? == 0 {
        return Ok(None);
    }
    Ok(Some(String::from_utf8_lossy(&line).trim_end().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_a_child_says_comes_in_pieces_of_bounded_length() {
        let mut said = b"one\n\xFF\n".to_vec();
        said.extend(vec![b'x'; 10_000]);
        let mut from = BufReader::new(said.as_slice());
        let mut lengths = Vec::new();
        while let Some(line) = next_line(&mut from).await.unwrap() {
            lengths.push(line.len());
        }
        // A byte that is no text becomes a mark of three.
        assert_eq!(lengths, [3, 3, 4096, 4096, 1808]);
    }
}
