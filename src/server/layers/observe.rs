//! The observation of a call: counts how the call ends, ends its span, and writes its line in the access log. All of it happens exactly
//! once, also for a call that is dropped, because it happens when [`Observed`] is dropped, wherever that is.
//!
//! The outermost layer, so that it sees the answers of every other layer. The span and the line are ends of the same observation, and no
//! layers of their own: a second wrapper around future and body would cost each call time, and could disagree about how the call ended.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use http::{HeaderMap, Request, Response, StatusCode};
use http_body::{Body, Frame, SizeHint};
use opentelemetry_sdk::trace::SdkTracer;
use pin_project_lite::pin_project;
use tonic::{Code, Status};
use tower::{Layer, Service};

pub(crate) use super::access_log::AccessLines;
use super::access_log::{Ended, Line};
use super::trace::CallSpan;
use crate::server::call::{Call, Called, Known};
use crate::server::method::Method;
use crate::server::protocol::Language;
use crate::server::telemetry::metrics::Metrics;

/// The layer that puts [`Observe`] around a service.
///
/// Each worker thread has its own, because each call counts a reference to the observer: shared between cores, that count would cost more
/// than what it counts.
#[derive(Clone, Debug)]
pub(crate) struct ObserveLayer {
    observer: Arc<Observer>,
}

/// The destinations of every observation on one worker thread.
#[derive(Debug)]
struct Observer {
    metrics: Arc<Metrics>,
    access_log: Arc<AccessLines>,
    tracer: Option<SdkTracer>,
}

impl ObserveLayer {
    /// Returns the layer. Without a tracer, no call is traced.
    pub fn new(metrics: Arc<Metrics>, access_log: Arc<AccessLines>, tracer: Option<SdkTracer>) -> ObserveLayer {
        ObserveLayer { observer: Arc::new(Observer { metrics, access_log, tracer }) }
    }
}

impl<S> Layer<S> for ObserveLayer {
    type Service = Observe<S>;

    fn layer(&self, inner: S) -> Observe<S> {
        Observe { inner, observer: self.observer.clone() }
    }
}

/// The service that observes the answers of the service inside.
#[derive(Clone, Debug)]
pub(crate) struct Observe<S> {
    inner: S,
    observer: Arc<Observer>,
}

impl<S, Asked, B> Service<Request<Asked>> for Observe<S>
where
    S: Service<Request<Asked>, Response = Response<B>>,
    Asked: Called,
    B: Body,
{
    type Response = Response<ObservedBody<B>>;
    type Error = S::Error;
    type Future = ObservedFuture<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Asked>) -> Self::Future {
        let observed = Some(Observed::new(&self.observer, request.body().call(), request.headers()));
        ObservedFuture { answer: self.inner.call(request), observed }
    }
}

/// A call in flight. The observation ends when this value is dropped, with the code that is known by then.
#[derive(Debug)]
struct Observed {
    observer: Arc<Observer>,
    method: Method,
    language: Language,
    arrived: Instant,
    deadline: Option<Instant>,
    /// The status code of the call. CANCELLED until another code is known: a call that is dropped before its end has lost its caller.
    code: Code,
    span: Option<Box<CallSpan>>,
    line: Option<Box<Line>>,
}

impl Observed {
    fn new(observer: &Arc<Observer>, call: &Call, headers: &HeaderMap) -> Observed {
        observer.metrics.calls_in_flight.inc();
        let span = match &observer.tracer {
            Some(tracer) if !call.method.is_housekeeping() => Some(Box::new(CallSpan::start(tracer, call, headers))),
            _ => None,
        };
        let line = observer.access_log.line(call, headers, span.as_deref().map(CallSpan::trace_id));
        let Known { method, language, arrived, deadline, .. } = **call;
        Observed { observer: observer.clone(), method, language, arrived, deadline, code: Code::Cancelled, span, line }
    }

    fn end(mut self, code: Code) {
        self.code = code;
    }
}

impl Drop for Observed {
    fn drop(&mut self) {
        let Observed { method, language, arrived, deadline, code, .. } = *self;
        let call = Ended { method, language, arrived, deadline, ended: Instant::now(), code };
        let Observer { metrics, access_log, .. } = &*self.observer;
        metrics.calls_in_flight.dec();
        metrics.call_ended(method, language, code, call.ended.saturating_duration_since(arrived));
        if let Some(span) = self.span.take() {
            span.end(code);
        }
        if let Some(line) = self.line.take() {
            access_log.write(&line, &call);
        }
    }
}

pin_project! {
    /// The future of a response, until its headers are ready.
    #[derive(Debug)]
    pub(crate) struct ObservedFuture<F> {
        #[pin]
        answer: F,
        observed: Option<Observed>,
    }
}

impl<F, R, E> Future for ObservedFuture<F>
where
    F: Future<Output = Result<Response<R>, E>>,
    R: Body,
{
    type Output = Result<Response<ObservedBody<R>>, E>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let answer = ready!(this.answer.poll(context));
        let mut observed = this.observed.take();
        Poll::Ready(match answer {
            Ok(response) => {
                let (parts, body) = response.into_parts();
                let code_without_trailers = code_of(&parts.headers).unwrap_or_else(|| code_of_http(parts.status));
                // Nobody polls a body that has ended already, so its end would not be seen later.
                if body.is_end_stream() {
                    end(&mut observed, code_without_trailers);
                }
                Ok(Response::from_parts(parts, ObservedBody { body, observed, code_without_trailers }))
            }
            // An error resets the HTTP/2 stream, and the server is at fault.
            Err(error) => {
                end(&mut observed, Code::Internal);
                Err(error)
            }
        })
    }
}

pin_project! {
    /// The body of an answer, observed up to its trailers.
    #[derive(Debug)]
    pub(crate) struct ObservedBody<B> {
        #[pin]
        body: B,
        observed: Option<Observed>,
        // The code of the call where the body ends without trailers.
        code_without_trailers: Code,
    }
}

impl<B: Body> Body for ObservedBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let mut this = self.project();
        let frame = ready!(this.body.as_mut().poll_frame(context));
        match &frame {
            Some(Ok(frame)) => match frame.trailers_ref() {
                Some(trailers) => end(this.observed, code_of(trailers).unwrap_or(*this.code_without_trailers)),
                // This data frame was the last frame: no trailers follow.
                None if this.body.is_end_stream() => end(this.observed, *this.code_without_trailers),
                None => {}
            },
            // An error resets the HTTP/2 stream, and the server is at fault.
            Some(Err(_)) => end(this.observed, Code::Internal),
            None => end(this.observed, *this.code_without_trailers),
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

fn end(observed: &mut Option<Observed>, code: Code) {
    if let Some(observed) = observed.take() {
        observed.end(code);
    }
}

/// Returns the code in `grpc-status`: from the headers for an answer without a message, from the trailers for every other answer.
fn code_of(headers: &HeaderMap) -> Option<Code> {
    headers.get(Status::GRPC_STATUS).map(|status| Code::from_bytes(status.as_bytes()))
}

/// Returns the code that a client derives from the HTTP status of an answer without `grpc-status`, by gRPC's mapping of HTTP statuses.
fn code_of_http(status: StatusCode) -> Code {
    match status.as_u16() {
        400 => Code::Internal,
        401 => Code::Unauthenticated,
        403 => Code::PermissionDenied,
        404 => Code::Unimplemented,
        429 | 502..=504 => Code::Unavailable,
        _ => Code::Unknown,
    }
}

#[cfg(test)]
#[path = "observe_tests.rs"]
mod tests;
