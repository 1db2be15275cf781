//! How the next token is picked.

use anyhow::{Context, Result};
use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::json_schema_to_grammar;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::sampling::LlamaSampler;
use llama_cpp_2::token::LlamaToken;

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
    // A nucleus of nothing is the likeliest token alone.
    let alone = request.temperature <= 0.0 || request.top_p <= 0.0;
    if alone || !request.temperature.is_finite() {
        steps.push(LlamaSampler::greedy());
        return Ok(LlamaSampler::chain(steps, true));
    }
    steps.push(LlamaSampler::top_k(CANDIDATES));
    if request.top_p < 1.0 {
        steps.push(LlamaSampler::top_p(request.top_p, 1));
    }
    steps.push(LlamaSampler::temp(request.temperature));
    steps.push(LlamaSampler::dist(request.seed));
    Ok(LlamaSampler::chain(steps, true))
}

/// Picks the next token from a row of results.
///
/// llama.cpp's own function for it keeps a list of the whole vocabulary with each
/// sampler, 1.8 MB for 150,000 tokens, as long as the answer is being written;
/// this one is shorter-lived.
///
/// # Errors
/// When the sampler leaves no token.
pub fn pick(
    sampler: &mut LlamaSampler,
    context: &LlamaContext<'_>,
    row: i32,
) -> Result<LlamaToken> {
    let mut candidates = context.token_data_array_ith(row);
    candidates.apply_sampler(sampler);
    let token = candidates.selected_token().context("no token is left")?;
    sampler.accept(token);
    Ok(token)
}
