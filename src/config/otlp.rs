//! The collector that is sent traces: on the box or on its own network.
//!
//! An address and no name, because a name may lead anywhere. Whoever wants traces
//! elsewhere lets a collector on the box send them on.

use std::net::{IpAddr, SocketAddr};

use anyhow::{Context, bail};

/// The port of OTLP over HTTP.
const PORT: u16 = 4318;

/// Reads `http://ADDRESS[:PORT]`.
pub(super) fn collector(url: &str) -> anyhow::Result<SocketAddr> {
    let example = "http://127.0.0.1:4318";
    let place = url.trim().strip_prefix("http://");
    let place = place.map(|place| {
        place
            .trim_end_matches('/')
            .replace("localhost", "127.0.0.1")
    });
    let place = place.with_context(|| format!("otlp: {url:?} is not like {example}"))?;
    let bare = place.trim_start_matches('[').trim_end_matches(']');
    let address = place.parse().ok();
    let address = address.or_else(|| Some(SocketAddr::new(bare.parse().ok()?, PORT)));
    let address = address.with_context(|| {
        format!("otlp: {url:?} must name its host by address, such as {example}")
    })?;
    if !is_near(address.ip().to_canonical()) {
        bail!("otlp: {url:?} is not on this box or a private network");
    }
    Ok(address)
}

fn is_near(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn collectors_are_near_and_named_by_address() {
        let check = |url: &str, expected: Option<&str>| {
            let found = collector(url).ok().map(|address| address.to_string());
            assert_eq!(found.as_deref(), expected, "{url}");
        };
        check("http://127.0.0.1:4318", Some("127.0.0.1:4318"));
        check("http://localhost:9/", Some("127.0.0.1:9"));
        check("http://192.168.1.7", Some("192.168.1.7:4318"));
        check("http://[fd00::1]:4318", Some("[fd00::1]:4318"));
        check("http://[::1]", Some("[::1]:4318"));
        for bad in [
            "",
            "127.0.0.1:4318",
            "https://127.0.0.1:4318",
            "http://collector.example:4318",
            "http://localhost.evil.example",
            "http://8.8.8.8:4318",
            "http://[2001:db8::1]:4318",
            "http://[::ffff:8.8.8.8]:4318",
            "http://me@127.0.0.1:4318",
            "http://127.0.0.1:4318/v1/traces",
        ] {
            check(bad, None);
        }
    }
}
