//! Settings and limits, each limit with its reason.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::{Args, Parser, ValueEnum};

/// Financial models as a gRPC service: exact figures, and how they came about.
///
/// A flag stands over its environment variable, which stands over the default. Durations are written 500ms, 30s, 5m.
///
/// Traces go to the collector that OTEL_EXPORTER_OTLP_ENDPOINT names, and nowhere without it; OpenTelemetry's other variables
/// (OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES, OTEL_EXPORTER_OTLP_HEADERS, OTEL_TRACES_SAMPLER and its _ARG) work as they do everywhere.
#[derive(Clone, Debug, Parser)]
#[command(name = "paydirt", version)]
pub struct Settings {
    /// Where to listen for calls; port 0 takes a free one.
    #[arg(long, env = "PAYDIRT_LISTEN", default_value_t = DEFAULT_ADDRESS, value_name = "ADDRESS:PORT")]
    pub listen: SocketAddr,
    /// Where to listen for probes, metrics and the log level, in plain text. By default 127.0.0.1:9464, or a free port where that is taken.
    #[arg(long, env = "PAYDIRT_ADMIN_LISTEN", value_name = "ADDRESS:PORT")]
    pub admin_listen: Option<SocketAddr>,

    /// The longest that a call may take, and what a call has that names no deadline of its own.
    #[arg(long, env = "PAYDIRT_DEFAULT_DEADLINE", default_value = "30s", value_parser = duration, value_name = "DURATION")]
    pub default_deadline: Duration,
    /// After SIGTERM: how long to go on accepting, as NOT_SERVING, until every balancer has noticed.
    #[arg(long, env = "PAYDIRT_LAME_DUCK", default_value = "3s", value_parser = duration, value_name = "DURATION")]
    pub lame_duck: Duration,
    /// After the lame duck: how long the calls in flight have.
    #[arg(long, env = "PAYDIRT_DRAIN", default_value = "15s", value_parser = duration, value_name = "DURATION")]
    pub drain: Duration,

    /// Threads that serve connections; by default one per core.
    #[arg(long, env = "PAYDIRT_WORKERS", value_name = "COUNT")]
    pub workers: Option<NonZeroUsize>,
    /// Threads for calculations that take more than 200 µs; by default one per core.
    #[arg(long, env = "PAYDIRT_POOL_THREADS", value_name = "COUNT")]
    pub pool_threads: Option<NonZeroUsize>,
    /// How long a call may have to wait for a thread, of the pool or of its connection; one that would wait longer, or has, is refused with
    /// UNAVAILABLE.
    #[arg(long, env = "PAYDIRT_MAX_WAIT", default_value = "250ms", value_parser = duration, value_name = "DURATION")]
    pub max_wait: Duration,

    /// Connections at once; further ones are closed as they come. The limit on open files may lower it.
    #[arg(long, env = "PAYDIRT_MAX_CONNECTIONS", default_value = "10000", value_name = "COUNT")]
    pub max_connections: NonZeroUsize,
    /// After this time, give or take a tenth, a connection is told to go away, so that clients spread over new servers; 0s never.
    #[arg(long, env = "PAYDIRT_MAX_CONNECTION_AGE", default_value = "5m", value_parser = duration, value_name = "DURATION")]
    pub max_connection_age: Duration,
    /// How long the calls in flight have on a connection that was told to go away.
    #[arg(long, env = "PAYDIRT_MAX_CONNECTION_AGE_GRACE", default_value = "30s", value_parser = duration, value_name = "DURATION")]
    pub max_connection_age_grace: Duration,
    /// A connection without a call for so long is told to go away; 0s never.
    #[arg(long, env = "PAYDIRT_MAX_CONNECTION_IDLE", default_value = "5m", value_parser = duration, value_name = "DURATION")]
    pub max_connection_idle: Duration,

    /// The certificate and who may call.
    #[command(flatten)]
    pub tls: TlsSettings,

