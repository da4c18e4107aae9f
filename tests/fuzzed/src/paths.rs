//! Any text as a path of an input and of a figure: read or refused, never a panic, and every path that a refusal offers is one.

use std::sync::LazyLock;

use paydirt::engine::study::StudyKind;
use paydirt::engine::study::TableStudy;
use paydirt::wire::{json, pb};
use serde_json::{Value, json};
use tonic::Status;
use tonic_types::StatusExt;

use crate::contract::CONTRACT;
use crate::seeds::SEEDS;
use crate::studies::held;

/// A calculation of each model that has an answer.
static CALCULATIONS: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let of_models = CONTRACT.models.iter().filter_map(|model| {
        let requests = &SEEDS.requests(&model.request())?.answered;
        let texts = requests.iter().map(|request| serde_json::to_value(request).expect("a message is JSON"));
        // The longest of the short ones has the most fields.
        let request =
            texts.filter(|request| request.to_string().len() < 1_500).max_by_key(|request| request.to_string().len())?;
        Some(json!({&model.name: request}))
    });
    of_models.collect()
});

/// Takes the first byte as a model, and the others as a path. Panics where something does not hold.
pub fn check(bytes: &[u8]) {
    let Some((first, path)) = bytes.split_first() else { return };
    let calculation = &CALCULATIONS[usize::from(*first) % CALCULATIONS.len()];
    let path = String::from_utf8_lossy(path);
    held(StudyKind::Table, &table(calculation, &path, &path));
    for (place, violation) in violations(&table(calculation, &path, &path)) {
        let Some((_, offered)) = violation.split_once("; the nearest: ") else { continue };
        let offered = offered.split(", ").map(|quoted| serde_json::from_str::<String>(quoted).expect("a path in quotes"));
        for near in offered {
            let again = violations(&table(calculation, &near, &near));
            let is_none = again.iter().any(|(again, said)| *again == place && said.starts_with("there is no"));
            assert!(!is_none, "{path:?} is answered with {near:?} for {place}, which is no path of {calculation}");
        }
    }
}

fn table(calculation: &Value, input: &str, figure: &str) -> Value {
    json!({"calculation": calculation, "axes": [{"lever": {"fields": [input]}, "values": ["1"]}], "figures": [figure]})
}

/// The places and the words of what is wrong with a table.
fn violations(table: &Value) -> Vec<(String, String)> {
    let request: pb::ComputeTableRequest = json::read(table.to_string().as_bytes()).expect("it can be read");
    let Err(refused) = TableStudy::begin(&request) else { return Vec::new() };
    let fields = Status::from(refused).get_details_bad_request().map(|details| details.field_violations).unwrap_or_default();
    fields.into_iter().map(|violation| (violation.field, violation.description)).collect()
}
