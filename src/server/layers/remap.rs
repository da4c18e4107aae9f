//! What tonic finds wrong with a message becomes a status that says whose fault it is.
//!
//! tonic answers INTERNAL for bytes that are no message, and OUT_OF_RANGE for a message above the limit. The first is the
//! caller's mistake, and the second is a matter of resources.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::Response;
use pin_project_lite::pin_project;
use tonic::Status;
use tower::Service;

use crate::wire::status;

/// Remaps what the service inside answers.
#[derive(Clone, Debug)]
pub(in super::super) struct Remap<S> {
    inner: S,
}

impl<S> Remap<S> {
    pub fn new(inner: S) -> Remap<S> {
        Remap { inner }
    }
}

impl<S, Request, Body> Service<Request> for Remap<S>
where
    S: Service<Request, Response = Response<Body>>,
    Body: Default,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Remapped<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        Remapped { answer: self.inner.call(request) }
    }
}

pin_project! {
    /// An answer that is awaited.
    pub(in super::super) struct Remapped<F> {
        #[pin]
        answer: F,
    }
}

impl<F, Body, Error> Future for Remapped<F>
where
    F: Future<Output = Result<Response<Body>, Error>>,
    Body: Default,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        Poll::Ready(ready!(self.project().answer.poll(context)).map(remap))
    }
}

/// Only an answer without a message carries its status in the headers.
fn remap<Body: Default>(response: Response<Body>) -> Response<Body> {
    if !response.headers().contains_key(Status::GRPC_STATUS) {
        return response;
    }
    let remapped = Status::from_header_map(response.headers())
        .and_then(|answered| status::of_unreadable_message(answered.code(), answered.message()));
    match remapped {
        Some(status) => status.into_http(),
        None => response,
    }
}
