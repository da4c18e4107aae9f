//! The laws of declared courses: each figure goes the way that is declared, in every golden request that has the input, at ordinary values and
//! at the edges of the field.
//!
//! `PAYDIRT_LAW_DRAWS` says how many values of an input are drawn for each request beside the edges, `PAYDIRT_LAW_REQUESTS` how many requests
//! are asked about an input; nightly checks ask for many.

mod faults;
mod turned;

use std::collections::BTreeSet;

use faults::{Ranked, calculation, faults_of, is_wrong, seen_in, turned, with_members};
use paydirt::engine::study::facts::{CourseCondition, DeclaredCourse, FigureCourse, declared_courses};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use turned::{GOLDEN, REQUESTS, asked_for, places, values};

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
