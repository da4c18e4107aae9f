//! Metrics and log of the web port: calls count as calls of gRPC, requests that are none have a counter of their own, and no query is logged.

use super::http::{CAHN, JSON, Peer, REQUIRED_REVENUE};
use crate::program::{Program, eventually};
use crate::support::Client;

#[test]
fn calls_are_counted_by_protocol_and_other_requests_by_kind() {
    let program = Program::start(&["--web-get", "true", "--log-level", "debug,h2=off,hyper=off"]);
    let method = &REQUIRED_REVENUE[1..];
    let mut peer = Peer::of(program.web_address());
    assert_eq!(peer.post(REQUIRED_REVENUE, &[JSON, ("x-request-id", "r-7")], CAHN.as_bytes()).status, 200);
    assert_eq!(peer.post(REQUIRED_REVENUE, &[JSON], b"{}").status, 400);
    assert_eq!(peer.post(REQUIRED_REVENUE, &[JSON], b"{]").status, 400);
    assert_eq!(peer.post(REQUIRED_REVENUE, &[("content-type", "application/proto")], b"").status, 400);
    assert_eq!(peer.post(REQUIRED_REVENUE, &[("content-type", "application/grpc-web")], b"\0\0\0\0\0").status, 200);
    let query = "encoding=json&message=%7b%22currency_code%22%3a%22SECRET%22%7d";
    assert_eq!(peer.ask("GET", &format!("{REQUIRED_REVENUE}?{query}"), &[], b"").status, 400);
    let client = Client::of(program.address());
    client.call(method, &serde_json::from_str(CAHN).expect("JSON")).expect("an answer");
    assert_eq!(peer.ask("GET", "/?secret=SECRET", &[], b"").status, 200);
    assert_eq!(peer.ask("GET", "/SECRET", &[], b"").status, 404);
    assert_eq!(peer.ask("GET", "/", &[("host", "evil.example")], b"").status, 421);

    let count = |labels: &str| program.metric(&format!("paydirt_calls_by_protocol_total{{{labels}}}")).unwrap_or(0.0);
    eventually("all calls", || (count("codec=\"json\",protocol=\"connect\"") == 4.0).then_some(()));
    assert_eq!(count("codec=\"proto\",protocol=\"connect\""), 1.0);
    assert_eq!(count("codec=\"proto\",protocol=\"grpc_web\""), 1.0);
    assert_eq!(count("codec=\"proto\",protocol=\"grpc\""), 1.0);
    // Unreadable JSON is a mistake in a call of its method.
    assert_eq!((program.calls(method, "OK"), program.calls(method, "INVALID_ARGUMENT")), (2.0, 5.0));
    let requests = |labels: &str| program.metric(&format!("paydirt_web_requests_total{{{labels}}}")).unwrap_or(0.0);
    assert_eq!(requests("kind=\"page\",status=\"200\""), 1.0);
    assert_eq!(requests("kind=\"refused\",status=\"404\""), 1.0);
    assert_eq!(requests("kind=\"refused\",status=\"421\""), 1.0);

    let line = eventually("a line of the call", || program.log().into_iter().find(|line| line["request_id"] == "r-7"));
    assert_eq!((&line["message"], &line["protocol"], &line["method"]), (&"call".into(), &"connect".into(), &method.into()));
    let refused = program.line("refused at the web port");
    assert_eq!(refused["status"], 421);
    let log = program.log().iter().map(ToString::to_string).collect::<String>();
    assert!(!log.contains("SECRET"), "a query or a path is in the log");
}

#[test]
fn the_line_listening_names_the_web_port_and_a_command_for_it() {
    let program = Program::start(&[]);
    let line = program.line("listening");
    let ask = line["ask_web"].as_str().expect("a command");
    assert!(ask.starts_with("curl --json '{") && ask.contains(&program.web_address().to_string()), "{ask}");
    let program = Program::start(&["--web-listen", ""]);
    let line = program.line("listening");
    assert!(line.get("web_address").is_none() && line.get("ask_web").is_none(), "{line}");
}

#[test]
fn the_command_for_the_web_port_is_answered() {
    let Some(curl) = crate::tools::tool("curl") else { return };
    let program = Program::start(&[]);
    let line = program.line("listening");
    let command = line["ask_web"].as_str().expect("a command").replace("curl", &format!("'{}' -sS", curl.display()));
    let output = std::process::Command::new("sh").args(["-c", &command]).output().expect("sh is there");
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    assert_eq!(answer["required_annual_revenue"], "600000000000");
}