    /// Whether to answer clients that ask what is served.
    #[arg(long, env = "PAYDIRT_REFLECTION", default_value_t = true, action = clap::ArgAction::Set, value_name = "BOOL")]
    pub reflection: bool,
    /// Which calls are logged, a line each: all, off, or a share such as 0.01.
    #[arg(long, env = "PAYDIRT_ACCESS_LOG", default_value = "all", value_name = "WHICH")]
    pub access_log: AccessLog,
    /// At most so many calls are logged a second; the next line says how many were left out.
    #[arg(long, env = "PAYDIRT_ACCESS_LOG_LINES_PER_SECOND", default_value_t = 100, value_name = "COUNT")]
    pub access_log_lines_per_second: u32,
    /// A JSON object a line, or text for people; auto writes text on a terminal.
    #[arg(long, env = "PAYDIRT_LOG_FORMAT", default_value = "auto", value_name = "FORMAT")]
    pub log_format: LogFormat,
    /// What is logged: off, error, warn, info, debug, trace, or by target such as info,paydirt=debug.
    #[arg(long, env = "PAYDIRT_LOG_LEVEL", default_value = "info", value_name = "LEVEL")]
    pub log_level: String,

    /// Read the settings and the files they name, say what is wrong with them, and end.
    #[arg(long)]
    pub check_config: bool,
}

/// The certificate and who may call; in plain text without a certificate.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsSettings {
    /// The server's certificate with the chain to its issuer, PEM; read again when it changes, and on SIGHUP.
    #[arg(long = "tls-certificate", env = "PAYDIRT_TLS_CERTIFICATE", value_name = "FILE")]
    pub certificate: Option<PathBuf>,
    /// Its private key, PEM.
    #[arg(long = "tls-key", env = "PAYDIRT_TLS_KEY", value_name = "FILE")]
    pub key: Option<PathBuf>,
    /// Who issues the certificates of clients, PEM; with it, a client without a valid one is refused.
    #[arg(long = "tls-client-ca", env = "PAYDIRT_TLS_CLIENT_CA", value_name = "FILE")]
    pub client_ca: Option<PathBuf>,
    /// Which clients may call, by a DNS name or a SPIFFE URI of their certificates, separated by commas; all that the issuer knows without it.
    #[arg(long = "tls-allowed-names", env = "PAYDIRT_TLS_ALLOWED_NAMES", value_delimiter = ',', value_name = "NAMES")]
    pub allowed_names: Vec<String>,
    /// How often the files are looked at for a change.
    #[arg(long = "tls-poll", env = "PAYDIRT_TLS_POLL", default_value = "10s", value_parser = duration, value_name = "DURATION")]
    pub poll: Duration,
}

/// Which calls are logged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum AccessLog {
    /// Every one.
    All,
    /// None.
    Off,
    /// About this share of them, above 0 and below 1.
    Share(f64),
}

impl FromStr for AccessLog {
    type Err = String;

    fn from_str(text: &str) -> Result<AccessLog, String> {
        match text {
            "all" => Ok(AccessLog::All),
            "off" => Ok(AccessLog::Off),
            _ => match text.parse() {
                Ok(share) if share > 0.0 && share < 1.0 => Ok(AccessLog::Share(share)),
                _ => Err("neither all, nor off, nor a share between 0 and 1".to_owned()),
            },
        }
    }
}

impl fmt::Display for AccessLog {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AccessLog::All => formatter.write_str("all"),
            AccessLog::Off => formatter.write_str("off"),
            AccessLog::Share(share) => share.fmt(formatter),
        }
    }
}

/// How a line of the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Text on a terminal, JSON elsewhere.
    Auto,
    /// A JSON object a line.
    Json,
    /// Text for people.
    Text,
}

impl Settings {
    /// Reads flags and environment.
    ///
    /// # Errors
    /// clap's, and those of a setting that contradicts another or is out of its range, all as clap writes them.
    pub fn read<I, T>(arguments: I) -> Result<Settings, clap::Error>
    where
        I: IntoIterator<Item = T>,
        T: Into<std::ffi::OsString> + Clone,
    {
        let settings = Settings::try_parse_from(arguments)?;
        match settings.contradictions().into_iter().reduce(|all, one| format!("{all}; {one}")) {
            None => Ok(settings),
            Some(all) => Err(clap::Error::raw(clap::error::ErrorKind::ValueValidation, all)),
        }
    }

