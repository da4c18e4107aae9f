//! Studies on one core, from the message of the request to the bytes of the answer: `cargo bench --bench studies [-- FILE]`, where FILE holds golden
//! rows; without one those of `tests/golden/study.jsonl` are taken. Each search for an input is timed by itself, and so is a table of 10,000
//! cells. The least of some runs, on a quiet machine.

use std::path::Path;
use std::time::{Duration, Instant};

use paydirt::engine::study::study_blocks::whole;
use paydirt::engine::study::{TableStudy, solve_for_input};
use paydirt::wire::{json, pb, presets};
use prost::Message;
use serde_json::{Value, json};

const RUNS: u32 = 20;

fn main() {
    let rows = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    let rows = rows.unwrap_or_else(|| format!("{}/tests/golden/study.jsonl", env!("CARGO_MANIFEST_DIR")));
    println!("{:>12}  study, on one core", "microseconds");
    let table = table();
    shown("10,000 cells of Cahn, written as protobuf", || {
        whole(&TableStudy::begin(&table).expect("a good request")).encode_to_vec().len()
    });
    shown("10,000 cells of Cahn, written as JSON", || {
        let mut text = Vec::new();
        json::write(&whole(&TableStudy::begin(&table).expect("a good request")), &mut text);
        text.len()
    });
    for (name, request) in searches(Path::new(&rows)) {
        // A search that is refused is no search.
        if let Ok(answer) = solve_for_input(&request) {
            let name = format!("{name}: {} evaluations", answer.evaluations);
            shown(&name, || solve_for_input(&request).map_or(0, |answer| answer.encode_to_vec().len()));
        }
    }
}

/// Cahn's chain with ten streams, over 100 margins and 100 shares of cost.
fn table() -> pb::ComputeTableRequest {
    let streams: Vec<Value> = (0..10).map(|place| json!({"name": format!("stream {place}"), "annual_amount": "5e9"})).collect();
    let axis = |field: &str| json!({"lever": {"fields": [field]}, "spacing": {"low": "0.1", "high": "0.595", "count": 100}});
    let request = json!({
        "calculation": {"required_revenue": {
            "currency_code": "USD", "accelerator_revenue": "37.5e9", "accelerator_revenue_period": "PERIOD_QUARTER",
            "existing_revenue": streams,
        }},
        "axes": [axis("end_user_gross_margin"), axis("accelerator_cost_share")],
        "figures": ["required_annual_revenue"],
    });
    json::read(request.to_string().as_bytes()).expect("a good request")
}

/// The searches of presets and of a file of golden rows, with their names.
fn searches(rows: &Path) -> Vec<(String, pb::SolveForInputRequest)> {
    let of_presets = presets::list().presets.into_iter().filter_map(|preset| match preset.study? {
        pb::preset::Study::SolveForInput(request) => Some((preset.name.as_str().to_owned(), request)),
        pb::preset::Study::Sensitivity(_) => None,
    });
    let mut searches: Vec<_> = of_presets.collect();
    let rows = std::fs::read_to_string(rows).unwrap_or_else(|error| panic!("{}: {error}", rows.display()));
    for row in rows.lines() {
        let row: Value = serde_json::from_str(row).expect("a row is JSON");
        if row["method"].as_str().is_some_and(|method| method.ends_with("/SolveForInput"))
            && let Ok(request) = json::read(row["request"].to_string().as_bytes())
        {
            searches.push((row["name"].as_str().expect("a row has a name").to_owned(), request));
        }
    }
    searches
}

/// Prints the least time of some runs.
fn shown(name: &str, mut run: impl FnMut() -> usize) {
    let mut timed = || {
        let start = Instant::now();
        std::hint::black_box(run());
        start.elapsed()
    };
    let least = (0..RUNS).map(|_| timed()).min().unwrap_or(Duration::ZERO);
    println!("{:>12.1}  {name}", least.as_secs_f64() * 1e6);
}
