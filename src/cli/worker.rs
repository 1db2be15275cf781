//! `bwenge worker <kind>`: the child side of `inference`, started by the server.

use crate::inference::child;

#[derive(clap::Args)]
pub struct Args {
    /// What to run: llm, asr, embed or extract.
    kind: String,
    /// Only for `probe-sandbox`: whose sandbox, and what to try inside it.
    probe: Vec<String>,
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    if args.kind == "probe-sandbox" {
        let [whose, what] = args.probe.as_slice() else {
            anyhow::bail!("usage: bwenge worker probe-sandbox <kind> <attempt>");
        };
        return child::probe_sandbox(whose, what);
    }
    child::run(&args.kind)
}
