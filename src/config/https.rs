//! The second origin of the box: an address, a certificate and its key.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context, bail};

use super::absolute;

const DEFAULT_LISTEN: &str = "0.0.0.0:8443";

/// Where HTTPS is served, and with what.
#[derive(Debug, Clone)]
pub struct Https {
    /// The address of its listener; once there is one, with the port it was given.
    pub listen: SocketAddr,
    /// The certificate and those that lead to its authority, as PEM; absolute.
    pub cert: PathBuf,
    /// The key of the certificate, as PEM; absolute.
    pub key: PathBuf,
}

impl Https {
    /// All or nothing: a certificate without its key is a mistake, and so is an
    /// address without both.
    pub(super) fn resolve(
        cert: Option<PathBuf>,
        key: Option<PathBuf>,
        listen: Option<&str>,
    ) -> anyhow::Result<Option<Self>> {
        let (cert, key) = match (cert, key) {
            (Some(cert), Some(key)) => (cert, key),
            (Some(_), None) => bail!("https-key: the certificate of https-cert needs its key"),
            (None, Some(_)) => bail!("https-cert: the key of https-key needs its certificate"),
            (None, None) if listen.is_some() => {
                bail!("https-cert: https-listen needs a certificate and its key")
            }
            (None, None) => return Ok(None),
        };
        let listen = listen.unwrap_or(DEFAULT_LISTEN);
        let listen = listen.parse().with_context(|| {
            format!("https-listen: {listen:?} is not an address such as {DEFAULT_LISTEN}")
        })?;
        Ok(Some(Self {
            listen,
            cert: absolute(cert, "https-cert")?,
            key: absolute(key, "https-key")?,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_and_its_key_are_enough() {
        let file = |name: &str| Some(PathBuf::from(name));
        let https = Https::resolve(file("/a.pem"), file("/k.pem"), None).unwrap();
        let https = https.unwrap();
        assert_eq!(https.listen, DEFAULT_LISTEN.parse().unwrap());
        assert_eq!(https.cert, PathBuf::from("/a.pem"));
        assert!(Https::resolve(None, None, None).unwrap().is_none());
        assert!(Https::resolve(file("/a.pem"), file("/k.pem"), Some("443")).is_err());
    }
}
