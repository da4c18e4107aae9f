//! The law of ranges: bounds that are called proven hold every value between, and a single call has each of them where it is said to be. Golden
//! requests, one or two inputs each, between bounds that are drawn.

use std::collections::BTreeMap;

use paydirt::engine::study::facts::{declared_courses, without_members};
use paydirt::engine::study::rounds::whole_in_rounds;
use paydirt::engine::study::study_blocks::whole;
use paydirt::engine::study::{OutcomePlace, RangeStudy, TableStudy, outcome_place};
use paydirt::wire::json::read;
use paydirt::wire::pb;
use paydirt_fuzzed::seeds::golden_rows;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::draws::Draws;
use crate::support::{method_of_model, models};

fn decimal(text: &str) -> Option<Decimal> {
    paydirt::wire::decimal::read(text).ok()
}

fn text(value: Decimal) -> String {
    paydirt::wire::decimal::write(value).as_str().to_owned()
}

/// The key by which figures are in order; `None` of what has no place.
fn ranked(model: &str, figure: &str, value: &pb::FigureValue) -> Option<(u8, Decimal)> {
    use pb::figure_value::Result as Figure;
    match value.result.as_ref()? {
        Figure::Value(text) => match decimal(text) {
            Some(number) => Some((1, number)),
            None => Some((2, Decimal::from(text.len()))),
        },
        Figure::Outcome(outcome) => match outcome_place(model, &without_members(figure), outcome) {
            OutcomePlace::Above => Some((3, Decimal::ZERO)),
            OutcomePlace::Below => Some((0, Decimal::ZERO)),
            OutcomePlace::Apart => None,
        },
        Figure::Refusal(_) => None,
    }
}

/// The inputs of a request that stand in a declared row and are decimals, with their values.
fn inputs(model: &str, request: &Value) -> Vec<(String, Decimal)> {
    let mut found = Vec::new();
    for input in declared_courses().filter(|row| row.model == model).map(|row| row.input) {
        let mut nodes = vec![(String::new(), request.clone())];
        for part in input.split('.') {
            let name = part.trim_end_matches("[]");
            let step = |(before, node): (String, Value)| {
                let path = if before.is_empty() { name.to_owned() } else { format!("{before}.{name}") };
                match node.get(name) {
                    Some(Value::Array(items)) => {
                        let items = items.iter().take(2).enumerate();
                        items.map(|(index, item)| (format!("{path}[{index}]"), item.clone())).collect()
                    }
                    Some(node) => vec![(path, node.clone())],
                    None => Vec::new(),
                }
            };
            nodes = nodes.into_iter().flat_map(step).collect();
        }
        found.extend(nodes.into_iter().filter_map(|(path, node)| Some((path, decimal(node.as_str()?)?))));
    }
    found
}

/// The figures that are declared in some input of a model, the second member of a list.
fn figures(model: &str) -> Vec<String> {
    let rows = declared_courses().filter(|row| row.model == model);
    let mut all: Vec<String> = rows.flat_map(|row| row.figures()).map(|figure| figure.replace("[]", "[1]")).collect();
    all.sort();
    all.dedup();
    // An enum is no number.
    all.retain(|figure| figure != "verdict");
    all.truncate(20);
    all
}

fn levers_of(chosen: &[(String, Decimal, Decimal)]) -> Vec<Value> {
    chosen
        .iter()
        .map(|(path, low, high)| json!({"lever": {"fields": [path]}, "low": text(*low), "high": text(*high)}))
        .collect()
}

/// Figures at points, each by a table of one cell.
fn at(model: &str, request: &Value, values: &[(&str, String)], figures: &[String]) -> Vec<pb::FigureValue> {
    let mut asked = json!({"calculation": {model: request}, "figures": figures});
    let axes: Vec<Value> = values.iter().map(|(path, value)| json!({"lever": {"fields": [path]}, "values": [value]})).collect();
    let scenario: Vec<Value> = values.iter().map(|(path, value)| json!({"field": path, "value": value})).collect();
    if axes.len() <= 2 {
        asked["axes"] = json!(axes);
        let table: pb::ComputeTableRequest = read(asked.to_string().as_bytes()).expect("a table");
        return whole(&TableStudy::begin(&table).expect("a table")).cells.remove(0).figures;
    }
    asked["scenarios"] = json!([{"name": "point", "values": scenario}]);
    let scenarios: pb::CompareScenariosRequest = read(asked.to_string().as_bytes()).expect("scenarios");
    let study = paydirt::engine::study::ScenarioStudy::begin(&scenarios).expect("scenarios");
    whole(&study).scenarios.remove(1).figures
}

