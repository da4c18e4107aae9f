//! The answer of a search: solutions, jumps and segments, from the stretches of a chart.

use rust_decimal::{Decimal, dec};

use super::sighting::Sighting;
use crate::models::number::{Exact, Number};
use crate::models::study::{ChartStretch, TargetSide, shortest_between};
use crate::wire::decimal::{read, write};
use crate::wire::pb;
use crate::wire::pb::segment::Side;
use crate::wire::pb::solution::{Inputs, Proof};
use crate::wire::study::solving::SolveTarget;

/// The step of a figure, relative to the greater of 1 and the target, above which the figure jumps.
const JUMP: Decimal = dec!(1e-6);
/// The most halvings from 12 to 26 digits.
const HALVINGS_MAX: u32 = 60;

/// Adds what lies at and between the stretches of a chart. Of a figure that may turn, nothing is known between two inputs at which it is the
/// target: each of the two is a solution by itself.
pub(super) fn solutions(
    stretches: &[ChartStretch],
    goes_one_way: bool,
    sighting: &mut Sighting,
    response: &mut pb::SolveForInputResponse,
) {
    for (number, stretch) in stretches.iter().enumerate() {
        let (first, last) = (stretch.first.0, stretch.last.0);
        match stretch.side {
            TargetSide::At if goes_one_way => response.solutions.push(at(first, last, sighting)),
            TargetSide::At => {
                response.solutions.push(at(first, first, sighting));
                if last != first {
                    response.solutions.push(at(last, last, sighting));
                }
            }
            _ => {}
        }
        let Some(next) = stretches.get(number + 1) else { continue };
        let passes = matches!(
            (stretch.side, next.side),
            (TargetSide::Below, TargetSide::Above) | (TargetSide::Above, TargetSide::Below)
        );
        if passes {
            passed(stretch, next, sighting, response);
        }
    }
}

fn range(low: Decimal, high: Decimal, high_included: bool) -> pb::InputRange {
    pb::InputRange { low: write(low), high: write(high), low_included: true, high_included }
}

/// A solution whose figure is the target at both ends.
fn at(first: Decimal, last: Decimal, sighting: &Sighting) -> pb::Solution {
    // Figures that are found by search have 12 digits, and are the target at inputs as near to each other.
    let is_one = last.checked_sub(first).is_some_and(|width| width <= first.abs().max(Decimal::ONE) * dec!(2e-12));
    let inputs = match first == last || is_one && sighting.asked.figure.way.is_number() {
        true => Inputs::Input(write(first)),
        false => Inputs::Range(range(first, last, true)),
    };
    pb::Solution { inputs: Some(inputs), proof: Proof::Equal.into(), figure: sighting.figure_at(first), ..Default::default() }
}

/// A boundary at which the figure goes from one side of the target to the other.
fn passed(before: &ChartStretch, after: &ChartStretch, sighting: &mut Sighting, response: &mut pb::SolveForInputResponse) {
    let (mut low, mut high) = (before.last, after.first);
    // Beside an outcome that stands above or below every number the figure has jumped, however continuous its numbers are.
    let are_numbers = low.1.distance.is_some() && high.1.distance.is_some();
    if !(sighting.is_continuous() && are_numbers) {
        for _ in 0..HALVINGS_MAX {
            let middle = (Exact::of(low.0) + Exact::of(high.0)) / Exact::of(Decimal::TWO);
            let Some(middle) = middle.decimal().filter(|middle| *middle > low.0 && *middle < high.0) else { break };
            let sight = sighting.look(middle);
            match sight.side {
                side if side == before.side => low = (middle, sight),
                side if side == after.side => high = (middle, sight),
                TargetSide::At => {
                    response.solutions.push(at(middle, middle, sighting));
                    return;
                }
                _ => break,
            }
        }
        let size = match sighting.asked.target {
            SolveTarget::Number(target) => target.abs().max(Decimal::ONE),
            SolveTarget::Word(_) => Decimal::ONE,
        };
        let step = low.1.distance.zip(high.1.distance).and_then(|(low, high)| high.checked_sub(low));
        let is_small = step.zip(size.checked_mul(JUMP)).is_some_and(|(step, small)| step.abs() <= small);
        if !is_small {
            response.jumps.push(pb::Jump {
                input: write(high.0),
                figure_below: sighting.figure_at(low.0),
                figure_above: sighting.figure_at(high.0),
            });
            return;
        }
    }
    let input = shortest_between(low.0, high.0).unwrap_or(low.0);
    if sighting.figure_at(input).is_none() {
        sighting.look(input);
    }
    let (below, above) = if before.side == TargetSide::Below { (low.0, high.0) } else { (high.0, low.0) };
    response.solutions.push(pb::Solution {
        inputs: Some(Inputs::Input(write(input))),
        proof: Proof::Passed.into(),
        figure: sighting.figure_at(input),
        below: Some(write(below)),
        above: Some(write(above)),
    });
}

