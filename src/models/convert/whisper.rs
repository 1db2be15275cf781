//! CTranslate2's Whisper to the ggml file of whisper.cpp.
//!
//! The weights are the same f16 numbers under other names. CTranslate2 stacks
//! query, key and value into one matrix, which is cut apart again, and invents
//! a zero bias for the keys, which is dropped. whisper.cpp wants biases, norms
//! and positions in f32 and convolution biases as columns. The result is the
//! published ggml file, byte for byte; on request its matrices are rounded to
//! ggml's Q8_0, which takes half of the memory.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, ensure};
use half::f16;

use super::ct2::{Container, Variable};
use super::{bpe, mel, write_file};

const MAGIC: u32 = 0x6767_6d6c;

/// Tokens of text; all above are markers that whisper.cpp knows by itself.
const TEXT_TOKENS: usize = 50_257;

/// ggml's number for files of Q8_0 matrices, version 2 of their blocks.
const Q8_0_FILE: u32 = 2007;
/// ggml's number for f16 files.
const F16_FILE: u32 = 1;
/// ggml's number for a tensor of Q8_0 blocks.
const Q8_0: u32 = 8;
/// Numbers of a Q8_0 block: one f16 step, then a byte each.
const BLOCK: usize = 32;

/// What the matrices are stored as.
#[derive(Clone, Copy, PartialEq)]
pub enum Matrices {
    /// f16, as they come.
    Halves,
    /// Q8_0.
    Bytes,
}

/// How a tensor is stored in the ggml file.
#[derive(Clone, Copy, PartialEq)]
enum Store {
    /// f16 unless it has one dimension, then f32.
    Usual,
    /// f32 whatever its rank.
    F32,
    /// One dimension as a column of f32.
    Column,
}

struct Tensor {
    name: String,
    data: Variable,
    store: Store,
}

struct Sizes {
    vocabulary: u32,
    audio_positions: u32,
    audio_layers: u32,
    text_positions: u32,
    text_layers: u32,
    width: u32,
    heads: u32,
    mels: u32,
}

/// Reads `model.bin` and `tokenizer.json` in `from`, writes `model.bin` in `to`.
pub fn convert(from: &Path, to: &Path, matrices: Matrices) -> anyhow::Result<()> {
    let mut container = Container::open(&from.join("model.bin"), "WhisperSpec")?;
    let tokens = bpe::tokens(&from.join("tokenizer.json"), TEXT_TOKENS)?;
    let sizes = sizes(&mut container)?;
    let tensors = tensors(&mut container, &sizes)?;
    write_file(&to.join("model.bin"), |out| {
        write_header(out, &sizes, &tokens, matrices)?;
        for tensor in &tensors {
            write_tensor(out, &mut container, tensor, matrices)
                .with_context(|| format!("writing {}", tensor.name))?;
        }
        Ok(())
    })
}

fn sizes(container: &mut Container) -> anyhow::Result<Sizes> {
    let matrix = |c: &Container, name: &str| -> anyhow::Result<[u32; 2]> {
        let shape = c.f16(name)?.shape;
        shape
            .try_into()
            .ok()
            .with_context(|| format!("{name} is no matrix"))
    };
    let [vocabulary, width] = matrix(container, "decoder/embeddings/weight")?;
    let [audio_positions, audio_width] = matrix(container, "encoder/position_encodings/encodings")?;
    let [text_positions, text_width] = matrix(container, "decoder/position_encodings/encodings")?;
    ensure!(width == audio_width && width == text_width, "widths differ");
    let layers = |c: &Container, side: &str| {
        (0..)
            .take_while(|n| c.has(&format!("{side}/layer_{n}/ffn/linear_0/weight")))
            .count()
    };
    let convolution = container.f16("encoder/conv1/weight")?.shape;
    ensure!(
        convolution.len() == 3,
        "encoder/conv1/weight is no convolution"
    );
    Ok(Sizes {
        vocabulary,
        audio_positions,
        audio_layers: u32::try_from(layers(container, "encoder"))?,
        text_positions,
        text_layers: u32::try_from(layers(container, "decoder"))?,
        width,
        heads: container.number("encoder/num_heads")?,
        mels: convolution[1],
    })
}

fn write_header(
    out: &mut dyn Write,
    sizes: &Sizes,
    tokens: &[Vec<u8>],
    matrices: Matrices,
) -> anyhow::Result<()> {
    let weights = match matrices {
        Matrices::Halves => F16_FILE,
        Matrices::Bytes => Q8_0_FILE,
    };
    let header = [
        MAGIC,
        sizes.vocabulary,
        sizes.audio_positions,
        sizes.width,
        sizes.heads,
        sizes.audio_layers,
        sizes.text_positions,
        sizes.width,
        sizes.heads,
        sizes.text_layers,
        sizes.mels,
        weights,
        sizes.mels,
        mel::BINS,
    ];
    for number in header {
        out.write_all(&number.to_le_bytes())?;
    }
    for weight in mel::filterbank(sizes.mels) {
        out.write_all(&weight.to_le_bytes())?;
    }
    out.write_all(&u32::try_from(tokens.len())?.to_le_bytes())?;
    for token in tokens {
        out.write_all(&u32::try_from(token.len())?.to_le_bytes())?;
        out.write_all(token)?;
    }
    Ok(())
}

