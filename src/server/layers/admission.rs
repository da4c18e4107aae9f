//! A call that has waited long for its worker to begin is refused: the core has more to do than it can, and an answer that says so at once
//! is worth more than one that comes late. Long calculations are admitted by the pool, which knows how long each has to wait.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{Request, Response};
use pin_project_lite::pin_project;
use tower::Service;

use crate::server::call::{Call, Called};
use crate::server::chance::spread;
use crate::server::telemetry::metrics::CallRefusal;
use crate::wire::status;

/// Refuses calls that come to a worker that is behind.
#[derive(Clone, Debug)]
pub(crate) struct Admission<S> {
    inner: S,
}

impl<S> Admission<S> {
    pub fn new(inner: S) -> Admission<S> {
        Admission { inner }
    }
}

impl<S, Asked, B> Service<Request<Asked>> for Admission<S>
where
    S: Service<Request<Asked>, Response = Response<B>, Error = Infallible>,
    Asked: Called,
    B: Default,
{
    type Response = Response<B>;
    type Error = Infallible;
    type Future = Admitting<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Asked>) -> Self::Future {
        let call = request.body().call();
        let call = (!call.method.is_housekeeping()).then(|| call.clone());
        Admitting { answer: self.inner.call(request), call }
    }
}

pin_project! {
    /// An answer that has not begun, until it is polled.
    pub(crate) struct Admitting<F> {
        #[pin]
        answer: F,
        call: Option<Call>,
    }
}

impl<F, B> Future for Admitting<F>
where
    F: Future<Output = Result<Response<B>, Infallible>>,
    B: Default,
{
    type Output = Result<Response<B>, Infallible>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if let Some(call) = this.call.take()
            && call.arrived.elapsed() > call.shared().settings.max_wait
        {
            let shared = call.shared();
            shared.metrics.call_refused(CallRefusal::WorkerBusy);
            let retry_after = spread(shared.settings.max_wait);
            let refused = status::unavailable("OVERLOADED", "the server has more calls than it can answer", retry_after);
            return Poll::Ready(Ok(refused.into_http()));
        }
        this.answer.poll(context)
    }
}
