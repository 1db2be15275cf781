//! The language model child: llama.cpp with one GGUF file.
//!
//! [`serve`] loads the model and greets the server; [`engine`] holds the answers
//! in progress and steps them, [`memory`] the context they are computed in,
//! [`calibrate`] how many answers it writes at once. The decisions are pure and
//! live beside them: [`tree`] (what a prompt can begin from), [`queue`] (who is
//! next), [`pace`] (how much one step computes), [`parked`] and [`popular`] (what
//! is kept outside the context), [`pressure`] (how long answers may be), [`draft`]
//! (what may come next), [`estimate`] (who begins when), [`gauge`] (what the server
//! is told of it), [`stop`] and [`utf8`] (what text comes out), [`template`] and
//! [`prompt`] (what goes in), [`sampler`] (how it is picked).

mod answer;
mod calibrate;
mod draft;
mod engine;
mod estimate;
mod gauge;
#[cfg(test)]
mod kernels;
mod lengths;
mod memory;
mod pace;
mod parked;
mod popular;
mod pressure;
mod probe;
mod prompt;
mod queue;
mod sampler;
mod stop;
mod template;
mod tree;
mod utf8;

use std::ffi::CStr;
use std::num::NonZeroU32;

use anyhow::{Context, Result, ensure};
use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::context::params::{KvCacheType, LlamaContextParams};
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::model::params::LlamaModelParams;
use llama_cpp_2::{LogOptions, send_logs_to_tracing};
use llama_cpp_sys_2::LLAMA_FLASH_ATTN_TYPE_ENABLED;

use super::{Session, pipe, simd};
use crate::inference::protocol::LlmConfig;

pub use probe::{Difference, differences, probe};

/// Loads the model, greets the server and answers until it hangs up.
pub fn serve(config: &LlmConfig, session: &Session) -> Result<()> {
    ensure!(
        (1..=64).contains(&config.rows),
        "rows must be between 1 and 64"
    );
    send_logs_to_tracing(LogOptions::default());
    let backend = LlamaBackend::init()?;
    let model = LlamaModel::load_from_file(&backend, &config.model, &model_params())
        .with_context(|| format!("can not load {}", config.model))?;
    // The state of a recurrent model can not be cut or shared at a token.
    ensure!(
        !model.is_recurrent() && !model.is_hybrid(),
        "only models with plain attention are supported"
    );
    let prompter = prompt::Prompter::new(&model)?;
    let mut context = new_context(&backend, &model, config)?;
    session.model_loaded()?;
    let (pace, rows) = calibrate::calibrate(&mut context, config.rows as usize)?;
    // What reading the head of the file and measuring left behind.
    // SAFETY: it only gives free memory back.
    unsafe { libc::malloc_trim(0) };
    let mut facts = facts(&model);
    facts.push(("rows".to_owned(), rows.to_string()));
    session.ready(simd_features(), facts, 0)?;
    let memory = memory::Memory::new(context, SEQUENCES, usize::try_from(config.parked_bytes)?);
    engine::Engine::new(
        &model,
        prompter,
        memory,
        rows,
        pace,
        session.replies.clone(),
    )
    .run(&pipe::requests()?)
}

/// Read instead of mapped: weights that are repacked at load would otherwise be
/// in memory twice, and what is mapped can be evicted just when it is needed.
fn model_params() -> LlamaModelParams {
    LlamaModelParams::default().with_use_mmap(false)
}

/// Sequences of the context: the answers in progress and what is kept of others.
/// llama.cpp keeps room for a result of each, of which many vocabularies need 0.6 MB.
const SEQUENCES: tree::Sequence = 72;

fn new_context<'m>(
    backend: &LlamaBackend,
    model: &'m LlamaModel,
    config: &LlmConfig,
) -> Result<LlamaContext<'m>> {
    let threads = i32::try_from(config.threads.clamp(1, 64))?;
    let alone = i32::try_from(config.decode_threads.clamp(1, 64))?;
    let batch = u32::try_from(pace::MOST_ROWS)?;
    let params = LlamaContextParams::default()
        .with_n_ctx(NonZeroU32::new(config.context.max(512)))
        .with_n_batch(batch)
        .with_n_ubatch(batch)
        .with_n_seq_max(SEQUENCES.unsigned_abs())
        // One pool of cells for all: sharing a prompt then costs no memory.
        .with_kv_unified(true)
        .with_flash_attention_policy(LLAMA_FLASH_ATTN_TYPE_ENABLED)
        // Flash attention on CPUs has fast paths for these types only.
        .with_type_k(KvCacheType::F16)
        .with_type_v(KvCacheType::F16)
        .with_n_threads(alone)
        .with_n_threads_batch(threads)
        .with_no_perf(true);
    model
        .new_context(backend, params)
        .context("no memory for the context")
}

fn simd_features() -> Vec<String> {
    // SAFETY: returns a pointer to a static string that ends with NUL.
    let info = unsafe { CStr::from_ptr(llama_cpp_sys_2::llama_print_system_info()) };
    simd::features(&info.to_string_lossy())
}

fn facts(model: &LlamaModel) -> Vec<(String, String)> {
    let mut facts = vec![
        (
            "parameters".to_owned(),
            format!("{}M", model.n_params() / 1_000_000),
        ),
        ("bytes".to_owned(), model.size().to_string()),
        (
            "trained_context".to_owned(),
            model.n_ctx_train().to_string(),
        ),
    ];
    for (name, key) in [
        ("name", "general.name"),
        ("architecture", "general.architecture"),
    ] {
        if let Ok(value) = model.meta_val_str(key) {
            facts.push((name.to_owned(), value));
        }
    }
    facts
}
