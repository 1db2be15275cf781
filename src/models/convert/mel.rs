//! The mel filterbank whisper.cpp expects inside its model files.
//!
//! Triangular filters on Slaney's mel scale (linear to 1 kHz, logarithmic
//! above), each of area 2 / width, over the bins of a 400-point transform at
//! 16 kHz. Computed in f64 and rounded twice, as the published files were;
//! their values come out bit by bit.

const RATE: f64 = 16_000.0;
const FFT: u32 = 400;

/// Bins of the transform.
pub const BINS: u32 = FFT / 2 + 1;

const HERTZ_PER_MEL: f64 = 200.0 / 3.0;
const LOG_START_HERTZ: f64 = 1_000.0;

fn log_step() -> f64 {
    6.4f64.ln() / 27.0
}

fn to_mel(hertz: f64) -> f64 {
    let start = LOG_START_HERTZ / HERTZ_PER_MEL;
    if hertz < LOG_START_HERTZ {
        hertz / HERTZ_PER_MEL
    } else {
        start + (hertz / LOG_START_HERTZ).ln() / log_step()
    }
}

fn to_hertz(mel: f64) -> f64 {
    let start = LOG_START_HERTZ / HERTZ_PER_MEL;
    if mel < start {
        mel * HERTZ_PER_MEL
    } else {
        LOG_START_HERTZ * (log_step() * (mel - start)).exp()
    }
}

/// `filters` rows of [`BINS`] weights.
pub fn filterbank(filters: u32) -> Vec<f32> {
    let top = to_mel(RATE / 2.0);
    let step = top / f64::from(filters + 1);
    let edge = |n: u32| {
        to_hertz(if n == filters + 1 {
            top
        } else {
            f64::from(n) * step
        })
    };
    let mut weights = Vec::new();
    for filter in 0..filters {
        let (low, middle, high) = (edge(filter), edge(filter + 1), edge(filter + 2));
        for bin in 0..BINS {
            let hertz = f64::from(bin) * RATE / f64::from(FFT);
            let rising = (hertz - low) / (middle - low);
            let falling = (high - hertz) / (high - middle);
            // Adding zero turns the -0.0 that `max` may answer into 0.0.
            let height = (rising.min(falling).max(0.0) + 0.0) as f32;
            weights.push((f64::from(height) * (2.0 / (high - low))) as f32);
        }
    }
    weights
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;
    use crate::blobs::BlobHash;

    #[test]
    fn the_published_filterbank_comes_out_bit_by_bit() {
        let mut hasher = Sha256::new();
        for weight in filterbank(80) {
            hasher.update(weight.to_le_bytes());
        }
        let hash = BlobHash(hasher.finalize().into());
        assert_eq!(
            hash.to_string(),
            "85818f156f7e189453901a515e4726d270d307f976e161cf9403e8caab405498"
        );
    }
}
