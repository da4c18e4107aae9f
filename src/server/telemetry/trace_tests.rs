//! Tests of traces: OpenTelemetry's variables, and the end of the process with and without a collector.

use std::net::SocketAddr;
use std::time::Instant;

use hyper::server::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::service::TowerToHyperService;
use opentelemetry::trace::Tracer;
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{TraceService, TraceServiceServer};
use opentelemetry_proto::tonic::collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse};
use tonic::{Request, Response, Status, async_trait};

use super::*;

const ENDPOINT: (&str, &str) = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4317");

fn read(variables: &[(&str, &str)]) -> Result<Option<TraceSettings>, TraceError> {
    TraceSettings::of(|name| variables.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned()))
}

fn sampler_of(variables: &[(&str, &str)]) -> String {
    let settings = read(&[&[ENDPOINT], variables].concat()).unwrap().unwrap();
    format!("{:?}", settings.sampler)
}

#[test]
fn without_a_collector_there_are_no_traces() {
    assert!(read(&[]).unwrap().is_none());
    assert!(read(&[(ENDPOINT.0, "")]).unwrap().is_none());
    assert!(read(&[ENDPOINT, ("OTEL_SDK_DISABLED", "true")]).unwrap().is_none());
    assert!(read(&[ENDPOINT, ("OTEL_TRACES_EXPORTER", "none")]).unwrap().is_none());
}

#[test]
fn the_variable_for_traces_stands_over_the_one_for_all() {
    let settings = read(&[ENDPOINT, ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://other:4317")]).unwrap().unwrap();
    assert_eq!(settings.endpoint, "http://other:4317");
    let settings = read(&[(ENDPOINT.0, "collector:4317"), ("OTEL_EXPORTER_OTLP_INSECURE", "true")]).unwrap().unwrap();
    assert_eq!(settings.endpoint, "http://collector:4317");
}

#[test]
fn what_cannot_be_done_is_refused_by_the_name_of_its_variable() {
    for (name, value) in [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector:4317"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ("OTEL_TRACES_EXPORTER", "zipkin"),
        ("OTEL_TRACES_SAMPLER", "jaeger_remote"),
    ] {
        let error = read(&[(name, value), ENDPOINT]).unwrap_err().to_string();
        assert!(error.starts_with(&format!("{name} is {value:?}: ")), "{error}");
    }
    let error = read(&[ENDPOINT, ("OTEL_TRACES_SAMPLER", "traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", "2")]).unwrap_err();
    assert_eq!(error.to_string(), "OTEL_TRACES_SAMPLER_ARG is \"2\": a ratio is 0 to 1");
}

#[test]
fn the_caller_decides_unless_told_otherwise() {
    assert_eq!(sampler_of(&[]), "ParentBased(AlwaysOn)");
    assert_eq!(sampler_of(&[("OTEL_TRACES_SAMPLER", "always_off")]), "AlwaysOff");
    assert_eq!(sampler_of(&[("OTEL_TRACES_SAMPLER", "traceidratio")]), "TraceIdRatioBased(1.0)");
    let ratio = [("OTEL_TRACES_SAMPLER", "parentbased_traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", "0.25")];
    assert_eq!(sampler_of(&ratio), "ParentBased(TraceIdRatioBased(0.25))");
}

/// Starts a span, and flushes to a collector at the address. Returns whether the flush was done in time, how long it took, and how many
/// spans were dropped.
fn flushed(address: SocketAddr) -> (bool, Duration, u64) {
    let settings = read(&[(ENDPOINT.0, &format!("http://{address}"))]).unwrap().unwrap();
    let dropped = IntCounter::new("dropped", "dropped").unwrap();
    let traces = start(settings, dropped.clone()).unwrap();
    drop(traces.tracer().start("span"));
    let start = Instant::now();
    let is_done = traces.flush(Duration::from_millis(1500));
    (is_done, start.elapsed(), dropped.get())
}

#[test]
fn a_collector_that_refuses_costs_its_spans() {
    // Nobody listens there any more.
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert_eq!((flushed(address).0, flushed(address).2), (true, 1));
}

#[test]
fn a_collector_that_never_answers_costs_no_more_than_the_bound() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let (is_done, took, _) = flushed(silent.local_addr().unwrap());
    assert!(!is_done && took < Duration::from_secs(3), "{took:?}");
}

/// Passes on what it is sent.
struct Collector(mpsc::Sender<ExportTraceServiceRequest>);

#[async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        self.0.send(request.into_inner()).map_err(|_| Status::cancelled("nobody looks"))?;
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

#[test]
fn spans_arrive_under_the_name_of_the_service() {
    let (sender, received) = mpsc::channel();
    let incoming = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        listener
    };
    let address = incoming.local_addr().unwrap();
    thread::spawn(move || {
        runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
            let listener = tokio::net::TcpListener::from_std(incoming).unwrap();
            while let Ok((stream, _)) = listener.accept().await {
                let service = TowerToHyperService::new(TraceServiceServer::new(Collector(sender.clone())));
                tokio::spawn(http2::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service));
            }
        })
    });
    let (is_done, _, dropped) = flushed(address);
    assert_eq!((is_done, dropped), (true, 0));
    let request = received.recv().unwrap();
    let [of_resource] = request.resource_spans.as_slice() else { panic!("{request:?}") };
    let attributes = format!("{:?}", of_resource.resource);
    assert!(attributes.contains("service.name") && attributes.contains("\"paydirt\""), "{attributes}");
    assert_eq!(of_resource.scope_spans[0].spans[0].name, "span");
}
