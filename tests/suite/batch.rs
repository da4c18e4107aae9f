//! Batches: each calculation is answered as by its own method, in its place.

use std::collections::BTreeMap;

use paydirt::wire::pb;
use prost::Message;
use serde_json::{Value, json};
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::golden::violations_of;
use crate::presets::presets;
use crate::program::Program;
use crate::support::{Client, SERVER, method_of_model, models};
use crate::tools::root;

pub const BATCH: &str = "paydirt.v1.CalculationService/BatchCalculations";

/// So many requests of each model from the golden rows, good and bad ones.
pub fn golden_calculations(of_each: usize) -> Vec<(String, Value)> {
    let mut files: Vec<_> = std::fs::read_dir(root().join("tests/golden"))
        .expect("there are golden rows")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "jsonl"))
        .collect();
    files.sort();
    let mut of_method: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for file in files {
        for line in std::fs::read_to_string(file).expect("text").lines() {
            let row: Value = serde_json::from_str(line).expect("JSON");
            // Some files hold other things than requests.
            if let Some(method) = row["method"].as_str() {
                of_method.entry(method.to_owned()).or_default().push(row["request"].clone());
            }
        }
    }
    let of_model = |model: String| {
        let rows = of_method.get(&method_of_model(&model)).unwrap_or_else(|| panic!("no golden row of {model}"));
        // From all over the list, so that all kinds of rows are among them.
        let every = (rows.len() / of_each).max(1);
        let some: Vec<_> = rows.iter().step_by(every).take(of_each).map(|row| (model.clone(), row.clone())).collect();
        some
    };
    models().into_iter().flat_map(of_model).collect()
}

/// The outcome that a call of the model's own method makes.
pub fn expected_outcome(client: &Client, model: &str, request: &Value) -> Value {
    match client.call(&method_of_model(model), request) {
        Ok(answer) => json!({"answer": {model: answer}}),
        Err(status) => json!({"error": error_of(&status, model)}),
    }
}

/// A refusal as it stands in an outcome.
fn error_of(status: &Status, model: &str) -> Value {
    let violations = status.get_details_bad_request().map(|details| details.field_violations).unwrap_or_default();
    let mut violations = violations.into_iter();
    let mut error = json!({
        "code": status.code() as u32,
        "reason": status.get_details_error_info().expect("a reason").reason,
        "message": status.message(),
    });
    let written: Vec<Value> = violations
        .by_ref()
        .map(|violation| {
            let field = violation.field;
            let mut written = json!({"reason": violation.reason, "description": violation.description});
            if !field.is_empty() {
                written["field"] = format!("{model}.{field}").into();
            }
            written
        })
        .collect();
    if !written.is_empty() {
        error["field_violations"] = written.into();
    }
    error
}

/// Maps compare without their order.
pub fn same(answered: &Value, expected: &Value) -> bool {
    match (answered, expected) {
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, value)| b.get(name).is_some_and(|other| same(value, other)))
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        _ => answered == expected,
    }
}

pub fn cahn() -> Value {
    json!({"currency_code": "USD", "accelerator_revenue": "37.5e9", "accelerator_revenue_period": "PERIOD_QUARTER",
        "accelerator_cost_share": "0.5", "end_user_gross_margin": "0.5"})
}

#[test]
fn every_model_in_a_batch_is_answered_as_by_its_own_method_and_in_its_place() {
    let client = SERVER.client();
    let calculations = golden_calculations(24);
    assert!(calculations.len() > 300, "{}", calculations.len());
    let mut refused = 0;
    for batch in calculations.chunks(200) {
        let asked: Vec<Value> = batch.iter().map(|(model, request)| json!({model: request})).collect();
        let answer = client.call(BATCH, &json!({"calculations": asked})).expect("a batch");
        let outcomes = answer["outcomes"].as_array().expect("outcomes");
        assert_eq!(outcomes.len(), batch.len());
        for ((model, request), outcome) in batch.iter().zip(outcomes) {
            let expected = expected_outcome(&client, model, request);
            assert!(same(outcome, &expected), "{model} {request} answers\n{outcome}\nand not\n{expected}");
            refused += usize::from(outcome.get("error").is_some());
        }
    }
    assert!(refused > 20, "{refused} of them are refused");
}

#[test]
fn the_presets_are_a_batch() {
    let calculations: Vec<_> = presets().iter().map(|preset| preset["calculation"].clone()).collect();
    let answer = SERVER.client().call(BATCH, &json!({"calculations": calculations})).expect("a batch");
    let outcomes = answer["outcomes"].as_array().expect("outcomes");
    assert!(outcomes.len() == calculations.len() && outcomes.iter().all(|outcome| outcome.get("answer").is_some()));
}

