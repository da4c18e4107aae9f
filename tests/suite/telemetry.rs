//! What the server says of itself, to whoever scrapes, collects or reads it: and that none of them can keep it from its calls.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::mpsc;
use std::thread::ScopedJoinHandle;
use std::time::{Duration, Instant};

use hyper::server::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::service::TowerToHyperService;
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{TraceService, TraceServiceServer};
use opentelemetry_proto::tonic::collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse};
use opentelemetry_proto::tonic::trace::v1::Span;
use serde_json::Value;
use tonic::client::Grpc;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Response, Status, async_trait};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_prost::ProstCodec;

use paydirt::wire::pb;

use crate::program::{PATIENCE, Program, eventually};
use crate::support::runtime;
use crate::tools::skipped;

const METHOD: &str = "/paydirt.v1.BreakEvenService/ComputeRequiredRevenue";
/// The digits of the only figure that the requests here have; no clock, port or id is likely to have them in a row.
const FIGURE: &str = "7319846205";
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// Calls a method so many times in a row, as a caller that is in a trace.
fn call(address: SocketAddr, method: &str, times: usize) -> Vec<Code> {
    runtime().block_on(async {
        let endpoint = Endpoint::from_shared(format!("http://{address}")).expect("an address is a URI");
        let mut client: Grpc<Channel> = Grpc::new(endpoint.connect().await.expect("it listens"));
        let mut codes = Vec::new();
        for _ in 0..times {
            let message = pb::ComputeRequiredRevenueRequest { accelerator_revenue: FIGURE.into(), ..Default::default() };
            let mut request = Request::new(message);
            for (name, value) in
                [("traceparent", format!("00-{TRACE}-00f067aa0ba902b7-01")), ("x-request-id", "7f3a-9".to_owned())]
            {
                request.metadata_mut().insert(name, value.parse().expect("visible text"));
            }
            client.ready().await.expect("it is connected");
            let codec = ProstCodec::<_, pb::ComputeRequiredRevenueResponse>::default();
            let path = PathAndQuery::try_from(method).expect("a method is a path");
            codes.push(client.unary(request, path, codec).await.map_or_else(|status| status.code(), |_| Code::Ok));
        }
        codes
    })
}

fn calls_logged(program: &Program) -> Vec<Value> {
    program.log().into_iter().filter(|line| line["target"] == "paydirt::access").collect()
}

fn with_collector(address: SocketAddr) -> Program {
    // The end waits for nobody here but for the collector.
    let flags = ["--lame-duck", "0s", "--drain", "1s"];
    Program::start_with(&flags, |command| command.env("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://{address}")))
}

/// Passes on the spans that it is sent.
struct Collector(mpsc::Sender<Span>);

#[async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let of_scopes = request.into_inner().resource_spans.into_iter().flat_map(|of_resource| of_resource.scope_spans);
        for span in of_scopes.flat_map(|of_scope| of_scope.spans) {
            self.0.send(span).map_err(|_| Status::cancelled("nobody looks"))?;
        }
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

/// A collector that works.
fn collector() -> (SocketAddr, mpsc::Receiver<Span>) {
    let (sender, spans) = mpsc::channel();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.set_nonblocking(true).expect("it can");
    let address = listener.local_addr().expect("it is bound");
    std::thread::spawn(move || {
        runtime().block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).expect("a runtime");
            while let Ok((stream, _)) = listener.accept().await {
                let service = TowerToHyperService::new(TraceServiceServer::new(Collector(sender.clone())));
                tokio::spawn(http2::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service));
            }
        })
    });
    (address, spans)
}

#[test]
fn a_span_arrives_in_its_callers_trace_and_has_no_figure() {
    let (address, spans) = collector();
    let program = with_collector(address);
    assert_eq!(call(program.address(), METHOD, 1), [Code::InvalidArgument]);
    let span = spans.recv_timeout(PATIENCE).expect("a span comes");
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    assert_eq!((hex(&span.trace_id), hex(&span.parent_span_id)), (TRACE.to_owned(), "00f067aa0ba902b7".to_owned()));
    assert_eq!(span.name, METHOD[1..]);
    assert!(!format!("{span:?}").contains(FIGURE), "{span:?}");
}

#[test]
fn what_waits_at_the_end_is_still_sent() {
    let (address, spans) = collector();
    let program = with_collector(address);
    assert_eq!(call(program.address(), METHOD, 3).len(), 3);
    program.signal("TERM");
    assert!(program.ended().0.success());
    assert_eq!(spans.try_iter().count(), 3);
}

#[test]
fn a_collector_that_is_not_there_costs_spans_and_nothing_else() {
    // Nobody listens there any more.
    let address = TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr().expect("it is bound");
    let program = with_collector(address);
    let start = Instant::now();
    assert_eq!(call(program.address(), METHOD, 50).len(), 50);
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    eventually("a count of what is lost", || program.metric("paydirt_spans_dropped_total").filter(|count| *count >= 50.0));
    let complaints = program.log().iter().filter(|line| line["target"] == "paydirt::traces").count();
    assert!(complaints <= 1, "{complaints} lines");
}

