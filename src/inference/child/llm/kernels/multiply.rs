//! `class-multiply.cpp` against plain sums over the same rounded numbers.

use std::ptr;

use llama_cpp_sys_2::{
    GGML_TYPE_F32, GGML_TYPE_Q5_0, GGML_TYPE_Q8_0, ggml_mul_mat, ggml_quantize_chunk, ggml_row_size,
};
use proptest::prelude::*;

use super::{UNIT, compute, numbers, tensor};

/// Values that share a scale.
const BLOCK: usize = 32;

/// Rows of floats in one of ggml's block formats, as bytes.
fn packed(of: u32, values: &[f32], width: usize) -> Vec<u8> {
    let rows = values.len() / width;
    // SAFETY: the buffer is as large as ggml says the rows are.
    unsafe {
        let mut bytes = vec![0_u8; ggml_row_size(of, width as i64) * rows];
        let to = bytes.as_mut_ptr().cast();
        let (rows, width) = (rows as i64, width as i64);
        ggml_quantize_chunk(of, values.as_ptr(), to, 0, rows, width, ptr::null());
        bytes
    }
}

fn half(bytes: &[u8]) -> f64 {
    let bits = u16::from_le_bytes([bytes[0], bytes[1]]);
    // SAFETY: only computes.
    f64::from(unsafe { llama_cpp_sys_2::ggml_fp16_to_fp32(bits) })
}

/// Q5_0: a scale, a fifth bit of each value, and a byte for values i and i + 16.
fn from_q5(bytes: &[u8]) -> Vec<f64> {
    let block = |block: &[u8]| -> Vec<f64> {
        let fifth = u32::from_le_bytes([block[2], block[3], block[4], block[5]]);
        let value = |i: usize| {
            let four = block[6 + i % 16] >> (i / 16 * 4) & 15;
            let all = i32::from(four) + if fifth >> i & 1 == 1 { 16 } else { 0 };
            f64::from(all - 16) * half(block)
        };
        (0..BLOCK).map(value).collect()
    };
    bytes.chunks(22).flat_map(block).collect()
}

/// Q8_0: a scale and a byte for each value.
fn from_q8(bytes: &[u8]) -> Vec<f64> {
    let block = |block: &[u8]| -> Vec<f64> {
        let value = |byte: &u8| f64::from(byte.cast_signed()) * half(block);
        block[2..].iter().map(value).collect()
    };
    bytes.chunks(34).flat_map(block).collect()
}

/// The formats of weights that the kernel takes over.
const FORMATS: [u32; 2] = [GGML_TYPE_Q5_0, GGML_TYPE_Q8_0];

fn unpacked(format: u32, bytes: &[u8]) -> Vec<f64> {
    match format {
        GGML_TYPE_Q5_0 => from_q5(bytes),
        _ => from_q8(bytes),
    }
}

/// An input within this part of a step of the middle between two: ggml's fast rounding takes
/// the nearest by a scale that it inverts in single precision, its exact one by another,
/// and an input may be rounded both ways.
const UNCLEAR: f64 = 1e-3;

/// How far an input may be from what its exact rounding says, for each of `inputs`: a
/// step where it lies in the middle of two, else nothing.
fn unclear(inputs: &[f32], packed: &[u8]) -> Vec<f64> {
    let block = |(values, block): (&[f32], &[u8])| -> Vec<f64> {
        let largest = values.iter().fold(0.0_f32, |most, v| most.max(v.abs()));
        let off = |value: &f32| {
            let steps = f64::from(*value) * 127.0 / f64::from(largest);
            let from_middle = (steps.abs().fract() - 0.5).abs();
            if from_middle < UNCLEAR {
                half(block)
            } else {
                0.0
            }
        };
        values.iter().map(off).collect()
    };
    let blocks = inputs.chunks(BLOCK).zip(packed.chunks(34));
    blocks.flat_map(block).collect()
}

fn check(format: u32, [rows, columns, blocks]: [usize; 3], threads: i32, seed: u64) {
    let width = blocks * BLOCK;
    let weights = packed(format, &numbers(seed, rows * width), width);
    let inputs = numbers(seed + 1, columns * width);
    // SAFETY: the sizes are those of the slices.
    let got = unsafe {
        compute(threads, |at| {
            let a = tensor(at, format, [width, rows, 1], &weights);
            let b = tensor(at, GGML_TYPE_F32, [width, columns, 1], &inputs);
            ggml_mul_mat(at, a, b)
        })
    };
    let weights = unpacked(format, &weights);
    let rounded = packed(GGML_TYPE_Q8_0, &inputs, width);
    let unclear = unclear(&inputs, &rounded);
    let inputs = from_q8(&rounded);
    for (at, got) in got.into_iter().enumerate() {
        let (column, row) = (at / rows, at % rows);
        let row = &weights[row * width..][..width];
        let column = column * width..(column + 1) * width;
        let times = |others: &[f64]| row.iter().zip(others).map(|(a, b)| a * b).sum::<f64>();
        let want = times(&inputs[column.clone()]);
        let size = |others: &[f64]| -> f64 {
            let sizes = row.iter().zip(others).map(|(a, b)| (a * b).abs());
            sizes.sum()
        };
        let other_ways = size(&unclear[column.clone()]);
        // Sums within a block are whole numbers; the blocks are added in single precision,
        // in some lanes that are added at the end.
        let roundings = (blocks as f64 + 16.0) * UNIT;
        let most = other_ways + roundings * (size(&inputs[column]) + other_ways);
        let off = (f64::from(got) - want).abs();
        assert!(
            off <= most,
            "{got} is not {want} within {most}: format {format}, {rows} x {columns}, {blocks} blocks"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    /// All numbers of columns around a tile, rows with and without a rest.
    #[test]
    fn products_are_right(
        format in prop::sample::select(FORMATS.to_vec()),
        rows in prop::sample::select(vec![8, 12, 64, 96]),
        columns in 1..14_usize,
        blocks in 1..9_usize,
        threads in 1..4_i32,
        seed in 1..1_000_000_u64,
    ) {
        check(format, [rows, columns, blocks], threads, seed);
    }
}

#[test]
fn the_largest_values_do_not_overflow() {
    // Alternating extremes make every product as large as it gets.
    let width = BLOCK;
    let extremes: Vec<f32> = (0..8 * width)
        .map(|i| if i % 5 == 0 { -1.0 } else { 1.0 })
        .collect();
    let inputs: Vec<f32> = extremes[..4 * width].to_vec();
    for format in FORMATS {
        let weights = packed(format, &extremes, width);
        // SAFETY: the sizes are those of the slices.
        let got = unsafe {
            compute(1, |at| {
                let a = tensor(at, format, [width, 8, 1], &weights);
                let b = tensor(at, GGML_TYPE_F32, [width, 4, 1], &inputs);
                ggml_mul_mat(at, a, b)
            })
        };
        let want: f64 = unpacked(format, &weights)
            .iter()
            .zip(&inputs)
            .take(width)
            .map(|(a, b)| a * f64::from(*b))
            .sum();
        assert!(
            (f64::from(got[0]) - want).abs() < 1e-2,
            "{} is not {want}",
            got[0]
        );
    }
}
