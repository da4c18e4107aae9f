//! A worker thread, which serves connections. By default there are as many worker threads as cores. `drain.rs` hands the accepted
//! connections over, and `transport` drives each of them.
//!
//! Each worker thread has a runtime of its own: a connection never moves, its calls share no lock with those of other threads, and a call
//! is answered on the thread that has read it.

use std::future::poll_fn;
use std::io;
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use opentelemetry_sdk::trace::SdkTracer;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{mpsc, oneshot};

use crate::server::call::connection::{Connection, Peer};
use crate::server::capacity::level::MemoryLevel;
use crate::server::capacity::places::{HeldPlace, Told};
use crate::server::capacity::turns::Turns;
use crate::server::config;
use crate::server::grpc::front::Front;
use crate::server::layers;
use crate::server::layers::observe::{AccessLines, ObserveLayer};
use crate::server::services::Services;
use crate::server::shared::Shared;
use crate::server::stage::Watcher;
use crate::server::telemetry::labels::ConnectionRefusal;
use crate::server::tls::{self, Tls};
use crate::server::transport;
use crate::server::transport::handshake::{FailedHandshakes, handshake};
use crate::server::web::{Site, Web};

/// The parts of the server that every worker thread serves with.
#[derive(Clone)]
pub(crate) struct Parts {
    pub shared: Arc<Shared>,
    pub site: Arc<Site>,
    pub services: Services,
    pub access_log: Arc<AccessLines>,
    pub tracer: Option<SdkTracer>,
    pub tls: Option<Arc<Tls>>,
    pub failed_handshakes: Arc<FailedHandshakes>,
    pub stage: Watcher,
}

/// A worker thread, as the rest of the server holds it.
pub(crate) struct Worker {
    inbox: mpsc::UnboundedSender<Accepted>,
    pulse: Arc<Pulse>,
    /// The sender that stops the thread by being dropped: the thread then closes the open connections, and ends.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// The port that a connection has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Port {
    /// The port for gRPC, with TLS where the settings have a certificate.
    Grpc,
    /// The web port, in plain text.
    Web,
}

/// A connection that is handed over to a worker thread.
struct Accepted {
    stream: TcpStream,
    peer: SocketAddr,
    port: Port,
    place: HeldPlace,
}

/// The state of a worker thread that other threads see.
#[derive(Debug)]
pub(crate) struct Pulse {
    number: usize,
    connections: AtomicUsize,
    born: Instant,
    /// The time of the last heartbeat, in milliseconds after `born`.
    heartbeat: AtomicU64,
}

/// The services with all layers around them.
type Calls = layers::Stack<Services>;

/// The interval between two heartbeats of a worker thread, which show that it is alive.
const HEARTBEAT: Duration = Duration::from_secs(1);

impl Pulse {
    /// Returns the number of the worker thread's connections, from their hand-over on.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// Checks that the worker thread has moved within [`config::HEARTBEAT_TIMEOUT`].
    ///
    /// # Errors
    /// A sentence that says which worker thread has not moved, and for how long.
    pub fn is_alive(&self) -> Result<(), String> {
        let moved = Duration::from_millis(self.heartbeat.load(Ordering::Relaxed));
        let silent = self.born.elapsed().saturating_sub(moved);
        if silent < config::HEARTBEAT_TIMEOUT {
            Ok(())
        } else {
            Err(format!("worker {} has not moved for {} s", self.number, silent.as_secs()))
        }
    }

    fn beat(&self) {
        let alive = u64::try_from(self.born.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.heartbeat.store(alive, Ordering::Relaxed);
    }
}

impl Worker {
    /// Starts a worker thread.
    ///
    /// # Errors
    /// When the system has no thread or runtime to give.
    pub fn start(number: usize, parts: Parts) -> io::Result<Worker> {
        let turns = Arc::new(Turns::new());
        let begins = Arc::clone(&turns);
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().on_thread_unpark(move || begins.begin()).build()?;
        // The length of this queue is bounded by the number of connections: each of them is counted before it is handed over.
        let (inbox, mut handed_over) = mpsc::unbounded_channel();
        let (stop, stopping) = oneshot::channel();
        let pulse =
            Arc::new(Pulse { number, connections: AtomicUsize::new(0), born: Instant::now(), heartbeat: AtomicU64::new(0) });
        let shown = Arc::clone(&pulse);
        let thread = std::thread::Builder::new().name(format!("worker-{number}")).spawn(move || {
            runtime.block_on(async move {
                // The services and the observer belong to this thread alone.
                let services = parts.services.of_a_worker();
                let observe =
                    ObserveLayer::new(Arc::clone(&parts.shared.metrics), parts.access_log.clone(), parts.tracer.clone());
                let serving = async {
                    let mut heartbeat = tokio::time::interval(HEARTBEAT);
                    loop {
                        tokio::select! {
                            biased;
                            _ = heartbeat.tick() => pulse.beat(),
                            Some(Accepted { stream, peer, port, place }) = handed_over.recv() => {
                                let open = Open::counted(Arc::clone(&pulse), &parts, place);
                                let calls = layers::stack(services.clone(), observe.clone());
                                tokio::spawn(serve(stream, peer, port, parts.clone(), calls, Arc::clone(&turns), open));
                            }
                        }
                    }
                };
                tokio::select! {
                    () = serving => {}
                    _ = stopping => {}
                }
            });
            // Dropping the runtime drops everything that still goes on.
        })?;
        Ok(Worker { inbox, pulse: shown, stop: Some(stop), thread: Some(thread) })
    }

