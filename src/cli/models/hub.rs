//! Files from the model hub, through the `hf-hub` client.
//!
//! The client resumes partial files but has no time limits, so reachability is
//! probed first with short ones (a box without internet must fail fast), and a
//! download that stands still is given up. Without a shared cache the files go
//! through the staging folder and are moved, not copied.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use hf_hub::api::Progress;
use hf_hub::api::sync::{ApiBuilder, ApiError, ApiRepo};
use hf_hub::{Cache, Repo, RepoType};

use super::report::Bar;
use super::{Options, Report, staging};
use crate::blobs;
use crate::error::Error;
use crate::models::{Take, copy_hashing};

/// A repository at a revision.
pub struct Origin<'a> {
    pub repository: &'a str,
    pub revision: &'a str,
}

/// No hub answers here, so other files need not be tried.
#[derive(Debug, thiserror::Error)]
#[error("the hub can not be reached ({0}); is there internet?")]
pub struct Unreachable(String);

const CONNECT: Duration = Duration::from_secs(5);
const ANSWER: Duration = Duration::from_secs(15);

/// Fetches every file of `take` into `taken`, using `folder` for what is
/// unfinished. A file in a shared cache is used only if it is `good`.
pub fn fetch(
    origin: &Origin<'_>,
    take: &[Take],
    folder: &Path,
    taken: &Path,
    good: &dyn Fn(&Take, &Path) -> bool,
    options: &Options,
    report: &Report,
) -> anyhow::Result<()> {
    for take in take {
        let to = taken.join(&take.file);
        if to.is_file() {
            continue;
        }
        let hub = Hub::new(origin, folder, options)?;
        if let Some(shared) = hub.cached(&take.member).filter(|path| good(take, path)) {
            copy(&shared, &to)?;
            continue;
        }
        probe(&hub.api.url(&take.member)).with_context(|| take.member.clone())?;
        let bar = report.bytes(&take.file, 0);
        let fetched = hub.download(&take.member, &bar, options.hub_silence);
        bar.finish();
        let fetched = fetched?;
        if options.hub_home.is_some() {
            copy(&fetched, &to)?;
        } else {
            blobs::durable_rename(&fetched, &to).map_err(Error::into_anyhow)?;
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    let mut file = fs::File::open(from).with_context(|| format!("reading {}", from.display()))?;
    staging::write(to, |out| {
        copy_hashing(&mut file, out, &mut |_| ())?;
        Ok(())
    })
}

struct Hub {
    api: Arc<ApiRepo>,
    repo: Repo,
    cache: Cache,
    shared: bool,
}

impl Hub {
    fn new(origin: &Origin<'_>, folder: &Path, options: &Options) -> anyhow::Result<Self> {
        let home = options.hub_home.as_deref().unwrap_or(folder);
        let cache = Cache::new(home.join("hub"));
        let mut builder = ApiBuilder::from_cache(cache.clone()).with_progress(false);
        if let Some(endpoint) = &options.hub_endpoint {
            builder = builder.with_endpoint(endpoint.trim_end_matches('/').to_owned());
        }
        let repo = Repo::with_revision(
            origin.repository.to_owned(),
            RepoType::Model,
            origin.revision.to_owned(),
        );
        Ok(Self {
            api: Arc::new(
                builder
                    .build()
                    .context("starting the hub client")?
                    .repo(repo.clone()),
            ),
            repo,
            cache,
            shared: options.hub_home.is_some(),
        })
    }

    /// The file in a cache shared with other programs.
    fn cached(&self, member: &str) -> Option<PathBuf> {
        self.cache
            .repo(self.repo.clone())
            .get(member)
            .filter(|_| self.shared)
    }

    fn download(&self, member: &str, bar: &Bar, silence: Duration) -> anyhow::Result<PathBuf> {
        let pointer = match self.attempt(member, bar, silence)? {
            Ok(path) => path,
            // A part that can not be continued (a cut just before the end, or a
            // file that changed) would fail for ever.
            Err(error) if is_stale_part(&error) => {
                self.drop_parts()?;
                self.attempt(member, bar, silence)?.map_err(readable)?
            }
            Err(error) => return Err(readable(error)),
        };
        fs::canonicalize(&pointer).context("the hub client left no file")
    }

    /// Downloads in a thread of its own, because the client can wait for ever.
    fn attempt(
        &self,
        member: &str,
        bar: &Bar,
        silence: Duration,
    ) -> anyhow::Result<Result<PathBuf, ApiError>> {
        let moved = Arc::new(AtomicU64::new(0));
        let meter = Meter {
            bar: bar.clone(),
            moved: Arc::clone(&moved),
        };
        let (api, member) = (Arc::clone(&self.api), member.to_owned());
        let (send, receive) = mpsc::channel();
        std::thread::spawn(move || {
            // Nobody listens any more once the download was given up.
            let _ = send.send(api.download_with_progress(&member, meter));
        });
        let mut before = 0;
        loop {
            match receive.recv_timeout(silence) {
                Ok(result) => return Ok(result),
                Err(RecvTimeoutError::Timeout) => {
                    let now = moved.load(Ordering::Relaxed);
                    if now == before {
                        bail!(
                            "the hub sent nothing for {} s; run it again to go on",
                            silence.as_secs()
                        );
                    }
                    before = now;
                }
                Err(RecvTimeoutError::Disconnected) => bail!("the hub client crashed"),
            }
        }
    }

    fn drop_parts(&self) -> anyhow::Result<()> {
        let blobs = self.cache.repo(self.repo.clone()).blob_path("any");
        let Some(folder) = blobs.parent().filter(|f| f.is_dir()) else {
            return Ok(());
        };
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|e| e == "part") {
                fs::remove_file(&path)?;
            }
        }
        Ok(())
    }
}

/// Asks for the first byte of `url`, with short limits, and explains failures.
fn probe(url: &str) -> anyhow::Result<()> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_resolve(Some(CONNECT))
        .timeout_connect(Some(CONNECT))
        .timeout_recv_response(Some(ANSWER))
        .timeout_global(Some(2 * ANSWER))
        .max_redirects(0)
        .http_status_as_error(false)
        .build()
        .into();
    let answer = agent
        .get(url)
        .header("Range", "bytes=0-0")
        .call()
        .map_err(|e| Unreachable(e.to_string()))?;
    match answer.status().as_u16() {
        200..=399 => Ok(()),
        401 | 403 => bail!("the hub does not give it to everyone; an account may be needed"),
        404 => bail!("the hub has no such file"),
        status => bail!("the hub answers with status {status}"),
    }
}

fn is_stale_part(error: &ApiError) -> bool {
    match error {
        ApiError::InvalidResume => true,
        ApiError::RequestError(error) => matches!(**error, ureq::Error::StatusCode(416)),
        _ => false,
    }
}

fn readable(error: ApiError) -> anyhow::Error {
    let full =
        matches!(&error, ApiError::IoError(e) if e.kind() == std::io::ErrorKind::StorageFull);
    if full {
        anyhow!("the disk is full")
    } else {
        anyhow!("the download broke off ({error}); run it again to go on")
    }
}

struct Meter {
    bar: Bar,
    moved: Arc<AtomicU64>,
}

impl Progress for Meter {
    fn init(&mut self, size: usize, _name: &str) {
        self.moved.fetch_add(1, Ordering::Relaxed);
        self.bar.restart(size as u64);
    }

    fn update(&mut self, size: usize) {
        self.moved.fetch_add(size as u64, Ordering::Relaxed);
        self.bar.advance(size as u64);
    }

    fn finish(&mut self) {}
}
