//! The E5S1 container to what the embedding engine loads.
//!
//! `model.gguf` keeps tensor names and the Q4_0 bytes, which have ggml's own
//! layout. `tokenizer.json` describes the same unigram model. Normalisation
//! stays apart in `charsmap.bin`: u32 count, then per entry u32 code point,
//! u8 length and that many u32 replacements, sorted, little-endian.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, ensure};

use super::e5s1::{Container, Sizes, Tensor};
use super::gguf::{self, Entry, Numbers, Value};
use super::{unigram, write_file};

/// Reads `model.e5s1` in `from`, writes the three outputs in `to`.
pub fn convert(from: &Path, to: &Path) -> anyhow::Result<()> {
    let mut container = Container::open(&from.join("model.e5s1"))?;
    write_file(&to.join("charsmap.bin"), |out| {
        write_charsmap(out, &container.charsmap)
    })?;
    write_file(&to.join("tokenizer.json"), |out| {
        unigram::write(out, &container.tokenizer)
    })?;
    write_file(&to.join("model.gguf"), |out| {
        write_model(out, &mut container)
    })
}

fn write_charsmap(out: &mut dyn Write, table: &[(u32, Vec<u32>)]) -> anyhow::Result<()> {
    out.write_all(&u32::try_from(table.len())?.to_le_bytes())?;
    for (from, to) in table {
        out.write_all(&from.to_le_bytes())?;
        out.write_all(&[u8::try_from(to.len())?])?;
        for code_point in to {
            out.write_all(&code_point.to_le_bytes())?;
        }
    }
    Ok(())
}

fn write_model(out: &mut dyn Write, container: &mut Container) -> anyhow::Result<()> {
    let sizes = container.sizes;
    let entries = container
        .tensors
        .iter()
        .map(|tensor| entry(tensor, &sizes))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let q4_0_file = 2;
    let mean_pooling = 1;
    let metadata = [
        ("general.architecture", Value::Text("bert")),
        ("general.name", Value::Text("multilingual-e5-small")),
        ("general.license", Value::Text("mit")),
        ("general.alignment", Value::U32(gguf::ALIGNMENT as u32)),
        ("general.quantization_version", Value::U32(2)),
        ("general.file_type", Value::U32(q4_0_file)),
        ("bert.context_length", Value::U32(sizes.positions)),
        ("bert.embedding_length", Value::U32(sizes.hidden)),
        ("bert.block_count", Value::U32(sizes.layers)),
        ("bert.feed_forward_length", Value::U32(sizes.feed_forward)),
        ("bert.attention.head_count", Value::U32(sizes.heads)),
        (
            "bert.attention.layer_norm_epsilon",
            Value::F32(sizes.epsilon),
        ),
        ("bert.attention.causal", Value::Bool(false)),
        ("bert.pooling_type", Value::U32(mean_pooling)),
        ("bert.vocab_size", Value::U32(sizes.vocabulary)),
        ("bert.token_type_count", Value::U32(sizes.types)),
    ];
    gguf::write_index(out, &metadata, &entries)?;
    for tensor in &container.tensors {
        container.input.copy(&tensor.place, out)?;
        gguf::pad(out, tensor.place.end - tensor.place.start)?;
    }
    Ok(())
}

fn entry<'a>(tensor: &'a Tensor, sizes: &Sizes) -> anyhow::Result<Entry<'a>> {
    let name = tensor.name.as_str();
    let shape = shape(name, sizes).with_context(|| format!("unknown tensor {name:?}"))?;
    let count: u64 = shape.iter().product();
    ensure!(
        count == u64::from(tensor.count),
        "{name} has {} numbers, not {count}",
        tensor.count
    );
    Ok(Entry {
        name,
        shape,
        numbers: if tensor.quantised {
            Numbers::Q4_0
        } else {
            Numbers::F32
        },
        bytes: tensor.place.end - tensor.place.start,
    })
}

/// The container stores only counts; the shapes follow from the names.
fn shape(name: &str, sizes: &Sizes) -> Option<Vec<u64>> {
    let hidden = u64::from(sizes.hidden);
    let wide = u64::from(sizes.feed_forward);
    let (layer, part) = match name.strip_prefix('l').and_then(|rest| rest.split_once('.')) {
        Some((layer, part)) => (Some(layer.parse::<u32>().ok()?), part),
        None => (None, name),
    };
    if layer.is_some_and(|n| n >= sizes.layers) {
        return None;
    }
    Some(match (layer.is_some(), part) {
        (false, "emb.word") => vec![sizes.vocabulary.into(), hidden],
        (false, "emb.pos") => vec![sizes.positions.into(), hidden],
        (false, "emb.type") => vec![sizes.types.into(), hidden],
        (false, "emb.ln.w" | "emb.ln.b") => vec![hidden],
        (true, "q.w" | "k.w" | "v.w" | "ao.w") => vec![hidden, hidden],
        (true, "fi.w") => vec![wide, hidden],
        (true, "fi.b") => vec![wide],
        (true, "fo.w") => vec![hidden, wide],
        (true, "q.b" | "k.b" | "v.b" | "ao.b" | "fo.b") => vec![hidden],
        (true, "aln.w" | "aln.b" | "oln.w" | "oln.b") => vec![hidden],
        _ => return None,
    })
}
