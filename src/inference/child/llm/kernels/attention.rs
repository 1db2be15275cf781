//! `class-attention.cpp` against the formula of attention.

use llama_cpp_sys_2::{
    GGML_TYPE_F16, GGML_TYPE_F32, ggml_flash_attn_ext, ggml_fp16_to_fp32, ggml_fp32_to_fp16,
    ggml_permute,
};
use proptest::prelude::*;

use super::{UNIT, compute, numbers, tensor};

/// Roundings of a scale, an exponential or the moving of a sum to another maximum, and
/// some to spare.
const FEW: f64 = 16.0;

/// The shape of one attention: `keys[cell][head][width]`, as a context keeps them.
#[derive(Debug, Clone)]
struct Shape {
    rows: usize,
    cells: usize,
    kv_heads: usize,
    heads_each: usize,
    width: usize,
    threads: i32,
}

/// The nearest half floats, as bits.
fn halves(values: &[f32]) -> Vec<u16> {
    // SAFETY: both functions only compute.
    values
        .iter()
        .map(|v| unsafe { ggml_fp32_to_fp16(*v) })
        .collect()
}

/// What ggml makes of it: `[row][head][width]`.
fn computed(shape: &Shape, q: &[f32], k: &[u16], v: &[u16], mask: &[u16]) -> Vec<f32> {
    let heads = shape.kv_heads * shape.heads_each;
    let keys = [shape.width, shape.kv_heads, shape.cells];
    let scale = (shape.width as f32).sqrt().recip();
    // SAFETY: the sizes are those of the slices.
    unsafe {
        compute(shape.threads, |at| {
            let queries = tensor(at, GGML_TYPE_F32, [shape.width, heads, shape.rows], q);
            let keys_and_values = [k, v].map(|it| tensor(at, GGML_TYPE_F16, keys, it));
            let [q, k, v] = [queries, keys_and_values[0], keys_and_values[1]]
                .map(|it| ggml_permute(at, it, 0, 2, 1, 3));
            let mask = tensor(at, GGML_TYPE_F16, [shape.cells, shape.rows, 1], mask);
            ggml_flash_attn_ext(at, q, k, v, mask, scale, 0.0, 0.0)
        })
    }
}

/// The same by the formula: softmax of the scaled products, times the values; and how
/// far single precision may be from it.
///
/// With u = 2^-24 a sum of n products of single floats is within n u of the sum of
/// their sizes, in whatever order they are added. So a score is off by at most e, a
/// weight by the factor exp(2 e) and the few roundings of its own exponential, and the
/// sums over the cells, which end up divided by one another, by a few roundings a cell.
fn expected(shape: &Shape, q: &[f32], k: &[u16], v: &[u16], mask: &[u16]) -> Vec<(f64, f64)> {
    let Shape {
        rows,
        cells,
        kv_heads,
        heads_each,
        width,
        ..
    } = *shape;
    // SAFETY: only computes.
    let half = |bits: u16| f64::from(unsafe { ggml_fp16_to_fp32(bits) });
    let mut out = Vec::with_capacity(q.len());
    for (row, head) in (0..rows).flat_map(|row| (0..kv_heads * heads_each).map(move |h| (row, h))) {
        let query = &q[(row * kv_heads * heads_each + head) * width..][..width];
        let place = |cell: usize| (cell * kv_heads + head / heads_each) * width;
        let seen: Vec<usize> = (0..cells).filter(|c| mask[row * cells + c] == 0).collect();
        let products = |cell: usize| -> Vec<f64> {
            let key = &k[place(cell)..][..width];
            let pairs = query.iter().zip(key);
            pairs.map(|(q, k)| f64::from(*q) * half(*k)).collect()
        };
        let scaled = |sum: f64| sum / (width as f64).sqrt();
        let score = |cell: &usize| scaled(products(*cell).iter().sum());
        let scores: Vec<f64> = seen.iter().map(score).collect();
        let size = |cell: &usize| scaled(products(*cell).iter().map(|p| p.abs()).sum());
        let largest = seen.iter().map(size).fold(0.0, f64::max);
        let off_score = (width as f64 + FEW) * UNIT * largest;
        let off_weight = (2.0 * off_score + FEW * UNIT * (1.0 + 2.0 * largest)).exp_m1();
        // Numerator and denominator; the values are at most 1.
        let most = 2.0 * (off_weight + (4.0 * seen.len() as f64 + FEW) * UNIT)
            + f64::from(f32::MIN_POSITIVE);
        let top = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let weights: Vec<f64> = scores.iter().map(|score| (score - top).exp()).collect();
        let total: f64 = weights.iter().sum();
        out.extend((0..width).map(|d| {
            let sum = seen
                .iter()
                .zip(&weights)
                .map(|(cell, w)| w * half(v[place(*cell) + d]));
            (sum.sum::<f64>() / total.max(f64::MIN_POSITIVE), most)
        }));
    }
    out
}

