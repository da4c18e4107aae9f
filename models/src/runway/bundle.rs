//! Lines whose factors are near to each other, as one sum in which what cancels was cancelled exactly.
//!
//! With `F` the factor of one of them, and `F (1 + d)` that of another,
//!
//! ```text
//! amount(t) = F^t (1 + d)^t amount(0) = F^t (amount(0) + t d amount(0) + t (t - 1) / 2 d² amount(0) + …)
//! ```
//!
//! and so the sum of a bundle is `F^t` times a polynomial, of which each coefficient is a sum over the lines. The coefficients are computed to
//! 76 digits: costs and revenues that cancel to the fiftieth digit leave what is left of them, and that is all that doubles have to hold.
//! A line that stays flat has the factor 1.

use super::inputs::Month;
use crate::arithmetic::Arithmetic;
use crate::work;

/// The terms of a polynomial, for factors that lie as far apart as they may: the next one is below 1e-60 of the amounts.
const TERMS_MAX: usize = 24;
/// How much of the amounts the terms that are left out may be; 76 digits tell no more of amounts that have grown.
const REST_MAX: f64 = 1e-60;
/// A double's 1.1e-16, three times for each month of a power and once for each sum over 1200 months, and room to spare.
pub(super) const RELATIVE_ERROR_MAX: f64 = 1e-12;
/// The error of exact coefficients, against the amounts: roundings at the 76th digit, some thousands of them.
const EXACT_ERROR_MAX: f64 = 1e-70;
/// Factors that make bounds of a sum of amounts that have grown: in a bundle they have grown alike but for a hundredth.
pub(super) const AT_LEAST: f64 = 0.9;
pub(super) const AT_MOST: f64 = 1.1;
/// The work of a double from 76 digits.
pub(super) const ROUGH_UNITS: u64 = 2;

/// A line of a bundle.
pub(super) struct BundledLine<A> {
    pub bundle: usize,
    pub first: u32,
    /// In its first month; once it has begun, at the month in which its bundle did. Below 0 for a revenue.
    pub amount: A,
    pub factor: A,
    /// Its factor against that of the bundle, less 1.
    pub apart: A,
    pub grows: bool,
    pub runs: bool,
    /// Share of its amount that the terms left out, and roundings of the coefficients, may amount to.
    pub rest: f64,
}

/// The movement of a month, or of several, in doubles times 10^(100 × hundreds): doubles alone end at 10^308, which growth may pass.
#[derive(Clone, Copy)]
pub(super) struct BoundedFlow {
    /// Costs less revenues.
    pub net: f64,
    /// Amounts whose relative error is that of doubles, and the error that comes on top.
    pub gross: f64,
    pub rest: f64,
    /// The amounts of growing lines in either direction: at least, and at most.
    pub grown: f64,
    pub grown_at_most: f64,
    pub hundreds: i32,
}

/// The hundreds of nothing, below those of anything else.
const HUNDREDS_OF_NOTHING: i32 = -1_000_000;

impl BoundedFlow {
    pub const NOTHING: BoundedFlow =
        BoundedFlow { net: 0.0, gross: 0.0, rest: 0.0, grown: 0.0, grown_at_most: 0.0, hundreds: HUNDREDS_OF_NOTHING };

    /// Returns the flow with more hundreds. Amounts that are then too small for a double are nothing beside those that need so many.
    pub fn at(self, hundreds: i32) -> BoundedFlow {
        let by = match hundreds.saturating_sub(self.hundreds) {
            0 => return self,
            1 => 1e-100,
            2 => 1e-200,
            3 => 1e-300,
            _ => 0.0,
        };
        BoundedFlow {
            net: self.net * by,
            gross: self.gross * by,
            rest: self.rest * by,
            grown: self.grown * by,
            grown_at_most: self.grown_at_most * by,
            hundreds,
        }
    }

    pub fn and(self, other: BoundedFlow) -> BoundedFlow {
        let hundreds = self.hundreds.max(other.hundreds);
        let (left, right) = (self.at(hundreds), other.at(hundreds));
        BoundedFlow {
            net: left.net + right.net,
            gross: left.gross + right.gross,
            rest: left.rest + right.rest,
            grown: left.grown + right.grown,
            grown_at_most: left.grown_at_most + right.grown_at_most,
            hundreds,
        }
    }

    pub fn doubt(&self) -> f64 {
        RELATIVE_ERROR_MAX * self.gross + self.rest
    }
}

/// Lines whose factors are near to each other.
pub(super) struct Bundle<A> {
    /// Of its first line, or 1 where a line stays flat.
    pub factor: A,
    pub monthly: f64,
    /// The month that the amounts and coefficients are of.
    pub base: u32,
    /// The factor to as many months as have passed since then, over 10^(100 × hundreds).
    pub power: f64,
    pub hundreds: i32,
    pub coefficients: Vec<A>,
    pub running: u32,
    /// The amounts of all lines that are, or were, part of the sum, and of those growing ones that run, without signs.
    pub size: A,
    pub grown: A,
    /// Coefficients, size and grown in doubles, over 10^(100 × scale).
    pub rough: Vec<f64>,
    pub rough_size: f64,
    pub rough_grown: f64,
    pub scale: i32,
    pub has_changed: bool,
    /// The largest share that a line of the sum has left out: lines that have not begun leave out nothing.
    pub rest: f64,
}

impl<A: Arithmetic> Bundle<A> {
    pub fn new(factor: A, monthly: f64) -> Bundle<A> {
        Bundle {
            factor,
            monthly,
            base: 0,
            power: 1.0,
            hundreds: 0,
            coefficients: vec![A::ZERO],
            running: 0,
            size: A::ZERO,
            grown: A::ZERO,
            rough: vec![0.0],
            rough_size: 0.0,
            rough_grown: 0.0,
            scale: 0,
            has_changed: false,
            rest: 0.0,
        }
    }

