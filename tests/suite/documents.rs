//! The documents that describe the contract, and the list of reasons that one of them is made of.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::process::{Command, Stdio};

use bytes::Bytes;
use flate2::read::GzDecoder;
use http::header::{CONTENT_TYPE, HeaderName};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use paydirt::engine::study::STUDIES;
use paydirt::wire::documents::{ContractDocument, DOCUMENTS, ERRORS, TOOLS};
use paydirt::wire::reasons::{AT_THE_DOOR, ListedReason, OF_CALLS, OF_FIELDS, Provocation};
use serde_json::Value;
use tonic::Status;
use tonic_types::StatusExt;

use crate::contract::{Contract, descriptors};
use crate::golden::violations_of;
use crate::support::{Client, SERVER, method_of, models};
use crate::tools::{root, tool};
use crate::web::http::Peer;

fn document(path: &str) -> ContractDocument {
    *DOCUMENTS.iter().find(|document| document.path == path).unwrap_or_else(|| panic!("no document at {path}"))
}

fn json(path: &str) -> Value {
    serde_json::from_slice(document(path).plain).expect("it is JSON")
}

#[test]
fn a_document_by_gzip_is_the_document() {
    for ContractDocument { path, plain, gzip, .. } in DOCUMENTS {
        let mut unpacked = Vec::new();
        GzDecoder::new(*gzip).read_to_end(&mut unpacked).expect("it is gzip");
        assert!(unpacked == *plain, "{path} by gzip is another document");
        assert!(gzip.len() < plain.len(), "{path} is no shorter by gzip");
    }
}

#[test]
fn the_contract_is_short_enough_for_a_page_that_loads_it_first() {
    let bytes = document("/contract.json").gzip.len();
    assert!(bytes <= 34 * 1024, "contract.json has {bytes} bytes by gzip");
}

#[test]
fn the_contract_has_every_part_and_its_comment() {
    let (written, contract) = (json("/contract.json"), Contract::of(&descriptors()));
    let short = |name: &str| name.trim_start_matches("paydirt.v1.").to_owned();
    let words = |text: &Value| text.as_str().expect("a comment").split_whitespace().collect::<Vec<_>>().join(" ");
    for message in &contract.messages {
        let found = &written["messages"][short(message.full_name())];
        assert_eq!(words(&found["comment"]), contract.comment(&message.parent_file(), message.path()).text());
        let fields: Vec<_> = message.fields().collect();
        assert_eq!(found["fields"].as_array().map(Vec::len), Some(fields.len()), "{}", message.full_name());
        for (field, found) in fields.iter().zip(found["fields"].as_array().expect("fields")) {
            assert_eq!(found["name"], field.name());
            assert_eq!(words(&found["comment"]), contract.comment_of(field).text(), "{}", field.full_name());
        }
    }
    for of in &contract.enums {
        let found = &written["enums"][short(of.full_name())]["values"];
        assert_eq!(found.as_array().map(Vec::len), Some(of.values().count()), "{}", of.full_name());
    }
    let services = written["services"].as_array().expect("services");
    assert_eq!(services.len(), contract.services.len());
    let of_models = services.iter().flat_map(|service| service["methods"].as_array().expect("methods"));
    let of_models: BTreeSet<&str> = of_models.filter_map(|method| method["model"].as_str()).collect();
    assert_eq!(of_models, models().iter().map(String::as_str).collect());
}

/// OpenAPI's own validator, and JSON Schema's for what the document calls an example: presets, and requests of golden rows.
#[test]
fn openapi_is_valid_and_so_are_its_examples() {
    let Some(python) = tool("openapi-python") else { return };
    let mut validator = Command::new(python)
        .arg(root().join("tests/clients/openapi.py"))
        .args(golden_files())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    validator.stdin.take().expect("a pipe").write_all(document("/openapi.json").plain).expect("it reads");
    let said = validator.wait_with_output().expect("it ends");
    let text = format!("{}{}", String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
    assert!(said.status.success(), "{text}");
    println!("{text}");
}

fn golden_files() -> Vec<std::path::PathBuf> {
    let names = ["break_even", "capex_roi", "runway", "cash_flow", "internal_rate", "decision", "valuation", "study"];
    names.iter().map(|name| root().join(format!("tests/golden/{name}.jsonl"))).collect()
}

#[test]
fn every_tool_of_agents_is_a_model_with_a_question_or_a_study() {
    let tools: Vec<Value> = TOOLS.lines().map(|tool| serde_json::from_str(tool).expect("a tool is JSON")).collect();
    let names: Vec<&str> = tools.iter().map(|tool| tool["name"].as_str().expect("a name")).collect();
    let (models, studies) = names.split_at(paydirt::engine::MODELS.len());
    assert_eq!(models, paydirt::engine::MODELS);
    assert_eq!(studies, STUDIES.iter().map(|study| study.name).collect::<Vec<_>>());
    for (place, tool) in tools.iter().enumerate() {
        let question = tool["description"].as_str().expect("a description");
        // A study says beside its question when it is the one to call.
        let is_a_question = if place < models.len() { question.ends_with('?') } else { question.contains("? ") };
        assert!(is_a_question, "{question}");
        assert_eq!(tool["inputSchema"]["type"], "object", "{}", tool["name"]);
        assert_references_are_kept(&tool["inputSchema"], &tool["inputSchema"]["$defs"]);
    }
}

fn assert_references_are_kept(schema: &Value, kept: &Value) {
    match schema {
        Value::Object(fields) => {
            if let Some(Value::String(reference)) = fields.get("$ref") {
                let name = reference.strip_prefix("#/$defs/").expect("a reference within the schema");
                assert!(kept[name].is_object(), "{reference} is nowhere");
            }
            fields.values().for_each(|within| assert_references_are_kept(within, kept));
        }
        Value::Array(items) => items.iter().for_each(|within| assert_references_are_kept(within, kept)),
        _ => {}
    }
}

fn reasons() -> impl Iterator<Item = &'static ListedReason> {
    OF_FIELDS.iter().chain(OF_CALLS).chain(AT_THE_DOOR)
}

