//! What a proxy in front of the box says about a request, when the settings trust
//! that proxy.
//!
//! From anybody else the headers mean nothing: whoever can write them could be any
//! address and any host. They are believed one hop at a time, from the last one
//! back, because a proxy appends to what its own client claims.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use super::edge::Policy;
use super::origin::Scheme;
use super::peer;

const FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// The request came through a trusted proxy.
#[derive(Debug, Clone, Copy)]
pub(super) struct Forwarded;

/// Puts the client a trusted proxy speaks for in the place of the proxy.
pub(super) async fn believed(
    State(policy): State<Arc<Policy>>,
    mut request: Request,
    next: Next,
) -> Response {
    let peer = peer::address(request.extensions());
    if peer.is_some_and(|peer| policy.proxies.contains(&peer)) {
        believe(&mut request, &policy.proxies);
    }
    next.run(request).await
}

fn believe<B>(request: &mut axum::http::Request<B>, proxies: &[IpAddr]) {
    let headers = request.headers_mut();
    let scheme = last(headers, &PROTO).and_then(Scheme::parse);
    let host = last(headers, &HOST).and_then(|host| HeaderValue::from_str(host).ok());
    let client = client(headers, proxies);
    if let Some(host) = host {
        headers.insert(header::HOST, host);
    }
    let extensions = request.extensions_mut();
    if let Some(client) = client {
        extensions.insert(ConnectInfo(SocketAddr::new(client, 0)));
    }
    // How the proxy itself came is not how its client did.
    extensions.remove::<Scheme>();
    if let Some(scheme) = scheme {
        extensions.insert(scheme);
    }
    extensions.insert(Forwarded);
}

/// The last address that is none of the proxies'.
fn client(headers: &HeaderMap, proxies: &[IpAddr]) -> Option<IpAddr> {
    let values = headers.get_all(FOR).iter().rev();
    let addresses = values.flat_map(|value| value.to_str().unwrap_or_default().rsplit(','));
    for address in addresses {
        // What is no address was not written by a proxy of ours.
        let address: IpAddr = address.trim().parse().ok()?;
        let address = address.to_canonical();
        if !proxies.contains(&address) {
            return Some(address);
        }
    }
    None
}

/// The last entry of a header that is a list.
fn last<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let value = headers.get_all(name).iter().next_back()?;
    let entry = value.to_str().ok()?.rsplit(',').next()?.trim();
    (!entry.is_empty()).then_some(entry)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sent: &[(&str, &str)], client: Option<&str>, host: &str, scheme: Option<Scheme>) {
        let request = Request::get("/").header("host", "127.0.0.1:8080");
        let mut request = request.extension(Scheme::Https);
        for (name, value) in sent {
            request = request.header(*name, *value);
        }
        let mut request = request.body(()).unwrap();
        let proxies = ["127.0.0.1", "10.0.0.1"].map(|ip| ip.parse().unwrap());
        believe(&mut request, &proxies);
        let found = peer::address(request.extensions());
        assert_eq!(found, client.map(|ip| ip.parse().unwrap()), "{sent:?}");
        assert_eq!(request.headers()["host"], host, "{sent:?}");
        assert!(request.extensions().get::<Forwarded>().is_some());
        let found = request.extensions().get::<Scheme>();
        assert_eq!(found, scheme.as_ref(), "{sent:?}");
    }

    #[test]
    fn the_last_word_of_a_proxy_counts() {
        let own = "127.0.0.1:8080";
        check(&[], None, own, None);
        check(
            &[
                ("x-forwarded-for", "192.168.1.9"),
                ("x-forwarded-host", "school.example"),
                ("x-forwarded-proto", "https"),
            ],
            Some("192.168.1.9"),
            "school.example",
            Some(Scheme::Https),
        );
        // What a client claims stands before what the proxy adds.
        let claimed = [
            ("x-forwarded-for", "127.0.0.1, 192.168.1.9"),
            ("x-forwarded-host", "evil.example, school.example"),
            ("x-forwarded-proto", "https, http"),
        ];
        check(
            &claimed,
            Some("192.168.1.9"),
            "school.example",
            Some(Scheme::Http),
        );
        let two_lines = [
            ("x-forwarded-for", "1.2.3.4"),
            ("x-forwarded-for", "::ffff:192.168.1.9, 10.0.0.1"),
        ];
        check(&two_lines, Some("192.168.1.9"), own, None);
        check(&[("x-forwarded-for", "somebody")], None, own, None);
        check(&[("x-forwarded-proto", "gopher")], None, own, None);
        check(&[("x-forwarded-host", " ")], None, own, None);
    }
}
