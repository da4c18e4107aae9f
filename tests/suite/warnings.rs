//! Warnings: suspicious inputs are answered exactly, and the answer says what is suspicious about them.

use std::collections::BTreeMap;

use paydirt_fuzzed::contract::{CONTRACT, comment_of, name_of};
use prost_reflect::MessageDescriptor;
use serde_json::{Value, json};

use crate::explanations::answered_rows;
use crate::presets::{calculation_of, presets};
use crate::support::SERVER;

const INTERNAL_RATE: &str = "paydirt.v1.CashFlowService/ComputeInternalRateOfReturn";
const NET_PRESENT_VALUE: &str = "paydirt.v1.CashFlowService/ComputeNetPresentValue";
const RUNWAY: &str = "paydirt.v1.RunwayService/ComputeRunway";
const DISCOUNTED_VALUE: &str = "paydirt.v1.ValuationService/ComputeDiscountedValue";
const DEFAULT_ALIVE: &str = "paydirt.v1.RunwayService/ComputeDefaultAlive";
const IMPLIED_GROWTH: &str = "paydirt.v1.ValuationService/ComputeImpliedGrowth";

/// Field and reason of each warning of an answer.
fn warned(method: &str, request: &Value) -> Vec<(String, String)> {
    let answer = SERVER.client().call(method, request).expect("a warning is no error");
    let warnings = answer.get("warnings").and_then(Value::as_array).cloned().unwrap_or_default();
    warnings.iter().map(|warning| (text(warning, "field"), text(warning, "reason"))).collect()
}

fn text(warning: &Value, name: &str) -> String {
    warning[name].as_str().unwrap_or_default().to_owned()
}

fn one(field: &str, reason: &str) -> Vec<(String, String)> {
    vec![(field.to_owned(), reason.to_owned())]
}

fn flows(amounts: &[&str]) -> Value {
    json!({ "periodic": { "period": "PERIOD_YEAR", "amounts": amounts } })
}

#[test]
fn a_rate_that_looks_like_a_percentage_is_warned_of_from_its_border_on() {
    let worth = |rate: &str| {
        let request = json!({ "currency_code": "USD", "cash_flows": flows(&["-100", "60", "60"]), "discount_rate": rate });
        warned(NET_PRESENT_VALUE, &request)
    };
    assert_eq!(worth("1.9999"), []);
    assert_eq!(worth("2"), one("discount_rate", "RATE_LOOKS_LIKE_PERCENT"));
    let runway = |field: &str, rate: &str| {
        let line = json!({ "name": "pay", "amount": "10", "period": "PERIOD_MONTH", field: rate });
        warned(RUNWAY, &json!({ "currency_code": "USD", "cash_balance": "100", "costs": [line] }))
    };
    assert_eq!(runway("monthly_growth_rate", "0.2499"), []);
    assert_eq!(runway("monthly_growth_rate", "0.25"), one("costs[0].monthly_growth_rate", "RATE_LOOKS_LIKE_PERCENT"));
    assert_eq!(runway("annual_growth_rate", "1.9"), []);
    assert_eq!(runway("annual_growth_rate", "2"), one("costs[0].annual_growth_rate", "RATE_LOOKS_LIKE_PERCENT"));
}

/// The paths of a request's decimals whose comment has this unit.
fn decimals_of(unit: &str, message: &MessageDescriptor, value: &Value, path: &str, found: &mut Vec<(String, String)>) {
    for (name, value) in value.as_object().into_iter().flatten() {
        let Some(field) = message.get_field_by_name(name) else { continue };
        let place = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        if let Some(inner) = field.kind().as_message() {
            match value.as_array() {
                Some(items) => items.iter().enumerate().for_each(|(index, item)| {
                    decimals_of(unit, inner, item, &format!("{place}[{index}]"), found);
                }),
                None => decimals_of(unit, inner, value, &place, found),
            }
        } else if comment_of(&message.parent_file(), field.path()).contains(unit) {
            found.push((place, field.full_name().to_owned()));
        }
    }
}

