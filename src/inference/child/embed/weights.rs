//! Reads the two kinds of model files into one set of tensors.

use std::collections::HashMap;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use candle_core::quantized::QTensor;
use candle_core::quantized::gguf_file::{Content, Value};
use candle_core::{Device, Tensor};
use serde::Deserialize;

use super::linear::Linear;

/// The numbers that shape a BERT encoder.
#[derive(Deserialize)]
pub struct Shape {
    /// Length of a vector.
    #[serde(rename = "hidden_size")]
    pub hidden: usize,
    /// Layers.
    #[serde(rename = "num_hidden_layers")]
    pub layers: usize,
    /// Attention heads.
    #[serde(rename = "num_attention_heads")]
    pub heads: usize,
    /// Longest text in tokens.
    #[serde(rename = "max_position_embeddings")]
    pub positions: usize,
    /// Added to the variance in layer norms.
    #[serde(rename = "layer_norm_eps")]
    pub epsilon: f32,
}

/// All weights of an encoder.
pub struct Weights {
    /// Sizes.
    pub shape: Shape,
    /// A row per token.
    pub words: Words,
    /// A row per position, with the row of the only token type used added.
    pub positions: Tensor,
    /// Norm of the embeddings.
    pub norm: Norm,
    /// The layers, in order.
    pub layers: Vec<Layer>,
}

/// The word table, which is most of a multilingual model: kept as stored.
pub enum Words {
    /// Plain floats.
    Full(Tensor),
    /// Blocks; rows are unpacked as they are looked up.
    Quantised(QTensor),
}

/// One layer. Query, key and value are one matrix: one pass over the input.
pub struct Layer {
    /// Query, key and value, stacked.
    pub qkv: Linear,
    /// Output of the attention.
    pub attention_out: Linear,
    /// Norm after the attention.
    pub attention_norm: Norm,
    /// To the wide middle.
    pub widen: Linear,
    /// And back.
    pub narrow: Linear,
    /// Norm after the middle.
    pub norm: Norm,
}

/// Scale and shift of a layer norm.
pub struct Norm {
    /// Scale.
    pub scale: Tensor,
    /// Shift.
    pub shift: Tensor,
}

/// Loads whichever model the folder holds.
pub fn load(folder: &Path) -> Result<Weights> {
    let gguf = folder.join("model.gguf");
    let safetensors = folder.join("model.safetensors");
    if gguf.exists() {
        load_gguf(&gguf)
    } else if safetensors.exists() {
        load_safetensors(&safetensors, &folder.join("config.json"))
    } else {
        bail!("there is neither model.gguf nor model.safetensors")
    }
}

/// A GGUF file whose tensors are read one by one.
struct Gguf {
    content: Content,
    file: BufReader<File>,
}

impl Gguf {
    fn open(path: &Path) -> Result<Self> {
        let mut file = BufReader::new(File::open(path)?);
        let content = Content::read(&mut file)?;
        Ok(Self { content, file })
    }

    fn value(&self, name: &str) -> Result<&Value> {
        let value = self.content.metadata.get(name);
        value.with_context(|| format!("{name} is missing"))
    }

    fn number(&self, name: &str) -> Result<usize> {
        Ok(self.value(name)?.to_u32()? as usize)
    }

    fn stored(&mut self, name: &str) -> Result<QTensor> {
        Ok(self.content.tensor(&mut self.file, name, &Device::Cpu)?)
    }

    fn full(&mut self, name: &str) -> Result<Tensor> {
        Ok(self.stored(name)?.dequantize(&Device::Cpu)?)
    }

    fn norm(&mut self, name: &str) -> Result<Norm> {
        Ok(Norm {
            scale: self.full(&format!("{name}.w"))?,
            shift: self.full(&format!("{name}.b"))?,
        })
    }

    fn linear(&mut self, layer: usize, names: &[&str]) -> Result<Linear> {
        let mut weights = Vec::new();
        let mut biases = Vec::new();
        for name in names {
            weights.push(self.full(&format!("l{layer}.{name}.w"))?);
            biases.push(self.full(&format!("l{layer}.{name}.b"))?);
        }
        stack(&weights, &biases)
    }
}

