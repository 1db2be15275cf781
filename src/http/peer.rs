//! Who is at the other end of a connection.
//!
//! "On the box" means a browser on the box itself: the connection comes from
//! loopback, was addressed to loopback, and passed no proxy that says so or is known. Only
//! then may a request do what otherwise takes a code or an account.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, header};

use super::forwarded::Forwarded;
use super::hosts::HostPort;

/// The address of the peer, when the request came through [`super::serve`].
pub fn address(extensions: &Extensions) -> Option<IpAddr> {
    extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map(|ConnectInfo(peer)| peer.ip().to_canonical())
}

/// Whether the request comes from the box itself, for handlers.
#[derive(Debug, Clone, Copy)]
pub struct OnBox(pub bool);

impl<S: Sync> FromRequestParts<S> for OnBox {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(is_on_box(parts)))
    }
}

/// Whether the request comes from the box itself.
pub fn is_on_box(parts: &Parts) -> bool {
    let from_loopback = address(&parts.extensions).is_some_and(|ip| ip.is_loopback());
    let forwarded = was_forwarded(&parts.headers) || parts.extensions.get::<Forwarded>().is_some();
    from_loopback && addressed_to_loopback(&parts.headers) && !forwarded
}

fn addressed_to_loopback(headers: &HeaderMap) -> bool {
    headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .and_then(HostPort::parse)
        .is_some_and(|host| host.is_loopback())
}

fn was_forwarded(headers: &HeaderMap) -> bool {
    ["forwarded", "x-forwarded-for", "x-real-ip", "via"]
        .iter()
        .any(|name| headers.contains_key(*name))
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn check(peer: &str, headers: &[(&str, &str)], expected: bool) {
        let mut request = Request::get("/");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let peer: SocketAddr = peer.parse().unwrap();
        let request = request.extension(ConnectInfo(peer)).body(()).unwrap();
        assert_eq!(
            is_on_box(&request.into_parts().0),
            expected,
            "{peer} {headers:?}"
        );
    }

    #[test]
    fn on_the_box_needs_both_ends_and_no_proxy() {
        check("127.0.0.1:5", &[("host", "localhost:8080")], true);
        check("[::1]:5", &[("host", "[::1]:8080")], true);
        check("[::ffff:127.0.0.1]:5", &[("host", "127.0.0.1")], true);
        check("192.168.1.9:5", &[("host", "localhost")], false);
        check("127.0.0.1:5", &[("host", "192.168.1.5")], false);
        check("127.0.0.1:5", &[], false);
        let proxied = [("host", "localhost"), ("x-forwarded-for", "10.0.0.1")];
        check("127.0.0.1:5", &proxied, false);
    }
}
