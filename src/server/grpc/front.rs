//! Where a call begins: its headers become a [`Call`], and its request goes through the layers.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use http::{HeaderName, Request, Response};
use hyper::body::Incoming;
use pin_project_lite::pin_project;
use tower::Service;

use super::received::Received;
use super::sent::Sent;
use crate::server::call::connection::Connection;
use crate::server::call::{Call, timeout};

/// Makes calls of a connection's requests, for the service inside.
#[derive(Debug)]
pub(crate) struct Front<S> {
    connection: Arc<Connection>,
    inner: S,
}

impl<S> Front<S> {
    pub fn new(connection: Arc<Connection>, inner: S) -> Front<S> {
        Front { connection, inner }
    }
}

/// A name that is text would be read anew for each call.
static GRPC_TIMEOUT: HeaderName = HeaderName::from_static("grpc-timeout");

/// hyper's own trait, and not tower's by way of an adapter: an adapter calls when it is polled, and the limit of this call would be taken for the
/// next one's.
impl<S, B> hyper::service::Service<Request<Incoming>> for Front<S>
where
    S: Service<Request<Received>, Response = Response<B>, Error = Infallible> + Clone,
{
    type Response = Response<Sent<B>>;
    type Error = Infallible;
    type Future = Sending<S::Future>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let timeout = request.headers().get(&GRPC_TIMEOUT).map(|text| timeout::read(text.as_bytes())).transpose();
        let call = Call::new(request.uri().path(), timeout, Arc::clone(&self.connection));
        self.connection.next_limit.set(call.limit());
        let request = request.map(|incoming| Received::new(incoming, call.clone()));
        Sending { answer: self.inner.clone().call(request), call: Some(call) }
    }
}

pin_project! {
    /// An answer on its way.
    #[derive(Debug)]
    pub(crate) struct Sending<F> {
        #[pin]
        answer: F,
        call: Option<Call>,
    }
}

impl<F, B> Future for Sending<F>
where
    F: Future<Output = Result<Response<B>, Infallible>>,
{
    type Output = Result<Response<Sent<B>>, Infallible>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let response = ready!(this.answer.poll(context))?;
        Poll::Ready(Ok(response.map(|body| Sent::new(body, this.call.take()))))
    }
}
