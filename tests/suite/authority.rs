//! Certificates for tests: an authority, and whom it vouches for.

use std::path::Path;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, SanType, date_time_ymd};

/// Who issues certificates.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate and its key, in PEM.
pub struct Identity {
    pub certificate: String,
    pub key: String,
}

impl Authority {
    pub fn new(name: &str) -> Authority {
        let mut parameters = CertificateParams::default();
        parameters.distinguished_name.push(DnType::CommonName, name);
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        Authority(CertifiedIssuer::self_signed(parameters, key).expect("a certificate"))
    }

    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// For someone of these names (a URI has a colon), valid now.
    pub fn issue(&self, names: &[&str]) -> Identity {
        self.issue_for(KeyPair::generate().expect("a key"), names, 2100)
    }

    /// For someone whose time was over long ago.
    pub fn issue_expired(&self, names: &[&str]) -> Identity {
        self.issue_for(KeyPair::generate().expect("a key"), names, 2001)
    }

    /// For a key, until a year begins.
    pub fn issue_for(&self, key: KeyPair, names: &[&str], until: i32) -> Identity {
        let mut parameters = CertificateParams::default();
        parameters.not_after = date_time_ymd(until, 1, 1);
        parameters.subject_alt_names = names.iter().map(|name| alternative_name(name)).collect();
        let certificate = parameters.signed_by(&key, &self.0).expect("a certificate");
        Identity { certificate: certificate.pem(), key: key.serialize_pem() }
    }
}

impl Identity {
    /// As `certificate.pem` and `key.pem`, the certificate first, as tools that renew do.
    pub fn write(&self, directory: &Path) {
        replace(&directory.join("certificate.pem"), &self.certificate);
        replace(&directory.join("key.pem"), &self.key);
    }
}

/// Writes a file in one step: whoever looks meanwhile sees the old or the new one, and never half of it.
pub fn replace(path: &Path, content: impl AsRef<[u8]>) {
    let beside = path.with_extension("new");
    std::fs::write(&beside, content).expect("it can be written");
    std::fs::rename(&beside, path).expect("it can be renamed");
}

fn alternative_name(name: &str) -> SanType {
    let text = name.try_into().expect("letters of ASCII");
    if name.contains(':') { SanType::URI(text) } else { SanType::DnsName(text) }
}
