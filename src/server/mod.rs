//! The door: settings, listener, connections, layers, services, health, telemetry, shutdown.
//!
//! tonic's generated services stand on hyper's HTTP/2 server, behind an accept loop of our own: every limit, every deadline and the end of
//! the process are decided here, whatever peers do.

mod body;
mod call;
pub mod config;
mod connection;
mod drain;
mod health;
mod layers;
mod listener;
mod method;
mod pool;
mod reflection;
mod room;
mod services;
mod shared;
pub mod signals;
mod stage;
mod telemetry;
mod tls;
mod worker;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use tokio::sync::{Notify, mpsc};

use config::Settings;
use listener::Listener;
use pool::Pool;
use room::Room;
use services::Services;
use shared::Shared;
use signals::Signal;
use stage::Stage;
use telemetry::metrics::Metrics;
use tls::{Tls, TlsError};
use worker::{Work, Worker};

/// What keeps a server from serving.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// The certificate, its key, or the clients' issuer cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// A thread cannot be started, or the process cannot be told to end.
    #[error("the system refused: {0}")]
    System(#[from] io::Error),
    /// The compiled-in descriptors cannot be read.
    #[error("cannot offer reflection: {0}")]
    Reflection(#[from] tonic_reflection::server::Error),
    /// Two metrics have one name.
    #[error("cannot count: {0}")]
    Metrics(#[from] prometheus::Error),
    /// The models compute wrong figures.
    #[error("the self-test failed: {0}")]
    SelfTest(String),
    /// A thread that serves connections has panicked, outside of any call.
    #[error("a worker has ended before its time")]
    Worker,
}

/// A server that listens, and does not serve yet.
#[derive(Debug)]
pub struct Server {
    settings: Settings,
    listener: TcpListener,
    address: SocketAddr,
    tls: Option<Arc<Tls>>,
    metrics: Arc<Metrics>,
}

impl Server {
    /// Reads what the settings name, and opens the listeners; port 0 takes a free one.
    ///
    /// # Errors
    /// The first thing that cannot be had.
    pub fn prepare(settings: Settings) -> Result<Server, ServeError> {
        let tls = Tls::read(&settings.tls)?.map(Arc::new);
        let metrics = Arc::new(Metrics::new()?);
        let listener = listen(settings.listen)?;
        let address = listener.local_addr()?;
        Ok(Server { settings, listener, address, tls, metrics })
    }

    /// Where it listens for calls.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until a signal ends it, within lame duck, drain and two seconds, whatever its peers do. In a runtime.
    ///
    /// # Errors
    /// When the self-test fails, the system has no threads to give, or a worker dies.
    pub async fn serve(self, signals: mpsc::Receiver<Signal>) -> Result<(), ServeError> {
        let Server { settings, listener, address: _, tls, metrics } = self;
        let connections_max = connections_max(&settings);
        let workers = settings.worker_count();
        let pool = Pool::start(settings.pool_thread_count(), settings.pool_wait, Arc::clone(&metrics))?;
        let (announcer, stage) = stage::starting();
        let services = Services::new(&settings, pool.clone(), stage.clone())?;
        let shared = Arc::new(Shared {
            room: Room::new(Arc::clone(&metrics)),
            metrics: Arc::clone(&metrics),
            pool: pool.clone(),
            settings,
        });
        let work = Work { shared: Arc::clone(&shared), services, tls: tls.clone(), stage };
        let workers = (0..workers).map(|number| Worker::start(number, work.clone())).collect::<io::Result<Vec<_>>>()?;
        let listener = Listener::new(listener)?;
        let hang_up = Arc::new(Notify::new());
        if let Some(tls) = tls {
            let (metrics, hang_up) = (Arc::clone(&metrics), Arc::clone(&hang_up));
            tokio::spawn(async move { tls.watch(&metrics, &hang_up).await });
        }

        health::self_test().map_err(ServeError::SelfTest)?;
        announcer.send_replace(Stage::Serving);
        let ended = drain::serve_and_end(listener, &workers, &shared, connections_max, &announcer, signals, &hang_up).await;
        pool.close();
        ended
    }
}

fn listen(address: SocketAddr) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address).map_err(|source| ServeError::Listen { address, source })
}

/// Each connection takes a file descriptor; some are kept for everything else. The soft limit is raised to the hard one first.
fn connections_max(settings: &Settings) -> usize {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current < limit.maximum || limit.maximum.is_none() {
        let raised = rustix::process::Rlimit { current: limit.maximum, maximum: limit.maximum };
        if setrlimit(Resource::Nofile, raised).is_ok() {
            limit = getrlimit(Resource::Nofile);
        }
    }
    let wanted = settings.max_connections.get();
    let possible = limit.current.map_or(usize::MAX, |files| usize::try_from(files).unwrap_or(usize::MAX));
    let possible = possible.saturating_sub(config::FILES_KEPT).max(1);
    if possible < wanted {
        tracing::warn!(wanted, possible, "the limit on open files allows fewer connections than the settings do");
    }
    wanted.min(possible)
}

/// Somewhere between half of it and half more: so that those who are told to try again do not all come at once.
fn spread(duration: std::time::Duration) -> std::time::Duration {
    duration.mul_f64(0.5 + chance())
}

/// Somewhere from 0 to 1. The hasher's keys differ each time: chance enough to spread things in time, without a crate for it.
fn chance() -> f64 {
    use std::hash::{BuildHasher, RandomState};
    f64::from(u16::try_from(RandomState::new().hash_one(()) & 0xffff).unwrap_or(0)) / 65536.0
}

/// The services that answer, by their full names.
#[must_use]
pub fn served() -> &'static [&'static str] {
    services::NAMES
}
