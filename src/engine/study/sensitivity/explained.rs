//! The explanation of a sensitivity: the single calls from which each swing and each slope follows.

use rust_decimal::Decimal;

use super::weight::{LeverWeight, StepFigures};
use crate::engine::study::evaluation::said;
use crate::models::explanation::ENGINE_VERSION;
use crate::models::number::{Exact, Number};
use crate::models::study::SlopeEstimate;
use crate::models::work::tick;
use crate::wire::decimal::write;
use crate::wire::pb;
use crate::wire::pb::lever_sensitivity::Course;
use crate::wire::short_text::Text;

/// Work of writing a step, in units.
const STEP_UNITS: u64 = 80;
const ACROSS: &str = "(8 × (f(x + h) - f(x - h)) - (f(x + 2h) - f(x - 2h))) / (12 × h)";
const ONE_SIDED: &str = "(32 × f(x + h / 2) - 12 × f(x + h) + f(x + 2h) - 21 × f(x)) / (6 × h)";

/// Explains the levers in the order in which they are answered. `change` is the share by which each number is turned, where no lever is named.
pub(super) fn explanation(
    levers: &[(pb::LeverSensitivity, &LeverWeight)],
    figure: &Text,
    base: Option<&pb::FigureValue>,
    change: Option<Decimal>,
) -> pb::Explanation {
    let (mut steps, mut assumptions) = (Vec::new(), Vec::new());
    if let Some(change) = change {
        assumptions.push(pb::Assumption {
            field: "relative_change".into(),
            value: write(change),
            reason: "No levers are named: each number moves by this share of its magnitude, no further than its field goes, and half way to a bound that the field only approaches."
                .into(),
        });
    }
    let base = base.map_or_else(String::new, said);
    for (lever, weight) in levers {
        explain(lever, weight, figure, &base, &mut steps);
        let (value, reason) = match lever.course() {
            Course::OneWay => (
                "one way",
                "The figure never turns in this input, whatever the others are: the ends are its least and its greatest.",
            ),
            Course::Turns => ("turns", "Among 31 values at equal distances between the ends the figure rises and falls."),
            _ => (
                "no turn seen",
                "At 31 values at equal distances between the ends the figure goes one way; nothing is declared of it.",
            ),
        };
        assumptions.push(pb::Assumption { field: lever.name.clone(), value: value.into(), reason: reason.into() });
    }
    pb::Explanation { steps, assumptions, engine_version: ENGINE_VERSION.into() }
}

fn explain(lever: &pb::LeverSensitivity, weight: &LeverWeight, figure: &Text, base: &str, steps: &mut Vec<pb::Step>) {
    let mut step = |what: &str, formula: &str, substitution: String, value: Option<&Text>| {
        tick(STEP_UNITS);
        steps.push(pb::Step {
            name: format!("{}: {what}", lever.name).into(),
            formula: formula.into(),
            substitution: substitution.into(),
            value: value.cloned().unwrap_or_else(|| "none".into()),
        });
    };
    let at = |input: &Text, value: Option<&pb::FigureValue>| {
        format!("{} = {input}: {figure} = {}", lever.name, value.map_or_else(String::new, said))
    };
    let ends = format!("{}; {}", at(&lever.low, lever.at_low.as_ref()), at(&lever.high, lever.at_high.as_ref()));
    step("swing", "|figure at high - figure at low|", ends, lever.swing.as_ref());
    if let Some(input) = &lever.extreme_input {
        let extreme = lever.at_extreme.as_ref();
        step(
            "extreme",
            "the figure farthest beyond those at low and high",
            at(input, extreme),
            extreme.map(said).map(Text::from).as_ref(),
        );
    }
    let Some(input) = &lever.input else { return };
    let slopes = weight.slopes();
    let told = |estimate: &Option<SlopeEstimate>| estimate.and_then(|estimate| weight.told_by(&estimate).copied());
    if let Some(slope) = &lever.slope {
        if let Some(told) = told(&slopes.across) {
            step("slope", ACROSS, across(input, &told), Some(slope));
        }
        if let Some(elasticity) = &lever.elasticity {
            // A slope of few digits gives no more of them.
            let digits = slopes.across.and_then(|across| across.digits()).filter(|digits| *digits < 12);
            let digits = digits.map_or_else(String::new, |digits| format!(", to {digits} digits"));
            step("elasticity", "slope × input / figure", format!("{slope} × {input} / {base}{digits}"), Some(elasticity));
        }
        return;
    }
    for (what, slope, estimate, sign) in
        [("slope below", &lever.slope_below, &slopes.below, "-"), ("slope above", &lever.slope_above, &slopes.above, "")]
    {
        if let Some((slope, told)) = slope.as_ref().zip(told(estimate)) {
            step(what, ONE_SIDED, one_sided(input, base, &told, sign), Some(slope));
        }
    }
}

/// The figures of a slope across an input. The steps of the formula are the two shorter ones of three.
fn across(input: &Text, told: &StepFigures) -> String {
    let half = (Exact::of(told.step) / Exact::of(Decimal::TWO)).decimal().unwrap_or_default();
    let figures = told.below().zip(told.above());
    let Some(([near_below, below, _], [near_above, above, _])) = figures else { return String::new() };
    let [below, near_below, near_above, above] = [below, near_below, near_above, above].map(write);
    let half = write(half);
    format!(
        "x = {input}, h = {half}: f(x - 2h) = {below}, f(x - h) = {near_below}, f(x + h) = {near_above}, f(x + 2h) = {above}"
    )
}

fn one_sided(input: &Text, base: &str, told: &StepFigures, sign: &str) -> String {
    let figures = if sign.is_empty() { told.above() } else { told.below() };
    let Some([half, one, two]) = figures.map(|figures| figures.map(write)) else { return String::new() };
    let step = write(told.step);
    format!("x = {input}, h = {sign}{step}: f(x) = {base}, f(x + h / 2) = {half}, f(x + h) = {one}, f(x + 2h) = {two}")
}
