//! Ranges and sensitivities through a client: bounds of closed forms that are searched, what is refused, and long studies, whose answers are
//! those of the engine by itself.

use paydirt::engine::study::rounds::whole_in_rounds;
use paydirt::engine::study::{RangeStudy, SensitivityStudy};
use paydirt::wire::json::{read, write};
use serde_json::{Value, json};
use tonic::Code;
use tonic_types::StatusExt;

use crate::golden::violations_of;
use crate::studies::{cahn, cash};
use crate::support::SERVER;

const RANGE: &str = "paydirt.v1.StudyService/ComputeRange";
pub const SENSITIVITY: &str = "paydirt.v1.StudyService/ComputeSensitivity";
pub const WORTH: &str = "paydirt.v1.CashFlowService/ComputeNetPresentValue";

pub fn ranged(field: &str, low: &str, high: &str) -> Value {
    json!({"lever": {"fields": [field]}, "low": low, "high": high})
}

/// Lorie and Savage's pump.
pub fn pump() -> Value {
    json!({
        "currency_code": "USD", "discount_rate": "1",
        "cash_flows": {"periodic": {"amounts": ["-1600", "10000", "-10000"], "period": "PERIOD_YEAR"}},
    })
}

pub fn number(value: &Value) -> f64 {
    value.as_str().and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("{value} is no number"))
}

pub fn is_near(found: f64, expected: f64, share: f64) -> bool {
    (found - expected).abs() <= share * expected.abs()
}

/// rate_sensitivity is -(a v^2 + 2 b v^3), v = 1 / (1 + rate), of which nothing is declared.
#[test]
fn a_turn_between_the_ends_is_found_and_not_called_proven() {
    let levers = [
        ranged("discount_rate", "0.1", "5"),
        ranged("cash_flows.periodic.amounts[1]", "8000", "12000"),
        ranged("cash_flows.periodic.amounts[2]", "-11000", "-9000"),
        ranged("cash_flows.periodic.amounts[0]", "-1601", "-1599"),
    ];
    // 20000 v^3 - 10000 v^2 at v = 1 / 3; 12000 at v = 0.4; then 18000 at v = 4 / 9, which the first amount does not change.
    for (count, least, rate) in
        [(1, -10_000.0 / 27.0, 2.0), (2, -640.0, 1.5), (3, -64_000.0 / 81.0, 1.25), (4, -64_000.0 / 81.0, 1.25)]
    {
        let request = json!({
            "calculation": {"net_present_value": pump()}, "levers": levers[..count], "figures": ["rate_sensitivity"],
        });
        let answer = SERVER.client().call(RANGE, &request).expect("a range");
        let bounds = &answer["figures"][0];
        assert!(is_near(number(&bounds["low"]["value"]), least, 1e-9), "{count} levers: {bounds}");
        assert!(is_near(number(&bounds["low_inputs"][0]), rate, 1e-3), "{count} levers: {bounds}");
        assert_eq!((bounds.get("exact"), bounds["high_inputs"][0].as_str()), (None, Some("0.1")), "{bounds}");
        // A single call has the same figure.
        let mut request = pump();
        for (lever, value) in levers[..count].iter().zip(bounds["low_inputs"].as_array().expect("inputs")) {
            match lever["lever"]["fields"][0].as_str().and_then(|field| field.strip_prefix("cash_flows.periodic.amounts[")) {
                Some(index) => {
                    let index: usize = index.trim_end_matches(']').parse().expect("an index");
                    request["cash_flows"]["periodic"]["amounts"][index] = value.clone();
                }
                None => request["discount_rate"] = value.clone(),
            }
        }
        let single = SERVER.client().call(WORTH, &request).expect("an answer");
        assert_eq!(single["rate_sensitivity"], bounds["low"]["value"]);
    }
}

