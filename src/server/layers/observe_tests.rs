//! Tests of the observation: which code is counted, and what the span and the line in the access log say.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::{pending, ready};

use bytes::Bytes;
use http::HeaderValue;
use http_body_util::{BodyExt, Empty, Full};
use opentelemetry::trace::{SpanKind, Status, TracerProvider};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, SpanExporter};
use std::sync::Mutex;
use tower::service_fn;

use super::*;
use crate::server::call::connection::{Connection, Peer};
use crate::server::config::AccessLog;
use crate::server::protocol::Language;
use crate::server::telemetry::log::tests::kept;

const METHOD: &str = "/paydirt.v1.RunwayService/ComputeRunway";

/// A body of given frames. `says_its_end` says whether the body reports its end together with the last frame.
struct Frames {
    frames: VecDeque<Result<Frame<Bytes>, Infallible>>,
    says_its_end: bool,
}

impl Body for Frames {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.frames.pop_front())
    }

    fn is_end_stream(&self) -> bool {
        self.says_its_end && self.frames.is_empty()
    }
}

fn data() -> Result<Frame<Bytes>, Infallible> {
    Ok(Frame::data(Bytes::from_static(b"data")))
}

fn trailers(status: &'static str) -> Result<Frame<Bytes>, Infallible> {
    Ok(Frame::trailers(status_of(status)))
}

fn status_of(status: &'static str) -> HeaderMap {
    HeaderMap::from_iter([(http::HeaderName::from_static("grpc-status"), HeaderValue::from_static(status))])
}

fn answer<B>(body: B) -> Response<B> {
    Response::new(body)
}

fn metrics() -> Arc<Metrics> {
    Arc::new(Metrics::new().unwrap())
}

fn layer(metrics: &Arc<Metrics>, which: AccessLog, tracer: Option<SdkTracer>) -> ObserveLayer {
    let lines = AccessLines::new(which, 100, metrics.access_log_lines_left_out.clone());
    ObserveLayer::new(metrics.clone(), Arc::new(lines), tracer)
}

fn request(path: &str) -> Request<Call> {
    let peer = Peer { address: ([192, 0, 2, 1], 4711).into(), names: vec!["caller.example".to_owned()], is_allowed: true };
    Request::new(Call::new(path, Ok(None), Language::of_test(), Connection::of_test(peer)))
}

/// Returns the lines of the metrics that count ended calls by their code.
fn counted(metrics: &Metrics) -> Vec<String> {
    let is_count = |line: &&str| line.starts_with("rpc_server_call_duration_seconds_count");
    metrics.written().unwrap().lines().filter(is_count).map(str::to_owned).collect()
}

fn one(code: &str) -> Vec<String> {
    let method = &METHOD[1..];
    vec![format!("rpc_server_call_duration_seconds_count{{rpc_method=\"{method}\",rpc_status_code=\"{code}\"}} 1")]
}

/// Returns the lines that count a call with this answer, whose body is read to its end.
async fn ended<B>(response: Response<B>) -> Vec<String>
where
    B: Body + Unpin,
    B::Error: std::fmt::Debug,
{
    let metrics = metrics();
    let mut response = Some(response);
    let inner = service_fn(|_: Request<Call>| ready(Ok::<_, Infallible>(response.take().unwrap())));
    let mut service = layer(&metrics, AccessLog::Off, None).layer(inner);
    let Ok(response) = service.call(request(METHOD)).await;
    let mut body = response.into_body();
    while let Some(frame) = body.frame().await {
        drop(frame);
    }
    drop(body);
    assert_eq!(metrics.calls_in_flight.get(), 0);
    counted(&metrics)
}

#[tokio::test]
async fn the_code_is_the_trailers_or_the_headers_or_https() {
    let frames = |frames: Vec<_>, says_its_end| Frames { frames: frames.into(), says_its_end };
    assert_eq!(ended(answer(frames(vec![data(), trailers("0")], true))).await, one("OK"));
    assert_eq!(ended(answer(frames(vec![data(), trailers("8")], false))).await, one("RESOURCE_EXHAUSTED"));
    assert_eq!(ended(answer(frames(vec![data()], false))).await, one("UNKNOWN"));
    assert_eq!(ended(answer(Full::new(Bytes::from_static(b"data")))).await, one("UNKNOWN"));
    let mut trailers_only = answer(Empty::<Bytes>::new());
    *trailers_only.headers_mut() = status_of("3");
    assert_eq!(ended(trailers_only).await, one("INVALID_ARGUMENT"));
    let mut not_grpc = answer(Empty::<Bytes>::new());
    *not_grpc.status_mut() = StatusCode::NOT_FOUND;
    assert_eq!(ended(not_grpc).await, one("UNIMPLEMENTED"));
}

