//! Agents at `/mcp` of the web port: a message is a POST, and a call of a tool goes through the layers as any call does.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};

use serde_json::{Value, json};

use super::clients::run;
use super::{call, refusal};
use crate::golden::{Answered, assert_rows_are_answered, files_of_models, rows_of, violations_of};
use crate::program::{PATIENCE, Program};
use crate::support::{SERVER, method_of_model, models};
use crate::tools::tool;

const NEW: &str = "2026-07-28";

/// A program with a web port.
pub fn program() -> Program {
    Program::start(&["--web-listen", "127.0.0.1:0"])
}

fn web_address(program: &Program) -> SocketAddr {
    program.line("listening")["web_address"].as_str().expect("an address").parse().expect("an address")
}

/// A connection of HTTP/1.1 that is kept.
pub struct Connection {
    stream: BufReader<TcpStream>,
    address: SocketAddr,
}

/// The status, the headers by their names, and the body.
type Response = (u16, HashMap<String, String>, String);

impl Connection {
    pub fn to(program: &Program) -> Connection {
        let address = web_address(program);
        let stream = TcpStream::connect(address).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time is set");
        Connection { stream: BufReader::new(stream), address }
    }

    fn ask(&mut self, method: &str, headers: &[(&str, &str)], body: &str) -> Response {
        let host =
            if headers.iter().any(|(name, _)| *name == "host") { String::new() } else { format!("host: {}\r\n", self.address) };
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let head = format!("{method} /mcp HTTP/1.1\r\n{host}{headers}content-length: {}\r\n\r\n", body.len());
        self.stream.get_mut().write_all((head + body).as_bytes()).expect("it reads");
        let mut line = || {
            let mut line = String::new();
            self.stream.read_line(&mut line).expect("text");
            line.trim_end().to_owned()
        };
        let status = line().split(' ').nth(1).expect("a status").parse().expect("a number");
        let fields = std::iter::from_fn(|| Some(line()).filter(|line| !line.is_empty()));
        let headers: HashMap<String, String> = fields
            .filter_map(|field| field.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned())))
            .collect();
        let length = headers.get("content-length").map_or(0, |length| length.parse().expect("a number"));
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).expect("the body");
        (status, headers, String::from_utf8(body).expect("text"))
    }

    /// A message of the era with a handshake.
    pub fn post(&mut self, message: &str) -> (u16, Value) {
        let (status, _, body) = self.ask("POST", &[("content-type", "application/json")], message);
        (status, serde_json::from_str(&body).unwrap_or(Value::Null))
    }
}

#[test]
fn every_golden_row_has_its_digits_and_its_refusals_at_the_web_port() {
    let tools: HashMap<String, String> = models().into_iter().map(|model| (method_of_model(&model), model)).collect();
    let program = program();
    let mut connection = Connection::to(&program);
    let client = SERVER.client();
    for file in files_of_models() {
        let count = assert_rows_are_answered(file, &rows_of(file), |method, request| -> Answered {
            let (status, answer) = connection.post(&call(1, &tools[method], request));
            assert_eq!(status, 200, "{answer}");
            let result = &answer["result"];
            if result["isError"] == false {
                return Ok(result["structuredContent"].clone());
            }
            let status = client.call(method, request).expect_err("gRPC refuses it too");
            let (field, _) = violations_of(&status).first().cloned().expect("a field");
            assert!(refusal(result).starts_with(&format!("{field}: ")), "{result}");
            Err((status.code(), violations_of(&status)))
        });
        assert!(count >= 100, "{file}: {count}");
    }
}

