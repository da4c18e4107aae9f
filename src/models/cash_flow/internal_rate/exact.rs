//! Multiple zeros, by exact integers: the polynomial without its repeated factors has the same zeros, each of them simple.
//!
//! In x = e^-s the sum is a polynomial with integer coefficients. What it has in common with its derivative is found modulo primes,
//! put together by the Chinese remainder theorem, and believed only when it divides both without remainder.

use num_bigint::{BigInt, BigUint};
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};
use ruint::aliases::U512;

use super::binary::Binary;
use super::isolate::{Bracket, Interval, Point, part};
use super::terms::Terms;
use crate::models::wide::{Wide, power};

/// Higher degrees would take longer than a request may: one prime costs the square of the degree.
const DEGREE_MAX: u32 = 1000;
/// Enough for factors whose coefficients have 900 digits.
const PRIMES_MAX: usize = 50;
/// Additions of a term that one step of division counts for.
const STEP_WORK: u64 = 2;
/// Beyond so many of them the search for a common factor is given up.
const WORK_MAX: u64 = 5_000_000;

/// What exact arithmetic made of intervals that were unsettled.
#[derive(Default)]
pub(super) struct Settled {
    /// Of `simple`.
    pub brackets: Vec<Bracket>,
    /// The terms without repeated factors.
    pub simple: Option<Terms>,
    pub unsettled: u32,
}

/// Looks into intervals that 128 bits could not settle.
pub(super) fn settle(terms: &Terms, units: &[u32], amounts: &[Wide], intervals: &[Interval]) -> Settled {
    let unsettled = || Settled { unsettled: count(intervals.len()), ..Settled::default() };
    if terms.last() > DEGREE_MAX {
        return unsettled();
    }
    let Some(simple) = integers(units, amounts).and_then(|polynomial| without_repeated_factors(terms, &polynomial)) else {
        return unsettled();
    };
    let mut settled = Settled::default();
    for interval in intervals {
        let sign = |s: f64| simple.sum_in_binary(Point::at(s).exact()).sign();
        let found = part(&simple, Interval { sign_at_low: sign(interval.low), sign_at_high: sign(interval.high), ..*interval });
        settled.unsettled += count(found.unsettled.len());
        settled.brackets.extend(found.brackets);
    }
    settled.simple = Some(simple);
    settled
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// Coefficients from x^0 on, all of them.
fn integers(units: &[u32], amounts: &[Wide]) -> Option<Vec<BigInt>> {
    let lowest = amounts.iter().map(|amount| amount.exponent()).min()?;
    let mut polynomial = vec![BigInt::zero(); *units.last()? as usize + 1];
    for (degree, amount) in units.iter().zip(amounts) {
        let raised = amount.exponent().abs_diff(lowest);
        if raised > 154 {
            return None;
        }
        let magnitude = big(U512::from(amount.mantissa())) * big(power(raised));
        *polynomial.get_mut(*degree as usize)? = BigInt::from_biguint(
            if amount.is_negative() { num_bigint::Sign::Minus } else { num_bigint::Sign::Plus },
            magnitude,
        );
    }
    Some(polynomial)
}

fn big(integer: U512) -> BigUint {
    BigUint::from_bytes_le(&integer.to_le_bytes::<64>())
}

/// None where there are none, or where the limit of computation was reached.
fn without_repeated_factors(terms: &Terms, polynomial: &[BigInt]) -> Option<Terms> {
    let derivative: Vec<BigInt> =
        polynomial.iter().enumerate().skip(1).map(|(degree, coefficient)| coefficient * BigInt::from(degree)).collect();
    let common = common_factor(terms, polynomial, &derivative)?;
    let quotient = divided(polynomial, &common)?;
    let bits = quotient.iter().map(BigInt::bits).max()?;
    let scale = i64::try_from(bits).ok()?;
    let (units, amounts) = quotient
        .iter()
        .enumerate()
        .filter(|(_, coefficient)| !coefficient.is_zero())
        .filter_map(|(degree, coefficient)| Some((u32::try_from(degree).ok()?, Binary::of_bigint(coefficient).shifted(-scale))))
        .unzip();
    Some(Terms::of_binary(units, amounts))
}

/// The greatest common divisor, of degree 1 or more, proven by division.
fn common_factor(terms: &Terms, left: &[BigInt], right: &[BigInt]) -> Option<Vec<BigInt>> {
    let leading = left.last()?.gcd(right.last()?);
    let mut modulus = BigInt::one();
    let mut combined: Vec<BigInt> = Vec::new();
    for prime in primes().take(PRIMES_MAX) {
        terms.has_worked(STEP_WORK * (left.len() as u64).pow(2));
        if terms.work() > WORK_MAX {
            return None;
        }
        let (reduced_left, reduced_right) = (reduced(left, prime), reduced(right, prime));
        let lead = residue(&leading, prime);
        if lead == 0 {
            continue;
        }
        let image = common_factor_modulo(reduced_left, reduced_right, prime);
        if image.len() <= 1 {
            // No common factor modulo a prime: none at all.
            return None;
        }
        let image: Vec<u64> = image.into_iter().map(|coefficient| product(coefficient, lead, prime)).collect();
        if combined.len() > image.len() || combined.is_empty() {
            // The first prime, or those before it were unlucky ones.
            combined = image.into_iter().map(BigInt::from).collect();
            modulus = BigInt::from(prime);
        } else if combined.len() == image.len() {
            combine(&mut combined, &modulus, &image, prime);
            modulus *= prime;
        } else {
            continue;
        }
        let factor = primitive(&combined, &modulus);
        if divided(left, &factor).is_some() && divided(right, &factor).is_some() {
            return Some(factor);
        }
    }
    None
}

/// The least coefficients in magnitude that leave these residues, without what they all have in common.
fn primitive(residues: &[BigInt], modulus: &BigInt) -> Vec<BigInt> {
    let half = modulus / 2;
    let symmetric: Vec<BigInt> =
        residues.iter().map(|residue| if *residue > half { residue - modulus } else { residue.clone() }).collect();
    let content = symmetric.iter().fold(BigInt::zero(), |content, coefficient| content.gcd(coefficient));
    symmetric.iter().map(|coefficient| coefficient / &content).collect()
}

/// Residues modulo `modulus` become residues modulo modulus × prime.
fn combine(residues: &mut [BigInt], modulus: &BigInt, image: &[u64], prime: u64) {
    let inverse = inverse(residue(modulus, prime), prime);
    for (combined, value) in residues.iter_mut().zip(image) {
        let missing = (value + prime - residue(combined, prime)) % prime;
        *combined += modulus * product(missing, inverse, prime);
    }
}

/// The quotient, where there is no remainder.
fn divided(dividend: &[BigInt], divisor: &[BigInt]) -> Option<Vec<BigInt>> {
    let leading = divisor.last()?;
    let mut rest = dividend.to_vec();
    let mut quotient = vec![BigInt::zero(); (dividend.len() + 1).checked_sub(divisor.len())?];
    for place in (0..quotient.len()).rev() {
        let (whole, remainder) = rest[place + divisor.len() - 1].div_rem(leading);
        if !remainder.is_zero() {
            return None;
        }
        for (coefficient, of_divisor) in rest[place..].iter_mut().zip(divisor) {
            *coefficient -= &whole * of_divisor;
        }
        quotient[place] = whole;
    }
    rest.iter().all(Zero::is_zero).then_some(quotient)
}

/// Euclid's algorithm; the result has 1 as its leading coefficient.
fn common_factor_modulo(mut left: Vec<u64>, mut right: Vec<u64>, prime: u64) -> Vec<u64> {
    while !right.is_empty() {
        let inverse = inverse(right.last().copied().unwrap_or(1), prime);
        for coefficient in &mut right {
            *coefficient = product(*coefficient, inverse, prime);
        }
        while left.len() >= right.len() {
            let factor = left.last().copied().unwrap_or(0);
            let place = left.len() - right.len();
            for (coefficient, of_right) in left[place..].iter_mut().zip(&right) {
                *coefficient = (*coefficient + prime - product(factor, *of_right, prime)) % prime;
            }
            trim(&mut left);
        }
        std::mem::swap(&mut left, &mut right);
    }
    left
}

fn reduced(polynomial: &[BigInt], prime: u64) -> Vec<u64> {
    let mut reduced: Vec<u64> = polynomial.iter().map(|coefficient| residue(coefficient, prime)).collect();
    trim(&mut reduced);
    reduced
}

fn trim(polynomial: &mut Vec<u64>) {
    while polynomial.last() == Some(&0) {
        polynomial.pop();
    }
}

fn residue(integer: &BigInt, prime: u64) -> u64 {
    integer.mod_floor(&BigInt::from(prime)).abs().to_u64().unwrap_or(0)
}

fn product(left: u64, right: u64, prime: u64) -> u64 {
    (u128::from(left) * u128::from(right) % u128::from(prime)) as u64
}

fn raised(base: u64, mut exponent: u64, prime: u64) -> u64 {
    let (mut result, mut square) = (1, base % prime);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = product(result, square, prime);
        }
        square = product(square, square, prime);
        exponent >>= 1;
    }
    result
}

