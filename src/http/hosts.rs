//! The names and addresses this box answers to.
//!
//! A page of another site can point its own name at the box (DNS rebinding)
//! and would then be of the same origin; its requests carry that name in
//! `Host`. So anything but our own names and addresses is refused first.

use std::collections::HashSet;
use std::io;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use tokio::time::Instant;

/// Interface addresses older than this are read again before use.
const STALE_AFTER: Duration = Duration::from_secs(30);
/// An unknown address triggers a new look, but not more often than this.
const LOOK_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// A parsed `Host` header: a name or an address, and perhaps a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostPort {
    /// Lower case, without brackets and without a trailing dot.
    pub host: String,
    /// Absent when the header has none.
    pub port: Option<u16>,
}

impl HostPort {
    /// Reads `name`, `name:port`, `1.2.3.4:port` or `[v6]:port`; nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        let (host, port) = match text.strip_prefix('[') {
            Some(rest) => {
                let (address, port) = rest.split_once(']')?;
                address.parse::<Ipv6Addr>().ok()?;
                (address, port)
            }
            None => match text.find(':') {
                Some(colon) => text.split_at(colon),
                None => (text, ""),
            },
        };
        let port = match port.strip_prefix(':') {
            Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => {
                Some(digits.parse().ok()?)
            }
            None if port.is_empty() => None,
            _ => return None,
        };
        let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._:".contains(&b);
        (!host.is_empty() && host.bytes().all(allowed)).then_some(Self { host, port })
    }

    /// The address, when the host is one.
    pub fn ip(&self) -> Option<IpAddr> {
        self.host.parse::<IpAddr>().ok().map(|ip| ip.to_canonical())
    }

    /// `localhost` or a loopback address.
    pub fn is_loopback(&self) -> bool {
        self.host == "localhost" || self.ip().is_some_and(|ip| ip.is_loopback())
    }
}

/// The allow-list of hosts.
pub struct Hosts {
    names: RwLock<HashSet<String>>,
    announced: RwLock<Option<String>>,
    addresses: RwLock<Seen>,
    look: fn() -> io::Result<Vec<IpAddr>>,
}

struct Seen {
    at: Option<Instant>,
    addresses: HashSet<IpAddr>,
}

impl Hosts {
    /// Answers to `<box_name>.local`, to `extra` (names and addresses), to
    /// localhost and to the addresses of this machine's interfaces.
    pub fn new(box_name: &str, extra: &[String]) -> Self {
        Self::with_look(box_name, extra, interface_addresses)
    }

    fn with_look(box_name: &str, extra: &[String], look: fn() -> io::Result<Vec<IpAddr>>) -> Self {
        let mut names: HashSet<String> = extra.iter().map(|name| name.to_lowercase()).collect();
        names.insert(format!("{box_name}.local"));
        Self {
            names: RwLock::new(names),
            announced: RwLock::default(),
            addresses: RwLock::new(Seen {
                at: None,
                addresses: HashSet::new(),
            }),
            look,
        }
    }

    /// Answers to `name` too: the one mDNS settled on, now or after a conflict.
    /// Earlier ones stay allowed, for pages that are still open.
    pub fn set_announced(&self, name: &str) {
        let name = name.trim_end_matches('.').to_lowercase();
        let mut names = self.names.write().unwrap_or_else(PoisonError::into_inner);
        names.insert(name.clone());
        drop(names);
        let mut announced = self
            .announced
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *announced = Some(name);
    }

    /// The name the box is announced under at present, such as `bwenge.local`.
    pub fn announced(&self) -> Option<String> {
        let announced = self
            .announced
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        announced.clone()
    }

    /// Whether `host` is one of ours.
    pub fn allows(&self, host: &HostPort) -> bool {
        let listed = {
            let names = self.names.read().unwrap_or_else(PoisonError::into_inner);
            names.contains(&host.host)
        };
        listed || host.is_loopback() || host.ip().is_some_and(|ip| self.is_ours(ip))
    }

