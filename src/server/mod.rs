//! The door for gRPC: how the parts of the server are put together, from the settings to the end of the process.
//!
//! The server drives hyper's HTTP/2 behind an accept loop of its own: every limit, every deadline and the end of the process are decided here,
//! whatever peers do. The rooms of this folder stand on floors, and each names rooms below its own alone; `tests/suite/rooms` holds the table.

mod admin;
mod call;
mod capacity;
mod chance;
pub mod config;
#[cfg(feature = "conformance")]
pub mod conformance;
mod error;
mod grpc;
mod layers;
mod method;
mod process;
mod protocol;
mod services;
mod shared;
mod stage;
mod telemetry;
mod tls;
mod transport;
mod web;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

#[cfg(target_os = "linux")]
use socket2::SockRef;
use tokio::sync::{Notify, mpsc};
use tonic_health::pb::health_server::HealthServer;

use admin::Admin;
use capacity::usage::Usage;
use config::{ListenAddress, Settings, WebListen};
pub use error::ServeError;
use layers::observe::AccessLines;
use process::drain;
use process::memory_watch;
use process::open_files::Room;
pub use process::signals;
use process::signals::Signal;
use process::worker::{Parts, Worker};
use services::Services;
use services::health::Health;
use shared::Shared;
use stage::Stage;
use telemetry::log::LogHandle;
use telemetry::metrics::Metrics;
use telemetry::trace::{TraceError, TraceSettings, Traces};
use tls::Tls;
use transport::handshake::FailedHandshakes;
use transport::listener::Listener;
use web::Site;

/// The log of the whole process. Dropping the log writes the lines that wait, in bounded time.
#[derive(Debug)]
pub struct Log(LogHandle);

/// Starts the log of the process, which has one log.
///
/// # Errors
/// [`ServeError::Log`] when the process has a log already, or when standard output cannot be written to.
pub fn start_log(settings: &Settings) -> Result<Log, ServeError> {
    let log = telemetry::log::start(settings).map_err(|error| ServeError::Log(error.to_string()))?;
    Ok(Log(log))
}

/// Sends panics to the log from now on, and no longer to standard error.
pub fn log_panics() {
    telemetry::panic::log_panics();
}

/// Reads everything that the settings name, as a start would, and returns a warning about what is doubtful.
///
/// # Errors
/// The first file or variable that cannot be used.
pub fn check(settings: &Settings) -> Result<Option<String>, ServeError> {
    let tls = Tls::read(&settings.tls)?;
    TraceSettings::read().map_err(bad_traces)?;
    Ok(tls.and_then(|tls| tls.warning()))
}

/// A server that listens and does not serve yet.
#[derive(Debug)]
pub struct Server {
    settings: Settings,
    listener: TcpListener,
    address: SocketAddr,
    admin_listener: TcpListener,
    admin_address: SocketAddr,
    web: Option<(TcpListener, SocketAddr)>,
    tls: Option<Arc<Tls>>,
    traces: Option<TraceSettings>,
}

impl Server {
    /// Reads what the settings name, and opens the listeners; port 0 takes a free one.
    ///
    /// # Errors
    /// The first file, variable or address that cannot be used.
    pub fn prepare(settings: Settings) -> Result<Server, ServeError> {
        let tls = Tls::read(&settings.tls)?.map(Arc::new);
        let traces = TraceSettings::read().map_err(bad_traces)?;
        let listener = listen(&settings.listen)?;
        let admin_listener = listen_or_move(settings.admin_listen.as_ref(), config::DEFAULT_ADMIN_ADDRESS)?;
        let web_listener = match &settings.web.listen {
            Some(WebListen::Nowhere) => None,
            Some(WebListen::At(address)) => Some(listen(address)?),
            None => Some(listen_or_move(None, config::DEFAULT_WEB_ADDRESS)?),
        };
        let (address, admin_address) = (listener.local_addr()?, admin_listener.local_addr()?);
        let web = match web_listener {
            Some(listener) => Some(listener.local_addr().map(|address| (listener, address))?),
            None => None,
        };
        Ok(Server { settings, listener, address, admin_listener, admin_address, web, tls, traces })
    }

    /// Returns the address that listens for calls.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the address that listens for probes, metrics and the log level.
    #[must_use]
    pub fn admin_address(&self) -> SocketAddr {
        self.admin_address
    }

    /// Returns the address that listens for calls by HTTP/1.1 and HTTP/2 in other protocols too, if there is one.
    #[must_use]
    pub fn web_address(&self) -> Option<SocketAddr> {
        self.web.as_ref().map(|(_, address)| *address)
    }

