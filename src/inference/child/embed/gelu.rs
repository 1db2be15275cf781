//! The activation of BERT models, fast enough to vanish beside the matrices.
//!
//! The exact form calls the error function number by number. This one uses a
//! polynomial for it (Abramowitz and Stegun 7.1.26, error below 2e-7) and one
//! for the exponential, both branch-free, so the compiler vectorises the loop.

use candle_core::{CpuStorage, InplaceOp1, Layout, Result, bail};
use rayon::iter::ParallelIterator;
use rayon::slice::ParallelSliceMut;

/// Numbers one thread takes at a time.
const CHUNK: usize = 16 << 10;

/// `x · Φ(x)` in place.
pub struct Gelu;

impl InplaceOp1 for Gelu {
    fn name(&self) -> &'static str {
        "gelu"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> Result<()> {
        let CpuStorage::F32(values) = storage else {
            bail!("gelu takes 32-bit floats");
        };
        let Some((start, end)) = layout.contiguous_offsets() else {
            bail!("gelu takes contiguous tensors");
        };
        values[start..end].par_chunks_mut(CHUNK).for_each(|chunk| {
            for value in chunk {
                *value = gelu(*value);
            }
        });
        Ok(())
    }
}

#[inline(always)]
fn gelu(x: f32) -> f32 {
    let z = x.abs() * std::f32::consts::FRAC_1_SQRT_2;
    let t = 1.0 / 0.327_591_1_f32.mul_add(z, 1.0);
    let series = 1.061_405_4_f32
        .mul_add(t, -1.453_152_1)
        .mul_add(t, 1.421_413_8)
        .mul_add(t, -0.284_496_72)
        .mul_add(t, 0.254_829_6)
        * t;
    let erf = 1.0 - series * exp_negative(-z * z);
    0.5 * x * (1.0 + erf.copysign(x))
}

/// `eˣ` for x ≤ 0, relative error below 3e-7: a power of two times a
/// polynomial on the rest.
#[inline(always)]
fn exp_negative(x: f32) -> f32 {
    let x = x.max(-87.0);
    let whole = (x * std::f32::consts::LOG2_E).round_ties_even();
    // ln 2 in two parts, so that the rest keeps its low bits.
    let rest = whole.mul_add(-0.693_145_75, x);
    let rest = whole.mul_add(-1.428_606_8e-6, rest);
    let power = 1.398_199_9e-3_f32
        .mul_add(rest, 8.333_45e-3)
        .mul_add(rest, 4.166_579_6e-2)
        .mul_add(rest, 1.666_666_5e-1)
        .mul_add(rest, 0.5)
        .mul_add(rest, 1.0)
        .mul_add(rest, 1.0);
    // The exponent field of the result; `whole` is between -126 and 0.
    power * f32::from_bits(((whole as i32 + 127) << 23) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_known_values() {
        // x · Φ(x) from tables of the normal distribution.
        for (x, expect) in [
            (0.0, 0.0),
            (1.0, 0.841_344_7),
            (-1.0, -0.158_655_25),
            (3.0, 2.995_95),
            (-3.0, -0.004_049_7),
            (20.0, 20.0),
            (-20.0, 0.0),
        ] {
            assert!((gelu(x) - expect).abs() < 2e-6, "gelu({x}) = {}", gelu(x));
        }
    }

    #[test]
    fn exponential_is_close_everywhere() {
        for step in 0..8700 {
            let x = -f64::from(step) / 100.0;
            let error = f64::from(exp_negative(x as f32)) / f64::from(x as f32).exp() - 1.0;
            assert!(error.abs() < 3e-7, "exp({x}): {error}");
        }
    }
}