fn write_tensor(
    out: &mut dyn Write,
    container: &mut Container,
    tensor: &Tensor,
    matrices: Matrices,
) -> anyhow::Result<()> {
    let mut shape = tensor.data.shape.clone();
    let wide = tensor.store != Store::Usual || shape.len() < 2;
    // Convolutions stay as they are: whisper.cpp has no other products for them.
    let rounded = !wide && shape.len() == 2 && matrices == Matrices::Bytes;
    let blocks = shape
        .last()
        .is_some_and(|&row| (row as usize).is_multiple_of(BLOCK));
    ensure!(blocks || !rounded, "rows are no whole blocks");
    if tensor.store == Store::Column {
        shape.push(1);
    }
    let name = tensor.name.as_bytes();
    let kind = if rounded { Q8_0 } else { u32::from(!wide) };
    let lengths = [u32::try_from(shape.len())?, u32::try_from(name.len())?];
    for number in [lengths[0], lengths[1], kind] {
        out.write_all(&number.to_le_bytes())?;
    }
    for dimension in shape.iter().rev() {
        out.write_all(&dimension.to_le_bytes())?;
    }
    out.write_all(name)?;
    if rounded {
        return container
            .input
            .pieces(&tensor.data.place, 2 * BLOCK as u64, &mut |piece| {
                for block in piece.as_chunks::<{ 2 * BLOCK }>().0 {
                    write_block(out, block)?;
                }
                Ok(())
            });
    }
    if !wide {
        return container.input.copy(&tensor.data.place, out);
    }
    container.input.pieces(&tensor.data.place, 2, &mut |piece| {
        for number in piece.as_chunks::<2>().0 {
            out.write_all(&f16::from_le_bytes(*number).to_f32().to_le_bytes())?;
        }
        Ok(())
    })
}

/// Rounds f16 numbers to steps of the largest / 127.
fn write_block(out: &mut dyn Write, block: &[u8; 2 * BLOCK]) -> anyhow::Result<()> {
    let mut numbers = [0.0_f32; BLOCK];
    for (number, bytes) in numbers.iter_mut().zip(block.as_chunks::<2>().0) {
        *number = f16::from_le_bytes(*bytes).to_f32();
    }
    let largest = numbers.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
    let step = largest / 127.0;
    let per_step = if step > 0.0 { 1.0 / step } else { 0.0 };
    out.write_all(&f16::from_f32(step).to_le_bytes())?;
    let bytes = numbers.map(|number| (number * per_step).round() as i8 as u8);
    Ok(out.write_all(&bytes)?)
}

/// All tensors in the order of the published ggml files, so that a conversion
/// gives their bytes and hash.
fn tensors(container: &mut Container, sizes: &Sizes) -> anyhow::Result<Vec<Tensor>> {
    let mut list = List {
        container,
        tensors: Vec::new(),
    };
    for side in ["decoder", "encoder"] {
        let from = format!("{side}/position_encodings/encodings");
        list.push(&format!("{side}.positional_embedding"), &from, Store::F32)?;
    }
    list.push(
        "decoder.token_embedding.weight",
        "decoder/embeddings/weight",
        Store::Usual,
    )?;
    for n in 0..sizes.text_layers {
        let (to, from) = (format!("decoder.blocks.{n}"), format!("decoder/layer_{n}"));
        list.layer(&to, &from)?;
        list.cross_attention(&to, &format!("{from}/attention"))?;
    }
    list.norm("decoder.ln", "decoder/layer_norm")?;
    for n in 1..=2 {
        let (to, from) = (format!("encoder.conv{n}"), format!("encoder/conv{n}"));
        list.push(
            &format!("{to}.weight"),
            &format!("{from}/weight"),
            Store::Usual,
        )?;
        list.push(
            &format!("{to}.bias"),
            &format!("{from}/bias"),
            Store::Column,
        )?;
    }
    for n in 0..sizes.audio_layers {
        list.layer(
            &format!("encoder.blocks.{n}"),
            &format!("encoder/layer_{n}"),
        )?;
    }
    list.norm("encoder.ln_post", "encoder/layer_norm")?;
    Ok(list.tensors)
}

struct List<'a> {
    container: &'a mut Container,
    tensors: Vec<Tensor>,
}

