//! Zeros of a polynomial without repeated factors, separated however near they are: Descartes' rule of signs on ever smaller
//! intervals (Vincent, Collins, Akritas), in exact integers.

use num_bigint::{BigInt, BigUint};
use num_traits::{One, Signed, Zero};
use ruint::aliases::{U256, U512};

use super::enclosed::Enclosed;
use super::points::{Interval, Point};
use super::polynomial::Polynomial;
use super::span::Means;
use crate::decimal::{exp, whole_power};
use crate::wide::{Wide, power};
use crate::work;

/// The highest degree that is searched. A higher degree would take longer than a request may.
const DEGREE_MAX: usize = 64;
/// Binary places of the ends of an interval, where the search begins.
const PLACES: u64 = 160;
/// The most halvings of one interval until its zeros are separated.
const SPLITS_MAX: u32 = 600;
/// Binary places to which a zero is refined, beyond the places at which it was separated.
const FOLLOWED_PLACES: u64 = 170;
/// Bound on the error of x against x: of 170 binary places beyond those at which it was separated, and of 200 bits that are kept.
const DOUBT: f64 = 1e-45;
/// Work after which the zeros of an interval stay open, whoever waits: some 0.1 s.
const WORK_MAX: u64 = 10_000_000;

/// Work of a product of integers of so many bits, with a sum.
fn product_units(left: u64, right: u64) -> u64 {
    10 + (left / 64 + 1) * (right / 64 + 1) / 8
}

/// Counts work, and returns true where nobody waits any longer, or so much work is done.
fn is_over_after(units: u64, until: u64) -> bool {
    work::is_over_after(units) || work::done() > until
}

/// An interval of x = e^-growth, from low / 2^places to high / 2^places.
#[derive(Clone, Debug)]
struct Part {
    low: BigInt,
    high: BigInt,
    places: u64,
}

/// Returns the zeros in the interval, the largest x first; None where the search would take too long.
pub(super) fn zeros(polynomial: &Polynomial, interval: Interval) -> Option<Vec<Enclosed>> {
    if polynomial.0.len() > DEGREE_MAX + 1 {
        return None;
    }
    // Growth and x = e^-growth run against each other.
    let (low, high) = (weight_at(interval.high)?, weight_at(interval.low)? + 1);
    let mut open = vec![Part { low, high, places: PLACES }];
    let until = work::done() + WORK_MAX;
    let (mut zeros, mut splits) = (Vec::new(), 0);
    while let Some(part) = open.pop() {
        match variations(polynomial, &part, until)? {
            0 => {}
            1 => zeros.push(Enclosed { x: followed(polynomial, part, until)?, doubt: DOUBT, means: Means::Exact }),
            _ => {
                splits += 1;
                if splits > SPLITS_MAX {
                    return None;
                }
                let middle = part.split(polynomial, until)?;
                // The lower part of x, which is the higher growth, last: the stack gives it first.
                open.push(Part { high: middle.clone(), low: &part.low << SPLIT_PLACES, places: part.places + SPLIT_PLACES });
                open.push(Part { low: middle, high: &part.high << SPLIT_PLACES, places: part.places + SPLIT_PLACES });
            }
        }
    }
    Some(zeros)
}

/// Binary places that each split of an interval adds to its ends.
const SPLIT_PLACES: u64 = 3;

impl Part {
    /// Returns a point near the middle of the interval, with more binary places, at which the polynomial is not 0; None where it takes too long, or
    /// nobody waits any longer.
    fn split(&self, polynomial: &Polynomial, until: u64) -> Option<BigInt> {
        let (low, high) = (&self.low << SPLIT_PLACES, &self.high << SPLIT_PLACES);
        // So many points cannot all be zeros of it: one of the eighths is none, or the parts are too narrow to have eighths.
        let candidates: [BigInt; 7] = [4, 3, 5, 2, 6, 1, 7].map(|eighths| &low + (&high - &low) * eighths / 8);
        for middle in &candidates {
            if !value(polynomial, middle, self.places + SPLIT_PLACES, until)?.is_zero() {
                return Some(middle.clone());
            }
        }
        let [middle, ..] = candidates;
        Some(middle)
    }
}

/// Returns e^-growth × 2^[`PLACES`], rounded down.
fn weight_at(growth: f64) -> Option<BigInt> {
    let weight = exp(Point::at(growth).exact().negated())?;
    let distance = weight.exponent().unsigned_abs();
    let mantissa = big(U512::from(weight.mantissa()));
    if weight.exponent() >= 0 {
        return Some(BigInt::from((mantissa * BigUint::from(10_u32).pow(distance)) << PLACES));
    }
    Some(BigInt::from((mantissa << PLACES) / BigUint::from(10_u32).pow(distance)))
}

fn big(integer: U512) -> BigUint {
    BigUint::from_bytes_le(&integer.to_le_bytes::<64>())
}

