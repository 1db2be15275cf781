//! A little-endian reader over a container of unknown honesty.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::Path;

use anyhow::{Context, ensure};

/// The container being read: a file of known length.
pub struct Input {
    file: BufReader<File>,
    length: u64,
    at: u64,
}

impl Input {
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let named = || format!("reading {}", path.display());
        let file = File::open(path).with_context(named)?;
        let length = file.metadata().with_context(named)?.len();
        Ok(Self {
            file: BufReader::with_capacity(1 << 20, file),
            length,
            at: 0,
        })
    }

    /// Bytes from the start of the file.
    pub fn position(&self) -> u64 {
        self.at
    }

    /// Bytes in the file.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// The next `count` bytes; refuses counts beyond the end before allocating.
    pub fn bytes(&mut self, count: u64) -> anyhow::Result<Vec<u8>> {
        self.ensure_left(count)?;
        let mut bytes = vec![0; usize::try_from(count)?];
        self.file.read_exact(&mut bytes)?;
        self.at += count;
        Ok(bytes)
    }

    fn array<const N: usize>(&mut self) -> anyhow::Result<[u8; N]> {
        self.ensure_left(N as u64)?;
        let mut bytes = [0; N];
        self.file.read_exact(&mut bytes)?;
        self.at += N as u64;
        Ok(bytes)
    }

    pub fn u8(&mut self) -> anyhow::Result<u8> {
        Ok(self.array::<1>()?[0])
    }

    pub fn u16(&mut self) -> anyhow::Result<u16> {
        Ok(u16::from_le_bytes(self.array()?))
    }

    pub fn u32(&mut self) -> anyhow::Result<u32> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    pub fn u64(&mut self) -> anyhow::Result<u64> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    pub fn f32(&mut self) -> anyhow::Result<f32> {
        Ok(f32::from_le_bytes(self.array()?))
    }

    /// A number stored as `i32` that must not be negative.
    pub fn count(&mut self) -> anyhow::Result<u32> {
        let number = self.u32()?;
        ensure!(i32::try_from(number).is_ok(), "a count is negative");
        Ok(number)
    }

    /// Text with its length in a `u16` before it, without a closing NUL.
    pub fn name(&mut self) -> anyhow::Result<String> {
        let length = self.u16()?;
        let mut bytes = self.bytes(length.into())?;
        if bytes.last() == Some(&0) {
            bytes.pop();
        }
        String::from_utf8(bytes).context("a name is not text")
    }

    /// Passes over `count` bytes and answers where they lie.
    pub fn skip(&mut self, count: u64) -> anyhow::Result<Range<u64>> {
        self.ensure_left(count)?;
        let start = self.at;
        self.at += count;
        self.file.seek_relative(i64::try_from(count)?)?;
        Ok(start..self.at)
    }

    /// Goes to `range`, which must lie inside the file.
    pub fn seek(&mut self, range: &Range<u64>) -> anyhow::Result<()> {
        ensure!(
            range.start <= range.end && range.end <= self.length,
            "a part lies outside the file"
        );
        self.file.seek(SeekFrom::Start(range.start))?;
        self.at = range.start;
        Ok(())
    }

    /// Hands the bytes of `range` to `each` in pieces of whole `unit`s.
    pub fn pieces(
        &mut self,
        range: &Range<u64>,
        unit: u64,
        each: &mut dyn FnMut(&[u8]) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        self.seek(range)?;
        let mut left = range.end - range.start;
        let step = (1 << 20) / unit * unit;
        while left > 0 {
            let piece = self.bytes(left.min(step))?;
            left -= piece.len() as u64;
            each(&piece)?;
        }
        Ok(())
    }

    /// Copies the bytes of `range` to `out`.
    pub fn copy(&mut self, range: &Range<u64>, out: &mut dyn Write) -> anyhow::Result<()> {
        self.pieces(range, 1, &mut |piece| Ok(out.write_all(piece)?))
    }

    fn ensure_left(&self, count: u64) -> anyhow::Result<()> {
        ensure!(
            self.length.saturating_sub(self.at) >= count,
            "the file ends too early: {count} bytes wanted at {} of {}",
            self.at,
            self.length
        );
        Ok(())
    }
}
