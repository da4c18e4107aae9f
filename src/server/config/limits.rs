//! The limits of the server that no setting changes, each with its reason.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use crate::models::work::UNIT_NANOSECONDS;

/// The default address for calls, reachable from this machine alone until someone asks for more.
pub const DEFAULT_ADDRESS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 50051);
/// The default address of the admin port. OpenTelemetry's exporters for Prometheus use the same port number.
pub const DEFAULT_ADMIN_ADDRESS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9464);
/// The default address of the web port.
pub const DEFAULT_WEB_ADDRESS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);
/// The largest number of threads that a setting may ask for: more than any machine has cores, and fewer than would hurt one.
pub const THREADS_MAX: usize = 1024;

/// The largest size of a message in bytes, which is gRPC's own default. 1000 revenue streams take 60 KB, and a request of 400
/// cash lines and 1000 events takes less than 100 KB.
pub const MESSAGE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// The largest memory limit in bytes for messages in flight, both ways, over all calls: some thirty of the largest, or thousands of
/// ordinary ones. A message beyond the limit is refused, so that memory has a bound whatever the peers do. Where the memory limit of
/// the process is below three times this figure, a third of that limit takes its place.
pub const MESSAGE_BYTES_UNDER_WAY_MAX: usize = 128 * 1024 * 1024;
/// The part of the process's memory limit that messages in flight may take at the most: one part of so many.
pub const MESSAGE_BYTES_PART: u64 = 3;
/// The number of bytes that the calls of a connection keep without being counted in [`MESSAGE_BYTES_UNDER_WAY_MAX`], so that short
/// calls touch no counter that other threads touch. A connection takes about as much by itself.
pub const CONNECTION_UNCOUNTED_BYTES: usize = 32 * 1024;
/// The largest size of a short message in bytes.
pub const SHORT_MESSAGE_BYTES_MAX: usize = 16 * 1024;
/// The estimate of the time to find what a byte of an agent's message asks, in nanoseconds. A text is walked twice. Measured for 4 MiB: 1.6 ns
/// a byte for cash flows, 4.0 for zeros in a list.
pub const AGENT_MESSAGE_NANOSECONDS_PER_BYTE: u64 = 4;
/// The estimate of the time to write a byte of an answer for an agent, in nanoseconds. The answer is written twice, once as a text in
/// quotes. Measured for 3 MB of cash flows: 7.1 ns a byte.
pub const AGENT_ANSWER_NANOSECONDS_PER_BYTE: u64 = 7;
/// The estimate of the time to compress an answer for an agent, in nanoseconds for each byte of the model's answer, which stands in the agent's
/// twice.
pub const AGENT_GZIP_NANOSECONDS_PER_BYTE: u64 = 9;
/// The number of bytes that a connection takes, until it ends, for each call that it has had at once, as measured: HTTP/2 keeps the
/// room for as many streams as there have been.
pub const CALL_BYTES: usize = 2048;
/// The number of bytes that HTTP/2 takes for a frame with data beside the data, as measured. The room for as many frames as have waited to be
/// read at once stays until the connection ends.
pub const DATA_FRAME_BYTES: usize = 256;
/// The largest size of a request to health or reflection in bytes: the name of a service, of a file or of a symbol. tonic copies what a caller of
/// reflection sends into each answer, twice.
pub const HOUSEKEEPING_MESSAGE_BYTES_MAX: usize = 4 * 1024;
/// The number of bytes that a stream of calculations takes beside [`CALL_BYTES`], as measured.
pub const STREAM_CALL_BYTES: usize = 2048;
/// The number of bytes that tonic takes for a call to health, as measured: most of it is a buffer.
pub const HEALTH_CALL_BYTES: usize = 12 * 1024;
/// The number of bytes that tonic takes for a call to reflection whose answers nobody reads: one waits, another one is written, and each
/// may hold the largest file of the contract.
pub const REFLECTION_CALL_BYTES: usize = 128 * 1024;
/// The ratio of a short message that has been read to its bytes as they came: a decimal of eight characters takes ten bytes of a
/// message, and 32 bytes once it is read.
pub const READ_MESSAGE_RATIO: usize = 4;
/// The least size of the pieces in which a message is kept until all of it is here. A piece is as large as all that
/// has come of the message before, so that a message takes no more than twice what has come of it.
pub const PART_BYTES_MIN: usize = 4 * 1024;
/// The largest size of such a piece. Pieces of one size leave no gaps behind in the allocator.
pub const PART_BYTES_MAX: usize = 64 * 1024;

