//! The E5S1 container: a 4-bit e5 model with its tokenizer in one file.
//!
//! Little-endian: sizes, the unigram vocabulary, a table of characters to
//! normalise, then an index of tensors that lie anywhere in the file.

use std::ops::Range;
use std::path::Path;

use anyhow::{Context, ensure};

use super::input::Input;

/// Numbers per Q4_0 block.
pub const BLOCK: u64 = 32;
/// Bytes per Q4_0 block: an f16 scale and 32 half bytes.
pub const BLOCK_BYTES: u64 = 18;

/// An opened container; tensors are read on demand.
pub struct Container {
    pub input: Input,
    pub sizes: Sizes,
    pub tokenizer: Tokenizer,
    /// Code point and its replacements, ascending.
    pub charsmap: Vec<(u32, Vec<u32>)>,
    pub tensors: Vec<Tensor>,
}

/// The shape of the network.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    pub hidden: u32,
    pub layers: u32,
    pub heads: u32,
    pub feed_forward: u32,
    pub vocabulary: u32,
    pub positions: u32,
    pub types: u32,
    pub epsilon: f32,
}

/// The unigram vocabulary.
#[derive(Debug)]
pub struct Tokenizer {
    /// Pieces by id, with their scores.
    pub pieces: Vec<(String, f32)>,
    pub begin: u32,
    pub end: u32,
    pub pad: u32,
    pub unknown: u32,
}

/// Where a tensor lies.
#[derive(Debug)]
pub struct Tensor {
    pub name: String,
    /// Q4_0 blocks rather than f32.
    pub quantised: bool,
    pub count: u32,
    pub place: Range<u64>,
}

impl Container {
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let mut input = Input::open(path)?;
        ensure!(input.bytes(4)? == b"E5S1", "not an E5S1 container");
        let version = input.u32()?;
        ensure!(version == 1, "container version {version}, expected 1");
        let sizes = Sizes {
            hidden: input.count()?,
            layers: input.count()?,
            heads: input.count()?,
            feed_forward: input.count()?,
            vocabulary: input.count()?,
            positions: input.count()?,
            types: input.count()?,
            epsilon: input.f32()?,
        };
        let block = input.count()?;
        ensure!(
            u64::from(block) == BLOCK,
            "blocks of {block}, expected {BLOCK}"
        );
        let tokenizer = tokenizer(&mut input).context("in the tokenizer")?;
        let charsmap = charsmap(&mut input).context("in the normalisation table")?;
        let count = input.count()?;
        let mut tensors = Vec::new();
        for _ in 0..count {
            tensors.push(tensor(&mut input)?);
        }
        Ok(Self {
            input,
            sizes,
            tokenizer,
            charsmap,
            tensors,
        })
    }
}

fn tokenizer(input: &mut Input) -> anyhow::Result<Tokenizer> {
    let count = input.count()?;
    let (begin, end, pad, unknown) = (
        input.count()?,
        input.count()?,
        input.count()?,
        input.count()?,
    );
    ensure!(
        [begin, end, pad, unknown].iter().all(|&id| id < count),
        "a special id has no piece"
    );
    let blob_length = input.u64()?;
    let words = |bytes: Vec<u8>| -> Vec<[u8; 4]> { bytes.as_chunks::<4>().0.to_vec() };
    let offsets = words(input.bytes((u64::from(count) + 1) * 4)?);
    let scores = words(input.bytes(u64::from(count) * 4)?);
    let blob = input.bytes(blob_length)?;
    let mut pieces = Vec::with_capacity(scores.len());
    for (bounds, score) in offsets.windows(2).zip(scores) {
        let start = usize::try_from(u32::from_le_bytes(bounds[0]))?;
        let stop = usize::try_from(u32::from_le_bytes(bounds[1]))?;
        let piece = blob
            .get(start..stop)
            .context("a piece lies outside the text")?;
        let piece = String::from_utf8(piece.to_vec()).context("a piece is not text")?;
        pieces.push((piece, f32::from_le_bytes(score)));
    }
    Ok(Tokenizer {
        pieces,
        begin,
        end,
        pad,
        unknown,
    })
}

fn charsmap(input: &mut Input) -> anyhow::Result<Vec<(u32, Vec<u32>)>> {
    let count = input.count()?;
    let bytes = input.u32()?;
    let start = input.position();
    let mut table: Vec<(u32, Vec<u32>)> = Vec::new();
    for _ in 0..count {
        let from = input.u32()?;
        ensure!(
            table.last().is_none_or(|(last, _)| *last < from),
            "entries are not sorted"
        );
        let length = input.u8()?;
        let mut to = Vec::with_capacity(length.into());
        for _ in 0..length {
            to.push(input.u32()?);
        }
        ensure!(
            to.iter()
                .chain([&from])
                .all(|&c| char::from_u32(c).is_some()),
            "U+{from:04X} is mapped to or from no character"
        );
        table.push((from, to));
    }
    ensure!(
        input.position() - start == u64::from(bytes),
        "the length is wrong"
    );
    Ok(table)
}

fn tensor(input: &mut Input) -> anyhow::Result<Tensor> {
    let name = input.name()?;
    let kind = input.u8()?;
    ensure!(kind <= 1, "{name} has unknown type {kind}");
    let count = input.u32()?;
    let (offset, bytes) = (input.u64()?, input.u64()?);
    let quantised = kind == 1;
    let expected = if quantised {
        ensure!(
            u64::from(count) % BLOCK == 0,
            "{name} is not made of whole blocks"
        );
        u64::from(count) / BLOCK * BLOCK_BYTES
    } else {
        u64::from(count) * 4
    };
    ensure!(
        bytes == expected,
        "{name} has {bytes} bytes for {count} numbers"
    );
    let end = offset
        .checked_add(bytes)
        .filter(|&end| end <= input.length());
    let end = end.with_context(|| format!("{name} lies outside the file"))?;
    Ok(Tensor {
        name,
        quantised,
        count,
        place: offset..end,
    })
}
