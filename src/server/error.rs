//! The errors that keep a server from starting, or that stop a server before it is asked to end.

use std::io;

use crate::server::config::ListenAddress;
use crate::server::process::drain::WorkerEnded;
use crate::server::tls::TlsError;

/// The reason why a server does not start, or why it stops before it is asked to end.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The server cannot listen on an address, or cannot resolve its name.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address that the server should listen on.
        address: ListenAddress,
        /// The reason that the operating system gives.
        source: io::Error,
    },
    /// The certificate, its key, or the certificate of the clients' issuer cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// A thread cannot be started, or the signals that end the process cannot be received.
    #[error("the system refused: {0}")]
    System(#[from] io::Error),
    /// The descriptors that are compiled into the program cannot be read.
    #[error("cannot offer reflection: {0}")]
    Reflection(#[from] tonic_reflection::server::Error),
    /// Two metrics have the same name.
    #[error("cannot count: {0}")]
    Metrics(#[from] prometheus::Error),
    /// One of OpenTelemetry's environment variables cannot be used.
    #[error("{0}")]
    Traces(String),
    /// The log cannot be started, for example because standard output cannot be written to.
    #[error("cannot log: {0}")]
    Log(String),
    /// The self-test failed: the models compute wrong figures.
    #[error("the self-test failed: {0}")]
    SelfTest(String),
    /// A worker thread has panicked outside of any call. Worker threads serve the connections.
    #[error(transparent)]
    Worker(#[from] WorkerEnded),
}

impl ServeError {
    /// Returns whether a setting has to be changed before another start makes sense.
    #[must_use]
    pub fn is_bad_setting(&self) -> bool {
        matches!(self, ServeError::Tls(_) | ServeError::Traces(_))
    }
}