#[test]
fn bounds_are_proven_by_ends_and_turns_and_an_outcome_apart_leaves_them_open() {
    let request = json!({
        "calculation": {"net_present_value": pump()}, "figures": ["net_present_value", "rate_sensitivity"],
        "levers": [ranged("cash_flows.periodic.amounts[0]", "-1700", "-1500"), ranged("discount_rate", "0.1", "5")],
        "options": {"explain": true},
    });
    let answer = SERVER.client().call(RANGE, &request).expect("a range");
    let [worth, rate] = &answer["figures"].as_array().expect("figures")[..] else { panic!("two figures: {answer}") };
    assert_eq!(
        (&worth["exact"], &worth["high"], &worth["high_inputs"]),
        (&json!(true), &json!({"value": "1000"}), &json!(["-1500", "1"]))
    );
    assert_eq!((rate.get("exact"), &rate["high_inputs"][1]), (None, &json!("0.1")));
    assert_eq!(answer["explanation"]["assumptions"][0]["value"], "ends and turns");
    assert_eq!(answer["explanation"]["assumptions"][1]["value"], "search");
    let said = answer["explanation"]["steps"][1]["substitution"].as_str().expect("a step");
    assert_eq!(said, "cash_flows.periodic.amounts[0] = -1500, discount_rate = 1: net_present_value = 1000");
    // Sales of a ratio count no units: what stands there is no number, and has no place.
    let sales = json!({"currency_code": "USD", "fixed_costs": "100", "contribution_margin_ratio": "0.5"});
    let request = json!({
        "calculation": {"break_even_point": sales}, "figures": ["reached.units", "reached.revenue"],
        "levers": [ranged("fixed_costs", "50", "100")],
    });
    let answer = SERVER.client().call(RANGE, &request).expect("a range");
    let [units, revenue] = &answer["figures"].as_array().expect("figures")[..] else { panic!("two figures: {answer}") };
    assert_eq!(
        (&units["low"], units.get("exact"), &units["outcomes"]),
        (&json!({"outcome": "absent"}), None, &json!(["absent"]))
    );
    assert_eq!(
        (&revenue["low"]["value"], &revenue["high"]["value"], &revenue["exact"]),
        (&json!("100"), &json!("200"), &json!(true))
    );
}

#[test]
fn a_bound_that_the_model_refuses_proves_nothing() {
    let request = json!({
        "calculation": {"required_revenue": cahn()}, "figures": ["required_annual_revenue"],
        "levers": [ranged("end_user_gross_margin", "0.5", "1")],
    });
    let answer = SERVER.client().call(RANGE, &request).expect("a range");
    let bounds = &answer["figures"][0];
    assert_eq!((&bounds["low"]["value"], bounds.get("exact")), (&json!("600"), None), "{bounds}");
    assert!(number(&bounds["high"]["value"]) > 9_000.0, "{bounds}");
    assert_eq!(answer["refusals"].as_array().map(Vec::len), Some(1));
    // Nothing but refusals.
    let request = json!({
        "calculation": {"required_revenue": cahn()}, "figures": ["required_annual_revenue"],
        "levers": [ranged("end_user_gross_margin", "1", "2")],
    });
    let answer = SERVER.client().call(RANGE, &request).expect("a range");
    assert_eq!((&answer["figures"][0]["low"], answer["figures"][0].get("exact")), (&json!({"refusal": 0}), None));
}

#[test]
fn every_bad_field_of_a_range_is_named_at_once() {
    let client = SERVER.client();
    let refused = |method: &str, request: &Value| violations_of(&client.call(method, request).expect_err("a refusal"));
    let violations = |violations: &[(&str, &str)]| -> Vec<(String, String)> {
        violations.iter().map(|(field, reason)| ((*field).to_owned(), (*reason).to_owned())).collect()
    };
    let range =
        |levers: Value, figures: Value| json!({"calculation": {"runway": cash()}, "levers": levers, "figures": figures});
    for (request, expected) in [
        (json!({}), vec![("subject", "REQUIRED"), ("levers", "REQUIRED"), ("figures", "REQUIRED")]),
        (
            range(json!([ranged("cash_balance", "2", "1"), ranged("minimum_cash", "", "x")]), json!(["net_burn"])),
            vec![("levers[1].low", "REQUIRED"), ("levers[1].high", "DECIMAL_MALFORMED"), ("levers[0].high", "OUT_OF_RANGE")],
        ),
        (
            range(
                json!([ranged("cash_balance", "1", "2"), ranged("cash_balance", "1", "2"), ranged("horizon_months", "1", "2")]),
                json!(["net_burn", "cash", "lasts.cash_flow_positive"]),
            ),
            vec![
                ("levers[2].lever.fields[0]", "PATH_UNSUITABLE"),
                ("figures[1]", "PATH_UNKNOWN"),
                ("figures[2]", "PATH_UNSUITABLE"),
                ("levers[1].lever.fields[0]", "LEVERS_OVERLAP"),
            ],
        ),
        (
            range(
                json!([
                    {"lever": {"fields": ["cash_balance"], "name": "a"}, "low": "1", "high": "2"},
                    {"lever": {"fields": ["minimum_cash"], "name": "a"}, "low": "1", "high": "2"},
                    {},
                ]),
                json!(["net_burn"]),
            ),
            vec![
                ("levers[2].lever", "REQUIRED"),
                ("levers[2].low", "REQUIRED"),
                ("levers[2].high", "REQUIRED"),
                ("levers[1].lever.name", "OUT_OF_RANGE"),
            ],
        ),
        (
            range(json!(vec![ranged("cash_balance", "1", "2"); 21]), json!(vec!["net_burn"; 10_001])),
            vec![("levers", "TOO_MANY_ITEMS"), ("figures", "TOO_MANY_ITEMS")],
        ),
    ] {
        let mut found = refused(RANGE, &request);
        // The levers of a list that is too long overlap as well.
        found.retain(|(field, reason)| expected.len() > 2 || reason != "LEVERS_OVERLAP" || field.is_empty());
        assert_eq!(found, violations(&expected), "{request}");
    }
    let sensitivity = |changes: Value| {
        let mut request = json!({"calculation": {"runway": cash()}, "figure": "net_burn"});
        for (name, value) in changes.as_object().expect("fields") {
            request[name] = value.clone();
        }
        request
    };
    for (request, expected) in [
        (json!({}), vec![("subject", "REQUIRED"), ("figure", "REQUIRED")]),
        (
            sensitivity(json!({"figure": "as_of_date", "relative_change": "1"})),
            vec![("figure", "PATH_UNKNOWN"), ("relative_change", "OUT_OF_RANGE")],
        ),
        (
            sensitivity(json!({"levers": [ranged("cash_balance", "1", "2")], "relative_change": "0.1"})),
            vec![("relative_change", "NOT_APPLICABLE")],
        ),
        (sensitivity(json!({"levers": [ranged("costs[*].amount", "1", "0")]})), vec![("levers[0].high", "OUT_OF_RANGE")]),
    ] {
        assert_eq!(refused(SENSITIVITY, &request), violations(&expected), "{request}");
    }
}

