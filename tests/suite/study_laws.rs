//! The laws of declared courses: each figure goes the way that is declared, in every golden request that has the input, at ordinary values and
//! at the edges of the field.
//!
//! `PAYDIRT_LAW_DRAWS` says how many values of an input are drawn for each request beside the edges, `PAYDIRT_LAW_REQUESTS` how many requests
//! are asked about an input; nightly checks ask for many.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use paydirt::engine::study::facts::{
    CourseCondition, DeclaredCourse, FigureCourse, declared_courses, ordered, without_members,
};
use paydirt::engine::study::study_blocks::whole;
use paydirt::engine::study::{OutcomePlace, TableStudy, outcome_place};
use paydirt::wire::json::read;
use paydirt::wire::pb;
use paydirt_fuzzed::seeds::golden_rows;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::draws::Draws;
use crate::support::{method_of_model, models};

/// Values of any input: what a field refuses is left out.
const EDGES: &[&str] = &[
    "-7e28",
    "-1e15",
    "-1000",
    "-10",
    "-1",
    "-0.9999999999999999999999999999",
    "-0.9",
    "-0.5",
    "-0.1",
    "-0.01",
    "-1e-12",
    "-1e-28",
    "0",
    "1e-28",
    "1e-12",
    "1e-5",
    "0.01",
    "0.05",
    "0.1",
    "0.2",
    "0.25",
    "0.3333333333333333333333333333",
    "0.4",
    "0.5",
    "0.6",
    "0.75",
    "0.9",
    "0.99",
    "0.9999999999999999999999999999",
    "1",
    "1.000000000000000000000000001",
    "1.1",
    "1.5",
    "2",
    "3",
    "5",
    "7",
    "10",
    "25",
    "50",
    "99.99",
    "100",
    "100.0000000000000000000000001",
    "150",
    "300",
    "500",
    "1000",
    "12345.678",
    "1e6",
    "1e9",
    "1e12",
    "1e14",
    "1e15",
    "1e20",
    "7e28",
];
/// The requests of a model that are asked about an input, where the environment does not say otherwise.
const REQUESTS: usize = 24;

/// The requests of golden rows that are answered, by model.
static GOLDEN: LazyLock<BTreeMap<String, Vec<Value>>> = LazyLock::new(|| {
    let rows = golden_rows();
    let of = |model: &String| {
        let method = method_of_model(model);
        let answered = rows.iter().filter(|row| row["method"] == method.as_str() && row["response"].is_object());
        (model.clone(), answered.map(|row| row["request"].clone()).collect())
    };
    models().iter().map(of).collect()
});

/// The paths of an input in a request, at most three of a list.
fn places(request: &Value, input: &str) -> Vec<String> {
    let mut found = vec![(String::new(), request.clone())];
    let parts: Vec<&str> = input.split('.').collect();
    for (number, part) in parts.iter().enumerate() {
        let is_last = number + 1 == parts.len();
        let mut further = Vec::new();
        for (before, node) in found {
            let name = part.trim_end_matches("[]");
            let path = if before.is_empty() { name.to_owned() } else { format!("{before}.{name}") };
            match node.get(name) {
                Some(Value::Array(items)) => {
                    further.extend(
                        items.iter().take(3).enumerate().map(|(index, item)| (format!("{path}[{index}]"), item.clone())),
                    );
                }
                Some(node) => further.push((path, node.clone())),
                // An input that is left out is turned as well, where it has no list around it.
                None if is_last && !input.contains('[') && !input.contains('.') => further.push((path, Value::Null)),
                None => {}
            }
        }
        found = further;
    }
    found.into_iter().map(|(path, _)| path).collect()
}

fn asked_for(variable: &str, otherwise: usize) -> usize {
    std::env::var(variable).ok().and_then(|count| count.parse().ok()).unwrap_or(otherwise)
}

/// Values in ascending order: the edges, and some around the value that the request has.
fn values(seed: u64, draws: usize) -> Vec<String> {
    let mut values: Vec<Decimal> = EDGES.iter().map(|edge| paydirt::wire::decimal::read(edge).expect("a decimal")).collect();
    let mut drawing = Draws(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    for _ in 0..draws {
        let drawn = drawing.bits();
        let (digits, scale) =
            (i64::try_from(drawn % 1_000_000_000).expect("small"), u32::try_from(drawn >> 40).expect("24 bits") % 12);
        values.push(Decimal::new(if drawn & 0x8000_0000 == 0 { digits } else { -digits }, scale));
    }
    values.sort();
    values.dedup();
    values.iter().map(|value| paydirt::wire::decimal::write(*value).as_str().to_owned()).collect()
}

/// A figure in its order: below, a number, above.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Ranked {
    Below,
    Number(Decimal),
    Above,
}