    pub fn pulse(&self) -> &Arc<Pulse> {
        &self.pulse
    }

    /// Hands a connection over to the worker thread.
    pub fn serve(&self, stream: TcpStream, peer: SocketAddr, port: Port, place: HeldPlace) {
        self.pulse.connections.fetch_add(1, Ordering::Relaxed);
        if self.inbox.send(Accepted { stream, peer, port, place }).is_err() {
            self.pulse.connections.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// Returns whether the thread has ended. A thread that ends before it is told to has panicked, and the process can serve no longer.
    pub fn has_ended(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Closes all connections and ends the thread, without waiting for it.
    pub fn stop(&mut self) {
        self.stop = None;
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.stop();
    }
}

/// An open connection, which is counted until this value is dropped.
struct Open {
    pulse: Arc<Pulse>,
    shared: Arc<Shared>,
    place: HeldPlace,
}

impl Open {
    /// Counts a connection in the metrics. Its worker thread has counted the connection since the hand-over.
    fn counted(pulse: Arc<Pulse>, parts: &Parts, place: HeldPlace) -> Open {
        parts.shared.metrics.connections.inc();
        Open { pulse, shared: Arc::clone(&parts.shared), place }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.pulse.connections.fetch_sub(1, Ordering::Relaxed);
        self.shared.metrics.connections.dec();
    }
}

/// Serves one connection, from its first byte to its end: the TLS handshake where there is TLS, then HTTP.
async fn serve(
    stream: TcpStream,
    address: SocketAddr,
    port: Port,
    parts: Parts,
    calls: Calls,
    turns: Arc<Turns>,
    mut open: Open,
) {
    let Parts { shared, site, tls, stage, failed_handshakes, .. } = parts;
    if shared.memory.level() == MemoryLevel::Full {
        // Closed at once: its client can try another server.
        return shared.metrics.connection_refused(ConnectionRefusal::MemoryLimit);
    }
    let stream = match tokio::net::TcpStream::from_std(stream) {
        Ok(stream) => stream,
        Err(error) => return tracing::warn!(%error, "cannot serve a connection"),
    };
    if port == Port::Web {
        let peer = Peer { address, names: Vec::new(), is_allowed: true };
        let connection = Arc::new(Connection::new(peer, shared, turns));
        let web = Web::new(Arc::clone(&connection), site, calls);
        return transport::serve_web(stream, connection, &open.place, web, stage).await;
    }
    let Some(tls) = tls else {
        let peer = Peer { address, names: Vec::new(), is_allowed: true };
        return drive(stream, Connection::new(peer, shared, turns), &open, calls, stage).await;
    };
    let handshake = tokio::select! {
        handshake = handshake(&tls, stream, stage.clone()) => handshake,
        // Another caller wants the place. Without a handshake, the peer has nothing to lose.
        _ = poll_fn(|context| open.place.poll_told(Told::Nothing, context)) => return,
    };
    match handshake {
        Ok(stream) => {
            let names = tls::peer_names(stream.get_ref().1);
            let is_allowed = tls::is_allowed(&names, &shared.settings.tls.allowed_names);
            let connection = Connection::new(Peer { address, names, is_allowed }, shared, turns);
            if let Some(name) = connection.peer.names.first() {
                open.place.is_of(connection.caller.caller, name);
            }
            if connection.known_name().is_some() {
                connection.shared.reconnects.is_known(address.ip(), Instant::now());
            }
            drive(stream, connection, &open, calls, stage).await;
        }
        Err(Some(failure)) => {
            shared.metrics.connection_refused(ConnectionRefusal::Handshake);
            failed_handshakes.log(address, failure);
            if failure.is_misbehaviour() {
                shared.reconnects.was_cut(address.ip(), Instant::now());
            }
        }
        // The process drains.
        Err(None) => {}
    }
}

/// Puts the parts of a connection together: transport, front, layers, services.
async fn drive<IO>(io: IO, connection: Connection, open: &Open, calls: Calls, stage: Watcher)
where
    IO: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let connection = Arc::new(connection);
    let front = Front::new(Arc::clone(&connection), calls);
    transport::serve(io, connection, &open.place, front, stage).await;
}
