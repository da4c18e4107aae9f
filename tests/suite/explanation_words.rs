//! The sentences of explanations: what is one of something is not spoken of as many, and nothing is explained that is not answered.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::explanations::{answered_rows, explanation_of};
use crate::presets::{calculation_of, presets};
use crate::support::{SERVER, method_of_model};

/// Requests with one of everything, for models that have lists or numbers of periods: a flow, a period, a year, a month, a stream, a state.
fn single_requests() -> Vec<(&'static str, Value)> {
    let flow = json!({"periodic": {"period": "PERIOD_MONTH", "amounts": ["1"]}});
    let flows = json!({"periodic": {"period": "PERIOD_YEAR", "amounts": ["-1", "2"]}});
    let streams = json!([{"name": "a", "annual_amount": "1"}]);
    let policy = json!({"method": "DEPRECIATION_METHOD_STRAIGHT_LINE", "useful_life_periods": 1});
    vec![
        (
            "required_revenue",
            json!({"currency_code": "USD", "accelerator_revenue": "1", "accelerator_revenue_period": "PERIOD_YEAR",
                "accelerator_cost_share": "1", "end_user_gross_margin": "0", "existing_revenue": streams, "paying_customers": "1"}),
        ),
        (
            "return_revenue",
            json!({"currency_code": "USD", "capital_expenditure": "1", "useful_life_years": "1", "required_return": "1",
                "annual_operating_cost": "1", "existing_revenue": streams, "paying_customers": "1"}),
        ),
        (
            "break_even_point",
            json!({"currency_code": "USD", "fixed_costs": "1", "unit": {"price": "2", "variable_cost": "1"}, "expected_revenue": "1"}),
        ),
        (
            "runway",
            json!({"currency_code": "USD", "cash_balance": "1", "as_of_date": "2025-01-01", "horizon_months": 1, "include_ledger": true,
                "costs": [{"name": "a", "amount": "1", "period": "PERIOD_MONTH", "last_month": 1}],
                "events": [{"name": "b", "month": 1, "amount": "-1"}]}),
        ),
        (
            "default_alive",
            json!({"currency_code": "USD", "cash_balance": "1", "monthly_revenue": "1", "monthly_expenses": "2",
                "monthly_revenue_growth_rate": "1", "timing": "GROWTH_TIMING_END_OF_MONTH"}),
        ),
        (
            "capex_roi",
            json!({"currency_code": "USD", "period": "PERIOD_YEAR", "capital_expenditures": ["10"], "discount_rate": "0.1"}),
        ),
        ("depreciation", json!({"currency_code": "USD", "cost": "1", "policy": policy})),
        ("net_present_value", json!({"currency_code": "USD", "cash_flows": flow, "discount_rate": "1"})),
        ("internal_rate_of_return", json!({"cash_flows": flow})),
        ("internal_rate_of_return", json!({"cash_flows": flows})),
        ("modified_internal_rate_of_return", json!({"cash_flows": flows, "finance_rate": "1", "reinvestment_rate": "1"})),
        ("payback", json!({"cash_flows": flows, "discount_rate": "1"})),
        (
            "regret",
            json!({"states": [{"name": "a", "probability": "1"}], "optimism": "1", "alternatives": [{"name": "b", "payoffs": ["1"]}]}),
        ),
        (
            "share_ceiling",
            json!({"current_share": "1", "market_growth_rate": "1", "company_growth_rate": "2", "target_sales_factor": "2"}),
        ),
        (
            "rerating",
            json!({"starting_price_earnings_ratio": "1", "ending_price_earnings_ratio": "1", "years": "1", "price_factor": "1"}),
        ),
        ("price_change", json!({"start_price": "1", "end_price": "1", "start_date": "2024-01-01", "end_date": "2024-01-02"})),
        (
            "implied_growth",
            json!({"currency_code": "USD", "enterprise_value": "1", "free_cash_flow": "1", "discount_rate": "1",
                "growth_stage": {"years": 1, "terminal_growth_rate": "0"}}),
        ),
        ("required_margin", json!({"price_to_sales": "1", "payback_years": 1})),
        (
            "discounted_value",
            json!({"currency_code": "USD", "free_cash_flows": ["1"], "discount_rate": "1", "perpetual_growth_rate": "0",
                "shares_outstanding": "1", "share_price": "1"}),
        ),
    ]
}

/// The explanation of an answer.
pub fn explanation(method: &str, mut request: Value) -> Value {
    request["options"] = json!({"explain": true});
    let answer = SERVER.client().call(method, &request).unwrap_or_else(|status| panic!("{method}: {status:?}"));
    answer["explanation"].clone()
}

#[test]
fn no_explanation_says_one_of_many() {
    let requests = single_requests().into_iter().map(|(model, request)| (method_of_model(model), request));
    let mut failures = BTreeSet::new();
    for (method, request) in requests.chain(presets().iter().map(calculation_of)) {
        let explanation = explanation(&method, request);
        for part in ["steps", "assumptions"].into_iter().flat_map(|list| explanation[list].as_array().into_iter().flatten()) {
            let texts = part.as_object().expect("texts").values().filter_map(Value::as_str);
            failures.extend(texts.filter(|text| says_one_of_many(text)).map(|text| format!("{method}: {text}")));
        }
    }
    assert!(failures.is_empty(), "{}", failures.into_iter().collect::<Vec<_>>().join("\n"));
}

/// Words that refer to a sentence before, which a reader of one sentence does not see, and words that say nothing.
const LEANING: [&str; 7] =
    ["likewise", "belongs into", "as ever", "the other borders", "of what they are", "those that are", "a number: "];

