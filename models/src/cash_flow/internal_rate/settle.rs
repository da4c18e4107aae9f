//! Settles intervals that doubles could not: exact integers remove repeated factors, then 128 bits search again, and Descartes'
//! rule in exact integers decides the rest.

use super::descartes;
use super::isolate::{Bracket, Interval, Point, part, part_in_binary};
use super::polynomial::Polynomial;
use super::terms::Terms;
use crate::cash_flow::Flow;
use crate::wide::Wide;

/// Result for intervals that doubles could not settle: the zeros found in them.
#[derive(Default)]
pub(super) struct Settled {
    /// Brackets with one zero each: zeros of `simple`, or of the terms themselves where there were no repeated factors.
    pub brackets: Vec<Bracket>,
    /// Terms without repeated factors; None where no factor was repeated.
    pub simple: Option<Terms<'static>>,
    /// Growths of zeros that exact integers have found.
    pub known: Vec<Wide>,
    pub unsettled: u32,
}

/// Settles the intervals on which doubles could neither find nor exclude a zero.
pub(super) fn settle(terms: &Terms, flows: &[Flow], intervals: Vec<Interval>) -> Settled {
    let amounts: Vec<Wide> = flows.iter().filter_map(|flow| flow.amount.0).collect();
    let polynomial = Polynomial::of(terms.units(), &amounts);
    let without = polynomial.as_ref().and_then(Polynomial::without_repeated_factors);
    let simple = without.as_ref().map(Polynomial::terms);
    let found = match &simple {
        Some(simple) => {
            let sign = |s: f64| simple.sum_in_binary(Point::at(s).exact()).sign();
            let signed = |interval: Interval| Interval {
                sign_at_low: sign(interval.low),
                sign_at_high: sign(interval.high),
                ..interval
            };
            part(simple, intervals.into_iter().map(signed).collect())
        }
        None => part_in_binary(terms, intervals),
    };
    let mut settled = Settled { brackets: found.brackets, simple, ..Settled::default() };
    for interval in found.unsettled {
        match without.as_ref().or(polynomial.as_ref()).and_then(|polynomial| descartes::zeros(polynomial, interval)) {
            Some(zeros) => settled.known.extend(zeros),
            None => settled.unsettled = settled.unsettled.saturating_add(1),
        }
    }
    settled
}