/// The files in which a reason is written, and no other words in capitals.
const WRITTEN_IN: [&str; 7] = [
    "src/wire/status.rs",
    "src/wire/json/explain.rs",
    "src/server/web/refusal.rs",
    "src/server/layers/admission.rs",
    "src/server/capacity/memory.rs",
    "src/server/capacity/pool/admission.rs",
    "models/src/input.rs",
];

#[test]
fn the_list_has_every_reason_that_the_code_gives_and_no_other() {
    let mut given = BTreeSet::new();
    for file in WRITTEN_IN {
        let text = std::fs::read_to_string(root().join(file)).expect("a source");
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let quoted = code.split('"').skip(1).step_by(2).map(str::to_owned);
        let is_one = |word: &String| word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
        given.extend(quoted.filter(|word| word.len() > 4 && is_one(word) && !word.ends_with("UNSPECIFIED")));
    }
    let listed: BTreeSet<String> = reasons().map(|reason| reason.name.to_owned()).collect();
    assert_eq!(listed.len(), reasons().count(), "a reason is listed twice");
    assert_eq!(listed, given);
}

#[test]
fn a_reason_that_input_provokes_is_provoked_by_the_request_of_the_list() {
    let client = SERVER.client();
    for reason in reasons() {
        let refused = match reason.origin {
            Provocation::Situation(words) => {
                assert!(words.ends_with('.'), "{}: {words}", reason.name);
                continue;
            }
            Provocation::Request(method, request) => refusal_of(&client, method, request),
            Provocation::Long { method, before, part, times, after } => {
                refusal_of(&client, method, &format!("{before}{}{after}", part.repeat(times)))
            }
            Provocation::Web { method, path, headers } => {
                let answer = Peer::of(SERVER.web_address()).ask(method, path, headers, b"");
                let status = format!("HTTP's status is {}.", answer.status);
                assert!(reason.meaning.ends_with(&status), "{}: {status}", reason.name);
                assert_eq!((answer.reason().as_str(), answer.code().as_str()), (reason.name, reason.code));
                continue;
            }
            Provocation::Call { path, header, framed } => refusal_of_call(&client, path, header, framed.to_vec()),
        };
        let of_call = refused.get_details_error_info().unwrap_or_else(|| panic!("{}: {refused:?}", reason.name)).reason;
        let of_fields = violations_of(&refused);
        let is_given = of_call == reason.name || of_fields.iter().any(|(_, of_field)| of_field == reason.name);
        assert!(is_given, "{}: {of_call} {of_fields:?}", reason.name);
        assert_eq!(name_of(&refused), reason.code, "{}", reason.name);
    }
}

/// Sends a request in JSON, by gRPC.
fn refusal_of(client: &Client, method: &str, request: &str) -> Status {
    let length = u32::try_from(request.len()).expect("it is short").to_be_bytes();
    let framed = [&[0], &length[..], request.as_bytes()].concat();
    refusal_of_call(client, &format!("/{method}"), Some(("content-type", "application/grpc+json")), framed)
}

fn refusal_of_call(client: &Client, path: &str, header: Option<(&'static str, &str)>, framed: Vec<u8>) -> Status {
    let mut request = http::Request::post(format!("http://localhost{path}"))
        .header(CONTENT_TYPE, "application/grpc")
        .header("te", "trailers");
    if let Some((name, value)) = header {
        let headers = request.headers_mut().expect("good headers");
        headers.insert(HeaderName::from_static(name), value.parse().expect("visible characters"));
    }
    let request = request.body(Full::new(Bytes::from(framed))).expect("a request");
    // Not by tonic, whose client keeps the timeout of a call itself.
    client.runtime.block_on(async {
        let stream = tokio::net::TcpStream::connect(SERVER.address()).await.expect("it listens");
        let (mut sender, connection) =
            hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.expect("HTTP/2");
        tokio::spawn(connection);
        let response = sender.send_request(request).await.expect("an answer");
        if let Some(status) = Status::from_header_map(response.headers()) {
            return status;
        }
        let trailers = response.into_body().collect().await.expect("a body").trailers().cloned().expect("trailers");
        Status::from_header_map(&trailers).expect("a status")
    })
}

fn name_of(status: &Status) -> String {
    let name = format!("{:?}", status.code());
    let mut written = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !written.is_empty() {
            written.push('_');
        }
        written.push(letter.to_ascii_uppercase());
    }
    written
}

#[test]
fn the_page_of_errors_has_a_place_for_every_reason() {
    let page = std::str::from_utf8(document("/errors").plain).expect("text");
    for reason in reasons() {
        assert!(page.contains(&format!("<section id=\"{}\">", reason.name)), "{}", reason.name);
        assert!(ERRORS.contains(&format!("\n### {}\n", reason.name)), "{}", reason.name);
    }
    for method in reasons().filter_map(|reason| match reason.origin {
        Provocation::Request(method, _) | Provocation::Long { method, .. } => Some(method),
        _ => None,
    }) {
        method_of(method);
    }
}
