//! Accidents on request, so that tests can see what becomes of them: in debug builds alone, and only where `PAYDIRT_REHEARSAL` is set.
//!
//! A call with the header `paydirt-rehearsal` panics (`panic`, and `panic-late` when its body is sent), or waits before it begins (`150ms`).

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::LazyLock;
use std::task::{Context, Poll};

use http::{Request, Response};
use http_body_util::BodyExt;
use tower::Service;

use super::super::body::Received;
use super::super::unary::Answer;

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

impl<S> Service<Request<Received>> for Rehearsal<S>
where
    S: Service<Request<Received>, Response = Response<Answer>, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response<Answer>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Answer>, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Received>) -> Self::Future {
        let asked = request.headers().get("paydirt-rehearsal").filter(|_| *IS_ON).and_then(|asked| asked.to_str().ok());
        let asked = asked.map(str::to_owned);
        let answer = self.inner.call(request);
        Box::pin(async move {
            match asked.as_deref() {
                None => answer.await,
                Some("panic") => panic!("a panic that was asked for"),
                Some("panic-late") => Ok(answer.await?.map(panicking)),
                Some(delay) => {
                    tokio::time::sleep(humantime::parse_duration(delay).unwrap_or_default()).await;
                    answer.await
                }
            }
        })
    }
}

fn panicking(body: Answer) -> Answer {
    Answer::Tonic(tonic::body::Body::new(body.map_frame(|_| panic!("a panic that was asked for"))))
}
