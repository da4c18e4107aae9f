//! A polynomial in the basis of Bernstein on a part of a piece, and Descartes' rule of signs there.
//!
//! With f(t) = sum of B_k × (d choose k) × t^k × (1 - t)^(d - k) on the part, f has no more zeros between the ends than B has changes of sign, and
//! an even number fewer (J. M. Lane and R. F. Riesenfeld, "Bounds on a Polynomial", BIT 21, 1981, pages 112-117). A coefficient nearer to 0 than the
//! error has either sign, and the most changes that there may be are counted.
//!
//! Of a Taylor polynomial the rest R is left out, and R is no polynomial of degree d. Where there is no change, f keeps its sign as long as the
//! error is above |R|. Where there is one, at m, the quotient f / (t^m × (1 - t)^(d - m)) has a derivative of one sign, so that there is one zero and
//! it is simple: multiplied by t^(m + 1) × (1 - t)^(d - m + 1), the coefficients contribute at least error × E|K - m|, K binomial, which is at least
//! error / 2, or error × d × t at the lower end, and × d × (1 - t) at the upper one; the rest contributes at most d × |R| + t × (1 - t) × |R'|, or in
//! proportion at the ends. An error of 2 × (d × |R| + |R'|) suffices. More than one change proves nothing, and the part is split.

use super::fixed::Fixed;
use super::piece::Piece;
use crate::work;

/// A part of a piece, from `low` to `low + width` in the piece's t.
pub(super) struct Stage<const L: usize> {
    pub coefficients: Vec<Fixed<L>>,
    pub error: Fixed<L>,
    pub low: Fixed<L>,
    pub width: Fixed<L>,
}

/// Bits of a share at which a part is split.
const SHARE_BITS: usize = 32;

impl<const L: usize> Stage<L> {
    /// Returns the whole piece as a part; None where the sign at one of its ends is open, wherever next to the decimal the end lies.
    ///
    /// B_k × (d choose k) are the coefficients of (1 + y)^d × f(y / (1 + y)): sums of integers, below 2^64 × the sum of |c_j|. The division rounds by 1.
    pub fn whole<const F: usize>(piece: &Piece<L, F>) -> Option<Stage<L>> {
        let degree = piece.degree();
        work::tick((degree * degree * L / 40 + degree * L) as u64 + 1);
        let mut sums: Vec<Fixed<L>> = Vec::with_capacity(degree + 1);
        for coefficient in &piece.coefficients {
            // Times 1 + y, and the coefficient × y^j.
            sums.push(*coefficient);
            for place in (1..sums.len()).rev() {
                sums[place] = sums[place].plus(sums[place - 1]);
            }
        }
        let mut binomial = 1_u128;
        for (place, sum) in sums.iter_mut().enumerate() {
            *sum = sum.over(binomial as u64);
            binomial = binomial * (degree - place) as u128 / (place + 1) as u128;
        }
        let part = Stage {
            coefficients: sums,
            error: piece.error.plus(Fixed::whole(1)),
            low: Fixed::ZERO,
            width: Fixed::power_of_two(Piece::<L, F>::PLACES),
        };
        let bound = part.error.plus(piece.border);
        let are_known =
            [part.coefficients.first(), part.coefficients.last()].into_iter().flatten().all(|end| end.exceeds(bound));
        are_known.then_some(part)
    }

    fn sign(&self, coefficient: &Fixed<L>) -> i8 {
        sign(*coefficient, self.error)
    }

    pub fn sign_at_low(&self) -> i8 {
        self.coefficients.first().map_or(0, |coefficient| self.sign(coefficient))
    }

    pub fn sign_at_high(&self) -> i8 {
        self.coefficients.last().map_or(0, |coefficient| self.sign(coefficient))
    }

    /// Returns the most sign changes that the coefficients may have.
    pub fn changes_max(&self) -> u32 {
        most_changes(self.coefficients.iter().map(|coefficient| self.sign(coefficient)))
    }

    /// True where next to nothing of the coefficients is beyond their error.
    pub fn is_lost(&self) -> bool {
        let bound = self.error.times(16);
        !self.coefficients.iter().any(|coefficient| coefficient.exceeds(bound))
    }

    /// Splits the part at a share of its width, by de Casteljau's means; None where the sign is open there.
    ///
    /// A mean of two coefficients is rounded down, by 1 at most, and mixes the errors of both: d levels of means add d to the error.
    pub fn split(&self, share: f64) -> Option<[Stage<L>; 2]> {
        let degree = self.coefficients.len() - 1;
        let of_right = ((share * (1_u64 << SHARE_BITS) as f64) as u64).clamp(1, (1 << SHARE_BITS) - 1);
        let of_left = (1 << SHARE_BITS) - of_right;
        let is_half = of_left == of_right;
        work::tick((degree * degree * L * if is_half { 1 } else { 3 } / 40) as u64 + 3);
        let mean = |left: Fixed<L>, right: Fixed<L>| match is_half {
            true => left.plus(right).halved(1),
            false => left.times(of_left).plus(right.times(of_right)).halved(SHARE_BITS),
        };
        let mut right = self.coefficients.clone();
        let mut left = Vec::with_capacity(degree + 1);
        left.push(right[0]);
        for level in (0..degree).rev() {
            for place in 0..=level {
                right[place] = mean(right[place], right[place + 1]);
            }
            left.push(right[0]);
        }
        let error = self.error.plus(Fixed::whole(degree as u128));
        // The share of a width that is a multiple of it is exact: else the place of the split would have an error of its own.
        let width = self.width.halved(SHARE_BITS).times(of_right);
        let is_exact = self.width.0[0] & ((1 << SHARE_BITS) - 1) == 0;
        let parts = [
            Stage { coefficients: left, error, low: self.low, width },
            Stage { coefficients: right, error, low: self.low.plus(width), width: self.width.minus(width) },
        ];
        (is_exact && parts[1].sign_at_low() != 0).then_some(parts)
    }

