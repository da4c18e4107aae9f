//! Callers: with mutual TLS and a list of allowed names, a caller that is not on the list may use health and reflection only.
//! `process/worker.rs` compares the names in the client's certificate with the list once for each connection; this layer refuses the calls.
//! The layer stands below the deadline and above admission.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use futures_util::future::Either;
use http::{Request, Response};
use tower::Service;

use crate::server::call::Called;
use crate::wire::status;

/// The layer that refuses callers that are not on the list of allowed names.
#[derive(Clone, Debug)]
pub(crate) struct Callers<S> {
    inner: S,
}

impl<S> Callers<S> {
    pub fn new(inner: S) -> Callers<S> {
        Callers { inner }
    }
}

impl<S, Asked, B> Service<Request<Asked>> for Callers<S>
where
    S: Service<Request<Asked>, Response = Response<B>, Error = Infallible>,
    Asked: Called,
    B: Default,
{
    type Response = Response<B>;
    type Error = Infallible;
    type Future = Either<S::Future, Ready<Result<Response<B>, Infallible>>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Asked>) -> Self::Future {
        let call = request.body().call();
        if call.peer().is_allowed || call.method.is_housekeeping() {
            Either::Left(self.inner.call(request))
        } else {
            Either::Right(ready(Ok(status::caller_not_allowed().into_http())))
        }
    }
}
