//! The answer of a search: solutions, jumps and segments, from the stretches of a chart.

use rust_decimal::{Decimal, dec};

use super::boundary::Boundary;
use super::sighting::Sighting;
use crate::models::number::{Exact, Number};
use crate::models::study::{ChartStretch, TargetSide};
use crate::wire::decimal::{read, write};
use crate::wire::pb;
use crate::wire::pb::segment::Side;
use crate::wire::pb::solution::{Inputs, Proof};
use crate::wire::study::solving::SolveTarget;

/// Adds a stretch at the target. Of a figure that may turn, nothing is known between two inputs at which it is the target: each of the two
/// is a solution by itself.
pub(super) fn of_stretch(stretch: &ChartStretch, goes_one_way: bool, sighting: &Sighting, solutions: &mut Vec<pb::Solution>) {
    let (first, last) = (stretch.first.0, stretch.last.0);
    if goes_one_way || first == last {
        solutions.push(at(first, last, sighting));
        return;
    }
    solutions.extend([first, last].map(|input| at(input, input, sighting)));
}

/// Returns an input that is a solution.
pub(super) fn input(input: Decimal, proof: Proof) -> pb::Solution {
    pb::Solution { inputs: Some(Inputs::Input(write(input))), proof: proof.into(), ..Default::default() }
}

/// Returns a whole range of solutions.
pub(super) fn whole(low: Decimal, high: Decimal) -> pb::Solution {
    let inputs = Some(Inputs::Range(range(low, high, true)));
    pb::Solution { inputs, proof: Proof::Equal.into(), ..Default::default() }
}

/// Returns whole numbers that were tried one by one.
pub(super) fn tried(first: Decimal, last: Decimal) -> pb::Solution {
    if first == last { input(first, Proof::Equal) } else { whole(first, last) }
}

/// Fills in the figure of each solution.
pub(super) fn fill_figures(solutions: &mut [pb::Solution], sighting: &Sighting) {
    for solution in solutions {
        let first = match &solution.inputs {
            Some(Inputs::Input(input)) => input,
            Some(Inputs::Range(range)) => &range.low,
            None => continue,
        };
        solution.figure = read(first).ok().and_then(|input| sighting.figure_at(input));
    }
}

fn range(low: Decimal, high: Decimal, high_included: bool) -> pb::InputRange {
    pb::InputRange { low: write(low), high: write(high), low_included: true, high_included }
}

/// Returns a solution whose figure is the target at both ends.
pub(super) fn at(first: Decimal, last: Decimal, sighting: &Sighting) -> pb::Solution {
    // Figures that are found by search have 12 digits, and are the target at inputs as near to each other.
    let is_one = last.checked_sub(first).is_some_and(|width| width <= first.abs().max(Decimal::ONE) * dec!(2e-12));
    match first == last || is_one && sighting.asked.figure.way.is_number() {
        true => input(first, Proof::Equal),
        false => whole(first, last),
    }
}

/// Returns an input between two at which the figure is on different sides of the target.
pub(super) fn passed(boundary: &Boundary, between: Decimal) -> pb::Solution {
    let (low, high) = (boundary.low.0, boundary.high.0);
    let (below, above) = if boundary.low.1.side == TargetSide::Below { (low, high) } else { (high, low) };
    pb::Solution { below: Some(write(below)), above: Some(write(above)), ..input(between, Proof::Passed) }
}

/// Returns the boundary at which a figure jumps over the target.
pub(super) fn jump(boundary: &Boundary, sighting: &Sighting) -> pb::Jump {
    pb::Jump {
        input: write(boundary.high.0),
        figure_below: sighting.figure_at(boundary.low.0),
        figure_above: sighting.figure_at(boundary.high.0),
    }
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
pub(super) fn unknown_segments(low: Decimal, high: Decimal, solutions: &[pb::Solution]) -> Vec<pb::Segment> {
    let of = |side: Side, range: pb::InputRange| pb::Segment { side: side.into(), range: Some(range), ..Default::default() };
    let points = solutions.iter().filter_map(|solution| match solution.inputs.as_ref()? {
        Inputs::Input(input) => {
            let range = pb::InputRange { low: input.clone(), high: input.clone(), low_included: true, high_included: true };
            Some(of(Side::Equal, range))
        }
        Inputs::Range(range) => Some(of(Side::Equal, range.clone())),
    });
    let parts = undecided(low, high, solutions).into_iter().map(|range| of(Side::Undecided, range));
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
