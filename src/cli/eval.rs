//! `bwenge eval`: how well search does on questions whose answers are known.

use std::path::PathBuf;
use std::sync::Arc;

use tempfile::TempDir;

use crate::app;
use crate::blobs::Blobs;
use crate::config::{Config, Flags};
use crate::db::Db;
use crate::error::Error;
use crate::eval::{self, Dataset, Line, Times};
use crate::inference::Inference;
use crate::inference::process::Spawner;
use crate::inference::worker::Launcher;
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

/// Search with a folder of its own: no school's data is touched.
fn retrieval(args: &DatasetArgs, folder: &TempDir) -> anyhow::Result<Retrieval> {
    let mut config = Config::load(args.flags.clone())?;
    config.data_dir = folder.path().to_owned();
    let (plan, missing, _) = app::plan(&config)?;
    anyhow::ensure!(
        !plan.embed.is_empty(),
        "{missing:?}: fetch an embedding model with `bwenge models pull`"
    );
    let launcher = Launcher::Process(
        Spawner::new(PathBuf::from("/proc/self/exe")).map_err(Error::into_anyhow)?,
    );
    let clock: SharedClock = Arc::new(SystemClock::default());
    let core = Core {
        db: Db::open(&config.data_dir, &clock).map_err(Error::into_anyhow)?,
        blobs: Blobs::open(&config.data_dir.join("blobs")).map_err(Error::into_anyhow)?,
        inference: Inference::new(plan, &launcher, launcher.clone()),
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
