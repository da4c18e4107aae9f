//! Solving for an input, through a client: solutions of closed forms, proofs of none, and what is not known and says so.

use rust_decimal::Decimal;
use serde_json::{Value, json};
use tonic::Code;
use tonic_types::StatusExt;

use crate::golden::violations_of;
use crate::support::SERVER;

const SOLVE: &str = "paydirt.v1.StudyService/SolveForInput";

pub fn solved(request: &Value) -> Value {
    SERVER.client().call(SOLVE, request).unwrap_or_else(|refused| panic!("{request}: {refused:?}"))
}

pub fn asked(model: &str, calculation: Value, field: &str, figure: &str, target: &str) -> Value {
    json!({"calculation": {model: calculation}, "lever": {"fields": [field]}, "figure": figure, "target": target})
}

pub fn count(answer: &Value, list: &str) -> usize {
    answer[list].as_array().map_or(0, Vec::len)
}

pub fn near(found: &Value, expected: f64) -> bool {
    let found: f64 = found.as_str().and_then(|text| text.parse().ok()).unwrap_or(f64::NAN);
    (found - expected).abs() <= 2e-12 * expected.abs().max(1.0)
}

fn cahn() -> Value {
    json!({
        "currency_code": "USD", "accelerator_revenue": "150", "accelerator_revenue_period": "PERIOD_YEAR", "accelerator_cost_share": "0.5",
    })
}

#[test]
fn a_solution_of_few_digits_is_met_digit_for_digit() {
    // 300 / (1 - m) = 400
    let answer = solved(&asked("required_revenue", cahn(), "end_user_gross_margin", "required_revenue", "400"));
    assert_eq!((count(&answer, "solutions"), &answer["complete"], count(&answer, "undecided")), (1, &json!(true), 0));
    assert_eq!(answer["solutions"][0]["input"], "0.25");
    assert_eq!(
        (&answer["solutions"][0]["proof"], &answer["solutions"][0]["figure"]),
        (&json!("PROOF_EQUAL"), &json!({"value": "400"}))
    );
}

#[test]
fn a_solution_between_decimals_is_passed_from_both_sides() {
    // charge 60: n = ln 2 / ln 1.1
    let outlay = json!({"currency_code": "USD", "capital_expenditure": "300", "required_return": "0.1", "gross_margin": "0.5"});
    let answer = solved(&asked("return_revenue", outlay, "useful_life_years", "required_annual_revenue", "120"));
    let solution = &answer["solutions"][0];
    assert!(near(&solution["input"], 2_f64.ln() / 1.1_f64.ln()), "{answer}");
    assert_eq!(
        (count(&answer, "solutions"), &answer["complete"], &solution["proof"]),
        (1, &json!(true), &json!("PROOF_PASSED"))
    );
    // The longer the life, the less revenue: below the target is on the far side.
    assert!(near(&solution["below"], 7.272_540_897_341_713) && near(&solution["above"], 7.272_540_897_341_713));
    let number = |side: &str| solution[side].as_str().expect("a number").parse::<f64>().expect("a number");
    assert!(number("below") > number("above"));
}

#[test]
fn none_is_proven_with_the_nearest() {
    // p / (p - v) is above 1 where it is reached, so revenue stays above the fixed costs.
    let sales = json!({"currency_code": "USD", "fixed_costs": "300000", "unit": {"variable_cost": "20"}});
    let mut request = asked("break_even_point", sales, "unit.price", "reached.revenue", "250000");
    request["include_segments"] = json!(true);
    request["options"] = json!({"explain": true});
    let answer = solved(&request);
    assert_eq!((count(&answer, "solutions"), &answer["complete"], count(&answer, "undecided")), (0, &json!(true), 0));
    let nearest: f64 = answer["nearest"]["figure"].as_str().expect("a figure").parse().expect("a number");
    assert!((300_000.0..300_001.0).contains(&nearest), "{answer}");
    // A price next to nothing has a contribution that is too large to be written; from there on the range has no gap.
    let [refused, above] = &answer["segments"].as_array().expect("segments")[..] else { panic!("two segments: {answer}") };
    assert_eq!((&refused["side"], &above["side"]), (&json!("SIDE_REFUSED"), &json!("SIDE_ABOVE")));
    assert_eq!(
        (&refused["range"]["low"], &above["range"]["high"]),
        (&json!("0.0000000000000000000000000001"), &json!("1000000000000000"))
    );
    assert_eq!(refused["range"]["high"], above["range"]["low"]);
    assert_eq!(answer["explanation"]["assumptions"][0]["value"], "two boundaries");
    assert_eq!(answer["explanation"]["steps"][0]["value"], "none");
}

