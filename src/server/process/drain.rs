//! From serving to the end: accept, lame duck, drain, cancel. Every wait here has a bound.

use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, mpsc};
use tokio::time::{Instant, sleep, timeout};

use super::door::Door;
use super::signals::Signal;
use super::worker::{Port, Worker};
use crate::server::shared::Shared;
use crate::server::stage::{Announcer, Stage};
use crate::server::transport::listener::Listener;

/// How often is looked at whether everyone has gone, or a worker has died.
const LOOK: Duration = Duration::from_millis(10);
const WORKERS_LOOK: Duration = Duration::from_secs(1);

/// A thread that serves connections has panicked, outside of any call.
#[derive(Debug, thiserror::Error)]
#[error("a worker has ended before its time")]
pub struct WorkerEnded;

/// Hands connections to the workers until a signal ends it, then lets the calls in flight end. What is left is the caller's to drop.
pub(crate) async fn serve_and_end(
    listener: Listener,
    web_listener: Option<Listener>,
    workers: &[Worker],
    shared: &Arc<Shared>,
    stage: &Announcer,
    mut signals: mpsc::Receiver<Signal>,
    hang_up: &Notify,
) -> Result<(), WorkerEnded> {
    let settings = &shared.settings;
    {
        let mut accepting = std::pin::pin!(accept(listener, web_listener, workers, shared));
        let signal = tokio::select! {
            signal = asked_to_end(&mut signals, hang_up) => signal,
            () = accepting.as_mut() => return Err(WorkerEnded),
            () = a_worker_ends(workers) => return Err(WorkerEnded),
        };
        // Someone at a terminal has no balancer that would have to notice.
        let lame_duck = if signal == Signal::Interrupt { Duration::ZERO } else { settings.lame_duck };
        tracing::info!(?signal, lame_duck = ?lame_duck, "asked to end");
        stage.send_replace(Stage::LameDuck);
        // However it ends: the time is over.
        let _ = timeout(lame_duck, accepting).await;
    }
    stage.send_replace(Stage::Draining);
    let start = Instant::now();
    let all_gone = timeout(settings.drain, everyone_goes(workers)).await.is_ok();
    let left: usize = workers.iter().map(|worker| worker.pulse().connections()).sum();
    tracing::info!(seconds = start.elapsed().as_secs_f64(), all_gone, connections_cut = left, "drained");
    Ok(())
}

async fn asked_to_end(signals: &mut mpsc::Receiver<Signal>, hang_up: &Notify) -> Signal {
    loop {
        match signals.recv().await {
            Some(Signal::HangUp) => hang_up.notify_one(),
            Some(signal) => return signal,
            // A sender that is gone cannot ask any more, and asks by that.
            None => return Signal::Terminate,
        }
    }
}

async fn accept(mut listener: Listener, mut web_listener: Option<Listener>, workers: &[Worker], shared: &Shared) {
    let mut door = Door::new(shared);
    loop {
        // By turns at random where both have connections, so that neither port keeps the other waiting.
        let ((stream, peer), port) = tokio::select! {
            accepted = listener.accept(&shared.metrics) => (accepted, Port::Grpc),
            accepted = accept_if_there(&mut web_listener, shared) => (accepted, Port::Web),
        };
        // Closed at once where it is refused: its client can try another server, rather than wait for this one.
        let Some(place) = door.admits(peer) else { continue };
        shared.metrics.connections_accepted.inc();
        let Some(idlest) = workers.iter().min_by_key(|worker| worker.pulse().connections()) else { return };
        idlest.serve(stream, peer, port, place);
    }
}

/// Returns the next connection of a listener, and never without one.
async fn accept_if_there(listener: &mut Option<Listener>, shared: &Shared) -> (TcpStream, SocketAddr) {
    match listener {
        Some(listener) => listener.accept(&shared.metrics).await,
        None => std::future::pending().await,
    }
}

async fn a_worker_ends(workers: &[Worker]) {
    until(WORKERS_LOOK, || workers.iter().any(Worker::has_ended)).await;
}

async fn everyone_goes(workers: &[Worker]) {
    until(LOOK, || workers.iter().all(|worker| worker.pulse().connections() == 0)).await;
}

async fn until(look: Duration, mut is_so: impl FnMut() -> bool) {
    while !is_so() {
        sleep(look).await;
    }
}
