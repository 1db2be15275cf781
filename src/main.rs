//! The `bwenge` program: parse the command line, run it, print what failed.

use std::process::ExitCode;

fn main() -> ExitCode {
    bwenge::cli::main()
}
