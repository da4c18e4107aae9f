//! `paydirt mcp`, as an agent starts it: messages on standard input, answers on standard output.

mod clients;
mod repair;
mod studies;
mod web;

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};

use serde_json::{Value, json};

use crate::golden::{Answered, assert_rows_are_answered, files_of_models, rows_of, violations_of};
use crate::program::eventually;
use crate::support::{SERVER, method_of_model, models};

const PROGRAM: &str = env!("CARGO_BIN_EXE_paydirt");

/// The program with an agent at its other end.
pub struct Agent {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    count: u64,
}

impl Agent {
    pub fn start(flags: &[&str]) -> Agent {
        let mut command = Command::new(PROGRAM);
        // A setting of the server is no matter of an agent.
        command.arg("mcp").args(flags).env("PAYDIRT_LISTEN", "nonsense");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the program starts");
        let (input, output) = (child.stdin.take(), BufReader::new(child.stdout.take().expect("a pipe")));
        Agent { child, input, output, count: 0 }
    }

    fn send(&mut self, bytes: &[u8]) {
        self.input.as_mut().expect("it is open").write_all(bytes).expect("it reads");
    }

    /// The next line that comes back, which has to be a message.
    fn next(&mut self) -> Value {
        let mut line = String::new();
        self.output.read_line(&mut line).expect("text");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error} in {line:?}"))
    }

    fn asked(&mut self, message: &str) -> Value {
        self.send(format!("{message}\n").as_bytes());
        self.next()
    }

    /// The result of a call of a tool.
    pub fn call(&mut self, tool: &str, arguments: &Value) -> Value {
        self.count += 1;
        let answer = self.asked(&call(self.count, tool, arguments));
        assert_eq!(answer["id"], self.count);
        answer["result"].clone()
    }

    /// Closes the input, and returns how the program ended and the messages that were still to come.
    fn ended(mut self) -> (ExitStatus, Vec<Value>) {
        self.input = None;
        let rest = self.output.by_ref().lines().map(|line| serde_json::from_str(&line.expect("text")).expect("a message"));
        let rest = rest.collect();
        (eventually("its end", || self.child.try_wait().expect("it is ours")), rest)
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn call(id: u64, tool: &str, arguments: &Value) -> String {
    json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}).to_string()
}

/// The lines of a refusal.
pub fn refusal(result: &Value) -> &str {
    assert_eq!(result["isError"], true, "{result}");
    result["content"][0]["text"].as_str().expect("a text")
}

#[test]
fn every_golden_row_has_its_digits_and_its_refusals_by_a_tool() {
    let tools: HashMap<String, String> = models().into_iter().map(|model| (method_of_model(&model), model)).collect();
    let client = SERVER.client();
    for file in files_of_models() {
        let text = rows_of(file);
        let rows: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("a row is JSON")).collect();
        let mut results =
            all_results(&rows, |row| (&tools[row["method"].as_str().expect("a method")], &row["request"])).into_iter();
        let count = assert_rows_are_answered(file, &text, |method, request| -> Answered {
            let result = results.next().expect("a result for each row");
            if result["isError"] == false {
                let text = result["content"][0]["text"].as_str().expect("a text");
                assert_eq!(serde_json::from_str::<Value>(text).expect("JSON"), result["structuredContent"]);
                return Ok(result["structuredContent"].clone());
            }
            // A refusal says in words what gRPC's says in details.
            let status = client.call(method, request).expect_err("gRPC refuses it too");
            let of_fields = tonic_types::StatusExt::get_details_bad_request(&status).expect("fields").field_violations;
            let lines = of_fields.iter().map(|found| match &*found.field {
                "" => found.description.clone(),
                field => format!("{field}: {}", found.description),
            });
            assert_eq!(refusal(&result), lines.collect::<Vec<_>>().join("\n"));
            Err((status.code(), violations_of(&status)))
        });
        assert!(count >= 100, "{file}: {count}");
    }
}

/// The results of all calls, which are under way at once, in the order of the calls.
fn all_results<'a, Row>(rows: &'a [Row], of_row: impl Fn(&'a Row) -> (&'a String, &'a Value)) -> Vec<Value> {
    let mut agent = Agent::start(&[]);
    let calls: Vec<String> = rows
        .iter()
        .zip(0..)
        .map(|(row, id)| {
            let (tool, arguments) = of_row(row);
            call(id, tool, arguments) + "\n"
        })
        .collect();
    let mut input = agent.input.take().expect("it is open");
    let writer = std::thread::spawn(move || input.write_all(calls.concat().as_bytes()).expect("it reads"));
    let mut results: Vec<Option<Value>> = vec![None; rows.len()];
    for _ in rows {
        let answer = agent.next();
        let place = usize::try_from(answer["id"].as_u64().expect("a number")).expect("a place");
        assert!(results[place].replace(answer["result"].clone()).is_none(), "{place} is answered twice");
    }
    writer.join().expect("no panic");
    results.into_iter().map(|result| result.expect("an answer for each")).collect()
}

#[test]
fn the_program_ends_with_its_input_and_what_was_asked_is_answered() {
    let mut agent = Agent::start(&[]);
    let calls: String =
        (1..=50).map(|id| call(id, "price_change", &json!({"start_price": "2", "end_price": "1"})) + "\n").collect();
    agent.send(calls.as_bytes());
    // The last line need not be closed.
    agent.send(call(51, "runway", &json!({})).as_bytes());
    let (status, answers) = agent.ended();
    assert!(status.success(), "{status}");
    let mut ids: Vec<u64> = answers.iter().map(|answer| answer["id"].as_u64().expect("a number")).collect();
    ids.sort_unstable();
    assert_eq!(ids, (1..=51).collect::<Vec<_>>());
    let (status, answers) = Agent::start(&[]).ended();
    assert!(status.success() && answers.is_empty());
}

