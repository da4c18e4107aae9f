//! The front of gRPC, where a call begins. hyper hands each request of a connection to [`Front`]: the headers become a
//! [`Call`], and the request goes through the layers to the services.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use http::{HeaderName, Request, Response, header};
use hyper::body::Incoming;
use pin_project_lite::pin_project;
use tower::Service;

use super::form::Form;
use super::received::Received;
use super::sent::Sent;
use crate::server::call::connection::Connection;
use crate::server::call::{Call, timeout};
use crate::server::protocol::{Language, Protocol};

/// The service of one connection, which makes a call of each request and hands it to the service inside.
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

/// The name of the header with the caller's timeout. A name that is given as text would be parsed anew for each call.
pub(crate) static GRPC_TIMEOUT: HeaderName = HeaderName::from_static("grpc-timeout");

/// The trait is hyper's own, and not tower's by way of an adapter. An adapter calls the service only when its future is polled,
/// and the limit of this call would then be taken for the limit of the next call.
impl<S, B> hyper::service::Service<Request<Incoming>> for Front<S>
where
    S: Service<Request<Received>, Response = Response<B>, Error = Infallible> + Clone,
{
    type Response = Response<Sent<B>>;
    type Error = Infallible;
    type Future = Sending<S::Future>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let timeout = request.headers().get(&GRPC_TIMEOUT).map(|text| timeout::read(text.as_bytes())).transpose();
        let content_type = request.headers().get(header::CONTENT_TYPE);
        let form = content_type.and_then(|content_type| Form::of(content_type.as_bytes()));
        let language = Language { protocol: Protocol::Grpc, form };
        let call = Call::new(request.uri().path(), timeout, language, Arc::clone(&self.connection));
        self.connection.next_limit.set(call.limit());
        let request = request.map(|incoming| Received::new(incoming, call.clone()));
        Sending { answer: self.inner.clone().call(request), call: Some(call) }
    }
}

pin_project! {
    /// The future of a response. The call goes on with the response's body.
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
        let mut response = ready!(this.answer.poll(context))?;
        // Whoever refuses a call knows nothing of its form.
        if let Some(Language { form: Some(Form::Json), .. }) = this.call.as_ref().map(|call| call.language) {
            response.headers_mut().insert(header::CONTENT_TYPE, Form::Json.content_type());
        }
        Poll::Ready(Ok(response.map(|body| Sent::new(body, this.call.take()))))
    }
}
