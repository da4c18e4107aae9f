//! The admin port: probes, metrics and the log level, in plain HTTP/1.1 and HTTP/2, and gRPC's health service beside them.
//!
//! Another thread answers the admin port than the calls, so that a probe tells a server that is busy from one that is stuck.

mod connections;
#[cfg(test)]
mod tests;

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::net::TcpStream;
use tokio::task::{JoinSet, yield_now};
use tokio::time::timeout;
use tonic::Status;
use tonic::body::Body;
use tonic_health::pb::health_server::{Health, HealthServer};
use tower::Service;

use self::connections::{OpenConnections, Requests, UnderWay};
use crate::server::config::{
    ADMIN_REQUEST_TIMEOUT, HEADER_LIST_BYTES_MAX, KEEPALIVE_INTERVAL, KEEPALIVE_TIMEOUT, LogLevelChanges,
};
use crate::server::stage::{Stage, Watcher};
use crate::server::telemetry::log::LogLevel;
use crate::server::telemetry::metrics::Metrics;
use crate::server::telemetry::{REVISION, RUSTC, VERSION};
use crate::server::transport::listener::Listener;

/// The longest log level that is read: a level by target takes some twenty bytes.
const LOG_LEVEL_BYTES_MAX: usize = 1024;
/// Requests in flight on one HTTP/2 connection: a probe has one.
const STREAMS_MAX: u32 = 8;
const HEALTH: &str = "/grpc.health.v1.Health/";
const WATCH: &str = "/grpc.health.v1.Health/Watch";

/// The facts that the admin port tells.
pub(super) struct Admin<H: Health> {
    /// An error, which names the worker, when a worker is stuck.
    pub alive: Box<dyn Fn() -> Result<(), String> + Send + Sync>,
    pub stage: Watcher,
    pub metrics: Arc<Metrics>,
    pub log_level: LogLevel,
    pub log_level_changes: LogLevelChanges,
    /// The number of lines that the log has dropped so far.
    pub log_lines_dropped: Box<dyn Fn() -> u64 + Send + Sync>,
    pub health: HealthServer<H>,
}

impl<H: Health> fmt::Debug for Admin<H> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Admin")
    }
}

/// Answers until `shutdown` comes, and then closes every connection at once. The runtime has to be single-threaded: see
/// [`Metrics::log_lines_dropped_are`].
pub(super) async fn serve<H: Health>(mut listener: Listener, admin: Admin<H>, shutdown: impl Future<Output = ()>) {
    let admin = Arc::new(admin);
    // Dropping the set closes the connections that are left.
    let mut connections = JoinSet::new();
    let mut open = OpenConnections::default();
    tokio::pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => return,
            Some(_) = connections.join_next() => {}
            (stream, peer) = open.accept(&mut listener, &admin.metrics) => {
                let requests = Arc::new(Requests::new());
                let task = connections.spawn(serve_connection(stream, peer, admin.clone(), Arc::clone(&requests)));
                open.0.push((task, requests));
                // The connections that are there have their turn between two new ones.
                yield_now().await;
            }
        }
    }
}

async fn serve_connection<H: Health>(
    stream: std::net::TcpStream,
    peer: SocketAddr,
    admin: Arc<Admin<H>>,
    requests: Arc<Requests>,
) {
    let Ok(stream) = TcpStream::from_std(stream) else { return };
    let counted = requests.clone();
    let service = service_fn(move |request: Request<Incoming>| {
        let (admin, under_way) = (admin.clone(), UnderWay::new(&counted, request.uri().path() != WATCH));
        async move { Ok::<_, Infallible>(answer(&admin, request, peer, under_way).await) }
    });
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(ADMIN_REQUEST_TIMEOUT)
        .max_buf_size(HEADER_LIST_BYTES_MAX as usize);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS_MAX)
        .max_header_list_size(HEADER_LIST_BYTES_MAX)
        .keep_alive_interval(KEEPALIVE_INTERVAL)
        .keep_alive_timeout(KEEPALIVE_TIMEOUT);
    tokio::select! {
        // An error says that the peer is gone or makes no sense, and either way the connection has ended.
        _ = builder.serve_connection(TokioIo::new(stream), service) => {}
        () = requests.cease(ADMIN_REQUEST_TIMEOUT) => {}
    }
}