#[test]
fn a_long_calculation_keeps_no_other_message_waiting() {
    sooner_or_later("a ping that overtakes a long calculation", || {
        let mut agent = Agent::start(&[]);
        agent.send(long_call("1").as_bytes());
        let first = agent.asked(r#"{"jsonrpc":"2.0","id":2,"method":"ping"}"#)["id"].clone();
        let second = agent.next()["id"].clone();
        assert!(first.as_u64().zip(second.as_u64()).is_some_and(|(first, second)| first + second == 3), "{first} {second}");
        first == 2
    });
}

/// A calculation that takes many times as long as the messages behind it are read, in an optimised build too.
fn long_call(id: &str) -> String {
    let amounts: Vec<String> =
        (0..50_000).map(|at| if at % 2 == 0 { 1001 - at % 7 } else { at % 13 * 7 - 1000 }.to_string()).collect();
    let flows = json!({"cash_flows": {"periodic": {"amounts": amounts, "period": "PERIOD_MONTH"}}});
    let message = call(0, "internal_rate_of_return", &flows);
    message.replacen("\"id\":0", &format!("\"id\":{id}"), 1) + "\n"
}

/// Tries again where a busy machine let a calculation end before the message that was to meet it was read.
fn sooner_or_later(looked_for: &str, happens: impl Fn() -> bool) {
    assert!((0..20).any(|_| happens()), "not seen in 20 attempts: {looked_for}");
}

fn cancel(id: &str) -> String {
    let notice = r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":ID,"reason":"no more"}}"#;
    notice.replace("ID", id) + "\n"
}

#[test]
fn a_call_that_is_cancelled_ends_without_an_answer() {
    sooner_or_later("calls that are all cancelled before they are answered", || {
        let mut agent = Agent::start(&[]);
        // Some run, and the others wait where the machine has fewer threads.
        let calls: String = (1..=4).map(|id| long_call(&format!("\"call {id}\""))).collect();
        // Another spelling of a text, an id that nobody has, and a number that is no text.
        let notices: String = (1..=4).map(|id| cancel(&format!("\"c\\u0061ll {id}\""))).collect();
        let ping = r#"{"jsonrpc":"2.0","id":7,"method":"ping"}"#;
        agent.send(format!("{calls}{notices}{}{}{ping}\n", cancel("\"call 99\""), cancel("7")).as_bytes());
        let (status, answers) = agent.ended();
        assert!(status.success() && answers.iter().any(|answer| answer["id"] == 7), "the ping is answered");
        answers.len() == 1
    });
}

#[test]
fn a_number_and_the_text_of_its_digits_are_two_ids() {
    let mut agent = Agent::start(&[]);
    agent.send((long_call("7") + &cancel("\"7\"") + &cancel("8")).as_bytes());
    assert_eq!(agent.next()["id"], 7, "it was not cancelled");
}

#[test]
fn an_agent_may_be_offered_some_tools_alone() {
    let mut agent = Agent::start(&["--tools", "runway,capex_roi"]);
    let listed = agent.asked(r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#);
    let names: Vec<&str> =
        listed["result"]["tools"].as_array().expect("tools").iter().filter_map(|tool| tool["name"].as_str()).collect();
    assert_eq!(names, ["runway", "capex_roi"]);
    let refused = Command::new(PROGRAM).args(["mcp", "--tools", "runwy"]).stdin(Stdio::null()).output().expect("it runs");
    assert_eq!(refused.status.code(), Some(64));
    assert!(refused.stdout.is_empty());
    let said = String::from_utf8(refused.stderr).expect("text");
    assert!(said.contains("did you mean \"runway\"?"), "{said}");
}

#[test]
fn hostile_lines_are_answered_and_the_next_one_as_ever() {
    let mut agent = Agent::start(&[]);
    let ping = r#"{"jsonrpc":"2.0","id":7,"method":"ping"}"#;
    agent.send(b"\n  \r\n");
    for (bytes, code) in [
        (b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\xff\"}\n".to_vec(), -32700),
        ([vec![b'a'; 5 << 20], b"\n".to_vec()].concat(), -32600),
        (
            [br#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"#.to_vec(), b"[".repeat(1 << 20), b"\n".to_vec()]
                .concat(),
            -32700,
        ),
        (b"[1,2,3]\r\n".to_vec(), -32600),
        (b"\0\n".to_vec(), -32700),
    ] {
        agent.send(&bytes);
        let answer = agent.next();
        assert_eq!(answer["error"]["code"], code, "{answer}");
        assert_eq!(agent.asked(ping)["id"], 7);
    }
    // Notifications and answers have none.
    agent.send(b"{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":1}}\n");
    agent.send(b"{\"jsonrpc\":\"2.0\",\"id\":9,\"result\":{}}\n");
    assert_eq!(agent.asked(ping)["id"], 7);
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let message = format!(
        r#"{{"jsonrpc":"2.0","id":8,"method":"tools/call","params":{{"name":"runway","arguments":{{"costs":{deep}}}}}}}"#
    );
    assert_eq!(agent.asked(&message)["result"]["isError"], true);
    let many = format!(
        r#"{{"jsonrpc":"2.0","id":8,"method":"tools/call","params":{{"name":"runway","arguments":{{"costs":[{}{{}}]}}}}}}"#,
        "{},".repeat(1_000_000)
    );
    let refused = agent.asked(&many);
    assert!(refusal(&refused["result"]).contains("more fields than any calculation takes"), "{refused}");
    assert_eq!(agent.asked(ping)["id"], 7);
}