#[test]
fn a_collector_that_never_answers_keeps_neither_calls_nor_the_end() {
    let silent = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let program = with_collector(silent.local_addr().expect("it is bound"));
    let start = Instant::now();
    assert_eq!(call(program.address(), METHOD, 50).len(), 50);
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    program.signal("TERM");
    let (status, took) = program.ended();
    assert!(status.success() && took < Duration::from_secs(10), "{status} after {took:?}");
}

#[test]
fn a_collector_behind_tls_is_refused_by_the_name_of_its_variable() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_paydirt"))
        .args(["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"])
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector:4317")
        .output()
        .expect("the program ends");
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(!output.status.success() && said.contains("OTEL_EXPORTER_OTLP_ENDPOINT is"), "{said}");
}

#[test]
fn a_call_is_a_line_of_json_without_its_figures() {
    let program = Program::start(&[]);
    call(program.address(), METHOD, 1);
    let line = program.line("call");
    for (name, value) in [("method", &METHOD[1..]), ("code", "INVALID_ARGUMENT"), ("trace_id", TRACE), ("request_id", "7f3a-9")]
    {
        assert_eq!(line[name], value, "{name} of {line}");
    }
    assert!(line["duration_seconds"].is_f64() && line["deadline_left_seconds"].is_f64(), "{line}");
    for line in program.log() {
        assert!(!line.to_string().contains(FIGURE), "{line}");
    }
}

#[test]
fn calls_above_the_limit_are_left_out_of_the_log() {
    let program = Program::start(&["--access-log-lines-per-second", "5"]);
    call(program.address(), METHOD, 500);
    // The limit is by the second, so the line that says so may have to wait for the next one.
    let left_out = eventually("a line that says what was left out", || {
        call(program.address(), METHOD, 1);
        calls_logged(&program).iter().find_map(|line| line["left_out"].as_u64())
    });
    assert!(left_out > 0);
}

#[test]
fn the_level_of_the_log_is_changed_while_it_runs() {
    let program = Program::start(&[]);
    assert_eq!(program.ask("GET", "/log-level", ""), (200, "info\n".to_owned()));
    assert_eq!(program.ask("PUT", "/log-level", "loud").0, 400);
    assert_eq!(program.ask("PUT", "/log-level", "info,paydirt::access=off").0, 204);
    call(program.address(), METHOD, 1);
    assert_eq!(program.ask("PUT", "/log-level", "info").0, 204);
    call(program.address(), "/paydirt.v1.RunwayService/ComputeRunway", 1);
    program.line("call");
    assert_eq!(calls_logged(&program).len(), 1, "{:?}", program.log());
}

#[test]
fn a_change_of_the_level_is_a_line_before_it_takes_effect() {
    let program = Program::start(&[]);
    for level in ["off", "info", "off,paydirt=off,paydirt::log_level=off", "error", "info"] {
        assert_eq!(program.ask("PUT", "/log-level", level).0, 204, "{level}");
    }
    let lines = eventually("five lines", || {
        let lines: Vec<_> = program.log().into_iter().filter(|line| line["message"] == "the log level was changed").collect();
        (lines.len() == 5).then_some(lines)
    });
    let told: Vec<_> =
        lines.iter().map(|line| [&line["before"], &line["now"]].map(|text| text.as_str().expect("text"))).collect();
    assert_eq!(told[..2], [["info", "off"], ["off", "info"]]);
    for line in &lines {
        assert_eq!((&line["level"], &line["target"]), (&"WARN".into(), &"paydirt::log_level".into()));
        let peer: SocketAddr = line["peer"].as_str().and_then(|peer| peer.parse().ok()).expect("an address");
        assert!(peer.ip().is_loopback(), "{line}");
    }
}

/// Probes are answered at once, twenty times in a row: liveness, metrics, and health over gRPC.
fn is_probed(program: &Program, while_there_are: &str) {
    let runtime = runtime();
    for round in 0..20 {
        let start = Instant::now();
        assert_eq!(program.ask("GET", "/livez", ""), (200, "ok\n".to_owned()));
        assert!(program.metric("paydirt_connections").is_some());
        let status = runtime.block_on(async {
            let endpoint = Endpoint::from_shared(format!("http://{}", program.admin_address())).expect("an address is a URI");
            let mut health = HealthClient::new(endpoint.connect().await.expect("it listens"));
            health.check(HealthCheckRequest::default()).await.expect("it is answered").into_inner().status()
        });
        assert_eq!(status, ServingStatus::Serving);
        assert!(start.elapsed() < Duration::from_secs(1), "round {round}: {:?} beside {while_there_are}", start.elapsed());
    }
}

