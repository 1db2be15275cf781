//! The model without pipes and without the engine, for tests: one short answer
//! for `probe_engines`, and how close it was where two answers part.

use anyhow::{Context, Result};
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::model::params::LlamaModelParams;
use llama_cpp_2::sampling::LlamaSampler;
use llama_cpp_2::token::LlamaToken;
use llama_cpp_2::{LogOptions, send_logs_to_tracing};

use super::{new_context, pace, prompt};
use crate::inference::protocol::{ChatMessage, LlmConfig, Prompt};

/// Tokens of the answer at most.
const LENGTH: i32 = 24;

/// Where two answers to the same prompt part.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// Tokens they have in common.
    pub at: usize,
    /// How much likelier the likeliest token was than the less likely of the
    /// two that were chosen, as a difference of logits: near 0 for a tie.
    pub gap: f32,
}

/// Where `one` and `other`, two answers to `prompt`, part; none where they do not.
///
/// # Errors
/// When the model can not be loaded or the prompt is refused.
pub fn differences(
    model: &str,
    answers: &[(Prompt, String, String)],
) -> Result<Vec<Option<Difference>>> {
    let config = LlmConfig {
        model: model.to_owned(),
        threads: 2,
        decode_threads: 2,
        context: 2048,
        rows: 1,
        parked_bytes: 0,
    };
    send_logs_to_tracing(LogOptions::default());
    let backend = LlamaBackend::init()?;
    let model = LlamaModel::load_from_file(&backend, model, &LlamaModelParams::default())?;
    let prompter = prompt::Prompter::new(&model)?;
    let mut context = new_context(&backend, &model, &config)?;
    let mut found = Vec::with_capacity(answers.len());
    for (prompt, one, other) in answers {
        let vocab = model.vocab();
        let tokens = |text: &str| vocab.tokenize(text.as_bytes(), false, false);
        let (one, other) = (tokens(one), tokens(other));
        let at = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
        let end = model.vocab().eos();
        let choice = [&one, &other].map(|tokens| tokens.get(at).copied().unwrap_or(end));
        if choice[0] == choice[1] {
            found.push(None);
            continue;
        }
        let mut text: Vec<LlamaToken> = prompter
            .tokens(prompt)?
            .into_iter()
            .map(LlamaToken)
            .collect();
        text.extend_from_slice(&one[..at]);
        context.clear_kv_cache();
        let mut batch = LlamaBatch::new(pace::MOST_ROWS, 1);
        for (place, chunk) in text.chunks(pace::MOST_ROWS).enumerate() {
            batch.clear();
            for (offset, &token) in chunk.iter().enumerate() {
                let place = place * pace::MOST_ROWS + offset;
                let last = place + 1 == text.len();
                batch.add(token, i32::try_from(place)?, &[0], last)?;
            }
            context.decode(&mut batch)?;
        }
        let logits = context.get_logits_ith(batch.n_tokens() - 1);
        let of = |token: LlamaToken| logits[token.0.unsigned_abs() as usize];
        let best = logits.iter().copied().fold(f32::MIN, f32::max);
        let gap = best - of(choice[0]).min(of(choice[1]));
        found.push(Some(Difference { at, gap }));
    }
    Ok(found)
}

/// Loads the model, answers a short question greedily and unloads it again.
pub fn probe(model: &str, question: &str) -> Result<String> {
    let config = LlmConfig {
        model: model.to_owned(),
        threads: 2,
        decode_threads: 2,
        context: 512,
        rows: 1,
        parked_bytes: 0,
    };
    let backend = LlamaBackend::init()?;
    let model = LlamaModel::load_from_file(&backend, model, &LlamaModelParams::default())
        .with_context(|| format!("can not load {model}"))?;
    let prompt = prompt::Prompter::new(&model)?.tokens(&Prompt::Chat(vec![ChatMessage {
        role: "user".into(),
        content: question.into(),
    }]))?;
    let mut context = new_context(&backend, &model, &config)?;
    let mut batch = LlamaBatch::new(pace::MOST_ROWS, 1);
    let prompt: Vec<LlamaToken> = prompt.into_iter().map(LlamaToken).collect();
    batch.add_sequence(&prompt, 0, false)?;
    let mut sampler = LlamaSampler::greedy();
    let mut answer = Vec::new();
    let first = i32::try_from(prompt.len())?;
    for position in first..first + LENGTH {
        context.decode(&mut batch)?;
        let token = sampler.sample(&context, batch.n_tokens() - 1);
        if model.vocab().is_eog(token) {
            break;
        }
        answer.extend(model.vocab().token_to_piece(token, false, None));
        batch.clear();
        batch.add(token, position, &[0], true)?;
    }
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
