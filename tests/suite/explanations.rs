//! Explanations can be done again by hand: each step's figures, calculated as they are written, give its value.

use std::collections::BTreeSet;
use std::path::Path;

use paydirt_fuzzed::contract::{CONTRACT, comment_of, name_of};
use paydirt_fuzzed::seeds::SEEDS;
use prost::Message;
use prost_reflect::{FieldDescriptor, Value as Field};
use serde_json::{Value, json};

use crate::pocket::Pocket;
use crate::rooms::served_families;
use crate::support::{Client, SERVER, json_of};

/// Growth so small that its figures, cut at 28 digits, do not determine the next step's: nobody does these by hand.
const BEYOND_A_CALCULATOR: &str = "000000000000001";

#[test]
fn every_step_can_be_calculated_again_from_its_figures() {
    let client = SERVER.client();
    let (mut calculated, mut failures) = (0, Vec::new());
    for (name, method, mut request) in answered_rows() {
        request["options"] = json!({ "explain": true });
        for step in steps_of(&client, &method, &request) {
            let text = |field: &str| step[field].as_str().unwrap_or_default().to_owned();
            let (figures, value) = (text("substitution"), text("value"));
            let is_tiny = figures.contains(BEYOND_A_CALCULATOR) || value.contains(BEYOND_A_CALCULATOR);
            let (Some(again), Some(value)) = (calculate(&figures), calculate(&value)) else { continue };
            // What stands in words, such as "units rounded up", repeats a figure instead of calculating with it.
            if is_tiny || !figures.contains(['+', '×', '/', '^', '(']) && !figures.contains(" - ") {
                continue;
            }
            calculated += 1;
            // What is below the last digit of an answer is written as 0.
            let size = value
                .absolute()
                .max(Pocket::tenths(15))
                .max(figures.split_whitespace().filter_map(calculate).fold(Pocket::from(0), |a, b| a.max(b.absolute())));
            if (again - value).absolute() > size * Pocket::tenths(12) {
                failures.push(format!("{name}: {} = {figures} = {}", text("name"), text("value")));
            }
        }
    }
    assert!(failures.is_empty(), "{} of {calculated} steps:\n{}", failures.len(), failures.join("\n"));
    assert!(calculated >= 2_000, "only {calculated} steps were calculated");
}

/// Flows of one date, each day count, paybacks that come and go: each step is calculated again.
#[test]
fn steps_of_cash_flows_can_be_calculated_again() {
    let client = SERVER.client();
    let dated = |day_count: &str| {
        let flow = |date: &str, amount: &str| json!({"date": date, "amount": amount});
        json!({"dated": {"day_count": day_count, "flows": [flow("2024-01-31", "-100"), flow("2023-11-15", "-50"),
            flow("2024-01-31", "20.5"), flow("2025-03-31", "300"), flow("2025-08-01", "-10"), flow("2026-02-28", "30")]}})
    };
    let periodic = json!({"periodic": {"amounts": ["-100", "0", "150", "-80", "90"], "period": "PERIOD_QUARTER"}});
    let day_counts = ["ACT_365_FIXED", "ACT_360", "ACT_365_25", "ACT_ACT_ISDA", "THIRTY_360_BOND", "THIRTY_E_360"]
        .map(|name| format!("DAY_COUNT_{name}"));
    for cash_flows in day_counts.iter().map(|name| dated(name)).chain([periodic]) {
        for (method, mut request) in [
            ("ComputeNetPresentValue", json!({"currency_code": "USD", "discount_rate": "-0.07"})),
            ("ComputeModifiedInternalRateOfReturn", json!({"finance_rate": "0.1", "reinvestment_rate": "-0.05"})),
            ("ComputePayback", json!({"discount_rate": "0.1"})),
        ] {
            request["cash_flows"] = cash_flows.clone();
            request["options"] = json!({"explain": true});
            let steps = steps_of(&client, &format!("paydirt.v1.CashFlowService/{method}"), &request);
            assert!(steps.len() >= 5, "{request}");
            let mut calculated = 0;
            for step in &steps {
                let text = |field: &str| step[field].as_str().unwrap_or_default();
                let (Some(again), Some(value)) = (calculate(text("substitution")), calculate(text("value"))) else { continue };
                calculated += 1;
                // Figures stand with 28 digits; a rate is rounded to 12.
                assert!((again - value).absolute() < Pocket::tenths(18), "{step}");
            }
            assert!(calculated + 1 >= steps.len(), "{method}: {calculated} of {} steps", steps.len());
        }
    }
}

