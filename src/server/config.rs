//! Settings and limits, each limit with its reason.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use clap::Parser;

/// Financial models as a gRPC service: exact figures, and how they came about.
///
/// A flag stands over its environment variable, which stands over the default.
#[derive(Clone, Debug, Parser)]
#[command(name = "paydirt", version)]
pub struct Settings {
    /// Where to listen for calls; port 0 takes a free one.
    #[arg(long, env = "PAYDIRT_LISTEN", default_value_t = DEFAULT_ADDRESS, value_name = "ADDRESS:PORT")]
    pub listen: SocketAddr,
}

/// Reachable from this machine alone until someone asks for more.
pub const DEFAULT_ADDRESS: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 50051);
/// A message: 1000 revenue streams take 60 KB, a request of 400 cash lines and 1000 events less than 100 KB. gRPC's own default.
pub const MESSAGE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Calls at once on one connection: HTTP/2's recommended least, and what a busy client library uses before it opens another.
pub const STREAMS_PER_CONNECTION_MAX: u32 = 128;
/// Headers of a call: metadata and a trace context take a few hundred bytes.
pub const HEADER_LIST_BYTES_MAX: u32 = 16 * 1024;
/// A peer that is gone without a word is found out within this and 20 seconds more.
pub const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(60);
/// Calls take microseconds: who is not done by then never will be.
pub const DRAIN: Duration = Duration::from_secs(10);
