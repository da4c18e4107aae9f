//! The presets: each is computed by the real server, and its published figures are compared digit for digit.

use std::collections::BTreeSet;

use paydirt::engine::study::STUDY_SERVICE;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::support::{SERVER, method_of_model, models};
use crate::tools::root;

/// The presets that are calculations, as a caller receives them.
pub fn presets() -> Vec<Value> {
    every_preset().into_iter().filter(|preset| preset["calculation"].is_object()).collect()
}

/// The presets, studies among them, as a caller receives them.
fn every_preset() -> Vec<Value> {
    let answer = SERVER.client().call("paydirt.v1.CalculationService/ListPresets", &json!({})).expect("a list");
    answer["presets"].as_array().expect("presets").clone()
}

/// A preset's method and request.
pub fn calculation_of(preset: &Value) -> (String, Value) {
    let calculation = preset["calculation"].as_object().expect("a calculation");
    let [(model, request)] = calculation.iter().collect::<Vec<_>>()[..] else { panic!("one model: {preset}") };
    (method_of_model(model), request.clone())
}

/// The method and the request of a preset: of a calculation or of a study.
fn question_of(preset: &Value) -> (String, Value) {
    if preset["calculation"].is_object() {
        return calculation_of(preset);
    }
    let studies = [("solve_for_input", "SolveForInput"), ("sensitivity", "ComputeSensitivity")];
    let studies = studies.into_iter().filter(|(field, _)| preset[field].is_object());
    let [(field, method)] = studies.collect::<Vec<_>>()[..] else { panic!("one calculation or one study: {preset}") };
    (format!("{STUDY_SERVICE}/{method}"), preset[field].clone())
}

/// What a path such as `years[0].depreciation` leads to, written as the contract writes it.
pub fn figure(answer: &Value, path: &str) -> Option<String> {
    let mut value = answer;
    for step in path.split('.') {
        let (name, index) = match step.split_once('[') {
            Some((name, index)) => (name, index.strip_suffix(']')?.parse::<usize>().ok()),
            None => (step, None),
        };
        value = value.get(name)?;
        if let Some(index) = index {
            value = value.get(index)?;
        }
    }
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        _ => None,
    }
}

/// The decimals of a request, by value.
fn inputs_of(request: &Value, found: &mut Vec<Decimal>) {
    match request {
        Value::String(text) => found.extend(decimal(text)),
        Value::Array(items) => items.iter().for_each(|item| inputs_of(item, found)),
        Value::Object(fields) => fields.values().for_each(|field| inputs_of(field, found)),
        _ => {}
    }
}

fn decimal(text: &str) -> Option<Decimal> {
    text.parse().ok().or_else(|| Decimal::from_scientific(text).ok())
}

