//! One connection: HTTP/2 with explicit limits, and on the web port HTTP/1.1 too, from the first byte until the peer is told to go away. A
//! worker thread calls [`serve`] or [`serve_web`] for each connection, with any service that answers the connection's requests.

mod data_frames;
mod driver;
mod exchange;
mod first_bytes;
pub(crate) mod handshake;
mod http1;
mod http2;
mod life;
pub(crate) mod listener;
mod spawner;
mod watched;

use std::convert::Infallible;
use std::error::Error;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use hyper::body::Incoming;
use hyper::rt::bounds::Http2ServerConnExec;
use hyper::service::Service;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, sleep_until};

use self::driver::{drive, was_cut};
use self::first_bytes::{first_bytes, first_bytes_of_either, is_http_1, is_http_2, refuse_http_1};
use self::http1::Http1;
use self::http2::http_2;
use self::spawner::Spawner;
use crate::server::call::connection::Connection;
use crate::server::capacity::places::{HeldPlace, Told};
use crate::server::config;
use crate::server::stage::{self, Watcher};
use crate::server::telemetry::labels::ConnectionRefusal;

/// Serves a connection to the port for gRPC, and returns when it is closed: by its peer, or by the server for lack of a preface, for
/// idleness, for age, for a flood, for a violation of HTTP/2, for a keepalive timeout, because another caller wants its place, or because
/// the process drains.
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
    let begun = begun(first_bytes(&mut io), &connection, place, born, draining.as_mut()).await;
    let Some(first_bytes) = begun else { return };
    if is_http_1(&first_bytes) {
        was_cut(&connection, ConnectionRefusal::Protocol);
        return refuse_http_1(io, connection.shared.web_port).await;
    }
    drive(http_2(io, first_bytes, Arc::clone(&connection), service), &connection, place, born, draining).await;
}

/// Serves a connection to the web port as [`serve`] does, in HTTP/1.1 or in HTTP/2, whichever the peer speaks.
pub(crate) async fn serve_web<IO, S, B>(
    mut io: IO,
    connection: Arc<Connection>,
    place: &HeldPlace,
    service: S,
    draining: Watcher,
) where
    IO: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible> + Unpin,
    B: Body<Data = Bytes> + 'static,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
    Spawner: Http2ServerConnExec<S::Future, B>,
{
    let born = Instant::now();
    let mut draining = pin!(stage::draining(draining));
    let begun = begun(first_bytes_of_either(&mut io), &connection, place, born, draining.as_mut()).await;
    let Some(first_bytes) = begun else { return };
    if is_http_2(&first_bytes) {
        drive(http_2(io, first_bytes, Arc::clone(&connection), service), &connection, place, born, draining).await;
    } else {
        drive(Http1::new(io, first_bytes, Arc::clone(&connection), service), &connection, place, born, draining).await;
    }
}

/// Returns the first bytes of a connection. None when the peer leaves without them, or has to leave.
async fn begun(
    first_bytes: impl Future<Output = Option<Bytes>>,
    connection: &Connection,
    place: &HeldPlace,
    born: Instant,
    draining: Pin<&mut impl Future<Output = ()>>,
) -> Option<Bytes> {
    tokio::select! {
        biased;
        first_bytes = first_bytes => first_bytes,
        () = sleep_until(born + config::PREFACE_TIMEOUT) => {
            was_cut(connection, ConnectionRefusal::Preface);
            None
        }
        // A peer that has said nothing has nothing to lose.
        () = draining => None,
        _ = poll_fn(|context| place.poll_told(Told::Nothing, context)) => None,
    }
}
