//! The present value as a polynomial with integer coefficients, in x = e^-s. Without its repeated factors the polynomial keeps its
//! zeros, and each of them is simple.
//!
//! The common factor of the polynomial and its derivative is found modulo primes, combined by the Chinese remainder theorem, and
//! accepted only when it divides both without remainder.

use num_bigint::{BigInt, BigUint, Sign};
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};
use ruint::aliases::U512;

use super::binary::Binary;
use super::terms::Terms;
use crate::wide::{Wide, power};
use crate::work;

/// The highest degree that is computed with. Each prime costs the square of the degree.
const DEGREE_MAX: u32 = 1000;
/// The most primes: enough for factors whose coefficients have 900 digits.
const PRIMES_MAX: usize = 50;
/// The most division steps of the proof: some 20 ms.
const STEPS_MAX: usize = 2_000_000;
/// Work of a product modulo a prime.
const PRODUCT_UNITS: u64 = 1;
/// Work of a division of integers of some hundred digits, and of the subtraction of its product.
const DIVISION_UNITS: u64 = 4;

/// A polynomial: coefficients from x^0 on, the first and the last other than 0.
#[derive(Debug)]
pub(super) struct Polynomial(pub Vec<BigInt>);

impl Polynomial {
    /// Creates the polynomial of a series; None where its degree is too high to be computed with in time.
    pub fn of(units: &[u32], amounts: &[Wide]) -> Option<Polynomial> {
        let degree = units.last().copied().filter(|degree| *degree <= DEGREE_MAX)?;
        let lowest = amounts.iter().map(|amount| amount.exponent()).min()?;
        let mut coefficients = vec![BigInt::zero(); degree as usize + 1];
        for (degree, amount) in units.iter().zip(amounts) {
            let raised = Some(amount.exponent().abs_diff(lowest)).filter(|raised| *raised <= 154)?;
            let magnitude = big(U512::from(amount.mantissa())) * big(power(raised));
            let sign = if amount.is_negative() { Sign::Minus } else { Sign::Plus };
            *coefficients.get_mut(*degree as usize)? = BigInt::from_biguint(sign, magnitude);
        }
        Some(Polynomial(coefficients))
    }

    /// Returns the polynomial without repeated factors; None where no factor is repeated, or the work limit was reached.
    pub fn without_repeated_factors(&self) -> Option<Polynomial> {
        let indexed = self.0.iter().enumerate().skip(1);
        let derivative: Vec<BigInt> = indexed.map(|(degree, coefficient)| coefficient * BigInt::from(degree)).collect();
        let common = common_factor(&self.0, &derivative)?;
        divided(&self.0, &common).map(Polynomial)
    }

    /// Returns the polynomial as a sum of exponentials, to search for zeros in.
    pub fn terms(&self) -> Terms<'static> {
        let bits = self.0.iter().map(BigInt::bits).max().unwrap_or(0);
        let scale = i64::try_from(bits).unwrap_or(i64::MAX);
        let present = (0..).zip(&self.0).filter(|(_, coefficient)| !coefficient.is_zero());
        let (units, amounts) =
            present.map(|(degree, coefficient)| (degree, Binary::of_bigint(coefficient).shifted(-scale))).unzip();
        Terms::of_binary(units, amounts)
    }
}

impl Polynomial {
    /// Returns times and amounts other than 0, to 76 digits, and whether these are all digits.
    pub fn flows(&self) -> (Vec<u32>, Vec<Wide>, bool) {
        /// Integers of so many bits have no more than 76 digits.
        const EXACT_BITS: u64 = 252;
        let present = (0..).zip(&self.0).filter(|(_, coefficient)| !coefficient.is_zero());
        let (units, amounts) = present.map(|(degree, coefficient)| (degree, wide(coefficient))).unzip();
        (units, amounts, self.0.iter().all(|coefficient| coefficient.bits() <= EXACT_BITS))
    }
}

