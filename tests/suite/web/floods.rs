//! Callers that ask for too much at the web port, by the rules: they have the share that callers by gRPC have, and others are served beside them.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use flate2::read::GzDecoder;
use serde_json::{Value, json};

use super::http::{Answer, JSON, Peer, request};
use crate::deadlines::{RATES, long_calculation};
use crate::program::{Program, eventually};
use crate::shares::{ANSWERED, GREEDY, HONEST, one_at_a_time, rates, shown};

const AGENTS: &str = "/mcp";

/// A message of an agent.
fn message(method: &str, params: &Value) -> String {
    json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).to_string()
}

/// A caller with 160 connections, each of which asks again as soon as it is answered, beside a caller with one call at a time.
fn has_its_share(path: &str, asked: &str, outcome: fn(&Answer) -> String) {
    const CALLS: usize = 60;
    let program = Program::start(&["--access-log", "off", "--max-wait", "250ms", "--pool-threads", "1"]);
    let is_over = Arc::new(AtomicBool::new(false));
    let greedy: Vec<_> = (0..160)
        .map(|_| {
            let (is_over, address) = (Arc::clone(&is_over), program.web_address());
            let asked = request("POST", path, &[JSON], asked.as_bytes());
            thread::spawn(move || {
                let mut peer = Peer::from(GREEDY, address);
                let mut outcomes = Vec::new();
                while !is_over.load(Ordering::Relaxed) {
                    peer.send(&asked);
                    outcomes.push(outcome(&peer.answer().expect("an answer")));
                    if outcomes.last().is_some_and(|outcome| !outcome.is_empty()) {
                        thread::sleep(Duration::from_millis(20));
                    }
                }
                outcomes
            })
        })
        .collect();
    eventually("a queue", || program.metric("paydirt_pool_queue_calls").filter(|waiting| *waiting > 3.0));
    let honest = one_at_a_time(HONEST, program.address(), CALLS, RATES, &rates(300));
    is_over.store(true, Ordering::Relaxed);
    let mut outcomes = BTreeMap::<String, usize>::new();
    for outcome in greedy.into_iter().flat_map(|thread| thread.join().expect("no panic")) {
        *outcomes.entry(outcome).or_default() += 1;
    }
    println!("honest: {}\ngreedy: {outcomes:?}", shown(&honest));
    let answered = honest.get(&ANSWERED).map_or(0, Vec::len);
    assert!(answered * 100 >= CALLS * 95, "{answered} of {CALLS} calls were answered: {}", shown(&honest));
    assert!(outcomes.get("").is_some_and(|answered| *answered > 0), "{outcomes:?}");
    assert!(outcomes.get("CALLER_SHARE").is_some_and(|refused| *refused > 0), "{outcomes:?}");
    assert!(program.metric("paydirt_calls_refused_total{reason=\"caller_share\"}").is_some_and(|refused| refused > 0.0));
    let line = program.line("a caller is refused more than its share");
    assert_eq!(line["caller"], GREEDY.to_string());
}

#[test]
fn a_caller_by_connect_has_its_share_of_the_pool() {
    has_its_share(&format!("/{RATES}"), &long_calculation(300).to_string(), |answer| match answer.status {
        200 => String::new(),
        _ => answer.reason(),
    });
}

/// What became of an agent's call. The pool may refuse to read a long message, or to compute the answer.
fn of_agent(answer: &Answer) -> String {
    let json = answer.json();
    if json["result"]["isError"] == false {
        return String::new();
    }
    let text = match answer.status {
        200 => &json["result"]["content"][0]["text"],
        status => {
            assert_eq!((status, &json["id"], &json["error"]["code"]), (503, &Value::Null, &json!(-32000)));
            &json["error"]["message"]
        }
    };
    let text = text.as_str().expect("a text");
    assert!(text.contains(": try again in "), "{text}");
    match text.starts_with("too many long calculations of this caller are waiting, and others wait too") {
        true => "CALLER_SHARE".to_owned(),
        false => text.to_owned(),
    }
}

