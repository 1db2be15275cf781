//! The web app inside the binary: files of `web/build`, already compressed.
//!
//! Files below `/_app/immutable` carry their hash in their name and are kept
//! by browsers for a year; everything else is asked for again each time and
//! answered 304 when unchanged. A path without a dot that no file has is a
//! page of the app, so it gets `index.html`. Without `web/build` the binary
//! builds all the same and says so on one plain page.

use std::borrow::Cow;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use axum::{Router, routing};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

use super::errors;
use super::headers::InlineScripts;

#[derive(rust_embed::RustEmbed)]
#[folder = "web/build"]
#[allow_missing = true]
struct Built;

/// Paths below these belong to programs, not to pages.
const PROGRAMS: [&str; 3] = ["/api/", "/v1/", "/metrics"];

const PLAIN_PAGE: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
    <meta name=\"viewport\" content=\"width=device-width\"><title>Bwenge</title>\
    <h1>Bwenge is running</h1><p>This binary was built without its web app. \
    <code>make run</code> builds both.</p></html>";

/// One embedded file.
struct Asset {
    bytes: Cow<'static, [u8]>,
    sha256: [u8; 32],
    media_type: String,
}

type Find = fn(&str) -> Option<Asset>;

/// Where files come from, and what `index.html` may run.
#[derive(Clone)]
struct App {
    find: Find,
    scripts: Arc<str>,
}

/// A router whose fallback serves the web app; merge it last.
pub fn router() -> Router {
    router_for(built)
}

fn router_for(find: Find) -> Router {
    let scripts = find("index.html").map_or_else(String::new, |page| inline_scripts(&page.bytes));
    let app = App {
        find,
        scripts: scripts.into(),
    };
    Router::new().fallback_service(routing::any(answer).with_state(app))
}

fn built(path: &str) -> Option<Asset> {
    let file = Built::get(path)?;
    Some(Asset {
        sha256: file.metadata.sha256_hash(),
        media_type: file.metadata.mimetype().to_owned(),
        bytes: file.data,
    })
}

async fn answer(State(app): State<App>, request: Request) -> Response {
    let path = request.uri().path();
    if PROGRAMS.iter().any(|prefix| path.starts_with(prefix)) {
        return errors::no_such_route();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return errors::no_such_method().await;
    }
    let name = path.trim_start_matches('/');
    // Compressed twins are not pages of their own.
    let is_twin = [".br", ".gz"].iter().any(|end| name.ends_with(end));
    if !name.is_empty()
        && !is_twin
        && let Some(response) = app.file(name, request.headers())
    {
        return response;
    }
    let last = name.rsplit('/').next().unwrap_or_default();
    if last.contains('.') && name != "index.html" {
        return errors::no_such_route();
    }
    app.file("index.html", request.headers())
        .unwrap_or_else(|| Html(PLAIN_PAGE).into_response())
}

impl App {
    fn file(&self, name: &str, request: &HeaderMap) -> Option<Response> {
        let plain = (self.find)(name)?;
        let media_type = with_charset(&plain.media_type);
        let (asset, encoding) = accepted(request)
            .find_map(|(end, encoding)| {
                Some(((self.find)(&format!("{name}{end}"))?, Some(encoding)))
            })
            .unwrap_or((plain, None));
        // Each encoding is a representation of its own, so it has its own tag.
        let tag = format!("\"{}\"", BASE64_STANDARD.encode(&asset.sha256[..12]));
        let keep = if name.starts_with("_app/immutable/") {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        };
        let unchanged = request
            .get_all(header::IF_NONE_MATCH)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .any(|tags| {
                tags.split(',')
                    .any(|t| t.trim().trim_start_matches("W/") == tag)
            });
        let mut response = if unchanged {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            asset.bytes.into_response()
        };
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::try_from(media_type).ok()?,
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        headers.insert(header::ETAG, HeaderValue::try_from(tag).ok()?);
        if let Some(encoding) = encoding {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        if name.ends_with(".html") {
            let scripts = InlineScripts(self.scripts.clone());
            response.extensions_mut().insert(scripts);
        }
        Some(response)
    }
}

fn with_charset(media_type: &str) -> String {
    let is_text = media_type.starts_with("text/")
        || ["application/json", "application/manifest+json"].contains(&media_type);
    if is_text && !media_type.contains("charset") {
        format!("{media_type}; charset=utf-8")
    } else {
        media_type.to_owned()
    }
}

/// Endings and names of the encodings the client takes, best first. Browsers
/// offer brotli only over HTTPS, so on a box it is mostly gzip.
fn accepted(request: &HeaderMap) -> impl Iterator<Item = (&'static str, &'static str)> {
    let offered: Vec<(String, bool)> = request
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|part| {
            let (name, parameters) = part.split_once(';').unwrap_or((part, ""));
            let weight = parameters.trim().strip_prefix("q=").map(str::parse::<f32>);
            let wanted = !matches!(weight, Some(Ok(q)) if q <= 0.0);
            (name.trim().to_ascii_lowercase(), wanted)
        })
        .collect();
    [(".br", "br"), (".gz", "gzip")]
        .into_iter()
        .filter(move |(_, name)| offered.iter().any(|(o, wanted)| o == name && *wanted))
}

