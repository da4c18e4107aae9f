//! The TLS handshake of a connection, with a timeout. A worker thread performs it before it serves the connection.

use std::io;

use tokio_rustls::server::TlsStream;

use crate::server::config;
use crate::server::stage::{self, Watcher};
use crate::server::tls::Tls;

/// Performs the TLS handshake with a peer, and checks by ALPN that the peer asks for HTTP/2. The timeout is
/// [`config::HANDSHAKE_TIMEOUT`].
///
/// # Errors
/// When the handshake fails or takes too long, when the peer does not ask for HTTP/2, or when the process drains meanwhile.
pub(crate) async fn handshake(
    tls: &Tls,
    stream: tokio::net::TcpStream,
    stage: Watcher,
) -> io::Result<TlsStream<tokio::net::TcpStream>> {
    let handshake = tokio::time::timeout(config::HANDSHAKE_TIMEOUT, tls.acceptor().accept(stream));
    let stream = tokio::select! {
        stream = handshake => stream.map_err(|_| io::ErrorKind::TimedOut)??,
        () = stage::draining(stage) => return Err(io::Error::other("the process ends")),
    };
    match stream.get_ref().1.alpn_protocol() {
        Some(b"h2") => Ok(stream),
        _ => Err(io::Error::other("the peer does not ask for HTTP/2")),
    }
}
