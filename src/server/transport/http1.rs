//! HTTP/1.1 with explicit limits: one request at a time, on the task of its connection. The task takes its turns on the worker thread as the
//! streams of HTTP/2 do.

use std::convert::Infallible;
use std::error::Error;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, header};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper_util::rt::{TokioIo, TokioTimer};
use pin_project_lite::pin_project;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

use super::driver::{ConnectionEnded, Http};
use super::exchange::{Cause, Exchange};
use super::watched::Watched;
use crate::server::call::connection::Connection;
use crate::server::capacity::turns::Ticket;
use crate::server::config;

/// An HTTP/1.1 connection as hyper drives it.
pub(super) struct Http1<IO, S, B>
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible>,
    B: Body,
{
    state: State<IO, S, B>,
    connection: Arc<Connection>,
    exchange: Arc<Exchange>,
    turn: Ticket,
    alarm: Option<Pin<Box<Sleep>>>,
}

/// The stage of a connection.
#[expect(clippy::large_enum_variant, reason = "a connection is one value, and moves once")]
enum State<IO, S, B>
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible>,
    B: Body,
{
    Serving(http1::Connection<TokioIo<Watched<IO>>, Exchanging<S>>),
    /// Everything is answered. What the peer still sends is discarded, so that the peer reads the answer.
    Discarding {
        io: IO,
        ended: Option<Result<(), ConnectionEnded>>,
        until: Pin<Box<Sleep>>,
        discarded: usize,
    },
    Ended,
}

impl<IO, S, B> Http1<IO, S, B>
where
    IO: AsyncRead + AsyncWrite + Unpin,
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible>,
    B: Body<Data = Bytes> + 'static,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    pub fn new(io: IO, first_bytes: Bytes, connection: Arc<Connection>, service: S) -> Http1<IO, S, B> {
        let exchange = Arc::new(Exchange::new(Arc::clone(&connection)));
        exchange.bytes_come(first_bytes.len());
        let io = TokioIo::new(Watched::of_http_1(io, first_bytes, Arc::clone(&connection), Arc::clone(&exchange)));
        let service = Exchanging { service, connection: Arc::clone(&connection), exchange: Arc::clone(&exchange) };
        let http = http1::Builder::new()
            .timer(TokioTimer::new())
            // An idle connection may wait for its next request. Once a head has begun, `exchange.rs` holds it to its time.
            .header_read_timeout(None)
            .max_buf_size(config::HEADER_LIST_BYTES_MAX as usize)
            .max_headers(config::HEADERS_MAX)
            // Whoever ends its side has left, and what is computed for it may stop.
            .half_close(false)
            .serve_connection(io, service);
        Http1 { state: State::Serving(http), connection, exchange, turn: Ticket::new(), alarm: None }
    }
}

impl<IO, S, B> Http for Http1<IO, S, B>
where
    IO: AsyncRead + AsyncWrite + Unpin,
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible> + Unpin,
    B: Body<Data = Bytes> + 'static,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), ConnectionEnded>> {
        let this = self.get_mut();
        loop {
            match &mut this.state {
                State::Serving(http) => {
                    let (turns, caller) = (&this.connection.turns, this.connection.caller);
                    let ended = match this.turn.poll(turns, caller, context, |context| Pin::new(http).poll(context)) {
                        Poll::Ready(ended) => ended,
                        Poll::Pending => {
                            return this.exchange.poll_over(&mut this.alarm, context).map(|cause| match cause {
                                Cause::HeadTooSlow => Err(ConnectionEnded::NoRequest),
                                Cause::CallOver => Ok(()),
                            });
                        }
                    };
                    let is_refused = ended.as_ref().is_err_and(hyper::Error::is_parse);
                    let State::Serving(http) = std::mem::replace(&mut this.state, State::Ended) else { return Poll::Pending };
                    if is_refused {
                        this.exchange.is_cut_short();
                    }
                    if !this.exchange.leaves_bytes() {
                        return Poll::Ready(ended.map_err(ConnectionEnded::Http));
                    }
                    let io = http.into_parts().io.into_inner().into_inner();
                    let (ended, until) = (Some(ended.map_err(ConnectionEnded::Http)), Box::pin(sleep(config::CLOSE_TIMEOUT)));
                    this.state = State::Discarding { io, ended, until, discarded: 0 };
                }
                State::Discarding { io, ended, until, discarded } => {
                    if until.as_mut().poll(context).is_pending() {
                        let read = ready!(poll_discard(io, context)).unwrap_or(0);
                        *discarded += read;
                        if read > 0 && *discarded <= config::DISCARDED_BYTES_MAX {
                            continue;
                        }
                    }
                    return Poll::Ready(ended.take().unwrap_or(Ok(())));
                }
                State::Ended => return Poll::Ready(Ok(())),
            }
        }
    }

    /// The next answer says that the connection is closed behind it. A connection that waits for a request is closed by its driver a little
    /// later, so that a request on its way is still answered.
    fn go_away(self: Pin<&mut Self>) {}
}

