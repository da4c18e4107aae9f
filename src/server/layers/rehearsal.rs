//! Accidents on request, so that tests can see the consequences: in debug builds only, and only where `PAYDIRT_REHEARSAL` is set. Stands
//! between admission and the services.
//!
//! The header `paydirt-rehearsal` of a call asks for an accident:
//! - `panic`: the call panics. `panic-late`: the call panics when its body is sent.
//! - `refused 300ms`: the first two attempts are refused for lack of room, and the caller is told to come back after this time.
//! - `150ms`: the call waits this long before it begins.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::LazyLock;
use std::task::{Context, Poll};

use http::{Request, Response};
use http_body_util::BodyExt;
use tower::Service;

use crate::server::grpc::answer::Answer;
use crate::wire::status;

static IS_ON: LazyLock<bool> = LazyLock::new(|| std::env::var_os("PAYDIRT_REHEARSAL").is_some());

/// The layer that causes the accident that a call asks for.
#[derive(Clone, Debug)]
pub(crate) struct Rehearsal<S> {
    inner: S,
}

impl<S> Rehearsal<S> {
    pub fn new(inner: S) -> Rehearsal<S> {
        Rehearsal { inner }
    }
}

impl<S, Asked> Service<Request<Asked>> for Rehearsal<S>
where
    S: Service<Request<Asked>, Response = Response<Answer>, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response<Answer>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Answer>, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Asked>) -> Self::Future {
        let asked = request.headers().get("paydirt-rehearsal").filter(|_| *IS_ON).and_then(|asked| asked.to_str().ok());
        let asked = asked.map(str::to_owned);
        // https://github.com/grpc/proposal/blob/master/A6-client-retries.md#exposed-retry-metadata
        let attempts = request.headers().get("grpc-previous-rpc-attempts").and_then(|count| count.to_str().ok()?.parse().ok());
        let attempts: u32 = attempts.unwrap_or_default();
        let answer = self.inner.call(request);
        Box::pin(async move {
            match asked.as_deref() {
                None => answer.await,
                Some("panic") => panic!("a panic that was asked for"),
                Some("panic-late") => Ok(answer.await?.map(panicking)),
                // A later attempt comes to the last arm, where this text is no duration: the delay is zero.
                Some(refused) if refused.starts_with("refused ") && attempts < 2 => {
                    let later = humantime::parse_duration(refused.trim_start_matches("refused ")).unwrap_or_default();
                    Ok(status::unavailable("OVERLOADED", "a refusal that was asked for", later).into_http())
                }
                Some(delay) => {
                    tokio::time::sleep(humantime::parse_duration(delay).unwrap_or_default()).await;
                    answer.await
                }
            }
        })
    }
}

fn panicking(body: Answer) -> Answer {
    Answer::Boxed(tonic::body::Body::new(body.map_frame(|_| panic!("a panic that was asked for"))))
}