/// Counts the sign changes of (1 + t)^n × p((low + high × t) / (1 + t)), whose positive zeros are those of p between low and high.
/// The count is no less than the number of zeros; None where it takes too long, or nobody waits any longer.
fn variations(polynomial: &Polynomial, part: &Part, until: u64) -> Option<u32> {
    let degree = polynomial.0.len() - 1;
    let mut sum: Vec<BigInt> = vec![polynomial.0.last().cloned().unwrap_or_default()];
    let mut binomials: Vec<BigInt> = vec![BigInt::one()];
    for lower in 1..=degree {
        let units = 2 * product_units(part.places * lower as u64, part.places);
        // sum × (low + high t) + coefficient × 2^(places × lower) × (1 + t)^lower
        binomials.push(BigInt::zero());
        for index in (1..binomials.len()).rev() {
            let left = binomials[index - 1].clone();
            binomials[index] += left;
        }
        let coefficient = &polynomial.0[degree - lower] << (part.places * lower as u64);
        let mut next: Vec<BigInt> = binomials.iter().map(|binomial| binomial * &coefficient).collect();
        for (index, term) in sum.iter().enumerate() {
            if is_over_after(units, until) {
                return None;
            }
            next[index] += term * &part.low;
            next[index + 1] += term * &part.high;
        }
        sum = next;
    }
    let signs: Vec<bool> = sum.iter().filter(|term| !term.is_zero()).map(BigInt::is_positive).collect();
    Some(signs.windows(2).map(|pair| u32::from(pair[0] != pair[1])).sum())
}

/// Returns the value of the polynomial at point / 2^places, times 2^(places × degree); None where it takes too long, or nobody waits any longer.
fn value(polynomial: &Polynomial, point: &BigInt, places: u64, until: u64) -> Option<BigInt> {
    let mut sum = BigInt::zero();
    for (lower, coefficient) in (0_u64..).zip(polynomial.0.iter().rev()) {
        if is_over_after(product_units(places * lower, places), until) {
            return None;
        }
        sum = sum * point + (coefficient << (places * lower));
    }
    Some(sum)
}

/// Halves an interval that has one zero until the zero is known to enough places, and returns x there.
fn followed(polynomial: &Polynomial, mut part: Part, until: u64) -> Option<Wide> {
    let at_high = value(polynomial, &part.high, part.places, until)?.sign();
    let enough = part.places + FOLLOWED_PLACES;
    while part.places < enough {
        part = Part { low: part.low << 1, high: part.high << 1, places: part.places + 1 };
        let middle: BigInt = (&part.low + &part.high) >> 1;
        let sign = value(polynomial, &middle, part.places, until)?.sign();
        if sign == at_high { part.high = middle } else { part.low = middle }
    }
    // x = high / 2^places, to 200 bits.
    let surplus = part.high.bits().saturating_sub(200);
    let leading = U256::try_from_le_slice(&(part.high.magnitude() >> surplus).to_bytes_le())?;
    let exponent = i64::try_from(surplus).ok()? - i64::try_from(part.places).ok()?;
    let leading = Wide::from_parts(false, U512::from(leading), 0)?;
    let of_two = whole_power(Wide::from_parts(false, power(0) + power(0), 0)?, u32::try_from(exponent.unsigned_abs()).ok()?)?;
    if exponent < 0 { leading.over(of_two) } else { leading.times(of_two) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_that_differ_in_their_28th_digit_are_told_apart() {
        // (x - 1)(x - 1 - 1e-27) × 1e27.
        let finer = BigInt::from(10_u32).pow(27);
        let polynomial = Polynomial(vec![&finer + 1, -(&finer * 2_u32) - 1, finer]);
        let interval = Interval { low: -0.5, high: 0.5, sign_at_low: 1, sign_at_high: 1 };
        let zeros = zeros(&polynomial, interval).unwrap();
        assert_eq!(zeros.len(), 2);
        assert_eq!(zeros[0].x.minus(zeros[1].x).unwrap().shortened(10).to_f64(), 1e-27);
    }

    #[test]
    fn a_search_that_nobody_awaits_ends_within_a_tenth_of_a_millisecond() {
        // x^60 × 10^28 - 2 (10^27 x - 1)^2, whose zeros agree to 800 digits, with 10^28 of them for a start: integers of 10^5 bits and more.
        let ten = |power: u32| BigInt::from(10_u32).pow(power);
        let mut coefficients = vec![BigInt::zero(); 61];
        (coefficients[0], coefficients[1], coefficients[2]) = (BigInt::from(-2), ten(27) * 4, ten(54) * -2);
        coefficients[60] = BigInt::one();
        let growth = 27.0 * std::f64::consts::LN_10;
        let interval = Interval { low: growth - 0.001, high: growth + 0.001, sign_at_low: -1, sign_at_high: -1 };
        let polynomial = Polynomial(coefficients);
        for units in [1, 100_000, 3_000_000, 8_000_000] {
            let exceeded = work::up_to(units, || zeros(&polynomial, interval)).expect_err("a search of long integers");
            assert!(exceeded.done < units + 30_000, "{units}: {}", exceeded.done);
        }
    }

    #[test]
    fn a_near_miss_has_no_zero() {
        // (x - 1)^2 + 1e-40
        let finer = BigInt::from(10_u32).pow(40);
        let polynomial = Polynomial(vec![&finer + 1, -(&finer * 2_u32), finer]);
        let interval = Interval { low: -0.5, high: 0.5, sign_at_low: 1, sign_at_high: 1 };
        assert_eq!(zeros(&polynomial, interval).map(|zeros| zeros.len()), Some(0));
    }
}
