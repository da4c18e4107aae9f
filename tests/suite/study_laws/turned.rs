//! The inputs that laws of courses turn: in which golden requests they are, and the values that they get.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use paydirt_fuzzed::seeds::golden_rows;
use rust_decimal::Decimal;
use serde_json::Value;

use crate::draws::Draws;
use crate::support::{method_of_model, models};

/// Values of any input: what a field refuses is left out.
const EDGES: &[&str] = &[
    "-7e28",
    "-1e15",
    "-1000",
    "-10",
    "-1",
    "-0.9999999999999999999999999999",
    "-0.9",
    "-0.5",
    "-0.1",
    "-0.01",
    "-1e-12",
    "-1e-28",
    "0",
    "1e-28",
    "1e-12",
    "1e-5",
    "0.01",
    "0.05",
    "0.1",
    "0.2",
    "0.25",
    "0.3333333333333333333333333333",
    "0.4",
    "0.5",
    "0.6",
    "0.75",
    "0.9",
    "0.99",
    "0.9999999999999999999999999999",
    "1",
    "1.000000000000000000000000001",
    "1.1",
    "1.5",
    "2",
    "3",
    "5",
    "7",
    "10",
    "25",
    "50",
    "99.99",
    "100",
    "100.0000000000000000000000001",
    "150",
    "300",
    "500",
    "1000",
    "12345.678",
    "1e6",
    "1e9",
    "1e12",
    "1e14",
    "1e15",
    "1e20",
    "7e28",
];
/// The requests of a model that are asked about an input, where the environment does not say otherwise.
pub(super) const REQUESTS: usize = 24;

/// The requests of golden rows that are answered, by model.
pub(super) static GOLDEN: LazyLock<BTreeMap<String, Vec<Value>>> = LazyLock::new(|| {
    let rows = golden_rows();
    let of = |model: &String| {
        let method = method_of_model(model);
        let answered = rows.iter().filter(|row| row["method"] == method.as_str() && row["response"].is_object());
        (model.clone(), answered.map(|row| row["request"].clone()).collect())
    };
    models().iter().map(of).collect()
});

/// The paths of an input in a request, at most three of a list.
pub(super) fn places(request: &Value, input: &str) -> Vec<String> {
    let mut found = vec![(String::new(), request.clone())];
    let parts: Vec<&str> = input.split('.').collect();
    for (number, part) in parts.iter().enumerate() {
        let is_last = number + 1 == parts.len();
        let mut further = Vec::new();
        for (before, node) in found {
            let name = part.trim_end_matches("[]");
            let path = if before.is_empty() { name.to_owned() } else { format!("{before}.{name}") };
            match node.get(name) {
                Some(Value::Array(items)) => {
                    further.extend(
                        items.iter().take(3).enumerate().map(|(index, item)| (format!("{path}[{index}]"), item.clone())),
                    );
                }
                Some(node) => further.push((path, node.clone())),
                // An input that is left out is turned as well, where it has no list around it.
                None if is_last && !input.contains('[') && !input.contains('.') => further.push((path, Value::Null)),
                None => {}
            }
        }
        found = further;
    }
    found.into_iter().map(|(path, _)| path).collect()
}

pub(super) fn asked_for(variable: &str, otherwise: usize) -> usize {
    std::env::var(variable).ok().and_then(|count| count.parse().ok()).unwrap_or(otherwise)
}

/// Values in ascending order: the edges, and some around the value that the request has.
pub(super) fn values(seed: u64, draws: usize) -> Vec<String> {
    let mut values: Vec<Decimal> = EDGES.iter().map(|edge| paydirt::wire::decimal::read(edge).expect("a decimal")).collect();
    let mut drawing = Draws(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    for _ in 0..draws {
        let drawn = drawing.bits();
        let (digits, scale) =
            (i64::try_from(drawn % 1_000_000_000).expect("small"), u32::try_from(drawn >> 40).expect("24 bits") % 12);
        values.push(Decimal::new(if drawn & 0x8000_0000 == 0 { digits } else { -digits }, scale));
    }
    values.sort();
    values.dedup();
    values.iter().map(|value| paydirt::wire::decimal::write(*value).as_str().to_owned()).collect()
}
