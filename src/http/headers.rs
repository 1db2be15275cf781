//! Headers that tell browsers what a page of ours may do.
//!
//! No HSTS: the box must stay reachable over plain HTTP.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use super::hosts::HostPort;

/// Put into the response extensions by a page: the CSP sources of its inline
/// scripts, such as `'sha256-…'`, separated by spaces.
#[derive(Clone)]
pub(super) struct InlineScripts(pub std::sync::Arc<str>);

const FIXED: [(HeaderName, &str); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    // Not "no-referrer": that would blank the Origin of form posts.
    (header::REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// Adds the headers to every answer; what a handler set itself stays.
pub(super) async fn secured(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let policy = {
        let host = response.extensions().get::<HostPort>();
        let scripts = response.extensions().get::<InlineScripts>();
        content_policy(host, scripts.map_or("", |s| &s.0))
    };
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    if let Ok(policy) = HeaderValue::try_from(policy) {
        headers
            .entry(header::CONTENT_SECURITY_POLICY)
            .or_insert(policy);
    }
    // Answers are about people; phones are shared.
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

fn content_policy(host: Option<&HostPort>, scripts: &str) -> String {
    let mut policy = String::from(
        "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; \
         form-action 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; \
         script-src 'self'",
    );
    if !scripts.is_empty() {
        policy.push(' ');
        policy.push_str(scripts);
    }
    policy.push_str("; connect-src 'self'");
    // Older Safari does not count the socket of the same host as 'self'. CSP
    // has no syntax for IPv6 hosts.
    if let Some(HostPort { host, port }) = host
        && !host.contains(':')
    {
        let port = port.map_or_else(String::new, |port| format!(":{port}"));
        policy.push_str(&format!(" ws://{host}{port} wss://{host}{port}"));
    }
    policy
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_names_scripts_and_the_own_socket() {
        let host = HostPort::parse("192.168.1.5:8080").unwrap();
        let policy = content_policy(Some(&host), "'sha256-abc='");
        assert!(
            policy.contains("script-src 'self' 'sha256-abc='; "),
            "{policy}"
        );
        assert!(
            policy.contains("connect-src 'self' ws://192.168.1.5:8080 "),
            "{policy}"
        );
        let v6 = HostPort::parse("[fe80::1]:80").unwrap();
        assert!(content_policy(Some(&v6), "").ends_with("connect-src 'self'"));
    }
}
