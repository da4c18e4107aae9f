//! One connection: HTTP/2 with explicit limits, from its first byte until it is told to go away.

mod life;
mod spawner;
mod watched;

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use http::{HeaderName, Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, sleep_until};
use tower::Service;

use self::life::{Life, Verdict};
use self::spawner::Spawner;
use self::watched::Watched;
use crate::server::body::{Received, Sent};
use crate::server::call::connection::Connection;
use crate::server::call::{Call, timeout};
use crate::server::config;
use crate::server::layers::{self, Stack};
use crate::server::stage::{self, Watcher};
use crate::server::telemetry::metrics::ConnectionRefusal;

/// Serves a connection until its peer, its age or the end of the process closes it.
pub(super) async fn serve<IO>(io: IO, connection: Arc<Connection>, stack: Stack, draining: Watcher)
where
    IO: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let metrics = Arc::clone(&connection.shared.metrics);
    let front = Front { connection: Arc::clone(&connection), stack };
    let io = TokioIo::new(Watched { io, connection: Arc::clone(&connection) });
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
                if ended.is_err() && connection.is_flooding() {
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
}

/// A name that is text would be read anew for each call.
static GRPC_TIMEOUT: HeaderName = HeaderName::from_static("grpc-timeout");

/// hyper's own trait, and not tower's by way of an adapter: an adapter calls when it is polled, and the limit of this call would be
/// taken for the next one's.
impl hyper::service::Service<Request<Incoming>> for Front {
    type Response = Response<Sent<layers::AnswerBody>>;
    type Error = Infallible;
    type Future = Answering;

    fn call(&self, request: Request<Incoming>) -> Answering {
        let (mut parts, incoming) = request.into_parts();
        let timeout = parts.headers.get(&GRPC_TIMEOUT).map(|text| timeout::read(text.as_bytes())).transpose();
        let call = Call::new(parts.uri.path(), timeout, Arc::clone(&self.connection));
        self.connection.next_limit.set(call.limit());
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
