//! How people find the box on the school's network: its addresses, a QR code
//! of one of them, and a name (`bwenge.local`) announced by multicast DNS.
//!
//! The QR code with an IP address is the way that always works; `.local` fails
//! on some phones, so it is a convenience and its failure never stops the box.

mod addresses;
mod qr;
#[cfg(test)]
mod tests;

pub use addresses::lan_addresses;
pub use qr::{qr_svg, qr_terminal};

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;
use if_addrs::{Interface, get_if_addrs};
use mdns_sd::{
    DaemonEvent, HostnameResolutionEvent, IfKind, IfPredicate, Receiver, ServiceDaemon, ServiceInfo,
};

use crate::error::Result;
use addresses::rank;

/// The kind of service browsers and the hub's tools look for.
const SERVICE: &str = "_http._tcp.local.";

/// How long silence means that a name is free. Responders repeat an answer only
/// after a second (RFC 6762, section 6), so the question is asked twice: at once
/// and a second later.
const LISTEN: Duration = Duration::from_millis(1500);

/// How long stopping waits for each of: goodbye sent, responder ended.
const STOP_WAIT: Duration = Duration::from_secs(1);

/// An announcement on the network, withdrawn when dropped.
pub struct Discovery {
    daemon: ServiceDaemon,
    full_name: String,
    host: Arc<Mutex<String>>,
}

impl Discovery {
    /// Announces `http://<name>.local:<port>/` with the school's name on every
    /// interface that pupils may be on, and follows address changes.
    ///
    /// If another machine has the name, the box becomes `<name>-2.local` and so
    /// on, even later; ask [`Self::local_name`] again before showing it. To
    /// change the school's name, drop this and start anew.
    ///
    /// Blocks for 1.5 seconds, or longer when names are taken.
    ///
    /// # Errors
    /// When this machine has no multicast sockets to offer. The box works
    /// without; log it and go on.
    pub fn start(name: &str, school: &str, port: u16) -> Result<Self> {
        let lan = IfPredicate::new(|interface| rank(interface).is_some());
        Self::announce(name, school, port, &[], IfKind::Predicate(lan))
    }

    /// `addresses` empty means: those of the interfaces, whatever they become.
    fn announce(
        name: &str,
        school: &str,
        port: u16,
        addresses: &[IpAddr],
        on: IfKind,
    ) -> Result<Self> {
        let daemon = ServiceDaemon::new().context("opening multicast DNS")?;
        // From here on every way out ends the responder's thread, see `drop`.
        let mut this = Self {
            daemon,
            full_name: String::new(),
            host: Arc::default(),
        };
        this.daemon.disable_interface(IfKind::All)?;
        this.daemon.enable_interface(on.clone())?;
        let (label, number) = free_label(&this.daemon, &host_label(name), addresses)?;
        let host = format!("{label}.local");
        let service = describe(&host, number, school, port, addresses, on)
            .context("describing the box for multicast DNS")?;
        this.full_name = service.get_fullname().to_owned();
        *this.host.lock().unwrap_or_else(PoisonError::into_inner) = host;
        follow(this.daemon.monitor()?, Arc::clone(&this.host))?;
        this.daemon
            .register(service)
            .context("announcing the box")?;
        Ok(this)
    }

