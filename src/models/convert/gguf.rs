//! A writer of GGUF files (version 3): metadata, tensor index, aligned tensors.

use std::io::Write;

use anyhow::Context;

/// Tensors start at multiples of this.
pub const ALIGNMENT: u64 = 32;

/// A metadata value.
pub enum Value<'a> {
    U32(u32),
    F32(f32),
    Bool(bool),
    Text(&'a str),
}

/// The type of a tensor's numbers, as ggml numbers them.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Numbers {
    F32 = 0,
    Q4_0 = 2,
}

/// An entry of the tensor index.
pub struct Entry<'a> {
    pub name: &'a str,
    /// Outermost dimension first; the file has them reversed.
    pub shape: Vec<u64>,
    pub numbers: Numbers,
    pub bytes: u64,
}

/// Writes everything before the first tensor.
pub fn write_index(
    out: &mut dyn Write,
    metadata: &[(&str, Value<'_>)],
    entries: &[Entry<'_>],
) -> anyhow::Result<()> {
    let mut head = Vec::new();
    head.extend(b"GGUF");
    head.extend(3u32.to_le_bytes());
    head.extend((entries.len() as u64).to_le_bytes());
    head.extend((metadata.len() as u64).to_le_bytes());
    for (key, value) in metadata {
        text(&mut head, key);
        match value {
            Value::U32(v) => {
                head.extend(4u32.to_le_bytes());
                head.extend(v.to_le_bytes());
            }
            Value::F32(v) => {
                head.extend(6u32.to_le_bytes());
                head.extend(v.to_le_bytes());
            }
            Value::Bool(v) => {
                head.extend(7u32.to_le_bytes());
                head.push(u8::from(*v));
            }
            Value::Text(v) => {
                head.extend(8u32.to_le_bytes());
                text(&mut head, v);
            }
        }
    }
    let mut offset = 0u64;
    for entry in entries {
        text(&mut head, entry.name);
        head.extend((entry.shape.len() as u32).to_le_bytes());
        for dimension in entry.shape.iter().rev() {
            head.extend(dimension.to_le_bytes());
        }
        head.extend((entry.numbers as u32).to_le_bytes());
        head.extend(offset.to_le_bytes());
        offset = offset
            .checked_add(entry.bytes)
            .and_then(|end| end.checked_next_multiple_of(ALIGNMENT))
            .context("the tensors are too large")?;
    }
    let length = head.len() as u64;
    out.write_all(&head)?;
    pad(out, length)
}

/// Writes the zeros that follow a part of `length` bytes.
pub fn pad(out: &mut dyn Write, length: u64) -> anyhow::Result<()> {
    let zeros = length.next_multiple_of(ALIGNMENT) - length;
    for _ in 0..zeros {
        out.write_all(&[0])?;
    }
    Ok(())
}

fn text(head: &mut Vec<u8>, text: &str) {
    head.extend((text.len() as u64).to_le_bytes());
    head.extend(text.as_bytes());
}