/// Converts an integer, to 76 digits at least.
fn wide(integer: &BigInt) -> Wide {
    // 10^shift is below what the integer has beyond 506 bits, and a bit or two.
    let shift = u32::try_from(integer.bits().saturating_sub(506) * 30_103 / 100_000 + 1).unwrap_or(0);
    let shift = if integer.bits() > 506 { shift } else { 0 };
    let leading = integer.magnitude() / BigUint::from(10_u32).pow(shift);
    let mantissa = U512::try_from_le_slice(&leading.to_bytes_le()).unwrap_or_default();
    Wide::from_parts(integer.is_negative(), mantissa, shift.into()).unwrap_or(Wide::ZERO)
}

fn big(integer: U512) -> BigUint {
    BigUint::from_bytes_le(&integer.to_le_bytes::<64>())
}

/// Returns the greatest common divisor, of degree 1 or more, proven by division.
fn common_factor(left: &[BigInt], right: &[BigInt]) -> Option<Vec<BigInt>> {
    let leading = left.last()?.gcd(right.last()?);
    let mut modulus = BigInt::one();
    let mut combined: Vec<BigInt> = Vec::new();
    let primes_max = (STEPS_MAX / left.len().pow(2)).clamp(2, PRIMES_MAX);
    for prime in primes().take(primes_max) {
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

/// Returns the coefficients of least magnitude that leave these residues, divided by their common divisor.
fn primitive(residues: &[BigInt], modulus: &BigInt) -> Vec<BigInt> {
    let half = modulus / 2;
    let symmetric: Vec<BigInt> =
        residues.iter().map(|residue| if *residue > half { residue - modulus } else { residue.clone() }).collect();
    let content = symmetric.iter().fold(BigInt::zero(), |content, coefficient| content.gcd(coefficient));
    symmetric.iter().map(|coefficient| coefficient / &content).collect()
}

/// Combines residues modulo `modulus` with residues modulo a prime: the result is modulo modulus × prime.
fn combine(residues: &mut [BigInt], modulus: &BigInt, image: &[u64], prime: u64) {
    let inverse = inverse(residue(modulus, prime), prime);
    for (combined, value) in residues.iter_mut().zip(image) {
        let missing = (value + prime - residue(combined, prime)) % prime;
        *combined += modulus * product(missing, inverse, prime);
    }
}

/// Returns the quotient of a division without remainder, or None.
fn divided(dividend: &[BigInt], divisor: &[BigInt]) -> Option<Vec<BigInt>> {
    let leading = divisor.last()?;
    let mut rest = dividend.to_vec();
    let mut quotient = vec![BigInt::zero(); (dividend.len() + 1).checked_sub(divisor.len())?];
    for place in (0..quotient.len()).rev() {
        if work::is_over_after(DIVISION_UNITS * divisor.len() as u64) {
            return None;
        }
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

/// Returns the common factor by Euclid's algorithm, with 1 as its leading coefficient.
fn common_factor_modulo(mut left: Vec<u64>, mut right: Vec<u64>, prime: u64) -> Vec<u64> {
    while !right.is_empty() {
        let inverse = inverse(right.last().copied().unwrap_or(1), prime);
        for coefficient in &mut right {
            *coefficient = product(*coefficient, inverse, prime);
        }
        while left.len() >= right.len() {
            // No common factor, as far as anyone still asks.
            if work::is_over_after(PRODUCT_UNITS * right.len() as u64) {
                return Vec::new();
            }
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

/// Returns the inverse modulo a prime, by Fermat's little theorem.
fn inverse(number: u64, prime: u64) -> u64 {
    raised(number, prime - 2, prime)
}

/// Returns the primes below 2^62, from the greatest down.
fn primes() -> impl Iterator<Item = u64> {
    (0..).map(|index| (1_u64 << 62) - 1 - 2 * index).filter(|candidate| is_prime(*candidate))
}

/// Tests for a prime by Miller and Rabin, with bases that leave no doubt below 2^64.
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
        // (10x - 11)^2 × (x + 3), and its derivative.
        let (left, right) = (polynomial(&[363, -539, 80, 100]), polynomial(&[-539, 160, 300]));
        assert_eq!(common_factor(&left, &right), Some(polynomial(&[-11, 10])));
        assert_eq!(divided(&left, &polynomial(&[-11, 10])), Some(polynomial(&[-33, 19, 10])));
        assert_eq!(common_factor(&polynomial(&[-2, 1, 1]), &polynomial(&[1, 2])), None);
    }
}
