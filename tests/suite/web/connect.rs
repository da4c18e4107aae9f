//! Connect: JSON and binary, one message and one answer; errors that a person can read; timeouts, compression, and the GET.

use std::io::{Read, Write};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use prost::Message;
use serde_json::{Value, json};
use tonic_types::pb::BadRequest;

use super::http::{CAHN, JSON, Peer, REQUIRED_REVENUE, assert_cahns};
use crate::support::{SERVER, Server, json_of, message_of, method_of};

const RUNWAY: &str = "/paydirt.v1.RunwayService/ComputeRunway";
const PROTO: (&str, &str) = ("content-type", "application/proto");

fn peer() -> Peer {
    Peer::of(SERVER.web_address())
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory takes it")
}

#[test]
fn json_is_answered_by_json_and_protobuf_by_protobuf() {
    let mut peer = peer();
    for content_type in ["application/json", "Application/JSON; charset=utf-8"] {
        let answer = peer.post(REQUIRED_REVENUE, &[("content-type", content_type)], CAHN.as_bytes());
        assert_cahns(&answer);
        assert_eq!(answer.header("content-type"), Some("application/json"));
    }
    let message = message_of(&REQUIRED_REVENUE[1..], &serde_json::from_str(CAHN).expect("JSON"));
    let answer = peer.post(REQUIRED_REVENUE, &[PROTO], &message);
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/proto")));
    let answer = json_of(method_of(&REQUIRED_REVENUE[1..]).output(), &answer.body);
    assert_eq!(answer["required_annual_revenue"], "600000000000");
}

