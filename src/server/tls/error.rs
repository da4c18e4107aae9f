//! What can be wrong with certificates and keys, each said in a line that names the file. Nothing of a key's content is ever in it.

use std::io;
use std::path::PathBuf;

/// A chain takes 10 KB; all the issuers that a browser knows take 250 KB.
pub(super) const FILE_BYTES_MAX: usize = 1024 * 1024;

/// Why the files of the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// One setting without another that it needs. The settings refuse this before; here it must not end in plain text.
    #[error("TLS needs a certificate and its key")]
    Incomplete,
    /// The system does not give the file.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A directory, a pipe, a device.
    #[error("{} is no regular file", path.display())]
    NoFile {
        /// What it is called.
        path: PathBuf,
    },
    /// No certificate fills so much.
    #[error("{} is longer than {FILE_BYTES_MAX} bytes", path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
    },
    /// A section that does not end, or holds no base64.
    #[error("{} has a damaged PEM section", path.display())]
    DamagedPem {
        /// The file.
        path: PathBuf,
    },
    /// Empty, of another format, or of another kind.
    #[error("{} has no certificate in PEM", path.display())]
    NoCertificate {
        /// The file.
        path: PathBuf,
    },
    /// Empty, of another format, or encrypted: there is nobody to ask for the password.
    #[error("{} has no unencrypted private key in PEM", path.display())]
    NoKey {
        /// The file.
        path: PathBuf,
    },
    /// A certificate that cannot be understood.
    #[error("certificate {number} in {} cannot be used: {reason}", path.display())]
    BadCertificate {
        /// The file.
        path: PathBuf,
        /// Its place in the file, from 1.
        number: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// A key that cannot be understood.
    #[error("the private key in {} is neither RSA of 2048 to 4096 bits, nor ECDSA on P-256 or P-384, nor Ed25519", path.display())]
    BadKey {
        /// The file.
        path: PathBuf,
    },
    /// The pair does not belong together.
    #[error("the private key in {} does not belong to the certificate in {}", key.display(), path.display())]
    OtherKey {
        /// The file of the key.
        key: PathBuf,
        /// The file of the certificate.
        path: PathBuf,
    },
    /// The server's certificate is there, further down.
    #[error("the private key in {} belongs to certificate {number} in {}, and not to the first", key.display(), path.display())]
    NotFirst {
        /// The file of the key.
        key: PathBuf,
        /// The file of the certificates.
        path: PathBuf,
        /// The place of the server's certificate, from 1.
        number: usize,
    },
    /// TLS 1.2 wants each certificate followed by its issuer's.
    #[error("certificate {number} in {} is not the issuer of the one before it", path.display())]
    Disorder {
        /// The file.
        path: PathBuf,
        /// The place of the one that is not in order, from 1.
        number: usize,
    },
    /// A certificate of another time than now that would displace a valid one.
    #[error("the certificate in {} is valid from {from} to {to}, and not now as the one in use is", path.display())]
    NotNow {
        /// The file.
        path: PathBuf,
        /// Its first second.
        from: String,
        /// Its last second.
        to: String,
    },
    /// The library refuses for a reason of its own.
    #[error("TLS cannot be set up with {}: {source}", path.display())]
    Setup {
        /// The file of the certificate.
        path: PathBuf,
        /// Why not.
        source: rustls::Error,
    },
}
