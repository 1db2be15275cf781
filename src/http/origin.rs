//! Whether a write comes from one of our own pages.
//!
//! Cookies travel with requests that other sites make, so a request that
//! changes something must say where its page came from, and that must be the
//! very host it is sent to (already on the allow-list). Browsers always send
//! `Origin` with writes and WebSocket handshakes; API clients use bearer
//! tokens, send neither cookies nor `Origin`, and pass. Pages of origins that the
//! settings list may write as well, but without cookies.

use axum::http::{HeaderMap, Method, header};

use super::cors;
use super::hosts::HostPort;

/// What is asked of whom.
pub(super) struct Asked<'a> {
    pub(super) method: &'a Method,
    pub(super) headers: &'a HeaderMap,
    pub(super) host: &'a HostPort,
    /// How the client reached the host, where that is certain.
    pub(super) scheme: Option<Scheme>,
}

/// How a client reached the box: by our own HTTPS, or as a trusted proxy says. Plain
/// HTTP is not certain, because a proxy that is not listed may add TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scheme {
    Http,
    Https,
}

impl Scheme {
    /// Reads `http` or `https`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        match text {
            "http" => Some(Self::Http),
            "https" => Some(Self::Https),
            _ => None,
        }
    }
}

/// Whether a request may go on; `listed` are origins of others.
pub(super) fn allows(asked: &Asked<'_>, listed: &[String]) -> bool {
    let headers = asked.headers;
    if asked.method.is_safe() && !is_websocket(headers) {
        return true;
    }
    let without_cookies = !headers.contains_key(header::COOKIE);
    let Some(origin) = headers.get(header::ORIGIN) else {
        return without_cookies;
    };
    let of_ours = |origin: &str| is_same(origin, asked.host, asked.scheme);
    origin.to_str().is_ok_and(of_ours) || without_cookies && cors::is_listed(headers, listed)
}

fn is_websocket(headers: &HeaderMap) -> bool {
    headers.get_all(header::UPGRADE).iter().any(|value| {
        value
            .to_str()
            .is_ok_and(|v| v.to_ascii_lowercase().contains("websocket"))
    })
}

/// Same host and port, and scheme where it is known. Else it only decides which port
/// was left out.
fn is_same(origin: &str, host: &HostPort, scheme: Option<Scheme>) -> bool {
    let Some((word, rest)) = origin.split_once("://") else {
        return false;
    };
    let default_port = match Scheme::parse(word) {
        Some(Scheme::Http) => 80,
        Some(Scheme::Https) => 443,
        None => return false,
    };
    if scheme.is_some() && scheme != Scheme::parse(word) {
        return false;
    }
    HostPort::parse(rest).is_some_and(|origin| {
        origin.host == host.host
            && origin.port.unwrap_or(default_port) == host.port.unwrap_or(default_port)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(method: Method, headers: &[(&'static str, &str)], expected: bool) {
        check_with(&[], None, method, headers, expected);
    }

    fn check_with(
        listed: &[&str],
        scheme: Option<Scheme>,
        method: Method,
        headers: &[(&'static str, &str)],
        expected: bool,
    ) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        let host = HostPort::parse("bwenge.local:8080").unwrap();
        let asked = Asked {
            method: &method,
            headers: &map,
            host: &host,
            scheme,
        };
        let listed: Vec<_> = listed.iter().map(|origin| (*origin).to_owned()).collect();
        assert_eq!(allows(&asked, &listed), expected, "{method} {headers:?}");
    }

    #[test]
    fn listed_origins_write_without_cookies() {
        let listed = ["https://portal.example"];
        let check = |method, headers: &[_], expected| {
            check_with(&listed, None, method, headers, expected);
        };
        let portal = ("origin", "https://portal.example");
        check(Method::POST, &[portal], true);
        check(Method::POST, &[portal, ("cookie", "bw_access=x")], false);
        check(Method::POST, &[("origin", "http://portal.example")], false);
        check(Method::POST, &[("origin", "https://evil.example")], false);
        let ours = ("origin", "http://bwenge.local:8080");
        check(Method::POST, &[ours, ("cookie", "bw_access=x")], true);
    }

    #[test]
    fn the_scheme_counts_where_it_is_certain() {
        let check = |scheme, origin, expected| {
            check_with(&[], scheme, Method::POST, &[("origin", origin)], expected);
        };
        check(Some(Scheme::Https), "https://bwenge.local:8080", true);
        check(Some(Scheme::Https), "http://bwenge.local:8080", false);
        check(Some(Scheme::Http), "https://bwenge.local:8080", false);
        check(None, "https://bwenge.local:8080", true);
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
        assert!(is_same("http://school.example:80", &host, None));
        assert!(is_same("https://school.example", &host, None));
        assert!(!is_same("https://school.example:80", &host, None));
    }
}
