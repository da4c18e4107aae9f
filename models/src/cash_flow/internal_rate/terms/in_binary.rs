//! Sums of exponentials in 128 bits, with a bound on their error.

use super::in_doubles::{Approximate, TERMS_A_UNIT, Terms, UNIT};
use crate::cash_flow::internal_rate::binary::{Binary, EPSILON};
use crate::cash_flow::series::Flow;
use crate::decimal::exp;
use crate::wide::Wide;
use crate::work::{self, WhileAwaited};

/// Work of adding up a term in 128 bits, in terms added up in doubles.
const BINARY_WORK: u64 = 12;
/// Work of beginning a pass in 128 bits, which takes an exponential of 50 digits.
const BINARY_PASS: u64 = 600;
/// Work of converting an amount into 128 bits, beside the work of its decimal.
const CONVERSION_UNITS: u64 = 30;

impl Terms<'_> {
    /// Returns the sum of exponentials f(s) in 128 bits, with its slope, to the scale of [`Terms::sum`].
    pub fn sum_in_binary(&self, s: Wide) -> BinarySum {
        let backwards = s.is_negative();
        let mut sum = BinarySum { value: Binary::ZERO, error: Binary::ZERO, slope: Binary::ZERO };
        let last = u64::from(self.last());
        self.walk_in_binary(s, |term, doubt, units| {
            sum.value = sum.value.plus(term);
            sum.error = sum.error.plus(term.absolute().times(Binary::whole(doubt))).plus(sum.value.absolute());
            let distance = if backwards { Binary::whole(last - units) } else { Binary::whole(units).negated() };
            sum.slope = sum.slope.plus(term.times(distance));
        });
        sum.error = sum.error.times(EPSILON);
        sum
    }

    /// Computes [`Terms::moments`] in 128 bits. Amounts and weights agree with the doubles but for roundings, so both have one
    /// scale.
    pub fn moments_in_binary(&self, s: Wide, about: f64) -> [Approximate; 3] {
        let mut sums = [(Binary::ZERO, Binary::ZERO); 3];
        let middle = Binary::of_f64(about);
        self.walk_in_binary(s, |mut term, doubt, units| {
            let distance = middle.minus(Binary::whole(units));
            for (sum, error) in &mut sums {
                *sum = sum.plus(term);
                *error = error.plus(term.absolute().times(Binary::whole(doubt + 4))).plus(sum.absolute());
                term = term.times(distance);
            }
        });
        sums.map(|(sum, error)| Approximate {
            value: sum.to_f64(),
            error: error.times(EPSILON).to_f64() * 1.01 + sum.to_f64().abs() * UNIT,
        })
    }

    /// Visits each weighted term with its doubt, in units of 2^-126, and its time.
    fn walk_in_binary(&self, s: Wide, mut visit: impl FnMut(Binary, u64, u64)) {
        if work::is_over() {
            return;
        }
        // The weight of one unit, at most 1: e^-s, or e^s from the last term backwards.
        let backwards = s.is_negative();
        let x = exp(s.absolute().negated()).map_or(Binary::ZERO, Binary::of_wide);
        self.has_worked(BINARY_PASS);
        self.adds(BINARY_WORK * self.len() as u64);
        let scaled = |flow: &Flow| {
            // Each term needs an amount, whatever it is.
            let amount = if work::is_over() { None } else { flow.amount.0 };
            work::tick(if amount.is_some() { CONVERSION_UNITS } else { 0 });
            amount.and_then(|amount| amount.raised(self.tens)).map_or(Binary::ZERO, Binary::of_wide)
        };
        let amounts = self.binary.get_or_init(|| self.source.iter().map(scaled).collect());
        let powers: Vec<Binary> = self.gaps.iter().map(|gap| x.to_the((*gap).into())).collect();
        let (mut weight, last) = (Binary::ONE, u64::from(self.last()));
        for step in (0..self.len()).while_awaited_each(BINARY_WORK / TERMS_A_UNIT) {
            let index = if backwards { self.len() - 1 - step } else { step };
            let units = u64::from(self.units[index]);
            let moved = if backwards { last - units } else { units };
            visit(amounts[index].times(weight), 4 * moved + 4 * step as u64 + 16, units);
            let gap = self.gap_before[if backwards { index } else { index + 1 }];
            weight = weight.times(powers[gap as usize]);
        }
    }
}

/// A sum in 128 bits, a bound on its error, and its slope, which has no bound.
#[derive(Clone, Copy, Debug)]
pub(in crate::cash_flow::internal_rate) struct BinarySum {
    pub value: Binary,
    pub error: Binary,
    pub slope: Binary,
}

impl BinarySum {
    /// Returns the sign, -1 or 1, where the error leaves no doubt, else 0.
    pub fn sign(&self) -> i8 {
        if self.value.exceeds(self.error) { self.value.sign() } else { 0 }
    }
}
