//! Why a server does not start, or stops before it is asked to.

use std::io;
use std::net::SocketAddr;

use crate::server::process::drain::WorkerEnded;
use crate::server::tls::TlsError;

/// What keeps a server from serving.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// The certificate, its key, or the clients' issuer cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// A thread cannot be started, or the process cannot be told to end.
    #[error("the system refused: {0}")]
    System(#[from] io::Error),
    /// The compiled-in descriptors cannot be read.
    #[error("cannot offer reflection: {0}")]
    Reflection(#[from] tonic_reflection::server::Error),
    /// Two metrics have one name.
    #[error("cannot count: {0}")]
    Metrics(#[from] prometheus::Error),
    /// One of OpenTelemetry's variables cannot be used.
    #[error("{0}")]
    Traces(String),
    /// The log cannot be written.
    #[error("cannot log: {0}")]
    Log(String),
    /// The models compute wrong figures.
    #[error("the self-test failed: {0}")]
    SelfTest(String),
    /// A thread that serves connections has panicked, outside of any call.
    #[error(transparent)]
    Worker(#[from] WorkerEnded),
}

impl ServeError {
    /// Whether a setting has to be changed before a start makes sense.
    #[must_use]
    pub fn is_bad_setting(&self) -> bool {
        matches!(self, ServeError::Tls(_) | ServeError::Traces(_))
    }
}