impl Ranked {
    fn of(model: &str, figure: &str, value: &pb::FigureValue) -> Option<Ranked> {
        use pb::figure_value::Result as Figure;
        match value.result.as_ref()? {
            Figure::Value(text) => match ordered(model, figure) {
                Some(order) => order.iter().position(|name| *text == *name).map(|place| Ranked::Number(place.into())),
                // Whole units may have more digits than any decimal.
                None if paydirt::wire::decimal::read(text).is_err() && text.bytes().all(|byte| byte.is_ascii_digit()) => {
                    Some(Ranked::Above)
                }
                None => paydirt::wire::decimal::read(text).ok().map(Ranked::Number),
            },
            Figure::Outcome(outcome) => match outcome_place(model, figure, outcome) {
                OutcomePlace::Above => Some(Ranked::Above),
                OutcomePlace::Below => Some(Ranked::Below),
                OutcomePlace::Apart => None,
            },
            Figure::Refusal(_) => None,
        }
    }

    fn order(self, other: Ranked) -> Ordering {
        let key = |ranked: Ranked| match ranked {
            Ranked::Below => (0, Decimal::ZERO),
            Ranked::Number(number) => (1, number),
            Ranked::Above => (2, Decimal::ZERO),
        };
        key(self).cmp(&key(other))
    }
}

fn table(model: &str, request: &Value, path: &str, values: &[String], figures: &[&str]) -> Option<pb::ComputeTableResponse> {
    turned(model, request, &json!({"fields": [path]}), values, figures)
}

fn turned(
    model: &str,
    request: &Value,
    lever: &Value,
    values: &[String],
    figures: &[&str],
) -> Option<pb::ComputeTableResponse> {
    let asked = json!({
        "calculation": {model: request}, "figures": figures, "axes": [{"lever": lever, "values": values}],
    });
    let request: pb::ComputeTableRequest = read(asked.to_string().as_bytes()).expect("a table");
    // The numbers of a list of amounts, say, cannot be turned by a path that a request has not.
    TableStudy::begin(&request).ok().map(|study| whole(&study))
}

/// True of a figure that goes another way than is declared, between two inputs that follow each other.
fn is_wrong(course: FigureCourse, seen: &[(&str, Ranked)]) -> bool {
    let orders = seen.windows(2).map(|pair| pair[0].1.order(pair[1].1));
    let (rises, falls) = orders
        .fold((false, false), |(rises, falls), order| (rises || order == Ordering::Less, falls || order == Ordering::Greater));
    match course {
        FigureCourse::Rises => falls,
        FigureCourse::Falls => rises,
        FigureCourse::OneWay => rises && falls,
        FigureCourse::Constant => rises || falls,
    }
}

/// A path with a member in the place of each `[]`: the selected rate, of other lists the second.
fn with_members(figure: &str) -> String {
    figure.replace("rates[]", "rates[selected]").replace("[]", "[1]")
}

fn calculation(model: &str, request: &Value) -> pb::Calculation {
    read(json!({model: request}).to_string().as_bytes()).expect("a calculation")
}

/// The faults of a row, with so many values drawn for each request, and the number of neighbours that were compared.
fn faults_of_row(row: &DeclaredCourse, draws: usize) -> (Vec<String>, usize) {
    let (mut faults, mut compared) = (Vec::new(), 0_usize);
    let figures: Vec<&str> = row.figures().collect::<BTreeSet<_>>().into_iter().collect();
    let requests = GOLDEN[row.model].iter().enumerate();
    let holds = |request: &Value| row.only_if.holds(&calculation(row.model, request));
    let places: Vec<_> = requests
        .filter(|(_, request)| holds(request))
        .flat_map(|(number, request)| places(request, row.input).into_iter().map(move |path| (number, request, path)))
        .collect();
    let every = (places.len() / asked_for("PAYDIRT_LAW_REQUESTS", REQUESTS)).max(1);
    for (number, request, path) in places.into_iter().step_by(every) {
        assert_eq!(without_members(&path), row.input);
        let values = values(number as u64, draws);
        // A table has 20 figures.
        for figures in figures.chunks(20) {
            let asked: Vec<String> = figures.iter().map(|figure| with_members(figure)).collect();
            let asked: Vec<&str> = asked.iter().map(String::as_str).collect();
            let Some(answer) = table(row.model, request, &path, &values, &asked) else { continue };
            for (place, figure) in figures.iter().enumerate() {
                let seen = seen_in(&answer, row.model, place, figure);
                compared += seen.len().saturating_sub(1);
                if is_on_both_sides_of_none(&answer, row.model, place, figure) {
                    faults.push(format!("{} {figure} in {path} is a number on both sides of none: {request}", row.model));
                }
                if row.of(figure).is_some_and(|course| is_wrong(course, &seen)) {
                    faults.push(format!("{} {figure} in {path}: {seen:?} of {request}", row.model));
                }
            }
        }
    }
    (faults, compared)
}

