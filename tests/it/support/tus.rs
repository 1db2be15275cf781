//! Files sent piece by piece, as the page does, and connections that are lost
//! on the way.

use axum::http::{HeaderName, Request};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::browser::{Answer, Browser};
use super::door::Door;
use super::upload::Upload;

pub const UPLOADS: &str = "/api/v1/knowledge/uploads";
pub const PIECE: &str = "application/offset+octet-stream";

/// A request of the protocol, with these headers beside the version.
pub fn request(
    who: &Browser,
    method: &str,
    path: &str,
    headers: &[(&'static str, String)],
    body: &[u8],
) -> Request<Vec<u8>> {
    let mut request = who.send_bytes(method, path, None, body.to_vec());
    let all = request.headers_mut();
    all.insert("tus-resumable", "1.0.0".parse().unwrap());
    for (name, value) in headers {
        all.insert(HeaderName::from_static(name), value.parse().unwrap());
    }
    request
}

/// What is said about a file before its bytes.
pub fn announcement(file: &Upload) -> Vec<(&'static str, String)> {
    let mut pairs = vec![("filename", file.name.as_str())];
    pairs.extend(
        file.fields
            .iter()
            .map(|(key, value)| (*key, value.as_str())),
    );
    let encode = |(key, value): &(&str, &str)| format!("{key} {}", BASE64_STANDARD.encode(value));
    let metadata: Vec<_> = pairs.iter().map(encode).collect();
    vec![
        ("upload-length", file.bytes.len().to_string()),
        ("upload-metadata", metadata.join(",")),
    ]
}

/// Announces a file.
pub async fn announce(door: &impl Door, who: &Browser, file: &Upload) -> Answer {
    let headers = announcement(file);
    door.send(request(who, "POST", UPLOADS, &headers, &[]))
        .await
}

/// Announces a file that is fine; where its bytes go.
pub async fn start(door: &impl Door, who: &Browser, file: &Upload) -> String {
    let answer = announce(door, who, file).await.expect(201);
    answer.headers["location"].to_str().unwrap().to_owned()
}

/// The headers of a piece.
pub fn piece(offset: usize) -> Vec<(&'static str, String)> {
    vec![
        ("content-type", PIECE.to_owned()),
        ("upload-offset", offset.to_string()),
    ]
}

/// Sends bytes to where they belong.
pub async fn send(
    door: &impl Door,
    who: &Browser,
    place: &str,
    offset: usize,
    bytes: &[u8],
) -> Answer {
    door.send(request(who, "PATCH", place, &piece(offset), bytes))
        .await
}

/// The same with a checksum of other bytes or of these.
pub async fn send_checked(
    door: &impl Door,
    who: &Browser,
    place: &str,
    offset: usize,
    (bytes, of): (&[u8], &[u8]),
) -> Answer {
    let mut headers = piece(offset);
    let digest = BASE64_STANDARD.encode(Sha256::digest(of));
    headers.push(("upload-checksum", format!("sha256 {digest}")));
    door.send(request(who, "PATCH", place, &headers, bytes))
        .await
}

/// Asks how far an upload is.
pub async fn ask(door: &impl Door, who: &Browser, place: &str) -> Answer {
    door.send(request(who, "HEAD", place, &[], &[])).await
}

/// The offset an answer names.
#[track_caller]
pub fn offset(answer: &Answer) -> usize {
    let offset = answer.headers["upload-offset"].to_str().unwrap();
    offset.parse().unwrap()
}

/// A header of an answer, empty when it is not there.
pub fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer
        .headers
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

/// Begins to send `announced` bytes over a connection of its own and stops
/// after `bytes`; the connection is lost when it is dropped.
pub async fn begin(
    door: &impl Door,
    who: &Browser,
    place: &str,
    offset: usize,
    (bytes, announced): (&[u8], usize),
) -> TcpStream {
    let mut connection = TcpStream::connect(door.address()).await.unwrap();
    let head = format!(
        "PATCH {place} HTTP/1.1\r\nhost: {host}\r\norigin: http://{host}\r\ncookie: {cookie}\r\n\
         tus-resumable: 1.0.0\r\nupload-offset: {offset}\r\ncontent-type: {PIECE}\r\n\
         content-length: {announced}\r\n\r\n",
        host = who.host,
        cookie = who.cookie_header().unwrap(),
    );
    connection.write_all(head.as_bytes()).await.unwrap();
    connection.write_all(bytes).await.unwrap();
    connection
}