/// Lists whose sum is a figure of its own, which is assumed to be 0 where the list is empty.
const TOGETHER: [(&str, &str); 1] = [("existing_revenue", "existing_annual_revenue")];

/// The ends of a series of more than 1,000 flows stand for all of them: sums say how many values they are of, and each step that is
/// written can be calculated again.
#[test]
fn a_long_series_is_explained_by_its_ends() {
    let client = SERVER.client();
    for (count, dated) in [(1_000, false), (1_001, false), (1_000, true), (1_001, true)] {
        let amount = |index: usize| if index == 0 { "-90000".to_owned() } else { (100 + index % 7).to_string() };
        let date = |index: usize| format!("{}-{:02}-{:02}", 1990 + index / 336, 1 + index / 28 % 12, 1 + index % 28);
        // The first date has two flows.
        let flow = |index: usize| json!({"date": date(index.saturating_sub(1)), "amount": amount(index)});
        let cash_flows = match dated {
            true => json!({"dated": {"flows": (0..=count).map(flow).collect::<Vec<_>>()}}),
            false => json!({"periodic": {"amounts": (0..count).map(amount).collect::<Vec<_>>(), "period": "PERIOD_DAY"}}),
        };
        let is_abridged = count > 1_000;
        for (method, mut request, of_flow) in [
            ("ComputeNetPresentValue", json!({"currency_code": "USD", "discount_rate": "0.07"}), 1),
            ("ComputeModifiedInternalRateOfReturn", json!({"finance_rate": "0.1", "reinvestment_rate": "0.05"}), 1),
            ("ComputePayback", json!({"discount_rate": "0.01"}), 2),
        ] {
            request["cash_flows"] = cash_flows.clone();
            request["options"] = json!({"explain": true});
            let answer = client.call(&format!("paydirt.v1.CashFlowService/{method}"), &request).expect("an answer");
            let steps = answer["explanation"]["steps"].as_array().expect("steps");
            let written = if is_abridged { 20 } else { count } * of_flow;
            assert!((written..=written + 9).contains(&steps.len()), "{method}, {count}: {} steps", steps.len());
            for step in steps {
                let text = |field: &str| step[field].as_str().unwrap_or_default();
                let (Some(again), Some(value)) = (calculate(text("substitution")), calculate(text("value"))) else {
                    assert!(text("formula").contains("the sum of "), "{step}");
                    continue;
                };
                assert!((again - value).absolute() < Pocket::tenths(18), "{step}");
            }
            let says_so =
                answer["explanation"]["assumptions"].to_string().contains(&format!("the first 10 and the last 10 of {count}"));
            assert_eq!(says_so, is_abridged, "{method}, {count}");
            let counts = |number: usize| {
                steps.iter().any(|step| step["formula"].to_string().contains(&format!("the sum of {number} values")))
            };
            assert!(method == "ComputePayback" || counts(count - 1), "{method}, {count}");
        }
    }
}

