//! One connection: HTTP/2 with explicit limits, from its first byte until it is told to go away.

mod life;
mod spawner;
mod watched;

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};
use tower::Service;

use self::life::{Life, Verdict};
use self::spawner::{Limit, NextLimit, Spawner};
use self::watched::Watched;
use crate::server::body::{Received, Sent};
use crate::server::call::Call;
use crate::server::config;
use crate::server::layers::{self, Stack};
use crate::server::method::Method;
use crate::server::shared::Shared;
use crate::server::stage::{self, Watcher};
use crate::server::telemetry::metrics::ConnectionRefusal;

/// Who is at the other end.
#[derive(Clone, Debug)]
pub(super) struct Peer {
    pub address: SocketAddr,
    /// The DNS names and URIs of its certificate; none in plain text.
    pub names: Vec<String>,
    /// Whether it may call: everyone may, unless there is a list of names.
    pub is_allowed: bool,
}

/// What is known of a connection.
#[derive(Debug)]
pub(super) struct Connection {
    pub peer: Peer,
    pub shared: Arc<Shared>,
    bytes_read: AtomicU64,
    body_bytes: AtomicU64,
    bodies_left: AtomicU64,
    calls_begun: AtomicU64,
    /// Without those of health and reflection, which keep nobody from ending.
    calls_in_flight: AtomicUsize,
    is_flooding: AtomicBool,
    /// The peer is told to go away: what goes on for as long as its caller wants ends now.
    is_leaving: AtomicBool,
    leaves: Notify,
}

/// The bytes of HTTP/2's preface.
const PREFACE_BYTES: u64 = 24;

impl Connection {
    pub fn new(peer: Peer, shared: Arc<Shared>) -> Connection {
        Connection {
            peer,
            shared,
            bytes_read: AtomicU64::new(0),
            body_bytes: AtomicU64::new(0),
            bodies_left: AtomicU64::new(0),
            calls_begun: AtomicU64::new(0),
            calls_in_flight: AtomicUsize::new(0),
            is_flooding: AtomicBool::new(false),
            is_leaving: AtomicBool::new(false),
            leaves: Notify::new(),
        }
    }

    pub fn is_leaving(&self) -> bool {
        self.is_leaving.load(Ordering::Acquire)
    }

    /// Comes when the peer is told to go away.
    pub async fn leaves(&self) {
        // In this order: whoever is told in between is told by the second.
        let told = self.leaves.notified();
        if !self.is_leaving() {
            told.await;
        }
    }

    fn leave(&self) {
        self.is_leaving.store(true, Ordering::Release);
        self.leaves.notify_waiters();
    }

    /// In a server of its own, that serves nothing.
    #[cfg(test)]
    pub fn of_test(peer: Peer) -> Arc<Connection> {
        let settings = config::Settings::read(["paydirt"]).expect("the defaults are good");
        Arc::new(Connection::new(peer, Shared::of_test(settings)))
    }

