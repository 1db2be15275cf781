//! Inside the children: the only place that names an engine or a parser.
//!
//! [`run`] is `bwenge worker <kind>`. It reads the start frame, enters the
//! sandbox, loads its model, shuts the door and only then says hello and takes
//! requests. The log goes to standard error; the end of standard input ends
//! the process.

mod asr;
mod document;
pub mod draw;
mod embed;
pub mod extract;
mod llm;
mod pipe;
mod probe_engines;
mod sandbox;
mod simd;
pub mod sound;

use std::cell::Cell;
use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use crate::inference::protocol::{
    Handshake, Hello, Prompt, Sandbox, Start, StartFailed, VERSION, WorkerConfig, read_frame,
};
pub use llm::Difference;
use pipe::Replies;
use sandbox::Kind;

/// Runs the child called `kind_word` until the server closes its input.
///
/// # Errors
/// When the child could not start (the server is told too) or its engine failed.
pub fn run(kind_word: &str) -> Result<()> {
    let kind = Kind::from_word(kind_word)
        .with_context(|| format!("{kind_word:?} is not a kind of worker"))?;
    prepare_process();
    let start: Start = read_frame(io::stdin().lock())?.context("no start frame")?;
    let document = match &start.config {
        WorkerConfig::Extract { fd, .. } => Some(*fd),
        _ => None,
    };
    sandbox::enter(kind, start.memory_bytes, document)?;
    let session = Session {
        kind,
        replies: Replies::take_stdout()?,
        landlock: Cell::new(0),
        ready: Cell::new(false),
    };
    let result = serve(start, &session);
    if let (Err(error), false) = (&result, session.ready.get()) {
        let detail = format!("{error:#}");
        let handshake: Handshake = Err(StartFailed { detail });
        session.replies.send_frame(&handshake)?;
    }
    result
}

/// Shuts the door as a child of `kind_word` would and attempts `what`.
///
/// # Errors
/// When the words are unknown or the sandbox could not be entered.
pub fn probe_sandbox(kind_word: &str, what: &str) -> Result<()> {
    let kind = Kind::from_word(kind_word).context("unknown kind")?;
    sandbox::probe(kind, what)
}

/// Runs both C++ engines in this process, in the given order, and prints what
/// they said; `wav` is 16 kHz mono speech.
///
/// # Errors
/// When a file is missing or an engine fails.
pub fn probe_engines(llm: &str, asr: &str, wav: &Path, order: &[String]) -> Result<()> {
    prepare_process();
    probe_engines::run(llm, asr, wav, order)
}

/// Where pairs of answers to the same prompt part, computed in this process.
///
/// # Errors
/// When the model can not be loaded or a prompt is refused.
pub fn probe_differences(
    model: &str,
    answers: &[(Prompt, String, String)],
) -> Result<Vec<Option<Difference>>> {
    llm::differences(model, answers)
}

fn serve(start: Start, session: &Session) -> Result<()> {
    ensure!(
        start.version == VERSION,
        "the server speaks version {} of the protocol, this program {VERSION}: restart the box",
        start.version
    );
    match (start.config, session.kind) {
        (WorkerConfig::Llm(config), Kind::Llm) => llm::serve(&config, session),
        (WorkerConfig::Asr { model, threads }, Kind::Asr) => asr::serve(&model, threads, session),
        (WorkerConfig::Embed { model, threads }, Kind::Embed) => {
            embed::serve(&model, threads, session)
        }
        (WorkerConfig::Extract { fd, format }, Kind::Extract) => {
            document::serve(fd, format, session)
        }
        (config, kind) => bail!("a {kind:?} worker can not run {config:?}"),
    }
}

/// Settings of the whole process, made while it has one thread.
fn prepare_process() {
    tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_max_level(tracing::Level::WARN)
        .with_ansi(false)
        .without_time()
        // Saying that the log is gone would need the log.
        .log_internal_errors(false)
        .init();
    // The default hook would look for symbols in files, which the sandbox
    // punishes, so only the message is printed. The PDF reader panics on pages
    // it can go on without; those are caught.
    std::panic::set_hook(Box::new(|panic| {
        if extract::catches_panics() {
            return;
        }
        // Not `eprintln`: that panics when the log is gone.
        let _ = writeln!(io::stderr(), "worker panicked: {panic}");
        std::process::abort();
    }));
    // One heap: shrinking a thread's own heap makes the C library open a file
    // below /proc, which the sandbox punishes. It saves memory as well.
    // SAFETY: called before any other thread exists.
    unsafe { libc::mallopt(libc::M_ARENA_MAX, 1) };
}

/// The way from a loaded model to serving requests.
struct Session {
    kind: Kind,
    replies: Replies,
    landlock: Cell<u32>,
    ready: Cell<bool>,
}

impl Session {
    /// To be called when every file is read and before any thread is started:
    /// no file can be opened from here on.
    fn model_loaded(&self) -> Result<()> {
        sandbox::fit_address_space(self.kind)?;
        self.landlock.set(sandbox::deny_files());
        Ok(())
    }

    /// Shuts the door and greets the server; the arguments are those of [`Hello`].
    fn ready(
        &self,
        simd: Vec<String>,
        facts: Vec<(String, String)>,
        dimensions: u32,
    ) -> Result<()> {
        // Engines read files of ours and may run with less; a parser of uploads may not.
        let seccomp = match sandbox::close(self.kind) {
            Ok(()) => true,
            Err(error) if self.kind == Kind::Extract => {
                return Err(error.context("documents are not parsed without seccomp"));
            }
            Err(error) => {
                tracing::warn!("running without seccomp: {error:#}");
                false
            }
        };
        let handshake: Handshake = Ok(Hello {
            version: VERSION,
            simd,
            sandbox: Sandbox {
                limits: true,
                landlock: self.landlock.get(),
                seccomp,
            },
            facts,
            dimensions,
        });
        self.replies.send_frame(&handshake)?;
        self.ready.set(true);
        Ok(())
    }
}
