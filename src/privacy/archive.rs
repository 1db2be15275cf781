//! An archive on its way to whoever asked for it: written by one thread, read by one
//! connection, with a few pieces between them, however long it gets.

use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::time::timeout;
use zip::ZipWriter;
use zip::write::{SimpleFileOptions, StreamWriter};

use crate::error::Result;

/// Bytes handed on at once, and how many times as much may wait.
const PIECE: usize = 64 << 10;
const WAITING: usize = 4;
/// Who takes nothing for so long has gone.
const STALLED: Duration = Duration::from_secs(60);

/// A piece of the archive, or why there is no more.
pub type Piece = io::Result<Vec<u8>>;

/// An archive being written. Blocks.
pub struct Archive {
    zip: ZipWriter<StreamWriter<Pipe>>,
    to: mpsc::Sender<Piece>,
    over: Arc<AtomicBool>,
}

/// The thread's end of the way.
pub struct Pipe {
    to: mpsc::Sender<Piece>,
    handle: Handle,
    piece: Vec<u8>,
    /// Nobody takes anything any more. What is written then goes nowhere: dropping an
    /// archive that broke off still writes its end.
    over: Arc<AtomicBool>,
}

/// A way for an archive: the end to write to, in a thread that may block, and the pieces.
pub fn pipe() -> (Pipe, mpsc::Receiver<Piece>) {
    let (to, from) = mpsc::channel(WAITING);
    let handle = Handle::current();
    let pipe = Pipe {
        to,
        handle,
        piece: Vec::with_capacity(PIECE),
        over: Arc::default(),
    };
    (pipe, from)
}

impl Pipe {
    fn hand_on(&mut self) -> io::Result<()> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let piece = std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE));
        let sent = self
            .handle
            .block_on(async { timeout(STALLED, self.to.send(Ok(piece))).await });
        match sent {
            Ok(Ok(())) => Ok(()),
            _ => {
                self.over.store(true, Ordering::Relaxed);
                Err(io::ErrorKind::BrokenPipe.into())
            }
        }
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.over.load(Ordering::Relaxed) {
            return Ok(bytes.len());
        }
        let room = PIECE - self.piece.len();
        let taken = bytes.len().min(room);
        self.piece.extend_from_slice(&bytes[..taken]);
        if self.piece.len() == PIECE {
            self.hand_on()?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.hand_on()
    }
}

impl Archive {
    /// An archive that goes into this pipe.
    pub fn new(pipe: Pipe) -> Self {
        Self {
            to: pipe.to.clone(),
            over: Arc::clone(&pipe.over),
            zip: ZipWriter::new_stream(pipe),
        }
    }

    /// Lets whoever loads it know that it is not whole.
    pub fn break_off(self) {
        self.over.store(true, Ordering::Relaxed);
        let broken = Err(io::Error::other("the archive broke off"));
        // Whoever has gone knows.
        let _ = self.to.try_send(broken);
    }

    /// Begins a file; what is written from now on is its content.
    pub fn begin(&mut self, name: &str) -> Result<()> {
        // Lengths follow the content, which readers of streams take only when packed.
        let options = SimpleFileOptions::default().compression_level(Some(1));
        Ok(self.zip.start_file(name, options)?)
    }

    /// Copies everything from `source` into the file.
    pub fn copy(&mut self, source: &mut impl Read) -> Result<()> {
        io::copy(source, &mut self.zip)?;
        Ok(())
    }

    /// Writes the list of files, without which it is no archive.
    pub fn finish(self) -> Result<()> {
        let mut pipe = self.zip.finish()?.into_inner();
        Ok(pipe.flush()?)
    }
}

impl Write for Archive {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.zip.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.zip.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes that packing hardly makes fewer.
    fn noise() -> impl Read {
        struct Noise(u64);
        impl Read for Noise {
            fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
                for byte in &mut *bytes {
                    self.0 = self
                        .0
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1);
                    *byte = (self.0 >> 33) as u8;
                }
                Ok(bytes.len())
            }
        }
        Noise(7)
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_long_archive_goes_through_in_pieces() {
        let (pipe, mut pieces) = pipe();
        let mut sent = Vec::new();
        noise().take(700_000).read_to_end(&mut sent).unwrap();
        let expected = sent.clone();
        let writing = tokio::task::spawn_blocking(move || {
            let mut archive = Archive::new(pipe);
            archive.begin("noise.bin")?;
            archive.copy(&mut &sent[..])?;
            archive.begin("short.txt")?;
            archive.write_all(b"short")?;
            archive.finish()
        });
        let mut bytes = Vec::new();
        while let Some(piece) = pieces.recv().await {
            let piece = piece.unwrap();
            assert!(piece.len() <= PIECE);
            bytes.extend(piece);
        }
        writing.await.unwrap().unwrap();
        let mut read = zip::ZipArchive::new(io::Cursor::new(bytes)).unwrap();
        let mut found = Vec::new();
        let mut file = read.by_name("noise.bin").unwrap();
        file.read_to_end(&mut found).unwrap();
        assert!(found == expected);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn who_goes_away_ends_it() {
        let (pipe, pieces) = pipe();
        drop(pieces);
        let writing = tokio::task::spawn_blocking(move || {
            let mut archive = Archive::new(pipe);
            archive.begin("noise.bin")?;
            let copied = archive.copy(&mut noise().take(1 << 30));
            archive.break_off();
            copied
        });
        writing.await.unwrap().unwrap_err();
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn one_that_breaks_off_says_so() {
        let (pipe, mut pieces) = pipe();
        let writing = tokio::task::spawn_blocking(move || -> Result<()> {
            let mut archive = Archive::new(pipe);
            archive.begin("noise.bin")?;
            archive.copy(&mut noise().take(100_000))?;
            archive.break_off();
            Ok(())
        });
        writing.await.unwrap().unwrap();
        let mut last = None;
        while let Some(piece) = pieces.recv().await {
            last = Some(piece.is_err());
        }
        assert_eq!(last, Some(true));
    }
}