async fn answer<H: Health>(
    admin: &Admin<H>,
    request: Request<Incoming>,
    peer: SocketAddr,
    under_way: UnderWay,
) -> Response<Body> {
    if request.uri().path().starts_with(HEALTH) {
        let response = match timeout(ADMIN_REQUEST_TIMEOUT, admin.health.clone().call(request)).await {
            Ok(Ok(response)) => response,
            Err(_) => Status::deadline_exceeded("the request took too long to come").into_http(),
        };
        // A watch is in flight for as long as its body is.
        return response.map(|body| {
            Body::new(body.map_frame(move |frame| {
                let _kept = &under_way;
                frame
            }))
        });
    }
    let is_head = request.method() == Method::HEAD;
    let response = timeout(ADMIN_REQUEST_TIMEOUT, admin.answer(request, peer))
        .await
        .unwrap_or_else(|_| text(StatusCode::REQUEST_TIMEOUT, "the request took too long to come\n"));
    let (mut parts, body) = response.into_parts();
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    parts.headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Response::from_parts(parts, Body::new(Full::new(if is_head { Bytes::new() } else { body })))
}

impl<H: Health> Admin<H> {
    async fn answer(&self, request: Request<Incoming>, peer: SocketAddr) -> Response<Bytes> {
        let (parts, body) = request.into_parts();
        let is_read = matches!(parts.method, Method::GET | Method::HEAD);
        match (parts.uri.path(), is_read) {
            ("/livez", true) => match (self.alive)() {
                Ok(()) => text(StatusCode::OK, "ok\n"),
                Err(stuck) => text(StatusCode::SERVICE_UNAVAILABLE, format!("{stuck}\n")),
            },
            ("/readyz", true) => match *self.stage.borrow() {
                Stage::Serving => text(StatusCode::OK, "ok\n"),
                other => text(StatusCode::SERVICE_UNAVAILABLE, format!("{}\n", stage_name(other))),
            },
            ("/metrics", true) => self.metrics(),
            ("/version", true) => version(),
            ("/log-level", true) => text(StatusCode::OK, format!("{}\n", self.log_level.get())),
            ("/log-level", false) if parts.method == Method::PUT => self.set_log_level(body, peer).await,
            ("/livez" | "/readyz" | "/metrics" | "/version", false) => not_allowed("GET, HEAD"),
            ("/log-level", false) => not_allowed("GET, HEAD, PUT"),
            _ => text(StatusCode::NOT_FOUND, "here are /livez, /readyz, /metrics, /version, /log-level and gRPC health\n"),
        }
    }

    fn metrics(&self) -> Response<Bytes> {
        self.metrics.log_lines_dropped_are((self.log_lines_dropped)());
        match self.metrics.written() {
            Ok(metrics) => of_type(StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8", metrics),
            Err(error) => text(StatusCode::INTERNAL_SERVER_ERROR, format!("{error}\n")),
        }
    }

    async fn set_log_level(&self, body: Incoming, peer: SocketAddr) -> Response<Bytes> {
        if !self.log_level_changes.may(peer.ip()) {
            return text(StatusCode::FORBIDDEN, "--admin-log-level-changes does not let you change the level\n");
        }
        let Ok(body) = Limited::new(body, LOG_LEVEL_BYTES_MAX).collect().await else {
            return text(StatusCode::PAYLOAD_TOO_LARGE, format!("a level takes at most {LOG_LEVEL_BYTES_MAX} bytes\n"));
        };
        let body = body.to_bytes();
        let level = String::from_utf8_lossy(&body);
        match self.log_level.set(level.trim(), peer) {
            Ok(()) => of_type(StatusCode::NO_CONTENT, "text/plain", Bytes::new()),
            Err(reason) => text(StatusCode::BAD_REQUEST, format!("{reason}\n")),
        }
    }
}

fn stage_name(stage: Stage) -> &'static str {
    match stage {
        Stage::Starting => "starting",
        Stage::NoRoom => "the limit on open files leaves room for too few connections",
        Stage::Serving => "serving",
        Stage::LameDuck => "lame duck",
        Stage::Draining => "draining",
    }
}

fn version() -> Response<Bytes> {
    let version = serde_json::json!({ "version": VERSION, "revision": REVISION, "rustc": RUSTC, "contract": "paydirt.v1" });
    of_type(StatusCode::OK, "application/json", format!("{version}\n"))
}

fn not_allowed(allowed: &'static str) -> Response<Bytes> {
    let mut response = text(StatusCode::METHOD_NOT_ALLOWED, format!("allowed are {allowed}\n"));
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allowed));
    response
}

fn text(status: StatusCode, text: impl Into<Bytes>) -> Response<Bytes> {
    of_type(status, "text/plain; charset=utf-8", text)
}

fn of_type(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Response<Bytes> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
