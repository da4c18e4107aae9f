//! Deadlines. The deadline of a call is the smaller of the caller's timeout and ours, counted from the arrival of the headers. It covers
//! queues, computation and the body of the answer. An answer after the deadline is worth nothing: the call ends with DEADLINE_EXCEEDED,
//! also when the answer is ready only a moment too late.
//!
//! `Call::new` computes the deadline; this layer holds the call to it. Streams, health and reflection have the caller's timeout only.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use tokio::time::{Instant, Sleep, sleep_until};
use tonic::Status;
use tower::Service;

use super::cut::Cut;
use crate::server::call::{Call, Called};
use crate::server::protocol::Protocol;
use crate::wire::status;

/// The layer that ends each call at its deadline.
#[derive(Clone, Debug)]
pub(crate) struct Deadline<S> {
    inner: S,
}

impl<S> Deadline<S> {
    pub fn new(inner: S) -> Deadline<S> {
        Deadline { inner }
    }
}

impl<S, Asked, B> Service<Request<Asked>> for Deadline<S>
where
    S: Service<Request<Asked>, Response = Response<B>, Error = Infallible>,
    Asked: Called,
{
    type Response = Response<Limited<B>>;
    type Error = Infallible;
    type Future = Deciding<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Asked>) -> Self::Future {
        let call = request.body().call().clone();
        let answer = (!call.is_timeout_malformed).then(|| self.inner.call(request));
        Deciding { answer, timer: Some(Timer { call, alarm: None }) }
    }
}

/// The timer of a call's deadline. The timer of the runtime (`alarm`) is set only for a call that has to wait for something. Dropping a
/// `Timer` ends the call.
struct Timer {
    call: Call,
    alarm: Option<Pin<Box<Sleep>>>,
}

impl Timer {
    fn deadline(&self) -> Option<Instant> {
        self.call.deadline.map(Instant::from_std)
    }

    fn has_passed(&self) -> bool {
        self.deadline().is_some_and(|deadline| Instant::now() >= deadline)
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let Some(deadline) = self.deadline() else { return Poll::Pending };
        self.alarm.get_or_insert_with(|| Box::pin(sleep_until(deadline))).as_mut().poll(context)
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        // A calculation that still runs for this call may stop now.
        self.call.end();
    }
}

pin_project! {
    /// The future of a response; `answer` is `None` for a call whose timeout cannot be read.
    pub(crate) struct Deciding<F> {
        #[pin]
        answer: Option<F>,
        // Moves on to the body of the answer when the response is ready.
        timer: Option<Timer>,
    }
}

impl<F, B> Future for Deciding<F>
where
    F: Future<Output = Result<Response<B>, Infallible>>,
{
    type Output = Result<Response<Limited<B>>, Infallible>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let Some(answer) = this.answer.as_pin_mut() else {
            let protocol = this.timer.as_ref().map(|timer| timer.call.language.protocol);
            let refused = match protocol {
                Some(Protocol::Connect) => status::malformed_connect_timeout(),
                _ => status::malformed_timeout(),
            };
            return Poll::Ready(Ok(refused.into_http()));
        };
        match answer.poll(context) {
            Poll::Ready(Ok(response)) if !this.timer.as_ref().is_some_and(Timer::has_passed) => {
                let timer = this.timer.take();
                Poll::Ready(Ok(response.map(|body| Limited { body: Cut::new(body), timer })))
            }
            Poll::Ready(Ok(_)) => Poll::Ready(Ok(status::deadline_exceeded().into_http())),
            Poll::Pending => rings(this.timer, context).map(|()| Ok(status::deadline_exceeded().into_http())),
        }
    }
}

/// Ready when the deadline passes; pending for ever where there is no timer.
fn rings(timer: &mut Option<Timer>, context: &mut Context<'_>) -> Poll<()> {
    timer.as_mut().map_or(Poll::Pending, |timer| timer.poll(context))
}

pin_project! {
    /// The body of an answer, cut short when the deadline passes while no frame is ready.
    pub(crate) struct Limited<B> {
        #[pin]
        body: Cut<B>,
        timer: Option<Timer>,
    }
}

impl<B> Default for Limited<B> {
    fn default() -> Self {
        Limited { body: Cut::default(), timer: None }
    }
}

impl<B> Body for Limited<B>
where
    B: Body<Data = Bytes, Error = Status>,
{
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let mut this = self.project();
        if let Poll::Ready(frame) = this.body.as_mut().poll_frame(context) {
            return Poll::Ready(frame);
        }
        rings(this.timer, context).map(|()| Some(Ok(this.body.short(&status::deadline_exceeded()))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
