//! The door: settings, listener, services, health, reflection, shutdown.
//!
//! For now on tonic's own transport, which only [`serve`] knows.

mod admin;
mod call;
pub mod config;
mod connection;
mod health;
mod layers;
mod method;
mod reflection;
mod remap;
mod services;
mod stage;
mod telemetry;

use std::future::Future;
use std::io;

use tokio::net::TcpListener;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;

/// What keeps a server from serving.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: std::net::SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// The process cannot be told to end, or does not know where it listens.
    #[error("the system refused: {0}")]
    System(#[from] io::Error),
    /// The compiled-in descriptors cannot be read.
    #[error("cannot offer reflection: {0}")]
    Reflection(#[from] tonic_reflection::server::Error),
    /// The transport has failed.
    #[error("cannot go on serving: {0}")]
    Transport(#[from] tonic::transport::Error),
    /// The models compute wrong figures.
    #[error("the self-test failed: {0}")]
    SelfTest(String),
}

/// Opens the listener; port 0 takes a free one.
///
/// # Errors
/// [`ServeError::Listen`] naming the address.
pub async fn listen(address: std::net::SocketAddr) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address).await.map_err(|source| ServeError::Listen { address, source })
}

/// Serves until `shutdown` comes, then finishes the calls in flight, for at most [`std::time::Duration::from_secs(10)`].
///
/// # Errors
/// When the self-test fails, or the transport does.
pub async fn serve(listener: TcpListener, shutdown: impl Future<Output = ()>) -> Result<(), ServeError> {
    let (health, reporter) = health::service();
    let (stop, stopping) = tokio::sync::oneshot::channel::<()>();
    let stop_accepting = async {
        // A sender that is gone says the same.
        let _ = stopping.await;
    };
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    let serving = Server::builder()
        .max_concurrent_streams(config::STREAMS_PER_CONNECTION_MAX)
        .http2_max_header_list_size(config::HEADER_LIST_BYTES_MAX)
        .http2_keepalive_interval(Some(config::KEEPALIVE_INTERVAL))
        .layer(remap::RemapLayer)
        .add_service(health)
        .add_service(reflection::v1()?)
        .add_service(reflection::v1alpha()?)
        .add_service(services::break_even())
        .add_service(services::capex_roi())
        .add_service(services::cash_flow())
        .add_service(services::runway())
        .serve_with_incoming_shutdown(incoming, stop_accepting);
    let serving = async { serving.await.map_err(ServeError::from) };
    tokio::pin!(serving);

    health::self_test().map_err(ServeError::SelfTest)?;
    reporter.all_serving().await;
    tokio::select! {
        ended = &mut serving => return ended,
        () = shutdown => {}
    }
    reporter.none_serving().await;
    drop(stop);
    // Transport waits for every peer, also for one that never says anything: only so long.
    tokio::time::timeout(std::time::Duration::from_secs(10), serving).await.unwrap_or(Ok(()))
}

/// Comes when the process is asked to end: SIGTERM or SIGINT.
///
/// # Errors
/// When the signals cannot be listened for.
pub fn asked_to_end() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// The services that answer, by their full names.
#[must_use]
pub fn served() -> &'static [&'static str] {
    services::NAMES
}