#[test]
fn whoever_holds_all_connections_of_the_admin_port_keeps_no_probe_from_its_answer() {
    let program = Program::start(&[]);
    eventually("it is ready", || (program.ask("GET", "/readyz", "").0 == 200).then_some(()));

    let runtime = runtime();
    let watching = runtime.block_on(async {
        let mut watching = Vec::new();
        for _ in 0..64 {
            let endpoint = Endpoint::from_shared(format!("http://{}", program.admin_address())).expect("an address is a URI");
            let mut health = HealthClient::new(endpoint.connect().await.expect("it listens"));
            let mut changes = health.watch(HealthCheckRequest::default()).await.expect("it is watched").into_inner();
            assert!(changes.message().await.expect("an answer").is_some());
            watching.push(changes);
        }
        watching
    });
    is_probed(&program, "64 watches");

    let mut kept: Vec<TcpStream> = (0..64).map(|_| kept_alive(&program)).collect();
    is_probed(&program, "64 connections that are kept alive");
    // The last of them were asked for last, and are still there.
    assert!(asks(kept.last_mut().expect("64 of them")));
    let again: Vec<TcpStream> = (0..64).map(|_| TcpStream::connect(program.admin_address()).expect("it listens")).collect();
    is_probed(&program, "64 connections that say nothing");
    drop((watching, kept, again));

    let flood = || {
        let mut held = VecDeque::new();
        for _ in 0..2000 {
            held.push_back(TcpStream::connect(program.admin_address()).expect("it listens"));
            if held.len() > 100 {
                held.pop_front();
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    };
    std::thread::scope(|scope| {
        let floods = [scope.spawn(flood), scope.spawn(flood)];
        while !floods.iter().all(ScopedJoinHandle::is_finished) {
            is_probed(&program, "peers that connect without end");
        }
    });
}

/// Whether an answer comes on a connection that is kept alive.
fn asks(stream: &mut TcpStream) -> bool {
    let mut answer = [0; 512];
    let is_sent = stream.write_all(b"GET /livez HTTP/1.1\r\nhost: a\r\n\r\n").is_ok();
    is_sent && stream.read(&mut answer).is_ok_and(|length| answer[..length].starts_with(b"HTTP/1.1 200 "))
}

/// A connection that has asked once.
fn kept_alive(program: &Program) -> TcpStream {
    let mut stream = TcpStream::connect(program.admin_address()).expect("it listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a time is set");
    assert!(asks(&mut stream));
    stream
}

/// An address of this machine that is not its loopback. None on a machine without a network.
fn own_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    // This sends nothing, and chooses the address that would send.
    socket.connect("198.51.100.1:9").ok()?;
    Some(socket.local_addr().ok()?.ip()).filter(|address| !address.is_loopback())
}

#[test]
fn the_level_of_the_log_is_changed_from_where_the_settings_say() {
    let program = Program::start(&["--admin-log-level-changes", "nobody"]);
    assert_eq!(program.ask("PUT", "/log-level", "off").0, 403);
    assert_eq!(program.ask("GET", "/log-level", ""), (200, "info\n".to_owned()));
    let Some(address) = own_address() else {
        return skipped("a change of the log level from another machine: this one has its loopback alone");
    };
    let listens = format!("{address}:0");
    for (who, status) in [("loopback", 403), ("anyone", 204)] {
        let program = Program::start(&["--admin-listen", &listens, "--admin-log-level-changes", who]);
        assert_eq!(program.ask("PUT", "/log-level", "warn").0, status, "{who}");
        assert_eq!(program.ask("GET", "/log-level", "").0, 200);
    }
}

#[test]
fn methods_that_nobody_knows_are_one_series() {
    let program = Program::start(&["--access-log", "off"]);
    let methods = (0..1000).map(|number| format!("/invented.v{number}.Service{number}/Method"));
    runtime().block_on(async {
        let endpoint = Endpoint::from_shared(format!("http://{}", program.address())).expect("an address is a URI");
        let mut client: Grpc<Channel> = Grpc::new(endpoint.connect().await.expect("it listens"));
        for method in methods {
            client.ready().await.expect("it is connected");
            let codec = ProstCodec::<(), ()>::default();
            let path = PathAndQuery::try_from(method).expect("a method is a path");
            let status = client.unary(Request::new(()), path, codec).await.expect_err("nobody knows it");
            assert_eq!(status.code(), Code::Unimplemented);
        }
    });
    let (_, metrics) = program.ask("GET", "/metrics", "");
    assert!(!metrics.contains("invented"), "{metrics}");
    let count = r#"rpc_server_call_duration_seconds_count{rpc_method="_OTHER",rpc_status_code="UNIMPLEMENTED"}"#;
    assert_eq!(program.metric(count), Some(1000.0));
    assert!(metrics.lines().count() < 400, "{} lines", metrics.lines().count());
}

#[test]
fn it_is_alive_and_ready_and_says_what_it_is() {
    let program = Program::start(&[]);
    assert_eq!(program.ask("GET", "/livez", ""), (200, "ok\n".to_owned()));
    eventually("it is ready", || (program.ask("GET", "/readyz", "").0 == 200).then_some(()));
    let (_, version) = program.ask("GET", "/version", "");
    let version: Value = serde_json::from_str(&version).expect("JSON");
    assert_eq!(version["contract"], "paydirt.v1");
    assert!(program.metric("process_resident_memory_bytes").is_some_and(|bytes| bytes > 0.0));
}
