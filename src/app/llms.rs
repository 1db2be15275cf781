//! Which language model the box runs: what is on the shelf, what fits, and
//! which of it is chosen.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::inference::ModelPlan;
use crate::inference::beginnings::Beginnings;
use crate::inference::protocol::{LlmConfig, WorkerConfig};
use crate::models::{
    Catalog, FileState, LimitFrom, Machine, MemoryPlan, Model, ModelKind, Shape, Shelf,
};
use crate::models::{TooBig, plan};

/// A language model the box knows.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Its catalogue id.
    pub id: String,
    /// How it would run, or why it can not.
    pub verdict: Result<ModelPlan, Unfit>,
}

/// Why a model can not run on this box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfit {
    /// Its file is not here.
    Missing,
    /// Its file is not the one of the catalogue, or says nothing useful.
    Damaged,
    /// There is too little memory.
    TooBig(TooBig),
}

/// A model that was to run and does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Its catalogue id.
    pub model: String,
    /// What it needs and what there is.
    pub why: TooBig,
}

type Look = dyn Fn(u64) -> Vec<Candidate> + Send + Sync;

/// The language models of a box.
pub struct Llms {
    /// The one the settings name.
    wanted: Option<String>,
    look: Box<Look>,
}

impl Llms {
    /// Models that `look` finds, worst first; it is told how many bytes of
    /// memory the box's own workers hold. `wanted` is the id the settings name.
    pub fn new(
        wanted: Option<String>,
        look: impl Fn(u64) -> Vec<Candidate> + Send + Sync + 'static,
    ) -> Self {
        let look = Box::new(look);
        Self { wanted, look }
    }

    /// The models of a shelf, on a machine of so many `cores`, beside other
    /// models that need `taken` bytes.
    /// Beginnings of prompts are saved below `beginnings`. At most so many
    /// answers are written side by side as `rows` says.
    pub fn on_shelf(
        wanted: Option<String>,
        shelf: Shelf,
        cores: u32,
        taken: u64,
        beginnings: PathBuf,
        rows: Option<u32>,
    ) -> Self {
        Self::new(wanted, move |own| {
            let machine = Machine::look(cores, own);
            let models = Catalog::builtin().models.iter();
            models
                .filter(|model| model.kind == ModelKind::Llm)
                .map(|model| Candidate {
                    id: model.id.clone(),
                    verdict: judge(model, &shelf, &machine, taken, rows).map(|plan| ModelPlan {
                        beginnings: Some(Beginnings::of(&beginnings, &model.id)),
                        ..plan
                    }),
                })
                .collect()
        })
    }

    /// All of them. Blocks while files are looked at.
    pub fn look(&self, own: u64) -> Vec<Candidate> {
        (self.look)(own)
    }

    /// Waits until a model fits, where only other programs are in the way: a
    /// worker of an earlier run may not be gone yet. `pause` is the time between
    /// two looks, `own` the memory that the box's workers hold; none when
    /// waiting is no use.
    pub async fn once_it_fits(
        self: Arc<Self>,
        chosen: Option<String>,
        pause: Duration,
        own: impl Fn() -> u64 + Send + Clone + 'static,
    ) -> Option<ModelPlan> {
        loop {
            tokio::time::sleep(pause).await;
            let (llms, chosen, own) = (self.clone(), chosen.clone(), own.clone());
            let choosing = move || llms.choose(chosen.as_deref(), own());
            match tokio::task::spawn_blocking(choosing).await.ok()? {
                Ok(found) => return found,
                Err(refused) if refused.why.limit != LimitFrom::Available => return None,
                Err(_) => {}
            }
        }
    }

    /// The model to start with: the one chosen on the box page, unless it is
    /// gone, else that of the settings, else the best that fits beside what the
    /// box's workers hold, `own` bytes. Blocks.
    pub fn choose(&self, chosen: Option<&str>, own: u64) -> Result<Option<ModelPlan>, Refused> {
        choose(self.look(own), chosen, self.wanted.as_deref())
    }
}

fn judge(
    model: &Model,
    shelf: &Shelf,
    machine: &Machine,
    taken: u64,
    rows: Option<u32>,
) -> Result<ModelPlan, Unfit> {
    match shelf.state(model) {
        FileState::Present => {}
        FileState::Missing => return Err(Unfit::Missing),
        FileState::Damaged => return Err(Unfit::Damaged),
    }
    let file = shelf.path(model).join("model.gguf");
    let shape = Shape::read(&file).map_err(|error| {
        tracing::warn!(
            model = model.id,
            error = format!("{error:#}"),
            "llm.unreadable"
        );
        Unfit::Damaged
    })?;
    let memory = plan(machine, taken, &shape).map_err(Unfit::TooBig)?;
    let memory = memory.with_at_most(rows);
    Ok(planned(model, file.to_string_lossy().into_owned(), memory))
}

fn planned(model: &Model, file: String, memory: MemoryPlan) -> ModelPlan {
    ModelPlan {
        id: model.id.clone(),
        config: WorkerConfig::Llm(LlmConfig {
            model: file,
            threads: memory.threads,
            decode_threads: memory.decode_threads,
            context: memory.pool_tokens,
            rows: memory.rows,
            parked_bytes: memory.parked_bytes(),
        }),
        memory_bytes: memory.address_space(),
        languages: super::plan::languages(model),
        relevance_floor: None,
        memory: Some(memory),
        beginnings: None,
    }
}

