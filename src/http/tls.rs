//! HTTPS, with a certificate from files that somebody else renews.
//!
//! Both files are read again every few seconds and taken when they changed and fit
//! each other, so a cron job that renews them needs to tell nobody. What does not fit
//! (half of a pair, for a moment) is told and the certificate before goes on. One that
//! has expired is used all the same: a browser that warns can be argued with, a box
//! that is gone can not.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use anyhow::{Context, bail};
use prometheus_client::metrics::gauge::Gauge;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use tokio::task::spawn_blocking;
use tokio_rustls::TlsAcceptor;
use x509_cert::der::Decode;

use crate::config::Https;
use crate::types::{SharedClock, Timestamp};

/// How often to look at the files.
const LOOK: Duration = Duration::from_secs(10);
/// Rest of its life from which a certificate is spoken of.
const SOON_MS: i64 = 14 * 24 * 3600 * 1000;

/// The listener of the second origin.
pub struct Secured {
    /// Where browsers connect.
    pub listener: TcpListener,
    /// What they are shown.
    pub certificate: Arc<Certificate>,
}

/// The certificate that browsers are shown, and the files it comes from.
pub struct Certificate {
    files: Https,
    shown: RwLock<Pair>,
}

/// A certificate with its key.
#[derive(Clone)]
struct Pair {
    key: Arc<CertifiedKey>,
    valid_from: Timestamp,
    valid_until: Timestamp,
    /// Of both files.
    hash: [u8; 32],
}

impl Certificate {
    /// Reads both files.
    ///
    /// # Errors
    /// Names the file that is missing or holds something else.
    pub fn load(files: &Https) -> anyhow::Result<Arc<Self>> {
        Ok(Arc::new(Self {
            files: files.clone(),
            shown: RwLock::new(Bytes::read(files)?.pair(files)?),
        }))
    }

    /// Shakes hands with the certificate that is there at the time. HTTP/1.1 only, as
    /// the rest of the box.
    pub(super) fn acceptor(self: &Arc<Self>) -> anyhow::Result<TlsAcceptor> {
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(self) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    /// Takes renewed files and says when the certificate nears its end, by trusted
    /// time; `until` is told its last second. Does not return.
    pub async fn keep(self: Arc<Self>, clock: SharedClock, until: Gauge) {
        let mut tried = self.shown().hash;
        let mut told = None;
        loop {
            let shown = self.shown();
            until.set(shown.valid_until.0 / 1000);
            let standing = Standing::of(&shown, clock.now());
            if told != Some((standing, shown.hash)) {
                standing.tell(shown.valid_until);
                told = Some((standing, shown.hash));
            }
            tokio::time::sleep(LOOK).await;
            let looking = self.clone();
            match spawn_blocking(move || looking.look(tried)).await {
                Ok(hash) => tried = hash,
                Err(error) => tracing::error!(%error, "https.files_not_read"),
            }
        }
    }

    /// Takes the files if they are others than those `tried` before; the hash of what
    /// is there.
    fn look(&self, tried: [u8; 32]) -> [u8; 32] {
        let bytes = match Bytes::read(&self.files) {
            Ok(bytes) => bytes,
            // Files that are being replaced are missing for a moment.
            Err(error) => {
                tracing::debug!(error = format!("{error:#}"), "https.files_missing");
                return tried;
            }
        };
        let hash = bytes.hash();
        if hash == tried {
            return tried;
        }
        match bytes.pair(&self.files) {
            Ok(pair) => {
                tracing::info!("https.certificate_renewed");
                *self.shown.write().unwrap_or_else(PoisonError::into_inner) = pair;
            }
            Err(error) => {
                tracing::warn!(error = format!("{error:#}"), "https.certificate_not_taken");
            }
        }
        hash
    }

    fn shown(&self) -> Pair {
        self.shown
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Certificate").field(&self.files).finish()
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.shown().key)
    }
}

/// What is in both files.
struct Bytes {
    cert: Vec<u8>,
    key: Vec<u8>,
}

impl Bytes {
    fn read(files: &Https) -> anyhow::Result<Self> {
        let read = |path: &Path, setting: &str| {
            std::fs::read(path)
                .with_context(|| format!("{setting}: can not read {}", path.display()))
        };
        Ok(Self {
            cert: read(&files.cert, "https-cert")?,
            key: read(&files.key, "https-key")?,
        })
    }

    fn hash(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        // The length keeps a byte from moving from one file into the other.
        hash.update(self.cert.len().to_le_bytes());
        hash.update(&self.cert);
        hash.update(&self.key);
        hash.finalize().into()
    }

    fn pair(&self, files: &Https) -> anyhow::Result<Pair> {
        let (cert, key) = (files.cert.display(), files.key.display());
        let chain: Vec<_> = CertificateDer::pem_slice_iter(&self.cert)
            .collect::<Result<_, _>>()
            .with_context(|| format!("https-cert: {cert} is malformed"))?;
        let Some(first) = chain.first() else {
            bail!("https-cert: {cert} holds no certificate (BEGIN CERTIFICATE)");
        };
        let (valid_from, valid_until) =
            validity(first).with_context(|| format!("https-cert: {cert} is malformed"))?;
        let private = PrivateKeyDer::from_pem_slice(&self.key).map_err(|error| {
            // Never the bytes: they would be in the log.
            anyhow::anyhow!("https-key: {key} holds no key (BEGIN PRIVATE KEY): {error}")
        })?;
        let certified = CertifiedKey::from_der(chain, private, &ring::default_provider());
        let certified = certified.map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => {
                anyhow::anyhow!("https-key: {key} is not the key of the certificate in {cert}")
            }
            error => anyhow::anyhow!("https-key: {key} can not be used: {error}"),
        })?;
        Ok(Pair {
            key: Arc::new(certified),
            valid_from,
            valid_until,
            hash: self.hash(),
        })
    }
}