impl List<'_> {
    fn push(&mut self, to: &str, from: &str, store: Store) -> anyhow::Result<()> {
        let data = self.container.f16(from)?;
        self.tensors.push(Tensor {
            name: to.to_owned(),
            data,
            store,
        });
        Ok(())
    }

    fn linear(&mut self, to: &str, from: &str) -> anyhow::Result<()> {
        self.push(
            &format!("{to}.weight"),
            &format!("{from}/weight"),
            Store::Usual,
        )?;
        self.push(&format!("{to}.bias"), &format!("{from}/bias"), Store::Usual)
    }

    fn norm(&mut self, to: &str, from: &str) -> anyhow::Result<()> {
        self.push(
            &format!("{to}.weight"),
            &format!("{from}/gamma"),
            Store::Usual,
        )?;
        self.push(&format!("{to}.bias"), &format!("{from}/beta"), Store::Usual)
    }

    fn layer(&mut self, to: &str, from: &str) -> anyhow::Result<()> {
        let attention = format!("{from}/self_attention");
        self.norm(&format!("{to}.mlp_ln"), &format!("{from}/ffn/layer_norm"))?;
        self.linear(&format!("{to}.mlp.0"), &format!("{from}/ffn/linear_0"))?;
        self.linear(&format!("{to}.mlp.2"), &format!("{from}/ffn/linear_1"))?;
        self.norm(&format!("{to}.attn_ln"), &format!("{attention}/layer_norm"))?;
        let parts = ["query", "key", "value"];
        self.stacked(
            &format!("{to}.attn"),
            &format!("{attention}/linear_0"),
            &parts,
        )?;
        self.linear(&format!("{to}.attn.out"), &format!("{attention}/linear_1"))
    }

    fn cross_attention(&mut self, to: &str, from: &str) -> anyhow::Result<()> {
        let cross = format!("{to}.cross_attn");
        self.norm(&format!("{cross}_ln"), &format!("{from}/layer_norm"))?;
        self.linear(&format!("{cross}.query"), &format!("{from}/linear_0"))?;
        self.stacked(&cross, &format!("{from}/linear_1"), &["key", "value"])?;
        self.linear(&format!("{cross}.out"), &format!("{from}/linear_2"))
    }

    /// Cuts the stacked projections `from` into equal `parts`, without the
    /// keys' bias.
    fn stacked(&mut self, to: &str, from: &str, parts: &[&str]) -> anyhow::Result<()> {
        let weight = self.container.f16(&format!("{from}/weight"))?;
        let bias = self.container.f16(&format!("{from}/bias"))?;
        let count = u32::try_from(parts.len())?;
        let rows = weight.shape[0] / count;
        ensure!(
            weight.shape[0] == rows * count && bias.shape == [weight.shape[0]],
            "{from} is not {count} stacked projections"
        );
        for (n, part) in (0..).zip(parts) {
            let range = rows * n..rows * (n + 1);
            let bias = bias.rows(range.clone())?;
            self.tensors.push(Tensor {
                name: format!("{to}.{part}.weight"),
                data: weight.rows(range)?,
                store: Store::Usual,
            });
            if *part == "key" {
                self.ensure_zero(&bias)
                    .with_context(|| format!("the keys' bias in {from}"))?;
            } else {
                self.tensors.push(Tensor {
                    name: format!("{to}.{part}.bias"),
                    data: bias,
                    store: Store::Usual,
                });
            }
        }
        Ok(())
    }

    fn ensure_zero(&mut self, data: &Variable) -> anyhow::Result<()> {
        self.container.input.pieces(&data.place, 2, &mut |piece| {
            ensure!(
                piece
                    .as_chunks::<2>()
                    .0
                    .iter()
                    .all(|n| f16::from_le_bytes(*n) == f16::ZERO),
                "is not zero, so it can not be dropped"
            );
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_rounded_to_steps_of_their_block() {
        let check = |numbers: [f32; BLOCK], step: f32, expect: [i8; 3]| {
            let halves = numbers.map(|number| f16::from_f32(number).to_le_bytes());
            let block: [u8; 2 * BLOCK] = halves.concat().try_into().unwrap();
            let mut out = Vec::new();
            write_block(&mut out, &block).unwrap();
            assert_eq!(out.len(), 2 + BLOCK);
            assert_eq!(f16::from_le_bytes([out[0], out[1]]), f16::from_f32(step));
            assert_eq!([out[2], out[3], out[33]].map(|byte| byte as i8), expect);
        };
        let mut numbers = [0.25; BLOCK];
        numbers[0] = -127.0;
        numbers[1] = 63.5;
        check(numbers, 1.0, [-127, 64, 0]);
        check([0.0; BLOCK], 0.0, [0, 0, 0]);
    }
}
