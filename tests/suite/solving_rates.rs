//! Solving for a discount rate, and for an amount that has a rate of return, through a client: by the rates' own proof, and by straight lines.

use serde_json::{Value, json};

use crate::solving::{asked, count, near, solved};

#[test]
fn rates_are_solved_by_their_own_proof() {
    let series = |amounts: &[&str]| json!({"currency_code": "USD", "cash_flows": {"periodic": {"amounts": amounts, "period": "PERIOD_YEAR"}}});
    // Lorie and Savage's pump: v = 4/5 and 1/5.
    let answer =
        solved(&asked("net_present_value", series(&["-1600", "10000", "-10000"]), "discount_rate", "net_present_value", "0"));
    let inputs: Vec<&Value> = answer["solutions"].as_array().expect("solutions").iter().map(|one| &one["input"]).collect();
    assert_eq!((inputs, &answer["complete"]), (vec![&json!("0.25"), &json!("4")], &json!(true)));
    assert_eq!(answer["solutions"][0]["proof"], "PROOF_RATE");
    // 100 (1 - 1.1 v)^2 touches 0 at 10 % and crosses nowhere.
    let answer =
        solved(&asked("net_present_value", series(&["100", "-220", "121"]), "discount_rate", "net_present_value", "0"));
    assert_eq!((count(&answer, "solutions"), &answer["solutions"][0]["input"]), (1, &json!("0.1")));
    // The series less 1 at time 0, the first flow discounted once.
    let mut flows = series(&["-100", "60", "60"]);
    flows["first_flow"] = json!("FIRST_FLOW_ONE_PERIOD");
    let answer = solved(&asked("net_present_value", flows, "discount_rate", "net_present_value", "1"));
    assert!(near(&answer["solutions"][0]["input"], 0.122_113_754_282_839_91), "{answer}");
    // Nothing is worth 100,000 at any rate, and the proof is that of the rates.
    let answer =
        solved(&asked("net_present_value", series(&["-1600", "10000", "-10000"]), "discount_rate", "net_present_value", "1e5"));
    assert_eq!((count(&answer, "solutions"), &answer["complete"]), (0, &json!(true)));
    assert!(answer["nearest"]["input"].is_string());
}

#[test]
fn an_amount_has_a_rate_of_return_of_more_digits_than_rates_have() {
    // -100, then 100 × (1 + r).
    let flows = json!({"cash_flows": {"periodic": {"amounts": ["-100", "1"], "period": "PERIOD_YEAR"}}});
    let figure = "internal_rates_of_return.rates[selected].annual";
    let answer =
        solved(&asked("internal_rate_of_return", flows, "cash_flows.periodic.amounts[1]", figure, "0.1234567890123456"));
    let solution = &answer["solutions"][0];
    assert_eq!((count(&answer, "solutions"), &answer["complete"]), (1, &json!(true)), "{answer}");
    assert_eq!((&solution["input"], &solution["proof"]), (&json!("112.34567890123456"), &json!("PROOF_RATE")));
    assert_eq!(solution["figure"]["value"], "0.123456789012");
}

fn factory() -> Value {
    json!({
        "currency_code": "USD", "period": "PERIOD_YEAR", "capital_expenditures": ["100"], "revenues": ["0", "60", "60"], "discount_rate": "0.1",
    })
}

#[test]
fn investments_are_solved_by_lines_and_rates() {
    let rate = "internal_rates_of_return.rates[selected].annual";
    // Gordon's value at a discount rate of 10 % is 1.02 / 0.08 of the last flow, whatever the rate of return is:
    // f × 60 / 1.2 + f × (60 + 765) / 1.44 = 100.
    let mut grown = factory();
    grown["perpetual_growth_rate"] = json!("0.02");
    let mut request = asked("capex_roi", grown, "revenues[*]", rate, "0.2");
    request["lever"]["effect"] = json!("LEVER_EFFECT_MULTIPLY");
    let answer = solved(&request);
    assert!(near(&answer["solutions"][0]["input"], 100.0 / (60.0 / 1.2 + 825.0 / 1.44)), "{answer}");
    // 60 × (1 / 1.2 + 1 / 1.44) = 91.67, and a margin of 1.2 m: 100 / 91.67 of it, which no margin is.
    let answer = solved(&asked("capex_roi", factory(), "gross_margin", rate, "0.2"));
    assert_eq!((count(&answer, "solutions"), &answer["complete"]), (0, &json!(true)), "{answer}");
    let answer = solved(&asked("capex_roi", factory(), "gross_margin", rate, "0.05"));
    assert!(near(&answer["solutions"][0]["input"], 100.0 / (60.0 / 1.05 + 60.0 / 1.1025)), "{answer}");
    // -100, 60, 60 is worth nothing at (3 + sqrt(9 + 60)) / 10 - 1.
    let answer = solved(&asked("capex_roi", factory(), "discount_rate", "net_present_value", "0"));
    assert!(near(&answer["solutions"][0]["input"], (3.0 + 69_f64.sqrt()) / 10.0 - 1.0), "{answer}");
    assert_eq!((count(&answer, "solutions"), &answer["complete"]), (1, &json!(true)));
    // In mid-period -100 + 60 x - 60 x^3, with x = (1 + r)^(-1/2), is nearest to -50 where it is highest: at 1 = 3 x^2.
    let mut middle = factory();
    (middle["timing"], middle["capital_expenditures"]) = (json!("CASH_FLOW_TIMING_MID_PERIOD"), json!(["100", "0", "120"]));
    let answer = solved(&asked("capex_roi", middle, "discount_rate", "net_present_value", "-50"));
    assert_eq!((count(&answer, "solutions"), &answer["complete"]), (0, &json!(true)), "{answer}");
    assert!(near(&answer["nearest"]["input"], 2.0), "{answer}");
    // Revenues against their costs: 60 f - 20 f a year.
    let mut costly = factory();
    costly["operating_costs"] = json!(["0", "20", "20"]);
    let mut request = asked("capex_roi", costly, "revenues[*]", "net_gain", "-20");
    request["lever"] = json!({"fields": ["revenues[*]", "operating_costs[*]"], "effect": "LEVER_EFFECT_MULTIPLY"});
    let answer = solved(&request);
    assert_eq!((&answer["solutions"][0]["input"], &answer["complete"]), (&json!("1"), &json!(true)), "{answer}");
}

#[test]
fn a_jump_of_the_selected_rate_is_no_solution() {
    // -1600, x, -10000: two rates, of which the one nearest to 0 is selected; at x = 11600 one of them is 0 and passes it.
    let flows = json!({"cash_flows": {"periodic": {"amounts": ["-1600", "10000", "-10000"], "period": "PERIOD_YEAR"}}});
    let figure = "internal_rates_of_return.rates[0].annual";
    let answer = solved(&asked("internal_rate_of_return", flows, "cash_flows.periodic.amounts[1]", figure, "0.1"));
    for solution in answer["solutions"].as_array().into_iter().flatten() {
        let value: f64 = solution["figure"]["value"].as_str().expect("a value").parse().expect("a number");
        assert!((value - 0.1).abs() < 1e-6, "{answer}");
    }
    assert!(answer.get("complete").is_none(), "{answer}");
}