#[test]
fn bounds_that_are_proven_hold_every_value_between() {
    let golden = golden_rows();
    let (mut draws, mut proven) = (Draws(0x9e37_79b9_7f4a_7c15), BTreeMap::<String, usize>::new());
    let wanted: usize = std::env::var("PAYDIRT_LAW_REQUESTS").ok().and_then(|count| count.parse().ok()).unwrap_or(6);
    let mut faults = Vec::new();
    for model in models() {
        let figures = figures(&model);
        let method = method_of_model(&model);
        let requests: Vec<&Value> = golden
            .iter()
            .filter(|row| row["method"] == method.as_str() && row["response"].is_object())
            .map(|row| &row["request"])
            .filter(|request| request.to_string().len() < 3000)
            .collect();
        // Lorie and Savage's pump, which turns in its rate.
        let pump = json!({
            "currency_code": "USD", "discount_rate": "1.5",
            "cash_flows": {"periodic": {"amounts": ["-1600", "10000", "-10000"], "period": "PERIOD_YEAR"}},
        });
        if figures.is_empty() || requests.is_empty() {
            continue;
        }
        for _ in 0..wanted {
            let mut request = requests[usize::try_from(draws.below(requests.len() as u64)).expect("small")];
            if model == "net_present_value" && draws.below(2) == 0 {
                request = &pump;
            }
            let mut inputs = inputs(&model, request);
            let mut chosen = Vec::new();
            for _ in 0..2.min(inputs.len()) {
                let (path, value) = inputs.swap_remove(usize::try_from(draws.below(inputs.len() as u64)).expect("small"));
                let mut around = |most: u64| value.abs() * Decimal::new(i64::try_from(draws.below(most)).expect("small"), 2);
                let (down, up) = (around(60), around(90));
                if let Some((low, high)) = value.checked_sub(down).zip(value.checked_add(up)) {
                    chosen.push((path, low, high));
                }
            }
            if chosen.is_empty() {
                continue;
            }
            let asked = json!({"calculation": {&model: request}, "figures": figures, "levers": levers_of(&chosen)});
            let asked: pb::ComputeRangeRequest = read(asked.to_string().as_bytes()).expect("a range");
            // Members of one oneof are turned by no one lever each.
            let Ok(study) = RangeStudy::begin(&asked) else { continue };
            let answer = whole_in_rounds(study);
            let paths: Vec<&str> = chosen.iter().map(|(path, ..)| path.as_str()).collect();
            for (place, bounds) in answer.figures.iter().enumerate() {
                for (value, inputs) in [(&bounds.low, &bounds.low_inputs), (&bounds.high, &bounds.high_inputs)] {
                    let values: Vec<(&str, String)> =
                        paths.iter().copied().zip(inputs.iter().map(|input| input.as_str().to_owned())).collect();
                    let single = at(&model, request, &values, &figures[place..=place]);
                    let expected = value.as_ref().expect("a value");
                    let is_refused =
                        |value: &pb::FigureValue| matches!(value.result, Some(pb::figure_value::Result::Refusal(_)));
                    if single[0] != *expected && !(is_refused(&single[0]) && is_refused(expected)) {
                        faults.push(format!("{model} {}: {values:?} is {:?}, and not {expected:?}", bounds.figure, single[0]));
                    }
                }
            }
            for _ in 0..12 {
                let values: Vec<(&str, String)> = chosen
                    .iter()
                    .map(|(path, low, high)| {
                        let share = Decimal::new(i64::try_from(draws.below(101)).expect("small"), 2);
                        let inside = (*high - *low).checked_mul(share).and_then(|part| low.checked_add(part)).unwrap_or(*low);
                        (path.as_str(), text(inside.clamp(*low, *high)))
                    })
                    .collect();
                let seen = at(&model, request, &values, &figures);
                for ((bounds, value), figure) in
                    answer.figures.iter().zip(&seen).zip(&figures).filter(|((bounds, _), _)| bounds.exact)
                {
                    *proven.entry(model.clone()).or_default() += 1;
                    let ranked = |value: &pb::FigureValue| ranked(&model, figure, value);
                    let (low, high) = (bounds.low.as_ref().and_then(ranked), bounds.high.as_ref().and_then(ranked));
                    let is_refused = matches!(value.result, Some(pb::figure_value::Result::Refusal(_)));
                    let is_inside = ranked(value).is_some_and(|value| low <= Some(value) && Some(value) <= high);
                    if !is_refused && !is_inside {
                        faults.push(format!("{model} {figure} at {values:?} is {value:?}, outside of {bounds:?}: {request}"));
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.iter().take(8).cloned().collect::<Vec<_>>().join("\n"));
    let few: Vec<_> = proven.iter().filter(|(_, count)| **count < 10).collect();
    assert!(few.is_empty() && proven.len() >= 8, "too little was proven: {proven:?}");
}