#[tokio::test]
async fn a_body_that_has_ended_is_counted_though_nobody_reads_it() {
    let metrics = metrics();
    let inner = service_fn(|_: Request<Call>| {
        let mut response = answer(Empty::<Bytes>::new());
        *response.headers_mut() = status_of("14");
        ready(Ok::<_, Infallible>(response))
    });
    let Ok(response) = layer(&metrics, AccessLog::Off, None).layer(inner).call(request(METHOD)).await;
    assert_eq!(counted(&metrics), one("UNAVAILABLE"));
    drop(response);
    assert_eq!(counted(&metrics), one("UNAVAILABLE"));
}

#[tokio::test]
async fn a_call_that_is_dropped_is_cancelled_exactly_once() {
    // A call that is dropped before the headers of its answer.
    let metrics = metrics();
    let inner = service_fn(|_: Request<Call>| pending::<Result<Response<Empty<Bytes>>, Infallible>>());
    let call = layer(&metrics, AccessLog::Off, None).layer(inner).call(request(METHOD));
    assert_eq!((metrics.calls_in_flight.get(), counted(&metrics)), (1, vec![]));
    drop(call);
    assert_eq!((metrics.calls_in_flight.get(), counted(&metrics)), (0, one("CANCELLED")));
    // A call that is dropped between its message and its trailers.
    let metrics = self::metrics();
    let inner = service_fn(|_: Request<Call>| {
        ready(Ok::<_, Infallible>(answer(Frames { frames: [data(), trailers("0")].into(), says_its_end: true })))
    });
    let Ok(response) = layer(&metrics, AccessLog::Off, None).layer(inner).call(request(METHOD)).await;
    let mut body = response.into_body();
    assert!(body.frame().await.unwrap().unwrap().is_data());
    drop(body);
    assert_eq!((metrics.calls_in_flight.get(), counted(&metrics)), (0, one("CANCELLED")));
}

#[tokio::test]
async fn a_service_that_fails_is_at_fault() {
    let metrics = metrics();
    let inner = service_fn(|_: Request<Call>| ready(Err::<Response<Empty<Bytes>>, _>(std::io::Error::other("broken"))));
    assert!(layer(&metrics, AccessLog::Off, None).layer(inner).call(request(METHOD)).await.is_err());
    assert_eq!(counted(&metrics), one("INTERNAL"));
}

#[derive(Clone, Debug, Default)]
struct Exported(Arc<Mutex<Vec<SpanData>>>);

impl SpanExporter for Exported {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.0.lock().unwrap().extend(batch);
        Ok(())
    }
}

