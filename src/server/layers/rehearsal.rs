//! Accidents on request, so that tests can see what becomes of them: in debug builds alone, and only where `PAYDIRT_REHEARSAL` is set.
//!
//! A call with the header `paydirt-rehearsal` panics (`panic`, and `panic-late` when its body is sent), or waits before it begins (`150ms`).

use std::convert::Infallible;
use std::sync::LazyLock;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::BodyExt;
use http_body_util::combinators::UnsyncBoxBody;
use tonic::Status;
use tonic::body::Body;
use tonic::codegen::BoxFuture;
use tower::Service;

static IS_ON: LazyLock<bool> = LazyLock::new(|| std::env::var_os("PAYDIRT_REHEARSAL").is_some());

/// Has the accidents that a call asks for.
#[derive(Clone, Debug)]
pub(in super::super) struct Rehearsal<S> {
    inner: S,
}

impl<S> Rehearsal<S> {
    pub fn new(inner: S) -> Rehearsal<S> {
        Rehearsal { inner }
    }
}

impl<S> Service<Request<Body>> for Rehearsal<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible, Future = BoxFuture<Response<Body>, Infallible>>,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Response<Body>, Infallible>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let asked = request.headers().get("paydirt-rehearsal").filter(|_| *IS_ON).and_then(|asked| asked.to_str().ok());
        match asked.map(str::to_owned).as_deref() {
            None => self.inner.call(request),
            Some("panic") => Box::pin(async { panic!("a panic that was asked for") }),
            Some("panic-late") => {
                let answer = self.inner.call(request);
                Box::pin(async { Ok(answer.await?.map(panicking)) })
            }
            Some(delay) => {
                let delay = humantime::parse_duration(delay).unwrap_or_default();
                let answer = self.inner.call(request);
                Box::pin(async move {
                    tokio::time::sleep(delay).await;
                    answer.await
                })
            }
        }
    }
}

fn panicking(body: Body) -> Body {
    let body: UnsyncBoxBody<Bytes, Status> = body.map_frame(|_| panic!("a panic that was asked for")).boxed_unsync();
    Body::new(body)
}
