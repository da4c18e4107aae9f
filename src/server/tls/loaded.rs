//! From files to the configuration that rustls serves with: every fault that can be known is found here, and not by the first client.

use std::hash::BuildHasher;
use std::sync::Arc;

use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::CertificateDer;
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::version::{TLS12, TLS13};
use rustls::{RootCertStore, ServerConfig};

use super::certificate::{Certificate, Validity};
use super::error::TlsError;
use super::files::{Content, Files};

/// The one protocol that the service speaks, by its name in ALPN.
const HTTP_2: &[u8] = b"h2";

/// A certificate that is ready to be served.
pub(super) struct Loaded {
    pub config: Arc<ServerConfig>,
    pub validity: Validity,
    /// The fingerprint of the files that the certificate was made from. The files are not kept: one of them is the key.
    pub fingerprint: u64,
}

/// Returns a time as text, as in `2026-07-14T00:00:00Z`, from its seconds since 1970.
pub(super) fn written(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map_or_else(|_| format!("second {seconds}"), |time| time.to_string())
}

impl Loaded {
    /// Makes a configuration of the files.
    ///
    /// Everything in the configuration is new, the memory of sessions too: a client that resumed an earlier session would be judged by the
    /// earlier certificates.
    ///
    /// # Errors
    /// The first fault that is found, as a [`TlsError`].
    pub fn new(files: &Files, hasher: &impl BuildHasher) -> Result<Loaded, TlsError> {
        let provider = Arc::new(ring::default_provider());
        let (certified, validity) = certified_key(files, &provider)?;
        let setup = |source| TlsError::Setup { path: files.certificate.path.clone(), source };

        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider)).with_protocol_versions(&[&TLS13, &TLS12]);
        let builder = builder.map_err(setup)?;
        let builder = match &files.client_ca {
            None => builder.with_no_client_auth(),
            Some(client_ca) => builder.with_client_cert_verifier(verifier(client_ca, &provider)?),
        };
        let mut config = builder.with_cert_resolver(Arc::new(SingleCertAndKey::from(certified)));
        config.alpn_protocols = vec![HTTP_2.to_vec()];
        if files.client_ca.is_some() {
            // Under mutual TLS, no session is resumed. A resumed session is trusted for a day, and the certificates of workloads often end
            // within the hour. Connections live for minutes and carry many calls, so that one signature more for each costs little.
            config.session_storage = Arc::new(NoServerSessionStorage {});
            config.send_tls13_tickets = 0;
        }
        Ok(Loaded { config: Arc::new(config), validity, fingerprint: files.fingerprint(hasher) })
    }
}

/// Returns the server's certificate with its chain and key, which belong together and stand in order, and the validity of the certificate.
fn certified_key(files: &Files, provider: &CryptoProvider) -> Result<(CertifiedKey, Validity), TlsError> {
    let Content { path, .. } = &files.certificate;
    let chain = files.certificate.certificates()?;
    let parsed = parsed(&chain, &files.certificate)?;
    let validity = parsed[0].validity;

    let key = provider.key_provider.load_private_key(files.key.key()?);
    let key = key.map_err(|_| TlsError::BadKey { path: files.key.path.clone() })?;
    let belongs_to =
        |certificate: &CertificateDer<'static>| CertifiedKey::new(vec![certificate.clone()], Arc::clone(&key)).keys_match();
    match belongs_to(&chain[0]) {
        Ok(()) => {}
        Err(rustls::Error::InconsistentKeys(_)) => {
            let (key, path) = (files.key.path.clone(), path.clone());
            return Err(match chain.iter().position(|certificate| belongs_to(certificate).is_ok()) {
                Some(index) => TlsError::NotFirst { key, path, number: index + 1 },
                None => TlsError::OtherKey { key, path },
            });
        }
        Err(error) => return Err(TlsError::BadCertificate { path: path.clone(), number: 1, reason: error.to_string() }),
    }
    // A chain out of order is refused: clients that build the path themselves would forgive it, others would not. Names are compared by
    // their bytes, as clients do.
    let in_order = |pair: &[Certificate<'_>]| pair[0].issuer == pair[1].subject;
    if let Some(index) = parsed.windows(2).position(|pair| !in_order(pair)) {
        return Err(TlsError::Disorder { path: path.clone(), number: index + 2 });
    }
    Ok((CertifiedKey::new(chain, key), validity))
}

/// Parses all certificates of a chain that has at least one.
fn parsed<'a>(chain: &'a [CertificateDer<'static>], content: &Content) -> Result<Vec<Certificate<'a>>, TlsError> {
    let parse = |(index, certificate): (usize, &'a CertificateDer<'static>)| {
        let reason = "it is not a certificate as X.509 describes it".to_owned();
        let bad = TlsError::BadCertificate { path: content.path.clone(), number: index + 1, reason };
        Certificate::read(certificate).ok_or(bad)
    };
    chain.iter().enumerate().map(parse).collect()
}

/// Returns the verifier of clients, which asks every client for a certificate that one of the issuers in `client_ca` issued.
///
/// The verifier does not look whether an issuer's own certificate has ended, as is usual: an issuer that is no longer trusted is taken out
/// of the file.
fn verifier(client_ca: &Content, provider: &Arc<CryptoProvider>) -> Result<Arc<dyn ClientCertVerifier>, TlsError> {
    let mut roots = RootCertStore::empty();
    for (index, certificate) in client_ca.certificates()?.into_iter().enumerate() {
        roots.add(certificate).map_err(|error| TlsError::BadCertificate {
            path: client_ca.path.clone(),
            number: index + 1,
            reason: error.to_string(),
        })?;
    }
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider)).build();
    verifier
        .map_err(|error| TlsError::Setup { path: client_ca.path.clone(), source: rustls::Error::General(error.to_string()) })
}
