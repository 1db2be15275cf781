//! Pages of other origins and proxies in front of the box: nobody unless listed.

use axum::http::Request;
use serde_json::json;

use bwenge::config::RawConfig;

use crate::support::app::TestApp;
use crate::support::browser::{Answer, Browser};
use crate::support::door::{Door, PASSWORD};

const PORTAL: &str = "https://portal.example";

fn list(text: &str) -> Option<Vec<String>> {
    Some(vec![text.to_owned()])
}

/// A request with these headers in place of a browser's own.
fn with(mut request: Request<Vec<u8>>, headers: &[(&'static str, &str)]) -> Request<Vec<u8>> {
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    request
}

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    let value = answer.headers.get(name);
    value.map_or("", |value| value.to_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_a_listed_origin_use_tokens_and_no_cookies() {
    let app = TestApp::with(RawConfig {
        origins: list(PORTAL),
        ..RawConfig::default()
    })
    .await;
    let admin = app.set_up().await;
    let portal = ("origin", PORTAL);

    let ask = app.anon().request("OPTIONS", "/auth/login", None);
    let asks = [
        portal,
        ("access-control-request-method", "POST"),
        (
            "access-control-request-headers",
            "authorization,content-type",
        ),
    ];
    let told = app.send(with(ask, &asks)).await.expect(200);
    assert_eq!(header(&told, "access-control-allow-origin"), PORTAL);
    assert_eq!(header(&told, "access-control-allow-methods"), "POST");
    let allowed = header(&told, "access-control-allow-headers");
    assert!(allowed.contains("authorization"), "{allowed}");
    assert_eq!(header(&told, "access-control-allow-credentials"), "");

    let body = json!({"username": "admin", "password": PASSWORD, "tokens": "body"});
    let login = app.anon().request("POST", "/auth/login", Some(body));
    let signed_in = app.send(with(login, &[portal])).await.expect(200);
    assert_eq!(header(&signed_in, "access-control-allow-origin"), PORTAL);
    assert!(signed_in.cookies.is_empty());
    let program = Browser {
        bearer: signed_in.body["access_token"].as_str().map(str::to_owned),
        ..app.anon()
    };
    let patch = || json!({"name": "A"});
    let change = program.request("PATCH", "/auth/me", Some(patch()));
    let changed = app.send(with(change, &[portal])).await.expect(200);
    assert_eq!(header(&changed, "access-control-allow-origin"), PORTAL);
    let readable = header(&changed, "access-control-expose-headers");
    for name in ["ratelimit", "retry-after", "x-request-id"] {
        assert!(readable.contains(name), "{readable}");
    }
    // Refusals are readable as well.
    let nobody = app.anon().request("GET", "/auth/me", None);
    let refused = app.send(with(nobody, &[portal])).await;
    let refused = refused.refused(401, "not_signed_in");
    assert_eq!(header(&refused, "access-control-allow-origin"), PORTAL);

    // Whoever sits before the browser lends it nothing.
    let forged = admin.request("PATCH", "/auth/me", Some(patch()));
    app.send(with(forged, &[portal]))
        .await
        .refused(403, "origin_unknown");
    // Others are as unknown as ever.
    for origin in ["https://evil.example", "http://portal.example", "null"] {
        let evil = [("origin", origin)];
        let read = program.request("GET", "/auth/me", None);
        let read = app.send(with(read, &evil)).await.expect(200);
        assert_eq!(header(&read, "access-control-allow-origin"), "", "{origin}");
        assert!(header(&read, "vary").contains("origin"), "{origin}");
        let write = program.request("PATCH", "/auth/me", Some(patch()));
        app.send(with(write, &evil))
            .await
            .refused(403, "origin_unknown");
    }
    // The box's own page still learns what uploads can do.
    let tus = admin.request("OPTIONS", "/knowledge/uploads", None);
    let tus = app.send(tus).await.expect(204);
    assert!(header(&tus, "tus-version").contains("1.0.0"));
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_listed_by_default() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let read = admin.request("GET", "/auth/me", None);
    let read = app
        .send(with(read, &[("origin", PORTAL)]))
        .await
        .expect(200);
    for name in ["access-control-allow-origin", "vary"] {
        assert_eq!(header(&read, name), "", "{name}");
    }
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_on_the_box_has_to_say_the_code() {
    let app = TestApp::with(RawConfig {
        proxies: list("127.0.0.1"),
        ..RawConfig::default()
    })
    .await;
    let on_box = Browser {
        peer: "127.0.0.1:4000",
        ..app.anon()
    };
    let told = app.get("/box", &on_box).await.expect(200).body;
    assert_eq!(told["setup_code_needed"], true, "{told}");
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_listed_proxy_the_clients_host_and_scheme_count() {
    let app = TestApp::with(RawConfig {
        hosts: list("school.example"),
        proxies: list("10.0.0.1"),
        ..RawConfig::default()
    })
    .await;
    let admin = app.set_up().await;
    let change = |peer, headers: &[(&'static str, &str)]| {
        // By HTTPS, also that of a proxy, cookies have other names.
        let cookies = admin.cookies.iter();
        let cookies = cookies.map(|(name, value)| (format!("__Host-{name}"), value.clone()));
        let who = Browser {
            peer,
            cookies: cookies.collect(),
            ..admin.clone()
        };
        let body = json!({"name": "A"});
        with(who.request("PATCH", "/auth/me", Some(body)), headers)
    };
    let said = |host, scheme, origin| {
        [
            ("x-forwarded-for", "192.168.1.9"),
            ("x-forwarded-host", host),
            ("x-forwarded-proto", scheme),
            ("origin", origin),
        ]
    };
    let (proxy, phone) = ("10.0.0.1:4000", "192.168.1.9:4000");
    let right = said("school.example", "https", "https://school.example");
    app.send(change(proxy, &right)).await.expect(200);
    let with_those_of_http = Browser {
        peer: proxy,
        ..admin.clone()
    };
    let body = Some(json!({"name": "B"}));
    let request = with_those_of_http.request("PATCH", "/auth/me", body);
    app.send(with(request, &right))
        .await
        .refused(401, "not_signed_in");
    app.send(change(phone, &right))
        .await
        .refused(403, "origin_unknown");
    let downgraded = said("school.example", "https", "http://school.example");
    app.send(change(proxy, &downgraded))
        .await
        .refused(403, "origin_unknown");
    let foreign = said("evil.example", "https", "https://evil.example");
    app.send(change(proxy, &foreign))
        .await
        .refused(421, "host_unknown");
    app.end().await;
}
