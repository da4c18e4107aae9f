//! The span of a call, by OpenTelemetry's conventions for gRPC, with the caller's span as its parent. A span holds no figure and no
//! metadata. The observation layer (`observe.rs`) starts and ends it.

use http::HeaderMap;
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::{Span as _, SpanBuilder, SpanKind, Status, TraceId, Tracer as _};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{SdkTracer, Span};
use tonic::Code;

use crate::server::call::Call;
use crate::server::telemetry::metrics::code_name;

/// The span of a call. The span ends with its call.
#[derive(Debug)]
pub(super) struct CallSpan(Span);

impl CallSpan {
    /// Starts the span of a call, as a child of the span that the headers name.
    pub fn start(tracer: &SdkTracer, call: &Call, headers: &HeaderMap) -> CallSpan {
        let name = call.method.name();
        let mut attributes = Vec::with_capacity(6);
        attributes.extend([
            KeyValue::new("rpc.system.name", "grpc"),
            KeyValue::new("rpc.method", name),
            KeyValue::new("network.peer.address", call.peer().address.ip().to_string()),
            KeyValue::new("network.peer.port", i64::from(call.peer().address.port())),
        ]);
        // The name of an unknown method is the caller's invention, and never the name of a span.
        let name = if name.contains('/') { name } else { "grpc" };
        let builder = SpanBuilder::from_name(name).with_kind(SpanKind::Server).with_attributes(attributes);
        CallSpan(tracer.build_with_context(builder, &parent(headers)))
    }

    /// Returns the id of the trace that the span belongs to.
    pub fn trace_id(&self) -> TraceId {
        self.0.span_context().trace_id()
    }

    /// Ends the span with the status code of its call.
    pub fn end(mut self, code: Code) {
        if self.0.is_recording() {
            self.0.set_attribute(KeyValue::new("rpc.status_code", code_name(code)));
            if is_ours(code) {
                self.0.set_attribute(KeyValue::new("error.type", code_name(code)));
                // The message of the status is left out, because it may quote the caller.
                self.0.set_status(Status::error(""));
            }
        }
        self.0.end();
    }
}

/// Returns whether the server is at fault. A caller's mistake is a true answer, and no fault. The list of codes is OpenTelemetry's.
fn is_ours(code: Code) -> bool {
    use Code::{DataLoss, DeadlineExceeded, Internal, Unavailable, Unimplemented, Unknown};
    matches!(code, Unknown | DeadlineExceeded | Unimplemented | Internal | Unavailable | DataLoss)
}

/// Returns the context of the caller's span, from W3C's headers `traceparent` and `tracestate`.
fn parent(headers: &HeaderMap) -> Context {
    // The context that is current on this thread belongs to another call, so the parent is looked for in an empty one.
    TraceContextPropagator::new().extract_with_context(&Context::new(), &Headers(headers))
}

/// Returns the id of the caller's trace, for a call that is not traced here; `None` where `traceparent` holds no valid id.
pub(super) fn callers_trace_id(headers: &HeaderMap) -> Option<TraceId> {
    let traceparent = headers.get("traceparent")?.to_str().ok()?;
    let id = traceparent.strip_prefix("00-")?.get(..32)?;
    let is_hex = id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    TraceId::from_hex(id).ok().filter(|id| is_hex && *id != TraceId::INVALID)
}

/// The headers of a request, as OpenTelemetry's propagator reads them.
struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(http::HeaderName::as_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_trace_id_is_read_where_it_is_one() {
        let read = |text: &'static str| {
            callers_trace_id(&HeaderMap::from_iter([(
                http::HeaderName::from_static("traceparent"),
                HeaderValue::from_static(text),
            )]))
            .map(|id| id.to_string())
        };
        let id = "4bf92f3577b34da6a3ce929d0e0e4736";
        assert_eq!(read("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01").as_deref(), Some(id));
        for bad in
            ["", "00-", "00-4BF92F3577B34DA6A3CE929D0E0E4736-0-0", "00-00000000000000000000000000000000-00f067aa0ba902b7-01"]
        {
            assert_eq!(read(bad), None, "{bad}");
        }
        assert_eq!(callers_trace_id(&HeaderMap::new()), None);
    }

    #[test]
    fn a_callers_mistake_is_no_error_of_ours() {
        assert!([Code::Internal, Code::Unavailable, Code::DeadlineExceeded].into_iter().all(is_ours));
        assert!(![Code::Ok, Code::InvalidArgument, Code::Cancelled, Code::ResourceExhausted].into_iter().any(is_ours));
    }
}
