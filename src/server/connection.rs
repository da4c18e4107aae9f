//! One connection: HTTP/2 with explicit limits.

use std::net::SocketAddr;

/// Who is at the other end.
#[derive(Clone, Debug)]
pub(super) struct Peer {
    pub address: SocketAddr,
    /// The DNS names and URIs of its certificate; none in plain text.
    pub names: Vec<String>,
}