#[test]
fn a_published_figure_that_is_an_input_says_so() {
    let (mut echoes, mut failures) = (0, Vec::new());
    for preset in every_preset() {
        let (name, mut inputs) = (preset["name"].to_string(), Vec::new());
        inputs_of(&question_of(&preset).1, &mut inputs);
        for published in preset["published"].as_array().into_iter().flatten() {
            let text = |field: &str| published[field].as_str().unwrap_or_default();
            let is_input = !text("field").is_empty() && decimal(text("value")).is_some_and(|value| inputs.contains(&value));
            echoes += usize::from(is_input);
            if is_input != text("note").starts_with(INPUT) {
                failures.push(format!("{name}: {published}"));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(echoes >= 8, "{echoes} are inputs");
}

/// How the note begins of a published figure that the calculation was given, so that it confirms nothing.
const INPUT: &str = "An input of this preset";

#[test]
fn every_preset_computes_and_meets_its_published_figures_or_says_why_not() {
    let client = SERVER.client();
    let (mut met, mut explained, mut others, mut failures) = (0, 0, 0, Vec::new());
    for preset in every_preset() {
        let (name, (method, request)) = (preset["name"].to_string(), question_of(&preset));
        let answer = match client.call(&method, &request) {
            Ok(answer) => answer,
            Err(status) => {
                failures.push(format!("{name} is refused: {status:?}"));
                continue;
            }
        };
        for published in preset["published"].as_array().into_iter().flatten() {
            let text = |field: &str| published[field].as_str().unwrap_or_default();
            if text("field").is_empty() == text("quantity").is_empty() {
                failures.push(format!("{name}: either a field or another quantity is published: {published}"));
            }
            if text("field").is_empty() {
                others += 1;
                continue;
            }
            // An answer leaves out what is false.
            let given = figure(&answer, text("field")).or_else(|| (text("value") == "false").then(|| "false".to_owned()));
            let is_met = given.as_deref() == Some(text("value"));
            match (given, is_met, text("note").is_empty()) {
                (None, ..) => failures.push(format!("{name}: the answer has no {}: {answer}", text("field"))),
                (Some(_), true, true) => met += 1,
                (Some(_), true, false) if text("note").starts_with(INPUT) => {}
                (Some(_), false, false) => explained += 1,
                (Some(_), true, false) => failures.push(format!("{name}: {} is met, and has a note", text("field"))),
                (Some(given), false, true) => {
                    failures.push(format!("{name}: {} is {given}, and {published} has no note", text("field")))
                }
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(
        met >= 25 && explained >= 9 && others >= 9,
        "{met} figures are met, {explained} explained, and {others} are other quantities"
    );
}

#[test]
fn a_preset_says_what_it_is_and_where_it_comes_from() {
    let mut names = Vec::new();
    for preset in every_preset() {
        let text = |field: &str| preset[field].as_str().unwrap_or_default().to_owned();
        let name = text("name");
        assert!(
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        );
        assert!(root().join(format!("src/presets/{name}.json")).is_file(), "{name}: a preset's file has its name");
        assert!(text("title").len() > 20 && !text("title").ends_with('.'), "{name}: a title");
        assert!(text("source").len() > 60 && text("source").ends_with('.'), "{name}: a source, in sentences");
        assert!(text("source").contains("http") || text("source").contains("llustration"), "{name}: where it was published");
        for published in preset["published"].as_array().into_iter().flatten() {
            let note = published["note"].as_str().unwrap_or_default();
            assert!(note.is_empty() || note.ends_with('.'), "{name}: a note is a sentence: {note}");
        }
        names.push(name);
    }
    assert!(names.is_sorted_by(|a, b| a < b) && names.len() >= 25, "{names:?}");
}

#[test]
fn every_model_has_a_preset() {
    let of_presets: BTreeSet<String> = presets()
        .iter()
        .flat_map(|preset| {
            preset["calculation"].as_object().into_iter().flatten().map(|(model, _)| model.clone()).collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(of_presets, models().into_iter().collect());
}

/// The figures that a conversation about them is likely to have: calculated by hand, from each preset's own inputs.
#[test]
fn the_figures_that_people_ask_for_are_these() {
    let (client, presets) = (SERVER.client(), presets());
    let rounded = |name: &str, path: &str, decimal_places: u32| {
        let preset = presets.iter().find(|preset| preset["name"] == name).unwrap_or_else(|| panic!("no preset {name}"));
        let (method, mut request) = calculation_of(preset);
        request["options"] = json!({"rounding": {"decimal_places": decimal_places, "ratio_decimal_places": decimal_places}});
        figure(&client.call(&method, &request).expect("a preset computes"), path)
    };
    for (name, path, places, expected) in [
        ("cahn-2023", "revenue_gap", 0, "130000000000"),
        ("cahn-2024", "revenue_gap", 0, "530000000000"),
        ("cahn-2024-annuity", "required_annual_revenue", 0, "158278488477"),
        ("cahn-phone-users", "monthly_revenue_per_customer", 2, "32.05"),
        ("openai-2024", "cash_need", 0, "5000000000"),
        ("openai-june-2025-trailing", "runs_out.runway_months", 4, "42"),
        ("openai-june-2025-plan", "runs_out.runway_months", 4, "17.5"),
        // 73 / 3.7 × 3.
        ("openai-first-quarter-2026", "runs_out.runway_months", 4, "59.1892"),
        ("openai-first-quarter-2026", "annual_net_loss", 0, "85200000000"),
        // 650 billion / (12 × 34.72) and / (12 × 180).
        ("jpmorgan-phones", "reached.units", 0, "1560099846"),
        ("jpmorgan-subscribers", "reached.units", 0, "300925926"),
        // 3.45 billion a month, for 60 months.
        ("hsbc-openai-2030", "lowest_balance", 0, "-207000000000"),
        // Calculated from the contract's words by another program, month by month: the rent of month 22, in advance, breaks the floor.
        ("startup-between-two-rounds", "runs_out.runway_months", 4, "21"),
        ("startup-between-two-rounds", "runs_out.cash_out_date", 0, "2027-03-31"),
        ("startup-between-two-rounds", "cash_need", 2, "175893.29"),
        ("startup-between-two-rounds", "lowest_balance_month", 0, "23"),
        ("startup-between-two-rounds", "ending_balance", 2, "331098.99"),
        ("startup-between-two-rounds", "annual_gross_burn", 2, "6021020.81"),
        ("startup-between-two-rounds", "annual_net_loss", 2, "2988774.3"),
        ("startup-between-two-rounds", "burn_multiple", 6, "1.493764"),
        ("google-2024", "total_capital_expenditure", 0, "48000000000"),
        ("wall-street-2026-ratio", "revenue_to_capital_expenditure", 4, "0.3333"),
        ("wall-street-2026-project", "net_present_value", 2, "-14510558767.1"),
        // 0.6 and 1,000 billion, times 0.263797... over five years and 0.229607... over six.
        ("tesla-2024", "required_annual_revenue", 0, "158278488"),
        ("covello-five-years", "required_annual_revenue", 0, "263797480795"),
        ("covello-six-years", "required_annual_revenue", 0, "229607380363"),
        ("nvidia-customers-two-years", "years[0].depreciation", 2, "20000"),
        ("norvig-nvidia-82", "maximum_share_factor", 4, "1.2195"),
        ("norvig-nvidia-95", "maximum_share_factor", 4, "1.0526"),
        ("cisco-fall", "drawdown", 4, "0.8925"),
        ("cisco-quarter-century", "annual_growth_rate", 7, "0.0000922"),
        ("cisco-rerating", "earnings_growth_rate", 4, "0.1746"),
        ("default-alive-eight-per-cent", "verdict", 0, "VERDICT_DEFAULT_ALIVE"),
        ("default-dead-eight-per-cent", "verdict", 0, "VERDICT_DEFAULT_DEAD"),
        ("default-alive-blackwell", "verdict", 0, "VERDICT_DEFAULT_ALIVE"),
        // The percentages of the tables, and a present value that another program calculated from the contract's words.
        ("irs-mid-quarter", "years[5].depreciation", 2, "9.58"),
        ("irs-office-building", "years[39].book_value", 2, "0"),
        ("data-center-with-taxes", "net_present_value", 2, "6546413.43"),
        ("data-center-with-taxes", "break_even_revenue_factor", 9, "0.950831608"),
        ("data-center-with-taxes", "periods[3].tax", 1, "5614375.2"),
        ("pichai-regret", "minimax_regret_choices[0]", 0, "match"),
        ("pichai-regret", "expected_value_of_perfect_information", 0, "24900000000"),
    ] {
        assert_eq!(rounded(name, path, places).as_deref(), Some(expected), "{name}: {path}");
    }
}

/// What studies of published figures lead to: calculated by hand, from each preset's own inputs.
#[test]
fn the_studies_that_people_ask_for_find_these_inputs() {
    let (client, presets) = (SERVER.client(), every_preset());
    let answer = |name: &str| {
        let preset = presets.iter().find(|preset| preset["name"] == name).unwrap_or_else(|| panic!("no preset {name}"));
        let (method, request) = question_of(preset);
        client.call(&method, &request).expect("a preset computes")
    };
    // 60 / (0.6 × (1/1.1 + … + 1/1.1^5)).
    let revenue = answer("wall-street-2026-revenue");
    assert_eq!(figure(&revenue, "solutions[0].input").as_deref(), Some("26379748079.47453768161045683"), "{revenue}");
    assert_eq!((revenue["complete"].as_bool(), revenue["solutions"].as_array().map(Vec::len)), (Some(true), Some(1)));
    // Revenue that grows by c all the time meets expenses after ln(E/R)/c months; until then (E ln(E/R) - (E - R))/c is spent, which is 17.5
    // billion where e^c - 1 is 0.02895751216014.
    let growth = answer("openai-june-2025-growth");
    assert_eq!(figure(&growth, "solutions[0].range.low").as_deref(), Some("0.028957512161"), "{growth}");
    assert_eq!(growth["complete"], true);
    // 300 / 0.7 and 300 / 0.3; 150 / 0.4 / 0.5 and 150 / 0.6 / 0.5; 120 × 4 and 180 × 4.
    let tornado = answer("cahn-2024-tornado");
    for (place, name, low, high) in [
        (0, "end_user_gross_margin", "428571428571.4285714285714286", "1000000000000"),
        (1, "accelerator_cost_share", "750000000000", "500000000000"),
        (2, "accelerator_revenue", "480000000000", "720000000000"),
    ] {
        let lever = &tornado["levers"][place];
        assert_eq!(lever["name"], name, "{tornado}");
        assert_eq!((&lever["at_low"]["value"], &lever["at_high"]["value"]), (&json!(low), &json!(high)), "{lever}");
    }
}
