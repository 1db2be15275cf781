//! `bwenge eval`: how well search does on questions whose answers are known.

use std::path::PathBuf;
use std::sync::Arc;

use crate::app;
use crate::blobs::Blobs;
use crate::config::{Config, Flags};
use crate::db::Db;
use crate::error::Error;
use crate::eval::{self, Dataset, Line};
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
}

#[derive(clap::Args)]
struct RetrievalArgs {
    /// A folder with passages.jsonl and queries*.jsonl.
    dataset: PathBuf,
    /// Ask only the questions of this split, such as dev.
    #[arg(long)]
    split: Option<String>,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    flags: Flags,
}

/// Runs the subcommand.
pub fn run(args: Args) -> anyhow::Result<()> {
    let What::Retrieval(args) = args.what;
    let dataset = Dataset::read(&args.dataset)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let lines = runtime.block_on(retrieval(&args, &dataset))?;
    match args.json {
        true => println!("{}", serde_json::to_string_pretty(&lines)?),
        false => print_table(&lines),
    }
    Ok(())
}

/// Measures in a folder of its own: no school's data is touched.
async fn retrieval(args: &RetrievalArgs, dataset: &Dataset) -> anyhow::Result<Vec<Line>> {
    let folder = tempfile::tempdir()?;
    let mut config = Config::load(args.flags.clone())?;
    config.data_dir = folder.path().to_owned();
    let (plan, missing, _) = app::plan(&config)?;
    anyhow::ensure!(
        plan.embed.is_some(),
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
    let retrieval = Retrieval::new(Arc::new(core));
    let index = eval::index(&retrieval, dataset).await?;
    eval::measure(&retrieval, &index, dataset, args.split.as_deref()).await
}

fn print_table(lines: &[Line]) {
    println!("| questions | stages | recall@1 | recall@5 | recall@20 | MRR@10 | nDCG@10 |");
    println!("|---|---|---|---|---|---|---|");
    for line in lines {
        let means = line.means;
        println!(
            "| {} {} | {} | {:.3} | {:.3} | {:.3} | {:.3} | {:.3} |",
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
