//! A BERT encoder over texts packed without padding.
//!
//! All texts of a batch lie in one matrix, a row per token. Everything but the
//! attention treats rows alike; attention looks at one text at a time.

use anyhow::Result;
use candle_core::{D, Device, Tensor};
use candle_nn::ops::{layer_norm, softmax_last_dim};

use super::gelu::Gelu;
use super::weights::{Layer, Norm, Weights, Words};

/// Turns tokens into vectors.
pub struct Encoder {
    weights: Weights,
}

impl Encoder {
    /// An encoder with these weights.
    pub fn new(weights: Weights) -> Result<Self> {
        Ok(Self { weights })
    }

    /// Length of a vector.
    pub fn dimensions(&self) -> usize {
        self.weights.shape.hidden
    }

    /// Longest text in tokens.
    pub fn positions(&self) -> usize {
        self.weights.shape.positions
    }

    /// Number of layers.
    pub fn layers(&self) -> usize {
        self.weights.shape.layers
    }

    /// Unit vectors of the texts: the mean over their tokens, normalised.
    pub fn embed(&self, texts: &[&[u32]]) -> Result<Vec<Vec<f32>>> {
        let mut rows = self.look_up(texts)?;
        for layer in &self.weights.layers {
            rows = self.layer(layer, &rows, texts)?;
        }
        let mut vectors = Vec::with_capacity(texts.len());
        for (start, length) in spans(texts) {
            let mean = rows.narrow(0, start, length)?.mean(0)?;
            let norm = mean.sqr()?.sum_all()?.to_scalar::<f32>()?.sqrt();
            vectors.push((mean / f64::from(norm.max(f32::MIN_POSITIVE)))?.to_vec1()?);
        }
        Ok(vectors)
    }

    fn look_up(&self, texts: &[&[u32]]) -> Result<Tensor> {
        let ids = texts.concat();
        let places: Vec<u32> = texts
            .iter()
            .flat_map(|text| (0..).take(text.len()))
            .collect();
        let count = ids.len();
        let ids = Tensor::from_vec(ids, count, &Device::Cpu)?;
        let places = Tensor::from_vec(places, count, &Device::Cpu)?;
        let words = match &self.weights.words {
            Words::Full(table) => table.index_select(&ids, 0)?,
            Words::Quantised(table) => table.embedding(&ids)?,
        };
        let rows = (words + self.weights.positions.index_select(&places, 0)?)?;
        self.norm(&rows, &self.weights.norm)
    }

    fn layer(&self, layer: &Layer, rows: &Tensor, texts: &[&[u32]]) -> Result<Tensor> {
        let seen = self.attention(&layer.qkv.forward(rows)?, texts)?;
        let seen = layer.attention_out.forward(&seen)?;
        let rows = self.norm(&(seen + rows)?, &layer.attention_norm)?;
        let wide = layer.widen.forward(&rows)?;
        wide.inplace_op1(&Gelu)?;
        let narrow = layer.narrow.forward(&wide)?;
        self.norm(&(narrow + &rows)?, &layer.norm)
    }

    /// Lets the tokens of each text look at each other.
    fn attention(&self, qkv: &Tensor, texts: &[&[u32]]) -> Result<Tensor> {
        let heads = self.weights.shape.heads;
        let hidden = self.weights.shape.hidden;
        let size = hidden / heads;
        let scale = 1.0 / (size as f64).sqrt();
        let mut results = Vec::with_capacity(texts.len());
        for (start, length) in spans(texts) {
            let text = qkv
                .narrow(0, start, length)?
                .reshape((length, 3, heads, size))?
                .permute((1, 2, 0, 3))?
                .contiguous()?;
            let (query, key, value) = (text.get(0)?, text.get(1)?, text.get(2)?);
            let scores = (query * scale)?.matmul(&key.transpose(D::Minus1, D::Minus2)?)?;
            let mixed = softmax_last_dim(&scores)?.matmul(&value)?;
            results.push(mixed.transpose(0, 1)?.reshape((length, hidden))?);
        }
        Ok(Tensor::cat(&results, 0)?)
    }

    fn norm(&self, rows: &Tensor, norm: &Norm) -> Result<Tensor> {
        Ok(layer_norm(
            rows,
            &norm.scale,
            &norm.shift,
            self.weights.shape.epsilon,
        )?)
    }
}

/// Where each text lies: its first row and its number of rows.
fn spans<'a>(texts: &'a [&[u32]]) -> impl Iterator<Item = (usize, usize)> + 'a {
    texts.iter().scan(0, |next, text| {
        let start = *next;
        *next += text.len();
        Some((start, text.len()))
    })
}
