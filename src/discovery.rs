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
    host: Arc<Host>,
    place: Place,
}

/// What stays the same as long as the box is announced.
struct Place {
    port: u16,
    /// Empty means: those of the interfaces, whatever they become.
    addresses: Vec<IpAddr>,
    on: IfKind,
    /// 1, or the number behind the name when others have it.
    number: u32,
}

/// The name the box answers to at present, and who wants to know.
struct Host {
    name: Mutex<String>,
    on_change: Box<dyn Fn(&str) + Send + Sync>,
}

impl Host {
    fn set(&self, name: &str) {
        *self.name.lock().unwrap_or_else(PoisonError::into_inner) = name.to_owned();
        (self.on_change)(name);
    }

    fn name(&self) -> String {
        let name = self.name.lock().unwrap_or_else(PoisonError::into_inner);
        name.clone()
    }
}

impl Discovery {
    /// Announces `http://<name>.local:<port>/` with the school's name on every
    /// interface that pupils may be on, and follows address changes.
    ///
    /// If another machine has the name, the box becomes `<name>-2.local` and so
    /// on, even later; `on_name` is told the name that was settled on, such as
    /// `bwenge.local`, and each later one, on any thread. To change the
    /// school's name, drop this and start anew.
    ///
    /// Blocks for 1.5 seconds, or longer when names are taken.
    ///
    /// # Errors
    /// When this machine has no multicast sockets to offer. The box works
    /// without; log it and go on.
    pub fn start(
        name: &str,
        school: &str,
        port: u16,
        on_name: impl Fn(&str) + Send + Sync + 'static,
    ) -> Result<Self> {
        let on = IfKind::Predicate(IfPredicate::new(|interface| rank(interface).is_some()));
        let mut this = Self::open(port, &[], on, Box::new(on_name))?;
        this.take_free_name(name)?;
        this.announce(school)?;
        Ok(this)
    }

    /// Announces nothing yet.
    fn open(
        port: u16,
        addresses: &[IpAddr],
        on: IfKind,
        on_change: Box<dyn Fn(&str) + Send + Sync>,
    ) -> Result<Self> {
        let daemon = ServiceDaemon::new().context("opening multicast DNS")?;
        // From here on every way out ends the responder's thread, see `drop`.
        let this = Self {
            daemon,
            full_name: String::new(),
            host: Arc::new(Host {
                name: Mutex::default(),
                on_change,
            }),
            place: Place {
                port,
                addresses: addresses.to_vec(),
                on,
                number: 1,
            },
        };
        this.daemon.disable_interface(IfKind::All)?;
        this.daemon.enable_interface(this.place.on.clone())?;
        follow(this.daemon.monitor()?, Arc::clone(&this.host))?;
        Ok(this)
    }

    fn take_free_name(&mut self, name: &str) -> Result<()> {
        let label = host_label(name);
        let (label, number) = free_label(&self.daemon, &label, &self.place.addresses)?;
        self.place.number = number;
        self.host.set(&format!("{label}.local"));
        Ok(())
    }

    fn announce(&mut self, school: &str) -> Result<()> {
        let service = describe(&self.host.name(), school, &self.place)
            .context("describing the box for multicast DNS")?;
        self.full_name = service.get_fullname().to_owned();
        self.daemon
            .register(service)
            .context("announcing the box")?;
        Ok(())
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

/// The record the responder announces.
fn describe(host: &str, school: &str, place: &Place) -> mdns_sd::Result<ServiceInfo> {
    let school = school.trim();
    // A label has 63 bytes, and a later conflict appends " (3)".
    let mut instance = shortened(if school.is_empty() { "Bwenge" } else { school }, 52).to_owned();
    if place.number > 1 {
        instance.push_str(&format!(" ({})", place.number));
    }
    let about = [
        ("version", env!("CARGO_PKG_VERSION")),
        ("name", shortened(school, 200)),
        ("path", "/"),
    ];
    let host = format!("{host}.");
    let addresses = &place.addresses[..];
    let mut service =
        ServiceInfo::new(SERVICE, &instance, &host, addresses, place.port, &about[..])?;
    if addresses.is_empty() {
        service = service.enable_addr_auto();
    }
    service.set_interfaces(vec![place.on.clone()]);
    Ok(service)
}

/// Keeps `host` up to date until the responder ends.
fn follow(events: Receiver<DaemonEvent>, host: Arc<Host>) -> Result<()> {
    let run = move || {
        while let Ok(event) = events.recv() {
            match event {
                DaemonEvent::NameChange(change) if is_address(change.rr_type) => {
                    let name = change.new_name.trim_end_matches('.');
                    // Told once for each interface and kind of address.
                    if name != host.name() {
                        tracing::info!(mdns.name = name, "another machine has our name; renamed");
                        host.set(name);
                    }
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
    &text[..text.floor_char_boundary(bytes)]
}
