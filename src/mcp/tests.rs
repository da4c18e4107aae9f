use std::time::Duration;

use serde_json::{Value, json};
use tonic::Status;

use super::*;
use crate::engine::study::{STUDIES, StudyKind};
use crate::engine::{MODELS, Refused};
use crate::models::input::ModelError;
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
fn a_call_has_the_arguments_as_they_were_written() {
    let arguments = r#"{ "cash_balance" : 12345678901234567890123 , "cash_balance":"\u0031"}"#;
    let message = new("tools/call", &format!(r#""name":"runway","arguments":{arguments}"#));
    let Understood::Call(call) = take(message.as_bytes(), Way::Streams, &Tools::default()) else { panic!("no call") };
    let runway = MODELS.iter().position(|model| *model == "runway").expect("a model");
    assert_eq!((call.tool, &*call.request), (Tool::Model(runway), arguments));
    let (_, answer) = read(&call.answer.outcome(Ok(r#"{"a":"ü\"\n"}"#)));
    assert_eq!(answer["result"]["structuredContent"], json!({"a": "ü\"\n"}));
    assert_eq!(answer["result"]["content"][0]["text"], r#"{"a":"ü\"\n"}"#);
    assert_eq!(answer["result"]["isError"], false);
    for none in ["", r#","arguments":null"#] {
        let message = new("tools/call", &format!(r#""name":"runway"{none}"#));
        let Understood::Call(call) = take(message.as_bytes(), Way::Streams, &Tools::default()) else { panic!("no call") };
        assert_eq!(call.request, "{}");
    }
}

#[test]
fn a_call_of_a_study_is_a_request_of_its_method_and_a_refusal_names_what_the_agent_wrote() {
    let arguments = r#"{"model":"runway","request":{"cash_balance":"\u0031"},"lever":{"fields":["cash_balance"]}}"#;
    let message = new("tools/call", &format!(r#""name":"solve_for_input","arguments":{arguments}"#));
    let Understood::Call(call) = take(message.as_bytes(), Way::Streams, &Tools::default()) else { panic!("no call") };
    assert_eq!(call.tool, Tool::Study(StudyKind::Solve));
    assert_eq!(call.tool.method(), ("paydirt.v1.StudyService", "SolveForInput"));
    let request: Value = serde_json::from_str(&call.request).expect("JSON");
    assert_eq!(request, json!({"calculation": {"runway": {"cash_balance": "1"}}, "lever": {"fields": ["cash_balance"]}}));
    let unread = br#"{"calculation": {"runwy": {}}, "lever": {"feilds": []}, "target": 5}"#;
    let unread = crate::wire::json::read::<crate::wire::pb::SolveForInputRequest>(unread);
    let refused: Status = unread.expect_err("it cannot be read").into();
    let answer = read(&call.answer.outcome(Err(&(&refused).into()))).1["result"].clone();
    let text = answer["content"][0]["text"].as_str().expect("a text");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], r#"model: "runwy" is none of its words: write "runway""#);
    assert!(lines[1].starts_with("lever.feilds: ") && lines[1].contains("\"fields\""), "{text}");
    assert!(lines[2].starts_with("target: ") && lines[2].ends_with("write \"5\""), "{text}");
    // A message without a calculation is answered at once.
    let twice = r#""name":"list_paths","arguments":{"model":"runway","model":"payback"}"#;
    let answer = by_streams(&new("tools/call", twice))["result"].clone();
    assert_eq!(
        (&answer["isError"], &answer["content"][0]["text"]),
        (&json!(true), &json!("model: the field stands here twice"))
    );
}

#[test]
fn a_refused_call_names_each_field_on_a_line() {
    let unread = crate::wire::json::read::<crate::wire::pb::ComputeRunwayRequest>(br#"{"cash_balance": 5, "csots": []}"#);
    let refused: Status = unread.expect_err("it cannot be read").into();
    let message = new("tools/call", r#""name":"runway","arguments":{}"#);
    let answered = |status: &Status| match take(message.as_bytes(), Way::Streams, &Tools::default()) {
        Understood::Call(call) => read(&call.answer.outcome(Err(&status.into()))).1["result"].clone(),
        other => panic!("{other:?}"),
    };
    let answer = answered(&refused);
    assert_eq!(answer["isError"], true);
    let text = answer["content"][0]["text"].as_str().expect("a text");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert!(lines[0].starts_with("cash_balance: ") && lines[0].ends_with("write \"5\""), "{text}");
    assert!(lines[1].contains("costs"), "{text}");
    let too_large = Refused::from(ModelError::ResultTooLarge { name: "net_burn".to_owned() });
    assert!(answered(&too_large.into())["content"][0]["text"].as_str().is_some_and(|text| text.starts_with("net_burn: ")));
    let busy = status::unavailable("OVERLOADED", "the server is busy", std::time::Duration::from_millis(250));
    assert_eq!(answered(&busy)["content"][0]["text"], "the server is busy: try again in 250 ms");
    assert_eq!(answered(&status::deadline_exceeded())["isError"], true);
}

#[test]
fn tools_can_be_fewer() {
    let tools = Tools::named(&["runway", "capex_roi", "runway"]).expect("both are tools");
    let Understood::Answered(reply) = take(new("tools/list", "").as_bytes(), Way::Streams, &tools) else { panic!("no answer") };
    let listed = read(&reply).1["result"]["tools"].clone();
    assert_eq!(listed.as_array().map(Vec::len), Some(2));
    let message = new("tools/call", r#""name":"payback","arguments":{}"#);
    assert!(matches!(take(message.as_bytes(), Way::Streams, &tools), Understood::Answered(_)));
    let unknown = Tools::named(&["runwy"]).expect_err("no tool").to_string();
    assert_eq!(unknown, r#"there is no tool called "runwy"; did you mean "runway"?"#);
}

/// The most bytes of a study's tool: a study describes itself, and leaves the model's request to the model's tool.
const STUDY_BYTES_MAX: usize = 3000;

#[test]
fn the_list_of_tools_is_short_enough_to_be_read_with_each_question() {
    let answer = by_streams(&new("tools/list", ""));
    let bytes = answer.to_string().len();
    let of_studies = STUDIES.len() * STUDY_BYTES_MAX;
    assert!(bytes <= 64 * 1024 + of_studies, "the list of tools has {bytes} bytes");
    for tool in answer["result"]["tools"].as_array().expect("tools") {
        let bytes = tool.to_string().len();
        let is_study = STUDIES.iter().any(|study| tool["name"] == study.name);
        assert!(!is_study || bytes <= STUDY_BYTES_MAX, "{} has {bytes} bytes", tool["name"]);
        let hints = &tool["annotations"];
        assert_eq!(hints, &json!({"readOnlyHint": true, "idempotentHint": true, "openWorldHint": false}), "{}", tool["name"]);
    }
}

#[test]
fn a_tool_is_listed_under_the_name_by_which_it_is_found_and_a_study_takes_each_model() {
    let listed = by_streams(&new("tools/list", ""))["result"]["tools"].clone();
    for tool in listed.as_array().expect("tools") {
        let name = tool["name"].as_str().expect("a name");
        let found = Tools::default().find(name).expect("it is there");
        let asks_a_model = match found {
            Tool::Model(model) => {
                assert_eq!(MODELS[model], name);
                continue;
            }
            Tool::Study(study) => {
                assert_eq!(study.row().name, name);
                study != StudyKind::Chain
            }
        };
        let schema = &tool["inputSchema"];
        let of = if asks_a_model { &schema["properties"] } else { &schema["$defs"]["Link"]["properties"] };
        assert_eq!(of["model"]["enum"], json!(MODELS), "{name}");
        assert_eq!(of["request"]["type"], "object", "{name}");
    }
}

#[test]
fn presets_and_errors_can_be_read() {
    let read = |uri: &str| old("resources/read", &format!(r#"{{"uri":"{uri}"}}"#));
    let text = |uri: &str| read(uri)["result"]["contents"][0]["text"].as_str().expect("a text").to_owned();
    let presets: Value = serde_json::from_str(&text("paydirt://presets")).expect("JSON");
    for preset in presets.as_array().expect("a list") {
        let uri = format!("paydirt://presets/{}", preset["name"].as_str().expect("a name"));
        let whole: Value = serde_json::from_str(&text(&uri)).expect("JSON");
        assert_eq!(whole["title"], preset["title"]);
        let tool = preset["tool"].as_str().expect("a tool");
        let asked = match tool {
            "solve_for_input" => &whole[tool],
            "compute_sensitivity" => &whole["sensitivity"],
            _ => &whole["calculation"][tool],
        };
        assert!(asked.is_object() && Tools::default().find(tool).is_ok(), "{uri}");
    }
    assert!(text("paydirt://errors").starts_with("# Errors"));
    assert_eq!(read("paydirt://presets/none")["error"]["code"], -32002);
    assert_eq!(by_streams(&new("resources/read", r#""uri":"file:///etc/passwd""#))["error"]["code"], -32602);
    assert_eq!(
        old("resources/templates/list", "{}")["result"]["resourceTemplates"][0]["uriTemplate"],
        "paydirt://presets/{name}"
    );
}

#[test]
fn a_claim_becomes_a_task() {
    let answer =
        old("prompts/get", r#"{"name":"check_figure","arguments":{"claim":"cash for \"18\" months","source":"a paper"}}"#);
    let text = answer["result"]["messages"][0]["content"]["text"].as_str().expect("a text");
    assert!(text.contains("cash for \"18\" months") && text.contains("a paper") && text.contains("options.explain"), "{text}");
    assert_eq!(old("prompts/get", r#"{"name":"check_figure"}"#)["error"]["code"], -32602);
    assert_eq!(old("prompts/get", r#"{"name":"other"}"#)["error"]["code"], -32602);
    assert_eq!(old("prompts/list", "{}")["result"]["prompts"][0]["name"], "check_figure");
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