    /// Provides as many terms as this line needs.
    pub fn allow(&mut self, line: &mut BundledLine<A>) {
        let apart = line.apart.to_f64().abs() * f64::from(Month::LAST.get());
        // (1 + d)^t without its first n terms is below (t d)^n / n!, twice.
        let (mut terms, mut rest) = (1, 2.0 * apart);
        while rest > REST_MAX && terms < TERMS_MAX {
            terms = terms.saturating_add(1);
            rest *= apart / terms as f64;
        }
        if terms > self.coefficients.len() {
            self.coefficients.resize(terms, A::ZERO);
            self.rough.resize(terms, 0.0);
        }
        // Whole amounts that stay are added up without any rounding.
        let exact_error = if line.grows { EXACT_ERROR_MAX } else { 0.0 };
        line.rest = rest + exact_error;
    }

    pub fn begin(&mut self, line: &mut BundledLine<A>) {
        if self.running == 0 {
            self.base = line.first;
            (self.power, self.hundreds) = (1.0, 0);
            self.clear();
        }
        let months = line.first.saturating_sub(self.base);
        if months > 0 && line.factor != A::ONE {
            line.amount = line.amount / line.factor.whole_power(months);
        }
        self.running = self.running.saturating_add(1);
        line.runs = true;
        self.take(line);
    }

    fn clear(&mut self) {
        (self.size, self.grown, self.rest) = (A::ZERO, A::ZERO, 0.0);
        self.coefficients.fill(A::ZERO);
    }

    fn take(&mut self, line: &BundledLine<A>) {
        self.rest = self.rest.max(line.rest);
        let size = line.amount.absolute();
        self.size = self.size + size;
        if line.grows {
            self.grown = self.grown + size;
        }
        self.add(line.amount, line.apart);
    }

    pub fn end(&mut self, line: &mut BundledLine<A>) {
        self.running = self.running.saturating_sub(1);
        line.runs = false;
        if line.grows {
            self.grown = self.grown - line.amount.absolute();
        }
        self.add(-line.amount, line.apart);
    }

    /// Gives a flat line that runs another amount, in a bundle whose factor is 1.
    pub fn replace(&mut self, before: A, after: A) {
        let change = after - before;
        if !change.is_zero() {
            self.size = self.size + change.absolute();
            self.add(change, A::ZERO);
        }
    }

    /// Forgets the lines that have ended, and sums up those that run.
    pub fn sum_again<'a>(&mut self, running: impl Iterator<Item = &'a BundledLine<A>>)
    where
        A: 'a,
    {
        self.clear();
        self.has_changed = true;
        running.for_each(|line| self.take(line));
    }

    fn add(&mut self, amount: A, apart: A) {
        let mut product = amount;
        self.has_changed = true;
        for coefficient in &mut self.coefficients {
            *coefficient = *coefficient + product;
            if apart.is_zero() {
                break;
            }
            product = product * apart;
        }
    }

    /// Computes the coefficients as doubles, where lines have come or gone.
    pub fn roughen(&mut self) {
        if std::mem::take(&mut self.has_changed) {
            work::tick(ROUGH_UNITS.saturating_mul(self.coefficients.len() as u64));
            self.scale = hundreds_of(self.size);
            (self.rough_size, self.rough_grown) = (rough(self.size, self.scale), rough(self.grown, self.scale));
            for (rough_coefficient, coefficient) in self.rough.iter_mut().zip(&self.coefficients) {
                *rough_coefficient = rough(*coefficient, self.scale);
            }
        }
    }

    pub fn advance(&mut self) {
        self.power *= self.monthly;
        if self.power > 1e50 {
            self.power *= 1e-100;
            self.hundreds = self.hundreds.saturating_add(1);
        } else if self.power < 1e-50 {
            self.power *= 1e100;
            self.hundreds = self.hundreds.saturating_sub(1);
        }
    }

    /// Returns the movement of this month by Horner's rule: each binomial coefficient is the one before times (t - k) / (k + 1).
    pub fn flow(&self, month: u32) -> BoundedFlow {
        let time = f64::from(month.saturating_sub(self.base));
        let (mut net, mut gross) = (0.0, 0.0);
        for (place, coefficient) in self.rough.iter().enumerate().rev() {
            let place = place as f64;
            let step = (time - place).max(0.0) / (place + 1.0);
            net = coefficient + net * step;
            gross = coefficient.abs() + gross * step;
        }
        // Where exact amounts cancel, nothing is left, of whatever size they were: what is smaller than they by far still counts.
        if gross == 0.0 && self.rest == 0.0 && self.rough_grown == 0.0 {
            return BoundedFlow::NOTHING;
        }
        BoundedFlow {
            net: net * self.power,
            gross: gross * self.power,
            rest: self.rough_size * self.rest * self.power,
            grown: self.rough_grown * self.power * AT_LEAST,
            // What has come and gone is added up with roundings, which the rest exceeds.
            grown_at_most: (self.rough_grown + self.rough_size * self.rest) * self.power * AT_MOST,
            hundreds: self.hundreds.saturating_add(self.scale),
        }
    }
}

/// Returns how many hundreds of digits stand before the point.
pub(super) fn hundreds_of<A: Arithmetic>(number: A) -> i32 {
    number.tens().map_or(HUNDREDS_OF_NOTHING, |digits| i32::try_from(digits.div_euclid(100)).unwrap_or(i32::MAX))
}

/// Returns the number over 10^(100 × hundreds); NaN where it is none.
pub(super) fn rough<A: Arithmetic>(number: A, hundreds: i32) -> f64 {
    number.raised(i64::from(hundreds).saturating_mul(100).saturating_neg()).to_f64()
}
