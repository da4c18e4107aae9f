//! Sensitivity of the choice by expected value, while the probability of one state moves from 0 to 1.
//!
//! The probabilities of the other states keep their proportions, so that the expected value of an alternative is a straight line in
//! the moving probability: at 0 its expected value over the other states, at 1 its payoff in this state. The best alternatives are
//! the upper envelope of these lines (A. M. Andrew, Another Efficient Algorithm for Convex Hulls in Two Dimensions, 1979). Lines
//! and borders are compared in integers, so that ties are exact.

use rust_decimal::Decimal;

use super::integer::Integer;
use super::outcome::ChoiceInterval;
use super::table::{Order, Table, position, units};
use crate::work::WhileAwaited;

/// Work of the line of one alternative in one state.
const LINE_UNITS: u64 = 4;

/// Line of an alternative: its expected value while the probability of one state moves.
#[derive(Clone, Copy)]
struct Line<'a> {
    /// Expected value over the other states, × (1 - the state's probability).
    at_0: Integer,
    /// Payoff in the state that moves, × (1 - the state's probability).
    at_1: Integer,
    /// Expected value of the alternatives on this line, and the alternatives that share its payoff.
    expected: Integer,
    group: &'a [u32],
}

/// Returns for each state the intervals of its probability, ascending; none at all when one state is certain.
///
/// The argument `expected` holds the expected values of the alternatives.
pub(super) fn sensitivities(table: &Table, orders: &[Order], expected: &[Integer]) -> Vec<Vec<ChoiceInterval>> {
    let Some(probabilities) = table.probabilities().filter(|probabilities| !probabilities.one_is_certain()) else {
        return Vec::new();
    };
    let of_state = units(expected.len(), LINE_UNITS);
    let states = orders.iter().zip(&probabilities.of_states).enumerate().while_awaited_each(of_state);
    states
        .map(|(state, (order, probability))| {
            let payoff = |alternative: &u32| table.payoff(*alternative, state);
            let others = probabilities.certain.minus(*probability);
            let lines = candidates(order, expected, payoff, *probability, others);
            intervals(&envelope(lines), expected)
        })
        .collect()
}

/// Returns the lines that no other line is above everywhere, from the line that is best at 0 to the line that is best at 1.
fn candidates<'a>(
    order: &'a Order,
    expected: &[Integer],
    payoff: impl Fn(&u32) -> Integer,
    probability: Integer,
    others: Integer,
) -> Vec<Line<'a>> {
    let mut lines: Vec<Line> = Vec::new();
    for group in order.groups_from_best() {
        let Some(payoff) = group.first().map(&payoff) else { continue };
        let Some(best) = group.iter().filter_map(|alternative| expected.get(position(*alternative)).copied()).max() else {
            continue;
        };
        let at_0 = best.minus(probability.times(payoff));
        // Worth less in this state than all before it, it has to be worth more in the others.
        if lines.last().is_none_or(|last| at_0 > last.at_0) {
            lines.push(Line { at_0, at_1: others.times(payoff), expected: best, group });
        }
    }
    lines.reverse();
    lines
}

/// Returns the lines that are best on an interval between 0 and 1, and not only at one point.
fn envelope(lines: Vec<Line<'_>>) -> Vec<Line<'_>> {
    let mut best: Vec<Line> = Vec::new();
    for line in lines {
        while let [.., before, last] = best.as_slice() {
            if border(last, &line).is_after(&border(before, last)) {
                break;
            }
            best.pop();
        }
        best.push(line);
    }
    best
}

fn intervals(envelope: &[Line<'_>], expected: &[Integer]) -> Vec<ChoiceInterval> {
    let borders = envelope.windows(2).filter_map(|pair| match pair {
        [left, right] => Some(border(left, right).probability()),
        _ => None,
    });
    let mut low = Decimal::ZERO;
    let highs = borders.chain(std::iter::once(Decimal::ONE));
    let interval = |(line, high): (&Line, Decimal)| {
        let is_best = |alternative: &u32| expected.get(position(*alternative)) == Some(&line.expected);
        let choices = line.group.iter().copied().filter(is_best).collect();
        ChoiceInterval { low: std::mem::replace(&mut low, high), high, choices }
    };
    envelope.iter().zip(highs).map(interval).collect()
}

/// Crossing of two lines, at `gained / (gained + lost)` of the way from 0 to 1; both parts are above 0.
struct Border {
    /// Lead of the left line over the right at probability 0.
    gained: Integer,
    /// Lead of the right line over the left at probability 1.
    lost: Integer,
}

fn border(left: &Line, right: &Line) -> Border {
    Border { gained: left.at_0.minus(right.at_0), lost: right.at_1.minus(left.at_1) }
}

impl Border {
    fn is_after(&self, other: &Border) -> bool {
        Integer::compare_quotients(self.gained, self.lost, other.gained, other.lost).is_gt()
    }

    fn probability(&self) -> Decimal {
        let (gained, whole) = (self.gained.exact(0), self.gained.plus(self.lost).exact(0));
        // Between 0 and 1, so it fits.
        (gained / whole).decimal().unwrap_or_default()
    }
}