/// The CSP sources of the scripts written into a page: the bootstrap SvelteKit
/// puts there. A header policy applies besides the page's own, so without
/// these the app would not start.
fn inline_scripts(page: &[u8]) -> String {
    let page = String::from_utf8_lossy(page);
    let mut sources = Vec::new();
    let mut rest: &str = &page;
    while let Some(start) = rest.find("<script") {
        let Some((tag, after)) = rest[start..].split_once('>') else {
            break;
        };
        let Some((script, after)) = after.split_once("</script>") else {
            break;
        };
        if !tag.contains(" src") {
            let hash = BASE64_STANDARD.encode(Sha256::digest(script.as_bytes()));
            sources.push(format!("'sha256-{hash}'"));
        }
        rest = after;
    }
    sources.join(" ")
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use tower::ServiceExt;

    use super::*;

    const PAGE: &str = "<html><script src=\"/a.js\"></script><script>start()</script></html>";

    fn fake_build(path: &str) -> Option<Asset> {
        let (text, media_type) = match path {
            "index.html" => (PAGE, "text/html"),
            "index.html.gz" => ("zipped page", "application/gzip"),
            "_app/immutable/a.1234.js" => ("a()", "text/javascript"),
            "_app/immutable/a.1234.js.br" => ("brotli a", "application/octet-stream"),
            "icon.svg" => ("<svg/>", "image/svg+xml"),
            _ => return None,
        };
        Some(Asset {
            bytes: Cow::Borrowed(text.as_bytes()),
            sha256: Sha256::digest(text.as_bytes()).into(),
            media_type: media_type.to_owned(),
        })
    }

    async fn get(find: Find, path: &str, headers: &[(&str, &str)]) -> (Response<()>, String) {
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).unwrap();
        let (parts, body) = router_for(find)
            .oneshot(request)
            .await
            .unwrap()
            .into_parts();
        let bytes = to_bytes(body, 10_000).await.unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        (Response::from_parts(parts, ()), text)
    }

    async fn check(path: &str, accept: &str, status: u16, body: &str, encoding: Option<&str>) {
        let (head, found) = get(fake_build, path, &[("accept-encoding", accept)]).await;
        assert_eq!(head.status(), status, "{path}");
        assert!(found.contains(body), "{path}: {found}");
        let sent = head
            .headers()
            .get("content-encoding")
            .map(|v| v.to_str().unwrap());
        assert_eq!(sent, encoding, "{path} {accept}");
    }

    #[tokio::test]
    async fn files_pages_and_gaps_are_told_apart() {
        check("/", "", 200, "start()", None).await;
        check("/lessons/42", "", 200, "start()", None).await;
        check("/icon.svg", "", 200, "<svg/>", None).await;
        check("/gone.js", "", 404, "not_found", None).await;
        check("/index.html.gz", "", 404, "not_found", None).await;
        check("/api/v1/nothing", "", 404, "not_found", None).await;
        check("/../Cargo.toml", "", 404, "not_found", None).await;
    }

    #[tokio::test]
    async fn the_best_accepted_encoding_is_sent() {
        let script = "/_app/immutable/a.1234.js";
        check(script, "gzip, br", 200, "brotli a", Some("br")).await;
        check(script, "br;q=0, gzip", 200, "a()", None).await;
        check(script, "gzip", 200, "a()", None).await;
        check("/", "gzip, deflate", 200, "zipped page", Some("gzip")).await;
    }

    #[tokio::test]
    async fn hashed_files_are_kept_and_others_asked_for_again() {
        let (head, _) = get(fake_build, "/_app/immutable/a.1234.js", &[]).await;
        let keep = head.headers()["cache-control"].to_str().unwrap();
        assert!(keep.contains("immutable"), "{keep}");
        assert_eq!(
            head.headers()["content-type"],
            "text/javascript; charset=utf-8"
        );

        let (head, _) = get(fake_build, "/", &[("accept-encoding", "gzip")]).await;
        assert_eq!(head.headers()["cache-control"], "no-cache");
        assert_eq!(head.headers()["content-type"], "text/html; charset=utf-8");
        let tag = head.headers()["etag"].to_str().unwrap();
        let again = [("accept-encoding", "gzip"), ("if-none-match", tag)];
        let (head, body) = get(fake_build, "/", &again).await;
        assert_eq!((head.status().as_u16(), body.as_str()), (304, ""));
        let (head, _) = get(fake_build, "/", &[("if-none-match", tag)]).await;
        assert_eq!(head.status(), 200, "the plain page has another tag");
    }

    #[tokio::test]
    async fn inline_scripts_are_allowed_by_hash() {
        let (head, _) = get(fake_build, "/", &[]).await;
        let scripts = &head.extensions().get::<InlineScripts>().unwrap().0;
        let hash = BASE64_STANDARD.encode(Sha256::digest("start()"));
        assert_eq!(&**scripts, format!("'sha256-{hash}'"));
    }

    #[tokio::test]
    async fn without_a_build_there_is_a_plain_page() {
        let (head, body) = get(|_| None, "/", &[]).await;
        assert_eq!(head.status(), 200);
        assert!(body.contains("make run"), "{body}");
    }
}