#[test]
fn formulas_name_only_what_the_request_or_an_earlier_step_has_and_assumptions_have_reasons() {
    let client = SERVER.client();
    let mut unknown = Vec::new();
    for (name, method, mut request) in answered_rows() {
        request["options"] = json!({ "explain": true });
        let mut known: Vec<String> = Vec::new();
        let explanation = explanation_of(&client, &method, &request);
        let assumed: Vec<&str> = explanation["assumptions"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|assumption| assumption["field"].as_str())
            .map(|field| TOGETHER.iter().find(|(of, _)| *of == field).map_or(field, |(_, figure)| *figure))
            .collect();
        for assumption in explanation["assumptions"].as_array().into_iter().flatten() {
            let text = |field: &str| assumption[field].as_str().unwrap_or_default();
            if text("value").is_empty() || text("reason").len() <= 20 || !text("reason").ends_with('.') {
                unknown.push(format!("{name}: an assumption has a value, and a reason in a sentence: {assumption}"));
            }
        }
        for step in explanation["steps"].as_array().into_iter().flatten() {
            let text = |field: &str| step[field].as_str().unwrap_or_default().to_owned();
            // Formulas alone: a sentence has a comma or a word that no field is called.
            let formula = text("formula");
            let is_formula =
                calculate(&text("substitution")).is_some() && !formula.contains([',', ':']) && !formula.contains("rounded");
            for word in formula.split([' ', '(', ')', '^', '×', '/', '+']).filter(|word| is_formula && word.contains('_')) {
                let word = word.trim_start_matches('-');
                let field = word.split(['.', '[']).next().unwrap_or_default();
                let is_field = request.get(field).is_some() || assumed.contains(&word);
                // A month's figure is called by its month: balance(3).
                let is_known = known.iter().any(|earlier| earlier.split('(').next() == Some(word));
                if !is_field && !is_known {
                    unknown.push(format!("{name}: {word} in {} = {formula}", text("name")));
                }
            }
            known.push(text("name"));
        }
    }
    assert!(unknown.is_empty(), "{}", unknown.join("\n"));
}

/// The contract's word for what an absent field stands for: `Absent: "1"`.
const ABSENT: &str = "Absent: \"";