/// The number of calls of one caller on a worker thread from which the callers there take turns: somewhat more than an honest client has
/// under way on one connection, and a quarter of what one connection may have.
pub const TURN_TASKS_MIN: usize = 32;
/// The share of the process's memory limit above which no long message and no long calculation is accepted, in percent.
pub const MEMORY_SCARCE_PERCENT: u64 = 80;
/// The share of the process's memory limit above which no call and no connection is accepted, in percent, and connections that keep
/// the most are cut.
pub const MEMORY_FULL_PERCENT: u64 = 90;
/// The distance by which the use has to fall below one of these shares before the server accepts again, in percent of the limit.
pub const MEMORY_LEVEL_HYSTERESIS_PERCENT: u64 = 5;
/// The share of the process's memory limit that messages and connections may take together, as they are counted, in percent. Above it no
/// call and no connection is accepted, and connections that keep the most are cut. The rest is what is not counted: the program itself,
/// gaps in the allocator, and what comes in before the next look.
pub const MEMORY_COUNTED_PERCENT: u64 = 60;
/// The share of the process's memory limit that is aimed at when connections are cut, in percent.
pub const MEMORY_AIM_PERCENT: u64 = 75;
/// The interval at which the use is looked at while it is below half of the limit.
pub const MEMORY_LOOK: Duration = Duration::from_millis(100);
/// The interval at which the use is looked at above that. At a gigabyte a second, which is what two cores take from sockets at the
/// most, it rises by 20 MB in this time.
pub const MEMORY_LOOK_NEAR: Duration = Duration::from_millis(20);
/// The time after which memory that was freed is seen as given back. The allocator keeps freed memory for a second.
pub const MEMORY_GIVEN_BACK: Duration = Duration::from_millis(1600);
/// The least memory limit that a setting may give: somewhat more than the server itself takes.
pub const MEMORY_LIMIT_MIN: u64 = 16 * 1024 * 1024;
/// The number of bytes that the kernel keeps of what was written to a connection and could not be sent yet. More waits in the
/// process, where it is counted. What is sent and not acknowledged does not count, so that a long way has its full speed.
pub const SOCKET_UNSENT_BYTES: u32 = 64 * 1024;
/// The memory that a connection takes in the kernel while its peer does not read: [`SOCKET_UNSENT_BYTES`], and what the kernel adds.
pub const SOCKET_BYTES: usize = 96 * 1024;

/// The least size in bytes of an answer that is compressed for a caller that accepts it. A shorter answer fits into what TCP
/// sends before it waits for the other end (ten segments, some 14 KB), and so would arrive no sooner.
pub const COMPRESSED_BYTES_MIN: usize = 16 * 1024;

/// The time that a stream works before other calls on its worker thread, and the sockets, have their turn: as long as a short
/// calculation may take.
pub const STREAM_TURN: Duration = Duration::from_micros(200);
/// The size in bytes at which the answers of a stream become a frame: about what a turn makes of short calculations, and half
/// of [`SEND_BUFFER_BYTES`], the answers that wait unsent.
pub const STREAM_ANSWERS_BYTES: usize = 32 * 1024;
/// The size in bytes of finished answers, behind a longer calculation that still runs, at which a stream reads no further
/// messages: some thousands of answers.
pub const STREAM_AHEAD_BYTES_MAX: usize = 1024 * 1024;
/// The largest number of long calculations that one stream has on the pool at once. The number is two for each thread of the
/// pool, so that no thread waits for the stream, and never more than this.
pub const STREAM_LONG_MAX: usize = 16;
/// The estimate at which a study's evaluations become a block on the pool: long beside the 10 µs that a turn there costs, and short beside
/// the longest wait of others.
pub const STUDY_BLOCK: Duration = Duration::from_millis(5);
/// The interval at which a stream checks whether the pool has room for its next calculation again.
pub const STREAM_POOL_LOOK: Duration = Duration::from_millis(5);

/// The time for which data is discarded that a caller still sends after its stream has ended early. By then the caller has had
/// time to read of the end.
pub const STREAM_LINGER: Duration = Duration::from_secs(1);

/// The time in which [`UPLOAD_BYTES_MIN`] more of a message have to come once the message has begun, or the rest of it.
pub const UPLOAD_TIMEOUT: Duration = Duration::from_secs(5);
/// The number of bytes of a begun message that have to come within [`UPLOAD_TIMEOUT`]: 1 KiB a second, which every network
/// carries.
pub const UPLOAD_BYTES_MIN: usize = 5 * 1024;