/// Returns the segments of a range, one behind the other without a gap.
pub(super) fn segments(stretches: &[ChartStretch], sighting: &Sighting, is_known: bool) -> Vec<pb::Segment> {
    use pb::figure_value::Result as Figure;
    let of = |(number, stretch): (usize, &ChartStretch)| {
        let figure = sighting.figure_at(stretch.first.0).and_then(|figure| figure.result);
        let side = match stretch.side {
            TargetSide::At => Side::Equal,
            TargetSide::Refused => Side::Refused,
            _ if !is_known => Side::Undecided,
            TargetSide::Below => Side::Below,
            TargetSide::Above => Side::Above,
            TargetSide::Apart(_) => Side::Other,
        };
        let end = stretches.get(number + 1).map_or(stretch.last.0, |next| next.first.0);
        let is_last = number + 1 == stretches.len();
        let outcome = match &figure {
            Some(Figure::Outcome(outcome)) => outcome.clone(),
            Some(Figure::Value(value)) if !sighting.asked.figure.way.is_number() => value.clone(),
            _ => Default::default(),
        };
        let refusal = match figure {
            Some(Figure::Refusal(place)) => Some(place),
            _ => None,
        };
        pb::Segment { side: side.into(), range: Some(range(stretch.first.0, end, is_last)), outcome, refusal }
    };
    stretches.iter().enumerate().map(of).collect()
}

/// Returns the parts of the range that no solution covers.
pub(super) fn undecided(low: Decimal, high: Decimal, solutions: &[pb::Solution]) -> Vec<pb::InputRange> {
    let number = |text: &str| read(text).unwrap_or(low);
    let (mut parts, mut from, mut is_included) = (Vec::new(), low, true);
    for solution in solutions {
        let (first, last) = match &solution.inputs {
            Some(Inputs::Input(input)) => (number(input), number(input)),
            Some(Inputs::Range(range)) => (number(&range.low), number(&range.high)),
            None => continue,
        };
        if first > from {
            parts.push(pb::InputRange {
                low: write(from),
                high: write(first),
                low_included: is_included,
                high_included: false,
            });
        }
        (from, is_included) = (last, false);
    }
    if high > from {
        parts.push(pb::InputRange { low: write(from), high: write(high), low_included: is_included, high_included: true });
    }
    parts
}

/// Returns the segments of a figure of which nothing is known but its solutions.
pub(super) fn undecided_segments(response: &pb::SolveForInputResponse) -> Vec<pb::Segment> {
    let of = |side: Side, range: pb::InputRange| pb::Segment { side: side.into(), range: Some(range), ..Default::default() };
    let points = response.solutions.iter().filter_map(|solution| match solution.inputs.as_ref()? {
        Inputs::Input(input) => {
            let range = pb::InputRange { low: input.clone(), high: input.clone(), low_included: true, high_included: true };
            Some(of(Side::Equal, range))
        }
        Inputs::Range(range) => Some(of(Side::Equal, range.clone())),
    });
    let parts = response.undecided.iter().map(|range| of(Side::Undecided, range.clone()));
    let mut all: Vec<pb::Segment> = points.chain(parts).collect();
    // A point stands before the part that begins behind it.
    let place = |segment: &pb::Segment| {
        let range = segment.range.as_ref();
        let low = range.and_then(|range| read(&range.low).ok()).unwrap_or_default();
        (low, !range.is_some_and(|range| range.low_included))
    };
    all.sort_by_key(place);
    all
}

/// Returns the input that was seen at which a figure is closest to a target that is a number.
pub(super) fn nearest(sighting: &Sighting) -> Option<pb::NearestInput> {
    let SolveTarget::Number(target) = sighting.asked.target else { return None };
    let distance = |figure: &pb::FigureValue| match &figure.result {
        Some(pb::figure_value::Result::Value(text)) => {
            let distance = (Exact::of(read(text).ok()?) - Exact::of(target)).absolute();
            Some((distance.decimal()?, text.clone()))
        }
        _ => None,
    };
    let seen = sighting.seen.iter().filter_map(|(input, figure)| Some((*input, distance(figure)?)));
    let (input, (_, figure)) = seen.min_by(|(_, one), (_, other)| one.0.cmp(&other.0))?;
    Some(pb::NearestInput { input: write(input), figure })
}
