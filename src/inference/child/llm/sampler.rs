//! How the next token is picked.

use anyhow::{Context, Result};
use llama_cpp_2::json_schema_to_grammar;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::sampling::LlamaSampler;

use crate::inference::protocol::Generate;

/// Candidates looked at when sampling. Nucleus sampling over a whole vocabulary
/// sorts 150,000 entries a token; nothing below the best 64 is ever wanted.
const CANDIDATES: i32 = 64;

/// The sampler a request asks for.
///
/// # Errors
/// When its schema is none, or of a kind that can not be followed.
pub fn of(request: &Generate, model: &LlamaModel) -> Result<LlamaSampler> {
    let mut steps = Vec::new();
    if let Some(schema) = &request.schema {
        let grammar = json_schema_to_grammar(schema).context("the schema can not be followed")?;
        steps.push(LlamaSampler::grammar(model, &grammar, "root")?);
    }
    if request.temperature <= 0.0 || !request.temperature.is_finite() {
        steps.push(LlamaSampler::greedy());
        return Ok(LlamaSampler::chain(steps, true));
    }
    steps.push(LlamaSampler::top_k(CANDIDATES));
    if request.top_p > 0.0 && request.top_p < 1.0 {
        steps.push(LlamaSampler::top_p(request.top_p, 1));
    }
    steps.push(LlamaSampler::temp(request.temperature));
    steps.push(LlamaSampler::dist(request.seed));
    Ok(LlamaSampler::chain(steps, true))
}