fn choose(
    candidates: Vec<Candidate>,
    chosen: Option<&str>,
    wanted: Option<&str>,
) -> Result<Option<ModelPlan>, Refused> {
    let named = |id: Option<&str>| candidates.iter().find(|c| Some(c.id.as_str()) == id);
    if let Some(candidate) = named(chosen) {
        match &candidate.verdict {
            Ok(plan) => return Ok(Some(plan.clone())),
            Err(why) => tracing::warn!(model = candidate.id, ?why, "llm.choice_unusable"),
        }
    }
    if let Some(candidate) = named(wanted) {
        return match &candidate.verdict {
            Ok(plan) => Ok(Some(plan.clone())),
            Err(Unfit::TooBig(why)) => Err(refused(candidate, *why)),
            Err(Unfit::Missing | Unfit::Damaged) => Ok(None),
        };
    }
    let best = candidates
        .iter()
        .rev()
        .find_map(|c| c.verdict.as_ref().ok());
    if let Some(plan) = best {
        return Ok(Some(plan.clone()));
    }
    // None fits: the one that comes nearest tells what is lacking.
    let too_big = candidates.iter().filter_map(|c| match &c.verdict {
        Err(Unfit::TooBig(why)) => Some(refused(c, *why)),
        _ => None,
    });
    too_big
        .min_by_key(|refused| refused.why.needed_bytes)
        .map_or(Ok(None), Err)
}

fn refused(candidate: &Candidate, why: TooBig) -> Refused {
    let model = candidate.id.clone();
    tracing::error!(model, %why, "llm.too_big");
    Refused { model, why }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn fits(id: &str) -> Candidate {
        let verdict = Ok(ModelPlan {
            id: id.to_owned(),
            config: WorkerConfig::Embed {
                model: String::new(),
                threads: 1,
            },
            memory_bytes: 0,
            languages: Vec::new(),
            relevance_floor: None,
            memory: None,
            beginnings: None,
        });
        Candidate {
            id: id.to_owned(),
            verdict,
        }
    }

    fn unfit(id: &str, why: Unfit) -> Candidate {
        Candidate {
            id: id.to_owned(),
            verdict: Err(why),
        }
    }

    fn too_big(id: &str, needed_bytes: u64) -> Candidate {
        let why = TooBig {
            needed_bytes,
            room_bytes: 1,
            limit: LimitFrom::Memory,
        };
        unfit(id, Unfit::TooBig(why))
    }

    #[test]
    fn the_choice_is_kept_while_it_can_be() {
        let shelf = || {
            vec![
                fits("small"),
                fits("middle"),
                unfit("gone", Unfit::Missing),
                too_big("huge", 9),
            ]
        };
        let check = |chosen, wanted, expect: Result<Option<&str>, &str>| {
            let found = choose(shelf(), chosen, wanted);
            let found = found.map(|plan| plan.map(|p| p.id)).map_err(|r| r.model);
            let expect = expect
                .map(|id| id.map(str::to_owned))
                .map_err(str::to_owned);
            assert_eq!(found, expect, "{chosen:?} {wanted:?}");
        };
        check(None, None, Ok(Some("middle")));
        check(Some("small"), None, Ok(Some("small")));
        check(Some("small"), Some("middle"), Ok(Some("small")));
        check(Some("gone"), Some("small"), Ok(Some("small")));
        check(Some("gone"), None, Ok(Some("middle")));
        check(Some("huge"), None, Ok(Some("middle")));
        check(Some("unheard of"), None, Ok(Some("middle")));
        // What the settings name is not silently replaced by another.
        check(None, Some("huge"), Err("huge"));
        check(None, Some("gone"), Ok(None));
    }

    #[test]
    fn when_none_fits_the_nearest_is_named() {
        let shelf = vec![
            unfit("gone", Unfit::Missing),
            too_big("big", 5),
            too_big("bigger", 7),
        ];
        assert_eq!(choose(shelf, None, None).unwrap_err().model, "big");
        assert!(choose(Vec::new(), None, None).unwrap().is_none());
        let shelf = vec![unfit("bad", Unfit::Damaged)];
        assert!(choose(shelf, None, None).unwrap().is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn memory_that_others_hold_is_waited_for() {
        let check = async |limit, expected: Option<&str>, looks| {
            let looked = Arc::new(AtomicUsize::new(0));
            let counted = looked.clone();
            let llms = Llms::new(None, move |_| {
                let why = TooBig {
                    needed_bytes: 9,
                    room_bytes: 1,
                    limit,
                };
                match counted.fetch_add(1, Ordering::Relaxed) {
                    0..3 => vec![unfit("model", Unfit::TooBig(why))],
                    _ => vec![fits("model")],
                }
            });
            let pause = Duration::from_secs(20);
            let found = Arc::new(llms).once_it_fits(None, pause, || 0).await;
            assert_eq!(found.map(|plan| plan.id).as_deref(), expected);
            assert_eq!(looked.load(Ordering::Relaxed), looks);
        };
        check(LimitFrom::Available, Some("model"), 4).await;
        check(LimitFrom::Memory, None, 1).await;
    }
}
