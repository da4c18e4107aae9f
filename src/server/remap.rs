//! What the transport finds wrong with a message becomes a status that says whose fault it is.
//!
//! tonic answers INTERNAL for bytes that are no message, and OUT_OF_RANGE for a message above the limit. The first is the
//! caller's mistake, and the second is a matter of resources.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tonic::Status;
use tonic::codegen::http::Response;
use tower::{Layer, Service};

use crate::wire::status;

/// Puts [`Remap`] around a service.
#[derive(Clone, Copy, Debug)]
pub(super) struct RemapLayer;

impl<S> Layer<S> for RemapLayer {
    type Service = Remap<S>;

    fn layer(&self, inner: S) -> Remap<S> {
        Remap { inner }
    }
}

/// Remaps what the service inside answers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Remap<S> {
    inner: S,
}

impl<S, Request, Body> Service<Request> for Remap<S>
where
    S: Service<Request, Response = Response<Body>>,
    S::Future: Send + 'static,
    Body: Default,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let answer = self.inner.call(request);
        Box::pin(async move { Ok(remap(answer.await?)) })
    }
}

/// Only an answer without a message carries its status in the headers.
fn remap<Body: Default>(response: Response<Body>) -> Response<Body> {
    let remapped = Status::from_header_map(response.headers())
        .and_then(|answered| status::of_unreadable_message(answered.code(), answered.message()));
    match remapped {
        Some(status) => status.into_http(),
        None => response,
    }
}
