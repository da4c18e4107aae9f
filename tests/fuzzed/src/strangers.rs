//! What strangers send to the web port: bytes that are no HTTP, or nearly some, and requests with any method, path, headers and body. Whatever
//! it is, it is answered or refused, never by an error of the server, and the answer is written as its own head says.

use std::panic::AssertUnwindSafe;

use arbitrary::{Result, Unstructured};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, Response, Uri};
use serde_json::Value;
use tonic::Code;

use crate::framing::{some, split};
use crate::place::{ask_web, tell_web};
use crate::unary::METHOD;
use crate::web_answers::{body, code_of_connect, frames, from_base64};

/// A request that is whole, of which some bytes are changed.
const REQUEST: &[u8] = b"POST /paydirt.v1.CashFlowService/ComputeNetPresentValue HTTP/1.1\r\nhost: localhost\r\n\
    content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\nGET /errors HTTP/1.1\r\nhost: localhost\r\n\r\n";

/// Sends any bytes as HTTP/1.1, and then no more.
pub fn bytes(bytes: &mut Unstructured) -> Result<()> {
    let client = bytes.arbitrary()?;
    let sent = if bytes.ratio(1, 4)? {
        some(bytes, 600)?
    } else {
        let mut sent = REQUEST.to_vec();
        for _ in 0..bytes.int_in_range(1..=6)? {
            let place = bytes.choose_index(sent.len())?;
            match bytes.int_in_range(0..=2)? {
                0 => sent[place] = bytes.arbitrary()?,
                1 => drop(sent.remove(place)),
                _ => sent.insert(place, bytes.arbitrary()?),
            }
        }
        sent
    };
    let answer = tell_web(&sent, client);
    let lines = answer.split(|byte| *byte == b'\n').filter(|line| line.starts_with(b"HTTP/1.1 "));
    for status in lines.filter_map(|line| line.get(9..12)) {
        assert_ne!(status, b"500", "{}: {}", sent.escape_ascii(), answer.escape_ascii());
    }
    Ok(())
}

const PATHS: &[&str] = &[
    METHOD,
    METHOD,
    "paydirt.v1.CalculationService/StreamCalculations",
    "paydirt.v1.CalculationService/ListPresets",
    "grpc.health.v1.Health/Check",
    "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    "mcp",
    "errors",
    "",
    "nowhere",
];
const METHODS: &[&str] = &["POST", "POST", "POST", "GET", "PUT", "OPTIONS", "HEAD", "BREW"];
/// Names of headers, each with values that mean something.
const HEADERS: &[(&str, &[&str])] = &[
    (
        "content-type",
        &[
            "application/json",
            "application/proto",
            "application/connect+json",
            "application/connect+proto",
            "application/grpc",
            "application/grpc+json",
            "application/grpc-web",
            "application/grpc-web-text+json",
            "application/json; charset=latin1",
        ],
    ),
    ("accept", &["application/json", "*/*"]),
    ("accept-encoding", &["gzip", "br, gzip;q=0", "identity"]),
    ("content-encoding", &["gzip", "br", "identity"]),
    ("connect-content-encoding", &["gzip", "br"]),
    ("connect-accept-encoding", &["gzip"]),
    ("grpc-encoding", &["gzip", "deflate", "identity"]),
    ("grpc-accept-encoding", &["gzip", "identity,gzip"]),
    ("grpc-timeout", &["1n", "10S", "soon"]),
    ("connect-timeout-ms", &["0", "10000", "-1"]),
    ("origin", &["http://localhost", "null", "https://stranger.example"]),
    ("access-control-request-method", &["POST"]),
    ("if-none-match", &["*", "\"x\""]),
    ("mcp-protocol-version", &["2026-07-28", "2025-06-18"]),
    ("mcp-method", &["tools/list"]),
    ("x-request-id", &["7"]),
    ("traceparent", &["00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"]),
];
const BODIES: &[&[u8]] = &[
    b"{}",
    b"",
    b"\0\0\0\0\x02{}",
    b"\0\0\0\0\0",
    b"AAAAAAA=",
    br#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#,
    br#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"runway","arguments":{}}}"#,
];

