//! `bwenge models`: fetch, import, list and check model files.
//!
//! The only place besides sync and the hub that opens outbound connections.
//! Whatever is fetched or imported ends with the same check: its SHA-256 must
//! stand in the built-in catalogue, or it is not put in place.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::bail;
use clap::Subcommand;

use crate::config::{Config, Flags, RawConfig};
use crate::models::{Catalog, Shelf};

mod hub;
mod import;
mod list;
mod pip;
mod pull;
mod report;
mod space;
mod staging;
mod verify;
mod wheel;

pub use import::import;
pub use pull::{Options, pull};
pub use report::Report;

/// Fetches, imports, lists and checks model files.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
    /// Read settings from this TOML file (also BWENGE_CONFIG)
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The data directory of the box (also BWENGE_DATA_DIR) [default: data]
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Keep model files here (also BWENGE_MODELS_DIR) [default: models in the data directory]
    #[arg(long, global = true, value_name = "DIR")]
    models_dir: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Shows every known model: whether it is here, and whether it fits this box.
    List,
    /// Fetches packs or models from the first source that has them.
    Pull(PullArgs),
    /// Takes model files from a file, folder or USB stick.
    Import {
        /// A model file, or a folder to look through.
        from: PathBuf,
    },
    /// Hashes model files again and compares them with the catalogue.
    Verify {
        /// Packs or models; all that are here if none is named.
        names: Vec<String>,
    },
}

#[derive(Debug, clap::Args)]
struct PullArgs {
    /// Packs or models; `bwenge models list` shows them.
    #[arg(required = true)]
    names: Vec<String>,
    /// Fetches models that do not fit the memory of this box, too.
    #[arg(long)]
    force: bool,
    /// Takes Python packages from this folder of wheels instead of the network.
    #[arg(long, value_name = "DIR")]
    wheels: Option<PathBuf>,
    /// Address of the model hub or a mirror of it.
    #[arg(long, env = "HF_ENDPOINT", value_name = "URL")]
    hub_endpoint: Option<String>,
    /// A hub cache to share with other programs; files in it are kept.
    #[arg(long, env = "HF_HOME", value_name = "DIR")]
    hub_home: Option<PathBuf>,
}

/// Runs the subcommand.
///
/// # Errors
/// What went wrong, in words for the person at the terminal.
pub fn run(args: Args) -> anyhow::Result<()> {
    let config = Config::load(Flags {
        config: args.config,
        settings: RawConfig {
            data_dir: args.data_dir,
            models_dir: args.models_dir,
            ..RawConfig::default()
        },
    })?;
    let shelf = Shelf::new(config.models_dir);
    let catalog = Catalog::builtin();
    let report = Report::new();
    match args.command {
        Command::List => list::list(catalog, &shelf),
        Command::Pull(args) => {
            let options = Options {
                force: args.force,
                wheels: args.wheels,
                hub_endpoint: args.hub_endpoint.filter(|e| !e.is_empty()),
                hub_home: args.hub_home.filter(|h| !h.as_os_str().is_empty()),
                ..Options::default()
            };
            pull(catalog, &shelf, &args.names, &options, &report)
        }
        Command::Import { from } => import(catalog, &shelf, &from, &report),
        Command::Verify { names } => {
            if verify::verify(catalog, &shelf, &names, &report)? {
                return Ok(());
            }
            bail!("some models can not be used; `bwenge models pull` fetches them again")
        }
    }
}

/// How long a hub that sends nothing is waited for.
const HUB_SILENCE: Duration = Duration::from_secs(60);
