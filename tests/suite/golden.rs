//! Published and independently computed cases, through a real client. The rows' requests are what one would type for grpcurl; their
//! answers come from publications and from the programs in `tests/golden/reference`, which share no code with the engine.

use std::path::Path;

use serde_json::Value;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::support::SERVER;

#[test]
fn break_even_answers_the_golden_rows() {
    assert_rows_hold("break_even.jsonl", 324);
}

#[test]
fn capex_roi_answers_the_golden_rows() {
    assert_rows_hold("capex_roi.jsonl", 623);
}

#[test]
fn runway_answers_the_golden_rows() {
    assert_rows_hold("runway.jsonl", 530);
}

#[test]
fn cash_flows_answer_the_golden_rows() {
    assert_rows_hold("cash_flow.jsonl", 424);
}

#[test]
fn rates_of_return_are_those_of_the_golden_rows() {
    assert_rows_hold("internal_rate.jsonl", 381);
}

#[test]
fn decisions_answer_the_golden_rows() {
    assert_rows_hold("decision.jsonl", 110);
}

#[test]
fn valuations_answer_the_golden_rows() {
    assert_rows_hold("valuation.jsonl", 406);
}

#[test]
fn studies_answer_the_golden_rows() {
    assert_rows_hold(STUDIES, 217);
}

/// More rows of any model, which `tests/golden/reference/FAMILY.py --draw WORD COUNT` prints, are named by `PAYDIRT_RANDOM_ROWS`.
#[test]
fn requests_that_nobody_thought_of_have_the_answers_of_the_reference() {
    if let Ok(more) = std::env::var("PAYDIRT_RANDOM_ROWS") {
        assert_rows_hold(&more, 1);
    }
}

fn assert_rows_hold(file: &str, at_least: usize) {
    let text = rows_of(file);
    let client = SERVER.client();
    let count = assert_rows_are_answered(file, &text, |method, request| {
        client.call(method, request).map_err(|status| (status.code(), violations_of(&status)))
    });
    assert!(count >= at_least, "{file} has {count} rows, and had {at_least}");
}

/// The files of golden rows.
pub const FILES: &[&str] = &[
    "break_even.jsonl",
    "capex_roi.jsonl",
    "runway.jsonl",
    "cash_flow.jsonl",
    "internal_rate.jsonl",
    "decision.jsonl",
    "valuation.jsonl",
    STUDIES,
];

/// The files whose rows are calculations of one model.
pub fn files_of_models() -> impl Iterator<Item = &'static str> {
    FILES.iter().copied().filter(|file| *file != STUDIES)
}

/// The rows of studies, which are no calculation of one model.
pub const STUDIES: &str = "study.jsonl";

/// The rows of a file of golden rows, as text.
pub fn rows_of(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// An answer, or the code of a refusal with the field and the reason of each violation.
pub type Answered = Result<Value, (Code, Vec<(String, String)>)>;

/// Asks each row, and compares what comes back with what the row says. Returns the number of rows.
pub fn assert_rows_are_answered(file: &str, text: &str, mut ask: impl FnMut(&str, &Value) -> Answered) -> usize {
    let (mut count, mut failures) = (0, Vec::new());
    for line in text.lines() {
        let row: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{file}: {error} in {line}"));
        let field = |name: &str| row[name].as_str().unwrap_or_else(|| panic!("{file}: no {name} in {line}"));
        assert!(!field("source").is_empty(), "{}: a row has a source", field("name"));
        let answer = ask(field("method"), &row["request"]);
        let difference = match (&row["response"], &row["error"]) {
            (Value::Object(_), _) => difference_of_answer(&row["response"], answer),
            (_, Value::Object(_)) => difference_of_refusal(&row["error"], answer),
            _ => Some("has neither response nor error".to_owned()),
        };
        failures.extend(difference.map(|difference| format!("{}: {difference}", field("name"))));
        count += 1;
    }
    assert!(failures.is_empty(), "{} of {count} rows of {file} fail:\n{}", failures.len(), failures.join("\n"));
    count
}

fn difference_of_answer(expected: &Value, answer: Answered) -> Option<String> {
    match answer {
        Err(refused) => Some(format!("is refused: {refused:?}")),
        Ok(answer) => {
            let (expected, answer) = (without_defaults(expected), without_defaults(&without_messages(answer)));
            (expected != answer).then(|| format!("answers\n  {answer}\nand not\n  {expected}"))
        }
    }
}

/// The answer with the field and the reason of each warning and of each refusal within a study, and without the words for people.
fn without_messages(mut answer: Value) -> Value {
    let links = answer.get_mut("links").and_then(Value::as_array_mut).into_iter().flatten();
    links.filter_map(|link| link.get_mut("error")).for_each(without_words);
    let refusals = answer.get_mut("refusals").and_then(Value::as_array_mut);
    refusals.into_iter().flatten().for_each(without_words);
    for warning in answer.get_mut("warnings").and_then(Value::as_array_mut).into_iter().flatten() {
        let message = warning.as_object_mut().and_then(|warning| warning.remove("message"));
        assert!(message.is_some_and(|message| message.as_str().is_some_and(|text| !text.is_empty())), "a warning has words");
    }
    answer
}

/// Removes the words for people from the error of a calculation, each of which is there.
fn without_words(error: &mut Value) {
    let take = |from: &mut Value, name: &str| {
        let words = from.as_object_mut().and_then(|fields| fields.remove(name));
        assert!(words.is_some_and(|words| words.as_str().is_some_and(|text| !text.is_empty())), "a refusal has a {name}");
    };
    take(error, "message");
    for violation in error["field_violations"].as_array_mut().into_iter().flatten() {
        take(violation, "description");
    }
}

/// Scalars that proto3 leaves out where they have their default: numbers of 0, false, empty texts. Decimals are strings that are not empty,
/// and stay.
fn without_defaults(value: &Value) -> Value {
    match value {
        Value::Object(fields) => Value::Object(
            fields
                .iter()
                .filter(|(_, value)| {
                    let is_default =
                        matches!(value, Value::Bool(false)) || value.as_u64() == Some(0) || value.as_str() == Some("");
                    !is_default && **value != Value::Array(Vec::new())
                })
                .map(|(name, value)| (name.clone(), without_defaults(value)))
                .collect(),
        ),
        Value::Array(items) => Value::Array(items.iter().map(without_defaults).collect()),
        other => other.clone(),
    }
}

fn difference_of_refusal(expected: &Value, answer: Answered) -> Option<String> {
    let (code, refused) = match answer {
        Ok(answer) => return Some(format!("answers {answer}")),
        Err(refused) => refused,
    };
    let expected: Vec<(String, String)> = expected["violations"]
        .as_array()
        .expect("an error names its violations")
        .iter()
        .map(|violation| {
            let text = |name: &str| violation[name].as_str().expect("field and reason are text").to_owned();
            (text("field"), text("reason"))
        })
        .collect();
    if code != Code::InvalidArgument || refused != expected {
        return Some(format!("is refused with {code:?} {refused:?}\nand not {expected:?}"));
    }
    None
}

/// Field and reason of each violation in a status, in their order.
pub fn violations_of(status: &Status) -> Vec<(String, String)> {
    let details = status.get_details_bad_request();
    let violations = details.map(|details| details.field_violations).unwrap_or_default();
    violations.into_iter().map(|violation| (violation.field, violation.reason)).collect()
}
