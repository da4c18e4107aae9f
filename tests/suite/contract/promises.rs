//! What comments promise of requests, asked of the server: the range of each number, the default of each field, the length of each list.
//!
//! Each field is changed in the first golden row that has it and is answered, so that nothing else is at fault.

use std::collections::BTreeSet;

use prost_reflect::{FieldDescriptor, Kind};
use serde_json::{Value, json};

use super::places::{CONTRACT, PLACES, refusals};
use crate::support::{SERVER, method_of};

/// Fields of requests that no golden row has, and the tests that look at them.
const ELSEWHERE: [&str; 16] = [
    // batch.rs and stream.rs
    "paydirt.v1.BatchCalculationsRequest.calculations",
    "paydirt.v1.StreamCalculationsRequest.correlation_id",
    "paydirt.v1.StreamCalculationsRequest.calculation",
    "paydirt.v1.CalculationOptions.explain",
    "paydirt.v1.CalculationOptions.rounding",
    // studies.rs
    "paydirt.v1.ListPathsRequest.calculation",
    "paydirt.v1.ListPathsRequest.chain",
    // solving.rs
    "paydirt.v1.SolveForInputRequest.calculation",
    "paydirt.v1.SolveForInputRequest.chain",
    "paydirt.v1.SolveForInputRequest.lever",
    "paydirt.v1.SolveForInputRequest.figure",
    "paydirt.v1.SolveForInputRequest.target",
    "paydirt.v1.SolveForInputRequest.low",
    "paydirt.v1.SolveForInputRequest.high",
    "paydirt.v1.SolveForInputRequest.include_segments",
    "paydirt.v1.SolveForInputRequest.options",
];