/// Returns the spans of a call to `path` that ends with `status`.
async fn traced(path: &str, status: &'static str) -> Vec<SpanData> {
    let exported = Exported::default();
    let provider = SdkTracerProvider::builder().with_simple_exporter(exported.clone()).build();
    let inner = service_fn(|_: Request<Call>| {
        ready(Ok::<_, Infallible>(answer(Frames { frames: [data(), trailers(status)].into(), says_its_end: true })))
    });
    let mut service = layer(&metrics(), AccessLog::Off, Some(provider.tracer("test"))).layer(inner);
    let mut request = request(path);
    let parent = HeaderValue::from_static("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    request.headers_mut().insert("traceparent", parent);
    let Ok(response) = service.call(request).await;
    assert!(exported.0.lock().unwrap().is_empty(), "the span ends with the body");
    response.into_body().collect().await.unwrap();
    let spans = exported.0.lock().unwrap();
    spans.clone()
}

#[tokio::test]
async fn a_call_is_a_span_of_its_callers_trace() {
    let spans = traced(METHOD, "13").await;
    let [span] = spans.as_slice() else { panic!("{spans:?}") };
    assert_eq!(span.span_context.trace_id().to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!((span.parent_span_id.to_string().as_str(), &span.span_kind), ("00f067aa0ba902b7", &SpanKind::Server));
    assert_eq!((&*span.name, &span.status), (&METHOD[1..], &Status::error("")));
    let attribute =
        |name| span.attributes.iter().find(|attribute| attribute.key.as_str() == name).map(|found| found.value.to_string());
    assert_eq!(attribute("rpc.status_code").as_deref(), Some("INTERNAL"));
    assert_eq!(attribute("network.peer.address").as_deref(), Some("192.0.2.1"));
    assert_eq!(traced(METHOD, "3").await[0].status, Status::Unset);
    assert_eq!(traced("/invented/Method", "12").await[0].name, "grpc");
}

#[tokio::test]
async fn housekeeping_is_not_traced() {
    assert_eq!(traced("/grpc.health.v1.Health/Check", "0").await, []);
}

/// Returns the lines that a log at `level` has about calls to `paths`, of which `lines_per_second` may be logged in one second.
fn logged(level: &str, lines_per_second: u32, which: AccessLog, paths: &[&str]) -> Vec<serde_json::Value> {
    let (log, _, kept) = kept(level);
    let metrics = metrics();
    let lines = Arc::new(AccessLines::new(which, lines_per_second, metrics.access_log_lines_left_out.clone()));
    let layer = ObserveLayer::new(metrics, lines, None);
    tracing::subscriber::with_default(log, || {
        for path in paths {
            let mut request = request(path);
            for (name, value) in [
                ("x-request-id", "7f3a-9"),
                ("user-agent", "grpc-rust/1.0"),
                ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
                ("x-figure", "600000"),
            ] {
                request.headers_mut().insert(name, HeaderValue::from_static(value));
            }
            let inner = service_fn(|_: Request<Call>| {
                let mut response = answer(Empty::<Bytes>::new());
                *response.headers_mut() = status_of("3");
                response.headers_mut().insert("grpc-message", HeaderValue::from_static("600000 is not a date"));
                ready(Ok::<_, Infallible>(response))
            });
            let call = layer.layer(inner).call(request);
            assert!(std::pin::pin!(call).poll(&mut Context::from_waker(std::task::Waker::noop())).is_ready());
        }
    });
    kept.lines()
}

#[test]
fn a_line_tells_of_the_call_and_never_a_figure() {
    let lines = logged("info", 10, AccessLog::All, &[METHOD]);
    let [line] = lines.as_slice() else { panic!("{lines:?}") };
    for (name, value) in [
        ("target", "paydirt::access"),
        ("method", &METHOD[1..]),
        ("code", "INVALID_ARGUMENT"),
        ("peer", "192.0.2.1:4711"),
        ("peer_name", "caller.example"),
        ("request_id", "7f3a-9"),
        ("user_agent", "grpc-rust/1.0"),
        ("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736"),
    ] {
        assert_eq!(line[name], value, "{name}");
    }
    assert!(line["duration_seconds"].as_f64().is_some_and(|seconds| (0.0..1.0).contains(&seconds)), "{line}");
    assert!(!line.to_string().contains("600000"), "{line}");
    assert_eq!(line.get("left_out"), None);
    let left = line["deadline_left_seconds"].as_f64().unwrap();
    assert!((0.0..=30.0).contains(&left), "{left}");
}

#[test]
fn what_is_above_the_limit_is_left_out() {
    let count = logged("info", 2, AccessLog::All, &[METHOD; 9]).len();
    // A new second may begin in between, and then more lines are admitted.
    assert!((2..=4).contains(&count), "{count}");
}

#[test]
fn probes_are_logged_at_debug_and_nothing_when_it_is_off() {
    let paths = [METHOD, "/grpc.health.v1.Health/Check"];
    assert_eq!(logged("info", 10, AccessLog::All, &paths).len(), 1);
    assert_eq!(logged("debug", 10, AccessLog::All, &paths).len(), 2);
    assert_eq!(logged("warn", 10, AccessLog::All, &paths).len(), 0);
    assert_eq!(logged("debug", 10, AccessLog::Off, &paths).len(), 0);
}