/// A runway, whose lowest month is declared in nothing.
fn long_range() -> Value {
    json!({
        "calculation": {"runway": cash()}, "figures": ["lowest_balance_month", "ending_balance"],
        "levers": [
            ranged("costs[0].amount", "50", "70"),
            ranged("costs[0].monthly_growth_rate", "0", "0.02"),
            ranged("revenues[0].amount", "5", "70"),
        ],
    })
}

#[test]
fn long_studies_in_blocks_answer_as_the_engine_by_itself() {
    let client = SERVER.client();
    let answer = client.call(RANGE, &long_range()).expect("a range");
    let mut alone = Vec::new();
    let request = read(long_range().to_string().as_bytes()).expect("a range");
    write(&whole_in_rounds(RangeStudy::begin(&request).expect("a range")), &mut alone);
    assert_eq!(without_empty(&serde_json::from_slice(&alone).expect("JSON")), without_empty(&answer));
    assert_eq!(answer["figures"][1]["exact"], true);
    let request = json!({"calculation": {"runway": cash()}, "figure": "lowest_balance_month"});
    let answer = client.call(SENSITIVITY, &request).expect("a sensitivity");
    alone.clear();
    let request = read(request.to_string().as_bytes()).expect("a sensitivity");
    write(&whole_in_rounds(SensitivityStudy::begin(&request).expect("a sensitivity")), &mut alone);
    assert_eq!(without_empty(&serde_json::from_slice(&alone).expect("JSON")), without_empty(&answer));
}

/// A message without what another way of JSON leaves out.
fn without_empty(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let is_there = |value: &Value| *value != json!(false) && *value != json!([]) && *value != json!("");
            let fields = fields.iter().filter(|(_, value)| is_there(value));
            Value::Object(fields.map(|(name, value)| (name.clone(), without_empty(value))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(without_empty).collect()),
        other => other.clone(),
    }
}

#[test]
fn a_range_of_too_much_work_is_refused_before_it_begins() {
    let amounts: Vec<&str> = ["-1", "2"].into_iter().cycle().take(4001).collect();
    let levers: Vec<Value> = (0..4).map(|flow| ranged(&format!("cash_flows.periodic.amounts[{flow}]"), "1", "2")).collect();
    let request = json!({
        "calculation": {"internal_rate_of_return": {"cash_flows": {"periodic": {"period": "PERIOD_MONTH", "amounts": amounts}}}},
        "levers": levers, "figures": vec!["internal_rates_of_return.rates[selected].annual"; 20],
    });
    let refused = SERVER.client().call(RANGE, &request).expect_err("a refusal");
    let reason = refused.get_details_error_info().map(|info| info.reason).unwrap_or_default();
    assert_eq!((refused.code(), reason.as_str()), (Code::ResourceExhausted, "STUDY_TOO_LARGE"));
}
