//! A refused call is repaired by what the refusal says, by pattern alone: at the place that begins a line stands what follows `write "`.

use serde_json::Value;

use super::{Agent, refusal};
use crate::golden::{files_of_models, rows_of};
use crate::support::{method_of_model, models};

/// More rounds than a refusal needs that names its first 25 fields alone.
const ROUNDS_MAX: usize = 60;

/// What language models write: numbers without quotes, and words of enums in short.
fn as_a_model_writes(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            // A name may look like a number, and stays a text.
            let written = |name: &str, value| if name == "name" { Value::clone(value) } else { as_a_model_writes(value) };
            fields.iter().map(|(name, value)| (name.clone(), written(name, value))).collect()
        }
        Value::Array(items) => items.iter().map(as_a_model_writes).collect(),
        Value::String(text) => match text.parse::<f64>() {
            // Digits that every number of JSON keeps.
            Ok(number) if number.is_finite() && digits(&Value::from(number).to_string()).max(digits(text)) <= 15 => {
                number.into()
            }
            _ => match text.rsplit_once("PERIOD_") {
                Some(("", period)) => period.to_lowercase().into(),
                _ => value.clone(),
            },
        },
        other => other.clone(),
    }
}

fn digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

/// The request with what the lines of a refusal say. Lines that say nothing to write change nothing.
fn repaired(mut request: Value, lines: &str) -> Value {
    let mut count = 0;
    for line in lines.lines() {
        let Some((place, said)) = line.split_once(": ") else { continue };
        let Some((_, written)) = said.split_once("write \"") else { continue };
        let (right, _) = written.split_once('"').expect("a quote that ends");
        let pointer: String = place.split(['.', '[']).map(|step| format!("/{}", step.trim_end_matches(']'))).collect();
        *request.pointer_mut(&pointer).unwrap_or_else(|| panic!("{place} is nowhere")) = right.into();
        count += 1;
    }
    assert!(count > 0, "nothing to repair by: {lines}");
    request
}

#[test]
fn a_refused_call_is_repaired_by_pattern_alone() {
    let mut agent = Agent::start(&[]);
    let mut repairs = 0;
    for file in files_of_models() {
        for row in rows_of(file).lines().map(|line| serde_json::from_str::<Value>(line).expect("a row is JSON")) {
            let is_long = row["request"].to_string().len() > 3000;
            if row["response"].is_null() || is_long {
                continue;
            }
            let method = row["method"].as_str().expect("a method");
            let tool = models().into_iter().find(|model| method_of_model(model) == method).expect("a model");
            let right = agent.call(&tool, &row["request"]);
            let mut request = as_a_model_writes(&row["request"]);
            let mut result = agent.call(&tool, &request);
            for _ in 0..ROUNDS_MAX {
                if result["isError"] == false {
                    break;
                }
                request = repaired(request, refusal(&result));
                result = agent.call(&tool, &request);
                repairs += 1;
            }
            assert_eq!(result["structuredContent"], right["structuredContent"], "{}", row["name"]);
        }
    }
    assert!(repairs > 500, "{repairs} repairs");
}
