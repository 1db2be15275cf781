//! Cookies of the HTTPS origin have names of their own.
//!
//! Browsers keep cookies by host and not by port or scheme, so those that the box sets
//! over plain HTTP come to its HTTPS origin as well, and over plain HTTP anybody on the
//! network may have set them. There every cookie is `Secure` and `__Host-`, which
//! nobody can set from elsewhere. Features know one set of names; they are changed
//! here, on the way in and on the way out.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use super::origin::Scheme;

const PREFIX: &str = "__Host-";

/// Changes the names of cookies where the browser came by HTTPS.
pub(super) async fn renamed(mut request: Request, next: Next) -> Response {
    if request.extensions().get::<Scheme>() != Some(&Scheme::Https) {
        return next.run(request).await;
    }
    take(request.headers_mut());
    let mut response = next.run(request).await;
    give(response.headers_mut());
    response
}

/// Leaves the cookies of this origin, under the names that features know.
fn take(headers: &mut HeaderMap) {
    let own: Vec<_> = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|cookie| cookie.trim().strip_prefix(PREFIX))
        .collect();
    let own = HeaderValue::try_from(own.join("; "));
    headers.remove(header::COOKIE);
    if let Ok(own) = own
        && !own.is_empty()
    {
        headers.insert(header::COOKIE, own);
    }
}

/// Gives the cookies an answer sets their names; their path must be `/` then.
fn give(headers: &mut HeaderMap) {
    let set: Vec<_> = headers
        .get_all(header::SET_COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .filter_map(|cookie| {
            let kept = cookie.split("; ").filter(|part| !part.starts_with("Path="));
            let kept = kept.collect::<Vec<_>>().join("; ");
            HeaderValue::try_from(format!("{PREFIX}{kept}; Path=/; Secure")).ok()
        })
        .collect();
    headers.remove(header::SET_COOKIE);
    for cookie in set {
        headers.append(header::SET_COOKIE, cookie);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_cookies_of_this_origin_are_seen() {
        let check = |sent: &[&'static str], seen: Option<&str>| {
            let mut headers = HeaderMap::new();
            for value in sent {
                headers.append(header::COOKIE, HeaderValue::from_static(value));
            }
            take(&mut headers);
            let found = headers.get(header::COOKIE).map(|v| v.to_str().unwrap());
            assert_eq!(found, seen, "{sent:?}");
        };
        check(&["__Host-bw_access=a"], Some("bw_access=a"));
        check(&["bw_access=x; __Host-bw_access=a"], Some("bw_access=a"));
        check(
            &["__Host-a=1;__Host-b=2", "c=3; __Host-d=4"],
            Some("a=1; b=2; d=4"),
        );
        check(&["bw_access=x"], None);
        check(&["__host-bw_access=x"], None);
        check(&["other=__Host-bw_access=x"], None);
        check(&[], None);
    }

    #[test]
    fn cookies_are_secure_and_of_the_host_alone() {
        let mut headers = HeaderMap::new();
        for value in [
            "bw_access=a.b; Path=/; Max-Age=900; HttpOnly; SameSite=Lax",
            "bw_refresh=; Path=/api/v1/auth; Max-Age=0; HttpOnly; SameSite=Lax",
        ] {
            headers.append(header::SET_COOKIE, HeaderValue::from_static(value));
        }
        give(&mut headers);
        let found: Vec<_> = headers.get_all(header::SET_COOKIE).iter().collect();
        assert_eq!(
            found,
            [
                "__Host-bw_access=a.b; Max-Age=900; HttpOnly; SameSite=Lax; Path=/; Secure",
                "__Host-bw_refresh=; Max-Age=0; HttpOnly; SameSite=Lax; Path=/; Secure",
            ]
        );
    }
}