#[test]
fn courses_run_through_the_links_of_a_chain() {
    // Both terms fall with the margin: 300 / (1 - m) is required, and half of it is spent.
    let chain = json!({
        "assumptions": [{"name": "margin", "value": "0.5"}],
        "links": [
            {"name": "need", "calculation": {"required_revenue": cahn()},
             "bindings": [{"field": "end_user_gross_margin", "assumption": "margin"}]},
            {"name": "worth", "calculation": {"net_present_value": {"currency_code": "USD", "discount_rate": "0", "cash_flows":
                {"periodic": {"amounts": ["-100", "0"], "period": "PERIOD_YEAR"}}}},
             "bindings": [{"field": "cash_flows.periodic.amounts[1]", "figure": "need.required_annual_revenue", "factor": "0.5"}]},
        ],
    });
    let request = json!({"chain": chain, "lever": {"fields": ["assumptions.margin"]}, "figure": "worth.net_present_value",
        "target": "100", "low": "0", "high": "0.9"});
    let answer = solved(&request);
    assert_eq!((&answer["solutions"][0]["input"], &answer["complete"]), (&json!("0.25"), &json!(true)), "{answer}");
}

#[test]
fn a_figure_without_the_input_is_known_everywhere() {
    let answer = solved(&asked("required_revenue", cahn(), "paying_customers", "spend_multiple", "4"));
    // Without a margin nothing is answered at all.
    assert_eq!((count(&answer, "solutions"), count(&answer, "refusals")), (0, 1), "{answer}");
    let mut whole = cahn();
    whole["end_user_gross_margin"] = json!("0.5");
    let answer = solved(&asked("required_revenue", whole.clone(), "paying_customers", "spend_multiple", "4"));
    assert_eq!((&answer["solutions"][0]["range"]["high"], &answer["complete"]), (&json!("1000000000000000"), &json!(true)));
    let answer = solved(&asked("required_revenue", whole, "paying_customers", "spend_multiple", "5"));
    assert_eq!((count(&answer, "solutions"), &answer["complete"]), (0, &json!(true)), "{answer}");
}

#[test]
fn a_long_search_goes_in_pieces_and_one_of_too_much_work_is_refused() {
    let client = SERVER.client();
    // Every horizon of a runway, in blocks on the pool.
    let cash = json!({"currency_code": "USD", "cash_balance": "24", "costs": [
        {"name": "net", "amount": "2", "period": "PERIOD_MONTH"}, {"name": "more", "amount": "0", "period": "PERIOD_MONTH", "monthly_growth_rate": "0.1"}]});
    let mut request = asked("runway", cash, "horizon_months", "cash_need", "576");
    (request["low"], request["high"]) = (json!("1"), json!("300"));
    let answer = solved(&request);
    assert_eq!(
        (&answer["solutions"][0]["input"], &answer["evaluations"], &answer["complete"]),
        (&json!("300"), &json!(300), &json!(true))
    );
    // Rates of many flows, of which nothing is declared, in every link of a chain.
    let series = |links: usize, flows: usize| {
        let amounts: Vec<&str> = ["-1", "2"].into_iter().cycle().take(flows).collect();
        let rates =
            json!({"internal_rate_of_return": {"cash_flows": {"periodic": {"period": "PERIOD_MONTH", "amounts": amounts}}}});
        let links: Vec<Value> = (0..links).map(|link| json!({"name": format!("link{link}"), "calculation": rates})).collect();
        json!({
            "chain": {"links": links}, "lever": {"fields": ["link0.cash_flows.periodic.amounts[0]"]},
            "figure": "link0.internal_rates_of_return.status", "target": "STATUS_NONE",
        })
    };
    let began = std::time::Instant::now();
    let refused = client.call(SOLVE, &series(10, 20_001)).expect_err("a refusal");
    let info = refused.get_details_error_info().unwrap_or_else(|| panic!("no reason: {refused:?}"));
    assert_eq!((refused.code(), info.reason.as_str()), (Code::ResourceExhausted, "STUDY_TOO_LARGE"));
    let number = |name: &str| info.metadata[name].parse::<u64>().expect("a number");
    assert!(number("expected_ms") > 60_000 && number("fitting") < 400, "{info:?}");
    let refused = client.call_with(SOLVE, &series(3, 20_001), &[("grpc-timeout", "15S")]).expect_err("a refusal");
    let info = refused.get_details_error_info().expect("a reason");
    assert_eq!((refused.code(), info.metadata.contains_key("fitting")), (Code::DeadlineExceeded, true), "{info:?}");
    assert!(began.elapsed() < std::time::Duration::from_secs(20), "neither is computed");
}