    fn is_ours(&self, ip: IpAddr) -> bool {
        let (known, age) = {
            let seen = self
                .addresses
                .read()
                .unwrap_or_else(PoisonError::into_inner);
            (seen.addresses.contains(&ip), seen.at.map(|at| at.elapsed()))
        };
        let fresh_for = if known { STALE_AFTER } else { LOOK_AGAIN_AFTER };
        if age.is_some_and(|age| age < fresh_for) {
            return known;
        }
        let mut seen = self
            .addresses
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        match (self.look)() {
            Ok(found) => seen.addresses = found.into_iter().collect(),
            // Keep the old list: an answer to a stale address is better than none.
            Err(error) => tracing::warn!(%error, "can not list network interfaces"),
        }
        seen.at = Some(Instant::now());
        seen.addresses.contains(&ip)
    }
}

fn interface_addresses() -> io::Result<Vec<IpAddr>> {
    let interfaces = if_addrs::get_if_addrs()?;
    Ok(interfaces.iter().map(|i| i.ip().to_canonical()).collect())
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn host_headers_are_read_strictly() {
        let check = |text: &str, expected: Option<(&str, Option<u16>)>| {
            let expected = expected.map(|(host, port)| HostPort {
                host: host.into(),
                port,
            });
            assert_eq!(HostPort::parse(text), expected, "{text:?}");
        };
        check("bwenge.local", Some(("bwenge.local", None)));
        check("Bwenge.Local.:8080", Some(("bwenge.local", Some(8080))));
        check("192.168.1.5:80", Some(("192.168.1.5", Some(80))));
        check("[fe80::1]:80", Some(("fe80::1", Some(80))));
        check("[::1]", Some(("::1", None)));
        for bad in [
            "",
            ":80",
            "a:b",
            "a:99999",
            "a:+80",
            "user@localhost",
            "a b",
            "[::1",
            "[x]",
            "[::1]80",
            "a/b",
            "localhost:80:80",
            ".",
        ] {
            assert_eq!(HostPort::parse(bad), None, "{bad:?}");
        }
    }

    fn check(hosts: &Hosts, host: &str, expected: bool) {
        let host = HostPort::parse(host).unwrap();
        assert_eq!(hosts.allows(&host), expected, "{host:?}");
    }

    #[tokio::test]
    async fn own_names_and_addresses_are_allowed() {
        let look = || Ok(vec!["192.168.1.5".parse().unwrap()]);
        let hosts = Hosts::with_look("bwenge", &["School.example".into()], look);
        check(&hosts, "bwenge.local:8080", true);
        check(&hosts, "school.example", true);
        check(&hosts, "localhost:1", true);
        check(&hosts, "127.0.0.2", true);
        check(&hosts, "[::1]", true);
        check(&hosts, "192.168.1.5:8080", true);
        check(&hosts, "192.168.1.6", false);
        check(&hosts, "evil.example", false);
        check(&hosts, "bwenge.local.evil.example", false);
        check(&hosts, "bwenge-2.local", false);
        assert_eq!(hosts.announced(), None);
        for name in ["bwenge-2.local", "bwenge-3.local"] {
            hosts.set_announced(&format!("{name}."));
            check(&hosts, name, true);
            assert_eq!(hosts.announced().as_deref(), Some(name));
        }
        check(&hosts, "bwenge-2.local", true);
    }

    #[tokio::test(start_paused = true)]
    async fn a_new_address_is_found_and_an_old_one_forgotten() {
        static NOW: Mutex<&str> = Mutex::new("10.0.0.1");
        let look = || Ok(vec![NOW.lock().unwrap().parse().unwrap()]);
        let hosts = Hosts::with_look("bwenge", &[], look);
        check(&hosts, "10.0.0.1", true);
        *NOW.lock().unwrap() = "10.0.0.2";
        check(&hosts, "10.0.0.2", false);
        tokio::time::advance(LOOK_AGAIN_AFTER).await;
        check(&hosts, "10.0.0.2", true);
        check(&hosts, "10.0.0.1", false);
    }

    #[test]
    fn this_machine_has_a_loopback_address() {
        assert!(
            interface_addresses()
                .unwrap()
                .iter()
                .any(IpAddr::is_loopback)
        );
    }
}