/// Sends a request with any method, path, headers and body.
pub fn request(bytes: &mut Unstructured) -> Result<()> {
    let is_http_2: bool = bytes.arbitrary()?;
    let method = Method::from_bytes(bytes.choose(METHODS)?.as_bytes()).expect("a method");
    let path = bytes.choose(PATHS)?;
    let query = match bytes.int_in_range(0..=3)? {
        0 => format!("?{}", some(bytes, 60)?.escape_ascii()),
        1 => "?encoding=json&message=%7b%7d&connect=v1".to_owned(),
        _ => String::new(),
    };
    let target = if is_http_2 { format!("http://localhost/{path}{query}") } else { format!("/{path}{query}") };
    let Ok(uri) = Uri::try_from(target) else { return Ok(()) };
    let mut request = Request::new(());
    (*request.method_mut(), *request.uri_mut()) = (method.clone(), uri);
    if !is_http_2 {
        request.headers_mut().insert("host", HeaderValue::from_static("localhost"));
    }
    for _ in 0..bytes.int_in_range(0..=5)? {
        let (name, values) = bytes.choose(HEADERS)?;
        let value = if bytes.ratio(1, 5)? { some(bytes, 30)? } else { bytes.choose(values)?.as_bytes().to_vec() };
        if let Ok(value) = HeaderValue::from_bytes(&value) {
            request.headers_mut().append(HeaderName::from_static(name), value);
        }
    }
    let sent = if bytes.arbitrary()? { bytes.choose(BODIES)?.to_vec() } else { some(bytes, 100)? };
    let pieces = split(&sent, bytes)?;
    let shown = format!("{request:?} {}", sent.escape_ascii());
    let answer = ask_web(request.map(|()| body(pieces)), is_http_2);
    let looked_at = AssertUnwindSafe(|| as_its_head_says(&answer, method == Method::HEAD, path == &"mcp"));
    let written = std::panic::catch_unwind(looked_at);
    assert!(written.is_ok(), "{shown} is answered by {answer:?}");
    Ok(())
}

/// Panics where the answer is an error of the server, or is not written as its head says.
fn as_its_head_says(answer: &Response<Bytes>, is_head: bool, is_agents: bool) {
    let (status, headers) = (answer.status().as_u16(), answer.headers());
    assert!(status < 500 || [501, 503, 504, 505].contains(&status), "{status}");
    let content_type = headers.get("content-type").map_or("", |text| text.to_str().expect("text"));
    let code = |headers: &http::HeaderMap| {
        headers.get("grpc-status").map(|code| Code::from(code.to_str().expect("text").parse::<i32>().expect("a number")))
    };
    let of_head = code(headers);
    assert!(!matches!(of_head, Some(Code::Internal)), "{of_head:?}");
    let is_gzip = headers.get("content-encoding").is_some();
    if is_head || is_gzip || status == 204 || status == 304 {
        return;
    }
    match content_type {
        "application/json" if is_agents => {
            let message: Value = serde_json::from_slice(answer.body()).expect("JSON");
            assert_eq!(message["jsonrpc"], "2.0");
        }
        "application/json" if status != 200 => assert_ne!(code_of_connect(answer), Code::Internal),
        "application/json" => _ = serde_json::from_slice::<Value>(answer.body()).expect("JSON"),
        web if web.starts_with("application/grpc-web") => {
            let is_text = web.starts_with("application/grpc-web-text");
            let bytes = if is_text { from_base64(answer.body()) } else { answer.body().to_vec() };
            let (_, trailers) = frames(&bytes, headers);
            assert_ne!(code(&trailers).expect("a status"), Code::Internal);
        }
        lines if lines.starts_with("text/plain") && status != 200 => {
            let text = std::str::from_utf8(answer.body()).expect("text");
            assert!(text.contains("\nreason: "), "{text}");
        }
        _ => {}
    }
}
