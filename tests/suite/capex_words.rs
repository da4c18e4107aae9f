//! The sentences that explain an investment: each is true of the request that it explains.

use serde_json::{Value, json};

use crate::explanation_words::{assumed, explanation};
use crate::support::{SERVER, method_of_model};

/// A project of 100 that earns 90 over two years, written off in a straight line.
fn project(more: Value) -> Value {
    let mut request = json!({"currency_code": "USD", "period": "PERIOD_YEAR", "capital_expenditures": ["100"],
        "revenues": ["0", "45", "45"], "discount_rate": "0.1", "tax_rate": "0.25",
        "depreciation": {"method": "DEPRECIATION_METHOD_STRAIGHT_LINE", "useful_life_periods": 2}});
    let fields = more.as_object().expect("fields");
    fields.iter().for_each(|(name, value)| request[name] = value.clone());
    request
}

#[test]
fn what_comes_back_at_the_end_is_not_called_nothing() {
    for end in [json!({"disposal_proceeds": "10"}), json!({"net_working_capitals": ["5"]})] {
        let reason = assumed("capex_roi", project(end), "terminal_value");
        assert!(!reason.contains("nothing is left"), "{reason}");
    }
}

#[test]
fn a_rate_that_is_left_out_speaks_for_itself_alone() {
    let reason = assumed("capex_roi", project(json!({"reinvestment_rate": "0.05"})), "finance_rate");
    assert!(reason.contains("outflows") && !reason.contains("earns"), "{reason}");
    let reason = assumed("capex_roi", project(json!({"finance_rate": "0.05"})), "reinvestment_rate");
    assert!(reason.contains("inflows") && !reason.contains("costs"), "{reason}");
}

/// Land among servers: the servers lower the tax, and only the land does not.
#[test]
fn an_asset_without_depreciation_does_not_speak_for_the_others() {
    let assets = json!([{"name": "land", "capital_expenditures": ["10"]}]);
    let reason = assumed("capex_roi", project(json!({"assets": assets})), "assets[0].depreciation");
    assert!(!reason.contains("no expenditure"), "{reason}");
}

/// A margin below 0 does bring a value above 0 nearer to it.
#[test]
fn a_margin_below_0_is_no_revenue_to_break_even_by() {
    let request = project(json!({"gross_margin": "-0.1", "terminal_amount": "500"}));
    let reason = assumed("capex_roi", request, "break_even_revenue_factor");
    assert!(!reason.contains("never brings"), "{reason}");
}

/// A factor that is absent has a reason, and each reason is its own.
#[test]
fn an_absent_break_even_revenue_factor_says_why() {
    for (more, words) in [
        (json!({"revenues": []}), "There is no revenue"),
        (json!({"gross_margin": "0"}), "The gross margin is at or below 0"),
        (json!({"tax_rate": "1"}), "The tax rate is 1"),
        (json!({"terminal_amount": "1000"}), "The factor would be below 0"),
        (json!({"terminal_amount": "1000", "tax_losses": "TAX_LOSSES_CARRIED_FORWARD"}), "The factor would be below 0"),
    ] {
        let reason = assumed("capex_roi", project(more), "break_even_revenue_factor");
        assert!(reason.starts_with(words), "{words}: {reason}");
    }
}

/// Gordon's value says which flow grows.
#[test]
fn a_perpetuity_says_what_was_grown() {
    let grown = |more: Value| assumed("capex_roi", project(more), "terminal_value");
    assert!(grown(json!({"perpetual_growth_rate": "0.02"})).contains("the normalised net cash flow"));
    let given = json!({"perpetual_growth_rate": "0.02", "terminal_net_cash_flow": "9"});
    assert!(grown(given).contains("terminal_net_cash_flow"));
}

/// An investment that is sold as a whole has no assets that are sold for nothing, and takes no disposal_proceeds.
#[test]
fn an_exit_is_not_told_of_disposal_proceeds() {
    for end in [json!({"exit_multiple": "3"}), json!({"perpetual_growth_rate": "0.02"})] {
        let reason = assumed("capex_roi", project(end), "unrecovered_book_value");
        assert!(!reason.contains("disposal_proceeds"), "{reason}");
    }
    assert!(assumed("capex_roi", project(json!({})), "unrecovered_book_value").contains("disposal_proceeds"));
}

/// In the middle of periods, what moves at the very end is discounted over whole periods.
#[test]
fn mid_period_says_when_the_end_moves() {
    let timing = "CASH_FLOW_TIMING_MID_PERIOD";
    let reason = assumed("capex_roi", project(json!({"timing": timing, "disposal_proceeds": "10"})), "timing");
    assert!(reason.contains("end of the last period"), "{reason}");
}

/// Losses carried forward put kinks into the line of the net present value. Both values that the line is drawn through are asked of the
/// service again, with every revenue multiplied, and the factor is where the line meets 0.
#[test]
fn a_kinked_factor_is_shown_between_two_values_that_anybody_can_ask_for() {
    let carried = |revenues: Value| {
        project(json!({"revenues": revenues, "operating_costs": ["20", "30"], "tax_losses": "TAX_LOSSES_CARRIED_FORWARD"}))
    };
    let explanation = explanation(&method_of_model("capex_roi"), carried(json!(["0", "60", "110"])));
    let step = |name: &str, field: &str| {
        let found = explanation["steps"].as_array().into_iter().flatten().find(|step| step["name"] == name);
        found.unwrap_or_else(|| panic!("no step {name}"))[field].as_str().expect("text").to_owned()
    };
    let number = |text: String| text.parse::<f64>().expect("a number");
    let mut points = Vec::new();
    for side in ["lower", "upper"] {
        let factor = number(step(&format!("{side}_factor"), "value"));
        let revenues = [0.0, 60.0, 110.0].map(|revenue| format!("{}", (revenue * factor * 1e6).round() / 1e6));
        let request = carried(json!(revenues));
        let answer = SERVER.client().call(&method_of_model("capex_roi"), &request).expect("an answer");
        let value = number(step(&format!("net_present_value_at_{side}_factor"), "value"));
        assert!((number(answer["net_present_value"].as_str().expect("text").to_owned()) - value).abs() < 1e-9, "{answer}");
        points.push((factor, value));
    }
    let [(lower, below), (upper, above)] = points[..] else { panic!("two points") };
    assert!(below < 0.0 && above > 0.0 && lower < upper, "{points:?}");
    let factor = number(step("break_even_revenue_factor", "value"));
    assert!((lower + (upper - lower) * below / (below - above) - factor).abs() < 1e-12, "{points:?}, {factor}");
}