/// e5 as the catalogue converts it from its 4-bit container.
fn load_gguf(path: &Path) -> Result<Weights> {
    let mut gguf = Gguf::open(path)?;
    let shape = Shape {
        hidden: gguf.number("bert.embedding_length")?,
        layers: gguf.number("bert.block_count")?,
        heads: gguf.number("bert.attention.head_count")?,
        positions: gguf.number("bert.context_length")?,
        epsilon: gguf.value("bert.attention.layer_norm_epsilon")?.to_f32()?,
    };
    let mut layers = Vec::new();
    for n in 0..shape.layers {
        layers.push(Layer {
            qkv: gguf.linear(n, &["q", "k", "v"])?,
            attention_out: gguf.linear(n, &["ao"])?,
            attention_norm: gguf.norm(&format!("l{n}.aln"))?,
            widen: gguf.linear(n, &["fi"])?,
            narrow: gguf.linear(n, &["fo"])?,
            norm: gguf.norm(&format!("l{n}.oln"))?,
        });
    }
    Ok(Weights {
        shape,
        words: Words::Quantised(gguf.stored("emb.word")?),
        positions: with_type(&gguf.full("emb.pos")?, &gguf.full("emb.type")?)?,
        norm: gguf.norm("emb.ln")?,
        layers,
    })
}

/// MiniLM as published.
fn load_safetensors(path: &Path, config: &Path) -> Result<Weights> {
    let config = std::fs::read(config).context("config.json")?;
    let shape: Shape = serde_json::from_slice(&config).context("config.json")?;
    let tensors = candle_core::safetensors::load(path, &Device::Cpu)?;
    let tensor = |name: &str| -> Result<Tensor> { find(&tensors, name) };
    let norm = |name: &str| -> Result<Norm> {
        Ok(Norm {
            scale: tensor(&format!("{name}.weight"))?,
            shift: tensor(&format!("{name}.bias"))?,
        })
    };
    let mut layers = Vec::new();
    for n in 0..shape.layers {
        let layer = format!("encoder.layer.{n}");
        let linear = |names: &[&str]| -> Result<Linear> {
            let part = |kind: &str| -> Result<Vec<Tensor>> {
                names
                    .iter()
                    .map(|name| tensor(&format!("{layer}.{name}.{kind}")))
                    .collect()
            };
            stack(&part("weight")?, &part("bias")?)
        };
        layers.push(Layer {
            qkv: linear(&[
                "attention.self.query",
                "attention.self.key",
                "attention.self.value",
            ])?,
            attention_out: linear(&["attention.output.dense"])?,
            attention_norm: norm(&format!("{layer}.attention.output.LayerNorm"))?,
            widen: linear(&["intermediate.dense"])?,
            narrow: linear(&["output.dense"])?,
            norm: norm(&format!("{layer}.output.LayerNorm"))?,
        });
    }
    let types = tensor("embeddings.token_type_embeddings.weight")?;
    Ok(Weights {
        shape,
        words: Words::Full(tensor("embeddings.word_embeddings.weight")?),
        positions: with_type(&tensor("embeddings.position_embeddings.weight")?, &types)?,
        norm: norm("embeddings.LayerNorm")?,
        layers,
    })
}

fn find(tensors: &HashMap<String, Tensor>, name: &str) -> Result<Tensor> {
    Ok(tensors
        .get(name)
        .with_context(|| format!("{name} is missing"))?
        .clone())
}

/// Single texts are all of type 0, so its row can be added once.
fn with_type(positions: &Tensor, types: &Tensor) -> Result<Tensor> {
    Ok(positions.broadcast_add(&types.get(0)?)?)
}

fn stack(weights: &[Tensor], biases: &[Tensor]) -> Result<Linear> {
    ensure!(weights.len() == biases.len(), "a bias is missing");
    Linear::new(&Tensor::cat(weights, 0)?, Tensor::cat(biases, 0)?)
}
