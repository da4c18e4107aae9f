//! The door: settings, listener, connections, layers, services, health, telemetry, shutdown.
//!
//! tonic's generated services stand on hyper's HTTP/2 server, behind an accept loop of our own: every limit, every deadline and the end of
//! the process are decided here, whatever peers do.

mod admin;
mod call;
mod capacity;
mod chance;
pub mod config;
mod error;
mod grpc;
mod layers;
mod method;
mod process;
mod services;
mod shared;
mod stage;
mod telemetry;
mod tls;
mod transport;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use tokio::sync::{Notify, mpsc};
use tonic_health::pb::health_server::HealthServer;

use admin::Admin;
use config::Settings;
pub use error::ServeError;
use layers::observe::AccessLines;
use process::listener::Listener;
pub use process::signals;
use process::signals::Signal;
use process::worker::{Parts, Worker};
use process::{drain, open_files};
use services::Services;
use services::health::Health;
use shared::Shared;
use stage::Stage;
use telemetry::log::LogHandle;
use telemetry::metrics::Metrics;
use telemetry::trace::{TraceError, TraceSettings, Traces};
use tls::Tls;

/// The log of the whole process: what waits is written when this is dropped, in bounded time.
#[derive(Debug)]
pub struct Log(LogHandle);

/// Starts the log, once in a process.
///
/// # Errors
/// When there is one already, or standard output cannot be written to.
pub fn start_log(settings: &Settings) -> Result<Log, ServeError> {
    let log = telemetry::log::start(settings).map_err(|error| ServeError::Log(error.to_string()))?;
    Ok(Log(log))
}

/// From now on panics go to the log, and no longer to standard error.
pub fn log_panics() {
    telemetry::panic::log_panics();
}

/// Looks at everything that the settings name, as a start would; says what is doubtful.
///
/// # Errors
/// The first thing that cannot be used.
pub fn check(settings: &Settings) -> Result<Option<String>, ServeError> {
    let tls = Tls::read(&settings.tls)?;
    TraceSettings::read().map_err(bad_traces)?;
    Ok(tls.and_then(|tls| tls.warning()))
}

/// A server that listens, and does not serve yet.
#[derive(Debug)]
pub struct Server {
    settings: Settings,
    listener: TcpListener,
    address: SocketAddr,
    admin_listener: TcpListener,
    admin_address: SocketAddr,
    tls: Option<Arc<Tls>>,
    traces: Option<TraceSettings>,
}

impl Server {
    /// Reads what the settings name, and opens the listeners; port 0 takes a free one.
    ///
    /// # Errors
    /// The first thing that cannot be had.
    pub fn prepare(settings: Settings) -> Result<Server, ServeError> {
        let tls = Tls::read(&settings.tls)?.map(Arc::new);
        let traces = TraceSettings::read().map_err(bad_traces)?;
        let listener = listen(settings.listen)?;
        let admin_listener = match settings.admin_listen {
            Some(address) => listen(address)?,
            // Nobody has asked for this very port, and a second server on one machine is no mistake.
            None => listen(config::DEFAULT_ADMIN_ADDRESS).or_else(|_| listen(any_port(config::DEFAULT_ADMIN_ADDRESS)))?,
        };
        let (address, admin_address) = (listener.local_addr()?, admin_listener.local_addr()?);
        Ok(Server { settings, listener, address, admin_listener, admin_address, tls, traces })
    }

    /// Where it listens for calls.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it listens for probes, metrics and the log level.
    #[must_use]
    pub fn admin_address(&self) -> SocketAddr {
        self.admin_address
    }

    /// Serves until a signal ends it, within lame duck, drain and two seconds, whatever its peers do. In a runtime.
    ///
    /// # Errors
    /// When the self-test fails, the system has no threads to give, or a worker dies.
    pub async fn serve(self, log: &Log, signals: mpsc::Receiver<Signal>) -> Result<(), ServeError> {
        let Server { settings, listener, admin_listener, tls, traces, .. } = self;
        let connections_max = open_files::connections_max(&settings);
        let shared = Arc::new(Shared::start(settings, Arc::new(Metrics::new()?))?);
        let Shared { settings, metrics, pool, .. } = &*shared;
        let traces = traces.map(|traces| telemetry::trace::start(traces, metrics.spans_dropped.clone())).transpose();
        let traces = traces.map_err(bad_traces)?;
        let (announcer, stage) = stage::starting();
        let parts = Parts {
            services: Services::new(settings, stage.clone())?,
            access_log: Arc::new(AccessLines::new(
                settings.access_log,
                settings.access_log_lines_per_second,
                metrics.access_log_lines_left_out.clone(),
            )),
            tracer: traces.as_ref().map(Traces::tracer),
            tls: tls.clone(),
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
            log_lines_dropped: Box::new(log.0.lines_dropped()),
            health: HealthServer::new(Health::new(stage)),
        };
        // Answers until the end: dropping its listener is dropping the task, with the runtime or here.
        let admin = tokio::spawn(admin::serve(tokio_listener(admin_listener)?, admin, std::future::pending()));
        let hang_up = Arc::new(Notify::new());
        let watching = tls.map(|tls| {
            let (metrics, hang_up) = (Arc::clone(metrics), Arc::clone(&hang_up));
            tokio::spawn(async move { tls.watch(&metrics, &hang_up).await })
        });

        let listener = Listener::new(listener)?;
        crate::engine::self_test::self_test().map_err(ServeError::SelfTest)?;
        announcer.send_replace(Stage::Serving);
        let ended = drain::serve_and_end(listener, &workers, &shared, connections_max, &announcer, signals, &hang_up).await;
        // What is left is cut off: connections with their workers, calculations because nobody waits for them.
        drop(workers);
        pool.close();
        admin.abort();
        watching.inspect(tokio::task::JoinHandle::abort);
        if let Some(traces) = traces {
            // Not on this thread, whose signals and probes go on.
            let _ = tokio::task::spawn_blocking(move || traces.flush(config::TRACES_FLUSH)).await;
        }
        Ok(ended?)
    }
}

fn bad_traces(error: TraceError) -> ServeError {
    ServeError::Traces(error.to_string())
}

fn listen(address: SocketAddr) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address).map_err(|source| ServeError::Listen { address, source })
}

fn any_port(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip(), 0)
}

fn tokio_listener(listener: TcpListener) -> io::Result<tokio::net::TcpListener> {
    listener.set_nonblocking(true)?;
    tokio::net::TcpListener::from_std(listener)
}

/// The services that answer, by their full names.
#[must_use]
pub fn served() -> &'static [&'static str] {
    method::Method::services()
}
