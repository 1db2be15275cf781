//! How many answers to write side by side, measured when the model is loaded.
//!
//! A step costs little more for four rows than for one, but the gain ends:
//! at how many rows depends on the model's shapes, the file's number formats
//! and the processor, and nothing tells it but trying.

use anyhow::Result;
use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::token::LlamaToken;

use super::answer::now;
use super::pace::Pace;

/// Numbers of rows tried. Weights are computed in blocks of four.
const TRIED: [usize; 7] = [1, 4, 8, 12, 16, 24, 32];

/// Tokens all rows look back on, as a lesson would be.
const LESSON: usize = 64;

/// Times each number is tried; the quickest counts, as others only disturb.
const TRIES: usize = 2;

/// A larger number must give so much more to be worth slower answers.
const WORTH: f64 = 1.05;

/// Longest step: three tokens a second are about as fast as children read in
/// their second language.
const LONGEST_STEP_MS: f64 = 333.0;

/// Measures the context, empty before and after; returns the pace of its steps
/// and how many answers to write side by side, at most `most`.
///
/// # Errors
/// When the context can not compute.
pub fn calibrate(context: &mut LlamaContext<'_>, most: usize) -> Result<(Pace, usize)> {
    let mut batch = LlamaBatch::new(LESSON, 1);
    // The first time loads weights and buffers; the second counts.
    let mut reading_ms = 0.0;
    for _ in 0..2 {
        context.clear_kv_cache();
        batch.clear();
        for at in 0..LESSON {
            let last = at + 1 == LESSON;
            add(&mut batch, at, &[0], last)?;
        }
        reading_ms = time(context, &mut batch)?;
    }
    let mut pace = Pace::new(LESSON, reading_ms);
    if most < TRIED[1] {
        context.clear_kv_cache();
        return Ok((pace, most));
    }
    let mut measured: Vec<(usize, f64)> = Vec::new();
    for rows in TRIED.into_iter().filter(|rows| *rows <= most) {
        for row in 1..rows {
            let sequence = i32::try_from(row)?;
            context.clear_kv_cache_seq(Some(sequence.unsigned_abs()), None, None)?;
            context.copy_kv_cache_seq(0, sequence, Some(0), Some(LESSON as u32))?;
        }
        let mut ms = f64::INFINITY;
        for again in 0..TRIES {
            batch.clear();
            for row in 0..rows {
                add(&mut batch, LESSON + again, &[i32::try_from(row)?], true)?;
            }
            ms = ms.min(time(context, &mut batch)?);
        }
        for row in 0..rows {
            let sequence = u32::try_from(row)?;
            context.clear_kv_cache_seq(Some(sequence), Some(LESSON as u32), None)?;
        }
        pace.learn(rows, 0, ms);
        measured.push((rows, ms));
        if ms > LONGEST_STEP_MS {
            break;
        }
    }
    context.clear_kv_cache();
    Ok((pace, choose(&measured)))
}

/// The most rows that still give more words a second in all, fast enough for
/// each reader.
fn choose(measured: &[(usize, f64)]) -> usize {
    let mut best = (1, 0.0);
    for &(rows, ms) in measured {
        let speed = rows as f64 / ms;
        let fast_enough = ms <= LONGEST_STEP_MS || rows <= 4;
        if fast_enough && speed >= best.1 * WORTH {
            best = (rows, speed);
        }
    }
    best.0
}

fn add(batch: &mut LlamaBatch<'_>, at: usize, sequences: &[i32], result: bool) -> Result<()> {
    // Any tokens do; different ones, so that nothing is accidentally cheap.
    let token = LlamaToken(i32::try_from(100 + at)?);
    Ok(batch.add(token, i32::try_from(at)?, sequences, result)?)
}

fn time(context: &mut LlamaContext<'_>, batch: &mut LlamaBatch<'_>) -> Result<f64> {
    let began = now();
    context.decode(batch)?;
    context.synchronize();
    Ok(began.elapsed().as_secs_f64() * 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_most_rows_that_pay() {
        // Qwen2.5-Coder with 0.5 and 1.5 billion parameters on two AVX2 cores.
        let half = [
            (1, 40.0),
            (4, 64.0),
            (8, 111.0),
            (16, 166.0),
            (24, 235.0),
            (32, 287.0),
        ];
        assert_eq!(choose(&half), 32);
        let large = [
            (1, 66.0),
            (4, 123.0),
            (8, 255.0),
            (12, 306.0),
            (16, 300.0),
            (24, 470.0),
        ];
        assert_eq!(choose(&large), 16);
        assert_eq!(choose(&[(1, 50.0), (4, 1000.0)]), 1);
        assert_eq!(choose(&[]), 1);
    }
}
