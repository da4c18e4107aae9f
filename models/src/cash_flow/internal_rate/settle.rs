//! Settles intervals that doubles could not: Descartes' rule in integers of 256 and 384 bits, after exact integers have removed repeated
//! factors; exact integers and sums in 128 bits for what is left. A long series is searched in 128 bits before.

use super::descartes;
use super::enclosed::Enclosed;
use super::isolate::{part, part_in_binary};
use super::near::NearZeros;
use super::points::{Bracket, Interval, Point};
use super::polynomial::Polynomial;
use super::terms::Terms;
use crate::wide::Wide;

/// The highest degree at which repeated factors are looked for first: that costs the square of the degree, and then takes less than a search
/// that they leave without an end.
const LOW_DEGREE: u32 = 64;

/// Result for intervals that doubles could not settle: the zeros found in them.
#[derive(Default)]
pub(super) struct Settled {
    /// Brackets with one zero each: zeros of `simple`, or of the terms themselves where there were no repeated factors.
    pub brackets: Vec<Bracket>,
    /// The series without repeated factors; None where no factor was repeated, or none had to be looked for.
    pub simple: Option<Simple>,
    /// Zeros that integers have found.
    pub known: Vec<Enclosed>,
    pub unsettled: u32,
}

/// The present value without repeated factors: its terms, in doubles and in integers.
pub(super) struct Simple {
    pub terms: Terms<'static>,
    pub near: NearZeros,
}

/// Settles the intervals on which doubles could neither find nor exclude a zero. A series that is too long has no `near`.
pub(super) fn settle(terms: &Terms, amounts: &[Wide], near: Option<&NearZeros>, mut intervals: Vec<Interval>) -> Settled {
    let mut settled = Settled::default();
    if terms.last() > LOW_DEGREE {
        intervals.retain(|interval| !found_near(near, *interval, &mut settled));
        if intervals.is_empty() {
            return settled;
        }
    }
    let polynomial = Polynomial::of(terms.units(), amounts);
    let without = polynomial.as_ref().and_then(Polynomial::without_repeated_factors);
    settled.simple = without.as_ref().map(|without| {
        let (units, amounts, are_exact) = without.flows();
        Simple { terms: without.terms(), near: NearZeros::of(units, amounts, are_exact) }
    });
    if near.is_none() {
        let found = match &settled.simple {
            Some(simple) => part(&simple.terms, signed(&simple.terms, intervals)),
            None => part_in_binary(terms, intervals),
        };
        settled.brackets = found.brackets;
        intervals = found.unsettled;
    }
    let simple = settled.simple.take();
    let of_simple = simple.as_ref().filter(|_| near.is_some()).map(|simple| &simple.near);
    let untried = of_simple.or(near.filter(|_| terms.last() <= LOW_DEGREE));
    intervals.retain(|interval| !found_near(untried, *interval, &mut settled));
    let exact = without.as_ref().or(polynomial.as_ref());
    intervals.retain(|interval| match exact.and_then(|polynomial| descartes::zeros(polynomial, *interval)) {
        Some(zeros) => {
            settled.known.extend(zeros);
            false
        }
        None => true,
    });
    if near.is_some() && !intervals.is_empty() {
        let terms = simple.as_ref().map_or(terms, |simple| &simple.terms);
        let found = part_in_binary(terms, signed(terms, intervals));
        settled.brackets = found.brackets;
        intervals = found.unsettled;
    }
    Settled { simple, unsettled: u32::try_from(intervals.len()).unwrap_or(u32::MAX), ..settled }
}

/// Takes down the zeros of an interval where integers of a few hundred bits tell them apart; else returns false.
fn found_near(near: Option<&NearZeros>, interval: Interval, settled: &mut Settled) -> bool {
    let zeros = near.and_then(|near| near.zeros(Point::at(interval.low), Point::at(interval.high)));
    let is_found = zeros.is_some();
    settled.known.extend(zeros.into_iter().flatten());
    is_found
}

/// Returns the intervals with the signs of other terms at their ends.
fn signed(terms: &Terms, intervals: Vec<Interval>) -> Vec<Interval> {
    let sign = |s: f64| terms.sum_in_binary(Point::at(s).exact()).sign();
    let signed =
        |interval: Interval| Interval { sign_at_low: sign(interval.low), sign_at_high: sign(interval.high), ..interval };
    intervals.into_iter().map(signed).collect()
}
