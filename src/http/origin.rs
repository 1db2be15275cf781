//! Whether a write comes from one of our own pages.
//!
//! Cookies travel with requests that other sites make, so a request that
//! changes something must say where its page came from, and that must be the
//! very host it is sent to (already on the allow-list). Browsers always send
//! `Origin` with writes and WebSocket handshakes; API clients use bearer
//! tokens, send neither cookies nor `Origin`, and pass.

use axum::http::{HeaderMap, Method, header};

use super::hosts::HostPort;

/// Whether a request with these headers may go on.
pub(super) fn allows(method: &Method, headers: &HeaderMap, host: &HostPort) -> bool {
    if method.is_safe() && !is_websocket(headers) {
        return true;
    }
    match headers.get(header::ORIGIN) {
        Some(origin) => origin.to_str().is_ok_and(|origin| is_same(origin, host)),
        None => !headers.contains_key(header::COOKIE),
    }
}

fn is_websocket(headers: &HeaderMap) -> bool {
    headers.get_all(header::UPGRADE).iter().any(|value| {
        value
            .to_str()
            .is_ok_and(|v| v.to_ascii_lowercase().contains("websocket"))
    })
}

/// Same host and port. The scheme may differ, because a proxy on the box can
/// add TLS; it only decides which port was left out.
fn is_same(origin: &str, host: &HostPort) -> bool {
    let (rest, default_port) = if let Some(rest) = origin.strip_prefix("http://") {
        (rest, 80)
    } else if let Some(rest) = origin.strip_prefix("https://") {
        (rest, 443)
    } else {
        return false;
    };
    HostPort::parse(rest).is_some_and(|origin| {
        origin.host == host.host
            && origin.port.unwrap_or(default_port) == host.port.unwrap_or(default_port)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(method: Method, headers: &[(&'static str, &str)], expected: bool) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        let host = HostPort::parse("bwenge.local:8080").unwrap();
        assert_eq!(
            allows(&method, &map, &host),
            expected,
            "{method} {headers:?}"
        );
    }

    #[test]
    fn writes_with_cookies_come_from_our_pages() {
        let cookie = ("cookie", "bw_access=x");
        let ours = ("origin", "http://bwenge.local:8080");
        check(Method::GET, &[cookie], true);
        check(
            Method::GET,
            &[cookie, ("origin", "http://evil.example")],
            true,
        );
        check(Method::POST, &[cookie, ours], true);
        check(Method::POST, &[cookie], false);
        check(Method::POST, &[], true);
        check(Method::DELETE, &[ours], true);
        for foreign in [
            "http://evil.example",
            "http://bwenge.local",
            "http://bwenge.local:9090",
            "http://bwenge.local:8080.evil.example",
            "http://bwenge.local:8080@evil.example",
            "ftp://bwenge.local:8080",
            "null",
        ] {
            check(Method::POST, &[cookie, ("origin", foreign)], false);
            check(Method::PATCH, &[("origin", foreign)], false);
        }
    }

    #[test]
    fn socket_handshakes_count_as_writes() {
        let upgrade = ("upgrade", "WebSocket");
        let cookie = ("cookie", "bw_access=x");
        check(Method::GET, &[upgrade, cookie], false);
        check(
            Method::GET,
            &[upgrade, cookie, ("origin", "http://bwenge.local:8080")],
            true,
        );
        check(
            Method::GET,
            &[upgrade, cookie, ("origin", "http://evil.example")],
            false,
        );
        check(Method::GET, &[upgrade], true);
    }

    #[test]
    fn a_default_port_may_be_left_out() {
        let host = HostPort::parse("school.example").unwrap();
        assert!(is_same("http://school.example:80", &host));
        assert!(is_same("https://school.example", &host));
        assert!(!is_same("https://school.example:80", &host));
    }
}
