//! Accepts connections, for the calls and for the admin port alike, without spinning when the system has no more to give.

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use tokio::net::TcpListener;

use crate::server::telemetry::metrics::Metrics;

/// The pause after the first failure to accept; each further failure doubles it, up to [`BACKOFF_MAX`].
const BACKOFF_MIN: Duration = Duration::from_millis(10);
const BACKOFF_MAX: Duration = Duration::from_secs(1);

/// A listener whose connections may be served on any thread.
#[derive(Debug)]
pub(crate) struct Listener {
    listener: TcpListener,
    backoff: Duration,
}

impl Listener {
    /// Takes a listener into the current runtime.
    ///
    /// # Errors
    /// When the system does not let the listener be polled.
    pub fn new(listener: std::net::TcpListener) -> io::Result<Listener> {
        listener.set_nonblocking(true)?;
        Ok(Listener { listener: TcpListener::from_std(listener)?, backoff: BACKOFF_MIN })
    }

    /// Returns the next connection and its peer, however long that takes. The future may be dropped while it waits: no connection is lost.
    pub async fn accept(&mut self, metrics: &Metrics) -> (TcpStream, SocketAddr) {
        loop {
            match self.try_accept().await {
                Ok((stream, peer)) => {
                    self.backoff = BACKOFF_MIN;
                    return (stream, peer);
                }
                Err(error) if is_of_one_peer(&error) => {}
                Err(error) => {
                    // No file descriptors, or no memory: what has been accepted goes on, and its end makes room.
                    metrics.accept_errors.inc();
                    tracing::warn!(error = %error, "cannot accept a connection");
                    tokio::time::sleep(self.backoff).await;
                    self.backoff = (self.backoff * 2).min(BACKOFF_MAX);
                }
            }
        }
    }

    async fn try_accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        let (stream, peer) = self.listener.accept().await?;
        // Frames are written whole: nothing is gained by waiting for more.
        stream.set_nodelay(true)?;
        // The stream leaves this runtime, and enters the one that serves it.
        Ok((stream.into_std()?, peer))
    }
}

/// Whether the failure is that of one peer, which has gone already and says nothing about the others.
fn is_of_one_peer(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::Interrupted
            | io::ErrorKind::NotConnected
            | io::ErrorKind::InvalidInput
    )
}
