//! Descartes' rule of signs in doubles, in the basis of Bernstein on an interval of growth.
//!
//! The sum is a polynomial in x = e^-growth, start × (1 + relative × t) with t from 0 to 1. Its Taylor polynomial in t, as far as doubles tell
//! anything, has no more zeros on the interval than its coefficients in the basis of Bernstein have changes of sign (J. M. Lane and R. F.
//! Riesenfeld, "Bounds on a Polynomial", BIT 21, 1981, pages 112-117).
//!
//! Bound on the error of each coefficient, in units of 2^-53 of the weighted amounts' sizes, for n terms, degree d and G = (1 + relative)^last:
//!
//! - Each step of a term takes three roundings, and a factor that is wrong by four: a term of degree j is wrong by 8 × j of itself, and the sums of
//!   n terms by n. All sizes of a term together are below G times its weighted amount.
//! - The sums that make the coefficients of Bernstein have at most d levels; binomials are wrong by d, and the quotient by 1.
//! - Terms beyond the degree are below 2^-60 of the sizes, and their derivative below d + 1 times that: Descartes' rule takes twice d times the one
//!   and the other, 4 × (d + 1) × 2^-60 in all, as `near::bernstein` shows.

use super::in_doubles::{Approximate, Terms, UNIT};
use crate::cash_flow::internal_rate::near::{degree, most_changes};

/// How far weights may move over the interval, in powers of e.
pub(in crate::cash_flow::internal_rate) const WIDEST: f64 = 2.0;
/// Bits below the weighted amounts at which the polynomial ends.
const BITS: f64 = 60.0;
/// Terms that are computed side by side.
const LANES: usize = 8;
/// Steps of a term in place of a term added up, which is the unit of the terms' work.
const STEPS_A_TERM: u64 = 5;

impl Terms<'_> {
    /// Returns the most zeros that the sum may have between two growths; None where the interval is too wide.
    pub fn zeros_max(&self, low: f64, high: f64) -> Option<u32> {
        let width = high - low;
        if width * self.span() > WIDEST {
            return None;
        }
        // Slightly wider than the interval, whatever the logarithm was rounded to.
        let relative = libm::expm1(width * (1.0 + 8.0 * UNIT));
        let reach = self.span() * relative;
        let degree = degree(self.last(), reach, BITS)?;
        self.look_at(high);
        self.has_worked(u64::from(degree) * (self.len() as u64 + u64::from(degree)) / STEPS_A_TERM);
        let (coefficients, sizes, errors) = self.taylor(relative, degree);
        let (terms, degree_and_one) = (self.len() as f64, f64::from(degree) + 1.0);
        let roundings = terms + 12.0 * degree_and_one + 4.0;
        let rest = 4.0 * degree_and_one * libm::exp2(-BITS);
        let error = (libm::exp(reach) * (errors + sizes * (UNIT * roundings)) + sizes * rest) * 1.01;
        let signs = bernstein(&coefficients).into_iter().map(|value| Approximate { value, error }.sign());
        Some(most_changes(signs))
    }

    /// Returns the Taylor polynomial at the point that was looked at, the sum of the sizes of the weighted amounts, and that of their errors.
    fn taylor(&self, relative: f64, degree: u32) -> (Vec<f64>, f64, f64) {
        let weighted = self.weighted.borrow();
        let factors: Vec<f64> = (1..=degree).map(|step| relative / f64::from(step)).collect();
        let mut coefficients = vec![0.0; degree as usize + 1];
        let (mut sizes, mut errors) = (0.0, 0.0);
        let terms = weighted.amounts.chunks(LANES).zip(weighted.errors.chunks(LANES)).zip(self.units.chunks(LANES));
        for ((amounts, of_amounts), units) in terms {
            let (mut size, mut rest) = ([0.0; LANES], [0.0; LANES]);
            for (((size, rest), amount), units) in size.iter_mut().zip(&mut rest).zip(amounts).zip(units) {
                (*size, *rest) = (*amount, f64::from(*units));
            }
            sizes += size.iter().map(|size| size.abs()).sum::<f64>();
            errors += of_amounts.iter().sum::<f64>();
            coefficients[0] += size.iter().sum::<f64>();
            for (coefficient, factor) in coefficients[1..].iter_mut().zip(&factors) {
                let mut sum = 0.0;
                for (size, rest) in size.iter_mut().zip(&mut rest) {
                    *size *= rest.max(0.0) * factor;
                    *rest -= 1.0;
                    sum += *size;
                }
                *coefficient += sum;
            }
        }
        (coefficients, sizes, errors)
    }
}

/// Returns the coefficients in the basis of Bernstein: of (1 + y)^d × f(y / (1 + y)), each divided by its binomial.
fn bernstein(coefficients: &[f64]) -> Vec<f64> {
    let mut sums: Vec<f64> = Vec::with_capacity(coefficients.len());
    for coefficient in coefficients {
        sums.push(*coefficient);
        for place in (1..sums.len()).rev() {
            sums[place] += sums[place - 1];
        }
    }
    let (degree, mut binomial) = (coefficients.len() - 1, 1.0);
    for (place, sum) in sums.iter_mut().enumerate() {
        *sum /= binomial;
        binomial = binomial * (degree - place) as f64 / (place + 1) as f64;
    }
    sums
}
