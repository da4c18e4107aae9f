//! The settings: flags, environment variables, defaults, and what contradicts what.

use std::fmt;
use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::{Args, CommandFactory, FromArgMatches, Parser, ValueEnum};

use super::bytes::Bytes;
use super::limits::{DEFAULT_ADDRESS, DEFAULT_ADMIN_ADDRESS, MEMORY_LIMIT_MIN, THREADS_MAX};
use super::listen_address::ListenAddress;
use super::log_level;
use super::web::WebSettings;
use crate::engine::study::study_work::{MAX_STUDY, MAX_STUDY_RANGE};

/// Financial models as a gRPC service: exact figures, and how they came about.
///
/// A flag stands over its environment variable, which stands over the default. Durations are written 500ms, 30s, 5m.
///
/// Traces go to the collector that OTEL_EXPORTER_OTLP_ENDPOINT names, and nowhere without it; OpenTelemetry's other variables
/// (OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES, OTEL_EXPORTER_OTLP_HEADERS, OTEL_TRACES_SAMPLER and its _ARG) work as they do everywhere.
#[derive(Clone, Debug, Parser)]
#[command(name = "paydirt", version)]
pub struct Settings {
    /// Where to listen for calls, an address or a name; port 0 takes a free one.
    #[arg(long, env = "PAYDIRT_LISTEN", default_value_t = DEFAULT_ADDRESS.into(), value_name = "ADDRESS:PORT")]
    pub listen: ListenAddress,
    /// Where to listen for probes, metrics and the log level, in plain text. By default 127.0.0.1:9464, or a free port where that is taken.
    #[arg(long, env = "PAYDIRT_ADMIN_LISTEN", value_name = "ADDRESS:PORT")]
    pub admin_listen: Option<ListenAddress>,

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
    /// The longest that one core may have to work for a study, such as a table or a search, by its estimate; a longer one is refused with
    /// RESOURCE_EXHAUSTED before it begins.
    #[arg(long, env = "PAYDIRT_MAX_STUDY", default_value = MAX_STUDY, value_parser = duration, value_name = "DURATION")]
    pub max_study: Duration,

    /// The memory that the process may use, such as 384MiB: near it new calls are refused, and connections that keep the most are cut. By
    /// default the limit of the container (cgroup), where there is one.
    #[arg(long, env = "PAYDIRT_MEMORY_LIMIT", value_name = "BYTES")]
    pub memory_limit: Option<Bytes>,
    /// Connections at once; beyond them, whoever holds most makes room or is closed as it comes. The limit on open files may lower it.
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
    /// The web port.
    #[command(flatten)]
    pub web: WebSettings,

    /// Whether to answer clients that ask what is served.
    #[arg(long, env = "PAYDIRT_REFLECTION", default_value_t = true, action = clap::ArgAction::Set, value_name = "BOOL")]
    pub reflection: bool,

    /// Compute every figure with 76 digits from the first step, and none by the short way first. The digits are equal either way
    #[arg(long, env = "PAYDIRT_FULL_PRECISION", default_value_t = false, action = clap::ArgAction::Set, value_name = "BOOL")]
    pub full_precision: bool,
    /// Which calls are logged, a line each: all, off, or a share such as 0.01.
    #[arg(long, env = "PAYDIRT_ACCESS_LOG", default_value = "all", value_name = "WHICH")]
    pub access_log: AccessLog,
    /// At most so many calls are logged a second; the next line says how many were left out.
    #[arg(long, env = "PAYDIRT_ACCESS_LOG_LINES_PER_SECOND", default_value_t = 100, value_name = "COUNT")]
    pub access_log_lines_per_second: u32,
    /// A JSON object a line, or text for people; auto writes text on a terminal.
    #[arg(long, env = "PAYDIRT_LOG_FORMAT", default_value = "auto", value_name = "FORMAT")]
    pub log_format: LogFormat,
    /// Log level: off, error, warn, info, debug, trace, or by target such as info,paydirt=debug.
    #[arg(long, env = "PAYDIRT_LOG_LEVEL", default_value = "info", value_name = "LEVEL")]
    pub log_level: String,