#[test]
fn one_that_fails_stops_no_other() {
    let bad = json!({"currency_code": "USD", "costs": [{"name": "a", "amount": "1"}, {"name": "b", "amount": "1,000"}]});
    let calculations = json!([{"required_revenue": cahn()}, {"runway": bad}, {}, {"required_revenue": cahn()}]);
    let answer = SERVER.client().call(BATCH, &json!({"calculations": calculations})).expect("a batch");
    let outcomes = answer["outcomes"].as_array().expect("outcomes");
    assert_eq!(outcomes.len(), 4);
    for place in [0, 3] {
        assert_eq!(outcomes[place]["answer"]["required_revenue"]["required_revenue"], "600000000000");
    }
    let error = &outcomes[1]["error"];
    assert_eq!((error["code"].as_u64(), error["reason"].as_str()), (Some(3), Some("INVALID_FIELDS")));
    let fields: Vec<_> = error["field_violations"].as_array().expect("fields").iter().map(|field| &field["field"]).collect();
    assert_eq!(fields, ["runway.costs[0].period", "runway.costs[1].amount", "runway.costs[1].period"]);
    let error = &outcomes[2]["error"];
    assert_eq!((error["code"].as_u64(), error["reason"].as_str()), (Some(3), Some("INVALID_FIELDS")));
    let violation = &error["field_violations"][0];
    assert_eq!((violation["field"].as_str(), violation["reason"].as_str()), (Some("model"), Some("REQUIRED")));
    let models = models();
    let expected = format!("{} models is required, such as {}", models.len(), models[0]);
    assert!(violation["description"].as_str().expect("text").contains(&expected), "{violation}");
}

#[test]
fn the_line_that_counts_further_fields_has_no_path_in_a_batch_either() {
    let costs: Vec<_> = (0..30).map(|_| json!({"name": "a", "amount": "x", "period": "PERIOD_MONTH"})).collect();
    let request = json!({"currency_code": "USD", "costs": costs});
    let answer = SERVER.client().call(BATCH, &json!({"calculations": [{"runway": request}]})).expect("a batch");
    let violations = answer["outcomes"][0]["error"]["field_violations"].as_array().expect("violations").clone();
    let (last, others) = violations.split_last().expect("several");
    assert_eq!(others.len(), 25);
    for (number, violation) in others.iter().enumerate() {
        assert_eq!(violation["field"], format!("runway.costs[{number}].amount"));
    }
    assert_eq!((&last["reason"], &last["description"]), (&json!("MORE_VIOLATIONS"), &json!("and 5 more")));
    assert!(last.get("field").is_none(), "{last}");
}

#[test]
fn a_batch_has_1_to_200_calculations() {
    let client = SERVER.client();
    let of = |count: usize| {
        let calculation = pb::Calculation { model: None };
        let batch = pb::BatchCalculationsRequest { calculations: vec![calculation; count] };
        client.call_with_bytes(BATCH, batch.encode_to_vec())
    };
    for (count, reason) in [(0, "REQUIRED"), (201, "TOO_MANY_ITEMS"), (1_000, "TOO_MANY_ITEMS")] {
        let status = of(count).expect_err("too few or too many");
        assert_eq!(status.code(), Code::InvalidArgument, "{count}");
        let expected = [("calculations".to_owned(), reason.to_owned())];
        assert_eq!(violations_of(&status).into_iter().collect::<Vec<_>>(), expected, "{count}");
    }
    for count in [1, 200] {
        let answer = of(count).expect("so many may be");
        let answer = pb::BatchCalculationsResponse::decode(&*answer).expect("an answer");
        assert_eq!(answer.outcomes.len(), count);
    }
}

/// A calculation with a long answer: 170 bytes for each of up to 1,000 flows.
pub fn explained(flows: usize) -> pb::Calculation {
    let amounts =
        (0..flows).map(|number| format!("{}.1234567890123456789012345", 100 + number % 900)).map(Into::into).collect();
    let periodic = pb::PeriodicCashFlows { amounts, period: pb::Period::Month.into() };
    let request = pb::ComputeNetPresentValueRequest {
        currency_code: "USD".into(),
        cash_flows: Some(pb::CashFlows { schedule: Some(pb::cash_flows::Schedule::Periodic(periodic)) }),
        discount_rate: "0.1".into(),
        options: Some(pb::CalculationOptions { explain: true, rounding: None }),
        ..Default::default()
    };
    pb::Calculation { model: Some(pb::calculation::Model::NetPresentValue(request)) }
}

#[test]
fn an_answer_above_four_mebibytes_is_refused_with_the_way_that_takes_it() {
    let client = SERVER.client();
    let of = |count| pb::BatchCalculationsRequest { calculations: vec![explained(1_000); count] }.encode_to_vec();
    let answer = client.call_with_bytes(BATCH, of(1)).expect("one of them");
    assert!(answer.len() > 150_000, "{}", answer.len());
    let status = client.call_with_bytes(BATCH, of(36)).expect_err("too large");
    assert_eq!(status.code(), Code::ResourceExhausted, "{status:?}");
    assert_eq!(status.get_details_error_info().expect("a reason").reason, "ANSWER_TOO_LARGE");
    assert!(status.message().contains("StreamCalculations"), "{status:?}");
}

#[test]
fn calculations_are_counted_by_model_and_code() {
    let program = Program::start(&[]);
    let client = Client::of(program.address());
    let calculations = json!([{"required_revenue": cahn()}, {"required_revenue": cahn()}, {"runway": {}}, {}]);
    client.call(BATCH, &json!({"calculations": calculations})).expect("a batch");
    let count = |labels: &str| program.metric(&format!("paydirt_calculations_total{{{labels}}}"));
    assert_eq!(count("code=\"OK\",model=\"required_revenue\""), Some(2.0));
    assert_eq!(count("code=\"INVALID_ARGUMENT\",model=\"runway\""), Some(1.0));
    assert_eq!(count("code=\"INVALID_ARGUMENT\",model=\"none\""), Some(1.0));
    assert_eq!(program.calls(BATCH, "OK"), 1.0);
}