    /// The name the box answers to at present, such as `bwenge.local`.
    pub fn local_name(&self) -> String {
        self.host
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Drop for Discovery {
    /// Says goodbye, so that browsers forget the box at once. Takes up to two
    /// seconds.
    fn drop(&mut self) {
        if let Ok(done) = self.daemon.unregister(&self.full_name) {
            // Nothing to do about silence: the records expire by themselves.
            let _ = done.recv_timeout(STOP_WAIT);
        }
        if let Ok(done) = self.daemon.shutdown() {
            let _ = done.recv_timeout(STOP_WAIT);
        }
    }
}

/// The first of `label`, `label-2`, … that nobody else answers to, with its
/// number.
///
/// The responder would rename the host by itself, but only the host: with the
/// school's name unchanged, two boxes would then claim one service.
fn free_label(daemon: &ServiceDaemon, label: &str, addresses: &[IpAddr]) -> Result<(String, u32)> {
    let own: Vec<IpAddr> = if addresses.is_empty() {
        let interfaces = get_if_addrs().context("reading the network interfaces")?;
        interfaces.iter().map(Interface::ip).collect()
    } else {
        addresses.to_vec()
    };
    for number in 1..10 {
        let numbered = match number {
            1 => label.to_owned(),
            _ => format!("{label}-{number}"),
        };
        if !is_taken(daemon, &format!("{numbered}.local."), &own)? {
            return Ok((numbered, number));
        }
    }
    Err(anyhow::anyhow!("{label}.local and the eight names after it are taken").into())
}

/// Whether a machine with none of our addresses answers to `host`.
fn is_taken(daemon: &ServiceDaemon, host: &str, own: &[IpAddr]) -> Result<bool> {
    let patience = Some(LISTEN.as_millis() as u64);
    let answers = daemon.resolve_hostname(host, patience)?;
    while let Ok(answer) = answers.recv_timeout(2 * LISTEN) {
        match answer {
            HostnameResolutionEvent::AddressesFound(_, found) => {
                let mut found = found.iter().map(mdns_sd::ScopedIp::to_ip_addr);
                // Another program of this machine may announce it, too.
                if !found.any(|ip| own.contains(&ip)) {
                    return Ok(true);
                }
            }
            HostnameResolutionEvent::SearchTimeout(_) => break,
            _ => {}
        }
    }
    Ok(false)
}

/// The record the responder announces; `addresses` as in [`Discovery::announce`].
fn describe(
    host: &str,
    number: u32,
    school: &str,
    port: u16,
    addresses: &[IpAddr],
    on: IfKind,
) -> mdns_sd::Result<ServiceInfo> {
    let school = school.trim();
    // A label has 63 bytes, and a later conflict appends " (3)".
    let mut instance = shortened(if school.is_empty() { "Bwenge" } else { school }, 52).to_owned();
    if number > 1 {
        instance.push_str(&format!(" ({number})"));
    }
    let about = [
        ("version", env!("CARGO_PKG_VERSION")),
        ("name", shortened(school, 200)),
        ("path", "/"),
    ];
    let host = format!("{host}.");
    let mut service = ServiceInfo::new(SERVICE, &instance, &host, addresses, port, &about[..])?;
    if addresses.is_empty() {
        service = service.enable_addr_auto();
    }
    service.set_interfaces(vec![on]);
    Ok(service)
}

/// Keeps `host` up to date until the responder ends.
fn follow(events: Receiver<DaemonEvent>, host: Arc<Mutex<String>>) -> Result<()> {
    let run = move || {
        while let Ok(event) = events.recv() {
            match event {
                DaemonEvent::NameChange(change) if is_address(change.rr_type) => {
                    let name = change.new_name.trim_end_matches('.').to_owned();
                    tracing::info!(mdns.name = %name, "another machine has our name; renamed");
                    *host.lock().unwrap_or_else(PoisonError::into_inner) = name;
                }
                DaemonEvent::IpAdd(ip) => tracing::info!(net.address = %ip, "address added"),
                DaemonEvent::IpDel(ip) => tracing::info!(net.address = %ip, "address removed"),
                DaemonEvent::Error(error) => tracing::warn!(%error, "multicast DNS"),
                _ => {}
            }
        }
    };
    std::thread::Builder::new()
        .name("mdns-events".into())
        .spawn(run)
        .context("starting a thread")?;
    Ok(())
}

fn is_address(kind: mdns_sd::RRType) -> bool {
    matches!(kind, mdns_sd::RRType::A | mdns_sd::RRType::AAAA)
}

/// A host name reduced to what DNS allows: lower-case letters, digits, hyphens.
fn host_label(name: &str) -> String {
    let words: Vec<String> = name
        .trim_end_matches(".local")
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let label = words.join("-");
    let label = shortened(&label, 56).trim_end_matches('-');
    if label.is_empty() { "bwenge" } else { label }.to_owned()
}

/// The start of `text` in at most `bytes` bytes, never half a character.
fn shortened(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