    /// Who may change the log level on the admin port while the server runs; the port has no other way to know who asks.
    #[arg(long, env = "PAYDIRT_ADMIN_LOG_LEVEL_CHANGES", default_value = "loopback", value_name = "WHO")]
    pub admin_log_level_changes: LogLevelChanges,

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

/// Who may change the log level while the server runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogLevelChanges {
    /// Peers on the same machine, or in the same Pod.
    Loopback,
    /// Whoever reaches the admin port.
    Anyone,
    /// No peer.
    Nobody,
}

impl LogLevelChanges {
    /// Returns whether a peer may change the log level.
    #[must_use]
    pub fn may(self, peer: IpAddr) -> bool {
        match self {
            // A listener for IPv6 and IPv4 sees 127.0.0.1 as ::ffff:127.0.0.1.
            LogLevelChanges::Loopback => peer.to_canonical().is_loopback(),
            LogLevelChanges::Anyone => true,
            LogLevelChanges::Nobody => false,
        }
    }
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
        Settings::read_by(Settings::command(), arguments)
    }

    /// Reads flags and environment by a command that has these settings, and others beside them.
    ///
    /// # Errors
    /// Those of [`Settings::read`], and clap's for what stands beside the settings.
    pub fn read_by<I, T>(command: clap::Command, arguments: I) -> Result<Settings, clap::Error>
    where
        I: IntoIterator<Item = T>,
        T: Into<std::ffi::OsString> + Clone,
    {
        let settings = Settings::from_arg_matches(&command.try_get_matches_from(arguments)?)?;
        match settings.contradictions().into_iter().reduce(|all, one| format!("{all}; {one}")) {
            None => Ok(settings),
            Some(all) => Err(clap::Error::raw(clap::error::ErrorKind::ValueValidation, all)),
        }
    }

    /// Returns the contradictions among settings that can each be read.
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
        within("max-study", self.max_study, *MAX_STUDY_RANGE.start(), *MAX_STUDY_RANGE.end());
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
        if let Some(limit) = self.memory_limit.filter(|limit| limit.0 < MEMORY_LIMIT_MIN) {
            wrong.push(format!("--memory-limit is {limit}, and may be {} or more", Bytes(MEMORY_LIMIT_MIN)));
        }
        wrong.extend(self.web.contradictions(client_ca.is_some()));
        let threads = [("workers", self.workers), ("pool-threads", self.pool_threads)];
        for (name, count) in threads.into_iter().filter_map(|(name, count)| Some((name, count?.get()))) {
            if count > THREADS_MAX {
                wrong.push(format!("--{name} is {count}, and may be 1 to {THREADS_MAX}"));
            }
        }
        if let Err(error) = log_level::targets(&self.log_level) {
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
        let admin_listen = self.admin_listen.clone().unwrap_or_else(|| DEFAULT_ADMIN_ADDRESS.into());
        let mut effective = vec![
            ("listen", self.listen.to_string()),
            ("admin-listen", admin_listen.to_string()),
            ("default-deadline", shown(self.default_deadline)),
            ("lame-duck", shown(self.lame_duck)),
            ("drain", shown(self.drain)),
            ("workers", self.worker_count().to_string()),
            ("pool-threads", self.pool_thread_count().to_string()),
            ("max-wait", shown(self.max_wait)),
            ("max-study", shown(self.max_study)),
            ("memory-limit", self.memory_limit.map_or_else(String::new, |limit| limit.to_string())),
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
            ("full-precision", self.full_precision.to_string()),
            ("access-log", self.access_log.to_string()),
            ("access-log-lines-per-second", self.access_log_lines_per_second.to_string()),
            ("log-format", format!("{:?}", self.log_format).to_lowercase()),
            ("log-level", self.log_level.clone()),
            ("admin-log-level-changes", format!("{:?}", self.admin_log_level_changes).to_lowercase()),
        ];
        effective.extend(self.web.effective());
        effective
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
