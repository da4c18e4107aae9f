//! Admission: refuses a call that has waited too long for its worker thread to begin it. The core then has more work than it can do, and a
//! refusal at once is worth more than an answer that comes late. Refuses every call as well while the process is near its memory limit.
//!
//! Long calculations have an admission of their own in `capacity/pool`, which knows how long each of them has to wait. The services stand
//! directly below this layer (in debug builds, behind `rehearsal.rs`).

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{Request, Response};
use pin_project_lite::pin_project;
use tonic::Status;
use tower::Service;

use crate::server::call::{Call, Called};
use crate::server::capacity::greedy::Wanted;
use crate::server::capacity::level::MemoryLevel;
use crate::server::capacity::memory::Full;
use crate::server::chance::spread;
use crate::server::telemetry::labels::CallRefusal;
use crate::wire::status;

/// The layer that refuses calls on a worker thread that is behind with its work, and near the memory limit.
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
    /// The future of a response. The first poll is the moment when the worker thread begins the call, so that the waiting time is checked
    /// there.
    pub(crate) struct Admitting<F> {
        #[pin]
        answer: F,
        // The call to check at the first poll; `None` after that poll, and for health and reflection.
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
        if let Some(call) = this.call.take() {
            let memory = &call.shared().memory;
            if memory.level() == MemoryLevel::Full {
                return Poll::Ready(Ok(memory.refusal(Full::Process).into_http()));
            }
            if call.arrived.elapsed() > call.shared().settings.max_wait {
                return Poll::Ready(Ok(refusal(&call).into_http()));
            }
        }
        this.answer.poll(context)
    }
}

/// Returns the refusal of a call that has waited too long, and counts it. The caller's own calls are to blame where more of them wait than
/// its share while others wait too.
fn refusal(call: &Call) -> Status {
    let (shared, id) = (call.shared(), call.connection.caller);
    let (counted, reason, message) = if call.connection.turns.is_above_its_share(id, call.arrived) {
        shared.greedy.refused(id.caller, Wanted::Worker);
        (CallRefusal::CallerShare, "CALLER_SHARE", "too many calls of this caller are waiting, and others wait too")
    } else {
        (CallRefusal::WorkerBusy, "OVERLOADED", "the server has more calls than it can answer")
    };
    shared.metrics.call_refused(counted);
    status::unavailable(reason, message, spread(shared.settings.max_wait))
}

#[cfg(test)]
mod tests {
    use tonic::Code;
    use tonic_types::StatusExt;
    use tower::{ServiceExt, service_fn};

    use super::*;
    use crate::server::call::connection::{Connection, Peer};
    use crate::server::grpc::answer::Answer;
    use crate::server::protocol::Language;

    /// The status of a call of this path, answered by a service that refuses nothing. None where the call is answered.
    async fn status(path: &str, level: MemoryLevel) -> Option<Status> {
        let peer = Peer { address: ([127, 0, 0, 1], 1).into(), names: Vec::new(), is_allowed: true };
        let connection = Connection::of_test(peer);
        connection.shared.memory.set_level(level);
        let call = Call::new(path, Ok(None), Language::of_test(), connection);
        let answers = service_fn(|_: Request<Call>| async { Ok::<_, Infallible>(Response::new(Answer::default())) });
        let Ok(response) = Admission::new(answers).oneshot(Request::new(call)).await;
        Status::from_header_map(response.headers())
    }

    #[tokio::test]
    async fn near_the_memory_limit_calls_are_refused_and_health_is_answered() {
        const RUNWAY: &str = "/paydirt.v1.RunwayService/ComputeRunway";
        for level in [MemoryLevel::Free, MemoryLevel::Scarce] {
            assert!(status(RUNWAY, level).await.is_none(), "{level:?}");
        }
        let refused = status(RUNWAY, MemoryLevel::Full).await.expect("it is refused");
        assert_eq!(refused.code(), Code::Unavailable);
        assert_eq!(refused.get_details_error_info().expect("a reason").reason, "MEMORY_LIMIT");
        assert!(refused.get_details_retry_info().expect("a time").retry_delay.is_some());
        assert!(refused.metadata().contains_key("grpc-retry-pushback-ms"));
        assert!(status("/grpc.health.v1.Health/Check", MemoryLevel::Full).await.is_none());
    }
}