fn check(shape: &Shape, seed: u64, mask: &[u16]) {
    // With fewer parts than threads ggml computes it, in half precision.
    assert!(
        shape.rows * shape.kv_heads >= shape.threads as usize,
        "not ours: {shape:?}"
    );
    let heads = shape.kv_heads * shape.heads_each;
    let sharp = |values: Vec<f32>| values.iter().map(|v| v * 4.0).collect::<Vec<f32>>();
    let q = sharp(numbers(seed, shape.rows * heads * shape.width));
    let k = halves(&sharp(numbers(
        seed + 1,
        shape.cells * shape.kv_heads * shape.width,
    )));
    let v = halves(&numbers(
        seed + 2,
        shape.cells * shape.kv_heads * shape.width,
    ));
    let expected = expected(shape, &q, &k, &v, mask);
    for (got, (want, most)) in computed(shape, &q, &k, &v, mask).iter().zip(expected) {
        let off = (f64::from(*got) - want).abs();
        assert!(off <= most, "{got} is not {want} within {most}, {shape:?}");
    }
}

/// Which cells a row sees: the first `shared`, and of the others those that
/// `own` says.
fn mask(shape: &Shape, shared: usize, own: impl Fn(usize, usize) -> bool) -> Vec<u16> {
    const NO: u16 = 0xFC00;
    let cells = (0..shape.rows).flat_map(|row| (0..shape.cells).map(move |cell| (row, cell)));
    let sees = |(row, cell)| cell < shared || own(row, cell - shared);
    cells
        .map(|place| if sees(place) { 0 } else { NO })
        .collect()
}

const QWEN: Shape = Shape {
    rows: 30,
    cells: 512,
    kv_heads: 2,
    heads_each: 7,
    width: 64,
    threads: 2,
};

#[test]
fn a_class_over_one_lesson() {
    // Each has written in turn: own cells are strewn.
    check(&QWEN, 1, &mask(&QWEN, 200, |row, cell| cell % 30 == row));
    // Each has asked something first: own cells in a block.
    check(&QWEN, 2, &mask(&QWEN, 200, |row, cell| cell / 10 == row));
    // Nothing shared, as with different lessons.
    check(&QWEN, 3, &mask(&QWEN, 0, |row, cell| cell / 17 == row));
}

#[test]
fn a_prompt_beside_answers() {
    let shape = Shape { rows: 100, ..QWEN };
    check(
        &shape,
        4,
        &mask(&shape, 150, |row, cell| row >= 20 && cell + 20 <= row),
    );
}

#[test]
fn a_row_that_sees_one_cell_or_none() {
    let shape = Shape { rows: 3, ..QWEN };
    check(
        &shape,
        5,
        &mask(&shape, 0, |row, cell| row == 1 && cell == 511),
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn other_shapes(
        rows in 1..80_usize,
        cells in 1..200_usize,
        kv_heads in 1..4_usize,
        heads_each in 1..9_usize,
        width in prop::sample::select(vec![32, 64, 96, 128]),
        threads in 1..4_i32,
        seed in 1..1_000_000_u64,
        shared in 0..100_usize,
        thin in 1..9_usize,
    ) {
        let threads = threads.min((rows * kv_heads) as i32);
        let shape = Shape { rows, cells, kv_heads, heads_each, width, threads };
        let own = |row: usize, cell: usize| (row * 31 + cell * 17).is_multiple_of(thin);
        check(&shape, seed, &mask(&shape, shared.min(cells), own));
    }
}
