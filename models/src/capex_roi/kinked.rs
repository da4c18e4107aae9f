//! Falling lines with kinks: the balance of losses as a function of the revenue factor, and the zeros of what depends on it.

use std::cmp::Ordering;

use crate::number::Exact;
use crate::work::WhileAwaited;

/// A balance that falls in the factor from 0 on, is never below 0, and has kinks; and the sum of the balances of all periods so far, each by
/// its weight.
#[derive(Default)]
pub(super) struct KinkedLine {
    /// The line at a factor of 0, and before the first kink.
    start: LinePiece,
    /// The kinks, in order.
    kinks: Vec<Kink>,
    /// The line beyond the last kink.
    end: LinePiece,
    /// The sum of all weights so far.
    weights: Exact,
    /// The weighted sum of the starts, and the kinks of the weighted sum.
    summed: LinePiece,
    bends: Vec<(Exact, Exact)>,
}

/// A straight line: value at 0, and slope.
#[derive(Clone, Copy, Debug)]
struct LinePiece {
    value: Exact,
    slope: Exact,
}

/// A place where a line bends, by how much, and the sum of all weights before.
#[derive(Clone, Copy, Debug)]
struct Kink {
    at: Exact,
    bend: Exact,
    weights_before: Exact,
}

/// The factors from 0 on at which a line with kinks is 0.
pub(super) enum Zeros {
    None,
    One(LineZero),
    Several,
}

/// A factor at which a line with kinks is 0, and the straight piece of the line that it lies on.
#[derive(Clone, Copy, Debug)]
pub(super) struct LineZero {
    pub at: Exact,
    /// The start of the piece: a kink, or 0.
    pub from: Exact,
    /// The end of the piece; `None` beyond the last kink.
    pub to: Option<Exact>,
}

impl LineZero {
    /// Returns a zero that is a kink itself, so that no straight line leads through it.
    fn at_kink(at: Exact) -> LineZero {
        LineZero { at, from: at, to: Some(at) }
    }
}

impl Default for LinePiece {
    fn default() -> LinePiece {
        LinePiece { value: Exact::ZERO, slope: Exact::ZERO }
    }
}

impl LinePiece {
    fn at(self, place: Exact) -> Exact {
        self.value + self.slope * place
    }

    fn plus(self, value: Exact, slope: Exact) -> LinePiece {
        LinePiece { value: self.value + value, slope: self.slope + slope }
    }
}

impl KinkedLine {
    /// Goes on to the balance after a period whose profit is `revenue` × f - `costs`: a loss is added, and of a profit at most `limit` taken.
    pub fn earn(&mut self, revenue: Exact, costs: Exact, limit: Exact) {
        let profit_from = if revenue.is_zero() { None } else { Some(costs / revenue) };
        match profit_from {
            // A loss at any factor, or a profit at any.
            None => self.add(if costs.is_negative() { limit * costs } else { costs }, Exact::ZERO),
            Some(from) if !from.is_positive() => self.add(limit * costs, -(limit * revenue)),
            Some(from) => {
                self.add(costs, -revenue);
                self.bend(from, (Exact::ONE - limit) * revenue);
            }
        }
        self.cut_at_zero();
    }

    /// Adds the balance, by its weight, to the sum.
    pub fn weigh(&mut self, weight: Exact) {
        self.summed = self.summed.plus(self.start.value * weight, self.start.slope * weight);
        self.weights = self.weights + weight;
    }

    /// Returns the balance on a way of its own, whose sum begins anew.
    pub fn branch(&self) -> KinkedLine {
        let kinks = self.kinks.iter().map(|kink| Kink { weights_before: Exact::ZERO, ..*kink }).collect();
        KinkedLine { start: self.start, kinks, end: self.end, ..KinkedLine::default() }
    }

    /// Adds the sum of a branch to this one.
    pub fn absorb(&mut self, mut branch: KinkedLine) {
        branch.sum_up();
        self.summed = self.summed.plus(branch.summed.value, branch.summed.slope);
        self.bends.append(&mut branch.bends);
    }

    /// Adds the kinks that are left to the weighted sum.
    fn sum_up(&mut self) {
        let kept = self.kinks.iter().map(|kink| (kink.at, kink.bend * (self.weights - kink.weights_before)));
        self.bends.extend(kept);
    }

    fn add(&mut self, value: Exact, slope: Exact) {
        self.start = self.start.plus(value, slope);
        self.end = self.end.plus(value, slope);
    }

    fn bend(&mut self, at: Exact, bend: Exact) {
        if bend.is_zero() {
            return;
        }
        let index = self.kinks.partition_point(|kink| kink.at < at);
        self.kinks.insert(index, Kink { at, bend, weights_before: self.weights });
        self.end = self.end.plus(-(bend * at), bend);
    }