/// The largest number of calls in flight on one connection: somewhat more than the least that HTTP/2 recommends, which is 100,
/// and as many as a busy client library uses before it opens another connection.
pub const STREAMS_PER_CONNECTION_MAX: u32 = 128;
/// The largest size of a call's headers in bytes. Metadata and a trace context take a few hundred bytes.
pub const HEADER_LIST_BYTES_MAX: u32 = 16 * 1024;
/// The largest size of an HTTP/2 frame in bytes: the least that HTTP/2 permits for this limit, and every client's default.
/// Connections take turns frame by frame.
pub const FRAME_BYTES_MAX: u32 = 16 * 1024;
/// The number of bytes that a peer may send on one stream before they are read: a request of ordinary size in one flight.
pub const STREAM_WINDOW_BYTES: u32 = 64 * 1024;
/// The number of bytes that a peer may send on all streams of a connection before they are read: thirty-two requests of
/// ordinary size in one flight.
///
/// h2 allows half of this window for the heads of small frames that wait to be read, up to 256 bytes each, and closes a
/// connection above it. One stream full of calculations of 20 bytes stays below.
pub const CONNECTION_WINDOW_BYTES: u32 = 2 * 1024 * 1024;
/// The number of bytes of an answer that HTTP/2 keeps, for each stream, while the peer does not read. The rest waits unsent
/// until the call's deadline.
pub const SEND_BUFFER_BYTES: usize = 64 * 1024;
/// The largest number of streams that the peer has reset before the server looked at them (rapid reset, CVE-2023-44487):
/// hyper's default. Honest clients cancel fewer.
pub const PENDING_ACCEPT_RESETS_MAX: usize = 20;
/// The largest number of streams that the server resets because of the peer's mistakes (CVE-2025-8671): h2's default.
pub const LOCAL_ERROR_RESETS_MAX: usize = 1024;
/// The number of bytes without content (pings, settings, empty frames, padding) that a peer may send in the life of a
/// connection, beside what comes with its calls. A ping a second for ten hours is 600 KB.
pub const IDLE_BYTES_MAX: u64 = 1024 * 1024;
/// The number of bytes that a peer may send for each byte of a request's body: the byte itself, and five times as much for the
/// heads of frames. gRPC's message prefixes are part of the body. A message of one byte takes fifteen bytes, six of them body,
/// and messages are seldom that short.
pub const FRAMED_BYTES_PER_BODY_BYTE_MAX: u64 = 6;
/// The timeout of HTTP/2's preface, from the moment at which the peer has connected.
pub const PREFACE_TIMEOUT: Duration = Duration::from_secs(5);
/// The time in which the head of an HTTP/1.1 request has to come once it has begun.
pub const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
/// The largest number of headers of an HTTP/1.1 request. A browser sends some fifteen, and a proxy adds a few.
pub const HEADERS_MAX: usize = 64;
/// The number of bytes of a refused HTTP/1.1 request that are discarded, so that its client reads the refusal: a system that closes a
/// connection with unread bytes may take back the answer. As many as the longest message has, and headers.
pub const DISCARDED_BYTES_MAX: usize = MESSAGE_BYTES_MAX + 64 * 1024;
/// The number of connections that may wait to be accepted, which is Linux's own limit (`net.core.somaxconn`). With fewer, a connection
/// that comes among many others is not answered, and its client tries again after 1 s and after 2 s more.
pub const BACKLOG: i32 = 4096;
/// The interval at which an address may connect again after it was cut for misbehaviour. An honest client that was cut by mistake
/// connects again within a second or two, and backs off.
pub const RECONNECT_INTERVAL: Duration = Duration::from_millis(100);
/// The number of connections that an address may make at once after a cut. Behind one address there may be a proxy with a connection for
/// each of its own threads.
pub const RECONNECTS_AT_ONCE_MAX: u32 = 100;
/// The largest number of addresses that are remembered for a cut, and of those that are remembered for a known name. Each takes about 60
/// bytes, 0.25 MB in all. Above it, the address with the fewest connections since its cut is forgotten.
pub const ADDRESSES_KEPT_MAX: usize = 4096;
/// The time for which an address from which a known name has come is not limited: many times the age of a connection, so that a client
/// is known for as long as it calls.
pub const KNOWN_ADDRESS_TIME: Duration = Duration::from_secs(3600);
/// The largest number of connections that make room for others and are not closed yet. Half of them have [`CLOSE_TIMEOUT`] for their
/// calls in flight. With the 64 connections of the admin port and some thirty other files they fit into [`FILES_KEPT`].
pub const LEAVING_CONNECTIONS_MAX: usize = 32;
/// The number of a caller's newest connections that are looked at for one without a call in flight, when one of them has to make room. A
/// look at all of ten thousand would take longer than the rest of an accepted connection.
pub const LEAVING_LOOK_MAX: usize = 64;
/// The largest number of callers whose refusals are counted at once, by name. Each takes about 100 bytes.
pub const GREEDY_CALLERS_COUNTED_MAX: usize = 1024;
/// The largest number of callers that a minute's log names. Whoever takes most is refused most, and is among the first.
pub const GREEDY_CALLERS_NAMED_MAX: usize = 3;
/// The timeout of a TLS handshake, which takes two or three round trips.
pub const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(5);
/// The interval of keepalive pings. A peer that is gone without a word is found out within this time and [`KEEPALIVE_TIMEOUT`]
/// more.
pub const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(60);
/// The timeout of a keepalive ping. A ping over any network takes less.
pub const KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(20);
/// The time from a call's deadline until the call is given up because its answer cannot be sent. The peer has not read its
/// DEADLINE_EXCEEDED either.
pub const UNREAD_ANSWER_TIMEOUT: Duration = Duration::from_millis(500);
/// The time in which a peer without a call in flight has to close its connection after it was told to go away.
pub const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);
/// The number of file descriptors kept for other things than connections: listeners, runtimes, certificates, the admin port, a
/// collector.
pub const FILES_KEPT: usize = 128;
/// The least number of connections that the limit on open files has to leave room for. With fewer, the first few clients take
/// all of them, and the server would be full as soon as it is ready.
pub const CONNECTIONS_MIN: usize = 32;