    pub fn call_began(&self, method: Method) {
        self.calls_begun.fetch_add(1, Ordering::Relaxed);
        if !method.is_housekeeping() {
            self.calls_in_flight.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub fn call_ended(&self, method: Method) {
        if !method.is_housekeeping() {
            self.calls_in_flight.fetch_sub(1, Ordering::Relaxed);
        }
    }

    pub fn body_received(&self, bytes: usize) {
        self.body_bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// A call was refused before its message was read: the peer has sent up to a window of it all the same.
    pub fn body_left(&self) {
        self.bodies_left.fetch_add(1, Ordering::Relaxed);
    }

    /// False once the peer has sent more that carries nothing than an honest one does: an honest one sends headers with each call, and a
    /// frame's head with each piece of a message.
    fn may_go_on_after(&self, bytes: usize) -> bool {
        let read = self.bytes_read.fetch_add(bytes as u64, Ordering::Relaxed) + bytes as u64;
        if read <= config::IDLE_BYTES_MAX {
            return true;
        }
        let headers = self.calls_begun.load(Ordering::Relaxed).saturating_mul(config::HEADER_LIST_BYTES_MAX.into());
        let messages = self.body_bytes.load(Ordering::Relaxed).saturating_mul(config::FRAMED_BYTES_PER_BODY_BYTE_MAX);
        let left = self.bodies_left.load(Ordering::Relaxed).saturating_mul(config::STREAM_WINDOW_BYTES.into());
        let may = read <= config::IDLE_BYTES_MAX.saturating_add(headers).saturating_add(messages).saturating_add(left);
        if !may {
            self.is_flooding.store(true, Ordering::Relaxed);
        }
        may
    }

    fn has_preface(&self) -> bool {
        self.bytes_read.load(Ordering::Relaxed) >= PREFACE_BYTES
    }
}

/// Serves a connection until its peer, its age or the end of the process closes it.
pub(super) async fn serve<IO>(io: IO, connection: Arc<Connection>, stack: Stack, draining: Watcher)
where
    IO: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let metrics = Arc::clone(&connection.shared.metrics);
    let next_limit = NextLimit::default();
    let front = Front { connection: Arc::clone(&connection), stack, next_limit: next_limit.clone() };
    let io = TokioIo::new(Watched { io, connection: Arc::clone(&connection) });
    let http = http2::Builder::new(Spawner { next_limit })
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
        .serve_connection(io, front);
    let mut http = pin!(http);
    let mut life = Life::new(&connection, Instant::now());
    let mut alarm = pin!(sleep_until(life.next_look(&connection, Instant::now())));
    let mut draining = pin!(stage::draining(draining));
    let mut is_draining = false;
    loop {
        tokio::select! {
            biased;
            ended = http.as_mut() => {
                if ended.is_err() && connection.is_flooding.load(Ordering::Relaxed) {
                    metrics.connection_refused(ConnectionRefusal::Flood);
                } else if ended.is_err_and(|error| is_protocol_error(&error)) {
                    metrics.connection_refused(ConnectionRefusal::Protocol);
                }
                return;
            }
            () = alarm.as_mut() => {}
            () = draining.as_mut(), if !is_draining => {
                is_draining = true;
                life.end_now(Instant::now());
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
                    metrics.connection_refused(refusal);
                }
                return;
            }
        }
        alarm.as_mut().reset(life.next_look(&connection, Instant::now()));
    }
}

/// Not one of a peer that is merely gone.
fn is_protocol_error(error: &hyper::Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        if cause.is::<io::Error>() {
            return false;
        }
        source = cause.source();
    }
    !error.is_timeout() && !error.is_canceled()
}

/// Where a call begins: it is given its [`Call`], and goes through the layers.
struct Front {
    connection: Arc<Connection>,
    stack: Stack,
    next_limit: NextLimit,
}

/// hyper's own trait, and not tower's by way of an adapter: an adapter calls when it is polled, and the limit of this call would be
/// taken for the next one's.
impl hyper::service::Service<Request<Incoming>> for Front {
    type Response = Response<Sent<layers::AnswerBody>>;
    type Error = Infallible;
    type Future = Answering;

    fn call(&self, request: Request<Incoming>) -> Answering {
        let (mut parts, incoming) = request.into_parts();
        let call = Call::new(parts.uri.path(), &parts.headers, Arc::clone(&self.connection));
        self.next_limit.set(Limit::of(&call));
        parts.extensions.insert(call.clone());
        let body = Received::new(incoming, call.clone());
        Answering { answer: self.stack.clone().call(Request::from_parts(parts, body)), call: Some(call) }
    }
}

pin_project_lite::pin_project! {
    /// An answer on its way.
    struct Answering {
        #[pin]
        answer: layers::Answer,
        call: Option<Call>,
    }
}

impl Future for Answering {
    type Output = Result<Response<Sent<layers::AnswerBody>>, Infallible>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let response = ready!(this.answer.poll(context))?;
        Poll::Ready(Ok(response.map(|body| Sent::new(body, this.call.take()))))
    }
}
