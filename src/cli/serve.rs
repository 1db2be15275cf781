//! `bwenge serve`: the box itself.

use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::spawn_blocking;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::accounts::Accounts;
use crate::app::{self, Running};
use crate::config::{Config, Flags, Https};
use crate::discovery::{self, Discovery};
use crate::error::Error;
use crate::http::hosts::Hosts;
use crate::http::tls::{Certificate, Secured};
use crate::inference::process::Spawner;
use crate::inference::worker::Launcher;
use crate::telemetry;
use crate::types::SystemClock;

/// How often to look whether the school has another name.
const LOOK_AT_SCHOOL: Duration = Duration::from_secs(30);

/// Runs the box until it is told to stop.
pub fn run(flags: Flags) -> anyhow::Result<()> {
    let config = Config::load(flags)?;
    let telemetry = telemetry::start(&config)?;
    std::fs::create_dir_all(&config.data_dir)
        .with_context(|| format!("making {}", config.data_dir.display()))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        // HTTP is a hundredth of the work; the engines need the cores.
        .worker_threads(2)
        .max_blocking_threads(16)
        .enable_all()
        .build()?;
    let served = runtime.block_on(serve(config));
    telemetry.end();
    served
}

async fn serve(mut config: Config) -> anyhow::Result<()> {
    // Before anybody is told that the box is there, and may tell it to stop.
    let stop = CancellationToken::new();
    tokio::spawn(stop_on_signal(stop.clone())?);
    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("listening on {}", config.listen))?;
    let address = listener.local_addr()?;
    let https = match &mut config.https {
        Some(https) => Some(secured(https).await?),
        None => None,
    };
    let https_at = config.https.as_ref().map(|https| https.listen);
    let (plan, missing, llms) = app::plan(&config)?;
    let launcher = Launcher::Process(
        Spawner::new(PathBuf::from("/proc/self/exe")).map_err(Error::into_anyhow)?,
    );
    let (name, on_lan) = (config.box_name.clone(), !address.ip().is_loopback());
    let parts = app::Parts {
        config,
        clock: Arc::new(SystemClock::default()),
        plan,
        llms,
        missing,
        engines: launcher.clone(),
        documents: launcher,
        port: address.port(),
    };
    let running = app::start(parts).await.map_err(Error::into_anyhow)?;
    running.app.inference.warm_up();
    // Nobody may be reading.
    let _ = welcome(&running, address, https_at, std::io::stdout());
    // Asking the network whether the name is free takes seconds, so it must
    // not hold up the first page.
    let announcing = on_lan.then(|| {
        let (accounts, hosts) = (running.accounts.clone(), running.hosts.clone());
        tokio::spawn(announce(
            accounts,
            hosts,
            name,
            address.port(),
            stop.clone(),
        ))
    });
    let served = running.serve(listener, https, stop).await;
    if let Some(announcing) = announcing {
        announcing.await??;
    }
    served.map_err(Error::into_anyhow)
}

/// The second listener, with a certificate that fits its key. The settings may leave the
/// port open, and pages are told which one it is.
async fn secured(https: &mut Https) -> anyhow::Result<Secured> {
    let certificate = Certificate::load(https)?;
    let listener = TcpListener::bind(https.listen).await;
    let listener = listener.with_context(|| format!("listening on {} (HTTPS)", https.listen))?;
    https.listen = listener.local_addr()?;
    Ok(Secured {
        listener,
        certificate,
    })
}

/// Announces the box until `stop`, anew when the school changes its name;
/// without multicast it is found by address and QR code.
async fn announce(
    accounts: Accounts,
    hosts: Arc<Hosts>,
    name: String,
    port: u16,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    while !stop.is_cancelled() {
        let school = accounts.school_name().await.unwrap_or_default();
        let (name, hosts) = (name.clone(), hosts.clone());
        let announced = school.clone().unwrap_or_default();
        let start = move || {
            Discovery::start(&name, &announced, port, move |host| {
                hosts.set_announced(host);
                // Nobody may be reading, and this is the responder's thread.
                let _ = writeln!(std::io::stdout(), "  http://{host}:{port}");
            })
        };
        let discovery = match spawn_blocking(start).await? {
            Ok(discovery) => discovery,
            Err(error) => {
                tracing::warn!(%error, "discovery.unavailable");
                return Ok(());
            }
        };
        stop.run_until_cancelled(renamed(&accounts, school)).await;
        // Says goodbye on the network, which blocks for a moment.
        spawn_blocking(move || drop(discovery)).await?;
    }
    Ok(())
}

/// Returns once the school is not called `name` any more.
async fn renamed(accounts: &Accounts, name: Option<String>) {
    loop {
        sleep(LOOK_AT_SCHOOL).await;
        // A database that is closing or busy is no news.
        if accounts.school_name().await.is_ok_and(|now| now != name) {
            return;
        }
    }
}

/// Tells the person at the terminal, on `out`, where the box is and how to
/// set it up.
fn welcome(
    running: &Running,
    address: SocketAddr,
    https: Option<SocketAddr>,
    mut out: impl Write + IsTerminal,
) -> std::io::Result<()> {
    writeln!(out, "listening on http://{address}")?;
    if let Some(https) = https {
        writeln!(out, "also on https://{https}")?;
    }
    let port = address.port();
    let mut addresses = match address.ip().is_loopback() {
        true => Vec::new(),
        false => discovery::lan_addresses(port),
    };
    if addresses.is_empty() {
        addresses.push(format!("http://127.0.0.1:{port}"));
    }
    let code = running.accounts.setup_code();
    let first = match &code {
        Some(code) => format!("{}/setup#code={code}", addresses[0]),
        None => addresses[0].clone(),
    };
    if out.is_terminal() {
        writeln!(out, "\n{}", discovery::qr_terminal(&first))?;
    }
    for address in &addresses {
        writeln!(out, "  {address}")?;
    }
    if let Some(code) = code {
        writeln!(
            out,
            "\n  Open the address to set up the school. Set-up code: {code}"
        )?;
    }
    writeln!(out)
}

/// A future that tells `stop` at SIGTERM or Ctrl-C.
fn stop_on_signal(stop: CancellationToken) -> anyhow::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("server.stopping");
        stop.cancel();
    })
}
