//! `bwenge eval`: how well search does on questions whose answers are known, and
//! listening on recordings whose words are.

use std::path::PathBuf;
use std::sync::Arc;

use tempfile::TempDir;

use crate::app;
use crate::blobs::Blobs;
use crate::clock::TrustedClock;
use crate::config::{Config, Flags};
use crate::db::Db;
use crate::error::Error;
use crate::eval::{self, Dataset, Line, Times, speech};
use crate::inference::process::Spawner;
use crate::inference::worker::{Launcher, State};
use crate::inference::{EngineKind, Inference};
use crate::rates::Rates;
use crate::retrieval::Retrieval;
use crate::state::Core;
use crate::types::{SharedClock, SystemClock};

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Ranks the passages of a dataset for its questions, with each stage of
    /// search alone and together.
    Retrieval(RetrievalArgs),
    /// Listens to recordings whose words are known: word and character error rate,
    /// speed and memory.
    Transcription(TranscriptionArgs),
    /// Times searches over a dataset's passages, with vectors of vectors.f32 beside
    /// them; prints JSON.
    Speed(DatasetArgs),
}

#[derive(clap::Args)]
struct DatasetArgs {
    /// A folder with passages.jsonl and queries*.jsonl.
    dataset: PathBuf,
    #[command(flatten)]
    flags: Flags,
}

#[derive(clap::Args)]
struct RetrievalArgs {
    #[command(flatten)]
    of: DatasetArgs,
    /// Ask only the questions of this split, such as dev.
    #[arg(long)]
    split: Option<String>,
    /// Cut the passages as lessons are cut; one counts as found with any piece of it.
    #[arg(long)]
    cut: bool,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args)]
struct TranscriptionArgs {
    /// A folder with recordings and recordings.jsonl: file, text and language of each.
    dataset: PathBuf,
    #[command(flatten)]
    flags: Flags,
    /// Print JSON, what was heard included, instead of a table.
    #[arg(long)]
    json: bool,
}

/// How a dataset of recordings was heard.
#[derive(serde::Serialize)]
struct Heard {
    /// Catalogue id of the speech model.
    model: String,
    threads: u32,
    /// The most memory the speech worker had resident.
    peak_bytes: Option<u64>,
    lines: Vec<speech::Line>,
    transcripts: Vec<speech::Transcript>,
}

/// Runs the subcommand.
pub fn run(args: Args) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    match args.what {
        What::Retrieval(args) => {
            let dataset = Dataset::read(&args.of.dataset)?;
            let lines = runtime.block_on(measure(&args, &dataset))?;
            match args.json {
                true => println!("{}", serde_json::to_string_pretty(&lines)?),
                false => print_table(&lines),
            }
        }
        What::Transcription(args) => {
            let recordings = speech::read(&args.dataset)?;
            let heard = runtime.block_on(hear(&args, &recordings))?;
            match args.json {
                true => println!("{}", serde_json::to_string_pretty(&heard)?),
                false => print_heard(&heard),
            }
        }
        What::Speed(args) => {
            let dataset = Dataset::read(&args.dataset)?;
            let times = runtime.block_on(speed(&args, &dataset))?;
            println!("{}", serde_json::to_string_pretty(&times)?);
        }
    }
    Ok(())
}

async fn measure(args: &RetrievalArgs, dataset: &Dataset) -> anyhow::Result<Vec<Line>> {
    let folder = tempfile::tempdir()?;
    let retrieval = retrieval(&args.of, &folder)?;
    let index = eval::index(&retrieval, dataset, args.cut).await?;
    eval::measure(&retrieval, &index, dataset, args.split.as_deref()).await
}

async fn speed(args: &DatasetArgs, dataset: &Dataset) -> anyhow::Result<Vec<Times>> {
    let folder = tempfile::tempdir()?;
    let retrieval = retrieval(args, &folder)?;
    let speed = eval::index_with_vectors(&retrieval, dataset, &args.dataset).await?;
    speed.measure(&retrieval, dataset).await
}

