//! The TLS files of the settings as they stand now, and the PEM in them. `mod.rs` reads them at the start and at every look.

use std::fs::{self, File};
use std::hash::{BuildHasher, Hash};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::error::{FILE_BYTES_MAX, TlsError};
use crate::server::config::TlsSettings;

/// A file and its bytes.
#[derive(Hash)]
pub(super) struct Content {
    pub path: PathBuf,
    bytes: Vec<u8>,
}

/// All files that TLS is made of, read at one time. Someone may be writing the files at that moment: a certificate without its key is
/// detected, and the next look sees both.
#[derive(Hash)]
pub(super) struct Files {
    pub certificate: Content,
    pub key: Content,
    pub client_ca: Option<Content>,
}

impl Files {
    /// Reads the files; `None` where the settings name none.
    ///
    /// # Errors
    /// [`TlsError::Incomplete`] where a setting lacks another that it needs, and any fault of [`TlsError`] that keeps a file from being
    /// read.
    pub fn read(settings: &TlsSettings) -> Result<Option<Files>, TlsError> {
        match settings {
            TlsSettings { certificate: Some(certificate), key: Some(key), client_ca, .. } => Ok(Some(Files {
                certificate: Content::read(certificate)?,
                key: Content::read(key)?,
                client_ca: client_ca.as_deref().map(Content::read).transpose()?,
            })),
            TlsSettings { certificate: None, key: None, client_ca: None, .. } => Ok(None),
            _ => Err(TlsError::Incomplete),
        }
    }

    /// Returns a number that identifies the content of the files. Times and inodes tell less: they may change without the content, and the
    /// content without them.
    pub fn fingerprint(&self, hasher: &impl BuildHasher) -> u64 {
        hasher.hash_one(self)
    }
}

impl Content {
    fn read(path: &Path) -> Result<Content, TlsError> {
        let unreadable = |source: io::Error| TlsError::Unreadable { path: path.to_owned(), source };
        // The kind of the file is checked before the file is opened, because opening a pipe waits for a writer.
        if !fs::metadata(path).map_err(unreadable)?.is_file() {
            return Err(TlsError::NoFile { path: path.to_owned() });
        }
        let mut bytes = Vec::new();
        let mut reader = File::open(path).map_err(unreadable)?.take(FILE_BYTES_MAX as u64 + 1);
        reader.read_to_end(&mut bytes).map_err(unreadable)?;
        if bytes.len() > FILE_BYTES_MAX {
            return Err(TlsError::TooLong { path: path.to_owned() });
        }
        Ok(Content { path: path.to_owned(), bytes })
    }

    /// Returns the certificates in the file, at least one.
    ///
    /// # Errors
    /// [`TlsError::NoCertificate`] and [`TlsError::DamagedPem`].
    pub fn certificates(&self) -> Result<Vec<CertificateDer<'static>>, TlsError> {
        let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&self.bytes).collect();
        match certificates {
            Ok(certificates) if certificates.is_empty() => Err(TlsError::NoCertificate { path: self.path.clone() }),
            Ok(certificates) => Ok(certificates),
            // The text of the error is left out: it may quote the file, and people mistake one file for the other.
            Err(_) => Err(TlsError::DamagedPem { path: self.path.clone() }),
        }
    }

    /// Returns the private key in the file, in PKCS#8, PKCS#1 or SEC1; the first, where there are several.
    ///
    /// # Errors
    /// [`TlsError::NoKey`] and [`TlsError::DamagedPem`].
    pub fn key(&self) -> Result<PrivateKeyDer<'static>, TlsError> {
        PrivateKeyDer::from_pem_slice(&self.bytes).map_err(|error| match error {
            pem::Error::NoItemsFound => TlsError::NoKey { path: self.path.clone() },
            _ => TlsError::DamagedPem { path: self.path.clone() },
        })
    }
}