/// The figures of a table that have a place in the order, by their inputs.
fn seen_in<'a>(answer: &'a pb::ComputeTableResponse, model: &str, place: usize, figure: &str) -> Vec<(&'a str, Ranked)> {
    let ranked = |cell: &pb::TableCell| Ranked::of(model, figure, &cell.figures[place]);
    answer.cells.iter().filter_map(|cell| Some((cell.inputs[0].as_str(), ranked(cell)?))).collect()
}

/// True of a figure that is a number on both sides of inputs at which there is none, and nothing in its place in the order.
fn is_on_both_sides_of_none(answer: &pb::ComputeTableResponse, model: &str, place: usize, figure: &str) -> bool {
    let is_answered = |cell: &&pb::TableCell| !matches!(cell.figures[place].result, Some(pb::figure_value::Result::Refusal(_)));
    let places = answer.cells.iter().filter(is_answered).map(|cell| Ranked::of(model, figure, &cell.figures[place]).is_some());
    let mut changes: Vec<bool> = places.collect();
    changes.dedup();
    changes.iter().filter(|is_ranked| **is_ranked).count() > 1
}

/// Holds rows against their golden requests. Returns the faults that were found, rows among them of which too little was seen.
fn faults_of<'a>(rows: impl Iterator<Item = &'a DeclaredCourse>) -> Vec<String> {
    let mut faults = Vec::new();
    for row in rows {
        let draws = asked_for("PAYDIRT_LAW_DRAWS", 4);
        let (mut found, mut compared) = faults_of_row(row, draws);
        if compared < 1000 {
            // Few requests have the input.
            (found, compared) = faults_of_row(row, 64 * draws);
        }
        faults.append(&mut found);
        if compared < 1000 {
            faults.push(format!("{} {}: only {compared} neighbours were compared", row.model, row.input));
        }
    }
    faults
}

fn hold(models: &[&str]) {
    let faults = faults_of(declared_courses().filter(|row| models.contains(&row.model)));
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.iter().take(12).cloned().collect::<Vec<_>>().join("\n"));
}

/// Courses that are not declared because they are none: the law finds each out.
#[test]
fn a_wrong_row_is_found_out() {
    let row = |model, input, rising, falling, one_way| DeclaredCourse {
        model,
        input,
        rising,
        falling,
        one_way,
        constant: &[],
        on_lines: &[],
        only_if: CourseCondition::Always,
    };
    for wrong in [
        row("required_revenue", "end_user_gross_margin", &["coverage_ratio"], &[], &[]),
        row("break_even_point", "fixed_costs", &[], &["reached.revenue"], &[]),
        row("break_even_point", "expected_revenue", &[], &[], &["reached.operating_leverage"]),
        row("runway", "costs[].amount", &["runs_out.runway_months"], &[], &[]),
        row("regret", "alternatives[].payoffs[]", &[], &["alternatives[].maximum_regret"], &[]),
        row("discounted_value", "discount_rate", &[], &[], &["enterprise_value"]),
        row("return_revenue", "useful_life_years", &[], &[], &["lifetime_revenue"]),
        DeclaredCourse { constant: &["discounted_payback.years"], ..row("payback", "discount_rate", &[], &[], &[]) },
    ] {
        let faults = faults_of(std::iter::once(&wrong));
        assert!(faults.iter().any(|fault| !fault.contains("only")), "{wrong:?} passes: {faults:?}");
    }
}

#[test]
fn figures_of_break_even_go_the_declared_way() {
    hold(&["required_revenue", "return_revenue", "break_even_point"]);
}

#[test]
fn figures_of_runways_go_the_declared_way() {
    hold(&["runway", "default_alive"]);
}