/// The first and the last moment of a certificate.
fn validity(cert: &CertificateDer<'_>) -> anyhow::Result<(Timestamp, Timestamp)> {
    let cert = x509_cert::Certificate::from_der(cert)?;
    let days = cert.tbs_certificate.validity;
    let moment = |time: x509_cert::time::Time| {
        let since_1970 = time.to_unix_duration().as_millis();
        Timestamp(i64::try_from(since_1970).unwrap_or(i64::MAX))
    };
    Ok((moment(days.not_before), moment(days.not_after)))
}

/// How a certificate stands at some moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    NotYet,
    Good,
    EndsSoon,
    Expired,
}

impl Standing {
    fn of(pair: &Pair, now: Timestamp) -> Self {
        if now < pair.valid_from {
            Self::NotYet
        } else if now > pair.valid_until {
            Self::Expired
        } else if now.plus_ms(SOON_MS) > pair.valid_until {
            Self::EndsSoon
        } else {
            Self::Good
        }
    }

    fn tell(self, until: Timestamp) {
        let until = jiff::Timestamp::from_millisecond(until.0).unwrap_or(jiff::Timestamp::MAX);
        match self {
            Self::NotYet => tracing::warn!("https.certificate_not_valid_yet"),
            Self::Good => tracing::info!(%until, "https.certificate_good"),
            Self::EndsSoon => tracing::warn!(%until, "https.certificate_ends_soon"),
            Self::Expired => tracing::warn!(%until, "https.certificate_expired"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use rcgen::{CertificateParams, KeyPair, date_time_ymd};
    use tempfile::TempDir;

    use super::*;
    use crate::types::FixedClock;

    /// A certificate for 2026 and its key, as PEM.
    fn made() -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec!["box.school".into()]).unwrap();
        params.not_before = date_time_ymd(2026, 1, 1);
        params.not_after = date_time_ymd(2027, 1, 1);
        let cert = params.self_signed(&key).unwrap();
        (cert.pem(), key.serialize_pem())
    }

    fn files(folder: &TempDir, (cert, key): &(String, String)) -> Https {
        let write = |name: &str, text: &str| -> PathBuf {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        Https {
            listen: "127.0.0.1:0".parse().unwrap(),
            cert: write("cert.pem", cert),
            key: write("key.pem", key),
        }
    }

    #[test]
    fn mistakes_name_the_file() {
        let check = |pair: (&str, &str), expected: &str| {
            let folder = tempfile::tempdir().unwrap();
            let files = files(&folder, &(pair.0.to_owned(), pair.1.to_owned()));
            let error = Certificate::load(&files).unwrap_err();
            let error = format!("{error:#}");
            assert!(error.contains(expected), "{error}");
            assert!(!error.contains("PRIVATE KEY-----"), "{error}");
        };
        let (cert, key) = made();
        let (_, other) = made();
        check((&cert, &other), "is not the key of the certificate");
        check((&cert, ""), "key.pem holds no key");
        check((&cert, &cert), "key.pem holds no key");
        check(("", &key), "cert.pem holds no certificate");
        check((&key, &key), "cert.pem holds no certificate");
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        check((broken, &key), "cert.pem is malformed");
        let folder = tempfile::tempdir().unwrap();
        let gone = Https {
            cert: folder.path().join("nowhere.pem"),
            ..files(&folder, &(cert, key))
        };
        let error = format!("{:#}", Certificate::load(&gone).unwrap_err());
        assert!(error.contains("https-cert: can not read"), "{error}");
    }

    #[test]
    fn days_are_judged_by_the_time_that_is_given() {
        let folder = tempfile::tempdir().unwrap();
        let pair = Certificate::load(&files(&folder, &made())).unwrap().shown();
        let check = |day: &str, expected: Standing| {
            let day: jiff::Timestamp = format!("{day}T12:00:00Z").parse().unwrap();
            let now = Timestamp(day.as_millisecond());
            assert_eq!(Standing::of(&pair, now), expected, "{day}");
        };
        check("1970-01-01", Standing::NotYet);
        check("2026-01-01", Standing::Good);
        check("2026-12-17", Standing::Good);
        check("2026-12-19", Standing::EndsSoon);
        check("2027-01-01", Standing::Expired);
    }

    #[tokio::test(start_paused = true)]
    async fn renewed_files_are_taken_once_they_fit() {
        let folder = tempfile::tempdir().unwrap();
        let (first, second) = (made(), made());
        let certificate = Certificate::load(&files(&folder, &first)).unwrap();
        let clock: SharedClock = Arc::new(FixedClock::new(Timestamp(1_790_000_000_000)));
        let until = Gauge::default();
        let keeping = tokio::spawn(certificate.clone().keep(clock, until.clone()));
        let shows = |pair: &(String, String)| {
            let expected = CertificateDer::from_pem_slice(pair.0.as_bytes()).unwrap();
            certificate.shown().key.cert[0] == expected
        };
        // Paused time waits for the thread that reads.
        let looked = || tokio::time::sleep(3 * LOOK);
        looked().await;
        assert!(shows(&first));
        assert_eq!(until.get(), 1_798_761_600, "the first second of 2027");
        // The new certificate before its key: the old pair stays.
        files(&folder, &(second.0.clone(), first.1.clone()));
        looked().await;
        assert!(shows(&first));
        std::fs::remove_file(folder.path().join("key.pem")).unwrap();
        looked().await;
        assert!(shows(&first));
        files(&folder, &second);
        looked().await;
        assert!(shows(&second));
        keeping.abort();
    }
}
