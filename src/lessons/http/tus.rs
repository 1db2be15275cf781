//! The headers of the tus protocol for resumable uploads, version 1.0.0: read
//! from requests, written into answers. Nothing here knows what an upload is.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::error::{Code, Error, Result};
use crate::types::Timestamp;

/// The one version of the protocol that is spoken.
pub const VERSION: &str = "1.0.0";
/// The extensions that are spoken.
pub const EXTENSIONS: &str = "creation,creation-with-upload,checksum,expiration,termination";
/// The type of a body that holds bytes of a file.
pub const PIECE: &str = "application/offset+octet-stream";

pub const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
pub const VERSIONS: HeaderName = HeaderName::from_static("tus-version");
pub const EXTENSION: HeaderName = HeaderName::from_static("tus-extension");
pub const MAX_SIZE: HeaderName = HeaderName::from_static("tus-max-size");
pub const CHECKSUMS: HeaderName = HeaderName::from_static("tus-checksum-algorithm");
pub const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
pub const LENGTH: HeaderName = HeaderName::from_static("upload-length");
pub const METADATA: HeaderName = HeaderName::from_static("upload-metadata");
pub const CHECKSUM: HeaderName = HeaderName::from_static("upload-checksum");
pub const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");

/// Longest metadata that is taken, in bytes.
const LONGEST_METADATA: usize = 4096;

/// Whether the sender speaks our version.
pub fn speaks(headers: &HeaderMap) -> bool {
    headers.get(RESUMABLE).is_some_and(|v| v == VERSION)
}

/// Whether the body holds bytes of a file.
pub fn is_piece(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|v| v == PIECE)
}

/// A count of bytes in a header; none when the header is not there.
///
/// # Errors
/// `bad_request` when it is no count.
pub fn count(headers: &HeaderMap, name: &HeaderName) -> Result<Option<u64>> {
    let Some(value) = text(headers, name)? else {
        return Ok(None);
    };
    let is_count = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
    let number = value.parse().ok().filter(|_| is_count);
    number.map(Some).ok_or_else(|| malformed(name))
}

/// The text of a header; none when it is not there.
///
/// # Errors
/// `bad_request` when it is not ASCII.
pub fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>> {
    let Some(value) = headers.get(name) else {
        return Ok(None);
    };
    value.to_str().map(Some).map_err(|_| malformed(name))
}

/// What is said about a file: keys, each with a text in base64, separated by
/// commas.
///
/// # Errors
/// `bad_request` when it is written otherwise, is too long or says a thing
/// twice.
pub fn metadata(value: &str) -> Result<Vec<(&str, String)>> {
    let malformed = || malformed(&METADATA);
    if value.len() > LONGEST_METADATA {
        return Err(malformed());
    }
    let mut pairs: Vec<(&str, String)> = Vec::new();
    for pair in value.split(',').filter(|_| !value.trim().is_empty()) {
        let (key, encoded) = pair.trim().split_once(' ').unwrap_or((pair.trim(), ""));
        let bytes = BASE64_STANDARD.decode(encoded.trim()).ok();
        let text = bytes.and_then(|b| String::from_utf8(b).ok());
        let is_new = pairs.iter().all(|(k, _)| *k != key);
        match text {
            Some(text) if !key.is_empty() && is_new => pairs.push((key, text)),
            _ => return Err(malformed()),
        }
    }
    Ok(pairs)
}

/// A time as HTTP writes it (RFC 9110).
pub fn date(at: Timestamp) -> Option<HeaderValue> {
    let at = jiff::Timestamp::from_millisecond(at.0).ok()?;
    let date = at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    HeaderValue::try_from(date).ok()
}

/// The refusal of a header that can not be read.
pub fn malformed(name: &HeaderName) -> Error {
    Error::new(Code::BadRequest, format!("The header {name} is wrong."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &HeaderName, value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name, HeaderValue::from_str(value).unwrap());
        headers
    }

    #[test]
    fn counts_are_digits_and_nothing_else() {
        let check = |value: &str| count(&headers(&OFFSET, value), &OFFSET).ok().flatten();
        assert_eq!(check("0"), Some(0));
        assert_eq!(check("104857600"), Some(100 << 20));
        for value in ["", "-1", "+1", "1.0", "0x10", "99999999999999999999", "1 "] {
            assert_eq!(check(value), None, "{value:?}");
        }
        assert_eq!(count(&HeaderMap::new(), &OFFSET).unwrap(), None);
    }

    #[test]
    fn metadata_is_keys_with_texts() {
        let check = |value: &str| {
            let pairs = metadata(value).ok()?;
            Some(
                pairs
                    .iter()
                    .map(|(k, v)| format!("{k}={v};"))
                    .collect::<String>(),
            )
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(check(""), some(""));
        assert_eq!(check("filename YS50eHQ="), some("filename=a.txt;"));
        assert_eq!(
            check("filename w6kucGRm,title QW1hemk=,again"),
            some("filename=é.pdf;title=Amazi;again=;")
        );
        assert_eq!(check("a YQ==, b Yg=="), some("a=a;b=b;"));
        for value in ["a YQ==,a YQ==", "a !!!", "a YQ==,,b Yg==", ",", "a /w=="] {
            assert_eq!(check(value), None, "{value:?}");
        }
        assert_eq!(check(&format!("a {}", "YWFh".repeat(2000))), None);
    }

    #[test]
    fn times_are_written_as_http_does() {
        let date = date(Timestamp(1_403_712_000_000)).unwrap();
        assert_eq!(date, "Wed, 25 Jun 2014 16:00:00 GMT");
    }

    #[test]
    fn only_our_version_is_spoken() {
        assert!(speaks(&headers(&RESUMABLE, "1.0.0")));
        assert!(!speaks(&headers(&RESUMABLE, "0.2.2")));
        assert!(!speaks(&HeaderMap::new()));
    }
}