#[test]
fn an_outcome_and_a_verdict_are_solved_for() {
    let company =
        json!({"currency_code": "USD", "cash_balance": "500e3", "monthly_revenue": "30e3", "monthly_expenses": "80e3"});
    let answer = solved(&asked("default_alive", company, "monthly_revenue_growth_rate", "verdict", "VERDICT_DEFAULT_ALIVE"));
    let range = &answer["solutions"][0]["range"];
    assert!(near(&range["low"], 0.058_584_544_595_301_88) && range["high"] == "10" && answer["complete"] == true, "{answer}");
    let amounts = ["-100", "30", "30", "30", "30", "30"];
    let fields: Vec<String> = (1..=5).map(|flow| format!("cash_flows.periodic.amounts[{flow}]")).collect();
    let mut request = json!({
        "calculation": {"payback": {"cash_flows": {"periodic": {"amounts": amounts, "period": "PERIOD_YEAR"}}}},
        "lever": {"fields": fields, "effect": "LEVER_EFFECT_MULTIPLY"}, "figure": "payback.years", "target": "3",
    });
    // 90 f = 100
    assert!(near(&solved(&request)["solutions"][0]["input"], 10.0 / 9.0));
    // 150 f < 100
    (request["target"], request["low"], request["high"]) = (json!("never"), json!("0"), json!("10"));
    let answer = solved(&request);
    let range = &answer["solutions"][0]["range"];
    assert!(range["low"] == "0" && near(&range["high"], 2.0 / 3.0) && answer["complete"] == true, "{answer}");
}

#[test]
fn every_whole_number_is_tried() {
    let answer =
        solved(&asked("required_margin", json!({"price_to_sales": "10"}), "payback_years", "required_net_cash_margin", "1"));
    assert_eq!(
        (count(&answer, "solutions"), &answer["solutions"][0]["input"], &answer["complete"]),
        (1, &json!("10"), &json!(true))
    );
    assert_eq!(answer["evaluations"], 200);
    let cash = json!({"currency_code": "USD", "cash_balance": "24", "costs": [{"name": "net", "amount": "2", "period": "PERIOD_MONTH"}]});
    let mut request = asked("runway", cash, "horizon_months", "cash_need", "0");
    (request["low"], request["high"]) = (json!("1"), json!("120"));
    assert_eq!(
        solved(&request)["solutions"][0]["range"],
        json!({"low": "1", "high": "12", "low_included": true, "high_included": true})
    );
}

#[test]
fn a_jump_is_no_solution_and_a_plateau_has_two_ends() {
    // Cash of 20 lasts to the end of month 2, where 50 come in; with less it is gone before.
    let cash = json!({
        "currency_code": "USD", "costs": [{"name": "all", "amount": "10", "period": "PERIOD_MONTH"}],
        "events": [{"name": "loan", "month": 2, "amount": "50"}],
    });
    let answer = solved(&asked("runway", cash, "cash_balance", "runs_out.runway_months", "2.5"));
    assert_eq!((count(&answer, "solutions"), count(&answer, "jumps"), &answer["complete"]), (0, 1, &json!(true)), "{answer}");
    assert!(near(&answer["jumps"][0]["input"], 20.0), "{answer}");
    assert_eq!(answer["jumps"][0]["figure_above"]["value"], "7", "{answer}");
    let answer = solved(&asked(
        "break_even_point",
        json!({"currency_code": "USD", "fixed_costs": "100", "unit": {"price": "50", "variable_cost": "40"}}),
        "target_profit",
        "reached.whole_units",
        "11",
    ));
    // 10 units for 100: more than 0 up to 10.
    let range = &answer["solutions"][0]["range"];
    assert!(near(&range["low"], 0.0) && range["high"] == "10", "{answer}");
}

