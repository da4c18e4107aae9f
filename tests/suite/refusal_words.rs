//! The sentences of refusals: each says what is wrong without the field beside it, and what would be right.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{SERVER, method_of_model, models};
use crate::tools::root;

/// Beginnings of a description that leaves its subject to the reader, and a phrase that leaves out what was counted.
const WITHOUT_SUBJECT: [&str; 3] = ["is ", "are ", "needs "];
const UNCOUNTED: &str = " of them ";

/// Every golden row that is refused, asked in a batch, whose errors carry descriptions.
#[test]
fn every_description_of_a_violation_is_understandable_alone() {
    let client = SERVER.client();
    let files =
        std::fs::read_dir(root().join("tests/golden")).expect("golden rows").map(|entry| entry.expect("an entry").path());
    let texts = files.filter(|path| path.extension().is_some_and(|end| end == "jsonl"));
    let texts: Vec<String> = texts.map(|path| std::fs::read_to_string(path).expect("a text")).collect();
    let rows = texts.iter().flat_map(|text| text.lines()).map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let calculations: Vec<Value> = rows
        .filter(|row| row["error"].is_object())
        .filter_map(|row| {
            let model = models().into_iter().find(|model| row["method"] == method_of_model(model).as_str())?;
            Some(json!({ model: row["request"] }))
        })
        .collect();
    let (mut descriptions, mut faults) = (BTreeSet::new(), BTreeSet::new());
    for some in calculations.chunks(100) {
        let answer =
            client.call("paydirt.v1.CalculationService/BatchCalculations", &json!({ "calculations": some })).expect("a batch");
        for outcome in answer["outcomes"].as_array().expect("outcomes") {
            for violation in outcome["error"]["field_violations"].as_array().into_iter().flatten() {
                descriptions.insert(violation["description"].as_str().expect("a description").to_owned());
            }
        }
    }
    for description in &descriptions {
        if WITHOUT_SUBJECT.into_iter().any(|beginning| description.starts_with(beginning)) || description.contains(UNCOUNTED) {
            faults.insert(description.as_str());
        }
    }
    assert!(descriptions.len() >= 50, "{descriptions:?}");
    assert!(faults.is_empty(), "{}", faults.into_iter().collect::<Vec<_>>().join("\n"));
}
