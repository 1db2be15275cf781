//! Which models this box runs: those asked for, or the best that are present,
//! intact and fit its memory. Search comes first: without it nothing is found,
//! and its models are small; the language model gets what is left.

use super::llms::Llms;
use crate::config::Config;
use crate::inference::protocol::WorkerConfig;
use crate::inference::{ModelPlan, Plan};
use crate::models::{Catalog, FileState, Machine, Model, ModelKind, Shelf};
use crate::types::Language;

/// Boxes with at most this much memory read one document at a time.
const SMALL_BOX: u64 = 4 << 30;
/// A box with less than so many times the memory of an embedding model that was
/// replaced does without it: words find what has no vector of the new one yet.
const ROOM_FOR_BEFORE: u64 = 8;
/// Address space beyond the model's own need: code, stacks and the allocator's
/// arenas count too.
const HEADROOM: u64 = 2 << 30;

/// The plan but for the language model, words for what is missing, such as
/// `embed_missing`, and the language models to choose from.
pub fn decide(config: &Config) -> anyhow::Result<(Plan, Vec<&'static str>, Llms)> {
    let catalog = Catalog::builtin();
    let shelf = Shelf::new(&config.models_dir);
    let machine = Machine::look(config.threads, 0);
    let room = machine.room().bytes;
    let choose = |wanted: Option<&String>, kind| {
        let fits = |model: &Model| model.ram_bytes <= room;
        anyhow::Ok(match wanted {
            Some(id) => {
                let model = asked_for(catalog, &shelf, id, kind)?;
                if !fits(model) {
                    anyhow::bail!("model {id} does not fit this box's memory");
                }
                Some(model)
            }
            None => shelf.best(catalog, kind, fits),
        })
    };
    if let Some(id) = &config.llm {
        asked_for(catalog, &shelf, id, ModelKind::Llm)?;
    }
    let embed = choose(config.embed.as_ref(), ModelKind::Embed)?;
    // Passages may have vectors of these; the box asks once its data is open.
    let before = catalog.models.iter().filter(|model| {
        model.kind == ModelKind::Embed
            && embed.is_some_and(|embed| embed.id != model.id)
            && model.ram_bytes * ROOM_FOR_BEFORE <= room
            && shelf.state(model) == FileState::Present
    });
    // Nothing uses speech yet, so its absence is no lack.
    let asr = choose(config.asr.as_ref(), ModelKind::Asr)?;
    let missing = match embed {
        Some(_) => Vec::new(),
        None => vec!["embed_missing"],
    };
    let taken = embed.map_or(0, |model| model.ram_bytes);
    let llms = Llms::on_shelf(
        config.llm.clone(),
        shelf.clone(),
        machine.cores,
        taken,
        config.beginnings_dir(),
        config.rows,
    );
    let threads = config.threads;
    let path = |model: &Model, name| shelf.path(model).join(name).to_string_lossy().into_owned();
    let plan = Plan {
        llm: None,
        embed: embed
            .into_iter()
            .chain(before)
            .map(|model| {
                let model_dir = shelf.path(model).to_string_lossy().into_owned();
                let config = WorkerConfig::Embed {
                    model: model_dir,
                    threads,
                };
                plan_for(model, config)
            })
            .collect(),
        asr: asr.map(|model| {
            let config = WorkerConfig::Asr {
                model: path(model, "model.bin"),
                threads,
            };
            plan_for(model, config)
        }),
        documents: match machine.total.min(machine.group.unwrap_or(u64::MAX)) {
            ..=SMALL_BOX => 1,
            _ => 2,
        },
    };
    Ok((plan, missing, llms))
}

fn asked_for<'c>(
    catalog: &'c Catalog,
    shelf: &Shelf,
    id: &str,
    kind: ModelKind,
) -> anyhow::Result<&'c Model> {
    let model = catalog
        .find(id)
        .filter(|model| model.kind == kind)
        .ok_or_else(|| anyhow::anyhow!("the catalogue has no such model of this kind: {id}"))?;
    match shelf.state(model) {
        FileState::Present => Ok(model),
        state => anyhow::bail!("model {id} is {state:?}; try: bwenge models pull {id}"),
    }
}

fn plan_for(model: &Model, config: WorkerConfig) -> ModelPlan {
    ModelPlan {
        id: model.id.clone(),
        config,
        memory_bytes: model.ram_bytes * 5 / 4 + HEADROOM,
        languages: languages(model),
        relevance_floor: model.relevance_floor.map(f64::from),
        memory: None,
        beginnings: None,
    }
}

/// The languages of the box among those a model knows.
pub fn languages(model: &Model) -> Vec<Language> {
    let words = model.languages.iter();
    words.filter_map(|word| word.parse().ok()).collect()
}
