//! The clients of those who made Connect and gRPC-Web: `tests/clients/web_client.js` asks by each of them, in every way that they have.

use std::io::Write;
use std::process::{Command, Stdio};

use paydirt::wire::pb;
use serde_json::{Value, json};

use crate::support::SERVER;
use crate::tools::{root, tool};

/// The request and the answer by gRPC of the first golden rows of each family, and of a refusal.
fn questions() -> Vec<(String, Value)> {
    let mut questions = vec![
        ("paydirt.v1.RunwayService/ComputeRunway".to_owned(), json!({"currency_code": "USD", "cash_balance": "many"})),
        ("paydirt.v1.CalculationService/ListPresets".to_owned(), json!({})),
    ];
    let mut methods: Vec<String> = Vec::new();
    for file in crate::golden::FILES {
        let text = std::fs::read_to_string(root().join("tests/golden").join(file)).expect("rows");
        for line in text.lines() {
            let row: Value = serde_json::from_str(line).expect("a row");
            let method = row["method"].as_str().expect("a method").to_owned();
            if row["response"].is_object() && !methods.contains(&method) {
                questions.push((method.clone(), row["request"].clone()));
                methods.push(method);
            }
        }
    }
    let calculation = json!({"price_change": {"start_price": "100", "end_price": "50"}});
    questions.push(("paydirt.v1.CalculationService/BatchCalculations".to_owned(), json!({ "calculations": [calculation] })));
    questions
}

#[test]
fn the_clients_of_connect_and_grpc_web_have_the_answers_of_grpc() {
    let Some(node) = tool("web-node") else { return };
    let directory = tempfile::tempdir().expect("a directory");
    let descriptors = directory.path().join("descriptors.bin");
    std::fs::write(&descriptors, pb::FILE_DESCRIPTOR_SET).expect("it is written");
    let questions = questions();
    let asked: Vec<Value> = questions.iter().map(|(method, request)| json!({ "method": method, "request": request })).collect();
    let mut child = Command::new(node)
        .arg(root().join("tests/clients/web_client.js"))
        .arg(format!("http://{}", SERVER.web_address()))
        .arg(&descriptors)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node starts");
    let mut input = child.stdin.take().expect("a pipe");
    input.write_all(Value::from(asked).to_string().as_bytes()).expect("it reads");
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).expect("text");
    let outcomes: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();

    let client = SERVER.client();
    let ways = 16;
    assert!(questions.len() >= 20, "{} questions", questions.len());
    for (method, request) in &questions {
        let of_method = outcomes.iter().filter(|outcome| outcome["method"] == *method);
        let answer = client.call(method, request);
        // ComputeRunway is asked twice: a question and a refusal.
        let (mut answered, mut refused) = (0, 0);
        for outcome in of_method {
            match (&answer, outcome["code"].as_i64()) {
                (Ok(expected), None) => {
                    assert_eq!(outcome["answer"], *expected, "{}", outcome["way"]);
                    answered += 1;
                }
                (Err(status), Some(code)) => {
                    assert_eq!(code, i64::from(i32::from(status.code())), "{outcome}");
                    assert_eq!(outcome["message"], status.message(), "{}", outcome["way"]);
                    refused += 1;
                }
                _ => {}
            }
        }
        assert_eq!(answered + refused, ways, "{method}: {answered} answers and {refused} refusals");
    }
    let streams: Vec<&Value> = outcomes.iter().filter(|outcome| outcome["method"] == "stream").collect();
    assert_eq!(streams.len(), 6, "{streams:?}");
    for stream in streams {
        assert_eq!((&stream["count"], &stream["answered"]), (&json!(2), &json!("2")), "{stream}");
    }
}
