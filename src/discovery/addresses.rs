//! The addresses under which pupils' phones may reach this machine.

use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;

use if_addrs::{Interface, get_if_addrs};

/// Addresses to open in a browser on the school's network, best first, such as
/// `http://192.168.1.5:8080`. Empty when there is no network.
pub fn lan_addresses(port: u16) -> Vec<String> {
    let interfaces = get_if_addrs().unwrap_or_else(|error| {
        tracing::warn!(%error, "reading the network interfaces");
        Vec::new()
    });
    let mut ranked: Vec<(u8, Ipv4Addr)> = interfaces
        .iter()
        .filter_map(|interface| match interface.ip() {
            IpAddr::V4(ip) => Some((rank(interface)?, ip)),
            IpAddr::V6(_) => None,
        })
        .collect();
    ranked.sort();
    ranked.dedup();
    ranked.iter().map(|(_, ip)| url(*ip, port)).collect()
}

pub(super) fn url(ip: Ipv4Addr, port: u16) -> String {
    match port {
        80 => format!("http://{ip}"),
        _ => format!("http://{ip}:{port}"),
    }
}

/// How likely pupils reach the box through an interface (0 is best), or none
/// when it leads only to this machine's own containers and tunnels.
pub(super) fn rank(interface: &Interface) -> Option<u8> {
    const INSIDE: &[&str] = &[
        "docker",
        "br-",
        "veth",
        "virbr",
        "vnet",
        "cni",
        "flannel",
        "podman",
        "lxc",
        "lxd",
        "tun",
        "tap",
        "wg",
        "tailscale",
        "zt",
    ];
    let inside = INSIDE.iter().any(|kind| interface.name.starts_with(kind));
    if inside || interface.is_loopback() || !interface.is_oper_up() {
        return None;
    }
    let hardware = Path::new("/sys/class/net")
        .join(&interface.name)
        .join("device")
        .exists();
    let reach = match interface.ip() {
        IpAddr::V4(ip) if ip.is_private() => 0,
        // Self-assigned: works between neighbours when there is no DHCP.
        IpAddr::V4(ip) if ip.is_link_local() => 2,
        _ => 1,
    };
    Some(2 * reach + u8::from(!hardware))
}