/// Every rate of the contract, in some golden row that is still answered when the rate is one that looks like a percentage.
#[test]
fn every_rate_a_year_or_a_month_is_warned_of() {
    let client = SERVER.client();
    let methods: BTreeMap<String, MessageDescriptor> =
        CONTRACT.models.iter().map(|model| (name_of(&model.method), model.request())).collect();
    let mut warned: BTreeMap<String, bool> = BTreeMap::new();
    for (name, method, request) in answered_rows() {
        // A study has no rates but those of its calculation.
        let Some(message) = methods.get(&method) else { continue };
        for (unit, suspicious) in [("Unit: ratio a year.", "2"), ("Unit: ratio a month.", "0.25")] {
            let mut found = Vec::new();
            decimals_of(unit, message, &request, "", &mut found);
            for (path, field) in found {
                // Once is enough; a field that was never asked with such a rate is named below.
                if warned.contains_key(&field) {
                    continue;
                }
                let mut suspected = request.clone();
                let pointer = format!("/{}", path.replace(['.', '['], "/").replace(']', ""));
                *suspected.pointer_mut(&pointer).expect("the field") = json!(suspicious);
                let Ok(answer) = client.call(&method, &suspected) else { continue };
                let warnings = answer["warnings"].as_array().into_iter().flatten();
                let is_warned = warnings
                    .clone()
                    .any(|warning| text(warning, "field") == path && text(warning, "reason") == "RATE_LOOKS_LIKE_PERCENT");
                assert!(is_warned, "{name}: {path} of {suspicious} in {method}");
                warned.insert(field, true);
            }
        }
    }
    assert!(warned.len() >= 20, "{warned:?}");
}

#[test]
fn the_words_of_a_warning_say_what_was_given_and_what_was_meant() {
    let request = json!({ "currency_code": "USD", "cash_flows": flows(&["-100", "60", "60"]), "discount_rate": "10" });
    let answer = SERVER.client().call(NET_PRESENT_VALUE, &request).expect("a warning is no error");
    assert_eq!(
        text(&answer["warnings"][0], "message"),
        "10 is 1000 % a year: a rate is a fraction, so that ten per cent is 0.1"
    );
    let line = json!({ "name": "pay", "amount": "1", "period": "PERIOD_MONTH", "monthly_growth_rate": "5" });
    let answer =
        SERVER.client().call(RUNWAY, &json!({ "currency_code": "USD", "costs": [line] })).expect("a warning is no error");
    assert_eq!(
        text(&answer["warnings"][0], "message"),
        "5 is 500 % a month: a rate is a fraction, so that ten per cent is 0.1"
    );
    let request = json!({ "currency_code": "BGN", "cash_flows": flows(&["-100", "60", "60"]), "discount_rate": "0.1" });
    let answer = SERVER.client().call(NET_PRESENT_VALUE, &request).expect("a warning is no error");
    assert_eq!(text(&answer["warnings"][0], "message"), "BGN was withdrawn from ISO 4217 in 2026-01; its successor is EUR");
}

#[test]
fn flows_of_one_sign_and_several_rates_are_warned_of() {
    let rates = |amounts: &[&str]| warned(INTERNAL_RATE, &json!({ "cash_flows": flows(amounts) }));
    assert_eq!(rates(&["-100", "0", "121"]), []);
    assert_eq!(rates(&["0", "0"]), [], "nothing moves");
    assert_eq!(rates(&["100", "0", "121"]), one("cash_flows", "ONE_SIGN"));
    assert_eq!(rates(&["-100"]), one("cash_flows", "ONE_SIGN"));
    assert_eq!(rates(&["-1600", "10000", "-10000"]), one("cash_flows", "SEVERAL_RATES"));
    assert_eq!(rates(&["100", "-220", "121"]), [], "a double rate is one");
}

#[test]
fn a_perpetual_growth_near_the_discount_rate_is_warned_of() {
    let growth = |terminal: &str| {
        let stage = json!({ "years": 10, "terminal_growth_rate": terminal });
        warned(
            IMPLIED_GROWTH,
            &json!({
                "currency_code": "USD", "enterprise_value": "3000e9", "free_cash_flow": "60e9", "discount_rate": "0.09", "growth_stage": stage,
            }),
        )
    };
    assert_eq!(growth("0.0799"), []);
    assert_eq!(growth("0.08"), one("growth_stage.terminal_growth_rate", "TERMINAL_GROWTH_NEAR_RATE"));
    let worth = |rate: &str, growth: &str| {
        warned(
            DISCOUNTED_VALUE,
            &json!({ "currency_code": "USD", "free_cash_flows": ["60e9"], "discount_rate": rate, "perpetual_growth_rate": growth }),
        )
    };
    assert_eq!(worth("0.09", "0.0799"), []);
    assert_eq!(worth("0.09", "0.08"), one("perpetual_growth_rate", "TERMINAL_GROWTH_NEAR_RATE"));
    assert_eq!(worth("9", "0.08"), one("discount_rate", "RATE_LOOKS_LIKE_PERCENT"));
    let percent =
        ["discount_rate", "perpetual_growth_rate"].map(|field| (field.to_owned(), "RATE_LOOKS_LIKE_PERCENT".to_owned()));
    assert_eq!(worth("9", "3"), percent);
}

