//! HTTP/2 with explicit limits, each stream on a task of its own.

use std::convert::Infallible;
use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use hyper::body::Incoming;
use hyper::rt::bounds::Http2ServerConnExec;
use hyper::server::conn::http2;
use hyper::service::Service;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};

use super::driver::{ConnectionEnded, Http};
use super::spawner::Spawner;
use super::watched::Watched;
use crate::server::call::connection::Connection;
use crate::server::config;

/// An HTTP/2 connection as hyper drives it.
pub(super) type Http2<IO, S> = http2::Connection<TokioIo<Watched<IO>>, S, Spawner>;

/// Returns a connection that begins with these bytes.
pub(super) fn http_2<IO, S, B>(io: IO, first_bytes: Bytes, connection: Arc<Connection>, service: S) -> Http2<IO, S>
where
    IO: AsyncRead + AsyncWrite + Unpin,
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible>,
    B: Body + 'static,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
    Spawner: Http2ServerConnExec<S::Future, B>,
{
    let io = TokioIo::new(Watched::of_http_2(io, first_bytes, Arc::clone(&connection)));
    http2::Builder::new(Spawner { connection })
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
        .serve_connection(io, service)
}

impl<IO, S, B> Http for Http2<IO, S>
where
    IO: AsyncRead + AsyncWrite + Unpin,
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible>,
    B: Body + 'static,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
    Spawner: Http2ServerConnExec<S::Future, B>,
{
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), ConnectionEnded>> {
        Future::poll(self, context).map_err(ConnectionEnded::Http)
    }

    fn go_away(self: Pin<&mut Self>) {
        self.graceful_shutdown();
    }
}
