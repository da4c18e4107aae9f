//! The protocol from text to text: eras and versions, headers, hostile messages, calls that are given up.

mod offers;

use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::engine::MODELS;
use crate::engine::study::STUDIES;
use crate::wire::status;

const NEW: &str = "2026-07-28";

/// The answer of a message, as the status by HTTP and the message that comes back.
fn asked(message: &str, door: Way<'_>) -> (u16, Value) {
    match take(message.as_bytes(), door, &Tools::default()) {
        Understood::Nothing | Understood::Cancelled(_) => (202, Value::Null),
        Understood::Answered(reply) => read(&reply),
        Understood::Call(call) => read(&call.answer.outcome(Ok("{\"figure\":\"1\"}"))),
    }
}

fn read(reply: &WrittenAnswer) -> (u16, Value) {
    assert!(!reply.text.contains('\n'), "{} has a line end", reply.text);
    (reply.status, serde_json::from_str(&reply.text).unwrap_or_else(|error| panic!("{error} in {}", reply.text)))
}

fn by_streams(message: &str) -> Value {
    asked(message, Way::Streams).1
}

/// A request of the era with a handshake.
fn old(method: &str, params: &str) -> Value {
    by_streams(&format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{params}}}"#))
}

fn meta(version: &str) -> String {
    format!(
        r#""_meta":{{"io.modelcontextprotocol/protocolVersion":"{version}","io.modelcontextprotocol/clientCapabilities":{{}}}}"#
    )
}

/// A request of the stateless era, with further parameters.
fn new(method: &str, params: &str) -> String {
    let comma = if params.is_empty() { "" } else { "," };
    format!(r#"{{"jsonrpc":"2.0","id":"a","method":"{method}","params":{{{}{comma}{params}}}}}"#, meta(NEW))
}

fn by_headers<'a>(version: &'a str, method: &'a str, name: Option<&'a str>) -> Way<'a> {
    Way::Http(RoutingHeaders { version: Some(version), method: Some(method), name, is_unclear: false })
}

