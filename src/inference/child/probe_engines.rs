//! Proof that both C++ engines work in one process, in any order.
//!
//! A hidden command for tests: it uses the engines as the children do, but
//! several in one process, where a clash of their two ggml would show.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail};

use super::{asr, llm};

/// Runs the engines in `order` (`llm` or `asr`) and prints a line for each.
pub fn run(llm_model: &str, asr_model: &str, wav: &Path, order: &[String]) -> Result<()> {
    let bytes = std::fs::read(wav)?;
    let (_, body) = bytes.split_at_checked(44).context("no sound")?;
    let samples: Vec<f32> = body
        .as_chunks()
        .0
        .iter()
        .map(|bytes| f32::from(i16::from_le_bytes(*bytes)) / 32768.0)
        .collect();
    for engine in order {
        let text = match engine.as_str() {
            "llm" => llm::probe(llm_model, "The capital of Rwanda is Kigali. Repeat that.")?,
            "asr" => transcribe(asr_model, &samples)?,
            _ => bail!("unknown engine {engine:?}"),
        };
        println!("{engine}: {}", text.replace('\n', " "));
    }
    Ok(())
}

fn transcribe(model: &str, samples: &[f32]) -> Result<String> {
    let flag = Arc::new(asr::CancelFlag::new());
    let heard = asr::Speech::load(model, 2)?.transcribe(Some("en"), samples, &flag, |_| ())?;
    Ok(heard
        .into_iter()
        .flatten()
        .map(|stretch| stretch.text)
        .collect())
}
