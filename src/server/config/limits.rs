//! The limits of the server that no setting changes, each with its reason.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

/// Reachable from this machine alone until someone asks for more.
pub const DEFAULT_ADDRESS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 50051);
/// The port that OpenTelemetry's exporters for Prometheus use.
pub const DEFAULT_ADMIN_ADDRESS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9464);
/// More threads than any machine has cores, and fewer than would hurt one.
pub const THREADS_MAX: usize = 1024;

/// A message: 1000 revenue streams take 60 KB, a request of 400 cash lines and 1000 events less than 100 KB. gRPC's own default.
pub const MESSAGE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Messages under way, both ways, of all calls together: some thirty of the largest, or thousands of ordinary ones. What would go beyond is
/// refused, so that memory has a bound whatever the peers do. Short messages are not counted: their number is bounded by streams.
pub const MESSAGE_BYTES_UNDER_WAY_MAX: usize = 128 * 1024 * 1024;
/// A message up to here counts as short.
pub const SHORT_MESSAGE_BYTES_MAX: usize = 16 * 1024;

/// An answer from here on is compressed for a caller that takes it so: a shorter one fits into what TCP sends before it waits for the other end
/// (ten segments, some 14 KB), and so arrives no sooner.
pub const COMPRESSED_BYTES_MIN: usize = 16 * 1024;

/// A stream works so long before other calls on its thread, and the sockets, have their turn: as long as a short calculation may.
pub const STREAM_TURN: Duration = Duration::from_micros(200);
/// So many bytes of answers make a frame of a stream: about what a turn makes of short calculations, and half of what waits unsent.
pub const STREAM_ANSWERS_BYTES: usize = 32 * 1024;
/// Answers of a stream that wait for a longer calculation before them: some thousands.
pub const STREAM_AHEAD_BYTES_MAX: usize = 1024 * 1024;
/// Long calculations of one stream on the pool at once: two for each thread, so that none waits for the stream, and no more than these.
pub const STREAM_LONG_MAX: usize = 16;
/// How often a stream looks whether the pool has room for it again.
pub const STREAM_POOL_LOOK: Duration = Duration::from_millis(5);

/// What a caller still sends when its stream has ended early is thrown away for so long: until it has read that.
pub const STREAM_LINGER: Duration = Duration::from_secs(1);

/// Calls at once on one connection: HTTP/2's recommended least, and what a busy client library uses before it opens another.
pub const STREAMS_PER_CONNECTION_MAX: u32 = 128;
/// Headers of a call: metadata and a trace context take a few hundred bytes.
pub const HEADER_LIST_BYTES_MAX: u32 = 16 * 1024;
/// HTTP/2's least and every client's default: a frame is the grain in which connections take turns.
pub const FRAME_BYTES_MAX: u32 = 16 * 1024;
/// What a peer may send on a stream before it has been read: a request of ordinary size in one flight.
pub const STREAM_WINDOW_BYTES: u32 = 64 * 1024;
/// What a peer may send on all its streams: thirty-two requests of ordinary size in one flight. h2 allows half of it for the heads of small frames
/// that wait to be read, 256 bytes each, and closes a connection above it: one stream full of calculations of 20 bytes stays below.
pub const CONNECTION_WINDOW_BYTES: u32 = 2 * 1024 * 1024;
/// What is kept of an answer to a peer that does not read, for each stream; the rest waits unsent until its deadline.
pub const SEND_BUFFER_BYTES: usize = 64 * 1024;
/// Streams that the peer reset before they were looked at (rapid reset, CVE-2023-44487): hyper's default, and honest clients cancel fewer.
pub const PENDING_ACCEPT_RESETS_MAX: usize = 20;
/// Streams that we reset because of the peer's mistakes (CVE-2025-8671): h2's default.
pub const LOCAL_ERROR_RESETS_MAX: usize = 1024;
/// Bytes that carry nothing (pings, settings, empty frames, padding) in the life of a connection, beside what comes with its calls. A ping a
/// second for ten hours is 600 KB.
pub const IDLE_BYTES_MAX: u64 = 1024 * 1024;
/// What is read of a body may come with five times as much of frames' heads and gRPC's prefixes: a message of one byte takes fifteen, and
/// messages are seldom that short.
pub const FRAMED_BYTES_PER_BODY_BYTE_MAX: u64 = 6;
/// A peer that has connected says so within this time.
pub const PREFACE_TIMEOUT: Duration = Duration::from_secs(5);
/// A TLS handshake takes two or three round trips.
pub const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(5);
/// A peer that is gone without a word is found out within this and [`KEEPALIVE_TIMEOUT`] more.
pub const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(60);
/// A ping over any network takes less.
pub const KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(20);
/// A call whose answer cannot be sent is given up so long after its deadline: the peer has not read its DEADLINE_EXCEEDED either.
pub const UNREAD_ANSWER_TIMEOUT: Duration = Duration::from_millis(500);
/// A peer that was told to go away and has no call in flight gets so long to close.
pub const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);
/// File descriptors for other things than connections: listeners, runtimes, certificates, the admin port, a collector.
pub const FILES_KEPT: usize = 128;

/// A calculation that takes longer, by estimate, runs on the pool: short calls never wait behind it for longer than this.
pub const SHORT_CALCULATION: Duration = Duration::from_micros(200);
/// What to read, compute and write takes for each byte of a long message, by guess, until it has been read: cash flows with dates take some
/// 30 bytes and a microsecond each.
pub const READING_NANOSECONDS_PER_BYTE: u64 = 40;
/// Calculations waiting for the pool, however short: what they hold in memory is bounded by [`MESSAGE_BYTES_UNDER_WAY_MAX`] as well.
pub const POOL_QUEUE_MAX: usize = 1024;
/// Below those that serve connections: beside one of them that is always busy, a tenth of a core. That they get it at once is in `pool/share.rs`.
pub const POOL_NICENESS: i32 = 10;
/// Whoever is refused does not come back sooner.
pub const RETRY_MIN: Duration = Duration::from_millis(20);

/// A worker that has not moved for so long is stuck, and `/livez` says so.
pub const HEARTBEAT_TIMEOUT: Duration = Duration::from_secs(10);
/// Connections to the admin port at once: probes and scrapers are few.
pub const ADMIN_CONNECTIONS_MAX: usize = 64;
/// A probe sends its request at once.
pub const ADMIN_REQUEST_TIMEOUT: Duration = Duration::from_secs(5);
/// Spans that are not sent by then are lost: a collector that hangs does not keep the process.
pub const TRACES_FLUSH: Duration = Duration::from_millis(1500);
/// Lines that are not written by then are lost. With the spans, within the two seconds that the end may take beyond the drain.
pub const LOG_FLUSH: Duration = Duration::from_millis(400);