    /// Replaces what is below 0 by 0. The line falls, so that this is an end of it.
    fn cut_at_zero(&mut self) {
        while let Some(kink) = self.kinks.last().copied().filter(|kink| !self.end.at(kink.at).is_positive()) {
            self.kinks.pop();
            self.end = self.end.plus(kink.bend * kink.at, -kink.bend);
            self.bends.push((kink.at, kink.bend * (self.weights - kink.weights_before)));
        }
        if self.kinks.is_empty() && !self.start.value.is_positive() {
            (self.start, self.end) = (LinePiece::default(), LinePiece::default());
        } else if self.end.slope.is_negative() {
            let LinePiece { value, slope } = self.end;
            self.kinks.push(Kink { at: -(value / slope), bend: -slope, weights_before: self.weights });
            self.end = LinePiece::default();
        }
    }

    /// Returns the zeros, from 0 on, of the line `at_zero` + `slope` × f less `share` of the weighted sum of the balances. `scale` is the size
    /// of the figures that the value is the sum of: a value that is too small beside it counts as 0.
    pub fn zeros(mut self, at_zero: Exact, slope: Exact, share: Exact, scale: Exact) -> Zeros {
        self.sum_up();
        self.bends.sort_unstable_by(|(one, _), (other, _)| one.partial_cmp(other).unwrap_or(Ordering::Equal));
        let tiny = scale * Exact::power_of_ten(-50);
        let sign = |value: Exact| match value.absolute() > tiny {
            true if value.is_negative() => Ordering::Less,
            true => Ordering::Greater,
            false => Ordering::Equal,
        };
        let mut found = FoundZeros::default();
        let (mut place, mut value) = (Exact::ZERO, at_zero - share * self.summed.value);
        let mut slope = slope - share * self.summed.slope;
        if sign(value).is_eq() {
            found.add(LineZero::at_kink(place));
        }
        for (at, bend) in self.bends.iter().while_awaited() {
            let next = value + slope * (*at - place);
            if sign(next).is_eq() {
                found.add(LineZero::at_kink(*at));
            } else if sign(value) == sign(next).reverse() {
                found.add(LineZero { at: place - value / slope, from: place, to: Some(*at) });
            }
            (place, value, slope) = (*at, next, slope - share * *bend);
        }
        // Beyond the last kink: a line that comes nearer to 0 gets there, and one that is 0 stays there.
        match (sign(value), sign(slope)) {
            (Ordering::Equal, Ordering::Equal) => Zeros::Several,
            (Ordering::Greater, Ordering::Less) | (Ordering::Less, Ordering::Greater) => {
                found.and(LineZero { at: place - value / slope, from: place, to: None })
            }
            _ => found.zeros(),
        }
    }
}

/// The zeros found so far, of which only the first counts.
#[derive(Default)]
struct FoundZeros {
    first: Option<LineZero>,
    are_several: bool,
}

impl FoundZeros {
    fn add(&mut self, zero: LineZero) {
        match self.first {
            None => self.first = Some(zero),
            // One place, rounded in two ways, is one place.
            Some(first) => self.are_several |= first.at.as_answer() != zero.at.as_answer(),
        }
    }

    fn and(mut self, zero: LineZero) -> Zeros {
        self.add(zero);
        self.zeros()
    }

    fn zeros(self) -> Zeros {
        match self.first {
            None => Zeros::None,
            Some(_) if self.are_several => Zeros::Several,
            Some(first) => Zeros::One(first),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn balance(periods: &[(u32, u32)]) -> KinkedLine {
        let mut line = KinkedLine::default();
        for (revenue, costs) in periods {
            line.earn((*revenue).into(), (*costs).into(), Exact::ONE);
            line.weigh(Exact::ZERO);
        }
        line.weigh(Exact::ONE);
        line
    }

    fn zero(line: KinkedLine, at_zero: i64, slope: i64) -> Option<Exact> {
        let exact = |number: i64| Exact::from(rust_decimal::Decimal::from(number));
        match line.zeros(exact(at_zero), exact(slope), Exact::ONE, Exact::from(100)) {
            Zeros::One(zero) => Some(zero.at.as_answer()),
            Zeros::None | Zeros::Several => None,
        }
    }

    /// By hand: 10 - 2 f of loss, then 20 - 5 f more or less of it; what is left is 30 - 7 f, and 0 from 30 / 7 on.
    #[test]
    fn a_balance_ends_where_the_profits_have_used_it() {
        assert_eq!(zero(balance(&[(2, 10), (5, 20)]), 30, -7), None, "0 all along");
        assert_eq!(zero(balance(&[(2, 10), (5, 20)]), 9, 0), Some(Exact::from(3)));
        assert_eq!(zero(balance(&[(2, 10), (5, 20)]), 0, 0), None, "0 from the kink on");
        assert_eq!(zero(balance(&[(2, 10), (5, 20)]), -12, 3), Some((Exact::from(42) / Exact::from(10)).as_answer()));
    }

    /// By hand: a loss of 10 - 5 f up to 2, then a profit of 10 f - 1 from 0.1 on: 11 - 15 f is left, up to 11 / 15.
    #[test]
    fn a_profit_takes_no_more_than_there_is() {
        assert_eq!(zero(balance(&[(5, 10), (10, 1)]), 5, 0), Some((Exact::from(6) / Exact::from(15)).as_answer()));
        assert_eq!(zero(balance(&[(5, 10), (10, 1)]), -1, 1), Some(Exact::ONE));
    }
}