    /// Serves until a signal ends the server. The end takes the lame duck, the drain and two seconds at most, whatever the peers do. Runs inside a
    /// tokio runtime.
    ///
    /// # Errors
    /// When the self-test fails, the system has no threads to give, or a worker dies.
    pub async fn serve(self, log: &Log, signals: mpsc::Receiver<Signal>) -> Result<(), ServeError> {
        let Server { settings, listener, admin_listener, admin_address, web, tls, traces, .. } = self;
        let (web_listener, web_address) = web.unzip();
        warn_of_moves(&settings, admin_address, web_address);
        let room = Room::made(&settings);
        let usage = Usage::find(settings.memory_limit.map(|limit| limit.0));
        let limit = usage.as_ref().map(Usage::limit);
        tracing::info!(limit, "memory limit");
        let (web_port, metrics) = (web_address.map(|address| address.port()), Arc::new(Metrics::new()?));
        let shared = Arc::new(Shared::start(settings, room.connections_max, limit, web_port, metrics)?);
        let watching_memory = tokio::spawn(memory_watch::watch(Arc::clone(&shared), usage));
        let Shared { settings, metrics, pool, .. } = &*shared;
        let traces = traces.map(|traces| telemetry::trace::start(traces, metrics.spans_dropped.clone())).transpose();
        let traces = traces.map_err(bad_traces)?;
        let (announcer, stage) = stage::starting();
        let parts = Parts {
            site: Arc::new(Site::new(&settings.web, web::SERVED)),
            services: Services::new(settings, stage.clone())?,
            access_log: Arc::new(AccessLines::new(
                settings.access_log,
                settings.access_log_lines_per_second,
                metrics.access_log_lines_left_out.clone(),
            )),
            tracer: traces.as_ref().map(Traces::tracer),
            tls: tls.clone(),
            failed_handshakes: Arc::new(FailedHandshakes::new()),
            stage: stage.clone(),
            shared: Arc::clone(&shared),
        };
        let workers = 0..settings.worker_count();
        let workers = workers.map(|number| Worker::start(number, parts.clone())).collect::<io::Result<Vec<_>>>()?;

        let pulses: Vec<_> = workers.iter().map(|worker| Arc::clone(worker.pulse())).collect();
        let admin = Admin {
            alive: Box::new(move || pulses.iter().try_for_each(|pulse| pulse.is_alive())),
            stage: stage.clone(),
            metrics: Arc::clone(metrics),
            log_level: log.0.level(),
            log_level_changes: settings.admin_log_level_changes,
            log_lines_dropped: Box::new(log.0.lines_dropped()),
            health: HealthServer::new(Health::new(stage)),
        };
        // The admin port answers until its task is dropped, here or with the runtime.
        let admin = tokio::spawn(admin::serve(Listener::new(admin_listener)?, admin, std::future::pending()));
        let hang_up = Arc::new(Notify::new());
        let watching = tls.map(|tls| {
            let (metrics, hang_up) = (Arc::clone(metrics), Arc::clone(&hang_up));
            tokio::spawn(async move { tls.watch(&metrics, &hang_up).await })
        });

        let greedy = Arc::clone(&shared.greedy);
        let greedy = tokio::spawn(async move { greedy.log().await });

        let listener = Listener::new(listener)?;
        let web_listener = web_listener.map(Listener::new).transpose()?;
        crate::engine::self_test::self_test().map_err(ServeError::SelfTest)?;
        announcer.send_replace(if room.is_enough { Stage::Serving } else { Stage::NoRoom });
        let ended = drain::serve_and_end(listener, web_listener, &workers, &shared, &announcer, signals, &hang_up).await;
        // The rest is cut off: connections end with their workers, and calculations end because nobody waits for them.
        drop(workers);
        pool.close();
        admin.abort();
        greedy.abort();
        watching_memory.abort();
        watching.inspect(tokio::task::JoinHandle::abort);
        if let Some(traces) = traces {
            // A thread of its own flushes the traces, because this one goes on with signals and probes.
            let _ = tokio::task::spawn_blocking(move || traces.flush(config::TRACES_FLUSH)).await;
        }
        Ok(ended?)
    }
}

fn bad_traces(error: TraceError) -> ServeError {
    ServeError::Traces(error.to_string())
}

fn listen(address: &ListenAddress) -> Result<TcpListener, ServeError> {
    let listener = address.resolved().and_then(|addresses| {
        let listener = TcpListener::bind(&addresses[..])?;
        // Of a socket that listens already, this changes the length of its queue, and nothing else.
        rustix::net::listen(&listener, config::BACKLOG)?;
        Ok(listener)
    });
    // Each connection takes the value over. Where it cannot be set, the kernel keeps up to four megabytes for a peer that does not read.
    #[cfg(target_os = "linux")]
    if let Ok(listener) = &listener {
        let _ = SockRef::from(listener).set_tcp_notsent_lowat(config::SOCKET_UNSENT_BYTES);
    }
    listener.map_err(|source| ServeError::Listen { address: address.clone(), source })
}

/// Listens where the settings say. Nobody has asked for the default port, and a second server on one machine is no mistake: where the default
/// is taken, a free port is.
fn listen_or_move(address: Option<&ListenAddress>, default: SocketAddr) -> Result<TcpListener, ServeError> {
    match address {
        Some(address) => listen(address),
        None => listen(&default.into()).or_else(|_| listen(&any_port(default).into())),
    }
}

/// Warns of ports that are others than by default, because those are taken.
fn warn_of_moves(settings: &Settings, admin_address: SocketAddr, web_address: Option<SocketAddr>) {
    let taken = config::DEFAULT_ADMIN_ADDRESS;
    if settings.admin_listen.is_none() && admin_address != taken {
        tracing::warn!(%taken, %admin_address, "the default admin port is taken, another one is used");
    }
    let taken = config::DEFAULT_WEB_ADDRESS;
    if let Some(web_address) = web_address.filter(|address| settings.web.listen.is_none() && *address != taken) {
        tracing::warn!(%taken, %web_address, "the default web port is taken, another one is used");
    }
}

fn any_port(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip(), 0)
}

/// Returns the full names of the services of the contract that are served.
#[must_use]
pub fn served() -> &'static [&'static str] {
    method::Method::services()
}