#[test]
fn a_handshake_agrees_on_a_version_and_says_what_there_is() {
    for version in ["2025-11-25", "2025-06-18", "2025-03-26"] {
        let answer = old("initialize", &format!(r#"{{"protocolVersion":"{version}","capabilities":{{}}}}"#));
        assert_eq!(answer["result"]["protocolVersion"], version);
        assert_eq!(answer["result"]["capabilities"], json!({"tools": {}, "resources": {}, "prompts": {}}));
        assert_eq!(answer["result"]["serverInfo"]["name"], "paydirt");
        assert_eq!(answer["result"].get("resultType"), None);
    }
    for other in ["2024-11-05", NEW, "soon"] {
        assert_eq!(
            old("initialize", &format!(r#"{{"protocolVersion":"{other}"}}"#))["result"]["protocolVersion"],
            "2025-11-25"
        );
    }
    assert_eq!(old("initialize", "{}")["error"]["code"], -32602);
    assert_eq!(old("ping", "{}"), json!({"jsonrpc": "2.0", "id": 1, "result": {}}));
}

#[test]
fn the_stateless_revision_needs_no_handshake() {
    let found = by_streams(&new("server/discover", ""));
    assert_eq!(found["result"]["supportedVersions"][0], NEW);
    assert_eq!(found["result"]["resultType"], "complete");
    assert_eq!(found["result"]["_meta"]["io.modelcontextprotocol/serverInfo"]["name"], "paydirt");
    let listed = by_streams(&new("tools/list", ""));
    assert_eq!(listed["result"]["tools"].as_array().map(Vec::len), Some(MODELS.len() + STUDIES.len()));
    assert_eq!((&listed["result"]["cacheScope"], &listed["id"]), (&json!("public"), &json!("a")));
    for gone in ["initialize", "ping", "logging/setLevel"] {
        assert_eq!(by_streams(&new(gone, ""))["error"]["code"], -32601, "{gone}");
    }
    assert_eq!(old("server/discover", "{}")["error"]["code"], -32601);
}

#[test]
fn a_request_of_the_stateless_revision_says_its_version_and_its_capabilities() {
    let without = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}"#;
    assert_eq!(by_streams(without)["error"]["code"], -32602);
    let later = new("tools/list", "").replace(NEW, "2030-01-01");
    let refused = by_streams(&later)["error"].clone();
    assert_eq!((&refused["code"], &refused["data"]["requested"]), (&json!(-32022), &json!("2030-01-01")));
    assert_eq!(refused["data"]["supported"], json!([NEW, "2025-11-25", "2025-06-18", "2025-03-26"]));
    let number = new("tools/list", "").replace(&format!("\"{NEW}\""), "5");
    assert_eq!(by_streams(&number)["error"]["code"], -32602);
}

#[test]
fn headers_say_what_the_body_says() {
    let list = new("tools/list", "");
    assert_eq!(asked(&list, by_headers(NEW, "tools/list", None)).0, 200);
    let call = new("tools/call", r#""name":"runway","arguments":{}"#);
    assert_eq!(asked(&call, by_headers(NEW, "tools/call", Some("runway"))).0, 200);
    assert_eq!(asked(&call, by_headers(NEW, "tools/call", Some("=?base64?cnVud2F5?="))).0, 200);
    let read = new("resources/read", r#""uri":"paydirt://errors""#);
    assert_eq!(asked(&read, by_headers(NEW, "resources/read", Some("paydirt://errors"))).0, 200);
    let unclear = Way::Http(RoutingHeaders { version: Some(NEW), method: Some("tools/list"), name: None, is_unclear: true });
    for (message, door) in [
        (&list, by_headers(NEW, "tools/call", None)),
        (&list, by_headers("2030-01-01", "tools/list", None)),
        (&list, by_headers("2025-11-25", "tools/list", None)),
        (&list, Way::Http(RoutingHeaders { method: Some("tools/list"), ..RoutingHeaders::default() })),
        (&list, Way::Http(RoutingHeaders { version: Some(NEW), ..RoutingHeaders::default() })),
        (&list, unclear),
        (&call, by_headers(NEW, "tools/call", Some("payback"))),
        (&call, by_headers(NEW, "tools/call", None)),
        (&call, by_headers(NEW, "tools/call", Some("=?base64?cnVud2F?="))),
    ] {
        let (status, answer) = asked(message, door);
        assert_eq!((status, &answer["error"]["code"]), (400, &json!(-32020)), "{door:?}");
    }
}

#[test]
fn a_header_alone_tells_the_era_of_a_request_without_a_version() {
    let message = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;
    for header in [None, Some("2025-11-25"), Some("2025-06-18"), Some("2025-03-26")] {
        assert_eq!(
            asked(message, Way::Http(RoutingHeaders { version: header, ..RoutingHeaders::default() })).0,
            200,
            "{header:?}"
        );
    }
    for header in [NEW, "2024-11-05", "1900-01-01", ""] {
        let (status, answer) = asked(message, by_headers(header, "tools/list", None));
        assert_eq!((status, &answer["error"]["code"]), (400, &json!(-32602)), "{header}");
    }
}

#[test]
fn statuses_by_http_are_those_of_the_stateless_revision() {
    assert_eq!(asked(&new("nothing", ""), by_headers(NEW, "nothing", None)).0, 404);
    assert_eq!(asked(&new("tools/call", r#""name":"nothing""#), by_headers(NEW, "tools/call", Some("nothing"))).0, 400);
    assert_eq!(asked(r#"{"jsonrpc":"2.0","id":1,"method":"nothing"}"#, Way::Http(RoutingHeaders::default())).0, 200);
    assert_eq!(asked("{", Way::Http(RoutingHeaders::default())).0, 400);
    assert_eq!(asked(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#, Way::Http(RoutingHeaders::default())).0, 202);
    assert_eq!(asked(r#"{"jsonrpc":"2.0","id":1,"result":{}}"#, Way::Http(RoutingHeaders::default())).0, 400);
    assert_eq!(asked(r#"{"jsonrpc":"2.0","id":1,"result":{}}"#, Way::Streams).0, 202);
}

#[test]
fn hostile_messages_are_answered_or_dropped() {
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(100_000), close.repeat(100_000));
    let nested = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"ping","params":{{"a":{}}}}}"#, deep("[", "]"));
    assert_eq!(by_streams(&nested)["id"], 1);
    for (message, code) in [
        ("", -32700),
        ("{", -32700),
        ("nothing", -32700),
        ("{} {}", -32700),
        ("\u{feff}{}", -32700),
        ("[]", -32600),
        ("1", -32600),
        ("null", -32600),
        ("\"{}\"", -32600),
        (r#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, -32600),
        ("{}", -32600),
        (r#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, -32600),
        (r#"{"id":1,"method":"ping"}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":1,"method":5}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":1}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":1e3,"method":"ping"}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":[1],"method":"ping"}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/list"}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":1,"method":"tools/call"}"#, -32602),
        (r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":5}}"#, -32602),
        (r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"runway","name":"payback"}}"#, -32602),
        (r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"runway","arguments":[1]}}"#, -32602),
        (r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"RUNWAY","arguments":{}}}"#, -32602),
        (r#"{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{}}"#, -32602),
        (r#"{"jsonrpc":"2.0","id":1,"method":"constructor"}"#, -32601),
    ] {
        assert_eq!(by_streams(message)["error"]["code"], code, "{message}");
    }
    assert_eq!(by_streams(&deep("[", "]"))["error"]["code"], -32600);
    assert_eq!(
        by_streams(&format!(r#"{{"jsonrpc":"2.0","id":"{}","method":"ping"}}"#, "a".repeat(300)))["error"]["code"],
        -32600
    );
    let bytes = [br#"{"jsonrpc":"2.0","id":1,"method":""#, &[0xff, 0xfe][..], br#""}"#].concat();
    assert!(matches!(take(&bytes, Way::Streams, &Tools::default()), Understood::Answered(reply) if reply.status == 400));
    let id = by_streams(r#"{"jsonrpc":"2.0","id":"\u0022\n","method":"ping"}"#)["id"].clone();
    assert_eq!(id, "\"\n");
    let long_name =
        format!(r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"{}"}}}}"#, "é".repeat(100_000));
    assert!(by_streams(&long_name).to_string().len() < 1000);
    let many = format!(r#"{{"jsonrpc":"2.0",{}"id":1,"method":"ping"}}"#, r#""a":1,"#.repeat(100_000));
    assert_eq!(by_streams(&many)["result"], json!({}));
}

#[test]
fn a_notice_names_the_call_that_is_given_up() {
    let id_of = |id: &str| {
        let call = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"tools/call","params":{{"name":"runway"}}}}"#);
        match take(call.as_bytes(), Way::Streams, &Tools::default()) {
            Understood::Call(call) => call.answer.request_id(),
            other => panic!("{other:?}"),
        }
    };
    let given_up = |method: &str, id: &str| {
        let notice = format!(r#"{{"jsonrpc":"2.0","method":"{method}","params":{{"requestId":{id}}}}}"#);
        match take(notice.as_bytes(), Way::Streams, &Tools::default()) {
            Understood::Cancelled(id) => Some(id),
            Understood::Nothing => None,
            other => panic!("{other:?}"),
        }
    };
    for (id, same) in [("7", "7"), ("\"7\"", "\"7\""), ("\"a\"", "\"\\u0061\""), ("\"\\n\"", "\"\\u000a\"")] {
        assert_eq!(given_up("notifications/cancelled", same), Some(id_of(id)), "{id} {same}");
    }
    assert_ne!(given_up("notifications/cancelled", "\"7\""), Some(id_of("7")));
    assert_eq!(given_up("notifications/progress", "7"), None);
    let without = r#"{"jsonrpc":"2.0","method":"notifications/cancelled"}"#;
    assert!(matches!(take(without.as_bytes(), Way::Streams, &Tools::default()), Understood::Nothing));
}

#[test]
fn a_message_that_is_refused_unread_has_an_answer_that_says_why() {
    let busy = status::unavailable("OVERLOADED", "too many long calculations are waiting", Duration::from_millis(250));
    let answer: Value = serde_json::from_str(&refused_unread(&busy)).expect("JSON");
    let message = "too many long calculations are waiting: try again in 250 ms";
    let error = json!({"code": -32000, "message": message, "data": {"reason": "OVERLOADED"}});
    assert_eq!(answer, json!({"jsonrpc": "2.0", "id": null, "error": error}));
    let too_long = status::message_too_large(5, 4);
    let answer: Value = serde_json::from_str(&refused_unread(&too_long)).expect("JSON");
    assert_eq!(
        answer["error"],
        json!({"code": -32600, "message": too_long.message(), "data": {"reason": "MESSAGE_TOO_LARGE"}})
    );
}