#[test]
fn answers_are_kept_from_caches_and_other_pages() {
    let mut peer = peer();
    for answer in [
        peer.post(REQUIRED_REVENUE, &[JSON], CAHN.as_bytes()),
        peer.post(REQUIRED_REVENUE, &[JSON], b"{}"),
        peer.ask("GET", "/nowhere", &[], b""),
        peer.ask("GET", "/", &[], b""),
    ] {
        // A document is kept, and asked for again by its tag.
        let kept = if answer.header("etag").is_some() { "no-cache" } else { "no-store" };
        assert_eq!(answer.header("cache-control"), Some(kept), "{answer:?}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("cross-origin-resource-policy"), Some("same-origin"));
        assert_eq!(answer.header("set-cookie"), None);
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
    let tag = peer.ask("GET", "/errors", &[], b"").header("etag").expect("a tag").to_owned();
    let again = peer.ask("GET", "/errors", &[("if-none-match", &tag)], b"");
    assert_eq!((again.status, again.body.len(), again.header("etag")), (304, 0, Some(&*tag)));
    assert_eq!(peer.ask("GET", "/errors", &[("if-none-match", "\"other\"")], b"").status, 200, "the connection goes on");
}

#[test]
fn an_empty_body_is_an_empty_message_in_protobuf_and_no_json() {
    let mut peer = peer();
    let answer = peer.post("/paydirt.v1.CalculationService/ListPresets", &[PROTO], b"");
    assert_eq!(answer.status, 200);
    assert!(answer.body.len() > 1000);
    assert_eq!(peer.post(RUNWAY, &[JSON], b"").status, 400);
    assert_eq!(peer.post(RUNWAY, &[PROTO], b"").reason(), "INVALID_FIELDS");
}

#[test]
fn a_refusal_names_every_field_in_json_whatever_was_asked_in() {
    let mut peer = peer();
    let request = json!({ "currency_code": "USD", "cash_balance": "many", "horizon_months": 5000 });
    let message = message_of(&RUNWAY[1..], &request);
    for (content_type, body) in [(JSON, request.to_string().as_bytes()), (PROTO, &message[..])] {
        let answer = peer.post(RUNWAY, &[content_type], body);
        assert_eq!((answer.status, answer.header("content-type")), (400, Some("application/json")));
        let error = answer.json();
        assert_eq!(error["code"], "invalid_argument");
        assert!(error["message"].as_str().expect("a message").contains("cash_balance"), "{error}");
        let details = error["details"].as_array().expect("details");
        let of = |name: &str| details.iter().find(|detail| detail["type"] == name).expect(name);
        assert_eq!(of("google.rpc.ErrorInfo")["debug"]["reason"], "INVALID_FIELDS");
        let links = of("google.rpc.Help")["debug"]["links"].as_array().expect("links");
        assert_eq!(links[0], json!({"description": "INVALID_FIELDS", "url": "/errors#INVALID_FIELDS"}));
        let page = Peer::of(SERVER.web_address()).ask("GET", "/errors", &[], b"");
        for link in links {
            let reason = link["url"].as_str().and_then(|url| url.strip_prefix("/errors#")).expect("a link");
            assert!(page.text().contains(&format!("<section id=\"{reason}\">")), "{reason}");
        }
        assert_eq!(links.len(), 3, "that of the call, and those of two fields");
        let readable = &of("google.rpc.BadRequest")["debug"]["fieldViolations"];
        let bytes = STANDARD_NO_PAD.decode(of("google.rpc.BadRequest")["value"].as_str().expect("text")).expect("base64");
        let violations = BadRequest::decode(bytes.as_slice()).expect("the message").field_violations;
        let fields: Vec<&str> = violations.iter().map(|violation| violation.field.as_str()).collect();
        assert_eq!(fields, ["cash_balance", "horizon_months"]);
        for (violation, readable) in violations.iter().zip(readable.as_array().expect("a list")) {
            let expected =
                json!({ "field": violation.field, "description": violation.description, "reason": violation.reason });
            assert_eq!(*readable, expected);
        }
    }
}

#[test]
fn a_timeout_is_kept_and_one_that_is_none_is_refused() {
    let within = |timeout: &str| peer().post(REQUIRED_REVENUE, &[JSON, ("connect-timeout-ms", timeout)], CAHN.as_bytes());
    assert_cahns(&within("9999999999"));
    let late = within("0");
    assert_eq!((late.status, late.reason().as_str()), (504, "DEADLINE_EXCEEDED"));
    for malformed in ["-1", "1s", "10000000000", ""] {
        let answer = within(malformed);
        assert_eq!((answer.status, answer.reason().as_str()), (400, "TIMEOUT_MALFORMED"), "{malformed:?}");
        assert!(answer.text().contains("connect-timeout-ms"));
    }
}

#[test]
fn gzip_is_taken_and_given_and_other_encodings_are_refused() {
    let mut peer = peer();
    let gzipped = ("content-encoding", "gzip");
    assert_cahns(&peer.post(REQUIRED_REVENUE, &[JSON, gzipped], &gzip(CAHN.as_bytes())));
    assert_cahns(&peer.post(REQUIRED_REVENUE, &[JSON, ("content-encoding", "identity")], CAHN.as_bytes()));
    let answer = peer.post(REQUIRED_REVENUE, &[JSON, gzipped], CAHN.as_bytes());
    assert_eq!((answer.status, answer.reason().as_str()), (400, "MESSAGE_MALFORMED"));
    let answer = peer.post(REQUIRED_REVENUE, &[JSON, ("content-encoding", "br")], CAHN.as_bytes());
    assert_eq!((answer.status, answer.reason().as_str()), (501, "ENCODING_UNKNOWN"));
    assert_eq!(answer.header("accept-encoding"), Some("gzip"));

    let mut peer = Peer::of(SERVER.web_address());
    let presets = "/paydirt.v1.CalculationService/ListPresets";
    let plain = peer.post(presets, &[JSON], b"{}");
    let compressed = peer.post(presets, &[JSON, ("accept-encoding", "br, gzip")], b"{}");
    assert_eq!((plain.header("content-encoding"), compressed.header("content-encoding")), (None, Some("gzip")));
    let mut inflated = Vec::new();
    GzDecoder::new(&compressed.body[..]).read_to_end(&mut inflated).expect("gzip");
    assert_eq!(inflated, plain.body);
}

#[test]
fn a_message_above_four_mebibytes_is_refused_whether_its_length_is_told_or_not() {
    let body = vec![b' '; (4 << 20) + 1];
    let mut told = peer();
    let answer = told.post(REQUIRED_REVENUE, &[JSON], &body);
    assert_eq!((answer.status, answer.reason().as_str()), (429, "MESSAGE_TOO_LARGE"));
    assert_eq!(answer.header("connection"), Some("close"), "there is more of it");
    assert!(told.is_closed());
    let mut untold = peer();
    untold.send(format!("POST {REQUIRED_REVENUE} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"));
    for piece in body.chunks(1 << 20) {
        untold.send([format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat());
    }
    let answer = untold.answer().expect("an answer");
    assert_eq!((answer.status, answer.reason().as_str()), (429, "MESSAGE_TOO_LARGE"));
}

#[test]
fn an_answer_to_a_batch_above_four_mebibytes_is_refused_as_on_the_port_for_grpc() {
    let runway = json!({"runway": {"currency_code": "USD", "cash_balance": "1e6", "horizon_months": 1200, "include_ledger": true,
        "costs": [{"name": "staff", "amount": "1e3", "period": "PERIOD_MONTH"}]}});
    let method = "paydirt.v1.CalculationService/BatchCalculations";
    let batch = |count: usize| json!({ "calculations": vec![runway.clone(); count] });
    let mut peer = peer();
    // An answer takes 120 KB in JSON, and a third of that in protobuf.
    for (content_type, body, count) in [
        (JSON, batch(60).to_string().into_bytes(), 60),
        (PROTO, message_of(method, &batch(199)), 199),
        (
            ("content-type", "application/grpc-web+json"),
            [&[0][..], &framed_length(&batch(60)), batch(60).to_string().as_bytes()].concat(),
            60,
        ),
    ] {
        let answer = peer.post(&format!("/{method}"), &[content_type], &body);
        if content_type.1.starts_with("application/grpc-web") {
            assert_eq!((answer.status, answer.header("grpc-status")), (200, Some("8")), "{count}");
        } else {
            assert_eq!((answer.status, answer.reason().as_str()), (429, "ANSWER_TOO_LARGE"), "{count}");
        }
    }
    let answer = peer.post(&format!("/{method}"), &[JSON], batch(3).to_string().as_bytes());
    assert_eq!((answer.status, answer.json()["outcomes"].as_array().map(Vec::len)), (200, Some(3)));
}

/// The length of a message in JSON, as its frame has it.
fn framed_length(message: &Value) -> [u8; 4] {
    u32::try_from(message.to_string().len()).expect("short").to_be_bytes()
}

#[test]
fn connects_get_is_answered_where_the_settings_say_so() {
    let server = Server::with(&["--web-get", "true"]);
    let message = message_of(&REQUIRED_REVENUE[1..], &serde_json::from_str(CAHN).expect("JSON"));
    let in_base64 = URL_SAFE_NO_PAD.encode(&message);
    let compressed = URL_SAFE_NO_PAD.encode(gzip(CAHN.as_bytes()));
    let plain: String = CAHN.bytes().map(|byte| format!("%{byte:02x}")).collect();
    for query in [
        format!("connect=v1&encoding=json&message={plain}"),
        format!("encoding=json&message={compressed}&compression=gzip&base64=1"),
    ] {
        assert_cahns(&Peer::of(server.web_address()).ask("GET", &format!("{REQUIRED_REVENUE}?{query}"), &[], b""));
    }
    let path = format!("{REQUIRED_REVENUE}?encoding=proto&base64=1&message={in_base64}");
    let answer = Peer::of(server.web_address()).ask("GET", &path, &[], b"");
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/proto")));
    // Without the setting, and of a method that is not one question with one answer, it is refused.
    for (address, path) in [
        (SERVER.web_address(), path),
        (server.web_address(), "/paydirt.v1.CalculationService/StreamCalculations?encoding=json&message=%7b%7d".to_owned()),
        (server.web_address(), "/grpc.health.v1.Health/Check?encoding=proto&message=".to_owned()),
    ] {
        let answer = Peer::of(address).ask("GET", &path, &[], b"");
        assert_eq!(answer.status, 405, "{path}");
        assert!(answer.header("allow").is_some_and(|allow| allow.contains("POST")));
    }
}

#[test]
fn whoever_asks_in_another_way_is_told_the_right_one() {
    let refused = |method: &str, path: &str, headers: &[(&str, &str)], body: &str| {
        let answer = peer().ask(method, path, headers, body.as_bytes());
        assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"), "{}", answer.text());
        (answer.status, answer.text().to_owned(), answer)
    };
    let form = ("content-type", "application/x-www-form-urlencoded");
    let (status, line, answer) = refused("POST", REQUIRED_REVENUE, &[form], CAHN);
    assert_eq!(status, 415);
    assert!(line.contains("curl --json") && line.ends_with("\nreason: CONTENT_TYPE_NOT_TAKEN\n"), "{line}");
    assert!(answer.header("accept-post").is_some_and(|types| types.contains("application/json")));
    assert_eq!(refused("POST", REQUIRED_REVENUE, &[], CAHN).0, 415, "none at all");
    assert_eq!(refused("POST", REQUIRED_REVENUE, &[("content-type", "text/plain")], CAHN).0, 415);

    let (status, _, answer) = refused("GET", REQUIRED_REVENUE, &[], "");
    assert_eq!((status, answer.header("allow")), (405, Some("POST")));
    let (status, line, answer) = refused("POST", REQUIRED_REVENUE, &[("content-type", "application/grpc")], "");
    assert_eq!((status, answer.header("grpc-status")), (505, Some("3")), "{line}");
    let detail = STANDARD_NO_PAD.decode(answer.header("grpc-status-details-bin").expect("details")).expect("base64");
    assert!(String::from_utf8_lossy(&detail).contains("HTTP_VERSION_TOO_LOW"));
}

#[test]
fn whoever_speaks_json_is_refused_at_the_door_in_json() {
    let refused = |method: &str, path: &str, headers: &[(&str, &str)], body: &str| {
        let answer = peer().ask(method, path, headers, body.as_bytes());
        assert_eq!(answer.header("content-type"), Some("application/json"), "{}", answer.text());
        let link = format!("/errors#{}", answer.reason());
        assert!(answer.text().contains(&link), "{}", answer.text());
        let line = answer.json()["message"].as_str().expect("a message").to_owned();
        (answer.status, answer.code(), answer.reason(), line)
    };
    let of = |status: u16, code: &str, reason: &str| (status, code.to_owned(), reason.to_owned());
    let asked = |method: &str, path: &str, headers: &[(&str, &str)], body: &str, part: &str| {
        let (status, code, reason, line) = refused(method, path, headers, body);
        assert!(line.contains(part), "{line}");
        (status, code, reason)
    };
    let (unknown, stream) = ("METHOD_UNKNOWN", "/paydirt.v1.CalculationService/StreamCalculations");
    let path = "/paydirt.v1.BreakEvenService/ComputeRequiredRevenues";
    let nearest = format!("did you mean {REQUIRED_REVENUE}");
    assert_eq!(asked("POST", path, &[JSON], CAHN, &nearest), of(404, "UNIMPLEMENTED", unknown));
    assert_eq!(asked("GET", path, &[("accept", "application/json")], "", &nearest), of(404, "UNIMPLEMENTED", unknown));
    let type_not_taken = of(415, "INVALID_ARGUMENT", "CONTENT_TYPE_NOT_TAKEN");
    assert_eq!(asked("POST", stream, &[JSON], "{}", "BatchCalculations"), type_not_taken);
    let streamed = ("content-type", "application/connect+json");
    assert_eq!(asked("POST", REQUIRED_REVENUE, &[streamed], "", "application/json"), type_not_taken);
    let form = [("content-type", "application/x-www-form-urlencoded"), ("accept", "application/json")];
    assert_eq!(asked("POST", REQUIRED_REVENUE, &form, CAHN, "curl --json"), type_not_taken);
    let version = of(505, "INVALID_ARGUMENT", "HTTP_VERSION_TOO_LOW");
    assert_eq!(asked("POST", stream, &[streamed], "", "HTTP/2"), version);
    let method = of(405, "UNKNOWN", "HTTP_METHOD_NOT_TAKEN");
    assert_eq!(asked("POST", "/", &[JSON], "{}", "GET"), method);
    assert_eq!(asked("PUT", REQUIRED_REVENUE, &[PROTO], "", "POST"), method);
    let host = of(421, "PERMISSION_DENIED", "HOST_UNKNOWN");
    assert_eq!(asked("POST", REQUIRED_REVENUE, &[JSON, ("host", "evil.example")], CAHN, "--web-hosts"), host);
    let unclear = of(400, "INVALID_ARGUMENT", "HOST_UNCLEAR");
    assert_eq!(asked("POST", REQUIRED_REVENUE, &[JSON, ("host", "a@localhost")], CAHN, "one host"), unclear);
    let page = of(403, "PERMISSION_DENIED", "ORIGIN_NOT_ALLOWED");
    let origin = ("origin", "https://evil.example");
    assert_eq!(asked("POST", REQUIRED_REVENUE, &[JSON, origin], CAHN, "--web-allow-origin"), page);
    let server = Server::with(&["--web-get", "true"]);
    let path = format!("{REQUIRED_REVENUE}?encoding=json");
    let answer = Peer::of(server.web_address()).ask("GET", &path, &[], b"");
    assert_eq!((answer.status, answer.reason().as_str()), (400, "QUERY_MALFORMED"));
}

#[test]
fn the_health_of_the_server_is_told_in_protobuf() {
    let mut peer = peer();
    let answer = peer.post("/grpc.health.v1.Health/Check", &[PROTO], b"");
    assert_eq!((answer.status, &answer.body[..]), (200, &[8, 1][..]), "SERVING");
    let answer = peer.post("/grpc.health.v1.Health/Check", &[JSON], b"{}");
    assert_eq!(answer.status, 400);
    assert!(answer.text().contains("send protobuf"), "{}", answer.text());
}

#[test]
fn a_call_follows_the_page_on_its_connection() {
    let mut peer = peer();
    let answer = peer.ask("GET", "/", &[], b"");
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/html; charset=utf-8")));
    peer.send("HEAD / HTTP/1.1\r\nhost: localhost\r\n\r\n");
    let length = answer.body.len().to_string();
    let head = format!("content-length: {length}\r\n");
    let mut bytes = vec![0; 4096];
    let read = peer.stream.read(&mut bytes).expect("a head");
    let text = String::from_utf8_lossy(&bytes[..read]);
    assert!(text.contains(&head) && text.ends_with("\r\n\r\n"), "{text}");
    let _: Value = peer.post(REQUIRED_REVENUE, &[JSON], CAHN.as_bytes()).json();
}
