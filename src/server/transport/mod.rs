//! One connection: HTTP/2 with explicit limits, from the first byte until the peer is told to go away. A worker thread calls
//! [`serve`] for each connection, with any service that answers the connection's requests.

mod data_frames;
mod first_bytes;
pub(crate) mod handshake;
mod life;
pub(crate) mod listener;
mod spawner;
mod watched;

use std::convert::Infallible;
use std::error::Error;
use std::future::poll_fn;
use std::io;
use std::pin::pin;
use std::sync::Arc;

use http::{Request, Response};
use http_body::Body;
use hyper::body::Incoming;
use hyper::rt::bounds::Http2ServerConnExec;
use hyper::server::conn::http2;
use hyper::service::Service;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, sleep_until};

use self::first_bytes::{first_bytes, is_http_1, refuse_http_1};
use self::life::{Life, Verdict};
use self::spawner::Spawner;
use self::watched::Watched;
use crate::server::call::connection::Connection;
use crate::server::capacity::places::{HeldPlace, InFlight, Told};
use crate::server::config;
use crate::server::stage::{self, Watcher};
use crate::server::telemetry::metrics::ConnectionRefusal;

/// Serves a connection, and returns when it is closed: by its peer, or by the server for lack of a preface, for idleness, for
/// age, for a flood, for a violation of HTTP/2, for a keepalive timeout, because another caller wants its place, or because the process
/// drains.
///
/// `service` answers each request, and `draining` says when the process drains.
pub(crate) async fn serve<IO, S, B>(mut io: IO, connection: Arc<Connection>, place: &HeldPlace, service: S, draining: Watcher)
where
    IO: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible>,
    B: Body + 'static,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
    Spawner: Http2ServerConnExec<S::Future, B>,
{
    let born = Instant::now();
    let mut draining = pin!(stage::draining(draining));
    let first_bytes = tokio::select! {
        biased;
        first_bytes = first_bytes(&mut io) => first_bytes,
        () = sleep_until(born + config::PREFACE_TIMEOUT) => return was_cut(&connection, ConnectionRefusal::Preface),
        // A peer that has said nothing has nothing to lose.
        () = draining.as_mut() => return,
        _ = poll_fn(|context| place.poll_told(Told::Nothing, context)) => return,
    };
    let Some(first_bytes) = first_bytes else { return };
    if is_http_1(&first_bytes) {
        was_cut(&connection, ConnectionRefusal::Protocol);
        return refuse_http_1(io).await;
    }
    let calls: Arc<dyn InFlight> = connection.clone();
    place.has_calls(Arc::downgrade(&calls));
    let io = TokioIo::new(Watched::new(io, first_bytes, Arc::clone(&connection)));
    let http = http2::Builder::new(Spawner { connection: Arc::clone(&connection) })
        .timer(TokioTimer::new())
        .auto_date_header(false)
        .max_concurrent_streams(config::STREAMS_PER_CONNECTION_MAX)
        .max_header_list_size(config::HEADER_LIST_BYTES_MAX)
        .max_frame_size(config::FRAME_BYTES_MAX)
        .initial_stream_window_size(config::STREAM_WINDOW_BYTES)
        .initial_connection_window_size(config::CONNECTION_WINDOW_BYTES)
        .max_send_buf_size(config::SEND_BUFFER_BYTES)
        .max_pending_accept_reset_streams(config::PENDING_ACCEPT_RESETS_MAX)
        .max_local_error_reset_streams(config::LOCAL_ERROR_RESETS_MAX)
        .keep_alive_interval(config::KEEPALIVE_INTERVAL)
        .keep_alive_timeout(config::KEEPALIVE_TIMEOUT)
        .serve_connection(io, service);
    let mut http = pin!(http);
    let mut life = Life::new(&connection, born);
    let mut alarm = pin!(sleep_until(life.next_look(&connection, Instant::now())));
    let mut cut = pin!(connection.account.of_connection().is_cut());
    let (mut is_draining, mut told) = (false, Told::Nothing);
    loop {
        tokio::select! {
            biased;
            ended = http.as_mut() => {
                if ended.is_err() && connection.is_flooding() {
                    was_cut(&connection, ConnectionRefusal::Flood);
                } else if ended.is_err_and(|error| is_protocol_error(&error)) {
                    was_cut(&connection, ConnectionRefusal::Protocol);
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
        match life.look(&connection, Instant::now()) {
            Verdict::LiveOn => {}
            Verdict::GoAway => {
                http.as_mut().graceful_shutdown();
                connection.leave();
            }
            Verdict::Close(refusal) => {
                if let Some(refusal) = refusal {
                    was_cut(&connection, refusal);
                }
                return;
            }
        }
        alarm.as_mut().reset(life.next_look(&connection, Instant::now()));
    }
}

/// Counts a connection that is closed for its peer's misbehaviour, and remembers the peer's address, unless the peer has a known name.
fn was_cut(connection: &Connection, refusal: ConnectionRefusal) {
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

/// Returns whether the peer has violated HTTP/2. A peer that is merely gone has not.
fn is_protocol_error(error: &hyper::Error) -> bool {
    let mut source = error.source();
    while let Some(cause) = source {
        if cause.is::<io::Error>() {
            return false;
        }
        source = cause.source();
    }
    !error.is_timeout() && !error.is_canceled()
}
