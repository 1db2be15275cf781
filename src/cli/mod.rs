//! The command line: one file per subcommand, and one place that prints errors.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

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
    /// Runs one engine or parser for the server; not for people.
    #[command(hide = true)]
    Worker(worker::Args),
}

/// Runs the command line of this process. An error is printed with its causes.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match cli.command {
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