async fn hear(args: &TranscriptionArgs, recordings: &[speech::Recording]) -> anyhow::Result<Heard> {
    let config = Config::load(args.flags.clone())?;
    let (plan, _, _) = app::plan(&config)?;
    let Some(model) = plan.asr.as_ref().map(|model| model.id.clone()) else {
        anyhow::bail!("there is no speech model: fetch one with `bwenge models pull`");
    };
    let launcher = launcher()?;
    let inference = Inference::new(plan, &launcher, launcher.clone());
    let folder = tempfile::tempdir()?;
    let transcripts = speech::measure(&inference, folder.path(), recordings).await?;
    let workers = inference.status().into_iter();
    let peak_bytes = workers
        .filter(|worker| matches!(worker.kind, EngineKind::Asr))
        .find_map(|worker| match worker.state {
            State::Ready(ready) => app::most_resident(ready.pid?),
            _ => None,
        });
    Ok(Heard {
        model,
        threads: config.threads,
        peak_bytes,
        lines: speech::summary(recordings, &transcripts),
        transcripts,
    })
}

fn launcher() -> anyhow::Result<Launcher> {
    let spawner = Spawner::new(PathBuf::from("/proc/self/exe")).map_err(Error::into_anyhow)?;
    Ok(Launcher::Process(spawner))
}

/// Search with a folder of its own: no school's data is touched.
fn retrieval(args: &DatasetArgs, folder: &TempDir) -> anyhow::Result<Retrieval> {
    let mut config = Config::load(args.flags.clone())?;
    config.data_dir = folder.path().to_owned();
    let (plan, missing, _) = app::plan(&config)?;
    anyhow::ensure!(
        !plan.embed.is_empty(),
        "{missing:?}: fetch an embedding model with `bwenge models pull`"
    );
    let launcher = launcher()?;
    let machine = Arc::new(SystemClock::default());
    let clock: SharedClock = Arc::new(TrustedClock::new(machine));
    let core = Core {
        db: Db::open(&config.data_dir, &clock).map_err(Error::into_anyhow)?,
        blobs: Blobs::open(&config.data_dir.join("blobs")).map_err(Error::into_anyhow)?,
        inference: Inference::new(plan, &launcher, launcher.clone()),
        rates: Rates::new(&config.rates),
        config,
        clock,
    };
    Ok(Retrieval::new(Arc::new(core)))
}

fn print_table(lines: &[Line]) {
    println!(
        "| questions | stages | recall@1 | recall@5 | recall@20 | MRR@10 | nDCG@10 | answered | refused |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for line in lines {
        let means = line.means;
        let shares = line.decisions.map_or(String::from(" |"), |decisions| {
            format!(" {:.3} | {:.3}", decisions.answered, decisions.refused)
        });
        println!(
            "| {} {} | {} | {:.3} | {:.3} | {:.3} | {:.3} | {:.3} |{shares} |",
            means.questions,
            line.language,
            line.stages,
            means.recall_1,
            means.recall_5,
            means.recall_20,
            means.mrr_10,
            means.ndcg_10
        );
    }
}

fn print_heard(heard: &Heard) {
    println!(
        "| language | recordings | WER % | CER % | said | substituted | left out | added | audio s | speech s | wall s | real-time factor |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|");
    for line in &heard.lines {
        let (figures, words) = (line.figures, line.figures.words);
        println!(
            "| {} | {} | {:.2} | {:.2} | {} | {} | {} | {} | {:.1} | {:.1} | {:.1} | {:.3} |",
            line.language,
            figures.recordings,
            line.word_error_rate * 100.0,
            line.character_error_rate * 100.0,
            words.said,
            words.substitutions,
            words.deletions,
            words.insertions,
            figures.audio_s,
            figures.speech_s,
            figures.wall_s,
            line.real_time_factor
        );
    }
    let peak = heard.peak_bytes.unwrap_or(0) as f64 / 1e6;
    println!(
        "\n{} on {} threads; peak memory of the speech worker: {peak:.0} MB",
        heard.model, heard.threads
    );
}
