//! `bwenge people`: accounts, when nobody can sign in to look after them.

use std::path::PathBuf;

use clap::Subcommand;

use crate::accounts;
use crate::config::{Config, Flags, RawConfig};
use crate::error::Error;

/// Looks after accounts at the terminal of the box.
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
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Makes a code with which a member of staff sets a new password, once; it turns off
    /// the person's sign-in codes too. The box may be running.
    Reset {
        /// The user name.
        username: String,
        /// The school's name, where several have somebody of that user name.
        #[arg(long, value_name = "NAME")]
        school: Option<String>,
    },
}

/// Runs the subcommand.
pub fn run(args: Args) -> anyhow::Result<()> {
    let settings = RawConfig {
        data_dir: args.data_dir,
        ..RawConfig::default()
    };
    let config = Config::load(Flags {
        config: args.config,
        settings,
    })?;
    let Command::Reset { username, school } = args.command;
    let left = accounts::leave_note(&config.data_dir, &username, school.as_deref());
    let code = left.map_err(Error::into_anyhow)?;
    println!("Open /signin/recover at the address of the box and type\n");
    println!("    {}\n", grouped(&code));
    println!(
        "It sets a new password for the member of staff with the user name {username}, once \
         and within 24 hours. Sign-in codes of a phone are off then."
    );
    Ok(())
}

/// A code as people read it.
fn grouped(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    let groups = letters.chunks(4).map(String::from_iter);
    groups.collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_in_groups() {
        assert_eq!(grouped("ABCDEFGHJKLMNPQR"), "ABCD-EFGH-JKLM-NPQR");
        assert_eq!(grouped("ABCDE"), "ABCD-E");
    }
}
