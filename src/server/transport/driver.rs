//! The life of a connection, whatever its version of HTTP: hyper drives it until the peer leaves, until the peer is told to go away, or until
//! it is closed.

use std::error::Error;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::time::{Instant, sleep_until};

use super::life::{Life, Verdict};
use crate::server::call::connection::Connection;
use crate::server::capacity::places::{HeldPlace, InFlight, Told};
use crate::server::telemetry::labels::ConnectionRefusal;

/// A connection as hyper drives it, in one version of HTTP.
pub(super) trait Http {
    /// Ready when the connection has ended.
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), ConnectionEnded>>;

    /// Tells the peer to go away. Requests in flight are answered.
    fn go_away(self: Pin<&mut Self>);
}

/// The error by which a connection has ended.
#[derive(Debug)]
pub(super) enum ConnectionEnded {
    /// An error of hyper's: the peer has broken HTTP, or is gone.
    Http(hyper::Error),
    /// The peer began a request, and its head has not come in time.
    NoRequest,
}

/// Drives a connection that began at `born` until it is closed. `draining` is ready when the process drains.
pub(super) async fn drive(
    http: impl Http,
    connection: &Arc<Connection>,
    place: &HeldPlace,
    born: Instant,
    mut draining: Pin<&mut impl Future<Output = ()>>,
) {
    let calls: Arc<dyn InFlight> = connection.clone();
    place.has_calls(Arc::downgrade(&calls));
    let mut http = pin!(http);
    let mut life = Life::new(connection, born);
    let mut alarm = pin!(sleep_until(life.next_look(connection, Instant::now())));
    let mut cut = pin!(connection.account.of_connection().is_cut());
    let (mut is_draining, mut told) = (false, Told::Nothing);
    loop {
        tokio::select! {
            biased;
            ended = poll_fn(|context| http.as_mut().poll(context)) => {
                match ended {
                    Err(_) if connection.is_flooding() => was_cut(connection, ConnectionRefusal::Flood),
                    Err(ConnectionEnded::NoRequest) => was_cut(connection, ConnectionRefusal::Preface),
                    Err(ConnectionEnded::Http(error)) if is_protocol_error(&error) => was_cut(connection, ConnectionRefusal::Protocol),
                    _ => {}
                }
                return;
            }
            // What the connection keeps is needed at once, and a peer that does not read would not be told either. That is no
            // misbehaviour: the peer may connect again.
            () = cut.as_mut() => return connection.shared.metrics.connection_refused(ConnectionRefusal::MemoryLimit),
            () = alarm.as_mut() => {}
            () = draining.as_mut(), if !is_draining => {
                is_draining = true;
                life.end_now(Instant::now());
            }
            now_told = poll_fn(|context| place.poll_told(told, context)), if told < Told::Close => {
                told = now_told;
                if told == Told::Close {
                    return;
                }
                life.make_room(Instant::now());
            }
        }
        match life.look(connection, Instant::now()) {
            Verdict::LiveOn => {}
            Verdict::GoAway => {
                http.as_mut().go_away();
                connection.leave();
            }
            Verdict::Close(refusal) => {
                if let Some(refusal) = refusal {
                    was_cut(connection, refusal);
                }
                return;
            }
        }
        alarm.as_mut().reset(life.next_look(connection, Instant::now()));
    }
}

/// Counts a connection that is closed for its peer's misbehaviour, and remembers the peer's address, unless the peer has a known name.
pub(super) fn was_cut(connection: &Connection, refusal: ConnectionRefusal) {
    let Connection { shared, peer, .. } = connection;
    shared.metrics.connection_refused(refusal);
    if connection.known_name().is_none() {
        shared.reconnects.was_cut(peer.address.ip(), std::time::Instant::now());
    }
}

impl InFlight for Connection {
    fn calls(&self) -> usize {
        self.calls_in_flight()
    }
}

/// Returns whether the peer has violated HTTP. A peer that is merely gone has not.
fn is_protocol_error(error: &hyper::Error) -> bool {
    let mut source = error.source();
    while let Some(cause) = source {
        if cause.is::<io::Error>() {
            return false;
        }
        source = cause.source();
    }
    !error.is_timeout() && !error.is_canceled() && !error.is_incomplete_message()
}
