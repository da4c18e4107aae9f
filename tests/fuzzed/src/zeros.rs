//! Sturm's theorem in whole numbers: how many distinct zeros a polynomial has between two points.
//!
//! The remainders are those of the subresultant sequence, which stay short without a common divisor ever being looked for: D. E. Knuth,
//! The Art of Computer Programming, volume 2, 4.6.1.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero, pow};

/// The constant first; no zero stands last.
type Polynomial = Vec<BigInt>;

pub struct Sturm {
    chain: Vec<Polynomial>,
}

impl Sturm {
    /// Of coefficients with the constant first; None where all of them are 0.
    pub fn of(coefficients: &[BigInt]) -> Option<Sturm> {
        let leading = coefficients.iter().take_while(|coefficient| coefficient.is_zero()).count();
        let polynomial = trimmed(coefficients[leading..].to_vec());
        if polynomial.is_empty() {
            return None;
        }
        let derivative: Polynomial =
            polynomial.iter().zip(0_u32..).skip(1).map(|(coefficient, degree)| coefficient * degree).collect();
        let mut remainders = vec![polynomial, derivative];
        // Of each remainder: whether it has the other sign than Sturm's.
        let mut turned = vec![false, false];
        let mut psi = BigInt::from(-1);
        let mut last_drop = 0;
        while let [.., dividend, divisor] = remainders.as_slice()
            && divisor.len() > 1
        {
            let drop = dividend.len() - divisor.len();
            let odd = (drop + 1) % 2 == 1;
            let beta = if remainders.len() == 2 {
                BigInt::from(if odd { -1 } else { 1 })
            } else {
                let last = -leading_of(dividend);
                if last_drop > 0 {
                    psi = pow(last.clone(), last_drop) / pow(psi, last_drop - 1);
                }
                last * pow(psi.clone(), drop)
            };
            let rest = pseudo_remainder(dividend.clone(), divisor);
            if rest.is_empty() {
                break;
            }
            let is_turned = turned[turned.len() - 2] ^ (odd && leading_of(divisor).is_negative()) ^ beta.is_negative();
            turned.push(!is_turned);
            remainders.push(rest.into_iter().map(|coefficient| coefficient / &beta).collect());
            last_drop = drop;
        }
        let chain = remainders.into_iter().zip(turned).filter(|(polynomial, _)| !polynomial.is_empty());
        let turn = |(polynomial, is_turned): (Polynomial, bool)| {
            if is_turned { polynomial.into_iter().map(|coefficient| -coefficient).collect() } else { polynomial }
        };
        Some(Sturm { chain: chain.map(turn).collect() })
    }

    /// Above `low`, up to `high`, which is infinite where it is None; neither may be a multiple zero.
    pub fn between(&self, low: &BigRational, high: Option<&BigRational>) -> usize {
        self.changes(Some(low)) - self.changes(high)
    }

    fn changes(&self, at: Option<&BigRational>) -> usize {
        let value = |polynomial: &Polynomial| at.map_or_else(|| leading_of(polynomial), |point| value_at(polynomial, point));
        let signs: Vec<bool> =
            self.chain.iter().map(value).filter(|value| !value.is_zero()).map(|value| value.is_positive()).collect();
        signs.windows(2).filter(|pair| pair[0] != pair[1]).count()
    }
}

fn trimmed(mut polynomial: Polynomial) -> Polynomial {
    while polynomial.last().is_some_and(Zero::is_zero) {
        polynomial.pop();
    }
    polynomial
}

fn leading_of(polynomial: &Polynomial) -> BigInt {
    polynomial.last().cloned().unwrap_or_default()
}

/// Times a power of the denominator, which is above 0.
fn value_at(polynomial: &Polynomial, point: &BigRational) -> BigInt {
    let mut weight = BigInt::one();
    polynomial.iter().rev().fold(BigInt::zero(), |sum, coefficient| {
        let next = sum * point.numer() + coefficient * &weight;
        weight *= point.denom();
        next
    })
}

/// Of the dividend times the divisor's leading coefficient, as often as there are steps.
fn pseudo_remainder(mut dividend: Polynomial, divisor: &Polynomial) -> Polynomial {
    let first = leading_of(divisor);
    for place in (0..=dividend.len() - divisor.len()).rev() {
        let factor = dividend[place + divisor.len() - 1].clone();
        for coefficient in &mut dividend {
            *coefficient *= &first;
        }
        for (left, right) in dividend[place..].iter_mut().zip(divisor) {
            *left -= &factor * right;
        }
    }
    trimmed(dividend)
}
