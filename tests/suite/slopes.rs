//! Slopes and courses of a sensitivity through a client: slopes that single calls repeat, derivatives that the model answers, and turns.

use serde_json::json;

use crate::ranges::{SENSITIVITY, WORTH, is_near, number, pump, ranged};
use crate::studies::cahn;
use crate::support::SERVER;

const REQUIRED: &str = "paydirt.v1.BreakEvenService/ComputeRequiredRevenue";

/// The slope of an explanation, computed again by hand, from figures that single calls have.
#[test]
fn a_slope_is_repeated_by_single_calls() {
    let request = json!({
        "calculation": {"required_revenue": cahn()}, "figure": "required_annual_revenue", "options": {"explain": true},
        "levers": [ranged("end_user_gross_margin", "0.3", "0.7")],
    });
    let client = SERVER.client();
    let answer = client.call(SENSITIVITY, &request).expect("a sensitivity");
    let steps = answer["explanation"]["steps"].as_array().expect("steps");
    let names: Vec<&str> = steps.iter().filter_map(|step| step["name"].as_str()).collect();
    assert_eq!(names, ["swing", "slope", "elasticity"].map(|what| format!("end_user_gross_margin: {what}")));
    let said = steps[1]["substitution"].as_str().expect("a substitution");
    let figures: Vec<f64> = said.split(" = ").skip(1).filter_map(|text| text.split([',', ':']).next()?.parse().ok()).collect();
    let [x, h, far_below, below, above, far_above] = figures[..] else { panic!("six figures: {said}") };
    for (margin, figure) in [(x - 2.0 * h, far_below), (x - h, below), (x + h, above), (x + 2.0 * h, far_above)] {
        let mut request = cahn();
        request["end_user_gross_margin"] = json!(format!("{margin:.9}"));
        let single = client.call(REQUIRED, &request).expect("an answer");
        assert!(is_near(number(&single["required_annual_revenue"]), figure, 1e-15), "{margin}: {single}");
    }
    let slope = (8.0 * (above - below) - (far_above - far_below)) / (12.0 * h);
    assert!(is_near(slope, 1200.0, 1e-6) && steps[1]["value"] == "1200", "{slope}");
}

/// The derivative that the model itself answers.
#[test]
fn slopes_of_a_present_value_are_its_sensitivity_to_the_rate() {
    let mut request = pump();
    for rate in ["0.1", "0.25", "-0.5", "3", "0.000001"] {
        request["discount_rate"] = json!(rate);
        let asked = json!({
            "calculation": {"net_present_value": request}, "figure": "net_present_value", "levers": [ranged("discount_rate", rate, rate)],
        });
        let answer = SERVER.client().call(SENSITIVITY, &asked).expect("a sensitivity");
        let single = SERVER.client().call(WORTH, &request).expect("an answer");
        let (slope, expected) = (number(&answer["levers"][0]["slope"]), number(&single["rate_sensitivity"]));
        assert!(is_near(slope, expected, 1e-11), "{rate}: {answer}");
    }
}

#[test]
fn what_turns_is_told_from_what_was_not_seen_to_turn() {
    let sales = json!({"currency_code": "USD", "fixed_costs": "100", "expected_revenue": "500", "unit": {"price": "50", "variable_cost": "20"}});
    let request = json!({
        "calculation": {"break_even_point": sales}, "figure": "reached.operating_leverage",
        "levers": [ranged("unit.variable_cost", "10", "45"), ranged("fixed_costs", "50", "200")],
    });
    let answer = SERVER.client().call(SENSITIVITY, &request).expect("a sensitivity");
    let of = |name: &str| {
        answer["levers"].as_array().expect("levers").iter().find(|lever| lever["name"] == name).expect("a lever").clone()
    };
    // Contribution 500 (1 - v / 50), profit 100 less: a pole where that is 0, at v = 40.
    let cost = of("unit.variable_cost");
    assert_eq!(cost["course"], "COURSE_TURNS", "{cost}");
    let extreme: f64 = number(&cost["at_extreme"]["value"]).abs();
    assert!(extreme > number(&cost["at_low"]["value"]).abs() && cost["extreme_input"].is_string(), "{cost}");
    assert_eq!(of("fixed_costs")["course"], "COURSE_NO_TURN_SEEN");
}
