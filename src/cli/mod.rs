//! The command line: one file per subcommand, and one place that prints errors.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::Flags;

mod eval;
pub mod models;
mod openapi;
mod people;
mod serve;
mod worker;

/// A school's lesson library and tutor in one binary.
#[derive(Parser)]
#[command(name = "bwenge", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the box.
    Serve(Flags),
    /// Fetches, imports, lists and checks model files.
    Models(models::Args),
    /// Measures search on questions whose answers are known.
    Eval(eval::Args),
    /// Looks after accounts at the terminal of the box.
    People(people::Args),
    /// Prints the OpenAPI document of the box.
    Openapi,
    /// Runs one engine or parser for the server; not for people.
    #[command(hide = true)]
    Worker(worker::Args),
}

/// Runs the command line of this process. An error is printed with its causes.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match cli.command {
        Command::Serve(flags) => serve::run(flags),
        Command::Models(args) => models::run(args),
        Command::Eval(args) => eval::run(args),
        Command::People(args) => people::run(args),
        Command::Openapi => openapi::run(),
        Command::Worker(args) => worker::run(&args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
