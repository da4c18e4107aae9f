//! Requests that cost far more than their size says: whatever their estimate, they leave the thread of their connection.
#![cfg(target_os = "linux")]

use std::fs;

use paydirt::wire::cost::Cost;
use paydirt::wire::pb;
use prost::Message;
use serde_json::{Value, json};

use crate::program::{Program, eventually};
use crate::stream::{STREAM, stream};
use crate::support::message_of;

const RATES: &str = "paydirt.v1.CashFlowService/ComputeInternalRateOfReturn";
const BATCH: &str = "paydirt.v1.CalculationService/BatchCalculations";

/// Six flows with one rate, which counts twice: (v^401 + v^100 - 1)^2, multiplied out, where v discounts a day.
///
/// Exact integers tell that the rate is one, and nothing in the size of the request, or in the signs of its flows, says so beforehand.
const TWICE_THE_SAME_RATE: [(&str, &str); 6] = [
    ("2001-01-01", "1"),
    ("2001-04-11", "-2"),
    ("2001-07-20", "1"),
    ("2002-02-06", "-2"),
    ("2002-05-17", "2"),
    ("2003-03-14", "1"),
];

fn dear() -> Value {
    let flow = |(date, amount): (&str, &str)| json!({"date": date, "amount": amount});
    let flows: Vec<Value> = TWICE_THE_SAME_RATE.into_iter().map(flow).collect();
    json!({"cash_flows": {"dated": {"flows": flows}}})
}

fn dear_request() -> pb::ComputeInternalRateOfReturnRequest {
    pb::ComputeInternalRateOfReturnRequest::decode(&*message_of(RATES, &dear())).expect("a request")
}

/// Calls of a test: some milliseconds each, which together are many of the ticks in which a thread's time is told.
const CALLS: u64 = 40;

/// One worker and one thread of the pool, so that each thread's time is all that was used of its kind.
fn program() -> Program {
    Program::start(&["--workers", "1", "--pool-threads", "1", "--access-log", "off", "--max-wait", "1m"])
}

/// The processor time that a thread of the program has used, in the system's ticks of 10 ms; none before it has started.
fn ticks_of(program: &Program, thread: &str) -> Option<u64> {
    let tasks = format!("/proc/{}/task", program.id());
    for task in fs::read_dir(tasks).expect("the program runs") {
        let stat = fs::read_to_string(task.expect("a thread").path().join("stat")).expect("a thread that lives on");
        let (name, rest) = stat.split_once('(').and_then(|(_, rest)| rest.rsplit_once(") ")).expect("a name in brackets");
        if name == thread {
            let fields: Vec<&str> = rest.split(' ').collect();
            return Some([11, 12].map(|field| fields[field].parse::<u64>().expect("ticks")).iter().sum());
        }
    }
    None
}

/// The ticks of the worker and of the pool.
fn used(program: &Program) -> [u64; 2] {
    ["worker-0", "pool-0"].map(|name| eventually(name, || ticks_of(program, name)))
}

/// The pool has most of the work, by far: what was dropped on the worker's thread is bounded, and what was begun anew is not.
fn assert_the_pool_works(program: &Program, before: [u64; 2]) {
    let after = used(program);
    let (worker, pool) = (after[0] - before[0], after[1] - before[1]);
    assert!(pool >= 5, "the calculations are not dear: {pool} ticks on the pool, {worker} on the worker");
    assert!(3 * worker < pool, "{worker} ticks on the worker, {pool} on the pool");
}

#[test]
fn the_estimate_of_a_dear_request_is_short() {
    let expected = dear_request().expected_nanoseconds();
    assert!(expected <= 200_000, "{expected}: the other tests here look at nothing");
}

#[test]
fn a_call_that_turns_out_to_be_long_leaves_the_thread_of_its_connection() {
    let program = program();
    let client = program.client();
    let before = used(&program);
    for _ in 0..CALLS {
        let answer = client.call(RATES, &dear()).expect("an answer");
        assert!(answer.get("internal_rates_of_return").is_some(), "{answer}");
    }
    assert_the_pool_works(&program, before);
}

#[test]
fn a_stream_sends_what_turns_out_to_be_long_to_the_pool_and_answers_it_once() {
    let program = program();
    let client = program.client();
    let before = used(&program);
    let calculation = json!({"calculation": {"internal_rate_of_return": dear()}});
    let asked = (0..CALLS).map(|_| message_of(STREAM, &calculation)).collect();
    let came = stream(&client, asked);
    assert_eq!((came.answers.len() as u64, came.answered()), (CALLS, CALLS));
    assert!(came.answers.iter().all(|answer| *answer == came.answers[0]), "each is whole, and stands alone");
    assert_the_pool_works(&program, before);
    let counted = program.metric("paydirt_calculations_total{code=\"OK\",model=\"internal_rate_of_return\"}");
    assert_eq!(counted, Some(CALLS as f64), "each is counted once");
}

#[test]
fn a_batch_that_turns_out_to_be_long_is_begun_anew_and_counted_once() {
    let program = program();
    let client = program.client();
    let short = json!({"price_change": {"start_price": "100", "end_price": "50"}});
    let request = json!({"calculations": [short, {"internal_rate_of_return": dear()}]});
    client.call(BATCH, &request).expect("an answer");
    for model in ["price_change", "internal_rate_of_return"] {
        let counted: f64 = ["OK", "INVALID_ARGUMENT"]
            .iter()
            .filter_map(|code| program.metric(&format!("paydirt_calculations_total{{code=\"{code}\",model=\"{model}\"}}")))
            .sum();
        assert_eq!(counted, 1.0, "{model}");
    }
}