    /// Returns the share of the width at which the coefficients' polynomial is 0, to a double's precision, for a part whose ends have two signs.
    pub fn zero(&self) -> f64 {
        zero(&self.in_doubles())
    }

    /// Returns the share of the width at which the slope is 0, for a part whose slope has two signs at the ends; else the middle.
    pub fn turning(&self) -> f64 {
        let values = self.in_doubles();
        let slope: Vec<f64> = values.windows(2).map(|pair| pair[1] - pair[0]).collect();
        if slope[0] * slope[slope.len() - 1] < 0.0 { zero(&slope) } else { 0.5 }
    }

    /// Returns the coefficients as doubles, the largest of them near 1.
    fn in_doubles(&self) -> Vec<f64> {
        let most = self.coefficients.iter().map(|coefficient| coefficient.bits()).max().unwrap_or(0);
        let surplus = most.saturating_sub(500);
        let unit = libm::scalbn(1.0, -i32::try_from(most - surplus).unwrap_or(0));
        work::tick(self.coefficients.len() as u64);
        self.coefficients.iter().map(|coefficient| coefficient.halved(surplus).to_f64() * unit).collect()
    }
}

/// Returns the sign of a number with an error: -1, 1, or 0 where the error leaves it open.
pub(super) fn sign<const L: usize>(number: Fixed<L>, error: Fixed<L>) -> i8 {
    match (number.exceeds(error), number.is_negative()) {
        (false, _) => 0,
        (true, true) => -1,
        (true, false) => 1,
    }
}

/// Returns the most changes that there may be between signs of which some, as 0, are open.
pub(in crate::cash_flow::internal_rate) fn most_changes(signs: impl Iterator<Item = i8>) -> u32 {
    // The most so far if the latest one is above 0, and if it is below. The first one is no change.
    let mut most: Option<(Option<u32>, Option<u32>)> = None;
    let crossed = |count: Option<u32>| count.map(|count| count + 1);
    for sign in signs {
        let (above, below) =
            most.map_or((Some(0), Some(0)), |(above, below)| (above.max(crossed(below)), below.max(crossed(above))));
        most = Some((above.filter(|_| sign >= 0), below.filter(|_| sign <= 0)));
    }
    most.and_then(|(above, below)| above.max(below)).unwrap_or(0)
}

/// Returns where the polynomial with these coefficients is 0, by the rule of the false position (Illinois).
fn zero(coefficients: &[f64]) -> f64 {
    const ROUNDS_MAX: u32 = 40;
    let degree = coefficients.len() - 1;
    let mut binomial = 1.0;
    let scaled: Vec<f64> = (0..=degree)
        .zip(coefficients)
        .map(|(place, coefficient)| {
            let scaled = coefficient * binomial;
            binomial = binomial * (degree - place) as f64 / (place + 1) as f64;
            scaled
        })
        .collect();
    // By Horner's rule in t / (1 - t), or in its reciprocal: the one that is below 1.
    let value = |t: f64| {
        let (ratio, whole) = if t <= 0.5 { (t / (1.0 - t), 1.0 - t) } else { ((1.0 - t) / t, t) };
        let sum = if t <= 0.5 {
            scaled.iter().rev().fold(0.0, |sum, coefficient| sum * ratio + coefficient)
        } else {
            scaled.iter().fold(0.0, |sum, coefficient| sum * ratio + coefficient)
        };
        sum * libm::pow(whole, degree as f64)
    };
    let (mut low, mut high) = (0.0, 1.0);
    let (mut at_low, mut at_high) = (coefficients[0], coefficients[degree]);
    let (mut t, mut last) = (0.5, 0);
    for _ in 0..ROUNDS_MAX {
        work::tick(degree as u64 / 4 + 2);
        let before = t;
        t = (low * at_high - high * at_low) / (at_high - at_low);
        let at = value(t);
        if (t - before).abs() < 1e-10 || at == 0.0 || !at.is_finite() {
            break;
        }
        // Where one end stays for the second time, its value is halved.
        let side = if (at > 0.0) == (at_high > 0.0) { 1 } else { -1 };
        if side > 0 {
            (high, at_high) = (t, at);
            at_low = if last == side { at_low / 2.0 } else { at_low };
        } else {
            (low, at_low) = (t, at);
            at_high = if last == side { at_high / 2.0 } else { at_high };
        }
        last = side;
    }
    if t > 0.0 && t < 1.0 { t } else { 0.5 }
}