/// Each default that the contract states is an assumption of this value, wherever a golden row or a preset leaves the field out.
#[test]
fn each_default_of_the_contract_is_an_assumption_of_its_value() {
    let client = SERVER.client();
    let (mut looked_at, mut failures) = (BTreeSet::new(), Vec::new());
    for model in &CONTRACT.models {
        let request = model.request();
        let defaults: Vec<(FieldDescriptor, String)> = request
            .fields()
            .filter_map(|field| {
                let comment = comment_of(&request.parent_file(), field.path());
                let (_, stated) = comment.split_once(ABSENT)?;
                Some((field, stated.split('"').next()?.to_owned()))
            })
            .collect();
        // Several requests, as a default may count for some of them only: the field is asked for where any of them assumes it.
        for (field, value) in defaults {
            let answered = &SEEDS.requests(&request).expect("seeds").answered;
            let without: Vec<_> = answered.iter().filter(|request| !request.has_field(&field)).take(40).collect();
            let assumed = without.iter().filter_map(|request| {
                let mut request = (*request).clone();
                let options = request.get_field_by_name_mut("options").and_then(Field::as_message_mut)?;
                options.set_field_by_name("explain", Field::Bool(true));
                let answer = client.call_with_bytes(&name_of(&model.method), request.encode_to_vec()).ok()?;
                let answer = json_of(model.method.output(), &answer);
                let assumptions = answer["explanation"]["assumptions"].as_array()?.clone();
                assumptions.into_iter().find(|assumption| assumption["field"] == field.name())
            });
            let values: BTreeSet<String> = assumed.map(|assumption| assumption["value"].to_string()).collect();
            if !without.is_empty() {
                looked_at.insert(field.full_name().to_owned());
                if values != BTreeSet::from([format!("{value:?}")]) {
                    failures.push(format!("{}: the contract says {value:?}, and explanations {values:?}", field.full_name()));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(looked_at.len() >= 10, "only {looked_at:?}");
}

/// Conventions, which no field of a request names, and the defaults of fields within fields.
#[test]
fn each_convention_is_an_assumption_with_a_reason() {
    let client = SERVER.client();
    for (method, request, fields) in [
        (
            "paydirt.v1.BreakEvenService/ComputeRequiredRevenue",
            json!({"currency_code": "USD", "accelerator_revenue": "1", "accelerator_revenue_period": "PERIOD_MONTH",
                "accelerator_cost_share": "1", "end_user_gross_margin": "0", "options": {"explain": true, "rounding": {}}}),
            vec![
                "accelerator_revenue_period",
                "cloud_gross_margin",
                "payback_years",
                "existing_revenue",
                "options.rounding.mode",
            ],
        ),
        (
            "paydirt.v1.BreakEvenService/ComputeReturnRevenue",
            json!({"currency_code": "USD", "capital_expenditure": "1", "useful_life_years": "5", "required_return": "0",
                "options": {"explain": true}}),
            vec!["hurdle", "gross_margin", "annual_operating_cost", "existing_revenue"],
        ),
        (
            "paydirt.v1.BreakEvenService/ComputeBreakEvenPoint",
            json!({"currency_code": "USD", "fixed_costs": "1", "contribution_margin_ratio": "0.5", "options": {"explain": true}}),
            vec!["target_profit", "units"],
        ),
        (
            "paydirt.v1.RunwayService/ComputeRunway",
            json!({"currency_code": "USD", "costs": [{"name": "a", "amount": "1", "period": "PERIOD_YEAR"}], "options": {"explain": true}}),
            vec!["horizon_months", "minimum_cash", "cash_balance", "cash_timing", "lines", "costs[0].period"],
        ),
        (
            "paydirt.v1.RunwayService/ComputeDefaultAlive",
            json!({"currency_code": "USD", "cash_balance": "1", "monthly_revenue": "1", "monthly_expenses": "2",
                "monthly_revenue_growth_rate": "0.1", "options": {"explain": true}}),
            vec!["monthly_expense_growth_rate", "timing", "growth"],
        ),
        (
            "paydirt.v1.CapexRoiService/ComputeCapexRoi",
            json!({"currency_code": "USD", "period": "PERIOD_YEAR", "capital_expenditures": ["1"], "revenues": ["0", "2"],
                "discount_rate": "0.1", "options": {"explain": true}}),
            vec![
                "gross_margin",
                "capital_expenditures",
                "operating_costs",
                "tax_rate",
                "depreciation",
                "timing",
                "terminal_value",
                "finance_rate",
                "reinvestment_rate",
                "annualized_return_on_investment",
            ],
        ),
        (
            "paydirt.v1.CapexRoiService/ComputeCapexRoi",
            json!({"currency_code": "USD", "period": "PERIOD_MONTH", "capital_expenditures": ["1"], "tax_rate": "0.2",
                "discount_rate": "0.1", "timing": "CASH_FLOW_TIMING_MID_PERIOD", "perpetual_growth_rate": "0",
                "depreciation": {"method": "DEPRECIATION_METHOD_STRAIGHT_LINE", "useful_life_periods": 5},
                "options": {"explain": true}}),
            vec![
                "depreciation.method",
                "depreciation.salvage_ratio",
                "depreciation_start",
                "unrecovered_book_value",
                "tax_losses",
                "timing",
                "payback_timing",
                "terminal_value",
                "terminal_value_timing",
                "annualized_return_on_investment",
                "equivalent_annual_annuity",
                "modified_internal_rate_of_return",
                "break_even_revenue_factor",
            ],
        ),
        (
            "paydirt.v1.CapexRoiService/ComputeDepreciation",
            json!({"currency_code": "USD", "cost": "1", "policy": {"method": "DEPRECIATION_METHOD_SUM_OF_YEARS_DIGITS",
                "useful_life_periods": 5}, "options": {"explain": true}}),
            vec!["policy.method", "policy.salvage_ratio"],
        ),
        (
            "paydirt.v1.CashFlowService/ComputeNetPresentValue",
            json!({"currency_code": "USD", "cash_flows": {"periodic": {"amounts": ["-1", "2"], "period": "PERIOD_MONTH"}},
                "discount_rate": "0.1", "options": {"explain": true}}),
            vec!["first_flow", "cash_flows.periodic.period", "discount_rate"],
        ),
        (
            "paydirt.v1.CashFlowService/ComputeInternalRateOfReturn",
            json!({"cash_flows": {"dated": {"flows": [{"date": "2024-01-01", "amount": "1"}]}}, "options": {"explain": true}}),
            vec!["cash_flows.dated.day_count", "time_0"],
        ),
        (
            "paydirt.v1.CashFlowService/ComputeModifiedInternalRateOfReturn",
            json!({"cash_flows": {"dated": {"flows": [{"date": "2024-01-01", "amount": "1"}]}}, "finance_rate": "0",
                "reinvestment_rate": "0", "options": {"explain": true}}),
            vec!["modified_internal_rate_of_return", "modified_rate", "cash_flows.dated.day_count"],
        ),
        (
            "paydirt.v1.CashFlowService/ComputePayback",
            json!({"cash_flows": {"periodic": {"amounts": ["-1", "2"], "period": "PERIOD_YEAR"}}, "options": {"explain": true}}),
            vec!["payback", "cash_timing"],
        ),
        (
            "paydirt.v1.DecisionService/ComputeRegret",
            json!({"states": [{"name": "boom"}], "alternatives": [{"name": "build", "payoffs": ["1"]}], "options": {"explain": true}}),
            vec!["equal_likelihood_choices", "states[0].probability", "optimism"],
        ),
        (
            "paydirt.v1.DecisionService/ComputeRegret",
            json!({"states": [{"name": "boom", "probability": "1"}], "alternatives": [{"name": "build", "payoffs": ["1"]}],
                "options": {"explain": true}}),
            vec!["state_sensitivities"],
        ),
        (
            "paydirt.v1.ValuationService/ComputeShareCeiling",
            json!({"current_share": "0.82", "options": {"explain": true}}),
            vec!["maximum_share", "market_growth_rate"],
        ),
        (
            "paydirt.v1.ValuationService/ComputeRerating",
            json!({"starting_price_earnings_ratio": "2", "ending_price_earnings_ratio": "1", "years": "1", "price_factor": "1",
                "options": {"explain": true}}),
            vec!["rerating", "dividends"],
        ),
        (
            "paydirt.v1.ValuationService/ComputePriceChange",
            json!({"start_price": "2", "end_price": "1", "start_date": "2024-01-01", "end_date": "2025-01-01", "options": {"explain": true}}),
            vec!["day_count", "dividends"],
        ),
        (
            "paydirt.v1.ValuationService/ComputeImpliedGrowth",
            json!({"currency_code": "USD", "enterprise_value": "2", "free_cash_flow": "1", "discount_rate": "0.1", "options": {"explain": true}}),
            vec!["growth_stage", "cash_flow_timing"],
        ),
        (
            "paydirt.v1.ValuationService/ComputeRequiredMargin",
            json!({"price_to_sales": "2", "payback_years": 1, "options": {"explain": true}}),
            vec!["revenue_growth_rate", "time_value"],
        ),
        (
            "paydirt.v1.ValuationService/ComputeDiscountedValue",
            json!({"currency_code": "USD", "free_cash_flows": ["-1"], "discount_rate": "0.1", "perpetual_growth_rate": "0",
                "shares_outstanding": "1", "share_price": "1", "options": {"explain": true}}),
            vec!["net_debt", "timing", "terminal_value", "terminal_value_share", "implied_perpetual_growth_rate"],
        ),
        (
            "paydirt.v1.ValuationService/ComputeDiscountedValue",
            json!({"currency_code": "USD", "free_cash_flows": ["1"], "discount_rate": "0.1", "exit_multiple": "1", "terminal_metric": "1",
                "timing": "CASH_FLOW_TIMING_MID_PERIOD", "options": {"explain": true}}),
            vec!["timing", "terminal_value"],
        ),
    ] {
        let answer = client.call(method, &request).expect("a good request");
        let assumptions = answer["explanation"]["assumptions"].as_array().expect("assumptions").clone();
        for field in fields {
            let assumption = assumptions.iter().find(|assumption| assumption["field"] == field);
            let assumption = assumption.unwrap_or_else(|| panic!("{method} does not say that it assumes {field}"));
            let reason = assumption["reason"].as_str().unwrap_or_default();
            assert!(reason.len() > 20 && reason.ends_with('.'), "{method}: {field}: {reason:?}");
            assert!(assumption["value"].as_str().is_some_and(|value| !value.is_empty()), "{method}: {field}");
        }
        assert_eq!(answer["explanation"]["engine_version"], env!("CARGO_PKG_VERSION"));
    }
}

/// Returns name, method and request of every golden row that is answered. Rows drawn by chance are left out: two thirds of all steps are
/// theirs, and most of their figures lie where a calculator of 28 digits ends.
pub fn answered_rows() -> Vec<(String, String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    // One file for each family that is served, and one more.
    let families = served_families().into_iter().chain(["internal_rate".to_owned()]);
    let file = |name: String| std::fs::read_to_string(folder.join(format!("{name}.jsonl"))).expect("golden rows");
    let files: Vec<String> = families.map(file).collect();
    let rows = files.iter().flat_map(|text| text.lines()).map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    rows.filter(|row| row["response"].is_object() && !row["name"].as_str().is_some_and(|name| name.starts_with("by_chance")))
        .map(|row| {
            let text = |field: &str| row[field].as_str().expect("text").to_owned();
            (text("name"), text("method"), row["request"].clone())
        })
        .collect()
}

fn steps_of(client: &Client, method: &str, request: &Value) -> Vec<Value> {
    explanation_of(client, method, request)["steps"].as_array().cloned().unwrap_or_default()
}

/// Returns the explanation of an answer, for which `request` asks.
pub fn explanation_of(client: &Client, method: &str, request: &Value) -> Value {
    // A machine that others keep busy may have no room for a long one now, and says so: try again.
    let mut tries = 0;
    let answer = loop {
        match client.call(method, request) {
            Err(status) if status.code() == tonic::Code::Unavailable && tries < 100 => {
                tries += 1;
                std::thread::sleep(std::time::Duration::from_millis(100));
            }
            answer => break answer.unwrap_or_else(|status| panic!("{request}: {status}")),
        }
    };
    answer["explanation"].clone()
}

/// What a pocket calculator makes of it; `None` of words.
fn calculate(text: &str) -> Option<Pocket> {
    let mut calculator = Calculator { rest: text };
    let value = calculator.sum()?;
    calculator.rest.trim().is_empty().then_some(value)
}

struct Calculator<'a> {
    rest: &'a str,
}

impl Calculator<'_> {
    fn take(&mut self, token: &str) -> bool {
        let rest = self.rest.trim_start().strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn sum(&mut self) -> Option<Pocket> {
        let mut value = self.product()?;
        loop {
            if self.take("+") {
                value = value + self.product()?;
            } else if self.take("-") {
                value = value - self.product()?;
            } else {
                return Some(value);
            }
        }
    }

    fn product(&mut self) -> Option<Pocket> {
        let mut value = self.power()?;
        loop {
            if self.take("×") {
                value = value * self.power()?;
            } else if self.take("/") {
                let divisor = self.power()?;
                value = if divisor == Pocket::from(0) { return None } else { value / divisor };
            } else {
                return Some(value);
            }
        }
    }

    fn power(&mut self) -> Option<Pocket> {
        if self.take("-") {
            return Some(-self.power()?);
        }
        if self.take("e^") {
            return self.power()?.exp();
        }
        let base = self.atom()?;
        if !self.take("^") {
            return Some(base);
        }
        let exponent = self.power()?;
        base.to_the(&exponent)
    }

    fn atom(&mut self) -> Option<Pocket> {
        if self.take("ln(") {
            let value = self.sum()?;
            return if self.take(")") { value.ln() } else { None };
        }
        if self.take("max(") {
            let first = self.sum()?;
            let second = if self.take(",") { self.sum()? } else { return None };
            return self.take(")").then(|| first.max(second));
        }
        if self.take("(") {
            let value = self.sum()?;
            return self.take(")").then_some(value);
        }
        let rest = self.rest.trim_start();
        let length = rest.find(|character: char| !character.is_ascii_digit() && character != '.').unwrap_or(rest.len());
        let (number, rest) = rest.split_at(length);
        self.rest = rest;
        Pocket::read(number)
    }
}

#[test]
fn the_calculator_knows_what_comes_first() {
    let is = |text: &str, expected: Option<&str>| match (calculate(text), expected) {
        (Some(value), Some(expected)) => (value - Pocket::read(expected).expect("a number")).absolute() < Pocket::tenths(60),
        (value, expected) => value.is_none() && expected.is_none(),
    };
    for (text, expected) in [
        ("1 + 2 × 3", Some("7")),
        ("8 / (4 / 2)", Some("4")),
        ("5 - (-3)", Some("8")),
        ("100 × 0.1 / (1 - (1 + 1)^-1)", Some("20")),
        ("max(0 - 5, 0)", Some("0")),
        ("ln(1) + 2^3", Some("8")),
        ("e^0 - 1", Some("0")),
        ("in month 12", None),
        ("3 <= 4", None),
    ] {
        assert!(is(text, expected), "{text}: {:?}", calculate(text));
    }
}