    /// What is wrong with settings that can be read.
    fn contradictions(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut within = |name: &str, value: Duration, least: Duration, most: Duration| {
            if !(least..=most).contains(&value) {
                let (value, least, most) = (shown(value), shown(least), shown(most));
                wrong.push(format!("--{name} is {value}, and may be {least} to {most}"));
            }
        };
        let (millisecond, hour) = (Duration::from_millis(1), Duration::from_secs(3600));
        within("default-deadline", self.default_deadline, millisecond, hour);
        within("lame-duck", self.lame_duck, Duration::ZERO, hour);
        within("drain", self.drain, Duration::ZERO, hour);
        within("max-wait", self.max_wait, millisecond, hour);
        within("max-connection-age-grace", self.max_connection_age_grace, Duration::ZERO, hour);
        within("tls-poll", self.tls.poll, Duration::from_millis(100), hour);
        for (name, value) in
            [("max-connection-age", self.max_connection_age), ("max-connection-idle", self.max_connection_idle)]
        {
            if !value.is_zero() {
                within(name, value, Duration::from_millis(100), 168 * hour);
            }
        }
        let TlsSettings { certificate, key, client_ca, allowed_names, .. } = &self.tls;
        let mut needs = |is_set: bool, name: &str, is_there: bool, other: &str| {
            if is_set && !is_there {
                wrong.push(format!("--{name} needs --{other}"));
            }
        };
        needs(certificate.is_some(), "tls-certificate", key.is_some(), "tls-key");
        needs(key.is_some(), "tls-key", certificate.is_some(), "tls-certificate");
        needs(client_ca.is_some(), "tls-client-ca", certificate.is_some(), "tls-certificate");
        needs(!allowed_names.is_empty(), "tls-allowed-names", client_ca.is_some(), "tls-client-ca");
        if allowed_names.iter().any(String::is_empty) {
            wrong.push("--tls-allowed-names has an empty name".to_owned());
        }
        let threads = [("workers", self.workers), ("pool-threads", self.pool_threads)];
        for (name, count) in threads.into_iter().filter_map(|(name, count)| Some((name, count?.get()))) {
            if count > THREADS_MAX {
                wrong.push(format!("--{name} is {count}, and may be 1 to {THREADS_MAX}"));
            }
        }
        if let Err(error) = crate::server::telemetry::log::targets(&self.log_level) {
            wrong.push(format!("--log-level is {:?}: {error}", self.log_level));
        }
        wrong
    }

    /// One per core that this process may use, unless told.
    #[must_use]
    pub fn worker_count(&self) -> usize {
        self.workers.map_or_else(cores, NonZeroUsize::get)
    }

    /// One per core that this process may use, unless told.
    #[must_use]
    pub fn pool_thread_count(&self) -> usize {
        self.pool_threads.map_or_else(cores, NonZeroUsize::get)
    }

    /// Every setting by its flag's name, as it stands. None of them is a secret.
    #[must_use]
    pub fn effective(&self) -> Vec<(&'static str, String)> {
        let path = |path: &Option<PathBuf>| path.as_ref().map_or_else(String::new, |path| path.display().to_string());
        let admin_listen = self.admin_listen.unwrap_or(DEFAULT_ADMIN_ADDRESS);
        vec![
            ("listen", self.listen.to_string()),
            ("admin-listen", admin_listen.to_string()),
            ("default-deadline", shown(self.default_deadline)),
            ("lame-duck", shown(self.lame_duck)),
            ("drain", shown(self.drain)),
            ("workers", self.worker_count().to_string()),
            ("pool-threads", self.pool_thread_count().to_string()),
            ("max-wait", shown(self.max_wait)),
            ("max-connections", self.max_connections.to_string()),
            ("max-connection-age", shown(self.max_connection_age)),
            ("max-connection-age-grace", shown(self.max_connection_age_grace)),
            ("max-connection-idle", shown(self.max_connection_idle)),
            ("tls-certificate", path(&self.tls.certificate)),
            ("tls-key", path(&self.tls.key)),
            ("tls-client-ca", path(&self.tls.client_ca)),
            ("tls-allowed-names", self.tls.allowed_names.join(",")),
            ("tls-poll", shown(self.tls.poll)),
            ("reflection", self.reflection.to_string()),
            ("access-log", self.access_log.to_string()),
            ("access-log-lines-per-second", self.access_log_lines_per_second.to_string()),
            ("log-format", format!("{:?}", self.log_format).to_lowercase()),
            ("log-level", self.log_level.clone()),
        ]
    }
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, NonZeroUsize::get).min(THREADS_MAX)
}

fn duration(text: &str) -> Result<Duration, String> {
    humantime::parse_duration(text).map_err(|error| format!("{error}; write 500ms, 30s, 5m"))
}

fn shown(duration: Duration) -> String {
    humantime::format_duration(duration).to_string()
}

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
