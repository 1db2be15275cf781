//! `bwenge worker <kind>`: the child side of `inference`, started by the server.

use std::path::Path;

use crate::inference::child;

#[derive(clap::Args)]
pub struct Args {
    /// What to run: llm, asr, embed or extract; or a probe that tests use.
    kind: String,
    /// Only for probes: what to try.
    probe: Vec<String>,
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    match (args.kind.as_str(), args.probe.as_slice()) {
        ("probe-sandbox", [whose, what]) => child::probe_sandbox(whose, what),
        ("probe-engines", [llm, asr, wav, order @ ..]) => {
            child::probe_engines(llm, asr, Path::new(wav), order)
        }
        (kind, []) => child::run(kind),
        _ => anyhow::bail!("a worker takes one word"),
    }
}
