//! How the next token is picked.
//!
//! llama.cpp's samplers work on a list of the whole vocabulary, 1.8 MB for
//! 150,000 tokens, that they keep or make anew for each token. Only a schema
//! needs that: otherwise the few best results are found first.

use anyhow::{Context, Result};
use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::json_schema_to_grammar;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::sampling::LlamaSampler;
use llama_cpp_2::token::LlamaToken;
use llama_cpp_2::token::data::LlamaTokenData;
use llama_cpp_2::token::data_array::LlamaTokenDataArray;

use crate::inference::protocol::Generate;

/// Results that are looked at together.
const BLOCK: usize = 256;

/// Candidates looked at when sampling: nothing below the best 64 is ever wanted.
const CANDIDATES: usize = 64;

/// Picks the tokens of one answer.
pub struct Picker {
    steps: LlamaSampler,
    /// The best results that `steps` look at; all of them without a number.
    best: Option<usize>,
}

impl Picker {
    /// What a request asks for.
    ///
    /// # Errors
    /// When its schema is none, or of a kind that can not be followed.
    pub fn new(request: &Generate, model: &LlamaModel) -> Result<Self> {
        // A nucleus of nothing is the likeliest token alone.
        let alone = request.temperature <= 0.0 || request.top_p <= 0.0;
        let alone = alone || !request.temperature.is_finite();
        let candidates = if alone { 1 } else { CANDIDATES };
        let mut best = Some(candidates);
        let mut steps = Vec::new();
        if let Some(schema) = &request.schema {
            let grammar =
                json_schema_to_grammar(schema).context("the schema can not be followed")?;
            steps.push(LlamaSampler::grammar(model, &grammar, "root")?);
            steps.push(LlamaSampler::top_k(i32::try_from(candidates)?));
            best = None;
        }
        if !alone {
            if request.top_p < 1.0 {
                steps.push(LlamaSampler::top_p(request.top_p, 1));
            }
            steps.push(LlamaSampler::temp(request.temperature));
        }
        steps.push(LlamaSampler::dist(request.seed));
        let steps = LlamaSampler::chain(steps, true);
        Ok(Self { steps, best })
    }

    /// Picks the next token from a row of results.
    ///
    /// # Errors
    /// When the schema leaves no token.
    pub fn pick(&mut self, context: &LlamaContext<'_>, row: i32) -> Result<LlamaToken> {
        let mut candidates = match self.best {
            Some(count) => LlamaTokenDataArray::new(best(context.get_logits_ith(row), count), true),
            None => context.token_data_array_ith(row),
        };
        candidates.apply_sampler(&mut self.steps);
        let token = candidates.selected_token().context("no token is left")?;
        self.steps.accept(token);
        Ok(token)
    }
}

/// The so many best results, best first; of equal ones the first.
fn best(logits: &[f32], count: usize) -> Vec<LlamaTokenData> {
    let mut best: Vec<LlamaTokenData> = Vec::with_capacity(count + 1);
    // Blocks of which none is good enough are passed over at once.
    for (block, logits) in logits.chunks(BLOCK).enumerate() {
        let least = match best.last() {
            Some(last) if best.len() == count => last.logit(),
            _ => f32::NEG_INFINITY,
        };
        if best.len() == count && highest(logits) <= least {
            continue;
        }
        for (at, &logit) in logits.iter().enumerate() {
            let place = best.partition_point(|other| other.logit() >= logit);
            if place < count {
                let token = LlamaToken::new((block * BLOCK + at) as i32);
                best.insert(place, LlamaTokenData::new(token, logit, 0.0));
                best.truncate(count);
            }
        }
    }
    best
}

/// The highest of some results, compared side by side.
fn highest(logits: &[f32]) -> f32 {
    let (groups, rest) = logits.as_chunks::<32>();
    let mut highest = [f32::NEG_INFINITY; 32];
    for group in groups {
        for (highest, &logit) in highest.iter_mut().zip(group) {
            // Unlike `max`, this is one instruction for eight of them.
            *highest = if logit > *highest { logit } else { *highest };
        }
    }
    let all = highest.iter().chain(rest).copied();
    all.fold(f32::NEG_INFINITY, f32::max)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_best_are_those_of_sorting(
            logits in prop::collection::vec(-9..9_i16, 1..2000),
            count in 1..70_usize,
        ) {
            let logits: Vec<f32> = logits.into_iter().map(f32::from).collect();
            let mut sorted: Vec<usize> = (0..logits.len()).collect();
            sorted.sort_by(|&a, &b| logits[b].total_cmp(&logits[a]));
            sorted.truncate(count);
            let best = best(&logits, count);
            let best: Vec<usize> = best.iter().map(|token| token.id().0 as usize).collect();
            prop_assert_eq!(best, sorted);
        }
    }
}