/// First words of a sentence that has another sentence's subject, or none.
const BEGINNINGS: [&str; 9] = ["It ", "Its ", "They ", "Those ", "None ", "The same ", "Likewise", "What ", "That "];

/// Every golden row, every preset and the smallest requests, all explained: each sentence is understandable alone.
#[test]
fn every_sentence_of_an_explanation_is_understandable_alone() {
    let client = SERVER.client();
    let smallest = single_requests().into_iter().map(|(model, request)| (method_of_model(model), request));
    let rows = answered_rows().into_iter().map(|(_, method, request)| (method, request));
    let mut failures = BTreeSet::new();
    for (method, mut request) in rows.chain(presets().iter().map(calculation_of)).chain(smallest) {
        request["options"] = json!({"explain": true});
        let explanation = explanation_of(&client, &method, &request);
        let of = |list: &str| explanation[list].as_array().cloned().unwrap_or_default();
        for step in of("steps") {
            let text = |field: &str| step[field].as_str().unwrap_or_default().to_owned();
            if ["name", "formula", "substitution", "value"].into_iter().any(|field| text(field).is_empty()) {
                failures.insert(format!("{method}: {} has an empty text: {step}", text("name")));
            }
            failures.extend(fault_of(&text("formula")).map(|fault| format!("{method}: {fault}: {}", text("formula"))));
        }
        for assumption in of("assumptions") {
            let reason = assumption["reason"].as_str().unwrap_or_default();
            let begins = BEGINNINGS.into_iter().find(|beginning| reason.starts_with(beginning));
            let ends = if reason.ends_with('.') { None } else { Some("no full stop") };
            let faults = [begins, ends].into_iter().flatten().map(str::to_owned).chain(fault_of(reason));
            failures.extend(faults.map(|fault| format!("{method}: {fault:?}: {reason}")));
        }
    }
    assert!(failures.is_empty(), "{}", failures.into_iter().collect::<Vec<_>>().join("\n"));
}

/// Returns what a reader of one text alone would stumble over.
fn fault_of(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().map(|word| word.trim_matches([',', ';', ':', '.'])).collect();
    let is_span_of_one = |of: &[&str]| matches!(of, ["periods", from, "to", to] if from == to);
    if let Some(span) = words.windows(4).find(|of| is_span_of_one(of)) {
        return Some(span.join(" "));
    }
    if says_one_of_many(text) {
        return Some("one of many".to_owned());
    }
    LEANING.into_iter().find(|phrase| text.contains(phrase)).map(str::to_owned)
}

#[test]
fn a_text_that_leans_on_another_is_noticed() {
    for text in ["the sum of tax, periods 0 to 0", "the sum of 1 values", "and expenses likewise", "A sale belongs into it."] {
        assert!(fault_of(text).is_some(), "{text}");
    }
    for text in ["the sum of tax, periods 0 to 5", "the sum of tax, period 0", "A sale belongs in disposal_proceeds."] {
        assert_eq!(fault_of(text), None);
    }
}

/// Returns the reason of an assumption; the empty text where nothing of the kind is assumed.
pub fn assumed(model: &str, request: Value, field: &str) -> String {
    let explanation = explanation(&method_of_model(model), request);
    let found = explanation["assumptions"].as_array().into_iter().flatten().find(|assumption| assumption["field"] == field);
    found.map(|assumption| assumption["reason"].as_str().unwrap_or_default().to_owned()).unwrap_or_default()
}

/// A company without expenses earns whatever its revenue does, so that nobody compares two growths.
#[test]
fn without_expenses_no_growth_is_compared() {
    let company = json!({"currency_code": "USD", "cash_balance": "0", "monthly_revenue": "5", "monthly_expenses": "0",
        "monthly_revenue_growth_rate": "-0.1"});
    let reason = assumed("default_alive", company, "loss_from_months");
    assert!(!reason.contains("grows no slower") && reason.contains("no expenses"), "{reason}");
}

/// True of "1 rates", "-1 periods" and the like.
fn says_one_of_many(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().map(|word| word.trim_matches(['(', ')', ',', ';', ':', '.'])).collect();
    words.windows(2).any(|pair| {
        let is_plural = pair[1].len() > 3 && pair[1].ends_with('s') && !pair[1].ends_with("ss");
        matches!(pair[0], "1" | "-1") && is_plural && pair[1].bytes().all(|byte| byte.is_ascii_lowercase())
    })
}

#[test]
fn one_of_many_is_noticed() {
    for text in
        ["1 rates are listed", "The longest series has 1 periods; a shorter one", "the sum of 1 values, in the steps above"]
    {
        assert!(says_one_of_many(text), "{text}");
    }
    for text in ["1 rate is listed", "11 rates", "0.1 rates", "amount / 1 less", "1 is as much", "years / 1 × periods"] {
        assert!(!says_one_of_many(text), "{text}");
    }
}

#[test]
fn what_is_never_reached_has_no_leverage_to_explain() {
    let request = json!({"currency_code": "USD", "fixed_costs": "100", "unit": {"price": "10", "variable_cost": "12"},
        "expected_revenue": "200"});
    let explanation = explanation("paydirt.v1.BreakEvenService/ComputeBreakEvenPoint", request);
    let assumptions = explanation["assumptions"].as_array().expect("assumptions");
    assert!(assumptions.iter().all(|assumption| assumption["field"] != "operating_leverage"), "{assumptions:?}");
}