/// By Fermat's little theorem.
fn inverse(number: u64, prime: u64) -> u64 {
    raised(number, prime - 2, prime)
}

/// The primes below 2^62, from the greatest down.
fn primes() -> impl Iterator<Item = u64> {
    (0..).map(|index| (1_u64 << 62) - 1 - 2 * index).filter(|candidate| is_prime(*candidate))
}

/// Miller and Rabin's test with the bases that leave no doubt below 2^64.
fn is_prime(candidate: u64) -> bool {
    let halvings = (candidate - 1).trailing_zeros();
    let odd = (candidate - 1) >> halvings;
    [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37].into_iter().all(|base| {
        let mut power = raised(base, odd, candidate);
        if power == 1 || power == candidate - 1 {
            return true;
        }
        (1..halvings).any(|_| {
            power = product(power, power, candidate);
            power == candidate - 1
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn polynomial(coefficients: &[i64]) -> Vec<BigInt> {
        coefficients.iter().copied().map(BigInt::from).collect()
    }

    #[test]
    fn the_greatest_prime_below_two_to_the_sixty_second_is_known() {
        // https://t5k.org/lists/2small/0bit.html: 2^62 - 57.
        assert_eq!(primes().next(), Some((1 << 62) - 57));
    }

    #[test]
    fn a_repeated_factor_is_found_and_a_single_one_is_none() {
        let terms = Terms::of(vec![0, 1], &[Wide::ONE, Wide::ONE.negated()]);
        // (10x - 11)^2 × (x + 3), and its derivative.
        let (left, right) = (polynomial(&[363, -539, 80, 100]), polynomial(&[-539, 160, 300]));
        assert_eq!(common_factor(&terms, &left, &right), Some(polynomial(&[-11, 10])));
        assert_eq!(divided(&left, &polynomial(&[-11, 10])), Some(polynomial(&[-33, 19, 10])));
        assert_eq!(common_factor(&terms, &polynomial(&[-2, 1, 1]), &polynomial(&[1, 2])), None);
    }
}