#[test]
fn an_agent_has_its_share_of_the_pool() {
    let params = json!({"name": "internal_rate_of_return", "arguments": long_calculation(300)});
    has_its_share(AGENTS, &message("tools/call", &params), of_agent);
}

#[test]
fn an_agent_with_long_messages_has_its_share_of_the_pool() {
    let params = json!({"name": "internal_rate_of_return", "arguments": long_calculation(300), "padding": "x".repeat(20_000)});
    has_its_share(AGENTS, &message("tools/call", &params), of_agent);
}

#[test]
fn long_messages_of_an_agent_are_read_in_turn_and_not_on_the_thread_of_the_connection() {
    let program = Program::start(&["--pool-threads", "1", "--max-wait", "1m", "--default-deadline", "1m"]);
    let mut busy = Peer::from(GREEDY, program.web_address());
    busy.send(request("POST", &format!("/{RATES}"), &[JSON], long_calculation(20_000).to_string().as_bytes()));
    program.until_metric("paydirt_pool_running_calls", 1.0);
    let ping = |padding: usize| message("ping", &json!({"padding": "x".repeat(padding)}));
    let mut long = Peer::of(program.web_address());
    long.send(request("POST", AGENTS, &[JSON], ping(100_000).as_bytes()));
    program.until_metric("paydirt_pool_queue_calls", 1.0);
    assert!(program.metric("paydirt_message_bytes").is_some_and(|held| held > 100_000.0));
    // Whatever is short is answered meanwhile.
    let answer = Peer::of(program.web_address()).post(AGENTS, &[JSON], ping(10_000).as_bytes());
    assert_eq!((answer.status, &answer.json()["result"]), (200, &json!({})));
    drop(busy);
    let answer = long.answer().expect("an answer");
    assert_eq!((answer.status, &answer.json()["result"]), (200, &json!({})));
    program.until_metric("paydirt_message_bytes", 0.0);
}

#[test]
fn a_long_answer_is_written_for_an_agent_as_it_is_for_others() {
    let program = Program::start(&[]);
    let runway = json!({"currency_code": "USD", "cash_balance": "1e9", "horizon_months": 600,
        "costs": [{"name": "a", "amount": "1", "period": "PERIOD_MONTH"}], "options": {"explain": true}});
    let mut peer = Peer::of(program.web_address());
    let plain = peer.post("/paydirt.v1.RunwayService/ComputeRunway", &[JSON], runway.to_string().as_bytes());
    assert!(plain.body.len() > 16 * 1024, "{}", plain.body.len());
    let asked = message("tools/call", &json!({"name": "runway", "arguments": runway}));
    let answer = peer.post(AGENTS, &[JSON], asked.as_bytes());
    let result = &answer.json()["result"];
    assert_eq!((&result["structuredContent"], &result["isError"]), (&plain.json(), &json!(false)));
    assert_eq!(result["content"][0]["text"], plain.text());
    // By gzip where the agent takes it, whether a calculation answers or the server by itself.
    let list = message("tools/list", &json!({}));
    for asked in [&asked, &list] {
        let whole = peer.post(AGENTS, &[JSON, ("accept-encoding", "br")], asked.as_bytes());
        let packed = peer.post(AGENTS, &[JSON, ("accept-encoding", "br, gzip")], asked.as_bytes());
        assert_eq!((whole.header("content-encoding"), packed.header("content-encoding")), (None, Some("gzip")));
        let mut unpacked = Vec::new();
        GzDecoder::new(&packed.body[..]).read_to_end(&mut unpacked).expect("gzip");
        assert!(unpacked == whole.body && packed.body.len() * 2 < whole.body.len());
    }
    let short = peer.post(AGENTS, &[JSON, ("accept-encoding", "gzip")], message("ping", &json!({})).as_bytes());
    assert_eq!(short.header("content-encoding"), None);
}
