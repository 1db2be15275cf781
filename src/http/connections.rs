//! How many connections there are, by listener, for `/metrics`.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use super::metrics::Tally;

/// The listeners a box may have.
#[derive(Debug, Clone, Copy)]
pub(super) enum Door {
    Http,
    Https,
}

impl Door {
    fn label(self) -> [(&'static str, &'static str); 1] {
        let name = match self {
            Self::Http => "http",
            Self::Https => "https",
        };
        [("listener", name)]
    }
}

/// Counts of one box. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Connections {
    open: Family<[(&'static str, &'static str); 1], Gauge>,
    accepted: Tally,
    failed_handshakes: Counter,
    certificate_until: Gauge,
}

impl Connections {
    /// Puts the counts on the page; those of HTTPS only where it is served.
    pub(super) fn register(&self, registry: &mut Registry, https: bool) {
        let open = "Connections that are open, upgraded ones included";
        registry.register("http_connections", open, self.open.clone());
        let accepted = "Connections taken";
        registry.register("http_accepted_connections", accepted, self.accepted.clone());
        self.begin(Door::Http);
        if https {
            self.begin(Door::Https);
            let failed = "TLS handshakes that failed or took too long";
            registry.register(
                "tls_failed_handshakes",
                failed,
                self.failed_handshakes.clone(),
            );
            let until = "When the certificate of HTTPS ends, in seconds since 1970";
            let name = "tls_certificate_expiry_timestamp_seconds";
            registry.register(name, until, self.certificate_until.clone());
        }
    }

    /// Shows nought before the first connection.
    fn begin(&self, door: Door) {
        drop(self.open.get_or_create(&door.label()));
        drop(self.accepted.get_or_create(&door.label()));
    }

    /// Counts a connection until what it returns is dropped.
    pub(super) fn opened(&self, door: Door) -> Open {
        self.accepted.get_or_create(&door.label()).inc();
        let gauge = self.open.get_or_create_owned(&door.label());
        gauge.inc();
        Open(gauge)
    }

    pub(super) fn handshake_failed(&self) {
        self.failed_handshakes.inc();
    }

    /// When the certificate ends, in seconds since 1970.
    pub fn certificate_until(&self) -> Gauge {
        self.certificate_until.clone()
    }
}

/// A connection that is open.
pub(super) struct Open(Gauge);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.dec();
    }
}