#[test]
fn figures_of_cash_flows_go_the_declared_way() {
    hold(&["payback", "net_present_value", "modified_internal_rate_of_return"]);
}

#[test]
fn figures_of_valuations_go_the_declared_way() {
    hold(&["rerating", "price_change", "required_margin", "rule_of_forty", "share_ceiling"]);
}

#[test]
fn figures_of_discounted_flows_go_the_declared_way() {
    hold(&["implied_growth", "discounted_value", "regret"]);
}

#[test]
fn figures_of_investments_go_the_declared_way() {
    hold(&["capex_roi", "depreciation"]);
}

fn is_there(request: &Value, path: &str) -> bool {
    let pointer = format!("/{}", path.replace(['.', '['], "/").replace(']', ""));
    request.pointer(&pointer).is_some_and(|value| !value.is_null())
}

/// Figures without those that differ by no more than the rounding of several inputs to 28 digits moves them.
fn without_noise(mut seen: Vec<(&str, Ranked)>) -> Vec<(&str, Ranked)> {
    seen.dedup_by(|next, before| match (next.1, before.1) {
        (Ranked::Number(next), Ranked::Number(before)) => {
            let noise = next.abs().max(before.abs()).max(Decimal::ONE) * Decimal::new(1, 18);
            next.checked_sub(before).is_some_and(|step| step.abs() <= noise)
        }
        _ => false,
    });
    seen
}

/// Holds the figures that go one way along lines: several of their inputs are turned at once, each at a pace of its own.
#[test]
fn figures_along_lines_never_turn() {
    let mut faults = Vec::new();
    let models: BTreeSet<&str> = declared_courses().filter(|row| !row.on_lines.is_empty()).map(|row| row.model).collect();
    for model in models {
        let rows: Vec<&DeclaredCourse> = declared_courses().filter(|row| row.model == model).collect();
        let figures: BTreeSet<&str> = rows.iter().flat_map(|row| row.on_lines).copied().collect();
        let requests = &GOLDEN[model];
        let every = (requests.len() / asked_for("PAYDIRT_LAW_REQUESTS", REQUESTS)).max(1);
        let mut compared = 0_usize;
        for (number, request) in requests.iter().enumerate().step_by(every) {
            let calculation = calculation(model, request);
            for figure in &figures {
                let of_figure = rows.iter().filter(|row| row.is_on_lines(figure) && row.only_if.holds(&calculation));
                let mut fields: Vec<String> = of_figure.flat_map(|row| places(request, row.input)).collect();
                // A part of the inputs, another for each request; what is left out is neither multiplied nor added to.
                fields.retain(|field| (field.len() + number) % 3 != 0 && is_there(request, field));
                let factors: Vec<String> = values(number as u64, asked_for("PAYDIRT_LAW_DRAWS", 4))
                    .into_iter()
                    .filter(|factor| {
                        paydirt::wire::decimal::read(factor).is_ok_and(|factor| factor.abs() <= Decimal::from(1_000_000))
                    })
                    .collect();
                for effect in ["LEVER_EFFECT_MULTIPLY", "LEVER_EFFECT_ADD"] {
                    let lever = json!({"fields": fields.iter().take(20).collect::<Vec<_>>(), "effect": effect, "name": "line"});
                    let Some(answer) = turned(model, request, &lever, &factors, &[&with_members(figure)]) else { continue };
                    let seen = seen_in(&answer, model, 0, figure);
                    compared += seen.len().saturating_sub(1);
                    if is_wrong(FigureCourse::OneWay, &without_noise(seen.clone())) {
                        faults.push(format!("{model} {figure} along {lever}: {seen:?} of {request}"));
                    }
                }
            }
        }
        if compared < 1000 {
            faults.push(format!("{model}: only {compared} neighbours were compared along lines"));
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.iter().take(12).cloned().collect::<Vec<_>>().join("\n"));
}

#[test]
fn every_declared_course_is_held_by_a_law() {
    let held = [
        "required_revenue",
        "return_revenue",
        "break_even_point",
        "runway",
        "default_alive",
        "payback",
        "net_present_value",
        "modified_internal_rate_of_return",
        "rerating",
        "price_change",
        "required_margin",
        "rule_of_forty",
        "share_ceiling",
        "implied_growth",
        "discounted_value",
        "regret",
        "capex_roi",
        "depreciation",
    ];
    for row in declared_courses() {
        assert!(held.contains(&row.model), "no law holds {} {}", row.model, row.input);
    }
}
