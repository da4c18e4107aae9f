//! SolveForInput: the values of an input at which a figure is what is wanted.
//!
//! Whole numbers are tried one by one. Discount rates of a present value are internal rates. A figure whose course is declared has at most two
//! boundaries, which decide everything. Of any other figure the boundaries that are seen are answered, and the rest is undecided.

use rust_decimal::Decimal;

use super::evaluation::{rounding_alone, warnings, with_options};
use super::rates::{FoundRates, on_a_line, rates_of};
use super::sighting::Sighting;
use super::solution::{nearest, segments, solutions, undecided, undecided_segments};
use crate::engine::Refused;
use crate::models::explanation::ENGINE_VERSION;
use crate::models::study::{Chart, ChartStretch, KnownCourse, Range, TargetSide, chart};
use crate::models::work;
use crate::wire::decimal::write;
use crate::wire::pb;
use crate::wire::pb::solution::{Inputs, Proof};
use crate::wire::reach::ValueKind;
use crate::wire::study::solving;

/// How a search is complete, in a word and in a sentence.
struct SearchMethod {
    name: &'static str,
    reason: &'static str,
    is_complete: bool,
}

const BY_TRIAL: SearchMethod =
    SearchMethod { name: "every whole number", reason: "Each whole number of the range was computed.", is_complete: true };
const BY_RATES: SearchMethod = SearchMethod {
    name: "internal rates of return",
    reason: "The rates are those at which the series less the target at time 0 is worth nothing; the model proves that it lists all.",
    is_complete: true,
};
const BY_LINE: SearchMethod = SearchMethod {
    name: "straight line",
    reason: "The net present value at the rate that is wanted is a straight line in this input, so one input alone can have that rate.",
    is_complete: true,
};
const BY_COURSE: SearchMethod = SearchMethod {
    name: "two boundaries",
    reason: "The figure goes one way in this input, so the first input not below the target and the first above it decide everything.",
    is_complete: true,
};
const BY_SIGHT: SearchMethod = SearchMethod {
    name: "257 points",
    reason: "Nothing is declared of the figure in this input: boundaries between points that differ are answered, the rest is undecided.",
    is_complete: false,
};

/// Solves for an input.
///
/// # Errors
/// [`Refused`] names every field that cannot be used.
pub fn solve_for_input(request: &pb::SolveForInputRequest) -> Result<pb::SolveForInputResponse, Refused> {
    let mut asked = solving::solve(request)?;
    asked.subject = with_options(asked.subject, rounding_alone(request.options.as_ref()));
    // Rounded figures step from one to the next, and are no straight line.
    let is_rounded = request.options.is_some_and(|options| options.rounding.is_some());
    let mut sighting = Sighting::of(asked, is_rounded);
    let mut response = pb::SolveForInputResponse { engine_version: ENGINE_VERSION.into(), ..Default::default() };
    let wants_segments = request.include_segments;
    let method = match (rates_of(&sighting.asked), on_a_line(&sighting.asked)) {
        _ if is_rounded => by_chart(wants_segments, &mut sighting, &mut response),
        (Some(found), _) => by_rates(&found, wants_segments, &mut sighting, &mut response),
        (None, Some(input)) if !wants_segments => by_line(input, &mut sighting, &mut response),
        _ => by_chart(wants_segments, &mut sighting, &mut response),
    };
    response.complete = method.is_complete && response.undecided.is_empty();
    if response.solutions.is_empty() {
        response.nearest = nearest(&sighting);
    }
    let (base, answers) = sighting.base();
    response.warnings = warnings(&base, &answers);
    response.evaluations = u32::try_from(sighting.seen.len()).unwrap_or(u32::MAX);
    if request.options.is_some_and(|options| options.explain) {
        response.explanation = Some(explanation(&sighting, &response, method));
    }
    response.refusals = sighting.refusals.into_errors();
    Ok(response)
}

fn by_chart(wants_segments: bool, sighting: &mut Sighting, response: &mut pb::SolveForInputResponse) -> &'static SearchMethod {
    let (low, high) = (sighting.asked.low, sighting.asked.high);
    let is_tried = matches!(sighting.asked.lever.kind, ValueKind::Whole);
    let (found, method) = if is_tried {
        (tried(sighting), &BY_TRIAL)
    } else {
        let (course, method) = match sighting.goes_one_way() {
            true => (KnownCourse::OneWay, &BY_COURSE),
            false => (KnownCourse::Unknown, &BY_SIGHT),
        };
        let found = chart(Range { low, high }, course, |input| sighting.look(input));
        // Where no figure that was seen has a place in the order, there may be one between the points all the same.
        let is_seen = found.stretches.iter().any(|stretch| stretch.side.is_ordered());
        (found, if is_seen { method } else { &BY_SIGHT })
    };
    if is_tried {
        let is_at = |stretch: &&ChartStretch| stretch.side == TargetSide::At;
        for ChartStretch { first, last, .. } in found.stretches.iter().filter(is_at) {
            let inputs = match first.0 == last.0 {
                true => Inputs::Input(write(first.0)),
                false => Inputs::Range(pb::InputRange {
                    low: write(first.0),
                    high: write(last.0),
                    low_included: true,
                    high_included: true,
                }),
            };
            let figure = sighting.figure_at(first.0);
            response.solutions.push(pb::Solution {
                inputs: Some(inputs),
                proof: Proof::Equal.into(),
                figure,
                ..Default::default()
            });
        }
    } else {
        solutions(&found.stretches, method.is_complete, sighting, response);
    }
    if !method.is_complete {
        response.undecided = undecided(low, high, &response.solutions);
    }
    if wants_segments {
        response.segments = match method.is_complete {
            true => segments(&found.stretches, sighting, true),
            false => undecided_segments(response),
        };
    }
    method
}

