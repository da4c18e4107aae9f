//! Streams of any messages in any pieces, through a server in this process: whole messages, empty ones, compressed ones, bytes that are none, and an end
//! within a message. The answers are those that the engine gives to each message before the first that cannot be read, in their order, wherever the
//! bytes were split, and the trailers say how many they are.

use std::io::{Read, Write};
use std::net::SocketAddr;
use std::sync::{LazyLock, Mutex};

use arbitrary::{Result, Unstructured};
use bytes::Bytes;
use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper_util::rt::{TokioExecutor, TokioIo};
use paydirt::engine::calculation::computed;
use paydirt::server::Server;
use paydirt::server::config::Settings;
use paydirt::wire::pb;
use prost::Message;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc;

const METHOD: &str = "paydirt.v1.CalculationService/StreamCalculations";
const MESSAGE_BYTES_MAX: usize = 4 << 20;

type Pieces = Vec<std::result::Result<Frame<Bytes>, std::convert::Infallible>>;
type Body = http_body_util::combinators::UnsyncBoxBody<Bytes, std::convert::Infallible>;

/// One server for all inputs, and a client of it.
struct Place {
    runtime: Runtime,
    server: SocketAddr,
    connection: Option<SendRequest<Body>>,
}

static PLACE: LazyLock<Mutex<Place>> = LazyLock::new(|| {
    let flags = [
        "--listen",
        "127.0.0.1:0",
        "--admin-listen",
        "127.0.0.1:0",
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
    let address = server.address();
    std::thread::spawn(move || {
        // For as long as the process.
        let (_signals, asked) = mpsc::channel(1);
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(server.serve(&log, asked)).expect("the server serves");
    });
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    Mutex::new(Place { runtime, server: address, connection: None })
});

/// Draws messages and pieces from the bytes. Panics where an answer is missing, wrong or too many.
pub fn check(bytes: &[u8]) {
    let mut bytes = Unstructured::new(bytes);
    let Ok((says_gzip, sent)) = draw(&mut bytes) else { return };
    let Ok(pieces) = split(&sent, &mut bytes) else { return };
    let expected = expected(&sent, says_gzip);
    let answered = PLACE.lock().unwrap_or_else(std::sync::PoisonError::into_inner).ask(pieces, says_gzip);
    assert_eq!(answered, expected, "gzip: {says_gzip}, {} bytes: {}", sent.len(), sent.escape_ascii());
}

/// The answers, the code, and what the trailers say.
#[derive(Debug, PartialEq)]
struct Streamed {
    answers: Vec<pb::StreamCalculationsResponse>,
    code: i32,
    answered: usize,
}

/// What is sent, and whether the headers say that some of it is compressed.
fn draw(bytes: &mut Unstructured) -> Result<(bool, Vec<u8>)> {
    let says_gzip = bytes.arbitrary()?;
    let mut sent = Vec::new();
    for id in 0..bytes.int_in_range(0..=12)? {
        let message = match bytes.int_in_range(0..=5)? {
            0 => Vec::new(),
            1 => pb::StreamCalculationsRequest { correlation_id: id, calculation: None }.encode_to_vec(),
            2 => some(bytes, 40)?,
            3 => value(id, 400),
            _ => value(id, bytes.int_in_range(1..=9)?),
        };
        match bytes.int_in_range(0..=9)? {
            0 => sent.extend(some(bytes, 9)?),
            1 | 2 => frame(1, &gzip(&message), &mut sent),
            3 => frame(1, &message, &mut sent),
            4 => frame(bytes.arbitrary()?, &message, &mut sent),
            _ => frame(0, &message, &mut sent),
        }
    }
    let end = sent.len() - bytes.int_in_range(0..=40)?.min(sent.len());
    if bytes.ratio(1, 4)? {
        sent.truncate(end);
    }
    Ok((says_gzip, sent))
}

/// Up to so many of the bytes.
fn some(bytes: &mut Unstructured, most: usize) -> Result<Vec<u8>> {
    let length = bytes.int_in_range(0..=most)?.min(bytes.len());
    Ok(bytes.bytes(length)?.to_vec())
}

/// A present value of so many flows.
fn value(id: u64, flows: usize) -> Vec<u8> {
    let amounts = (0..flows).map(|at| (at * 7 % 10).to_string().as_str().into()).collect();
    let periodic = pb::PeriodicCashFlows { amounts, period: pb::Period::Month.into() };
    let value = pb::ComputeNetPresentValueRequest {
        currency_code: "USD".into(),
        cash_flows: Some(pb::CashFlows { schedule: Some(pb::cash_flows::Schedule::Periodic(periodic)) }),
        discount_rate: "0.1".into(),
        options: Some(pb::CalculationOptions { explain: flows > 100, rounding: None }),
        ..Default::default()
    };
    let calculation = Some(pb::Calculation { model: Some(pb::calculation::Model::NetPresentValue(value)) });
    pb::StreamCalculationsRequest { correlation_id: id, calculation }.encode_to_vec()
}

fn gzip(message: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(message).and_then(|()| encoder.finish()).expect("memory takes it")
}

fn frame(flag: u8, message: &[u8], sent: &mut Vec<u8>) {
    sent.push(flag);
    sent.extend(u32::try_from(message.len()).expect("a short message").to_be_bytes());
    sent.extend(message);
}

fn split(mut sent: &[u8], bytes: &mut Unstructured) -> Result<Pieces> {
    let mut pieces = Pieces::new();
    while !sent.is_empty() {
        let length = bytes.int_in_range(0..=200)?;
        // Exhausted bytes are zeros: the rest in one piece.
        let (piece, rest) = sent.split_at(if length == 0 { sent.len() } else { length.min(sent.len()) });
        pieces.push(Ok(Frame::data(Bytes::copy_from_slice(piece))));
        sent = rest;
    }
    Ok(pieces)
}

/// What the contract says of these bytes, in whatever pieces.
fn expected(mut sent: &[u8], says_gzip: bool) -> Streamed {
    let mut answers = Vec::new();
    let code = loop {
        let Some((&[flag, ref length @ ..], rest)) = sent.split_first_chunk::<5>() else {
            // An end between messages, or within a prefix whose flag may be wrong already.
            break if sent.is_empty() { tonic::Code::Ok } else { tonic::Code::InvalidArgument };
        };
        let length = u32::from_be_bytes(*length) as usize;
        if flag > 1 || (flag == 1 && !says_gzip) {
            break tonic::Code::InvalidArgument;
        }
        if length > MESSAGE_BYTES_MAX {
            break tonic::Code::ResourceExhausted;
        }
        if rest.len() < length {
            break tonic::Code::InvalidArgument;
        }
        let (message, behind) = rest.split_at(length);
        sent = behind;
        let message = if flag == 1 { inflated(message) } else { Some(message.to_vec()) };
        let asked = message.and_then(|message| pb::StreamCalculationsRequest::decode(&message[..]).ok());
        let Some(asked) = asked else { break tonic::Code::InvalidArgument };
        let outcome = Some(computed(asked.calculation.as_ref()).outcome);
        answers.push(pb::StreamCalculationsResponse { correlation_id: asked.correlation_id, outcome });
    };
    Streamed { answered: answers.len(), answers, code: code as i32 }
}

/// One member, and nothing behind it.
fn inflated(bytes: &[u8]) -> Option<Vec<u8>> {
    let (mut decoder, mut message) = (GzDecoder::new(bytes), Vec::new());
    decoder.read_to_end(&mut message).ok()?;
    decoder.into_inner().is_empty().then_some(message)
}

impl Place {
    fn ask(&mut self, pieces: Pieces, says_gzip: bool) -> Streamed {
        let Place { runtime, server, connection } = self;
        runtime.block_on(async {
            let asked = async {
                let mut sender = match connection.take() {
                    Some(sender) if !sender.is_closed() => sender,
                    _ => connected(*server).await,
                };
                let body = StreamBody::new(futures_util::stream::iter(pieces)).boxed_unsync();
                let mut request = http::Request::post(format!("http://{server}/{METHOD}"))
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
                let number = |name| trailers.get(name).and_then(|value| value.to_str().ok()?.parse().ok());
                let code = number("grpc-status").expect("a status");
                let answered = number("paydirt-answered").expect("where to go on");
                Streamed { answers: unframed(&body.to_bytes()), code, answered: usize::try_from(answered).expect("a count") }
            };
            // Nothing here takes so long, unless it waits for what never comes.
            tokio::time::timeout(std::time::Duration::from_secs(15), asked).await.expect("an end in time")
        })
    }
}

async fn connected(server: SocketAddr) -> SendRequest<Body> {
    let stream = tokio::net::TcpStream::connect(server).await.expect("it listens");
    let (sender, connection) = handshake(TokioExecutor::new(), TokioIo::new(stream)).await.expect("HTTP/2");
    tokio::spawn(connection);
    sender
}

fn unframed(mut body: &[u8]) -> Vec<pb::StreamCalculationsResponse> {
    let mut answers = Vec::new();
    while let Some((&[flag, ref length @ ..], rest)) = body.split_first_chunk::<5>() {
        assert_eq!(flag, 0, "nobody has asked for gzip");
        let (message, behind) = rest.split_at(u32::from_be_bytes(*length) as usize);
        answers.push(pb::StreamCalculationsResponse::decode(message).expect("an answer"));
        body = behind;
    }
    assert!(body.is_empty(), "half an answer");
    answers
}