#[test]
fn a_call_of_a_tool_is_a_call_of_its_method() {
    let program = program();
    let mut connection = Connection::to(&program);
    connection.post(&call(1, "price_change", &json!({"start_price": "2", "end_price": "1"})));
    connection.post(&call(2, "price_change", &json!({"start_price": 2})));
    let method = "paydirt.v1.ValuationService/ComputePriceChange";
    for code in ["OK", "INVALID_ARGUMENT"] {
        crate::program::eventually(code, || (program.calls(method, code) == 1.0).then_some(()));
    }
    program.until_metric("paydirt_calls_by_protocol_total{codec=\"json\",protocol=\"mcp\"}", 2.0);
    // What asks for no calculation is no call.
    connection.post(r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#);
    program.until_metric("paydirt_web_requests_total{kind=\"agent\",status=\"200\"}", 1.0);
    program.until_metric("paydirt_calls_by_protocol_total{codec=\"json\",protocol=\"mcp\"}", 2.0);
}

#[test]
fn headers_and_statuses_are_those_of_the_protocol() {
    let program = program();
    let mut connection = Connection::to(&program);
    let meta = json!({"io.modelcontextprotocol/protocolVersion": NEW, "io.modelcontextprotocol/clientCapabilities": {}});
    let list = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": meta}}).to_string();
    let json = ("content-type", "application/json");
    let version = ("mcp-protocol-version", NEW);
    let (status, headers, body) = connection.ask("POST", &[json, version, ("mcp-method", "tools/list")], &list);
    assert_eq!((status, &headers["content-type"][..], &headers["cache-control"][..]), (200, "application/json", "no-store"));
    assert!(body.contains("\"resultType\":\"complete\""), "{body:.300}");
    let doubled = [json, version, ("mcp-method", "tools/list"), ("mcp-method", "tools/list")];
    for headers in
        [&[json, version][..], &[json, version, ("mcp-method", "ping")], &[json, ("mcp-method", "tools/list")], &doubled]
    {
        let (status, _, body) = connection.ask("POST", headers, &list);
        assert!(status == 400 && body.contains("-32020"), "{status} {body}");
    }
    assert_eq!(connection.post(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#).0, 202);
    assert_eq!(connection.post("[]").0, 400);
    let later = list.replace(NEW, "2030-01-01");
    let (status, _, body) =
        connection.ask("POST", &[json, ("mcp-protocol-version", "2030-01-01"), ("mcp-method", "tools/list")], &later);
    assert!(status == 400 && body.contains("-32022"), "{body}");
    let unknown = list.replace("tools/list", "tools/none");
    let (status, _, body) = connection.ask("POST", &[json, version, ("mcp-method", "tools/none")], &unknown);
    assert!(status == 404 && body.contains("-32601"), "{body}");
}

#[test]
fn whatever_is_no_message_is_refused_at_the_door() {
    let program = program();
    let asked = |method: &str, headers: &[(&str, &str)]| Connection::to(&program).ask(method, headers, "{}");
    let json = ("content-type", "application/json");
    for method in ["GET", "DELETE", "PUT"] {
        let (status, headers, _) = asked(method, &[json]);
        assert_eq!((status, headers.get("allow").map(String::as_str)), (405, Some("POST")), "{method}");
    }
    assert_eq!(asked("POST", &[]).0, 415);
    assert_eq!(asked("POST", &[("content-type", "text/plain")]).0, 415);
    for (header, status, reason) in
        [(("origin", "https://example.com"), 403, "ORIGIN_NOT_ALLOWED"), (("host", "example.com"), 421, "HOST_UNKNOWN")]
    {
        let (answered, headers, body) = asked("POST", &[json, header]);
        assert_eq!((answered, &headers["content-type"][..]), (status, "application/json"));
        let answer: Value = serde_json::from_str(&body).expect("JSON");
        assert_eq!((&answer["jsonrpc"], &answer["id"]), (&json!("2.0"), &Value::Null), "{answer}");
        assert_eq!((&answer["error"]["code"], &answer["error"]["data"]["reason"]), (&json!(-32600), &json!(reason)));
    }
    let (status, _, body) = Connection::to(&program).ask("POST", &[json], &" ".repeat((4 << 20) + 1));
    assert!(status == 429 && body.contains("-32600"), "{status} {body}");
}

#[test]
fn official_clients_work_over_http() {
    let program = program();
    let url = format!("http://{}/mcp", web_address(&program));
    for (client, script) in [("mcp-python", "tests/clients/mcp_client.py"), ("mcp-node", "tests/clients/mcp_client.js")] {
        let Some(language) = tool(client) else { continue };
        for era in ["auto", "legacy"] {
            let said = run(&language, &[script, era, &url]);
            assert!(said.ends_with("as it should be\n"), "{said}");
        }
    }
    if let Some(inspector) = tool("mcp-inspector") {
        let said = run(&inspector, &["--cli", &url, "--transport", "http", "--method", "tools/list"]);
        assert!(said.contains("\"runway\""), "{said}");
    }
}

/// The scenarios that need no tools of the suite's own.
#[test]
fn the_conformance_suite_is_content() {
    let Some(suite) = tool("mcp-conformance") else { return };
    let program = program();
    let url = format!("http://{}/mcp", web_address(&program));
    for scenario in ["server-initialize", "ping", "tools-list", "resources-list", "prompts-list", "dns-rebinding-protection"] {
        let said = run(&suite, &["server", "--url", &url, "--scenario", scenario]);
        assert!(!said.contains("FAILURE"), "{scenario}: {said}");
    }
}