/// Reads what the peer still sends, and forgets it. Returns the number of bytes; none at the end.
fn poll_discard(io: &mut (impl AsyncRead + Unpin), context: &mut Context<'_>) -> Poll<io::Result<usize>> {
    let mut bytes = [0; 4096];
    let mut buffer = ReadBuf::new(&mut bytes);
    ready!(Pin::new(io).poll_read(context, &mut buffer))?;
    Poll::Ready(Ok(buffer.filled().len()))
}

impl<IO, S, B> Drop for Http1<IO, S, B>
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible>,
    B: Body,
{
    fn drop(&mut self) {
        self.turn.end(&self.connection.turns, self.connection.caller);
    }
}

/// The service of a connection, with a record of what it answers.
struct Exchanging<S> {
    service: S,
    connection: Arc<Connection>,
    exchange: Arc<Exchange>,
}

impl<S, B> Service<Request<Incoming>> for Exchanging<S>
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible>,
{
    type Response = Response<Exchanged<B>>;
    type Error = Infallible;
    type Future = ExchangeFuture<S::Future>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let (connection, exchange) = (Arc::clone(&self.connection), Arc::clone(&self.exchange));
        exchange.begins();
        connection.tasks.begin();
        let bodies_left = connection.bodies_left();
        let under_way = HeldExchange { connection, exchange };
        let answer = self.service.call(request);
        under_way.exchange.set_limit(self.connection.next_limit.take());
        ExchangeFuture { answer: Some(answer), under_way: Some(under_way), bodies_left }
    }
}

/// A request that is being answered.
struct HeldExchange {
    connection: Arc<Connection>,
    exchange: Arc<Exchange>,
}

impl Drop for HeldExchange {
    fn drop(&mut self) {
        self.connection.tasks.end();
        self.exchange.ends();
    }
}

pin_project! {
    /// The future of an answer.
    pub(super) struct ExchangeFuture<F> {
        #[pin]
        answer: Option<F>,
        under_way: Option<HeldExchange>,
        // The number of request bodies on this connection, before this one, of which not all was read.
        bodies_left: u64,
    }
}

impl<F, B> Future for ExchangeFuture<F>
where
    F: Future<Output = Result<Response<B>, Infallible>>,
{
    type Output = Result<Response<Exchanged<B>>, Infallible>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let Some(answer) = this.answer.as_mut().as_pin_mut() else { return Poll::Pending };
        let mut response = ready!(answer.poll(context))?;
        // With the future goes the request, of which not all may have been read.
        this.answer.set(None);
        if let Some(HeldExchange { connection, exchange }) = this.under_way {
            let is_cut_short = connection.bodies_left() > *this.bodies_left;
            if is_cut_short {
                exchange.is_cut_short();
            }
            // Behind a body that is not read to its end there is no place where the next request could begin.
            if is_cut_short || connection.is_leaving() {
                response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
        }
        let under_way = this.under_way.take();
        Poll::Ready(Ok(response.map(|body| Exchanged { body, _under_way: under_way })))
    }
}

pin_project! {
    /// The body of an answer. The exchange ends with it.
    pub(super) struct Exchanged<B> {
        #[pin]
        body: B,
        _under_way: Option<HeldExchange>,
    }
}

impl<B: Body> Body for Exchanged<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        self.project().body.poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
