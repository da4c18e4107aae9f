//! The faults of declared courses: figures that go another way between two inputs that follow each other.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use paydirt::engine::study::facts::{DeclaredCourse, FigureCourse, ordered, without_members};
use paydirt::engine::study::study_blocks::whole;
use paydirt::engine::study::{OutcomePlace, TableStudy, outcome_place};
use paydirt::wire::json::read;
use paydirt::wire::pb;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::turned::{GOLDEN, REQUESTS, asked_for, places, values};

/// A figure in its order: below, a number, above.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Ranked {
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

pub(super) fn turned(
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
pub(super) fn is_wrong(course: FigureCourse, seen: &[(&str, Ranked)]) -> bool {
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
pub(super) fn with_members(figure: &str) -> String {
    figure.replace("rates[]", "rates[selected]").replace("[]", "[1]")
}

pub(super) fn calculation(model: &str, request: &Value) -> pb::Calculation {
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
pub(super) fn seen_in<'a>(
    answer: &'a pb::ComputeTableResponse,
    model: &str,
    place: usize,
    figure: &str,
) -> Vec<(&'a str, Ranked)> {
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
pub(super) fn faults_of<'a>(rows: impl Iterator<Item = &'a DeclaredCourse>) -> Vec<String> {
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
