//! The faults of certificates and keys. Each is said in one line that names the file, and nothing of a key's content is ever in that line.

use std::io;
use std::path::PathBuf;

/// The longest file of certificates or keys that is read, in bytes. A chain takes 10 KB; all the issuers that a browser knows take 250 KB.
pub(super) const FILE_BYTES_MAX: usize = 1024 * 1024;

/// The reason why the TLS files of the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// One setting stands without another that it needs. The settings refuse this before; here it must not end in plain text.
    #[error("TLS needs a certificate and its key")]
    Incomplete,
    /// The system does not open or read the file.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// The path of the file.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// The path is that of a directory, a pipe or a device.
    #[error("{} is no regular file", path.display())]
    NoFile {
        /// The path in the settings.
        path: PathBuf,
    },
    /// The file is longer than any certificate or chain: 1 MiB.
    #[error("{} is longer than {FILE_BYTES_MAX} bytes", path.display())]
    TooLong {
        /// The path of the file.
        path: PathBuf,
    },
    /// A section of the file does not end, or holds no base64.
    #[error("{} has a damaged PEM section", path.display())]
    DamagedPem {
        /// The path of the file.
        path: PathBuf,
    },
    /// The file holds no certificate: it is empty, of another format, or of another kind.
    #[error("{} has no certificate in PEM", path.display())]
    NoCertificate {
        /// The path of the file.
        path: PathBuf,
    },
    /// The file holds no key that can be read: it is empty, of another format, or encrypted. There is nobody to ask for the password.
    #[error("{} has no unencrypted private key in PEM", path.display())]
    NoKey {
        /// The path of the file.
        path: PathBuf,
    },
    /// A certificate cannot be understood.
    #[error("certificate {number} in {} cannot be used: {reason}", path.display())]
    BadCertificate {
        /// The path of the file.
        path: PathBuf,
        /// The place of the certificate in the file, from 1.
        number: usize,
        /// The fault of the certificate.
        reason: String,
    },
    /// The private key cannot be understood.
    #[error("the private key in {} is neither RSA of 2048 to 4096 bits, nor ECDSA on P-256 or P-384, nor Ed25519", path.display())]
    BadKey {
        /// The path of the file.
        path: PathBuf,
    },
    /// The private key and the certificate do not belong together.
    #[error("the private key in {} does not belong to the certificate in {}", key.display(), path.display())]
    OtherKey {
        /// The path of the key.
        key: PathBuf,
        /// The path of the certificate.
        path: PathBuf,
    },
    /// The certificate of the private key is in the file, but is not the first one there.
    #[error("the private key in {} belongs to certificate {number} in {}, and not to the first", key.display(), path.display())]
    NotFirst {
        /// The path of the key.
        key: PathBuf,
        /// The path of the certificates.
        path: PathBuf,
        /// The place of the server's certificate, from 1.
        number: usize,
    },
    /// A certificate is not followed by its issuer's, as TLS 1.2 wants it.
    #[error("certificate {number} in {} is not the issuer of the one before it", path.display())]
    Disorder {
        /// The path of the file.
        path: PathBuf,
        /// The place of the certificate that is not in order, from 1.
        number: usize,
    },
    /// A new certificate that is not valid now would displace one that is.
    #[error("the certificate in {} is valid from {from} to {to}, and not now as the one in use is", path.display())]
    NotNow {
        /// The path of the file.
        path: PathBuf,
        /// The first second of the new certificate.
        from: String,
        /// The last second of the new certificate.
        to: String,
    },
    /// The library, rustls, refuses the files for a reason of its own.
    #[error("TLS cannot be set up with {}: {source}", path.display())]
    Setup {
        /// The path of the certificate.
        path: PathBuf,
        /// The error of rustls.
        source: rustls::Error,
    },
}