/// The longest estimate of a short calculation. A calculation with a longer estimate runs on the pool, so that short calls
/// never wait behind one for longer than this.
pub const SHORT_CALCULATION: Duration = Duration::from_micros(200);
/// The most work that a calculation does on its connection's thread, in units of [`work`](crate::models::work), whatever its
/// estimate said: twice the longest estimate of a short calculation. Beyond it the calculation is dropped, and begun anew on the
/// pool. A unit takes 4 to 16 ns on the machines that were measured, so that no call holds the thread for a millisecond.
pub const SHORT_CALCULATION_UNITS_MAX: u64 = 2 * SHORT_CALCULATION.as_nanos() as u64 / UNIT_NANOSECONDS;
/// The largest number of calculations that wait for the pool, however short. [`MESSAGE_BYTES_UNDER_WAY_MAX`] bounds the memory
/// that they hold as well.
pub const POOL_QUEUE_MAX: usize = 1024;
/// The niceness of the pool's threads, which gives them a lower priority than the worker threads. Beside a worker thread that
/// is always busy, a thread of the pool gets a tenth of a core. `pool/share.rs` lets the worker threads have the core at once.
pub const POOL_NICENESS: i32 = 10;
/// The least retry delay of a calculation that the pool refuses, before the delay is spread at random to between half and one
/// and a half times its length.
pub const RETRY_MIN: Duration = Duration::from_millis(20);

/// The time without a heartbeat after which a worker thread counts as stuck. The probe `/livez` then says so.
pub const HEARTBEAT_TIMEOUT: Duration = Duration::from_secs(10);
/// The largest number of connections to the admin port at once. Probes and scrapers are few. For one more, the connection that
/// has idled or watched longest is closed.
pub const ADMIN_CONNECTIONS_MAX: usize = 64;
/// The time that a connection to the admin port has at the least before it is closed for a new one. A probe sends its request at
/// once, and is answered within a millisecond.
pub const ADMIN_CONNECTION_MIN: Duration = Duration::from_millis(20);
/// The timeout of a request to the admin port. A probe sends its request at once.
pub const ADMIN_REQUEST_TIMEOUT: Duration = Duration::from_secs(5);
/// The time for sending the last spans at the end of the process. Spans that are not sent by then are lost, so that a collector
/// that hangs does not keep the process.
pub const TRACES_FLUSH: Duration = Duration::from_millis(1500);
/// The time for writing the last log lines at the end of the process. Lines that are not written by then are lost. Together
/// with [`TRACES_FLUSH`], this time is within the two seconds that the end may take beyond the drain.
pub const LOG_FLUSH: Duration = Duration::from_millis(400);
