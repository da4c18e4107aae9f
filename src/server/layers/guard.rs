//! The panic guard: a panic ends its own call with INTERNAL, whatever part of the answer was sent before, and ends nothing else.
//!
//! The panic hook (`telemetry/panic.rs`) logs the place of the panic and its backtrace; this layer counts the panic. It stands above every
//! layer that may panic, and below the observation.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use tonic::Status;
use tower::Service;

use super::cut::Cut;
use crate::server::call::{Call, Called};
use crate::wire::status;

/// The layer that catches a panic of the service inside.
#[derive(Clone, Debug)]
pub(crate) struct Guard<S> {
    inner: S,
}

impl<S> Guard<S> {
    pub fn new(inner: S) -> Guard<S> {
        Guard { inner }
    }
}

// The assertion of unwind safety holds: the value that panicked is dropped and never looked at again, so that nothing half-done can be
// seen.
/// Runs `compute`; catches a panic, and counts it.
fn caught<T>(call: &Call, compute: impl FnOnce() -> T) -> Result<T, Box<dyn Any + Send>> {
    catch_unwind(AssertUnwindSafe(compute)).inspect_err(|_| call.shared().metrics.panics.inc())
}

impl<S, Asked, B> Service<Request<Asked>> for Guard<S>
where
    S: Service<Request<Asked>, Response = Response<B>>,
    Asked: Called,
{
    type Response = Response<Guarded<B>>;
    type Error = S::Error;
    type Future = Guarding<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Asked>) -> Self::Future {
        let call = request.body().call().clone();
        let answer = caught(&call, || self.inner.call(request)).ok();
        Guarding { answer, call }
    }
}

pin_project! {
    /// The future of a response; `answer` is `None` when the call panicked before there was a future.
    pub(crate) struct Guarding<F> {
        #[pin]
        answer: Option<F>,
        call: Call,
    }
}

impl<F, B, Error> Future for Guarding<F>
where
    F: Future<Output = Result<Response<B>, Error>>,
{
    type Output = Result<Response<Guarded<B>>, Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let Some(answer) = this.answer.as_pin_mut() else { return Poll::Ready(Ok(panicked())) };
        match caught(this.call, || answer.poll(context)) {
            Ok(Poll::Ready(Ok(response))) => {
                let call = this.call.clone();
                Poll::Ready(Ok(response.map(|body| Guarded { body: Cut::new(body), call: Some(call) })))
            }
            Ok(Poll::Ready(Err(error))) => Poll::Ready(Err(error)),
            Ok(Poll::Pending) => Poll::Pending,
            Err(_) => Poll::Ready(Ok(panicked())),
        }
    }
}

fn panicked<B>() -> Response<Guarded<B>> {
    status::panicked().into_http()
}

pin_project! {
    /// The body of an answer, cut short by a panic; `call` is `None` for an answer that this layer decided.
    pub(crate) struct Guarded<B> {
        #[pin]
        body: Cut<B>,
        call: Option<Call>,
    }
}

impl<B> Default for Guarded<B> {
    fn default() -> Self {
        Guarded { body: Cut::default(), call: None }
    }
}

impl<B> Body for Guarded<B>
where
    B: Body<Data = Bytes, Error = Status>,
{
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let mut this = self.project();
        // An answer that this layer decided has no body that could panic.
        let Some(call) = this.call else { return this.body.poll_frame(context) };
        caught(call, || this.body.as_mut().poll_frame(context))
            .unwrap_or_else(|_| Poll::Ready(Some(Ok(this.body.short(&status::panicked())))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