#[test]
fn what_is_not_declared_is_said_to_be_undecided() {
    let sales = json!({
        "currency_code": "USD", "fixed_costs": "100", "expected_revenue": "250", "contribution_margin_ratio": "0.5",
    });
    let answer = solved(&asked("break_even_point", sales, "fixed_costs", "reached.operating_leverage", "5"));
    assert_eq!(answer["solutions"][0]["input"], "100", "{answer}");
    assert!(answer.get("complete").is_none() && count(&answer, "undecided") == 2, "{answer}");
    // A status that is the target wherever it was seen: the two ends are solutions, and what lies between is not known.
    let flows = json!({"cash_flows": {"periodic": {"amounts": ["-100", "110"], "period": "PERIOD_YEAR"}}});
    let mut request = asked(
        "internal_rate_of_return",
        flows,
        "cash_flows.periodic.amounts[1]",
        "internal_rates_of_return.status",
        "STATUS_UNIQUE",
    );
    (request["low"], request["high"]) = (json!("100"), json!("200"));
    let answer = solved(&request);
    let inputs: Vec<&Value> = answer["solutions"].as_array().expect("solutions").iter().map(|one| &one["input"]).collect();
    assert_eq!((inputs, answer.get("complete")), (vec![&json!("100"), &json!("200")], None), "{answer}");
    assert_eq!(answer["undecided"][0]["low_included"], Value::Null);
}

#[test]
fn every_bad_field_is_named() {
    let client = SERVER.client();
    let refused = |request: &Value| violations_of(&client.call(SOLVE, request).expect_err("a refusal"));
    let violation = |field: &str, reason: &str| (field.to_owned(), reason.to_owned());
    assert_eq!(refused(&json!({})), ["subject", "lever", "figure", "target"].map(|field| violation(field, "REQUIRED")));
    let with = |changes: &[(&str, Value)]| {
        let mut request = asked("required_revenue", cahn(), "end_user_gross_margin", "required_revenue", "400");
        changes.iter().for_each(|(field, value)| request[*field] = value.clone());
        request
    };
    for (request, expected) in [
        (with(&[("low", json!("0.9")), ("high", json!("0.1"))]), vec![violation("high", "OUT_OF_RANGE")]),
        (
            with(&[("lever", json!({"fields": ["accelerator_revenue"], "effect": "LEVER_EFFECT_ADD"}))]),
            vec![violation("low", "REQUIRED"), violation("high", "REQUIRED")],
        ),
        (
            with(&[("lever", json!({"fields": ["accelerator_revenue_period"]}))]),
            vec![violation("lever.fields", "PATH_UNSUITABLE")],
        ),
        (with(&[("target", json!("lasts"))]), vec![violation("target", "OUT_OF_RANGE")]),
        (with(&[("target", json!("4,00"))]), vec![violation("target", "DECIMAL_MALFORMED")]),
        (
            with(&[("lever", json!({"fields": ["required_revenue.end_user_gross_margin"]})), ("low", json!("x"))]),
            vec![violation("lever.fields[0]", "PATH_UNKNOWN")],
        ),
    ] {
        assert_eq!(refused(&request), expected, "{request}");
    }
}

/// Rows whose inputs are known from closed forms.
#[test]
fn solutions_are_those_of_closed_forms() {
    let (mut faults, mut count) = (Vec::new(), 0);
    for line in include_str!("../golden/solutions.jsonl").lines() {
        let row: Value = serde_json::from_str(line).expect("a row");
        let answer = solved(&row["request"]);
        let ends = |solution: &Value| match &solution["range"] {
            Value::Object(range) => vec![range["low"].clone(), range["high"].clone()],
            _ => vec![solution["input"].clone()],
        };
        let found: Vec<Vec<Value>> = answer["solutions"].as_array().into_iter().flatten().map(ends).collect();
        let expected: Vec<Vec<Value>> = serde_json::from_value(row["solutions"].clone()).expect("lists of inputs");
        let number = |value: &Value| paydirt::wire::decimal::read(value.as_str().expect("a text")).expect("a decimal");
        let within = number(&row["within"]);
        let is_met = |(found, expected): (&Value, &Value)| {
            let (found, expected) = (number(found), number(expected));
            (found - expected).abs() <= within * expected.abs().max(Decimal::ONE)
        };
        let are_met = |(found, expected): (&Vec<Value>, &Vec<Value>)| {
            found.len() == expected.len() && found.iter().zip(expected).all(is_met)
        };
        let is_right = found.len() == expected.len() && found.iter().zip(&expected).all(are_met);
        if !is_right || answer["complete"] != row["complete"] {
            faults.push(format!("{}: {}", row["name"], answer));
        }
        count += 1;
    }
    assert!(faults.is_empty(), "{} of {count} rows fail:\n{}", faults.len(), faults.join("\n"));
    assert_eq!(count, 45);
}
