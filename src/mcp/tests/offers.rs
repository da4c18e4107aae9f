//! What agents are offered: tools, resources and the prompt; calls of tools, and their refusals.

use serde_json::{Value, json};
use tonic::Status;

use super::{by_streams, new, old, read};
use crate::engine::study::{STUDIES, StudyKind};
use crate::engine::{MODELS, Refused};
use crate::mcp::{Tool, Tools, Understood, Way, take};
use crate::models::input::ModelError;
use crate::wire::status;

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
