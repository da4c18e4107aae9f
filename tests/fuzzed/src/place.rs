//! A server in this process, and a client that sends what it is told to.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{LazyLock, Mutex, PoisonError};

use bytes::Bytes;
use http::HeaderMap;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;
use hyper::client::conn::http1;
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper_util::rt::{TokioExecutor, TokioIo};
use paydirt::server::Server;
use paydirt::server::config::Settings;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc;

/// The pieces of the body of a request.
pub type Pieces = Vec<Result<Frame<Bytes>, Infallible>>;
pub type Body = http_body_util::combinators::UnsyncBoxBody<Bytes, Infallible>;

/// One server for all inputs, and a client of it.
struct Place {
    runtime: Runtime,
    server: SocketAddr,
    connection: Option<SendRequest<Body>>,
    web: SocketAddr,
    web_connection: Option<SendRequest<Body>>,
}

/// What the server has answered.
pub struct Answered {
    pub body: Bytes,
    /// The trailers, or the headers of an answer without a body.
    pub trailers: HeaderMap,
}

impl Answered {
    /// The number that a trailer says.
    pub fn number(&self, name: &str) -> Option<u64> {
        self.trailers.get(name)?.to_str().ok()?.parse().ok()
    }

    /// The code of the call.
    pub fn code(&self) -> i32 {
        self.number("grpc-status").and_then(|code| i32::try_from(code).ok()).expect("a status")
    }
}

static PLACE: LazyLock<Mutex<Place>> = LazyLock::new(|| {
    let flags = [
        "--listen",
        "127.0.0.1:0",
        "--admin-listen",
        "127.0.0.1:0",
        "--web-listen",
        "127.0.0.1:0",
        "--web-get",
        "true",
        "--log-level",
        "off",
        "--max-wait",
        "1m",
        "--workers",
        "1",
    ];
    let settings = Settings::read(["paydirt"].into_iter().chain(flags)).expect("good settings");
    let log = paydirt::server::start_log(&settings).expect("nobody else has");
    let server = Server::prepare(settings).expect("a free port");
    let (address, web) = (server.address(), server.web_address().expect("it is on"));
    std::thread::spawn(move || {
        // For as long as the process.
        let (_signals, asked) = mpsc::channel(1);
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(server.serve(&log, asked)).expect("the server serves");
    });
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    Mutex::new(Place { runtime, server: address, connection: None, web, web_connection: None })
});

/// The answer to a request of these pieces, whose headers say that some of it is compressed or do not.
pub fn ask(method: &str, says_gzip: bool, pieces: Pieces) -> Answered {
    PLACE.lock().unwrap_or_else(PoisonError::into_inner).ask(method, says_gzip, pieces)
}

/// The answer of the web port to a request, by HTTP/2 or by HTTP/1.1 on a connection of its own.
pub fn ask_web(request: http::Request<Body>, is_http_2: bool) -> http::Response<Bytes> {
    PLACE.lock().unwrap_or_else(PoisonError::into_inner).ask_web(request, is_http_2)
}

/// Everything that the web port answers to these bytes, behind which the client ends its side. The client has an address of its own, because
/// one whose bytes are no HTTP may not connect again as often as it likes.
pub fn tell_web(bytes: &[u8], client: u16) -> Vec<u8> {
    let place = PLACE.lock().unwrap_or_else(PoisonError::into_inner);
    let [high, low] = client.to_be_bytes();
    place.runtime.block_on(in_time(async {
        let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
        socket.bind(SocketAddr::from(([127, 1, high, low], 0))).expect("an address of this machine");
        let mut stream = socket.connect(place.web).await.expect("it listens");
        // Whatever the server refuses, it may close while more is sent.
        let _ = stream.write_all(bytes).await;
        let _ = stream.shutdown().await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        answer
    }))
}

/// Nothing here takes so long, unless it waits for what never comes.
async fn in_time<T>(asked: impl Future<Output = T>) -> T {
    tokio::time::timeout(std::time::Duration::from_secs(15), asked).await.expect("an end in time")
}

impl Place {
    fn ask_web(&mut self, request: http::Request<Body>, is_http_2: bool) -> http::Response<Bytes> {
        let Place { runtime, web, web_connection, .. } = self;
        runtime.block_on(in_time(async {
            let response = if is_http_2 {
                let mut sender = match web_connection.take() {
                    Some(sender) if !sender.is_closed() => sender,
                    _ => connected(*web).await,
                };
                sender.ready().await.expect("a connection");
                let response = sender.send_request(request).await.expect("an answer");
                *web_connection = Some(sender);
                response
            } else {
                let stream = tokio::net::TcpStream::connect(*web).await.expect("it listens");
                let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.expect("a connection");
                tokio::spawn(connection);
                sender.send_request(request).await.expect("an answer")
            };
            let (parts, body) = response.into_parts();
            let collected = body.collect().await.expect("the end of an answer");
            let mut parts = parts;
            parts.headers.extend(collected.trailers().cloned().unwrap_or_default());
            http::Response::from_parts(parts, collected.to_bytes())
        }))
    }

    fn ask(&mut self, method: &str, says_gzip: bool, pieces: Pieces) -> Answered {
        let Place { runtime, server, connection, .. } = self;
        runtime.block_on(in_time(async {
            let mut sender = match connection.take() {
                Some(sender) if !sender.is_closed() => sender,
                _ => connected(*server).await,
            };
            let body = StreamBody::new(futures_util::stream::iter(pieces)).boxed_unsync();
            let mut request = http::Request::post(format!("http://{server}/{method}"))
                .header("content-type", "application/grpc")
                .header("te", "trailers");
            if says_gzip {
                request = request.header("grpc-encoding", "gzip");
            }
            sender.ready().await.expect("a connection");
            let response = sender.send_request(request.body(body).expect("a request")).await.expect("an answer");
            let (parts, body) = response.into_parts();
            let body = body.collect().await.expect("an end with trailers");
            let trailers = body.trailers().cloned().unwrap_or(parts.headers);
            *connection = Some(sender);
            Answered { body: body.to_bytes(), trailers }
        }))
    }
}

async fn connected(server: SocketAddr) -> SendRequest<Body> {
    let stream = tokio::net::TcpStream::connect(server).await.expect("it listens");
    let (sender, connection) = handshake(TokioExecutor::new(), TokioIo::new(stream)).await.expect("HTTP/2");
    tokio::spawn(connection);
    sender
}