/// 160 over three periods; a flow of its own, or a depreciation that lasts, is no reason to warn.
#[test]
fn a_perpetuity_that_replaces_nothing_is_warned_of_with_the_average_expenditure() {
    let project = |more: Value| {
        let mut request = json!({ "currency_code": "USD", "period": "PERIOD_YEAR", "capital_expenditures": ["100", "0", "0", "60"],
            "revenues": ["0", "50", "50", "50"], "discount_rate": "0.1", "perpetual_growth_rate": "0.02" });
        more.as_object().expect("fields").iter().for_each(|(name, value)| request[name] = value.clone());
        let answer = SERVER.client().call("paydirt.v1.CapexRoiService/ComputeCapexRoi", &request).expect("an answer");
        answer["warnings"].as_array().cloned().unwrap_or_default()
    };
    let warnings = project(json!({}));
    assert_eq!(text(&warnings[0], "reason"), "TERMINAL_WITHOUT_REPLACEMENT");
    assert!(text(&warnings[0], "message").contains("53.3333 a period on average"), "{warnings:?}");
    assert_eq!(project(json!({ "terminal_net_cash_flow": "12.5" })), Vec::<Value>::new());
    let straight_line = json!({ "method": "DEPRECIATION_METHOD_STRAIGHT_LINE", "useful_life_periods": 3 });
    assert_eq!(project(json!({ "depreciation": straight_line })), Vec::<Value>::new());
}

#[test]
fn a_withdrawn_currency_is_answered_in_every_model_that_names_one() {
    let client = SERVER.client();
    let requests = presets().iter().map(calculation_of).collect::<Vec<_>>();
    for (method, mut request) in requests.into_iter().filter(|(_, request)| request.get("currency_code").is_some()) {
        request["currency_code"] = json!("DEM");
        let answer = client.call(&method, &request).expect("a withdrawn currency is no error");
        assert_eq!(answer["currency_code"], "DEM");
        assert_eq!(text(&answer["warnings"][0], "reason"), "CURRENCY_WITHDRAWN", "{method}");
    }
}

#[test]
fn a_loss_that_begins_after_ten_years_is_warned_of() {
    let company = |revenue: &str| {
        json!({
            "currency_code": "USD", "cash_balance": "0", "monthly_revenue": revenue, "monthly_expenses": "100",
            "monthly_revenue_growth_rate": "0", "monthly_expense_growth_rate": "0.01", "timing": "GROWTH_TIMING_END_OF_MONTH",
        })
    };
    // 100 × 1.01^119 is 326.8, × 1.01^120 is 330.04.
    assert_eq!(warned(DEFAULT_ALIVE, &company("330")), []);
    assert_eq!(warned(DEFAULT_ALIVE, &company("330.1")), one("monthly_revenue_growth_rate", "LOSS_IS_FAR"));
}

#[test]
fn cash_that_comes_later_than_month_1_is_warned_of() {
    let company = |first_month: u32, delay_months: u32| {
        let line = json!({
            "name": "sales", "amount": "10", "period": "PERIOD_MONTH", "first_month": first_month, "delay_months": delay_months,
        });
        warned(RUNWAY, &json!({ "currency_code": "USD", "cash_balance": "100", "costs": [line], "revenues": [line, line] }))
    };
    assert_eq!(company(0, 0), []);
    assert_eq!(company(2, 1), []);
    let fields = ["costs[0].delay_months", "revenues[0].delay_months", "revenues[1].delay_months"];
    let expected = fields.map(|field| (field.to_owned(), "OPENING_RECEIVABLES".to_owned()));
    assert_eq!(company(0, 1), expected);
    assert_eq!(company(1, 24), expected);
}

#[test]
fn sixteen_warnings_are_answered_at_the_most() {
    let line = |number: u32| json!({ "name": number.to_string(), "amount": "1", "period": "PERIOD_MONTH", "monthly_growth_rate": "5", "last_month": 2 });
    let lines: Vec<Value> = (0..20).map(line).collect();
    let request = json!({ "currency_code": "USD", "cash_balance": "100", "costs": lines });
    let warned = warned(RUNWAY, &request);
    assert_eq!(warned.len(), 16);
    assert_eq!(warned[15].0, "costs[15].monthly_growth_rate");
}

#[test]
fn a_batch_carries_the_warnings_of_its_calculations() {
    let calculation = json!({ "internal_rate_of_return": { "cash_flows": flows(&["1", "2"]) } });
    let answer = SERVER
        .client()
        .call("paydirt.v1.CalculationService/BatchCalculations", &json!({ "calculations": [calculation] }))
        .expect("a batch");
    let warnings = &answer["outcomes"][0]["answer"]["internal_rate_of_return"]["warnings"];
    assert_eq!(text(&warnings[0], "reason"), "ONE_SIGN", "{answer}");
}
