//! `x · Wᵀ + b`, in whichever numbers this processor multiplies fastest.
//!
//! Where it has products of bytes that add up in one step (VNNI), matrices are
//! kept in Q8_0 and rows are rounded to bytes on the way. Elsewhere candle's
//! kernels for blocks take two to three times as long as its floats (measured),
//! so there everything stays in floats whatever the file holds.

use std::sync::Arc;

use anyhow::Result;
use candle_core::quantized::{GgmlDType, QMatMul, QTensor};
use candle_core::{D, Module, Tensor};

/// candle's fast kernels for blocks want rows of a multiple of this.
const ROW: usize = 256;

/// A matrix and what is added to its products.
pub struct Linear {
    weight: Weight,
    bias: Tensor,
}

enum Weight {
    /// Transposed.
    Floats(Tensor),
    /// Blocks of bytes, their rows filled up with so many zeros.
    Bytes { matrix: QMatMul, zeros: usize },
}

impl Linear {
    /// With a matrix of a row per output.
    pub fn new(weight: &Tensor, bias: Tensor) -> Result<Self> {
        if !bytes_are_fast() {
            let weight = Weight::Floats(weight.t()?);
            return Ok(Self { weight, bias });
        }
        let width = weight.dim(D::Minus1)?;
        let zeros = width.next_multiple_of(ROW) - width;
        let filled = weight.pad_with_zeros(D::Minus1, 0, zeros)?;
        let blocks = QTensor::quantize(&filled, GgmlDType::Q8_0)?;
        let matrix = QMatMul::from_arc(Arc::new(blocks))?;
        let weight = Weight::Bytes { matrix, zeros };
        Ok(Self { weight, bias })
    }

    /// Applies it to rows.
    pub fn forward(&self, rows: &Tensor) -> Result<Tensor> {
        let products = match &self.weight {
            Weight::Floats(weight) => rows.matmul(weight)?,
            Weight::Bytes { matrix, zeros: 0 } => matrix.forward(rows)?,
            Weight::Bytes { matrix, zeros } => {
                matrix.forward(&rows.pad_with_zeros(D::Minus1, 0, *zeros)?)?
            }
        };
        Ok(products.broadcast_add(&self.bias)?)
    }
}

/// What the matrices are kept in, for the box page.
pub fn number_format() -> &'static str {
    if bytes_are_fast() { "q8_0" } else { "f32" }
}

#[cfg(target_arch = "x86_64")]
fn bytes_are_fast() -> bool {
    let wide = is_x86_feature_detected!("avx512bw") && is_x86_feature_detected!("avx512vnni");
    wide || is_x86_feature_detected!("avxvnni")
}

#[cfg(not(target_arch = "x86_64"))]
fn bytes_are_fast() -> bool {
    false
}