fn assert_no(faults: &[String]) {
    assert!(faults.is_empty(), "{} promises are not kept:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn golden_rows_have_every_field_of_every_request() {
    let seen: BTreeSet<&str> = PLACES.iter().map(|place| place.field.full_name()).collect();
    let is_union = |field: &FieldDescriptor| field.parent_message().full_name() == "paydirt.v1.Calculation";
    let unseen: Vec<String> = CONTRACT
        .fields()
        .filter(|field| CONTRACT.is_taken(field) && !is_union(field))
        .map(|field| field.full_name().to_owned())
        .filter(|name| !seen.contains(name.as_str()) && !ELSEWHERE.contains(&name.as_str()))
        .collect();
    assert!(unseen.is_empty(), "no golden row that is answered has {unseen:?}");
}

#[test]
fn the_range_of_a_number_is_what_the_server_does_not_refuse() {
    let client = SERVER.client();
    let mut faults = Vec::new();
    for place in PLACES.iter() {
        let Some(range) = place.comment.part("Range") else { continue };
        let far = match place.field.kind() {
            Kind::String => [json!("-7e28"), json!("7e28")],
            _ => [json!(0), json!(u32::MAX)],
        };
        let mut refused = BTreeSet::new();
        for far in far {
            let (path, value) = match place.field.is_list() {
                true => (format!("{}[0]", place.path), with_first(place.value(), far)),
                false => (place.path.clone(), far),
            };
            for (_, description) in refusals(&place.ask(&client, Some(value)), &path) {
                // "… is out of range: below discount_rate, which is 0.1"
                let words = description.split_once(" is out of range: ").map(|(_, words)| words);
                let words = words.map(|words| words.split_once(", which is ").map_or(words, |(words, _)| words));
                refused.extend(words.map(str::to_owned));
            }
        }
        match refused.iter().find(|words| !says(range, words)) {
            Some(words) => faults.push(place.fault(&format!("is refused as out of range: {words}"))),
            None if refused.is_empty() && place.field.kind() == Kind::String && range != "any decimal" => {
                faults.push(place.fault("is refused with no number"));
            }
            None => {}
        }
    }
    assert_no(&faults);
}

/// A range as the server words it, perhaps with more behind, or as a second condition.
fn says(range: &str, words: &str) -> bool {
    match range.strip_prefix(words) {
        Some(more) => more.is_empty() || more.starts_with(", ") || more.starts_with(" and "),
        None => range.ends_with(&format!(" and {words}")),
    }
}

fn with_first(list: &Value, item: Value) -> Value {
    let mut items = list.as_array().expect("a list").clone();
    items[0] = item;
    Value::Array(items)
}

#[test]
fn a_required_field_is_refused_where_it_is_left_out_and_no_other() {
    let client = SERVER.client();
    let mut faults = Vec::new();
    for place in PLACES.iter() {
        // Members of a oneof are required together: the path is the oneof's.
        let oneof = place.field.containing_oneof().filter(|oneof| !oneof.is_synthetic());
        let (path, comment) = match &oneof {
            None => (place.path.clone(), place.comment.clone()),
            Some(oneof) => {
                let parent = place.path.rsplit_once('.').map(|(parent, _)| format!("{parent}.")).unwrap_or_default();
                let file = oneof.parent_message().parent_file();
                (format!("{parent}{}", oneof.name()), CONTRACT.comment(&file, oneof.path()))
            }
        };
        if comment.is_sometimes_required() {
            continue;
        }
        let refused = refusals(&place.ask(&client, None), &path).iter().any(|(reason, _)| reason == "REQUIRED");
        if refused != comment.is_required() {
            faults.push(place.fault(if refused { "is required" } else { "is not required" }));
        }
    }
    assert_no(&faults);
}

#[test]
fn what_absent_stands_for_is_what_the_server_takes_in_its_place() {
    let client = SERVER.client();
    let (mut faults, mut count) = (Vec::new(), 0);
    for place in PLACES.iter() {
        let Some(absent) = place.comment.part("Absent") else { continue };
        // "0", 12; 0 is read as absent, ROUNDING_MODE_HALF_EVEN, discount_rate, or words.
        let word = absent.split([';', ',']).next().unwrap_or_default();
        let value = match place.field.kind() {
            Kind::Enum(of) => of.get_value_by_name(word).map(|value| json!(value.name())),
            _ => serde_json::from_str(word).ok(),
        };
        let sibling = || place.request.get(word).cloned();
        let Some(value) = value.or_else(sibling) else { continue };
        count += 1;
        let (given, left_out) = (place.ask(&client, Some(value)), place.ask(&client, None));
        match (given, left_out) {
            (Ok(given), Ok(left_out)) if without_explanation(&given) == without_explanation(&left_out) => {}
            (given, left_out) => faults.push(place.fault(&format!("answers {given:?}, and where it is left out {left_out:?}"))),
        }
        if place.field.kind() == Kind::Uint32 && absent.contains("; 0 is read as absent") {
            let zero = place.ask(&client, Some(json!(0))).map_err(|status| status.code());
            if zero != place.ask(&client, None).map_err(|status| status.code()) {
                faults.push(place.fault("is not absent where it is 0"));
            }
        }
    }
    assert_no(&faults);
    assert!(count >= 20, "{count} defaults are written as values");
}

fn without_explanation(answer: &Value) -> Value {
    let mut answer = answer.clone();
    answer.as_object_mut().expect("an answer").remove("explanation");
    answer
}

#[test]
fn a_list_is_refused_above_the_number_of_its_items() {
    let client = SERVER.client();
    let (mut faults, mut count) = (Vec::new(), 0);
    for place in PLACES.iter() {
        let Some(items) = place.comment.part("Items") else { continue };
        // Payoffs are as many as there are states, whose number has a limit.
        if items.starts_with("as many as") {
            continue;
        }
        count += 1;
        let limit: usize = items.rsplit(' ').next().and_then(|last| last.parse().ok()).unwrap_or_default();
        let first = &place.value()[0];
        let refused = refusals(&place.ask(&client, Some(json!(vec![first; limit + 1]))), &place.path);
        let at_limit = refusals(&place.ask(&client, Some(json!(vec![first; limit]))), &place.path);
        let is_too_many = |refused: &[(String, String)]| refused.iter().any(|(reason, _)| reason == "TOO_MANY_ITEMS");
        if !is_too_many(&refused) || is_too_many(&at_limit) {
            faults.push(place.fault(&format!("is refused with {refused:?}, and at its limit with {at_limit:?}")));
        }
    }
    assert_no(&faults);
    assert!(count >= 9, "{count} lists");
}

#[test]
fn a_text_is_refused_above_its_bytes() {
    let client = SERVER.client();
    let (mut faults, mut count) = (Vec::new(), 0);
    for place in PLACES.iter() {
        let form = place.comment.part("Text").and_then(|text| text.strip_prefix("1 to ")?.strip_suffix(" bytes"));
        let Some(limit) = form.and_then(|limit| limit.parse::<usize>().ok()) else { continue };
        count += 1;
        let refused = |text: String| refusals(&place.ask(&client, Some(json!(text))), &place.path);
        let at_limit = "é".repeat(limit / 2);
        if !refused(at_limit.clone()).is_empty() || refused(at_limit + "x").is_empty() {
            faults.push(place.fault("has another limit"));
        }
    }
    assert_no(&faults);
    assert_eq!(count, 3, "texts with a limit");
}

#[test]
fn answers_are_there_where_a_comment_says_always() {
    let mut faults = Vec::new();
    for place in PLACES.iter() {
        for field in method_of(&place.method).output().fields() {
            let comment = CONTRACT.comment_of(&field);
            let is_promised = comment.text().contains("Always present.") || comment.part("Absent") == Some("never");
            if is_promised && place.answer.get(field.name()).is_none() {
                faults.push(place.fault(&format!("is answered without {}", field.name())));
            }
        }
    }
    assert_no(&faults);
}
