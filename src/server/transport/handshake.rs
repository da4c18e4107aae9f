//! The TLS handshake of a connection, with a limit on its time.

use std::io;

use tokio_rustls::server::TlsStream;

use crate::server::config;
use crate::server::stage::{self, Watcher};
use crate::server::tls::Tls;

/// Shakes hands with a peer that asks for HTTP/2.
///
/// # Errors
/// When the handshake fails or takes too long, when the peer asks for no HTTP/2, or when the process ends meanwhile.
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
