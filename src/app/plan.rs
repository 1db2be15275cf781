//! Which models this box runs: those asked for, or the best that are present,
//! intact and fit its memory.

use crate::config::Config;
use crate::inference::protocol::{LlmConfig, WorkerConfig};
use crate::inference::{ModelPlan, Plan};
use crate::models::{Catalog, FileState, Model, ModelKind, Shelf, fits, total_memory};

/// Tokens of the KV pool that all answers share: thirty of a class on one lesson
/// of 1,000 tokens, and room for what is kept of earlier ones.
const CONTEXT: u32 = 12_288;
/// Answers written side by side at most; the worker measures how many pay.
const ROWS: u32 = 32;
/// RAM for the ends of conversations that left the pool.
const PARKED_BYTES: u64 = 128 << 20;
/// Boxes with at most this much memory read one document at a time.
const SMALL_BOX: u64 = 4 << 30;
/// Address space beyond the model's own need: code, stacks and the allocator's
/// arenas count too.
const HEADROOM: u64 = 2 << 30;

/// The plan, and words for what is missing, such as `llm_missing`.
pub fn decide(config: &Config) -> anyhow::Result<(Plan, Vec<&'static str>)> {
    let catalog = Catalog::builtin();
    let shelf = Shelf::new(&config.models_dir);
    let memory = total_memory().unwrap_or(u64::MAX);
    let choose = |wanted: Option<&String>, kind| {
        anyhow::Ok(match wanted {
            Some(id) => Some(asked_for(catalog, &shelf, id, kind, memory)?),
            None => shelf.best(catalog, kind, memory),
        })
    };
    let llm = choose(config.llm.as_ref(), ModelKind::Llm)?;
    let embed = choose(config.embed.as_ref(), ModelKind::Embed)?;
    // Nothing uses speech yet, so its absence is no lack.
    let asr = choose(config.asr.as_ref(), ModelKind::Asr)?;
    let missing = [(&llm, "llm_missing"), (&embed, "embed_missing")]
        .into_iter()
        .filter_map(|(model, word)| model.is_none().then_some(word))
        .collect();
    let threads = config.threads;
    let file = |model: &Model, name| shelf.path(model).join(name).to_string_lossy().into_owned();
    let plan = Plan {
        llm: llm.map(|model| {
            let config = LlmConfig {
                model: file(model, "model.gguf"),
                threads,
                context: CONTEXT,
                rows: ROWS,
                parked_bytes: PARKED_BYTES,
            };
            plan_for(model, WorkerConfig::Llm(config))
        }),
        embed: embed.map(|model| {
            let model_dir = shelf.path(model).to_string_lossy().into_owned();
            let config = WorkerConfig::Embed {
                model: model_dir,
                threads,
            };
            plan_for(model, config)
        }),
        asr: asr.map(|model| {
            let config = WorkerConfig::Asr {
                model: file(model, "model.bin"),
                threads,
            };
            plan_for(model, config)
        }),
        documents: if memory <= SMALL_BOX { 1 } else { 2 },
    };
    Ok((plan, missing))
}

fn asked_for<'c>(
    catalog: &'c Catalog,
    shelf: &Shelf,
    id: &str,
    kind: ModelKind,
    memory: u64,
) -> anyhow::Result<&'c Model> {
    let model = catalog
        .find(id)
        .filter(|model| model.kind == kind)
        .ok_or_else(|| anyhow::anyhow!("the catalogue has no such model of this kind: {id}"))?;
    match shelf.state(model) {
        FileState::Present => {}
        state => anyhow::bail!("model {id} is {state:?}; try: bwenge models pull {id}"),
    }
    if !fits(model, memory) {
        anyhow::bail!("model {id} does not fit this box's memory");
    }
    Ok(model)
}

fn plan_for(model: &Model, config: WorkerConfig) -> ModelPlan {
    ModelPlan {
        id: model.id.clone(),
        config,
        memory_bytes: model.ram_bytes * 5 / 4 + HEADROOM,
        languages: model
            .languages
            .iter()
            .filter_map(|word| word.parse().ok())
            .collect(),
        relevance_floor: model.relevance_floor.map(f64::from),
    }
}
