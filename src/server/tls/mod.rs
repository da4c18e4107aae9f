//! TLS and mutual TLS: the certificate in use, and how a new one comes into use while the server runs. `transport/handshake.rs` takes the
//! acceptor of each connection from here.
//!
//! TLS 1.3 and 1.2 by rustls on ring. Without a certificate there is no [`Tls`], and the server speaks plain text.

mod certificate;
mod error;
mod files;
mod loaded;
mod names;
#[cfg(test)]
mod tests;

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;

pub use self::error::TlsError;
use self::files::Files;
use self::loaded::{Loaded, written};
pub(super) use self::names::{is_allowed, peer_names};
use crate::server::config::TlsSettings;
use crate::server::telemetry::metrics::Metrics;

/// The certificate in use, with its key and the issuers of clients' certificates.
pub(super) struct Tls {
    settings: TlsSettings,
    current: ArcSwap<Loaded>,
    /// The hasher of fingerprints, keyed at random.
    hasher: RandomState,
}

impl fmt::Debug for Tls {
    /// Writes the names of the files, and nothing of their content.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Tls").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// The result of a look at the files.
enum Look {
    /// The files are those in use.
    Same,
    /// The files are new, and are now in use.
    New,
    /// The files cannot be used: the fault, and a fingerprint by which the same fault is recognized.
    Bad(TlsError, u64),
}

impl Tls {
    /// Reads the files that the settings name; `None`, for plain text, where they name none.
    ///
    /// A certificate that has ended, or has not begun, is accepted, and [`Tls::warning`] reports it. With such a certificate the process
    /// can be probed and scraped, and takes the renewed certificate as soon as that is there; a process that ended instead would be
    /// restarted at longer and longer intervals. Clients refuse the certificate either way.
    ///
    /// # Errors
    /// [`TlsError`], which names the file that cannot be used.
    pub fn read(settings: &TlsSettings) -> Result<Option<Tls>, TlsError> {
        let Some(files) = Files::read(settings)? else { return Ok(None) };
        let hasher = RandomState::new();
        let current = ArcSwap::from_pointee(Loaded::new(&files, &hasher)?);
        Ok(Some(Tls { settings: settings.clone(), current, hasher }))
    }

    /// Returns the acceptor of the next connection, with the certificate in use now. Connections that are open keep the certificate that
    /// they began with, for as long as their age allows.
    pub fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.current.load().config))
    }

    /// Returns the last second of the certificate in use, in seconds since 1970.
    pub fn certificate_expiry(&self) -> i64 {
        self.current.load().validity.to
    }

    /// Returns what clients will hold against the certificate in use: that it is not valid now. `None` for a valid certificate.
    pub fn warning(&self) -> Option<String> {
        let validity = self.current.load().validity;
        let path = self.settings.certificate.as_deref()?.display();
        (!validity.is_now()).then(|| {
            format!(
                "the certificate in {path} is valid from {} to {}, and not now",
                written(validity.from),
                written(validity.to)
            )
        })
    }

    /// Looks at the files, and takes their content into use if it is new. The certificate in use stays where the new files cannot be used,
    /// and where the new certificate is not valid now and the one in use is.
    ///
    /// Blocks for as long as the files take to read.
    fn look(&self) -> Look {
        let files = match Files::read(&self.settings) {
            Ok(Some(files)) => files,
            // The settings named files when this value was made, so this does not happen.
            Ok(None) => return Look::Same,
            Err(error) => {
                let fingerprint = self.hasher.hash_one(error.to_string());
                return Look::Bad(error, fingerprint);
            }
        };
        let fingerprint = files.fingerprint(&self.hasher);
        let current = self.current.load();
        if fingerprint == current.fingerprint {
            return Look::Same;
        }
        match Loaded::new(&files, &self.hasher) {
            Ok(loaded) if current.validity.is_now() && !loaded.validity.is_now() => {
                let (from, to) = (written(loaded.validity.from), written(loaded.validity.to));
                Look::Bad(TlsError::NotNow { path: files.certificate.path, from, to }, fingerprint)
            }
            Ok(loaded) => {
                self.current.store(Arc::new(loaded));
                Look::New
            }
            Err(error) => Look::Bad(error, fingerprint),
        }
    }

    /// Looks at the files at every poll, and whenever `hang_up` asks, for ever. Logs and counts the result.
    ///
    /// A fault is reported once, however often the polls see it, and again whenever `hang_up` asks.
    pub async fn watch(self: Arc<Tls>, metrics: &Metrics, hang_up: &Notify) {
        let [successes, failures] = ["success", "failure"].map(|result| metrics.tls_reloads.with_label_values(&[result]));
        self.announce(metrics, "TLS certificate in use");
        let mut refused = None;
        loop {
            let is_asked = tokio::select! {
                () = hang_up.notified() => true,
                () = tokio::time::sleep(self.settings.poll) => false,
            };
            // The look has a thread of its own: secrets may lie on a network, and a file system that hangs must not keep probes from being
            // answered.
            let tls = Arc::clone(&self);
            let look = match tokio::task::spawn_blocking(move || tls.look()).await {
                Ok(look) => look,
                Err(error) => {
                    tracing::error!(%error, "TLS files not looked at");
                    continue;
                }
            };
            match look {
                Look::Same => {
                    refused = None;
                    if is_asked {
                        tracing::info!("TLS files unchanged");
                    }
                }
                Look::New => {
                    refused = None;
                    successes.inc();
                    self.announce(metrics, "TLS certificate reloaded");
                }
                Look::Bad(error, fingerprint) => {
                    if is_asked || refused != Some(fingerprint) {
                        failures.inc();
                        tracing::error!(%error, "TLS files refused, those of before stay in use");
                    }
                    refused = Some(fingerprint);
                }
            }
        }
    }

    /// Logs the certificate in use, with a warning where it is not valid now, and sets the metric of its end.
    fn announce(&self, metrics: &Metrics, what: &str) {
        let expiry = self.certificate_expiry();
        // The conversion is exact until long after the last certificate.
        metrics.tls_certificate_expiry.set(expiry as f64);
        tracing::info!(certificate_expiry = written(expiry), "{what}");
        if let Some(warning) = self.warning() {
            tracing::warn!("{warning}");
        }
    }
}
