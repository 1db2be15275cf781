//! One short answer without pipes, for `probe_engines`.

use anyhow::{Context, Result};
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::model::params::LlamaModelParams;
use llama_cpp_2::sampling::LlamaSampler;
use llama_cpp_2::token::LlamaToken;

use super::{new_context, pace, prompt};
use crate::inference::protocol::{ChatMessage, LlmConfig, Prompt};

/// Tokens of the answer at most.
const LENGTH: i32 = 24;

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