/// Tries each whole number of the range.
fn tried(sighting: &mut Sighting) -> Chart {
    let mut stretches: Vec<ChartStretch> = Vec::new();
    let (mut input, high) = (sighting.asked.low, sighting.asked.high);
    while input <= high && !work::is_over() {
        let sight = sighting.look(input);
        match stretches.last_mut() {
            Some(stretch) if stretch.side == sight.side => stretch.last = (input, sight),
            _ => stretches.push(ChartStretch { side: sight.side, first: (input, sight), last: (input, sight) }),
        }
        input += Decimal::ONE;
    }
    Chart { stretches, evaluations: 0 }
}

fn by_rates(
    found: &FoundRates,
    wants_segments: bool,
    sighting: &mut Sighting,
    response: &mut pb::SolveForInputResponse,
) -> &'static SearchMethod {
    let (low, high) = (sighting.asked.low, sighting.asked.high);
    let whole =
        |is_included| pb::InputRange { low: write(low), high: write(high), low_included: is_included, high_included: true };
    if found.is_any {
        sighting.look(low);
        let figure = sighting.figure_at(low);
        let inputs = Some(Inputs::Range(whole(true)));
        response.solutions.push(pb::Solution { inputs, proof: Proof::Equal.into(), figure, ..Default::default() });
        return &BY_RATES;
    }
    for rate in found.rates.iter().filter(|rate| **rate >= low && **rate <= high) {
        sighting.look(*rate);
        let figure = sighting.figure_at(*rate);
        let inputs = Some(Inputs::Input(write(*rate)));
        response.solutions.push(pb::Solution { inputs, proof: Proof::Rate.into(), figure, ..Default::default() });
    }
    if !found.is_complete {
        response.undecided = undecided(low, high, &response.solutions);
    }
    if response.solutions.is_empty() || wants_segments {
        // The stretches between the rates, seen at their ends and in between.
        let seen = chart(Range { low, high }, KnownCourse::Unknown, |input| sighting.look(input));
        if wants_segments {
            response.segments = segments(&seen.stretches, sighting, found.is_complete);
        }
    }
    &BY_RATES
}

/// Answers the one input at which the selected rate can be the target, if it is: another rate may be selected there.
fn by_line(input: Option<Decimal>, sighting: &mut Sighting, response: &mut pb::SolveForInputResponse) -> &'static SearchMethod {
    if let Some(input) = input
        && sighting.look(input).side == TargetSide::At
    {
        let (figure, inputs) = (sighting.figure_at(input), Some(Inputs::Input(write(input))));
        response.solutions.push(pb::Solution { inputs, proof: Proof::Equal.into(), figure, ..Default::default() });
    }
    if response.solutions.is_empty() {
        sighting.look(sighting.asked.low);
        sighting.look(sighting.asked.high);
    }
    &BY_LINE
}

fn explanation(sighting: &Sighting, response: &pb::SolveForInputResponse, method: &SearchMethod) -> pb::Explanation {
    let asked = &sighting.asked;
    let said = |input: &str| {
        let number = crate::wire::decimal::read(input).ok();
        let figure = number.and_then(|number| sighting.figure_at(number)).and_then(|figure| figure.result);
        let figure = match figure {
            Some(pb::figure_value::Result::Value(text) | pb::figure_value::Result::Outcome(text)) => text.as_str().to_owned(),
            _ => "refused".to_owned(),
        };
        format!("{} = {input}: {} = {figure}", asked.lever.name, asked.figure.path)
    };
    let steps = response.solutions.iter().map(|solution| {
        let (value, places) = match &solution.inputs {
            Some(Inputs::Input(input)) => {
                let sides = [solution.below.as_ref(), solution.above.as_ref()].into_iter().flatten();
                (input.as_str().to_owned(), sides.chain(std::iter::once(input)).map(|input| said(input)).collect::<Vec<_>>())
            }
            Some(Inputs::Range(range)) => {
                (format!("{} to {}", range.low, range.high), vec![said(&range.low), said(&range.high)])
            }
            None => (String::new(), Vec::new()),
        };
        pb::Step {
            name: asked.lever.name.clone(),
            formula: format!("the input at which {} is the target", asked.figure.path).into(),
            substitution: places.join("; ").into(),
            value: value.into(),
        }
    });
    let mut steps: Vec<pb::Step> = steps.collect();
    if steps.is_empty() {
        let ends = [write(asked.low), write(asked.high)];
        steps.push(pb::Step {
            name: asked.lever.name.clone(),
            formula: format!("the input at which {} is the target", asked.figure.path).into(),
            substitution: ends.iter().map(|end| said(end)).collect::<Vec<_>>().join("; ").into(),
            value: "none".into(),
        });
    }
    let assumption = pb::Assumption { field: "method".into(), value: method.name.into(), reason: method.reason.into() };
    let range = pb::Assumption {
        field: "range".into(),
        value: format!("{} to {}", write(asked.low), write(asked.high)).into(),
        reason: "The inputs that are looked at: those of the request, or else those that every field takes.".into(),
    };
    pb::Explanation { steps, assumptions: vec![assumption, range], engine_version: ENGINE_VERSION.into() }
}
